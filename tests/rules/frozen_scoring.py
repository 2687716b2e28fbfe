"""The tables of the scoring standards and of the indices as rows of plain words, to be frozen.

``python tests/rules/frozen_scoring.py``, with ``tests`` on the path, writes the list anew.
"""

from collections import Counter
from pathlib import Path

from frozen_words import NUMBER, joined, parameter, write_frozen

from ekbom.model.source import RuleSet
from ekbom.rules.load_indices import load_index_table, report_names
from ekbom.rules.load_scoring import list_rule_sets

FROZEN = Path(__file__).with_name("frozen_scoring.yaml")
Rows = dict[str, dict[str, str]]


def rows() -> Rows:
    """Write every table as rows, by section and name."""
    table = load_index_table()
    standards = {rules.id: standard(rules) for rules in list_rule_sets()}
    reports = {
        f"{rules.id} {level}": joined(
            report_names(table, rule_set=rules.id, level=level)
        )
        for rules in list_rule_sets()
        for level in ("required", "optional")
    }
    return {
        **standards,
        "indices": {
            name: parameter(one) for name, one in table.parameters.items()
        },
        "asked for": reports,
        "numbers in formulas": formulas(),
    }


def standard(rules: RuleSet) -> dict[str, str]:
    """Write who a standard is and every parameter of it."""
    known = joined(
        (rules.name, rules.title, rules.edition, rules.published, rules.status)
    )
    parameters = {
        name: parameter(one) for name, one in rules.parameters.items()
    }
    return {"known as": known, "source": rules.source, **parameters}


def formulas() -> dict[str, str]:
    """Count the indices by their unit and the numbers in their titles and formulas."""
    counted = Counter(
        f"{one.unit or 'count'}: {' '.join(NUMBER.findall(f'{one.title} {one.formula}'))}"
        for one in load_index_table().definitions.values()
    )
    return {words: str(count) for words, count in sorted(counted.items())}


if __name__ == "__main__":
    write_frozen(
        FROZEN,
        rows(),
        about="Every number of the scoring standards and of the indices.",
    )
