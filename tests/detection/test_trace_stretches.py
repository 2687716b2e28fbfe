"""Stretches of the EMG kept for figures.

Around ordinary movements and the least certain ones, cut at the right samples.
"""

import numpy as np

from ekbom.detection.trace_stretches import (
    LEAD_S,
    LENGTH_S,
    choose_rows,
    with_stretches,
)
from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegQuality,
    LegTrace,
    MovementEvidence,
)
from ekbom.model.recording import LegSignal

FS_HZ = 100.0


def make_movements(confidence: list[float]) -> LegMovements:
    n = len(confidence)
    ones = np.ones(n)
    evidence = MovementEvidence(
        rest_uv=ones,
        peak_above_rest_uv=np.linspace(10.0, 60.0, n),
        median_above_rest_uv=ones,
        area_uv_s=ones,
        rise_time_s=ones,
        n_bursts=np.ones(n, dtype=np.int64),
        confidence=np.array(confidence, dtype=np.float64),
    )
    onset_s = np.linspace(1.0, 1.0 + 20.0 * max(n - 1, 0), n)
    return LegMovements(
        onset_s=onset_s,
        duration_s=ones,
        side=np.full(n, "left"),
        truncated=np.zeros(n, dtype=np.bool_),
        evidence=evidence,
    )


def make_detection(
    movements: LegMovements, *, seconds: float
) -> tuple[DetectionResult, LegSignal]:
    emg_uv = np.arange(round(seconds * FS_HZ), dtype=np.float32)
    n_bins = round(seconds * 4)
    level = np.linspace(1.0, 2.0, n_bins)
    trace = LegTrace(
        side="left",
        bin_s=0.25,
        emg_min_uv=level,
        emg_max_uv=level,
        envelope_uv=level,
        rest_uv=level,
    )
    zeros = np.zeros(1)
    quality = LegQuality(
        side="left",
        minute_start_s=zeros,
        rest_uv=zeros,
        noise_uv=zeros,
        hum_uv=zeros,
        ecg_uv=zeros,
        saturated_share=zeros,
        unscorable=np.zeros(1, dtype=np.bool_),
        reason=np.array([""]),
        scored_share=1.0,
    )
    leg = LegSignal(
        side="left", label="L", emg_uv=emg_uv, fs_hz=FS_HZ, step_uv=0.1
    )
    return DetectionResult(
        movements=movements, quality=quality, detector="x", trace=trace
    ), leg


def test_stretches_show_ordinary_and_least_certain_movements_once_each() -> (
    None
):
    confidence = [0.9, 0.2, 0.9, 0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.3, 0.9]
    rows = choose_rows(make_movements(confidence))
    assert {1, 6, 9} <= set(rows)
    assert len(rows) == len(set(rows)) == 6


def test_stretches_without_confidence_take_the_weakest() -> None:
    assert {0, 1, 2} <= set(choose_rows(make_movements([float("nan")] * 20)))


def test_stretches_of_no_movement_are_none() -> None:
    assert choose_rows(make_movements([])) == []


def test_stretches_are_cut_at_the_samples_of_the_signal() -> None:
    detection, leg = make_detection(make_movements([0.5] * 8), seconds=150.0)
    made = with_stretches([detection], [leg])[0].trace
    assert made is not None
    for stretch in made.stretches:
        onset_s = float(detection.movements.onset_s[stretch.movement])
        assert stretch.start_s == max(0.0, onset_s - LEAD_S)
        first = round(stretch.start_s * FS_HZ)
        expected = leg.emg_uv[first : first + round(LENGTH_S * FS_HZ)].astype(
            np.float64
        )
        np.testing.assert_allclose(
            stretch.emg_uv, expected - np.median(expected)
        )
        assert (
            len(stretch.emg_uv)
            == len(stretch.envelope_uv)
            == len(stretch.rest_uv)
        )
        assert detection.trace is not None
        assert (
            stretch.rest_uv[0]
            == detection.trace.rest_uv[int(stretch.start_s / 0.25)]
        )


def test_stretches_leave_a_leg_without_trace_or_signal_as_it_is() -> None:
    detection, leg = make_detection(make_movements([0.5]), seconds=30.0)
    assert with_stretches([detection], []) == (detection,)
    assert with_stretches([], [leg]) == ()
