"""Run every validation: scoring, sleep statistics, agreement, then the page of the detector.

``python3 run.py validate``; options go to the detector's. ``python3 run.py validate mutation``
asks instead whether the tests notice single changes. The exit code is not 0 if anything differs
from what it must be.
"""

import sys
from collections.abc import Sequence

from validation import agreement, plmscore, sleep_statistics
from validation.detector.__main__ import main as detector
from validation.detector.__main__ import parse
from validation.mutation.__main__ import main as mutation


def main(arguments: Sequence[str]) -> int:
    """Run the comparisons, then measure the detector."""
    if arguments[:1] == ["mutation"]:
        return mutation(arguments[1:])
    parse(arguments)
    failed = [plmscore.main([]), sleep_statistics.main(), agreement.main()]
    return max(*failed, detector(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
