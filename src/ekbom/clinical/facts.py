"""From a facts file to facts.

Every field checked, units converted, implausible values refused, unknown never a no.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TypeVar

from rapidfuzz import process

from ekbom.clinical.derived.derive import DERIVED, derive
from ekbom.codec.codec import STRICT
from ekbom.codec.hooks import is_finite_number
from ekbom.codec.refusal import RefusalError, is_whole_text, shown
from ekbom.criteria.fact_files import (
    FactLists,
    Quantity,
    WrittenInfusion,
    WrittenMedicine,
)
from ekbom.criteria.facts import FactField, FactKind
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import FactProblem, Facts, IronInfusion, Medicine
from ekbom.model.assessment import FactValue
from ekbom.model.errors import InputError
from ekbom.model.finding import Reason

T = TypeVar("T")
SUGGEST_FROM = 70.0
"""Likeness of two names (0 to 100, a property of the comparison) from which one is suggested."""
LONGEST_PATH = 200
"""Letters of a key with all keys around it; no fact has so long a name."""
LISTS = tuple(field.name for field in fields(FactLists))
NAMED_MEDICINES = ("medications", "rls_treatment")
"""Lists of medicines that are written as records with a name."""
NOT_KNOWN = "unknown"
"""In the place of a number or a list it is as good as leaving it out."""
VERSION_KEY = "schema_version"
VERSION = "1.0"
"""The schema of facts and visits files."""
_DIVIDED = ("iron", "tibc")
PLAUSIBLE = ("weeks", "years", "dose_mg", "weeks_ago")
"""Numbers in the entries of lists; the table says from where on one is a slip of the keyboard."""


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
        If the file has another schema, a key is unknown (with the nearest known one), a word is no
        answer of its field, a unit is unknown, or a number lies outside its plausible range (with
        that range).
    """
    require_version(answers.get(VERSION_KEY, VERSION), file="the facts file")
    lists = _lists(answers)
    _require_plausible(lists, tables)
    values, converted = _values(answers, tables)
    told = lists.provenance or {}
    facts = Facts(
        values=values,
        conditions=_conditions(lists.conditions, tables),
        medications=_medicines(lists.medications),
        rls_treatment=_medicines(lists.rls_treatment),
        rls_treatment_failed=lists.rls_treatment_failed,
        rls_treatment_harmed=lists.rls_treatment_harmed,
        allergies=lists.allergies,
        iv_iron_history=_infusions(lists.iv_iron_history),
        converted=converted,
        provenance={
            name: Reason("as-told", {"text": text})
            for name, text in told.items()
        },
        problems=_mixed_units(answers.get("labs"), tables),
        person=lists.person or "",
    )
    return derive(facts, tables)


def require_version(version: object, *, file: str) -> None:
    """Refuse a file of another schema than the one this program reads.

    Raises
    ------
    InputError
        If the first number of the version differs.
    """
    first = VERSION.partition(".")[0]
    if not isinstance(version, str) or version.partition(".")[0] != first:
        raise InputError(
            f"{file} has the schema_version {shown(version)}; this program reads {VERSION}"
        )


def _lists(answers: Mapping[str, object]) -> FactLists:
    """Read the lists of a facts file; one that is unknown was never answered."""
    written = {
        name: answers[name]
        for name in LISTS
        if name in answers and answers[name] != NOT_KNOWN
    }
    for name in NAMED_MEDICINES:
        _require_records(name, written.get(name))
    return _read(FactLists, written)


def _require_records(name: str, listed: object) -> None:
    """Refuse a medicine that is written as a bare name."""
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(one, str):
            raise InputError(
                f"{name}[{index}] is {one!r}; write a medicine with its name, "
                f'such as {{"name": {json.dumps(one)}}}'
            )


def _read(kind: type[T], value: object, *, place: str = "") -> T:
    """Read a part of the file that has a record of its own."""
    try:
        return STRICT.read(kind, value)
    except RefusalError as error:
        raise InputError(f"{place}{error}") from None


def _values(
    answers: Mapping[str, object], tables: ClinicalTables
) -> tuple[dict[str, FactValue], frozenset[str]]:
    """Read every single answer, and name those that came in another unit."""
    single = {
        key: value
        for key, value in answers.items()
        if key not in (*LISTS, VERSION_KEY)
    }
    values: dict[str, FactValue] = {}
    converted: set[str] = set()
    for path, value in _flat(single):
        if path in tables.units and isinstance(value, Mapping):
            target = _put_converted(path, value, values, tables)
            converted.add(target)
        else:
            field = _field(path, tables)
            unknown = field.kind is FactKind.NUMBER and value == NOT_KNOWN
            if value is not None and not unknown:
                values[path] = _checked(field, value)
    return values, frozenset(converted)


def _put_converted(
    path: str,
    node: Mapping[str, object],
    values: dict[str, FactValue],
    tables: ClinicalTables,
) -> str:
    """Put a value with unit under its field, and name the field."""
    target, number = _converted(path, node, tables)
    if target in values:
        raise InputError(
            f"{path} and {target} are both given; keep one of them"
        )
    values[target] = number
    return target


def _flat(
    answers: Mapping[str, object], prefix: str = ""
) -> Iterator[tuple[str, object]]:
    """Flatten nested mappings to dotted names; a mapping of value and unit stays whole."""
    for key, value in answers.items():
        path = f"{prefix}{key}"
        if len(path) > LONGEST_PATH:
            raise InputError(
                f"the facts hold the unknown key {shown(path)}; "
                "see the facts schema for the names"
            )
        if isinstance(value, Mapping) and not {"value", "unit"} & set(value):
            yield from _flat(value, f"{path}.")
        else:
            yield path, value


def _field(path: str, tables: ClinicalTables) -> FactField:
    if path in tables.fields and not path.startswith(DERIVED):
        return tables.fields[path]
    names = (*tables.fields, *tables.units, *LISTS)
    known = [name for name in names if not name.startswith(DERIVED)]
    match = process.extractOne(path, known, score_cutoff=SUGGEST_FROM)
    hint = (
        f"did you mean {match[0]!r}?"
        if match
        else "see the facts schema for the names"
    )
    raise InputError(f"the facts hold the unknown key {path!r}; {hint}")


def _checked(field: FactField, value: object) -> FactValue:
    """Check one value against its field."""
    if field.kind is FactKind.NUMBER:
        return _number(field, value)
    if field.kind is FactKind.WORDS:
        return _words(field, value)
    if isinstance(value, bool) and field.kind is FactKind.CHOICE:
        value = "yes" if value else "no"
    if not isinstance(value, str):
        raise InputError(
            f"{field.path} is {shown(value)}, but it must be a word"
        )
    if not is_whole_text(value):
        raise InputError(
            f"{field.path} is {shown(value)}, which holds half of a letter; "
            "write it anew"
        )
    if field.kind is FactKind.CHOICE and value not in field.choices:
        choices = ", ".join(field.choices)
        raise InputError(
            f"{field.path} is {shown(value)}, which is no answer; use one of {choices}"
        )
    return value


def _words(field: FactField, value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(
        isinstance(item, str) and is_whole_text(item) for item in value
    ):
        return tuple(value)
    raise InputError(
        f"{field.path} must be a list of words, not {shown(value)}"
    )


def _number(field: FactField, value: object) -> float:
    if not is_finite_number(value):
        raise InputError(
            f"{field.path} is {shown(value)}, but it must be a number in {field.unit}"
        )
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    if not low <= value <= high:
        raise InputError(
            f"{field.path} is {value:g} {field.unit}, which is implausible; "
            f"the plausible range is {low:g} to {high:g} {field.unit}, "
            "so check the value and its unit"
        )
    return float(value)


def _converted(
    path: str, node: Mapping[str, object], tables: ClinicalTables
) -> tuple[str, float]:
    """Convert a value with unit into its field."""
    quantity = _read(
        Quantity, node, place=f"{path} must hold exactly 'value' and 'unit': "
    )
    unit = quantity.unit.replace("\u00b5", "u").replace("\u03bc", "u").lower()
    factor = next(
        (
            factor
            for factor in tables.units[path]
            if factor.unit.lower() == unit
        ),
        None,
    )
    if factor is None:
        known = ", ".join(factor.unit for factor in tables.units[path])
        raise InputError(
            f"{path} is given in {shown(quantity.unit)}; known units are {known}"
        )
    return factor.target, _number(
        tables.fields[factor.target], quantity.value * factor.factor
    )


def _mixed_units(
    labs: object, tables: ClinicalTables
) -> tuple[FactProblem, ...]:
    """Refuse to divide iron by binding capacity when one is in SI and the other is not."""
    written = labs if isinstance(labs, Mapping) else {}
    nodes = (written.get(name) for name in _DIVIDED)
    units = [
        str(node.get("unit")) for node in nodes if isinstance(node, Mapping)
    ]
    group_of = {
        factor.unit.lower(): factor.group
        for factor in tables.units["labs.iron"]
    }
    groups = {group_of.get(unit.lower()) for unit in units}
    if len(groups - {None}) < len(_DIVIDED):
        return ()
    iron, tibc = units
    reason = Reason("mixed-units", {"iron": iron, "tibc": tibc})
    problem = FactProblem(
        fact="derived.tsat_valid_pct", rule_id="text.mixed_units", reason=reason
    )
    return (problem,)


def _conditions(
    codes: tuple[str, ...] | None, tables: ClinicalTables
) -> frozenset[str] | None:
    for code in codes or ():
        if code not in tables.condition_codes:
            known = list(tables.condition_codes)
            match = process.extractOne(code, known, score_cutoff=SUGGEST_FROM)
            hint = (
                f"did you mean {match[0]!r}?"
                if match
                else f"known are {', '.join(known)}"
            )
            raise InputError(
                f"conditions holds the unknown code {shown(code)}; {hint}"
            )
    return None if codes is None else frozenset(codes)


def _medicines(
    written: tuple[WrittenMedicine, ...] | None,
) -> tuple[Medicine, ...] | None:
    return None if written is None else tuple(map(_medicine, written))


def _medicine(written: WrittenMedicine) -> Medicine:
    return Medicine(
        name=written.name,
        atc=(written.atc or "").upper(),
        otc=bool(written.otc),
        weeks=written.weeks,
        dose_mg=written.dose_mg,
        years=written.years,
        initial_response=written.initial_response,
    )


def _infusions(
    written: tuple[WrittenInfusion, ...] | None,
) -> tuple[IronInfusion, ...] | None:
    if written is None:
        return None
    return tuple(
        IronInfusion(product=one.product, weeks_ago=one.weeks_ago)
        for one in written
    )


def _require_plausible(lists: FactLists, tables: ClinicalTables) -> None:
    """Refuse a number in an entry of a list that no person can have meant."""
    for place in ("medications", "rls_treatment", "iv_iron_history"):
        for index, entry in enumerate(getattr(lists, place) or ()):
            for name in PLAUSIBLE:
                value = getattr(entry, name, None)
                most = tables.parameters[f"plausible.{name}"].value
                if value is not None and not 0 <= value <= most:
                    raise InputError(
                        f"{place}[{index}].{name} is {value:g}, which is implausible; "
                        f"the plausible range is 0 to {most:g}"
                    )
