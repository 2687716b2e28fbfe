"""One registration makes a format known.

Packages may add formats, and a broken plug-in is named.
"""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from ekbom.model.errors import UsageError
from ekbom.readers.formats import registry
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark


def read_minutes(path: Path) -> Annotations:
    minutes = [
        int(word) for word in path.read_text(encoding="utf-8").split()[1:]
    ]
    marks = [
        Mark(
            onset_s=60.0 * minute,
            duration_s=1,
            text="LM",
            place=f"word {minute}",
        )
        for minute in minutes
    ]
    return annotations_of(marks, name=path.name, format_name="minutes")


MINUTES = AnnotationFormat(
    name="minutes",
    title="minutes of movements",
    recognises=lambda _path, head: head.startswith(b"MINUTES"),
    read=read_minutes,
)
TWIN = AnnotationFormat(
    name="bids-events",
    title="twin",
    recognises=lambda _path, _head: False,
    read=read_minutes,
)
NO_FORMAT = "just a text"


@pytest.fixture
def plugins(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[metadata.EntryPoint]]:
    points: list[metadata.EntryPoint] = []
    monkeypatch.setattr(
        metadata,
        "entry_points",
        lambda *, group: points if group == registry.ENTRY_POINT_GROUP else [],
    )
    registry.annotation_formats.cache_clear()
    yield points
    registry.annotation_formats.cache_clear()


def point(name: str) -> metadata.EntryPoint:
    return metadata.EntryPoint(
        name=name.lower(),
        value=f"{__name__}:{name}",
        group=registry.ENTRY_POINT_GROUP,
    )


def test_registry_a_plug_in_format_is_recognised_and_read(
    plugins: list[metadata.EntryPoint], tmp_path: Path
) -> None:
    plugins.append(point("MINUTES"))
    path = tmp_path / "x.dat"
    path.write_text("MINUTES 1 5", encoding="utf-8")
    assert registry.format_of(path).name == "minutes"
    assert [
        event.onset_s for event in registry.read_annotations(path).events
    ] == [60, 300]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("GONE", "annotation format 'gone' of a plug-in cannot be loaded"),
        (
            "NO_FORMAT",
            "plug-in 'no_format' offers no annotation format but a str",
        ),
        ("TWIN", "Two annotation formats are named 'bids-events'"),
    ],
)
def test_registry_a_broken_plug_in_is_named(
    plugins: list[metadata.EntryPoint], name: str, words: str
) -> None:
    plugins.append(point(name))
    with pytest.raises(UsageError, match=words):
        registry.annotation_formats()


def test_registry_a_format_can_be_asked_for_by_name(tmp_path: Path) -> None:
    path = tmp_path / "movements.dat"
    path.write_text("onset_s,duration_s,side\n10,2,left\n", encoding="utf-8")
    assert (
        registry.read_annotations(path, format_name="movements-csv")
        .events[0]
        .side
        == "left"
    )
    with pytest.raises(
        UsageError,
        match=r"no annotation format 'edf'; known are edf-annotations, noxturnal-csv",
    ):
        registry.read_annotations(path, format_name="edf")


def test_registry_built_in_names_are_unique_and_titles_given() -> None:
    names = [known.name for known in registry.BUILT_IN]
    assert len(names) == len(set(names)) == 22
    assert all(known.title for known in registry.BUILT_IN)


def test_registry_every_built_in_format_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scorings.md").read_text(
        encoding="utf-8"
    )
    assert [
        known.name
        for known in registry.BUILT_IN
        if f"| `{known.name}` |" not in page
    ] == []
