"""Everything that was considered as a movement.

What met the rule, and what came near it, each with its evidence.
"""

from dataclasses import dataclass, replace

import numpy as np

from ekbom.detection.evidence import gather_evidence
from ekbom.detection.literal.crossings import has_morphology
from ekbom.detection.records import join_rows, map_rows
from ekbom.detection.robust.confidence import (
    confidence_features,
    with_confidence,
)
from ekbom.detection.robust.envelope import OwnEnvelope, find_own_movements
from ekbom.detection.robust.muscle import muscle_share
from ekbom.detection.robust.rule import Rule
from ekbom.detection.runs import (
    Crossings,
    lasting,
    samples_at_least,
    select_movements,
)
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

_END = np.iinfo(np.int64).max  # arithmetic: after every sample


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnCandidates:
    """Candidates of one block, sorted by onset.

    Edges in samples, evidence, share of muscle, and which of them met the rule.
    """

    found: Crossings
    evidence: MovementEvidence
    accepted: BoolArray
    muscle: FloatArray


def find_candidates(
    emg_uv: SignalArray, envelope: OwnEnvelope
) -> OwnCandidates:
    """Find the movements of one block and what came near the threshold.

    Each with the confidence that it is a leg movement.
    """
    movements, share = _movements(emg_uv, envelope)
    near = _near_the_threshold(emg_uv, movements, envelope)
    both = join_rows([movements, near])
    order = np.argsort(both.onset, kind="stable")
    muscle = np.append(share, _muscle(emg_uv, near, envelope))[order]
    found = map_rows(both, lambda column: column[order])
    accepted = order < movements.onset.size
    bare = OwnCandidates(
        found=found,
        evidence=_measured(found, envelope),
        accepted=accepted,
        muscle=muscle,
    )
    return replace(bare, evidence=_with_confidence(bare, envelope.rule))


def _movements(
    emg_uv: SignalArray, envelope: OwnEnvelope
) -> tuple[Crossings, FloatArray]:
    """Find what meets the rule, with its share of muscle.

    It is long enough beyond chance, of muscle, and has the morphology.
    """
    criteria, settings, grids = envelope.rule
    found = find_own_movements(emg_uv, envelope)
    found = lasting(found, criteria.min_duration_s, fs_hz=grids.fs_hz)
    sure = surely_long_enough(emg_uv, found, envelope)
    found = select_movements(found, sure)
    share = _muscle(emg_uv, found, envelope)
    keep = (share >= settings.muscle.min_share) & _shaped(found, envelope)
    return select_movements(found, keep), share[keep]


def surely_long_enough(
    emg_uv: SignalArray, movements: Crossings, envelope: OwnEnvelope
) -> BoolArray:
    """Say of which movements the part beyond the shortest duration is more than chance.

    In noise the end of a burst is drawn out by chance, so that a burst of 0.4 s may seem to last
    0.55 s. What lies beyond 0.5 s must then have a mean power above rest by `duration_sd` standard
    deviations of the resting power over so short a time.
    """
    criteria, settings, grids = envelope.rule
    shortest = samples_at_least(criteria.min_duration_s, grids.fs_hz)
    beyond = movements.length - shortest
    doubtful = movements.length < round(settings.doubtful_ratio * shortest)
    rows = np.flatnonzero(doubtful & (beyond > 0) & ~movements.truncated)
    start = movements.onset[rows] + shortest
    at = envelope.blocks_of(start)
    rest = envelope.rest_at(at)
    freedom = envelope.windows.freedom_per_s[at] * beyond[rows]
    error = np.sqrt(2.0 * grids.fs_hz / freedom)
    power = _mean_powers(emg_uv, start, movements.offset[rows])
    sure = np.ones(movements.onset.size, np.bool_)
    sure[rows] = power - rest >= settings.duration_sd * rest * error
    return sure


def _mean_powers(
    emg_uv: SignalArray, start: IntArray, stop: IntArray
) -> FloatArray:
    """Mean square of some stretches [start, stop), uV^2."""
    stretches = zip(start.tolist(), stop.tolist(), strict=True)
    squares = (np.square(emg_uv[a:b].astype(np.float64)) for a, b in stretches)
    return np.array([float(np.mean(square)) for square in squares])


def _near_the_threshold(
    emg_uv: SignalArray, movements: Crossings, envelope: OwnEnvelope
) -> Crossings:
    """Find stretches at a part of the on level that belong to no movement."""
    criteria, settings, grids = envelope.rule
    level_uv = settings.considered_share * criteria.onset_above_rest_uv
    wider = replace(
        envelope,
        rule=envelope.rule.with_onset_level(level_uv),
        on=envelope.considered,
        quiet=envelope.quiet & ~envelope.considered,
    )
    near = find_own_movements(emg_uv, wider)
    near = lasting(near, settings.considered_min_s, fs_hz=grids.fs_hz)
    next_one = np.searchsorted(movements.offset, near.onset, side="right")
    begins = np.append(movements.onset, _END)[next_one]
    return select_movements(near, near.offset <= begins)


def _shaped(found: Crossings, envelope: OwnEnvelope) -> BoolArray:
    """Say which movements have the morphology the standard asks for."""
    criteria, _, grids = envelope.rule
    if not criteria.morphology:
        return np.ones(found.onset.size, np.bool_)
    return has_morphology(
        envelope.above_uv,
        _on_fine_grid(found, envelope),
        fs_hz=grids.fine_hz,
        criteria=criteria,
    )


def _muscle(
    emg_uv: SignalArray, found: Crossings, envelope: OwnEnvelope
) -> FloatArray:
    """Measure the share of muscle in each movement where it stands clear of rest."""
    _, settings, grids = envelope.rule
    at = envelope.blocks_of(found.onset)
    quiet_uv2 = envelope.windows.offset_level_uv2[at]
    clear = settings.muscle.active_levels * quiet_uv2
    floor_uv2 = envelope.rest_at(at) + clear
    return muscle_share(
        emg_uv, found, floor_uv2, fs_hz=grids.fs_hz, settings=settings.muscle
    )


def _with_confidence(candidates: OwnCandidates, rule: Rule) -> MovementEvidence:
    """Add the confidence that follows from the evidence."""
    criteria, settings, _ = rule
    if settings.confidence is None:
        return candidates.evidence
    features = confidence_features(
        candidates.evidence,
        candidates.muscle,
        criteria=criteria,
        settings=settings.evidence,
    )
    return with_confidence(
        candidates.evidence,
        features,
        candidates.accepted,
        model=settings.confidence,
    )


def _measured(found: Crossings, envelope: OwnEnvelope) -> MovementEvidence:
    """Measure the movements on the fine grid.

    The distance from the shortest duration comes from the exact edges.
    """
    criteria, settings, grids = envelope.rule
    evidence = gather_evidence(
        envelope.above_uv,
        np.sqrt(envelope.rest_uv2),
        _on_fine_grid(found, envelope),
        fs_hz=grids.fine_hz,
        criteria=criteria,
        rise_share=settings.evidence.rise_share,
    )
    exact_s = found.length / grids.fs_hz - criteria.min_duration_s
    return replace(evidence, duration_distance_s=exact_s)


def _on_fine_grid(found: Crossings, envelope: OwnEnvelope) -> Crossings:
    """List the fine blocks that each movement touches."""
    block, n_blocks = envelope.rule.grids.block, envelope.above_uv.size
    onset = np.minimum(found.onset // block, n_blocks - 1)
    offset = np.clip(-(-found.offset // block), onset + 1, n_blocks)
    return Crossings(onset, offset, found.truncated)
