"""Every hostile fact file through the real assessment into every output, each made once.

The files stand in `clinical/hostile`; how to judge an answer: `validation/hostile/checklist.md`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ekbom.app.terminal.assessment_lines import answer_lines
from ekbom.app.terminal.card_lines import short_lines
from ekbom.model.assessment import Assessment
from ekbom.model.errors import InputError
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document
from ekbom.report.pages.patient import PatientPage, compose_patient_page

FOLDER = Path(__file__).parent / "clinical" / "hostile"
Case = dict[str, Any]  # one hostile file with what it must and must not bring


class Outputs(NamedTuple):
    """What a file brings: the screen, the full answer, the report as data, the patient's page."""

    assessment: Assessment
    short: tuple[str, ...]
    full: tuple[str, ...]
    document: Document
    page: PatientPage


@cache
def hostile_files() -> Mapping[str, Case]:
    """Read every file, by its name."""
    return {
        case["name"]: case
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    }


def in_words(node: object) -> object:
    """Make the yes and no of YAML the words of a facts file."""
    if isinstance(node, bool):
        return "yes" if node else "no"
    if isinstance(node, dict):
        return {key: in_words(value) for key, value in node.items()}
    if isinstance(node, list):
        return [in_words(value) for value in node]
    return node


def answers_of(case: Case) -> dict[str, object]:
    """Give the content of a facts file."""
    answers = in_words(case["facts"])
    assert isinstance(answers, dict)
    return answers


@cache
def answered(name: str) -> Assessment | InputError:
    """Assess one file; the refusal where its facts are refused."""
    try:
        return assess(answers_of(hostile_files()[name]))
    except InputError as refusal:
        return refusal


_MADE: dict[str, Outputs] = {}


def outputs_of(name: str, night: StudyResult) -> Outputs:
    """Make every output of one file; the night is the same for all of them."""
    if name not in _MADE:
        said = answered(name)
        assert isinstance(said, Assessment)
        options = ReportOptions(assessment=said)
        _MADE[name] = Outputs(
            assessment=said,
            short=tuple(text for _, text in short_lines(said)),
            full=tuple(text for _, text in answer_lines(said)),
            document=compose(night, options),
            page=compose_patient_page(night, assessment=said),
        )
    return _MADE[name]
