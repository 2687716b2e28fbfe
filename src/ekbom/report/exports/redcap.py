"""A night as one row for REDCap, and the data dictionary that makes the project it can be imported into."""

import re

from ekbom.model.result import IndexValue, StudyResult
from ekbom.report.columns import Columns
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.exports.fhir import key_values
from ekbom.report.numbers import main_rule_set, number_of
from ekbom.report.words import Wording, load_wording

DICTIONARY = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
FORM, PREFIX = "leg_movements", "ekbom_"


def redcap_row(result: StudyResult, *, record_id: str = "") -> bytes:
    """Give the import file: one header line, one row.

    An empty cell where a number cannot be computed.

    `record_id` is the record of the project; without one it is the name of the recording.
    """
    rule_set = result.scores[main_rule_set(result)].rule_set
    start = result.recording.start
    columns: Columns = {
        "record_id": [record_id or result.recording.name],
        f"{PREFIX}date": [f"{start:%Y-%m-%d}" if start is not None else ""],
        f"{PREFIX}rule_set": [rule_set.id],
        f"{PREFIX}version": [result.software_version],
        f"{PREFIX}digest": [result.digest],
    }
    for value in key_values(result):
        columns[field_name(value)] = [value.value]
    columns[f"{FORM}_complete"] = [0]
    return csv_bytes(columns)


def redcap_dictionary(result: StudyResult, *, words: Wording | None = None) -> bytes:
    """Give the data dictionary of the same fields, as REDCap's project set-up takes it."""
    spoken = words or load_wording()
    texts = {
        "record_id": "Record",
        f"{PREFIX}date": "Date",
        f"{PREFIX}rule_set": "Rule set",
        f"{PREFIX}version": "Version",
        f"{PREFIX}digest": "Digest",
    }
    rows = [
        _row(name, label, kind="date_ymd" if name.endswith("_date") else "")
        for name, label in texts.items()
    ]
    for value in key_values(result):
        rows.append(
            _row(
                field_name(value),
                number_of(result, value, words=spoken).label,
                kind="number",
                note=value.unit,
            )
        )
    columns: Columns = {
        heading: [row[place] for row in rows] for place, heading in enumerate(DICTIONARY)
    }
    return csv_bytes(columns)


def field_name(value: IndexValue) -> str:
    """Give the field of an index: lower case letters, digits and underscores, as REDCap asks."""
    return PREFIX + re.sub(r"[^a-z0-9_]", "_", value.name.lower())


def _row(name: str, label: str, *, kind: str = "", note: str = "") -> list[str]:
    cells = dict.fromkeys(DICTIONARY, "")
    cells |= {
        "Variable / Field Name": name,
        "Form Name": FORM,
        "Field Type": "text",
        "Field Label": label,
        "Field Note": note,
    }
    cells["Text Validation Type OR Show Slider Number"] = kind
    return list(cells.values())
