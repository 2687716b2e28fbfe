"""From a facts file to facts.

Every field checked, units converted, implausible values refused, unknown never a no.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields

from rapidfuzz import process

from ekbom.clinical.derive import derive
from ekbom.codec.codec import STRICT
from ekbom.codec.refusal import RefusalError
from ekbom.criteria.fact_files import FactLists, WrittenInfusion, WrittenMedicine
from ekbom.criteria.facts import FactField, FactKind
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.errors import InputError
from ekbom.model.finding import Reason
from ekbom.model.person import FactProblem, Facts, FactValue, IronInfusion, Medicine

SUGGEST_FROM = 70.0
_LISTS = tuple(field.name for field in fields(FactLists))
_MAXIMUM = {"weeks": 5000.0, "years": 100.0, "dose_mg": 100000.0, "weeks_ago": 5000.0}
_OWN_KEYS = ("schema_version",)


def read_facts(answers: Mapping[str, object], tables: ClinicalTables) -> Facts:
    """Check the answers of a facts file and make them facts.

    Parameters
    ----------
    answers
        The content of the file: nested mappings as in the schema.
    tables
        The clinical tables; their fields are the schema.

    Raises
    ------
    InputError
        If a key is unknown (with the nearest known one), a word is no answer of its field, a unit
        is unknown, or a number lies outside its plausible range (with that range).
    """
    lists = _lists(answers)
    values: dict[str, FactValue] = {}
    converted: set[str] = set()
    for path, value in _flat(
        {key: value for key, value in answers.items() if key not in (*_LISTS, *_OWN_KEYS)}
    ):
        if path in tables.units and isinstance(value, Mapping):
            target, number = _converted(path, value, tables)
            if target in values:
                raise InputError(f"{path} and {target} are both given; keep one of them")
            values[target] = number
            converted.add(target)
            continue
        field = _field(path, tables)
        if value is not None:
            values[path] = _checked(field, value)
    facts = Facts(
        values=values,
        conditions=_conditions(lists.conditions, tables),
        medications=_medicines(lists.medications, "medications"),
        rls_treatment=_medicines(lists.rls_treatment, "rls_treatment"),
        rls_treatment_failed=lists.rls_treatment_failed,
        iv_iron_history=_infusions(lists.iv_iron_history),
        converted=frozenset(converted),
        provenance=_told(lists.provenance),
        problems=_unit_problems(answers, tables),
    )
    return derive(facts, tables)


def _flat(answers: Mapping[str, object], prefix: str = "") -> list[tuple[str, object]]:
    """Flatten nested mappings to dotted names; a mapping of value and unit stays whole."""
    found: list[tuple[str, object]] = []
    for key, value in answers.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and not {"value", "unit"} & set(value):
            found.extend(_flat(value, f"{path}."))
        else:
            found.append((path, value))
    return found


def _field(path: str, tables: ClinicalTables) -> FactField:
    if path in tables.fields and not path.startswith("derived."):
        return tables.fields[path]
    known = [
        name for name in (*tables.fields, *tables.units, *_LISTS) if not name.startswith("derived.")
    ]
    match = process.extractOne(path, known, score_cutoff=SUGGEST_FROM)
    hint = f"; did you mean {match[0]!r}?" if match else "; see the facts schema for the names"
    raise InputError(f"the facts hold the unknown key {path!r}{hint}")


def _checked(field: FactField, value: object) -> FactValue:
    """Check one value against its field."""
    if field.kind is FactKind.NUMBER:
        return _number(field, value)
    if field.kind is FactKind.WORDS:
        return _words(field, value)
    if isinstance(value, bool) and field.kind is FactKind.CHOICE:
        value = "yes" if value else "no"
    if not isinstance(value, str):
        raise InputError(f"{field.path} is {value!r}, but it must be a word")
    if field.kind is FactKind.CHOICE and value not in field.choices:
        raise InputError(
            f"{field.path} is {value!r}, which is no answer; use one of {', '.join(field.choices)}"
        )
    return value


def _words(field: FactField, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{field.path} must be a list of words, not {value!r}")
    return tuple(value)


def _number(field: FactField, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"{field.path} is {value!r}, but it must be a number in {field.unit}")
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise InputError(
            f"{field.path} is {value:g} {field.unit}, which is implausible; the plausible range is {low:g} to {high:g} {field.unit}, "
            "so check the value and its unit"
        )
    return float(value)


def _converted(path: str, node: Mapping[str, object], tables: ClinicalTables) -> tuple[str, float]:
    """Convert a value with unit into its field."""
    if set(node) != {"value", "unit"}:
        raise InputError(
            f"{path} must hold exactly 'value' and 'unit', not {', '.join(map(str, node)) or 'nothing'}"
        )
    unit = str(node["unit"]).replace("\u00b5", "u").replace("\u03bc", "u").strip()
    factors = {factor.unit.lower(): factor for factor in tables.units[path]}
    factor = factors.get(unit.lower())
    if factor is None:
        raise InputError(
            f"{path} is given in {node['unit']!r}; known units are {', '.join(f.unit for f in tables.units[path])}"
        )
    value = node["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{path} is {value!r}, but it must be a number")
    return factor.target, _number(tables.fields[factor.target], value * factor.factor)


def _unit_problems(
    answers: Mapping[str, object], tables: ClinicalTables
) -> tuple[FactProblem, ...]:
    """Refuse to divide iron by binding capacity when one is in SI and the other in conventional units."""
    labs = answers.get("labs")
    nodes = [labs.get(name) for name in ("iron", "tibc")] if isinstance(labs, Mapping) else []
    units = [str(node.get("unit", "")) for node in nodes if isinstance(node, Mapping)]
    groups = {
        factor.group
        for unit in units
        for factor in tables.units["labs.iron"]
        if factor.unit.lower() == unit.lower()
    }
    if len(groups) < 2:
        return ()
    reason = Reason("mixed-units", {"iron": units[0], "tibc": units[1]})
    problem = FactProblem(fact="derived.tsat_valid_pct", rule_id="text.mixed_units", reason=reason)
    return (problem,)


def _lists(answers: Mapping[str, object]) -> FactLists:
    """Read the lists of a facts file."""
    written = {key: value for key, value in answers.items() if key in _LISTS}
    try:
        return STRICT.read(FactLists, written)
    except RefusalError as error:
        raise InputError(str(error)) from None


def _conditions(codes: tuple[str, ...] | None, tables: ClinicalTables) -> frozenset[str] | None:
    for code in codes or ():
        if code not in tables.condition_codes:
            raise InputError(
                f"conditions holds the unknown code {code!r}{_hint(code, tables.condition_codes)}"
            )
    return None if codes is None else frozenset(codes)


def _hint(code: str, known: Iterable[str]) -> str:
    """Name the nearest known code, or all of them."""
    names = list(known)
    match = process.extractOne(code, names, score_cutoff=SUGGEST_FROM)
    return f"; did you mean {match[0]!r}?" if match else f"; known are {', '.join(names)}"


def _medicines(
    written: tuple[WrittenMedicine, ...] | None, place: str
) -> tuple[Medicine, ...] | None:
    if written is None:
        return None
    return tuple(_medicine(entry, f"{place}[{row}]") for row, entry in enumerate(written))


def _medicine(entry: WrittenMedicine, place: str) -> Medicine:
    for name in ("weeks", "dose_mg", "years"):
        _check_plausible(name, getattr(entry, name), place)
    return Medicine(
        name=entry.name,
        atc=(entry.atc or "").upper(),
        otc=entry.otc in (True, "yes"),
        weeks=entry.weeks,
        dose_mg=entry.dose_mg,
        years=entry.years,
        initial_response=entry.initial_response,
    )


def _infusions(written: tuple[WrittenInfusion, ...] | None) -> tuple[IronInfusion, ...] | None:
    if written is None:
        return None
    for row, entry in enumerate(written):
        _check_plausible("weeks_ago", entry.weeks_ago, f"iv_iron_history[{row}]")
    return tuple(IronInfusion(product=one.product, weeks_ago=one.weeks_ago) for one in written)


def _check_plausible(name: str, value: float | None, place: str) -> None:
    if value is not None:
        field = FactField(
            path=f"{place}.{name}",
            kind=FactKind.NUMBER,
            title=name,
            minimum=0.0,
            maximum=_MAXIMUM[name],
        )
        _number(field, value)


def _told(provenance: Mapping[str, str] | None) -> dict[str, Reason]:
    return {path: Reason("as-told", {"text": text}) for path, text in (provenance or {}).items()}
