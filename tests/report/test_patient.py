"""The patient's page: two pages at most, plain sentences of rules only, no dose, no order."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape

import pytest
import textstat  # type: ignore[import-untyped]  # it brings no types
from night_shapes import LONG_NAMES, ScoredNights, assessment_of

from ekbom.pipeline.assess import assess
from ekbom.report.pages.patient import PatientPage, compose_patient_page
from ekbom.report.pages.patient_files import (
    patient_html,
    patient_pages,
    patient_pdf,
)
from ekbom.report.words import load_wording
from ekbom.rules.load_clinical import load_clinical

TEXTS = load_wording().texts
NIGHTS = ["whole", "quiet", "no_hypnogram", "one_leg", "marked", "many"]


def part_of(page: PatientPage, name: str) -> tuple[str, ...]:
    """Sentences of the part with a heading of the catalogue, also of a child."""
    keys = (f"patient.{name}", f"patient_child.{name}")
    headings = {TEXTS[key] for key in keys if key in TEXTS}
    return next(
        part.sentences for part in page.parts if part.heading in headings
    )


@pytest.mark.parametrize("name", NIGHTS)
@pytest.mark.parametrize(
    "case", [None, "", "V71"], ids=["alone", "assessed", "urgent"]
)
def test_patient_page_has_two_pages_at_most_and_whole_drawings(
    name: str, case: str | None, nights: ScoredNights
) -> None:
    assessment = assessment_of(case) if case is not None else None
    page = compose_patient_page(
        nights[name], assessment=assessment, person=LONG_NAMES["arabic"]
    )
    assert 1 <= len(patient_pages(page)) <= 2
    drawings = [ET.fromstring(figure.svg) for figure in page.figures]  # noqa: S314
    assert [len(list(drawing.iter())) > 5 for drawing in drawings] == [
        True,
        True,
    ]


def test_patient_page_names_the_number_or_says_why_it_cannot(
    nights: ScoredNights,
) -> None:
    found = [
        part_of(compose_patient_page(nights[name]), "found")[0]
        for name in ("whole", "quiet", "no_hypnogram")
    ]
    assert (
        found[0]
        == "Your legs made about 27 repeated movements in each hour of sleep."
    )
    assert found[1] == "No repeated leg movements were counted in this night."
    assert found[2].endswith(
        "could not be worked out: sleep is unknown: the night has no hypnogram."
    )


def test_patient_page_says_only_plain_sentences_of_the_rules(
    nights: ScoredNights,
) -> None:
    said = assessment_of()
    text = unescape(
        patient_html(compose_patient_page(nights["whole"], assessment=said))
    )
    assert said.iron is not None
    assert said.overall.line.text not in text
    for plain in (
        said.iron.line.plain,
        "The brain needs iron to make and use dopamine.",
        "restless legs syndrome",
        "Ask for a blood test of transferrin saturation.",
    ):
        assert plain in text, plain


def test_patient_page_without_assessment_concludes_nothing(
    nights: ScoredNights,
) -> None:
    page = compose_patient_page(nights["whole"])
    assert part_of(page, "why")[0].startswith(
        "The number alone does not say why"
    )
    assert part_of(page, "danger") == (TEXTS["patient.danger_unknown"],)


def test_patient_page_holds_no_dose_and_no_order(nights: ScoredNights) -> None:
    text = re.sub(
        r"<style>.*?</style>|<svg.*?</svg>",
        "",
        patient_html(compose_patient_page(nights["whole"])),
        flags=re.DOTALL,
    )
    assert not re.search(r"\d\s?(mg|µg|ml)\b", text)
    assert "Do not stop or change a medicine on your own." in text
    assert text.count("not a diagnosis") == 2


def test_patient_page_is_short_to_read(nights: ScoredNights) -> None:
    page = compose_patient_page(nights["whole"])
    sentences = [
        s
        for part in page.parts
        for text in part.sentences
        for s in re.split(r"(?<=[.?]) ", text)
        if s
    ]
    words = [len(sentence.split()) for sentence in sentences]
    assert sum(words) / len(words) < 16
    assert sum(words) < 350


def test_patient_page_as_pdf_is_archivable(nights: ScoredNights) -> None:
    made = patient_pdf(
        compose_patient_page(nights["whole"], person=LONG_NAMES["chinese"])
    )
    assert made.startswith(b"%PDF-")
    assert b"pdfaid" in made


def test_patient_page_begins_with_what_cannot_wait_and_cuts_none_of_it(
    nights: ScoredNights,
) -> None:
    urgent = assessment_of("V71")
    (flag,) = (alert for alert in urgent.alerts if alert.urgency == "now")
    lines = [replace(flag.line, plain=f"Plain flag {n}.") for n in range(7)]
    flags = tuple(replace(flag, line=line) for line in lines)
    page = compose_patient_page(
        nights["whole"], assessment=replace(urgent, alerts=flags)
    )
    calm = compose_patient_page(
        nights["whole"], assessment=replace(urgent, alerts=())
    )
    assert page.parts[0].sentences[:7] == tuple(line.plain for line in lines)
    headings = [part.heading for part in page.parts]
    assert headings[0] == TEXTS["patient.call"]
    assert sorted(headings) == sorted(part.heading for part in calm.parts)
    assert calm.parts[0].heading == TEXTS["patient.why"]
    assert part_of(page, "danger") == (TEXTS["patient.danger_now"],)
    real = compose_patient_page(nights["whole"], assessment=urgent)
    assert real.parts[0].sentences[0] == flag.line.plain


def test_patient_page_names_iron_first_and_no_iron_that_cannot_be_checked(
    nights: ScoredNights,
) -> None:
    said = assessment_of()
    assert said.iron is not None
    unchecked = [
        option
        for option in said.options
        if option.kind == "iron" and option.cannot_check
    ]
    plain = {
        item.line.plain
        for option in unchecked
        for item in option.recommendations
    }
    helps = part_of(
        compose_patient_page(nights["whole"], assessment=said), "do"
    )
    assert helps[0].startswith(said.iron.line.plain)
    assert plain - {""}
    assert not [text for text in plain - {""} if text in " ".join(helps)]


ORDER = ("why", "danger", "do", "ask", "call", "found", "measured")
CHILD = {
    "age_years": 9,
    "symptoms": {
        "urge_to_move": "no",
        "sleep_disturbance": "yes",
        "distress_or_impairment": "yes",
    },
    "psg": {"done": "yes", "plmi": 9, "ahi": 0.4, "rrlm_excluded": "yes"},
    "conditions": [],
    "medications": [],
}


def test_patient_page_answers_first_and_says_last_how_it_was_measured(
    nights: ScoredNights,
) -> None:
    page = compose_patient_page(nights["whole"], assessment=assessment_of())
    headings = [TEXTS[f"patient.{name}"] for name in ORDER]
    assert [part.heading for part in page.parts] == headings


def test_patient_page_says_why_from_the_tables(nights: ScoredNights) -> None:
    said = assessment_of()
    why = part_of(compose_patient_page(nights["whole"], assessment=said), "why")
    mechanism = [
        one.line.plain
        for one in said.screens
        if one.code.startswith("SCREEN_MECHANISM_") and one.line.plain
    ]
    assert "restless legs syndrome" in why[0]
    assert len(mechanism) == 2
    assert set(mechanism) <= set(why)
    assert said.triggers[0].line.plain in why


def test_patient_page_names_three_things_by_cause_and_no_more(
    nights: ScoredNights,
) -> None:
    steps = part_of(
        compose_patient_page(nights["whole"], assessment=assessment_of()), "do"
    )
    assert len(steps) == 4
    assert "iron" in steps[0]
    assert "doxylamine" in steps[1]
    assert steps[3] == TEXTS["patient.medicine"]


def test_patient_page_calls_for_help_for_bladder_bowel_and_a_swollen_leg(
    nights: ScoredNights,
) -> None:
    text = " ".join(part_of(compose_patient_page(nights["quiet"]), "call"))
    for sign in ("weak", "bladder", "bowel", "swells", "breathe", "your life"):
        assert sign in text, sign


CHILDREN: list[dict[str, object]] = [
    CHILD,
    {**CHILD, "labs": {"ferritin_ng_ml": 12, "tsat_pct": 8}},
    {**CHILD, "labs": {"ferritin_ng_ml": 20, "hb_g_dl": 6}},
    {**CHILD, "medications": [{"name": "sertraline"}]},
    {**CHILD, "psg": {"done": "yes", "plmi": 9, "ahi": 12}},
    {"age_years": 8, "symptoms": {"bed_partner_reports_kicking": "yes"}},
    {"age_years": 8, "symptoms": {"leg_weakness": "yes", "numbness": "yes"}},
    {
        "age_years": 8,
        "symptoms": {"tongue_bite": "yes", "stereotyped_events": "yes"},
    },
    {"age_years": 12, "scores": {"phq9_item9": 1, "ess": 20}},
    {
        "age_years": 12,
        "symptoms": {
            "urge_to_move": "yes",
            "rest_onset": "yes",
            "movement_relief": "yes",
            "evening_night_worse": "yes",
            "mimic_excluded": "yes",
            "child_own_words": "yes",
            "distress_or_impairment": "yes",
        },
        "labs": {"ferritin_ng_ml": 30},
    },
]


@pytest.mark.parametrize("facts", CHILDREN, ids=str)
def test_patient_page_of_a_child_speaks_of_the_child(
    facts: dict[str, object], nights: ScoredNights
) -> None:
    page = compose_patient_page(nights["whole"], assessment=assess(facts))
    told = [
        page.title,
        *(text for part in page.parts for text in part.sentences),
    ]
    addressed = re.compile(
        r"\byour? (legs?|sleep|iron|brain|answers|nights?|blood|slept|made|day"
        r"|breathing|medicines|said|describe|feel|are|kidney|bladder)\b",
        re.IGNORECASE,
    )
    assert [text for text in told if addressed.search(text)] == []
    assert "child" in page.title


@pytest.mark.parametrize("word", ["coffee", "alcohol"])
def test_patient_page_of_a_child_names_coffee_and_alcohol_only_after_a_yes(
    word: str, nights: ScoredNights
) -> None:
    calm = compose_patient_page(nights["whole"], assessment=assess(CHILD))
    assert word not in patient_html(calm).lower()
    habits = {"caffeine_mg_day": 600, "alcohol_drinks_day": 4}
    told = compose_patient_page(
        nights["whole"], assessment=assess({**CHILD, "lifestyle": habits})
    )
    assert word in patient_html(told).lower()


def running_text(page: PatientPage) -> str:
    """Every sentence of the page, names of medicines masked, bullets ended by a stop."""
    names = "|".join(
        re.escape(medicine.generic) for medicine in load_clinical().medicines
    )
    texts = [text for part in page.parts for text in part.sentences]
    ended = [text if text[-1] in ".?!" else f"{text}." for text in texts]
    return re.sub(rf"\b({names})\b", "pill", " ".join(ended), flags=re.I)


@pytest.mark.parametrize(
    "facts",
    [
        None,
        {},
        CHILD,
        *(
            f"V{number:02d}"
            for number in (1, 2, 20, 26, 31, 47, 52, 62, 71, 77, 78)
        ),
    ],
    ids=str,
)
def test_patient_page_reads_at_grade_six_point_nine_or_below(
    facts: dict[str, object] | str | None, nights: ScoredNights
) -> None:
    said = None
    if facts is not None:
        said = assessment_of(facts) if isinstance(facts, str) else assess(facts)
    page = compose_patient_page(nights["whole"], assessment=said)
    assert textstat.flesch_kincaid_grade(running_text(page)) <= 6.9


def test_patient_page_asks_first_which_medicine_a_name_is(
    nights: ScoredNights,
) -> None:
    said = assess({"medications": [{"name": "Zzyxorin"}]})
    page = compose_patient_page(nights["whole"], assessment=said)
    assert page.parts[0].heading == TEXTS["patient.check"]
    assert 'Which medicine is "Zzyxorin"?' in page.parts[0].sentences[0]


@pytest.mark.parametrize(
    ("medicine", "asked"),
    [
        ("none", 'You wrote "none" where a medicine should stand.'),
        ("pramipexoll", 'Does "pramipexoll" mean pramipexole?'),
        ("Zzyxorin", 'Which medicine is "Zzyxorin"?'),
    ],
)
def test_patient_page_asks_about_a_name_as_it_was_typed(
    medicine: str, asked: str, nights: ScoredNights
) -> None:
    said = assess({"medications": [{"name": medicine}]})
    page = compose_patient_page(nights["whole"], assessment=said)
    assert page.parts[0].sentences[0].startswith(asked)


def test_patient_page_calls_for_help_only_for_what_cannot_wait(
    nights: ScoredNights,
) -> None:
    said = assess(
        {
            "age_years": 70,
            "rls_treatment": [{"name": "Sifrol"}],
            "impulse_control": {"gambling": "yes"},
        }
    )
    page = compose_patient_page(nights["whole"], assessment=said)
    urges = "New strong urges can come from the medicine."
    assert any(urges in text for text in part_of(page, "soon"))
    assert not any(urges in text for text in part_of(page, "call"))
    calm = compose_patient_page(nights["whole"])
    assert TEXTS["patient.soon"] not in [part.heading for part in calm.parts]


def test_patient_page_says_less_than_an_hour_in_minutes(
    nights: ScoredNights,
) -> None:
    page = compose_patient_page(nights["whole"])
    assert part_of(page, "measured")[1] == "The recording lasted 50 min."


@pytest.mark.parametrize(("answer", "told"), [("yes", True), ("no", False)])
def test_patient_page_says_that_arms_take_part(
    answer: str, *, told: bool, nights: ScoredNights
) -> None:
    symptoms = {
        "urge_to_move": "yes",
        "rest_onset": "yes",
        "movement_relief": "yes",
        "evening_night_worse": "yes",
        "mimic_excluded": "yes",
        "arms_involved": answer,
    }
    said = assess({"age_years": 50, "symptoms": symptoms})
    why = part_of(compose_patient_page(nights["whole"], assessment=said), "why")
    assert (TEXTS["patient.why_arms"] in why) is told


def test_patient_page_says_that_only_the_partner_is_woken(
    nights: ScoredNights,
) -> None:
    symptoms = {
        "urge_to_move": "no",
        "bed_partner_reports_kicking": "yes",
        "awakenings_partner": "yes",
    }
    for other, text in (("no", "danger_partner"), ("yes", "danger_harm")):
        said = assess(
            {
                "age_years": 51,
                "conditions": [],
                "medications": [],
                "symptoms": {**symptoms, "sleep_disturbance": other},
            }
        )
        page = compose_patient_page(nights["whole"], assessment=said)
        assert part_of(page, "danger") == (TEXTS[f"patient.{text}"],)


def test_patient_page_asks_for_nothing_that_is_a_step_already(
    nights: ScoredNights,
) -> None:
    weak = {"leg_weakness": "yes", "urge_to_move": "no"}
    said = assess({"age_years": 57, "symptoms": weak})
    page = compose_patient_page(nights["whole"], assessment=said)
    steps = set(part_of(page, "do"))
    assert "A doctor should examine the weak leg." in steps
    assert not steps & set(part_of(page, "ask"))
