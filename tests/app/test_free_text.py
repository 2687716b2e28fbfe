"""What a person wrote freely in a scoring comes into no file and on no screen but `inspect`'s."""

import json
from pathlib import Path

import pytest
from validation.fuzz.material import SCORINGS

from ekbom.app.cli import main
from ekbom.readers.scorings.meanings import known_part

NOTE = "Anna Muster 47"
NAMES = ("Anna", "Muster")
MARKS = ("movements.csv", SCORINGS["movements.csv"])
EVENT = (
    b"<ScoredEvent><Name>%s</Name><EventConcept>%s|%s</EventConcept>"
    b"<Start>50</Start><Duration>3</Duration></ScoredEvent></ScoredEvents>"
)
NOTED = NOTE.encode()
FREE = {
    "bids_events.tsv": (
        b"",
        b"70\t2\t%s\tn/a\n80\t2\t%s\tn/a\n" % (NOTED, NOTED),
    ),
    "luna.annot": (b"", b"%s\t%s\t.\t40\t+3\t%s\n" % (NOTED, NOTED, NOTED)),
    "stages.csv": (b"", b"22:01:00,3,%s\n22:01:09,3,%s\n" % (NOTED, NOTED)),
    "remlogic.txt": (
        b"",
        b"22:01:30\t%s\t2\n22:01:40\t%s\t2\n" % (NOTED, NOTED),
    ),
    "nsrr.xml": (b"</ScoredEvents>", EVENT % (NOTED, NOTED, NOTED)),
    "profusion.xml": (b"</ScoredEvents>", EVENT % (NOTED, NOTED, NOTED)),
    "sleepware.rml": (
        b"</Events>",
        b'<Event Type="%s" Start="40" Duration="2"/></Events>' % NOTED,
    ),
    "domino.txt": (
        b"01:04:24,411",
        b"01:03:00,000-01:03:09,000; 9;%s\n01:04:24,411" % NOTED,
    ),
}
"""By file what is replaced by what; where it is nothing the note is written at the end."""
OUT = ("--html", "--redcap", "--json")


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    return int(ended.value.code or 0)


def with_note(name: str) -> bytes:
    place, note = FREE[name]
    content = SCORINGS[name]
    return content.replace(place, note, 1) if place else content + note


def holding(folder: Path) -> list[str]:
    """Name the files in which the note stands, however it is written."""
    words = [
        word.encode(code) for word in NAMES for code in ("utf-8", "utf-16-le")
    ]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        path.name
        for path in files
        if any(word in path.read_bytes() for word in words)
    ]


@pytest.mark.parametrize("name", FREE)
def test_free_text_of_a_scoring_is_counted_and_not_written(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scoring, moved, out = (tmp_path / each for each in (name, MARKS[0], "out"))
    scoring.write_bytes(with_note(name))
    moved.write_bytes(MARKS[1])
    night = ("score", "--movements", moved, "--annotations", scoring)
    assert run(*night, "--out", out) == 0
    assert run("report", out, *OUT) == 0
    assert run(*night, "--json") == 0
    told = capsys.readouterr()
    assert holding(out) == []
    assert "anna" not in (told.out + told.err).casefold()
    found = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert "text-unknown" in [finding["code"] for finding in found["findings"]]
    assert run(*night, "--out", tmp_path / "kept", "--keep-text") == 0
    assert "result.json" in holding(tmp_path / "kept")


def test_free_text_of_a_recording_is_shown_by_inspect_alone(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night, out = tmp_path / "night.edf", tmp_path / "out"
    stage = b"Sleep stage N2"
    content = short_night.read_bytes()
    assert content.count(stage) > 2
    assert len(stage) == len(NOTE)
    night.write_bytes(content.replace(stage, NOTE.encode(), 2))
    assert run("score", night, "--out", out) == 0
    assert run("report", out, *OUT) == 0
    told = capsys.readouterr()
    assert holding(out) == []
    assert "anna" not in (told.out + told.err).casefold()
    assert run("inspect", night) == 0
    assert f"2  {NOTE}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Hypopnea", "Hypopnea"),
        ("Hypopnea|Hypopnea", "Hypopnea|Hypopnea"),
        ("Hypopnea|Anna", "Hypopnea"),
        ("Limb movement@@Anna", "Limb movement"),
        ("Anna", ""),
        ("", ""),
        ("LM left", "LM left"),
    ],
)
def test_of_a_label_the_known_words_stay(text: str, known: str) -> None:
    assert known_part(text) == known
