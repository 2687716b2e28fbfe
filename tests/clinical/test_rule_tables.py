"""Proof over the tables.

Every rule speaks in some case and is silent in another, and every sentence has an honest source.
"""

import pytest
from alert_cases import CASES, answers_of
from clinical_cases import (
    NO_SYMPTOMS,
    TABLES,
    VECTOR_CASES,
    Answers,
    assessed,
    changed,
    plmd,
    rls,
)
from contradictory_people import CONTRADICTORY
from harmless_person import nothing_alarms
from safe_people import BARRED_PEOPLE, SAFE_PEOPLE

from ekbom.clinical.facts import read_facts
from ekbom.model.assessment import Assessment, Line, Verdict
from ekbom.model.source import EvidenceMark
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.check import all_rules

HEALTHY = {
    "conditions": [],
    "medications": [],
    "egfr": 90,
    "pregnancy": {"status": "no"},
}
CHILD = {"age_years": 9, "sex": "male"}
QUIET = {
    **NO_SYMPTOMS,
    "sleep_disturbance": "no",
    "distress_or_impairment": "no",
    "daytime_sleepiness": "no",
}
RSD_CHILD: Answers = {
    **CHILD,
    "symptoms": {
        **QUIET,
        "sleep_disturbance": "yes",
        "restless_sleep_complaint": "yes",
        "restless_nights_per_week": 5,
        "duration_months": 6,
    },
    "psg": {
        "done": "yes",
        "plmi": 2,
        "ahi": 0.3,
        "rrlm_excluded": "yes",
        "video": "yes",
        "large_body_movements_per_h": 8,
    },
}
EXTRA_CASES: dict[str, Answers] = {
    "enough iron, everything known": rls(**HEALTHY),
    "band for IV iron": rls(
        labs__ferritin_ng_ml=90, labs__phosphate_mg_dl=3.5, **HEALTHY
    ),
    "edge of the band": rls(labs__ferritin_ng_ml=100),
    "band in pregnancy": rls(
        labs__ferritin_ng_ml=90, pregnancy={"status": "yes", "week": 30}
    ),
    "low saturation, high ferritin": rls(
        labs__ferritin_ng_ml=400, labs__tsat_pct=12
    ),
    "ferritin on the gate": rls(labs__ferritin_ng_ml=300, labs__tsat_pct=12),
    "iron before the sample": rls(
        labs__ferritin_ng_ml=150,
        labs__tsat_pct=55,
        lab_conditions={"iron_last_24h": "yes"},
    ),
    "high saturation, enough ferritin": rls(
        labs__ferritin_ng_ml=180, labs__tsat_pct=55
    ),
    "low phosphate without history": rls(
        labs__ferritin_ng_ml=30, labs__phosphate_mg_dl=1.5
    ),
    "kidney failure without tests": rls(conditions=["esrd"], labs={}),
    "kidney function 20 mL/min": rls(
        crcl_ml_min=20,
        conditions=[],
        medications=[],
        pregnancy={"status": "no"},
    ),
    "kidney function 10 mL/min": rls(
        crcl_ml_min=10,
        conditions=[],
        medications=[],
        pregnancy={"status": "no"},
    ),
    "kidney function 45 mL/min": rls(
        crcl_ml_min=45,
        conditions=[],
        medications=[],
        pregnancy={"status": "no"},
    ),
    "iron and thyroid tablets": rls(
        labs__ferritin_ng_ml=30,
        medications=[{"name": "levothyroxine", "atc": "H03AA01"}],
    ),
    "aspirin": rls(medications=[{"name": "aspirin"}]),
    "failed dipyridamole": rls(
        rls_treatment_failed=["dipyridamole", "gabapentin_enacarbil"]
    ),
    "failed oxycodone": rls(
        rls_treatment_failed=["oxycodone", "pregabalin"], scores={"irls": 33}
    ),
    "opioid with sedative and apnoea": rls(
        rls_treatment_failed=["gabapentin", "pramipexole"],
        opioid_risk={
            "benzodiazepine": "yes",
            "osa": "yes",
            "oud_history": "no",
        },
    ),
    "sleepy": rls(scores={"ess": 18}),
    "clot and RLS": rls(symptoms__acute_unilateral_swelling="yes"),
    "medicine before symptoms": rls(
        symptoms__duration_months=4,
        medications=[{"name": "mirtazapine", "weeks": 30}],
    ),
    "antidepressant brings movements": plmd(
        medications=[{"name": "mirtazapine", "atc": "N06AX11", "weeks": 4}]
    ),
    "child without evening pattern": rls(
        **CHILD, symptoms__evening_night_worse="no"
    ),
    "child, ferritin enough": rls(**CHILD, labs__ferritin_ng_ml=80),
    "child, ferritin on the limit": rls(**CHILD, labs__ferritin_ng_ml=50),
    "child not in own words": {
        **rls(**CHILD),
        "symptoms": {**rls()["symptoms"], "child_own_words": "no"},
    },
    "restless sleep disorder": RSD_CHILD,
    "restless sleep, few movements": {
        **RSD_CHILD,
        "psg": {**RSD_CHILD["psg"], "large_body_movements_per_h": 2},
    },
    "restless sleep, no study": {
        key: value for key, value in RSD_CHILD.items() if key != "psg"
    },
    "restless sleep, no video": {
        **RSD_CHILD,
        "psg": {**RSD_CHILD["psg"], "video": "no"},
    },
    "incidental movements": plmd(symptoms=QUIET, psg__plmi=60),
    "no arousals": plmd(psg__plm_arousal_index=0.1),
    "breathing movements left in": plmd(
        psg__ahi=7,
        psg__rrlm_excluded="no",
        symptoms__daytime_sleepiness="no",
        symptoms__snoring="no",
    ),
    "apnoea by index": plmd(psg__ahi=30),
    "movements with open RLS": {
        **rls(symptoms__mimic_excluded="unknown"),
        "psg": plmd()["psg"],
        "conditions": [],
    },
    "partner reports kicks": {
        "symptoms": {
            **NO_SYMPTOMS,
            "bed_partner_reports_kicking": "yes",
            "sleep_disturbance": "yes",
        }
    },
    "partner reports kicks, no study": {
        "symptoms": {
            **NO_SYMPTOMS,
            "bed_partner_reports_kicking": "yes",
            "sleep_disturbance": "yes",
        },
        "psg": {"done": "no"},
    },
    "no study, no report": {
        "psg": {"done": "no"},
        "symptoms": {**NO_SYMPTOMS, "bed_partner_reports_kicking": "no"},
    },
    "leg sensor at home": {
        "symptoms": {**NO_SYMPTOMS, "sleep_disturbance": "yes"},
        "actigraphy": {"plmi": 30, "nights": 4},
    },
    "snoring": {"symptoms": {"snoring": "yes"}},
    "acts out dreams": {"symptoms": {"dream_enactment": "yes"}},
    "seizures": {
        "symptoms": {
            "tongue_bite": "yes",
            "stereotyped_events": "yes",
            "incontinence": "yes",
            "post_event_confusion": "yes",
        },
    },
    "foot tapping": {"symptoms": {**QUIET, "voluntary_fidgeting": "yes"}},
    "neuropathy": {
        "symptoms": {
            **NO_SYMPTOMS,
            "numbness": "yes",
            "burning": "yes",
            "reduced_reflexes": "yes",
        },
        "conditions": [],
    },
    "veins": {
        "symptoms": {
            "leg_swelling": "yes",
            "varicose_veins": "yes",
            "worse_after_standing": "yes",
            "relief_by_elevation": "yes",
            "evening_night_worse": "yes",
        }
    },
    "Parkinson": {
        "symptoms": {
            "end_of_dose_pattern": "yes",
            "whole_body_restlessness": "yes",
        },
        "conditions": ["parkinson_disease"],
    },
    "augmentation not met": rls(
        rls_treatment=[
            {"name": "ropinirole", "atc": "N04BC04", "initial_response": "good"}
        ],
        augmentation={
            "other_cause": "yes",
            "days_worse_per_week": 7,
            "onset_advance_h": 5,
        },
    ),
    "cramps with an urge, restless by day and evening": rls(
        symptoms__mimic_excluded="no",
        symptoms__muscle_hardening="yes",
        symptoms__sudden_pain="yes",
        symptoms__whole_body_restlessness="yes",
        medications=[{"name": "haloperidol", "atc": "N05AD01"}],
    ),
    "pregnant on valproate": rls(
        pregnancy={"status": "yes", "week": 20},
        medications=[{"name": "valproic acid"}],
    ),
    "older, sedative and lung disease": rls(
        age_years=72,
        crcl_ml_min=90,
        sex="male",
        conditions=["copd"],
        medications=[{"name": "clonazepam"}],
        opioid_risk={"benzodiazepine": "yes", "oud_history": "no"},
    ),
    "single jerks that repeat": {
        "symptoms": {
            **QUIET,
            "sleep_onset_jerk": "yes",
            "jerk_pattern": "repetitive",
            "urge_to_move": "yes",
        }
    },
    "one jerk and nothing else": nothing_alarms(),
    "foot tapping and nothing else": changed(
        nothing_alarms(),
        {
            "symptoms__sleep_onset_jerk": "no",
            "symptoms__jerk_pattern": "unknown",
            "symptoms__voluntary_fidgeting": "yes",
        },
    ),
    "nothing at all": changed(
        nothing_alarms(),
        {
            "symptoms__sleep_onset_jerk": "no",
            "symptoms__jerk_pattern": "unknown",
        },
    ),
    "one jerk and open questions": changed(
        nothing_alarms(), {"symptoms__snoring": "unknown"}
    ),
    **{case["name"]: answers_of(case) for case in CASES},
}
EXTRA_CASES |= CONTRADICTORY
EXTRA_CASES |= {
    "told that nothing else explains it": rls(
        symptoms__mimic_excluded="unknown",
        symptoms__mimic_excluded_told="yes",
    ),
    "told that something else explains it": rls(
        symptoms__mimic_excluded="unknown",
        symptoms__mimic_excluded_told="no",
    ),
    "examined by a clinician": rls(
        symptoms__mimic_excluded_by="clinician_examined"
    ),
    "all of DSM-5 but the fifth": rls(
        symptoms__mimic_excluded="unknown", medications=[]
    ),
    "PLMD, medicines not asked about": {
        name: part for name, part in plmd().items() if name != "medications"
    },
    "movements and features of seizures": plmd(symptoms__tongue_bite="yes"),
    "no study, reports not known": {"psg": {"done": "no"}},
    "restless sleep and RLS": {
        **RSD_CHILD,
        "symptoms": {
            **RSD_CHILD["symptoms"],
            **{
                name: answer
                for name, answer in rls()["symptoms"].items()
                if name != "duration_months"
            },
        },
    },
    "RLS with movements": {**rls(), "psg": plmd()["psg"]},
}
EXTRA_CASES |= {
    "breastfeeding, iron low": rls(
        breastfeeding="yes", labs__ferritin_ng_ml=30, labs__tsat_pct=15
    ),
    "breastfeeding, after two classes": rls(
        breastfeeding="yes",
        rls={"refractory_stated": "yes"},
        rls_treatment_failed=["gabapentin", "pramipexole"],
    ),
}
EXTRA_CASES |= SAFE_PEOPLE | BARRED_PEOPLE
RULES = tuple(all_rules(TABLES))
RULE_IDS = {rule.id for rule in RULES}


def lines_of(assessment: Assessment) -> list[Line]:
    """Collect every sentence an assessment shows."""
    coded = (
        assessment.overall,
        *assessment.alerts,
        *assessment.triggers,
        *assessment.workup,
        *assessment.screens,
    )
    more = (*assessment.conflicts, *assessment.messages, *assessment.safety)
    lines = [item.line for item in (*coded, *more)]
    for result in (*assessment.criteria_sets, *assessment.diagnoses):
        lines += [
            *result.reasons,
            *result.specifiers,
            *result.speaks_for,
            *result.speaks_against,
        ]
        lines += [criterion.line for criterion in result.criteria]
    for option in assessment.options:
        lines += [
            *option.barred,
            *option.cautions,
            *option.doses,
            *(advice.line for advice in option.recommendations),
        ]
    lines += [note.line for note in assessment.medicines]
    lines += [
        *assessment.boundaries,
        *assessment.problems,
        *([assessment.iron.line] if assessment.iron else []),
    ]
    return [
        *lines,
        *(line for cause in assessment.causes for line in cause.reasons),
    ]


@pytest.fixture(scope="module")
def results() -> list[Assessment]:
    """Assess the vectors and the extra cases."""
    vectors = [assessed(case["facts"]) for case in VECTOR_CASES.values()]
    return [*vectors, *(assessed(answers) for answers in EXTRA_CASES.values())]


def test_every_rule_speaks_in_some_case(results: list[Assessment]) -> None:
    fired = {
        rule
        for result in results
        for rule, verdict in result.verdicts.items()
        if verdict is Verdict.MET
    }
    conditional = {
        rule.id
        for rule in RULES
        if not rule.id.startswith(("medicine.", "night.", "text."))
    }
    assert conditional - fired == set()


def test_every_rule_is_silent_in_some_case(results: list[Assessment]) -> None:
    silent = {
        rule.id
        for rule in RULES
        for result in results
        if result.verdicts.get(rule.id) is not Verdict.MET
    }
    assert {
        rule.id for rule in RULES if rule.when is not None
    } - silent == set()


SUBSTANCES = {one.generic: one for one in TABLES.substances}


@pytest.mark.parametrize(
    "medicine", TABLES.medicines, ids=lambda medicine: medicine.generic
)
def test_every_medicine_speaks_by_name_and_by_code(medicine: object) -> None:
    entry = next(m for m in TABLES.medicines if m is medicine)
    for used in (
        {"name": entry.generic.upper()},
        *(
            {"name": "as labelled", "atc": code}
            for code in SUBSTANCES[entry.generic].atc
        ),
    ):
        medications = (
            read_facts({"medications": [used]}, TABLES).medications or ()
        )
        assert [known.generic for known in medications] == [entry.generic]


def test_every_medicine_in_use_is_commented_on() -> None:
    everything = [{"name": entry.generic} for entry in TABLES.medicines]
    assert [
        note.generic for note in assessed(rls(medications=everything)).medicines
    ] == [m["name"] for m in everything]
    assert assessed(rls(medications=[])).medicines == ()


def test_every_sentence_shown_comes_from_a_rule(
    results: list[Assessment],
) -> None:
    shown = {line.rule_id for result in results for line in lines_of(result)}
    assert shown <= RULE_IDS


def test_every_sentence_for_patients_is_short_and_holds_no_dose() -> None:
    plain = [rule.plain for rule in RULES if rule.plain]
    assert all(
        len(sentence.split()) <= 30
        for text in plain
        for sentence in text.split(". ")
    )
    assert not [
        text for text in plain if " mg" in text or "stop your" in text.lower()
    ]


def test_every_leaf_has_a_citation_or_says_that_it_is_to_be_verified() -> None:
    for source in [rule.source for rule in RULES]:
        cited = (
            bool(source.citation and source.locator) and not source.to_verify
        )
        own = source.evidence is EvidenceMark.ENGINEERING and bool(
            source.locator
        )
        assert (
            cited
            or own
            or (source.evidence is EvidenceMark.RECALLED and source.to_verify)
        )
        assert source.guideline
        assert source.edition
        assert source.population
        assert source.last_checked


def test_every_parameter_has_a_source_too() -> None:
    for parameter in TABLES.parameters.values():
        source = parameter.source
        assert source.citation or source.to_verify or source.locator


def test_no_mirror_or_news_page_is_a_reference() -> None:
    cited = {rule.source.citation for rule in RULES} - {""}
    text = " ".join(load_bibliography()[key].text.lower() for key in cited)
    assert not [
        word
        for word in ("scribd", "mirror", "healthday", "heiw", "chatgpt")
        if word in text
    ]


def test_recalled_doses_are_not_in_the_tables() -> None:
    doses = [rule for option in TABLES.options for rule in option.doses]
    assert doses
    assert not [
        rule.id
        for rule in doses
        if rule.source.evidence is EvidenceMark.RECALLED
    ]


def test_recommendations_name_direction_strength_and_certainty() -> None:
    advice = [
        rule
        for option in TABLES.options
        for rule in option.recommendations
        if rule.source.citation == "AASM2025"
    ]
    assert {rule.direction for rule in advice} == {"for", "against"}
    assert all(rule.strength and rule.certainty for rule in advice)


def test_all_28_recommendations_of_aasm_2025_stand_in_the_tables() -> None:
    numbers = {
        rule.id.rpartition("aasm")[2]
        for option in TABLES.options
        for rule in option.recommendations
        if "aasm" in rule.id
    }
    assert numbers == {str(number) for number in range(1, 29)}


def test_all_17_conflicts_between_sources_stand_in_the_tables() -> None:
    assert {rule.code for rule in TABLES.conflicts} == {
        f"CONFLICT_{number}" for number in range(1, 18)
    }
