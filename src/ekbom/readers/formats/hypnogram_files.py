"""Hypnograms as plain lists.

One stage per epoch, as ``Epoch,Stage`` tables (YASA) or one word per line.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.events import Stage
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.text import (
    TextFile,
    filled_rows,
    head_text,
    names_columns,
    read_text,
    shown,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import stage_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import RK_CODES, coding_of, stage_text

TABLE_NAME = "hypnogram-csv"
LIST_NAME = "hypnogram-list"
EPOCH_S = 30.0
"""Length of an epoch in s; these files do not say it, so a finding does."""

COMMENT = "#"
CODE = re.compile(r"-?\d", re.ASCII)
Cell = tuple[int, str]
"""The number of a line and the stage that stands in it."""


def read_table(path: Path) -> Annotations:
    """Read an ``Epoch,Stage`` table, epochs numbered from 0 or 1 without a hole."""
    file = read_text(path)
    rows = filled_rows(
        file, delimiter=",", required=("Epoch", "Stage"), what="epoch"
    )
    first = rows[0].cells["Epoch"]
    for index, row in enumerate(rows):
        epoch = row.cells["Epoch"]
        if first not in ("0", "1") or epoch != str(index + int(first)):
            raise InputError(
                f"{row.place}: Epoch is {shown(epoch)}; epochs count up from 0 or 1 without a hole."
            )
    return _annotations(
        [(row.line, row.cells["Stage"]) for row in rows], file, TABLE_NAME
    )


def recognises_list(path: Path, head: bytes) -> bool:
    """Tell whether the first lines are one stage word or code each."""
    lines = [
        line.strip()
        for line in head_text(head).splitlines()[:20]
        if line.strip() and not line.startswith(COMMENT)
    ]
    if (
        path.suffix.casefold() not in (".txt", ".csv", ".eannot", ".hyp")
        or len(lines) < 2
    ):
        return False
    return all(
        CODE.fullmatch(line) or stage_of(line) is not None
        for line in lines[:-1]
    )


def read_list(path: Path) -> Annotations:
    """Read one stage per line; lines that begin with ``#`` are comments."""
    file = read_text(path)
    cells = [
        (row, line.strip())
        for row, line in file.lines()
        if not line.startswith(COMMENT)
    ]
    return _annotations(cells, file, LIST_NAME)


def _annotations(
    cells: Sequence[Cell], file: TextFile, format_name: str
) -> Annotations:
    codes = {int(text) for _, text in cells if CODE.fullmatch(text)}
    coding = coding_of(codes)
    marks = [
        Mark(
            onset_s=index * EPOCH_S,
            duration_s=EPOCH_S,
            text=_stage(cell, coding, file.name),
            place=f"row {cell[0]}",
            is_stage=True,
        )
        for index, cell in enumerate(cells)
    ]
    findings = (*file.findings, *_assumptions(file.name, codes, coding))
    return annotations_of(
        marks,
        name=file.name,
        format_name=format_name,
        epoch_s=EPOCH_S,
        findings=findings,
    )


def _stage(cell: Cell, coding: Mapping[int, Stage], name: str) -> str:
    row, text = cell
    named = stage_text(
        text, int(text) if CODE.fullmatch(text) else None, codes=coding
    )
    if named is None:
        raise InputError(
            f"{name}: row {row}: {shown(text)} is no known stage; W, N1, N2, N3 or R is expected."
        )
    return named


def _assumptions(
    name: str, codes: Collection[int], coding: Mapping[int, Stage]
) -> Iterator[Finding]:
    """Say how long an epoch is, and how a 4 was understood, which two codings disagree about."""
    yield Finding(
        "epoch-length-assumed", Severity.NOTE, name, {"epoch_s": EPOCH_S}
    )
    if 4 not in codes:
        return
    if coding is RK_CODES:
        yield Finding("stage-4-means-n3", Severity.WARNING, name)
    else:
        yield Finding("stage-4-means-rem", Severity.WARNING, name)


TABLE_FORMAT = AnnotationFormat(
    name=TABLE_NAME,
    title="hypnogram table (Epoch,Stage)",
    recognises=names_columns(
        "Epoch", "Stage", suffixes=(".csv", ".txt", ".tsv"), separators=",;\t"
    ),
    read=read_table,
)
LIST_FORMAT = AnnotationFormat(
    name=LIST_NAME,
    title="hypnogram, one stage per line",
    recognises=recognises_list,
    read=read_list,
)
