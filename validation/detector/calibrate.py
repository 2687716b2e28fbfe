"""Fit the confidence of the robust detector.

`python -m validation.detector.calibrate` writes the table of coefficients.

Nights of every condition, of both materials, are searched; every candidate is true or false by the
truth of its night. Two logistic models, for candidates that met the rule and for those that did
not, are fitted on one half of the nights. Their calibration error is measured on the other half,
and the covariance of the coefficients comes from the differences between nights, since candidates
of one night resemble each other.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

import ekbom.rules
from ekbom.context.beats import NightBeats
from ekbom.criteria.detector import RobustSettings
from ekbom.detection.cleaning.cross_talk import same_waveform
from ekbom.detection.robust.blocks import detect_robustly
from ekbom.detection.robust.confidence import FEATURES, confidence_features
from ekbom.model.movements import LegMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.rules.load_detection import load_detector
from ekbom.simulation.plan import SIDES
from validation.detector.conditions import (
    Condition,
    Target,
    paired_conditions,
    single_conditions,
)
from validation.detector.measure import match, spans_of
from validation.detector.nights import Material, make_night
from validation.detector.ours import default_amplitude
from validation.detector.reliability import Labelled, reliability

TABLE = (
    Path(ekbom.rules.__file__).parent
    / "tables"
    / "detection"
    / "confidence.yaml"
)
HOURS = 0.5
FIRST_SEED = 7000
RIDGE = 0.5
STEPS = 50


class Harvest(NamedTuple):
    """Candidates of one night.

    Features, whether they met the rule, whether they were true, and the number of the night.
    """

    features: FloatArray
    accepted: BoolArray
    true: BoolArray
    night: IntArray


class Fit(NamedTuple):
    """Coefficients of one logistic model and their covariance between nights."""

    coefficients: FloatArray
    covariance: FloatArray


def conditions() -> tuple[Condition, ...]:
    """List what is searched.

    Every condition of the validation, and movements on both sides of the on level.
    """
    around = {
        "peak_uv": 7.5,
        "peak_log_sd": 0.35,
        "peak_min_uv": 3.5,
        "peak_max_uv": 18.0,
    }
    near = Target("around the threshold", 0.0, 1.0)
    quiet = (
        near.on(
            f"around the on level, rest {uv:g} uV",
            movements=around,
            legs={"rest_uv": uv},
        )
        for uv in (0.5, 1.0, 2.0, 3.0)
    )
    return (*single_conditions(), *paired_conditions(), *quiet)


def harvest(job: tuple[int, Material, int]) -> Harvest:
    """Search one night and tell which candidates were true.

    Those that overlap a true movement by half or more.
    """
    number, material, seed = job
    condition = conditions()[number]
    amplitude, settings = default_amplitude(), load_detector("robust")
    if not isinstance(settings, RobustSettings):
        raise TypeError(
            "the table robust does not hold the settings of the robust detector"
        )
    night = make_night(
        condition,
        material=material,
        amplitude=amplitude,
        hours=HOURS,
        seed=seed,
    )
    truth = night.legs.truth.leg_movements()
    parts = []
    search = NightBeats(night.ecg, settings=settings.beats)
    for side, leg, other in zip(
        SIDES,
        (night.legs.left, night.legs.right),
        (night.legs.right, night.legs.left),
        strict=True,
    ):
        both = same_waveform(
            leg, other, settings=settings.cross_talk, hum=settings.hum
        )
        whole = detect_robustly(
            leg,
            amplitude=amplitude,
            settings=settings,
            search=search,
            likeness=both,
        ).candidates
        onset_s = whole.found.onset / leg.fs_hz
        rows = LegMovements(
            onset_s=onset_s,
            duration_s=whole.found.length / leg.fs_hz,
            side=np.full(onset_s.size, side),
            truncated=whole.found.truncated,
        )
        spoilt = night.legs.spoilt.get(side, ())
        spans = spans_of(rows, side=side, without=spoilt)
        hit = np.zeros(spans.onset_s.size, np.bool_)
        hit[
            match(spans_of(truth, side=side, without=spoilt), spans).found_rows
        ] = True
        kept = np.searchsorted(onset_s, spans.onset_s)
        features = confidence_features(
            whole.evidence,
            whole.muscle,
            criteria=amplitude,
            settings=settings.evidence,
        )[kept]
        parts.append(
            Harvest(
                features, whole.accepted[kept], hit, np.full(kept.size, seed)
            )
        )
    return together(parts)


def together(parts: Sequence[Harvest]) -> Harvest:
    """Put several nights into one."""
    return Harvest(
        *(np.concatenate(columns) for columns in zip(*parts, strict=True))
    )


def fitted(rows: Harvest) -> Fit:
    """Fit a logistic model by Newton's method; a slight ridge on all but the first coefficient."""
    features, true = rows.features, rows.true.astype(float)
    penalty = RIDGE * np.diag([0.0, *np.ones(features.shape[1] - 1)])
    coefficients = np.zeros(features.shape[1])
    for _ in range(STEPS):
        chance = 1.0 / (
            1.0 + np.exp(-np.clip(features @ coefficients, -30.0, 30.0))
        )
        bend = (
            features * (chance * (1.0 - chance))[:, None]
        ).T @ features + penalty
        coefficients = coefficients + np.linalg.solve(
            bend, features.T @ (true - chance) - penalty @ coefficients
        )
    chance = 1.0 / (
        1.0 + np.exp(-np.clip(features @ coefficients, -30.0, 30.0))
    )
    scores = features * (true - chance)[:, None]
    nights = np.unique(rows.night, return_inverse=True)[1]
    sums = np.zeros((nights.max() + 1, features.shape[1]))
    np.add.at(sums, nights, scores)
    inverse = np.linalg.inv(bend)
    return Fit(coefficients, inverse @ (sums.T @ sums) @ inverse)


def stated(rows: Harvest, accepted: Fit, rejected: Fit) -> FloatArray:
    """Give the confidence of every row."""
    logit = np.where(
        rows.accepted,
        rows.features @ accepted.coefficients,
        rows.features @ rejected.coefficients,
    )
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))


def chosen(rows: Harvest, which: BoolArray) -> Harvest:
    """Keep some rows."""
    return Harvest(
        rows.features[which],
        rows.accepted[which],
        rows.true[which],
        rows.night[which],
    )


def written(
    n_candidates: int,
    n_nights: int,
    accepted: Fit,
    rejected: Fit,
    *,
    sentence: str,
) -> str:
    """Give the table as text."""

    def numbers(values: FloatArray) -> str:
        return (
            "["
            + ", ".join(
                f"{value:.6g}" if value else "0.0"
                for value in values.reshape(-1).tolist()
            )
            + "]"
        )

    lines = [
        "# Written by validation/detector/calibrate.py; do not edit by hand.",
        f"calibrated_on: >-\n  {n_candidates} candidates of {n_nights} "
        "synthetic and semi-synthetic nights of "
        f"{HOURS:g} h with known truth, no real night. {sentence}",
        f"features: [{', '.join(FEATURES)}]",
    ]
    for name, fit in (("accepted", accepted), ("rejected", rejected)):
        lines += [
            f"{name}:",
            f"  coefficients: {numbers(fit.coefficients)}",
            f"  covariance: {numbers(fit.covariance)}",
        ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Search, fit, measure, write."""
    parser = argparse.ArgumentParser(
        description="Calibrate the confidence of the robust detector."
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args(arguments)
    jobs, seed = [], FIRST_SEED
    for _ in range(given.rounds):
        for number in range(len(conditions())):
            for material in Material:
                jobs.append((number, material, seed))
                seed += 1
    with ProcessPoolExecutor(given.workers) as pool:
        rows = together(list(pool.map(harvest, jobs, chunksize=4)))
    learn = rows.night % 4 < 2
    halves = [
        fitted(chosen(rows, learn & rows.accepted)),
        fitted(chosen(rows, learn & ~rows.accepted)),
    ]
    held = chosen(rows, ~learn)
    nights = [
        Labelled(
            stated(held, *halves)[held.night == n], held.true[held.night == n]
        )
        for n in np.unique(held.night)
    ]
    measured = reliability(
        nights,
        n_below=int((~held.accepted).sum()),
        rng=np.random.default_rng(1),
    )
    if measured is None:
        raise ValueError(
            "the nights held no candidate; nothing can be calibrated"
        )
    sentence = (
        f"On the half of them kept apart ({measured.n_candidates} candidates, "
        f"{measured.n_below} below the threshold) the expected "
        f"calibration error was {measured.error:.4f} "
        f"(95 % interval {measured.error_low:.4f} to {measured.error_high:.4f})."
    )
    print(sentence)
    both = [
        fitted(chosen(rows, rows.accepted)),
        fitted(chosen(rows, ~rows.accepted)),
    ]
    TABLE.write_text(
        written(rows.true.size, len(jobs), both[0], both[1], sentence=sentence),
        encoding="utf-8",
    )
    print(f"written: {TABLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
