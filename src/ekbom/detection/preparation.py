"""What was done to a leg before the rule was applied; the standards know no such preparation."""

import numpy as np

from ekbom.detection.levels import LegLevels
from ekbom.detection.runs import Runs, find_runs
from ekbom.model.finding import Finding, Severity, Value
from ekbom.model.recording import FloatArray

_CLOSE_S = 60.0  # arithmetic: only of what is listed, stretches with shorter pauses are one
_MOST_STRETCHES = 4  # arithmetic: only of what is listed, no result rests on it


def report_preparation(
    side: str, levels: LegLevels, *, mains_hz: tuple[float, ...], n_beats: int
) -> tuple[Finding, ...]:
    """Say what was taken out of a leg, where, and how much of it.

    Nothing was done, nothing is said.
    """
    hum = {
        "mains_hz": mains_hz,
        **_taken_out(levels, levels.hum_uv),
    }
    heart = {"beats": n_beats, **_taken_out(levels, levels.ecg_uv)}
    findings = (
        Finding("hum-removed", Severity.NOTE, side, hum),
        Finding("ecg-cancelled", Severity.NOTE, side, heart),
    )
    return tuple(
        finding for finding in findings if finding.values["share_percent"]
    )


def _taken_out(levels: LegLevels, amount_uv: FloatArray) -> dict[str, Value]:
    """How much was taken out, in which share of the recording, and in which stretches.

    The stretches are listed as start, stop, start, stop, in seconds from recording start.
    """
    where = amount_uv > 0.0
    if not where.any():
        return {"share_percent": 0.0}
    stretches = _joined(find_runs(where), levels.step_s)
    longest = np.sort(
        np.argsort(-stretches.length, kind="stable")[:_MOST_STRETCHES]
    )
    percent = 100.0 * float(np.mean(where))  # arithmetic: a share in per cent
    return {
        "median_uv": float(np.median(amount_uv[where])),
        "share_percent": percent,
        "stretches_s": tuple(
            float(edge * levels.step_s)
            for row in longest
            for edge in (stretches.start[row], stretches.stop[row])
        ),
        "shorter": stretches.start.size - longest.size,
    }


def _joined(runs: Runs, step_s: float) -> Runs:
    """Join stretches of steps whose pause is short."""
    pauses_s = (runs.start[1:] - runs.stop[:-1]) * step_s
    new = np.flatnonzero(np.append(True, pauses_s > _CLOSE_S))
    return Runs(
        runs.start[new], np.append(runs.stop[new[1:] - 1], runs.stop[-1])
    )
