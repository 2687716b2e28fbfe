"""Bring the frozen lists of the clinical rules up to the tables, and keep what still holds.

``python tests/clinical/renew_frozen.py FOLDER SECONDS [RULE ...]`` (with ``src``, ``tests`` and
``tests/clinical`` on the path) searches cases anew for the rules that are new, for those that say
something else than their cases or at their limits, and for the rules that are named; it drops the
rules that are gone. Read the difference before it is kept.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from frozen_facts import read_words
from frozen_verdicts import verdict, with_number
from make_frozen import (
    HERE,
    RULES,
    blocks_of,
    leaves,
    searched,
    write_blocks,
)

from ekbom.rules.load_clinical import load_clinical

LEAVES, BOUNDS = HERE / "frozen_leaves.yaml", HERE / "frozen_bounds.yaml"


def written_blocks(path: Path, stay: frozenset[str]) -> dict[str, str]:
    """Give what a list holds of the rules that stay, as it is written."""
    found: dict[str, str] = {}
    rule = ""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("- {rule: "):
            rule = line.removeprefix("- {rule: ").split(",")[0]
        elif not line.startswith((" ", "#")):
            rule = line.split(":")[0]
        if rule in stay and not line.startswith("#"):
            found[rule] = found.get(rule, "") + line
    return found


def unchanged() -> frozenset[str]:
    """Name the rules that still say what both lists hold of them."""
    listed = read_words(LEAVES)
    bounds = read_words(BOUNDS)
    same = {
        rule
        for rule, cases in listed.items()
        if rule in RULES and all(_still(rule, case) for case in cases)
    }
    moved = {bound["rule"] for bound in bounds if not _at_its_limit(bound)}
    return frozenset(same - moved)


def _still(rule: str, case: Mapping[str, Any]) -> bool:
    ((told, facts),) = case.items()
    return bool(verdict(rule, facts) == told)


def _at_its_limit(bound: Mapping[str, Any]) -> bool:
    rule, fact, facts = bound["rule"], bound["fact"], bound["facts"]
    leaf_facts = {str(leaf.get("fact")) for leaf in leaves(RULES.get(rule, {}))}
    if (
        fact not in leaf_facts
        or bound["limit"] not in load_clinical().parameters
    ):
        return False
    found = [
        verdict(rule, with_number(facts, fact, value))
        for value in bound["values"]
    ]
    return bool(found == bound["verdicts"])


def main(folder: Path, seconds: float, rules: Sequence[str]) -> None:
    """Search what is missing and write both lists."""
    stay = unchanged() - set(rules)
    wanted = frozenset(RULES) - stay
    sys.stdout.write(f"rules to search: {', '.join(sorted(wanted))}\n")
    told, limits = blocks_of(searched(folder, seconds, wanted))
    write_blocks(
        written_blocks(LEAVES, stay) | told,
        written_blocks(BOUNDS, stay) | limits,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
