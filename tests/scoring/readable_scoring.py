"""The scoring rules once more, one movement at a time, to be read beside the standard.

Slow, and a test holds both equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ekbom.criteria.scoring import Limit, ScoringCriteria

Pairs = Sequence[tuple[int, int]]


@dataclass
class Movement:
    """One movement in ms; `legs` of its parts, `why` it is no CLM."""

    on: int
    off: int
    legs: list[str]
    parts: list[tuple[int, int]]
    why: str = ""
    excluded: bool = False
    respiratory: bool = False
    arousal: bool = False
    stage: str = "UNSCORED"

    @property
    def clm(self) -> bool:
        return not self.why


@dataclass
class Night:
    """What is known of a night, in ms."""

    lms: Sequence[tuple[str, int, int]]
    stages: Sequence[tuple[int, int, str]]
    respiratory: Pairs = ()
    arousals: Pairs = ()
    gaps: Pairs = ()


@dataclass
class Result:
    """Movements that count, intervals, series by row, series without breathing-related CLM."""

    movements: list[Movement]
    imi: dict[int, int] = field(default_factory=dict)
    series: list[list[int]] = field(default_factory=list)
    series_nr: list[list[int]] = field(default_factory=list)


def below(value: int, limit: Limit) -> bool:
    """Say whether a time satisfies an upper bound."""
    bound = round(limit.value * 1000)
    return value <= bound if limit.inclusive else value < bound


def at_least(value: int, limit: Limit) -> bool:
    """Say whether a time satisfies a lower bound."""
    bound = round(limit.value * 1000)
    return value >= bound if limit.inclusive else value > bound


def score_readably(night: Night, c: ScoringCriteria) -> Result:
    """Join, leave out, combine, link, build series."""
    single = sorted(join(night.lms, c), key=lambda m: (m.on, m.off, m.legs))
    for m in single:
        m.why = left_out(m, night, c)
        m.excluded = bool(m.why)
    kept, gone = [m for m in single if not m.why], [m for m in single if m.why]
    combined = (chain if c.leg_combination == "gap" else pair)(kept, c)
    for m in combined:
        m.why = nonclm(m, c)
    movements = sorted(
        [*combined, *gone], key=lambda m: (m.on, *m.parts[0], m.legs[0])
    )
    for m in movements:
        link(m, night, c)
    return series_of(movements, night, c)


def join(
    lms: Sequence[tuple[str, int, int]], c: ScoringCriteria
) -> list[Movement]:
    """Join bursts of a leg, then drop what is too short."""
    joined: list[Movement] = []
    for leg in ("left", "right", "unknown"):
        last: Movement | None = None
        for _, on, off in sorted(
            (one for one in lms if one[0] == leg), key=lambda one: one[1:]
        ):
            if last is not None and below(on - last.off, c.same_leg_gap_s):
                last.off = max(last.off, off)
                last.parts = [(last.on, last.off)]
            else:
                last = Movement(on, off, [leg], [(on, off)])
                joined.append(last)
    return [m for m in joined if at_least(m.off - m.on, c.lm_min_duration_s)]


def left_out(m: Movement, night: Night, c: ScoringCriteria) -> str:
    """Say why a movement of one leg is no LM."""
    if not c.over_long_is_lm and not below(m.off - m.on, c.clm_max_duration_s):
        return "longer-than-limit"
    if (
        c.respiratory_rule == "event_period"
        and c.respiratory_excluded_before_series
        and near_event(m, night, c)
    ):
        return "respiratory-event"
    asleep = any(
        on < m.off and off > m.on
        for on, off, stage in night.stages
        if stage in {"N1", "N2", "N3", "R"}
    )
    return "outside-sleep" if c.require_portion_in_sleep and not asleep else ""


def near_event(m: Movement, night: Night, c: ScoringCriteria) -> bool:
    """Say whether a movement lies in the time around a breathing event."""
    for on, off in night.respiratory:
        if (
            c.respiratory_rule == "event_end"
            and c.respiratory_window_s is not None
        ):
            start, end = (
                off + round(c.respiratory_window_s.start * 1000),
                off + round(c.respiratory_window_s.end * 1000),
            )
        elif c.respiratory_margin_s is not None:
            margin = round(c.respiratory_margin_s.value * 1000)
            start, end = on - margin, off + margin
        else:
            continue
        met = {
            "any": m.on <= end and m.off >= start,
            "onset": start <= m.on <= end,
            "full": start <= m.on and m.off <= end,
        }
        if met[c.respiratory_overlap]:
            return True
    return False


def chain(single: list[Movement], c: ScoringCriteria) -> list[Movement]:
    """Combine the legs while the next movement begins soon enough after the latest offset."""
    out: list[Movement] = []
    last: Movement | None = None
    for m in single:
        if m.legs == ["unknown"]:
            out.append(m)
        elif (
            last is not None
            and c.bilateral_gap_s is not None
            and below(m.on - last.off, c.bilateral_gap_s)
        ):
            last.off = max(last.off, m.off)
            last.legs += m.legs
            last.parts += m.parts
        else:
            last = Movement(m.on, m.off, list(m.legs), list(m.parts))
            out.append(last)
    return out


def pair(single: list[Movement], c: ScoringCriteria) -> list[Movement]:
    """Combine two movements that follow each other on different legs with onsets close together."""
    out: list[Movement] = []
    last: Movement | None = None
    for m in single:
        fits = last is not None and len(last.parts) == 1 and last.legs != m.legs
        if m.legs == ["unknown"]:
            out.append(m)
        elif (
            fits
            and last is not None
            and c.leg_merge_onset_s is not None
            and below(m.on - last.on, c.leg_merge_onset_s)
        ):
            last.off = max(last.off, m.off)
            last.legs += m.legs
            last.parts += m.parts
        else:
            last = Movement(m.on, m.off, list(m.legs), list(m.parts))
            out.append(last)
    return out


def nonclm(m: Movement, c: ScoringCriteria) -> str:
    """Say why a combined movement is no candidate."""
    if any(not below(off - on, c.clm_max_duration_s) for on, off in m.parts):
        return (
            "part-longer-than-limit"
            if len(m.parts) > 1
            else "longer-than-limit"
        )
    if (
        c.bilateral_max_parts is not None
        and len(m.parts) > c.bilateral_max_parts
    ):
        return "too-many-parts"
    too_long = c.bilateral_max_duration_s is not None and not below(
        m.off - m.on, c.bilateral_max_duration_s
    )
    return (
        "bilateral-longer-than-limit" if too_long and len(m.parts) > 1 else ""
    )


def link(m: Movement, night: Night, c: ScoringCriteria) -> None:
    """Find stage, breathing and arousals of a movement; leave it out where breathing does so."""
    m.stage = next(
        (stage for on, off, stage in night.stages if on <= m.on < off),
        "UNSCORED",
    )
    if c.arousal_gap_s is not None:
        m.arousal = any(
            below(max(on - m.off, m.on - off), c.arousal_gap_s)
            for on, off in night.arousals
        )
    if (
        c.respiratory_rule == "event_end"
        or not c.respiratory_excluded_before_series
    ):
        m.respiratory = c.respiratory_rule != "undefined" and near_event(
            m, night, c
        )
        if m.respiratory and m.clm and c.respiratory_excluded_before_series:
            m.why, m.excluded = "respiratory-event", True
    else:
        m.respiratory = m.why == "respiratory-event"


def series_of(
    movements: list[Movement], night: Night, c: ScoringCriteria
) -> Result:
    """Build both sets of series; rows are those of the movements that count."""
    rows = [m for m in movements if not m.excluded]
    number = {id(m): row for row, m in enumerate(rows)}
    result = Result(movements=rows)
    plain = runs(movements, night, c, result.imi)
    rebuilt = runs(
        [m for m in movements if not (m.respiratory and m.clm)], night, c, {}
    )
    result.imi = {number[key]: value for key, value in result.imi.items()}
    for found, into in ((plain, result.series), (rebuilt, result.series_nr)):
        into.extend(
            [number[id(m)] for m in run]
            for run in found
            if len(run) >= c.series_min_count
        )
    return result


def runs(
    movements: list[Movement],
    night: Night,
    c: ScoringCriteria,
    imi_of: dict[int, int],
) -> list[list[Movement]]:
    """Follow the movements by onset; see the rules page for the same in words."""
    found: list[list[Movement]] = [[]]
    previous: Movement | None = None
    for m in movements:
        if not m.clm:
            if c.nonclm_breaks and (
                not m.excluded or m.why == "longer-than-limit"
            ):
                found.append([])
                previous = None
            continue
        gap = (
            previous is not None
            and c.gap_breaks_series
            and any(on < m.on and off > previous.on for on, off in night.gaps)
        )
        if previous is None or gap:
            found.append([m])
            previous = m
            continue
        imi = m.on - (
            previous.on
            if c.group_reference == "first"
            else previous.parts[-1][0]
        )
        imi_of[id(m)] = imi
        if not below(imi, c.imi_max_s):
            found.append([m])
        elif not at_least(imi, c.imi_min_s):
            if c.short_imi == "skip_later":
                continue
            found.append([m] if c.series_start_after_short_imi else [])
        elif not c.series_cross_wake and state(m.stage) != state(
            previous.stage
        ):
            found.append([m])
        else:
            found[-1].append(m)
        previous = m
    return found


def state(stage: str) -> str:
    """Sleep, wake or unscored."""
    return "sleep" if stage in {"N1", "N2", "N3", "R"} else stage
