"""Whole legs with known movements: exact cases, metamorphic relations, a floor per condition."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from known_legs import (
    CRITERIA,
    LITERAL,
    ROBUST,
    beats_wave,
    f1,
    hum_wave,
    known_leg,
    muscle,
    regular,
)

from ekbom.criteria.detector import DetectorSettings
from ekbom.detection.quality import MinuteReason
from ekbom.model.errors import UsageError
from ekbom.model.movements import DetectionResult
from ekbom.model.recording import FloatArray, LegSignal
from ekbom.pipeline.detect import find_leg_movements

FS = 256.0
SIX_MINUTES = int(360 * FS)


def found_in(
    leg: LegSignal,
    *,
    settings: DetectorSettings = ROBUST,
    ecg: LegSignal | None = None,
    other_leg: LegSignal | None = None,
) -> DetectionResult:
    return find_leg_movements(
        leg,
        amplitude=CRITERIA,
        settings=settings,
        ecg=ecg,
        other_leg=other_leg,
        keep_trace=False,
    )


def score(
    leg: LegSignal, truth: FloatArray, *, settings: DetectorSettings = ROBUST
) -> float:
    movements = found_in(leg, settings=settings).movements
    return f1(truth, movements.onset_s, movements.duration_s)


@pytest.mark.parametrize("rest_uv", [0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize(
    "settings", [ROBUST, LITERAL], ids=["robust", "literal"]
)
def test_floor_resting_noise(
    settings: DetectorSettings, rest_uv: float
) -> None:
    leg, truth = known_leg(rest_uv=rest_uv, movements=regular(6.0))
    assert score(leg, truth, settings=settings) >= (
        0.99 if rest_uv <= 1.0 or settings is ROBUST else 0.9
    )


def test_edges_lie_within_60_and_120_ms_without_bias() -> None:
    leg, truth = known_leg(minutes=10.0, movements=regular(10.0))
    movements = found_in(leg).movements
    onset_ms = 1000.0 * (movements.onset_s - truth[:, 0])
    offset_ms = 1000.0 * (
        movements.onset_s + movements.duration_s - truth[:, 1]
    )
    assert np.median(np.abs(onset_ms)) < 60.0
    assert np.median(np.abs(offset_ms)) < 120.0
    assert abs(np.median(onset_ms)) < 20.0
    assert abs(np.median(offset_ms)) < 20.0


CONDITIONS: dict[
    str, dict[str, Any]
] = {  # Any: the keyword arguments of known_leg, of several kinds
    "drift": {"rest_uv": np.linspace(1.0, 6.0, SIX_MINUTES)},
    "step": {"rest_uv": np.repeat([1.0, 5.0], SIX_MINUTES // 2)},
    "hum 50": {"added": hum_wave(SIX_MINUTES, fs_hz=FS, rms_uv=20.0)},
    "hum 60": {
        "added": hum_wave(SIX_MINUTES, fs_hz=FS, rms_uv=10.0, mains_hz=60.0)
    },
    "heart": {"added": beats_wave(SIX_MINUTES, fs_hz=FS, height_uv=40.0)},
    "fast heart": {
        "added": beats_wave(
            SIX_MINUTES, fs_hz=FS, height_uv=40.0, rate_bpm=112.0
        )
    },
    "coarse digits": {"step_uv": 2.0},
    "sway": {
        "added": 200.0 * np.sin(2 * np.pi * 0.3 * np.arange(SIX_MINUTES) / FS)
    },
}


@pytest.mark.parametrize("changes", CONDITIONS.values(), ids=CONDITIONS)
def test_floor_disturbed_legs(changes: dict[str, Any]) -> None:
    leg, truth = known_leg(movements=regular(6.0), **changes)
    assert score(leg, truth) >= 0.97


@pytest.mark.parametrize("fs_hz", [100.0, 128.0, 199.9, 512.0, 1000.0])
def test_floor_sampling_rates(fs_hz: float) -> None:
    leg, truth = known_leg(minutes=4.0, fs_hz=fs_hz, movements=regular(4.0))
    assert score(leg, truth) >= 0.95


def test_floor_weak_but_valid_movements() -> None:
    leg, truth = known_leg(movements=regular(6.0, peak_uv=(9.0, 12.0)))
    assert score(leg, truth) >= 0.92


def test_bursts_shorter_than_half_a_second_are_no_movements() -> None:
    bursts = [
        (10.0 + 7.0 * i, duration_s, 60.0)
        for i, duration_s in enumerate(np.linspace(0.1, 0.47, 45))
    ]
    leg, truth = known_leg(movements=bursts)
    assert (truth[:, 1] - truth[:, 0]).max() < 0.5
    assert found_in(leg).movements.onset_s.size <= 1


def test_a_contraction_of_50_s_is_one_movement_and_a_raised_level_of_three_minutes_is_rest() -> (
    None
):
    leg, truth = known_leg(minutes=4.0, movements=[(90.0, 50.0, 25.0)])
    movements = found_in(leg).movements
    assert f1(truth, movements.onset_s, movements.duration_s) == 1.0
    raised, _ = known_leg(minutes=6.0, movements=[(90.0, 180.0, 12.0)])
    assert found_in(raised).movements.duration_s.sum() < 3.0


def test_a_leg_at_rest_has_no_movement_with_hum_heart_and_pops() -> None:
    added = hum_wave(SIX_MINUTES, fs_hz=FS, rms_uv=10.0) + beats_wave(
        SIX_MINUTES, fs_hz=FS, height_uv=20.0
    )
    for start in range(5000, SIX_MINUTES - 2000, 9000):
        added[start : start + 1000] += 800.0 * np.exp(-np.arange(1000) / 40.0)
    leg, _ = known_leg(rest_uv=1.5, added=added)
    result = found_in(leg)
    assert result.movements.onset_s.size == 0
    assert {finding.code for finding in result.preparation} == {
        "hum-removed",
        "ecg-cancelled",
    }
    hum = next(f for f in result.preparation if f.code == "hum-removed")
    assert hum.values["mains_hz"] == (50.0,)
    # three minutes of six, with a window of ten seconds on either side of each
    assert hum.values["share_percent"] == pytest.approx(67.0, abs=5.0)
    assert hum.values["stretches_s"]


@pytest.mark.parametrize(
    ("off", "step_uv"),
    [("hum", 0.05), ("silence", 0.01)],
)
def test_electrode_off_the_skin_is_unscorable_also_when_it_is_not_flat(
    off: str, step_uv: float
) -> None:
    rng = np.random.default_rng(5)
    fs_hz, seconds = 256.0, 1200
    emg_uv = rng.normal(0.0, 1.0, int(seconds * fs_hz))
    lost = slice(int(480 * fs_hz), int(840 * fs_hz))
    n_lost = lost.stop - lost.start
    hum = 120.0 * np.sin(
        2.0 * np.pi * 50.0 * np.arange(n_lost) / fs_hz
    ) + rng.normal(0.0, 3.0, n_lost)
    emg_uv[lost] = hum if off == "hum" else rng.normal(0.0, 0.05, n_lost)
    digits = (np.round(emg_uv / step_uv) * step_uv).astype(np.float32)
    leg = LegSignal(
        side="left", label="L", emg_uv=digits, fs_hz=fs_hz, step_uv=step_uv
    )
    quality = find_leg_movements(
        leg, amplitude=CRITERIA, settings=ROBUST
    ).quality
    assert set(quality.reason[8:14].tolist()) == {MinuteReason.OFF_THE_SKIN}
    assert not quality.unscorable[:8].any()
    assert not quality.unscorable[14:].any()


def test_electrode_off_is_unscorable_time_not_a_quiet_leg() -> None:
    leg, truth = known_leg(movements=regular(6.0))
    off = leg.emg_uv[:].copy()
    off[int(120 * FS) : int(240 * FS)] = 3.0
    result = found_in(replace(leg, emg_uv=off))
    assert result.quality.unscorable.tolist() == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert result.quality.scored_share == pytest.approx(4 / 6, abs=0.01)
    assert result.quality.reason[2] == "flat"
    outside = (truth[:, 1] < 119.0) | (truth[:, 0] > 241.0)
    assert (
        f1(
            truth[outside],
            result.movements.onset_s,
            result.movements.duration_s,
        )
        >= 0.95
    )


def test_saturation_and_unrecorded_time_are_named() -> None:
    leg, _ = known_leg(movements=regular(6.0))
    spoilt = leg.emg_uv[:].copy()
    spoilt[int(62 * FS) : int(110 * FS)] = 3000.0
    spoilt[int(182 * FS) : int(238 * FS)] = np.nan
    quality = found_in(replace(leg, emg_uv=spoilt)).quality
    assert quality.reason.tolist() == [
        "",
        "saturated",
        "",
        "not-recorded",
        "",
        "",
    ]
    assert quality.saturated_share[1] == pytest.approx(0.8, abs=0.02)


def test_both_legs_with_one_waveform_are_refused() -> None:
    leg, _ = known_leg(movements=regular(6.0))
    quality = found_in(leg, other_leg=replace(leg, side="right")).quality
    assert set(quality.reason) == {"cross-talk"}


def test_candidates_hold_the_movements_and_what_came_near() -> None:
    near = [(20.0 + 30.0 * i, 2.0, 4.8) for i in range(8)]
    leg, _ = known_leg(movements=[*near, (300.0, 2.0, 40.0)])
    result = found_in(leg)
    assert result.movements.onset_s.size == 1
    assert result.candidates is not None
    assert 5 <= result.candidates.onset_s.size <= 12
    evidence = result.candidates.evidence
    assert evidence is not None
    strongest = int(np.argmax(evidence.peak_above_rest_uv))
    assert evidence.confidence[strongest] > 0.9
    assert np.median(np.delete(evidence.confidence, strongest)) < 0.3
    assert (evidence.confidence_low <= evidence.confidence).all()
    assert (evidence.confidence <= evidence.confidence_high).all()


def test_evidence_describes_a_movement() -> None:
    leg, _ = known_leg(minutes=3.0, movements=[(60.0, 3.0, 50.0)])
    evidence = found_in(leg).movements.evidence
    assert evidence is not None
    assert evidence.rest_uv[0] == pytest.approx(1.0, abs=0.15)
    assert 40.0 < evidence.median_above_rest_uv[0] < 60.0
    assert evidence.area_uv_s[0] == pytest.approx(50.0 * 2.85, rel=0.15)
    assert evidence.duration_distance_s[0] == pytest.approx(2.5, abs=0.15)
    assert evidence.n_bursts[0] >= 1


BASE, BASE_TRUTH = known_leg(movements=regular(6.0))


def test_metamorphic_scaling_signal_and_thresholds_together() -> None:
    scaled = replace(
        BASE,
        emg_uv=2.0 * BASE.emg_uv[:],
        step_uv=2.0 * BASE.step_uv,
        clip_uv=(-6000.0, 6000.0),
    )
    amplitude = replace(
        CRITERIA,
        onset_above_rest_uv=16.0,
        offset_above_rest_uv=4.0,
        morphology_median_uv=4.0,
    )
    one = found_in(BASE).movements
    other = find_leg_movements(
        scaled, amplitude=amplitude, settings=ROBUST, keep_trace=False
    ).movements
    np.testing.assert_allclose(one.onset_s, other.onset_s, atol=0.02)
    np.testing.assert_allclose(one.duration_s, other.duration_s, atol=0.03)


@pytest.mark.parametrize(
    "settings", [ROBUST, LITERAL], ids=["robust", "literal"]
)
def test_metamorphic_polarity_offset_and_side(
    settings: DetectorSettings,
) -> None:
    one = found_in(BASE, settings=settings).movements
    other = found_in(
        replace(BASE, emg_uv=40.0 - BASE.emg_uv[:], side="right"),
        settings=settings,
    ).movements
    np.testing.assert_allclose(one.onset_s, other.onset_s, atol=0.01)
    np.testing.assert_allclose(one.duration_s, other.duration_s, atol=0.02)
    assert set(other.side) == {"right"}


def test_metamorphic_a_quiet_stretch_before_shifts_times_and_nothing_else() -> (
    None
):
    quiet = muscle(
        int(100.5 * FS), fs_hz=FS, rng=np.random.default_rng(9)
    ).astype(np.float32)
    one = found_in(BASE).movements
    other = found_in(
        replace(BASE, emg_uv=np.concatenate((quiet, BASE.emg_uv[:])))
    ).movements
    np.testing.assert_allclose(
        one.onset_s + quiet.size / FS, other.onset_s, atol=0.05
    )
    np.testing.assert_allclose(one.duration_s, other.duration_s, atol=0.1)


def test_metamorphic_resampling() -> None:
    doubled = np.repeat(BASE.emg_uv[:], 2)
    smooth = (doubled + np.concatenate((doubled[1:], doubled[-1:]))) / 2.0
    other = found_in(
        replace(BASE, emg_uv=smooth.astype(np.float32), fs_hz=2 * FS)
    ).movements
    assert f1(BASE_TRUTH, other.onset_s, other.duration_s) >= 0.97


def test_block_by_block_equals_the_whole() -> None:
    added = hum_wave(2 * SIX_MINUTES, fs_hz=FS, rms_uv=5.0) + beats_wave(
        2 * SIX_MINUTES, fs_hz=FS, height_uv=20.0
    )
    leg, _ = known_leg(minutes=12.0, movements=regular(12.0), added=added)
    small = replace(ROBUST, core_s=130.0, margin_s=130.0)
    one, other = found_in(leg), found_in(leg, settings=small)
    assert one.movements.onset_s.size == other.movements.onset_s.size
    np.testing.assert_allclose(
        one.movements.onset_s, other.movements.onset_s, atol=0.05
    )
    np.testing.assert_allclose(
        one.movements.duration_s, other.movements.duration_s, atol=0.15
    )
    np.testing.assert_allclose(
        one.quality.rest_uv, other.quality.rest_uv, rtol=0.1
    )


@pytest.mark.parametrize(
    "settings", [ROBUST, LITERAL], ids=["robust", "literal"]
)
@pytest.mark.parametrize("n", [1, 50, 300, 5000])
def test_short_and_empty_signals_give_a_table_not_an_error(
    settings: DetectorSettings, n: int
) -> None:
    wave = np.random.default_rng(1).standard_normal(n).astype(np.float32)
    leg = replace(BASE, emg_uv=wave)
    assert found_in(leg, settings=settings).movements.onset_s.size == 0
    lost = found_in(
        replace(BASE, emg_uv=np.full(n, np.nan, np.float32)), settings=settings
    )
    assert lost.quality.unscorable.all()


def test_no_samples_are_refused_with_the_shape() -> None:
    with pytest.raises(UsageError, match=r"\(0,\)"):
        found_in(replace(BASE, emg_uv=np.zeros(0, np.float32)))


def test_trace_holds_what_figures_draw() -> None:
    trace = find_leg_movements(BASE, amplitude=CRITERIA, settings=ROBUST).trace
    assert trace is not None
    bins = {
        trace.emg_min_uv.size,
        trace.emg_max_uv.size,
        trace.envelope_uv.size,
        trace.rest_uv.size,
    }
    assert bins == {int(np.ceil(BASE.emg_uv[:].size / FS / trace.bin_s))}
    assert np.median(trace.rest_uv) == pytest.approx(1.0, abs=0.1)


def test_without_a_model_the_movements_are_the_same_and_no_confidence_is_given() -> (
    None
):
    leg, _ = known_leg(minutes=2.0, seed=3)
    usual = found_in(leg).movements
    plain = found_in(leg, settings=replace(ROBUST, confidence=None)).movements
    assert plain.onset_s.tolist() == usual.onset_s.tolist()
    assert plain.evidence is not None
    assert np.isnan(plain.evidence.confidence).all()
