"""The facts schema as JSON Schema, made from the same table of fields that checks a facts file."""

from collections.abc import Mapping

from ekbom.criteria.facts import FactField, FactKind
from ekbom.criteria.guidelines import ClinicalTables

FACTS_SCHEMA_VERSION = "1.0"
SCHEMA_NAME = "facts.schema.json"
JsonObject = dict[str, object]
_RESPONSES = ["good", "partial", "none", "unknown"]


def facts_json_schema(tables: ClinicalTables) -> JsonObject:
    """Describe a facts file: every field, its answers, unit and plausible range.

    An absent field is not known.

    Examples
    --------
    >>> from ekbom.rules.load_clinical import load_clinical
    >>> facts_json_schema(load_clinical())["properties"]["age_years"]["unit"]
    'years'
    """
    properties: JsonObject = {
        "schema_version": {"const": FACTS_SCHEMA_VERSION},
        "provenance": _texts("Where a value came from, by field"),
    }
    for path, field in tables.fields.items():
        if not path.startswith("derived."):
            _put(properties, path, _field(field))
    for path, factors in tables.units.items():
        _put(
            properties,
            path,
            _quantity(
                sorted({factor.unit for factor in factors}), tables.fields[factors[0].target].title
            ),
        )
    properties |= _lists(tables)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Clinical facts of one person, version {FACTS_SCHEMA_VERSION}",
        "description": "Every field may be left out, which means not known; 'unknown' says the same. Unknown is never no.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _put(properties: JsonObject, path: str, schema: JsonObject) -> None:
    """Set a dotted field, making its group on the way."""
    group, _, name = path.partition(".")
    if not name:
        properties[path] = schema
        return
    node = properties.setdefault(
        group, {"type": "object", "additionalProperties": False, "properties": {}}
    )
    if isinstance(node, dict):
        node["properties"][name] = schema


def _field(field: FactField) -> JsonObject:
    shared: JsonObject = {"description": field.title}
    if field.kind is FactKind.NUMBER:
        limits = {"minimum": field.minimum, "maximum": field.maximum}
        return {
            **shared,
            "type": "number",
            "unit": field.unit,
            **{key: value for key, value in limits.items() if value is not None},
        }
    if field.kind is FactKind.CHOICE:
        return {**shared, "enum": list(field.choices)}
    if field.kind is FactKind.WORDS:
        return {**shared, "type": "array", "items": {"type": "string"}}
    return {**shared, "type": "string"}


def _quantity(units: list[str], title: str) -> JsonObject:
    return _record({"value": {"type": "number"}, "unit": {"enum": units}}, ["value", "unit"]) | {
        "description": f"{title}, with its unit"
    }


def _lists(tables: ClinicalTables) -> JsonObject:
    number: JsonObject = {"type": "number", "minimum": 0}
    text: JsonObject = {"type": "string"}
    medicine = {
        "name": text,
        "atc": text,
        "weeks": number,
        "otc": {"type": "boolean"},
        "dose_mg": number,
        "years": number,
        "initial_response": {"enum": _RESPONSES},
    }
    return {
        "conditions": _array(
            {"enum": list(tables.condition_codes)}, "Known conditions; an empty list means none"
        ),
        "medications": _array(
            _record(medicine, ["name"]), "Medicines in use; an empty list means none"
        ),
        "rls_treatment": _array(_record(medicine, ["name"]), "Medicines for RLS in use"),
        "rls_treatment_failed": _array(text, "Treatments of RLS that failed"),
        "iv_iron_history": _array(
            _record({"product": text, "weeks_ago": number}, ["product"]), "Earlier iron infusions"
        ),
    }


def _record(properties: Mapping[str, object], required: list[str]) -> JsonObject:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": dict(properties),
    }


def _array(items: JsonObject, description: str) -> JsonObject:
    return {"description": description, "type": "array", "items": items}


def _texts(description: str) -> JsonObject:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
