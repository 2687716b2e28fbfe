"""What speaks for each movement: levels, area, rise, bursts, distance from the thresholds."""

import numpy as np

from ekbom.detection.threshold import Crossings, find_runs
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import FloatArray, IntArray, SignalArray
from ekbom.model.rules import AmplitudeCriteria

_RISE_SHARE = 0.9


def gather_evidence(
    above_uv: SignalArray,
    rest_uv: SignalArray,
    found: Crossings,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
    confidence: FloatArray | None = None,
    interval: tuple[FloatArray, FloatArray] | None = None,
) -> MovementEvidence:
    """Describe the movements of one leg by the envelope above rest that they were found on.

    Rise time: onset to the first sample at nine tenths of the peak. A burst is a stretch at or above the on level.

    Parameters
    ----------
    above_uv, rest_uv
        Envelope above rest and resting level, shape (n,), uV.
    found
        Movements in samples of these arrays.
    """
    n = found.onset.size
    unknown = np.full(n, np.nan)
    table = np.zeros((n, 5))
    bursts = np.zeros(n, np.int64)
    for row, (start, stop) in enumerate(zip(found.onset, found.offset, strict=True)):
        table[row], bursts[row] = _describe(above_uv[start:stop], float(rest_uv[start]), fs_hz, criteria.onset_above_rest_uv)
    low, high = interval if interval is not None else (unknown, unknown)
    return MovementEvidence(
        rest_uv=table[:, 0],
        peak_above_rest_uv=table[:, 1],
        median_above_rest_uv=table[:, 2],
        area_uv_s=table[:, 3],
        rise_time_s=table[:, 4],
        n_bursts=bursts,
        confidence=unknown if confidence is None else confidence,
        onset_distance_uv=table[:, 1] - criteria.onset_above_rest_uv,
        duration_distance_s=(found.offset - found.onset) / fs_hz - criteria.min_duration_s,
        confidence_low=low,
        confidence_high=high,
    )


def _describe(piece: SignalArray, rest: float, fs_hz: float, on_level: float) -> tuple[tuple[float, float, float, float, float], int]:
    """Rest, peak, median, area and rise time of one movement, and its number of bursts."""
    peak = float(piece.max())
    rise = int(np.argmax(piece >= _RISE_SHARE * peak)) / fs_hz
    area = float(np.sum(np.maximum(piece, 0.0), dtype=np.float64)) / fs_hz
    bursts = max(1, find_runs(piece >= on_level).start.size)
    return (rest, peak, float(np.median(piece)), area, rise), bursts


def select_rows(evidence: MovementEvidence, rows: IntArray) -> MovementEvidence:
    """Keep some rows."""
    return MovementEvidence(**{name: getattr(evidence, name)[rows] for name in MovementEvidence.__dataclass_fields__})
