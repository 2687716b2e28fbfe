"""Numbers that stand for stages, each coding by itself; only names leave this file."""

from collections.abc import Collection, Mapping

from ekbom.model.events import Stage
from ekbom.readers.scorings.meanings import stage_of

AASM_CODES: Mapping[int, Stage] = {
    0: Stage.WAKE,
    1: Stage.N1,
    2: Stage.N2,
    3: Stage.N3,
    4: Stage.REM,
}
"""Codes of YASA and of BIDS data sets: 4 is REM."""

RK_CODES: Mapping[int, Stage] = {
    0: Stage.WAKE,
    1: Stage.N1,
    2: Stage.N2,
    3: Stage.N3,
    4: Stage.N3,
    5: Stage.REM,
}
"""Codes after Rechtschaffen and Kales, as in Profusion: 4 is stage 4, 5 is REM."""

UNSCORED_CODES = frozenset({-3, -2, -1, 6, 7, 8, 9})
"""Artefact, movement, disconnection and unscored in these codings."""


def coded_stage(code: int, *, codes: Mapping[int, Stage]) -> str | None:
    """Name the stage of a code; None where the coding does not have it."""
    if code in UNSCORED_CODES:
        return Stage.UNSCORED.value
    stage = codes.get(code)
    return None if stage is None else stage.value


def coding_of(codes: Collection[int]) -> Mapping[int, Stage]:
    """Tell the coding of a whole night: where a 5 occurs it is REM and 4 is stage 4.

    Otherwise 4 is REM.
    """
    return RK_CODES if 5 in codes else AASM_CODES


def stage_text(
    written: str,
    code: int | None,
    *,
    codes: Mapping[int, Stage],
) -> str | None:
    """Name the stage of a cell, a word or the code it holds; None where it is neither."""
    named = written if code is None else coded_stage(code, codes=codes)
    return named if named is not None and stage_of(named) is not None else None
