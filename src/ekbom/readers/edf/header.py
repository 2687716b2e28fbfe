"""The header of an EDF, EDF+, BDF or BDF+ file.

Read tolerantly, every repair a finding, nonsense refused.

The header is untrusted input: no number in it decides how much memory is taken before the size of
the file agrees.
"""

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, TypeGuard

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity, Values
from ekbom.readers.edf.fields import (
    Fields,
    Noticed,
    decode_text,
    parse_lenient_number,
    parse_number,
    parse_start,
)
from ekbom.readers.files.streams import read_exactly

MAIN_BYTES = 256
BYTES_PER_SIGNAL = 256
# Widths of the fields, in file order; of the signals first all labels, then all transducers, and so
# on.
MAIN_FIELDS = (
    ("version", 8),
    ("patient", 80),
    ("recording", 80),
    ("date", 8),
    ("time", 8),
    ("header_bytes", 8),
    ("reserved", 44),
    ("records", 8),
    ("record_s", 8),
    ("signals", 4),
)
SIGNAL_FIELDS = (
    ("label", 16),
    ("transducer", 80),
    ("unit", 8),
    ("physical minimum", 8),
    ("physical maximum", 8),
    ("digital minimum", 8),
    ("digital maximum", 8),
    ("prefilter", 80),
    ("samples", 8),
    ("reserved", 32),
)
PHYSICAL_RANGE = ("physical minimum", "physical maximum")
DIGITAL_RANGE = ("digital minimum", "digital maximum")
ANNOTATION_LABEL = re.compile(
    r"[eb]df[ _]annotations?[ _]?[0-9]*", re.IGNORECASE
)
_BDF_VERSION = b"\xffBIOSEMI"
_MAX_SIGNALS = 9999
# Beyond this a bound of a range is damage: no quantity of a body is so large, and single precision
# must hold it in uV.
_MAX_BOUND = 1e12


@dataclass(frozen=True, kw_only=True)
class SignalHeader:
    """One signal as declared; a range that cannot be read is NaN (physical) or 0 to 0 (digital)."""

    index: int
    label: str
    unit_written: str
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    prefilter: str
    samples_per_record: int

    @property
    def is_annotation(self) -> bool:
        """True for the signal that carries time-keeping and text marks instead of samples."""
        return ANNOTATION_LABEL.fullmatch(self.label) is not None

    @property
    def gain(self) -> float:
        """Physical units per digit, NaN where the declared range is empty or unreadable."""
        span = self.digital_max - self.digital_min
        gain = (
            (self.physical_max - self.physical_min) / span if span else math.nan
        )
        return gain if gain else math.nan


@dataclass(frozen=True, kw_only=True)
class EdfHeader:
    """What the header says after repair, and its bytes as they stand in the file.

    `records_declared` is None where unknown.
    """

    format: str
    sample_bytes: int
    start: dt.datetime | None
    raw: bytes
    records_declared: int | None
    record_s: float
    signals: tuple[SignalHeader, ...]

    @property
    def record_bytes(self) -> int:
        """Bytes of one record: the samples of all signals."""
        return self.sample_bytes * sum(
            signal.samples_per_record for signal in self.signals
        )

    @property
    def discontinuous(self) -> bool:
        """True where the file declares that records need not follow each other (EDF+D, BDF+D)."""
        return self.format.endswith("+D")

    def fs_hz(self, signal: SignalHeader) -> float:
        """Give the sampling frequency of a signal; 0 where records last no time."""
        return (
            signal.samples_per_record / self.record_s if self.record_s else 0.0
        )


def read_header(stream: BinaryIO, name: str, noticed: Noticed) -> EdfHeader:
    """Read and repair the header; every repair is added to `noticed`.

    Raises
    ------
    InputError
        If the file is empty, cut inside the header, or no EDF or BDF at all.
    """
    main = _read_main(stream, name)
    fields = _split_main(main)
    kind = _kind(main, fields, name)
    n_signals = _signal_count(fields, name, noticed)
    raw = main + _read_signal_part(stream, n_signals, name)
    if b"\x00" in raw:
        noticed.append(Finding("header-nul", Severity.NOTE))
    if not kind:
        written = {"written": fields["version"]}
        noticed.append(Finding("version-field", Severity.NOTE, "", written))
    columns = _split_signals(raw[MAIN_BYTES:], n_signals)
    signals = tuple(
        _read_signal(i, columns[i], name, noticed) for i in range(n_signals)
    )
    _check_length(fields, raw, n_signals, noticed)
    return EdfHeader(
        record_s=_record_s(fields, name, noticed),
        format=_format(kind or "EDF", fields["reserved"], signals, noticed),
        sample_bytes=3 if kind == "BDF" else 2,
        start=parse_start(fields, noticed),
        raw=raw,
        records_declared=_declared_records(fields["records"], noticed),
        signals=signals,
    )


def _read_main(stream: BinaryIO, name: str) -> bytes:
    main = read_exactly(stream, MAIN_BYTES)
    if not main:
        raise InputError(
            f"{name}: the file is empty; export the recording again"
        )
    if len(main) < MAIN_BYTES:
        raise InputError(
            f"{name}: {len(main)} bytes are too few for an EDF header of {MAIN_BYTES}; "
            "the file is no EDF or was cut"
        )
    return main


def _read_signal_part(stream: BinaryIO, n_signals: int, name: str) -> bytes:
    raw = read_exactly(stream, n_signals * BYTES_PER_SIGNAL)
    if len(raw) < n_signals * BYTES_PER_SIGNAL:
        raise InputError(
            f"{name}: the header announces {n_signals} signals, "
            f"but the file ends after {MAIN_BYTES + len(raw)} bytes; "
            "it is cut in the header or no EDF"
        )
    return raw


def _split_main(main: bytes) -> Fields:
    rest = BytesIO(main)
    return {
        field: decode_text(rest.read(width)) for field, width in MAIN_FIELDS
    }


def _split_signals(raw: bytes, n_signals: int) -> list[Fields]:
    """Split the fields of all signals; one mapping per signal."""
    rest = BytesIO(raw)
    columns = [
        [decode_text(rest.read(width)) for _ in range(n_signals)]
        for _, width in SIGNAL_FIELDS
    ]
    names = [field for field, _ in SIGNAL_FIELDS]
    return [
        dict(zip(names, written, strict=True))
        for written in zip(*columns, strict=True)
    ]


def _kind(main: bytes, fields: Fields, name: str) -> str:
    """Tell EDF from BDF; empty where the version is neither but the rest looks like a header."""
    says_bdf = fields["reserved"].startswith(("24BIT", "BDF"))
    if main[:8] == _BDF_VERSION or (main[0] == 0xFF and says_bdf):
        return "BDF"
    if fields["version"] == "0":
        return "EDF"
    numbers = [
        parse_number(fields[field])
        for field in ("header_bytes", "records", "signals")
    ]
    if None in numbers:
        raise InputError(
            f"{name}: this is no EDF or BDF file (it begins with {main[:8]!r}); "
            "name an .edf or .bdf recording, or write it as one with ekbom convert"
        )
    return ""


def _signal_count(fields: Fields, name: str, noticed: Noticed) -> int:
    written = fields["signals"]
    count = parse_number(written)
    if count is None:
        header_bytes = parse_number(fields["header_bytes"])
        count = header_bytes / BYTES_PER_SIGNAL - 1 if header_bytes else None
        if _is_count(count):
            values: Values = {"written": written, "count": count}
            noticed.append(
                Finding("signal-count", Severity.WARNING, "", values)
            )
    if not _is_count(count):
        raise InputError(
            f"{name}: the header announces {written!r} signals, which is no possible number; "
            "the file is no EDF"
        )
    return int(count)


def _is_count(count: float | None) -> TypeGuard[float]:
    return (
        count is not None and count.is_integer() and 1 <= count <= _MAX_SIGNALS
    )


def _read_signal(
    index: int, fields: Fields, name: str, noticed: Noticed
) -> SignalHeader:
    label = fields["label"]
    samples = _samples_per_record(index, fields, name)
    low, high = (_bound(fields, field, noticed) for field in PHYSICAL_RANGE)
    digits = [_bound(fields, field, noticed) for field in DIGITAL_RANGE]
    whole = [round(digit) for digit in digits if abs(digit) < 2**31]
    lowest, highest = whole if len(whole) == len(digits) else (0, 0)
    signal = SignalHeader(
        index=index,
        label=label,
        unit_written=fields["unit"],
        physical_min=low,
        physical_max=high,
        digital_min=lowest,
        digital_max=highest,
        prefilter=fields["prefilter"],
        samples_per_record=samples,
    )
    if not signal.is_annotation:
        noticed.extend(_signal_findings(signal))
    return signal


def _samples_per_record(index: int, fields: Fields, name: str) -> int:
    samples = parse_number(fields["samples"])
    if samples is None or not samples.is_integer() or samples < 0:
        raise InputError(
            f"{name}: signal {index + 1} ({fields['label']!r}) has {fields['samples']!r} samples "
            "per record, which is no count, so no sample can be located; "
            "export the recording again"
        )
    return int(samples)


def _bound(fields: Fields, field: str, noticed: Noticed) -> float:
    """Read one bound of a range; NaN where it is unreadable or beyond everything possible."""
    text = fields[field]
    label = fields["label"]
    range_name = f"{field.split(maxsplit=1)[0]} range"
    value = parse_lenient_number(text, range_name, label, noticed)
    if value is not None and abs(value) <= _MAX_BOUND:
        return value
    if ANNOTATION_LABEL.fullmatch(label) is None:
        values: Values = {"field": field, "written": text}
        noticed.append(
            Finding("range-unreadable", Severity.WARNING, label, values)
        )
    return math.nan


def _signal_findings(signal: SignalHeader) -> Iterator[Finding]:
    label = signal.label
    low = signal.physical_min
    if signal.samples_per_record == 0:
        yield Finding("signal-empty", Severity.WARNING, label)
    if low == signal.physical_max:
        both: Values = {"value": low}
        yield Finding("physical-range-empty", Severity.WARNING, label, both)
    if signal.digital_min == signal.digital_max and not math.isnan(low):
        both = {"value": signal.digital_min}
        yield Finding("digital-range-empty", Severity.WARNING, label, both)


def _check_length(
    fields: Fields, raw: bytes, n_signals: int, noticed: Noticed
) -> None:
    written = fields["header_bytes"]
    if parse_number(written) != len(raw):
        values: Values = {
            "written": written,
            "n_signals": n_signals,
            "n_bytes": len(raw),
        }
        noticed.append(Finding("header-length", Severity.WARNING, "", values))


def _record_s(fields: Fields, name: str, noticed: Noticed) -> float:
    record_s = parse_lenient_number(
        fields["record_s"], "record duration", name, noticed
    )
    if record_s is None or record_s < 0:
        raise InputError(
            f"{name}: the record duration reads {fields['record_s']!r}, "
            "which is no time in seconds; export the recording again"
        )
    return record_s


def _declared_records(text: str, noticed: Noticed) -> int | None:
    records = parse_number(text)
    if records is not None and records >= 0 and records.is_integer():
        return int(records)
    if records == -1:
        noticed.append(Finding("record-count-unknown", Severity.NOTE))
    else:
        written = {"written": text}
        noticed.append(
            Finding("record-count-unreadable", Severity.WARNING, "", written)
        )
    return None


def _format(
    kind: str, reserved: str, signals: Sequence[SignalHeader], noticed: Noticed
) -> str:
    """Join kind and variant: plain, continuous (+C) or with gaps (+D)."""
    annotated = any(signal.is_annotation for signal in signals)
    for variant in ("+C", "+D"):
        if reserved.startswith((kind + variant, "EDF" + variant)):
            if annotated:
                return kind + variant
            declared = {"declared": kind + variant}
            noticed.append(
                Finding(
                    "annotation-signal-missing", Severity.WARNING, "", declared
                )
            )
            return kind
    if annotated:
        noticed.append(
            Finding("plus-undeclared", Severity.NOTE, "", {"kind": kind})
        )
        return f"{kind}+C"
    return kind
