"""A leg that does not lie still: what it rests at, what is said of it, and what is not counted."""

from dataclasses import replace

import numpy as np
import pytest
from known_legs import CRITERIA, ROBUST, muscle
from restless_scenarios import START, power_of, rest_of
from small_signals import leg_of

from ekbom.detection.robust.rest import resting_power
from ekbom.model.movements import DetectionResult
from ekbom.pipeline.detect import find_leg_movements

FS = 200.0


def found_in(
    wave: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> DetectionResult:
    return find_leg_movements(
        leg_of(wave, fs_hz=FS), amplitude=CRITERIA, settings=ROBUST
    )


def with_tone(*, tone_s: tuple[float, float]) -> DetectionResult:
    """A movement of 30 uV from 200.0 to 202.0 s in rest of 1 uV, with tone of 3 uV around it."""
    rng = np.random.default_rng(8)
    n = round(400.0 * FS)
    level = np.ones(n)
    level[round(tone_s[0] * FS) : round(tone_s[1] * FS)] = 3.0
    wave = level * muscle(n, fs_hz=FS, rng=rng)
    start, stop = round(200.0 * FS), round(202.0 * FS)
    wave[start:stop] += 30.0 * muscle(stop - start, fs_hz=FS, rng=rng)
    return found_in(wave)


def test_a_leg_that_lies_still_rests_at_what_it_did() -> None:
    power = power_of()
    plain = resting_power(
        power.reshape(-1, 25).mean(axis=1), step_s=0.5, settings=ROBUST.rest
    )
    rest = rest_of(power, ROBUST.restless)
    assert np.array_equal(rest.power_uv2, plain.power_uv2)
    assert np.all(rest.freedom_per_s == plain.freedom_per_s)
    assert not rest.restless.any()


def test_tone_is_what_the_leg_rests_at() -> None:
    rest = rest_of(power_of((20.0, 3.0)), ROBUST.restless)
    held = rest.power_uv2[START + 4 : START + 36]
    assert held == pytest.approx(np.full(32, 9.0), rel=0.2)
    assert rest.power_uv2[START - 20] == pytest.approx(1.0, rel=0.2)


@pytest.mark.parametrize(
    "tone_s", [(190.0, 215.0), (195.0, 207.0), (202.0, 212.0)]
)
def test_a_movement_ends_when_the_leg_is_back_at_its_tone(
    tone_s: tuple[float, float],
) -> None:
    movements = with_tone(tone_s=tone_s).movements
    assert movements.onset_s == pytest.approx([200.0], abs=0.1)
    assert movements.duration_s == pytest.approx([2.0], abs=0.2)


def test_minutes_of_tone_are_told() -> None:
    findings = with_tone(tone_s=(62.0, 112.0)).quality.findings
    (told,) = [one for one in findings if one.code == "leg-not-relaxed"]
    assert told.values == {"count": 1, "minutes": 7}


def test_nothing_is_told_of_a_leg_that_lies_still() -> None:
    findings = with_tone(tone_s=(0.0, 0.0)).quality.findings
    assert not findings


def test_events_that_are_not_sure_are_listed_and_not_counted() -> None:
    rng = np.random.default_rng(4)
    wave = 4.0 * muscle(round(260.0 * FS), fs_hz=FS, rng=rng)
    for number in range(40):
        at, n = round((3.0 + 6.0 * number) * FS), round(0.7 * FS)
        uv = 6.0 + 0.1 * number
        wave[at : at + n] += uv * muscle(n, fs_hz=FS, rng=rng)
    some = found_in(wave)
    every = find_leg_movements(
        leg_of(wave, fs_hz=FS),
        amplitude=CRITERIA,
        settings=replace(ROBUST, counted_confidence=0.0),
    )
    assert some.doubtful is not None
    assert some.doubtful.evidence is not None
    assert some.doubtful.onset_s.size
    assert np.all(some.doubtful.evidence.confidence < ROBUST.counted_confidence)
    both = np.sort(np.append(some.movements.onset_s, some.doubtful.onset_s))
    assert np.array_equal(both, every.movements.onset_s)
