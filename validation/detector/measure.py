"""Found against true: matching per leg, timing, and the PLM index by the real scoring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS, SLEEP_STAGES
from ekbom.model.movements import LegMovements
from ekbom.model.recording import FloatArray, IntArray, Interval
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.links import event_times
from ekbom.scoring.night import score_movements
from ekbom.simulation.plan import SIDES
from validation.detector.nights import KnownNight

MATCH_IOU = 0.5
ACCEPTED_PER_H = 0.5
SLEEP_NAMES = [str(stage) for stage in SLEEP_STAGES]


class Spans(NamedTuple):
    """Movements of one leg: onset and end in seconds, sorted by onset."""

    onset_s: FloatArray
    end_s: FloatArray


class Match(NamedTuple):
    """Rows of true and found movements that belong together, and how many of each there are."""

    true_rows: IntArray
    found_rows: IntArray
    n_true: int
    n_found: int


@dataclass(frozen=True, eq=False, kw_only=True)
class NightScore:
    """What one program reached on one night."""

    true_positive: int
    false_positive: int
    false_negative: int
    onset_error_s: FloatArray
    offset_error_s: FloatArray
    true_index: float
    found_index: float
    found_series: int
    false_per_h: float
    worst_leg_f1: float


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What one program reached on all nights of one condition."""

    n_nights: int
    n_true: int
    f1: float | None
    worst_leg_f1: float | None
    precision: float | None
    recall: float | None
    true_index: float
    index_error_per_h: float
    index_error_share: float | None
    index_bias_per_h: float
    onset_error_ms: float | None
    onset_bias_ms: float | None
    offset_error_ms: float | None
    offset_bias_ms: float | None
    false_per_h: float
    found_series: int


def spans_of(
    movements: LegMovements, *, side: str, without: Sequence[Interval]
) -> Spans:
    """Take the movements of one leg that do not touch the intervals to be left out."""
    mine = movements.side == side
    onset_s, end_s = (
        movements.onset_s[mine],
        (movements.onset_s + movements.duration_s)[mine],
    )
    keep = np.ones(len(onset_s), dtype=bool)
    for interval in without:
        keep &= (end_s <= interval.onset_s) | (
            onset_s >= interval.onset_s + interval.duration_s
        )
    order = np.argsort(onset_s[keep], kind="stable")
    return Spans(onset_s[keep][order], end_s[keep][order])


def match(true: Spans, found: Spans, *, iou: float = MATCH_IOU) -> Match:
    """Pair true and found movements one to one, the best overlap first, from `iou` up."""
    if not len(true.onset_s) or not len(found.onset_s):
        nothing = np.zeros(0, dtype=np.int64)
        return Match(nothing, nothing, len(true.onset_s), len(found.onset_s))
    overlap = np.minimum(true.end_s[:, None], found.end_s) - np.maximum(
        true.onset_s[:, None], found.onset_s
    )
    union = np.maximum(true.end_s[:, None], found.end_s) - np.minimum(
        true.onset_s[:, None], found.onset_s
    )
    share = np.maximum(overlap, 0.0) / union
    rows, columns = np.nonzero(share >= iou)
    best_first = np.argsort(-share[rows, columns], kind="stable")
    pairs: list[tuple[int, int]] = []
    used_true: set[int] = set()
    used_found: set[int] = set()
    for i, j in zip(
        rows[best_first].tolist(), columns[best_first].tolist(), strict=True
    ):
        if i not in used_true and j not in used_found:
            pairs.append((i, j))
            used_true.add(i)
            used_found.add(j)
    paired = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Match(
        paired[:, 0], paired[:, 1], len(true.onset_s), len(found.onset_s)
    )


def f1_score(
    true_positive: int, false_positive: int, false_negative: int
) -> float | None:
    """Give F1; None where nothing was there and nothing was found."""
    total = 2 * true_positive + false_positive + false_negative
    return 2 * true_positive / total if total else None


def score_night(
    night: KnownNight, found: LegMovements, *, iou: float = MATCH_IOU
) -> NightScore:
    """Measure one program on one night; time that the night itself spoilt takes no part."""
    truth = night.legs.truth.leg_movements()
    counts = np.zeros(3, dtype=int)
    onset_errors, offset_errors, leg_f1, judged_h = [], [], [], 0.0
    for side in SIDES:
        spoilt = night.legs.spoilt.get(side, ())
        true_spans, found_spans = (
            spans_of(movements, side=side, without=spoilt)
            for movements in (truth, found)
        )
        paired = match(true_spans, found_spans, iou=iou)
        hits = len(paired.true_rows)
        counts += (hits, paired.n_found - hits, paired.n_true - hits)
        onset_errors.append(
            found_spans.onset_s[paired.found_rows]
            - true_spans.onset_s[paired.true_rows]
        )
        offset_errors.append(
            found_spans.end_s[paired.found_rows]
            - true_spans.end_s[paired.true_rows]
        )
        leg_f1.append(
            f1_score(hits, paired.n_found - hits, paired.n_true - hits)
        )
        judged_h += (
            night.hours
            - sum(interval.duration_s for interval in spoilt) / 3600.0
        ) / len(SIDES)
    true_index, _ = plm_index(night, truth)
    found_index, found_series = plm_index(night, found)
    return NightScore(
        true_positive=int(counts[0]),
        false_positive=int(counts[1]),
        false_negative=int(counts[2]),
        onset_error_s=np.concatenate(onset_errors),
        offset_error_s=np.concatenate(offset_errors),
        true_index=true_index,
        found_index=found_index,
        found_series=found_series,
        false_per_h=float(counts[1]) / judged_h,
        worst_leg_f1=min(
            (value for value in leg_f1 if value is not None), default=1.0
        ),
    )


def plm_index(night: KnownNight, movements: LegMovements) -> tuple[float, int]:
    """Score movements by the real hops; give PLMS per hour of sleep and the number of series.

    Movements in time the night spoilt are taken out of both sides of the comparison; the hours of
    sleep are the same for both.
    """
    kept = [
        spans_of(movements, side=side, without=night.legs.spoilt.get(side, ()))
        for side in SIDES
    ]
    legs = LegMovements(
        onset_s=np.concatenate([spans.onset_s for spans in kept]),
        duration_s=np.concatenate(
            [spans.end_s - spans.onset_s for spans in kept]
        ),
        side=np.concatenate(
            [
                np.full(len(spans.onset_s), side)
                for spans, side in zip(kept, SIDES, strict=True)
            ]
        ),
        truncated=np.zeros(
            sum(len(spans.onset_s) for spans in kept), dtype=bool
        ),
    )
    if not len(legs.onset_s):
        return 0.0, 0
    scored = score_movements(
        legs,
        criteria=scoring_criteria(load_rule_set("wasm2016")),
        hypnogram=night.hypnogram,
        respiratory=event_times(night.events, kinds=RESPIRATORY_KINDS),
        arousals=event_times(night.events, kinds=AROUSAL_KINDS),
    ).movements
    asleep_h = (
        float(
            night.hypnogram.duration_s[
                np.isin(night.hypnogram.stage, SLEEP_NAMES)
            ].sum()
        )
        / 3600.0
    )
    plms = int((scored.plm & np.isin(scored.stage, SLEEP_NAMES)).sum())
    return plms / asleep_h if asleep_h else 0.0, int(
        scored.series_id.max(initial=0)
    )


def summarise(scores: Sequence[NightScore]) -> Summary:
    """Put the nights of one condition together.

    Counts are pooled, index errors are averaged without their sign.
    """
    hits, false, missed = (
        sum(getattr(s, name) for s in scores)
        for name in ("true_positive", "false_positive", "false_negative")
    )
    onset_ms = 1000.0 * np.concatenate(
        [score.onset_error_s for score in scores]
    )
    offset_ms = 1000.0 * np.concatenate(
        [score.offset_error_s for score in scores]
    )
    error = float(
        np.mean([abs(score.found_index - score.true_index) for score in scores])
    )
    true_index = float(np.mean([score.true_index for score in scores]))
    return Summary(
        n_nights=len(scores),
        n_true=hits + missed,
        f1=f1_score(hits, false, missed) if hits + missed else None,
        worst_leg_f1=min(score.worst_leg_f1 for score in scores)
        if hits + missed
        else None,
        precision=hits / (hits + false) if hits + false else None,
        recall=hits / (hits + missed) if hits + missed else None,
        true_index=true_index,
        index_error_per_h=error,
        index_error_share=error / true_index if true_index else None,
        index_bias_per_h=float(
            np.mean([score.found_index - score.true_index for score in scores])
        ),
        onset_error_ms=_median(np.abs(onset_ms)),
        onset_bias_ms=_median(onset_ms),
        offset_error_ms=_median(np.abs(offset_ms)),
        offset_bias_ms=_median(offset_ms),
        false_per_h=float(np.mean([score.false_per_h for score in scores])),
        found_series=sum(score.found_series for score in scores),
    )


def _median(values: FloatArray) -> float | None:
    """Give the median, None of nothing."""
    return float(np.median(values)) if len(values) else None


def reached(summary: Summary, *, f1: float | None, index_share: float) -> bool:
    """Tell whether a condition reached what is asked of it."""
    if f1 is None:
        return summary.false_per_h <= 1.0 and summary.found_series == 0
    index_good = summary.index_error_per_h <= max(
        ACCEPTED_PER_H, index_share * summary.true_index
    )
    return summary.f1 is not None and summary.f1 >= f1 and index_good
