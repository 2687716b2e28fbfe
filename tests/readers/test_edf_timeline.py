"""Record times.

Whatever the pauses, every record lies where its own time stamp says, and nothing drifts.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.model.errors import InputError
from ekbom.readers.edf.header import EdfHeader
from ekbom.readers.edf.timeline import Timeline, build_timeline


def header_of(record_s: float, file_format: str) -> EdfHeader:
    return EdfHeader(
        format=file_format,
        sample_bytes=2,
        start=None,
        raw=b"",
        records_declared=None,
        record_s=record_s,
        signals=(),
    )


def timeline_of(
    onsets_s: list[float], record_s: float, *, discontinuous: bool = True
) -> Timeline:
    header = header_of(record_s, "EDF+D" if discontinuous else "EDF+C")
    onset_s = np.array(onsets_s)
    return build_timeline(
        onset_s, header, n_records=onset_s.size, name="night.edf", noticed=[]
    )


@given(
    pauses=st.lists(
        st.sampled_from([0.0, 0.0, 0.0, 0.05, 1.0, 33.3, 600.0]),
        min_size=1,
        max_size=60,
    ),
    record_s=st.sampled_from([0.1, 0.99609375, 1.0, 10.0, 30.0]),
    start_s=st.floats(0, 1),
)
def test_timeline_every_record_lies_at_its_own_time(
    pauses: list[float], record_s: float, start_s: float
) -> None:
    onsets = (
        start_s
        + np.arange(len(pauses)) * record_s
        + np.cumsum([0.0, *pauses[1:]])
    ).tolist()
    timeline = timeline_of(onsets, record_s)
    placed = [
        segment.start_s + i * record_s
        for segment in timeline.segments
        for i in range(segment.n_records)
    ]
    np.testing.assert_allclose(placed, np.array(onsets) - onsets[0], atol=1e-6)
    assert timeline.offset_s == onsets[0]
    assert timeline.duration_s == pytest.approx(
        len(onsets) * record_s + sum(gap.duration_s for gap in timeline.gaps)
    )
    assert (
        len(timeline.gaps)
        == len(timeline.segments) - 1
        == np.count_nonzero(pauses[1:])
    )


@given(jitter=st.lists(st.floats(-0.009, 0.009), min_size=2, max_size=50))
def test_timeline_jitter_is_no_gap(jitter: list[float]) -> None:
    timeline = timeline_of([i + shift for i, shift in enumerate(jitter)], 1.0)
    assert timeline.gaps == ()
    assert timeline.duration_s == len(jitter)


def test_timeline_slow_clock_of_the_recorder_becomes_small_gaps_and_no_drift() -> (
    None
):
    onsets = [i * 1.0005 for i in range(1000)]
    timeline = timeline_of(onsets, 1.0)
    placed = [
        segment.start_s + i
        for segment in timeline.segments
        for i in range(segment.n_records)
    ]
    assert np.max(np.abs(np.array(placed) - onsets)) <= 0.02


def test_timeline_record_without_time_follows_the_one_before_it() -> None:
    timeline = timeline_of([math.nan, 1, 2, 62, math.nan, 64], 1.0)
    assert [(gap.onset_s, gap.duration_s) for gap in timeline.gaps] == [(3, 59)]
    assert timeline.duration_s == 65


def test_timeline_records_that_go_back_in_time_are_placed_after_each_other() -> (
    None
):
    timeline = timeline_of([0, 1, 0.5, 3, 4], 1.0)
    assert timeline.gaps == ()
    assert timeline.duration_s == 5


def test_timeline_time_no_night_has_is_refused() -> None:
    with pytest.raises(InputError, match="no night has"):
        timeline_of([0, 1, 9e8], 1.0)


def test_timeline_without_time_keeping_is_continuous() -> None:
    header = header_of(10, "EDF")
    timeline = build_timeline(
        np.empty(0), header, n_records=30, name="night.edf", noticed=[]
    )
    assert (timeline.offset_s, timeline.duration_s, timeline.gaps) == (
        0,
        300,
        (),
    )
