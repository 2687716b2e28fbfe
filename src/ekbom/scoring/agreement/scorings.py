"""How well two scorings agree.

Events per leg, second by second, stages, indices, and across nights.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import AgreementSettings
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.movements import LegMovements, Side
from ekbom.model.recording import FloatArray, IntArray, StrArray
from ekbom.model.result import IndexValue
from ekbom.scoring.agreement.matching import Spans, event_agreement, united
from ekbom.scoring.agreement.records import (
    BlandAltman,
    Disagreement,
    EventAgreement,
    Kappa,
    ScoringAgreement,
)
from ekbom.scoring.stage_time import bounds_ms, elapsed_ms, stage_at_ms, to_ms

ANY_SIDE = "any"
ALONE = {"only_a": "only-first-moves", "only_b": "only-second-moves"}
ONE_LABEL = Reason("one-label")
NO_UNITS = Reason("no-common-time")


class Scoring(NamedTuple):
    """One scoring of a night.

    Its name, movements of the legs (None if it has none), stages (None if it has none),
    indices.
    """

    name: str
    legs: LegMovements | None
    hypnogram: Hypnogram | None
    indices: Mapping[str, IndexValue]


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
        side: event_agreement(of_a, of_b, side=side, iou=settings.iou)
        for side, of_a, of_b in sides
    }
    seconds = {
        side: _unit_kappa(of_a, of_b, end_ms=end_ms, unit_ms=unit_ms)
        for side, of_a, of_b in sides
    }
    listed = [*_stage_disagreements(a.hypnogram, b.hypnogram)]
    # by leg where the legs are known, else by any leg
    for side, of_a, of_b in sides[:-1] or sides:
        listed += _event_disagreements(events[side], of_a, of_b, settings)
    both_staged = a.hypnogram is not None and b.hypnogram is not None
    return ScoringAgreement(
        name_a=a.name,
        name_b=b.name,
        events=events,
        seconds=seconds,
        stages=stage_kappa(a.hypnogram, b.hypnogram) if both_staged else None,
        index_difference={
            name: _difference(a.indices.get(name), b.indices.get(name))
            for name in index_names
        },
        disagreements=tuple(
            sorted(listed, key=attrgetter("onset_s", "side", "kind"))
        ),
        reason=None
        if events or both_staged
        else Reason("nights-share-nothing"),
    )


def _sides(a: Scoring, b: Scoring) -> Iterator[tuple[str, Spans, Spans]]:
    """Give the movements of both scorings leg by leg, then those of any leg."""
    if a.legs is None or b.legs is None:
        return
    present = set(a.legs.side.tolist()) | set(b.legs.side.tolist())
    if Side.UNKNOWN.value not in present:
        for side in (Side.LEFT, Side.RIGHT):
            yield side.value, _spans(a.legs, side), _spans(b.legs, side)
    yield ANY_SIDE, _spans(a.legs, None), _spans(b.legs, None)


def _spans(legs: LegMovements, side: Side | None) -> Spans:
    """Take the movements of one leg, or of any, united where they overlap."""
    rows = (
        np.ones(len(legs.side), dtype=bool)
        if side is None
        else (legs.side == side.value) | (legs.side == Side.BILATERAL.value)
    )
    onset, end = bounds_ms(legs)
    return united(onset[rows], end[rows])


def _unit_kappa(a: Spans, b: Spans, *, end_ms: int, unit_ms: int) -> Kappa:
    """Kappa over equal units of time, movement or not."""
    edges = np.arange(0, end_ms // unit_ms + 1, dtype=np.int64) * unit_ms
    moving = [
        2 * np.diff(elapsed_ms(edges, spans.onset_ms, spans.end_ms)) >= unit_ms
        for spans in (a, b)
    ]
    return cohen_kappa(_cross_table(*moving, labels=(False, True)))


def _cross_table(
    a: np.ndarray, b: np.ndarray, *, labels: Sequence[str | bool]
) -> IntArray:
    """Count how often each label of a meets each label of b: rows a, columns b."""
    is_a, is_b = (
        np.array([units == label for label in labels], dtype=np.int64)
        for units in (a, b)
    )
    return is_a @ is_b.T


def cohen_kappa(counts: IntArray) -> Kappa:
    """Cohen's kappa of a square table of counts, rows a, columns b.

    Examples
    --------
    >>> cohen_kappa(np.array([[20, 5], [10, 15]])).value
    0.4
    """
    n = int(counts.sum())
    if not n:
        return Kappa(
            value=None, observed=None, expected=None, n=0, reason=NO_UNITS
        )
    observed = float(np.trace(counts)) / n
    expected = float((counts.sum(axis=0) * counts.sum(axis=1)).sum()) / n**2
    if math.isclose(expected, 1.0):
        return Kappa(
            value=None,
            observed=observed,
            expected=expected,
            n=n,
            reason=ONE_LABEL,
        )
    return Kappa(
        value=round((observed - expected) / (1 - expected), 12),
        observed=observed,
        expected=expected,
        n=n,
    )


def stage_kappa(a: Hypnogram | None, b: Hypnogram | None) -> Kappa:
    """Cohen's kappa of the stages of two hypnograms over epochs that both staged.

    The shorter epoch of the two is the unit.
    """
    labels = [str(stage) for stage in Stage if stage is not Stage.UNSCORED]
    _, stages_a, stages_b = common_epochs(a, b)
    return cohen_kappa(_cross_table(stages_a, stages_b, labels=labels))


def common_epochs(
    a: Hypnogram | None, b: Hypnogram | None
) -> tuple[IntArray, StrArray, StrArray]:
    """Onsets (ms) of the epochs that both hypnograms staged, with the stage in each."""
    empty = (
        np.empty(0, dtype=np.int64),
        np.empty(0, dtype="<U8"),
        np.empty(0, dtype="<U8"),
    )
    if a is None or b is None or not len(a.onset_s) or not len(b.onset_s):
        return empty
    (onset_a, end_a), (onset_b, end_b) = bounds_ms(a), bounds_ms(b)
    start, end = max(onset_a[0], onset_b[0]), min(end_a[-1], end_b[-1])
    onset = np.arange(start, end, _epoch_ms(a, b), dtype=np.int64)
    stages_a, stages_b = stage_at_ms(a, onset), stage_at_ms(b, onset)
    known = (stages_a != str(Stage.UNSCORED)) & (
        stages_b != str(Stage.UNSCORED)
    )
    return onset[known], stages_a[known], stages_b[known]


def _epoch_ms(a: Hypnogram, b: Hypnogram) -> int:
    """Length of the shorter epoch."""
    return int(to_ms(min(a.epoch_s, b.epoch_s)))


def _difference(a: IndexValue | None, b: IndexValue | None) -> float | None:
    """Give b minus a, None where either is not a number."""
    if a is None or b is None or a.value is None or b.value is None:
        return None
    return b.value - a.value


def _event_disagreements(
    found: EventAgreement, a: Spans, b: Spans, settings: AgreementSettings
) -> Iterator[Disagreement]:
    """List marks that one scoring alone holds, and pairs whose borders lie far apart."""
    yield from _alone(found, a, matched=found.matched_a, kind="only_a")
    yield from _alone(found, b, matched=found.matched_b, kind="only_b")
    for pair in np.flatnonzero(found.pair_iou < settings.listed_iou).tolist():
        begins, ends = (
            float(found.onset_difference_s[pair]),
            float(found.offset_difference_s[pair]),
        )
        reason = Reason(
            "borders-differ",
            {"side": found.side, "begins_s": begins, "ends_s": ends},
        )
        onset_s, duration_s = _times_s(a, int(found.matched_a[pair]))
        yield _listed(onset_s, duration_s, found.side, "borders", reason)


def _alone(
    found: EventAgreement, spans: Spans, *, matched: IntArray, kind: str
) -> Iterator[Disagreement]:
    """List the marks of one scoring that have no partner."""
    for row in np.setdiff1d(np.arange(len(spans.onset_ms)), matched).tolist():
        onset_s, duration_s = _times_s(spans, row)
        reason = Reason(
            ALONE[kind], {"side": found.side, "duration_s": duration_s}
        )
        yield _listed(onset_s, duration_s, found.side, kind, reason)


def _listed(
    onset_s: float, duration_s: float, side: str, kind: str, reason: Reason
) -> Disagreement:
    return Disagreement(
        onset_s=onset_s,
        duration_s=duration_s,
        side=side,
        kind=kind,
        reason=reason,
    )


def _times_s(spans: Spans, row: int) -> tuple[float, float]:
    """Onset and duration of one event in seconds."""
    onset_ms, end_ms = int(spans.onset_ms[row]), int(spans.end_ms[row])
    return onset_ms / 1000, (end_ms - onset_ms) / 1000


def _stage_disagreements(
    a: Hypnogram | None, b: Hypnogram | None
) -> Iterator[Disagreement]:
    """List stretches that both staged, but differently.

    Neighbouring epochs with the same two stages are one.
    """
    onset, stages_a, stages_b = common_epochs(a, b)
    if a is None or b is None:
        return
    epoch_ms = _epoch_ms(a, b)
    for rows in _stretches(onset, stages_a, stages_b, epoch_ms=epoch_ms):
        first = rows[0]
        values = {"first": str(stages_a[first]), "second": str(stages_b[first])}
        duration_s = len(rows) * epoch_ms / 1000
        reason = Reason("stages-differ", values)
        yield _listed(
            float(onset[first] / 1000), duration_s, "", "stage", reason
        )


def _stretches(
    onset: IntArray, stages_a: StrArray, stages_b: StrArray, *, epoch_ms: int
) -> list[IntArray]:
    """Group the epochs that differ: neighbours with the same two stages are one stretch."""
    differ = np.flatnonzero(stages_a != stages_b)
    pauses = np.diff(onset[differ]) != epoch_ms
    changes = [
        stages[differ][1:] != stages[differ][:-1]
        for stages in (stages_a, stages_b)
    ]
    edges = np.flatnonzero(pauses | changes[0] | changes[1]) + 1
    return np.split(differ, edges) if len(differ) else []


def bland_altman(
    name: str, a: FloatArray, b: FloatArray, *, settings: AgreementSettings
) -> BlandAltman:
    """Bland-Altman limits of an index across nights.

    Bias of b against a and where most differences lie.

    Parameters
    ----------
    name
        Name of the index.
    a, b
        Its value in every night by either scoring, shape (n,); nights in which either is NaN are
        left out.

    Notes
    -----
    1. Limits are bias -/+ z SD (n - 1), the interval of the bias is bias -/+ z SD / sqrt(n), with z
    of the normal distribution.
    """
    known = ~(np.isnan(a) | np.isnan(b))
    difference = b[known] - a[known]
    n = len(difference)
    if n < 2:
        return BlandAltman(
            name=name,
            n_nights=n,
            bias=None,
            sd=None,
            lower=None,
            upper=None,
            bias_interval=None,
            reason=Reason("fewer-nights"),
        )
    z = NormalDist().inv_cdf(0.5 + settings.level_percent / 200)
    bias, sd = float(np.mean(difference)), float(np.std(difference, ddof=1))
    margin = z * sd / math.sqrt(n)
    return BlandAltman(
        name=name,
        n_nights=n,
        bias=bias,
        sd=sd,
        lower=bias - z * sd,
        upper=bias + z * sd,
        bias_interval=(bias - margin, bias + margin),
    )
