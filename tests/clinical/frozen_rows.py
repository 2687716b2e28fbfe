"""The clinical and follow-up tables as rows of plain words, one for each entry, to be frozen.

``python tests/clinical/frozen_rows.py``, with ``tests`` on the path, writes ``frozen_tables.yaml``
anew; a person reads the difference. Sentences are not frozen, the numbers in them are; sentences on
doses are, whole.
"""

from collections.abc import Iterator
from pathlib import Path

from frozen_words import NUMBER, joined, parameter, write_frozen

from ekbom.criteria.facts import FactField
from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import ClinicalTables, Rule
from ekbom.rules.check import all_rules
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.load_follow_up import load_follow_up

FROZEN = Path(__file__).with_name("frozen_tables.yaml")
Rows = dict[str, dict[str, str]]
SAID = (
    "code",
    "status",
    "excluded_by",
    "urgency",
    "placed",
    "direction",
    "strength",
    "certainty",
    "label",
    "check",
    "routes",
    "already_known",
)


def rows() -> Rows:
    """Write every table as rows, by section and name."""
    clinical, follow = load_clinical(), load_follow_up()
    return {
        "parameters": {
            name: parameter(one) for name, one in follow.parameters.items()
        },
        "facts": {name: fact(one) for name, one in clinical.fields.items()},
        "units": dict(units(clinical)),
        "condition codes": dict(clinical.condition_codes),
        "rules": {
            rule.id: said(rule)
            for rule in (*all_rules(clinical), *follow_rules(follow))
        },
        "medicines": dict(medicines(clinical)),
        "substances": dict(substances(clinical)),
        "medicine groups": {
            group.code: joined(group.atc) for group in clinical.medicine_groups
        },
        "diagnoses": dict(diagnoses(clinical)),
        "options": {
            one.code: joined((one.kind, one.medicine))
            for one in clinical.options
        },
        "night": dict(night(clinical)),
        "statements": {
            str(s.number): joined(s.represented_by) for s in clinical.statements
        },
        "certainty": {
            word: joined(map(str, said))
            for word, said in clinical.certainty.items()
        },
        "measures": dict(measures(follow)),
        "checks": {
            check.rule.id: f"{check.interval} after {check.anchor}: {joined(check.done_by)}"
            for check in follow.checks
        },
    }


def fact(one: FactField) -> str:
    limits = (
        "" if one.minimum is None else f"{one.minimum:g} to {one.maximum:g}"
    )
    tried = f"try {joined(one.trial_values)}" if one.trial_values else ""
    return joined(
        (one.kind.value, one.unit, limits, joined(one.choices), tried)
    )


def units(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    for name, factors in tables.units.items():
        for one in factors:
            yield (
                f"{name} in {one.unit}",
                f"{one.factor:.9g} x {one.target} {one.group}".strip(),
            )


def said(rule: Rule) -> str:
    """Write what a rule puts out, how it is known, and the numbers it speaks of."""
    put_out = [getattr(rule, name) for name in SAID]
    told = joined(
        joined(word) if isinstance(word, tuple) else word for word in put_out
    )
    source = rule.source
    mark = joined((source.evidence.value, source.citation, source.population))
    spoken = joined((rule.title, rule.text, rule.plain))
    words = spoken if ".dose" in rule.id else " ".join(NUMBER.findall(spoken))
    return f"{told} ({mark})".strip() + (f": {words}" if words else "")


def follow_rules(tables: FollowUpTables) -> Iterator[Rule]:
    for measure in tables.measures:
        yield from (*measure.texts.values(), *measure.unfit, *measure.cautions)
    yield from (check.rule for check in tables.checks)
    yield from (*tables.remarks.values(), *tables.texts.values())


def medicines(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    for one in tables.medicines:
        effect = f"rls {one.effect_rls}, plms {one.effect_plms}, {one.level}"
        yield one.generic, f"{one.group}; {effect}"


def substances(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    """Give the codes and groups of every substance; how it is spelled is tested by cases."""
    for one in tables.substances:
        mark = one.source.evidence.value
        told = (" ".join(one.atc), " ".join(one.groups), mark)
        yield one.generic, "; ".join(filter(None, told))


def diagnoses(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    for one in (*tables.criteria_sets, *tables.diagnoses):
        rules = joined(rule.id for rule in one.rules)
        yield (
            one.code,
            f"{one.kind}; {rules}; criteria {joined(one.criteria)}; "
            f"for {joined(one.speaks_for)}; against {joined(one.speaks_against)}",
        )


def night(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    for one in tables.night:
        also = joined(f"{name}={word}" for name, word in one.also.items())
        yield (
            f"{one.fact} from {one.index}",
            f"{one.rule_set}; needs {joined(one.needs)}; also {also}",
        )


def measures(tables: FollowUpTables) -> Iterator[tuple[str, str]]:
    for one in tables.measures:
        limit = one.limit or "any change"
        beside = f"beside {one.second_limit}" if one.second_limit else ""
        same = f"same {joined(one.same)}" if one.same else ""
        yield (
            one.fact,
            joined((limit, beside, same, "response" if one.response else "")),
        )


if __name__ == "__main__":
    write_frozen(
        FROZEN,
        rows(),
        about="Every entry of the clinical and follow-up tables.",
    )
