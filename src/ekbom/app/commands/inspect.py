"""`ekbom inspect`: the channels of a recording, which would be used, why, what was noticed."""

import json as json_module
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ekbom.app.choices import Files
from ekbom.app.folders import refuse_folder
from ekbom.app.lab_files import mapping_files
from ekbom.app.scoring_lines import (
    advice_lines,
    beside_lines,
    scoring_lines,
)
from ekbom.app.terminal.screen import tables_screen
from ekbom.app.terminal.summary import start_text
from ekbom.app.terminal.visible import escaped, one_line, say
from ekbom.codec.codec import as_json
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import Channel, LegChoice, Recording, Role
from ekbom.pipeline.files.inspect import Inspection, LegReport
from ekbom.pipeline.files.inspect_scoring import ScoringInspection, inspect_file
from ekbom.pipeline.files.mapping_file import load_mapping
from ekbom.report.words import Wording, load_wording

MOST_TEXTS = 20
_ROLE_NAMES = {
    Role.LEFT_LEG: "left leg",
    Role.RIGHT_LEG: "right leg",
    Role.LEG: "leg",
    Role.CHIN: "chin",
    Role.ECG: "ECG",
    Role.EEG: "EEG",
    Role.EOG: "EOG",
    Role.OTHER: "",
}
_SIDE_NAMES = {
    "left": "Left leg",
    "right": "Right leg",
    "unknown": "Leg, no side",
}
_STYLES = {
    Severity.REFUSAL: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "dim",
}


def inspect(
    file: Path,
    /,
    *,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
    mapping: Files = (),
    json: bool = False,
) -> None:
    """Say how a file is understood before anything is scored.

    Of a recording: its channels, which would be used as legs, chin and ECG, and why; the scorings
    beside it. Of a scoring: rows by kind, times, texts that were not understood.

    Parameters
    ----------
    file
        The recording (EDF, EDF+, BDF), or a scoring in any known format.
    left
        Label of the left leg channel; two labels with a comma between are subtracted.
    right
        Label of the right leg channel.
    unit
        Unit of the leg channels, where the header is wrong: V, mV or uV.
    mapping
        TOML files with your own labels and texts; mapping.toml in your configuration folder where
        none is named; "none" for none.
    json
        Print everything as JSON instead of tables.
    """
    refuse_folder(file, command="inspect")
    own_words = load_mapping(mapping_files(mapping))
    found = inspect_file(
        file, left=left, right=right, unit=unit, mapping=own_words
    )
    if json:
        sys.stdout.write(
            escaped(
                json_module.dumps(as_json(found), ensure_ascii=False, indent=2)
            )
            + "\n"
        )
        return
    if isinstance(found, ScoringInspection):
        for line in (*scoring_lines(found), *advice_lines(found, file)):
            say(line)
        return
    print_inspection(found, tables_screen())
    for line in beside_lines(file):
        say(line)


def print_inspection(inspection: Inspection, console: Console) -> None:
    """Print the recording, its channels, the choice and the findings; readable at 80 columns."""
    words = load_wording()
    console.print(_headline(inspection))
    if inspection.recording.channels:
        console.print(_channel_table(inspection.recording.channels))
    console.print(Text("\nUsed for scoring", style="bold"))
    console.print(_choice_table(inspection, words))
    _print_texts(inspection.unknown_texts, console)
    if inspection.findings:
        console.print(Text("\nNoticed", style="bold"))
        for finding in inspection.findings:
            console.print(_finding(finding, words))


def _print_texts(texts: Mapping[str, int], console: Console) -> None:
    """Print the texts that no result holds, because nobody knows what they say."""
    if not texts:
        return
    told = "\nTexts without a known meaning, which results only count"
    console.print(Text(told, style="bold"))
    for text, count in list(texts.items())[:MOST_TEXTS]:
        line = Text(f"  {count:>5}  {one_line(text)}")
        console.print(line, soft_wrap=True)
    if len(texts) > MOST_TEXTS:
        console.print(f"  and {len(texts) - MOST_TEXTS} more; --json lists all")


def _headline(inspection: Inspection) -> Text:
    recording = inspection.recording
    start = start_text(recording)
    parts = [
        recording.format,
        f"start {start}",
        f"duration {_duration(recording.duration_s)}",
        f"{len(recording.channels)} channels",
    ]
    parts.append(f"{inspection.n_annotations} annotations")
    text = Text(one_line(recording.name), style="bold")
    return text.append(
        "\n" + ", ".join(parts) + _gaps(recording) + "\n", style="not bold"
    )


def _gaps(recording: Recording) -> str:
    if not recording.gaps:
        return ""
    total_s = sum(gap.duration_s for gap in recording.gaps)
    return f", {len(recording.gaps)} gap(s) of {_duration(total_s)} in total"


def _duration(seconds: float) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours:.0f}:{minutes:02.0f}:{rest:05.2f}".removesuffix(".00")


def _channel_table(channels: Sequence[Channel]) -> Table:
    table = Table(
        box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False
    )
    table.add_column("Label", overflow="fold", max_width=16)
    table.add_column("Is", no_wrap=True)
    table.add_column("Hz", justify="right", no_wrap=True)
    table.add_column("Unit", overflow="fold", max_width=8)
    table.add_column("Step", justify="right", no_wrap=True)
    table.add_column("Range", justify="right", no_wrap=True)
    table.add_column("Filter", overflow="fold")
    for channel in channels:
        table.add_row(*_channel_cells(channel))
    return table


def _channel_cells(channel: Channel) -> Iterator[Text]:
    unit = (
        channel.unit
        if channel.unit == channel.unit_written
        else f"{channel.unit} ({channel.unit_written or 'blank'})"
    )
    step = "" if math.isnan(channel.step_uv) else f"{channel.step_uv:.4g}"
    span = f"{_short(channel.physical_min)} to {_short(channel.physical_max)}"
    cells = (
        channel.label,
        _ROLE_NAMES[channel.role],
        f"{channel.fs_hz:.6g}",
        unit,
        step,
        span,
        channel.prefilter,
    )
    return (Text(one_line(cell)) for cell in cells)


def _short(value: float) -> str:
    return "?" if math.isnan(value) else f"{value:.6g}"


def _choice_table(inspection: Inspection, words: Wording) -> Table:
    table = Table(
        box=None, padding=(0, 1, 0, 0), show_header=False, pad_edge=False
    )
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", max_width=20)
    table.add_column(overflow="fold")
    choice = inspection.choice
    told = {
        label: words.reason(reason) for label, reason in choice.reasons.items()
    }
    for leg in inspection.legs:
        table.add_row(
            _SIDE_NAMES[leg.side],
            Text(one_line(leg.label)),
            _leg_reason(leg, choice, words),
        )
    if not inspection.legs:
        table.add_row("Legs", "none", Text("no channel names a leg"))
    for name, label in (("Chin", choice.chin), ("ECG", choice.ecg)):
        why = told[label] if label else "no channel names it"
        table.add_row(
            name, Text(one_line(label or "none")), Text(one_line(why))
        )
    for label in (label for label in told if label not in choice.taken):
        table.add_row(
            Text("Not used", style="dim"),
            Text(one_line(label)),
            Text(one_line(told[label])),
        )
    return table


def _leg_reason(leg: LegReport, choice: LegChoice, words: Wording) -> Text:
    labels = {"left": choice.left, "right": choice.right}.get(
        leg.side, choice.unsided
    )
    text = Text(one_line(words.reason(choice.reasons[labels[0]])))
    if leg.refusals:
        told = (words.finding(finding) for finding in leg.refusals)
        why = "; ".join(
            sentence.removeprefix(f"{leg.label}: ") for sentence in told
        )
        text.append(
            one_line(f"; cannot be scored: {why}"),
            style=_STYLES[Severity.REFUSAL],
        )
    return text


def _finding(finding: Finding, words: Wording) -> Padding:
    text = Text(f"{finding.severity.value}: ", style=_STYLES[finding.severity])
    sentence = f"{words.finding(finding)} [{finding.code}]"
    text.append(one_line(sentence), style="not bold not dim default")
    return Padding(text, (0, 0, 0, 2))
