"""Print by room what the tests reach: statements and branches, and the modules they reach least.

``python3 run.py test`` and ``python3 run.py coverage`` run the tests and hand their report to
``main``. It fails where a room that decides results has too many branches that no test takes.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

COUNTED = (
    "num_statements",
    "covered_lines",
    "num_branches",
    "covered_branches",
)
LEAST = 10
ASKED_PERCENT = 95.0
ASKED_OF = ("clinical", "detection", "rules", "scoring")
"""Rooms that decide results; so many of their branches must be taken."""


def main(arguments: Sequence[str]) -> int:
    """Read a report of coverage (JSON), print a line for each room; 1 if one is below its mark."""
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    modules = dict(_modules(report))
    rooms: dict[str, Counter[str]] = {}
    for name, counts in modules.items():
        rooms.setdefault(name.split("/")[0], Counter()).update(counts)
    print(f"\n{'room':<16}{'statements':>20}{'branches':>20}")
    for room, counts in sorted(rooms.items()):
        print(_line(room, counts))
    print(_line("all", sum(rooms.values(), Counter())))
    print("\nReached least:")
    least = sorted(modules, key=lambda name: _reached(modules[name]))
    for name in least[:LEAST]:
        print(f"  {_reached(modules[name]):5.1f} %  {name}")
    below = [
        room
        for room in ASKED_OF
        if _branches(rooms.get(room, Counter())) < ASKED_PERCENT
    ]
    if below:
        print(f"\nBelow {ASKED_PERCENT:g} % of branches: {', '.join(below)}")
    return int(bool(below))


def _modules(
    report: dict[str, dict[str, dict[str, dict[str, int]]]],
) -> Iterator[tuple[str, Counter[str]]]:
    """Give each module of the package by its path inside it, with what was counted."""
    for path, found in report["files"].items():
        counts = Counter({key: found["summary"][key] for key in COUNTED})
        yield path.replace("\\", "/").partition("src/ekbom/")[2], counts


def _reached(counts: Counter[str]) -> float:
    """Say which share of statements and branches was reached, in percent."""
    return _percent(
        counts["covered_lines"] + counts["covered_branches"],
        counts["num_statements"] + counts["num_branches"],
    )


def _branches(counts: Counter[str]) -> float:
    """Say which share of the branches was taken, in percent."""
    return _percent(counts["covered_branches"], counts["num_branches"])


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 100.0


def _line(room: str, counts: Counter[str]) -> str:
    statements = _percent(counts["covered_lines"], counts["num_statements"])
    return (
        f"{room:<16}{counts['num_statements']:>10}{statements:>8.1f} %"
        f"{counts['num_branches']:>10}{_branches(counts):>8.1f} %"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
