"""Every kind of movement that is counted, with its rows and what must have been scored for it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import IndexKey
from ekbom.model.movements import ScoredMovements, Side
from ekbom.model.recording import BoolArray

PLM_NR = "plm_nr"
_ROWS: Mapping[str, Callable[[ScoredMovements], BoolArray]] = {
    "lm": lambda rows: np.ones(len(rows.clm), dtype=bool),
    "clm": lambda rows: rows.clm,
    "nonclm": lambda rows: ~rows.clm,
    "plm": lambda rows: rows.plm,
    PLM_NR: lambda rows: rows.plm_nr,
    "short_interval_clm": lambda rows: rows.short_interval & rows.clm,
    "isolated_clm": lambda rows: rows.isolated & rows.clm,
}


class MovementKind(NamedTuple):
    """A kind of movement: kind and subset of its key, and how its rows are chosen.

    `base`: the column it starts from. `arousal`, `breathing`: whether it must have the link (True),
    must not have it (False), or either (None). `durations`: whether durations are measured.
    """

    kind: str
    subset: str
    base: str
    arousal: bool | None = None
    breathing: bool | None = None
    durations: bool = True

    @property
    def needs_arousals(self) -> bool:
        """Whether arousals must have been scored."""
        return self.arousal is not None

    @property
    def needs_breathing(self) -> bool:
        """Whether breathing events must have been scored."""
        return self.breathing is not None or self.base == PLM_NR

    def key(
        self,
        state: str,
        side: str,
        measure: str,
    ) -> IndexKey:
        """Give the key of one measure of this kind."""
        return IndexKey(
            self.kind,
            self.subset,
            state,
            side,
            measure,
        )

    def base_rows(self, movements: ScoredMovements) -> BoolArray:
        """Say of each row whether it is of the kind, links left aside."""
        return _ROWS[self.base](movements)

    def rows(self, movements: ScoredMovements) -> BoolArray:
        """Say of each row whether it is of the kind, shape (n,)."""
        rows = self.base_rows(movements)
        if self.arousal is not None:
            rows = rows & (movements.arousal_associated == self.arousal)
        if self.breathing is not None:
            rows = rows & (movements.rrlm == self.breathing)
        return rows


KINDS = (
    MovementKind("lm", "", "lm"),
    MovementKind("lm", "arousal", "lm", arousal=True, durations=False),
    MovementKind("clm", "", "clm"),
    MovementKind("clm", "arousal", "clm", arousal=True, durations=False),
    MovementKind("clm", "no_arousal", "clm", arousal=False, durations=False),
    MovementKind("clm", "rr", "clm", breathing=True),
    MovementKind("clm", "nr", "clm", breathing=False),
    MovementKind("nonclm", "", "nonclm"),
    MovementKind("nonclm", "rr", "nonclm", breathing=True),
    MovementKind("nonclm", "nr", "nonclm", breathing=False),
    MovementKind("plm", "", "plm"),
    MovementKind("plm", "arousal", "plm", arousal=True),
    MovementKind("plm", "no_arousal", "plm", arousal=False, durations=False),
    MovementKind("plm", "rr", "plm", breathing=True, durations=False),
    MovementKind("plm", "nr", PLM_NR),
    MovementKind("plm", "nr_arousal", PLM_NR, arousal=True),
    MovementKind(
        "plm", "nr_no_arousal", PLM_NR, arousal=False, durations=False
    ),
    MovementKind("short_interval_clm", "", "short_interval_clm"),
    MovementKind("isolated_clm", "", "isolated_clm"),
)
BY_KEY = {(kind.kind, kind.subset): kind for kind in KINDS}
CLM, CLM_NR = BY_KEY["clm", ""], BY_KEY["clm", "nr"]


def kind_masks(movements: ScoredMovements) -> BoolArray:
    """Say of each row to which kinds it belongs: shape (len(KINDS), n), in their order."""
    return np.stack([kind.rows(movements) for kind in KINDS])


def side_masks(movements: ScoredMovements) -> BoolArray:
    """Say of each row to which sides it belongs: shape (5, n), in the order of `SIDES`.

    Monolateral is left or right.
    """
    side = movements.side
    left = side == Side.LEFT.value
    right = side == Side.RIGHT.value
    every = np.ones(len(side), dtype=bool)
    return np.stack(
        [every, left, right, side == Side.BILATERAL.value, left | right]
    )
