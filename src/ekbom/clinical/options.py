"""Options to discuss.

Who recommends or advises against each, what bars it, what cannot be checked, which doses were read.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ekbom.clinical.judge import Judged, State, judge_all
from ekbom.clinical.lines import line, met_lines
from ekbom.criteria.guidelines import OptionTable, Rule
from ekbom.model.assessment import OptionResult, Recommendation
from ekbom.model.source import EvidenceMark

OFFERED, AGAINST, NOT_OFFERED = "offered", "against_standard_use", "not_offered"
_PRECEDENCE = (NOT_OFFERED, AGAINST, OFFERED)
STEPS = {OFFERED: "offered", AGAINST: "against", NOT_OFFERED: "not_offered"}
"""Under which step a later rule finds an option of each placement."""


class Option(NamedTuple):
    """One option a rule speaks of: where it is placed, and its judged rules."""

    table: OptionTable
    placed: str
    advice: Judged
    barred: Judged
    cautions: Judged
    doses: Judged

    @property
    def cannot_check(self) -> tuple[str, ...]:
        """What a rule asks about and nobody answered."""
        rules = (*self.barred.unknown, *self.cautions.unknown, *self.doses.unknown)
        return tuple(dict.fromkeys(rule.check for rule in rules if rule.check))


def place_option(table: OptionTable, state: State) -> Option | None:
    """Place one option; one that no rule speaks of is left out."""
    advice = judge_all(table.recommendations, state)
    if not advice.met:
        return None
    barred = judge_all(table.barred, state)
    return Option(
        table=table,
        placed=placement(advice.met, barred=bool(barred.met)),
        advice=advice,
        barred=barred,
        cautions=judge_all(table.cautions, state),
        doses=judge_all(table.doses, state),
    )


def placement(advice: Iterable[Rule], *, barred: bool) -> str:
    """Choose the most careful of the placements asked for; what is barred is not offered."""
    if barred:
        return NOT_OFFERED
    places = {rule.placed for rule in advice}
    return next(place for place in _PRECEDENCE if place in places)


def tell_option(option: Option, *, doses: bool) -> OptionResult:
    """Write one option; unknown facts withhold its dose, never the option.

    `doses` is false while something cannot wait.
    """
    table, advice = option.table, option.advice
    dosed = doses and option.placed == OFFERED and not option.cannot_check
    return OptionResult(
        code=table.code,
        title=table.title,
        kind=table.kind,
        placed=option.placed,
        recommendations=tuple(_recommendation(rule, advice.state) for rule in advice.met),
        barred=met_lines(option.barred),
        cautions=met_lines(option.cautions),
        doses=met_lines(_read(option.doses)) if dosed else (),
        cannot_check=option.cannot_check,
        labels=tuple(dict.fromkeys(rule.label for rule in advice.met if rule.label)),
    )


def _recommendation(rule: Rule, state: State) -> Recommendation:
    return Recommendation(
        direction=rule.direction,
        strength=rule.strength,
        certainty=rule.certainty,
        label=rule.label,
        line=line(rule, state),
    )


def _read(doses: Judged) -> Judged:
    """Doses that were read somewhere; a recalled dose is never printed."""
    recalled = EvidenceMark.RECALLED
    kept = (pair for pair in doses.verdicts if pair[0].source.evidence is not recalled)
    return Judged(doses.state, tuple(kept))
