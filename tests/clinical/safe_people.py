"""People of whom every safety fact is known, so that each dose of the tables is printed for one."""

from clinical_cases import Answers, changed, rls

SAFE: Answers = {
    "conditions": [],
    "medications": [],
    "rls_treatment": [],
    "rls_treatment_failed": [],
    "rls_treatment_harmed": [],
    "allergies": [],
    "iv_iron_history": [],
    "pregnancy": {"status": "no"},
    "breastfeeding": "no",
    "weight_kg": 70,
    "crcl_ml_min": 90,
    "dialysis": "no",
    "lifestyle": {"alcohol_drinks_day": 0},
    "opioid_risk": {"oud_history": "no"},
    "scores": {"phq9_item9": 0},
}
"""Every safety fact, passed."""


def safe(**changes: object) -> Answers:
    """Answers of an adult with RLS of whom every safety fact is known and passed."""
    return changed({**rls(), **SAFE}, changes)


LOW = {
    "ferritin_ng_ml": 30,
    "tsat_pct": 25,
    "crp_mg_l": 1,
    "phosphate_mg_dl": 3.5,
}
KIDNEY_FAILURE: Answers = {
    "conditions": ["esrd", "haemodialysis"],
    "dialysis": "yes",
    "labs": {"ferritin_ng_ml": 100, "tsat_pct": 15, "crp_mg_l": 1},
}
SAFE_PEOPLE: dict[str, Answers] = {
    "healthy": safe(),
    "older": safe(age_years=70),
    "kidney 45": safe(crcl_ml_min=45),
    "kidney 20": safe(crcl_ml_min=20),
    "kidney 10": safe(crcl_ml_min=10),
    "low iron": safe(labs=LOW),
    "low iron, light": safe(labs=LOW, weight_kg=45),
    "kidney failure": safe(**KIDNEY_FAILURE),
}
DOSE_OF: dict[str, str] = {
    "opt.gabapentin.start": "healthy",
    "opt.gabapentin.start_low": "older",
    "opt.gabapentin.usual": "healthy",
    "opt.pregabalin.start": "healthy",
    "opt.pregabalin.start_low": "older",
    "opt.pregabalin.usual": "healthy",
    "opt.gabapentin_enacarbil.normal": "healthy",
    "opt.gabapentin_enacarbil.older": "older",
    "opt.gabapentin_enacarbil.crcl30": "kidney 45",
    "opt.gabapentin_enacarbil.crcl15": "kidney 20",
    "opt.gabapentin_enacarbil.crcl0": "kidney 10",
    "opt.iron_oral.dose": "low iron",
    "opt.iron_iv_fcm.dose": "low iron",
    "opt.iron_iv_fcm.dose_by_weight": "low iron, light",
    "opt.iron_iv_sucrose.dose": "kidney failure",
}
"""For every dose of the tables, a person for whom it is printed."""
_MANY = ["gabapentin", "dipyridamole", "oxycodone", "ropinirole"]
BARRED_PEOPLE: dict[str, Answers] = {
    "allergic to everything": safe(
        scores={"irls": 33},
        labs=LOW,
        allergies=[*_MANY, "ferrous sulfate", "iron sucrose"],
    ),
    "kidney failure, allergic to iron": safe(
        **KIDNEY_FAILURE, allergies=["iron sucrose"]
    ),
    "kidney failure, inflamed": safe(
        **{**KIDNEY_FAILURE, "labs": {**KIDNEY_FAILURE["labs"], "crp_mg_l": 25}}
    ),
    "inflamed, low phosphate": safe(
        labs={**LOW, "phosphate_mg_dl": 1.5, "crp_mg_l": 25},
        iv_iron_history=[{"product": "ferric carboxymaltose", "weeks_ago": 3}],
    ),
    "inflamed, low saturation": safe(
        labs={"ferritin_ng_ml": 90, "tsat_pct": 18, "crp_mg_l": 25}
    ),
    "iron three weeks ago": safe(
        labs=LOW,
        iv_iron_history=[{"product": "ferric carboxymaltose", "weeks_ago": 3}],
    ),
    "clearance and rate differ": safe(crcl_ml_min=45, egfr=70),
    "implant, weak muscles, refractory": safe(
        scores={"irls": 33},
        conditions=["electronic_implant", "neuromuscular_disease"],
        rls_treatment_failed=["gabapentin", "pramipexole", "dipyridamole"],
    ),
    "breastfeeding": safe(breastfeeding="yes"),
    "Parkinson with pramipexole": safe(
        conditions=["parkinson_disease"],
        medications=[{"name": "pramipexole"}],
    ),
}
"""People of whom one safety fact bars or withholds."""
