"""Tables whose columns the user names: times with units, clock times, legs, stages, refusals."""

from pathlib import Path

import pytest

from ekbom.app.cli import main
from ekbom.model.errors import InputError, UsageError
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.formats.tables.declared_columns import (
    declared,
    read_declared,
)
from ekbom.readers.scorings.records import Annotations

Rows = list[tuple[float, float, str, str]]


def read(folder: Path, columns: str, *lines: str) -> Annotations:
    path = folder / "own.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return read_declared(path, declared(columns))


def rows(found: Annotations) -> Rows:
    return [
        (one.onset_s, one.duration_s, one.kind.value, one.side)
        for one in found.events
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_declared_times_have_the_unit_that_is_named(
    separator: str, tmp_path: Path
) -> None:
    lines = ("Start,Len,What,Leg", "1500,2000,LM,left", "40000,,Arousal,n/a")
    found = read(
        tmp_path,
        "onset=Start[ms],duration=Len[ms],text=What,side=Leg",
        *(line.replace(",", separator) for line in lines),
    )
    assert rows(found) == [
        (1.5, 2.0, "lm", "left"),
        (40.0, 0.0, "arousal", "unknown"),
    ]
    assert found.start is None


def test_declared_clock_times_count_from_the_first_row_over_midnight(
    tmp_path: Path,
) -> None:
    found = read(
        tmp_path,
        "onset=At,duration=Len,text=What",
        "At,Len,What",
        "23:59:50,2,LM",
        "00:00:20.5,2,Limb movement right",
    )
    assert [(row[0], row[3]) for row in rows(found)] == [
        (0.0, "unknown"),
        (30.5, "right"),
    ]
    assert found.start is not None
    assert not found.start_has_date


def test_declared_sides_alone_are_leg_movements_and_stages_a_hypnogram(
    tmp_path: Path,
) -> None:
    legs = read(
        tmp_path, "onset=T,duration=D,side=Leg", "T,D,Leg", "5,1,R", "9,1,both"
    )
    assert [row[2:] for row in rows(legs)] == [
        ("lm", "right"),
        ("lm", "bilateral"),
    ]
    staged = read(
        tmp_path, "onset=T,duration=D,stage=S", "T,D,S", "0,30,W", "30,30,R"
    )
    assert staged.hypnogram is not None
    assert staged.hypnogram.stage.tolist() == ["W", "R"]
    assert staged.events == ()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("Start", "'Start' declares no column"),
        ("begin=Start", "'begin=Start' declares no column"),
        ("onset=A,onset=B,text=C", "'onset' is declared twice"),
        ("onset=A[days],text=C", "'days' is no unit of onset"),
        ("onset=A,text=C[ms]", "'ms' is no unit of text"),
        ("onset=A", "declare onset, and text, stage or side"),
        ("text=A", "declare onset, and text, stage or side"),
    ],
)
def test_declared_columns_that_say_nothing_are_refused(
    columns: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words.replace("[", r"\[")):
        declared(columns)


@pytest.mark.parametrize(
    ("columns", "line", "words"),
    [
        ("onset=T,text=Event", "1,2,W", "the column 'Event' is missing"),
        ("onset=T,text=S", "one,2,W", "row 2: T is 'one'"),
        (
            "onset=T,duration=D,text=S",
            "1,-2,W",
            "a duration cannot be negative",
        ),
        ("onset=T,stage=S", "1,2,DREAM", "row 2: 'DREAM' is no known stage"),
    ],
)
def test_declared_tables_that_cannot_be_read_are_refused(
    columns: str, line: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        read(tmp_path, columns, "T,D,S", line)
    assert str(refusal.value).startswith("own.csv: ")


def test_declared_table_is_converted_on_the_command_line(
    tmp_path: Path,
) -> None:
    own, out = tmp_path / "own.csv", tmp_path / "night_events.tsv"
    own.write_text("Start,Len,What\n5,2,LM left\n", encoding="utf-8")
    columns = "onset=Start,duration=Len,text=What"
    with pytest.raises(SystemExit) as ended:
        main(["convert", str(own), str(out), "--columns", columns])
    assert ended.value.code == 0
    assert rows(read_annotations(out)) == [(5.0, 2.0, "lm", "left")]
