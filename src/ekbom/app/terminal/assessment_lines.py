"""An assessment as lines for the terminal.

The answer first, then reasons, each with its source and its mark.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from ekbom.app.terminal.screen import CARD
from ekbom.model.assessment import (
    Assessment,
    Change,
    CodedLine,
    DiagnosisResult,
    Line,
    OptionResult,
)
from ekbom.model.source import EvidenceMark
from ekbom.pipeline.follow_up import FollowUp
from ekbom.report.sentences.card_sentences import (
    INDENT,
    card_lines,
    card_parts,
    comparison_group,
)
from ekbom.report.sentences.facts_in_words import (
    changes_words,
    facts_words,
    status_words,
)
from ekbom.report.sentences.option_rows import grade_words
from ekbom.report.sentences.rule_in_words import setting_words
from ekbom.report.words import Wording, load_wording, titled

Styled = tuple[str, str]
HEAD, PLAIN, FAINT, URGENT = "bold", "", "dim", "bold red"
MARKS = {
    EvidenceMark.READ: "read",
    EvidenceMark.SECONDARY: "from a secondary source",
    EvidenceMark.RECALLED: "recalled, not confirmed",
    EvidenceMark.ENGINEERING: "project rule",
}
SHOWN_CHANGES = 3
URGENT_CAUSE = "urgent_exclude"
"""The status of a cause whose title says that it must be excluded at once."""
WAITS = "What follows waits until this has been dealt with; doses are withheld until then."
_PLACES = (
    ("offered", "Options to discuss (never orders)"),
    ("against_standard_use", "Advised against as standard use"),
    ("not_offered", "Not offered, and why"),
)


@cache
def english() -> Wording:
    """Give the English catalogue."""
    return load_wording()


def answer_lines(assessment: Assessment) -> list[Styled]:
    """Write the whole assessment, red flags and the ranked answer first."""
    return [
        *red_flags(assessment),
        *card(assessment),
        *_compared(assessment),
        (HEAD, "Causes, the surest first"),
        (PLAIN, f"{assessment.overall.title}. {assessment.overall.line.text}"),
        *_causes(assessment),
        *_coded(
            "Alerts",
            [alert for alert in assessment.alerts if alert.urgency != "now"],
        ),
        *_criteria(assessment),
        *_coded("What to check", assessment.workup),
        *_iron(assessment),
        *_options(
            assessment.options,
            urgent=any(alert.urgency == "now" for alert in assessment.alerts),
        ),
        *_medicines(assessment),
        *_coded("Ask at every visit, and background", assessment.screens),
        *_coded("Where sources disagree", assessment.conflicts),
        *_missing(assessment),
        *_notes(assessment),
        *_coded("Please note", assessment.safety),
        tables_line(assessment),
    ]


def card(assessment: Assessment) -> list[Styled]:
    """Write the answer on one card."""
    parts = card_parts(assessment, words=english())
    return [(CARD, line) for line in card_lines(parts, words=english())]


def _compared(assessment: Assessment) -> list[Styled]:
    """Write RLS and PLMD side by side, by the answers of this person."""
    return [
        styled
        for group in comparison_group(assessment, words=english())
        for styled in (
            (HEAD, group.heading),
            *((PLAIN, f"{INDENT}{one.text}") for one in group.statements),
        )
    ]


def tables_line(done: Assessment | FollowUp) -> Styled:
    """Name the clinical tables."""
    checked = (
        f"last checked {done.last_checked}, digest {done.tables_digest[:12]}"
    )
    return (FAINT, f"Tables {done.edition}, {checked}")


def change_lines(
    tried: Mapping[str, object], changes: Iterable[Change]
) -> list[Styled]:
    """Write what an answer would change."""
    what = ", ".join(f"{name} = {value}" for name, value in tried.items())
    shown = [
        (PLAIN, f"  {text}") for text in changes_words(changes, words=english())
    ]
    return [
        (HEAD, f"What if {what}?"),
        *(shown or [(PLAIN, "  Nothing would change.")]),
        (PLAIN, ""),
    ]


def source_text(line: Line) -> str:
    """Write where a line stands and how closely that was read."""
    source = line.source
    place = (
        ", ".join(part for part in (source.citation, source.locator) if part)
        or source.guideline
    )
    return f"{place}; {MARKS[source.evidence]}; {line.rule_id}"


def _line(line: Line, *, title: str = "") -> list[Styled]:
    told = english().line(line)
    text = titled(title, told) if title and title != told else told
    facts = facts_words(line.facts, words=english())
    shown = [(FAINT, f"      {facts}")] if facts else []
    return [
        (PLAIN, f"  {text}"),
        *shown,
        (FAINT, f"      [{source_text(line)}]"),
    ]


def red_flags(assessment: Assessment) -> list[Styled]:
    """Write what cannot wait."""
    flags = [alert for alert in assessment.alerts if alert.urgency == "now"]
    found: list[Styled] = [
        (
            URGENT,
            f"FIRST: {titled(flag.title, flag.line.text, sign='.')}"
            f" [{source_text(flag.line)}]",
        )
        for flag in flags
    ]
    waits = [*found, (HEAD, WAITS)] if found else []
    return [*waits, *_questions(assessment)]


def _questions(assessment: Assessment) -> list[Styled]:
    """Ask about the facts themselves: what contradicts, what was not recognised."""
    asked: list[Styled] = []
    for line in assessment.problems:
        facts = facts_words(line.facts, words=english())
        told = f"PLEASE CHECK: {english().line(line)}"
        asked.append((HEAD, f"{told} [{facts}]" if facts else told))
    return asked


def _causes(assessment: Assessment) -> list[Styled]:
    found: list[Styled] = []
    for cause in assessment.causes:
        sure = "" if cause.status == URGENT_CAUSE else f": {cause.certainty}"
        found.append((HEAD, f"{cause.rank}. {cause.title}{sure}"))
        for line in cause.reasons:
            found.extend(_line(line))
    return found


def _coded(heading: str, items: Iterable[CodedLine]) -> list[Styled]:
    body = [
        styled
        for item in items
        for styled in _line(item.line, title=item.title)
    ]
    return [(HEAD, heading), *body] if body else []


def _criteria(assessment: Assessment) -> list[Styled]:
    found: list[Styled] = [(HEAD, "Criteria side by side")]
    for result in assessment.criteria_sets:
        found.append(
            (
                PLAIN,
                f"  {result.title}: {_status(result)}",
            )
        )
        found.extend(
            (
                FAINT,
                f"      {english().code('verdict', item.verdict)}: {item.line.text}",
            )
            for item in result.criteria
        )
    for result in assessment.diagnoses:
        specifiers = (
            f" ({', '.join(_each('specifier', result.specifier_codes))})"
            if result.specifier_codes
            else ""
        )
        found.append(
            (
                PLAIN,
                f"  {result.title}: {_status(result)}{specifiers}",
            )
        )
        found.extend(
            (FAINT, f"      for: {line.text}") for line in result.speaks_for
        )
        found.extend(
            (FAINT, f"      against: {line.text}")
            for line in result.speaks_against
        )
    return found


def _iron(assessment: Assessment) -> list[Styled]:
    if assessment.iron is None:
        return []
    iron = assessment.iron
    routes = (
        f" ({' or '.join(_each('iron_route', iron.routes))})"
        if iron.routes
        else ""
    )
    amount = (
        f", {iron.value_mg:.0f} mg"
        if iron.value_mg is not None and iron.action == "ganzoni_estimate"
        else ""
    )
    return [
        (
            HEAD,
            f"Iron: {english().code('iron_action', iron.action)}{routes}{amount}",
        ),
        *_line(iron.line),
    ]


def _options(options: Iterable[OptionResult], *, urgent: bool) -> list[Styled]:
    listed = list(options)
    found: list[Styled] = []
    for place, heading in _PLACES:
        here = [option for option in listed if option.placed == place]
        found.extend([(HEAD, heading)] if here else [])
        for option in here:
            found.extend(_option(option, urgent=urgent))
    return found


def _option(option: OptionResult, *, urgent: bool) -> list[Styled]:
    labels = (
        f" [{', '.join(_each('option_label', option.labels))}]"
        if option.labels
        else ""
    )
    found: list[Styled] = [(PLAIN, f"  {option.title}{labels}")]
    for advice in option.recommendations:
        grade = grade_words(advice, words=english())
        found.append(
            (
                FAINT,
                f"      {grade}: {advice.line.text} [{source_text(advice.line)}]",
            )
        )
    found.extend(
        (FAINT, f"      barred: {line.text} [{source_text(line)}]")
        for line in option.barred
    )
    if option.placed == "not_offered":
        return found
    found.extend(
        (FAINT, f"      caution: {line.text} [{source_text(line)}]")
        for line in option.cautions
    )
    found.extend(
        (FAINT, f"      dose: {line.text} [{source_text(line)}]")
        for line in option.doses
        if not urgent
    )
    if option.cannot_check and option.placed == "offered":
        found.append(
            (
                FAINT,
                f"      cannot check: {'; '.join(option.cannot_check)}; dose withheld",
            )
        )
    return found


def _medicines(assessment: Assessment) -> list[Styled]:
    found: list[Styled] = (
        [(HEAD, "Medicines in use")] if assessment.medicines else []
    )
    for note in assessment.medicines:
        rls, plms = _each(
            "medicine_effect", (note.effect_rls, note.effect_plms)
        )
        level = english().code("evidence_level", note.level)
        effects = f"RLS: {rls}; movements in sleep: {plms}; {level}"
        found.extend(_line(note.line, title=f"{note.name} ({effects})"))
    return found


def _missing(assessment: Assessment) -> list[Styled]:
    found: list[Styled] = (
        [
            (
                HEAD,
                "Missing answers that would change the result, the weightiest first",
            )
        ]
        if assessment.missing
        else []
    )
    for fact in assessment.missing:
        found.append((PLAIN, f"  {fact.title} ({fact.fact})"))
        changes = changes_words(fact.changes, words=english())
        found.extend(
            (FAINT, f"      could change: {text}")
            for text in changes[:SHOWN_CHANGES]
        )
    return found


def setting_lines(assessment: Assessment) -> list[Styled]:
    """Write the settings that were given."""
    return [
        (PLAIN, f"  Setting {name} = {setting_words(change, words=english())}")
        for name, change in assessment.settings.items()
    ]


def _notes(assessment: Assessment) -> list[Styled]:
    settings = setting_lines(assessment)
    body = [styled for line in assessment.boundaries for styled in _line(line)]
    return (
        [(HEAD, "About the facts and settings"), *body, *settings]
        if body or settings
        else []
    )


def _status(result: DiagnosisResult) -> str:
    return status_words(result.status, result.excluded_by, words=english())


def _each(group: str, codes: Iterable[str]) -> list[str]:
    """Give the word for every code of a group."""
    return [english().code(group, code) for code in codes]
