"""Small legs whose tone is raised, and events of which the detector is not sure."""

from dataclasses import replace

import numpy as np
from detector_scenarios import robust_seen
from known_legs import CRITERIA, ROBUST, muscle
from small_signals import Seen, leg_of

from ekbom.criteria.detector import RestlessSettings, RobustSettings
from ekbom.detection.both_legs import as_sure
from ekbom.detection.levels import LegLevels
from ekbom.detection.robust.grids import grids_for
from ekbom.detection.robust.rest import resting_power
from ekbom.detection.robust.restless import LocalRest, local_rest
from ekbom.detection.robust.rule import Rule
from ekbom.detection.robust.windows import choose_windows
from ekbom.detection.unrest import find_unrest
from ekbom.model.recording import FloatArray

STEPS = 800
START = 400
Pieces = tuple[tuple[float, float], ...]


def power_of(*pieces: tuple[float, float], firing: bool = False) -> FloatArray:
    """Power of fine blocks: rest of 1 uV, and from step 400 on pieces of seconds and uV."""
    level_uv = np.ones(STEPS)
    at = START
    for lasting_s, uv in pieces:
        level_uv[at : at + round(2.0 * lasting_s)] = uv
        at += round(2.0 * lasting_s)
    power = np.random.default_rng(3).chisquare(6, (STEPS, 25)) / 6.0
    if firing:
        power[START:at] = 0.3
        power[START:at, ::6] = 4.0
    return (power * np.square(level_uv)[:, None]).ravel()


def rule_of(settings: RestlessSettings) -> Rule:
    return Rule(
        CRITERIA, replace(ROBUST, restless=settings), grids_for(100.0, ROBUST)
    )


def rest_of(power: FloatArray, settings: RestlessSettings) -> LocalRest:
    """What a leg of that power rests at."""
    rest = resting_power(
        power.reshape(-1, 25).mean(axis=1), step_s=0.5, settings=ROBUST.rest
    )
    return local_rest(power.astype(np.float32), rest, rule_of(settings))


def restless__tone(settings: RestlessSettings) -> Seen:
    """Seconds of tone after movements, alone, slight and strong; windows and minutes."""

    def tone_s(*pieces: tuple[float, float]) -> float:
        return 0.5 * float(rest_of(power_of(*pieces), settings).restless.sum())

    firing = rest_of(power_of((20.0, 3.0), firing=True), settings)
    windows = choose_windows(
        rest_of(power_of((20.0, 5.0), firing=True), settings),
        rule_of(settings),
    )
    ceasing = power_of((20.0, 3.0), firing=True)
    ceasing[25 * (START + 20) :] = power_of((20.0, 3.0))[25 * (START + 20) :]
    after_firing = rest_of(ceasing, settings).freedom_per_s[START + 18]
    half = np.zeros(120, np.bool_)
    half[:75] = True
    empty = np.zeros(120)
    levels = LegLevels(
        step_s=0.5,
        rest_uv=empty,
        noise_uv=empty,
        hum_uv=empty,
        ecg_uv=empty,
        cross_talk=half,
        clipped=empty,
        flat=empty,
        missing=empty,
        restless=half,
    )
    return {
        "after_strong_s": tone_s((2.0, 20.0), (6.0, 3.0)),
        "after_weak_s": tone_s((2.0, 10.0), (6.0, 3.0)),
        "long_after_weak_s": tone_s((2.0, 10.0), (16.0, 3.0)),
        "short_s": tone_s((1.5, 3.0)),
        "held_s": tone_s((3.0, 3.0)),
        "strong_s": tone_s((6.0, 6.0)),
        "strong_and_long_s": tone_s((14.0, 6.0)),
        "hardly_s": tone_s((20.0, 1.4)),
        "firing_freedom": float(firing.freedom_per_s[START + 20]),
        "freedom_after_firing": float(min(after_firing, 1000.0)),
        "longest_window": float(windows.onset.max()),
        "minutes": float(
            sum(
                int(str(finding.values["count"]))
                for finding in find_unrest("left", levels, settings=settings)
            )
        ),
    }


def robust__doubt(settings: RobustSettings) -> Seen:
    """Weak bursts in noise: counted, left for review, sure."""
    rng = np.random.default_rng(4)
    wave = 4.0 * muscle(200 * 6 * 40, fs_hz=200.0, rng=rng)
    for number, lasting_s in enumerate(np.linspace(0.5, 0.9, 40)):
        n = round(lasting_s * 200.0)
        at = 600 + 1200 * number
        wave[at : at + n] += (6.0 + 0.1 * number) * muscle(
            n, fs_hz=200.0, rng=rng
        )
    result = robust_seen(leg_of(wave, fs_hz=200.0), settings)
    assert result.doubtful is not None
    return {
        "counted": float(result.movements.onset_s.size),
        "doubtful": float(result.doubtful.onset_s.size),
        "sure": float(
            as_sure(result.movements, settings.sure_confidence).onset_s.size
        ),
    }
