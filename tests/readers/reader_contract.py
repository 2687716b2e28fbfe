"""What every reader of annotations keeps to, as one class of tests.

A class that inherits `ReaderContract` names its cases and passes everything: recognised by content,
times, unknown texts counted, refusals in one sentence, hostile twins.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

import numpy as np
import pytest

from ekbom.model.errors import InputError
from ekbom.readers.formats.registry import format_of, read_annotations
from ekbom.readers.scorings.records import Annotations

EventRow = tuple[float, float, str, str]
"""Onset and duration in s, kind, side."""
StageRow = tuple[float, float, str]
"""Onset and duration in s, stage."""
Change = tuple[bytes, bytes]
"""Bytes of a file, and what is put in their place."""

N_TWINS = 60
HOSTILE = (
    b"\0",
    b"\xff\xfe",
    b"\x1b[2J",
    b"1e999",
    b"nan",
    b"-1",
    b'"',
    b"\r",
    b"\t\t",
    b"<!DOCTYPE a>",
    b"99999999999999999999",
    "\u202e\U0001d7db".encode(),
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file of a format, and what reading it must give.

    `content` are its bytes, `beside` further files that lie in its folder. `events` are the first
    events that are no `other`, `stages` the first intervals of the hypnogram. `unknown` puts a text
    without a meaning into the file: `counted` such marks are then counted, or, where the text
    stands in the place of a stage, the file is refused. `broken` is a change that makes it
    unreadable, and the words of the refusal behind the name of the file.
    """

    format: str
    name: str
    content: bytes
    beside: tuple[tuple[str, bytes], ...] = ()
    start: dt.datetime | None = None
    events: tuple[EventRow, ...] = ()
    stages: tuple[StageRow, ...] = ()
    scored: frozenset[str]
    unknown: Change
    counted: int = 1
    refused: str = ""
    broken: tuple[bytes, bytes, str]
    suffix_free: bool = False


def put(folder: Path, case: Case, content: bytes, *, name: str = "") -> Path:
    """Write a file, or its twin, with what belongs beside it."""
    for other, bytes_beside in case.beside:
        (folder / other).write_bytes(bytes_beside)
    path = folder / (name or case.name)
    path.write_bytes(content)
    return path


def changed(content: bytes, change: Change) -> bytes:
    """Put something in the place of the first such bytes; they must be there."""
    old, new = change
    assert old in content
    return content.replace(old, new, 1)


def event_rows(annotations: Annotations) -> list[EventRow]:
    """List the events that mean something."""
    return [
        (event.onset_s, event.duration_s, event.kind.value, event.side)
        for event in annotations.events
        if event.kind != "other"
    ]


def stage_rows(annotations: Annotations) -> list[StageRow]:
    """List the intervals of the hypnogram."""
    staged = annotations.hypnogram
    if staged is None:
        return []
    return list(
        zip(
            staged.onset_s.tolist(),
            staged.duration_s.tolist(),
            staged.stage.tolist(),
            strict=True,
        )
    )


def hostile_twins(content: bytes, *, seed: str) -> Iterator[bytes]:
    """Cut, flip, repeat and fill a file, the same way every time."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(N_TWINS):
        place = chance.randrange(len(content))
        end = min(len(content), place + chance.randrange(1, 40))
        yield chance.choice(
            [
                content[:place],
                content[place:],
                content[:place] + chance.choice(HOSTILE) + content[place:],
                content[:place] + chance.choice(HOSTILE) + content[end:],
                content[:place] + content[end:],
                content[:end] + content[place:],
                content[:place] + chance.randbytes(end - place) + content[end:],
            ]
        )


def require_sound(annotations: Annotations) -> None:
    """Hold what the rooms behind the readers rely on."""
    for event in annotations.events:
        assert np.isfinite([event.onset_s, event.duration_s]).all()
        assert event.duration_s >= 0
    staged = annotations.hypnogram
    if staged is not None:
        ends = staged.onset_s + staged.duration_s
        assert (staged.duration_s > 0).all()
        assert (np.diff(staged.onset_s) > 0).all()
        assert (staged.onset_s[1:] >= ends[:-1] - 1e-6).all()


def require_one_sentence(refusal: InputError, path: Path) -> None:
    """Hold the shape of a refusal: the name, one line, no path, no control character."""
    message = str(refusal)
    assert message.startswith(f"{path.name}: ")
    assert str(path.parent) not in message
    assert not [letter for letter in message if category(letter) == "Cc"]


class ReaderContract:
    """The contract; a class that inherits it sets `cases`."""

    cases: tuple[Case, ...] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run every test with every case."""
        if "case" in metafunc.fixturenames:
            ids = [f"{case.format}: {case.name}" for case in self.cases]
            metafunc.parametrize("case", self.cases, ids=ids)

    def test_reader_is_recognised_by_its_content(
        self, case: Case, tmp_path: Path
    ) -> None:
        path = put(tmp_path, case, case.content)
        assert format_of(path).name == case.format
        loud = put(tmp_path, case, case.content, name=upper_suffix(case.name))
        assert format_of(loud).name == case.format
        if case.suffix_free:
            bare = put(tmp_path, case, case.content, name="night")
            assert format_of(bare).name == case.format

    def test_reader_does_not_take_another_content_by_its_suffix(
        self, case: Case, tmp_path: Path
    ) -> None:
        path = put(tmp_path, case, b"Dear colleague,\nthe report follows.\n")
        with pytest.raises(InputError, match="no known annotation format"):
            format_of(path)

    def test_reader_gives_times_kinds_sides_and_stages(
        self, case: Case, tmp_path: Path
    ) -> None:
        annotations = read_annotations(put(tmp_path, case, case.content))
        assert annotations.format == case.format
        assert annotations.name == case.name
        assert annotations.start == case.start
        assert annotations.scored == case.scored
        events = event_rows(annotations)
        stages = stage_rows(annotations)
        assert events[: len(case.events)] == list(case.events)
        assert stages[: len(case.stages)] == list(case.stages)
        assert bool(events) == bool(case.events)
        assert bool(stages) == bool(case.stages)
        require_sound(annotations)

    def test_reader_counts_an_unknown_text_or_refuses_an_unknown_stage(
        self, case: Case, tmp_path: Path
    ) -> None:
        path = put(tmp_path, case, changed(case.content, case.unknown))
        if case.refused:
            with pytest.raises(InputError) as refusal:
                read_annotations(path)
            require_one_sentence(refusal.value, path)
            assert case.refused in str(refusal.value)
            return
        found = read_annotations(path).findings
        [unknown] = [one for one in found if one.code == "text-unknown"]
        assert unknown.values["count"] == case.counted

    def test_reader_refuses_what_it_cannot_read_in_one_sentence(
        self, case: Case, tmp_path: Path
    ) -> None:
        old, new, words = case.broken
        path = put(tmp_path, case, changed(case.content, (old, new)))
        with pytest.raises(InputError) as refusal:
            read_annotations(path)
        require_one_sentence(refusal.value, path)
        assert words in str(refusal.value)

    def test_reader_takes_hostile_twins_or_refuses_them(
        self, case: Case, tmp_path: Path
    ) -> None:
        for twin in hostile_twins(case.content, seed=case.name):
            path = put(tmp_path, case, twin)
            try:
                annotations = read_annotations(path)
            except InputError as refusal:
                require_one_sentence(refusal, path)
            else:
                require_sound(annotations)


def upper_suffix(name: str) -> str:
    """Write the suffix of a file in capitals."""
    stem, point, suffix = name.rpartition(".")
    return f"{stem}{point}{suffix.upper()}" if point else name
