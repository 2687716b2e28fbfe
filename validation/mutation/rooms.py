"""What is changed, room by room, and which tests must notice: the fastest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from validation.mutation.change import Change, as_change
from validation.mutation.in_python import python_edits
from validation.mutation.in_tables import table_edits

TABLES = "src/ekbom/rules/tables"


@dataclass(frozen=True, kw_only=True)
class Room:
    """Files to change, by folders, tests that concern them, and the share that must be killed."""

    name: str
    folders: tuple[str, ...]
    tests: tuple[str, ...]
    asked: float = 0.85


CLINICAL_TESTS = (
    "tests/clinical/test_frozen_tables.py",
    "tests/clinical/test_derived_facts.py",
    "tests/clinical/test_frozen_people.py",
    "tests/clinical/test_frozen_rules.py",
    "tests/clinical",
    "tests/pipeline/test_assess_night.py",
)
DETECTION_TESTS = (
    "tests/detection/test_frozen_detector.py",
    "tests/detection/test_frozen_legs.py",
    "tests/detection",
    "tests/context",
    "tests/pipeline/test_score.py",
    "tests/readers/test_legs.py",
)
SCORING_TESTS = (
    "tests/rules/test_frozen_scoring.py",
    "tests/scoring/test_frozen_night.py",
    "tests/scoring",
    "tests/rules",
    "tests/pipeline/test_conformance.py",
    "tests/pipeline/test_score.py",
    "tests/pipeline/test_wake_test.py",
    "tests/pipeline/test_explain.py",
    "tests/pipeline/test_rules_diff.py",
    "tests/pipeline/test_compare.py",
)
INTERVIEW_TESTS = ("tests/interview",)
ROOMS = (
    Room(
        name="scoring",
        folders=("src/ekbom/scoring",),
        tests=SCORING_TESTS,
        asked=0.9,
    ),
    Room(
        name="tables of scoring",
        folders=(f"{TABLES}/scoring", f"{TABLES}/indices.yaml"),
        tests=("tests/rules", *SCORING_TESTS),
        asked=0.9,
    ),
    Room(
        name="clinical",
        folders=("src/ekbom/clinical",),
        tests=CLINICAL_TESTS,
        asked=0.9,
    ),
    Room(
        name="tables of clinical",
        folders=(f"{TABLES}/clinical", f"{TABLES}/follow_up"),
        tests=CLINICAL_TESTS,
        asked=0.9,
    ),
    Room(
        name="detection",
        folders=("src/ekbom/detection", "src/ekbom/context"),
        tests=DETECTION_TESTS,
    ),
    Room(
        name="tables of detection",
        folders=(f"{TABLES}/detection",),
        tests=DETECTION_TESTS,
    ),
    Room(
        name="rules",
        folders=("src/ekbom/rules", "src/ekbom/codec", "src/ekbom/criteria"),
        tests=(
            "tests/rules",
            "tests/codec",
            "tests/interview",
            "tests/detection/test_frozen_detector.py",
            "tests/clinical/test_frozen_tables.py",
            "tests/clinical/test_clinical_loader.py",
            "tests/clinical/test_facts.py",
            "tests/clinical/test_follow_up.py",
            "tests/clinical/test_frozen_people.py",
            "tests/scoring/test_frozen_night.py",
            "tests/report/test_whole_result.py",
            "tests/detection",
        ),
    ),
    Room(
        name="tables of the interview",
        folders=(f"{TABLES}/interview",),
        tests=INTERVIEW_TESTS,
    ),
)


def changes_of(room: Room, root: Path) -> list[Change]:
    """List every change that can be made in a room; equal ones are counted apart."""
    seen: dict[str, int] = {}
    found = []
    for change in _changes(room, root):
        nth = seen.get(change.key, 0)
        seen[change.key] = nth + 1
        found.append(replace(change, nth=nth))
    return found


def sample(room: Room, root: Path, *, seed: int, size: int) -> list[Change]:
    """Draw changes by lot, every operator in its turn."""
    by_operator: dict[str, list[Change]] = {}
    for change in sorted(
        changes_of(room, root), key=lambda change: change.rank(seed)
    ):
        by_operator.setdefault(change.operator, []).append(change)
    turns = zip_longest(*(by_operator[name] for name in sorted(by_operator)))
    return [change for turn in turns for change in turn if change is not None][
        :size
    ]


def tests_of(room: Room, root: Path) -> list[str]:
    """Name the tests that concern a room, each once; a file that is gone is left out."""
    return [
        name for name in dict.fromkeys(room.tests) if (root / name).exists()
    ]


def _changes(room: Room, root: Path) -> Iterator[Change]:
    for path in _files(room, root):
        text = path.read_text(encoding="utf-8")
        edits = (
            python_edits(text) if path.suffix == ".py" else table_edits(text)
        )
        for edit in edits:
            yield as_change(path.relative_to(root).as_posix(), text, edit)


def _files(room: Room, root: Path) -> Iterator[Path]:
    """Find Python files in a room of code and YAML files in a room of tables."""
    suffix = ".yaml" if room.name.startswith("tables") else ".py"
    for name in room.folders:
        place = root / name
        yield from (
            [place] if place.is_file() else sorted(place.rglob(f"*{suffix}"))
        )
