"""Whether a leg lay still: a finding where its tone was raised for minutes."""

import numpy as np

from ekbom.criteria.detector import RestlessSettings
from ekbom.detection.levels import LegLevels
from ekbom.model.finding import Finding, Severity

_MINUTE_S = 60.0  # arithmetic: seconds of a minute


def find_unrest(
    side: str, levels: LegLevels, *, settings: RestlessSettings
) -> tuple[Finding, ...]:
    """Say in how many minutes the leg was not relaxed; nothing where there is none."""
    if levels.restless is None:
        return ()
    per_minute = max(1, round(_MINUTE_S / levels.step_s))
    starts = np.arange(0, levels.restless.size, per_minute)
    held = np.add.reduceat(levels.restless.astype(np.int64), starts)
    length = np.diff(np.append(starts, levels.restless.size))
    share = held / length
    minutes = int(np.count_nonzero(share >= settings.unrest_minute_share))
    if not minutes:
        return ()
    values = {"count": minutes, "minutes": starts.size}
    return (Finding("leg-not-relaxed", Severity.NOTE, side, values),)
