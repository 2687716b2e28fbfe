"""How files come to their place: killed at every step, two nights never stand mixed as one."""

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ekbom.model.errors import InputError, UsageError
from ekbom.report.outputs.atomic import WAITING, waiting_name, write_atomically
from ekbom.report.outputs.file_list import (
    LIST_NAME,
    FileList,
    list_bytes,
    read_list,
    require_whole,
)
from ekbom.report.outputs.folder import place
from ekbom.report.outputs.lock import locked
from ekbom.report.outputs.permit import FACTS, Permit, is_work

NAMES = ("result.json", "traces.npz", "report.pdf", "movements.csv")
LATER = ("report.html", "result.json", "movements.csv")
KILLED = """
import os, signal, sys
from pathlib import Path
from ekbom.report.outputs.folder import place

folder, at, steps = Path(sys.argv[1]), int(sys.argv[2]), 0

def counted(step):
    def taken(path, *arguments, **options):
        global steps
        steps += path.exists() or step is write
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(path, *arguments, **options)
    return taken

write = Path.write_bytes
Path.write_bytes, Path.replace = counted(write), counted(Path.replace)
Path.unlink = counted(Path.unlink)
place(folder, {name: b"B " + name.encode() for name in sys.argv[4:]}, digest=sys.argv[3])
"""
posix = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="rights and signals of POSIX"
)


def night(letter: str, names: tuple[str, ...]) -> dict[str, bytes]:
    """Make the files of a night; each says of which night it is."""
    return {name: f"{letter} {name}".encode() for name in names}


def there(folder: Path) -> dict[str, bytes]:
    """Read what stands in a folder besides the list."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name != LIST_NAME and not WAITING.fullmatch(path.name)
    }


def refusal(folder: Path) -> str:
    """Say how a folder is refused; empty where it is not."""
    try:
        require_whole(folder)
    except InputError as error:
        return "incomplete" if "interrupted" in str(error) else str(error)
    return ""


@posix
@pytest.mark.parametrize("digest", ["A", "B"])
def test_outputs_killed_at_any_step_are_whole_or_say_that_they_are_not(
    digest: str, tmp_path: Path
) -> None:
    refused = 0
    for at in range(1, 40):
        folder = tmp_path / str(at)
        place(folder, night("A", NAMES), digest="A")
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, folder, str(at), digest, *LATER],
            check=False,
            capture_output=True,
        )
        told = refusal(folder)
        assert told in ("", "incomplete")
        refused += bool(told)
        old, new = night("A", NAMES), night("B", LATER)
        whole = (old, new if digest == "B" else old | new)
        assert told or there(folder) in whole
        for again in ("C", digest):
            copy = tmp_path / f"{at}{again}"
            copy.mkdir()
            for path in folder.iterdir():
                (copy / path.name).write_bytes(path.read_bytes())
            place(copy, new, digest=again)
            require_whole(copy)
            kept = old if again == digest == "A" else {}
            assert there(copy) == kept | new
            assert not [
                path for path in copy.iterdir() if WAITING.fullmatch(path.name)
            ]
        if killed.returncode == 0:
            break
    assert killed.returncode == 0, "every step was reached"
    assert refused >= 4


def test_outputs_list_is_written_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    replace = Path.replace

    def noted(path: Path, target: Path) -> Path:
        order.append(Path(target).name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", noted)
    place(tmp_path, night("A", NAMES), digest="A")
    assert order == [LIST_NAME, *NAMES, LIST_NAME]
    listed = read_list(tmp_path)
    assert listed is not None
    assert listed.complete
    assert set(listed.files) == set(NAMES)


def test_outputs_an_error_while_writing_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path, night("A", NAMES), digest="A")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full_disk(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full_disk)
        with pytest.raises(OSError, match="No space"):
            place(tmp_path, night("B", LATER), digest="B")
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after == before


@posix
def test_outputs_are_for_their_owner_only_from_creation_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights: list[int] = []
    write = Path.write_bytes

    def noted(path: Path, content: bytes) -> int:
        rights.append(stat.S_IMODE(path.stat().st_mode))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", noted)
    folder = tmp_path / "new" / "night"
    place(folder, {"figures/night.svg": b"", "report.html": b""}, digest="A")
    assert set(rights) == {0o600}
    for made in (folder, folder.parent, folder / "figures"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
    for file in ("report.html", "figures/night.svg", LIST_NAME):
        assert stat.S_IMODE((folder / file).stat().st_mode) == 0o600


@posix
def test_outputs_sweep_takes_only_what_a_dead_process_left(
    tmp_path: Path,
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f".report.pdf.{dead.pid}.ekbom-part"
    running = tmp_path / ".report.pdf.1.ekbom-part"
    theirs = tmp_path / f".report.pdf.{dead.pid}.part"
    for path in (left, running, theirs):
        path.write_bytes(b"")
    write_atomically({tmp_path / "report.pdf": b"new"})
    assert not left.exists()
    assert running.exists()
    assert theirs.exists()
    assert not waiting_name(tmp_path / "report.pdf").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"digest": 3}', b'{"digest": "A", "files": [1]}'],
)
def test_outputs_a_damaged_list_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / LIST_NAME).write_bytes(content)
    with pytest.raises(InputError, match="nobody can tell which files"):
        read_list(tmp_path)


@pytest.mark.parametrize(
    "name", ["../a", "/etc/a", "a/../../b", "", "\ud800", "a\0b"]
)
def test_outputs_a_list_names_only_files_of_its_folder(
    tmp_path: Path, name: str
) -> None:
    listed = FileList(digest="A", files={name: ("0",)})
    (tmp_path / LIST_NAME).write_bytes(list_bytes(listed))
    with pytest.raises(InputError, match="no file of this folder"):
        read_list(tmp_path)


WORK = {
    "marks.csv": b"onset_s,duration_s,side\n1.0,2.0,left\n",
    "events.tsv": b"onset\tduration\ttrial_type\n0\t30\tN2\n",
    "excel.csv": b"\xef\xbb\xbfonset_s;duration_s;side\n",
    "facts.json": b'{"schema_version": "1.0", "age_years": 45}',
    "one_line.json": b'{"labs": {"ferritin_ng_ml": 20}}',
    "facts.yaml": b"# of the visit\nage_years: 45\nlabs:\n  ferritin_ng_ml: 20\n",
    "visits.json": b'{"visits": []}',
    "draft.json": b'{"asked": ["age_years"], "facts": {}}',
    "review/decisions.txt": b"accepted",
}
NO_WORK = {
    "result.json": b'{"schema_version": "1.1", "program": "ekbom"}',
    "other.json": b'{"name": "labs"}',
    "page.html": b"<p>age_years: 45</p>",
    "night.edf": b"0       " + bytes(500),
    "empty": b"",
}


@pytest.mark.parametrize("name", WORK)
def test_outputs_a_persons_work_is_kept_even_with_overwrite(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(WORK[name])
    assert is_work(path)
    for overwrite in (False, True):
        with pytest.raises(UsageError, match="holds a person's work"):
            Permit(overwrite=overwrite).require(path, free=False)


@pytest.mark.parametrize("name", NO_WORK)
def test_outputs_anything_else_needs_overwrite(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(NO_WORK[name])
    with pytest.raises(UsageError, match="nothing says that Ekbom wrote it"):
        Permit().require(path, free=False)
    Permit().require(path, free=True)
    Permit(overwrite=True).require(path, free=False)


@pytest.mark.parametrize("by", ["itself", "relative", "link", "folder", "hard"])
def test_outputs_an_input_by_another_name_is_the_same_file(
    tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "night" / "input"
    path.parent.mkdir()
    path.write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "other").symlink_to(path.parent)
    (tmp_path / "hard").hardlink_to(path)
    names = {
        "itself": path,
        "relative": Path("night/../night/input"),
        "link": tmp_path / "link",
        "folder": tmp_path / "other" / "input",
        "hard": tmp_path / "hard",
    }
    for one, two in ((names[by], path), (path, names[by])):
        with pytest.raises(UsageError, match="would be overwritten"):
            Permit(inputs=(one,)).require(two, free=True)
        with pytest.raises(UsageError, match="is never overwritten"):
            Permit(work=(one,), overwrite=True).require(two, free=True)
        Permit(inputs=(one,), overwrite=True).require(two, free=True)


def test_outputs_know_every_name_of_a_facts_file() -> None:
    schemas = Path(__file__).parents[2] / "docs" / "schema"
    for name in ("facts", "visits"):
        schema = (schemas / f"{name}.schema.json").read_text(encoding="utf-8")
        assert set(json.loads(schema)["properties"]) <= FACTS


HOLDING = """
import sys, time
from pathlib import Path
from ekbom.report.outputs.lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
WRITING = """
import sys
from pathlib import Path
from ekbom.report.outputs.folder import place

folder, letter = Path(sys.argv[1]), sys.argv[2]
for _ in range(30):
    contents = {name: letter.encode() * 9 for name in sys.argv[3:]}
    place(folder, contents, digest=letter)
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """Let another process hold a folder."""
    command = [sys.executable, "-c", HOLDING, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@posix
def test_folder_that_another_command_writes_is_refused_until_that_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ekbom.report.outputs.lock.LOOK_S", 0.01)
    with holder(tmp_path) as process:
        with (
            pytest.raises(InputError, match="another command is writing"),
            locked(tmp_path, wait_s=0.05),
        ):
            pass
        process.kill()
    place(tmp_path, night("A", NAMES), digest="A")
    require_whole(tmp_path)
    assert set(there(tmp_path)) == set(NAMES)


@posix
def test_folder_that_two_commands_write_at_once_holds_one_night(
    tmp_path: Path,
) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITING, str(tmp_path), letter, *names]
        )
        for letter, names in (("A", NAMES), ("B", LATER))
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    require_whole(tmp_path)
    assert len({content[:1] for content in there(tmp_path).values()}) == 1
