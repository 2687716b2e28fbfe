"""A simulated night keeps to its parameters: intervals, shares, levels, hum, ECG, digits."""

from dataclasses import replace

import numpy as np
import pytest

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.events import EventKind, Stage
from ekbom.simulation.night import (
    SimulatedNight,
    plan_night,
    simulate_light_night,
)
from ekbom.simulation.parameters import (
    EventParameters,
    HeartParameters,
    LegParameters,
    MovementParameters,
    NightParameters,
)
from ekbom.simulation.sleep import simulate_hypnogram

EMPTY = MovementParameters(
    periodic_per_h=0, isolated_per_h=0, short_bursts_per_h=0
)


def empty_night(
    amplitude: AmplitudeCriteria, legs: LegParameters, *, hours: float = 0.5
) -> SimulatedNight:
    events = EventParameters(breathing_per_h=0)
    return simulate_light_night(
        NightParameters(hours=hours, movements=EMPTY, legs=legs, events=events),
        amplitude=amplitude,
        seed=4,
    )


@pytest.mark.parametrize("interval_s", [18.0, 24.0, 40.0])
def test_parameter_interval_is_the_median_of_a_log_normal_distribution(
    interval_s: float,
) -> None:
    movements = MovementParameters(
        interval_s=interval_s,
        periodic_per_h=40,
        isolated_per_h=0,
        short_bursts_per_h=0,
        bilateral_share=0.0,
    )
    parameters = NightParameters(
        hours=24.0,
        movements=movements,
        events=EventParameters(breathing_per_h=0),
    )
    plan = plan_night(parameters, rng=np.random.default_rng(9))
    intervals_s = np.diff([movement.onset_s for movement in plan.movements])
    inside = intervals_s[intervals_s < 3.0 * interval_s]
    assert np.median(inside) == pytest.approx(interval_s, rel=0.06)
    assert np.std(np.log(inside)) == pytest.approx(
        movements.interval_log_sd, rel=0.25
    )


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_parameter_bilateral_share(share: float) -> None:
    parameters = NightParameters(
        hours=24.0,
        movements=MovementParameters(
            bilateral_share=share, short_bursts_per_h=0
        ),
    )
    movements = plan_night(parameters, rng=np.random.default_rng(9)).movements
    sizes = np.unique(
        [movement.group for movement in movements], return_counts=True
    )[1]
    assert np.mean(sizes == 2) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("rest_uv", [0.5, 2.0, 4.0])
def test_parameter_resting_level_is_the_rms(
    amplitude: AmplitudeCriteria, rest_uv: float
) -> None:
    night = empty_night(
        amplitude, LegParameters(rest_uv=rest_uv, rest_wobble=0.0, step_uv=0.01)
    )
    for leg in (night.legs.left, night.legs.right):
        assert np.std(leg.emg_uv[:]) == pytest.approx(rest_uv, rel=0.02)
    assert (
        abs(
            np.corrcoef(night.legs.left.emg_uv[:], night.legs.right.emg_uv[:])[
                0, 1
            ]
        )
        < 0.02
    )


def test_parameter_drift_goes_from_first_to_last_level(
    amplitude: AmplitudeCriteria,
) -> None:
    emg_uv = empty_night(
        amplitude, LegParameters(rest_uv=1.0, rest_end_uv=10.0, rest_wobble=0.0)
    ).legs.left.emg_uv
    assert np.std(emg_uv[:5000]) == pytest.approx(1.0, rel=0.1)
    assert np.std(emg_uv[-5000:]) == pytest.approx(10.0, rel=0.1)


@pytest.mark.parametrize("hum_hz", [50.0, 60.0])
def test_parameter_hum_has_its_rms_and_frequency(
    amplitude: AmplitudeCriteria, hum_hz: float
) -> None:
    legs = LegParameters(
        hum_uv=10.0, hum_hz=hum_hz, hum_on_share=1.0, rest_uv=0.5
    )
    emg_uv = empty_night(amplitude, legs).legs.left.emg_uv
    power = np.abs(np.fft.rfft(emg_uv[:])) ** 2 / len(emg_uv) ** 2 * 2.0
    frequency_hz = np.fft.rfftfreq(len(emg_uv), 1.0 / legs.fs_hz)
    assert np.sqrt(
        power[np.abs(frequency_hz - hum_hz) < 1.0].sum()
    ) == pytest.approx(10.0, rel=0.12)
    assert frequency_hz[np.argmax(power)] == pytest.approx(hum_hz, abs=0.2)


def test_parameter_hum_comes_and_goes(amplitude: AmplitudeCriteria) -> None:
    emg_uv = empty_night(
        amplitude, LegParameters(hum_uv=10.0, hum_on_share=0.5), hours=2.0
    ).legs.left.emg_uv
    per_second = emg_uv[: len(emg_uv) // 256 * 256].reshape(-1, 256).std(axis=1)
    assert 0.2 < np.mean(per_second > 5.0) < 0.8


def test_parameter_ecg_height_in_each_leg(amplitude: AmplitudeCriteria) -> None:
    legs = LegParameters(ecg_left_uv=40.0, rest_uv=0.1, step_uv=0.01)
    night = simulate_light_night(
        NightParameters(
            hours=0.5,
            movements=EMPTY,
            legs=legs,
            events=EventParameters(breathing_per_h=0),
            heart=HeartParameters(ectopic_share=0),
        ),
        amplitude=amplitude,
        seed=4,
    )
    beats = night.plan.beats.time_s
    index = np.round(beats[5:-5] * 256).astype(int)
    heights = [night.legs.left.emg_uv[i - 4 : i + 5].max() for i in index]
    assert np.median(heights) == pytest.approx(40.0, rel=0.05)
    assert np.abs(night.legs.right.emg_uv[:]).max() < 1.0
    assert 60.0 / np.median(np.diff(beats)) == pytest.approx(62.0, rel=0.05)


def test_parameter_ectopic_beats_are_early() -> None:
    parameters = NightParameters(
        hours=2.0, movements=EMPTY, heart=HeartParameters(ectopic_share=0.05)
    )
    beats = plan_night(parameters, rng=np.random.default_rng(1)).beats
    rr_s = np.diff(beats.time_s)
    odd = beats.ectopic[1:]
    assert 0.03 < beats.ectopic.mean() < 0.06
    assert np.median(rr_s[odd]) < 0.7 * np.median(rr_s[~odd])
    assert rr_s.min() > 0.3


@pytest.mark.parametrize(
    ("step_uv", "bits"), [(0.05, 16), (0.5, 12), (2.0, 12)]
)
def test_parameter_digits_and_limits(
    amplitude: AmplitudeCriteria, step_uv: float, bits: int
) -> None:
    leg = simulate_light_night(
        NightParameters(
            hours=0.2, legs=LegParameters(step_uv=step_uv, bits=bits)
        ),
        amplitude=amplitude,
        seed=1,
    ).legs.left
    digits = leg.emg_uv[:] / step_uv
    assert np.abs(digits - np.round(digits)).max() < 2e-3
    assert np.abs(digits).max() <= 2 ** (bits - 1)
    assert leg.clip_uv[1] == pytest.approx((2 ** (bits - 1) - 1) * step_uv)


@pytest.mark.parametrize("fs_hz", [100.0, 128.0, 200.0, 400.0, 512.0, 1000.0])
def test_parameter_sampling_rate(
    amplitude: AmplitudeCriteria, fs_hz: float
) -> None:
    leg = empty_night(
        amplitude,
        LegParameters(fs_hz=fs_hz, hum_uv=3.0, ecg_right_uv=5.0),
        hours=0.1,
    ).legs.right
    assert len(leg.emg_uv) == 360 * fs_hz
    assert leg.fs_hz == fs_hz
    assert leg.emg_uv[:].dtype == np.float32


def test_parameter_spoilt_time_is_named_and_spoilt(
    amplitude: AmplitudeCriteria,
) -> None:
    legs = LegParameters(electrode_off_min=6.0, saturations_per_h=20.0)
    night = empty_night(amplitude, legs)
    lasting_s = [interval.duration_s for interval in night.legs.spoilt["left"]]
    assert max(lasting_s) == pytest.approx(362.0, abs=0.5)
    assert len(night.legs.spoilt["right"]) >= 5
    for interval in night.legs.spoilt["right"]:
        start = int(interval.onset_s * 256)
        assert np.abs(
            night.legs.right.emg_uv[
                start : start + int(interval.duration_s * 256)
            ]
        ).max() == pytest.approx(night.legs.right.clip_uv[1])


def test_parameter_movements_follow_breathing_events() -> None:
    events = EventParameters(breathing_per_h=60.0, breathing_movement_share=1.0)
    parameters = NightParameters(hours=8.0, movements=EMPTY, events=events)
    plan = plan_night(parameters, rng=np.random.default_rng(3))
    ends_s = np.array(
        [
            e.onset_s + e.duration_s
            for e in plan.events
            if e.kind
            in {
                EventKind.HYPOPNEA,
                EventKind.APNEA_OBSTRUCTIVE,
                EventKind.APNEA_CENTRAL,
            }
        ]
    )
    onsets_s = np.array([movement.onset_s for movement in plan.movements])
    delay_s = onsets_s[:, None] - ends_s[None, :]
    nearest_s = delay_s[
        np.arange(len(onsets_s)), np.abs(delay_s).argmin(axis=1)
    ]
    assert np.median(nearest_s) == pytest.approx(2.5, abs=0.4)


def test_parameter_arousals_go_with_their_share_of_movements() -> None:
    events = EventParameters(
        arousal_share=0.4, spontaneous_arousals_per_h=0.0, breathing_per_h=0.0
    )
    plan = plan_night(
        NightParameters(hours=24.0, events=events), rng=np.random.default_rng(3)
    )
    arousals = np.array(
        [
            (e.onset_s, e.onset_s + e.duration_s)
            for e in plan.events
            if e.kind == EventKind.AROUSAL
        ]
    )
    onsets_s = np.unique(
        [m.onset_s for m in plan.movements if m.kind != "short_burst"]
    )
    linked = [
        bool(np.any((arousals[:, 0] < at + 2.0) & (arousals[:, 1] > at - 0.5)))
        for at in onsets_s
    ]
    assert 0.2 < np.mean(linked) < 0.5


@pytest.mark.parametrize("seed", range(3))
def test_hypnogram_has_realistic_cycles(seed: int) -> None:
    hypnogram = simulate_hypnogram(8 * 3600.0, np.random.default_rng(seed))
    share = {
        stage: float(np.mean(hypnogram.stage == str(stage))) for stage in Stage
    }
    assert 0.05 < share[Stage.N3] < 0.25
    assert 0.12 < share[Stage.REM] < 0.30
    assert 0.35 < share[Stage.N2] < 0.65
    third = len(hypnogram.stage) // 3
    assert np.sum(hypnogram.stage[:third] == "N3") > np.sum(
        hypnogram.stage[-third:] == "N3"
    )
    assert np.sum(hypnogram.stage[:third] == "R") < np.sum(
        hypnogram.stage[-third:] == "R"
    )
    assert np.all(np.diff(hypnogram.onset_s) == 30.0)


def test_parameter_rate_of_movements_does_not_depend_on_the_hours() -> None:
    short = plan_night(NightParameters(hours=4.0), rng=np.random.default_rng(2))
    long = plan_night(
        replace(NightParameters(), hours=12.0), rng=np.random.default_rng(2)
    )
    assert len(long.movements) / 12.0 == pytest.approx(
        len(short.movements) / 4.0, rel=0.4
    )
