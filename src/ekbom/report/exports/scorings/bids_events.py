"""A scoring as a BIDS ``*_events.tsv`` with the ``*_events.json`` that explains its columns.

Onset and duration are seconds from the first sample (BIDS, task events,
https://bids-specification.readthedocs.io); ``n/a`` stands for what is not known.
"""

import csv
import io
import json
from collections.abc import Iterator

from ekbom.model.events import EventKind
from ekbom.report.exports.scorings.marks import (
    NightMarks,
    WrittenMark,
    decimal_text,
)
from ekbom.report.exports.scorings.standard_texts import (
    EDF_STAGES,
    EDF_TEXTS,
    NOTE,
    clean,
)

COLUMNS = (
    "onset",
    "duration",
    "trial_type",
    "channel",
    "series_id",
    "nonclm_reason",
    "label",
)
MISSING = "n/a"
STAGE_WORDS = frozenset({"w", "wk", "r", "?"})
"""Texts that mean a stage where they stand alone, in BIDS tables and in Luna."""
END = "recording_end"
EXPLAINED = {
    "onset": {
        "Description": "Onset from the first sample of the recording",
        "Units": "s",
    },
    "duration": {
        "Description": "Duration; n/a where the source gives none",
        "Units": "s",
    },
    "channel": {"Description": "Signal that the mark was made on"},
    "series_id": {
        "Description": "Number of the series of periodic leg movements; "
        "n/a outside every series"
    },
    "nonclm_reason": {
        "Description": "Rule that kept a leg movement from being a candidate"
    },
    "label": {"Description": "Text of the source"},
}


def bids_bytes(night: NightMarks) -> bytes:
    """Write the table: one row for each epoch and each mark, by onset."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for _, row in sorted(_rows(night), key=lambda each: each[0]):
        writer.writerow([cell or MISSING for cell in row])
    return buffer.getvalue().encode()


def bids_sidecar(night: NightMarks) -> bytes:
    """Write the explanation of the columns and of every kind of mark in the table."""
    kinds = {mark.kind for mark in night.marks} - {EventKind.OTHER}
    levels = {text: text for text in EDF_STAGES.values()}
    levels |= {
        kind.value: EDF_TEXTS[kind]
        for kind in sorted(kinds, key=lambda kind: kind.value)
    }
    trial_type = {
        "Description": "Sleep stage, or kind of mark; of a movement also its leg",
        "Levels": levels,
    }
    explained = EXPLAINED | {"trial_type": trial_type}
    return f"{json.dumps(explained, indent=2)}\n".encode()


def mark_word(mark: WrittenMark) -> str:
    """Name a mark by its kind and leg; another mark keeps its own text."""
    if mark.kind is not EventKind.OTHER:
        return mark.name
    text = clean(mark.label.partition("@@")[0]) or NOTE
    return f"mark {text}" if text.casefold() in STAGE_WORDS else text


def _rows(night: NightMarks) -> Iterator[tuple[float, list[str]]]:
    for row in night.stages(by_epoch=True):
        times = [decimal_text(row.onset_s), decimal_text(row.duration_s)]
        yield row.onset_s, [*times, EDF_STAGES[row.stage], "", "", "", ""]
    for mark in night.marks:
        yield mark.onset_s, _cells(mark)
    if night.duration_s is not None:
        end = [decimal_text(night.duration_s), "", END, "", "", "", ""]
        yield night.duration_s, end


def _cells(mark: WrittenMark) -> list[str]:
    return [
        decimal_text(mark.onset_s),
        decimal_text(mark.duration_s) if mark.duration_s else "",
        mark_word(mark),
        clean(mark.channel),
        str(mark.series_id) if mark.series_id else "",
        mark.rule,
        clean(mark.label),
    ]
