"""WFDB annotations in MIT format, as in the MIT-BIH polysomnographic database.

Pairs of bytes, the lower first: six bits of code, ten bits of samples since the mark before
(annot(5) of the WFDB Applications Guide, https://physionet.org/physiotools/wag/annot-5.htm). The
sampling frequency and the start stand in the ``.hea`` of the same record (header(5)).

Notes of sleep scorers (``README.st`` of slpdb) hold for the 30 s that follow: first the stage, then
what the epoch holds. When in the epoch an apnea, an arousal or a leg movement began is not said, so
nothing is counted from those codes; a finding counts the epochs with leg movements.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.clock import UNKNOWN_DAY, YEARS
from ekbom.readers.files.text import read_bytes, shown
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "wfdb-annotations"
SKIP, NUM, SUB, CHN, AUX = 59, 60, 61, 62, 63
LARGEST_CODE = 49
BEATS = frozenset({*range(1, 14), 25, 30, 34, 35, 38, 41})
"""Codes of beats (ecgcodes.h): normal, premature, paced and other kinds of QRS."""
BEAT_TEXT = "Heartbeat"
EPOCH_S = 30.0
STAGES = frozenset({"W", "1", "2", "3", "4", "R", "MT"})
STAGE_TEXTS = {stage: f"Stage {stage}" for stage in STAGES} | {
    "MT": "Movement time"
}
EPOCH_TEXTS = {
    "H": "Hypopnea in the epoch",
    "HA": "Hypopnea with arousal in the epoch",
    "OA": "Obstructive apnea in the epoch",
    "X": "Obstructive apnea with arousal in the epoch",
    "CA": "Central apnea in the epoch",
    "CAA": "Central apnea with arousal in the epoch",
    "L": "Leg movements in the epoch",
    "LA": "Leg movements with arousal in the epoch",
    "A": "Arousal in the epoch",
}
LEG_CODES = ("L", "LA")
RESOLUTION = re.compile(r"## time resolution: ([0-9.]{1,12})", re.ASCII)
ANNOTATOR = re.compile(r"\.[a-z_][a-z0-9_]*", re.ASCII)
OTHERS = frozenset(
    {
        ".annot",
        ".bdf",
        ".csv",
        ".eannot",
        ".edf",
        ".hea",
        ".hyp",
        ".json",
        ".rml",
        ".sco",
        ".sta",
        ".stg",
        ".tsv",
        ".txt",
        ".xml",
    }
)
"""Endings of files that are no annotations of this kind, whatever their bytes say."""
RECORD = re.compile(
    r"\S+\s+\d+(?:\s+(?P<fs>[0-9.]+)(?:/\S*)?(?:\s+\d+"
    r"(?:\s+(?P<clock>[0-9:.]+)(?:\s+(?P<date>\d+/\d+/\d+))?)?)?)?\s*",
    re.ASCII,
)
USUAL_FS_HZ = 250.0
"""What header(5) says where a record names no frequency."""


class WfdbMark(NamedTuple):
    """One annotation: its sample, its code and its text."""

    sample: int
    code: int
    text: str


class _Record(NamedTuple):
    """What the header of a record says."""

    fs_hz: float
    start: dt.datetime | None
    has_date: bool


class BrokenError(ValueError):
    """The bytes are no annotations in MIT format."""


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first bytes are annotations throughout, and no text."""
    suffix = path.suffix.casefold()
    if suffix in OTHERS or not ANNOTATOR.fullmatch(suffix):
        return False
    if not any(byte < 9 for byte in head):
        return False
    try:
        return bool(list(wfdb_marks(head, whole=False)))
    except BrokenError:
        return False


def read(path: Path) -> Annotations:
    """Read the annotations of one annotator; the header of the record lies beside them."""
    try:
        rows = list(wfdb_marks(read_bytes(path), whole=True))
    except BrokenError as error:
        raise InputError(
            f"{path.name}: {error}; fetch the annotations again."
        ) from error
    if not rows:
        raise InputError(
            f"{path.name}: there is no annotation in the file; fetch the annotations again."
        )
    record = _record(path, rows)
    marks = [mark for row in rows for mark in _marks(row, record.fs_hz)]
    return annotations_of(
        marks,
        name=path.name,
        format_name=NAME,
        dialect="stage",
        start=record.start,
        start_has_date=record.has_date,
        epoch_s=EPOCH_S,
        findings=tuple(_findings(path.name, rows)),
    )


def wfdb_marks(content: bytes, *, whole: bool) -> Iterator[WfdbMark]:
    """Walk through the pairs of bytes.

    Parameters
    ----------
    content
        The file, or its first bytes.
    whole
        Whether the end of the annotations must be there.

    Raises
    ------
    BrokenError
        A code that does not exist, or no end.
    """
    place, sample = 0, 0
    pending: WfdbMark | None = None
    while place + 1 < len(content):
        pair = content[place] | content[place + 1] << 8
        place += 2
        code, count = pair >> 10, pair & 0x3FF
        if not pair:
            yield from _present(pending)
            return
        if code == SKIP:
            sample += _long(content[place : place + 4])
            place += 4
        elif code == AUX:
            text = content[place : place + count].decode("latin-1")
            place += count + count % 2
            if pending is not None:
                pending = pending._replace(text=text.strip("\0 "))
        elif code not in (NUM, SUB, CHN):
            yield from _present(pending)
            sample += count
            pending = _new(sample, code, place)
    if whole:
        raise BrokenError("the annotations break off before their end")
    yield from _present(pending)


def _present(mark: WfdbMark | None) -> Iterator[WfdbMark]:
    if mark is not None:
        yield mark


def _new(sample: int, code: int, place: int) -> WfdbMark:
    if not 0 < code <= LARGEST_CODE or sample < 0:
        raise BrokenError(
            f"byte {place - 2} holds no annotation of a WFDB record"
        )
    return WfdbMark(sample, code, "")


def _long(raw: bytes) -> int:
    """Read an interval of four bytes: the high half first, each half with the lower byte first."""
    high, low = (int.from_bytes(raw[i : i + 2], "little") for i in (0, 2))
    value = high << 16 | low
    return value - (1 << 32) if value >= 1 << 31 else value


def _record(path: Path, rows: Sequence[WfdbMark]) -> _Record:
    """Read the frequency and the start; a note in the file itself may name the frequency."""
    header = path.with_suffix(".hea")
    noted = RESOLUTION.fullmatch(rows[0].text)
    if header.is_file():
        found = _header(header)
    elif noted:
        found = _Record(USUAL_FS_HZ, None, has_date=True)
    else:
        raise InputError(
            f"{path.name}: there is no {header.name} beside it, which says how many samples make "
            "a second; put it there."
        )
    return found._replace(fs_hz=_rate(noted[1], path.name)) if noted else found


def _header(path: Path) -> _Record:
    """Read the line of the record in a header."""
    lines = read_bytes(path).decode("latin-1").splitlines()
    written = [line for line in lines if line.strip() and line[0] != "#"]
    match = RECORD.fullmatch(written[0]) if written else None
    if match is None:
        raise InputError(
            f"{path.name}: no line says how the record is sampled; fetch the header again."
        )
    fs_hz = _rate(match["fs"] or str(USUAL_FS_HZ), path.name)
    start = _start(match["clock"], match["date"], path.name)
    return _Record(fs_hz, start, start is None or match["date"] is not None)


def _rate(written: str, name: str) -> float:
    try:
        fs_hz = float(written)
    except ValueError:
        fs_hz = 0.0
    if not 0.01 <= fs_hz <= 1e6:
        raise InputError(
            f"{name}: {shown(written)} is no sampling frequency; fetch the file again."
        )
    return fs_hz


def _start(
    clock: str | None, date: str | None, name: str
) -> dt.datetime | None:
    """Join time of day and day, which may be missing; hours and minutes may have one digit."""
    if clock is None:
        return None
    try:
        parts = [float(part) for part in clock.split(":")]
        hour, minute, second = [0.0] * (3 - len(parts)) + parts
        since = dt.timedelta(hours=hour, minutes=minute, seconds=second)
        day = UNKNOWN_DAY
        if date is not None:
            number, month, year = map(int, date.split("/"))
            day = dt.datetime(year, month, number)
            if year not in YEARS:
                raise ValueError(year)
    except ValueError as error:
        raise InputError(
            f"{name}: the start {shown(f'{clock} {date or str()}'.strip())} is no time of a night; "
            "correct the header."
        ) from error
    return day + since


def _marks(row: WfdbMark, fs_hz: float) -> Iterator[Mark]:
    """Make the marks of one annotation: a beat, a note, or a stage with what its epoch holds."""
    # An annotation cannot stand on sample 0, so the first epoch stands on sample 1.
    at_s = 0.0 if row.sample == 1 else round(row.sample / fs_hz, 3)
    place = f"sample {row.sample}"
    first, *codes = row.text.split() or [""]
    if RESOLUTION.fullmatch(row.text):
        return
    if row.code in BEATS or first not in STAGES:
        text = BEAT_TEXT if row.code in BEATS else row.text
        yield Mark(
            onset_s=at_s,
            duration_s=None,
            text=text or f"WFDB code {row.code}",
            place=place,
        )
        return
    texts = [STAGE_TEXTS[first], *(EPOCH_TEXTS.get(c, c) for c in codes)]
    for text in dict.fromkeys(texts):
        yield Mark(onset_s=at_s, duration_s=EPOCH_S, text=text, place=place)


def _findings(name: str, rows: Sequence[WfdbMark]) -> Iterator[Finding]:
    """Count the epochs that hold leg movements."""
    count = sum(
        not set(LEG_CODES).isdisjoint(row.text.split()[1:]) for row in rows
    )
    if count:
        yield Finding(
            "leg-movements-per-epoch",
            Severity.WARNING,
            name,
            {"count": count, "epoch_s": EPOCH_S},
        )


FORMAT = AnnotationFormat(
    name=NAME,
    title="WFDB annotations (MIT format)",
    recognises=recognises,
    read=read,
)
