"""EDF, EDF+C, EDF+D, BDF and BDF+ recordings, repaired where laboratories need it.

Two steps: `open_edf` reads the header, so that channels can be chosen; `read_edf` makes one
sequential pass over the samples and keeps those of the chosen channels.

Every repair is a finding of the recording, so that a technologist sees on which assumptions the
numbers stand. `docs/decisions/0001-edf-reader.md` tells why this is not left to a library.
"""

import datetime as dt
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import Channel, Recording, Role
from ekbom.readers.channels.check import DigitArray
from ekbom.readers.channels.labels import LabelMeaning, recognise_label
from ekbom.readers.channels.units import VOLTAGE_UNIT, Unit, canonical_unit
from ekbom.readers.edf.fields import LATEST_YEAR, Noticed
from ekbom.readers.edf.header import EdfHeader, SignalHeader, read_header
from ekbom.readers.edf.marks import RawAnnotation, TalReading, read_tals
from ekbom.readers.edf.samples import read_records
from ekbom.readers.edf.source import name_of, opened, size_of
from ekbom.readers.edf.stored import Scale, StoredPart, StoredSignal
from ekbom.readers.edf.timeline import Timeline, build_timeline

_VOLTAGE_ROLES = frozenset(Role) - {Role.OTHER}
# A gap may stretch the axis to so many times what was recorded, or to so many samples (46 hours at
# 200 Hz), whichever is more; one that claims more is damage, not a night.
_MOST_TIMES = 4
_MAX_AXIS_SAMPLES = 1 << 25
# No electrode is sampled so often; a record duration that claims it is damage.
_MAX_RATE_HZ = 1e6
# No file holds more time; record durations that claim it are damage.
_LONGEST_S = 14 * 86400.0


@dataclass(frozen=True, eq=False, kw_only=True)
class OpenedEdf:
    """A recording of which only the header was read.

    `n_records` is the number of complete records the file has room for, `rest_bytes` what follows
    the last of them.
    """

    name: str
    source: Path | BinaryIO
    header: EdfHeader
    channels: tuple[Channel, ...]
    n_records: int
    rest_bytes: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class EdfFile:
    """A recording that was read: what it is, its text marks, and the samples of some channels.

    `digits` holds the samples as stored, shape (n_records, samples_per_record), by `Channel.index`.
    """

    recording: Recording
    annotations: tuple[RawAnnotation, ...]
    header: EdfHeader
    timeline: Timeline
    n_records: int
    digits: Mapping[int, DigitArray]

    def signal(self, index: int) -> StoredSignal:
        """Give a channel in canonical units (uV for voltages) on an axis from recording start.

        Parameters
        ----------
        index : int
            `Channel.index`; the samples of the channel must have been kept.

        Returns
        -------
        StoredSignal
            Sample i lies at i / fs_hz; time that was not recorded is NaN, and so is a channel
            without a scale.

        Raises
        ------
        InputError
            If a gap would stretch the axis beyond every night.
        """
        signal = self.header.signals[index]
        return StoredSignal(
            size=self._axis_samples(signal),
            parts=tuple(self._parts(signal)),
            scale=_scale(signal),
        )

    def _parts(self, signal: SignalHeader) -> Iterator[StoredPart]:
        fs_hz, digits = self.header.fs_hz(signal), self.digits[signal.index]
        for segment in self.timeline.segments:
            last = segment.first_record + segment.n_records
            records = digits[segment.first_record : last].reshape(-1)
            yield StoredPart(round(segment.start_s * fs_hz), records)

    def _axis_samples(self, signal: SignalHeader) -> int:
        last = self.timeline.segments[-1]
        recorded = self.n_records * signal.samples_per_record
        before_last = round(last.start_s * self.header.fs_hz(signal))
        n_samples = before_last + last.n_records * signal.samples_per_record
        if n_samples > max(_MOST_TIMES * recorded, _MAX_AXIS_SAMPLES):
            raise InputError(
                f"{self.recording.name}: gaps stretch {signal.label!r} "
                f"from {recorded} to {n_samples} samples, which no night needs; "
                "the record times are damaged, export the recording again"
            )
        return n_samples


def _scale(signal: SignalHeader) -> Scale:
    factor = canonical_unit(signal.unit_written).factor
    offset = signal.physical_min - signal.digital_min * signal.gain
    return Scale(np.float32(signal.gain * factor), np.float32(offset * factor))


def open_edf(source: Path | BinaryIO, *, name: str = "") -> OpenedEdf:
    """Read the header of a recording, so that its channels can be chosen.

    Parameters
    ----------
    source : Path or seekable binary file object
        The recording; a file object is read from its first byte on and is not closed.
    name : str
        Name for messages; the file's own where empty.

    Raises
    ------
    InputError
        If there is no such file, it is no EDF or BDF, or it is damaged beyond repair; the message
        says where.
    """
    name = name or name_of(source)
    noticed: Noticed = []
    with opened(source, name) as stream:
        header = read_header(stream, name, noticed)
        n_records, rest_bytes = _count_records(
            size_of(stream, name), header, name
        )
    _require_possible_times(n_records, header, name)
    return OpenedEdf(
        name=name,
        source=source,
        header=header,
        channels=_channels(header, noticed),
        n_records=n_records,
        rest_bytes=rest_bytes,
        findings=tuple(noticed),
    )


def read_edf(edf: OpenedEdf, *, keep: Collection[int]) -> EdfFile:
    """Read annotations and the samples of some channels in one pass from front to back.

    Parameters
    ----------
    edf : OpenedEdf
        From `open_edf`.
    keep : collection of int
        `Channel.index` of the channels whose samples are kept, and no others.

    Raises
    ------
    InputError
        If the source cannot be read again, or the record times are damaged beyond repair.
    """
    header, name, noticed = edf.header, edf.name, list(edf.findings)
    with opened(edf.source, name, at=len(header.raw)) as stream:
        taken = read_records(
            stream, header, n_records=edf.n_records, keep=keep, name=name
        )
    tals = read_tals(taken.annotation_bytes, noticed)
    n_records = _trim_records(edf.n_records, header, tals)
    noticed.extend(_count_findings(edf, n_records))
    timeline = build_timeline(
        tals.record_onset_s[:n_records],
        header,
        n_records=n_records,
        name=name,
        noticed=noticed,
    )
    digits = taken.digits.items()
    return EdfFile(
        recording=_recording(edf, timeline, taken.sha256, noticed),
        annotations=_on_recording_clock(tals, timeline),
        header=header,
        timeline=timeline,
        n_records=n_records,
        digits={index: rows[:n_records] for index, rows in digits},
    )


def _recording(
    edf: OpenedEdf, timeline: Timeline, sha256: str, noticed: Noticed
) -> Recording:
    return Recording(
        name=edf.name,
        format=edf.header.format,
        start=_shifted(edf.header.start, timeline.offset_s),
        duration_s=timeline.duration_s,
        channels=edf.channels,
        gaps=timeline.gaps,
        findings=_once_each(noticed),
        sha256=sha256,
    )


def _once_each(noticed: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the first finding of each code about each subject, in the order they were met."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in noticed:
        first.setdefault((finding.code, finding.subject), finding)
    return tuple(first.values())


def _count_records(size: int, header: EdfHeader, name: str) -> tuple[int, int]:
    """Count the records that are really there, and the bytes after the last one.

    The header's number decides nothing.
    """
    if not header.record_bytes:
        return 0, 0
    n_records, rest = divmod(size - len(header.raw), header.record_bytes)
    if not n_records:
        raise InputError(
            f"{name}: one record takes {header.record_bytes} bytes, "
            f"but only {rest} bytes follow the header; "
            "the file is cut or its header lies, export the recording again"
        )
    return n_records, rest


def _require_possible_times(
    n_records: int, header: EdfHeader, name: str
) -> None:
    """Refuse a record duration that makes weeks of a file, or billions of samples of a second."""
    samples = [
        signal.samples_per_record
        for signal in header.signals
        if not signal.is_annotation
    ]
    most = max(samples, default=0)
    if header.record_s and most > header.record_s * _MAX_RATE_HZ:
        raise InputError(
            f"{name}: the record duration of {header.record_s:g} s would make "
            f"{most} samples in that time, which no recorder does; "
            "it is damaged, export the recording again"
        )
    length_s = n_records * header.record_s
    if length_s > _LONGEST_S:
        raise InputError(
            f"{name}: {n_records} records of {header.record_s:g} s make "
            f"{length_s / 86400:.3g} days, which no night lasts; "
            "the record duration is damaged, export the recording again"
        )


def _trim_records(
    present: int,
    header: EdfHeader,
    tals: TalReading,
) -> int:
    """Leave out records beyond the declared number from the first that keeps no time.

    They are something else.
    """
    declared = header.records_declared
    if declared is None or not 0 < declared < tals.record_onset_s.size:
        return present
    unreadable = np.flatnonzero(~np.isfinite(tals.record_onset_s[declared:]))
    return declared + int(unreadable[0]) if unreadable.size else present


def _count_findings(edf: OpenedEdf, n_kept: int) -> Iterator[Finding]:
    """Say where the declared number of records and the length of the file disagree."""
    declared = edf.header.records_declared
    present = edf.n_records
    if declared is not None and present < declared:
        cut = {
            "record": present + 1,
            "declared": declared,
            "complete": present,
        }
        yield Finding(
            "file-cut",
            Severity.WARNING,
            "",
            cut,
        )
        return
    if n_kept < present:
        left = {"count": present - n_kept, "after": n_kept}
        yield Finding(
            "records-left-out",
            Severity.WARNING,
            "",
            left,
        )
    elif declared is not None and present > declared:
        more = {"declared": declared, "present": present}
        yield Finding(
            "record-count-too-small",
            Severity.WARNING,
            "",
            more,
        )
    if edf.rest_bytes:
        rest = {"n_bytes": edf.rest_bytes}
        yield Finding(
            "trailing-bytes",
            Severity.NOTE,
            "",
            rest,
        )


def _channels(header: EdfHeader, noticed: Noticed) -> tuple[Channel, ...]:
    signals = [signal for signal in header.signals if not signal.is_annotation]
    labels: set[str] = set()
    for signal in signals:
        if signal.label in labels:
            noticed.append(
                Finding("label-duplicate", Severity.NOTE, signal.label)
            )
        labels.add(signal.label)
    if signals and not header.record_s:
        noticed.append(Finding("record-duration-zero", Severity.WARNING))
    return tuple(_channel(header, signal, noticed) for signal in signals)


def _channel(
    header: EdfHeader, signal: SignalHeader, noticed: Noticed
) -> Channel:
    meaning = recognise_label(signal.label)
    unit = _unit(signal, meaning, noticed)
    return Channel(
        index=signal.index,
        label=signal.label,
        role=meaning.role,
        fs_hz=header.fs_hz(signal),
        unit=unit.name,
        unit_written=signal.unit_written,
        step_uv=abs(signal.gain) * unit.factor if unit.is_voltage else math.nan,
        physical_min=signal.physical_min * unit.factor,
        physical_max=signal.physical_max * unit.factor,
        digital_min=signal.digital_min,
        digital_max=signal.digital_max,
        prefilter=signal.prefilter,
        derivation=meaning.derivation,
        reason=meaning.reason,
    )


def _unit(
    signal: SignalHeader, meaning: LabelMeaning, noticed: Noticed
) -> Unit:
    if signal.unit_written or meaning.role not in _VOLTAGE_ROLES:
        return canonical_unit(signal.unit_written)
    noticed.append(Finding("unit-blank", Severity.WARNING, signal.label))
    return Unit(VOLTAGE_UNIT, 1.0, is_voltage=True)


def _shifted(start: dt.datetime | None, offset_s: float) -> dt.datetime | None:
    """Move the start in the header to the first record; None where the result is no date."""
    try:
        moved = start + dt.timedelta(seconds=offset_s) if start else None
    except OverflowError:
        return None
    return moved if moved and moved.year <= LATEST_YEAR else None


def _on_recording_clock(
    tals: TalReading, timeline: Timeline
) -> tuple[RawAnnotation, ...]:
    """Count annotation times from the first sample.

    A file with a sub-second start counts from the header's second. Nine digits undo the noise of
    the subtraction (5.3 - 0.1) and keep nanoseconds.
    """
    offset_s = timeline.offset_s
    if not offset_s:
        return tals.annotations
    return tuple(
        mark._replace(onset_s=round(mark.onset_s - offset_s, 9))
        for mark in tals.annotations
    )
