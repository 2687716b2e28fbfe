"""Facts that follow from other facts.

Saturation from iron and binding capacity, medicines recognised, counts.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from ekbom.clinical.names import plain_name, recognise
from ekbom.criteria.guidelines import ClinicalTables, MedicineGroup, MedicineTable
from ekbom.model.person import FactProblem, Facts, FactValue, Medicine

UNKNOWN_WORD = "unknown"
WEEKS_PER_MONTH = 365.25 / 12 / 7
AGGRAVATING = frozenset({"aggravates", "may_aggravate"})
_DIGITS = 9
PLM_INDEX, RULE_SET = "psg.plmi", "psg.plmi_rule_set"
OTHER_RULES = "psg.plmi_other_rules"
"""Where an index stands whose rule set has no field of its own."""
AASM_NAME = re.compile(r"aasmv?\d*")
"""The name of the AASM's rules, with or without an edition."""
FILLING = re.compile(r"[^a-z0-9]|rules?|manual|version|edition|scoring|criteria")
"""What tells no rule set from another in a name as people type it."""


def derive(facts: Facts, tables: ClinicalTables) -> Facts:
    """Add what follows from the facts; nothing that is unknown becomes known."""
    facts = aasm_index_only(facts, tables)
    medications, unclear = _recognised(facts.medications, "medications", tables)
    treatment, unclear_treatment = _recognised(facts.rls_treatment, "rls_treatment", tables)
    facts = replace(
        facts,
        medications=medications,
        rls_treatment=treatment,
        problems=(*facts.problems, *unclear, *unclear_treatment),
    )
    values: dict[str, FactValue] = {
        path: value for path, value in facts.values.items() if not path.startswith("derived.")
    }
    blocked = any(problem.fact == "derived.tsat_valid_pct" for problem in facts.problems)
    values.update({} if blocked else _saturation(values))
    values.update(_treatment_facts(facts, tables))
    values["derived.medicine_names_unclear"] = "yes" if unclear or unclear_treatment else "no"
    return replace(facts, values=values)


def aasm_index_only(facts: Facts, tables: ClinicalTables) -> Facts:
    """Move an index that was scored by other rules beside, under the name of those rules.

    PLMD is judged on the AASM index only. An index without a named rule set counts as the AASM's,
    as the title of its field says.
    """
    index = facts.values.get(PLM_INDEX)
    rule_set = str(facts.values.get(RULE_SET, UNKNOWN_WORD)).strip()
    name = FILLING.sub("", rule_set.lower())
    if index is None or name in ("", UNKNOWN_WORD) or AASM_NAME.fullmatch(name):
        return facts
    beside = f"{PLM_INDEX}_{name}" if f"{PLM_INDEX}_{name}" in tables.fields else OTHER_RULES
    kept = {path: value for path, value in facts.values.items() if path != PLM_INDEX}
    text = f"The PLM index was scored by the rules {rule_set!r}; ICSD-3-TR asks for the AASM index, so the criterion is not known."
    problem = FactProblem(fact=PLM_INDEX, text=text, rule_id="text.index_by_other_rules")
    return replace(
        facts,
        values={beside: index, **kept},
        provenance={beside: rule_set, **facts.provenance},
        problems=(*facts.problems, problem),
    )


def _recognised(
    medicines: tuple[Medicine, ...] | None, place: str, tables: ClinicalTables
) -> tuple[tuple[Medicine, ...] | None, tuple[FactProblem, ...]]:
    """Recognise every medicine; a doubtful name becomes a question, never a guess."""
    if medicines is None:
        return None, ()
    known: list[Medicine] = []
    problems: list[FactProblem] = []
    for medicine in medicines:
        found = recognise(medicine.name, medicine.atc, tables)
        known.append(replace(medicine, generic=found.medicine.generic if found.medicine else ""))
        if found.note:
            problems.append(
                FactProblem(
                    fact=place,
                    text=f"Please confirm: {found.note}.",
                    rule_id="text.confirm_medicine",
                )
            )
    return tuple(known), tuple(problems)


def _saturation(values: dict[str, FactValue]) -> dict[str, FactValue]:
    """Transferrin saturation as given or as iron over binding capacity (same unit, %).

    A sample after iron is not valid.
    """
    measured = values.get("labs.tsat_pct")
    iron, tibc = values.get("labs.iron_umol_l"), values.get("labs.tibc_umol_l")
    if measured is None and isinstance(iron, float) and isinstance(tibc, float):
        measured = round(iron / tibc * 100, _DIGITS)
    if measured is None:
        return {}
    found: dict[str, FactValue] = {"derived.tsat_measured_pct": measured}
    if values.get("lab_conditions.iron_last_24h") != "yes":
        found["derived.tsat_valid_pct"] = measured
    return found


def _treatment_facts(facts: Facts, tables: ClinicalTables) -> dict[str, FactValue]:
    """Count and name what rules compare about treatment."""
    found: dict[str, FactValue] = {}
    if facts.rls_treatment_failed is not None:
        found["derived.failed_treatments"] = float(len(set(facts.rls_treatment_failed)))
    weeks = [
        i.weeks_ago
        for i in facts.iv_iron_history or ()
        if i.weeks_ago is not None and "carboxymaltose" in plain_name(i.product)
    ]
    if weeks:
        found["derived.fcm_weeks_ago"] = min(weeks)
    dopaminergic = members(all_medicines(facts), group_named("dopaminergic", tables))
    answers = [
        medicine.initial_response
        for medicine in dopaminergic
        if medicine.initial_response != "unknown"
    ]
    if answers:
        found["derived.initial_response"] = "good" if "good" in answers else answers[0]
    excess = [
        over for medicine in dopaminergic if (over := _excess_mg(medicine, tables)) is not None
    ]
    if excess:
        found["derived.da_dose_excess_mg"] = max(excess)
    began = _began_after(facts, tables)
    return {**found, "derived.symptoms_after_medicine": began} if began else found


def _excess_mg(medicine: Medicine, tables: ClinicalTables) -> float | None:
    """Dose above the usual maximum for RLS, mg a day; None where no maximum stands in the table."""
    maximum = tables.parameters.get(f"da.max_mg_day.{plain_name(medicine.name)}")
    if maximum is None or medicine.dose_mg is None or not isinstance(maximum.value, int | float):
        return None
    return medicine.dose_mg - maximum.value


def _began_after(facts: Facts, tables: ClinicalTables) -> str:
    """Whether the symptoms began after an aggravating medicine was started.

    Empty where it cannot be told.
    """
    months = facts.values.get("symptoms.duration_months")
    known = {medicine.generic: medicine for medicine in tables.medicines}
    weeks = [
        medicine.weeks
        for medicine in facts.medications or ()
        if medicine.generic
        and known[medicine.generic].effect_rls in AGGRAVATING
        and medicine.weeks is not None
    ]
    if not weeks or not isinstance(months, float):
        return ""
    return "yes" if max(weeks) >= months * WEEKS_PER_MONTH else "no"


def all_medicines(facts: Facts) -> tuple[Medicine, ...]:
    """Every medicine in use, those for RLS included."""
    return (*(facts.medications or ()), *(facts.rls_treatment or ()))


def group_named(code: str, tables: ClinicalTables) -> MedicineGroup:
    """Find a group of the table; a group that the table does not hold has no members."""
    return next(
        (group for group in tables.medicine_groups if group.code == code),
        MedicineGroup(code=code, title=code, atc=(), generics=()),
    )


def members(medicines: Iterable[Medicine], group: MedicineGroup) -> tuple[Medicine, ...]:
    """List the medicines that belong to a group, by ATC prefix or by name."""
    names = {plain_name(name) for name in group.generics}
    return tuple(
        medicine
        for medicine in medicines
        if (medicine.atc and medicine.atc.startswith(group.atc))
        or {plain_name(medicine.name), plain_name(medicine.generic)} & names
    )


def groups_in_use(facts: Facts, tables: ClinicalTables) -> dict[str, tuple[str, ...]]:
    """Name, per medicine group, the medicines in use that belong to it."""
    known = {medicine.generic: medicine for medicine in tables.medicines}
    used = all_medicines(facts)
    found = {
        group.code: tuple(medicine.name for medicine in members(used, group))
        for group in tables.medicine_groups
    }
    listed = [
        (medicine, known[medicine.generic])
        for medicine in facts.medications or ()
        if medicine.generic
    ]
    found["aggravates_rls"] = tuple(
        medicine.name for medicine, entry in listed if entry.effect_rls in AGGRAVATING
    )
    found["aggravates_plms"] = tuple(
        medicine.name for medicine, entry in listed if entry.effect_plms in AGGRAVATING
    )
    aggravating = [(medicine, entry) for medicine, entry in listed if aggravates(entry)]
    found["aggravates_otc"] = tuple(medicine.name for medicine, _ in aggravating if medicine.otc)
    found["aggravates_prescribed"] = tuple(
        medicine.name for medicine, _ in aggravating if not medicine.otc
    )
    return found


def aggravates(medicine: MedicineTable) -> bool:
    """Whether a medicine aggravates, or may aggravate, RLS or periodic leg movements."""
    return bool({medicine.effect_rls, medicine.effect_plms} & AGGRAVATING)
