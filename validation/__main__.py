"""Run every validation that makes a page: ``python3 run.py validate``; options go to the detector's."""

import sys

from validation.detector.__main__ import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
