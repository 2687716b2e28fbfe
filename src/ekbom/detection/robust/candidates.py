"""Everything that was considered as a movement.

What met the rule, and what came near it, each with its evidence.
"""

from dataclasses import dataclass, replace

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.artefacts import muscle_share
from ekbom.detection.evidence import gather_evidence
from ekbom.detection.literal.crossings import (
    Crossings,
    has_morphology,
    samples_at_least,
    select_movements,
)
from ekbom.detection.robust.confidence import with_confidence
from ekbom.detection.robust.envelope import OwnEnvelope, find_own_movements
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray, SignalArray

_DOUBTFUL = 1.6
"""Movements shorter than this many times the shortest allowed are looked at again."""


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnCandidates:
    """Candidates of one block, sorted by onset.

    Edges in samples, evidence, and which of them are leg movements.
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
    """Find the movements of one block and what came near the threshold, with the confidence of each."""
    movements = find_own_movements(emg_uv, envelope, criteria=criteria)
    long_enough = movements.offset - movements.onset >= samples_at_least(
        criteria.min_duration_s, envelope.fs_hz
    )
    movements = select_movements(movements, long_enough)
    sure = surely_long_enough(
        emg_uv, movements, envelope, criteria=criteria, sd=settings.duration_sd
    )
    movements = select_movements(movements, sure)
    share = _share_of_muscle(emg_uv, movements, envelope)
    keep = (share >= settings.muscle_min_share) & _shaped(movements, envelope, criteria)
    movements = select_movements(movements, keep)
    near = _near_the_threshold(emg_uv, movements, envelope, criteria=criteria, settings=settings)
    order = np.argsort(np.concatenate((movements.onset, near.onset)), kind="stable")
    found = Crossings(
        *(np.concatenate(columns)[order] for columns in zip(movements, near, strict=True))
    )
    accepted = (np.arange(order.size) < movements.onset.size)[order]
    muscle = np.concatenate((share[keep], _share_of_muscle(emg_uv, near, envelope)))[order]
    evidence = own_evidence(found, envelope, criteria=criteria)
    if settings.confidence is not None:
        evidence = with_confidence(
            evidence, muscle, accepted, criteria=criteria, model=settings.confidence
        )
    return OwnCandidates(found=found, evidence=evidence, accepted=accepted, muscle=muscle)


def surely_long_enough(
    emg_uv: SignalArray,
    movements: Crossings,
    envelope: OwnEnvelope,
    *,
    criteria: AmplitudeCriteria,
    sd: float,
) -> BoolArray:
    """Say of which movements the part beyond the shortest duration is more than the fluctuation of rest.

    In noise the end of a burst is drawn out by chance, so that a burst of 0.4 s may seem to last
    0.55 s. What lies beyond 0.5 s must then have a mean power above rest by `sd` standard
    deviations of the resting power over so short a time.
    """
    fs_hz, shortest = envelope.fs_hz, samples_at_least(criteria.min_duration_s, envelope.fs_hz)
    sure = np.ones(movements.onset.size, np.bool_)
    for row in np.flatnonzero(movements.offset - movements.onset < round(_DOUBTFUL * shortest)):
        start, stop = int(movements.onset[row]) + shortest, int(movements.offset[row])
        rest = float(envelope.rest_uv2[min(start // envelope.block, envelope.rest_uv2.size - 1)])
        if stop > start and not movements.truncated[row]:
            above = float(np.mean(np.square(emg_uv[start:stop].astype(np.float64)))) - rest
            sure[row] = above >= sd * rest * float(
                np.sqrt(2.0 * fs_hz / (envelope.freedom_per_s * (stop - start)))
            )
    return sure


def _near_the_threshold(
    emg_uv: SignalArray,
    movements: Crossings,
    envelope: OwnEnvelope,
    *,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> Crossings:
    """Find stretches at half the on level that are no part of a movement."""
    lower = replace(
        criteria, onset_above_rest_uv=settings.considered_share * criteria.onset_above_rest_uv
    )
    wider = replace(envelope, on=envelope.considered, quiet=envelope.quiet & ~envelope.considered)
    near = find_own_movements(emg_uv, wider, criteria=lower)
    long_enough = near.offset - near.onset >= samples_at_least(
        settings.considered_min_s, envelope.fs_hz
    )
    near = select_movements(near, long_enough)
    next_one = np.searchsorted(movements.offset, near.onset, side="right")
    begins = np.append(movements.onset, np.iinfo(np.int64).max)[next_one]
    return select_movements(near, near.offset <= begins)


def _shaped(found: Crossings, envelope: OwnEnvelope, criteria: AmplitudeCriteria) -> BoolArray:
    """Say which movements have the morphology the standard asks for."""
    if not criteria.morphology or not found.onset.size:
        return np.ones(found.onset.size, np.bool_)
    return has_morphology(
        envelope.above_uv,
        _on_fine_grid(found, envelope),
        fs_hz=envelope.fs_hz / envelope.block,
        criteria=criteria,
    )


def _share_of_muscle(emg_uv: SignalArray, found: Crossings, envelope: OwnEnvelope) -> FloatArray:
    """Measure the share of muscle in each movement where it stands clear of rest."""
    at = np.minimum(found.onset // envelope.block, envelope.rest_uv2.size - 1)
    floor = envelope.rest_uv2[at].astype(np.float64) + 2.0 * envelope.offset_level_uv2[at]
    return muscle_share(emg_uv, found, floor, fs_hz=envelope.fs_hz)


def own_evidence(
    found: Crossings, envelope: OwnEnvelope, *, criteria: AmplitudeCriteria
) -> MovementEvidence:
    """Gather the evidence on the fine grid.

    The distance from the shortest duration comes from the exact edges.
    """
    evidence = gather_evidence(
        envelope.above_uv,
        np.sqrt(envelope.rest_uv2),
        _on_fine_grid(found, envelope),
        fs_hz=envelope.fs_hz / envelope.block,
        criteria=criteria,
    )
    exact = (found.offset - found.onset) / envelope.fs_hz - criteria.min_duration_s
    return replace(evidence, duration_distance_s=exact)


def _on_fine_grid(found: Crossings, envelope: OwnEnvelope) -> Crossings:
    """List the fine blocks that each movement touches."""
    last = envelope.above_uv.size
    onset = np.minimum(found.onset // envelope.block, last - 1)
    return Crossings(
        onset, np.clip(-(-found.offset // envelope.block), onset + 1, last), found.truncated
    )
