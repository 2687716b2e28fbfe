"""What the detectors find on one disturbed leg, as rows to be frozen.

``python tests/detection/frozen_legs.py``, with ``tests`` on the path, writes the list anew.
"""

from pathlib import Path

import numpy as np
from frozen_outcome import flattened
from frozen_words import write_frozen
from known_legs import (
    CRITERIA,
    LITERAL,
    ROBUST,
    beats_wave,
    hum_wave,
    known_leg,
    regular,
)

from ekbom.model.recording import LegSignal
from ekbom.pipeline.detect import find_leg_movements

FROZEN = Path(__file__).with_name("frozen_legs.yaml")
MINUTES, FS = 8.0, 256.0
N = int(60 * MINUTES * FS)


def disturbed(side: str, seed: int) -> LegSignal:
    """Make a leg with hum, heart, a step of its noise, a flat and a clipped stretch."""
    added = hum_wave(N, fs_hz=FS, rms_uv=12.0) + beats_wave(
        N, fs_hz=FS, height_uv=35.0
    )
    rest_uv = np.repeat([1.0, 3.0], N // 2)
    moves = regular(MINUTES, seed=seed)
    leg, _ = known_leg(
        minutes=MINUTES,
        rest_uv=rest_uv,
        movements=moves,
        added=added,
        seed=seed,
        side=side,
    )
    leg.emg_uv[:][round(200 * FS) : round(215 * FS)] = 0.0
    leg.emg_uv[:][round(300 * FS) : round(303 * FS)] = 3000.0
    return leg


def rows() -> dict[str, dict[str, str]]:
    """Search the legs with both detectors."""
    left, right = disturbed("left", 3), disturbed("right", 4)
    quiet, _ = known_leg(
        minutes=MINUTES, movements=regular(MINUTES), side="left"
    )
    found = {}
    for name, leg, settings in (
        ("robust, disturbed", left, ROBUST),
        ("robust, quiet", quiet, ROBUST),
        ("literal, quiet", quiet, LITERAL),
    ):
        result = find_leg_movements(
            leg,
            amplitude=CRITERIA,
            settings=settings,
            ecg=None,
            other_leg=right,
            keep_trace=True,
        )
        found[name] = flattened(result)
    return found


if __name__ == "__main__":
    write_frozen(
        FROZEN,
        rows(),
        about="What the detectors find on legs made by formulas.",
    )
