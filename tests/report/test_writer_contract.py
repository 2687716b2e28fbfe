"""Every writer of scorings passes the contract; other programs read what is written."""

import csv
import datetime as dt
import importlib
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from writer_contract import (
    START,
    WriterContract,
    hypnogram,
    night_of,
    written,
)

from ekbom.model.errors import UsageError
from ekbom.model.events import Event, EventKind
from ekbom.readers.formats.registry import BUILT_IN, read_annotations
from ekbom.readers.study import open_study
from ekbom.report.exports.scorings.marks import WrittenMark
from ekbom.report.exports.scorings.registry import (
    WRITERS,
    WrittenFormat,
    contents_of,
    writer_for,
)

BY_NAME = {writer.name: writer for writer in WRITERS}
EVENTS = [
    Event(
        onset_s=31.25, duration_s=2.5, kind=EventKind.LM, label="x", side="left"
    ),
    Event(
        onset_s=61.00390625,
        duration_s=1 / 3,
        kind=EventKind.PLM,
        label="x",
        side="right",
    ),
    Event(onset_s=62.0, duration_s=3.0, kind=EventKind.AROUSAL_PLM, label="x"),
]
NIGHT = night_of(EVENTS, hypnogram("W", "N1", "N2"))
MARKS = [
    (0.0, 30.0, "Sleep stage W"),
    (30.0, 30.0, "Sleep stage N1"),
    (31.25, 2.5, "Limb movement left"),
    (60.0, 30.0, "Sleep stage N2"),
    (61.00390625, 1 / 3, "Periodic limb movement right"),
    (62.0, 3.0, "PLM arousal"),
    (20_000.0, 0.0, "Recording end"),
]


class TestWriters(WriterContract):
    """Every writer."""


def test_writer_has_the_name_of_a_reader() -> None:
    readers = {one.name for one in BUILT_IN}
    assert {writer.name for writer in WRITERS} <= readers


def same(found: list[tuple[float, float, str]], *, within_s: float) -> bool:
    """Compare marks of another program with what was written."""
    if [text for _, _, text in found] != [text for _, _, text in MARKS]:
        return False
    return all(
        abs(onset - wanted) <= within_s and abs(lasting - length) <= within_s
        for (onset, lasting, _), (wanted, length, _) in zip(
            found, MARKS, strict=True
        )
    )


def test_edf_written_is_read_by_edfio(tmp_path: Path) -> None:
    edfio = importlib.import_module("edfio")
    edf = edfio.read_edf(written(tmp_path, NIGHT, BY_NAME["edf-annotations"]))
    found = [(a.onset, a.duration or 0.0, a.text) for a in edf.annotations]
    assert same(found, within_s=0.0)
    assert dt.datetime.combine(edf.startdate, edf.starttime) == START


def test_edf_written_is_read_by_edflib(tmp_path: Path) -> None:
    pyedflib = pytest.importorskip("pyedflib")
    path = written(tmp_path, NIGHT, BY_NAME["edf-annotations"])
    with pyedflib.EdfReader(str(path)) as edf:
        onsets, lengths, texts = edf.readAnnotations()
        assert edf.getStartdatetime() == START
    lasting = [max(0.0, float(length)) for length in lengths]
    found = list(zip(map(float, onsets), lasting, map(str, texts), strict=True))
    assert same(found, within_s=1e-6)


def test_edf_written_is_read_by_mne(tmp_path: Path) -> None:
    mne: Any = pytest.importorskip("mne")
    path = written(tmp_path, NIGHT, BY_NAME["edf-annotations"])
    marks = mne.read_annotations(path)
    found = list(
        zip(
            marks.onset.tolist(),
            marks.duration.tolist(),
            map(str, marks.description),
            strict=True,
        )
    )
    assert same(found, within_s=1e-9)


@pytest.mark.parametrize("microsecond", [0, 1, 250_000, 999_999])
def test_edf_written_keeps_a_start_inside_a_second(
    microsecond: int, tmp_path: Path
) -> None:
    edfio = importlib.import_module("edfio")
    start = START.replace(microsecond=microsecond)
    night = night_of(EVENTS, hypnogram("W", "N1", "N2"))
    object.__setattr__(night, "start", start)
    path = written(tmp_path, night, BY_NAME["edf-annotations"])
    edf = edfio.read_edf(path)
    assert edf.starttime.microsecond == microsecond
    found = read_annotations(path)
    assert found.start is not None
    first = found.start + dt.timedelta(seconds=found.events[0].onset_s)
    assert first == start + dt.timedelta(seconds=31.25)


def test_edf_written_of_a_long_night_has_records_other_programs_take(
    tmp_path: Path,
) -> None:
    pyedflib = pytest.importorskip("pyedflib")
    many = [
        Event(
            onset_s=5.0 * i,
            duration_s=1.5,
            kind=EventKind.LM,
            label="",
            side="left",
        )
        for i in range(5000)
    ]
    night = night_of(many, None)
    path = written(tmp_path, night, BY_NAME["edf-annotations"])
    with pyedflib.EdfReader(str(path)) as edf:
        assert len(edf.readAnnotations()[0]) == 5001
    events = read_annotations(path).events
    assert len(events) == 5001
    assert max(event.onset_s for event in events) == 24_995.0


def test_bids_written_has_a_sidecar_that_explains_every_column(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, NIGHT, BY_NAME["bids-events"])
    explained = json.loads(path.with_suffix(".json").read_text())
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    assert set(rows[0]) - {"onset", "duration"} == set(explained) - {
        "onset",
        "duration",
    }
    assert list(rows[0])[:2] == ["onset", "duration"]
    levels = explained["trial_type"]["Levels"]
    assert {"lm", "plm", "arousal_plm", "Sleep stage W"} <= set(levels)


def test_nsrr_written_is_plain_xml(tmp_path: Path) -> None:
    path = written(tmp_path, NIGHT, BY_NAME["nsrr-xml"])
    root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own
    events = root.findall("ScoredEvents/ScoredEvent")
    first = events[0]
    assert first.findtext("EventConcept") == "Recording Start Time"
    assert first.findtext("Duration") == "20000"
    assert first.findtext("ClockTime") == "00.00.00 22.30.15"
    assert events[4].findtext("EventConcept") == (
        "Limb movement left|Limb Movement (Left)"
    )


def test_parquet_written_is_read_by_pyarrow(tmp_path: Path) -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(
        written(tmp_path, NIGHT, BY_NAME["night-parquet"])
    )
    assert table.column("onset_s").to_pylist() == [row[0] for row in MARKS]
    assert str(table.schema.field("onset_s").type) == "double"


def test_luna_written_is_read_by_luna(tmp_path: Path) -> None:
    pytest.importorskip(
        "lunapi", reason="Luna's own reader is not installed here"
    )
    assert written(tmp_path, NIGHT, BY_NAME["luna-annot"]).exists()


def test_hypnogram_written_takes_the_longest_stage_of_a_mixed_epoch(
    tmp_path: Path,
) -> None:
    night = night_of([], hypnogram("W", "N1", "N2", first_s=20.0))
    path = written(tmp_path, night, BY_NAME["hypnogram-csv"])
    assert path.read_text() == "Epoch,Stage\n0,UNS\n1,WAKE\n2,N1\n3,N2\n"


@pytest.mark.parametrize(
    ("name", "to", "chosen"),
    [
        ("a.EDF", None, "edf-annotations"),
        ("sub-1_events.tsv", None, "bids-events"),
        ("a.annot", None, "luna-annot"),
        ("a.xml", None, "nsrr-xml"),
        ("a.csv", None, "night-csv"),
        ("a.parquet", None, "night-parquet"),
        ("a.csv", "hypnogram-csv", "hypnogram-csv"),
    ],
)
def test_writer_is_chosen_by_name_or_ending(
    name: str, to: str | None, chosen: str
) -> None:
    assert writer_for(Path(name), name=to).name == chosen


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        ("a.doc", None, "a.doc: no format is known by this ending"),
        ("a.edf", "edf", "No scoring can be written as 'edf'"),
    ],
)
def test_writer_unknown_is_refused_with_the_list(
    name: str, to: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words) as refusal:
        writer_for(Path(name), name=to)
    assert "bids-events (.tsv)" in str(refusal.value)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_writer_takes_a_night_without_anything(
    writer: WrittenFormat, tmp_path: Path
) -> None:
    night = night_of([], None)
    assert all(contents_of(night, tmp_path / "a", writer).values())


@pytest.mark.parametrize(
    "writer",
    [one for one in WRITERS if not one.stages_only],
    ids=lambda writer: writer.name,
)
def test_writer_keeps_which_movements_are_cut_and_which_belong_to_a_train(
    writer: WrittenFormat, tmp_path: Path
) -> None:
    qualities = [
        (),
        ("interrupted",),
        ("rhythmic",),
        ("interrupted", "rhythmic"),
    ]
    marks = tuple(
        WrittenMark(
            onset_s=100.0 * i,
            duration_s=2.0,
            kind=kind,
            side="left",
            qualities=quality,
        )
        for i, (kind, quality) in enumerate(
            product((EventKind.LM, EventKind.PLM), qualities)
        )
    )
    night = replace(night_of([], None), marks=marks)
    path = written(tmp_path, night, writer)
    legs = open_study(None, movements=path).marked_movements
    assert legs is not None
    assert legs.duration_s.tolist() == [2.0] * 8
    assert legs.side.tolist() == ["left"] * 8
    assert legs.truncated.tolist() == [False, True, False, True] * 2
    assert legs.rhythmic is not None
    assert legs.rhythmic.tolist() == [False, False, True, True] * 2
