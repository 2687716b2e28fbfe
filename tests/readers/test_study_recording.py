"""A night from its recording.

The recording's own annotations, files beside it, and files that belong elsewhere.
"""

import datetime as dt
import io
from pathlib import Path

import pytest
from edf_bytes import Main, Signal, edf_bytes, emg_digits, time_keeping

from ekbom.criteria.input_limits import PhysicalLimits
from ekbom.model.errors import InputError, UsageError
from ekbom.model.events import EventKind
from ekbom.readers.study import Study, open_study
from ekbom.report.words import load_wording

LIMITS = PhysicalLimits(
    step_refused_uv=8,
    step_noted_uv=2,
    min_fs_hz=100,
    band_low_hz=10,
    band_high_hz=100,
    flat_window_s=1,
    flat_share_refused=0.9,
    flat_share_noted=0.1,
    clipped_share_refused=0.5,
    clipped_share_noted=0.01,
    scorable_share_needed=0.1,
)
LEGS = [
    Signal("LAT", emg_digits(1, samples=60 * 256)),
    Signal("RAT", emg_digits(2, samples=60 * 256)),
]
STAGE_MARKS = (
    b"+0\x1530\x14Sleep stage W\x14\x00+30\x1530\x14Sleep stage N1\x14\x00"
)
EVENT_MARKS = (
    b"+31.5\x152.25\x14Limb movement@@LAT\x14\x00+40\x154\x14EEG "
    b"arousal\x14\x00+5\x14Lights off\x14\x00"
)
OWN = time_keeping(range(0, 360, 60), marks={0: STAGE_MARKS + EVENT_MARKS})
START = dt.datetime(2018, 2, 6, 22, 30, 15)


def recording(
    *, signals: list[Signal] | None = None, time: str = "22.30.15"
) -> io.BytesIO:
    tals = type(OWN)(OWN.records, width=240)
    return io.BytesIO(
        edf_bytes(
            signals or LEGS,
            Main(reserved="EDF+C", record_s="60", time=time),
            tals=tals,
        )
    )


def events_file(path: Path, *rows: str) -> Path:
    path.write_text(
        "\n".join(["onset\tduration\ttrial_type", *rows, ""]), encoding="utf-8"
    )
    return path


def epochs(count: int, *, first_s: int = 0, stage: str = "N2") -> list[str]:
    return [
        f"{first_s + 30 * index}\t30\tSleep stage {stage}"
        for index in range(count)
    ]


def domino(path: Path, start: str, *rows: str) -> Path:
    header = [
        "Signal ID: x",
        f"Start Time: {start}",
        "Unit: s",
        "Signal Type: Impuls",
        "",
    ]
    path.write_text("\n".join([*header, *rows, ""]), encoding="latin-1")
    return path


def codes(study: Study) -> set[str]:
    return {finding.code for finding in study.findings}


def test_study_reads_the_recordings_own_annotations() -> None:
    study = open_study(recording(), limits=LIMITS)
    assert [leg.side for leg in study.legs] == ["left", "right"]
    assert study.recording.start == START
    assert study.hypnogram is not None
    assert study.hypnogram.stage.tolist() == ["W", "N1"]
    movement = next(
        event for event in study.events if event.kind is EventKind.LM
    )
    assert (movement.onset_s, movement.duration_s, movement.side) == (
        31.5,
        2.25,
        "left",
    )
    assert study.marked_movements is None
    assert study.lights_off_s == 5.0
    assert study.scored == {"stages", "arousals", "movements"}
    assert "hypnogram-shorter" in codes(study)


def test_study_what_a_file_brings_replaces_what_the_recording_carries(
    tmp_path: Path,
) -> None:
    beside = events_file(
        tmp_path / "s_events.tsv", *epochs(12), "100\t3\tEEG arousal"
    )
    study = open_study(recording(), annotations=[beside], limits=LIMITS)
    assert study.hypnogram is not None
    assert study.hypnogram.stage.tolist() == ["N2"] * 12
    assert [
        event.onset_s
        for event in study.events
        if event.kind is EventKind.AROUSAL
    ] == [100.0]
    assert [
        event.onset_s for event in study.events if event.kind is EventKind.LM
    ] == [31.5]
    assert {"own-scoring-replaced", "own-stages-unused"} <= codes(study)
    assert "hypnogram-shorter" not in codes(study)


def test_study_contradicting_stages_of_the_recording_are_refused_unless_a_file_stages_the_night(
    tmp_path: Path,
) -> None:
    two_scorers = time_keeping(
        range(0, 360, 60),
        marks={
            0: b"+0\x1530\x14Sleep stage W\x14\x00+0\x1530\x14Sleep stage N2\x14\x00"
        },
    )
    content = edf_bytes(
        LEGS, Main(reserved="EDF+C", record_s="60"), tals=two_scorers
    )
    with pytest.raises(
        InputError,
        match=r"annotation 1 says W until 30 s and annotation 2 says N2 from 0 s",
    ):
        open_study(io.BytesIO(content), limits=LIMITS)
    beside = events_file(tmp_path / "s_events.tsv", *epochs(12))
    study = open_study(io.BytesIO(content), annotations=[beside], limits=LIMITS)
    assert study.hypnogram is not None
    assert set(study.hypnogram.stage.tolist()) == {"N2"}


def test_study_clock_times_count_from_the_start_of_the_recording(
    tmp_path: Path,
) -> None:
    rows = [
        "22:31:15,500-22:31:30,500; 15;Hypopnea",
        "22:31:00,000-22:31:04,000; 4;PLM Arousal (EEG)",
    ]
    study = open_study(
        recording(),
        annotations=[domino(tmp_path / "x.txt", "06.02.2018 22:30:00", *rows)],
        limits=LIMITS,
    )
    found = {event.kind: event.onset_s for event in study.events}
    assert (found[EventKind.HYPOPNEA], found[EventKind.AROUSAL_PLM]) == (
        60.5,
        45.0,
    )


def test_study_a_removed_date_leaves_the_clock_time(tmp_path: Path) -> None:
    file = domino(
        tmp_path / "x.txt",
        "01.01.1985 22:30:00",
        "22:31:15,500-22:31:30,500; 15;Hypopnea",
    )
    study = open_study(recording(), annotations=[file], limits=LIMITS)
    assert [
        event.onset_s
        for event in study.events
        if event.kind is EventKind.HYPOPNEA
    ] == [60.5]
    assert "date-differs" in codes(study)


def test_study_a_recording_after_midnight_meets_marks_from_before(
    tmp_path: Path,
) -> None:
    file = domino(
        tmp_path / "x.txt",
        "05.02.2018 23:59:00",
        "00:01:00,000-00:01:15,000; 15;Hypopnea",
    )
    study = open_study(
        recording(time="00.00.00"), annotations=[file], limits=LIMITS
    )
    assert [
        event.onset_s
        for event in study.events
        if event.kind is EventKind.HYPOPNEA
    ] == [60.0]


def test_study_events_outside_the_recording_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    beside = events_file(
        tmp_path / "s_events.tsv",
        *epochs(14),
        "-20\t3\tHypopnea",
        "355\t12\tHypopnea",
        "360\t12\tHypopnea",
        "400\t3\tHypopnea",
    )
    study = open_study(recording(), annotations=[beside], limits=LIMITS)
    assert [
        event.onset_s
        for event in study.events
        if event.kind is EventKind.HYPOPNEA
    ] == [355.0]
    words = load_wording()
    messages = {
        finding.code: words.finding(finding) for finding in study.findings
    }
    assert (
        messages["event-outside-recording"]
        == "3 events lie outside the recording of 360 s, the first at -20 s; they were left out."
    )
    assert (
        messages["hypnogram-outside-recording"]
        == "60 s of the hypnogram lie outside the recording of 360 s; they were cut off."
    )
    assert study.hypnogram is not None
    assert float(study.hypnogram.duration_s.sum()) == 360


def test_study_a_mark_without_length_may_stand_on_the_very_end_but_not_after_it(
    tmp_path: Path,
) -> None:
    beside = events_file(
        tmp_path / "s_events.tsv",
        *epochs(12),
        "360\tn/a\tLights on",
        "361\tn/a\tHypopnea",
    )
    study = open_study(recording(), annotations=[beside], limits=LIMITS)
    assert study.lights_on_s == 360.0
    assert "breathing" in study.scored
    assert not [
        event for event in study.events if event.kind is EventKind.HYPOPNEA
    ]


def test_study_a_scoring_of_another_night_is_refused(tmp_path: Path) -> None:
    beside = events_file(
        tmp_path / "s_events.tsv", *epochs(3, first_s=4000), "5000\t3\tHypopnea"
    )
    with pytest.raises(
        InputError,
        match=r"s_events.tsv: every annotation lies outside "
        r"the recording of 360 s, the first at 4000 s",
    ):
        open_study(recording(), annotations=[beside], limits=LIMITS)


def test_study_marked_movements_come_before_the_emg(tmp_path: Path) -> None:
    path = tmp_path / "LM.csv"
    path.write_text(
        "onset_s,duration_s,side\n100,2,left\n130,2,right\n900,2,left\n",
        encoding="utf-8",
    )
    study = open_study(recording(), movements=path, limits=LIMITS)
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.tolist() == [100, 130]
    assert "event-outside-recording" in codes(study)


def test_study_marks_are_taken_where_no_leg_was_recorded() -> None:
    study = open_study(
        recording(signals=[Signal("EEG C3", emg_digits(1, samples=600))]),
        limits=LIMITS,
    )
    assert study.legs == ()
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.tolist() == [31.5]


def test_study_says_what_was_assumed_about_the_legs() -> None:
    study = open_study(recording(signals=LEGS[:1]), limits=LIMITS)
    assert [leg.side for leg in study.legs] == ["left"]
    assert "one-leg" in codes(study)


def test_study_a_recording_needs_physical_limits() -> None:
    with pytest.raises(UsageError, match="physical limits"):
        open_study(recording())
