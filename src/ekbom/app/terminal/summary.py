"""The summary a technologist reads at the terminal, made from nothing but the result."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ekbom.app.terminal.screen import screen, standing
from ekbom.app.terminal.visible import one_line
from ekbom.criteria.index_key import IndexKey
from ekbom.model.finding import Severity
from ekbom.model.recording import Recording
from ekbom.model.result import (
    IndexValue,
    RuleSetScore,
    StudyResult,
)
from ekbom.pipeline.explain import why_no_mode
from ekbom.report.sentences.quality_sentences import quality_sentence
from ekbom.report.words import load_wording

MAIN_ROWS = (
    ("LM", "lm_tib_count"),
    ("CLM", "clm_tib_count"),
    ("PLMS", "plms_count"),
    ("PLM index (PLMS per h of sleep)", "plms_per_h"),
    ("PLM index without breathing-related", "plms_nr_per_h"),
    ("PLMS with arousal", "plms_arousal_count"),
    ("PLMS with arousal per h of sleep", "plms_arousal_per_h"),
    ("PLMW", "plmw_count"),
    ("PLMW per h of wake", "plmw_per_h"),
    ("Periodicity index, intervals", "pi_intervals"),
    ("Periodicity index, movements", "pi_movements"),
    ("Interval between CLM, mean", "imi_mean_s"),
    ("Interval between CLM, median", "imi_median_s"),
)
SLEEP_ROWS = (
    ("TST", "tst_min"),
    ("TIB", "tib_min"),
    ("Sleep efficiency", "se_percent"),
    ("WASO", "waso_min"),
)
MODE_ROW = "Interval between CLM, mode"
WORST_FIRST = (Severity.REFUSAL, Severity.WARNING, Severity.NOTE)
SECONDS_PER_HOUR = 3600


def print_summary(
    result: StudyResult,
    *,
    told: Iterable[str] = (),
    console: Console | None = None,
) -> None:
    """Print what a night shows by every rule set, the quality of each leg, and what was noticed.

    `told` are lines about the files, printed behind it.
    """
    out = console or screen()
    out.print(_headline(result))
    out.print(_sleep(result))
    out.print(_index_table(tuple(result.scores.values())))
    for line in _lines(result):
        out.print(one_line(line), markup=False)
    for line in told:
        out.print(line, markup=False)
    out.print(standing())


def start_text(recording: Recording) -> str:
    """Write when a recording began; a day that is withheld is named so."""
    if recording.start is None:
        return "unknown"
    day = recording.date
    return f"{day or 'date withheld'} {recording.start:%H:%M:%S}"


def _headline(result: StudyResult) -> Text:
    """Name the recording, its start and its length."""
    recording = result.recording
    start = start_text(recording)
    hours = recording.duration_s / SECONDS_PER_HOUR
    name = Text(one_line(recording.name), style="bold")
    return name.append(
        f"  start {start}, {hours:.2f} h recorded", style="not bold"
    )


def _sleep(result: StudyResult) -> str:
    parts = []
    for title, name in SLEEP_ROWS:
        if name in result.sleep:
            parts.append(f"{title} {number(result.sleep[name])}")
    return "  ".join(parts)


def _index_table(scores: Sequence[RuleSetScore]) -> Table:
    """Lay the main indices of every rule set side by side."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for score in scores:
        table.add_column(score.rule_set.id, justify="right")
    for title, name in MAIN_ROWS:
        values = [score.indices.get(name) for score in scores]
        if any(values):
            table.add_row(
                title, *(number(value) if value else "" for value in values)
            )
    table.add_row(MODE_ROW, *map(_mode, scores))
    return table


def _mode(score: RuleSetScore) -> str:
    if score.intervals is None:
        return ""
    mode_s = score.intervals.mode_s
    return _not_computable() if mode_s is None else f"{mode_s:.1f} s"


def number(value: IndexValue) -> str:
    """Write an index with its unit, or that it cannot be computed."""
    if value.value is None:
        return _not_computable()
    if value.unit:
        space = "" if value.unit.startswith("/") else " "
        return f"{value.value:.1f}{space}{value.unit}"
    decimals = 0 if IndexKey.by_name()[value.name].counts else 2
    return f"{value.value:.{decimals}f}"


def _not_computable() -> str:
    return load_wording()("report.not_computable")


def _lines(result: StudyResult) -> Iterator[str]:
    """Say how the movements came about, what differs from a standard, and what was noticed."""
    for quality in result.quality:
        told = quality_sentence(quality, words=load_wording())
        yield told[:1].upper() + told[1:]
    yield f"{'Detector' if result.quality else 'Movements'}: {result.detector}"
    for score in result.scores.values():
        yield from _options(score)
    yield from _reasons(result)
    yield from _findings(result)


def _options(score: RuleSetScore) -> Iterator[str]:
    """Name the options of a rule set that are not the default."""
    rules = score.rule_set
    changed = [f"{name} = {value}" for name, value in rules.non_default.items()]
    if not changed:
        return
    names = ", ".join(changed)
    yield f"Options of {rules.id} that are not the default: {names}"


def _reasons(result: StudyResult) -> Iterator[str]:
    """Say once for each reason what could not be computed."""
    words = load_wording()
    titles: dict[str, list[str]] = {}
    for title, name in SLEEP_ROWS:
        value = result.sleep.get(name)
        if value is not None and value.value is None:
            reason = words.reason(value.reason)
            titles.setdefault(f": {reason}", []).append(title)
    for score in result.scores.values():
        intervals = score.intervals
        if intervals is not None and intervals.mode_s is None:
            reason = words.reason(why_no_mode(intervals))
            titles[f" by {score.rule_set.id}: {reason}"] = [MODE_ROW]
        for title, name in MAIN_ROWS:
            value = score.indices.get(name)
            if value is not None and value.value is None:
                reason = words.reason(value.reason)
                by = f" by {score.rule_set.id}: {reason}"
                titles.setdefault(by, []).append(title)
    for reason, missing in titles.items():
        yield f"Not computable{reason} ({', '.join(missing)})"


def _findings(result: StudyResult) -> Iterator[str]:
    """Say each thing that was noticed once, refusals and warnings first."""
    words = load_wording()
    prepared = [
        finding for leg in result.detection for finding in leg.preparation
    ]
    findings = sorted(
        [*result.findings, *prepared],
        key=lambda finding: WORST_FIRST.index(finding.severity),
    )
    yield from dict.fromkeys(
        f"{words(f'severity.{finding.severity}').capitalize()}: {words.finding(finding)}"
        for finding in findings
    )
