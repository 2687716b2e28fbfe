"""One reason decides, others only add, and every printed reason is true of the facts."""

from collections.abc import Mapping

import pytest
from clinical_cases import (
    TABLES,
    VECTOR_CASES,
    Answers,
    assessed,
    diagnosis,
    plmd,
    rls,
    status,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_clinical_properties import nested, values
from test_rule_tables import EXTRA_CASES

from ekbom.model.assessment import Assessment, DiagnosisResult, Verdict
from ekbom.pipeline.assess import assess
from ekbom.pipeline.conformance.clinical import (
    by_clinician,
    check_clinical_case,
)

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
PEOPLE: dict[str, Answers] = {
    **{name: case["facts"] for name, case in VECTOR_CASES.items()},
    **EXTRA_CASES,
}
FOUR = {f"rls.c{number}": MET for number in (1, 2, 3, 4)}
FIVE = {**FOUR, "rls.c5": MET}
OPEN = {**FOUR, "rls.c5": UNKNOWN}
OTHER_CAUSE = {**FOUR, "rls.c5": NOT_MET}
DSM = {
    "rls.impact_significant": MET,
    "rls.dsm_frequency": MET,
    "rls.dsm_not_drug": MET,
}
NIGHT = {"plmd.psg": MET, "plmd.over_limit": MET}
NO_OTHER = {
    "osa.untreated": NOT_MET,
    "narcolepsy.present": NOT_MET,
    "rbd.present": NOT_MET,
}
DISORDER = {
    **NIGHT,
    **NO_OTHER,
    "plmd.impact": MET,
    "plmd.breathing_clean": MET,
}
SAYS: Mapping[str, Mapping[str, Verdict]] = {
    "set.irlssg.mimic": OTHER_CAUSE,
    "set.irlssg.probable": OPEN,
    "set.irlssg.met": FIVE,
    "set.icsd.probable": {**OPEN, "rls.impact_any": MET},
    "set.icsd.met": {**FIVE, "rls.impact_any": MET},
    "set.dsm.probable": {**OPEN, **DSM},
    "set.dsm.met": {**FIVE, **DSM},
    "dx.rls.mimic": OTHER_CAUSE,
    "dx.rls.told_other_cause": OPEN,
    "dx.rls.told_excluded": OPEN,
    "dx.rls.probable": OPEN,
    "dx.rls.met": FIVE,
    "dx.plmd.rls_with_plms": {**FIVE, "plmd.over_limit": MET},
    "dx.plmd.rls": FIVE,
    "dx.plmd.short_sleep": {"plmd.psg": MET, "plmd.enough_sleep": NOT_MET},
    "dx.plmd.index_low": {"plmd.psg": MET, "plmd.over_limit": NOT_MET},
    "dx.plmd.narcolepsy": {"narcolepsy.present": MET},
    "dx.plmd.rbd": {"rbd.present": MET},
    "dx.plmd.osa": {"osa.untreated": MET},
    "dx.plmd.no_impact": {"plmd.impact": NOT_MET},
    "dx.plmd.drug": {"plmd.over_limit": MET},
    "dx.plmd.met": DISORDER,
    "dx.plmd.met_medicines_open": DISORDER,
    "dx.plmd.no_psg": {"plmd.psg": NOT_MET, "plmd.seen_by_others": NOT_MET},
    "dx.plmd.no_psg_open": {"plmd.psg": NOT_MET},
    "dx.plmd.breathing": {"plmd.breathing_clean": NOT_MET},
    "dx.plms_incidental": {**NIGHT, "plmd.impact": NOT_MET},
    "dx.plms_beside": NIGHT,
}
"""What the sentence of a rule says about criteria."""


@st.composite
def people(draw: st.DrawFn) -> Answers:
    """Some person of the cases with some answers changed, forgotten or added."""
    known = draw(st.sampled_from([{}, *PEOPLE.values()]))
    changed = nested(draw(values()))
    answers = {**known}
    for name, part in changed.items():
        if draw(st.booleans()):
            old = known.get(name)
            both = isinstance(part, dict) and isinstance(old, dict)
            answers[name] = {**old, **part} if both else part
    return answers


def results_of(done: Assessment) -> tuple[DiagnosisResult, ...]:
    return (*done.criteria_sets, *done.diagnoses)


def expect_true_reasons(done: Assessment) -> None:
    """Only the first met rule and those that add are told, and each says what is true."""
    tables = {
        table.code: table
        for table in (*TABLES.criteria_sets, *TABLES.diagnoses)
    }
    for result in results_of(done):
        rules = tables[result.code].rules
        met = [rule for rule in rules if done.verdicts[rule.id] is MET]
        told = [met[0], *(rule for rule in met[1:] if rule.adds)]
        assert [line.rule_id for line in result.reasons] == [r.id for r in told]
        assert result.status == met[0].status
        for line in result.reasons:
            claim = SAYS.get(line.rule_id, {})
            assert {name: done.verdicts[name] for name in claim} == claim, line
    statuses = {result.code: result.status for result in done.diagnoses}
    if statuses.get("RLS") == "criteria_met":
        assert statuses.get("PLMD", "excluded") == "excluded"
        assert statuses.get("RSD") != "criteria_met"
        assert "PLMS_INCIDENTAL" not in statuses
    assert len({cause.code for cause in done.causes}) == len(done.causes)


def expect_one_direction(done: Assessment) -> None:
    """No option is advised for and against at once."""
    for option in done.options:
        directions = {
            advice.direction
            for advice in option.recommendations
            if advice.direction != "none"
        }
        assert len(directions) <= 1, option.code


@pytest.mark.parametrize("name", PEOPLE)
def test_reasons_of_a_case_are_true_and_only_the_first_decides(
    name: str,
) -> None:
    done = assessed(PEOPLE[name])
    expect_true_reasons(done)
    expect_one_direction(done)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(people())
def test_property_reasons_of_anybody_are_true_and_only_the_first_decides(
    answers: Answers,
) -> None:
    done = assessed(answers)
    expect_true_reasons(done)
    expect_one_direction(done)


def test_rules_that_add_are_those_that_exclude() -> None:
    """PLMD names every disorder that excludes it; nothing else speaks beside what decided."""
    adding = {
        rule.id
        for table in (*TABLES.criteria_sets, *TABLES.diagnoses)
        for rule in table.rules
        if rule.adds
    }
    assert adding == {"dx.plmd.narcolepsy", "dx.plmd.rbd", "dx.plmd.osa"}


def reasons(answers: Answers, code: str) -> list[str]:
    result = diagnosis(assessed(answers), code)
    assert result is not None
    return [line.rule_id for line in result.reasons]


def test_plmd_names_every_disorder_that_excludes_it() -> None:
    answers = plmd(
        conditions=["narcolepsy", "osa_untreated"], psg__rem_without_atonia="no"
    )
    assert reasons(answers, "PLMD") == ["dx.plmd.narcolepsy", "dx.plmd.osa"]


def test_plmd_excluded_by_rls_says_nothing_of_criteria_that_are_met() -> None:
    answers = {**rls(), "psg": plmd()["psg"], "medications": []}
    answers["conditions"] = []
    assert reasons(answers, "PLMD") == ["dx.plmd.rls_with_plms"]
    assert reasons(rls(), "PLMD") == ["dx.plmd.rls"]


def test_nothing_known_says_only_that_it_is_not_known() -> None:
    done = assessed({})
    told = {
        line.rule_id for result in results_of(done) for line in result.reasons
    }
    assert told == {
        "dx.rls.indeterminate",
        "dx.plmd.open",
        "set.irlssg.indeterminate",
        "set.icsd.indeterminate",
        "set.dsm.indeterminate",
    }


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        (plmd(), "dx.plmd.met"),
        (
            {name: v for name, v in plmd().items() if name != "medications"},
            "dx.plmd.met_medicines_open",
        ),
        (plmd(psg__tst_min=60, psg__plmi=3), "dx.plmd.short_sleep"),
        (plmd(symptoms__tongue_bite="yes"), "dx.plmd.seizure_open"),
        ({"psg": {"done": "no"}}, "dx.plmd.no_psg_open"),
        (
            {
                "psg": {"done": "no"},
                "symptoms": {"bed_partner_reports_kicking": "no"},
            },
            "dx.plmd.no_psg",
        ),
    ],
)
def test_plmd_is_decided_by(answers: Answers, rule: str) -> None:
    assert reasons(answers, "PLMD") == [rule]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (plmd(conditions=["osa_untreated"], psg__plmi=60), ""),
        ({"psg": {"done": "yes", "plmi": 60}}, ""),
    ],
)
def test_a_finding_without_disorder_needs_the_disorders_answered(
    answers: Answers, told: str
) -> None:
    calm = {
        "sleep_disturbance": "no",
        "distress_or_impairment": "no",
        "daytime_sleepiness": "no",
    }
    symptoms = {**answers.get("symptoms", {}), **calm}
    found = status({**answers, "symptoms": symptoms}, "PLMS_INCIDENTAL")
    assert found == told


# ---------------------------------------------------------------- who excluded the mimics

AKATHISIA = {
    "symptoms__whole_body_restlessness": "yes",
    "medications": [{"name": "haloperidol", "atc": "N05AD01", "weeks": 2}],
}


def test_akathisia_stays_beside_rls_while_its_medicine_and_signs_are_there() -> (
    None
):
    answers = rls(**AKATHISIA)
    assert status(answers, "RLS") == "criteria_met"
    assert status(answers, "AKATHISIA_DRUG") == "likely"
    alerts = {alert.code for alert in assessed(answers).alerts}
    assert "AL_AKATHISIA_DISTRESS" in alerts
    calm = rls(**{**AKATHISIA, "symptoms__whole_body_restlessness": "no"})
    assert status({**calm}, "AKATHISIA_DRUG") == ""


@pytest.mark.parametrize(
    ("told", "expected", "rule"),
    [
        (
            {"mimic_excluded_told": "yes"},
            "probable_mimics_not_assessed",
            "dx.rls.told_excluded",
        ),
        (
            {"mimic_excluded_told": "no"},
            "indeterminate",
            "dx.rls.told_other_cause",
        ),
        (
            {"mimic_excluded_told": "unknown"},
            "probable_mimics_not_assessed",
            "dx.rls.probable",
        ),
        (
            {
                "mimic_excluded": "yes",
                "mimic_excluded_by": "clinician_examined",
            },
            "criteria_met",
            "dx.rls.met",
        ),
        ({"mimic_excluded": "yes"}, "criteria_met", "dx.rls.met"),
    ],
)
def test_rls_by_who_excluded_other_conditions(
    told: Answers, expected: str, rule: str
) -> None:
    answers = rls()
    del answers["symptoms"]["mimic_excluded"]
    answers["symptoms"] |= told
    assert status(answers, "RLS") == expected
    assert reasons(answers, "RLS") == [rule]
    assert status(answers, "RLS_IRLSSG2014") in (
        expected,
        "probable_mimics_not_assessed",
    )


def test_vectors_speak_of_a_clinician() -> None:
    """The adapter says who assessed; the person's own word in a case stays what it is."""
    symptoms = by_clinician(rls())["symptoms"]
    assert isinstance(symptoms, dict)
    assert symptoms["mimic_excluded_by"] == "clinician_examined"
    told = rls(symptoms__mimic_excluded_told="yes")
    del told["symptoms"]["mimic_excluded"]
    assert by_clinician(told) == told
    met = {"diagnoses": [{"code": "RLS", "status": "criteria_met"}]}
    assert check_clinical_case({"facts": rls(), "expected": met}) == ()
    assert check_clinical_case({"facts": told, "expected": met}) != ()


def test_examination_is_named_among_what_speaks_for_rls() -> None:
    result = diagnosis(
        assess(rls(symptoms__mimic_excluded_by="clinician_examined")), "RLS"
    )
    assert result is not None
    assert "rls.c5_examined" in [line.rule_id for line in result.speaks_for]
