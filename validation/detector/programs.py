"""Public programs on the same nights, each in its own environment and its own process.

Never a dependency of the package.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ekbom.model.movements import LegMovements
from ekbom.simulation.plan import SIDES
from validation.detector.nights import KnownNight

WORKERS = Path(__file__).parent / "workers"
INSTALL_TIMEOUT_S = 400
PROGRAM_TIMEOUT_S = 3 * 3600


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that pip can install, the script that drives it, and the ways to ask it."""

    package: str
    version: str
    worker: str
    variants: tuple[str, ...]


PROGRAMS = (
    Program(
        package="psgscoring",
        version="0.37.0",
        worker="psgscoring_worker.py",
        variants=("psgscoring", "psgscoring, AASM offset"),
    ),
    Program(
        package="lunapi",
        version="1.7.0",
        worker="luna_worker.py",
        variants=("Luna LM",),
    ),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers:
    """What one program said.

    Movements by variant and night number, seconds of CPU, or why there is nothing.
    """

    program: Program
    movements: Mapping[str, Mapping[int, LegMovements]]
    cpu_s: Mapping[str, float]
    problem: str = ""


def cache_folder() -> Path:
    """Say where the environments of other programs live."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "ekbom" / "validation"


def prepare(program: Program) -> str:
    """Install a program into its own environment.

    Give an empty text, or why it could not be done.
    """
    folder = cache_folder() / f"{program.package}-{program.version}"
    stamp = folder / "installed"
    if stamp.exists():
        return ""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt", clear=True)
    wanted = f"{program.package}=={program.version}"
    for command in _installers(folder):
        try:
            done = subprocess.run(
                [*command, wanted],
                capture_output=True,
                text=True,
                check=False,
                timeout=INSTALL_TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return (
                f"{wanted} could not be installed within {INSTALL_TIMEOUT_S} s"
            )
        if done.returncode == 0:
            stamp.write_text(wanted, encoding="utf-8")
            return ""
    return (
        f"{wanted} could not be installed here; is the package index reachable?"
    )


def _installers(folder: Path) -> Iterator[list[str]]:
    """Name the commands that may install into an environment without pip of its own."""
    python = str(_python(folder))
    if uv := shutil.which("uv"):
        yield [uv, "pip", "install", "--quiet", "--python", python]
    for interpreter in dict.fromkeys(
        (sys.executable, getattr(sys, "_base_executable", sys.executable))
    ):
        yield [
            interpreter,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]


def _python(folder: Path) -> Path:
    """Say where the interpreter of an environment is."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def save_night(night: KnownNight, folder: Path, *, number: int) -> None:
    """Put both legs of a night where the workers look for them, as arrays and as EDF."""
    import edfio

    left, right = night.legs.left, night.legs.right
    np.savez(
        folder / f"{number}.npz",
        left=left.emg_uv[:],
        right=right.emg_uv[:],
        fs_hz=left.fs_hz,
    )
    limit_uv = float(f"{left.clip_uv[1]:.7g}")
    top = round(left.clip_uv[1] / left.step_uv)
    channels = [
        edfio.EdfSignal(
            np.clip(leg.emg_uv[:], -limit_uv, limit_uv).astype(np.float64),
            leg.fs_hz,
            label=leg.label,
            physical_dimension="uV",
            physical_range=(-limit_uv, limit_uv),
            digital_range=(-top, top),
            prefiltering=leg.prefilter,
        )
        for leg in (left, right)
    ]
    edfio.Edf(channels, data_record_duration=1).write(folder / f"{number}.edf")


def start(program: Program, folder: Path) -> subprocess.Popen[str]:
    """Start a program on all nights in a folder; its answers arrive when it ends."""
    python = _python(cache_folder() / f"{program.package}-{program.version}")
    output = (folder / f"{program.package}.json").open("w", encoding="utf-8")
    errors = (folder / f"{program.package}.log").open("w", encoding="utf-8")
    with output, errors:
        return subprocess.Popen(
            [str(python), str(WORKERS / program.worker), str(folder)],
            stdout=output,
            stderr=errors,
            text=True,
        )


def collect(
    program: Program,
    process: "subprocess.Popen[str]",
    folder: Path,
    *,
    numbers: Sequence[int],
) -> Answers:
    """Wait for a program and read what it said, one line of JSON per night.

    A night without a line failed.
    """
    try:
        code = process.wait(timeout=PROGRAM_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    lines = (
        (folder / f"{program.package}.json")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    read = [json.loads(line) for line in lines if line.startswith("{")]
    movements: dict[str, dict[int, LegMovements]] = {
        variant: {} for variant in program.variants
    }
    cpu_s = dict.fromkeys(program.variants, 0.0)
    for answer in read:
        movements[answer["variant"]][int(answer["night"])] = _legs(answer)
        cpu_s[answer["variant"]] += float(answer["cpu_s"])
    missing = len(numbers) * len(program.variants) - len(read)
    problem = (
        f"{missing} answers are missing; it ended with code {code}"
        if missing
        else ""
    )
    return Answers(
        program=program, movements=movements, cpu_s=cpu_s, problem=problem
    )


def _legs(answer: Mapping[str, Sequence[Sequence[float]]]) -> LegMovements:
    """Make a table of both legs from pairs of onset and duration."""
    rows = [
        (side, float(onset_s), float(duration_s))
        for side in SIDES
        for onset_s, duration_s in answer[side]
    ]
    return LegMovements(
        onset_s=np.array([row[1] for row in rows], dtype=float),
        duration_s=np.array([row[2] for row in rows], dtype=float),
        side=np.array([row[0] for row in rows], dtype="<U9"),
        truncated=np.zeros(len(rows), dtype=bool),
    )
