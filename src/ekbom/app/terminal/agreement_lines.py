"""How well two scorings agree, as tables of a terminal; readable at 80 columns."""

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ekbom.app.terminal.tables import plain_table, shown
from ekbom.app.terminal.visible import one_line
from ekbom.model.recording import FloatArray
from ekbom.pipeline.side_by_side.compare import (
    BlandAltman,
    EventAgreement,
    Kappa,
    NightsAgreement,
    ScoringAgreement,
    compared_names,
)
from ekbom.report.words import load_wording

LISTED = 20
EVENTS = ("Leg", "First", "Second", "Recall", "Precision", "F1")
EVENTS_BESIDE = ("F1 by overlap", "Onset", "Offset", "Kappa/s")
EVENTS_CAPTION = (
    "Recall, precision and F1 at half overlap (IoU 0.5); "
    "onset and offset: median difference, s"
)
NIGHTS = ("Night", "F1 at half overlap", "Kappa per s", "Stage kappa", "PLMS/h")
LIMITS = ("Index, second minus first", "Nights", "Bias", "Limits of agreement")
OTHER_RULES = (
    "The two were counted by different rules; "
    "name one with --rules to compare like with like."
)


def print_agreement(found: ScoringAgreement, console: Console) -> None:
    """Print one comparison."""
    console.print(
        Text(
            one_line(f"{found.name_b} against {found.name_a} (the reference)"),
            style="bold",
        )
    )
    if found.reason:
        console.print(Text(load_wording().reason(found.reason), style="yellow"))
    if found.events:
        console.print(_event_table(found.events.values(), found.seconds))
    if found.stages is not None:
        console.print(Text(_stages(found.stages)))
    _print_indices(found, console)
    console.print(
        Text("--json gives the difference of every index", style="dim")
    )
    _print_disagreements(found, console)


def print_nights(found: NightsAgreement, console: Console) -> None:
    """Print many comparisons: a line per night, and the limits of agreement of every index."""
    table = plain_table(*NIGHTS)
    for name, night in found.nights.items():
        table.add_row(one_line(name), *_night_cells(night))
    console.print(table)
    limits = _limits_table(found.bland_altman)
    if limits.row_count:
        console.print(Text("\nBland-Altman", style="bold"))
        console.print(limits)


def _stages(kappa: Kappa) -> str:
    return f"Stages: kappa {shown(kappa.value)} over {kappa.n} epochs that both staged"


def _print_indices(found: ScoringAgreement, console: Console) -> None:
    """Print the difference of each index that both scorings have, and the rules of both."""
    table = plain_table("Index", "Difference")
    for name in compared_names():
        difference = found.index_difference.get(name)
        if difference is not None:
            table.add_row(name, f"{difference:+.3g}")
    if not table.row_count:
        return
    console.print(Text("\nIndices, second minus first", style="bold"))
    for line in _rules_lines(*found.rules):
        console.print(Text(line))
    console.print(table)


def _rules_lines(first: str, second: str) -> Iterator[str]:
    """Say by which rules the indices were counted: two rules explain a difference by themselves."""
    if first == second:
        if first:
            yield f"Rules: {first}"
        return
    for which, rules in (("first", first), ("second", second)):
        yield f"Rules of the {which}: {rules or 'none, it has no movements'}"
    if first and second:
        yield OTHER_RULES


def _print_disagreements(found: ScoringAgreement, console: Console) -> None:
    words = load_wording()
    console.print(
        Text(f"\nDisagreements: {len(found.disagreements)}", style="bold")
    )
    for item in found.disagreements[:LISTED]:
        console.print(
            Text(
                one_line(
                    f"  {_time(item.onset_s)}  {words.reason(item.reason)}"
                )
            )
        )
    more = len(found.disagreements) - LISTED
    if more > 0:
        console.print(Text(f"  and {more} more; --json lists all", style="dim"))


def _night_cells(night: ScoringAgreement) -> Iterator[str]:
    """Write one night: agreement of both legs together, of the stages, and of the PLM index."""
    events, seconds = night.events.get("any"), night.seconds.get("any")
    difference = night.index_difference.get("plms_per_h")
    yield "" if events is None else _at_half(events, events.f1)
    yield "" if seconds is None else shown(seconds.value)
    yield "" if night.stages is None else shown(night.stages.value)
    yield "" if difference is None else f"{difference:+.2f}"


def _limits_table(compared: Iterable[BlandAltman]) -> Table:
    """Give bias and limits of agreement of each index that has them."""
    table = plain_table(*LIMITS)
    first = set(compared_names())
    for item in compared:
        if item.name not in first or item.bias is None:
            continue
        if item.lower is None or item.upper is None:
            continue
        limits = f"{item.lower:+.3g} to {item.upper:+.3g}"
        table.add_row(
            item.name, str(item.n_nights), f"{item.bias:+.3g}", limits
        )
    return table


def _event_table(
    events: Iterable[EventAgreement], seconds: Mapping[str, Kappa]
) -> Table:
    """One row per leg: how many marks, how many are the same, how far apart their borders lie."""
    table = plain_table(*EVENTS, *EVENTS_BESIDE)
    table.caption = EVENTS_CAPTION
    for item in events:
        kappa = seconds[item.side]
        table.add_row(item.side, *_event_cells(item), shown(kappa.value))
    return table


def _event_cells(item: EventAgreement) -> Iterator[str]:
    yield str(item.n_a)
    yield str(item.n_b)
    for values in (item.recall, item.precision, item.f1):
        yield _at_half(item, values)
    lowest, highest = item.f1[0], item.f1[-1]
    yield f"{_share(lowest)}-{_share(highest)}"
    for difference in (item.onset_difference_s, item.offset_difference_s):
        yield f"{np.median(difference):+.2f}" if len(difference) else "-"


def _at_half(item: EventAgreement, values: FloatArray) -> str:
    """Write the value at the degree of overlap nearest to one half."""
    nearest = int(np.argmin(np.abs(item.iou - 0.5)))
    return _share(values[nearest])


def _share(value: float) -> str:
    return shown(None if math.isnan(value) else value)


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:.0f}:{minutes:02.0f}:{rest:04.1f}"
