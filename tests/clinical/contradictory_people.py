"""People whose facts cannot all be right, one for each row of the table of contradictions."""

from clinical_cases import Answers, plmd, rls

SLEPT_AT_HOME = {"done": "no", "plmi": 30}
CONTRADICTORY: dict[str, Answers] = {
    "ctr.pregnant_man": rls(sex="male", pregnancy={"status": "yes"}),
    "ctr.week_not_pregnant": rls(pregnancy={"status": "no", "week": 20}),
    "ctr.week_alone": rls(pregnancy={"week": 20}),
    "ctr.pregnancy_and_age": rls(
        age_years=8, pregnancy={"status": "yes", "week": 20}
    ),
    "ctr.week_of_a_man": rls(sex="male", pregnancy={"week": 20}),
    "ctr.habits_of_a_child": rls(
        age_years=4,
        symptoms__duration_months=6,
        lifestyle={"cigarettes_day": 10},
    ),
    "ctr.driving_child": rls(
        age_years=9,
        symptoms__duration_months=6,
        lifestyle={"drives": "yes"},
        scores={"ess": 18},
    ),
    "ctr.menopause": rls(postmenopausal="yes", pregnancy={"status": "yes"}),
    "ctr.menopause_of": rls(sex="male", postmenopausal="yes"),
    "ctr.longer_than_life": rls(age_years=20, symptoms__duration_months=400),
    "ctr.apnoea_twice": plmd(conditions=["osa_treated", "osa_untreated"]),
    "ctr.apnoea_risk": rls(
        conditions=["osa_treated"], opioid_risk={"osa": "no"}
    ),
    "ctr.kidney_twice": rls(conditions=["ckd_stage_3b", "haemodialysis"]),
    "ctr.kidney_value": rls(conditions=["haemodialysis"], egfr=95),
    "ctr.breastfeeding_man": rls(sex="male", breastfeeding="yes"),
    "ctr.dialysis": rls(conditions=["haemodialysis"], dialysis="no"),
    "ctr.infection": rls(
        conditions=["active_systemic_infection"], infection={"excluded": "yes"}
    ),
    "ctr.index_without_night": plmd(psg=SLEPT_AT_HOME),
    "ctr.relief_without_urge": rls(symptoms__urge_to_move="no"),
    "ctr.irls_without_urge": rls(
        symptoms__urge_to_move="no",
        symptoms__movement_relief="no",
        scores={"irls": 22},
    ),
    "ctr.mimics_twice": rls(symptoms__mimic_excluded_told="no"),
    "ctr.pattern_without_jerk": {
        "symptoms": {
            "sleep_onset_jerk": "no",
            "jerk_pattern": "single_occasional",
        }
    },
    "ctr.sleepy_or_not": plmd(
        symptoms__daytime_sleepiness="no", scores={"ess": 18}
    ),
    "ctr.benzodiazepine_unnamed": rls(
        medications=[], opioid_risk={"benzodiazepine": "yes"}
    ),
    "ctr.benzodiazepine_named": rls(
        medications=[{"name": "clonazepam"}],
        opioid_risk={"benzodiazepine": "no"},
    ),
    "ctr.dark_thoughts": rls(
        symptoms__self_harm_thoughts="yes", scores={"phq9_item9": 0}
    ),
    "ctr.phq9_sum": rls(scores={"phq9": 26, "phq9_item9": 0}),
}
