"""Options to discuss: who recommends or advises against each, what bars it, what cannot be checked, which doses were read."""

from collections.abc import Iterable

from ekbom.clinical.evaluate import UNKNOWN, Context
from ekbom.clinical.lines import judge, line, met_lines, met_rules
from ekbom.criteria.guidelines import OptionTable, Rule
from ekbom.model.assessment import Line, OptionResult, Recommendation
from ekbom.model.source import EvidenceMark

OFFERED, AGAINST, NOT_OFFERED = "offered", "against_standard_use", "not_offered"
_PRECEDENCE = (NOT_OFFERED, AGAINST, OFFERED)
STEPS = {OFFERED: "offered", AGAINST: "against", NOT_OFFERED: "not_offered"}
"""Under which step a later rule finds an option of each placement."""


def list_options(tables: Iterable[OptionTable], context: Context) -> tuple[OptionResult, ...]:
    """Place every option of the tables; one that no rule speaks of is left out."""
    found = [result for table in tables if (result := _place(table, context)) is not None]
    return tuple(found)


def _place(table: OptionTable, context: Context) -> OptionResult | None:
    """Place one option: barred, advised against, or offered.

    Unknown facts withhold its dose, never the option.
    """
    spoken = met_rules(table.recommendations, context)
    barred = met_lines(table.barred, context)
    if not spoken:
        return None
    placed = placement(spoken, barred=bool(barred))
    context.found.setdefault(STEPS[placed], set()).add(table.code)
    cannot_check = _unchecked((*table.barred, *table.cautions, *table.doses), context)
    return OptionResult(
        code=table.code,
        title=table.title,
        kind=table.kind,
        placed=placed,
        recommendations=tuple(
            Recommendation(
                direction=rule.direction,
                strength=rule.strength,
                certainty=rule.certainty,
                label=rule.label,
                line=line(rule, context),
            )
            for rule in spoken
        ),
        barred=barred,
        cautions=met_lines(table.cautions, context),
        doses=() if cannot_check or placed != OFFERED else _doses(table.doses, context),
        cannot_check=cannot_check,
        labels=tuple(dict.fromkeys(rule.label for rule in spoken if rule.label)),
    )


def placement(spoken: Iterable[Rule], *, barred: bool) -> str:
    """Choose the most careful of the placements asked for; what is barred is not offered."""
    if barred:
        return NOT_OFFERED
    places = {rule.placed for rule in spoken}
    return next(place for place in _PRECEDENCE if place in places)


def _unchecked(rules: Iterable[Rule], context: Context) -> tuple[str, ...]:
    """Name what a rule asks about and nobody answered."""
    names = [rule.check for rule in rules if rule.check and judge(rule, context) is UNKNOWN]
    return tuple(dict.fromkeys(names))


def _doses(rules: Iterable[Rule], context: Context) -> tuple[Line, ...]:
    """Doses that were read somewhere; a recalled dose is never printed."""
    return met_lines(
        (rule for rule in rules if rule.source.evidence is not EvidenceMark.RECALLED), context
    )
