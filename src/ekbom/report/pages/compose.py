"""From a result, and an assessment where there is one, to the report as data."""

from ekbom.model.result import StudyResult
from ekbom.report.figures.figure import Scene
from ekbom.report.figures.gallery import draw_figures
from ekbom.report.figures.svg import SANS
from ekbom.report.numbers import key_numbers
from ekbom.report.options import PLAIN, ReportOptions, require_own_assessment
from ekbom.report.pages.appendix import appendix_of
from ekbom.report.pages.cover import cover_of
from ekbom.report.pages.document import Document, FirstPages
from ekbom.report.pages.rule_set_table import rule_set_table
from ekbom.report.sentences.assessment_sentences import (
    alert_statements,
    assessment_groups,
    population_of,
)
from ekbom.report.sentences.card_sentences import card_parts, comparison_group
from ekbom.report.sentences.night_sentences import (
    change_statements,
    night_statements,
)
from ekbom.report.sentences.option_rows import criteria_table, option_table
from ekbom.report.sentences.quality_sentences import quality_statements
from ekbom.report.sentences.scoring_sentences import scoring_groups
from ekbom.report.sentences.statement import Group, Statement

LABELS = (
    "heading.",
    "column.",
    "report.",
    "section.",
    "parameter.",
    "signature.",
    "table.",
    "short.",
)


def compose(
    result: StudyResult, options: ReportOptions = PLAIN, *, font: str = SANS
) -> Document:
    """Build the whole report as data.

    Parameters
    ----------
    result
        A scored night.
    options
        Assessment, look, name of the person, further nights, and sources to cite in full.
    font
        Font family of the words inside the figures.
    """
    require_own_assessment(result, options.assessment)
    scene = Scene(result=result, words=options.words, font=font)
    first = _first_pages(scene, options)
    return Document(
        cover=cover_of(scene, options),
        first=first,
        appendix=appendix_of(scene, options, first.key_numbers),
        labels={
            key: text
            for key, text in scene.words.texts.items()
            if key.startswith(LABELS)
        },
    )


def _first_pages(scene: Scene, options: ReportOptions) -> FirstPages:
    result, words, assessment = scene.result, scene.words, options.assessment
    columns, rows = rule_set_table(result, words=words)
    return FirstPages(
        alerts=alert_statements(assessment, words=words),
        card=card_parts(assessment, words=words),
        answer=_answer(scene, options),
        key_numbers=key_numbers(result, words=words),
        figures=draw_figures(scene, options.other_nights),
        quality=quality_statements(result, words=words),
        scoring=scoring_groups(result, words=words),
        options=option_table(assessment, words=words),
        criteria=criteria_table(assessment, words=words),
        comparison=comparison_group(assessment, words=words),
        assessment=assessment_groups(assessment, words=words),
        rule_set_columns=columns,
        rule_set_rows=rows,
    )


def _night_not_asked(options: ReportOptions) -> tuple[Statement, ...]:
    """Say that the assessment knows nothing of this night, where it was made without one."""
    assessment = options.assessment
    if assessment is None or assessment.night_digest:
        return ()
    return (Statement(text=options.words("answer.night_not_asked")),)


def _answer(scene: Scene, options: ReportOptions) -> tuple[Group, ...]:
    """Say what the night shows, that no assessment was given, and what would change it."""
    result, words, assessment = scene.result, scene.words, options.assessment
    answer = {
        "night": (
            *_night_not_asked(options),
            *night_statements(result, words=words),
        ),
        "change": change_statements(
            result, words=words, population=population_of(assessment)
        ),
    }
    nothing = (Statement(text=words("answer.nothing_known")),)
    groups = tuple(
        Group(
            heading=words(f"heading.{name}"), statements=statements or nothing
        )
        for name, statements in answer.items()
    )
    if assessment is not None:
        return groups
    none = (Statement(text=words("answer.no_assessment")),)
    return (
        groups[0],
        Group(heading=words("heading.assessment"), statements=none),
        groups[1],
    )
