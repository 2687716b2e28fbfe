"""JSON Schemas of the files that people write: facts and visits.

Made from the table of fields that checks a facts file, and from the records that read both.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from ekbom.codec.hooks import JsonValue
from ekbom.codec.schema import DIALECT, Schema, schema_of
from ekbom.criteria.fact_files import (
    LASTING,
    LASTING_SYMPTOMS,
    FactLists,
    Quantity,
    VisitsFile,
)
from ekbom.criteria.facts import FactField
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import FactKind
from ekbom.rules.load_clinical import load_clinical

FACTS_SCHEMA_VERSION = "1.0"
SCHEMA_NAME = "facts.schema.json"
LISTS: Mapping[str, str] = {
    "conditions": "Known conditions; an empty list means none",
    "medications": "Medicines in use; an empty list means none",
    "rls_treatment": "Medicines for RLS in use",
    "rls_treatment_failed": "Treatments of RLS that did not help",
    "rls_treatment_harmed": "Treatments of RLS that had to be stopped because of harm",
    "allergies": "Medicines and products that brought an allergy or a severe reaction",
    "iv_iron_history": "Earlier iron infusions",
    "provenance": "Where a value came from, by field",
    "person": "A pseudonym of the person; never a name",
}


def facts_json_schema(tables: ClinicalTables) -> Schema:
    """Describe a facts file: every field, its answers, unit and plausible range.

    An absent field is not known.

    Examples
    --------
    >>> from ekbom.rules.load_clinical import load_clinical
    >>> facts_json_schema(load_clinical())["properties"]["age_years"]["unit"]
    'years'
    """
    lists = schema_of(FactLists, written=True)
    properties: Schema = {"schema_version": {"const": FACTS_SCHEMA_VERSION}}
    for path, field in tables.fields.items():
        if not path.startswith("derived."):
            _put(properties, path, _field(field))
    for path, factors in tables.units.items():
        units = sorted({factor.unit for factor in factors})
        _put(
            properties,
            path,
            _quantity(units, tables.fields[factors[0].target].title),
        )
    return {
        "$schema": DIALECT,
        "title": f"Clinical facts of one person, version {FACTS_SCHEMA_VERSION}",
        "description": "Every field may be left out, which means not known; 'unknown' says the "
        "same. Unknown is never no.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**properties, **_lists(lists, tables.condition_codes)},
        "$defs": lists["$defs"],
    }


def _lists(schema: Schema, codes: Iterable[str]) -> Schema:
    described = cast("dict[str, Schema]", schema["properties"])
    described["conditions"] = {"type": "array", "items": {"enum": list(codes)}}
    return {
        name: {"description": LISTS[name], **described[name]} for name in LISTS
    }


def _put(properties: Schema, path: str, schema: Schema) -> None:
    """Set a dotted field, making its group on the way."""
    group, _, name = path.partition(".")
    if not name:
        properties[path] = schema
        return
    empty: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {},
    }
    node = cast("dict[str, Schema]", properties.setdefault(group, empty))
    node["properties"][name] = schema


def _field(field: FactField) -> Schema:
    return {"description": field.title, **_kind(field)}


def _kind(field: FactField) -> Schema:
    limits = {"minimum": field.minimum, "maximum": field.maximum}
    if field.kind is FactKind.NUMBER:
        range_: Schema = {
            key: value for key, value in limits.items() if value is not None
        }
        return {"type": "number", "unit": field.unit, **range_}
    if field.kind is FactKind.CHOICE:
        return {"enum": list(field.choices)}
    if field.kind is FactKind.WORDS:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}


def _quantity(units: list[str], title: str) -> Schema:
    schema = schema_of(Quantity, written=True)
    del schema["$defs"]
    properties = cast("dict[str, JsonValue]", schema["properties"])
    properties["unit"] = {"enum": cast("list[JsonValue]", units)}
    return {**schema, "description": f"{title}, with its unit"}


def visits_json_schema() -> Schema:
    """Describe a visits file; its facts follow the schema of the facts.

    Examples
    --------
    >>> visits_json_schema()["required"]
    ['schema_version', 'visits']
    """
    schema = schema_of(VisitsFile, written=True)
    definitions = cast("dict[str, Schema]", schema["$defs"])
    cast("Schema", definitions["WrittenVisit"]["properties"])["facts"] = {
        "$ref": SCHEMA_NAME
    }
    symptoms = _referring(LASTING_SYMPTOMS, "symptoms/properties/")
    common = _referring(LASTING)
    cast("Schema", common["properties"])["symptoms"] = symptoms
    properties: Schema = {
        **cast("Schema", schema["properties"]),
        "schema_version": {"const": FACTS_SCHEMA_VERSION},
        "common": common,
    }
    title = f"Several visits of one person, version {FACTS_SCHEMA_VERSION}"
    return {
        "$schema": DIALECT,
        "title": title,
        **schema,
        "properties": properties,
    }


def _referring(names: Iterable[str], group: str = "") -> Schema:
    """Describe an object whose fields are those of the facts."""
    place = f"{SCHEMA_NAME}#/properties/{group}"
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"$ref": f"{place}{name}"} for name in names},
    }


def main(folders: list[str]) -> None:
    """Write both schemas into every folder (``python -m ekbom.rules.facts_schema FOLDER ...``)."""
    schemas = {
        SCHEMA_NAME: facts_json_schema(load_clinical()),
        "visits.schema.json": visits_json_schema(),
    }
    for folder in folders:
        for name, schema in schemas.items():
            text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
            Path(folder, name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
