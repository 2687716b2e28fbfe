"""Bring the frozen lists of the clinical rules up to the tables, and keep every case that is there.

``python tests/clinical/renew_frozen.py FOLDER SECONDS`` (with ``src``, ``tests`` and
``tests/clinical`` on the path) judges the cases of `frozen_leaves.yaml` anew, drops the rules that
are gone, and searches cases anew only for rules that are new or that say something else. Read
the difference before it is kept.
"""

import sys
from pathlib import Path
from typing import Any

from frozen_facts import read_words
from frozen_verdicts import verdict
from make_frozen import HERE, RULES, Search, write

Cases = dict[str, list[dict[str, Any]]]


def kept_cases() -> Cases:
    """Give the cases that are there, for every rule that still exists."""
    listed = read_words(HERE / "frozen_leaves.yaml")
    return {
        rule: [facts for case in cases for facts in case.values()]
        for rule, cases in listed.items()
        if rule in RULES
    }


def changed_rules(kept: Cases) -> set[str]:
    """Name the rules that are new, or that say something else on a case of the list."""
    listed = read_words(HERE / "frozen_leaves.yaml")
    other = {
        rule
        for rule, cases in listed.items()
        if rule in kept
        and any(
            verdict(rule, facts) != word
            for case in cases
            for word, facts in case.items()
        )
    }
    return other | (set(RULES) - set(kept))


def main(folder: Path, seconds: float) -> None:
    """Search what is missing and write both lists."""
    kept = kept_cases()
    wanted = changed_rules(kept)
    sys.stdout.write(f"rules to search: {', '.join(sorted(wanted))}\n")
    search = Search(folder, seed=1)
    search.pool += [
        case for rule in kept if rule in wanted for case in kept[rule]
    ]
    search.alive = {
        rule: left for rule, left in search.alive.items() if rule in wanted
    }
    search.run(seconds)
    added = search.shortened()
    left = {rule for rule, numbers in search.alive.items() if numbers}
    sys.stdout.write(
        f"not told apart by any case: {', '.join(sorted(left)) or 'nothing'}\n"
    )
    write({**kept, **added})


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
