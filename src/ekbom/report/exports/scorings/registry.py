"""The formats a scoring can be written in: one row makes a format known everywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ekbom.model.errors import UsageError
from ekbom.report.exports.scorings.bids_events import bids_bytes, bids_sidecar
from ekbom.report.exports.scorings.edf_annotations import edf_bytes
from ekbom.report.exports.scorings.hypnogram_csv import (
    epochs_of,
    hypnogram_bytes,
)
from ekbom.report.exports.scorings.luna_annot import luna_bytes
from ekbom.report.exports.scorings.marks import NightMarks
from ekbom.report.exports.scorings.night_table import table_csv, table_parquet
from ekbom.report.exports.scorings.nsrr_xml import nsrr_bytes
from ekbom.report.exports.scorings.unheld import Places, unheld
from ekbom.report.words import Wording

Contents = dict[Path, bytes]


@dataclass(frozen=True, kw_only=True)
class WrittenFormat:
    """A format that scorings are written in: its name, how its files end, how it is written.

    The name is that of the reader. `endings` choose the format where none is named; a format
    without them must be named. `sidecar` writes the file that explains the first.
    """

    name: str
    title: str
    endings: tuple[str, ...] = ()
    write: Callable[[NightMarks], bytes]
    sidecar: Callable[[NightMarks], bytes] | None = None
    places: Places
    stages_only: bool = False


WRITERS = (
    WrittenFormat(
        name="edf-annotations",
        title="EDF+ annotations",
        endings=(".edf",),
        write=edf_bytes,
        places=Places(date=True, clock=True),
    ),
    WrittenFormat(
        name="bids-events",
        title="BIDS events table (TSV) with its JSON",
        endings=(".tsv",),
        write=bids_bytes,
        sidecar=bids_sidecar,
        places=Places(texts=True, rules=True),
    ),
    WrittenFormat(
        name="luna-annot",
        title="Luna annotations (.annot)",
        endings=(".annot",),
        write=luna_bytes,
        places=Places(rules=True),
    ),
    WrittenFormat(
        name="nsrr-xml",
        title="NSRR annotations (XML)",
        endings=(".xml",),
        write=nsrr_bytes,
        places=Places(clock=True),
    ),
    WrittenFormat(
        name="hypnogram-csv",
        title="hypnogram table (Epoch,Stage)",
        write=hypnogram_bytes,
        places=Places(texts=True, rules=True),
        stages_only=True,
    ),
    WrittenFormat(
        name="night-csv",
        title="table of stages and marks (CSV)",
        endings=(".csv",),
        write=table_csv,
        places=Places(texts=True, rules=True),
    ),
    WrittenFormat(
        name="night-parquet",
        title="table of stages and marks (Parquet)",
        endings=(".parquet",),
        write=table_parquet,
        places=Places(texts=True, rules=True),
    ),
)


def writer_for(path: Path, *, name: str | None = None) -> WrittenFormat:
    """Choose the format by its name, or else by how the file is called.

    Raises
    ------
    UsageError
        No format has that name, or files of no format end so.
    """
    for known in WRITERS:
        if name == known.name or (
            name is None and path.name.casefold().endswith(known.endings)
        ):
            return known
    listed = ", ".join(
        f"{known.name} ({known.endings[0]})" if known.endings else known.name
        for known in WRITERS
    )
    if name is not None:
        raise UsageError(
            f"No scoring can be written as {name!r}; known are {listed}."
        )
    raise UsageError(
        f"{path.name}: no format is known by this ending; name one with --to, or end the file "
        f"as one of them does: {listed}."
    )


def contents_of(
    night: NightMarks, path: Path, writer: WrittenFormat
) -> Contents:
    """Give the content of the file, and of the one that explains it where the format has one."""
    contents = {path: writer.write(night)}
    if writer.sidecar is not None:
        contents[path.with_suffix(".json")] = writer.sidecar(night)
    return contents


def written_lines(
    night: NightMarks, path: Path, writer: WrittenFormat, words: Wording
) -> Iterator[str]:
    """Say what was written, and what the format cannot hold of this night."""
    yield words(
        "convert.written",
        path=str(path),
        title=writer.title,
        marks=0 if writer.stages_only else len(night.marks),
        epochs=len(night.stages()),
    )
    missing = list(left_out(night, writer, words))
    if not missing:
        yield words("convert.holds_all")
        return
    yield words("convert.not_held")
    yield from (f"  {sentence}" for sentence in missing)


def left_out(
    night: NightMarks, writer: WrittenFormat, words: Wording
) -> Iterator[str]:
    """Say what the format cannot hold of this night, one sentence each."""
    if writer.stages_only:
        if night.marks:
            yield words("convert.marks", count=len(night.marks))
        if mixed := epochs_of(night).mixed:
            yield words("convert.mixed_epochs", count=mixed)
    yield from unheld(night, writer.places, words)
