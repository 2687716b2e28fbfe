"""All files of one scored night in one folder, written together or not at all.

The folder belongs to the night: see `ekbom.report.outputs.folder`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from ekbom.model.assessment import Assessment
from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.earlier_files import earlier_files
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.exports.fhir import fhir_bundle, fhir_bytes
from ekbom.report.exports.movement_columns import (
    leg_movement_columns,
    movement_columns,
)
from ekbom.report.exports.parquet import parquet_contents
from ekbom.report.exports.redcap import redcap_dictionary, redcap_row
from ekbom.report.figures.picture_files import figure_contents
from ekbom.report.numbers import main_rule_set
from ekbom.report.options import KINDS, ReportOptions
from ekbom.report.outputs.atomic import write_atomically
from ekbom.report.outputs.file_list import RESULT_NAME, read_list
from ekbom.report.outputs.folder import Placed, place
from ekbom.report.outputs.permit import CAREFUL, Permit
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document_json import document_bytes
from ekbom.report.pages.html import html_of, render_html
from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.pages.patient_files import patient_html, patient_pdf
from ekbom.report.pages.pdf import pdf_of
from ekbom.report.result_json import (
    assessment_bytes,
    is_assessment,
    result_bytes,
)
from ekbom.report.traces import TRACES_NAME, traces_bytes
from ekbom.report.typesetting import figure_fonts

MOVEMENTS_NAME = "movements.csv"
LEG_MOVEMENTS_NAME = "leg_movements.csv"
REPORT_NAME = "report.html"

Contents = dict[str, bytes]

Progress = Callable[[str], None]


def _silent(_kind: str) -> None:
    """Report no step."""


def write_night(
    result: StudyResult,
    directory: Path,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
) -> tuple[Path, ...]:
    """Write the page and the data files of a night.

    These are `report.html`, `result.json`, `movements.csv`, `leg_movements.csv` and `traces.npz`.
    Further rule sets get their own ``movements_<rule set>.csv``; without traces no `traces.npz` is
    written.

    Returns
    -------
    tuple of pathlib.Path
        The files written, in the order a reader would open them.
    """
    return place_night(
        result, directory, assessment=assessment, branding=branding
    ).written


def place_night(
    result: StudyResult,
    directory: Path,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
    permit: Permit = CAREFUL,
) -> Placed:
    """Write the files of `write_night` and say what became of those that were there.

    Raises
    ------
    UsageError
        If a file would take the place of an input, or of one that Ekbom did not write.
    """
    page = render_html(
        result, assessment=assessment, branding=branding
    ).encode()
    contents = {REPORT_NAME: page, **night_contents(result)}
    return place(
        directory,
        contents,
        digest=result.digest,
        permit=permit,
        former_files=earlier_files,
    )


def night_contents(result: StudyResult) -> Contents:
    """Give the content of every data file of a night by its name."""
    contents = {RESULT_NAME: result_bytes(result)}
    for rule_set in result.scores:
        name = (
            MOVEMENTS_NAME
            if rule_set == main_rule_set(result)
            else f"movements_{rule_set}.csv"
        )
        contents[name] = csv_bytes(movement_columns(result, rule_set))
    contents[LEG_MOVEMENTS_NAME] = csv_bytes(leg_movement_columns(result))
    if result.traces:
        contents[TRACES_NAME] = traces_bytes(
            result.traces, digest=result.digest
        )
    return contents


def write_report(
    result: StudyResult, directory: str | Path, *, options: ReportOptions
) -> tuple[Path, ...]:
    """Write the chosen documents of a night, all of them or none.

    Raises
    ------
    UsageError
        When a kind is not known.
    MissingExtraError
        When Parquet is asked for without pyarrow.
    """
    return place_report(result, Path(directory), options=options).written


def place_report(
    result: StudyResult,
    directory: Path,
    *,
    options: ReportOptions,
    permit: Permit = CAREFUL,
    progress: Progress = _silent,
) -> Placed:
    """Write the files of `write_report` and say what became of those that were there.

    `progress` is called with the kind of each document before it is made.
    """
    unknown = sorted(options.kinds - set(KINDS))
    if unknown:
        raise UsageError(
            f"There is no report of the kind {unknown[0]!r}; choose from {', '.join(KINDS)}."
        )
    return place(
        directory,
        report_contents(result, options=options, progress=progress),
        digest=result.digest,
        permit=permit,
        former_files=earlier_files,
    )


def place_assessment(
    assessment: Assessment,
    path: Path,
    *,
    night: str = "",
    permit: Permit = CAREFUL,
) -> Path:
    """Write an assessment; in the folder of a night it becomes one of the files of that night.

    Parameters
    ----------
    assessment
        The assessment.
    path
        The file to write.
    night
        Digest of the scored night it was made with.
    permit
        What it may take the place of.

    Raises
    ------
    UsageError
        If it would take the place of an input or of what is no assessment of Ekbom, or if another
        night lies in the folder.
    """
    permit.require(path, free=is_assessment(path))
    content = assessment_bytes(assessment, night=night)
    listed = read_list(path.parent)
    if listed is None:
        write_atomically({path: content})
        return path
    known = is_assessment(path) and path.name not in listed.files
    place(
        path.parent,
        {path.name: content},
        digest=night or listed.digest,
        permit=permit,
        known=frozenset({path.name} if known else ()),
        joins=True,
    )
    return path


def report_contents(
    result: StudyResult,
    *,
    options: ReportOptions,
    progress: Progress = _silent,
) -> Contents:
    """Give the content of every chosen document by its name."""
    contents: Contents = {}
    for kind, make in MAKERS.items():
        if kind in options.kinds:
            progress(kind)
            contents |= make(result, options)
    return contents


def _html(result: StudyResult, options: ReportOptions) -> Contents:
    page = html_of(compose(result, options), branding=options.branding)
    return {REPORT_NAME: page.encode()}


def _json(result: StudyResult, options: ReportOptions) -> Contents:
    return {"report.json": document_bytes(compose(result, options))}


def _pdf(result: StudyResult, options: ReportOptions) -> Contents:
    look = options.branding
    document = compose(result, options, font=figure_fonts(look))
    start = result.recording.start
    return {"report.pdf": pdf_of(document, branding=look, start=start)}


def _patient(result: StudyResult, options: ReportOptions) -> Contents:
    look, said, person = options.branding, options.assessment, options.person
    page = compose_patient_page(
        result, assessment=said, branding=look, person=person
    )
    font = figure_fonts(look)
    sheet = compose_patient_page(
        result, assessment=said, branding=look, person=person, font=font
    )
    return {
        "patient.html": patient_html(page).encode(),
        "patient.pdf": patient_pdf(
            sheet, branding=look, start=result.recording.start
        ),
    }


def _fhir(result: StudyResult, options: ReportOptions) -> Contents:
    bundle = fhir_bundle(
        result,
        assessment=options.assessment,
        branding=options.branding,
        person=options.person,
        pdf=_pdf(result, options)["report.pdf"],
    )
    return {"fhir.json": fhir_bytes(bundle)}


def _figures(result: StudyResult, options: ReportOptions) -> Contents:
    return figure_contents(
        result, branding=options.branding, other_nights=options.other_nights
    )


def _redcap(result: StudyResult, _: ReportOptions) -> Contents:
    return {
        "redcap.csv": redcap_row(result),
        "redcap_dictionary.csv": redcap_dictionary(result),
    }


def _parquet(result: StudyResult, _: ReportOptions) -> Contents:
    return parquet_contents(result)


MAKERS: Mapping[str, Callable[[StudyResult, ReportOptions], Contents]] = {
    "html": _html,
    "json": _json,
    "pdf": _pdf,
    "patient": _patient,
    "fhir": _fhir,
    "figures": _figures,
    "redcap": _redcap,
    "parquet": _parquet,
}
