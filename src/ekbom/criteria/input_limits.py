"""What a leg channel and a scoring must be before a night is counted by them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PhysicalLimits:
    """What a leg channel must physically be before any microvolt rule may judge it.

    The numbers come from a table.

    Shares are fractions of the recorded time of a leg, 0 to 1.
    """

    step_refused_uv: float
    step_noted_uv: float
    min_fs_hz: float
    band_low_hz: float
    band_high_hz: float
    flat_window_s: float
    flat_share_refused: float
    flat_share_noted: float
    clipped_share_refused: float
    clipped_share_noted: float
    scorable_share_needed: float


@dataclass(frozen=True, kw_only=True)
class EventLimits:
    """How long events can last, and what makes a scoring one of another night or unit.

    The numbers come from a table. Shares are fractions, 0 to 1.
    """

    arousal_longest_s: float
    apnea_longest_s: float
    hypopnea_longest_s: float
    rera_longest_s: float
    movement_longest_s: float
    too_long_marks_refused: float
    too_long_share_refused: float
    night_longest_s: float
    dates_apart_longest_s: float
    outside_share_refused: float
    unstaged_share_refused: float


@dataclass(frozen=True, kw_only=True)
class ScoringFit:
    """When a scoring meets the movements of a recording at another place than its own.

    The numbers come from a table. Standard deviations are those of chance.
    """

    longest_shift_s: float
    smallest_shift_s: float
    near_s: float
    around_s: float
    hits_least: float
    chance_sd: float
    fits_sd: float
    fits_share: float
    grid_s: float
    awakenings_least: float
    active_share: float
    active_least_s: float
    awake_smallest_s: float
    awake_sd: float
    awake_fits_sd: float
