"""What holds for every scoring.

Written and read it is the same, moved it only moves, damaged it reads or is refused.
"""

import datetime as dt
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekbom.model.errors import InputError
from ekbom.model.events import Event, EventKind
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.scorings.align import align, shifted
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import Annotations, Mark

DATA = Path(__file__).parents[1] / "data"
ONCE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXTS = {
    EventKind.LM: "Limb movement",
    EventKind.AROUSAL: "EEG arousal",
    EventKind.APNEA_OBSTRUCTIVE: "Obstructive apnea",
    EventKind.HYPOPNEA: "Hypopnea",
}
MOVEMENTS = st.lists(
    st.tuples(
        st.integers(0, 30_000_000),
        st.integers(1, 20_000),
        st.sampled_from(["left", "right", "bilateral", "unknown"]),
    ),
    max_size=40,
    unique_by=lambda row: (row[0], row[2]),
)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 30_000_000),
        st.integers(0, 60_000),
        st.sampled_from(sorted(TEXTS)),
    ),
    max_size=40,
    unique=True,
)
STAGES = st.lists(
    st.sampled_from(["W", "N1", "N2", "N3", "R"]), min_size=1, max_size=60
)
WHOLE_FILES = [
    (DATA / "noxturnal_event_csv" / "noxturnal_events_2018-07-25_fr.csv", 4000),
    (DATA / "bids_sleep_boas" / "sub-1_task-Sleep_acq-psg_events.tsv", 1500),
    (
        DATA
        / "somnomedics_domino_txt"
        / "Classification Arousals - test1 Unbekannt.txt",
        1500,
    ),
    (
        DATA / "psg_ipa_sn1_hypnograms" / "SN1_SleepStages_manual_scorer1.edf",
        3000,
    ),
]
SOURCES = [
    (path.name, path.read_bytes()[:length]) for path, length in WHOLE_FILES
] + [
    ("LM.csv", b"onset_s,duration_s,side\n10.5,2,left\n40,1.25,right\n"),
    ("h.csv", b"Epoch,Stage\n0,WAKE\n1,N1\n2,REM\n"),
    ("h.eannot", b"W\nN1\nN2\n5\n4\n"),
    (
        "a.annot",
        b"N2\t.\t.\te:1\te:4\t.\nLM\t.\tLAT\t0+00:00:10\t+2.5\t.\nR\t.\t.\t120\t...\t.\n",
    ),
    (
        "r.txt",
        b"x\n\nTime [hh:mm:ss]\tEvent\tDuration[s]\n23:59:30\tSLEEP-S0\t30\n00:00:00\tLM\t2\n",
    ),
    (
        "n.xml",
        b"<PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>"
        b"<ScoredEvent><EventType>Stages</EventType><EventConcept>"
        b"Wake|0</EventConcept><Start>0</Start><Duration>"
        b"60</Duration></ScoredEvent></ScoredEvents></PSGAnnotation>",
    ),
    (
        "p.xml",
        b"<CMPStudyConfig><EpochLength>30</EpochLength><ScoredEvents>"
        b"<ScoredEvent><Name>PLM (Left)</Name><Start>3.5</Start>"
        b"<Duration>2</Duration></ScoredEvent></ScoredEvents><SleepStages>"
        b"<SleepStage>0</SleepStage></SleepStages></CMPStudyConfig>",
    ),
    (
        "s.rml",
        b"<PatientStudy><Acquisition><Sessions><Session><RecordingStart>"
        b"2018-03-14T21:27:48</RecordingStart><Duration>240</Duration>"
        b"</Session></Sessions></Acquisition><ScoringData><Events><Event "
        b'Type="LegMovement" Start="70.5" Duration="1.5"/></Events>'
        b"</ScoringData>"
        b"</PatientStudy>",
    ),
]


def marks_of(
    stages: list[str], events: list[tuple[int, int, EventKind]]
) -> list[Mark]:
    staged = [
        Mark(
            onset_s=30 * i,
            duration_s=30,
            text=stage,
            place=f"row {i}",
            is_stage=True,
        )
        for i, stage in enumerate(stages)
    ]
    marked = [
        Mark(
            onset_s=onset / 1000,
            duration_s=length / 1000,
            text=TEXTS[kind],
            place="row",
        )
        for onset, length, kind in events
    ]
    return [*staged, *marked]


def rows_of(annotations: Annotations) -> list[tuple[float, float, str, str]]:
    return [
        (event.onset_s, event.duration_s, event.kind.value, event.side)
        for event in annotations.events
    ]


@ONCE
@given(MOVEMENTS)
def test_movements_written_are_read_again(
    tmp_path: Path, rows: list[tuple[int, int, str]]
) -> None:
    path = tmp_path / "LM.csv"
    lines = [
        f"{onset / 1000},{length / 1000},{side}" for onset, length, side in rows
    ]
    path.write_text(
        "\n".join(["onset_s,duration_s,side", *lines, ""]), encoding="utf-8"
    )
    expected = sorted(
        (onset / 1000, length / 1000, "lm", side)
        for onset, length, side in rows
    )
    assert sorted(rows_of(read_annotations(path))) == expected


@ONCE
@given(STAGES, EVENTS)
def test_bids_events_written_are_read_again(
    tmp_path: Path, stages: list[str], events: list[tuple[int, int, EventKind]]
) -> None:
    path = tmp_path / "night_events.tsv"
    lines = [
        f"{mark.onset_s}\t{mark.duration_s}\t{'Sleep stage ' * mark.is_stage}{mark.text}"
        for mark in marks_of(stages, events)
    ]
    path.write_text(
        "\n".join(["onset\tduration\ttrial_type", *lines, ""]), encoding="utf-8"
    )
    annotations = read_annotations(path)
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stage.tolist() == stages
    assert sorted(rows_of(annotations)) == sorted(
        (onset / 1000, length / 1000, kind.value, "unknown")
        for onset, length, kind in events
    )


@ONCE
@given(STAGES, EVENTS, st.randoms(use_true_random=False))
def test_marks_in_any_order_give_the_same_annotations(
    stages: list[str], events: list[tuple[int, int, EventKind]], random: object
) -> None:
    marks = marks_of(stages, events)
    mixed = list(marks)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    first, second = (
        annotations_of(part, name="a", format_name="b")
        for part in (marks, mixed)
    )
    assert rows_of(first) == rows_of(second)
    assert first.hypnogram is not None
    assert second.hypnogram is not None
    assert first.hypnogram.onset_s.tolist() == second.hypnogram.onset_s.tolist()
    assert first.hypnogram.stage.tolist() == second.hypnogram.stage.tolist()


@ONCE
@given(STAGES, EVENTS, st.integers(-40_000_000, 40_000_000))
def test_moving_a_night_moves_times_and_nothing_else(
    stages: list[str], events: list[tuple[int, int, EventKind]], by_ms: int
) -> None:
    night = annotations_of(marks_of(stages, events), name="a", format_name="b")
    moved = shifted(night, by_s=by_ms / 1000)
    assert night.hypnogram is not None
    assert moved.hypnogram is not None
    moved_ms = [round(event.onset_s * 1000) for event in moved.events]
    assert moved_ms == [
        round(event.onset_s * 1000) + by_ms for event in night.events
    ]
    assert [unplaced(event) for event in moved.events] == [
        unplaced(event) for event in night.events
    ]
    assert np.array_equal(
        np.round(moved.hypnogram.onset_s * 1000),
        np.round(night.hypnogram.onset_s * 1000) + by_ms,
    )
    assert np.array_equal(
        moved.hypnogram.duration_s, night.hypnogram.duration_s
    )
    assert rows_of(shifted(moved, by_s=-by_ms / 1000)) == rows_of(night)


def unplaced(event: Event) -> tuple[float, EventKind, str, str]:
    return event.duration_s, event.kind, event.label, event.side


@ONCE
@given(
    STAGES,
    st.integers(-11 * 3600, 11 * 3600),
    st.sampled_from([0, 1, 365, -7000]),
)
def test_alignment_by_clock_ignores_dates_that_were_removed(
    stages: list[str], ahead_s: int, days: int
) -> None:
    start = dt.datetime(2020, 3, 1, 23, 0)
    begun = start + dt.timedelta(seconds=ahead_s)
    night = annotations_of(
        marks_of(stages, []),
        name="a",
        format_name="b",
        start=begun + dt.timedelta(days=days),
    )
    aligned = align(night, start=start)
    assert aligned.hypnogram is not None
    assert aligned.hypnogram.onset_s[0] == ahead_s
    assert aligned.start == start
    assert (
        {"date-differs"} <= {finding.code for finding in aligned.findings}
    ) == (days != 0)


@ONCE
@given(
    st.sampled_from(SOURCES),
    st.lists(
        st.tuples(st.integers(0, 10**6), st.binary(max_size=3)),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_damaged_files_are_read_or_refused(
    tmp_path: Path,
    source: tuple[str, bytes],
    damages: list[tuple[int, bytes]],
    cut: bool,
) -> None:
    name, whole = source
    content = bytearray(whole)
    for place, change in damages:
        position = place % len(content)
        content[position : position + len(change)] = change
    damaged = tmp_path / name
    damaged.write_bytes(
        content[: damages[0][0] % len(content)] if cut else content
    )
    for event in read_or_refuse(damaged):
        assert np.isfinite([event.onset_s, event.duration_s]).all()
        assert event.duration_s >= 0


def read_or_refuse(path: Path) -> tuple[Event, ...]:
    try:
        return read_annotations(path).events
    except InputError:
        return ()
