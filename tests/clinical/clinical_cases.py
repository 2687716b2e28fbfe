"""Shared by the clinical tests.

The cases of the vectors, a plain case of RLS, and a short way to an assessment.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.model.assessment import Assessment, DiagnosisResult, OptionResult
from ekbom.model.source import ParameterValue
from ekbom.rules.load_clinical import load_clinical

TABLES = load_clinical()
_VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "clinical_vectors.json").read_text(
        encoding="utf-8"
    )
)
Answers = dict[str, Any]  # a facts file before it is checked
VECTOR_CASES: dict[str, Answers] = {
    case["id"]: case for case in _VECTORS["cases"]
}
NO_SYMPTOMS = {
    "urge_to_move": "no",
    "unpleasant_sensation": "no",
    "rest_onset": "no",
    "movement_relief": "no",
    "evening_night_worse": "no",
    "mimic_excluded": "not_applicable",
}


def rls(**changes: object) -> Answers:
    """Answers of an adult with clinically significant RLS and enough iron, some of them changed.

    A double underscore in a name stands for the dot: ``labs__ferritin_ng_ml=40``.
    """
    answers: Answers = {
        "age_years": 50,
        "sex": "female",
        "symptoms": {
            "urge_to_move": "yes",
            "unpleasant_sensation": "yes",
            "rest_onset": "yes",
            "movement_relief": "yes",
            "evening_night_worse": "yes",
            "mimic_excluded": "yes",
            "frequency_per_week": 5,
            "duration_months": 24,
            "distress_or_impairment": "yes",
        },
        "labs": {"ferritin_ng_ml": 150, "tsat_pct": 30, "crp_mg_l": 1},
    }
    return changed(answers, changes)


def plmd(**changes: object) -> Answers:
    """Answers of an adult with PLMD on polysomnography, with some answers changed or added."""
    answers: Answers = {
        "age_years": 50,
        "sex": "male",
        "symptoms": {
            **NO_SYMPTOMS,
            "sleep_disturbance": "yes",
            "distress_or_impairment": "yes",
            "daytime_sleepiness": "yes",
        },
        "psg": {
            "done": "yes",
            "plmi": 28,
            "ahi": 3,
            "rrlm_excluded": "yes",
            "tst_min": 400,
        },
        "conditions": [],
        "medications": [],
    }
    return changed(answers, changes)


def changed(answers: Answers, changes: Mapping[str, object]) -> Answers:
    """Set some answers of a copy."""
    result = deepcopy(answers)
    for name, value in changes.items():
        group, _, field = name.partition("__")
        if field:
            result.setdefault(group, {})[field] = value
        else:
            result[name] = value
    return result


def assessed(answers: Answers, **settings: ParameterValue) -> Assessment:
    """Assess answers without ranking what is missing; settings as in `rls`."""
    chosen = {
        name.replace("__", "."): value for name, value in settings.items()
    }
    return assess_facts(
        read_facts(answers, TABLES), TABLES, settings=chosen, rank_missing=False
    )


def diagnosis(assessment: Assessment, code: str) -> DiagnosisResult | None:
    """Find one diagnosis or criteria set."""
    return next(
        (
            result
            for result in (*assessment.criteria_sets, *assessment.diagnoses)
            if result.code == code
        ),
        None,
    )


def status(answers: Answers, code: str, **settings: ParameterValue) -> str:
    """Status of one diagnosis, empty where it is not returned."""
    result = diagnosis(assessed(answers, **settings), code)
    return result.status if result else ""


def excluded_by(answers: Answers, code: str) -> str:
    """What excludes a diagnosis, empty where nothing does."""
    result = diagnosis(assessed(answers), code)
    if result is None or result.status != "excluded":
        return ""
    return result.excluded_by


def option(answers: Answers, code: str) -> OptionResult | None:
    """Find one option."""
    return next(
        (result for result in assessed(answers).options if result.code == code),
        None,
    )


def placed(answers: Answers, code: str) -> str:
    """Placement of one option, empty where it is not listed."""
    found = option(answers, code)
    return found.placed if found else ""


def codes(answers: Answers, part: str) -> set[str]:
    """Codes of the coded lines of one part.

    Alerts, triggers, workup, messages, screens, conflicts.
    """
    return {line.code for line in getattr(assessed(answers), part)}


def action(answers: Answers) -> str:
    """Iron action, empty where there is none."""
    iron = assessed(answers).iron
    return iron.action if iron else ""
