"""Print by room what the tests reach: lines and branches, and the modules they reach least.

``python3 run.py coverage`` runs the tests and hands their report to ``main``.
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


def main(arguments: Sequence[str]) -> int:
    """Read a report of coverage (JSON) and print a line for each room."""
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    modules = dict(_modules(report))
    rooms: dict[str, Counter[str]] = {}
    for name, counts in modules.items():
        rooms.setdefault(name.split("/")[0], Counter()).update(counts)
    print(f"{'room':<16}{'statements':>12}{'branches':>10}{'reached':>10}")
    for room, counts in sorted(rooms.items()):
        print(_line(room, counts))
    print(_line("all", sum(rooms.values(), Counter())))
    print("\nReached least:")
    for name in sorted(modules, key=lambda name: _percent(modules[name]))[
        :LEAST
    ]:
        print(f"  {_percent(modules[name]):5.1f} %  {name}")
    return 0


def _modules(
    report: dict[str, dict[str, dict[str, dict[str, int]]]],
) -> Iterator[tuple[str, Counter[str]]]:
    """Give each module of the package by its path inside it, with what was counted."""
    for path, found in report["files"].items():
        counts = Counter({key: found["summary"][key] for key in COUNTED})
        yield path.replace("\\", "/").partition("src/ekbom/")[2], counts


def _percent(counts: Counter[str]) -> float:
    """Say which share of statements and branches was reached, in percent."""
    everything = counts["num_statements"] + counts["num_branches"]
    reached = counts["covered_lines"] + counts["covered_branches"]
    return 100.0 * reached / everything if everything else 100.0


def _line(room: str, counts: Counter[str]) -> str:
    numbers = f"{counts['num_statements']:>12}{counts['num_branches']:>10}"
    return f"{room:<16}{numbers}{_percent(counts):>9.1f} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
