"""From a result, and an assessment where there is one, to the report as data."""

import datetime as dt
from collections.abc import Mapping, Sequence

from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.model.source import Parameter
from ekbom.report.branding import Branding
from ekbom.report.counted_rows import counts_in
from ekbom.report.figures.figure import Scene
from ekbom.report.figures.gallery import draw_figures
from ekbom.report.figures.svg import SANS
from ekbom.report.numbers import (
    all_numbers,
    capitalised,
    definitions_of,
    key_numbers,
    load_layout,
    main_rule_set,
    source_text,
)
from ekbom.report.pages.document import Document, ParameterRow
from ekbom.report.pages.movement_table import movement_table
from ekbom.report.sentences.assessment_sentences import (
    alert_statements,
    answer_groups,
    assessment_groups,
    citations,
    coded,
    missing_statements,
)
from ekbom.report.sentences.night_sentences import (
    change_statements,
    night_statements,
    quality_statements,
    scoring_groups,
)
from ekbom.report.sentences.statement import Group, Statement
from ekbom.report.words import Wording, load_wording

LABELS = ("heading.", "report.", "section.", "parameter.", "signature.", "table.")


def compose(
    result: StudyResult,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
    person: str = "",
    sources: Mapping[str, str] | None = None,
    other_nights: Sequence[StudyResult] = (),
    font: str = SANS,
) -> Document:
    """Build the whole report as data.

    Parameters
    ----------
    result
        A scored night.
    assessment
        What the clinical rules say about it; without one the report says that there is none.
    branding
        Laboratory, page size, language and number formats.
    person
        How the person is named on the report; the result itself holds no name.
    sources
        Full text of citation keys that the result does not bring itself.
    other_nights
        Further nights of the same person, drawn beside this one.
    font
        Font family of the words inside the figures.
    """
    look = branding or Branding()
    words = load_wording(look.language, locale=look.locale)
    scene = Scene(result=result, words=words, font=font)
    groups = _answer(result, assessment, words=words)
    numbers = key_numbers(result, words=words)
    keys = [number.key for group in numbers for number in group.numbers] + [
        key for row in counts_in(result) for key in row
    ]
    columns, rows = rule_set_table(result, words=words)
    definitions = definitions_of(result, keys, words=words)
    known = {**result.sources, **(sources or {})}
    cited = (
        citations(assessment)
        | {item.source.citation for item in scene.score.rule_set.parameters.values()}
        | {item.citation for item in definitions}
    )
    return Document(
        language=look.language,
        title=words("report.title"),
        standing=words("report.standing"),
        standing_long=words("report.standing_long"),
        status=words("report.preliminary"),
        made_by=words("report.made_by", version=result.software_version),
        laboratory=look.laboratory,
        address=look.address,
        header=look.header,
        footer=look.footer,
        page=look.page,
        person=person,
        identity=identity(result, person=person, words=words),
        alerts=alert_statements(assessment, words=words),
        answer=groups,
        key_numbers=numbers,
        figures=draw_figures(scene, other_nights),
        quality=quality_statements(result, words=words),
        scoring=scoring_groups(result, words=words),
        assessment=assessment_groups(assessment, words=words),
        all_numbers=all_numbers(result, words=words),
        rule_set_columns=columns,
        rule_set_rows=rows,
        movements=movement_table(result, words=words),
        parameters=parameter_rows(result, words=words),
        definitions=definitions,
        method=_method(result, words=words),
        sources=tuple(
            Statement(text=text, trace=key) for key, text in sorted(known.items()) if key in cited
        ),
        safety=_safety(result, assessment, words=words),
        labels={key: text for key, text in words.texts.items() if key.startswith(LABELS)},
    )


def _answer(
    result: StudyResult, assessment: Assessment | None, *, words: Wording
) -> tuple[Group, ...]:
    """Say what the night shows, what the person has, and what would change the answer."""
    answer = {
        "night": night_statements(result, words=words),
        "assessment": answer_groups(assessment, words=words),
        "change": (
            *change_statements(result, words=words),
            *missing_statements(assessment, words=words),
        ),
    }
    nothing = (Statement(text=words("answer.nothing_known")),)
    return tuple(
        Group(heading=words(f"heading.{name}"), statements=found or nothing)
        for name, found in answer.items()
    )


def identity(result: StudyResult, *, person: str, words: Wording) -> dict[str, str]:
    """Give the lines of the head: who, which recording, when, how long, by which standard."""
    recording, rule_set = result.recording, result.scores[main_rule_set(result)].rule_set
    unknown = words("identity.unknown")
    lines = {
        "person": person,
        "recording": recording.name,
        "date": words.date(recording.start) if recording.start else unknown,
        "start": words.clock(recording.start) if recording.start else unknown,
        "duration": words.span(recording.duration_s / 60),
        "lights": _lights(result, words=words),
        "rule_set": f"{rule_set.title} ({rule_set.id}, {rule_set.edition})",
        "stages": (result.hypnogram.source or words("identity.given"))
        if result.hypnogram
        else words("identity.no_stages"),
        "status": words("report.preliminary"),
    }
    return {words(f"identity.{name}"): text for name, text in lines.items() if text}


def _lights(result: StudyResult, *, words: Wording) -> str:
    marks = []
    for moment_s in (result.lights_off_s, result.lights_on_s):
        if moment_s is None:
            marks.append(words("identity.not_marked"))
        elif result.recording.start is None:
            marks.append(words.span(moment_s / 60))
        else:
            marks.append(words.clock(result.recording.start + dt.timedelta(seconds=moment_s)))
    return " – ".join(marks)


def rule_set_table(
    result: StudyResult, *, words: Wording
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Set the headline numbers of every rule set side by side.

    Empty where only one was asked for.
    """
    if len(result.scores) < 2:
        return (), ()
    layout = load_layout()
    names = [
        name
        for name in (*layout.headline, *layout.without_stages)
        if any(name in score.indices for score in result.scores.values())
    ]
    rows = []
    for name in names:
        title = next(
            (
                result.index_table.definitions[name].title
                for _ in (1,)
                if result.index_table and name in result.index_table.definitions
            ),
            name,
        )
        cells = [score.indices.get(name) for score in result.scores.values()]
        decimals = 0 if name.endswith("_count") else 1
        rows.append(
            (
                capitalised(title),
                *(words.number(cell.value if cell else None, decimals=decimals) for cell in cells),
            )
        )
    return (words("section.name_column"), *result.scores), tuple(rows)


def parameter_rows(result: StudyResult, *, words: Wording) -> tuple[ParameterRow, ...]:
    """Write every rule of the main rule set with value, bound and source."""
    rule_set = result.scores[main_rule_set(result)].rule_set
    return tuple(
        _parameter_row(item, changed=item.name in rule_set.non_default, words=words)
        for item in rule_set.parameters.values()
    )


def _parameter_row(item: Parameter, *, changed: bool, words: Wording) -> ParameterRow:
    bound = (
        ""
        if item.inclusive is None
        else words("parameter.inclusive" if item.inclusive else "parameter.exclusive")
    )
    return ParameterRow(
        name=item.name,
        value=_value_text(item, words=words),
        unit="" if item.unit in {"flag", "name", "count"} else item.unit,
        bound=bound,
        source=source_text(item.source, words=words),
        note=item.note,
        changed=changed,
        marked=item.source.to_verify,
    )


def _value_text(item: Parameter, *, words: Wording) -> str:
    value = item.value
    if value is None:
        return words("parameter.undefined")
    if isinstance(value, tuple):
        return " … ".join(words.exact(part) for part in value)
    if isinstance(value, bool | str):
        return str(value).lower()
    return words.exact(value)


def _method(result: StudyResult, *, words: Wording) -> tuple[Statement, ...]:
    if not result.quality:
        return (Statement(text=words("method.marked")),)
    return Statement(text=words("method.text")), Statement(
        text=words("method.detector", detector=result.detector)
    )


def _safety(
    result: StudyResult, assessment: Assessment | None, *, words: Wording
) -> tuple[Statement, ...]:
    rule_set = result.scores[main_rule_set(result)].rule_set
    versions = words(
        "safety.versions",
        version=result.software_version,
        rule_set=rule_set.id,
        checked=rule_set.last_checked,
    )
    own = [
        words("report.standing_long"),
        words("safety.cleared"),
        words("safety.confirm"),
        words("safety.emergency"),
        versions,
        words("safety.limits"),
    ]
    from_rules = coded(assessment.safety, words=words) if assessment is not None else ()
    return (*from_rules, *(Statement(text=text) for text in own))
