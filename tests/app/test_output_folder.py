"""An output folder belongs to one night.

More of the same night is added, another night replaces what Ekbom wrote of the former one, and a
folder whose writing was interrupted says so. Nothing that a person made is lost.
"""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from ekbom.app.cli import main
from ekbom.report.outputs.file_list import LIST_NAME, read_list, state_of
from ekbom.report.result_json import read_result

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = next((DATA / "noxturnal_event_csv").glob("*.csv"))
MARKED = ("--movements", NOXTURNAL, "--annotations", NOXTURNAL)
QUICK = ("--bootstrap", "0")
RULES = ("--rules", "wasm2016,aasm")
FACTS = {"age_years": 45, "sex": "female"}
MARKED_FILES = {
    "report.html",
    "result.json",
    "movements.csv",
    "leg_movements.csv",
    LIST_NAME,
}
KILLED = """
import os, signal, sys
from pathlib import Path
from ekbom.app.cli import main

at, steps = int(sys.argv[1]), 0

def counted(step):
    def taken(path, *arguments, **options):
        global steps
        steps += path.exists()
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(path, *arguments, **options)
    return taken

Path.replace = counted(Path.replace)
Path.unlink = counted(Path.unlink)
main(sys.argv[2:])
"""
"""Runs a command that is killed before it renames or removes its n-th file."""


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run one command in this process; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def names(folder: Path) -> set[str]:
    """Name every file below a folder."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {name: (folder / name).read_bytes() for name in names(folder)}


def agrees(folder: Path) -> bool:
    """Say whether a folder holds exactly what its list says, as it says."""
    listed = read_list(folder)
    assert listed is not None
    digest = json.loads((folder / "result.json").read_bytes())["digest"]
    return (
        listed.complete
        and listed.of_one_night(digest)
        and names(folder) == {*listed.files, LIST_NAME}
        and all(
            state_of(folder, name, listed).name == "OURS"
            for name in listed.files
        )
    )


@pytest.fixture(scope="module")
def first_night(
    short_night: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Score a recording by two rule sets and write a report of it."""
    folder = tmp_path_factory.mktemp("first") / "n"
    for command in (
        ("score", short_night, *QUICK, *RULES, "--out", folder),
        ("report", folder, "--pdf", "--figures"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in command])
        assert not ended.value.code
    return folder


@pytest.fixture
def folder(first_night: Path, tmp_path: Path) -> Path:
    """Copy the first night."""
    return Path(shutil.copytree(first_night, tmp_path / "n"))


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Write a facts file."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    return path


def test_folder_another_night_replaces_the_whole_set_and_lists_what_went(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = names(folder)
    assert {"traces.npz", "report.pdf", "movements_aasm.csv"} < before
    code, out, err = run(
        "score", *MARKED, *QUICK, "--out", folder, capsys=capsys
    )
    assert (code, err) == (0, "")
    assert names(folder) == MARKED_FILES
    assert not (folder / "figures").exists()
    for gone in before - MARKED_FILES:
        assert f"Removed: {folder / gone} (of the night" in out
    assert agrees(folder)
    assert run("report", folder, capsys=capsys)[0] == 0
    assert read_result(folder / "result.json").traces == ()


def test_folder_json_of_score_stays_json_and_tells_on_standard_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(
        "score", *MARKED, *QUICK, "--out", folder, "--json", capsys=capsys
    )
    assert code == 0
    assert json.loads(out)["digest"]
    assert f"Removed: {folder / 'traces.npz'}" in err
    assert "Written" not in err


def test_folder_commands_on_the_same_night_add_and_replace_their_files(
    folder: Path,
    facts: Path,
    short_night: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = names(folder)
    assessed = folder / "assessment.json"
    for command in (
        ("assess", facts, "--night", folder, "--out", assessed),
        ("report", folder, "--assessment", assessed, "--patient", "--fhir"),
        ("report", folder, "--assessment", assessed, "--pdf", "--redcap"),
        ("assess", facts, "--night", folder, "--out", assessed),
        (
            *("score", short_night, *QUICK, "--rules", "wasm2016,aasm"),
            *("--out", folder),
        ),
    ):
        code, out, err = run(*command, capsys=capsys)
        assert (code, err) == (0, ""), command
        assert "Removed" not in out
        assert agrees(folder), command
    added = {"assessment.json", "patient.html", "patient.pdf", "fhir.json"}
    added |= {"redcap.csv", "redcap_dictionary.csv"}
    assert names(folder) == before | added


@pytest.mark.parametrize(
    "other",
    [
        ("--rules", "aasm"),
        ("--set", "arousal_gap_inclusive=true"),
        ("--seed", "5"),
        ("--bootstrap", "7"),
        ("--detector", "literal"),
    ],
    ids=lambda other: other[0],
)
def test_folder_the_same_recording_scored_otherwise_is_another_set(
    other: tuple[str, ...],
    folder: Path,
    short_night: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quick = () if other[0] == QUICK[0] else QUICK
    rules = () if other[0] == RULES[0] else RULES
    given = (short_night, *quick, *rules, *other)
    command = ("score", *given, "--out", folder)
    code, out, _ = run(*command, capsys=capsys)
    assert code == 0
    assert f"Removed: {folder / 'report.pdf'}" in out
    assert agrees(folder)


def test_folder_a_file_changed_by_a_person_stays_and_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = folder / "report.pdf"
    signed.write_bytes(signed.read_bytes() + b"signature")
    before = signed.read_bytes()
    code, out, _ = run("score", *MARKED, *QUICK, "--out", folder, capsys=capsys)
    assert code == 0
    assert signed.read_bytes() == before
    assert f"Kept: {signed} (not of this night" in out
    assert names(folder) == {*MARKED_FILES, "report.pdf"}
    code, _, err = run("report", folder, "--pdf", capsys=capsys)
    assert code == 2
    assert "nothing says that Ekbom wrote it as it is" in err
    assert signed.read_bytes() == before
    assert run("report", folder, "--html", capsys=capsys)[0] == 0
    again = ("report", folder, "--pdf", "--overwrite")
    assert run(*again, capsys=capsys)[0] == 0
    assert signed.read_bytes() != before
    assert agrees(folder)


def test_folder_a_signed_report_does_not_stop_the_night_from_being_read(
    folder: Path, facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = folder / "report.pdf"
    signed.write_bytes(signed.read_bytes() + b"signature")
    for command in (
        ("explain", folder, "plms_per_h"),
        ("assess", facts, "--night", folder),
        ("report", folder, "--patient"),
    ):
        assert run(*command, capsys=capsys)[0] == 0, command
    code, _, err = run("report", folder, "--pdf", capsys=capsys)
    assert code == 2
    assert "report.pdf" in err


def test_folder_what_ekbom_did_not_write_is_never_touched(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = {
        "facts.yaml": b"age_years: 45\n",
        "marks.csv": b"onset_s,duration_s,side\n1,2,left\n",
        "review/decisions.csv": b"movement,decision\n1,reject\n",
        "figures/mine.svg": b"<svg/>",
        "notes.txt": b"ask for ferritin",
    }
    (folder / "review").mkdir()
    for name, content in theirs.items():
        (folder / name).write_bytes(content)
    code, out, _ = run("score", *MARKED, *QUICK, "--out", folder, capsys=capsys)
    assert code == 0
    assert names(folder) == MARKED_FILES | set(theirs)
    assert {name: (folder / name).read_bytes() for name in theirs} == theirs
    assert f"Kept: {folder / 'figures/mine.svg'}" in out


@pytest.mark.parametrize("name", ["report.html", "traces.npz"])
def test_folder_a_link_in_the_place_of_a_file_is_no_file_of_ekbom(
    name: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    code, out, err = run(
        "score", *MARKED, *QUICK, "--out", folder, capsys=capsys
    )
    assert code == (2 if name in MARKED_FILES else 0)
    assert name in (err or out)
    assert (folder / name).is_symlink()
    assert elsewhere.read_bytes() == before


def test_folder_a_list_that_leads_out_of_the_folder_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"theirs")
    listed = json.loads((folder / LIST_NAME).read_bytes())
    listed["files"]["../victim"] = ["e3b0"]
    (folder / LIST_NAME).write_text(json.dumps(listed), encoding="utf-8")
    code, _, err = run("score", *MARKED, *QUICK, "--out", folder, capsys=capsys)
    assert code == 4
    assert "'../victim', which is no file of this folder" in err
    assert victim.exists()


def test_folder_write_protected_files_are_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    for name in ("result.json", "report.pdf"):
        (folder / name).chmod(0o400)
        command = ("score", *MARKED, *QUICK, "--out", folder)
        code, _, err = run(*command, capsys=capsys)
        assert code == 2
        assert f"{folder / name} is write-protected" in err
        assert contents(folder) == before
        (folder / name).chmod(0o600)


@pytest.mark.parametrize("name", ["movements.csv", "traces.npz", "result.json"])
@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_folder_that_disagrees_with_its_list_is_refused(
    name: str,
    fault: str,
    folder: Path,
    facts: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if fault == "missing":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    for command in (
        ("explain", folder, "plms_per_h"),
        ("assess", facts, "--night", folder),
        ("compare", folder, folder),
        ("report", folder),
    ):
        code, _, err = run(*command, capsys=capsys)
        if command[0] == "compare" and (name, fault) == (
            "result.json",
            "missing",
        ):
            continue
        assert code == 4, command
        assert name in err
        assert ("missing" if fault == "missing" else "was changed") in err


def test_folder_an_assessment_of_another_night_is_refused(
    folder: Path,
    facts: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other, a = tmp_path / "other", tmp_path / "a.json"
    run("score", *MARKED, *QUICK, "--out", other, capsys=capsys)
    run("assess", facts, "--night", other, "--out", a, capsys=capsys)
    code, _, err = run("report", folder, "--assessment", a, capsys=capsys)
    assert code == 4
    assert "another night" in err
    into = folder / "assessment.json"
    code, _, err = run(
        "assess", facts, "--night", other, "--out", into, capsys=capsys
    )
    assert code == 2
    assert "holds another night" in err
    assert not into.exists()


@pytest.mark.parametrize("given", [MARKED, ()], ids=["marked", "detected"])
def test_folder_traces_of_another_night_are_never_drawn(
    given: tuple[str | Path, ...],
    folder: Path,
    short_night: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = tmp_path / "other"
    night = given or (short_night, "--detector", "literal")
    run("score", *night, *QUICK, "--out", other, capsys=capsys)
    (other / LIST_NAME).unlink()
    shutil.copy(folder / "traces.npz", other)
    code, _, err = run("report", other, capsys=capsys)
    assert code == 4
    assert "belongs to another night" in err


def old_folder(folder: Path) -> Path:
    """Make a folder as version 0.1.0 wrote it: no list, traces without a digest."""
    (folder / LIST_NAME).unlink()
    traces, without = folder / "traces.npz", folder / "without.npz"
    with ZipFile(traces) as named, ZipFile(without, "w") as plain:
        for item in named.namelist():
            if item != "digest.npy":
                plain.writestr(item, named.read(item))
    without.replace(traces)
    return folder


def test_folder_without_a_list_can_be_read_and_added_to(
    folder: Path, facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = old_folder(folder)
    before = names(old)
    assert run("explain", old, "plms_per_h", capsys=capsys)[0] == 0
    assert run("assess", facts, "--night", old, capsys=capsys)[0] == 0
    assert names(old) == before
    assert run("report", old, "--html", "--json", capsys=capsys)[0] == 0
    assert names(old) == before | {"report.json", LIST_NAME}


def test_folder_without_a_list_keeps_what_cannot_be_proved_to_be_ekboms(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = old_folder(folder)
    (old / "notes.txt").write_bytes(b"theirs")
    code, out, _ = run("score", *MARKED, *QUICK, "--out", old, capsys=capsys)
    assert code == 0
    assert f"Removed: {old / 'traces.npz'}" in out
    assert f"Removed: {old / 'movements_aasm.csv'}" in out
    assert f"Kept: {old / 'report.pdf'}" in out
    assert f"Kept: {old / 'figures/night.svg'}" in out
    assert {"report.pdf", "notes.txt", "figures/night.svg"} < names(old)
    assert run("explain", old, "plms_count", capsys=capsys)[0] == 0


def test_folder_without_a_list_keeps_a_table_that_was_corrected_by_hand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = old_folder(folder)
    table = old / "movements.csv"
    table.write_bytes(table.read_bytes() + b"9000.0,1.0,left\n")
    before = contents(old)
    for more in ((), ("--overwrite",)):
        command = ("score", *MARKED, *QUICK, "--out", old, *more)
        code, _, err = run(*command, capsys=capsys)
        assert code == 2
        assert f"{table} holds a person's work" in err
        assert contents(old) == before


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
@pytest.mark.parametrize("at", [3, 8])
def test_folder_killed_while_writing_is_whole_or_says_that_it_is_not(
    at: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["score", *map(str, MARKED), *QUICK, "--out", str(folder)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(at), *command],
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    code, _, err = run("explain", folder, "plms_count", capsys=capsys)
    assert code == 4
    assert "a command was interrupted" in err
    assert run(*command, capsys=capsys)[0] == 0
    assert names(folder) == MARKED_FILES
    assert agrees(folder)


def test_folder_an_interrupted_report_is_completed_by_the_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["report", str(folder), "--pdf", "--redcap"]
    subprocess.run(
        [sys.executable, "-c", KILLED, "3", *command],
        check=False,
        capture_output=True,
    )
    assert run("explain", folder, "plms_count", capsys=capsys)[0] == 4
    assert run(*command, capsys=capsys)[0] == 0
    assert agrees(folder)
    assert run("explain", folder, "plms_count", capsys=capsys)[0] == 0
