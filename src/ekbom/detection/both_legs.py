"""What the detector found on each leg, joined for the night."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import DetectorSettings, RobustSettings
from ekbom.criteria.input_limits import PhysicalLimits
from ekbom.detection.kinds.trains import Trains, find_trains, mark_rhythmic
from ekbom.detection.kinds.twitches import mark_twitches
from ekbom.detection.records import join_rows, map_rows
from ekbom.detection.runs import find_runs
from ekbom.model.errors import UnscorableError
from ekbom.model.movements import DetectionResult, LegMovements, LegQuality
from ekbom.model.recording import BoolArray, FloatArray, Interval


class DetectedLegs(NamedTuple):
    """What the detector found on the legs of a night.

    One table sorted by onset, the result of each leg, and the trains if they were looked for.
    """

    movements: LegMovements
    legs: tuple[DetectionResult, ...]
    trains: Trains | None = None


def merge_legs(tables: Sequence[LegMovements]) -> LegMovements:
    """Join the tables of several legs into one, sorted by onset, then by side.

    Evidence and rhythm are kept where every table has them.
    """
    joined = join_rows(tables)
    order = np.lexsort((joined.side, joined.onset_s))
    merged = map_rows(joined, lambda column: column[order])
    return replace(merged, side=merged.side.astype("<U9"))


def as_sure(movements: LegMovements, confidence: float) -> LegMovements:
    """Keep the movements of at least some confidence, and those of which none is stated."""
    if movements.evidence is None:
        return movements
    keep = ~(movements.evidence.confidence < confidence)
    return map_rows(movements, lambda column: column[keep])


def at_least_as_sure(
    leg: DetectionResult, confidence: float
) -> DetectionResult:
    """Give a leg with everything that met the rule and is at least so sure."""
    tables = (leg.movements, leg.doubtful)
    sure = [as_sure(one, confidence) for one in tables if one is not None]
    return replace(leg, movements=merge_legs(sure))


def join_legs(
    legs: tuple[DetectionResult, ...], *, settings: DetectorSettings
) -> DetectedLegs:
    """Join what was found on the legs, with the trains on one leg and from leg to leg."""
    movements = merge_legs([result.movements for result in legs])
    bursts = [result.bursts for result in legs if result.bursts is not None]
    if not isinstance(settings, RobustSettings) or len(bursts) < len(legs):
        return DetectedLegs(movements, legs)
    trains = find_trains(bursts, settings=settings.trains)
    marked = mark_rhythmic(movements, trains, settings=settings.trains)
    marked = mark_twitches(marked, bursts, settings=settings.trains)
    return DetectedLegs(marked, legs, trains)


def unscorable_stretches(
    quality: LegQuality, *, end_s: float
) -> tuple[Interval, ...]:
    """Turn the minutes of a leg that cannot be judged into stretches of time."""
    return _stretches(quality.minute_start_s, quality.unscorable, end_s=end_s)


def unscorable_on_all(
    qualities: Sequence[LegQuality], *, end_s: float
) -> tuple[Interval, ...]:
    """Give the time in which no leg at all can be judged."""
    if not qualities:
        return ()
    every = np.logical_and.reduce([quality.unscorable for quality in qualities])
    return _stretches(qualities[0].minute_start_s, every, end_s=end_s)


def _stretches(
    start_s: FloatArray, flagged: BoolArray, *, end_s: float
) -> tuple[Interval, ...]:
    runs = find_runs(flagged)
    ends_s = np.minimum(np.append(start_s, end_s)[runs.stop], end_s)
    onsets_s = start_s[runs.start]
    lasting_s = ends_s - onsets_s
    return tuple(
        Interval(onset_s=onset_s, duration_s=duration_s)
        for onset_s, duration_s in zip(
            onsets_s.tolist(), lasting_s.tolist(), strict=True
        )
    )


def require_enough(
    legs: Sequence[DetectionResult], *, limits: PhysicalLimits, name: str
) -> None:
    """Refuse a night of which too little could be judged on every leg.

    Raises
    ------
    UnscorableError
        If no leg reaches the share of the recording that the table of physical limits asks for.
    """
    best = max(leg.quality.scored_share for leg in legs)
    if best >= limits.scorable_share_needed:
        return
    why = "; ".join(_judged(leg.quality) for leg in legs)
    raise UnscorableError(
        f"{name}: only {best:.0%} of the recording could be judged, "
        f"{limits.scorable_share_needed:.0%} are needed ({why})."
    )


def _judged(quality: LegQuality) -> str:
    """Say how much of a leg could be judged, and the most frequent reason against the rest."""
    reasons = Counter(quality.reason[quality.unscorable].tolist())
    share = f"{quality.side} leg {quality.scored_share:.1%}"
    return f"{share}, {reasons.most_common(1)[0][0]}" if reasons else share
