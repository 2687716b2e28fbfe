"""What a file may take the place of: never an input, never what Ekbom did not write."""

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from stat import S_IWUSR

from ekbom.model.errors import UsageError

Known = Callable[[Path], bool]
ANOTHER = "choose another place with --out"
LARGEST = 20_000_000
FACTS = frozenset(
    {
        "schema_version",
        "age_years",
        "sex",
        "weight_kg",
        "family_history_rls",
        "postmenopausal",
        "breastfeeding",
        "dialysis",
        "infection",
        "allergies",
        "label_region",
        "rls",
        "rls_treatment_harmed",
        "pregnancy",
        "crcl_ml_min",
        "egfr",
        "opioid_risk",
        "augmentation",
        "impulse_control",
        "labs",
        "lab_conditions",
        "lifestyle",
        "scores",
        "psg",
        "actigraphy",
        "ganzoni",
        "symptoms",
        "conditions",
        "medications",
        "rls_treatment",
        "rls_treatment_failed",
        "iv_iron_history",
        "provenance",
        "person",
        "visits",
        "common",
        "facts",
        "asked",
    }
)
"""Names that a file of facts or visits, or the draft of an interview, holds."""
KEY = re.compile(r"""["']?([A-Za-z_]+)["']?\s*:""")
PROGRAM = "ekbom"
REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class Permit:
    """What the files of one command may take the place of.

    Attributes
    ----------
    inputs
        Files that the command reads.
    work
        Files that it reads and that hold a person's work: marks, scorings, facts.
    overwrite
        Whether the user asked to overwrite; a person's work is kept even then.
    another
        How the user names another place.
    """

    inputs: tuple[Path, ...] = ()
    work: tuple[Path, ...] = ()
    overwrite: bool = False
    another: str = ANOTHER

    def require(self, path: Path, *, free: bool) -> None:
        """Refuse to put a file in a place where something else stands.

        `free` says that what stands there is an earlier file of Ekbom.

        Raises
        ------
        UsageError
            If it is an input, a person's work, or no file that Ekbom wrote.
        """
        self._require_no_input(path)
        if not os.path.lexists(path):
            return
        if path.is_dir():
            raise UsageError(f"{path} is a folder; {self.another}.")
        if not free and is_work(path):
            raise UsageError(
                f"{path} holds a person's work (marks or facts) and is never overwritten; "
                f"{self.another}."
            )
        if self.overwrite:
            return
        if not free:
            raise UsageError(
                f"{path} is there, and nothing says that Ekbom wrote it as it is; "
                f"{self.another}, or give --overwrite."
            )
        if not path.stat().st_mode & S_IWUSR:
            raise UsageError(
                f"{path} is write-protected; {self.another}, or give --overwrite."
            )

    def _require_no_input(self, path: Path) -> None:
        if is_among(path, self.work):
            raise UsageError(
                f"{path} is read by this command and holds a person's work, which is never "
                f"overwritten; {self.another}."
            )
        if is_among(path, self.inputs) and not self.overwrite:
            raise UsageError(
                f"{path} is read by this command and would be overwritten; {self.another}, or give "
                "--overwrite."
            )


CAREFUL = Permit()
"""Takes the place of nothing but earlier files of Ekbom."""


def is_among(path: Path, others: Iterable[Path]) -> bool:
    """Say whether a path leads to one of some files, by whatever name."""
    return any(is_same(path, other) for other in others)


def is_same(path: Path, other: Path) -> bool:
    """Say whether two paths lead to one file: through links, other folders or another case."""
    if path.exists() and other.exists():
        return path.samefile(other)
    return os.path.normcase(path.resolve()) == os.path.normcase(other.resolve())


def is_work(path: Path) -> bool:
    """Say whether a file holds marks, facts, visits or a review, which no program can make again.

    Also true of what cannot be read.
    """
    if path.absolute().parent.name.casefold() == REVIEW:
        return True
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST)
    except OSError:
        return not path.is_symlink()
    if b"\0" in content:
        return False
    text = content.decode("utf-8", errors="replace").lstrip("\ufeff")
    return _holds_facts(text) or _holds_marks(text)


def _holds_facts(text: str) -> bool:
    """Look for the names of facts in JSON or YAML that Ekbom itself did not make."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        keys = [
            found[1] for line in text.splitlines() if (found := KEY.match(line))
        ]
        return not FACTS.isdisjoint(keys)
    if not isinstance(values, dict) or values.get("program") == PROGRAM:
        return False
    return not FACTS.isdisjoint(values)


def _holds_marks(text: str) -> bool:
    """Look for a table with onsets and durations."""
    written = (line.strip() for line in text.splitlines())
    header = next((line for line in written if line and line[0] != "#"), "")
    names = [
        name.strip(" \"'").casefold() for name in re.split("[,;\t]", header)
    ]
    return all(
        any(name.startswith(word) for name in names)
        for word in ("onset", "duration")
    )
