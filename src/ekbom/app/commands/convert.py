"""`ekbom convert`: a scoring, or a scored night, in the format of another program."""

from pathlib import Path

from ekbom.app.choices import Switch
from ekbom.app.files import open_result
from ekbom.app.terminal.screen import screen
from ekbom.app.terminal.visible import one_line
from ekbom.model.errors import UsageError
from ekbom.pipeline.convert import ReadScoring, open_signals, read_scoring
from ekbom.report.exports.recording_bdf import (
    PlainRecording,
    bdf_parts,
    signals_line,
)
from ekbom.report.exports.scorings.marks import (
    NightMarks,
    marks_of_events,
    marks_of_result,
)
from ekbom.report.exports.scorings.registry import (
    Contents,
    contents_of,
    writer_for,
    written_lines,
)
from ekbom.report.outputs.atomic import write_atomically
from ekbom.report.outputs.permit import Permit
from ekbom.report.outputs.streamed import write_streamed
from ekbom.report.words import load_wording

ANOTHER = "name another file"
SIGNALS = ".bdf"


def convert(
    scoring: Path,
    out: Path,
    /,
    *,
    to: str | None = None,
    columns: str = "",
    overwrite: Switch = False,
) -> None:
    """Write a scoring in the format of another program, and say what that format cannot hold.

    Parameters
    ----------
    scoring
        A recording, an export in any format that is read, a result.json or the folder it lies in.
    out
        The file to write; its ending chooses the format: .edf, _events.tsv, .annot, .xml, .csv,
        .parquet. With .bdf the signals of a BrainVision, EEGLAB, FIF or WFDB recording are
        written, which needs the extra "signals" or "wfdb".
    to
        The format by its name: edf-annotations, bids-events, luna-annot, nsrr-xml, hypnogram-csv,
        night-csv, night-parquet.
    columns
        What the columns of a table of your own are called: onset=Start,duration=Len[ms],text=Event,
        also side, channel and stage.
    overwrite
        Also take the place of a file that Ekbom did not write. Marks and facts stay even then.
    """
    if to is None and out.suffix.casefold() == SIGNALS:
        told = _write_signals(scoring, out, overwrite=overwrite)
    else:
        writer = writer_for(out, name=to)
        night = night_marks(scoring, columns=columns)
        permit = Permit(inputs=(scoring,), overwrite=overwrite, another=ANOTHER)
        put(contents_of(night, out, writer), permit)
        told = [*written_lines(night, out, writer, load_wording())]
    console = screen()
    for line in told:
        console.print(one_line(line), markup=False)


def _write_signals(path: Path, out: Path, *, overwrite: bool) -> list[str]:
    """Write the signals of another package's recording as BDF."""
    found = open_signals(path)
    if found is None:
        raise UsageError(
            f"{path.name}: only recordings that another package reads are written as BDF, such as "
            "BrainVision (.vhdr) or WFDB (.hea); EDF and BDF are read as they are."
        )
    permit = Permit(inputs=(path,), overwrite=overwrite, another=ANOTHER)
    permit.require(out, free=False)
    plain = PlainRecording(
        name=found.name,
        labels=found.labels,
        units=found.units,
        fs_hz=found.fs_hz,
        n_samples=found.n_samples,
        start=found.start,
        blocks=found.blocks,
    )
    write_streamed(out, bdf_parts(plain))
    return [signals_line(plain, out, load_wording())]


def night_marks(path: Path, *, columns: str = "") -> NightMarks:
    """Read what is to be written: of a scored night its result, else the marks of the file.

    Raises
    ------
    InputError
        The file cannot be read, or is in no known format.
    """
    if path.is_dir() or path.name == "result.json":
        return marks_of_result(open_result(path))
    return marks_of_scoring(read_scoring(path, columns=columns))


def marks_of_scoring(found: ReadScoring) -> NightMarks:
    """Take what was read of a file."""
    return NightMarks(
        name=found.name,
        start=found.start,
        start_has_date=found.start_has_date,
        duration_s=found.duration_s,
        hypnogram=found.hypnogram,
        marks=marks_of_events(found.events),
        scored=found.scored,
        n_signals=found.n_signals,
    )


def put(contents: Contents, permit: Permit) -> None:
    """Write the files, all of them or none, where they take the place of nothing."""
    for path, content in contents.items():
        permit.require(path, free=_holds(path, content))
    write_atomically(contents)


def _holds(path: Path, content: bytes) -> bool:
    """Tell whether the file is there already as it is to be written."""
    return path.is_file() and path.read_bytes() == content
