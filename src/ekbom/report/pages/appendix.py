"""Where everything of a report is looked up: definitions, rules, method, sources, safety."""

from collections.abc import Iterable

from ekbom.model.source import Parameter
from ekbom.report.counted_rows import counts_in
from ekbom.report.figures.figure import Scene
from ekbom.report.numbers import (
    Definition,
    NumberGroup,
    all_numbers,
    definitions_of,
    main_score,
    note_text,
    source_text,
)
from ekbom.report.options import ReportOptions
from ekbom.report.pages.document import Appendix, ParameterRow
from ekbom.report.pages.movement_table import movement_table
from ekbom.report.pages.vendor_series import vendor_table
from ekbom.report.sentences.assessment_sentences import citations, coded
from ekbom.report.sentences.rule_in_words import (
    set_by_option,
    value_words,
)
from ekbom.report.sentences.statement import Statement
from ekbom.report.words import Wording

WITHOUT_UNIT = {"flag", "name", "count"}
SAFETY = (
    "report.standing_long",
    "safety.cleared",
    "safety.confirm",
    "safety.emergency",
)
BOUNDS = {None: "", True: "parameter.inclusive", False: "parameter.exclusive"}


def appendix_of(
    scene: Scene, options: ReportOptions, first: Iterable[NumberGroup]
) -> Appendix:
    """Give the appendix; `first` are the numbers of the first pages, in their order."""
    result, words = scene.result, scene.words
    keys = [number.key for group in first for number in group.numbers]
    keys += [key for row in counts_in(result) for key in row]
    definitions = definitions_of(result, keys, words=words)
    return Appendix(
        all_numbers=all_numbers(result, words=words),
        vendor=vendor_table(result, words=words),
        movements=movement_table(result, words=words),
        parameters=parameter_rows(scene),
        definitions=definitions,
        method=_method(scene),
        sources=_sources(scene, options, definitions),
        safety=_safety(scene, options),
    )


def parameter_rows(scene: Scene) -> tuple[ParameterRow, ...]:
    """Write every rule of the main rule set with value, bound and source."""
    rule_set = scene.score.rule_set
    return tuple(
        _parameter_row(
            item, changed=item.name in rule_set.non_default, words=scene.words
        )
        for item in rule_set.parameters.values()
    )


def _parameter_row(
    item: Parameter, *, changed: bool, words: Wording
) -> ParameterRow:
    bound = BOUNDS[item.inclusive]
    return ParameterRow(
        name=item.name,
        value=value_words(item.value, words=words),
        unit="" if item.unit in WITHOUT_UNIT else item.unit,
        bound=words(bound) if bound else "",
        source=source_text(item.source, words=words),
        note=set_by_option(item, words=words)
        or note_text(item.note, item.source),
        changed=changed,
        marked=item.source.to_verify,
    )


def _method(scene: Scene) -> tuple[Statement, ...]:
    words = scene.words
    if not scene.result.quality:
        return (Statement(text=words("method.marked")),)
    detector = words("method.detector", detector=scene.result.detector)
    return Statement(text=words("method.text")), Statement(text=detector)


def _sources(
    scene: Scene, options: ReportOptions, definitions: Iterable[Definition]
) -> tuple[Statement, ...]:
    """List in full every source that the report cites, and no other."""
    parameters = main_score(scene.result).rule_set.parameters.values()
    cited = set(citations(options.assessment))
    cited |= {item.source.citation for item in parameters} | {
        item.citation for item in definitions
    }
    known = {**scene.result.sources, **options.sources}
    return tuple(
        Statement(text=known[key], trace=key)
        for key in sorted(cited & set(known))
    )


def _safety(scene: Scene, options: ReportOptions) -> tuple[Statement, ...]:
    words, rule_set = scene.words, scene.score.rule_set
    versions = words(
        "safety.versions",
        version=scene.result.software_version,
        rule_set=rule_set.id,
        checked=rule_set.last_checked,
    )
    own = [*(words(key) for key in SAFETY), versions, words("safety.limits")]
    assessment = options.assessment
    from_rules = (
        coded(assessment.safety, words=words) if assessment is not None else ()
    )
    return (*from_rules, *(Statement(text=text) for text in own))
