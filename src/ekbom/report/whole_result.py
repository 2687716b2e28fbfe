"""A result that was read fits itself: tables in rows, times of a night, names that have words."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from ekbom.criteria.index_key import IndexKey
from ekbom.model.assessment import Assessment
from ekbom.model.events import Hypnogram
from ekbom.model.finding import Finding, Reason
from ekbom.model.movements import (
    Candidates,
    LegMovements,
    LegQuality,
    MovementEvidence,
)
from ekbom.model.result import IndexValue, StudyResult
from ekbom.report.words import Wording, load_wording

TABLES = (Candidates, Hypnogram, LegMovements, LegQuality)
TIMES = ("onset_s", "duration_s", "minute_start_s")
LONGEST_S = 1e7
"""As for marks: no night has a time beyond it."""
UNWRITABLE = (LookupError, ValueError, TypeError, AttributeError, OverflowError)


def contradiction_in(record: StudyResult | Assessment) -> str:
    """Say in half a sentence what in a result cannot be; empty where nothing is wrong."""
    if isinstance(record, StudyResult) and not record.scores:
        return "scores: no rule set has scored this night"
    words = load_wording()
    return next(
        (
            f"{place}: {problem}"
            for place, part in _records(record, "")
            if (problem := _problem(part, words))
        ),
        "",
    )


def _records(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Walk through every record with its place."""
    if isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _records(item, f"{place}[{number}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _records(item, f"{place}.{name}")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield place.removeprefix("."), value
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            yield from _records(inner, f"{place}.{field.name}")


def _problem(record: object, words: Wording) -> str:
    if isinstance(record, TABLES):
        return _table_problem(record)
    if isinstance(record, MovementEvidence):
        return _evidence_problem(record)
    if isinstance(record, IndexValue):
        return _index_problem(record)
    if isinstance(record, Finding | Reason):
        return _text_problem(record, words)
    return ""


def _columns(record: object) -> dict[str, int]:
    """Give the length of every column of a table; what is no single column has the length -1."""
    lengths = {
        name: len(values) if values.ndim == 1 else -1
        for name, values in vars(record).items()
        if isinstance(values, np.ndarray)
    }
    if isinstance(record, Candidates):
        lengths["parts"] = len(record.parts)
    return lengths


def _table_problem(record: object) -> str:
    """Compare the columns of a table, and look at its times."""
    lengths = _columns(record)
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        return f"its columns differ in length ({told})"
    for name in TIMES:
        times = getattr(record, name, np.zeros(0))
        if not (np.abs(times) <= LONGEST_S).all():
            return f"{name} holds a time that no night has"
    return ""


def _evidence_problem(record: MovementEvidence) -> str:
    """Compare the columns; those that an earlier version did not write are empty."""
    lengths = set(_columns(record).values()) - {0}
    return "its columns differ in length" if len(lengths) > 1 else ""


def _index_problem(record: IndexValue) -> str:
    """Refuse a name that no index has, and a number without end."""
    if record.name not in IndexKey.by_name():
        return f"{record.name!r} is no index"
    value = record.value
    return "" if value is None or np.isfinite(value) else "it is no number"


def _text_problem(record: Finding | Reason, words: Wording) -> str:
    """Refuse what the catalogue of words cannot write."""
    try:
        if isinstance(record, Finding):
            words.finding(record)
        else:
            words.reason(record)
    except UNWRITABLE as error:
        return f"{record.code!r} with these values has no words ({error})"
    return ""
