"""The same input gives the same files, byte for byte: ``python3 run.py validate bytes``.

One simulated night is scored, assessed and reported in every form again and again: in other time
zones, languages, folders, with one thread and with two, with other seeds of Python's hashes, and on
every other Python that is there (``--here`` leaves those out). Files that differ from the first run
are named; the exit code is then 1.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from run import RUNTIME

from validation.pythons import VERSIONS, environment_of

REPORTS = ("--html", "--pdf", "--fhir", "--patient", "--figures", "--json")
ZONES = ("Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu")
LANGUAGES = ("tr_TR", "de_DE")
LIMIT_S = 900
Digests = Mapping[str, str]


class Way(NamedTuple):
    """One way to run the commands: its name, what differs in the environment, which Python."""

    name: str
    variables: Mapping[str, str] = {}
    python: Path = Path(sys.executable)


def main(arguments: Sequence[str]) -> int:
    """Run every way and print which files differ."""
    parser = argparse.ArgumentParser(
        prog="python3 run.py validate bytes", description=__doc__
    )
    parser.add_argument("--here", action="store_true", help="this Python alone")
    here = parser.parse_args(arguments).here
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        night = make_input(folder)
        first = digests_of(Way("first"), night, folder / "first")
        print(f"{len(first)} files of one night")
        differing = 0
        for number, way in enumerate(ways(folder, here=here)):
            found = digests_of(way, night, folder / f"other {number}")
            others = different(first, found)
            differing += len(others)
            print(f"{way.name:<44}{', '.join(others) or 'the same bytes'}")
    return 1 if differing else 0


def make_input(folder: Path) -> Path:
    """Simulate the night and write the facts beside it."""
    night = folder / "night.edf"
    _ekbom(Way("input"), folder, "simulate", "--out", night, "--hours", "0.6")
    facts = resources.files("ekbom.app").joinpath("demo_facts.json")
    (folder / "facts.json").write_bytes(facts.read_bytes())
    return night


def ways(folder: Path, *, here: bool) -> Iterator[Way]:
    """List what must not matter."""
    yield Way("the same again", {"PYTHONHASHSEED": "1"})
    for zone in ZONES:
        yield Way(f"time zone {zone}", {"TZ": zone})
    for threads in ("1", "2"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        yield Way(f"threads {threads}", dict.fromkeys(names, threads))
    yield Way("no language", {"LC_ALL": "C", "PYTHONUTF8": "0"})
    for language in LANGUAGES:
        yield _in_language(language, folder)
    for version in () if here else VERSIONS:
        environment, told = environment_of(version, RUNTIME)
        if environment is None:
            print(f"{'Python ' + version:<44}{told}")
        elif not told.startswith(".".join(map(str, sys.version_info[:3]))):
            yield Way(f"Python {told}", python=environment)


def _in_language(language: str, folder: Path) -> Way:
    """Make a locale in a folder of its own where the system can."""
    made = folder / "locales" / f"{language}.UTF-8"
    make = shutil.which("localedef")
    if make is not None:
        made.parent.mkdir(exist_ok=True)
        command = [make, "-i", language, "-f", "UTF-8", str(made)]
        subprocess.run(command, capture_output=True, check=False)
    told = "" if made.is_dir() else " (this system may not have it)"
    variables = {"LC_ALL": f"{language}.UTF-8", "LOCPATH": str(made.parent)}
    return Way(f"language {language}{told}", variables)


def digests_of(way: Way, night: Path, out: Path) -> Digests:
    """Score, assess and report the night, and take the digest of every file."""
    facts = night.with_name("facts.json")
    said = out / "assessment.json"
    _ekbom(way, night.parent, "score", night, "--out", out, "--rules", "all")
    _ekbom(way, night.parent, "assess", facts, "--night", out, "--out", said)
    report = ("report", out, "--assessment", said, "--redcap", *REPORTS)
    _ekbom(way, night.parent, *report)
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def different(first: Digests, found: Digests) -> list[str]:
    """Name the files that differ, or that only one of two runs made."""
    names = sorted({*first, *found})
    return [name for name in names if first.get(name) != found.get(name)]


def _ekbom(way: Way, folder: Path, *arguments: str | Path) -> None:
    """Run one command; it must end well."""
    ran = subprocess.run(
        [way.python, "-m", "ekbom", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **way.variables},
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    if ran.returncode:
        told = ran.stderr.decode(errors="replace")
        raise SystemExit(f"{way.name}: ekbom {arguments[0]} failed\n{told}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
