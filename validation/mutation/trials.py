"""Run the tests of a room against one change at a time, in copies of the tree, two at once.

One process imports the large libraries once; every trial is a fork of it that imports the program
from its copy, so a trial costs seconds. What does not import counts as killed by import, what
does not end within its time as killed by time.
"""

import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from validation.mutation.change import Change
from validation.mutation.rooms import Room, tests_of

WORKERS = 2
COPIED = (
    "src",
    "tests",
    "validation",
    "docs",
    "pyproject.toml",
    "run.py",
    "README.md",
)
LARGE = (
    "numpy", "scipy.signal", "scipy.stats", "scipy.ndimage", "scipy.optimize", "hypothesis",
    "pytest", "yaml", "jsonschema", "rapidfuzz", "jinja2", "edfio", "cyclopts", "rich",
)  # fmt: skip
ALIVE, IMPORT_FAILED = 0, (2, 3, 4)
NO_TESTS = 5
PATIENCE = 5.0
LEAST_S = 20.0
PAUSE_S = 0.02


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One change and what the tests said: ``alive``, ``killed``, ``import`` or ``time``."""

    room: str
    change: Change
    outcome: str
    seconds: float


@dataclass(kw_only=True)
class _Running:
    """A fork at work in one copy of the tree."""

    room: Room
    change: Change
    pid: int
    copy: Path
    began: float
    restore: Callable[[], None]


def run_trials(
    lot: list[tuple[Room, Change]],
    root: Path,
    *,
    until: float,
    show: Callable[[Trial], None],
) -> list[Trial]:
    """Try every change of the lot; what does not begin before `until` is left out.

    Raises
    ------
    SystemExit
        If the tests of a room fail without any change.
    """
    _import_large()
    done: list[Trial] = []
    with _copies(root) as free:
        limits = _limits({room.name: room for room, _ in lot}.values(), free[0])
        waiting, running = list(lot), list[_Running]()
        while running or (waiting and time.monotonic() < until):
            while waiting and free and time.monotonic() < until:
                running.append(_begin(*waiting.pop(0), free.pop()))
            for task in list(running):
                trial = _finished(task, limits[task.room.name])
                if trial:
                    running.remove(task)
                    free.append(task.copy)
                    done.append(trial)
                    show(trial)
            time.sleep(PAUSE_S)
    return done


def _import_large() -> None:
    """Import what every trial needs and no change touches."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.dont_write_bytecode = True
    for name in LARGE:
        try:
            importlib.import_module(name)
        except (
            ImportError
        ):  # an optional library: the trials import it themselves or skip
            continue
    for name in [
        name for name in sys.modules if name.partition(".")[0] == "ekbom"
    ]:
        del sys.modules[name]


@contextmanager
def _copies(root: Path) -> Iterator[list[Path]]:
    """Make a copy of the tree for each worker, compiled once, and remove them afterwards."""
    with tempfile.TemporaryDirectory(prefix="ekbom-mutation-") as folder:
        copies = []
        for number in range(WORKERS):
            copy = Path(folder) / f"tree{number}"
            copy.mkdir()
            for name in COPIED:
                _copy(root / name, copy / name)
            copies.append(copy)
        yield copies


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        shutil.copy2(source, target)


def _limits(rooms: Iterable[Room], copy: Path) -> dict[str, float]:
    """Time the tests of every room without a change; they must pass."""
    limits = {}
    for room in rooms:
        began = time.monotonic()
        code = os.waitstatus_to_exitcode(os.waitpid(_fork(room, copy), 0)[1])
        if code != ALIVE:
            log = (copy / "trial.log").read_text(
                encoding="utf-8", errors="replace"
            )
            sys.exit(
                f"The tests of {room.name} fail without any change:\n{log[-3000:]}"
            )
        limits[room.name] = PATIENCE * (time.monotonic() - began) + LEAST_S
    return limits


def _begin(room: Room, change: Change, copy: Path) -> _Running:
    """Make the change in a copy and start the tests."""
    path = copy / change.path
    text, times = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(change.applied(text), encoding="utf-8")

    def restore() -> None:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    return _Running(
        room=room,
        change=change,
        pid=_fork(room, copy),
        copy=copy,
        began=time.monotonic(),
        restore=restore,
    )


def _finished(task: _Running, limit_s: float) -> Trial | None:
    """Collect a fork that has ended or has used up its time."""
    pid, status = os.waitpid(task.pid, os.WNOHANG)
    seconds = time.monotonic() - task.began
    if not pid and seconds < limit_s:
        return None
    if not pid:
        os.killpg(task.pid, signal.SIGKILL)
        os.waitpid(task.pid, 0)
        outcome = "time"
    else:
        outcome = _outcome(os.waitstatus_to_exitcode(status))
    task.restore()
    shutil.rmtree(task.copy / ".hypothesis", ignore_errors=True)
    return Trial(
        room=task.room.name,
        change=task.change,
        outcome=outcome,
        seconds=seconds,
    )


def _outcome(code: int) -> str:
    if code == ALIVE:
        return "alive"
    return "import" if code in IMPORT_FAILED else "killed"


def _fork(room: Room, copy: Path) -> int:
    """Start the tests of a room in a fork; give its process number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = _run_tests(room, copy)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run_tests(room: Room, copy: Path) -> int:
    """Run pytest inside the fork, on the copy alone, its words in a file of the copy."""
    os.setsid()
    os.chdir(copy)
    log = os.open(copy / "trial.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ["PYTHONPATH"] = str(copy / "src")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.path[:0] = [str(copy / "src"), str(copy)]
    for name in [
        name for name in sys.modules if name.partition(".")[0] == "validation"
    ]:
        del sys.modules[name]
    import pytest

    options = [
        "-x",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
        "--assert=plain",
    ]
    return int(pytest.main([*options, *tests_of(room, copy)]))
