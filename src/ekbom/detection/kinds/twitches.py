"""Movements that are made of twitches: several bursts, none as long as a leg movement."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ekbom.criteria.detector import TrainSettings
from ekbom.model.movements import LegMovements
from ekbom.model.recording import BoolArray


def mark_twitches(
    movements: LegMovements,
    bursts: Sequence[LegMovements],
    *,
    settings: TrainSettings,
) -> LegMovements:
    """Say which movements are made of several bursts, each shorter than a leg movement.

    Parameters
    ----------
    movements
        Movements of all legs.
    bursts
        The bursts of each leg, sorted by onset.
    """
    twitches = np.zeros(movements.onset_s.size, np.bool_)
    for leg in bursts:
        if leg.onset_s.size:
            own = movements.side == leg.side[0]
            twitches[own] = _of_short_bursts(
                movements, own, leg, settings=settings
            )
    return replace(movements, twitches=twitches)


def _of_short_bursts(
    movements: LegMovements,
    own: BoolArray,
    bursts: LegMovements,
    *,
    settings: TrainSettings,
) -> BoolArray:
    """Look at the bursts that touch each movement of one leg."""
    onset_s = movements.onset_s[own]
    ends_s = bursts.onset_s + bursts.duration_s
    first = np.searchsorted(ends_s, onset_s, side="right")
    after = np.searchsorted(bursts.onset_s, onset_s + movements.duration_s[own])
    long = bursts.duration_s >= settings.twitch_max_s
    n_long = np.concatenate(([0], np.cumsum(long)))
    several = after - first >= settings.twitches_min
    return np.asarray(several & (n_long[after] == n_long[first]))
