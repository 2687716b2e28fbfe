"""A scoring as a Luna ``.annot`` file: class, instance, channel, start, stop and meta.

Class, instance and meta are those of https://zzz.bwh.harvard.edu/luna/ref/annotations/; times are
seconds from the start of the EDF, ``.`` stands for what there is not, meta are ``key=value`` pairs
joined by ``|``. Not held against Luna itself.
"""

from collections.abc import Iterator
from decimal import Decimal

from ekbom.model.events import Stage
from ekbom.report.exports.scorings.bids_events import END, mark_word
from ekbom.report.exports.scorings.marks import (
    NightMarks,
    WrittenMark,
    decimal_text,
    plain_decimal,
)
from ekbom.report.exports.scorings.standard_texts import clean

HEADER = "class\tinstance\tchannel\tstart\tstop\tmeta"
MISSING = "."
UNSCORED = "?"


def luna_bytes(night: NightMarks) -> bytes:
    """Write one line for each epoch and each mark, by onset."""
    rows = sorted(_rows(night), key=lambda each: each[0])
    lines = [HEADER, *("\t".join(cells) for _, cells in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def _rows(night: NightMarks) -> Iterator[tuple[float, list[str]]]:
    for row in night.stages(by_epoch=True):
        name = UNSCORED if row.stage is Stage.UNSCORED else row.stage.value
        span = _span(row.onset_s, row.duration_s)
        yield row.onset_s, [name, MISSING, MISSING, *span, MISSING]
    for mark in night.marks:
        yield mark.onset_s, _cells(mark)
    if night.duration_s is not None:
        at = [decimal_text(night.duration_s), MISSING]
        yield night.duration_s, [END, MISSING, MISSING, *at, MISSING]


def _cells(mark: WrittenMark) -> list[str]:
    channel = clean(mark.channel) or MISSING
    span = _span(mark.onset_s, mark.duration_s)
    word = mark_word(mark).replace("|", "/")
    first = f"mark {word}" if word.startswith("#") else word
    return [first, MISSING, channel, *span, _meta(mark)]


def _span(onset_s: float, lasting_s: float) -> tuple[str, str]:
    """Write start and stop, exact to the last digit of both."""
    start = Decimal(repr(onset_s))
    stop = plain_decimal(start + Decimal(repr(lasting_s)))
    return plain_decimal(start), stop if lasting_s else MISSING


def _meta(mark: WrittenMark) -> str:
    said = {"series": mark.series_id, "nonclm_reason": mark.rule}
    pairs = [f"{name}={value}" for name, value in said.items() if value]
    return "|".join(pairs) or MISSING
