"""Everything that was considered as a movement.

What met the rule, and what came near it, each with its evidence.
"""

from dataclasses import dataclass, replace

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.evidence import gather_evidence
from ekbom.detection.literal.crossings import has_morphology
from ekbom.detection.records import join_rows, map_rows
from ekbom.detection.robust.confidence import (
    confidence_features,
    with_confidence,
)
from ekbom.detection.robust.envelope import (
    OwnEnvelope,
    blocks_of,
    find_own_movements,
)
from ekbom.detection.robust.muscle import muscle_share
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

    Edges in samples, evidence, share of muscle, and which of them are leg movements.
    """

    found: Crossings
    evidence: MovementEvidence
    accepted: BoolArray
    muscle: FloatArray


def find_candidates(
    emg_uv: SignalArray,
    envelope: OwnEnvelope,
    *,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> OwnCandidates:
    """Find the movements of one block and what came near the threshold.

    Each with the confidence that it is a leg movement.
    """
    movements, share = _movements(emg_uv, envelope, criteria, settings)
    near = _near_the_threshold(emg_uv, movements, envelope, criteria, settings)
    both = join_rows([movements, near])
    order = np.argsort(both.onset, kind="stable")
    found = map_rows(both, lambda column: column[order])
    accepted = order < movements.onset.size
    muscle = np.concatenate((share, _muscle(emg_uv, near, envelope, settings)))[
        order
    ]
    evidence = _evidence(found, envelope, criteria, settings)
    if settings.confidence is not None:
        features = confidence_features(
            evidence, muscle, criteria=criteria, settings=settings.evidence
        )
        evidence = with_confidence(
            evidence, features, accepted, model=settings.confidence
        )
    return OwnCandidates(
        found=found, evidence=evidence, accepted=accepted, muscle=muscle
    )


def _movements(
    emg_uv: SignalArray,
    envelope: OwnEnvelope,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> tuple[Crossings, FloatArray]:
    """Find what meets the rule, with its share of muscle.

    It is long enough beyond chance, of muscle, and has the morphology.
    """
    found = find_own_movements(
        emg_uv, envelope, criteria=criteria, settings=settings
    )
    found = lasting(found, criteria.min_duration_s, fs_hz=envelope.grids.fs_hz)
    sure = surely_long_enough(
        emg_uv, found, envelope, criteria=criteria, settings=settings
    )
    found = select_movements(found, sure)
    share = _muscle(emg_uv, found, envelope, settings)
    keep = (share >= settings.muscle.min_share) & _shaped(
        found, envelope, criteria
    )
    return select_movements(found, keep), share[keep]


def surely_long_enough(
    emg_uv: SignalArray,
    movements: Crossings,
    envelope: OwnEnvelope,
    *,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> BoolArray:
    """Say of which movements the part beyond the shortest duration is more than chance.

    In noise the end of a burst is drawn out by chance, so that a burst of 0.4 s may seem to last
    0.55 s. What lies beyond 0.5 s must then have a mean power above rest by `duration_sd` standard
    deviations of the resting power over so short a time.
    """
    fs_hz = envelope.grids.fs_hz
    shortest = samples_at_least(criteria.min_duration_s, fs_hz)
    beyond = movements.length - shortest
    doubtful = movements.length < round(settings.doubtful_ratio * shortest)
    sure = np.ones(movements.onset.size, np.bool_)
    rows = np.flatnonzero(doubtful & (beyond > 0) & ~movements.truncated)
    start = movements.onset[rows] + shortest
    rest = envelope.rest_uv2[blocks_of(envelope, start)].astype(np.float64)
    error = np.sqrt(2.0 * fs_hz / (envelope.freedom_per_s * beyond[rows]))
    power = _mean_powers(emg_uv, start, movements.offset[rows])
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
    emg_uv: SignalArray,
    movements: Crossings,
    envelope: OwnEnvelope,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> Crossings:
    """Find stretches at a part of the on level that belong to no movement."""
    level_uv = settings.considered_share * criteria.onset_above_rest_uv
    wider = replace(
        envelope,
        on=envelope.considered,
        quiet=envelope.quiet & ~envelope.considered,
    )
    near = find_own_movements(
        emg_uv,
        wider,
        criteria=replace(criteria, onset_above_rest_uv=level_uv),
        settings=settings,
    )
    near = lasting(near, settings.considered_min_s, fs_hz=envelope.grids.fs_hz)
    next_one = np.searchsorted(movements.offset, near.onset, side="right")
    begins = np.append(movements.onset, _END)[next_one]
    return select_movements(near, near.offset <= begins)


def _shaped(
    found: Crossings, envelope: OwnEnvelope, criteria: AmplitudeCriteria
) -> BoolArray:
    """Say which movements have the morphology the standard asks for."""
    if not criteria.morphology:
        return np.ones(found.onset.size, np.bool_)
    return has_morphology(
        envelope.above_uv,
        _on_fine_grid(found, envelope),
        fs_hz=envelope.grids.fine_hz,
        criteria=criteria,
    )


def _muscle(
    emg_uv: SignalArray,
    found: Crossings,
    envelope: OwnEnvelope,
    settings: RobustSettings,
) -> FloatArray:
    """Measure the share of muscle in each movement where it stands clear of rest."""
    at = blocks_of(envelope, found.onset)
    clear = settings.muscle.active_levels * envelope.offset_level_uv2[at]
    floor_uv2 = envelope.rest_uv2[at].astype(np.float64) + clear
    fs_hz = envelope.grids.fs_hz
    return muscle_share(
        emg_uv, found, floor_uv2, fs_hz=fs_hz, settings=settings.muscle
    )


def _evidence(
    found: Crossings,
    envelope: OwnEnvelope,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> MovementEvidence:
    """Gather the evidence on the fine grid.

    The distance from the shortest duration comes from the exact edges.
    """
    evidence = gather_evidence(
        envelope.above_uv,
        np.sqrt(envelope.rest_uv2),
        _on_fine_grid(found, envelope),
        fs_hz=envelope.grids.fine_hz,
        criteria=criteria,
        rise_share=settings.evidence.rise_share,
    )
    exact_s = found.length / envelope.grids.fs_hz - criteria.min_duration_s
    return replace(evidence, duration_distance_s=exact_s)


def _on_fine_grid(found: Crossings, envelope: OwnEnvelope) -> Crossings:
    """List the fine blocks that each movement touches."""
    block, n_blocks = envelope.grids.block, envelope.above_uv.size
    onset = np.minimum(found.onset // block, n_blocks - 1)
    offset = np.clip(-(-found.offset // block), onset + 1, n_blocks)
    return Crossings(onset, offset, found.truncated)
