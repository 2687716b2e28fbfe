"""What the card says follows the answers: each sentence changes when its answer does."""

import re

import pytest
from clinical_cases import (
    NO_SYMPTOMS,
    TABLES,
    Answers,
    assessed,
    changed,
    plmd,
    rls,
)
from harmless_person import ALARMS, nothing_alarms
from test_hostile_files import FILES, answers_of

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.model.assessment import CardSentence
from ekbom.model.finding import Reason
from ekbom.pipeline.assess import assess
from ekbom.report.sentences.card_sentences import card_texts
from ekbom.report.sentences.patient_sentences import (
    Reader,
    danger_sentence,
    step_sentences,
)
from ekbom.report.sentences.patient_sentences import (
    cause_sentences as patient_cause,
)
from ekbom.report.words import load_wording

MEASURED = plmd(
    psg__median_imi_s=26, psg__periodicity_index=0.8, psg__plm_arousal_index=12
)


def card(answers: Answers) -> tuple[CardSentence, ...]:
    return assessed(answers).card


def codes(answers: Answers, part: str) -> list[str]:
    """Codes of the sentences of one part."""
    return [one.says.code for one in card(answers) if one.part == part]


def said(answers: Answers, code: str) -> Reason:
    """Find the sentence of a code."""
    return next(one.says for one in card(answers) if one.says.code == code)


def named(reason: Reason, name: str = "items") -> list[str]:
    """Codes of the things that a sentence names."""
    items = reason.values[name]
    assert isinstance(items, tuple)
    return [item.code for item in items if isinstance(item, Reason)]


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        (
            {"scores": {"irls": 25}},
            ["card-severity", "card-months", "card-days"],
        ),
        ({}, ["card-severity-unknown", "card-months", "card-days"]),
        (
            {"symptoms__duration_months": 1},
            ["card-severity-unknown", "card-one-month", "card-days"],
        ),
        (
            {"symptoms__duration_months": None},
            ["card-severity-unknown", "card-days", "card-course-unknown"],
        ),
        ({"scores": {"irls": 0}}, ["card-irls", "card-months", "card-days"]),
    ],
)
def test_card_heading_names_severity_and_persistence_or_that_they_are_unknown(
    changes: dict[str, object], details: list[str]
) -> None:
    assert named(said(rls(**changes), "card-cause"), "details") == details


@pytest.mark.parametrize(
    ("irls", "band"),
    [
        (10, "severity_mild"),
        (11, "severity_moderate"),
        (20, "severity_moderate"),
        (21, "severity_severe"),
        (31, "severity_very_severe"),
    ],
)
def test_card_severity_is_the_band_of_the_score(irls: float, band: str) -> None:
    first = said(rls(scores={"irls": irls}), "card-cause").values["details"]
    assert isinstance(first, tuple)
    assert isinstance(first[0], Reason)
    assert first[0].values == {"band": band, "irls": irls}


@pytest.mark.parametrize(
    ("answers", "title"),
    [
        (rls(), "Restless legs syndrome (RLS)"),
        (plmd(), "Periodic limb movement disorder (PLMD)"),
        (plmd(psg__ahi=32), "Obstructive sleep apnoea"),
    ],
)
def test_card_names_the_first_cause(answers: Answers, title: str) -> None:
    assert card(answers)[0].says.values["title"] == title


def test_card_says_open_where_nothing_is_known_and_not_shown_where_it_is_no() -> (
    None
):
    assert codes({}, "cause")[0] == "card-open"
    asked = plmd(
        psg__plmi=3, symptoms={**NO_SYMPTOMS, "sleep_disturbance": "yes"}
    )
    assert codes(asked, "cause")[0] == "card-attention"
    jerks = {
        "symptoms__sleep_onset_jerk": "no",
        "symptoms__falling_sensation": "no",
        "symptoms__jerk_pattern": "unknown",
    }
    answered = changed(nothing_alarms(), jerks)
    assert codes(answered, "cause")[0] == "card-normal"
    unasked = changed(answered, {"symptoms__cataplexy": "unknown"})
    assert codes(unasked, "cause")[0] == "card-not-shown"


def test_card_of_something_urgent_begins_with_what_to_exclude() -> None:
    leg = rls(symptoms__acute_unilateral_swelling="yes")
    assert codes(leg, "cause")[0] == "card-cause-urgent"
    assert codes(leg, "helps")[0] == "card-step-urgent"


@pytest.mark.parametrize(
    ("labs", "code"),
    [
        ({"ferritin_ng_ml": 40}, "card-iron-ferritin"),
        ({"ferritin_ng_ml": 40, "tsat_pct": 30}, "card-iron-both"),
        ({"tsat_pct": 15}, "card-iron-saturation"),
    ],
)
def test_card_low_iron_stands_first_with_its_values(
    labs: dict[str, float], code: str
) -> None:
    worse = said(
        rls(
            labs=labs,
            lifestyle={"caffeine_mg_day": 600},
            medications=[{"name": "mirtazapine"}],
        ),
        "card-worse",
    )
    assert named(worse) == [code, "card-factor", "card-factor"]


def test_card_names_what_was_not_asked_where_nothing_adds_to_it() -> None:
    assert named(said(rls(), "card-worse-open"), "unasked") == [
        "card-medicines",
        "card-caffeine",
    ]
    asked = rls(medications=[], lifestyle={"caffeine_mg_day": 0})
    assert "card-worse-none" in codes(asked, "cause")


@pytest.mark.parametrize(
    ("index", "code"),
    [
        (14.9, "card-often-below"),
        (15, "card-often-on"),
        (15.1, "card-often-above"),
    ],
)
def test_card_frequency_is_judged_by_the_limit_of_the_age(
    index: float, code: str
) -> None:
    often = said(plmd(psg__plmi=index), code)
    assert often.values == {"index": index, "limit": 15.0, "group": "adult"}


@pytest.mark.parametrize(
    ("answers", "axes"),
    [
        (MEASURED, ["card-often-above", "card-regular", "card-harm"]),
        (
            rls(),
            ["card-often-felt", "card-regular-unknown", "card-harm"],
        ),
        (
            {},
            ["card-often-unknown", "card-regular-unknown", "card-harm-unknown"],
        ),
        (
            {"symptoms": {"sleep_disturbance": "no"}},
            ["card-often-unknown", "card-regular-unknown", "card-harm-open"],
        ),
    ],
)
def test_card_three_axes_are_made_of_the_answers(
    answers: Answers, axes: list[str]
) -> None:
    assert codes(answers, "matter") == axes


def test_card_harm_names_only_what_was_answered_yes() -> None:
    assert named(said(MEASURED, "card-harm")) == [
        "card-harm-sleep",
        "card-harm-distress",
        "card-harm-sleepy",
        "card-arousals",
    ]
    less = changed(MEASURED, {"symptoms__sleep_disturbance": "no"})
    assert "card-harm-sleep" not in named(said(less, "card-harm"))


def test_card_harm_to_the_partner_is_told() -> None:
    woken = rls(symptoms__awakenings_partner="yes")
    assert "card-harm-partner" in named(said(woken, "card-harm"))


@pytest.mark.parametrize(
    ("answers", "steps"),
    [
        (
            rls(labs={"ferritin_ng_ml": 40}),
            ["card-step-first", "card-step", "card-step"],
        ),
        (
            rls(
                labs={"ferritin_ng_ml": 40},
                medications=[{"name": "mirtazapine"}],
                lifestyle={"caffeine_mg_day": 600},
            ),
            ["card-step-first", "card-step-triggers", "card-step"],
        ),
        (rls(labs={}), ["card-step-test", "card-step", "card-step"]),
        (rls(), ["card-step", "card-step", "card-step"]),
        ({}, ["card-step-none"]),
    ],
)
def test_card_steps_are_at_most_three_and_iron_or_a_test_comes_first(
    answers: Answers, steps: list[str]
) -> None:
    assert codes(answers, "helps") == steps


def test_card_steps_carry_direction_strength_and_certainty() -> None:
    steps = [one.says for one in card(rls(labs={"ferritin_ng_ml": 40}))]
    first = next(one for one in steps if one.code == "card-step-first")
    items = first.values["items"]
    assert isinstance(items, tuple)
    assert isinstance(items[0], Reason)
    grade = items[0].values["grade"]
    assert isinstance(grade, Reason)
    assert grade.values == {
        "direction": "for",
        "strength": "strong",
        "certainty": "moderate",
    }


def test_card_names_what_a_dose_waits_for_once() -> None:
    sure = said(rls(labs={"ferritin_ng_ml": 40}), "card-for-a-dose")
    assert "card-named" in named(sure)
    first = said(rls(labs={"ferritin_ng_ml": 40}), "card-step-first")
    assert not set(map(str, sure.values["items"])) & set(  # type: ignore[arg-type]  # tuples here
        map(str, first.values["needs"])  # type: ignore[arg-type]  # tuples here
    )


def test_card_names_the_answer_that_would_change_the_cause() -> None:
    facts = read_facts(rls(symptoms__mimic_excluded="unknown"), TABLES)
    told = assess_facts(facts, TABLES).card
    assert "card-would-change" in [one.says.code for one in told]


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (rls(), "compare-rls"),
        (
            rls(psg={"done": "yes", "plmi": 40, "rrlm_excluded": "yes"}),
            "compare-both",
        ),
        (plmd(), "compare-plmd"),
        (plmd(psg__plmi=3), "compare-neither"),
        (rls(symptoms__evening_night_worse="no"), "compare-urge-only"),
        ({}, "compare-open"),
    ],
)
def test_card_comparison_of_rls_and_plmd_follows_the_answers(
    answers: Answers, verdict: str
) -> None:
    assert codes(answers, "compare")[-1] == verdict


def test_card_comparison_repeats_the_answers() -> None:
    told = {one.says.code: one.says.values for one in card(rls())}
    assert told["compare-awake"] == {"urge": "yes", "rest": "yes"}
    assert told["compare-will"] == {"relief": "yes"}
    seen = plmd(symptoms__bed_partner_reports_kicking="yes")
    assert said(seen, "compare-asleep-measured").values["seen"] == "yes"


HARMLESS = ("card-harmless-", "card-normal")
COMFORT = re.compile("harmless|benign|normal|nothing in", re.IGNORECASE)


def comforts(answers: Answers) -> bool:
    """Whether the card or the patient's page of somebody says that all is well."""
    result = assessed(answers)
    words = load_wording()
    reader = Reader(words, child=False)
    told = [
        *card_texts(result, words=words),
        *patient_cause(result, reader),
        danger_sentence(result, reader),
        *step_sentences(result, reader),
    ]
    calm = any(one.says.code.startswith(HARMLESS) for one in result.card)
    return calm or any(COMFORT.search(text) for text in told)


def test_card_calls_a_single_jerk_harmless_where_everything_was_answered() -> (
    None
):
    assert "card-harmless-jerk" in codes(nothing_alarms(), "matter")
    assert comforts(nothing_alarms())


@pytest.mark.parametrize(("fact", "word"), ALARMS)
@pytest.mark.parametrize("answer", ["alarming", "unknown"])
def test_card_one_alarming_or_missing_answer_forbids_every_comfort(
    fact: str, word: str, answer: str
) -> None:
    said = word if answer == "alarming" else "unknown"
    alarmed = changed(nothing_alarms(), {fact.replace(".", "__", 1): said})
    gate = assessed(alarmed).verdicts["gate.open"].value
    assert gate == "not_met" or not comforts(alarmed)
    assert answer == "unknown" or gate == "met"


def test_card_patients_are_told_what_is_harmless_by_its_name() -> None:
    reader = Reader(load_wording(), child=False)
    calm = assessed(nothing_alarms())
    assert danger_sentence(calm, reader).startswith(
        "A single twitch while falling asleep is common"
    )
    jerk = {"symptoms__sleep_onset_jerk": "no", "symptoms__cataplexy": "no"}
    jerk |= {"symptoms__falling_sensation": "no"}
    jerk |= {"symptoms__jerk_pattern": "unknown"}
    nothing = assessed(changed(nothing_alarms(), jerk))
    assert danger_sentence(nothing, reader) == reader.text("danger_none")
    alarmed = assessed(
        changed(nothing_alarms(), {"symptoms__cataplexy": "yes"})
    )
    assert "harmless" not in danger_sentence(alarmed, reader)


def test_card_names_open_answers_that_would_change_something_else() -> None:
    facts = read_facts(rls(), TABLES)
    told = [one.says.code for one in assess_facts(facts, TABLES).card]
    assert "card-nothing-open" not in told
    nobody = assess_facts(read_facts({}, TABLES), TABLES).card
    assert "card-would-change" in [one.says.code for one in nobody]


def test_card_a_cause_that_is_a_medicine_has_its_review_first() -> None:
    restless = rls(
        symptoms__mimic_excluded="unknown",
        symptoms__whole_body_restlessness="yes",
        medications=[{"name": "haloperidol", "weeks": 2}],
    )
    assert codes(restless, "helps")[0] == "card-step-triggers"
    assert codes(changed(restless, {"medications": []}), "helps")[0] != (
        "card-step-triggers"
    )


def test_card_new_urges_under_a_medicine_move_no_legs_and_are_no_cause() -> (
    None
):
    urges = rls(
        rls_treatment=[{"name": "pramipexole"}],
        impulse_control={"gambling": "yes"},
    )
    result = assessed(urges)
    assert "AL_ICD" in {alert.code for alert in result.alerts}
    assert "IMPULSE_CONTROL_DISORDER" in {one.code for one in result.diagnoses}
    assert "IMPULSE_CONTROL_DISORDER" not in {one.code for one in result.causes}


def test_card_of_something_urgent_holds_no_treatment_beside_it() -> None:
    weak = rls(
        symptoms__saddle_numbness="yes",
        symptoms__leg_weakness="progressive",
        labs={"ferritin_ng_ml": 20},
    )
    assert codes(weak, "helps") == ["card-step-urgent", "card-step-test"]
    listed = said(weak, "card-step-test").values["items"]
    assert isinstance(listed, tuple)
    assert isinstance(listed[0], Reason)
    assert listed[0].values["title"] == "Urgent neurological assessment"
    dark = rls(scores={"phq9_item9": 2}, labs={"ferritin_ng_ml": 20})
    assert codes(dark, "helps") == ["card-step-urgent"]
    assert "card-for-a-dose" not in codes(dark, "sure")


def test_card_says_which_of_its_answers_contradict_each_other() -> None:
    doubted = rls(sex="male", pregnancy={"status": "yes"})
    items = said(doubted, "card-in-question").values["items"]
    assert isinstance(items, tuple)
    titles = [
        str(one.values["title"]) for one in items if isinstance(one, Reason)
    ]
    assert titles == ["Pregnancy", "Sex at birth (for reference values only)"]
    assert codes(doubted, "sure")[0] == "card-in-question"
    settled = rls(sex="female", pregnancy={"status": "yes"})
    assert "card-in-question" not in codes(settled, "sure")


def care_of(answers: Answers) -> list[str]:
    """Codes of what asks for care beside the steps."""
    steps = [one.says for one in card(answers) if one.part == "helps"]
    return [
        code
        for says in steps
        if "care" in says.values
        for code in named(says, "care")
    ]


@pytest.mark.parametrize(
    ("changes", "care"),
    [
        ({"medications": [{"name": "Oramorph"}]}, "card-care-breathing"),
        ({"conditions": ["heart_failure"]}, "card-care-nerve"),
        ({"medications": [{"name": "Lyrica"}]}, "card-care-in-use"),
        ({"opioid_risk": {"oud_history": "yes"}}, "card-care-misuse"),
        ({"egfr": 41}, "card-care-kidney"),
        ({"scores": {"phq9_item9": 0}}, ""),
        ({"sex": "female", "breastfeeding": "yes"}, "card-care-breastfeeding"),
        (
            {
                "sex": "female",
                "pregnancy": {"status": "yes", "week": 20},
                "labs": {"ferritin_ng_ml": 20},
            },
            "card-care-pregnancy",
        ),
        (
            {
                "labs": {"ferritin_ng_ml": 20, "tsat_pct": 12, "crp_mg_l": 1},
                "medications": [{"name": "ferrous sulfate"}],
            },
            "card-care-in-use",
        ),
        (
            {
                "labs": {"ferritin_ng_ml": 20, "tsat_pct": 12, "crp_mg_l": 1},
                "conditions": ["liver_disease"],
            },
            "card-care-liver",
        ),
        (
            {
                "labs": {"ferritin_ng_ml": 20, "tsat_pct": 12, "crp_mg_l": 1},
                "conditions": ["bowel_or_stomach_operation"],
            },
            "card-care-gut",
        ),
    ],
    ids=str,
)
def test_card_says_beside_a_step_what_asks_for_care(
    changes: dict[str, object], care: str
) -> None:
    found = care_of(rls(**changes))
    assert care in found if care else not found


def test_card_treats_the_breathing_before_it_looks_again() -> None:
    asleep = plmd(
        psg__ahi=32,
        psg__plmi=30,
        labs={"ferritin_ng_ml": 200, "tsat_pct": 30, "crp_mg_l": 1},
    )
    steps = [one.says for one in card(asleep) if one.part == "helps"]
    told = [" ".join(titles(says)) for says in steps]
    places = [
        next(place for place, text in enumerate(told) if part in text)
        for part in ("Treat sleep apnoea", "Look again on positive")
    ]
    assert places == sorted(places)


def titles(says: Reason) -> list[str]:
    """Titles that a step names, those of options and those of tests."""
    items = says.values["items"]
    assert isinstance(items, tuple)
    inner = [
        one
        for item in items
        if isinstance(item, Reason)
        for one in (item, *_inside(item.values.get("titles", ())))
    ]
    return [str(one.values.get("title", "")) for one in inner]


def _inside(value: object) -> list[Reason]:
    listed = value if isinstance(value, tuple) else ()
    return [one for one in listed if isinstance(one, Reason)]


def test_card_of_seizures_names_nothing_that_adds_to_them() -> None:
    at_night = {
        "symptoms": {
            **NO_SYMPTOMS,
            "tongue_bite": "yes",
            "incontinence": "yes",
        },
        "pregnancy": {"status": "yes", "week": 22},
    }
    told = codes(at_night, "cause")
    assert "card-worse" not in told
    assert "card-worse" in codes(
        rls(pregnancy={"status": "yes", "week": 22}), "cause"
    )


@pytest.mark.parametrize(("age", "asked"), [(9, False), (40, True)])
def test_card_asks_no_child_about_caffeine(age: int, *, asked: bool) -> None:
    told = named(said({"age_years": age}, "card-worse-open"), "unasked")
    assert ("card-caffeine" in told) is asked


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("The little white leg tablet with augmentation", "card-also-weighs"),
        ("Lorry driver with an Epworth of 17", "card-also"),
        ("missing pulses beside RLS in a smoker", "card-also"),
    ],
)
def test_card_keeps_a_harm_of_treatment_longer_than_a_second_suspicion(
    name: str, code: str
) -> None:
    case = next(one for one in FILES if one["name"] == name)
    assert code in [one.says.code for one in assess(answers_of(case)).card]


def test_card_asks_for_the_open_symptoms_where_nothing_explains_it_yet() -> (
    None
):
    items = said({"age_years": 40}, "card-would-change").values["items"]
    assert isinstance(items, tuple)
    titles = [
        item.values.get("title") for item in items if isinstance(item, Reason)
    ]
    assert titles[:2] == [
        "Urge to move the legs",
        "Begins or gets worse at rest",
    ]
    assert "card-would-change" not in codes(rls(), "sure")
