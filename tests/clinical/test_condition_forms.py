"""The forms of a condition over known and unknown parts; settings of the wrong kind."""

from dataclasses import replace

import pytest
from clinical_cases import TABLES, rls

from ekbom.clinical.facts import read_facts
from ekbom.clinical.judge import (
    State,
    compile_condition,
    judge,
    rests_on_facts_alone,
)
from ekbom.clinical.settings import apply_settings
from ekbom.clinical.walk import start
from ekbom.criteria.guidelines import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    FactIs,
    Found,
    IsMet,
    IsUnknown,
    Named,
    NotOf,
)
from ekbom.model.assessment import Verdict
from ekbom.model.errors import UsageError
from ekbom.model.source import ParameterValue
from ekbom.rules.check import all_rules

STATE: State = start(
    read_facts(rls(), TABLES), TABLES, apply_settings(TABLES, {})
)
FACT = "symptoms.urge_to_move"
YES = FactIs(FACT, ("yes",))
NO = FactIs(FACT, ("no",))
OPEN = FactIs("symptoms.laterality", ("bilateral",))


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (AllOf((YES, YES)), "met"),
        (AllOf((YES, OPEN)), "unknown"),
        (AllOf((OPEN, NO)), "not_met"),
        (AnyOf((NO, YES)), "met"),
        (AnyOf((OPEN, YES)), "met"),
        (AnyOf((NO, OPEN)), "unknown"),
        (AnyOf((NO, OPEN), one_no_suffices=True), "not_met"),
        (AnyOf((OPEN, OPEN), one_no_suffices=True), "unknown"),
        (AnyOf((NO, NO)), "not_met"),
        (AtLeast(2, (YES, NO, YES)), "met"),
        (AtLeast(2, (YES, OPEN, NO)), "unknown"),
        (AtLeast(2, (YES, NO, NO)), "not_met"),
        (NotOf(YES), "not_met"),
        (NotOf(NO), "met"),
        (NotOf(OPEN), "unknown"),
        (IsUnknown(OPEN), "met"),
        (IsUnknown(NO), "not_met"),
        (IsMet(OPEN), "not_met"),
        (IsMet(YES), "met"),
    ],
)
def test_condition_says_of_known_and_unknown_parts(
    condition: Condition, verdict: str
) -> None:
    assert compile_condition(condition).check(STATE) is Verdict(verdict)


def test_criterion_that_asks_for_an_earlier_step_is_judged_again_later() -> (
    None
):
    """One part that asks for an earlier step suffices: its verdict must not be remembered."""
    usual = next(
        rule for rule in all_rules(TABLES) if rule.id in TABLES.criteria
    )
    mixed = replace(
        usual, id="c.mixed", when=AllOf((YES, Found("trigger", ("x",))))
    )
    tables = replace(TABLES, criteria={**TABLES.criteria, "c.mixed": mixed})
    asking = replace(usual, id="c.asking", when=Named("c.mixed"))
    before = replace(STATE, tables=tables, codes={"trigger": frozenset()})
    after = replace(before, codes={"trigger": frozenset({"x"})})
    assert judge(asking, before) is Verdict.NOT_MET
    assert judge(asking, after) is Verdict.MET
    assert not rests_on_facts_alone(mixed, tables)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("irls.severe", "many", "must be a number in points, not 'many'"),
        ("irls.severe", True, "must be a number in points, not True"),
        ("iron.adult.iv_band", (75.0,), "must be 2 numbers, not"),
        ("plmd.operator", "==", "cannot be '=='; allowed are >, >="),
    ],
)
def test_setting_of_the_wrong_kind_is_refused(
    name: str, value: ParameterValue, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        apply_settings(TABLES, {name: value})
