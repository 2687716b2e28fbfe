"""Hypnograms as plain lists.

One stage per epoch, as ``Epoch,Stage`` tables (YASA) or one word per line.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.hypnogram import Stage
from ekbom.readers.files.text import TextFile, head_text, read_text, shown, table_rows
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import stage_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import RK_CODES, coded_stage, coding_of

TABLE_NAME = "hypnogram-csv"
LIST_NAME = "hypnogram-list"
EPOCH_S = 30.0
"""Length of an epoch in s; these files do not say it, so a finding does."""

CODE = re.compile(r"-?\d", re.ASCII)
Cell = tuple[int, str]


def recognises_table(path: Path, head: bytes) -> bool:
    """Tell whether the first line names an epoch column and a stage column."""
    lines = head_text(head).splitlines()
    cells = {cell.strip() for cell in re.split(r"[,;\t]", lines[0])} if lines else set()
    return path.suffix.casefold() in (".csv", ".txt", ".tsv") and {"Epoch", "Stage"} <= cells


def read_table(path: Path) -> Annotations:
    """Read an ``Epoch,Stage`` table, epochs numbered from 0 or 1 without a hole."""
    file = read_text(path)
    rows = table_rows(file, delimiter=",", required=("Epoch", "Stage"))
    if not rows:
        raise InputError(f"{file.name}: there is no epoch under the header; the table is empty.")
    first = rows[0].cells["Epoch"]
    for index, row in enumerate(rows):
        if first not in ("0", "1") or row.cells["Epoch"] != str(index + int(first)):
            raise InputError(
                f"{file.name}: row {row.number}: Epoch is {shown(row.cells['Epoch'])}; epochs count up from 0 or 1 without a hole."
            )
    return _annotations([(row.number, row.cells["Stage"]) for row in rows], file, TABLE_NAME)


def recognises_list(path: Path, head: bytes) -> bool:
    """Tell whether the first lines are one stage word or code each."""
    lines = [line.strip() for line in head_text(head).splitlines()[:20] if line.strip()]
    plausible = path.suffix.casefold() in (".txt", ".csv", ".eannot", ".hyp")
    return (
        plausible
        and len(lines) >= 2
        and all(CODE.fullmatch(line) or stage_of(line) is not None for line in lines[:-1])
    )


def read_list(path: Path) -> Annotations:
    """Read one stage per line."""
    file = read_text(path)
    cells = [
        (index, line.strip())
        for index, line in enumerate(file.text.splitlines(), start=1)
        if line.strip()
    ]
    return _annotations(cells, file, LIST_NAME)


def _annotations(cells: Sequence[Cell], file: TextFile, format_name: str) -> Annotations:
    codes = {int(text) for _, text in cells if CODE.fullmatch(text)}
    coding = coding_of(codes)
    marks = [
        Mark(
            onset_s=index * EPOCH_S,
            duration_s=EPOCH_S,
            text=_stage_text(cell, coding, file.name),
            place=f"row {cell[0]}",
            is_stage=True,
        )
        for index, cell in enumerate(cells)
    ]
    findings = [
        *file.findings,
        _epoch_finding(file.name),
        *_coding_finding(codes, coding, file.name),
    ]
    return annotations_of(
        marks, name=file.name, format_name=format_name, epoch_s=EPOCH_S, findings=findings
    )


def _stage_text(cell: Cell, coding: Mapping[int, Stage], name: str) -> str:
    row, text = cell
    named = coded_stage(int(text), codes=coding) if CODE.fullmatch(text) else text
    if named is None or stage_of(named) is None:
        raise InputError(
            f"{name}: row {row}: {shown(text)} is no known stage; W, N1, N2, N3 or R is expected."
        )
    return named


def _epoch_finding(name: str) -> Finding:
    message = f"The file does not say how long an epoch is; {EPOCH_S:g} s was taken, from the start of the recording."
    return Finding(
        code="epoch-length-assumed", severity=Severity.NOTE, message=message, subject=name
    )


def _coding_finding(codes: set[int], coding: Mapping[int, Stage], name: str) -> list[Finding]:
    """Say how a 4 was understood, the one code two codings disagree about."""
    if 4 not in codes:
        return []
    meaning = (
        "stage 4, hence N3, because 5 (REM) occurs too"
        if coding is RK_CODES
        else "REM, because no 5 occurs"
    )
    return [
        Finding(
            code="stage-code-assumed",
            severity=Severity.WARNING,
            message=f"Code 4 was read as {meaning}.",
            subject=name,
        )
    ]


TABLE_FORMAT = AnnotationFormat(
    name=TABLE_NAME,
    title="hypnogram table (Epoch,Stage)",
    recognises=recognises_table,
    read=read_table,
)
LIST_FORMAT = AnnotationFormat(
    name=LIST_NAME,
    title="hypnogram, one stage per line",
    recognises=recognises_list,
    read=read_list,
)
