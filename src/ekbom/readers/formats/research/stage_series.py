"""Hypnograms that are one number after the other: ELAN ``.hyp``, Dreem JSON, Stanford lists.

ELAN and Visbrain: a head of four lines names the seconds of one value; 5 is REM, 4 stage 4. Dreem
open data: a bare list of integers, one for 30 s, 4 is REM, -1 not scored (README of
Dreem-Organization/dreem-learning-evaluation). stanford-stages: one number for 15 s in
``.hypnogram.txt``, for 30 s in ``.sta``, 5 is REM, 7 unscored; no header says so, the name does.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.events import Stage
from ekbom.model.finding import Finding, Severity, Values
from ekbom.readers.files.text import (
    TextFile,
    head_text,
    number,
    read_text,
    shown,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import (
    AASM_CODES,
    RK_CODES,
    coded_stage,
)

ELAN_NAME, DREEM_NAME, STANFORD_NAME = (
    "elan-hyp",
    "dreem-json",
    "stanford-hypnogram",
)
TIME_BASE, VALUES_BEGIN, DECLARED = "time_base", "epoch_list", "epoch_nb"
CODE = re.compile(r"-?\d", re.ASCII)
DREEM_HEAD = re.compile(r"\s*\[\s*-?\d\s*(,\s*-?\d?\s*)*\]?\s*", re.ASCII)
DREEM_EPOCH_S = 30.0
STANFORD_EPOCH_S = {".hypnogram.txt": 15.0, ".sta": 30.0}
LONGEST_STEP_S = 60.0
Cell = tuple[str, int]
"""The place of a value, and the value."""


def recognises_elan(path: Path, head: bytes) -> bool:
    """Tell whether the file has the head of ELAN, in its first lines."""
    lines = head_text(head).splitlines()[:6]
    return path.suffix.casefold() in (".hyp", ".txt") and (
        {TIME_BASE, VALUES_BEGIN}
        <= {line.split(" ")[0].strip() for line in lines}
    )


def recognises_dreem(path: Path, head: bytes) -> bool:
    """Tell whether the file is a bare list of small integers."""
    text = head_text(head[:256]).rstrip("-0123456789")
    return path.suffix.casefold() == ".json" and (
        DREEM_HEAD.fullmatch(text) is not None
    )


def recognises_stanford(path: Path, head: bytes) -> bool:
    """Tell whether the name is of that program and every line one number."""
    lines = [line.strip() for line in head_text(head).splitlines()[:20]]
    return (
        bool(_stanford_epoch_s(path.name))
        and len(lines) > 1
        and all(CODE.fullmatch(line) for line in lines[:-1])
    )


def read_elan(path: Path) -> Annotations:
    """Read all values behind the head, even if it names another number of them."""
    file = read_text(path)
    lines = file.lines()
    begin = [line.strip() for _, line in lines].index(VALUES_BEGIN)
    head = dict(
        line.split(maxsplit=1) for _, line in lines[:begin] if " " in line
    )
    step_s = number(
        head.get(TIME_BASE, "").strip(), place=file.name, column=TIME_BASE
    )
    if not 0 < step_s <= LONGEST_STEP_S:
        raise InputError(
            f"{file.name}: time_base is {step_s:g} s, which is no step of a hypnogram; "
            "correct the head."
        )
    cells = [(f"row {row}", line.strip()) for row, line in lines[begin + 1 :]]
    declared = head.get(DECLARED, "").strip()
    return _annotations(
        _numbers(cells, file),
        file,
        ELAN_NAME,
        step_s=step_s,
        codes=RK_CODES,
        findings=tuple(_count_differs(declared, len(cells), file.name)),
    )


def read_dreem(path: Path) -> Annotations:
    """Read a list of stages, one for 30 s."""
    file = read_text(path)
    try:
        values = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{file.name}: this is no list of stages ({str(error)[:60]}); fetch the file again."
        ) from error
    if not isinstance(values, list) or not values:
        raise InputError(
            f"{file.name}: this is no list of stages; fetch the file again."
        )
    cells = [
        (f"value {place}", str(value))
        for place, value in enumerate(values, start=1)
    ]
    return _annotations(
        _numbers(cells, file),
        file,
        DREEM_NAME,
        step_s=DREEM_EPOCH_S,
        codes=AASM_CODES,
        findings=(_assumed(file.name, DREEM_EPOCH_S),),
    )


def read_stanford(path: Path) -> Annotations:
    """Read one number per line; how long it holds follows from the name of the file."""
    file = read_text(path)
    step_s = _stanford_epoch_s(path.name) or DREEM_EPOCH_S
    cells = [(f"row {row}", line.strip()) for row, line in file.lines()]
    return _annotations(
        _numbers(cells, file),
        file,
        STANFORD_NAME,
        step_s=step_s,
        codes=RK_CODES,
        findings=(_assumed(file.name, step_s),),
    )


def _stanford_epoch_s(name: str) -> float:
    """Tell how long a value of that program holds, s; 0 where the name is of no file of it."""
    for ending, epoch_s in STANFORD_EPOCH_S.items():
        if name.casefold().endswith(ending):
            return epoch_s
    return 0.0


def _numbers(cells: Sequence[tuple[str, str]], file: TextFile) -> list[Cell]:
    """Read whole numbers of one digit."""
    for place, text in cells:
        if CODE.fullmatch(text) is None:
            raise InputError(
                f"{file.name}: {place}: {shown(text)} is no code of a stage; "
                "whole numbers are expected."
            )
    if not cells:
        raise InputError(
            f"{file.name}: there is no stage in the file; export the hypnogram again."
        )
    return [(place, int(text)) for place, text in cells]


def _annotations(
    cells: Sequence[Cell],
    file: TextFile,
    format_name: str,
    *,
    step_s: float,
    codes: Mapping[int, Stage],
    findings: tuple[Finding, ...],
) -> Annotations:
    """Join equal values that follow each other where a value is shorter than an epoch."""
    return annotations_of(
        _marks(cells, file.name, step_s, codes),
        name=file.name,
        format_name=format_name,
        epoch_s=step_s,
        findings=(*file.findings, *findings),
    )


def _marks(
    cells: Sequence[Cell], name: str, step_s: float, codes: Mapping[int, Stage]
) -> Iterator[Mark]:
    first = 0
    for code, run in groupby(cells, key=lambda cell: cell[1]):
        places = [place for place, _ in run]
        stage = coded_stage(code, codes=codes)
        if stage is None:
            raise InputError(
                f"{name}: {places[0]}: {code} is no known code of a stage; check the format."
            )
        yield Mark(
            onset_s=first * step_s,
            duration_s=len(places) * step_s,
            text=stage,
            place=places[0],
            is_stage=True,
        )
        first += len(places)


def _count_differs(declared: str, count: int, name: str) -> Iterator[Finding]:
    if declared != str(count):
        values: Values = {"declared": declared, "count": count}
        yield Finding("stage-count-differs", Severity.WARNING, name, values)


def _assumed(name: str, epoch_s: float) -> Finding:
    return Finding(
        "epoch-length-assumed", Severity.NOTE, name, {"epoch_s": epoch_s}
    )


ELAN_FORMAT = AnnotationFormat(
    name=ELAN_NAME,
    title="ELAN or Visbrain hypnogram (.hyp)",
    recognises=recognises_elan,
    read=read_elan,
)
DREEM_FORMAT = AnnotationFormat(
    name=DREEM_NAME,
    title="Dreem open data hypnogram (JSON)",
    recognises=recognises_dreem,
    read=read_dreem,
)
STANFORD_FORMAT = AnnotationFormat(
    name=STANFORD_NAME,
    title="stanford-stages hypnogram (.hypnogram.txt, .sta)",
    recognises=recognises_stanford,
    read=read_stanford,
)
