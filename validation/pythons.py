"""Run the suite on every Python from 3.11 on that this machine has or ``uv`` can get.

``python3 run.py validate pythons``; names after it choose versions. Each Python gets an environment
of its own under ``build/pythons``. The table says what ran, and what was not run and why. The exit
code is not 0 if a suite failed, or if no Python could run it.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from run import DEVELOPMENT, ROOT, install, program

VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
FOLDER = ROOT / "build" / "pythons"
LIMIT_S = 1800
SUITE = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
ENDING = re.compile(r"\d+ (?:passed|failed|error).* in [\d.]+s")
ASK = "import sys; print('.'.join(map(str, sys.version_info[:3])), sys.version_info.releaselevel)"


@dataclass(frozen=True)
class Outcome:
    """What one Python made of the suite."""

    version: str
    found: str
    outcome: str
    ran: bool = True
    passed: bool = False


def main(arguments: Sequence[str]) -> int:
    """Run the suite on each Python and print the table."""
    parser = argparse.ArgumentParser(
        prog="python3 run.py validate pythons", description=__doc__
    )
    parser.add_argument(
        "versions", nargs="*", default=VERSIONS, help="such as 3.12"
    )
    outcomes = []
    for version in parser.parse_args(arguments).versions:
        print(f"Python {version} ...", file=sys.stderr)
        outcomes.append(run_suite(version))
    print(f"{'Python':<10}{'found':<12}outcome")
    for outcome in outcomes:
        print(f"{outcome.version:<10}{outcome.found:<12}{outcome.outcome}")
    missing = [outcome.version for outcome in outcomes if not outcome.ran]
    print(f"Not run: {', '.join(missing) or 'none'}")
    ran = [outcome for outcome in outcomes if outcome.ran]
    return 0 if ran and all(outcome.passed for outcome in ran) else 1


def run_suite(version: str) -> Outcome:
    """Find a Python, give it an environment with all of the lock, and run the suite there."""
    python, told = environment_of(version, DEVELOPMENT)
    if python is None:
        return Outcome(version, "-", told, ran=False)
    return _suite(version, told, FOLDER / version)


def environment_of(version: str, lock: Path) -> tuple[Path | None, str]:
    """Find a Python and give it an environment with what a lock lists.

    Returns
    -------
    tuple
        The interpreter of that environment and its release; or None and why there is none.
    """
    interpreter = next(interpreters(version), None)
    if interpreter is None:
        return None, _why_missing()
    environment = FOLDER / version
    python = program(environment, "python")
    if not python.exists():
        command = [interpreter, "-m", "venv", "--without-pip", str(environment)]
        subprocess.run(command, check=True)
    try:
        install(environment, lock, "-e", str(ROOT))
    except SystemExit:
        return None, "its packages cannot be installed"
    return python, release(python)


def _suite(version: str, found: str, environment: Path) -> Outcome:
    """Run the suite and read its last line."""
    began = time.monotonic()
    outside = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH"
    }
    ran = subprocess.run(
        [program(environment, "python"), *SUITE],
        cwd=ROOT,
        env=outside,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    (FOLDER / f"{version}.log").write_text(
        ran.stdout + ran.stderr, encoding="utf-8"
    )
    endings = ENDING.findall(ran.stdout)
    said = (
        endings[-1]
        if endings
        else f"no result after {time.monotonic() - began:.0f} s"
    )
    return Outcome(version, found, said, passed=ran.returncode == 0)


def interpreters(version: str) -> Iterator[str]:
    """Give the interpreters of a version that start: on the path, of pyenv, of uv."""
    candidates = [
        shutil.which(f"python{version}"),
        *_of_pyenv(version),
        _of_uv(version),
    ]
    for candidate in candidates:
        if candidate and release(Path(candidate)).startswith(f"{version}."):
            yield candidate


def release(interpreter: Path) -> str:
    """Ask an interpreter for its release; empty if it does not start or is none to rely on yet."""
    ran = subprocess.run(
        [interpreter, "-c", ASK], capture_output=True, text=True, check=False
    )
    number, _, level = ran.stdout.strip().partition(" ")
    return number if level == "final" else ""


def _of_pyenv(version: str) -> list[str]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return [
        str(path)
        for path in sorted(root.glob(f"versions/{version}.*/bin/python"))
    ]


def _of_uv(version: str) -> str | None:
    """Let uv look for a Python, and download it if it can."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    subprocess.run(
        [uv, "python", "install", version], capture_output=True, check=False
    )
    ran = subprocess.run(
        [uv, "python", "find", version],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip() or None


def _why_missing() -> str:
    if shutil.which("uv"):
        return "not on this machine, and uv cannot get it here"
    return "not on this machine; uv, which could get it, is not installed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
