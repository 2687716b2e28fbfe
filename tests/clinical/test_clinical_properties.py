"""Properties of the assessment that hold for any person.

Unknown is never met, unrelated facts change nothing, more ferritin no iron.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

import pytest
from clinical_cases import TABLES, VECTOR_CASES, Answers, assessed, plmd, rls
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from readable_judge import opinion_on

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.changes import answers_of
from ekbom.clinical.derived.derive import derive
from ekbom.clinical.facts import read_facts
from ekbom.clinical.judge import State, judge, rests_on
from ekbom.clinical.missing import DERIVED_FROM
from ekbom.clinical.settings import apply_settings
from ekbom.clinical.walk import start, walk
from ekbom.criteria.facts import FactKind
from ekbom.criteria.guidelines import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    HasStatus,
    IsMet,
    IsUnknown,
    Named,
    NotOf,
)
from ekbom.criteria.person import Facts
from ekbom.model.assessment import Assessment, Verdict
from ekbom.rules.check import all_rules, leaves

# Thousands of random people: what they reach, the other tests reach too.
pytestmark = pytest.mark.no_cover

CASES = [case["facts"] for case in VECTOR_CASES.values()]
IRON_OPTIONS = {
    option.code for option in TABLES.options if option.kind == "iron"
}
SAMPLING = {"lab_conditions.iron_last_24h"}
"""Known iron before the sample takes the saturation away.

Where nobody asked, the laboratory value stands.
"""
QUICK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def state_of(answers: Answers) -> State:
    """A state as the assessment begins with."""
    return start(
        read_facts(answers, TABLES), TABLES, apply_settings(TABLES, {})
    )


def answered(answers: Answers) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What one walk answers, as codes."""
    return answers_of(walk(state_of(answers)))


def values() -> st.SearchStrategy[dict[str, object]]:
    """Some fields with any of their answers."""
    fields = [
        field
        for field in TABLES.fields.values()
        if not field.path.startswith("derived.")
    ]
    answers = {}
    for field in fields:
        if field.kind is FactKind.CHOICE:
            answers[field.path] = st.sampled_from(field.choices)
        elif field.kind is FactKind.NUMBER and field.trial_values:
            answers[field.path] = st.sampled_from(
                [
                    value
                    for value in field.trial_values
                    if isinstance(value, float)
                ]
            )
    return st.fixed_dictionaries({}, optional=answers)


def nested(flat: dict[str, object]) -> Answers:
    """Write dotted names as the groups of a facts file."""
    answers: Answers = {}
    for path, value in flat.items():
        group, _, name = path.partition(".")
        if name:
            answers.setdefault(group, {})[name] = value
        else:
            answers[path] = value
    return answers


def wraps_unknown(condition: Condition) -> bool:
    """Whether a tree asks if something is unknown, or treats unknown as not met on purpose."""
    match condition:
        case IsUnknown() | IsMet() | HasStatus():
            return True
        case AllOf(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            return any(wraps_unknown(part) for part in parts)
        case NotOf(part=part):
            return wraps_unknown(part)
        case Named(criterion=name):
            inner = TABLES.criteria[name].when
            return inner is not None and wraps_unknown(inner)
        case _:
            return "Found" in type(condition).__name__


def verdicts(answers: Answers) -> dict[str, Verdict]:
    """Verdict of every criterion whose tree treats unknown as unknown."""
    state = state_of(answers)
    plain = [
        rule
        for rule in TABLES.criteria.values()
        if rule.when is not None and not wraps_unknown(rule.when)
    ]
    return {rule.id: judge(rule, state) for rule in plain}


@QUICK
@given(values(), st.randoms(use_true_random=False))
def test_property_forgetting_an_answer_never_makes_a_criterion_met(
    flat: dict[str, object], chance: Random
) -> None:
    flat = {path: value for path, value in flat.items() if path not in SAMPLING}
    assume(
        not state_of(nested(flat)).doubted
    )  # half of a contradiction is an answer
    before = verdicts(nested(flat))
    kept = {
        path: value for path, value in flat.items() if chance.random() < 0.7
    }
    after = verdicts(nested(kept))
    newly_met = [
        name
        for name, verdict in after.items()
        if verdict is Verdict.MET and before[name] is Verdict.NOT_MET
    ]
    assert newly_met == []
    lenient = {
        rule.id
        for rule in TABLES.criteria.values()
        if _has_lenient_any(rule.when)
    }
    gained = [
        name
        for name, verdict in after.items()
        if verdict is Verdict.MET and before[name] is not Verdict.MET
    ]
    assert set(gained) <= lenient


def _has_lenient_any(condition: Condition | None) -> bool:
    """Whether one known no may settle a choice although others are unknown."""
    match condition:
        case AnyOf(parts=parts, one_no_suffices=lenient):
            return lenient or any(_has_lenient_any(part) for part in parts)
        case AllOf(parts=parts) | AtLeast(parts=parts):
            return any(_has_lenient_any(part) for part in parts)
        case NotOf(part=part):
            return _has_lenient_any(part)
        case Named(criterion=name):
            return _has_lenient_any(TABLES.criteria[name].when)
        case _:
            return False


def test_property_nothing_known_meets_nothing() -> None:
    result = assessed({})
    assert result.overall.code == "undetermined"
    assert {r.status for r in (*result.diagnoses, *result.criteria_sets)} <= {
        "indeterminate"
    }
    assert not result.triggers
    assert not [
        option for option in result.options if option.kind == "medicine"
    ]


@pytest.mark.parametrize("answers", CASES, ids=VECTOR_CASES.keys())
def test_property_an_unrelated_fact_changes_nothing(answers: Answers) -> None:
    unrelated = {
        "psg": {**answers.get("psg", {}), "plmi_rule_set": "aasm"},
        "provenance": {"age_years": "told by a relative"},
    }
    assert answered({**answers, **unrelated}) == answered(answers)


@QUICK
@given(values())
def test_property_a_fact_no_rule_names_changes_no_verdict(
    flat: dict[str, object],
) -> None:
    named = {
        getattr(leaf, "fact", "")
        for rule in all_rules(TABLES)
        if rule.when is not None
        for leaf in leaves(rule.when)
    }
    silent = [
        path
        for path in TABLES.fields
        if path not in named
        and not path.startswith(("derived.", "ganzoni.", *DERIVED_FROM))
    ]
    base = {path: value for path, value in flat.items() if path not in silent}
    extra = {path: value for path, value in flat.items() if path in silent}
    assert answered(nested({**base, **extra})) == answered(nested(base))


def iron_offered(result: Assessment) -> set[str]:
    """Codes of iron options that are offered."""
    return {
        option.code
        for option in result.options
        if option.code in IRON_OPTIONS and option.placed == "offered"
    }


def people() -> Iterator[Answers]:
    """People for whom iron is a question."""
    for tsat in (15, 25, 50, None):
        for crp in (1, 40, None):
            labs = {
                name: value
                for name, value in (("tsat_pct", tsat), ("crp_mg_l", crp))
                if value is not None
            }
            yield rls(labs=labs)
            yield rls(labs=labs, conditions=["esrd"])
            yield rls(labs=labs, age_years=9)
            yield rls(labs=labs, pregnancy={"status": "yes", "week": 30})
            yield plmd(labs=labs)


@QUICK
@given(
    st.sampled_from(list(people())),
    st.lists(st.floats(1, 1000), min_size=2, max_size=2),
)
def test_property_raising_ferritin_never_adds_an_iron_option(
    answers: Answers, ferritin: list[float]
) -> None:
    low, high = (
        assessed(
            {**answers, "labs": {**answers["labs"], "ferritin_ng_ml": value}}
        )
        for value in sorted(ferritin)
    )
    assert iron_offered(high) <= iron_offered(low)


def judged_alike(answers: Answers) -> None:
    """Compare the judge with its readable twin: every rule, before the walk and after it."""
    begun = state_of(answers)
    for state in (begun, walk(begun).state):
        for rule in all_rules(TABLES):
            opinion = opinion_on(rule, state)
            assert judge(rule, state) is opinion.verdict, rule.id
            assert rests_on(rule, state) == opinion.facts, rule.id


@pytest.mark.parametrize("answers", CASES, ids=VECTOR_CASES.keys())
def test_compiled_and_readable_judge_say_the_same(answers: Answers) -> None:
    judged_alike(answers)


@QUICK
@given(values())
def test_property_compiled_and_readable_judge_say_the_same(
    flat: dict[str, object],
) -> None:
    judged_alike(nested(flat))


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in TABLES.fields
        if not path.startswith(("derived.", *DERIVED_FROM))
    ],
)
def test_facts_follow_only_from_the_fields_that_are_named(path: str) -> None:
    facts = read_facts(VECTOR_CASES["V44"]["facts"], TABLES)
    for value in TABLES.fields[path].trial_values:
        changed = replace(facts, values={**facts.values, path: value})
        assert derive(changed, TABLES).values == changed.values


def codes_in(result: Assessment) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Read from an assessment what a walk answers."""
    shown = ("shown",)
    told = {
        ("diagnosis", one.code): (
            one.status,
            *([one.excluded_by] if one.excluded_by else []),
            *one.specifier_codes,
        )
        for one in result.diagnoses
    }
    told |= {
        ("option", one.code): (one.placed, *one.cannot_check)
        for one in result.options
    }
    told |= {("alert", one.code): shown for one in result.alerts}
    told |= {("trigger", one.code): shown for one in result.triggers}
    told |= {("test", one.code): shown for one in result.workup}
    if result.iron is not None:
        told["iron", "supplementation"] = (
            result.iron.action,
            *result.iron.routes,
        )
    return told


@pytest.mark.parametrize("answers", CASES, ids=VECTOR_CASES.keys())
def test_walk_and_full_assessment_say_the_same(answers: Answers) -> None:
    assert answered(answers) == codes_in(assessed(answers))


@pytest.mark.parametrize("case", list(VECTOR_CASES)[::6])
def test_missing_answers_are_ranked_as_whole_assessments_would(
    case: str,
) -> None:
    facts = read_facts(VECTOR_CASES[case]["facts"], TABLES)
    result = assess_facts(facts, TABLES)
    before = codes_in(result)
    for missing in result.missing:
        if missing.fact not in TABLES.fields:
            continue
        told = [
            codes_in(full(facts, missing.fact, value))
            for value in trials(missing.fact)
        ]
        weights = [weight(before, after) for after in told]
        best = told[weights.index(max(weights))]
        assert missing.weight == max(weights)
        assert {
            (one.kind, one.code): (one.before, one.after)
            for one in missing.changes
        } == {
            key: (before.get(key, ()), best.get(key, ()))
            for key in {**before, **best}
            if before.get(key) != best.get(key)
        }


def trials(name: str) -> tuple[str | float, ...]:
    """Answers a missing fact is tried with."""
    return TABLES.fields[name].trial_values


def full(facts: Facts, name: str, value: str | float) -> Assessment:
    """Assess the facts with one more answer."""
    changed = derive(
        replace(facts, values={**facts.values, name: value}), TABLES
    )
    return assess_facts(changed, TABLES, rank_missing=False)


def weight(
    before: Mapping[tuple[str, str], tuple[str, ...]],
    after: Mapping[tuple[str, str], tuple[str, ...]],
) -> float:
    """How much differs, by the weights of the table."""
    kinds = [
        kind
        for kind, code in {**before, **after}
        if before.get((kind, code)) != after.get((kind, code))
    ]
    return sum(
        float(str(TABLES.parameters[f"missing.weight.{kind}"].value))
        for kind in kinds
    )
