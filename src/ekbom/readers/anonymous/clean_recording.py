"""A recording without a person and a day, piece by piece; its times and samples stay."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.anonymous.clean_header import CleanHeader, clean_header
from ekbom.readers.anonymous.clean_marks import clean_marks
from ekbom.readers.anonymous.identity import (
    SURE,
    Removed,
    found_in,
)
from ekbom.readers.edf.edf_file import OpenedEdf, open_edf
from ekbom.readers.edf.source import opened as opened_source
from ekbom.readers.files.streams import read_exactly

LONGEST_WORD = 160
"""Bytes of the longest word that a field can hold, in any encoding."""
PART_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class CleanRecording:
    """A recording to be written anew.

    `removed` counts what was taken out, by field, and is whole only after all parts were taken.
    """

    source: OpenedEdf
    header: CleanHeader
    removed: Counter[Removed] = field(default_factory=Counter)

    def parts(self) -> Iterator[bytes]:
        """Give the bytes of the new file.

        Raises
        ------
        InputError
            What names the person stands among the samples, where nothing can be taken out.
        """
        self.removed.update(self.header.removed)
        if self.source.rest_bytes:
            self.removed[Removed.REST] += 1
        yield self._checked(self.header.raw, shortest=0)
        record_bytes = self.source.header.record_bytes
        n_records = max(1, PART_BYTES // max(1, record_bytes))
        name, place = self.source.name, len(self.source.header.raw)
        with opened_source(self.source.source, name, at=place) as stream:
            left, end = self.source.n_records, b""
            while left > 0:
                taken = min(left, n_records)
                raw = read_exactly(stream, taken * record_bytes)
                clean = self._records(raw)
                self._checked(end + clean, shortest=SURE)
                yield clean
                left, end = left - taken, clean[-LONGEST_WORD:]

    def _records(self, raw: bytes) -> bytes:
        """Clean the annotations of some records; samples stay as they are."""
        clean = bytearray(raw)
        for start in range(0, len(raw), self.source.header.record_bytes):
            for place, length in self._annotations():
                first = start + place
                marks = clean_marks(
                    raw[first : first + length], self.header.labels
                )
                clean[first : first + length] = marks.raw
                self.removed[Removed.TEXTS] += marks.removed
        return bytes(clean)

    def _annotations(self) -> Iterator[tuple[int, int]]:
        """Give place and length of every annotation signal inside a record, bytes."""
        place = 0
        for signal in self.source.header.signals:
            length = signal.samples_per_record * self.source.header.sample_bytes
            if signal.is_annotation:
                yield place, length
            place += length

    def _checked(self, part: bytes, *, shortest: int) -> bytes:
        words = {word for word in self.header.words if len(word) >= shortest}
        if found_in(part, words):
            raise InputError(
                f"{self.source.name}: a word of the patient or recording field stands among the "
                "samples or numbers, where nothing can be taken out; "
                "export the recording without names."
            )
        return part


def clean_recording(path: Path, *, weeks: int) -> CleanRecording:
    """Open a recording to be written without a person and a day.

    Parameters
    ----------
    path
        EDF, EDF+, BDF or BDF+.
    weeks
        By how many weeks the day is moved; 0 takes it out.
    """
    source = open_edf(path)
    return CleanRecording(source, clean_header(source, weeks=weeks))
