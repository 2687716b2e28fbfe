"""Run Luna's LM command on every night of a folder; one line of JSON per night.

This script runs in the environment of that program: it knows nothing of Ekbom. Taken are its
component movements (COMP), which are those of one leg before the legs are combined.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

SIDES = {"L": "left", "R": "right"}


def movements_of_night(
    project: Any, path: Path
) -> dict[str, list[tuple[float, float]]]:  # Any: untyped program
    """Give onset and duration of the movements of each leg.

    None where Luna writes no table of events.
    """
    night = project.inst(path.stem)
    night.attach_edf(str(path))
    night.proc("LM sig=EMG_LAT,EMG_RAT verbose")
    found: dict[str, list[tuple[float, float]]] = {"left": [], "right": []}
    tables = {
        (row.iloc[0], row.iloc[1]) for _, row in night.strata().iterrows()
    }
    if ("LM", "EVENT_TYPE") in tables:
        events = night.table("LM", "EVENT_TYPE")
        for _, event in events[events["TYPE"] == "COMP"].iterrows():
            found[SIDES[event["SIDE"]]].append(
                (float(event["START"]), float(event["DUR"]))
            )
    return found


def main(folder: Path) -> None:
    """Answer for every night."""
    project = importlib.import_module("lunapi").proj()
    project.silence(True)  # noqa: FBT003 - the signature of that program
    for path in sorted(folder.glob("*.edf")):
        start = time.process_time()
        try:
            found = movements_of_night(project, path)
        except Exception as error:  # another program may fail in any way; the night is then missing
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        print(
            json.dumps(
                {
                    "night": path.stem,
                    "variant": "Luna LM",
                    "cpu_s": time.process_time() - start,
                    **found,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
