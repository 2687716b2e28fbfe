"""`ekbom anonymise`: a recording or a scoring without what names a person."""

from pathlib import Path

from ekbom.app.choices import Switch
from ekbom.app.commands.convert import ANOTHER, marks_of_scoring, put
from ekbom.app.terminal.screen import screen
from ekbom.app.terminal.visible import one_line
from ekbom.model.errors import UsageError
from ekbom.pipeline.anonymise import (
    DATE,
    Removals,
    anonymous_recording,
    anonymous_scoring,
    is_recording,
    removal_findings,
    require_other_name,
)
from ekbom.report.exports.scorings.registry import contents_of, writer_for
from ekbom.report.outputs.file_list import RESULT_NAME
from ekbom.report.outputs.permit import Permit
from ekbom.report.outputs.streamed import write_streamed
from ekbom.report.words import load_wording

RESULTS = (".npz", ".html", ".pdf")


def anonymise(
    recording: Path,
    out: Path,
    /,
    *,
    weeks: int = 0,
    to: str | None = None,
    overwrite: Switch = False,
) -> None:
    """Write a recording or a scoring without names, free text and dates, and say what was removed.

    Times, stages, events and samples stay. Nothing is stored of what was removed.

    Parameters
    ----------
    recording
        EDF, EDF+ or BDF, or a scoring in any format that is read.
    out
        The file to write: of a recording again .edf or .bdf; of a scoring .edf, _events.tsv,
        .annot, .xml, .csv or .parquet.
    weeks
        Move the date by so many weeks instead of removing it; nights of one person need the same
        number. It is not stored anywhere.
    to
        The format of a scoring by its name, where the ending does not say it (see: ekbom convert).
    overwrite
        Also take the place of a file that Ekbom did not write. Marks and facts stay even then.
    """
    scored = recording.is_dir() or recording.name == RESULT_NAME
    if scored or recording.suffix.casefold() in RESULTS:
        raise UsageError(
            f"{recording.name}: a scored night cannot be cleaned; "
            "anonymise its recording and score it again."
        )
    permit = Permit(inputs=(recording,), overwrite=overwrite, another=ANOTHER)
    if to is None and is_recording(recording, out):
        removed = _write_recording(recording, out, weeks, permit)
    else:
        clean = anonymous_scoring(recording, weeks=weeks)
        night = marks_of_scoring(clean.scoring)
        put(contents_of(night, out, writer_for(out, name=to)), permit)
        removed = clean.removed
    _tell(out, removed, moved=bool(weeks))


def _write_recording(
    path: Path, out: Path, weeks: int, permit: Permit
) -> Removals:
    clean = anonymous_recording(path, weeks=weeks)
    require_other_name(out, clean)
    permit.require(out, free=False)
    write_streamed(out, clean.parts())
    return clean.removed


def _tell(out: Path, removed: Removals, *, moved: bool) -> None:
    words = load_wording()
    console = screen()
    console.print(one_line(f"Written: {out}"), markup=False)
    lines = [words.finding(each) for each in removal_findings(removed, "")]
    if moved and removed.get(DATE):
        lines.append("The date is moved; the number of weeks is not stored.")
    for line in lines or ["Nothing had to be removed."]:
        console.print(f"  {line}", markup=False)
