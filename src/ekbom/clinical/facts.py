"""From a facts file to facts.

Every field checked, units converted, implausible values refused, unknown never a no.
"""

import math
from collections.abc import Mapping, Sequence

from rapidfuzz import process

from ekbom.clinical.derive import derive
from ekbom.criteria.facts import FactField, FactKind
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.errors import InputError
from ekbom.model.finding import Reason
from ekbom.model.person import FactProblem, Facts, FactValue, IronInfusion, Medicine

SUGGEST_FROM = 70.0
_LISTS = ("conditions", "medications", "rls_treatment", "rls_treatment_failed", "iv_iron_history")
_MEDICINE_KEYS = ("name", "atc", "weeks", "otc", "dose_mg", "years", "initial_response")
_INFUSION_KEYS = ("product", "weeks_ago")
_MAXIMUM = {"weeks": 5000.0, "years": 100.0, "dose_mg": 100000.0, "weeks_ago": 5000.0}
_OWN_KEYS = ("schema_version", "provenance")


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
        conditions=_conditions(answers.get("conditions"), tables),
        medications=_medicines(answers.get("medications"), "medications"),
        rls_treatment=_medicines(answers.get("rls_treatment"), "rls_treatment"),
        rls_treatment_failed=_words(answers.get("rls_treatment_failed"), "rls_treatment_failed"),
        iv_iron_history=_infusions(answers.get("iv_iron_history")),
        converted=frozenset(converted),
        provenance=_provenance(answers.get("provenance")),
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
        return _words(value, field.path) or ()
    if isinstance(value, bool) and field.kind is FactKind.CHOICE:
        value = "yes" if value else "no"
    if not isinstance(value, str):
        raise InputError(f"{field.path} is {value!r}, but it must be a word")
    if field.kind is FactKind.CHOICE and value not in field.choices:
        raise InputError(
            f"{field.path} is {value!r}, which is no answer; use one of {', '.join(field.choices)}"
        )
    return value


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


def _conditions(value: object, tables: ClinicalTables) -> frozenset[str] | None:
    codes = _words(value, "conditions")
    for code in codes or ():
        if code not in tables.condition_codes:
            match = process.extractOne(
                code, list(tables.condition_codes), score_cutoff=SUGGEST_FROM
            )
            hint = (
                f"; did you mean {match[0]!r}?"
                if match
                else f"; known are {', '.join(tables.condition_codes)}"
            )
            raise InputError(f"conditions holds the unknown code {code!r}{hint}")
    return None if codes is None else frozenset(codes)


def _words(value: object, place: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if (
        isinstance(value, str)
        or not isinstance(value, Sequence)
        or not all(isinstance(item, str) for item in value)
    ):
        raise InputError(f"{place} must be a list of words, not {value!r}")
    return tuple(value)


def _entries(
    value: object, place: str, keys: Sequence[str], needed: str
) -> list[Mapping[str, object]] | None:
    """Check a list of entries: known keys, the needed one present, numbers plausible."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise InputError(f"{place} must be a list, not {value!r}")
    for index, entry in enumerate(value):
        if not isinstance(entry, Mapping) or not isinstance(entry.get(needed), str):
            raise InputError(f"{place}[{index}] must be a mapping with {needed!r}")
        unknown = [key for key in entry if key not in keys]
        if unknown:
            raise InputError(
                f"{place}[{index}] holds the unknown key {unknown[0]!r}; known are {', '.join(keys)}"
            )
        for key, number in entry.items():
            if key in _MAXIMUM and number is not None:
                _number(
                    FactField(
                        path=f"{place}[{index}].{key}",
                        kind=FactKind.NUMBER,
                        title=key,
                        minimum=0.0,
                        maximum=_MAXIMUM[key],
                    ),
                    number,
                )
    return list(value)


def _medicines(value: object, place: str) -> tuple[Medicine, ...] | None:
    entries = _entries(value, place, _MEDICINE_KEYS, "name")
    return None if entries is None else tuple(_medicine(entry, place) for entry in entries)


def _medicine(entry: Mapping[str, object], place: str) -> Medicine:
    response = str(entry.get("initial_response", "unknown"))
    if response not in ("good", "partial", "none", "unknown"):
        raise InputError(
            f"{place}: initial_response is {response!r}; use good, partial, none or unknown"
        )
    return Medicine(
        name=str(entry["name"]),
        atc=str(entry.get("atc") or "").upper(),
        otc=entry.get("otc") in (True, "yes"),
        weeks=_optional(entry.get("weeks")),
        dose_mg=_optional(entry.get("dose_mg")),
        years=_optional(entry.get("years")),
        initial_response=response,
    )


def _infusions(value: object) -> tuple[IronInfusion, ...] | None:
    entries = _entries(value, "iv_iron_history", _INFUSION_KEYS, "product")
    if entries is None:
        return None
    return tuple(
        IronInfusion(product=str(entry["product"]), weeks_ago=_optional(entry.get("weeks_ago")))
        for entry in entries
    )


def _optional(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _provenance(value: object) -> dict[str, Reason]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(
            f"provenance must be a mapping of field names to where the value came from, not {value!r}"
        )
    return {str(key): Reason("as-told", {"text": str(text)}) for key, text in value.items()}
