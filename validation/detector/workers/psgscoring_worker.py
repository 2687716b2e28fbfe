"""Run psgscoring's limb-movement step on every night of a folder.

One line of JSON per night and variant.

This script runs in the environment of that program: it knows nothing of Ekbom. Each leg is asked
alone, with every epoch as N2, so that no movement is left out for being awake and none is joined
with the other leg.
"""

import importlib
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

VARIANTS = {"psgscoring": False, "psgscoring, AASM offset": True}


def movements_of_leg(
    analyze: Any, emg_uv: Any, fs_hz: float, *, aasm_offset: bool
) -> list[tuple[float, float]]:  # Any: untyped program
    """Give onset and duration of each movement of one leg."""
    hypnogram = ["N2"] * math.ceil(len(emg_uv) / fs_hz / 30.0)
    result = analyze(
        emg_uv,
        None,
        fs_hz,
        hypnogram,
        leg_unit="uV",
        event_list_cap=None,
        offset_aasm=aasm_offset,
    )
    if not result["success"]:
        raise RuntimeError(result["error"])
    return [
        (float(event["onset_s"]), float(event["duration_s"]))
        for event in result["events"]
    ]


def main(folder: Path) -> None:
    """Answer for every night."""
    analyze = importlib.import_module("psgscoring.plm").analyze_plm
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as stored:
            legs, fs_hz = (
                {
                    side: stored[side].astype(float)
                    for side in ("left", "right")
                },
                float(stored["fs_hz"]),
            )
        for variant, aasm_offset in VARIANTS.items():
            start = time.process_time()
            try:
                found = {
                    side: movements_of_leg(
                        analyze, emg_uv, fs_hz, aasm_offset=aasm_offset
                    )
                    for side, emg_uv in legs.items()
                }
            except Exception as error:
                # another program may fail in any way; the night is then missing
                print(f"{path.name}: {error}", file=sys.stderr)
                continue
            print(
                json.dumps(
                    {
                        "night": path.stem,
                        "variant": variant,
                        "cpu_s": time.process_time() - start,
                        **found,
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
