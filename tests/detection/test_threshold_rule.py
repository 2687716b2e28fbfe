"""Section "LM detection" of the scoring rules.

On, off, minimum duration, morphology, on any envelope.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_legs import CRITERIA
from readable_detection import find_threshold_crossings_readable

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.literal.crossings import (
    find_threshold_crossings,
)
from ekbom.detection.runs import Crossings, samples_at_least

Find = Callable[..., Crossings]
Segments = list[tuple[float, float]]
BOTH = pytest.mark.parametrize(
    "find", [find_threshold_crossings, find_threshold_crossings_readable]
)
STRICT = replace(CRITERIA, offset_inclusive=False)
SPIKES = [
    (5.0, 1.0),
    *[(0.05, 21.0), (0.4, 2.995)] * 5,
    (0.05, 21.0),
    (5.0, 1.0),
]
CASES: list[
    tuple[str, AmplitudeCriteria, Segments, list[tuple[float, float, bool]]]
] = [
    ("plain", CRITERIA, [(5, 1), (2, 11), (5, 1)], [(5.0, 7.0, False)]),
    ("on_exactly_8", CRITERIA, [(5, 1), (1, 9), (5, 1)], [(5.0, 6.0, False)]),
    ("on_below_8", CRITERIA, [(5, 1), (1, 8.99), (5, 1)], []),
    (
        "tail_at_3_belongs_to_it",
        CRITERIA,
        [(5, 1), (1, 11), (3, 4), (5, 1)],
        [(5.0, 9.0, False)],
    ),
    (
        "pause_at_2_inclusive_ends",
        CRITERIA,
        [(5, 1), (1, 11), (0.5, 3), (1, 11), (5, 1)],
        [(5.0, 6.0, False), (6.5, 7.5, False)],
    ),
    (
        "pause_at_2_strict_goes_on",
        STRICT,
        [(5, 1), (1, 11), (0.5, 3), (1, 11), (5, 1)],
        [(5.0, 7.5, False)],
    ),
    ("too_short", CRITERIA, [(5, 1), (0.49, 11), (5, 1)], []),
    (
        "exactly_half_a_second",
        CRITERIA,
        [(5, 1), (0.5, 11), (5, 1)],
        [(5.0, 5.5, False)],
    ),
    ("runs_into_the_end", CRITERIA, [(5, 1), (2, 11)], [(5.0, 7.0, True)]),
    (
        "runs_into_a_gap",
        CRITERIA,
        [(5, 1), (2, 11), (1, np.nan), (5, 1)],
        [(5.0, 7.0, True)],
    ),
    (
        "spike_and_plateau",
        CRITERIA,
        [(5, 1), (0.05, 21), (0.6, 4), (5, 1)],
        [(5.0, 5.65, False)],
    ),
    ("spikes_without_median", CRITERIA, SPIKES, []),
    (
        "spikes_without_rule",
        replace(CRITERIA, morphology=False),
        SPIKES,
        [(5.0, 7.3, False)],
    ),
]


@BOTH
@pytest.mark.parametrize(
    ("criteria", "segments", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_wasm_lm_detection(
    find: Find,
    criteria: AmplitudeCriteria,
    segments: Segments,
    expected: list[tuple[float, float, bool]],
) -> None:
    envelope = np.repeat(
        [float(level) for _, level in segments],
        [round(duration * 100) for duration, _ in segments],
    )
    found = find(envelope, 1.0, fs_hz=100.0, criteria=criteria)
    assert [
        (on / 100, off / 100, bool(cut))
        for on, off, cut in zip(*found, strict=True)
    ] == expected


@BOTH
@pytest.mark.parametrize(
    "fs_hz", [100.0, 128.0, 199.9, 250.0, 256.0, 499.9, 512.0, 1000.0]
)
def test_rate_is_never_rounded(find: Find, fs_hz: float) -> None:
    hold = samples_at_least(0.5, fs_hz)
    assert hold / fs_hz >= 0.5 > (hold - 1) / fs_hz
    envelope = np.ones(20 * hold)
    envelope[5 * hold : 6 * hold] = 20.0
    envelope[7 * hold - 1 : 8 * hold] = 20.0
    found = find(envelope, 1.0, fs_hz=fs_hz, criteria=CRITERIA)
    assert found.onset.tolist() == [5 * hold]
    assert found.offset.tolist() == [8 * hold]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 60),
            st.sampled_from([0.0, 1.0, 3.0, 3.0001, 5.0, 9.0, 12.0, np.nan]),
        ),
        min_size=1,
        max_size=25,
    ),
    st.booleans(),
    st.booleans(),
)
def test_fast_and_readable_agree(
    segments: Segments, inclusive: bool, morphology: bool
) -> None:
    envelope = np.repeat(
        [level for _, level in segments],
        [int(length) for length, _ in segments],
    )
    criteria = replace(
        CRITERIA, offset_inclusive=inclusive, morphology=morphology
    )
    fast = find_threshold_crossings(
        envelope, 1.0, fs_hz=40.0, criteria=criteria
    )
    slow = find_threshold_crossings_readable(
        envelope, 1.0, fs_hz=40.0, criteria=criteria
    )
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one, other)
