"""Facts that follow from other facts.

Saturation from iron and binding capacity, medicines recognised, counts.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from ekbom.clinical.derived.infusions import infusion_facts
from ekbom.clinical.derived.kidney import kidney_facts
from ekbom.clinical.derived.named import problems, tried
from ekbom.clinical.derived.saturation import (
    saturation_doubts,
    saturation_facts,
)
from ekbom.clinical.medicines import (
    AGGRAVATING,
    all_medicines,
    entries,
    group_named,
    members,
)
from ekbom.clinical.names.recognise import Outcome, recognise
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import FactProblem, Facts, Medicine
from ekbom.model.assessment import FactValue
from ekbom.model.finding import Reason

WEEKS_PER_MONTH = 365.25 / 12 / 7
DERIVED = "derived."
UNRECOGNISED = "derived.unrecognised_medicines"
PLM_INDEX, RULE_SET = "psg.plmi", "psg.plmi_rule_set"
AGE, MONTHS, MONTHS_PER_YEAR = "age_years", "symptoms.duration_months", 12
OTHER_RULES = "psg.plmi_other_rules"
"""Where an index stands whose rule set has no field of its own."""
AASM_NAME = re.compile(r"aasmv?\d*")
"""The name of the AASM's rules, with or without an edition."""
FILLING = re.compile(
    r"[^a-z0-9]|rules?|manual|version|edition|scoring|criteria"
)
"""What tells no rule set from another in a name as people type it."""
ASKED_ANEW = frozenset({"text.confirm_medicine", "text.implausible_saturation"})
"""Problems that every derivation finds by itself; facts may be derived more than once."""
Medicines = tuple[Medicine, ...] | None
Problems = tuple[FactProblem, ...]


def derive(facts: Facts, tables: ClinicalTables) -> Facts:
    """Add what follows from the facts; nothing that is unknown becomes known."""
    facts = aasm_index_only(facts, tables)
    medications, unclear = _recognised(facts.medications, "medications", tables)
    treatment, unclear_treatment = _recognised(
        facts.rls_treatment, "rls_treatment", tables
    )
    confirm = (*unclear, *unclear_treatment)
    values = {
        path: value
        for path, value in facts.values.items()
        if not path.startswith(DERIVED)
    }
    facts = replace(
        facts, values=values, medications=medications, rls_treatment=treatment
    )
    kept = (one for one in facts.problems if one.rule_id not in ASKED_ANEW)
    doubts = (*problems(facts, tables), *saturation_doubts(facts, tables))
    facts = replace(facts, problems=(*kept, *confirm, *doubts))
    known = facts.medications is not None and not confirm
    kidney = kidney_facts(facts, tables)
    values |= saturation_facts(facts)
    values |= _longer_than_life(values)
    values |= _treatment_facts(facts, tables)
    values |= kidney.values
    values |= {"derived.medicine_names_unclear": "yes" if confirm else "no"}
    values |= _unclear_names(confirm, UNRECOGNISED)
    values |= {"derived.medicines_known": "yes"} if known else {}
    return replace(
        facts, values=values, provenance={**facts.provenance, **kidney.origins}
    )


def aasm_index_only(facts: Facts, tables: ClinicalTables) -> Facts:
    """Move an index that was scored by other rules beside, under the name of those rules.

    PLMD is judged on the AASM index only. An index without a named rule set counts as the AASM's,
    as the title of its field says.
    """
    rule_set = str(facts.values.get(RULE_SET, "unknown")).strip()
    beside = _field_beside(rule_set, tables)
    index = facts.values.get(PLM_INDEX)
    if index is None or beside is None:
        return facts
    others = {
        path: value for path, value in facts.values.items() if path != PLM_INDEX
    }
    origin = Reason("by-rule-set", {"rule_set": rule_set})
    reason = Reason("index-by-other-rules", {"rule_set": rule_set})
    problem = FactProblem(
        fact=PLM_INDEX, rule_id="text.index_by_other_rules", reason=reason
    )
    return replace(
        facts,
        values={beside: index, **others},
        provenance={beside: origin, **facts.provenance},
        problems=(*facts.problems, problem),
    )


def _field_beside(rule_set: str, tables: ClinicalTables) -> str | None:
    """Name the field of an index by these rules; None for the AASM's."""
    name = FILLING.sub("", rule_set.lower())
    if name in ("", "unknown") or AASM_NAME.fullmatch(name):
        return None
    own = f"{PLM_INDEX}_{name}"
    return own if own in tables.fields else OTHER_RULES


def _longer_than_life(values: dict[str, FactValue]) -> dict[str, FactValue]:
    """Say whether the trouble is older than the person."""
    years, months = values.get(AGE), values.get(MONTHS)
    if not isinstance(years, float) or not isinstance(months, float):
        return {}
    longer = months > (years + 1) * MONTHS_PER_YEAR
    return {"derived.longer_than_life": "yes" if longer else "no"}


def _recognised(
    medicines: Medicines, place: str, tables: ClinicalTables
) -> tuple[Medicines, Problems]:
    """Recognise every medicine; a doubtful name becomes a question, never a guess."""
    if medicines is None:
        return None, ()
    answers = [
        recognise(medicine.name, medicine.atc, tables) for medicine in medicines
    ]
    known = tuple(
        replace(
            medicine,
            generic=" + ".join(answer.substances)
            if answer.outcome is Outcome.RECOGNISED
            else "",
            substances=answer.substances,
        )
        for medicine, answer in zip(medicines, answers, strict=True)
    )
    return known, tuple(
        _to_confirm(place, answer.confirm)
        for answer in answers
        if answer.confirm
    )


def _to_confirm(place: str, reason: Reason) -> FactProblem:
    return FactProblem(
        fact=place, rule_id="text.confirm_medicine", reason=reason
    )


def _unclear_names(problems: Problems, path: str) -> dict[str, FactValue]:
    """List the names that wait to be confirmed; without one the fact is absent."""
    names = tuple(
        str(problem.reason.values["name"])
        for problem in problems
        if problem.reason
    )
    return {path: names} if names else {}


def _treatment_facts(
    facts: Facts, tables: ClinicalTables
) -> dict[str, FactValue]:
    """Count and name what rules compare about treatment; what is not known is left out."""
    failed = tried(facts, tables)
    dopaminergic = members(
        all_medicines(facts), group_named("dopaminergic", tables)
    )
    told: dict[str, FactValue | None] = {
        "derived.failed_treatments": None
        if failed is None
        else float(len(failed)),
        **infusion_facts(facts, tables),
        "derived.initial_response": _first_response(dopaminergic),
        "derived.da_dose_excess_mg": _largest_excess_mg(dopaminergic, tables),
        "derived.symptoms_after_medicine": _began_after(facts, tables),
    }
    return {name: value for name, value in told.items() if value is not None}


def _first_response(medicines: Iterable[Medicine]) -> str | None:
    """Give the best known first response; None where nobody knows one."""
    responses = [medicine.initial_response for medicine in medicines]
    known = [response for response in responses if response != "unknown"]
    return "good" if "good" in known else next(iter(known), None)


def _largest_excess_mg(
    medicines: Iterable[Medicine], tables: ClinicalTables
) -> float | None:
    excess = [_excess_mg(medicine, tables) for medicine in medicines]
    return max((over for over in excess if over is not None), default=None)


def _excess_mg(medicine: Medicine, tables: ClinicalTables) -> float | None:
    """Dose above the usual maximum for RLS, mg a day; None where no maximum stands in the table."""
    names = (f"da.max_mg_day.{name}" for name in medicine.substances)
    limits = [
        tables.parameters[name].value
        for name in names
        if name in tables.parameters
    ]
    highest = [limit for limit in limits if isinstance(limit, int | float)]
    if not highest or medicine.dose_mg is None:
        return None
    return medicine.dose_mg - min(highest)


def _began_after(facts: Facts, tables: ClinicalTables) -> str | None:
    """Whether the symptoms began after an aggravating medicine did; None where it is not known."""
    months = facts.values.get("symptoms.duration_months")
    weeks = [
        medicine.weeks
        for medicine, entry in entries(facts, tables)
        if entry.effect_rls in AGGRAVATING and medicine.weeks is not None
    ]
    if not weeks or not isinstance(months, float):
        return None
    return "yes" if max(weeks) >= months * WEEKS_PER_MONTH else "no"
