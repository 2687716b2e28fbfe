"""Hop 2 for a whole night: every leg that may be judged, once per amplitude rule."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # has no types

from ekbom.context.beats import NightBeats
from ekbom.criteria.detector import (
    BeatSettings,
    DetectorSettings,
    LiteralSettings,
    RobustSettings,
)
from ekbom.criteria.physical import PhysicalLimits
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.cross_talk import Likeness, same_waveform
from ekbom.detection.leg_movements import detect_literal_leg, detect_robust_leg
from ekbom.detection.records import join_rows, map_rows
from ekbom.detection.runs import find_runs
from ekbom.model.errors import UnscorableError, UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import DetectionResult, LegMovements, LegQuality
from ekbom.model.recording import BoolArray, FloatArray, Interval, LegSignal
from ekbom.readers.study import Study


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
        why = ", ".join(
            f"{label}: {reason.code}"
            for label, reason in choice.reasons.items()
        )
        what = f"{name}: there is no leg channel to score"
        hint = "name the channels with --left and --right, or see what there is with: ekbom inspect"
        raise UnscorableError(
            f"{what} ({why or 'no channel is named like a leg'}); {hint}.",
            brief=f"{what}." if choice.findings else f"{what}; {hint}.",
            findings=choice.findings,
        )
    refused = tuple(finding for leg in study.legs for finding in refusals(leg))
    why = "; ".join(_measured(finding) for finding in refused)
    what = f"{name}: no leg can be scored"
    raise UnscorableError(
        f"{what} ({why}).", brief=f"{what}.", findings=refused
    )


def refusals(leg: LegSignal) -> list[Finding]:
    """List why a leg may not be scored; empty if it may."""
    return [
        finding
        for finding in leg.findings
        if finding.severity is Severity.REFUSAL
    ]


def _measured(finding: Finding) -> str:
    """Name leg, code and what was measured, such as ``LAT: step-too-coarse, step_uv 31.25``."""
    values = [
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in finding.values.items()
    ]
    return ", ".join((f"{finding.subject}: {finding.code}", *values))


class SharedWork:
    """What both legs of a night need: the beats of the ECG channel, the likeness of the legs.

    Each is worked out for the leg that asks first and kept for the other. Signals are told apart
    as objects, not by their values.
    """

    def __init__(self) -> None:
        """Begin with nothing worked out."""
        self._beats: dict[
            tuple[LegSignal | None, BeatSettings], NightBeats
        ] = {}
        self._likeness: dict[tuple[frozenset[LegSignal], str], Likeness] = {}

    def beats(
        self, ecg: LegSignal | None, settings: BeatSettings
    ) -> NightBeats:
        """Heart beats of the night."""
        return self._beats.setdefault(
            (ecg, settings), NightBeats(ecg, settings=settings)
        )

    def likeness(
        self, leg: LegSignal, other: LegSignal | None, settings: RobustSettings
    ) -> Likeness | None:
        """Likeness of two legs, whichever of them comes first; None if there is one leg."""
        if other is None:
            return None
        key = (frozenset((leg, other)), settings.digest)
        if key not in self._likeness:
            self._likeness[key] = same_waveform(
                leg, other, settings=settings.cross_talk, hum=settings.hum
            )
        return self._likeness[key]


def find_leg_movements(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    ecg: LegSignal | None = None,
    other_leg: LegSignal | None = None,
    keep_trace: bool = True,
    shared: SharedWork | None = None,
) -> DetectionResult:
    """Find the leg movements of one leg (hop 2).

    Parameters
    ----------
    leg
        EMG of one leg in uV; time that was not recorded is NaN.
    amplitude
        On and off levels and durations of the standard, from its table.
    settings
        The detector, from its table: literal or robust.
    ecg
        The ECG channel of the same recording, if there is one; heart beats are searched there,
        else in the leg itself.
    other_leg
        The other leg, to notice that both channels carry the same waveform.
    keep_trace
        Keep what figures draw.
    shared
        Pass one object with both legs of a night, and what both need is worked out once.

    Returns
    -------
    DetectionResult
        Movements whose onset lies in scorable minutes, the quality of every minute, and the
        preparation of the signal.

    Raises
    ------
    UsageError
        If the leg holds no samples in one row, or the settings are those of no known detector.

    Examples
    --------
    >>> from ekbom import find_leg_movements, load_rule_set, open_study
    >>> from ekbom.rules.load_detection import load_detector, load_physical_limits
    >>> from ekbom.rules.load_scoring import amplitude_criteria
    >>> left, right = open_study("night.edf", limits=load_physical_limits()).legs
    >>> amplitude = amplitude_criteria(load_rule_set("wasm2016"))
    >>> movements = find_leg_movements(left, amplitude=amplitude, settings=load_detector("robust"))
    >>> movements.detector
    'robust'
    """
    shared = SharedWork() if shared is None else shared
    if isinstance(settings, LiteralSettings):
        return detect_literal_leg(
            leg, amplitude=amplitude, settings=settings, keep_trace=keep_trace
        )
    if not isinstance(settings, RobustSettings):
        raise UsageError(
            f"No detector is known for the settings {settings.id!r}; "
            "use the tables 'literal' or 'robust'."
        )
    with threadpool_limits(limits=1, user_api="blas"):
        return detect_robust_leg(
            leg,
            amplitude=amplitude,
            settings=settings,
            search=shared.beats(ecg, settings.beats),
            likeness=shared.likeness(leg, other_leg, settings),
            keep_trace=keep_trace,
        )


def detect_legs(
    legs: Sequence[LegSignal],
    *,
    ecg: LegSignal | None,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    keep_trace: bool = True,
) -> DetectedLegs:
    """Find the movements of every leg, each with a look at the heart and at the other leg."""
    shared = SharedWork()
    found = tuple(
        find_leg_movements(
            leg,
            amplitude=amplitude,
            settings=settings,
            ecg=ecg,
            other_leg=next((other for other in legs if other is not leg), None),
            keep_trace=keep_trace,
            shared=shared,
        )
        for leg in legs
    )
    return DetectedLegs(
        merge_legs([result.movements for result in found]), found
    )


def merge_legs(tables: Sequence[LegMovements]) -> LegMovements:
    """Join the tables of several legs into one, sorted by onset, then by side.

    Evidence and rhythm are kept where every table has them.
    """
    joined = join_rows(tables)
    order = np.lexsort((joined.side, joined.onset_s))
    merged = map_rows(joined, lambda column: column[order])
    return replace(merged, side=merged.side.astype("<U9"))


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
    why = "; ".join(
        f"{leg.quality.side} leg {leg.quality.scored_share:.1%}" for leg in legs
    )
    raise UnscorableError(
        f"{name}: only {best:.0%} of the recording could be judged, "
        f"{limits.scorable_share_needed:.0%} are needed ({why})."
    )
