"""Movements that are copies: a leg shows what the other one does, at whatever gain.

Two muscles never give the same waveform, also when they contract together. A channel that carries
a share of the other leg shows each of its movements again, smaller, and every movement becomes one
of both legs.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import CrossTalkSettings, RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.cross_talk import (
    compared_lines,
    cut_into_pieces,
    inner_product,
)
from ekbom.detection.records import map_rows
from ekbom.detection.runs import row_medians, snippets
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import DetectionResult, LegMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray, LegSignal


class Pairs(NamedTuple):
    """Movements of one leg during most of which the other leg moves too.

    `row`: the movement of this leg; `start_s`, `lasting_s`: the time that both share.
    """

    row: IntArray
    start_s: FloatArray
    lasting_s: FloatArray


class Shared(NamedTuple):
    """What both legs show while both move, shape (n_pairs,) each.

    `likeness`: correlation without sign; `own_uv2`, `other_uv2`: power of this leg and the other.
    """

    likeness: FloatArray
    own_uv2: FloatArray
    other_uv2: FloatArray


def without_copies(
    legs: Sequence[LegSignal],
    found: Sequence[DetectionResult],
    *,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
) -> tuple[DetectionResult, ...]:
    """Leave out the movements of two legs that are copies of a movement of the other one.

    Legs of different rate, and a leg alone, are left as they are.
    """
    if len(legs) != 2 or legs[0].fs_hz != legs[1].fs_hz:
        return tuple(found)
    kept = []
    for own, other in ((0, 1), (1, 0)):
        copied = copied_movements(
            (legs[own], found[own].movements),
            (legs[other], found[other].movements),
            amplitude=amplitude,
            settings=settings,
        )
        kept.append(_left_out(found[own], copied, settings.cross_talk))
    return tuple(kept)


def copied_movements(
    own: tuple[LegSignal, LegMovements],
    other: tuple[LegSignal, LegMovements],
    *,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
) -> BoolArray:
    """Mark the movements of a leg that are copies of a movement of the other leg.

    A copy is the weaker of two that share their waveform, if what remains of it without that
    waveform does not reach the on level.
    """
    (leg, movements), (other_leg, others) = own, other
    copied = np.zeros(movements.onset_s.size, np.bool_)
    pairs = _pairs(movements, others, least=settings.cross_talk.copy_overlap)
    if not pairs.row.size or movements.evidence is None:
        return copied
    shared = _compared(leg, other_leg, pairs, settings)
    rest_uv2 = np.square(movements.evidence.rest_uv[pairs.row])
    limits = settings.cross_talk
    remains_uv2 = (1.0 - np.square(shared.likeness)) * shared.own_uv2
    below = remains_uv2 < amplitude.onset_above_rest_uv**2 + rest_uv2
    alike = (shared.likeness > limits.copy_likeness) | (
        (shared.likeness > limits.copy_related) & below
    )
    copied[pairs.row[alike & (shared.own_uv2 < shared.other_uv2)]] = True
    return copied


def _pairs(own: LegMovements, other: LegMovements, *, least: float) -> Pairs:
    """Movements of a leg of which one of the other leg shares at least some part.

    The first movement of the other leg that it meets is taken.
    """
    own_end_s = own.onset_s + own.duration_s
    other_end_s = other.onset_s + other.duration_s
    first = np.searchsorted(other_end_s, own.onset_s, side="right")
    known = np.flatnonzero(first < other.onset_s.size)
    first = first[known]
    start_s = np.maximum(own.onset_s[known], other.onset_s[first])
    end_s = np.minimum(own_end_s[known], other_end_s[first])
    both = end_s - start_s > least * own.duration_s[known]
    return Pairs(known[both], start_s[both], (end_s - start_s)[both])


def _compared(
    leg: LegSignal, other: LegSignal, pairs: Pairs, settings: RobustSettings
) -> Shared:
    """Compare both legs piece by piece while both move; the median piece decides."""
    limits, fs_hz = settings.cross_talk, leg.fs_hz
    size = min(len(leg.emg_uv), len(other.emg_uv))
    width = min(round(limits.snippet_s * fs_hz), size)
    start = np.clip(np.round(pairs.start_s * fs_hz), 0, size - width)
    kept = compared_lines(width, fs_hz, limits, settings.hum)
    pieces, others = (
        cut_into_pieces(
            snippets(one, start.astype(np.int64), width), kept, limits.pieces
        )
        for one in (leg, other)
    )
    own_energy = inner_product(pieces, pieces)
    other_energy = inner_product(others, others)
    likeness = np.abs(inner_product(pieces, others)) / np.sqrt(
        np.maximum(own_energy * other_energy, np.finfo(np.float32).tiny)
    )
    used = _used_pieces(pairs.lasting_s, limits)
    per_piece = pieces.shape[2]
    return Shared(
        _medians(likeness, used),
        _medians(own_energy / per_piece, used),
        _medians(other_energy / per_piece, used),
    )


def _used_pieces(lasting_s: FloatArray, limits: CrossTalkSettings) -> BoolArray:
    """Mark the pieces that lie in the time both legs share, at least the first."""
    whole = np.floor(lasting_s * limits.pieces / limits.snippet_s)
    return np.asarray(
        np.arange(limits.pieces) < np.maximum(whole, 1.0)[:, None]
    )


def _medians(values: FloatArray, used: BoolArray) -> FloatArray:
    """Median of the used values of each row."""
    return row_medians(np.where(used, values, np.nan).astype(np.float64))


def _left_out(
    found: DetectionResult, copied: BoolArray, limits: CrossTalkSettings
) -> DetectionResult:
    """Leave the copies out of a leg and say how many there were."""
    if not copied.any():
        return found
    count = int(copied.sum())
    often = count > limits.copies_noted * copied.size
    finding = Finding(
        "movements-copied",
        Severity.WARNING if often else Severity.NOTE,
        found.quality.side,
        {"count": count, "total": copied.size},
    )
    quality = replace(
        found.quality, findings=(*found.quality.findings, finding)
    )
    movements = map_rows(found.movements, lambda column: column[~copied])
    return replace(found, movements=movements, quality=quality)
