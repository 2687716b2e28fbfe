"""Several visits of one person.

Response, nights, iron, augmentation, what changed, and what is due.
"""

import datetime as dt
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from told import told

from ekbom.app.commands.follow_up import follow_up as command
from ekbom.app.terminal.follow_up_lines import follow_up_lines
from ekbom.clinical.judge import MET
from ekbom.clinical.visits.records import Course, Direction, FollowUp, NextCheck
from ekbom.criteria.fact_files import LASTING
from ekbom.model.errors import InputError
from ekbom.pipeline.follow_up import follow_up
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.load_follow_up import load_follow_up, load_follow_up_file
from ekbom.rules.strict_yaml import TableError

RLS = {
    "urge_to_move": "yes",
    "rest_onset": "yes",
    "movement_relief": "yes",
    "evening_night_worse": "yes",
    "mimic_excluded": "yes",
}
DAYS = ("2026-01-12", "2026-04-20", "2026-11-02", "2027-03-01")
SCREENED = {
    "days_worse_per_week": 0,
    "onset_advance_h": 0,
    "dose_increase_worsened": "no",
    "other_cause": "no",
}
CALM = dict.fromkeys(("gambling", "shopping", "sex", "eating"), "no")
PRAMIPEXOLE = {
    "name": "pramipexole",
    "dose_mg": 0.25,
    "initial_response": "good",
}
DATE = st.dates(
    min_value=dt.date(2020, 1, 1), max_value=dt.date(2030, 1, 1)
).map(dt.date.isoformat)


def visits(
    *facts: Mapping[str, object], common: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Make a visits file of facts on fixed days."""
    dated = [
        {"date": day, "facts": {"age_years": 52, **entry}}
        for day, entry in zip(DAYS, facts, strict=False)
    ]
    return {
        "schema_version": "1.0",
        "common": {"sex": "female", "symptoms": RLS, **(common or {})},
        "visits": dated,
    }


def of(course: FollowUp, fact: str) -> Course:
    """Find a number in the last step."""
    return next(one for one in course.steps[-1].courses if one.fact == fact)


def check(course: FollowUp, code: str) -> NextCheck | None:
    """Find a next check by its code."""
    return next((one for one in course.next_checks if one.code == code), None)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (28, 25, Direction.LOWER),
        (28, 25.5, Direction.NO_RELEVANT_CHANGE),
        (28, 28, Direction.NO_RELEVANT_CHANGE),
        (20, 23, Direction.HIGHER),
        (20, None, Direction.UNKNOWN),
        (None, 20, Direction.UNKNOWN),
    ],
)
def test_response_irls_changes_from_three_points_on(
    before: float | None, after: float | None, expected: Direction
) -> None:
    course = follow_up(
        visits({"scores": {"irls": before}}, {"scores": {"irls": after}})
    )
    assert (course.response, course.steps[0].response) == (expected, expected)


def test_response_limit_is_shown_as_recalled_and_the_other_limit_beside() -> (
    None
):
    (step,) = follow_up(
        visits({"scores": {"irls": 20}}, {"scores": {"irls": 24}})
    ).steps
    irls = step.courses[0]
    assert (irls.line.source.to_verify, irls.line.source.citation) == (True, "")
    assert [told(line.reason) for line in irls.beside] == [
        "By the other published limit (5 points): no relevant change"
    ]


def test_response_a_missing_visit_between_does_not_hide_the_course() -> None:
    course = follow_up(
        visits({"scores": {"irls": 30}}, {}, {"scores": {"irls": 12}})
    )
    assert [step.response for step in course.steps] == [
        Direction.UNKNOWN,
        Direction.LOWER,
    ]
    assert of(course, "scores.irls").earlier_date == dt.date(2026, 1, 12)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (40.1, 15.0, Direction.NO_RELEVANT_CHANGE),
        (40.2, 15.0, Direction.LOWER),
        (15.0, 40.2, Direction.HIGHER),
    ],
)
def test_night_index_must_change_by_more_than_nights_differ(
    before: float, after: float, expected: Direction
) -> None:
    course = follow_up(
        visits({"psg": {"plmi": before}}, {"psg": {"plmi": after}})
    )
    assert of(course, "psg.plmi").direction is expected
    assert course.response is Direction.UNKNOWN, (
        "an index of a night is no response"
    )


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (
            {"plmi": 80.0, "rrlm_excluded": "yes"},
            {"plmi": 5.0, "rrlm_excluded": "no"},
            "different ways",
        ),
        (
            {"plmi": 80.0, "on_pap": "no"},
            {"plmi": 5.0, "on_pap": "yes"},
            "different ways",
        ),
        (
            {"plmi": 80.0, "plmi_rule_set": "aasm"},
            {"plmi": 5.0, "plmi_rule_set": "wasm2016"},
            "missing at this visit",
        ),
        (
            {"plmi": 80.0, "tst_min": 90},
            {"plmi": 5.0, "tst_min": 400},
            "too little sleep",
        ),
        ({"plmi": 80.0}, {}, "missing at this visit"),
    ],
)
def test_night_index_obtained_otherwise_is_not_compared(
    first: Mapping[str, object], second: Mapping[str, object], reason: str
) -> None:
    plmi = of(follow_up(visits({"psg": first}, {"psg": second})), "psg.plmi")
    assert plmi.direction is Direction.UNKNOWN
    assert plmi.change is None
    assert reason in plmi.cautions[0].text


def test_night_index_by_the_other_rules_is_followed_beside() -> None:
    course = follow_up(
        visits(
            {"psg": {"plmi_wasm2016": 60.0}}, {"psg": {"plmi_wasm2016": 20.0}}
        )
    )
    assert of(course, "psg.plmi_wasm2016").direction is Direction.LOWER
    assert of(course, "psg.plmi").direction is Direction.UNKNOWN


def test_iron_course_names_the_action_before_and_now_and_warns_of_inflammation() -> (
    None
):
    low, high = (
        {"ferritin_ng_ml": 30, "tsat_pct": 14},
        {"ferritin_ng_ml": 160, "tsat_pct": 25, "crp_mg_l": 30},
    )
    course = follow_up(visits({"labs": low}, {"labs": high}))
    assert of(course, "labs.ferritin_ng_ml").direction is Direction.HIGHER
    assert (
        "inflammation" in of(course, "labs.ferritin_ng_ml").cautions[0].rule_id
    )
    assert course.steps[0].iron is not None
    assert course.steps[0].iron.before == "supplement"
    assert course.steps[0].iron.after != "supplement"


def test_iron_saturation_after_tablets_is_not_compared() -> None:
    first, second = (
        {"labs": {"tsat_pct": 14}},
        {"labs": {"tsat_pct": 60}, "lab_conditions": {"iron_last_24h": "yes"}},
    )
    assert (
        of(follow_up(visits(first, second)), "labs.tsat_pct").direction
        is Direction.UNKNOWN
    )


def test_iron_saturation_calculated_from_iron_and_capacity_is_followed() -> (
    None
):
    labs = [
        {
            "iron": {"value": iron, "unit": "umol/L"},
            "tibc": {"value": 60, "unit": "umol/L"},
        }
        for iron in (6, 18)
    ]
    tsat = of(
        follow_up(visits(*({"labs": values} for values in labs))),
        "labs.tsat_pct",
    )
    assert (tsat.earlier, tsat.later, tsat.direction) == (
        10.0,
        30.0,
        Direction.HIGHER,
    )


@pytest.mark.parametrize(
    ("iron", "labs", "status"),
    [
        (
            {"medications": [{"name": "ferrous sulfate", "weeks": 0}]},
            {},
            "overdue",
        ),
        (
            {"medications": [{"name": "ferrous sulfate", "weeks": 0}]},
            {"ferritin_ng_ml": 90},
            "overdue",
        ),
        (
            {"medications": [{"name": "ferrous sulfate", "weeks": 0}]},
            {"ferritin_ng_ml": 90, "tsat_pct": 25},
            None,
        ),
        (
            {
                "iv_iron_history": [
                    {"product": "ferric carboxymaltose", "weeks_ago": 2}
                ]
            },
            {},
            "overdue",
        ),
        ({"iv_iron_history": [{"product": "ferric carboxymaltose"}]}, {}, None),
        ({}, {}, None),
    ],
)
def test_check_iron_is_measured_about_twelve_weeks_after_iron(
    iron: Mapping[str, object], labs: Mapping[str, object], status: str | None
) -> None:
    found = check(
        follow_up(visits(iron, {"labs": labs})), "IRON_AFTER_TREATMENT"
    )
    assert (found.status if found else None) == status


@pytest.mark.parametrize(
    ("day", "sample", "open_still"),
    [
        ("2026-03-23", {}, False),
        ("2026-03-22", {}, True),
        ("2026-04-10", {"iron_last_24h": "yes"}, True),
    ],
)
def test_check_iron_counts_from_ten_weeks_on_and_only_from_a_valid_sample(
    day: str, sample: Mapping[str, object], open_still: bool
) -> None:
    content = visits({"medications": [{"name": "ferrous sulfate", "weeks": 0}]})
    measured = {
        "age_years": 52,
        "labs": {"ferritin_ng_ml": 90, "tsat_pct": 25},
        "lab_conditions": sample,
    }
    assert isinstance(content["visits"], list)
    course = follow_up(
        {
            **content,
            "visits": [*content["visits"], {"date": day, "facts": measured}],
        }
    )
    assert (check(course, "IRON_AFTER_TREATMENT") is not None) == open_still


def test_check_iron_due_day_is_counted_from_the_start_and_marked_recalled() -> (
    None
):
    found = check(
        follow_up(
            visits({"medications": [{"name": "ferrous sulfate", "weeks": 2}]})
        ),
        "IRON_AFTER_TREATMENT",
    )
    assert found is not None
    assert (found.counted_from, found.due_by, found.status) == (
        dt.date(2025, 12, 29),
        dt.date(2026, 3, 23),
        "due",
    )
    assert found.interval.source.to_verify


def test_check_screening_is_due_now_until_asked_and_then_again() -> None:
    asked = {
        "rls_treatment": [PRAMIPEXOLE],
        "medications": [],
        "augmentation": SCREENED,
        "impulse_control": CALM,
    }
    course = follow_up(visits(asked))
    found = check(course, "SCREEN_AUGMENTATION")
    assert found is not None
    assert (found.status, found.due_by) == (
        "due",
        dt.date(2026, 1, 12) + dt.timedelta(weeks=26),
    )
    later = follow_up(
        visits(asked, {"rls_treatment": [PRAMIPEXOLE], "medications": []})
    )
    assert {one.code: one.status for one in later.next_checks}.items() >= {
        "SCREEN_AUGMENTATION": "now",
        "SCREEN_IMPULSE_CONTROL": "now",
    }.items()
    assert (
        check(
            follow_up(visits({"medications": [], "rls_treatment": []})),
            "SCREEN_AUGMENTATION",
        )
        is None
    )


def test_check_new_treatment_is_judged_after_weeks() -> None:
    begun = visits(
        {"rls_treatment": []},
        {"rls_treatment": [PRAMIPEXOLE], "scores": {"irls": 20}},
    )
    found = check(follow_up(begun), "TREATMENT_EFFECT")
    assert found is not None
    assert (found.counted_from, found.status) == (dt.date(2026, 4, 20), "due")
    judged = visits(
        {"rls_treatment": []},
        {"rls_treatment": [PRAMIPEXOLE]},
        {"rls_treatment": [PRAMIPEXOLE], "scores": {"irls": 9}},
    )
    assert check(follow_up(judged), "TREATMENT_EFFECT") is None


def test_check_kidney_function_is_answered_by_either_value() -> None:
    gabapentin = {"rls_treatment": [{"name": "gabapentin"}], "medications": []}
    missing = check(follow_up(visits(gabapentin)), "KIDNEY_FUNCTION")
    known = check(
        follow_up(visits({**gabapentin, "crcl_ml_min": 80})), "KIDNEY_FUNCTION"
    )
    assert (missing and missing.status, known and known.status) == (
        "now",
        "due",
    )


def test_augmentation_is_judged_at_every_visit() -> None:
    worse = {
        "days_worse_per_week": 6,
        "onset_advance_h": 4,
        "other_cause": "no",
        "dose_increase_worsened": "unknown",
    }
    course = follow_up(
        visits(
            {"medications": [], "rls_treatment": []},
            {"medications": [], "rls_treatment": [PRAMIPEXOLE]},
            {
                "medications": [],
                "rls_treatment": [PRAMIPEXOLE],
                "augmentation": worse,
            },
            {},
        )
    )
    assert [one.status for one in course.augmentation] == [
        "not_on_treatment",
        "indeterminate",
        "criteria_met",
        "unknown",
    ]
    verdicts = {
        item.line.rule_id: item.verdict
        for item in course.augmentation[2].criteria
    }
    assert verdicts["augmentation.c"] is MET
    assert all(
        item.line.source.to_verify
        for item in course.augmentation[2].criteria
        if item.line.rule_id.startswith("augmentation")
    )


def test_augmentation_dose_raised_and_worse_is_a_question_never_a_verdict() -> (
    None
):
    first = {
        "medications": [],
        "rls_treatment": [PRAMIPEXOLE],
        "scores": {"irls": 10},
    }
    second = {
        "medications": [],
        "rls_treatment": [{**PRAMIPEXOLE, "dose_mg": 0.5}],
        "scores": {"irls": 20},
    }
    course = follow_up(visits(first, second))
    assert "follow.remark.dose_raised" in {
        line.rule_id for line in course.steps[0].remarks
    }
    assert course.augmentation[1].status == "indeterminate"
    back = follow_up({**visits(second, first)})
    assert "follow.remark.dose_lowered" in {
        line.rule_id for line in back.steps[0].remarks
    }


def test_worsening_names_low_iron_and_a_new_medicine_first() -> None:
    first = {
        "medications": [],
        "labs": {"ferritin_ng_ml": 90},
        "scores": {"irls": 10},
    }
    second = {
        "medications": [{"name": "mirtazapine"}],
        "labs": {"ferritin_ng_ml": 40},
        "scores": {"irls": 20},
    }
    (step,) = follow_up(visits(first, second)).steps
    assert {"follow.remark.iron_fell", "follow.remark.aggravating"} <= {
        line.rule_id for line in step.remarks
    }


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (
            {"medications": []},
            {"medications": [{"name": "mirtazapine"}]},
            {"mirtazapine": "started"},
        ),
        (
            {"medications": [{"name": "mirtazapine"}]},
            {"medications": []},
            {"mirtazapine": "stopped"},
        ),
        (
            {},
            {"medications": [{"name": "mirtazapine"}]},
            {"mirtazapine": "unclear"},
        ),
        (
            {"medications": [{"name": "mirtazapine"}]},
            {},
            {"mirtazapine": "unclear"},
        ),
        (
            {"medications": [{"name": "mirtazapine"}]},
            {"medications": [{"name": "Remeron"}]},
            {},
        ),
        (
            {"medications": [{"name": "mirtazapine"}]},
            {"medications": [{"name": "mirtazepine"}]},
            {"mirtazepine": "unclear", "mirtazapine": "unclear"},
        ),
        (
            {"rls_treatment": [PRAMIPEXOLE]},
            {"rls_treatment": [{**PRAMIPEXOLE, "dose_mg": 0.125}]},
            {"pramipexole": "dose_lowered"},
        ),
        (
            {"rls_treatment": [PRAMIPEXOLE]},
            {"rls_treatment": [{"name": "pramipexole"}]},
            {},
        ),
        (
            {"medications": [PRAMIPEXOLE], "rls_treatment": []},
            {"medications": [], "rls_treatment": [PRAMIPEXOLE]},
            {},
        ),
    ],
)
def test_medicines_begun_ended_and_changed(
    before: Mapping[str, object],
    after: Mapping[str, object],
    kinds: Mapping[str, str],
) -> None:
    (step,) = follow_up(visits(before, after)).steps
    assert {change.name: change.kind for change in step.medicines} == kinds


def test_medicines_are_compared_with_the_last_list_that_was_asked_for() -> None:
    course = follow_up(
        visits(
            {"medications": []}, {}, {"medications": [{"name": "mirtazapine"}]}
        )
    )
    assert [change.kind for change in course.steps[1].medicines] == ["started"]


def test_triggers_appear_and_vanish_and_unknown_is_neither() -> None:
    low, enough = (
        {"ferritin_ng_ml": 30, "tsat_pct": 30},
        {"ferritin_ng_ml": 150, "tsat_pct": 30},
    )
    first = {"medications": [{"name": "mirtazapine"}], "labs": low}
    (step,) = follow_up(
        visits(first, {"medications": [], "labs": enough})
    ).steps
    assert {(one.code, one.kind) for one in step.triggers} == {
        ("TR_IRON_DEFICIENCY", "gone"),
        ("TR_DRUG:mirtazapine", "gone"),
    }
    (step,) = follow_up(visits(first, {})).steps
    assert {(one.code, one.kind) for one in step.triggers} == {
        ("TR_IRON_DEFICIENCY", "no_longer_known")
    }
    (step,) = follow_up(visits({"labs": enough}, {"labs": low})).steps
    assert {(one.code, one.kind) for one in step.triggers} == {
        ("TR_IRON_DEFICIENCY", "new")
    }


@pytest.mark.parametrize(
    ("before", "kind"), [("no", "new"), ("unknown", "now_known")]
)
def test_red_flags_come_first_and_say_whether_they_are_new(
    before: str, kind: str
) -> None:
    course = follow_up(
        visits(
            {"symptoms": {"acute_unilateral_swelling": before}},
            {
                "symptoms": {"acute_unilateral_swelling": "yes"},
                "scores": {"irls": 3},
            },
        )
    )
    assert [(flag.code, flag.kind) for flag in course.steps[0].red_flags] == [
        ("AL_DVT_REDFLAG", kind)
    ]
    assert follow_up_lines(course)[0][1].startswith(
        "FIRST: Deep vein thrombosis"
    )


def test_one_visit_has_nothing_to_compare() -> None:
    course = follow_up(visits({"scores": {"irls": 20}}))
    assert (course.steps, course.response) == ((), Direction.UNKNOWN)
    assert any(
        "nothing to compare yet" in text for _, text in follow_up_lines(course)
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"schema_version": "1.0", "visits": []}, "at least one visit"),
        ({"schema_version": "2.0", "visits": [{}]}, "schema_version '2.0'"),
        (
            {"schema_version": "1.0", "name": "A", "visits": [{}]},
            "nothing that names a person",
        ),
        (
            {
                "schema_version": "1.0",
                "visits": [{"date": "2026-01-01", "facts": {}, "note": "x"}],
            },
            r"visits\[0\]: the key 'note' is unknown",
        ),
        (
            {
                "schema_version": "1.0",
                "visits": [{"date": "1.2.2026", "facts": {}}],
            },
            "stands where a day such as 2026-01-31 belongs",
        ),
        (
            {
                "schema_version": "1.0",
                "visits": [
                    {
                        "date": "2026-01-01",
                        "facts": {"labs": {"ferritin_ng_ml": -5}},
                    }
                ],
            },
            r"visits\[0\] \(2026-01-01\)",
        ),
        (
            {
                "schema_version": "1.0",
                "visits": [{"date": "2026-01-01", "facts": {}}] * 2,
            },
            "2026-01-01 stands at two visits",
        ),
        (
            {
                "schema_version": "1.0",
                "common": {"labs": {}},
                "visits": [{"date": "2026-01-01", "facts": {}}],
            },
            "belongs to the visit",
        ),
    ],
)
def test_visits_file_is_refused_with_a_reason(
    content: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        follow_up(content)


def test_command_prints_lines_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "visits.json"
    path.write_text(
        json.dumps(visits({"scores": {"irls": 30}}, {"scores": {"irls": 12}})),
        encoding="utf-8",
    )
    command(path)
    assert "symptoms are likely better" in capsys.readouterr().out
    command(path, json=True)
    written = json.loads(capsys.readouterr().out)
    assert written["follow_up"]["response"] == "lower"
    assert written["follow_up"]["steps"][0]["date"] == "2026-04-20"


def test_every_sentence_traces_to_a_rule() -> None:
    tables, clinical = load_follow_up(), load_clinical()
    course = follow_up(
        visits(
            {"scores": {"irls": 30}, "medications": []},
            {"scores": {"irls": 12}, "medications": [{"name": "mirtazapine"}]},
        )
    )
    own = {
        rule.id
        for rule in (
            *tables.texts.values(),
            *tables.remarks.values(),
            *(check.rule for check in tables.checks),
        )
    }
    own |= {
        rule.id
        for measure in tables.measures
        for rule in (*measure.texts.values(), *measure.unfit, *measure.cautions)
    }
    step = course.steps[0]
    said = [
        line
        for one in step.courses
        for line in (one.line, *one.beside, *one.cautions)
    ]
    said += (
        [change.line for change in step.medicines]
        + [change.line for change in (*step.triggers, *step.alerts)]
        + list(step.remarks)
    )
    said += [one.line for one in course.augmentation] + [
        one.line for one in course.next_checks
    ]
    assert {line.rule_id for line in said} <= own
    assert {one.interval.name for one in course.next_checks} <= set(
        tables.parameters
    ) - set(clinical.parameters)


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "scores": st.fixed_dictionaries(
            {"irls": st.one_of(st.none(), st.integers(0, 40))}
        ),
        "labs": st.fixed_dictionaries(
            {"ferritin_ng_ml": st.one_of(st.none(), st.integers(5, 400))}
        ),
        "medications": st.lists(
            st.sampled_from(
                [
                    {"name": "mirtazapine"},
                    {"name": "ferrous sulfate", "weeks": 3},
                ]
            ),
            max_size=2,
        ),
        "rls_treatment": st.lists(
            st.sampled_from([PRAMIPEXOLE, {"name": "gabapentin"}]), max_size=1
        ),
    },
)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_property_the_order_of_visits_does_not_matter(
    data: st.DataObject,
) -> None:
    days = data.draw(st.lists(DATE, min_size=2, max_size=3, unique=True))
    entries = [{"date": day, "facts": data.draw(FACTS)} for day in days]
    shuffled = data.draw(st.permutations(entries))
    one, other = (
        follow_up({"schema_version": "1.0", "visits": list(order)})
        for order in (entries, shuffled)
    )
    assert follow_up_lines(one) == follow_up_lines(other)


@settings(max_examples=15, deadline=None)
@given(st.lists(FACTS, min_size=2, max_size=3))
def test_property_unknown_never_yields_response_and_no_day_is_before_its_start(
    facts: list[dict[str, object]],
) -> None:
    course = follow_up(visits(*facts))
    for step in course.steps:
        for one in step.courses:
            assert (one.direction is Direction.UNKNOWN) == (one.change is None)
            assert one.change is None or (
                one.earlier is not None and one.later is not None
            )
    last = facts[-1].get("scores")
    if not isinstance(last, dict) or last["irls"] is None:
        assert course.response is Direction.UNKNOWN
    assert all(one.due_by >= one.counted_from for one in course.next_checks)


def test_schema_of_the_visits_file_accepts_what_the_reader_accepts() -> None:
    folder = Path(__file__).parents[2] / "docs" / "schema"
    schemas = {
        name: json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("visits.schema.json", "facts.schema.json")
    }
    registry = Registry().with_resources(
        (name, Resource.from_contents(content))
        for name, content in schemas.items()
    )
    validator = jsonschema.Draft202012Validator(
        schemas["visits.schema.json"], registry=registry
    )
    content = visits(
        {"labs": {"ferritin_ng_ml": 30}},
        {"scores": {"irls": 12}},
        common={"conditions": []},
    )
    validator.validate(content)
    assert not validator.is_valid({**content, "name": "A"})
    assert not validator.is_valid(
        {**content, "common": {"labs": {"ferritin_ng_ml": 30}}}
    )
    assert set(
        schemas["visits.schema.json"]["properties"]["common"]["properties"]
    ) == {
        *LASTING,
        "symptoms",
    }


def test_documentation_example_runs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "follow-up.md").read_text(
        encoding="utf-8"
    )
    course = follow_up(json.loads(text.split("```json")[1].split("```")[0]))
    assert course.response is Direction.LOWER


def changed_table(tmp_path: Path, before: str, after: str) -> Path:
    """Write the follow-up table with one thing changed."""
    source = Path(
        str(
            resources.files("ekbom.rules").joinpath(
                "tables", "follow_up", "follow_up.yaml"
            )
        )
    ).read_text(encoding="utf-8")
    assert before in source
    path = tmp_path / "follow_up.yaml"
    path.write_text(source.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "source: recalled}",
            "source: [NOBODY, page 1, read]}",
            "which the bibliography does not hold",
        ),
        (", source: recalled}", "}", "the key 'source' is missing"),
        ("anchor: iron", "anchor: moon", "anchor: 'moon' is none of iron"),
        (
            "interval: follow.iron.recheck_weeks",
            "interval: follow.iron.never",
            "must be a parameter that holds a number",
        ),
        (
            "fact: scores.irls",
            "fact: scores.irrls",
            "names the fact 'scores.irrls', which does not exist",
        ),
        ("takes: dopaminergic", "takes: dopamine", "medicine group 'dopamine'"),
        ("  started:", "  begun:", "unknown key 'begun'"),
        (
            "follow.iron.regular_weeks: {value: 52",
            "irls.mcid: {value: 52",
            "stands in the clinical tables already",
        ),
        ('value: 5, bound: ">="', "value: 5", "is a limit and needs a bound"),
        ("id: follow.irls.higher", "id: follow.irls.lower", "used twice"),
        (
            'taken as relevant", read]',
            'taken as relevant", guessed]',
            "not 'guessed'",
        ),
    ],
)
def test_table_is_refused_with_a_reason(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    with pytest.raises(TableError, match=message):
        load_follow_up_file(
            changed_table(tmp_path, before, after), clinical=load_clinical()
        )
