"""Peaks that lie apart are those of the reference implementation of SciPy."""

import numpy as np
import pytest
from scipy import ndimage, signal

from ekbom.context.peaks import find_peaks_apart


@pytest.mark.parametrize(
    ("smooth", "distance", "height"),
    [(1, 40, 0.0), (5, 30, 0.5), (9, 3, -9.0), (3, 1, 0.2)],
)
def test_the_same_peaks_as_the_reference(
    smooth: int, distance: int, height: float
) -> None:
    values = ndimage.uniform_filter1d(
        np.random.default_rng(smooth).standard_normal(20_000), smooth
    )
    expected, _ = signal.find_peaks(values, height=height, distance=distance)
    assert (
        find_peaks_apart(
            values.astype(np.float64), height=height, distance=distance
        ).tolist()
        == expected.tolist()
    )


@pytest.mark.parametrize(
    "values", [[], [1.0], [1.0, 2.0], [2.0, 2.0, 2.0], [5.0, 1.0, 5.0]]
)
def test_no_peak_where_nothing_stands_out(values: list[float]) -> None:
    assert (
        find_peaks_apart(
            np.array(values, np.float32), height=0.0, distance=2
        ).size
        == 0
    )


def test_height_may_change_along_the_curve() -> None:
    values = np.array([0, 3, 0, 3, 0], np.float32)
    assert find_peaks_apart(
        values, height=np.array([4, 4, 4, 2, 2], np.float32), distance=1
    ).tolist() == [3]
