"""The truth of a simulated night is the movement's own rms envelope between the two amplitudes."""

from dataclasses import replace

import numpy as np
import pytest

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.errors import UsageError
from ekbom.model.movements import Side
from ekbom.simulation.night import SimulatedNight, simulate_light_night
from ekbom.simulation.parameters import (
    LegParameters,
    MovementParameters,
    NightParameters,
)
from ekbom.simulation.plan import PlannedMovement
from ekbom.simulation.shape import crossings, stretched_shapes, synthetic_shapes

FS_HZ = 256.0


def own_envelope(night: SimulatedNight, side: str) -> np.ndarray:
    """Add up the own envelopes of one leg over the whole night."""
    total = np.zeros(len(night.legs.left.emg_uv) + 4096)
    for part in night.legs.envelopes:
        if part.side == side:
            total[part.start : part.start + len(part.envelope_uv)] += (
                part.envelope_uv
            )
    return total


@pytest.mark.parametrize("side", ["left", "right"])
def test_truth_onset_is_first_sample_at_8_and_offset_first_after_last_above_2(
    night: SimulatedNight, side: str
) -> None:
    envelope, truth = own_envelope(night, side), night.legs.truth
    mine = truth.side == side
    assert mine.sum() > 20
    for onset_s, duration_s in zip(
        truth.onset_s[mine], truth.duration_s[mine], strict=True
    ):
        on, off = round(onset_s * FS_HZ), round((onset_s + duration_s) * FS_HZ)
        assert envelope[on] >= 8.0 > envelope[on - 1]
        assert envelope[off - 1] > 2.0 >= envelope[off]
        assert envelope[on:off].min() > 2.0


def test_truth_leaves_nothing_out(night: SimulatedNight) -> None:
    truth = night.legs.truth
    for side in ("left", "right"):
        envelope = own_envelope(night, side)
        covered = np.zeros(len(envelope), dtype=bool)
        for onset_s, duration_s in zip(
            truth.onset_s[truth.side == side],
            truth.duration_s[truth.side == side],
            strict=True,
        ):
            covered[
                round(onset_s * FS_HZ) : round((onset_s + duration_s) * FS_HZ)
            ] = True
        assert not np.any((envelope >= 8.0) & ~covered)


def test_truth_short_bursts_are_listed_and_are_no_leg_movements(
    amplitude: AmplitudeCriteria,
) -> None:
    movements = MovementParameters(
        periodic_per_h=0,
        isolated_per_h=0,
        short_bursts_per_h=120,
        short_burst_min_s=0.35,
        short_burst_max_s=0.49,
    )
    truth = simulate_light_night(
        NightParameters(hours=0.5, movements=movements),
        amplitude=amplitude,
        seed=1,
    ).legs.truth
    bursts = truth.kind == "short_burst"
    assert bursts.sum() > 30
    assert not truth.lm[bursts].any()
    assert truth.duration_s[bursts].max() <= 0.49 + 1.5 / FS_HZ
    assert truth.duration_s[bursts].min() >= 0.35 - 1.5 / FS_HZ


def test_truth_is_rest_plus_contraction_in_power(
    amplitude: AmplitudeCriteria,
) -> None:
    movements = MovementParameters(
        short_bursts_per_h=0,
        modulation_max=0.0,
        peak_min_uv=40,
        peak_max_uv=40,
        duration_min_s=6.0,
    )
    legs = LegParameters(rest_uv=3.0, rest_wobble=0.0)
    night = simulate_light_night(
        NightParameters(hours=1.0, movements=movements, legs=legs),
        amplitude=amplitude,
        seed=5,
    )
    truth, emg_uv = night.legs.truth, night.legs.left.emg_uv
    left = truth.side == Side.LEFT
    middle_s = truth.onset_s[left] + 0.5 * truth.duration_s[left]
    stretches = [
        emg_uv[int((at - 0.5) * FS_HZ) : int((at + 0.5) * FS_HZ)]
        for at in middle_s
    ]
    assert np.sqrt(np.mean(np.concatenate(stretches) ** 2)) == pytest.approx(
        np.hypot(40.0, 3.0), rel=0.02
    )


@pytest.mark.parametrize("duration_s", [0.6, 1.0, 4.0, 10.0])
@pytest.mark.parametrize("peak_uv", [8.5, 12.0, 60.0, 300.0])
def test_shape_drawn_lasts_from_onset_to_offset_as_planned(
    amplitude: AmplitudeCriteria, duration_s: float, peak_uv: float
) -> None:
    planned = PlannedMovement(
        onset_s=10.0,
        duration_s=duration_s,
        peak_uv=peak_uv,
        side="left",
        kind="isolated",
        group=1,
    )
    shape = synthetic_shapes(MovementParameters(), amplitude=amplitude)(
        planned, 1000.0, np.random.default_rng(2)
    )
    found = crossings(shape.envelope_uv, amplitude=amplitude)
    assert found is not None
    assert (found.offset - found.onset) / 1000.0 == pytest.approx(
        duration_s, rel=0.02, abs=0.012
    )
    assert abs(found.onset - shape.anchor) <= 12
    assert shape.envelope_uv.max() == pytest.approx(peak_uv, rel=0.03)


@pytest.mark.parametrize("duration_s", [0.6, 1.0, 4.0, 10.0])
@pytest.mark.parametrize("peak_uv", [8.5, 12.0, 60.0, 300.0])
def test_shape_measured_is_stretched_to_its_time_above_the_offset_amplitude(
    amplitude: AmplitudeCriteria, duration_s: float, peak_uv: float
) -> None:
    planned = PlannedMovement(
        onset_s=10.0,
        duration_s=duration_s,
        peak_uv=peak_uv,
        side="left",
        kind="isolated",
        group=1,
    )
    template = np.interp(
        np.arange(200), [0, 20, 60, 120, 199], [0.0, 0.9, 1.0, 0.7, 0.0]
    )
    shape = stretched_shapes((template,), amplitude=amplitude)(
        planned, 1000.0, np.random.default_rng(2)
    )
    above = np.flatnonzero(shape.envelope_uv > 2.0)
    assert (above[-1] - above[0]) / 1000.0 == pytest.approx(
        duration_s, rel=0.02, abs=0.012
    )
    assert abs(above[0] - shape.anchor) <= 60
    assert shape.envelope_uv.max() == pytest.approx(peak_uv, rel=0.03)
    short = replace(planned, kind="short_burst", duration_s=0.45)
    burst = stretched_shapes((template,), amplitude=amplitude)(
        short, 1000.0, np.random.default_rng(2)
    )
    found = crossings(burst.envelope_uv, amplitude=amplitude)
    assert found is not None
    assert (found.offset - found.onset) / 1000.0 == pytest.approx(
        0.45, abs=0.012
    )


def test_seed_gives_the_same_night_and_another_seed_another(
    night: SimulatedNight, amplitude: AmplitudeCriteria
) -> None:
    again = simulate_light_night(
        night.parameters, amplitude=amplitude, seed=night.seed
    )
    other = simulate_light_night(
        night.parameters, amplitude=amplitude, seed=night.seed + 1
    )
    assert np.array_equal(again.legs.left.emg_uv[:], night.legs.left.emg_uv[:])
    assert np.array_equal(again.legs.truth.onset_s, night.legs.truth.onset_s)
    assert not np.array_equal(
        other.legs.left.emg_uv[:], night.legs.left.emg_uv[:]
    )


DISTURBANCES = {
    "hum": LegParameters(hum_uv=10.0),
    "ecg": LegParameters(ecg_left_uv=15.0, ecg_right_uv=15.0),
    "pops": LegParameters(pops_per_h=30.0),
    "wander": LegParameters(wander_uv=50.0),
    "saturation": LegParameters(saturations_per_h=10.0),
    "electrode off": LegParameters(electrode_off_min=10.0),
    "noise": LegParameters(rest_uv=4.0),
    "drift": LegParameters(rest_end_uv=10.0),
    "coarse": LegParameters(step_uv=2.0, bits=12),
}


@pytest.mark.parametrize("legs", DISTURBANCES.values(), ids=DISTURBANCES.keys())
def test_truth_a_disturbance_changes_the_signal_and_not_the_truth(
    night: SimulatedNight, amplitude: AmplitudeCriteria, legs: LegParameters
) -> None:
    disturbed = simulate_light_night(
        replace(night.parameters, legs=legs),
        amplitude=amplitude,
        seed=night.seed,
    )
    assert np.array_equal(
        disturbed.legs.truth.onset_s, night.legs.truth.onset_s
    )
    assert np.array_equal(
        disturbed.legs.truth.duration_s, night.legs.truth.duration_s
    )
    assert not np.array_equal(
        disturbed.legs.left.emg_uv[:], night.legs.left.emg_uv[:]
    )


def test_refused_parameters_are_named(amplitude: AmplitudeCriteria) -> None:
    with pytest.raises(UsageError, match="hours is 0"):
        simulate_light_night(
            NightParameters(hours=0.0), amplitude=amplitude, seed=1
        )
    with pytest.raises(UsageError, match=r"bilateral-share is 1\.5"):
        simulate_light_night(
            NightParameters(movements=MovementParameters(bilateral_share=1.5)),
            amplitude=amplitude,
            seed=1,
        )
    with pytest.raises(UsageError, match=r"fs-hz is 200\.5"):
        simulate_light_night(
            NightParameters(legs=LegParameters(fs_hz=200.5)),
            amplitude=amplitude,
            seed=1,
        )
