"""Options to discuss.

Who recommends or advises against each, what bars it, what cannot be checked, which doses were read.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ekbom.clinical.contradictions import as_told
from ekbom.clinical.judge import (
    MET,
    NOT_MET,
    UNKNOWN,
    Judged,
    State,
    first_met,
    judge_all,
    rules_having,
)
from ekbom.clinical.lines import line, met_lines
from ekbom.criteria.guidelines import OptionTable, Rule
from ekbom.model.assessment import Line, OptionResult, Recommendation
from ekbom.model.source import EvidenceMark

OFFERED, AGAINST, NOT_OFFERED = "offered", "against_standard_use", "not_offered"
RECALLED = EvidenceMark.RECALLED
_PRECEDENCE = (NOT_OFFERED, AGAINST, OFFERED)
STEPS = {OFFERED: "offered", AGAINST: "against", NOT_OFFERED: "not_offered"}
"""Under which step a later rule finds an option of each placement."""


class Option(NamedTuple):
    """One option and where it is placed; `placed` is empty where no rule speaks of it."""

    table: OptionTable
    placed: str
    state: State

    @property
    def advice(self) -> Judged:
        """What each source says about it."""
        return judge_all(self.table.recommendations, self.state)

    @property
    def barred(self) -> Judged:
        """The rules that bar it, on the facts as they were told: no contradiction lifts a bar."""
        return judge_all(self.table.barred, as_told(self.state))

    @property
    def cautions(self) -> Judged:
        """Its cautions, asked about where a rule speaks of it."""
        return judge_all(self.table.cautions if self.placed else (), self.state)

    @property
    def required(self) -> Judged:
        """The criteria without which no dose is printed, asked where a rule speaks of it."""
        criteria = self.state.tables.criteria
        names = self.table.requires if self.placed else ()
        return judge_all((criteria[name] for name in names), self.state)

    @property
    def unchecked(self) -> list[Rule]:
        """The rules that withhold the dose while nobody answered them.

        They count once more among what waits for an answer: for themselves and for the dose.
        """
        table = self.table
        rules = (
            (*table.barred, *table.cautions, *table.doses)
            if self.placed
            else ()
        )
        asking = (rule for rule in rules if rule.check)
        return rules_having(UNKNOWN, asking, self.state)

    @property
    def cannot_check(self) -> tuple[str, ...]:
        """What a rule asks about and nobody answered."""
        unknown = (*self.unchecked, *self.required.having(UNKNOWN))
        return tuple(dict.fromkeys(rule.check for rule in unknown))

    @property
    def doses(self) -> Judged:
        """The doses that were read somewhere, if everything required is met and nothing is open.

        A recalled dose is never printed.
        """
        passed = len(self.required.met) == len(self.table.requires)
        told = self.placed == OFFERED and passed and not self.cannot_check
        read = (
            dose
            for dose in self.table.doses
            if dose.source.evidence is not RECALLED
        )
        return judge_all(read if told else (), self.state)


def place_option(table: OptionTable, state: State) -> Option:
    """Place one option; what bars it is asked where a rule speaks of it."""
    advice = rules_having(MET, table.recommendations, state)
    barred = (
        bool(advice) and first_met(table.barred, as_told(state)) is not None
    )
    return Option(table, placement(advice, barred=barred), state)


def placement(advice: Iterable[Rule], *, barred: bool) -> str:
    """Choose the most careful of the placements asked for; what is barred is not offered."""
    places = {rule.placed for rule in advice}
    if barred:
        return NOT_OFFERED
    return next((place for place in _PRECEDENCE if place in places), "")


def tell_option(option: Option, *, doses: bool) -> OptionResult:
    """Write one option; unknown facts withhold its dose, never the option.

    `doses` is false while something cannot wait.
    """
    table, advice = option.table, option.advice
    return OptionResult(
        code=table.code,
        title=table.title,
        kind=table.kind,
        placed=option.placed,
        recommendations=tuple(
            _recommendation(rule, advice.state) for rule in advice.met
        ),
        barred=met_lines(option.barred),
        cautions=(*met_lines(option.cautions), *_withheld(option)),
        doses=met_lines(option.doses) if doses else (),
        cannot_check=option.cannot_check,
        labels=tuple(
            dict.fromkeys(rule.label for rule in advice.met if rule.label)
        ),
    )


def _withheld(option: Option) -> tuple[Line, ...]:
    """Say what withholds the doses of an offered option: a requirement that is not met."""
    doses = option.table.doses and option.placed == OFFERED
    required = option.required
    failed = required.having(NOT_MET) if doses else []
    return tuple(line(rule, required.state) for rule in failed)


def _recommendation(rule: Rule, state: State) -> Recommendation:
    return Recommendation(
        direction=rule.direction,
        strength=rule.strength,
        certainty=rule.certainty,
        label=rule.label,
        line=line(rule, state),
    )
