"""A channel as it is stored: digits that become physical values where a stretch is asked for.

A night of two legs at a high rate fills the memory as floating-point values, but not as the whole
numbers of its file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.model.recording import SignalArray
from ekbom.readers.channels.check import DigitArray


class Scale(NamedTuple):
    """Gain and offset that turn digits into the canonical unit."""

    gain: np.float32
    offset: np.float32


class StoredPart(NamedTuple):
    """Digits that follow each other, shape (n,), from sample `first` of the axis on."""

    first: int
    digits: DigitArray


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredSignal:
    """Samples on one axis from recording start, float32; time that was not recorded is NaN.

    A slice gives an array, ``signal[:]`` all of them.

    Attributes
    ----------
    size
        Samples of the axis.
    parts
        What was recorded; where parts overlap, the later one holds.
    scale
        Of the digits.
    factor
        By which the values are multiplied, where a person says another unit.
    less
        Signals of the same rate that are subtracted.
    """

    size: int
    parts: tuple[StoredPart, ...]
    scale: Scale
    factor: float = 1.0
    less: tuple["StoredSignal", ...] = ()

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, stretch: slice, /) -> SignalArray:
        start, stop, step = stretch.indices(self.size)
        if step != 1:
            return self[:][stretch]
        values = np.full(max(0, stop - start), np.nan, np.float32)
        for place, digits in self._within(start, stop):
            np.multiply(
                digits,
                self.scale.gain,
                out=values[place],
                dtype=np.float32,
                casting="unsafe",
            )
            values[place] += self.scale.offset
        if self.factor != 1.0:
            np.multiply(values, self.factor, out=values)
        for other in self.less:
            values -= other[stretch]
        return values

    def __array__(
        self,
        dtype: np.dtype[np.generic] | None = None,
        copy: bool | None = None,  # noqa: FBT001 - as NumPy calls it
    ) -> np.ndarray:
        """Give all samples, for functions that take whatever becomes an array."""
        if copy is False:
            raise ValueError("Samples are made anew from what is stored.")
        return self[:] if dtype is None else self[:].astype(dtype)

    def _within(
        self, start: int, stop: int
    ) -> Iterator[tuple[slice, DigitArray]]:
        """Give what was recorded from `start` to `stop`, each with its place in the stretch."""
        for first, digits in self.parts:
            begins, ends = max(start, first), min(stop, first + digits.size)
            if begins < ends:
                place = slice(begins - start, ends - start)
                yield place, digits[begins - first : ends - first]
