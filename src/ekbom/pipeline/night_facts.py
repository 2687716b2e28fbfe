"""What a scored night says about a person: facts, and how they join the answers of a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ekbom.criteria.guidelines import ClinicalTables, NightRow
from ekbom.criteria.person import FactProblem
from ekbom.model.assessment import FactValue
from ekbom.model.errors import InputError
from ekbom.model.finding import Reason
from ekbom.model.result import IndexValue, StudyResult
from ekbom.scoring.indices.events import apneas_and_hypopneas_per_h

SLEEP = "sleep"
PLM_INDEX = "psg.plmi"


@dataclass(frozen=True, kw_only=True)
class NightFacts:
    """What a scored night says: facts, where each comes from, and what a person must know."""

    values: Mapping[str, FactValue]
    provenance: Mapping[str, Reason]
    problems: tuple[FactProblem, ...] = ()


def facts_of_night(night: StudyResult, tables: ClinicalTables) -> NightFacts:
    """Read the facts of a scored night by the rows of the table, each with its provenance."""
    values: dict[str, FactValue] = {"psg.done": "yes"}
    provenance = {"psg.done": Reason("night-given")}
    for row in tables.night:
        value = _known(night, row)
        if row.fact not in values and value is not None:
            values |= {row.fact: value, **row.also}
            facts = (row.fact, *row.also)
            provenance |= dict.fromkeys(facts, _from_index(row))
    ahi = apneas_and_hypopneas_per_h(night)
    if ahi is not None:
        values["psg.ahi"] = ahi
        provenance["psg.ahi"] = Reason("night-apneas-hypopneas")
    problems = () if PLM_INDEX in values else (_why_no_index(night, tables),)
    return NightFacts(
        values=values,
        provenance=provenance,
        problems=problems,
    )


def _known(night: StudyResult, row: NightRow) -> float | None:
    """Give the value of an index, None where what it needs was never scored."""
    index = _index(night, row)
    if index is None or not night.scored.issuperset(row.needs):
        return None
    return None if index.value is None else float(index.value)


def _from_index(row: NightRow) -> Reason:
    return Reason(
        "night-index",
        {
            "text": row.rule.text,
            "rule_set": row.rule_set,
            "index": row.index,
        },
    )


def _why_no_index(night: StudyResult, tables: ClinicalTables) -> FactProblem:
    """Say why the night gives no PLM index by the rules that PLMD asks for."""
    row = next(row for row in tables.night if row.fact == PLM_INDEX)
    index = _index(night, row)
    if index is None:
        return FactProblem(fact=PLM_INDEX, rule_id="text.night_no_aasm")
    unscored = tuple(kind for kind in row.needs if kind not in night.scored)
    why = index.reason or Reason("kinds-not-scored", {"kinds": unscored})
    reason = Reason("night-index-unknown", {"why": why})
    return FactProblem(
        fact=PLM_INDEX,
        rule_id="text.night_no_index",
        reason=reason,
    )


def _index(night: StudyResult, row: NightRow) -> IndexValue | None:
    if row.rule_set == SLEEP:
        return night.sleep.get(row.index)
    score = night.scores.get(row.rule_set)
    return score.indices.get(row.index) if score else None


def with_night(
    answers: Mapping[str, object], found: NightFacts
) -> dict[str, object]:
    """Join the answers of a file with the facts of a night; the file comes first."""
    joined = dict(answers)
    for path, value in found.values.items():
        group, _, name = path.partition(".")
        node = joined.get(group, {})
        if not isinstance(node, Mapping):
            raise InputError(
                f"{group} must be a mapping of answers, not {node!r}"
            )
        if node.get(name) in (None, "unknown"):
            joined = with_answer(joined, path, value)
    return joined


def with_answer(
    answers: Mapping[str, object], path: str, value: object
) -> dict[str, object]:
    """Set one answer without changing the argument."""
    group, _, name = path.partition(".")
    if not name:
        return {**answers, path: value}
    node = answers.get(group)
    return {
        **answers,
        group: {**(node if isinstance(node, Mapping) else {}), name: value},
    }


def differences(
    typed: Mapping[str, FactValue], found: NightFacts
) -> Iterator[FactProblem]:
    """Report every answer of the file that the night contradicts."""
    for path, value in found.values.items():
        entered = typed.get(path, "unknown")
        if entered not in ("unknown", value):
            said = {
                "fact": path,
                "entered": entered,
                "night": value,
            }
            reason = Reason("night-differs", said)
            yield FactProblem(
                fact=path,
                rule_id="text.night_not_used",
                reason=reason,
            )
