"""A night as one row for REDCap, and the data dictionary of the project it is imported into."""

from ekbom.model.result import StudyResult
from ekbom.report.columns import Cell, Columns
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.exports.fhir import key_values
from ekbom.report.numbers import main_rule_set, title_of
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
FORM, PREFIX, RECORD = "leg_movements", "ekbom_", "record_id"
VALIDATION = {"date": "date_ymd"}


def redcap_row(result: StudyResult, *, record_id: str = "") -> bytes:
    """Give the import file: one header line, one row.

    An empty cell where a number cannot be computed, and where the date is withheld or unknown.

    `record_id` is the record of the project; without one it is the name of the recording.
    """
    date = result.recording.date
    facts: dict[str, Cell] = {
        RECORD: record_id or result.recording.name,
        "date": f"{date:%Y-%m-%d}" if date is not None else "",
        "rule_set": main_rule_set(result),
        "version": result.software_version,
        "digest": result.digest,
    }
    facts |= {value.name: value.value for value in key_values(result)}
    columns: Columns = {
        field_name(name): [cell] for name, cell in facts.items()
    }
    return csv_bytes({**columns, f"{FORM}_complete": [0]})


def redcap_dictionary(
    result: StudyResult, *, words: Wording | None = None
) -> bytes:
    """Give the data dictionary of the same fields, as REDCap's project set-up takes it."""
    spoken = words or load_wording()
    rows = [
        _row(name, spoken(f"redcap.{name}"), kind=VALIDATION.get(name, ""))
        for name in (RECORD, "date", "rule_set", "version", "digest")
    ]
    rows += [
        _row(
            value.name,
            title_of(result, value.name),
            kind="number",
            note=value.unit,
        )
        for value in key_values(result)
    ]
    return csv_bytes(
        {
            heading: [row.get(heading, "") for row in rows]
            for heading in DICTIONARY
        }
    )


def field_name(name: str) -> str:
    """Give the field of a number; the record has the name that REDCap asks for."""
    return name if name == RECORD else PREFIX + name


def _row(name: str, label: str, *, kind: str, note: str = "") -> dict[str, str]:
    return {
        "Variable / Field Name": field_name(name),
        "Form Name": FORM,
        "Field Type": "text",
        "Field Label": label,
        "Field Note": note,
        "Text Validation Type OR Show Slider Number": kind,
    }
