"""EDF, EDF+C, EDF+D, BDF and BDF+ recordings.

Opened in one sequential pass, repaired where laboratories need it.

Every repair is a typed finding of the recording, so that a technologist sees on which assumptions
the numbers stand. `docs/decisions/0001-edf-reader.md` tells why this is not left to a library.
"""

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.recording import Channel, RawAnnotation, Recording, Role, SignalArray
from ekbom.readers.channels.labels import LabelMeaning, recognise_label
from ekbom.readers.channels.units import VOLTAGE_UNIT, Unit, canonical_unit
from ekbom.readers.edf.findings import FindingLog
from ekbom.readers.edf.header import EdfHeader, SignalHeader, read_header
from ekbom.readers.edf.marks import TalReading, read_tals
from ekbom.readers.edf.samples import Digital, read_records
from ekbom.readers.edf.timeline import Timeline, build_timeline

KEPT_ROLES = frozenset({Role.LEFT_LEG, Role.RIGHT_LEG, Role.LEG, Role.ECG})
_VOLTAGE_ROLES = KEPT_ROLES | {Role.CHIN, Role.EEG, Role.EOG}
# No axis may be this much longer than what was recorded; a gap that claims more is damage, not a
# night.
_MAX_AXIS_SAMPLES = 1 << 27


@dataclass(frozen=True, eq=False, kw_only=True)
class EdfFile:
    """An opened recording: what it is, its text marks, and its samples on demand.

    `digital` holds the digits, shape (n_records, samples_per_record), of leg and ECG channels and
    of labels asked for when opening: the one pass over the file kept them. Any other channel costs
    another pass when it is read.
    """

    recording: Recording
    annotations: tuple[RawAnnotation, ...]
    header: EdfHeader
    timeline: Timeline
    n_records: int
    digital: Mapping[int, Digital]
    source: Path | BinaryIO

    def read_signals(self, indices: Sequence[int]) -> tuple[SignalArray, ...]:
        """Read channels in canonical units (uV for voltages) on a continuous axis from recording start.

        Parameters
        ----------
        indices : sequence of int
            `Channel.index` of each channel.

        Returns
        -------
        tuple of float32 arrays
            Sample i of a channel lies at i / fs_hz; time that was not recorded is NaN, and so is a
            channel without a scale.

        Raises
        ------
        InputError
            If the source cannot be read again, or a gap would stretch the axis beyond every night.
        """
        digital = self.keeping(indices).digital
        return tuple(
            self._physical(digital[index], self.header.signals[index]) for index in indices
        )

    def keeping(self, indices: Collection[int]) -> "EdfFile":
        """Return the same recording with the samples of these channels kept as well, at the cost of one more pass if needed."""
        missing = set(indices) - self.digital.keys()
        if not missing:
            return self
        name = self.recording.name
        with _opened(self.source, name) as stream:
            stream.seek(self.header.header_bytes)
            again = read_records(
                stream,
                self.header,
                n_records=self.n_records,
                keep=missing,
                raw_header=b"",
                name=name,
            )
        return replace(self, digital={**self.digital, **again.digital})

    def _physical(self, digital: Digital, signal: SignalHeader) -> SignalArray:
        factor = canonical_unit(signal.unit_written).factor
        gain = np.float32(signal.gain * factor)
        offset = np.float32((signal.physical_min - signal.digital_min * signal.gain) * factor)
        axis = np.full(self._axis_samples(signal), np.nan, np.float32)
        for segment in self.timeline.segments:
            digits = digital[
                segment.first_record : segment.first_record + segment.n_records
            ].reshape(-1)
            first = round(segment.start_s * _fs_hz(self.header, signal))
            stretch = axis[first : first + digits.size]
            np.multiply(digits, gain, out=stretch, dtype=np.float32, casting="unsafe")
            stretch += offset
        return axis

    def _axis_samples(self, signal: SignalHeader) -> int:
        last = self.timeline.segments[-1]
        recorded = self.n_records * signal.samples_per_record
        n_samples = (
            round(last.start_s * _fs_hz(self.header, signal))
            + last.n_records * signal.samples_per_record
        )
        if n_samples > max(2 * recorded, _MAX_AXIS_SAMPLES):
            raise InputError(
                f"{self.recording.name}: gaps stretch {signal.label!r} from {recorded} to {n_samples} samples, which no night needs;"
                " the record times are damaged, export the recording again"
            )
        return n_samples


def open_edf(
    source: Path | BinaryIO,
    *,
    name: str = "",
    labels: Collection[str] = (),
    keep_roles: Collection[Role] = KEPT_ROLES,
) -> EdfFile:
    """Open a recording and read what a night needs of it in one pass from front to back.

    Parameters
    ----------
    source : Path or seekable binary file object
        The recording; a file object is read from its first byte on and is not closed.
    name : str
        Name for messages; the file's own where empty.
    labels : collection of str
        Labels, as written, whose samples shall be kept besides those of `keep_roles`.
    keep_roles : collection of Role
        Roles whose samples are kept; empty to learn what a file holds without keeping samples.

    Raises
    ------
    InputError
        If there is no such file, it is no EDF or BDF, or it is damaged beyond repair; the message
        says where.
    """
    name = name or (
        source.name
        if isinstance(source, Path)
        else Path(str(getattr(source, "name", "recording"))).name
    )
    found = FindingLog()
    with _opened(source, name) as stream:
        header, raw_header = read_header(stream, name, found)
        present, rest = _count_records(_size(stream, name), header, name)
        stream.seek(header.header_bytes)
        channels = _channels(header, found)
        keep = {
            channel.index
            for channel in channels
            if channel.role in keep_roles or channel.label in labels
        }
        taken = read_records(
            stream, header, n_records=present, keep=keep, raw_header=raw_header, name=name
        )
    tals = read_tals(taken.annotation_bytes, found)
    n_records = _trim_records(present, header, tals)
    _compare_count(header.records_declared, present=present, kept=n_records, rest=rest, found=found)
    timeline = build_timeline(
        tals.record_onset_s[:n_records],
        n_records=n_records,
        record_s=header.record_s,
        discontinuous=header.discontinuous,
        name=name,
        found=found,
    )
    return EdfFile(
        recording=_recording(
            header, channels, timeline, name=name, sha256=taken.sha256, found=found
        ),
        annotations=_on_recording_clock(tals, timeline),
        header=header,
        timeline=timeline,
        n_records=n_records,
        digital={index: digits[:n_records] for index, digits in taken.digital.items()},
        source=source,
    )


@contextmanager
def _opened(source: Path | BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Open a path, or rewind a file object.

    Failures of the file system become one clear sentence.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb", buffering=0) as raw:
                yield raw
        else:
            _rewind(source, name)
            yield source
    except FileNotFoundError as error:
        raise InputError(
            f"{name}: there is no such file; check the path {str(source)!r}"
        ) from error
    except IsADirectoryError as error:
        raise InputError(f"{name}: this is a folder; name the recording in it") from error
    except OSError as error:
        raise InputError(
            f"{name}: the file cannot be read ({error.strerror or error}); check its permissions and the disk"
        ) from error


def _rewind(source: BinaryIO, name: str) -> None:
    try:
        source.seek(0)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{name}: the source cannot be read from its beginning ({error}); store it as a file first"
        ) from error


def _size(stream: BinaryIO, name: str) -> int:
    size = stream.seek(0, SEEK_END)
    if size is None:
        raise InputError(f"{name}: the source does not tell its size; store it as a file first")
    return size


def _count_records(size: int, header: EdfHeader, name: str) -> tuple[int, int]:
    """Count the records that are really there, and the bytes after the last one.

    The header's number decides nothing.
    """
    if not header.record_bytes:
        return 0, 0
    present, rest = divmod(size - header.header_bytes, header.record_bytes)
    if not present:
        raise InputError(
            f"{name}: one record takes {header.record_bytes} bytes, but only {rest} bytes follow the header;"
            " the file is cut or its header lies, export the recording again"
        )
    return present, rest


def _trim_records(present: int, header: EdfHeader, tals: TalReading) -> int:
    """Leave out records beyond the declared number from the first that keeps no time.

    They are something else.
    """
    declared = header.records_declared
    if declared is None or not 0 < declared < tals.record_onset_s.size:
        return present
    unreadable = np.flatnonzero(~np.isfinite(tals.record_onset_s[declared:]))
    return declared + int(unreadable[0]) if unreadable.size else present


def _compare_count(
    declared: int | None, *, present: int, kept: int, rest: int, found: FindingLog
) -> None:
    """Say where the declared number of records and the length of the file disagree."""
    if declared is not None and present < declared:
        found.warn(
            "file-cut",
            f"the file is cut in record {present + 1:,}: {declared:,} are declared, {present:,} are complete",
        )
        return
    if kept < present:
        found.warn(
            "records-left-out",
            f"{present - kept:,} records behind record {kept:,} keep no time and were left out",
        )
    elif declared is not None and present > declared:
        found.warn(
            "record-count-too-small",
            f"{declared:,} records are declared, {present:,} are there; all are read",
        )
    if rest:
        found.note(
            "trailing-bytes",
            f"{rest} bytes after the last complete record are no record and were left out",
        )


def _channels(header: EdfHeader, found: FindingLog) -> tuple[Channel, ...]:
    signals = [signal for signal in header.signals if not signal.is_annotation]
    seen: set[str] = set()
    for signal in signals:
        if signal.label in seen:
            found.note(
                "label-duplicate",
                f"the label {signal.label!r} stands for several signals; by name the first is meant",
                subject=signal.label,
            )
        seen.add(signal.label)
    if signals and not header.record_s:
        found.warn("record-duration-zero", "records last 0 s, so the signals have no sampling rate")
    return tuple(_channel(header, signal, found) for signal in signals)


def _channel(header: EdfHeader, signal: SignalHeader, found: FindingLog) -> Channel:
    meaning = recognise_label(signal.label)
    unit = _unit(signal, meaning, found)
    step = abs(signal.gain) * unit.factor if unit.is_voltage else math.nan
    return Channel(
        index=signal.index,
        label=signal.label,
        role=meaning.role,
        fs_hz=_fs_hz(header, signal),
        unit=unit.name,
        unit_written=signal.unit_written,
        step_uv=step,
        physical_min=signal.physical_min * unit.factor,
        physical_max=signal.physical_max * unit.factor,
        digital_min=signal.digital_min,
        digital_max=signal.digital_max,
        prefilter=signal.prefilter,
        derivation=meaning.derivation,
        reason=meaning.note,
    )


def _unit(signal: SignalHeader, meaning: LabelMeaning, found: FindingLog) -> Unit:
    if signal.unit_written or meaning.role not in _VOLTAGE_ROLES:
        return canonical_unit(signal.unit_written)
    found.warn("unit-blank", "the unit is blank and was taken as uV", subject=signal.label)
    return Unit(VOLTAGE_UNIT, 1.0, is_voltage=True)


def _fs_hz(header: EdfHeader, signal: SignalHeader) -> float:
    return signal.samples_per_record / header.record_s if header.record_s else 0.0


def _recording(
    header: EdfHeader,
    channels: tuple[Channel, ...],
    timeline: Timeline,
    *,
    name: str,
    sha256: str,
    found: FindingLog,
) -> Recording:
    start = header.start
    if start is not None and timeline.offset_s:
        start = _shifted(start, timeline.offset_s)
    return Recording(
        name=name,
        format=header.format,
        start=start,
        duration_s=timeline.duration_s,
        channels=channels,
        gaps=timeline.gaps,
        findings=found.as_tuple(),
        sha256=sha256,
    )


def _shifted(start: dt.datetime, offset_s: float) -> dt.datetime | None:
    """Move the start in the header to the first record; None where the result is no date."""
    try:
        return start + dt.timedelta(seconds=offset_s)
    except OverflowError:
        return None


def _on_recording_clock(tals: TalReading, timeline: Timeline) -> tuple[RawAnnotation, ...]:
    """Count annotation times from the first sample, where a file with a sub-second start counts from the header's second."""
    if not timeline.offset_s:
        return tals.annotations
    # Nine digits undo the noise of the subtraction (5.3 - 0.1) and keep nanoseconds.
    return tuple(
        mark._replace(onset_s=round(mark.onset_s - timeline.offset_s, 9))
        for mark in tals.annotations
    )
