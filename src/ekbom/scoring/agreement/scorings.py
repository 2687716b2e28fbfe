"""How well two scorings agree.

Events per leg, second by second, stages, indices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from typing import NamedTuple, TypeVar

import numpy as np

from ekbom.criteria.indices import AgreementSettings
from ekbom.model.events import Hypnogram
from ekbom.model.finding import Reason
from ekbom.model.movements import LegMovements, Side
from ekbom.model.recording import FloatArray
from ekbom.model.result import IndexValue
from ekbom.scoring.agreement.disagreements import (
    OneSide,
    event_disagreements,
    stage_disagreements,
)
from ekbom.scoring.agreement.kappa import stage_kappa, unit_kappa
from ekbom.scoring.agreement.matching import event_agreement
from ekbom.scoring.agreement.records import Disagreement, ScoringAgreement
from ekbom.scoring.stage_time import Spans, bounds_ms, to_ms, united

ANY_SIDE = "any"
NOTHING_IN_COMMON = Reason("nights-share-nothing")
T = TypeVar("T", LegMovements, Hypnogram)


class Scoring(NamedTuple):
    """One scoring of a night.

    Its name, movements of the legs (None if it has none), stages (None if it has none),
    indices.
    """

    name: str
    legs: LegMovements | None
    hypnogram: Hypnogram | None
    indices: Mapping[str, IndexValue]

    def value(self, name: str) -> float | None:
        """Give an index as a number, None where it has none."""
        index = self.indices.get(name)
        return None if index is None else index.value

    def moved(self, by_s: float) -> "Scoring":
        """Move all times by some seconds."""
        return self._replace(
            legs=_moved(self.legs, by_s), hypnogram=_moved(self.hypnogram, by_s)
        )


def _moved(timed: T | None, by_s: float) -> T | None:
    if timed is None:
        return None
    return replace(timed, onset_s=timed.onset_s + by_s)


def values_of(scorings: Sequence[Scoring], name: str) -> FloatArray:
    """Give an index in each of the scorings, NaN where there is none, shape (n,)."""
    values = [scoring.value(name) for scoring in scorings]
    return np.array(values, dtype=np.float64)


def compare_scorings(
    a: Scoring,
    b: Scoring,
    *,
    duration_s: float,
    settings: AgreementSettings,
    index_names: Sequence[str],
) -> ScoringAgreement:
    """Compare two scorings of one night; a is the reference.

    Parameters
    ----------
    a, b
        Two people, a person and a detector, or two detectors.
    duration_s
        Length of the night that both looked at, from recording start.
    settings
        Degrees of overlap, unit of kappa, which differences of borders are listed.
    index_names
        Indices whose difference (b minus a) is given; None where either has no number.

    Notes
    -----
    1. Movements of one leg that overlap within one scoring are united first. A bilateral movement
    counts on both legs.
    2. Besides each leg, `any` compares the time in which any leg moves, so that marks without a
    side can be compared too.
    3. Matching is one to one and optimal: most pairs, and of those the best overlapping.
    4. A unit of time is movement if at least half of it is.
    """
    sides = list(_sides(a, b))
    end_ms, unit_ms = int(to_ms(duration_s)), int(to_ms(settings.unit_s))
    events = {
        side.name: event_agreement(
            side.a, side.b, side=side.name, iou=settings.iou
        )
        for side in sides
    }
    seconds = {
        side.name: unit_kappa(side.a, side.b, end_ms=end_ms, unit_ms=unit_ms)
        for side in sides
    }
    # by leg where the legs are known, else by any leg
    listed = [
        event_disagreements(side, events[side.name], settings)
        for side in sides[:-1] or sides
    ]
    staged = _both_staged(a, b)
    if staged:
        listed.append(stage_disagreements(*staged))
    return ScoringAgreement(
        name_a=a.name,
        name_b=b.name,
        events=events,
        seconds=seconds,
        stages=stage_kappa(*staged) if staged else None,
        index_difference={
            name: _difference(a.value(name), b.value(name))
            for name in index_names
        },
        disagreements=_in_time_order(chain.from_iterable(listed)),
        reason=None if events or staged else NOTHING_IN_COMMON,
    )


def _both_staged(a: Scoring, b: Scoring) -> tuple[Hypnogram, Hypnogram] | None:
    if a.hypnogram is None or b.hypnogram is None:
        return None
    return a.hypnogram, b.hypnogram


def _in_time_order(listed: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
    return tuple(sorted(listed, key=attrgetter("onset_s", "side", "kind")))


def _difference(a: float | None, b: float | None) -> float | None:
    """Give b minus a, None where either is not a number."""
    return None if a is None or b is None else b - a


def _sides(a: Scoring, b: Scoring) -> Iterator[OneSide]:
    """Give the movements of both scorings leg by leg, then those of any leg."""
    if a.legs is None or b.legs is None:
        return
    present = set(a.legs.side.tolist()) | set(b.legs.side.tolist())
    if Side.UNKNOWN.value not in present:
        for side in (Side.LEFT, Side.RIGHT):
            yield OneSide(
                side.value, _spans(a.legs, side), _spans(b.legs, side)
            )
    yield OneSide(ANY_SIDE, _spans(a.legs, None), _spans(b.legs, None))


def _spans(legs: LegMovements, side: Side | None) -> Spans:
    """Take the movements of one leg, or of any, united where they overlap."""
    rows = (
        np.ones(len(legs.side), dtype=bool)
        if side is None
        else (legs.side == side.value) | (legs.side == Side.BILATERAL.value)
    )
    return united(bounds_ms(legs).take(rows), touching=False)
