"""`ekbom report`: a scored night as the documents people sign, read and send on."""

from collections.abc import Sequence
from pathlib import Path

from ekbom.app.choices import Files, Switch, given
from ekbom.app.commands.nights import names_of
from ekbom.app.files import open_result, result_file
from ekbom.app.terminal.placed_lines import placed_lines
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.screen import screen, standing
from ekbom.model.finding import Finding
from ekbom.model.result import StudyResult
from ekbom.pipeline.side_by_side.nights import compare_nights
from ekbom.report.branding import Branding, read_branding
from ekbom.report.files import MAKERS, place_report
from ekbom.report.options import ReportOptions
from ekbom.report.outputs.permit import Permit
from ekbom.report.result_json import read_assessment
from ekbom.rules.load_clinical import source_texts

DEFAULT_KINDS = ("html", "pdf")


def report(
    result: Path,
    /,
    *,
    assessment: Path | None = None,
    branding: Path | None = None,
    html: Switch = False,
    pdf: Switch = False,
    fhir: Switch = False,
    patient: Switch = False,
    figures: Switch = False,
    json: Switch = False,
    redcap: Switch = False,
    parquet: Switch = False,
    person: str = "",
    nights: Files = (),
    out: Path | None = None,
    overwrite: Switch = False,
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
        The result.json or folder of further nights of the same person, drawn beside this one,
        with their spread and what changed (see: ekbom nights).
    out
        Folder for the files; the folder of the result when left out.
    overwrite
        Also take the place of files that Ekbom did not write, or that were changed since. Marks,
        facts and what was read as such stay even then.
    """
    chosen = {"html": html, "pdf": pdf, "fhir": fhir, "patient": patient}
    chosen |= {
        "figures": figures,
        "json": json,
        "redcap": redcap,
        "parquet": parquet,
    }
    folder = out or result_file(result).parent
    scored = open_result(result, goes_on_in=folder)
    others = tuple(map(open_result, nights))
    wanted = [name for name, on in chosen.items() if on]
    options = ReportOptions(
        kinds=frozenset(wanted or DEFAULT_KINDS),
        assessment=read_assessment(assessment, night=scored.digest)
        if assessment is not None
        else None,
        branding=read_branding(branding)
        if branding is not None
        else Branding(),
        person=person,
        sources=source_texts() if assessment is not None else {},
        other_nights=others,
        course=course_with(scored, others, (result, *nights)),
    )
    read = given(result_file(result), assessment, branding, *nights)
    permit = Permit(inputs=read, overwrite=overwrite)
    kinds = [kind for kind in MAKERS if kind in options.kinds]
    with steps_shown(kinds) as progress:
        placed = place_report(
            scored, folder, options=options, permit=permit, progress=progress
        )
    console = screen()
    for line in placed_lines(placed):
        console.print(line, markup=False)
    console.print(standing())


def course_with(
    scored: StudyResult,
    others: Sequence[StudyResult],
    folders: Sequence[Path],
) -> tuple[Finding, ...]:
    """Say what this night and others show together by the first index they have.

    Nothing where there are none, or where one is named twice.
    """
    digests = [night.digest for night in (scored, *others)]
    if not others or len({*digests}) < len(digests):
        return ()
    course = compare_nights((scored, *others), names=names_of(folders))
    main = {"", *(index.name for index in course.indices[:1])}
    return tuple(one for one in course.findings if one.subject in main)
