"""SOMNOmedics DOMINO text exports: one real hour, and times over midnight."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from ekbom.model.errors import InputError
from ekbom.model.events import EventKind
from ekbom.readers.formats.registry import format_of, read_annotations

FOLDER = Path(__file__).parents[1] / "data" / "somnomedics_domino_txt"
START = dt.datetime(2020, 9, 23, 1, 0, 0)
HEADER = "Signal ID: Flow\\flow\nStart Time: {start}\nUnit: s\nSignal Type: Impuls\n\n"


def kinds(name: str) -> Counter[EventKind]:
    annotations = read_annotations(FOLDER / name)
    assert annotations.start == START
    assert not [
        finding
        for finding in annotations.findings
        if finding.code == "text-unknown"
    ]
    return Counter(event.kind for event in annotations.events)


def test_domino_real_arousals_keep_what_they_came_from() -> None:
    assert kinds("Classification Arousals - test1 Unbekannt.txt") == {
        EventKind.AROUSAL_PLM: 12,
        EventKind.AROUSAL_LM: 3,
        EventKind.AROUSAL_RESPIRATORY: 9,
        EventKind.AROUSAL: 5,
    }


def test_domino_real_breathing_and_limb_marks() -> None:
    assert kinds("Flow Events - test1 Unbekannt.txt") == {
        EventKind.HYPOPNEA: 13,
        EventKind.OTHER: 1,
    }
    marks = kinds("Generic - test1 Unbekannt.txt")
    assert marks.total() == 631
    assert marks[EventKind.LM] == 0


def test_domino_real_sleep_profile_is_a_hypnogram() -> None:
    annotations = read_annotations(
        FOLDER / "Sleep profile - test1 Unbekannt.txt"
    )
    assert annotations.hypnogram is not None
    assert Counter(annotations.hypnogram.stage.tolist()) == {
        "R": 63,
        "N2": 45,
        "N1": 10,
        "W": 3,
    }
    assert annotations.hypnogram.epoch_s == 30
    assert annotations.scored == {"stages"}


def test_domino_times_are_exact_to_the_millisecond() -> None:
    first = read_annotations(
        FOLDER / "Flow Events - test1 Unbekannt.txt"
    ).events[0]
    assert (first.onset_s, first.duration_s) == (264.411, 17.26)


def test_domino_a_free_text_file_is_no_annotation_file() -> None:
    with pytest.raises(InputError, match="no known annotation format"):
        format_of(FOLDER / "test1_Start-Baseline.txt")


def test_domino_midnight_is_unwrapped(tmp_path: Path) -> None:
    path = tmp_path / "Flow.txt"
    rows = "23:59:50,000-00:00:10,500; 21;Hypopnea\n00:30:00,000-00:30:12,000; 12;Hypopnea\n"
    path.write_text(
        HEADER.format(start="22.09.2020 22:00:00") + rows, encoding="latin-1"
    )
    events = read_annotations(path).events
    assert [(event.onset_s, event.duration_s) for event in events] == [
        (7190.0, 20.5),
        (9000.0, 12.0),
    ]


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("23.09.2020 01:00:00", dt.datetime(2020, 9, 23, 1)),
        ("9/23/2020 1:00:00 AM", dt.datetime(2020, 9, 23, 1)),
        ("9/8/2020 11:00:00 PM", dt.datetime(2020, 9, 8, 23)),
        ("08.09.2020 23:00:00", dt.datetime(2020, 9, 8, 23)),
        ("2020-09-23 01:00:00", dt.datetime(2020, 9, 23, 1)),
    ],
)
def test_domino_the_header_date_follows_the_country(
    tmp_path: Path, written: str, start: dt.datetime
) -> None:
    path = tmp_path / "Flow.txt"
    path.write_text(
        HEADER.format(start=written)
        + "01:00:00,000-01:00:12,000; 12;Hypopnea\n",
        encoding="latin-1",
    )
    assert read_annotations(path).start == start
