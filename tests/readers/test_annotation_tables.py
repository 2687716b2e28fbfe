"""Tables and lists.

BIDS, hypnogram lists, Luna and RemLogic, Noxturnal exports of other countries.
"""

import datetime as dt
from pathlib import Path

import pytest

from ekbom.model.errors import InputError
from ekbom.model.events import EventKind
from ekbom.readers.formats.registry import format_of, read_annotations
from ekbom.readers.scorings.records import Annotations
from ekbom.report.words import load_wording


def read(path: Path, text: str, encoding: str = "utf-8") -> Annotations:
    path.write_bytes(text.encode(encoding))
    return read_annotations(path)


def stages(annotations: Annotations) -> list[str]:
    assert annotations.hypnogram is not None
    return [str(stage) for stage in annotations.hypnogram.stage]


def codes(annotations: Annotations) -> set[str]:
    return {finding.code for finding in annotations.findings}


def test_bids_texts_stages_and_channels(tmp_path: Path) -> None:
    rows = (
        "0\t30\tSleep stage W\tn/a\n30\t30\tN2\tn/a\n31.25\t2\tLimb "
        "movement\tEMG LAT\n40\tn/a\tArousal\tn/a\nn/a\t1\tArousal\tn/a\n"
    )
    annotations = read(
        tmp_path / "a_events.tsv",
        "onset\tduration\ttrial_type\tchannel\n" + rows,
    )
    assert stages(annotations) == ["W", "N2"]
    assert [
        (event.kind, event.onset_s, event.duration_s, event.side)
        for event in annotations.events
    ] == [
        (EventKind.LM, 31.25, 2.0, "left"),
        (EventKind.AROUSAL, 40.0, 0.0, "unknown"),
    ]
    assert "onset-missing" in codes(annotations)


def test_bids_windows_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    annotations = read(
        tmp_path / "a_events.tsv",
        "onset\tduration\ttrial_type\r\n0\t30\tSleep stage R\r\n",
        "utf-8-sig",
    )
    assert stages(annotations) == ["R"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "0,WAKE\n1,N1\n2,N3\n3,REM\n4,ART\n",
            ["W", "N1", "N3", "R", "UNSCORED"],
        ),
        ("0,0\n1,2\n2,4\n3,-1\n", ["W", "N2", "R", "UNSCORED"]),
        ("0,0\n1,4\n2,5\n", ["W", "N3", "R"]),
        ("1,W\n2,R\n", ["W", "R"]),
    ],
)
def test_hypnogram_table_words_and_both_codings(
    tmp_path: Path, rows: str, expected: list[str]
) -> None:
    annotations = read(tmp_path / "h.csv", "Epoch,Stage\n" + rows)
    assert stages(annotations) == expected
    assert "epoch-length-assumed" in codes(annotations)
    four = {
        ",4\n" in rows: "stage-4-means-rem",
        ",5\n" in rows: "stage-4-means-n3",
    }.get(True)
    assert [
        code for code in codes(annotations) if code.startswith("stage-4")
    ] == ([four] if four else [])


def test_hypnogram_list_one_stage_per_line(tmp_path: Path) -> None:
    annotations = read(tmp_path / "h.eannot", "W\nN1\nN2\nR\n?\n")
    assert stages(annotations) == ["W", "N1", "N2", "R", "UNSCORED"]


def test_luna_ways_to_write_times(tmp_path: Path) -> None:
    rows = [
        "# a comment",
        "class\tinstance\tchannel\tstart\tstop\tmeta",
        "W\t.\t.\te:1\te:2\t.",
        "N2\t.\t.\t60\t...\t.",
        "R\t.\t.\t0+00:02:00\t+30\t.",
        "lm_left\t.\tLAT\t61.5\t63\t.",
        "arousal_plm\t.\t.\t100\t+5\tk=v",
    ]
    annotations = read(tmp_path / "a.annot", "\n".join(rows))
    assert annotations.hypnogram is not None
    assert list(
        zip(
            stages(annotations),
            annotations.hypnogram.onset_s.tolist(),
            annotations.hypnogram.duration_s.tolist(),
            strict=True,
        )
    ) == [
        ("W", 0, 60),
        ("N2", 60, 60),
        ("R", 120, 30),
    ]
    assert [
        (event.kind, event.duration_s, event.side)
        for event in annotations.events
    ] == [
        (EventKind.LM, 1.5, "left"),
        (EventKind.AROUSAL_PLM, 5.0, "unknown"),
    ]


def test_luna_clock_times_over_midnight(tmp_path: Path) -> None:
    annotations = read(
        tmp_path / "a.annot",
        "LM\t.\t.\t23:59:59\t00:00:01\t.\nLM\t.\t.\t00:00:30.5\t00:00:32\t.\n",
    )
    assert [
        (event.onset_s, event.duration_s) for event in annotations.events
    ] == [
        (0, 2),
        (31.5, 1.5),
    ]
    assert annotations.start is not None
    assert (annotations.start.time(), annotations.start_has_date) == (
        dt.time(23, 59, 59),
        False,
    )


def test_remlogic_columns_by_name_and_midnight(tmp_path: Path) -> None:
    text = (
        "Patient:\tx\n\nEvents Included:\nSLEEP-S0\n\n"
        "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation\n"
        "W\tUnknown\t23:59:30\tSLEEP-S0\t30\tROC-LOC\n"
        "S2\tUnknown\t00:00:00\tSLEEP-S2\t30\tROC-LOC\n"
        "S2\tUnknown\t00:00:05\tMCAP-A1\t4\tFp2-F4\n"
        "S2\tUnknown\t00:00:10\tLM\t2.5\tLeg L\n"
    )
    annotations = read(tmp_path / "n1.txt", text)
    assert stages(annotations) == ["W", "N2"]
    movement = next(
        event for event in annotations.events if event.kind is EventKind.LM
    )
    assert (movement.onset_s, movement.duration_s) == (40.0, 2.5)
    assert "Patient" not in str(annotations)


def test_stages_study_legs_and_arousals_over_midnight(tmp_path: Path) -> None:
    rows = [
        "23:59:30,30,Wake",
        "00:00:00,60,Stage2",
        "00:00:05,2.5,Left Leg w/ Arousal",
        "00:00:40,3,Both Leg",
    ]
    annotations = read(
        tmp_path / "s.csv",
        "\n".join(["Start Time,Duration (seconds),Event", *rows, ""]),
    )
    assert stages(annotations) == ["W", "N2"]
    assert [
        (event.kind, event.onset_s, event.side) for event in annotations.events
    ] == [
        (EventKind.AROUSAL_LM, 35.0, "unknown"),
        (EventKind.LM, 35.0, "left"),
        (EventKind.LM, 70.0, "bilateral"),
    ]


@pytest.mark.parametrize(
    ("header", "first", "second", "start"),
    [
        (
            "Start Time,End Time,Event,Duration,",
            "7/25/2018 11:59:30 PM",
            "7/26/2018 12:00:30 AM",
            dt.datetime(2018, 7, 25, 23, 59, 30),
        ),
        (
            "Start Time,End Time,Event,Duration,",
            "05/06/2018 23:59:30",
            "06/06/2018 00:00:30",
            dt.datetime(2018, 6, 5, 23, 59, 30),
        ),
        (
            "Startzeit,Endzeit,Ereignis,Dauer,",
            "25.07.2018 23:59:30",
            "26.07.2018 00:00:30",
            dt.datetime(2018, 7, 25, 23, 59, 30),
        ),
        (
            "Heure de début,Heure de fin,Événement,Durée,",
            "2018-07-25 23:59:30",
            "2018-07-26 00:00:30",
            dt.datetime(2018, 7, 25, 23, 59, 30),
        ),
    ],
)
def test_noxturnal_dates_and_headings_of_other_countries(
    tmp_path: Path, header: str, first: str, second: str, start: dt.datetime
) -> None:
    text = (
        f"{header}\r\n[],[],[],[s],\r\n{first},{first},N2,30,\r\n"
        f"{second},{second},PLM,42.5,\r\n{second},{second},LM,1.125,\r\n"
    )
    annotations = read(tmp_path / "nox.csv", "\ufeff" + text, "utf-16-le")
    assert annotations.start == start
    assert [
        (event.kind, event.onset_s, event.duration_s)
        for event in annotations.events
    ] == [
        (EventKind.LM, 60.0, 1.125),
        (EventKind.PLM_SERIES, 60.0, 42.5),
    ]


def test_registry_lists_the_known_formats_when_it_knows_none(
    tmp_path: Path,
) -> None:
    path = tmp_path / "notes.doc"
    path.write_text("some words")
    with pytest.raises(
        InputError,
        match=r"notes.doc: this is no known annotation format; "
        r"known are .*noxturnal-csv.*bids-events.*movements-csv",
    ):
        format_of(path)


def test_marks_of_an_unknown_text_are_kept_and_counted_but_single_notes_are_not_quoted(
    tmp_path: Path,
) -> None:
    rows = "1\t1\tzucken\n5\t1\tzucken\n9\t1\tJane Doe called\n"
    annotations = read(
        tmp_path / "a_events.tsv", "onset\tduration\ttrial_type\n" + rows
    )
    assert [event.kind for event in annotations.events] == [EventKind.OTHER] * 3
    words = load_wording()
    count, quoted = (words.finding(finding) for finding in annotations.findings)
    assert count.startswith(
        "3 marks have one of 2 texts without a known meaning"
    )
    assert quoted.endswith("more than once: 'zucken' (2).")
    assert not any(
        "Jane" in str(finding.values) for finding in annotations.findings
    )


def test_marks_named_plm_that_enclose_movements_are_series(
    tmp_path: Path,
) -> None:
    rows = "10\t100\tPLM\n10\t2\tLM\n40\t2\tLM\n70\t2\tLM\n100\t2\tLM\n200\t3\tPLM\n"
    annotations = read(
        tmp_path / "a_events.tsv", "onset\tduration\ttrial_type\n" + rows
    )
    found = [
        (event.kind, event.onset_s)
        for event in annotations.events
        if event.kind is not EventKind.LM
    ]
    assert found == [(EventKind.PLM_SERIES, 10.0), (EventKind.PLM, 200.0)]
    assert "plm-means-series" in codes(annotations)
