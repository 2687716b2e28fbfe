"""Ekbom's own detectors on a night, leg by leg."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.movements import DetectionResult, LegMovements
from ekbom.pipeline.detect import find_leg_movements
from ekbom.rules.load_detection import load_detector
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from validation.detector.nights import KnownNight


@dataclass(frozen=True, eq=False, kw_only=True)
class Detected:
    """The results of both legs of one night and their movements in one table."""

    left: DetectionResult
    right: DetectionResult
    movements: LegMovements


def default_amplitude() -> AmplitudeCriteria:
    """Give the amplitude criteria of WASM 2016, which are also those of the truth."""
    criteria = amplitude_criteria(load_rule_set("wasm2016"))
    if criteria is None:
        raise RuntimeError("the table wasm2016 gives no microvolts")
    return criteria


def detect(night: KnownNight, *, detector: str) -> Detected:
    """Run one of our detectors, by the name of its table."""
    amplitude, settings = default_amplitude(), load_detector(detector)
    left, right = (
        find_leg_movements(
            leg,
            amplitude=amplitude,
            settings=settings,
            ecg=night.ecg,
            other_leg=other,
            keep_trace=False,
        )
        for leg, other in (
            (night.legs.left, night.legs.right),
            (night.legs.right, night.legs.left),
        )
    )
    return Detected(
        left=left,
        right=right,
        movements=joined((left.movements, right.movements)),
    )


def joined(legs: Sequence[LegMovements]) -> LegMovements:
    """Put the movements of several legs into one table."""
    return LegMovements(
        onset_s=np.concatenate([leg.onset_s for leg in legs]),
        duration_s=np.concatenate([leg.duration_s for leg in legs]),
        side=np.concatenate([leg.side for leg in legs]),
        truncated=np.concatenate([leg.truncated for leg in legs]),
    )
