"""A night that is already in memory: signals as arrays in uV, stages one by one, marks as texts."""

import datetime as dt
import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ekbom.criteria.input_limits import EventLimits, PhysicalLimits
from ekbom.model.errors import UsageError
from ekbom.model.events import Hypnogram
from ekbom.model.finding import Reason
from ekbom.model.recording import (
    Interval,
    LegChoice,
    LegSignal,
    Recording,
    SignalArray,
)
from ekbom.readers.channels.check import check_leg
from ekbom.readers.join import join_scorings
from ekbom.readers.scorings.align import fit, uncovered
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.readers.scorings.plausible import plausible
from ekbom.readers.scorings.records import Annotations, Mark
from ekbom.readers.scorings.stage_codes import coding_of, stage_text
from ekbom.readers.study import Study

ARRAYS = "arrays"
"""`Recording.format` of a night that came in as arrays."""
VOLTS_UV = 0.01
"""A whole night of EMG that spans less is in volts: in uV it would be no signal at all."""
STEP_SAMPLES = 100_000
WrittenEvent = tuple[float, float, str]
"""Onset and duration in s from the first sample, and the text of the mark."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ArrayNight:
    """What one night brings as arrays; see `ekbom.score_arrays`."""

    legs_uv: dict[str, ArrayLike]
    fs_hz: float
    hypnogram: Hypnogram | ArrayLike | None = None
    epoch_s: float = 30.0
    events: Sequence[WrittenEvent] = ()
    scored: Collection[str] = ()
    lights_off_s: float | None = None
    lights_on_s: float | None = None
    ecg_uv: ArrayLike | None = None
    ecg_fs_hz: float | None = None
    start: dt.datetime | None = None
    name: str = ARRAYS


def study_of_arrays(
    night: ArrayNight, *, limits: PhysicalLimits, event_limits: EventLimits
) -> Study:
    """Make a night of arrays, each leg checked as one of a file is.

    Raises
    ------
    UsageError
        No leg is given, the legs differ in length, a rate is not positive, an array is not one
        row of numbers, or the values are volts.
    """
    legs = [
        _leg(side, values, night.fs_hz, limits)
        for side, values in night.legs_uv.items()
    ]
    _require_one_night(legs, night.fs_hz)
    ecg = _ecg(night)
    recording = _recording(night, legs, ecg)
    annotations = fit(
        plausible(
            _annotations(night), event_limits, duration_s=recording.duration_s
        ),
        duration_s=recording.duration_s,
    )
    scoring = join_scorings(None, [annotations], declared=night.scored)
    unstaged = uncovered(scoring.hypnogram, duration_s=recording.duration_s)
    own = {
        "lights_off_s": night.lights_off_s,
        "lights_on_s": night.lights_on_s,
    }
    given = {name: at_s for name, at_s in own.items() if at_s is not None}
    joined = vars(scoring) | given
    joined["findings"] = (*scoring.findings, *unstaged)
    return Study(
        recording=recording,
        choice=_choice(legs),
        legs=tuple(legs),
        ecg=ecg,
        marked_movements=None,
        **joined,
    )


def _leg(
    side: str, values: ArrayLike, fs_hz: float, limits: PhysicalLimits
) -> LegSignal:
    """Take one leg and check what it physically is."""
    emg_uv = _row(values, name=f"{side}_uv")
    finite = emg_uv[np.isfinite(emg_uv)]
    if finite.size and 0 < np.ptp(finite) < VOLTS_UV:
        raise UsageError(
            f"{side}_uv spans {np.ptp(finite):.3g} uV in the whole night, so it is in volts; "
            "give microvolts (volts times 1e6)."
        )
    leg = LegSignal(
        side=side,
        label=side,
        emg_uv=emg_uv,
        fs_hz=_rate(fs_hz, name="fs_hz"),
        step_uv=_step_uv(finite),
        gaps=_gaps(np.isnan(emg_uv), fs_hz),
    )
    return replace(leg, findings=check_leg(leg, [], [], limits=limits))


def _row(values: ArrayLike, *, name: str) -> SignalArray:
    """Take one row of numbers; what is not finite counts as not recorded."""
    try:
        row = np.array(values, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{name} is no array of numbers ({error}); give samples in uV."
        ) from error
    if row.ndim != 1:
        raise UsageError(
            f"{name} has the shape {row.shape}; give one row of samples, such as signals[0]."
        )
    row[~np.isfinite(row)] = np.nan
    return row


def _rate(fs_hz: float, *, name: str) -> float:
    if not (math.isfinite(fs_hz) and fs_hz > 0):
        raise UsageError(
            f"{name} is {fs_hz}; give the sampling rate in Hz, such as 256."
        )
    return float(fs_hz)


def _require_one_night(legs: Sequence[LegSignal], fs_hz: float) -> None:
    """Refuse no leg at all, and legs of two lengths."""
    if not legs:
        raise UsageError("There is no leg to score; give left_uv or right_uv.")
    lengths = {leg.side: len(leg.emg_uv) for leg in legs}
    if len({*lengths.values()}) > 1:
        told = " and ".join(
            f"{side}_uv has {n:,} samples" for side, n in lengths.items()
        )
        raise UsageError(
            f"{told}; give both legs of the same time at {fs_hz:g} Hz."
        )


def _step_uv(finite: SignalArray) -> float:
    """Take the smallest step between two values; 0 where there is only one value."""
    steps = np.diff(np.unique(finite[:STEP_SAMPLES]))
    return float(steps.min()) if steps.size else 0.0


def _gaps(
    missing: np.ndarray[Any, np.dtype[np.bool_]], fs_hz: float
) -> tuple[Interval, ...]:
    """List the stretches that were not recorded."""
    edges = np.flatnonzero(np.diff(missing, prepend=False, append=False))
    return tuple(
        Interval(onset_s=begin / fs_hz, duration_s=(end - begin) / fs_hz)
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _ecg(night: ArrayNight) -> LegSignal | None:
    if night.ecg_uv is None:
        return None
    fs_hz = night.fs_hz if night.ecg_fs_hz is None else night.ecg_fs_hz
    signal_uv = _row(night.ecg_uv, name="ecg_uv")
    return LegSignal(
        side="unknown",
        label="ecg",
        emg_uv=signal_uv,
        fs_hz=_rate(fs_hz, name="ecg_fs_hz"),
        step_uv=_step_uv(signal_uv[np.isfinite(signal_uv)]),
        gaps=_gaps(np.isnan(signal_uv), fs_hz),
    )


def _recording(
    night: ArrayNight, legs: Sequence[LegSignal], ecg: LegSignal | None
) -> Recording:
    """Describe the night; its digest is that of every sample."""
    digest = hashlib.sha256()
    for signal in (*legs, *filter(None, [ecg])):
        digest.update(f"{signal.side} {signal.fs_hz}".encode())
        digest.update(signal.emg_uv[:].tobytes())
    missing = np.all([np.isnan(leg.emg_uv[:]) for leg in legs], axis=0)
    return Recording(
        name=night.name,
        format=ARRAYS,
        start=night.start,
        duration_s=len(legs[0].emg_uv) / night.fs_hz,
        channels=(),
        gaps=_gaps(missing, night.fs_hz),
        sha256=digest.hexdigest(),
    )


def _choice(legs: Iterable[LegSignal]) -> LegChoice:
    taken = {leg.side: (leg.label,) for leg in legs}
    reasons = {
        label: Reason("named-by-hand", {"option": f"{side}_uv"})
        for side, (label,) in taken.items()
    }
    return LegChoice(
        left=taken.get("left", ()),
        right=taken.get("right", ()),
        reasons=reasons,
    )


def _annotations(night: ArrayNight) -> Annotations:
    """Understand stages and marks as those of one file."""
    ready = isinstance(night.hypnogram, Hypnogram)
    staged = [] if ready or night.hypnogram is None else [*_stages(night)]
    events = [
        Mark(onset_s=onset_s, duration_s=duration_s, text=text, place=place)
        for place, (onset_s, duration_s, text) in _placed(night.events)
    ]
    if night.hypnogram is not None:
        events = [
            mark for mark in events if meaning_of(mark.text).stage is None
        ]
    found = annotations_of(
        [*staged, *events],
        name=night.name,
        format_name=ARRAYS,
        epoch_s=night.epoch_s if staged else None,
    )
    if isinstance(night.hypnogram, Hypnogram):
        return replace(
            found,
            hypnogram=night.hypnogram,
            scored=found.scored | {"stages"},
        )
    return found


def _placed(
    events: Sequence[WrittenEvent],
) -> Iterator[tuple[str, WrittenEvent]]:
    for number, event in enumerate(events, start=1):
        yield f"event {number}", event


def _stages(night: ArrayNight) -> Iterator[Mark]:
    """Write each epoch as a mark; numbers are read in the coding that fits the whole night."""
    written = np.asarray(night.hypnogram)
    if written.ndim != 1:
        raise UsageError(
            f"The hypnogram has the shape {written.shape}; give one stage for each epoch."
        )
    numbers = [_code(stage) for stage in written.tolist()]
    codes = coding_of({code for code in numbers if code is not None})
    for number, (stage, code) in enumerate(
        zip(written.tolist(), numbers, strict=True)
    ):
        text = stage_text(str(stage), code, codes=codes)
        if text is None:
            raise UsageError(
                f"Epoch {number + 1} of the hypnogram is {stage!r}, which is no stage; "
                "use W, N1, N2, N3, R or the numbers 0 to 4 (-1 for unscored)."
            )
        yield Mark(
            onset_s=number * night.epoch_s,
            duration_s=night.epoch_s,
            text=text,
            place=f"epoch {number + 1}",
            is_stage=True,
        )


def _code(stage: object) -> int | None:
    """Take a number as a code; a text stays a text."""
    if isinstance(stage, float) and stage.is_integer():
        return int(stage)
    return stage if isinstance(stage, int) else None
