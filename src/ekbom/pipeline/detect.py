"""Hop 2 for a whole night: every leg that may be judged, once per amplitude rule."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np

from ekbom.criteria.detector import DetectorSettings
from ekbom.criteria.physical import PhysicalLimits
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.leg_movements import find_leg_movements
from ekbom.detection.shared import SharedWork
from ekbom.model.errors import UnscorableError
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import DetectionResult, LegMovements, LegQuality, MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray, IntArray, Interval, LegSignal
from ekbom.model.result import Study


class DetectedLegs(NamedTuple):
    """What the detector found on the legs of a night.

    One table sorted by onset, and the result of each leg.
    """

    movements: LegMovements
    legs: tuple[DetectionResult, ...]


def scorable_legs(study: Study) -> tuple[LegSignal, ...]:
    """Take the legs no physical check refused.

    Raises
    ------
    UnscorableError
        If none is left; its findings say why for each leg.
    """
    legs = tuple(leg for leg in study.legs if not refusals(leg))
    if legs:
        return legs
    name, choice = study.recording.name, study.choice
    if not study.legs:
        why = ", ".join(f"{label}: {reason.code}" for label, reason in choice.reasons.items())
        raise UnscorableError(
            f"{name}: there is no leg channel to score ({why or 'no channel is named like a leg'});"
            " name the channels with --left and --right, or see what there is with: ekbom inspect.",
            findings=choice.findings,
        )
    refused = tuple(finding for leg in study.legs for finding in refusals(leg))
    why = "; ".join(_measured(finding) for finding in refused)
    raise UnscorableError(f"{name}: no leg can be scored ({why}).", findings=refused)


def refusals(leg: LegSignal) -> list[Finding]:
    """List why a leg may not be scored; empty if it may."""
    return [finding for finding in leg.findings if finding.severity is Severity.REFUSAL]


def _measured(finding: Finding) -> str:
    """Name leg, code and what was measured, such as ``LAT: step-too-coarse, step_uv 31.25``."""
    values = [
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in finding.values.items()
    ]
    return ", ".join((f"{finding.subject}: {finding.code}", *values))


def detect_legs(
    legs: Sequence[LegSignal],
    *,
    ecg: LegSignal | None,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    keep_trace: bool = True,
) -> DetectedLegs:
    """Find the movements of every leg, each with a look at the heart and at the other leg."""
    found, shared = [], SharedWork()
    for leg in legs:
        other = next((candidate for candidate in legs if candidate is not leg), None)
        found.append(
            find_leg_movements(
                leg,
                amplitude=amplitude,
                settings=settings,
                ecg=ecg,
                other_leg=other,
                keep_trace=keep_trace,
                shared=shared,
            )
        )
    return DetectedLegs(merge_legs([result.movements for result in found]), tuple(found))


def merge_legs(tables: Sequence[LegMovements]) -> LegMovements:
    """Join the tables of several legs into one, sorted by onset, then by side."""
    joined = {
        name: np.concatenate([getattr(table, name) for table in tables])
        for name in ("onset_s", "duration_s", "side", "truncated")
    }
    order = np.lexsort((joined["side"], joined["onset_s"]))
    evidence = [table.evidence for table in tables if table.evidence is not None]
    rhythmic = [table.rhythmic for table in tables if table.rhythmic is not None]
    return LegMovements(
        onset_s=joined["onset_s"][order],
        duration_s=joined["duration_s"][order],
        side=joined["side"][order].astype("<U9"),
        truncated=joined["truncated"][order],
        evidence=_merged_evidence(evidence, order) if len(evidence) == len(tables) else None,
        rhythmic=np.concatenate(rhythmic)[order] if len(rhythmic) == len(tables) else None,
    )


def _merged_evidence(tables: Sequence[MovementEvidence], order: IntArray) -> MovementEvidence:
    columns: dict[str, Any] = {}  # Any: columns of several kinds
    for field in fields(MovementEvidence):
        columns[field.name] = np.concatenate([getattr(table, field.name) for table in tables])[
            order
        ]
    return MovementEvidence(**columns)


def unscorable_stretches(quality: LegQuality, *, end_s: float) -> tuple[Interval, ...]:
    """Turn the minutes of a leg that cannot be judged into stretches of time."""
    return _stretches(quality.minute_start_s, quality.unscorable, end_s=end_s)


def unscorable_on_all(qualities: Sequence[LegQuality], *, end_s: float) -> tuple[Interval, ...]:
    """Give the time in which no leg at all can be judged."""
    if not qualities:
        return ()
    every = np.logical_and.reduce([quality.unscorable for quality in qualities])
    return _stretches(qualities[0].minute_start_s, every, end_s=end_s)


def _stretches(start_s: FloatArray, flagged: BoolArray, *, end_s: float) -> tuple[Interval, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flagged, [False])).astype(np.int8)))
    ends_s = np.append(start_s, end_s)
    return tuple(
        Interval(
            onset_s=float(start_s[first]),
            duration_s=float(min(ends_s[last], end_s) - start_s[first]),
        )
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    )


def require_enough(legs: Sequence[DetectionResult], *, limits: PhysicalLimits, name: str) -> None:
    """Refuse a night of which too little could be judged on every leg.

    Raises
    ------
    UnscorableError
        If no leg reaches the share of the recording that the table of physical limits asks for.
    """
    best = max(leg.quality.scored_share for leg in legs)
    if best >= limits.scorable_share_needed:
        return
    why = " ".join(f"{leg.quality.side} leg: {leg.quality.summary}" for leg in legs)
    raise UnscorableError(
        f"{name}: only {100 * best:.0f} % of the recording could be judged, {100 * limits.scorable_share_needed:.0f} % are needed. {why}"
    )
