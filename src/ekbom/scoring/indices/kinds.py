"""Every kind of movement that is counted: its name, its rows, and what must have been scored."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import ScoredMovements, Side
from ekbom.model.recording import BoolArray
from ekbom.scoring.indices.scored_time import STATES

SIDES = ("", "left", "right", "bilateral", "monolateral")
DURATION_MEASURES = ("mean", "sd", "median", "min", "max")


class MovementKind(NamedTuple):
    """A kind of movement: stem of its names, and what follows the letter of the state.

    Arousals or breathing must have been scored where it needs them.
    """

    stem: str
    qualifier: str = ""
    needs_arousals: bool = False
    needs_breathing: bool = False
    with_durations: bool = True


KINDS = (
    MovementKind("lm"),
    MovementKind("lm", "arousal", needs_arousals=True, with_durations=False),
    MovementKind("clm"),
    MovementKind("clm", "arousal", needs_arousals=True, with_durations=False),
    MovementKind("clm", "no_arousal", needs_arousals=True, with_durations=False),
    MovementKind("clm", "rr", needs_breathing=True),
    MovementKind("clm", "nr", needs_breathing=True),
    MovementKind("nonclm"),
    MovementKind("nonclm", "rr", needs_breathing=True),
    MovementKind("nonclm", "nr", needs_breathing=True),
    MovementKind("plm"),
    MovementKind("plm", "arousal", needs_arousals=True),
    MovementKind("plm", "no_arousal", needs_arousals=True, with_durations=False),
    MovementKind("plm", "rr", needs_breathing=True, with_durations=False),
    MovementKind("plm", "nr", needs_breathing=True),
    MovementKind("plm", "nr_arousal", needs_arousals=True, needs_breathing=True),
    MovementKind(
        "plm", "nr_no_arousal", needs_arousals=True, needs_breathing=True, with_durations=False
    ),
    MovementKind("short_interval_clm"),
    MovementKind("isolated_clm"),
)


def movement_name(kind: MovementKind, *, state: str, side: str) -> str:
    """Compose the name before the measure.

    ``plms``, ``plmw``, ``plm_tib``, ``plms_nr_arousal_n2_left``.

    The letter after the stem says sleep (s) or wake (w); a single stage of sleep follows as a word;
    ``tib`` stands for the whole staged time in bed, ``recording`` has no word of its own.
    """
    letter = {"w": "w", "tib": "", "recording": ""}.get(state, "s")
    word = "" if state in {"sleep", "w", "recording"} else state
    return "_".join(part for part in (kind.stem + letter, kind.qualifier, word, side) if part)


@lru_cache(maxsize=1)
def movement_names() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """All names, by kind, state and side in the orders of `KINDS`, `STATES` and `SIDES`."""
    return tuple(
        tuple(
            tuple(movement_name(kind, state=state, side=side) for side in SIDES) for state in STATES
        )
        for kind in KINDS
    )


def kind_masks(movements: ScoredMovements) -> BoolArray:
    """Say of each row to which kinds it belongs: shape (len(KINDS), n), in their order."""
    clm, plm, plm_nr, rr = movements.clm, movements.plm, movements.plm_nr, movements.rrlm
    arousal = movements.arousal_associated
    everything = np.ones(len(clm), dtype=bool)
    return np.stack(
        [
            everything,
            arousal,
            clm,
            clm & arousal,
            clm & ~arousal,
            clm & rr,
            clm & ~rr,
            ~clm,
            ~clm & rr,
            ~clm & ~rr,
            plm,
            plm & arousal,
            plm & ~arousal,
            plm & rr,
            plm_nr,
            plm_nr & arousal,
            plm_nr & ~arousal,
            movements.short_interval & clm,
            movements.isolated & clm,
        ]
    )


def side_masks(movements: ScoredMovements) -> BoolArray:
    """Say of each row to which sides it belongs: shape (5, n), in the order of `SIDES`.

    Monolateral is left or right.
    """
    side = movements.side
    left, right = side == Side.LEFT.value, side == Side.RIGHT.value
    return np.stack(
        [np.ones(len(side), dtype=bool), left, right, side == Side.BILATERAL.value, left | right]
    )
