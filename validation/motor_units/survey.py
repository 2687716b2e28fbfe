"""Run the detectors over nights of motor units and count what became of everything."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import LegMovements
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.simulation.plan import SIDES
from validation.detector.conditions import Condition, Target
from validation.detector.measure import (
    NightScore,
    Spans,
    match,
    score_night,
    spans_of,
)
from validation.detector.nights import KnownNight, Material
from validation.detector.ours import Detected, default_amplitude, detect
from validation.detector.reliability import Labelled
from validation.detector.survey import OURS, Row, row_of
from validation.motor_units import rest
from validation.motor_units.nights import UnitNight, make_unit_night
from validation.motor_units.recipes import Recipe

TUNING_SEEDS = range(100, 200)
"""Seeds that numbers of the detector may be chosen on."""
REPORT_SEEDS = range(5000, 5100)
"""Seeds of the page; nothing is ever chosen on them."""
ASKED_F1 = 0.92
ASKED_INDEX_SHARE = 0.05
FATES = ("nothing", "listed", "counted", "within a movement")


class Verdicts(NamedTuple):
    """Events that met the rule: stated confidence, and whether each one was true."""

    confidence: FloatArray
    true: BoolArray


@dataclass(eq=False, kw_only=True)
class UnitSurvey:
    """What was gathered; `fates`: of each harmless kind, by detector and kind."""

    rows: list[Row] = field(default_factory=list)
    labelled: list[Labelled] = field(default_factory=list)
    met_the_rule: list[Verdicts] = field(default_factory=list)
    fates: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    scores: dict[str, list[NightScore]] = field(default_factory=dict)


def condition_of(recipe: Recipe) -> Condition:
    """Give the condition as the measures know it."""
    asked = None if recipe.empty else ASKED_F1
    return Target(recipe.row, asked, ASKED_INDEX_SHARE).on(recipe.name)


def unit_nights(
    recipe: Recipe, *, seeds: Sequence[int], hours: float
) -> Iterator[UnitNight]:
    """Make the nights of one condition one after the other."""
    for seed in seeds:
        yield make_unit_night(
            recipe,
            condition=condition_of(recipe),
            amplitude=default_amplitude(),
            hours=hours,
            seed=seed,
        )


def run_unit_survey(
    recipes: Sequence[Recipe],
    *,
    seeds: Sequence[int],
    hours: float,
    detectors: Sequence[str] = OURS,
    progress: Callable[[str], None],
) -> UnitSurvey:
    """Run our detectors over the nights of every condition."""
    survey = UnitSurvey()
    for recipe in recipes:
        progress(recipe.name)
        scores: dict[str, list[NightScore]] = {name: [] for name in detectors}
        for night in unit_nights(recipe, seeds=seeds, hours=hours):
            for detector in detectors:
                detected = detect(night.known, detector=detector)
                score = score_night(night.known, detected.movements)
                scores[detector].append(score)
                _count_fates(survey, night, detected, detector)
                if detector == OURS[0]:
                    _label(survey, night.known, detected)
        for detector in detectors:
            survey.scores.setdefault(detector, []).extend(scores[detector])
            survey.rows.append(
                row_of(
                    condition_of(recipe),
                    Material.SYNTHETIC,
                    detector,
                    scores[detector],
                )
            )
    return survey


def _label(survey: UnitSurvey, night: KnownNight, detected: Detected) -> None:
    """Keep the candidates and the events that met the rule, each true or not."""
    truth = night.legs.truth.leg_movements()
    for side, result in zip(
        SIDES, (detected.left, detected.right), strict=True
    ):
        true = spans_of(truth, side=side, without=())
        everything = result.candidates or result.movements
        survey.labelled.append(Labelled(*_verdicts(everything, true, side)))
        survey.met_the_rule.append(_verdicts(result.movements, true, side))


def _verdicts(found: LegMovements, true: Spans, side: str) -> Verdicts:
    """Tell of each event how sure it was and whether it overlaps a true movement by half."""
    order = np.argsort(found.onset_s, kind="stable")
    hit = np.zeros(order.size, np.bool_)
    hit[match(true, spans_of(found, side=side, without=())).found_rows] = True
    if found.evidence is None:
        return Verdicts(np.full(order.size, np.nan), hit)
    return Verdicts(found.evidence.confidence[order], hit)


def _count_fates(
    survey: UnitSurvey, night: UnitNight, detected: Detected, detector: str
) -> None:
    """Count what became of every harmless thing of a night."""
    truth = night.known.legs.truth.leg_movements()
    for side, result in zip(
        SIDES, (detected.left, detected.right), strict=True
    ):
        everything = result.candidates or result.movements
        true, considered, found = (
            spans_of(movements, side=side, without=())
            for movements in (truth, everything, result.movements)
        )
        for kind, spans in night.harmless[side].items():
            counts = survey.fates.setdefault((detector, kind), Counter())
            counts.update(fates(spans, true, considered, found))


def fates(
    harmless: rest.Spans, true: Spans, considered: Spans, found: Spans
) -> list[str]:
    """Name what became of each harmless thing that touches no true movement.

    counted: it lies in an event that is no true movement; within a movement: in one that is;
    listed: only in a candidate that is not counted.
    """
    right = np.zeros(found.onset_s.size, np.bool_)
    right[match(true, found).found_rows] = True
    named = np.full(harmless.onset_s.size, FATES[0], dtype="<U20")
    for fate, spans in (
        (FATES[1], considered),
        (FATES[3], Spans(found.onset_s[right], found.end_s[right])),
        (FATES[2], Spans(found.onset_s[~right], found.end_s[~right])),
    ):
        named[_touched(harmless, spans)] = fate
    alone = ~_touched(harmless, true)
    return [str(fate) for fate in named[alone].tolist()]


def _touched(harmless: rest.Spans, others: Spans) -> BoolArray:
    """Say which spans overlap any of the others."""
    touching = (harmless.onset_s[:, None] < others.end_s) & (
        harmless.end_s[:, None] > others.onset_s
    )
    return np.asarray(touching.any(axis=1))
