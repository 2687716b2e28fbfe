"""Scorings in a ``.gz`` or ``.zip``: read as if unpacked, and never more than a scoring can be."""

import gzip
import io
import tempfile
import zipfile
from pathlib import Path

import pytest

from ekbom.model.errors import InputError
from ekbom.readers.files import packed
from ekbom.readers.formats.registry import format_of, read_annotations

DATA = Path(__file__).parents[1] / "data"
MARKS = b"onset_s,duration_s,side\n10.5,2,left\n"
NOTE = b"Dear colleague"


def zipped(**files: bytes) -> bytes:
    """Pack files; a double underscore in a name stands for a full stop, three for a slash."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            inside = name.replace("___", "/").replace("__", ".")
            archive.writestr(inside, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("marks.csv.gz", gzip.compress(MARKS, mtime=0)),
        ("marks.csv.GZ", gzip.compress(MARKS, mtime=0)),
        ("night.zip", zipped(marks__csv=MARKS)),
        ("night.zip", zipped(night___marks__csv=MARKS, night___read__doc=NOTE)),
        ("night.zip", zipped(**{"__MACOSX/._a.csv": MARKS, "a.csv": MARKS})),
        ("night.zip", zipped(**{"../../../a.csv": MARKS, "a.csv": MARKS})),
    ],
)
def test_packed_marks_are_read_and_nothing_stays_behind(
    name: str,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    path = tmp_path / name
    path.write_bytes(content)
    assert format_of(path).name == "movements-csv"
    events = read_annotations(path).events
    assert [(one.onset_s, one.side) for one in events] == [(10.5, "left")]
    assert list(room.iterdir()) == []
    assert sorted(item.name for item in tmp_path.iterdir()) == [name, "room"]


def test_packed_record_of_wfdb_brings_its_header(tmp_path: Path) -> None:
    folder = DATA / "slpdb_annotations"
    path = tmp_path / "slp.zip"
    names = ("slp01b.st", "slp01b.hea")
    path.write_bytes(
        zipped(**{name: (folder / name).read_bytes() for name in names})
    )
    assert read_annotations(path).format == "wfdb-annotations"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv.gz", b"onset_s", "cannot be read or unpacked"),
        ("a.csv.gz", gzip.compress(MARKS, mtime=0)[:-9], "damaged, encrypted"),
        ("a.zip", zipped(a__csv=MARKS)[:-30], "damaged, encrypted"),
        ("a.zip", zipped(), "0 of the 0 files in it are annotations"),
        ("a.zip", zipped(a__csv=MARKS, b__csv=MARKS), "2 of the 2 files"),
        ("a.zip", zipped(a__doc=NOTE, b__doc=NOTE), "0 of the 2 files"),
        (
            "a.zip",
            zipped(**{f"{i}__csv": MARKS for i in range(51)}),
            "51 files are too many",
        ),
    ],
)
def test_packed_what_cannot_be_read_is_refused(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as refusal:
        read_annotations(path)
    assert str(refusal.value).startswith(f"{name}: ")
    assert str(tmp_path) not in str(refusal.value)


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_packed_more_than_a_scoring_is_refused_before_it_is_unpacked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "MAX_BYTES", 10_000)
    path = tmp_path / name
    content = b"0" * 10_001
    whole = gzip.compress(content, mtime=0)
    path.write_bytes(whole if name.endswith("gz") else zipped(a__csv=content))
    with pytest.raises(InputError, match="more than 10000 bytes come out"):
        read_annotations(path)


def test_packed_size_in_an_archive_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "MAX_BYTES", 10_000)
    content = bytearray(zipped(a__csv=b"0" * 20_000))
    for place in range(len(content) - 3):
        if content[place : place + 4] == (20_000).to_bytes(4, "little"):
            content[place : place + 4] = (5_000).to_bytes(4, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a.zip: "):
        read_annotations(path)
