"""The nights of motor units hold the truth that they state, and are counted as they must be."""

from dataclasses import replace

import numpy as np
import pytest
from validation.detector.measure import Spans
from validation.detector.ours import default_amplitude
from validation.motor_units import rest
from validation.motor_units.channel import amplified, energies
from validation.motor_units.nights import UnitNight, make_unit_night
from validation.motor_units.page import doubtful_error, pooled
from validation.motor_units.pool import contraction, make_pool, voltage
from validation.motor_units.recipes import Channel, Recipe, recipes
from validation.motor_units.survey import (
    REPORT_SEEDS,
    TUNING_SEEDS,
    Verdicts,
    condition_of,
    fates,
    run_unit_survey,
)

CHANNEL = Channel()
BY_NAME = {recipe.name: recipe for recipe in recipes()}


def night_of(recipe: Recipe, *, seed: int = 3, hours: float = 0.1) -> UnitNight:
    return make_unit_night(
        recipe,
        condition=condition_of(recipe),
        amplitude=default_amplitude(),
        hours=hours,
        seed=seed,
    )


def test_there_are_more_than_forty_conditions_of_different_names() -> None:
    assert len(BY_NAME) == len(recipes()) >= 41


def test_no_reported_night_is_one_to_choose_numbers_on() -> None:
    assert not set(TUNING_SEEDS) & set(REPORT_SEEDS)


def test_the_same_seed_gives_the_same_night_and_another_one_does_not() -> None:
    recipe = BY_NAME["snore 5 uV"]
    first, again, other = (night_of(recipe, seed=s) for s in (3, 3, 4))
    left = first.known.legs.left.emg_uv[:]
    assert np.array_equal(left, again.known.legs.left.emg_uv[:])
    assert not np.array_equal(left, other.known.legs.left.emg_uv[:])


@pytest.mark.parametrize("wanted_uv", [9.0, 20.0, 60.0])
def test_units_give_the_rms_that_is_due(wanted_uv: float) -> None:
    rng = np.random.default_rng(2)
    pool = make_pool(CHANNEL, rng)
    n = round(60.0 * CHANNEL.fs_hz)
    discharges, due_uv = contraction(pool, np.full(n, wanted_uv), 0.0, rng)
    raw = voltage(pool, discharges, n, np.ones(discharges.unit.size))
    rms_uv = float(np.sqrt(np.mean(np.square(amplified(raw, CHANNEL)))))
    assert due_uv == pytest.approx(wanted_uv, rel=0.05)
    assert rms_uv == pytest.approx(wanted_uv, rel=0.08)


def test_small_units_come_first_and_a_stronger_drive_recruits_more() -> None:
    rng = np.random.default_rng(2)
    pool = make_pool(CHANNEL, rng)
    quarter = pool.energy_uv2s.size // 4
    assert np.all(np.diff(pool.threshold) > 0.0)
    assert pool.energy_uv2s[:quarter].max() < pool.energy_uv2s[-quarter:].min()
    used = [
        set(contraction(pool, np.full(512, uv), 0.0, rng)[0].unit.tolist())
        for uv in (9.0, 60.0)
    ]
    assert used[0] < used[1]


def test_the_amplifier_is_causal() -> None:
    impulse = np.zeros(1000)
    impulse[500] = 1.0
    seen = amplified(impulse, CHANNEL)
    assert not seen[:500].any()
    assert seen[500:].any()


def test_energy_is_that_behind_the_amplifier() -> None:
    wave = np.zeros((1, 40))
    wave[0, 5:20] = 10.0
    padded = np.concatenate((wave[0], np.zeros(1000)))
    behind = np.square(amplified(padded, CHANNEL)).sum() / CHANNEL.fs_hz
    assert energies(wave, CHANNEL)[0] == pytest.approx(behind, rel=1e-3)


@pytest.mark.parametrize("colour", ["flat", "pink", "slow", "fast"])
def test_rest_of_every_colour_has_the_level_asked_for(colour: str) -> None:
    plain = BY_NAME["empty, rest 4 uV"]
    night = night_of(
        replace(plain, rest=replace(plain.rest, colour=colour)), hours=0.05
    )
    for leg in (night.known.legs.left, night.known.legs.right):
        assert float(
            np.sqrt(np.mean(np.square(leg.emg_uv[:])))
        ) == pytest.approx(4.0, rel=0.02)


@pytest.mark.parametrize(
    "name", [name for name, recipe in BY_NAME.items() if recipe.empty]
)
def test_an_empty_night_holds_no_true_movement(name: str) -> None:
    assert not night_of(BY_NAME[name], hours=0.2).known.legs.truth.lm.size


def test_short_bursts_are_harmless_and_movements_last_long_enough() -> None:
    night = night_of(BY_NAME["bursts under 0.42 s"], hours=0.3)
    truth = night.known.legs.truth
    assert truth.duration_s.min() >= 0.58
    assert night.harmless["left"]["short burst"].onset_s.size


def test_pauses_are_as_long_as_asked_for() -> None:
    truth = night_of(BY_NAME["pauses 0.6 to 0.9 s"], hours=0.3).known.legs.truth
    left = truth.side == "left"
    pauses_s = (
        truth.onset_s[left][1:] - (truth.onset_s + truth.duration_s)[left][:-1]
    )
    short = pauses_s[pauses_s < 2.0]
    assert short.size > 3
    assert short.min() >= 0.6
    assert short.max() < 1.4


def test_every_harmless_thing_has_one_fate() -> None:
    harmless = rest.Spans(
        np.array([0.0, 10.0, 20.0, 30.0, 40.0]),
        np.array([1.0, 11.0, 21.0, 31.0, 41.0]),
    )
    true = Spans(np.array([25.0, 40.0]), np.array([29.5, 42.0]))
    considered = Spans(np.array([10.5]), np.array([12.0]))
    found = Spans(np.array([20.5, 25.0]), np.array([21.5, 31.0]))
    assert fates(harmless, true, considered, found) == [
        "nothing",
        "listed",
        "counted",
        "within a movement",
    ]


def test_the_error_is_that_of_doubtful_events_alone() -> None:
    verdicts = [
        Verdicts(
            np.array([0.99, 0.5, 0.5, 0.01]),
            np.array([True, True, True, False]),
        )
    ]
    assert doubtful_error(verdicts) == (2, 0.5)


def test_a_survey_pools_nights_with_movements_alone() -> None:
    chosen = [BY_NAME["rest 1 uV"], BY_NAME["empty, rest 4 uV"]]
    survey = run_unit_survey(
        chosen,
        seeds=TUNING_SEEDS[:1],
        hours=0.2,
        detectors=("robust",),
        progress=lambda _: None,
    )
    both = pooled(survey, "robust")
    assert both.f1 is not None
    assert both.f1 > 0.95
    assert both.worst_name == "rest 1 uV"
    assert both.false_name == "empty, rest 4 uV"
