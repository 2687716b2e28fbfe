"""How a file of annotations was understood, for a terminal of 80 columns."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ekbom.app.terminal.visible import one_line
from ekbom.pipeline.companions import ContradictionError, companions_of
from ekbom.pipeline.inspect_scoring import (
    KindOfRow,
    ScoringInspection,
    inspect_companion,
)
from ekbom.report.words import load_wording

SHOWN_TEXTS = 3
SHOWN_UNKNOWN = 12
LONGEST_TEXT = 40


def scoring_lines(found: ScoringInspection) -> Iterator[str]:
    """Write what a file holds: format, times, stages, events by kind, texts not understood."""
    yield found.name
    yield f"{found.format_title} [{found.format}], {_start(found)}"
    yield f"Evidence of: {', '.join(found.scored) or 'no kind of scoring'}"
    yield ""
    yield from stage_lines(found)
    yield from _event_lines(found.rows)
    yield from _unknown_lines(found.unknown)
    yield from _finding_lines(found)


def stage_lines(found: ScoringInspection) -> Iterator[str]:
    """Write the epochs of each stage and where they lie."""
    if found.staged_from_s is None or found.staged_to_s is None:
        yield "Stages: none"
        return
    epochs = ", ".join(f"{name} {n}" for name, n in found.epochs.items())
    span = f"{clock(found.staged_from_s)} to {clock(found.staged_to_s)}"
    yield f"Stages: epochs of {found.epoch_s:g} s from {span}"
    yield f"  {epochs}"


def advice_lines(found: ScoringInspection, path: Path) -> Iterator[str]:
    """Say how the file is used: it holds no signals."""
    yield ""
    yield "This file holds a scoring and no signals. To use it:"
    yield f"  ekbom score RECORDING --annotations {path}"
    if found.has_movements:
        yield "The leg movements in it can be scored without a recording:"
        yield f"  ekbom score --movements {path} --annotations {path}"


def beside_lines(recording: Path) -> Iterator[str]:
    """Say which scorings beside a recording would be used, and what they hold."""
    try:
        beside = companions_of(recording)
    except ContradictionError as error:
        yield ""
        yield f"Beside it: {error}"
        return
    if not beside.used and not beside.findings:
        return
    yield ""
    yield "Beside it, used where --annotations names nothing"
    for companion in beside.used:
        found = inspect_companion(companion)
        events = sum(row.count for row in found.rows)
        epochs = sum(found.epochs.values())
        unknown = sum(found.unknown.values())
        yield (
            f"  {found.name} [{found.format}]: {epochs} epochs, {events} events, "
            f"{unknown} rows not understood"
        )
    words = load_wording()
    for finding in beside.findings:
        if finding.code != "companion-used":
            yield f"  {words.finding(finding)}"


def clock(at_s: float) -> str:
    """Write a time from the start as hours, minutes, seconds.

    Examples
    --------
    >>> clock(3725.4)
    '1:02:05'
    """
    sign = "-" if at_s < 0 else ""
    minutes, seconds = divmod(round(abs(at_s)), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _start(found: ScoringInspection) -> str:
    if found.start is None:
        return "times from the start of the recording"
    day = f"{found.start:%Y-%m-%d} " if found.start_has_date else ""
    dated = "" if found.start_has_date else " (without a date)"
    return f"times from {day}{found.start:%H:%M:%S}{dated}"


def _event_lines(rows: Iterable[KindOfRow]) -> Iterator[str]:
    """Write one line for each kind of event, and its commonest texts below."""
    known = list(rows)
    if not known:
        yield "Events: none"
        return
    yield ""
    yield f"{'Events':<22}{'rows':>6}{'first':>10}{'last':>10}{'length':>10}"
    for row in known:
        times = f"{clock(row.first_s):>10}{clock(row.last_s):>10}"
        yield f"{row.kind:<22}{row.count:>6}{times}{row.median_s:>8.1f} s"
        texts = [_quoted(text, n) for text, n in row.texts.items()]
        more = f" and {len(texts) - SHOWN_TEXTS} more texts"
        told = ", ".join(texts[:SHOWN_TEXTS])
        yield f"  {told}{more if len(texts) > SHOWN_TEXTS else ''}"


def _unknown_lines(unknown: Mapping[str, int]) -> Iterator[str]:
    if not unknown:
        return
    yield ""
    rows = sum(unknown.values())
    yield f"Not understood: {len(unknown)} texts in {rows} rows; nothing counts them"
    for text, n in [*unknown.items()][:SHOWN_UNKNOWN]:
        yield f"  {_quoted(text, n)}"
    if len(unknown) > SHOWN_UNKNOWN:
        yield f"  and {len(unknown) - SHOWN_UNKNOWN} more"


def _quoted(text: str, n: int) -> str:
    cut = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    return one_line(f"{cut!r} ({n})")


def _finding_lines(found: ScoringInspection) -> Iterator[str]:
    words = load_wording()
    if found.findings:
        yield ""
        yield "Noticed"
    for finding in found.findings:
        severity = words(f"severity.{finding.severity}")
        yield f"  {severity}: {words.finding(finding)} [{finding.code}]"
