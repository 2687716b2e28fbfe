"""Run every validation: scoring, sleep statistics, agreement, then the page of the detector.

``python3 run.py validate``; options go to the detector's. ``python3 run.py validate mutation``
asks instead whether the tests notice single changes,
``python3 run.py validate fuzz`` whether damaged input is always answered or refused,
``python3 run.py validate motorunits`` measures the detector on nights of motor units,
``python3 run.py validate bytes`` whether one input always gives the same files,
``python3 run.py validate harmless`` how many periodic movements are made of harmless ones,
``python3 run.py validate memory`` what long recordings take,
``python3 run.py validate pythons`` runs the suite on every Python. The exit code is not 0 if
anything differs from what it must be.
"""

import sys
from collections.abc import Callable, Mapping, Sequence

from validation import (
    agreement,
    harmless,
    memory,
    plmscore,
    pythons,
    same_bytes,
    scoring_fit,
    sleep_statistics,
    surface_emg,
)
from validation.detector.__main__ import main as detector
from validation.detector.__main__ import parse
from validation.fuzz.__main__ import main as fuzz
from validation.motor_units.__main__ import main as motor_units
from validation.mutation.__main__ import main as mutation

ALONE: Mapping[str, Callable[[Sequence[str]], int]] = {
    "detector": detector,
    "bytes": same_bytes.main,
    "fit": scoring_fit.main,
    "fuzz": fuzz,
    "harmless": harmless.main,
    "motorunits": motor_units,
    "memory": memory.main,
    "mutation": mutation,
    "plmscore": plmscore.main,
    "pythons": pythons.main,
    "surface": surface_emg.main,
}


def main(arguments: Sequence[str]) -> int:
    """Run the validation that is named, or the comparisons and then the detector's."""
    if arguments and arguments[0] in ALONE:
        return ALONE[arguments[0]](arguments[1:])
    parse(arguments)
    failed = [plmscore.main([]), sleep_statistics.main(), agreement.main()]
    return max(*failed, detector(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
