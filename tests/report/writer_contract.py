"""What every writer of scorings keeps to, as one class of tests: the mirror of the reader contract.

A class that inherits `WriterContract` names its writers and passes everything: what is written is
recognised and comes back through our own reader, texts of other people do no harm, the same night
gives the same bytes, and what has no place is said.
"""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekbom.model.events import Event, EventKind, Hypnogram, Stage
from ekbom.readers.formats.registry import format_of, read_annotations
from ekbom.readers.scorings.records import Annotations
from ekbom.report.exports.scorings.marks import NightMarks, marks_of_events
from ekbom.report.exports.scorings.registry import (
    WRITERS,
    WrittenFormat,
    contents_of,
    written_lines,
)
from ekbom.report.words import load_wording

VECTORS = Path(__file__).parents[1] / "vectors" / "rule_vectors.json"
SIDES = ("left", "right", "bilateral", "unknown")
SIDED = (EventKind.LM, EventKind.PLM, EventKind.PLM_SERIES)
LEGS = {"L": "left", "R": "right", "U": "unknown"}
Rows = list[tuple[int, int, str, str]]
"""Onset and duration in ms, kind, side."""
START = dt.datetime(2024, 2, 29, 22, 30, 15)
ONCE = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
KINDS = [kind for kind in EventKind if kind is not EventKind.OTHER]
EVENTS = st.lists(
    st.builds(
        lambda onset, lasting, kind, side: Event(
            onset_s=onset / 256,
            duration_s=lasting / 256,
            kind=kind,
            label="of the source",
            side=side if kind in SIDED else "unknown",
        ),
        st.integers(0, 4_000_000),
        st.integers(1, 4_000),
        st.sampled_from(KINDS),
        st.sampled_from(SIDES),
    ),
    max_size=20,
    unique_by=lambda event: (event.onset_s, event.kind, event.side),
)
TEXTS = st.lists(st.text(max_size=30), max_size=6)
BAD_TEXTS = (
    "=1+2",
    'a"b\tc',
    "R",
    "w",
    "?",
    "# comment",
    "|",
    "@@EMG",
    "a,b;c",
    "</ScoredEvent><x>&amp;",
    "\x14\x15\x00",
    "\x1b[2J\nN2",
    "\ud7ff\ufffe",
    "n/a",
    ".",
    "",
    "class",
    "Épisode ☃",
)


def hypnogram(*stages: str, first_s: float = 0.0) -> Hypnogram:
    """Make a hypnogram of epochs of 30 s."""
    return Hypnogram(
        onset_s=first_s + 30.0 * np.arange(len(stages), dtype=np.float64),
        duration_s=np.full(len(stages), 30.0),
        stage=np.array(stages),
        epoch_s=30.0,
    )


def night_of(
    events: list[Event], staged: Hypnogram | None, *, scored: str = ""
) -> NightMarks:
    """Make a night of events and stages."""
    return NightMarks(
        name="night",
        start=START,
        duration_s=20_000.0,
        hypnogram=staged,
        marks=marks_of_events(events),
        scored=frozenset(scored.split()),
    )


def ms(value_s: float) -> int:
    """Give a time in ms, as times are compared."""
    return round(value_s * 1000)


def event_rows(night: Annotations | NightMarks) -> Rows:
    """List the events that mean something; a leg belongs to movements alone."""
    events = night.events if isinstance(night, Annotations) else night.marks
    return sorted(
        (
            ms(event.onset_s),
            ms(event.onset_s + event.duration_s) - ms(event.onset_s),
            event.kind.value,
            event.side,
        )
        for event in events
        if event.kind is not EventKind.OTHER
    )


def stage_list(staged: Hypnogram | None) -> list[tuple[int, str]]:
    """List the stage of every second; where nothing is scored it is none."""
    if staged is None:
        return []
    return [
        (second, str(stage))
        for onset, lasting, stage in zip(
            staged.onset_s, staged.duration_s, staged.stage, strict=True
        )
        for second in range(round(onset), round(onset + lasting))
        if stage != Stage.UNSCORED
    ]


def vector_nights() -> list[NightMarks]:
    """Make a night of every scoring vector that gives movements and has no gap."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    nights = []
    for vector in vectors:
        given_in = vector["inputs"]
        if given_in.get("gaps") or not isinstance(given_in.get("lms"), list):
            continue
        if not all(isinstance(row, dict) for row in given_in["lms"]):
            continue
        nights.append(night_of_vector(given_in))
    assert len(nights) > 100
    return nights[::3]


def night_of_vector(given_in: dict[str, list]) -> NightMarks:  # type: ignore[type-arg]  # JSON
    """Make a night of the movements, stages and events of a vector."""
    events = [
        Event(
            onset_s=row["on"],
            duration_s=row["off"] - row["on"],
            kind=EventKind.LM,
            label="LM",
            side=LEGS.get(row["leg"], "bilateral"),
        )
        for row in given_in["lms"]
    ]
    for name, kind in (
        ("resp", EventKind.APNEA),
        ("arousals", EventKind.AROUSAL),
    ):
        for row in given_in.get(name) or []:
            on, off = (row["on"], row["off"]) if isinstance(row, dict) else row
            events.append(
                Event(onset_s=on, duration_s=off - on, kind=kind, label=name)
            )
    rows = sorted(given_in.get("stages") or [])
    staged = None
    if rows:
        staged = Hypnogram(
            onset_s=np.array([row[0] for row in rows], dtype=float),
            duration_s=np.array([row[1] - row[0] for row in rows], dtype=float),
            stage=np.array([row[2] for row in rows]),
            epoch_s=30.0,
        )
    return night_of(events, staged)


def written(folder: Path, night: NightMarks, writer: WrittenFormat) -> Path:
    """Write a night and give the file."""
    path = folder / f"night{writer.endings[0] if writer.endings else '.csv'}"
    for each, content in contents_of(night, path, writer).items():
        each.write_bytes(content)
    return path


class WriterContract:
    """The contract; a class that inherits it may set `writers`."""

    writers: tuple[WrittenFormat, ...] = WRITERS

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run every test with every writer."""
        if "writer" in metafunc.fixturenames:
            names = [writer.name for writer in self.writers]
            metafunc.parametrize("writer", self.writers, ids=names)

    def test_writer_is_recognised_and_read_by_the_reader_of_its_name(
        self, writer: WrittenFormat, tmp_path: Path
    ) -> None:
        night = night_of([], hypnogram("W", "N1", "N2", "N3", "R", "UNSCORED"))
        path = written(tmp_path, night, writer)
        assert format_of(path).name == writer.name
        found = read_annotations(path)
        assert stage_list(found.hypnogram) == stage_list(night.hypnogram)
        assert not [one for one in found.findings if one.code == "text-unknown"]

    def test_writer_brings_every_vector_back(
        self, writer: WrittenFormat, tmp_path: Path
    ) -> None:
        if writer.stages_only:
            return
        for night in vector_nights():
            found = read_annotations(written(tmp_path, night, writer))
            assert event_rows(found) == event_rows(night)
            assert stage_list(found.hypnogram) == stage_list(night.hypnogram)

    def test_writer_brings_every_kind_and_time_back(
        self, writer: WrittenFormat, tmp_path: Path
    ) -> None:
        @ONCE
        @given(EVENTS)
        def comes_back(events: list[Event]) -> None:
            night = night_of(events, hypnogram("W", "N2", "R"))
            found = read_annotations(written(tmp_path, night, writer))
            rows = [] if writer.stages_only else untold(event_rows(night))
            assert untold(event_rows(found)) == rows

        comes_back()

    def test_writer_lets_no_text_of_the_source_change_what_is_read(
        self, writer: WrittenFormat, tmp_path: Path
    ) -> None:
        @ONCE
        @given(TEXTS)
        def harmless(texts: list[str]) -> None:
            others = [
                Event(onset_s=i, duration_s=1, kind=EventKind.OTHER, label=text)
                for i, text in enumerate([*BAD_TEXTS, *texts])
                if "\ud800" not in text
            ]
            night = night_of(others, hypnogram("W", "N2", first_s=600.0))
            found = read_annotations(written(tmp_path, night, writer))
            assert event_rows(found) == []
            if not writer.stages_only:
                assert len(found.events) >= len(BAD_TEXTS)
            assert stage_list(found.hypnogram) == stage_list(night.hypnogram)

        harmless()

    def test_writer_gives_the_same_bytes_for_the_same_night(
        self, writer: WrittenFormat, tmp_path: Path
    ) -> None:
        night = vector_nights()[0]
        path = tmp_path / "a"
        first, second = (contents_of(night, path, writer) for _ in range(2))
        assert first == second

    def test_writer_says_what_it_cannot_hold(
        self, writer: WrittenFormat, tmp_path: Path
    ) -> None:
        night = replace(
            night_of([], hypnogram("W"), scored="arousals"),
            lost_s=90.0,
            rule_sets=("wasm2016", "aasm"),
            n_signals=7,
        )
        told = "\n".join(
            written_lines(night, tmp_path / "a", writer, load_wording())
        )
        assert "  1.5 min in which a leg could not be judged" in told
        assert "--scored arousals" in told
        assert "the scores by aasm; only that by wasm2016" in told
        assert "the 7 signals" in told


def untold(rows: Rows) -> Rows:
    """Take a movement and a series for one: which it is, is told from what it encloses."""
    return sorted(
        (onset, lasting, kind.removesuffix("_series"), side)
        for onset, lasting, kind, side in rows
    )
