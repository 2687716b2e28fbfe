"""Short stretches of the EMG kept for figures.

Around ordinary movements of each leg, and around the least certain ones.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegTrace,
    TraceStretch,
)
from ekbom.model.recording import FloatArray, LegSignal

LENGTH_S = 14.0  # arithmetic: what a figure shows; it decides nothing
LEAD_S = 4.0  # arithmetic: what a figure shows; it decides nothing
ORDINARY, UNCERTAIN = 3, 3  # arithmetic: how many figures; they decide nothing


def with_stretches(
    detection: Sequence[DetectionResult], legs: Sequence[LegSignal]
) -> tuple[DetectionResult, ...]:
    """Give the trace of each leg a few stretches of its signal at full rate.

    Legs without a trace stay as they are.
    The envelope and the resting level of a stretch are those of the trace, bin by bin; the EMG is
    centred on its median.
    """
    signals = {leg.side: leg for leg in legs}
    return tuple(
        _with_stretches(found, signals.get(found.quality.side))
        for found in detection
    )


def _with_stretches(
    found: DetectionResult, leg: LegSignal | None
) -> DetectionResult:
    trace = found.trace
    if leg is None or trace is None:
        return found
    stretches = tuple(
        _cut(leg, trace, found.movements, row)
        for row in choose_rows(found.movements)
    )
    return dataclasses.replace(
        found, trace=dataclasses.replace(trace, stretches=stretches)
    )


def choose_rows(movements: LegMovements) -> list[int]:
    """Choose movements to show.

    Those nearest to the median strength, and those that were closest to not being one.

    Closest means least confidence where the detector gives one, else the smallest distance of the
    peak from the on threshold.
    """
    evidence = movements.evidence
    if evidence is None or not len(movements.onset_s):
        return []
    peak_uv = evidence.peak_above_rest_uv
    ordinary = np.argsort(np.abs(peak_uv - np.median(peak_uv)), kind="stable")[
        :ORDINARY
    ].tolist()
    certainty = (
        evidence.confidence
        if np.isfinite(evidence.confidence).any()
        else peak_uv
    )
    uncertain = [
        row
        for row in np.argsort(certainty, kind="stable").tolist()
        if row not in ordinary
    ][:UNCERTAIN]
    return sorted([*ordinary, *uncertain])


def _cut(
    leg: LegSignal, trace: LegTrace, movements: LegMovements, row: int
) -> TraceStretch:
    first = max(0, round((float(movements.onset_s[row]) - LEAD_S) * leg.fs_hz))
    emg_uv = np.asarray(
        leg.emg_uv[first : first + round(LENGTH_S * leg.fs_hz)], np.float64
    )
    known = emg_uv[np.isfinite(emg_uv)]
    return TraceStretch(
        start_s=first / leg.fs_hz,
        fs_hz=leg.fs_hz,
        movement=row,
        emg_uv=emg_uv - (float(np.median(known)) if len(known) else 0.0),
        envelope_uv=_at_samples(
            trace.envelope_uv, trace, leg, first=first, n=len(emg_uv)
        ),
        rest_uv=_at_samples(
            trace.rest_uv, trace, leg, first=first, n=len(emg_uv)
        ),
    )


def _at_samples(
    values: FloatArray, trace: LegTrace, leg: LegSignal, *, first: int, n: int
) -> FloatArray:
    """Give the value of the bin each sample lies in."""
    bins = ((first + np.arange(n)) / leg.fs_hz / trace.bin_s).astype(np.int64)
    return values[np.minimum(bins, len(values) - 1)]
