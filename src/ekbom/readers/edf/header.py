"""The header of an EDF, EDF+, BDF or BDF+ file.

Read tolerantly, every repair a finding, nonsense refused.

The header is untrusted input: no number in it decides how much memory is taken before the size of
the file agrees.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import BinaryIO

from ekbom.model.errors import InputError
from ekbom.readers.edf.fields import decode_text, parse_lenient_number, parse_number, parse_start
from ekbom.readers.edf.findings import FindingLog
from ekbom.readers.files.streams import read_exactly

MAIN_BYTES = 256
BYTES_PER_SIGNAL = 256
# Widths of the fields of a signal, in file order: all labels first, then all transducers, and so
# on.
SIGNAL_FIELDS = (
    ("label", 16),
    ("transducer", 80),
    ("unit", 8),
    ("physical_min", 8),
    ("physical_max", 8),
    ("digital_min", 8),
    ("digital_max", 8),
    ("prefilter", 80),
    ("samples", 8),
    ("reserved", 32),
)
ANNOTATION_LABEL = re.compile(r"[eb]df[ _]annotations?[ _]?[0-9]*", re.IGNORECASE)
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
        gain = (self.physical_max - self.physical_min) / span if span else math.nan
        return gain if gain else math.nan


@dataclass(frozen=True, kw_only=True)
class EdfHeader:
    """What the header says after repair.

    `records_declared` is None where unknown; `header_bytes` is where samples begin.
    """

    format: str
    sample_bytes: int
    start: dt.datetime | None
    header_bytes: int
    records_declared: int | None
    record_s: float
    signals: tuple[SignalHeader, ...]

    @property
    def record_bytes(self) -> int:
        """Bytes of one record: the samples of all signals."""
        return self.sample_bytes * sum(signal.samples_per_record for signal in self.signals)

    @property
    def discontinuous(self) -> bool:
        """True where the file declares that its records need not follow each other (EDF+D, BDF+D)."""
        return self.format.endswith("+D")


def read_header(stream: BinaryIO, name: str, found: FindingLog) -> tuple[EdfHeader, bytes]:
    """Read and repair the header; return it with its raw bytes.

    Raises
    ------
    InputError
        If the file is empty, cut inside the header, or no EDF or BDF at all.
    """
    main = read_exactly(stream, MAIN_BYTES)
    if not main:
        raise InputError(f"{name}: the file is empty; export the recording again")
    if len(main) < MAIN_BYTES:
        raise InputError(
            f"{name}: {len(main)} bytes are too few for an EDF header of {MAIN_BYTES}; the file is no EDF or was cut"
        )
    fields = _split_main(main)
    kind = _kind(main, fields, name)
    n_signals = _signal_count(fields, name, found)
    signal_bytes = read_exactly(stream, n_signals * BYTES_PER_SIGNAL)
    if len(signal_bytes) < n_signals * BYTES_PER_SIGNAL:
        raise InputError(
            f"{name}: the header announces {n_signals} signals, but the file ends after {MAIN_BYTES + len(signal_bytes)} bytes;"
            " it is cut in the header or no EDF"
        )
    if b"\x00" in main + signal_bytes:
        found.note(
            "header-nul",
            "the header is padded with NUL where EDF writes blanks; they were read as blanks",
        )
    if not kind:
        kind = "EDF"
        found.note(
            "version-field", f"the version field reads {fields['version']!r} where EDF writes '0'"
        )
    signals = _read_signals(signal_bytes, n_signals, name, found)
    return _join(kind, fields, signals, name, found), main + signal_bytes


def _split_main(main: bytes) -> dict[str, str]:
    widths = (
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
    fields, at = {}, 0
    for field, width in widths:
        fields[field] = decode_text(main[at : at + width])
        at += width
    return fields


def _kind(main: bytes, fields: dict[str, str], name: str) -> str:
    """Tell EDF from BDF; empty where the version is neither but the rest looks like a header."""
    if main[:8] == _BDF_VERSION or (
        main[0] == 0xFF and fields["reserved"].startswith(("24BIT", "BDF"))
    ):
        return "BDF"
    if fields["version"] == "0":
        return "EDF"
    numbers = [parse_number(fields[field]) for field in ("header_bytes", "records", "signals")]
    if None in numbers:
        raise InputError(
            f"{name}: this is no EDF or BDF file (it begins with {main[:8]!r}); name an .edf or .bdf recording"
        )
    return ""


def _signal_count(fields: dict[str, str], name: str, found: FindingLog) -> int:
    count = parse_number(fields["signals"])
    if count is None:
        header_bytes = parse_number(fields["header_bytes"])
        count = header_bytes / BYTES_PER_SIGNAL - 1 if header_bytes else None
        if count is not None and count.is_integer() and 1 <= count <= _MAX_SIGNALS:
            found.warn(
                "signal-count",
                f"the number of signals reads {fields['signals']!r}; {count:.0f} follows from the header length",
            )
    if count is None or not count.is_integer() or not 1 <= count <= _MAX_SIGNALS:
        raise InputError(
            f"{name}: the header announces {fields['signals']!r} signals, which is no possible number; the file is no EDF"
        )
    return int(count)


def _read_signals(
    raw: bytes, n_signals: int, name: str, found: FindingLog
) -> tuple[SignalHeader, ...]:
    columns: dict[str, list[str]] = {}
    at = 0
    for field, width in SIGNAL_FIELDS:
        columns[field] = [
            decode_text(raw[at + i * width : at + (i + 1) * width]) for i in range(n_signals)
        ]
        at += n_signals * width
    return tuple(
        _read_signal(i, {field: columns[field][i] for field in columns}, name, found)
        for i in range(n_signals)
    )


def _read_signal(index: int, fields: dict[str, str], name: str, found: FindingLog) -> SignalHeader:
    label = fields["label"]
    samples = parse_number(fields["samples"])
    if samples is None or not samples.is_integer() or samples < 0:
        raise InputError(
            f"{name}: signal {index + 1} ({label!r}) has {fields['samples']!r} samples per record, which is no count,"
            " so no sample can be located; export the recording again"
        )
    physical = _range(fields, "physical", label, found)
    digital = _range(fields, "digital", label, found)
    readable = all(math.isfinite(bound) and abs(bound) < 2**31 for bound in digital)
    signal = SignalHeader(
        index=index,
        label=label,
        unit_written=fields["unit"],
        physical_min=physical[0],
        physical_max=physical[1],
        digital_min=round(digital[0]) if readable else 0,
        digital_max=round(digital[1]) if readable else 0,
        prefilter=fields["prefilter"],
        samples_per_record=int(samples),
    )
    _check_signal(signal, found)
    return signal


def _range(
    fields: dict[str, str], which: str, label: str, found: FindingLog
) -> tuple[float, float]:
    bounds = []
    for end in ("min", "max"):
        text = fields[f"{which}_{end}"]
        value = parse_lenient_number(text, f"{which} range", found, subject=label)
        if value is not None and abs(value) > _MAX_BOUND:
            value = None
        if value is None and ANNOTATION_LABEL.fullmatch(label) is None:
            found.warn(
                "range-unreadable",
                f"the {which} {end}imum reads {text!r}; the signal has no scale",
                subject=label,
            )
        bounds.append(math.nan if value is None else value)
    return bounds[0], bounds[1]


def _check_signal(signal: SignalHeader, found: FindingLog) -> None:
    if signal.is_annotation:
        return
    if signal.samples_per_record == 0:
        found.warn("signal-empty", "the signal has 0 samples per record", subject=signal.label)
    if signal.physical_min == signal.physical_max:
        found.warn(
            "physical-range-empty",
            f"physical minimum and maximum are both {signal.physical_min:g}; no scale",
            subject=signal.label,
        )
    if signal.digital_min == signal.digital_max and not math.isnan(signal.physical_min):
        found.warn(
            "digital-range-empty",
            f"digital minimum and maximum are both {signal.digital_min}; no scale",
            subject=signal.label,
        )


def _join(
    kind: str,
    fields: dict[str, str],
    signals: tuple[SignalHeader, ...],
    name: str,
    found: FindingLog,
) -> EdfHeader:
    header_bytes = MAIN_BYTES + BYTES_PER_SIGNAL * len(signals)
    if parse_number(fields["header_bytes"]) != header_bytes:
        found.warn(
            "header-length",
            f"the header length reads {fields['header_bytes']!r}; {len(signals)} signals make {header_bytes} bytes",
        )
    record_s = parse_lenient_number(fields["record_s"], "record duration", found)
    if record_s is None or record_s < 0:
        raise InputError(
            f"{name}: the record duration reads {fields['record_s']!r}, which is no time in seconds; export the recording again"
        )
    return EdfHeader(
        format=kind + _variant(kind, fields["reserved"], signals, found),
        sample_bytes=3 if kind == "BDF" else 2,
        start=parse_start(fields["date"], fields["time"], fields["recording"], found),
        header_bytes=header_bytes,
        records_declared=_declared_records(fields["records"], found),
        record_s=record_s,
        signals=signals,
    )


def _declared_records(text: str, found: FindingLog) -> int | None:
    records = parse_number(text)
    if records is not None and records >= 0 and records.is_integer():
        return int(records)
    if records == -1:
        found.note(
            "record-count-unknown",
            "the number of records was never filled in (-1); the length of the file decides",
        )
    else:
        found.warn(
            "record-count-unreadable",
            f"the number of records reads {text!r}; the length of the file decides",
        )
    return None


def _variant(kind: str, reserved: str, signals: tuple[SignalHeader, ...], found: FindingLog) -> str:
    annotated = any(signal.is_annotation for signal in signals)
    for variant in ("+C", "+D"):
        if reserved.startswith((kind + variant, "EDF" + variant)):
            if not annotated:
                found.warn(
                    "annotation-signal-missing",
                    f"declared {kind}{variant} without an annotation signal; read as continuous",
                )
                return ""
            return variant
    if annotated:
        found.note(
            "plus-undeclared",
            f"there is an annotation signal, but {kind}+ is not declared; read as {kind}+C",
        )
        return "+C"
    return ""
