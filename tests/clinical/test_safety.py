"""What must never be said, and what must come first.

The safety of every line, over cases made to tempt it.
"""

import json
from pathlib import Path

import pytest
from clinical_cases import assessed, codes, option, placed, rls
from safe_people import SAFE, safe

from ekbom.app.terminal.assessment_lines import answer_lines

HEALTHY_KIDNEY = SAFE
RISKS = (
    {"medications": [{"name": "oxycodone"}]},
    {"medications": [{"name": "clonazepam"}]},
    {"conditions": ["copd"]},
    {"age_years": 72},
)


def doses(answers: dict[str, object], code: str) -> set[str]:
    """Name the dose lines of an option."""
    found = option(answers, code)
    return {line.rule_id for line in found.doses} if found else set()


@pytest.mark.parametrize(
    "sign",
    [
        {"symptoms__acute_unilateral_swelling": "yes"},
        {"symptoms__absent_pulses": "yes"},
    ],
)
def test_safety_no_massage_warmth_or_compression_on_a_leg_that_may_be_in_danger(
    sign: dict[str, str],
) -> None:
    answers = rls(**sign)
    assert (
        placed(answers, "TX_MASSAGE")
        == placed(answers, "TX_COMPRESSION")
        == "not_offered"
    )
    measures = option(answers, "TX_NONPHARM")
    assert measures is not None
    assert "opt.nonpharm.symptomatic" not in {
        advice.line.rule_id for advice in measures.recommendations
    }
    assert "AL_DVT_REDFLAG" in codes(
        answers, "alerts"
    ) or "AL_ARTERIAL_REDFLAG" in codes(answers, "alerts")


def test_safety_missing_pulses_unknown_are_no_sign() -> None:
    assert (
        placed(rls(symptoms__absent_pulses="unknown"), "TX_MASSAGE")
        == "offered"
    )


@pytest.mark.parametrize("risk", RISKS)
def test_safety_usual_doses_are_not_printed_beside_a_risk_of_slow_breathing_or_falls(
    risk: dict[str, object],
) -> None:
    calm, risky = rls(**HEALTHY_KIDNEY), {**rls(**HEALTHY_KIDNEY), **risk}
    for code, usual in (
        ("TX_GABAPENTIN", "opt.gabapentin.usual"),
        ("TX_PREGABALIN", "opt.pregabalin.usual"),
    ):
        assert usual in doses(calm, code)
        assert usual not in doses(risky, code)
    assert "opt.gabapentin_enacarbil.normal" not in doses(
        risky, "TX_GABAPENTIN_ENACARBIL"
    )


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (64, {"opt.gabapentin_enacarbil.normal"}),
        (65, set()),
        (66, {"opt.gabapentin_enacarbil.older"}),
    ],
)
def test_safety_enacarbil_dose_above_65_is_the_lower_one(
    age: int, expected: set[str]
) -> None:
    assert doses(safe(age_years=age), "TX_GABAPENTIN_ENACARBIL") == expected


def test_safety_doses_of_trials_are_not_printed_in_pregnancy() -> None:
    low = {"labs__ferritin_ng_ml": 30, "labs__phosphate_mg_dl": 3.5}
    for code in ("TX_IRON_ORAL", "TX_IRON_IV_FCM"):
        assert doses(safe(**low, pregnancy={"status": "no"}), code)
        assert not doses(
            safe(**low, pregnancy={"status": "yes", "week": 30}), code
        )


@pytest.mark.parametrize(
    "name", ["valproic acid", "carbamazepine", "topiramate"]
)
def test_safety_a_medicine_that_harms_an_unborn_child_comes_first_and_is_not_stopped(
    name: str,
) -> None:
    assessment = assessed(
        rls(
            pregnancy={"status": "yes", "week": 12},
            medications=[{"name": name}],
        )
    )
    first = assessment.alerts[0]
    assert (first.code, first.urgency) == ("AL_TERATOGEN_IN_PREGNANCY", "now")
    assert "Do not stop it on your own" in first.line.plain
    assert answer_lines(assessment)[0][1].startswith(
        "FIRST: A medicine that can harm"
    )
    assert assessment.overall.code == "urgent"
    assert "AL_TERATOGEN_IN_PREGNANCY" not in codes(
        rls(pregnancy={"status": "no"}, medications=[{"name": name}]), "alerts"
    )


def test_safety_every_alert_marked_now_makes_the_heading_urgent() -> None:
    seizure = {"symptoms": {"tongue_bite": "yes", "stereotyped_events": "yes"}}
    assert assessed(seizure).overall.code == "urgent"


def test_safety_doses_wait_while_a_red_flag_is_open() -> None:
    calm = rls(**HEALTHY_KIDNEY)
    flagged = safe(scores={"phq9_item9": 2})
    assert any(
        text.startswith("      dose: ")
        for _, text in answer_lines(assessed(calm))
    )
    shown = [text for _, text in answer_lines(assessed(flagged))]
    assert shown[0].startswith("FIRST: Thoughts of suicide")
    assert shown[1].startswith("What follows waits")
    assert not any(text.startswith("      dose: ") for text in shown)


def test_no_option_carries_a_dose_while_something_cannot_wait() -> None:
    cases = json.loads(
        (
            Path(__file__).parents[1] / "vectors" / "clinical_vectors.json"
        ).read_text(encoding="utf-8")
    )["cases"]
    seen = 0
    for case in cases:
        assessment = assessed(case["facts"])
        if any(alert.urgency == "now" for alert in assessment.alerts):
            seen += 1
            assert all(option.doses == () for option in assessment.options), (
                case["id"]
            )
    assert seen > 0
