"""Harmless movements: how many periodic movements are made of them, and what true ones lose.

``python3 run.py validate harmless [--nights N] [--hours H]``. Every kind comes 8 to 40 s apart, on
legs that rest at 1 or 2 uV; a mixed night has true periodic movements with harmless ones between.
The seeds begin at 1000; none of them was used to choose a number.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.criteria.scoring import AmplitudeCriteria, ScoringCriteria
from ekbom.detection.both_legs import DetectedLegs
from ekbom.model.events import Hypnogram
from ekbom.model.movements import ScoredMovements
from ekbom.pipeline.find import detect_legs
from ekbom.rules.load_detection import load_detector
from ekbom.rules.load_scoring import (
    amplitude_criteria,
    load_rule_set,
    scoring_criteria,
)
from ekbom.scoring.night import score_movements
from ekbom.simulation.heart import simulate_beats
from ekbom.simulation.legs import simulate_legs, synthetic_material
from ekbom.simulation.parameters import (
    HeartParameters,
    LegParameters,
    MovementParameters,
)
from ekbom.simulation.plan import SIDES, PlannedMovement

FIRST_SEED, NIGHTS, HOURS = 1000, 10, 2.0
REST_UV = (1.0, 2.0)
APART_S = (8.0, 40.0)
CLEAR_S = 1.0
MATCH_S = 0.6
SHARP = MovementParameters(rise_max_s=0.1, fall_min_s=0.04, fall_max_s=0.15)
Plan = list[PlannedMovement]


class Part(NamedTuple):
    """One burst of a harmless kind, counted from the first of its group."""

    at_s: float
    lasting_s: float
    leg: int


def foot_tremor(rng: Generator) -> list[Part]:
    """Draw 4 to 24 bursts at 0.5 to 3.5 Hz, on one leg or on both at once."""
    rate_hz, n = rng.uniform(0.5, 3.5), int(rng.integers(4, 25))
    lasting_s = min(rng.uniform(0.25, 1.0), 0.6 / rate_hz)
    legs = (0, 1) if rng.random() < 0.5 else (int(rng.integers(2)),)
    at_s = np.cumsum(rng.normal(1.0, 0.08, n)) / rate_hz
    return [
        Part(at, lasting_s * rng.uniform(0.8, 1.2), leg)
        for at in at_s.tolist()
        for leg in legs
    ]


def alternating(rng: Generator) -> list[Part]:
    """Draw 4 to 24 bursts at 0.5 to 3 Hz that go from leg to leg."""
    rate_hz, n = rng.uniform(0.5, 3.0), int(rng.integers(4, 25))
    lasting_s = min(rng.uniform(0.1, 0.5), 0.8 / rate_hz)
    at_s = np.cumsum(rng.normal(1.0, 0.08, n)) / rate_hz
    first = int(rng.integers(2))
    return [
        Part(at, lasting_s * rng.uniform(0.8, 1.2), (first + k) % 2)
        for k, at in enumerate(at_s.tolist())
    ]


def rem_twitches(rng: Generator) -> list[Part]:
    """Draw a cluster of 2 to 12 twitches of 0.08 to 0.4 s without a rhythm."""
    n, first = int(rng.integers(2, 13)), int(rng.integers(2))
    at_s = np.cumsum(rng.exponential(0.5, n) + 0.1)
    return [
        Part(at, rng.uniform(0.08, 0.4), abs(first - int(rng.random() < 0.2)))
        for at in at_s.tolist()
    ]


def hypnic_jerk(rng: Generator) -> list[Part]:
    """Draw one jerk of both legs of 0.05 to 0.25 s."""
    lasting_s = rng.uniform(0.05, 0.25)
    return [Part(0.0, lasting_s, 0), Part(rng.uniform(0, 0.1), lasting_s, 1)]


def periodic(rng: Generator) -> list[Part]:
    """Draw one true movement of 0.6 to 9 s."""
    lasting_s = float(np.clip(2.6 * np.exp(0.5 * rng.normal()), 0.6, 9.0))
    return [Part(0.0, lasting_s, int(rng.integers(2)))]


class Kind(NamedTuple):
    """A harmless kind and the stage it comes in."""

    draw: Callable[[Generator], list[Part]]
    stage: str


KINDS = {
    "foot tremor": Kind(foot_tremor, "N2"),
    "alternating activation": Kind(alternating, "N2"),
    "REM twitch clusters": Kind(rem_twitches, "R"),
    "hypnic jerks": Kind(hypnic_jerk, "N1"),
}


class Night(NamedTuple):
    """How long a night is, its only stage, and its seed."""

    hours: float
    stage: str
    seed: int


class Counted(NamedTuple):
    """PLM of one night as the standard is written, and with the rules of the project; true ones."""

    as_written: int
    counted: int
    true: int
    true_kept: int


def planned(
    draw: Callable[[Generator], list[Part]], hours: float, rng: Generator
) -> Plan:
    """Put groups of a kind 8 to 40 s apart."""
    made: Plan = []
    at_s, group = 20.0, 0
    while at_s < 3600.0 * hours - 60.0:
        group += 1
        peak_uv = max(16.0, float(np.exp(rng.normal(np.log(50.0), 0.5))))
        parts = draw(rng)
        made += [
            PlannedMovement(
                onset_s=at_s + part.at_s,
                duration_s=part.lasting_s,
                peak_uv=peak_uv * rng.uniform(0.7, 1.3),
                side=SIDES[part.leg],
                kind="short_burst" if len(parts) > 1 else "periodic",
                group=group,
            )
            for part in parts
        ]
        at_s = made[-1].onset_s + made[-1].duration_s + rng.uniform(*APART_S)
    return made


def between(true: Plan, other: Plan) -> Plan:
    """Keep the groups that touch no true movement within a second."""
    groups: dict[int, Plan] = {}
    for part in other:
        groups.setdefault(part.group, []).append(part)
    return [
        part
        for group in groups.values()
        if all(_apart(group, movement) for movement in true)
        for part in group
    ]


def _apart(group: Plan, movement: PlannedMovement) -> bool:
    starts_s = min(part.onset_s for part in group)
    ends_s = max(part.onset_s + part.duration_s for part in group)
    before = ends_s < movement.onset_s - CLEAR_S
    return before or starts_s > movement.onset_s + movement.duration_s + CLEAR_S


def detected(parts: Plan, night: Night) -> DetectedLegs:
    """Make the legs and search them."""
    amplitude = _amplitude()
    rng = np.random.default_rng(night.seed)
    legs = LegParameters(rest_uv=REST_UV[night.seed % 2])
    beats = simulate_beats(
        HeartParameters(),
        movement_onset_s=np.zeros(0),
        duration_s=3600.0 * night.hours,
        rng=rng,
    )
    material = synthetic_material(
        SHARP,
        legs=legs,
        amplitude=amplitude,
        beats=beats,
        duration_s=3600.0 * night.hours,
    )
    made = simulate_legs(
        _without_touching(parts),
        legs=legs,
        material=material,
        amplitude=amplitude,
        duration_s=3600.0 * night.hours,
        rng=rng,
    )
    return detect_legs(
        [made.left, made.right],
        ecg=None,
        amplitude=amplitude,
        settings=load_detector("robust"),
    )


def _amplitude() -> AmplitudeCriteria:
    amplitude = amplitude_criteria(load_rule_set("wasm2016"))
    assert amplitude is not None
    return amplitude


def _without_touching(parts: Plan) -> tuple[PlannedMovement, ...]:
    free_s = dict.fromkeys(SIDES, 0.0)
    kept = []
    for part in sorted(parts, key=lambda part: part.onset_s):
        if part.onset_s >= free_s[part.side] + 0.05:
            kept.append(part)
            free_s[part.side] = part.onset_s + part.duration_s
    return tuple(kept)


def count(true: Plan, other: Plan, night: Night) -> Counted:
    """Score one night both ways."""
    found = detected([*true, *other], night)
    criteria = scoring_criteria(load_rule_set("wasm2016"))
    written = replace(
        criteria, rhythmic_policy="keep", rem_twitch_policy="keep"
    )
    rows = _scored(found, criteria, night)
    onset_s = rows.onset_s[rows.plm]
    kept = sum(
        bool(np.any(np.abs(onset_s - movement.onset_s) < MATCH_S))
        for movement in true
    )
    plain = _scored(found, written, night)
    return Counted(int(plain.plm.sum()), int(rows.plm.sum()), len(true), kept)


def _scored(
    found: DetectedLegs, criteria: ScoringCriteria, night: Night
) -> ScoredMovements:
    hypnogram = Hypnogram(
        onset_s=np.zeros(1),
        duration_s=np.array([3600.0 * night.hours]),
        stage=np.array([night.stage]),
        epoch_s=30.0,
    )
    return score_movements(
        found.movements,
        criteria=criteria,
        hypnogram=hypnogram,
        respiratory=None,
        arousals=None,
    ).movements


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="run.py validate harmless", description=__doc__
    )
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--hours", type=float, default=HOURS)
    asked = parser.parse_args(arguments)
    print("kind                     PLM/h as written  counted   true PLM kept")
    for name, kind in KINDS.items():
        pure, mixed = [], []
        for seed in range(FIRST_SEED, FIRST_SEED + asked.nights):
            rng = np.random.default_rng(seed)
            other = planned(kind.draw, asked.hours, rng)
            true = planned(periodic, asked.hours, rng)
            night = Night(asked.hours, kind.stage, seed)
            pure.append(count([], other, night))
            mixed.append(count(true, between(true, other), night))
        hours = asked.hours * asked.nights
        kept = sum(one.true_kept for one in mixed)
        share = kept / sum(one.true for one in mixed)
        as_written = sum(one.as_written for one in pure) / hours
        counted = sum(one.counted for one in pure) / hours
        print(f"{name:24} {as_written:16.1f} {counted:8.1f} {share:14.1%}")
    return 0
