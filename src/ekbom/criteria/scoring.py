"""A scoring standard as the engine works with it: limits, windows, amplitude rule, criteria."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

INCLUSIVE = "inclusive_option"
"""Marks a field that is a bound: the option that says whether the bound itself is inside."""


@dataclass(frozen=True, kw_only=True)
class AmplitudeCriteria:
    """When activity of one leg is an LM, in uV above the resting level.

    `*_inclusive`: the bound itself belongs inside.

    On: envelope reaches rest + `onset_above_rest_uv`. Off: start of `offset_hold_s` seconds that do
    not exceed rest + `offset_above_rest_uv`. With `morphology`, some stretch of
    `morphology_window_s` has a median of at least `morphology_median_uv` above rest.
    """

    onset_above_rest_uv: float
    offset_above_rest_uv: float
    offset_hold_s: float
    offset_inclusive: bool
    min_duration_s: float
    morphology: bool
    morphology_median_uv: float
    morphology_window_s: float
    onset_inclusive: bool = True


class Limit(NamedTuple):
    """A bound of a standard.

    `inclusive`: a value equal to the bound still satisfies what the bound is for.
    """

    value: float
    inclusive: bool


class Window(NamedTuple):
    """A stretch of time around a reference point, from `start` to `end`.

    `inclusive`: both edges belong to it.
    """

    start: float
    end: float
    inclusive: bool


@dataclass(frozen=True, kw_only=True)
class AmplitudeTable:
    """The parameters of a table that make the amplitude rule; None: the standard gives none."""

    onset_above_rest_uv: Limit | None = field(
        metadata={INCLUSIVE: "onset_above_rest_inclusive"}
    )
    offset_above_rest_uv: Limit | None = field(
        metadata={INCLUSIVE: "offset_above_rest_inclusive"}
    )
    offset_hold_s: Limit | None = field(
        metadata={INCLUSIVE: "offset_hold_inclusive"}
    )
    morphology: bool
    morphology_median_uv: Limit | None = field(
        metadata={INCLUSIVE: "morphology_median_inclusive"}
    )
    morphology_window_s: Limit | None = field(
        metadata={INCLUSIVE: "morphology_window_inclusive"}
    )


@dataclass(frozen=True, kw_only=True)
class ScoringCriteria:
    """How a standard turns leg movements into candidates, links and series.

    One field per parameter of its table; a bound names the option that says whether it is inside.

    A limit of None means that the standard has no such limit or does not define it; the table says
    which.

    Movements
        LM last at least `lm_min_duration_s`; one-sided CLM, and each part of a bilateral CLM, at
        most `clm_max_duration_s`; longer ones stay LM where `over_long_is_lm`. Movements of one leg
        closer than `same_leg_gap_s` (offset to onset) are one.
    Both legs
        `leg_combination` "gap": one movement if the gap is below `bilateral_gap_s`; "onset": if the
        onsets of two consecutive movements of different legs are closer than `leg_merge_onset_s`.
        `group_reference`: which onset of such a pair the next interval is measured from.
    Series
        At least `series_min_count` CLM with every interval between `imi_min_s` and `imi_max_s`.
        `short_imi`: too short an interval ends the series, or the later CLM is left out and
        measuring goes on from the earlier one.
    Sleep
        `require_portion_in_sleep`: only movements with a part in a sleep epoch are LM.
        `plmw_defined`: the standard counts PLM in wake. `series_cross_wake`: a series may cross a
        change between sleep and wake.
    Breathing
        `respiratory_rule` "event_end": related if any part lies in `respiratory_window_s` around
        the end of an event; "event_period": no LM is scored from `respiratory_margin_s` before an
        event to as long after it, by `respiratory_overlap`. `respiratory_excluded_before_series`:
        such movements are left out of the main count.
    Arousal
        Linked if the movement and the arousal overlap or the gap is below `arousal_gap_s`.
    Numbers beside the series
        `pi_*`: which intervals the periodicity index of intervals counts; `ln_imi_*`,
        `*histogram*`: what the interval statistics and histograms cover; `plmi_limit_*`: the line
        an index is compared with (inclusive: on the line counts as above); `lmm_*`: duration of
        large movements.
    """

    lm_min_duration_s: Limit = field(
        metadata={INCLUSIVE: "lm_min_duration_inclusive"}
    )
    clm_max_duration_s: Limit = field(
        metadata={INCLUSIVE: "clm_max_duration_inclusive"}
    )
    over_long_is_lm: bool
    same_leg_gap_s: Limit = field(
        metadata={INCLUSIVE: "same_leg_gap_inclusive"}
    )
    leg_combination: Literal["gap", "onset"]
    bilateral_gap_s: Limit | None = field(
        metadata={INCLUSIVE: "bilateral_gap_inclusive"}
    )
    leg_merge_onset_s: Limit | None = field(
        metadata={INCLUSIVE: "leg_merge_onset_inclusive"}
    )
    bilateral_max_duration_s: Limit | None = field(
        metadata={INCLUSIVE: "bilateral_max_duration_inclusive"}
    )
    bilateral_max_parts: int | None = field(
        metadata={INCLUSIVE: "bilateral_max_parts_inclusive"}
    )
    group_reference: Literal["first", "last"]
    imi_min_s: Limit = field(metadata={INCLUSIVE: "imi_min_inclusive"})
    imi_max_s: Limit = field(metadata={INCLUSIVE: "imi_max_inclusive"})
    series_min_count: int = field(
        metadata={INCLUSIVE: "series_min_count_inclusive"}
    )
    short_imi: Literal["break", "skip_later"]
    series_start_after_short_imi: bool
    nonclm_breaks: bool
    series_cross_wake: bool
    gap_breaks_series: bool
    require_portion_in_sleep: bool
    plmw_defined: bool
    respiratory_rule: Literal["event_end", "event_period", "undefined"]
    respiratory_window_s: Window | None = field(
        metadata={INCLUSIVE: "respiratory_window_inclusive"}
    )
    respiratory_margin_s: Limit | None = field(
        metadata={INCLUSIVE: "respiratory_margin_inclusive"}
    )
    respiratory_overlap: Literal["any", "onset", "full"]
    respiratory_excluded_before_series: bool
    arousal_gap_s: Limit | None = field(
        metadata={INCLUSIVE: "arousal_gap_inclusive"}
    )
    rhythmic_policy: Literal["nonclm", "keep", "drop"]
    rem_twitch_policy: Literal["keep", "drop"]
    pi_formula: Literal["both", "intervals", "movements"]
    pi_imi_min_s: Limit = field(metadata={INCLUSIVE: "pi_imi_min_inclusive"})
    pi_imi_max_s: Limit = field(metadata={INCLUSIVE: "pi_imi_max_inclusive"})
    pi_min_intervals: int = field(
        metadata={INCLUSIVE: "pi_min_intervals_inclusive"}
    )
    ln_imi_min_s: Limit = field(metadata={INCLUSIVE: "ln_imi_min_inclusive"})
    ln_imi_max_s: Limit = field(metadata={INCLUSIVE: "ln_imi_max_inclusive"})
    imi_histogram_bin_s: float
    imi_histogram_max_s: float
    ln_imi_histogram_bin: float
    ln_imi_histogram_max: float
    plmi_limit_adult_per_h: Limit = field(
        metadata={INCLUSIVE: "plmi_limit_adult_inclusive"}
    )
    plmi_limit_child_per_h: Limit = field(
        metadata={INCLUSIVE: "plmi_limit_child_inclusive"}
    )
    lmm_min_s: Limit = field(metadata={INCLUSIVE: "lmm_min_inclusive"})
    lmm_max_adult_s: Limit = field(
        metadata={INCLUSIVE: "lmm_max_adult_inclusive"}
    )
    lmm_max_child_s: Limit = field(
        metadata={INCLUSIVE: "lmm_max_child_inclusive"}
    )
