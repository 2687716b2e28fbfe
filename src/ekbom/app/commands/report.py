"""`ekbom report`: a scored night as the documents people sign, read and send on."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from ekbom.app.results import open_result
from ekbom.model.errors import UsageError
from ekbom.report.branding import Branding, read_branding
from ekbom.report.files import write_report
from ekbom.report.options import ReportOptions
from ekbom.report.result_json import read_assessment
from ekbom.rules.load_clinical import source_texts


def report(
    result: Path,
    /,
    *,
    assessment: Path | None = None,
    branding: Path | None = None,
    html: Annotated[bool, Parameter(negative="")] = False,
    pdf: Annotated[bool, Parameter(negative="")] = False,
    fhir: Annotated[bool, Parameter(negative="")] = False,
    patient: Annotated[bool, Parameter(negative="")] = False,
    figures: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    redcap: Annotated[bool, Parameter(negative="")] = False,
    parquet: Annotated[bool, Parameter(negative="")] = False,
    person: str = "",
    nights: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")] = (),
    out: Path | None = None,
) -> None:
    """Write reports of a scored night.

    Without a choice the page for the clinician is written as HTML and PDF.

    Parameters
    ----------
    result
        The result.json of the night; traces.npz is read from beside it.
    assessment
        The assessment as JSON (see: ekbom assess).
    branding
        TOML file with the laboratory's name, logo, page size, language, number and date formats.
    html
        The clinician's report as one HTML file (report.html).
    pdf
        The clinician's report as PDF (report.pdf).
    fhir
        A FHIR R4 Bundle (fhir.json) with the PDF inside, preliminary.
    patient
        The page for the patient (patient.html, patient.pdf).
    figures
        Every figure as SVG and PNG (folder figures).
    json
        The report as data (report.json).
    redcap
        One row for REDCap (redcap.csv) and the dictionary of its fields (redcap_dictionary.csv).
    parquet
        The movement tables as Parquet; needs the extra "parquet".
    person
        How the person is named on the pages; the result itself holds no name.
    nights
        The result.json of further nights of the same person, drawn beside this one.
    out
        Folder for the files; the folder of the result when left out.
    """
    chosen = {"html": html, "pdf": pdf, "fhir": fhir, "patient": patient}
    chosen |= {"figures": figures, "json": json, "redcap": redcap, "parquet": parquet}
    result = _file(result)
    wanted = [name for name, on in chosen.items() if on] or ["html", "pdf"]
    options = ReportOptions(
        kinds=frozenset(wanted),
        assessment=read_assessment(assessment) if assessment is not None else None,
        branding=read_branding(branding) if branding is not None else Branding(),
        person=person,
        sources=source_texts() if assessment is not None else {},
        other_nights=tuple(open_result(_file(night)) for night in nights),
    )
    written = write_report(open_result(result), out or result.parent, options=options)
    console = Console(highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"Written: {path}", markup=False)
    console.print("Decision support, not a diagnosis.")


def _file(path: Path) -> Path:
    """Take a result.json or the folder it lies in."""
    found = path / "result.json" if path.is_dir() else path
    if found.suffix != ".json":
        raise UsageError(
            f"{path} is no result.json; give the result of: ekbom score NIGHT --out FOLDER."
        )
    return found
