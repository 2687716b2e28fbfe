#!/usr/bin/env python3
"""Set Ekbom up in its own environment (.venv) and run it; needs only Python 3.11+ and pip.

Verbs: ``test`` runs the tests (arguments go to pytest), ``pages`` the tests of the pages in a
Chromium, ``check`` lint and types, ``bench`` measures speed and memory, ``validate`` agreement with
truth and with other programs, ``docs`` builds the documentation. Without a verb a full simulated
night is scored; anything else is handed to the command ``ekbom``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCKS = ROOT / "requirements"
RUNTIME, DEVELOPMENT, BROWSER = (
    LOCKS / "runtime.lock",
    LOCKS / "development.lock",
    LOCKS / "browser.lock",
)
VERBS = {
    "test": [["-m", "pytest"]],
    "pages": [["-m", "pytest", "-n", "0", "tests/report/test_browser.py"]],
    "check": [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
    ],
    "bench": [["-m", "validation.bench"]],
    "validate": [["-m", "validation"]],
    "docs": [["-m", "sphinx", "-q", "-W", "-b", "html", "docs", "docs/_build/html"]],
}


def installer() -> list[str]:
    """Name the command that installs packages into .venv; it works where ensurepip is missing."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    if (
        subprocess.run(
            [sys.executable, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(PYTHON),
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
    if (
        subprocess.run(
            [str(PYTHON), "-m", "ensurepip"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    sys.exit(
        "Ekbom needs pip once to set itself up; install it (on Debian: the package python3-pip) and run this again."
    )


def install(lock: Path) -> None:
    """Install what a lock file lists and the package itself, unless a stamp says that this was done before."""
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"{lock.stem}.stamp"
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Setting up {VENV.name} (once, about half a minute) ...", file=sys.stderr)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=False, symlinks=os.name != "nt")
    command = installer()
    for arguments in (["-r", str(lock)], ["--no-deps", "-e", str(ROOT)]):
        if subprocess.run([*command, *arguments], check=False).returncode:
            sys.exit(
                "The packages could not be installed; the lines above say why. Is the network reachable? Then run this again."
            )
    stamp.write_text(wanted, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Set up what the verb needs, then run it."""
    if sys.version_info < (3, 11):
        sys.exit(f"Ekbom needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("demo", [])
    install(DEVELOPMENT if verb in VERBS else RUNTIME)
    if verb == "pages":
        install(BROWSER)
    for command in VERBS.get(verb, [["-m", "ekbom", verb]]):
        code = subprocess.run(
            [str(PYTHON), *command, *rest], check=False, cwd=ROOT if verb in VERBS else None
        ).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
