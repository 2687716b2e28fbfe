"""A channel that is no leg never makes a healthy night: what a whole scoring says of it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.errors import UnscorableError
from ekbom.model.recording import FloatArray, LegChoice, LegSignal, Recording
from ekbom.model.result import StudyResult
from ekbom.pipeline.request import ScoringRequest
from ekbom.pipeline.score import score_study
from ekbom.readers.study import Study
from ekbom.rules.load_detection import load_detector
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import SimulatedNight, simulate_light_night
from ekbom.simulation.parameters import MovementParameters, NightParameters

DENSE = NightParameters(
    hours=1.0,
    movements=MovementParameters(periodic_per_h=140.0, interval_s=20.0),
)
Change = Callable[[FloatArray], FloatArray]


def amplitude() -> AmplitudeCriteria:
    found = amplitude_criteria(load_rule_set("wasm2016"))
    assert found is not None
    return found


@cache
def night() -> SimulatedNight:
    return simulate_light_night(DENSE, amplitude=amplitude(), seed=61)


def leg(own: LegSignal, change: Change | None) -> LegSignal:
    if change is None:
        return own
    wave = change(np.asarray(own.emg_uv[:], np.float64))
    digits = np.round(wave / own.step_uv) * own.step_uv
    return replace(own, emg_uv=digits.astype(np.float32))


def scored(left: Change | None, right: Change | None) -> StudyResult:
    """The night with what a recorder did to its legs."""
    made = night()
    legs = leg(made.legs.left, left), leg(made.legs.right, right)
    study = Study(
        recording=Recording(
            name="night",
            format="arrays",
            start=None,
            duration_s=DENSE.duration_s,
            channels=(),
        ),
        choice=LegChoice(),
        legs=legs,
        ecg=made.ecg,
        hypnogram=made.plan.hypnogram,
        events=made.plan.events,
        marked_movements=None,
        lights_off_s=None,
        lights_on_s=None,
        scored=frozenset({"stages", "arousals", "breathing"}),
    )
    request = ScoringRequest(
        rule_sets=(load_rule_set("wasm2016"),),
        detector=load_detector("robust"),
        bootstrap_samples=0,
    )
    return score_study(study, request)


def index_of(result: StudyResult) -> float:
    value = result.scores["wasm2016"].indices["plms_per_h"].value
    assert value is not None
    return value


def reasons(result: StudyResult) -> dict[str, set[str]]:
    return {
        quality.side: set(quality.reason.tolist()) - {""}
        for quality in result.quality
    }


def fallen(wave: FloatArray) -> FloatArray:
    """An electrode that falls off in the middle of the night."""
    noise_uv = np.random.default_rng(7).normal(0.0, 0.1, wave.size)
    return np.where(np.arange(wave.size) < wave.size // 2, wave, noise_uv)


def breath(wave: FloatArray) -> FloatArray:
    clock_s = np.arange(wave.size) / 256.0
    return np.asarray(100.0 * np.sin(2.0 * np.pi * 0.25 * clock_s))


@pytest.mark.parametrize(
    ("change", "reason"), [(np.abs, "rectified"), (breath, "regular-wave")]
)
def test_one_channel_that_is_no_leg_leaves_the_count_to_the_other(
    change: Change, reason: str
) -> None:
    result = scored(change, None)
    assert reasons(result) == {"left": {reason}, "right": set()}
    assert index_of(result) > 0.6 * index_of(scored(None, None))
    assert any(
        finding.values.get("reason") == reason
        for quality in result.quality
        for finding in quality.findings
    )


def test_two_channels_that_are_no_legs_are_refused_with_the_cause() -> None:
    with pytest.raises(UnscorableError, match=r"left leg 0\.0%, rectified"):
        scored(np.abs, np.abs)


def test_an_electrode_that_falls_takes_its_time_out_of_the_rate() -> None:
    whole, half = scored(None, None), scored(fallen, None)
    assert reasons(half) == {"left": {"electrode-fallen"}, "right": set()}
    minutes = half.scores["wasm2016"].indices["analysed_sleep_min"].value
    all_minutes = whole.scores["wasm2016"].indices["analysed_sleep_min"].value
    assert minutes is not None
    assert all_minutes is not None
    assert minutes < 0.6 * all_minutes
    assert index_of(half) == pytest.approx(index_of(whole), rel=0.15)
