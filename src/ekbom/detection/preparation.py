"""What was done to a leg before the rule was applied, in words.

The standards know no such preparation.
"""

import numpy as np

from ekbom.detection.levels import LegLevels
from ekbom.detection.runs import find_runs
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import BoolArray

_CLOSE_S = 60.0
_MOST_STRETCHES = 4


def report_preparation(
    side: str, levels: LegLevels, *, mains_hz: tuple[float, ...], n_beats: int
) -> tuple[Finding, ...]:
    """Say what was taken out of a leg, where, and how much of it.

    Nothing was done, nothing is said.
    """
    findings: list[Finding] = []
    hum = levels.hum_uv > 0.0
    if hum.any():
        found = " and ".join(f"{hz:g} Hz" for hz in mains_hz)
        findings.append(
            Finding(
                code="hum-removed",
                severity=Severity.NOTE,
                message=(
                    f"Non-standard preparation: mains hum of {found} with its harmonics, "
                    f"median {np.median(levels.hum_uv[hum]):.1f} uV rms, "
                    f"was subtracted from the {side} leg in {_share(hum)} of the recording ({_where(hum, levels.step_s)})."
                ),
                subject=side,
            )
        )
    heart = levels.ecg_uv > 0.0
    if heart.any():
        findings.append(
            Finding(
                code="ecg-cancelled",
                severity=Severity.NOTE,
                message=(
                    f"Non-standard preparation: {n_beats} heart beats, R wave of {np.median(levels.ecg_uv[heart]):.1f} uV in the median, "
                    f"were subtracted from the {side} leg in {_share(heart)} of the recording ({_where(heart, levels.step_s)})."
                ),
                subject=side,
            )
        )
    return tuple(findings)


def _share(mask: BoolArray) -> str:
    """Share of the recording in per cent."""
    return f"{100.0 * float(np.mean(mask)):.0f} %"


def _where(mask: BoolArray, step_s: float) -> str:
    """Name the longest stretches as h:mm of recording time, pauses under a minute bridged."""
    runs = find_runs(mask)
    new = np.append(True, (runs.start[1:] - runs.stop[:-1]) * step_s > _CLOSE_S)
    start, stop = runs.start[new], np.append(runs.stop[:-1][new[1:]], runs.stop[-1])
    longest = np.sort(np.argsort(start - stop, kind="stable")[:_MOST_STRETCHES])
    text = ", ".join(
        f"{_clock(start[row] * step_s)} to {_clock(stop[row] * step_s)}" for row in longest
    )
    more = start.size - longest.size
    return f"from {text}" + (f" and {more} shorter stretches" if more else "")


def _clock(time_s: float) -> str:
    """Time from recording start as h:mm:ss."""
    seconds = round(time_s)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
