"""`ekbom compare`: how well two scorings of one night agree, or of many nights."""

import json as json_module
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ekbom.codec.codec import as_json
from ekbom.model.errors import InputError, UsageError
from ekbom.model.index import EventAgreement, Kappa, NightsAgreement, ScoringAgreement
from ekbom.model.recording import FloatArray
from ekbom.pipeline.compare import (
    OpenedScoring,
    compare_many,
    compare_two,
    compared_names,
    open_scoring,
    scoring_of_result,
)
from ekbom.report.result_json import read_result
from ekbom.report.words import load_wording
from ekbom.rules.scoring_options import set_options

RESULT = "result.json"
SHOWN = 20


def compare(
    a: Path,
    b: Path,
    /,
    *,
    annotations: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")] = (),
    rules: str | None = None,
    options: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    config: Path | None = None,
    scored: str = "",
    json: bool = False,
) -> None:
    """Compare two scorings of one night: person and person, person and detector, or two detectors.

    Parameters
    ----------
    a
        The reference: a result.json (or the folder it lies in), a CSV of movements (onset_s,
        duration_s, side), or annotations with movements, stages or both. Two folders of many nights
        are compared night by night, by the same names in both.
    b
        The scoring compared with it, in any of these forms.
    annotations
        Hypnogram and events that stand for both, where the files themselves have none.
    rules
        The rule set of the indices; that of the results if left out.
    options
        An option of the rule set as name=value; may be given several times.
    config
        A TOML file with options of the rule set.
    scored
        Kinds of scoring declared as done although no event was found, separated by commas:
        arousals, breathing.
    json
        Print everything as JSON instead of tables.
    """
    if is_many(a) != is_many(b):
        raise UsageError(
            f"{a.name} and {b.name} are not of one kind; compare two nights, or two folders of many nights."
        )
    how = Opening(
        annotations=annotations,
        rules=rules,
        options=set_options(options, config=config),
        scored=tuple(filter(None, scored.split(","))),
    )
    console = Console(highlight=False, emoji=False, markup=False)
    if is_many(a):
        nights = compare_many(
            {name: (how.open(a / name), how.open(b / name)) for name in common_names(a, b)}
        )
        if json:
            _write_json(nights)
        else:
            print_nights(nights, console)
        return
    agreement = compare_two(how.open(a), how.open(b))
    if json:
        _write_json(agreement)
    else:
        print_agreement(agreement, console)


class Opening(NamedTuple):
    """How files are opened: shared annotations, rule set (None = that of a result), options, kinds declared as scored."""

    annotations: tuple[Path, ...]
    rules: str | None
    options: Mapping[str, object]
    scored: tuple[str, ...]

    def open(self, path: Path) -> OpenedScoring:
        """Open a result, or score a file of marks."""
        file = path / RESULT if path.is_dir() else path
        if file.suffix.casefold() == ".json":
            if self.options:
                raise UsageError(
                    f"{file.name} is scored already; --set and --config apply to files of movements. Score the night anew with it."
                )
            return scoring_of_result(read_result(file), rule_set=self.rules, name=str(path.name))
        return open_scoring(
            file,
            annotations=self.annotations,
            rules=self.rules or "wasm2016",
            options=self.options,
            scored=self.scored or None,
        )


def is_many(path: Path) -> bool:
    """Say whether a path is a folder of several nights."""
    return path.is_dir() and not (path / RESULT).exists()


def common_names(a: Path, b: Path) -> list[str]:
    """List the nights that both folders hold, by name.

    Raises
    ------
    InputError
        They have no name in common.
    """
    inside = [
        {item.name for item in folder.iterdir() if not item.name.startswith(".")}
        for folder in (a, b)
    ]
    names = sorted(inside[0] & inside[1])
    if not names:
        raise InputError(
            f"{a.name} and {b.name} have no night of the same name; name the files of one night alike in both folders."
        )
    return names


def print_agreement(found: ScoringAgreement, console: Console) -> None:
    """Print one comparison; readable at 80 columns."""
    words = load_wording()
    console.print(Text(f"{found.name_b} against {found.name_a} (the reference)", style="bold"))
    if found.reason:
        console.print(Text(words.reason(found.reason), style="yellow"))
    if found.events:
        console.print(_event_table(found.events.values(), found.seconds))
    if found.stages is not None:
        console.print(
            Text(
                f"Stages: kappa {_kappa(found.stages)} over {found.stages.n} epochs that both staged"
            )
        )
    shown = {name: found.index_difference.get(name) for name in compared_names()}
    known = {name: value for name, value in shown.items() if value is not None}
    if known:
        console.print(Text("\nIndices, second minus first", style="bold"))
        for line in _rules_lines(found):
            console.print(Text(line))
        console.print(_columns((name, f"{value:+.3g}") for name, value in known.items()))
    console.print(Text("--json gives the difference of every index", style="dim"))
    console.print(Text(f"\nDisagreements: {len(found.disagreements)}", style="bold"))
    for item in found.disagreements[:SHOWN]:
        console.print(Text(f"  {_time(item.onset_s)}  {words.reason(item.reason)}"))
    if len(found.disagreements) > SHOWN:
        console.print(
            Text(f"  and {len(found.disagreements) - SHOWN} more; --json lists all", style="dim")
        )


def _rules_lines(found: ScoringAgreement) -> list[str]:
    """Say by which rules the indices were counted, and that two different ones explain a difference by themselves."""
    first, second = found.rules
    if first == second:
        return [f"Rules: {first}"] if first else []
    lines = [
        f"Rules of the {which}: {rules or 'none, it has no movements'}"
        for which, rules in (("first", first), ("second", second))
    ]
    if first and second:
        lines.append(
            "The two were counted by different rules; name one with --rules to compare like with like."
        )
    return lines


def print_nights(found: NightsAgreement, console: Console) -> None:
    """Print many comparisons: a line per night, and the limits of agreement of every index."""
    table = _table("Night", "F1 at half overlap", "Kappa per s", "Stage kappa", "PLMS/h")
    for name, night in found.nights.items():
        events, seconds = night.events.get("any"), night.seconds.get("any")
        difference = night.index_difference.get("plms_per_h")
        table.add_row(
            name,
            "" if events is None else _number(_at_half(events, events.f1)),
            "" if seconds is None else _kappa(seconds),
            "" if night.stages is None else _kappa(night.stages),
            "" if difference is None else f"{difference:+.2f}",
        )
    console.print(table)
    limits = _table("Index, second minus first", "Nights", "Bias", "Limits of agreement")
    first = set(compared_names())
    for item in found.bland_altman:
        if (
            item.name in first
            and item.bias is not None
            and item.lower is not None
            and item.upper is not None
        ):
            limits.add_row(
                item.name,
                str(item.n_nights),
                f"{item.bias:+.3g}",
                f"{item.lower:+.3g} to {item.upper:+.3g}",
            )
    if limits.row_count:
        console.print(Text("\nBland-Altman", style="bold"))
        console.print(limits)


def _event_table(events: Iterable[EventAgreement], seconds: Mapping[str, Kappa]) -> Table:
    """One row per leg: how many marks, how many are the same, how far apart their borders lie."""
    table = _table(
        "Leg",
        "First",
        "Second",
        "Recall",
        "Precision",
        "F1",
        "F1 by overlap",
        "Onset",
        "Offset",
        "Kappa/s",
    )
    for item in events:
        lowest, highest = item.f1[0], item.f1[-1]
        span = f"{_number(float(lowest))}-{_number(float(highest))}"
        borders = [
            _median(difference)
            for difference in (item.onset_difference_s, item.offset_difference_s)
        ]
        at_half = [
            _number(_at_half(item, values)) for values in (item.recall, item.precision, item.f1)
        ]
        table.add_row(
            item.side,
            str(item.n_a),
            str(item.n_b),
            *at_half,
            span,
            *borders,
            _kappa(seconds[item.side]),
        )
    table.caption = (
        "Recall, precision and F1 at half overlap (IoU 0.5); onset and offset: median difference, s"
    )
    return table


def _at_half(item: EventAgreement, values: FloatArray) -> float:
    """Take the value at the degree of overlap nearest to one half."""
    return float(values[int(np.argmin(np.abs(item.iou - 0.5)))])


def _median(values: FloatArray) -> str:
    return f"{float(np.median(values)):+.2f}" if len(values) else "-"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _kappa(kappa: Kappa) -> str:
    return "-" if kappa.value is None else f"{kappa.value:.2f}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:.0f}:{minutes:02.0f}:{rest:04.1f}"


def _columns(cells: Iterable[tuple[str, str]]) -> Table:
    table = _table("Index", "Difference")
    for row in cells:
        table.add_row(*row)
    return table


def _table(*titles: str) -> Table:
    """Make a plain table; the first column is text, the others numbers."""
    table = Table(
        box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False, caption_justify="left"
    )
    for number, title in enumerate(titles):
        table.add_column(title, justify="right" if number else "left", overflow="fold")
    return table


def _write_json(found: ScoringAgreement | NightsAgreement) -> None:
    sys.stdout.write(json_module.dumps(as_json(found), ensure_ascii=False) + "\n")
