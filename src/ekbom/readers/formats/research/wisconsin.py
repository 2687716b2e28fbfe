"""Scorings of the Wisconsin Sleep Cohort: Gamma events and stages, Twin ``allscore``.

Gamma (2000 to 2009): ``.sco`` has tabs between epoch, start in samples of 200 Hz whatever the EDF
says, length in samples (none for leg movements), code and label; ``.stg`` and ``.sta`` have epoch
and stage. Twin (2009 to 2015): ``allscore.txt`` has a clock time and a text, a stage only where it
changes. Files and endings: https://github.com/nsrr/wsc-documentation; columns and texts from
descriptions of public readers. Not held against a file of the cohort, whose use is by agreement.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.clock import since_first
from ekbom.readers.files.text import (
    TextFile,
    clock_ms,
    head_text,
    number,
    read_text,
    require_rows,
    shown,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import RK_CODES, stage_text

EVENTS_NAME = "wisconsin-gamma"
STAGES_NAME = "wisconsin-stages"
TWIN_NAME = "wisconsin-twin"
EPOCH_S = 30.0
SAMPLES_PER_S = 200.0
EVENT_LINE = re.compile(
    r"(\d{1,6})\t(\d{1,9})\t(\d{0,9})\t(\d{1,5})\t([^\t]*)(\t.*)?", re.ASCII
)
STAGE_LINE = re.compile(r"(\d{1,6})\t(-?\d)(\t.*)?", re.ASCII)
TWIN_LINE = re.compile(
    r"\s*(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?)[^\t]*\t\s*(\S.*)", re.ASCII
)
LASTING = re.compile(r"\bDUR: *([\d.]+) *SEC", re.IGNORECASE)
STAGE = re.compile(r"STAGE *- *(.+)", re.IGNORECASE)
DESATURATION = re.compile(r" *- *DESAT [\d.]+ *%?", re.IGNORECASE)
BREATHING = re.compile(
    r"RESPIRATORY EVENT *- *DUR: *[\d.]+ *SEC\.? *- *(.+)", re.IGNORECASE
)
START, STOP = "START RECORDING", "STOP RECORDING"
TWIN_WORDS = (START, "STAGE -", "DUR:")


class _TwinRow(NamedTuple):
    """One line of ``allscore``: ms since the first line, and its text."""

    at_ms: int
    text: str
    where: str


def recognises_events(path: Path, head: bytes) -> bool:
    """Tell whether lines have epoch, sample, length, code and label between tabs."""
    lines = _first_lines(head)
    known = path.suffix.casefold() in (".sco", ".txt")
    return known and any(EVENT_LINE.fullmatch(line) for line in lines[:3])


def recognises_stages(path: Path, head: bytes) -> bool:
    """Tell whether every line has an epoch and a stage between tabs, below a header or none."""
    lines = _first_lines(head)[:-1]
    known = path.suffix.casefold() in (".stg", ".sta", ".txt")
    return (
        known
        and len(lines) > 1
        and all(STAGE_LINE.fullmatch(line) for line in lines[1:])
    )


def recognises_twin(path: Path, head: bytes) -> bool:
    """Tell whether lines have a clock time and one of the texts of this system."""
    lines = _first_lines(head)
    known = path.suffix.casefold() == ".txt"
    return (
        known
        and any(TWIN_LINE.fullmatch(line) for line in lines[:3])
        and any(word in line for line in lines for word in TWIN_WORDS)
    )


def read_events(path: Path) -> Annotations:
    """Read Gamma events; times count from the start of the recording."""
    file = read_text(path)
    rows = [
        (where, EVENT_LINE.fullmatch(line.rstrip()))
        for where, line in file.lines()
    ]
    found = [(where, match) for where, match in rows if match]
    require_rows(found, name=file.name)
    _require_rate([(int(match[1]), int(match[2])) for _, match in found], file)
    marks = [
        Mark(
            onset_s=int(match[2]) / SAMPLES_PER_S,
            duration_s=int(match[3]) / SAMPLES_PER_S if match[3] else None,
            text=match[5].strip(),
            place=f"row {where}",
        )
        for where, match in found
    ]
    left_out = len(rows) - len(found)
    return annotations_of(
        marks,
        name=file.name,
        format_name=EVENTS_NAME,
        findings=(*file.findings, *_unread(file.name, left_out)),
    )


def read_stages(path: Path) -> Annotations:
    """Read Gamma stages; epoch 1 begins with the recording."""
    file = read_text(path)
    lines = file.lines()
    rows = [
        (where, match)
        for where, line in lines
        if (match := STAGE_LINE.fullmatch(line.rstrip()))
    ]
    require_rows(rows, name=file.name, what="epoch")
    if len(rows) < len(lines) - 1:
        _refuse_line(lines, file)
    first = min(1, *(int(match[1]) for _, match in rows))
    marks = [
        Mark(
            onset_s=(int(match[1]) - first) * EPOCH_S,
            duration_s=EPOCH_S,
            text=_stage(match[2], f"{file.name}: row {where}"),
            place=f"row {where}",
            is_stage=True,
        )
        for where, match in rows
    ]
    return annotations_of(
        marks,
        name=file.name,
        format_name=STAGES_NAME,
        epoch_s=EPOCH_S,
        findings=file.findings,
    )


def read_twin(path: Path) -> Annotations:
    """Read a Twin list; time zero is the start of the recording, or else the first line."""
    file = read_text(path)
    lines = [
        (f"row {where}", match)
        for where, line in file.lines()
        if (match := TWIN_LINE.fullmatch(line))
    ]
    require_rows(lines, name=file.name)
    clocks = [
        clock_ms(match[1], place=f"{file.name}: {where}")
        for where, match in lines
    ]
    begin = next(
        (i for i, (_, match) in enumerate(lines) if match[2].strip() == START),
        0,
    )
    start, times_ms = since_first(clocks[begin:])
    rows = [
        _TwinRow(at_ms, match[2].strip(), where)
        for at_ms, (where, match) in zip(times_ms, lines[begin:], strict=True)
    ]
    left_out = len(file.lines()) - len(rows)
    return annotations_of(
        [*_twin_stages(rows), *_twin_events(rows, file.name)],
        name=file.name,
        format_name=TWIN_NAME,
        start=start,
        start_has_date=False,
        epoch_s=EPOCH_S,
        findings=(*file.findings, *_unread(file.name, left_out)),
    )


def _first_lines(head: bytes) -> list[str]:
    return [line for line in head_text(head).splitlines() if line.strip()]


def _stage(code: str, place: str) -> str:
    named = stage_text(code, int(code), codes=RK_CODES)
    if named is None:
        raise InputError(
            f"{place}: {shown(code)} is no known stage; the codes 0 to 5 and 7 are expected."
        )
    return named


def _refuse_line(lines: Sequence[tuple[int, str]], file: TextFile) -> None:
    """Refuse the first line behind the header that is no epoch with a stage."""
    for where, line in lines[1:]:
        if STAGE_LINE.fullmatch(line.rstrip()) is None:
            raise InputError(
                f"{file.name}: row {where}: {shown(line.strip())} is no epoch with a stage; "
                "export the stages again."
            )


def _require_rate(rows: Sequence[tuple[int, int]], file: TextFile) -> None:
    """Refuse samples that do not lie in the epochs named beside them."""
    epoch_samples = EPOCH_S * SAMPLES_PER_S
    fitting = sum(
        abs(sample // epoch_samples + 1 - epoch) <= 1 for epoch, sample in rows
    )
    if fitting * 2 < len(rows):
        raise InputError(
            f"{file.name}: {len(rows) - fitting} of {len(rows)} samples lie in other epochs than "
            f"the file says if {SAMPLES_PER_S:g} samples make a second; check the export."
        )


def _unread(name: str, count: int) -> Iterator[Finding]:
    """Count the lines that hold no event, beyond two of a header."""
    if count > 2:
        yield Finding("rows-unread", Severity.NOTE, name, {"count": count})


def _twin_stages(rows: Sequence[_TwinRow]) -> Iterator[Mark]:
    """Let every stage last until the next one, the last one until the end of the list."""
    changes = [
        (row, match[1]) for row in rows if (match := STAGE.match(row.text))
    ]
    ends_ms = [row.at_ms for row in rows if row.text == STOP]
    end_ms = max([rows[-1].at_ms, *ends_ms])
    if changes:
        last = changes[-1][0].at_ms
        end_ms = max(end_ms, last + round(EPOCH_S * 1000))
    following = [row.at_ms for row, _ in changes[1:]] + [end_ms]
    for (row, text), until_ms in zip(changes, following, strict=True):
        yield Mark(
            onset_s=row.at_ms / 1000,
            duration_s=max(0, until_ms - row.at_ms) / 1000,
            text=text.strip(),
            place=row.where,
            is_stage=True,
        )


def _twin_events(rows: Sequence[_TwinRow], name: str) -> Iterator[Mark]:
    for row in rows:
        if STAGE.match(row.text):
            continue
        lasting = LASTING.search(row.text)
        text = DESATURATION.sub("", row.text)
        breathing = BREATHING.fullmatch(text)
        place = f"{name}: {row.where}"
        yield Mark(
            onset_s=row.at_ms / 1000,
            duration_s=number(lasting[1], place=place, column="DUR")
            if lasting
            else None,
            text=breathing[1] if breathing else text,
            place=row.where,
        )


EVENTS_FORMAT = AnnotationFormat(
    name=EVENTS_NAME,
    title="Wisconsin Gamma events (.sco)",
    recognises=recognises_events,
    read=read_events,
)
STAGES_FORMAT = AnnotationFormat(
    name=STAGES_NAME,
    title="Wisconsin Gamma stages (epoch, stage)",
    recognises=recognises_stages,
    read=read_stages,
)
TWIN_FORMAT = AnnotationFormat(
    name=TWIN_NAME,
    title="Wisconsin Twin list (allscore.txt)",
    recognises=recognises_twin,
    read=read_twin,
)
