"""No command writes over its input, or over what Ekbom did not write, unless it is told to.

A person's work is not overwritten even then. Files with a person's data are for their owner only,
and no text of a file steers the terminal or a spreadsheet.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from night_shapes import ScoredNights

from ekbom.app import cli
from ekbom.app.cli import main
from ekbom.app.terminal.visible import HIDDEN, escaped, one_line, visible
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.files import write_night

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = next((DATA / "noxturnal_event_csv").glob("*.csv"))
MARKED = ("--movements", NOXTURNAL, "--annotations", NOXTURNAL)
QUICK = ("--bootstrap", "0")
SHORT = ("--hours", "0.1")
MARKS = b"onset_s,duration_s,side\n100.0,2.0,left\n130.0,2.0,left\n"
FACTS = {"age_years": 45, "sex": "female"}
OPTIONS = ((), ("--overwrite",))
BAD = "L\x1b[2J\u202eEG\u2028\x07\n2"


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run one command in this process; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Write a facts file."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    return path


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("way", ["n", "./x/../n", "link"])
def test_guard_score_never_writes_over_the_marks_it_reads(
    option: tuple[str, ...],
    way: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("n", "x"):
        Path(folder).mkdir()
    Path("link").symlink_to("n")
    marks = Path("n/movements.csv")
    marks.write_bytes(MARKS)
    given = ("--movements", marks, "--annotations", NOXTURNAL, *QUICK)
    code, _, err = run("score", *given, "--out", way, *option, capsys=capsys)
    assert code == 2
    assert "is read by this command and holds a person's work" in err
    assert {path.name for path in Path("n").iterdir()} == {"movements.csv"}
    assert marks.read_bytes() == MARKS


@pytest.mark.parametrize("option", OPTIONS)
def test_guard_score_never_writes_over_marks_that_lie_in_the_folder(
    option: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "leg_movements.csv").write_bytes(MARKS)
    given: tuple[str | Path, ...] = (*MARKED, *QUICK, *option)
    code, _, err = run("score", *given, "--out", tmp_path, capsys=capsys)
    assert code == 2
    assert "never overwritten" in err
    assert [path.name for path in tmp_path.iterdir()] == ["leg_movements.csv"]


def test_guard_score_overwrites_another_file_only_when_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(b"<p>mine</p>")
    given = (*MARKED, *QUICK, "--out", tmp_path)
    code, _, err = run("score", *given, capsys=capsys)
    assert code == 2
    assert "--overwrite" in err
    assert page.read_bytes() == b"<p>mine</p>"
    assert run("score", *given, "--overwrite", capsys=capsys)[0] == 0
    assert page.read_bytes() != b"<p>mine</p>"


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", ["facts.json", "link.json", "other.json"])
def test_guard_assess_never_writes_over_facts(
    option: tuple[str, ...],
    name: str,
    facts: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "link.json").symlink_to(facts)
    (tmp_path / "other.json").write_text('{"age_years": 30}', encoding="utf-8")
    before = facts.read_bytes()
    out = tmp_path / name
    code, _, err = run("assess", facts, "--out", out, *option, capsys=capsys)
    assert code == 2
    assert "never overwritten" in err
    assert facts.read_bytes() == before
    assert (tmp_path / "other.json").read_bytes() == b'{"age_years": 30}'


def test_guard_assess_replaces_an_assessment_and_no_result(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night, alone = tmp_path / "n", tmp_path / "a.json"
    run("score", *MARKED, *QUICK, "--out", night, capsys=capsys)
    for out in (alone, alone, night / "a.json", night / "a.json"):
        given = ("--night", night, "--out", out)
        assert run("assess", facts, *given, capsys=capsys)[0] == 0
    for result in (night / "result.json", tmp_path / "copy.json"):
        if not result.exists():
            shutil.copy(night / "result.json", result)
        before = result.read_bytes()
        given = ("--night", night, "--out", result)
        assert run("assess", facts, *given, capsys=capsys)[0] == 2
        assert result.read_bytes() == before


def test_guard_simulate_writes_over_nothing_but_a_simulation(
    tmp_path: Path,
    short_night: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    night = tmp_path / "night.edf"
    content = bytearray(short_night.read_bytes())
    content[8:168] = b"P-17 F 01-JAN-1970 Somebody".ljust(160)
    night.write_bytes(content)
    code, _, err = run("simulate", "--out", night, *SHORT, capsys=capsys)
    assert code == 2
    assert "nothing says that Ekbom wrote it" in err
    assert night.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["night.edf"]
    told = ("simulate", "--out", night, *SHORT, "--overwrite")
    assert run(*told, capsys=capsys)[0] == 0
    assert run("simulate", "--out", night, *SHORT, capsys=capsys)[0] == 0


@pytest.mark.parametrize("option", OPTIONS)
def test_guard_simulate_keeps_marks_beside_the_night(
    option: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    marks = tmp_path / "night.truth_leg_movements.csv"
    marks.write_bytes(MARKS)
    out = tmp_path / "night.edf"
    code, _, err = run("simulate", "--out", out, *SHORT, *option, capsys=capsys)
    assert code == 2
    assert "holds a person's work" in err
    assert marks.read_bytes() == MARKS
    assert not out.exists()


@pytest.mark.parametrize("option", OPTIONS)
def test_guard_interview_keeps_the_answers_that_are_there(
    option: tuple[str, ...],
    facts: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = facts.read_bytes()
    for known in ((), ("--known", facts)):
        given = ("interview", "--out", facts, *known, *option)
        code, out, err = run(*given, capsys=capsys)
        assert (code, out) == (2, ""), "refused before the first question"
        assert "never overwritten" in err
        assert facts.read_bytes() == before


def test_guard_interview_keeps_its_answers_when_a_file_appears_meanwhile(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "facts.json"

    def answer(_: str) -> str:
        out.write_text(json.dumps(FACTS), encoding="utf-8")
        return ""

    monkeypatch.setattr("builtins.input", answer)
    code, _, err = run("interview", "--out", out, capsys=capsys)
    assert code == 2
    assert "never overwritten" in err
    assert json.loads(out.read_bytes()) == FACTS
    draft = json.loads(out.with_name("facts.json.draft").read_bytes())
    assert draft["asked"]


def test_guard_demo_takes_no_recording_of_somebody_for_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night = tmp_path / "night-0.3h-seed1.edf"
    night.write_bytes(b"0       P-17".ljust(600))
    before = night.read_bytes()
    given = ("demo", "--out", tmp_path, "--hours", "0.3")
    code, _, err = run(*given, capsys=capsys)
    assert code == 2
    assert night.name in err
    assert night.read_bytes() == before


def test_guard_report_writes_over_no_assessment_it_reads(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night, said = tmp_path / "n", tmp_path / "n" / "report.json"
    run("score", *MARKED, *QUICK, "--out", night, capsys=capsys)
    given = ("--night", night, "--out", said)
    assert run("assess", facts, *given, capsys=capsys)[0] == 0
    before = said.read_bytes()
    command = ("report", night, "--assessment", said, "--json")
    code, _, err = run(*command, capsys=capsys)
    assert code == 2
    assert "is read by this command and would be overwritten" in err
    assert said.read_bytes() == before
    assert run(*command, "--overwrite", capsys=capsys)[0] == 0


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_guard_files_of_a_person_are_for_their_owner_only(
    facts: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = os.umask(0)
    try:
        new = tmp_path / "new"
        night, said = new / "n", new / "n" / "assessment.json"
        monkeypatch.setattr("builtins.input", lambda _: "")
        for command in (
            ("score", *MARKED, *QUICK, "--out", night),
            ("assess", facts, "--night", night, "--out", said),
            ("report", night, "--pdf", "--patient", "--fhir", "--redcap"),
            ("report", night, "--figures", "--out", new / "r"),
            ("assess", facts, "--out", new / "a.json"),
            ("interview", "--out", new / "facts.json"),
        ):
            assert run(*command, capsys=capsys)[0] == 0, command
    finally:
        os.umask(before)
    for path in (new, *new.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+2", "'=1+2"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("-3.5", "-3.5"),
        ("-1e-05", "-1e-05"),
        (-3.5, "-3.5"),
        (-2, "-2"),
        ("left", "left"),
    ],
)
def test_guard_csv_text_never_begins_a_formula(
    cell: str | float, written: str
) -> None:
    lines = csv_bytes({"a": [cell], "b": ["x"]}).decode().split("\n")
    assert lines[1] in (f"{written},x", f'"{written}",x')


def test_guard_csv_of_a_recording_with_the_name_of_a_formula(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night = tmp_path / "=HYPERLINK(1).edf"
    shutil.copy(short_night, night)
    out = tmp_path / "n"
    run("score", night, *QUICK, "--out", out, capsys=capsys)
    assert run("report", out, "--redcap", capsys=capsys)[0] == 0
    row = (out / "redcap.csv").read_text(encoding="utf-8").splitlines()[1]
    assert row.startswith("'=HYPERLINK")


def test_guard_terminal_shows_no_character_that_steers_it(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / BAD
    folder.mkdir()
    night = folder / f"{BAD}.edf"
    shutil.copy(short_night, night)
    bad = folder / f"{BAD}.json"
    bad.write_text(json.dumps(FACTS), encoding="utf-8")
    out, missing = folder / "n", folder / f"{BAD}.none"
    for command, code in (
        (("score", night, *QUICK, "--out", out), 0),
        (("inspect", night), 0),
        (("inspect", night, "--json"), 0),
        (("report", out, "--html"), 0),
        (("explain", out, "plms_per_h"), 0),
        (("compare", out, out), 0),
        (("compare", out, out, "--json"), 0),
        (("assess", bad, "--out", folder / "a.json"), 0),
        (("simulate", "--out", folder / f"{BAD}2.edf", *SHORT), 0),
        (("score", missing), 4),
        (("explain", missing, "plms_per_h"), 2),
        (("score", night, BAD), 2),
        ((BAD,), 2),
        (("score", night, "--left", BAD), 2),
        (("interview", "--known", missing), 4),
    ):
        ended, printed, told = run(*command, capsys=capsys)
        assert ended == code, command
        assert not HIDDEN.search(printed + told), command
        assert BAD not in printed + told


def test_guard_terminal_shows_answers_and_labels_without_what_steers_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    short_night: Path,
) -> None:
    content = bytearray(short_night.read_bytes())
    label = content.index(b"EMG LAT")
    content[label : label + 7] = b"EMG\x1b[2L"
    night = tmp_path / "night.edf"
    night.write_bytes(content)
    for command in (("inspect", night), ("score", night, *QUICK)):
        _, printed, told = run(*command, capsys=capsys)
        assert not HIDDEN.search(printed + told)
    typed = iter(["\x1b]0;x\x07", "\u202eold"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed, "q"))
    code, printed, _ = run("interview", "--out", tmp_path / "f", capsys=capsys)
    assert code == 0
    assert not HIDDEN.search(printed)


def test_guard_terminal_names_that_are_no_text_do_not_end_in_a_traceback(
    tmp_path: Path,
) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.edf")
    ran = subprocess.run(
        [sys.executable, "-m", "ekbom", "score", name],
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 4
    assert b"Traceback" not in ran.stderr


def test_guard_escaped_json_says_the_same() -> None:
    text = json.dumps({"name": BAD + "\u009b"}, ensure_ascii=False, indent=1)
    assert not HIDDEN.search(escaped(text))
    assert json.loads(escaped(text)) == json.loads(text)


def test_guard_words_of_other_scripts_stay_as_they_are() -> None:
    for text in ("نورة آل عبد العزيز", "欧阳晓明", "É – ≥ µV", "می‌خواهم"):
        assert visible(text) == one_line(text) == text


def test_guard_every_command_prints_through_one_place() -> None:
    """A bare `print` or `Console` would show what a file holds as it is."""
    app = Path(cli.__file__).parent
    for path in app.rglob("*.py"):
        if path.name == "visible.py":
            continue
        text = path.read_text(encoding="utf-8")
        for bare in (" print(", "\tprint(", " Console(", "=Console("):
            assert bare not in text, path


def test_guard_traces_carry_the_digest_of_their_night(
    nights: ScoredNights, tmp_path: Path
) -> None:
    write_night(nights["whole"], tmp_path)
    with np.load(tmp_path / "traces.npz") as archive:
        assert str(archive["digest"]) == nights["whole"].digest
