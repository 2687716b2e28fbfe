#!/usr/bin/env python3
"""Set Ekbom up in its own environment (.venv) and run it; needs only Python 3.11+ and pip.

Verbs: ``test`` runs the tests and the examples of the docstrings and fails where they take too few
branches of the rooms that decide results (with arguments it runs the tests they choose and counts
nothing), ``coverage`` the same for every room, ``pages`` the tests of the pages in a Chromium,
``check`` lint and types, ``bench`` measures speed and memory, ``validate`` agreement with truth and
with other programs, ``docs`` builds the documentation, ``changelog`` shows the notes of the next
release, ``wheel`` builds the package, installs it into an empty environment and runs the demo
there. Without a verb a full simulated night is scored; anything else is handed to the command
``ekbom``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "requirements"
RUNTIME = LOCKS / "runtime.lock"
DEVELOPMENT = LOCKS / "development.lock"
BROWSER = LOCKS / "browser.lock"
REACHED = "build/coverage.json"
VERBS = {
    "test": [
        f"-m pytest --cov=ekbom.detection --cov=ekbom.scoring --cov=ekbom.clinical "
        f"--cov=ekbom.rules --cov-report=json:{REACHED}",
        f"-m validation.coverage_by_room {REACHED}",
    ],
    "coverage": [
        f"-m pytest --cov=ekbom --cov-report=json:{REACHED}",
        f"-m validation.coverage_by_room {REACHED}",
    ],
    "pages": ["-m pytest -n 0 tests/report/test_browser.py"],
    "check": ["-m ruff check .", "-m ruff format --check .", "-m mypy"],
    "bench": ["-m validation.bench"],
    "validate": ["-m validation"],
    "docs": ["-m sphinx -q -W -b html docs docs/_build/html"],
    "changelog": ["-m towncrier build --draft --version next"],
    "wheel": ["-m hatchling build -t wheel"],
}
NO_PIP = (
    "Ekbom needs pip once to set itself up; install it (on Debian: the package python3-pip) "
    "and run this again."
)
NOT_INSTALLED = (
    "The packages could not be installed; the lines above say why. Is the network reachable? "
    "Then run this again."
)


def program(environment: Path, name: str) -> Path:
    """Name a program of an environment."""
    if os.name == "nt":
        return environment / "Scripts" / f"{name}.exe"
    return environment / "bin" / name


def succeeds(*command: str | Path) -> bool:
    """Run a command without showing what it prints; say whether it ended well."""
    return not subprocess.run(
        command, capture_output=True, check=False
    ).returncode


def installer(environment: Path) -> list[str]:
    """Name the command that installs into an environment; it works where ensurepip is missing."""
    python = str(program(environment, "python"))
    quiet = ["install", "--quiet", "--disable-pip-version-check"]
    if uv := shutil.which("uv"):
        return [
            uv,
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            python,
        ]
    if succeeds(sys.executable, "-m", "pip", "--version"):
        return [sys.executable, "-m", "pip", "--python", python, *quiet]
    if succeeds(python, "-m", "ensurepip"):
        return [python, "-m", "pip", *quiet]
    sys.exit(NO_PIP)


def install(environment: Path, lock: Path, *package: str) -> None:
    """Install what a lock file lists, then the package itself; make the environment first."""
    if not program(environment, "python").exists():
        venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    command = installer(environment)
    for arguments in (["-r", str(lock)], ["--no-deps", *package]):
        if subprocess.run([*command, *arguments], check=False).returncode:
            sys.exit(NOT_INSTALLED)


def set_up(lock: Path) -> None:
    """Bring .venv to what a lock file lists, unless a stamp says that this was done before."""
    wanted = hashlib.sha256(
        lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    ).hexdigest()
    stamp = VENV / f"{lock.stem}.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(
        f"Setting up {VENV.name} (once, about half a minute) ...",
        file=sys.stderr,
    )
    install(VENV, lock, "-e", str(ROOT))
    stamp.write_text(wanted, encoding="utf-8")


def try_wheel() -> int:
    """Install the wheel just built into an empty environment and run the demo in an empty folder.

    Nothing of this checkout can be reached from there.
    """
    wheel = max(
        (ROOT / "dist").glob("*.whl"), key=lambda path: path.stat().st_mtime
    )
    outside = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH"
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        install(folder / "environment", RUNTIME, str(wheel))
        empty = folder / "empty"
        empty.mkdir()
        command = [str(program(folder / "environment", "ekbom")), "demo"]
        return subprocess.run(
            command, cwd=empty, env=outside, check=False
        ).returncode


def main(arguments: list[str]) -> int:
    """Set up what the verb needs, then run it; arguments go to the first command of the verb."""
    if sys.version_info < (3, 11):
        sys.exit(
            f"Ekbom needs Python 3.11 or newer; this is {sys.version.split()[0]}."
        )
    verb, *rest = arguments or ["demo"]
    set_up(DEVELOPMENT if verb in VERBS else RUNTIME)
    if verb == "pages":
        set_up(BROWSER)
    folder = ROOT if verb in VERBS else None
    commands = VERBS.get(verb, ["-m ekbom"])
    if verb == "test" and rest:
        commands = ["-m pytest"]
    first, *others = [text.split() for text in commands]
    if verb not in VERBS:
        rest = [verb, *rest]
    for command in ([*first, *rest], *others):
        ran = subprocess.run(
            [program(VENV, "python"), *command], check=False, cwd=folder
        )
        if ran.returncode:
            return ran.returncode
    return try_wheel() if verb == "wheel" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
