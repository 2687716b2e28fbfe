"""The summary a technologist reads at the terminal, made from nothing but the result."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ekbom.model.finding import Finding, Severity
from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.report.words import load_wording

SAFETY = "Decision support, not a diagnosis."
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


def print_summary(
    result: StudyResult, *, written: Sequence[Path] = (), console: Console | None = None
) -> None:
    """Print what a night shows, by every rule set, with the quality of each leg and everything noticed on the way."""
    out = console or Console(highlight=False, soft_wrap=True)
    out.print(
        f"[bold]{escape(result.recording.name)}[/bold]  {_clock(result)}, {result.recording.duration_s / 3600:.2f} h recorded"
    )
    out.print(
        "  ".join(
            f"{title} {number(result.sleep[name])}"
            for title, name in SLEEP_ROWS
            if name in result.sleep
        )
    )
    out.print(_index_table(list(result.scores.values())))
    for quality in result.quality:
        out.print(quality.summary[:1].upper() + quality.summary[1:], markup=False)
    if not result.quality:
        out.print(f"Movements: {result.detector}")
    else:
        out.print(f"Detector: {result.detector}")
    for score in result.scores.values():
        changed = ", ".join(
            f"{name} = {value}" for name, value in score.rule_set.non_default.items()
        )
        if changed:
            out.print(f"Options of {score.rule_set.id} that are not the default: {changed}")
    _print_reasons(out, result)
    _print_findings(out, result)
    for path in written:
        out.print(f"Written: {path}", markup=False)
    out.print(SAFETY)


def _clock(result: StudyResult) -> str:
    start = result.recording.start
    return f"start {start:%Y-%m-%d %H:%M:%S}" if start else "start unknown"


def _index_table(scores: Sequence[RuleSetScore]) -> Table:
    """Lay the main indices of every rule set side by side."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for score in scores:
        table.add_column(score.rule_set.id, justify="right")
    for title, name in MAIN_ROWS:
        values = [score.indices.get(name) for score in scores]
        if any(value is not None for value in values):
            table.add_row(title, *(number(value) if value else "" for value in values))
    modes = [score.intervals.mode_s if score.intervals else None for score in scores]
    table.add_row(
        "Interval between CLM, mode",
        *("not computable" if mode is None else f"{mode:.1f} s" for mode in modes),
    )
    return table


def number(value: IndexValue) -> str:
    """Write an index with its unit, or that it cannot be computed."""
    if value.value is None:
        return "not computable"
    if not value.unit:
        return f"{value.value:.0f}" if value.name.endswith("_count") else f"{value.value:.2f}"
    return f"{value.value:.1f}{value.unit if value.unit.startswith('/') else f' {value.unit}'}"


def _print_reasons(out: Console, result: StudyResult) -> None:
    """Say once for each reason what could not be computed."""
    reasons: dict[str, list[str]] = {}
    for score in result.scores.values():
        for title, name in MAIN_ROWS:
            value = score.indices.get(name)
            if value is not None and value.value is None:
                reasons.setdefault(
                    f"{score.rule_set.id}: {load_wording().reason(value.reason)}", []
                ).append(title)
    for reason, titles in reasons.items():
        out.print(f"Not computable by {reason} ({', '.join(titles)})", markup=False)


def _print_findings(out: Console, result: StudyResult) -> None:
    """Print what was noticed, refusals and warnings first."""
    everything = [
        *result.findings,
        *(finding for leg in result.detection for finding in leg.preparation),
    ]
    order = (Severity.REFUSAL, Severity.WARNING, Severity.NOTE)
    for finding in _unique(sorted(everything, key=lambda finding: order.index(finding.severity))):
        out.print(finding, markup=False)


def _unique(findings: Iterable[Finding]) -> list[str]:
    words = load_wording()
    return list(
        dict.fromkeys(
            f"{finding.severity.value.capitalize()}: {words.finding(finding)}"
            for finding in findings
        )
    )
