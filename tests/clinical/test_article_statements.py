"""The 55 statements of the source article: each is represented, and its test bears its number."""

from collections.abc import Mapping

import pytest
from clinical_cases import (
    NO_SYMPTOMS,
    TABLES,
    VECTOR_CASES,
    Answers,
    action,
    assessed,
    changed,
    codes,
    diagnosis,
    excluded_by,
    option,
    placed,
    plmd,
    rls,
    status,
)
from harmless_person import nothing_alarms

from ekbom.model.finding import Reason

JERK = {
    **NO_SYMPTOMS,
    "sleep_onset_jerk": "yes",
    "falling_sensation": "yes",
    "jerk_pattern": "single_occasional",
}
HYPNIC = {
    "age_years": 27,
    "symptoms": {
        **JERK,
        "distress_or_impairment": "no",
        "sleep_disturbance": "no",
    },
}
INCIDENTAL = plmd(
    symptoms={
        **NO_SYMPTOMS,
        "sleep_disturbance": "no",
        "daytime_sleepiness": "no",
        "distress_or_impairment": "no",
    },
    psg__plmi=60,
)


def on_card(says: Reason, name: str) -> list[tuple[str, Mapping[str, object]]]:
    """Give code and values of each thing that a sentence of the card names."""
    items = says.values[name]
    assert isinstance(items, tuple)
    return [
        (item.code, item.values) for item in items if isinstance(item, Reason)
    ]


def axes(answers: Answers) -> list[Reason]:
    """Give the sentences on how often, how regular and what it does to rest."""
    told = [one.says for one in assessed(answers).card if one.part == "matter"]
    return told[:3]


INDICES = {row.index for row in TABLES.night}
STATEMENTS = {statement.number: statement for statement in TABLES.statements}


def test_statements_are_all_55_and_each_is_represented() -> None:
    assert sorted(STATEMENTS) == list(range(1, 56))
    assert all(statement.represented_by for statement in STATEMENTS.values())


def test_statement_01_other_limbs_can_be_involved() -> None:
    both = diagnosis(assessed(rls(symptoms__arms_involved="yes")), "RLS")
    assert both is not None
    assert both.status == "criteria_met"
    assert any("arms" in line.text for line in both.speaks_for)
    alone = diagnosis(assessed(rls(symptoms__arms_involved="no")), "RLS")
    assert alone is not None
    assert not any("arms" in line.text for line in alone.speaks_for)
    told = assessed(rls(symptoms__arms_involved="yes")).card[0].says
    assert ("card-arms", {}) in on_card(told, "details")
    told = assessed(rls(symptoms__arms_involved="no")).card[0].says
    assert ("card-arms", {}) not in on_card(told, "details")


def test_statement_02_normal_movement_is_a_reachable_answer() -> None:
    assert assessed(nothing_alarms()).overall.code == "normal"
    assert assessed(HYPNIC).overall.code == "not_shown"
    quiet = nothing_alarms()
    quiet["symptoms"] |= {"sleep_onset_jerk": "no", "jerk_pattern": "unknown"}
    assert assessed(quiet).overall.line.rule_id == "overall.normal_night"


def test_statement_03_persistent_severe_movement_leads_to_a_cause_and_an_index_alone_does_not() -> (
    None
):
    severe = assessed(rls(scores={"irls": 25}))
    assert severe.overall.code == "disorder"
    assert assessed(INCIDENTAL).overall.code == "finding"
    heading = severe.card[0].says
    assert heading.values["title"] == "Restless legs syndrome (RLS)"
    assert on_card(heading, "details") == [
        ("card-severity", {"band": "severity_severe", "irls": 25.0}),
        ("card-months", {"months": 24.0}),
        ("card-days", {"days": 5.0}),
    ]
    new = assessed(rls(symptoms__duration_months=1)).card[0].says
    assert on_card(new, "details")[:2] == [
        ("card-severity-unknown", {}),
        ("card-one-month", {}),
    ]


def test_statement_04_two_ways_in_awake_feelings_and_kicks_asleep() -> None:
    assert status(rls(), "RLS") == "criteria_met"
    assert status(plmd(), "PLMD") == "criteria_met"


def test_statement_05_single_jerk_and_repetitive_pattern_part_ways() -> None:
    assert status(HYPNIC, "HYPNIC_JERK") == "likely_benign"
    assert (
        status(
            changed(HYPNIC, {"symptoms__jerk_pattern": "repetitive"}),
            "HYPNIC_JERK",
        )
        == "unlikely"
    )


def test_statement_06_hypnic_jerk_is_recognised() -> None:
    result = diagnosis(assessed(HYPNIC), "HYPNIC_JERK")
    assert result is not None
    assert any("single jerk" in line.text for line in result.speaks_for)


def test_statement_07_hypnic_jerk_is_harmless_and_needs_no_medicine() -> None:
    assert placed(HYPNIC, "TX_REASSURE") == "offered"
    assert "MSG_COMMON_AND_HARMLESS" in codes(HYPNIC, "messages")
    assert not [
        o
        for o in assessed(HYPNIC).options
        if o.kind in ("medicine", "iron") and o.placed != "not_offered"
    ]


def test_statement_08_a_change_of_position_is_no_disorder_of_movement() -> None:
    answers = rls(
        symptoms__evening_night_worse="no",
        symptoms__mimic_excluded="no",
        symptoms__single_position_change_relieves="yes",
    )
    assert status(answers, "POSITIONAL_DISCOMFORT") == "likely"


def test_statement_09_waking_the_sleeper_counts_and_the_partner_alone_does_not() -> (
    None
):
    quiet = {
        **NO_SYMPTOMS,
        "sleep_disturbance": "no",
        "distress_or_impairment": "no",
        "daytime_sleepiness": "no",
    }
    partner = plmd(
        symptoms={**quiet, "awakenings_partner": "yes", "awakenings_self": "no"}
    )
    assert status(partner, "PLMD") == "not_met"
    assert (
        status(changed(partner, {"symptoms__awakenings_self": "yes"}), "PLMD")
        == "criteria_met"
    )
    assert "MSG_PARTNER_BURDEN" in codes(partner, "messages")
    assert "MSG_PARTNER_BURDEN" not in codes(plmd(), "messages")


def test_statement_10_rate_and_rhythm_come_from_the_night() -> None:
    assert {"plms_per_h", "pi_intervals_sleep", "imi_sleep_median_s"} <= INDICES


def test_statement_11_sleepiness_and_concentration_are_impact() -> None:
    quiet = {
        **NO_SYMPTOMS,
        "sleep_disturbance": "no",
        "distress_or_impairment": "no",
        "daytime_sleepiness": "no",
    }
    assert (
        status(plmd(symptoms={**quiet, "poor_concentration": "yes"}), "PLMD")
        == "criteria_met"
    )
    assert "remains a judgement" in next(
        r.text
        for t in TABLES.diagnoses
        for r in t.rules
        if r.id == "dx.plmd.met"
    )


def test_statement_12_rate_regularity_and_impact_stand_side_by_side() -> None:
    assert "SCREEN_THREE_AXES" in codes(plmd(), "screens")
    measured = plmd(psg__median_imi_s=26, psg__periodicity_index=0.8)
    often, regular, harm = axes(measured)
    assert (often.code, often.values["index"]) == ("card-often-above", 28.0)
    assert (regular.values["median"], regular.values["share"]) == (26.0, 0.8)
    assert [code for code, _ in on_card(harm, "items")] == [
        "card-harm-sleep",
        "card-harm-distress",
        "card-harm-sleepy",
    ]
    calm = changed(
        plmd(psg__plmi=3),
        {
            "symptoms__sleep_disturbance": "no",
            "symptoms__distress_or_impairment": "no",
            "symptoms__daytime_sleepiness": "no",
            "symptoms__awakenings_self": "no",
        },
    )
    assert [one.code for one in axes(calm)] == [
        "card-often-below",
        "card-regular-unknown",
        "card-harm-none",
    ]


def test_statement_13_both_conditions_are_assessed_every_time() -> None:
    for answers in (rls(), plmd(), HYPNIC):
        assert status(answers, "RLS")
        assert status(answers, "PLMD")


def test_statement_14_the_urge_is_criterion_one() -> None:
    answers = rls(symptoms__urge_to_move="no", symptoms__movement_relief="no")
    assert status(answers, "RLS") == "not_met"


def test_statement_15_feelings_are_described_and_optional() -> None:
    assert (
        status(rls(symptoms__unpleasant_sensation="no"), "RLS")
        == "criteria_met"
    )
    result = diagnosis(
        assessed(rls(symptoms__sensations=["crawling", "pulling", "tingling"])),
        "RLS",
    )
    assert result is not None
    assert any("crawling" in line.text for line in result.speaks_for)


def test_statement_16_rest_is_criterion_two() -> None:
    assert status(rls(symptoms__rest_onset="no"), "RLS") == "not_met"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", "criteria_met"),
        ("partial", "criteria_met"),
        ("previously", "criteria_met"),
        ("stretch_only", "not_met"),
    ],
)
def test_statement_17_relief_by_movement_is_criterion_three(
    answer: str, expected: str
) -> None:
    assert status(rls(symptoms__movement_relief=answer), "RLS") == expected


def test_statement_18_plmd_takes_the_index_of_sleep_only() -> None:
    indices = [row.index for row in TABLES.night if row.fact == "psg.plmi"]
    assert indices
    assert all(index.startswith("plms") for index in indices)


def test_statement_19_the_typical_interval_is_shown_and_never_filters() -> None:
    for interval in (12.0, 26.0, 80.0):
        assert (
            status(plmd(psg__median_imi_s=interval), "PLMD") == "criteria_met"
        )
    assert "CONFLICT_5" in codes(plmd(psg__median_imi_s=26), "conflicts")


def test_statement_20_the_partner_reports_what_the_sleeper_does_not_notice() -> (
    None
):
    answers = {
        "symptoms": {
            "bed_partner_reports_kicking": "yes",
            "aware_of_movements": "no",
            "sleep_disturbance": "yes",
        }
    }
    assert status(answers, "PLMD") == "suspected_psg_needed"


def test_statement_21_rls_and_plmd_are_set_side_by_side() -> None:
    assert "SCREEN_RLS_PLMD_DIFFERENCE" in codes(rls(), "screens")
    for answers, verdict in (
        (rls(), "compare-rls"),
        (plmd(), "compare-plmd"),
        ({}, "compare-open"),
    ):
        told = [one for one in assessed(answers).card if one.part == "compare"]
        assert told[-1].says.code == verdict
        assert told[0].says.values["urge"] == answers.get("symptoms", {}).get(
            "urge_to_move", "unknown"
        )


def test_statement_22_rls_with_movements_is_one_diagnosis_and_plmd_can_stand_alone() -> (
    None
):
    both = rls(
        psg={"done": "yes", "plmi": 45, "ahi": 2, "rrlm_excluded": "yes"}
    )
    result = diagnosis(assessed(both), "RLS")
    assert result is not None
    assert "with_plms" in result.specifier_codes
    assert excluded_by(both, "PLMD") == "RLS"
    assert status(plmd(), "RLS") == "not_met"
    assert "CONFLICT_2" in codes(both, "conflicts")


def test_statement_23_arousals_support_and_their_lack_argues_against() -> None:
    high, low = (
        diagnosis(assessed(plmd(psg__plm_arousal_index=index)), "PLMD")
        for index in (14, 0.2)
    )
    assert high is not None
    assert low is not None
    assert any("arousal" in line.text for line in high.speaks_for)
    assert any("arousal" in line.text for line in low.speaks_against)


def test_statement_24_dopamine_is_named_as_mechanism() -> None:
    assert "SCREEN_MECHANISM_DOPAMINE" in codes(rls(), "screens")


def test_statement_25_the_dopamine_fault_is_marked_as_a_theory() -> None:
    line = next(
        rule
        for rule in TABLES.screens
        if rule.id == "screen.mechanism_dopamine"
    )
    assert "theory" in line.text
    assert "theory" in line.plain


def test_statement_26_a_good_response_supports_and_decides_nothing() -> None:
    treated = {
        "rls_treatment": [{"name": "ropinirole", "initial_response": "good"}]
    }
    result = diagnosis(assessed(rls(**treated)), "RLS")
    assert result is not None
    assert any("dopaminergic" in line.text for line in result.speaks_for)
    nothing = {
        "symptoms__urge_to_move": "no",
        "symptoms__movement_relief": "no",
    }
    assert status(rls(**treated, **nothing), "RLS") == "not_met"


def test_statement_27_iron_matters() -> None:
    assert action(rls(labs__ferritin_ng_ml=30)) == "supplement"


def test_statement_28_low_ferritin_counts_without_anaemia() -> None:
    answers = rls(labs__ferritin_ng_ml=30, labs__hb_g_dl=13.5)
    assert action(answers) == "supplement"
    assert "MSG_IRON_LOW_WITHOUT_ANAEMIA" in codes(answers, "messages")


def test_statement_29_iron_makes_dopamine() -> None:
    assert "SCREEN_MECHANISM_IRON" in codes(rls(), "screens")


def test_statement_30_pregnancy_is_a_trigger_with_its_own_gate() -> None:
    answers = rls(pregnancy={"status": "yes", "week": 30})
    assert "TR_PREGNANCY" in codes(answers, "triggers")
    assert placed(answers, "TX_GABAPENTIN") == "not_offered"


def test_statement_31_kidney_failure_is_a_trigger_with_its_own_rules() -> None:
    answers = rls(
        conditions=["esrd"], labs__ferritin_ng_ml=150, labs__tsat_pct=15
    )
    assert "TR_ESRD" in codes(answers, "triggers")
    assert placed(answers, "TX_IRON_IV_SUCROSE") == "offered"


def test_statement_32_neuropathy_is_trigger_and_mimic() -> None:
    answers = rls(conditions=["peripheral_neuropathy"])
    assert "TR_NEUROPATHY" in codes(answers, "triggers")
    assert status(answers, "PERIPHERAL_NEUROPATHY") == "known"


@pytest.mark.parametrize(
    ("medicine", "trigger"),
    [
        ("mirtazapine", True),
        ("sertraline", True),
        ("bupropion", False),
        ("trazodone", False),
        ("doxepin", False),
    ],
)
def test_statement_33_some_antidepressants_and_not_all(
    medicine: str, *, trigger: bool
) -> None:
    assert (
        f"TR_DRUG:{medicine}"
        in codes(rls(medications=[{"name": medicine}]), "triggers")
    ) is trigger


@pytest.mark.parametrize(
    ("medicine", "trigger"),
    [
        ("metoclopramide", True),
        ("prochlorperazine", True),
        ("ondansetron", False),
    ],
)
def test_statement_34_dopamine_blockers_against_nausea(
    medicine: str, *, trigger: bool
) -> None:
    assert (
        f"TR_DRUG:{medicine}"
        in codes(rls(medications=[{"name": medicine}]), "triggers")
    ) is trigger


@pytest.mark.parametrize(
    ("medicine", "trigger"),
    [
        ("diphenhydramine", True),
        ("promethazine", True),
        ("fexofenadine", False),
    ],
)
def test_statement_35_sedating_antihistamines(
    medicine: str, *, trigger: bool
) -> None:
    assert (
        f"TR_DRUG:{medicine}"
        in codes(rls(medications=[{"name": medicine}]), "triggers")
    ) is trigger


@pytest.mark.parametrize(("caffeine", "trigger"), [(400, False), (401, True)])
def test_statement_36_much_caffeine(caffeine: float, *, trigger: bool) -> None:
    assert (
        "TR_CAFFEINE"
        in codes(rls(lifestyle={"caffeine_mg_day": caffeine}), "triggers")
    ) is trigger


@pytest.mark.parametrize(("drinks", "trigger"), [(2, False), (3, True)])
def test_statement_37_alcohol(drinks: float, *, trigger: bool) -> None:
    assert (
        "TR_ALCOHOL"
        in codes(rls(lifestyle={"alcohol_drinks_day": drinks}), "triggers")
    ) is trigger


@pytest.mark.parametrize(
    ("irregular", "trigger"), [("no", False), ("yes", True), ("unknown", False)]
)
def test_statement_38_irregular_schedule(
    irregular: str, *, trigger: bool
) -> None:
    assert (
        "TR_IRREGULAR_SCHEDULE"
        in codes(rls(lifestyle={"irregular_schedule": irregular}), "triggers")
    ) is trigger


def test_statement_39_the_interview_alone_can_settle_rls() -> None:
    assert status({"symptoms": rls()["symptoms"]}, "RLS") == "criteria_met"


def test_statement_40_four_symptoms_are_probable_and_the_fifth_criterion_decides() -> (
    None
):
    answers = rls(symptoms__mimic_excluded="unknown")
    assert status(answers, "RLS") == "probable_mimics_not_assessed"
    assert "CONFLICT_3" in codes(answers, "conflicts")


def test_statement_41_ferritin_is_tested_always_with_saturation() -> None:
    assert {"WU_FERRITIN", "WU_TSAT"} <= codes(rls(labs={}), "workup")


def test_statement_42_plmd_needs_polysomnography() -> None:
    answers = {
        "symptoms": {"sleep_disturbance": "yes"},
        "actigraphy": {"plmi": 30, "nights": 5},
    }
    assert status(answers, "PLMD") == "suspected_psg_needed"
    assert "WU_PSG" in codes(answers, "workup")
    assert "AL_ACTIGRAPHY_NOT_SUFFICIENT" in codes(answers, "alerts")


def test_statement_43_the_sensors_give_frequency_and_rhythm() -> None:
    assert {"psg.plmi", "psg.median_imi_s"} <= {
        row.fact for row in TABLES.night
    }


@pytest.mark.parametrize(
    ("operator", "expected"), [(">", "not_met"), (">=", "criteria_met")]
)
def test_statement_44_exactly_fifteen_by_both_readings(
    operator: str, expected: str
) -> None:
    answers = plmd(psg__plmi=15)
    assert status(answers, "PLMD", plmd__operator=operator) == expected
    boundary = assessed(answers, plmd__operator=operator).boundaries
    assert any(
        "at least 15" in line.text and "more than 15" in line.text
        for line in boundary
    )


def test_statement_45_untreated_apnoea_excludes_plmd() -> None:
    answers = plmd(
        psg__ahi=32, psg__rrlm_excluded="unknown", conditions=["osa_untreated"]
    )
    assert excluded_by(answers, "PLMD") == "OSA_UNTREATED"
    assert "WU_RESCORE_RRLM" in codes(answers, "workup")
    assert "WU_REEVALUATE_ON_PAP" in codes(answers, "workup")


def test_statement_45_only_apnoea_asks_to_look_again_on_pressure() -> None:
    answers = plmd(conditions=["narcolepsy"])
    assert excluded_by(answers, "PLMD") == "NARCOLEPSY"
    assert "WU_REEVALUATE_ON_PAP" not in codes(answers, "workup")


def test_statement_46_lifestyle_and_medicine_stand_together() -> None:
    assert (
        placed(rls(), "TX_NONPHARM")
        == placed(rls(), "TX_GABAPENTIN")
        == "offered"
    )


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (47, "opt.nonpharm.triggers"),
        (48, "opt.nonpharm.schedule"),
        (49, "opt.nonpharm.exercise"),
    ],
)
def test_statement_47_48_49_measures_without_medicine(
    number: int, rule: str
) -> None:
    found = option(rls(), "TX_NONPHARM")
    assert found is not None
    assert rule in {advice.line.rule_id for advice in found.recommendations}
    assert rule in STATEMENTS[number].represented_by


def test_statement_47_avoid_caffeine_and_alcohol() -> None:
    assert "caffeine" in next(
        rule.text
        for o in TABLES.options
        for rule in o.recommendations
        if rule.id == "opt.nonpharm.triggers"
    )


def test_statement_48_keep_a_regular_schedule() -> None:
    assert "regular" in next(
        rule.text
        for o in TABLES.options
        for rule in o.recommendations
        if rule.id == "opt.nonpharm.schedule"
    )


def test_statement_49_moderate_exercise_and_not_late() -> None:
    assert "not late" in next(
        rule.text
        for o in TABLES.options
        for rule in o.recommendations
        if rule.id == "opt.nonpharm.exercise"
    )
    assert "TR_LATE_EXERCISE" in codes(
        rls(lifestyle={"exercise_near_bedtime": "yes"}), "triggers"
    )


def test_statement_50_massage_heat_and_cold_with_low_evidence() -> None:
    found = option(rls(), "TX_MASSAGE")
    assert found is not None
    assert "low certainty" in found.recommendations[0].line.text


def test_statement_51_medicines_need_severity() -> None:
    mild = rls(
        symptoms__distress_or_impairment="mild",
        symptoms__frequency_per_week=1,
        symptoms__lifetime_events=20,
        scores={"irls": 8},
    )
    assert placed(mild, "TX_GABAPENTIN") == ""
    assert placed(mild, "TX_DAILY_DRUG_AS_DEFAULT") == "not_offered"
    assert (
        placed(changed(mild, {"scores__irls": 12}), "TX_GABAPENTIN")
        == "offered"
    )


def test_statement_52_iron_comes_before_medicines() -> None:
    offered = [
        o.kind
        for o in assessed(rls(labs__ferritin_ng_ml=30)).options
        if o.placed == "offered"
    ]
    assert offered[0] == "iron"
    assert offered.index("iron") < offered.index("medicine")


@pytest.mark.parametrize(
    "code", ["TX_PRAMIPEXOLE", "TX_ROPINIROLE", "TX_ROTIGOTINE", "TX_LEVODOPA"]
)
def test_statement_53_effective_in_the_short_term_beside_against_standard_use(
    code: str,
) -> None:
    found = option(rls(), code)
    assert found is not None
    assert found.placed == "against_standard_use"
    assert "Effective in the short term" in found.recommendations[0].line.text
    assert any(
        "Effective in the short term" in line.text for line in found.cautions
    )
    assert "CONFLICT_4" in codes(rls(), "conflicts")


def test_statement_54_gabapentin_for_both_with_different_standing() -> None:
    for_rls, for_plmd = (
        option(rls(), "TX_GABAPENTIN"),
        option(plmd(), "TX_GABAPENTIN"),
    )
    assert for_rls is not None
    assert for_plmd is not None
    assert for_rls.recommendations[0].strength == "strong"
    assert for_plmd.labels == ("no_guideline_recommendation",)


@pytest.mark.parametrize("case", VECTOR_CASES)
def test_statement_55_every_answer_has_a_top_line_and_ranked_causes(
    case: str,
) -> None:
    result = assessed(VECTOR_CASES[case]["facts"])
    assert result.overall.line.text
    named = [
        cause.title
        for cause in result.causes
        if cause.status not in ("trigger", "indeterminate")
    ]
    first = result.card[0].says
    assert first.values.get("title", "") in (named or [""])[:1] or (
        first.code == "card-finding-open"
    )
    assert bool(named) == (
        first.code
        not in ("card-open", "card-not-shown", "card-normal", "card-attention")
    )
    assert [cause.rank for cause in result.causes] == list(
        range(1, len(result.causes) + 1)
    )
