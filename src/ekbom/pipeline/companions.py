"""The scorings beside a recording, judged by the limits of the tables."""

from pathlib import Path

from ekbom.readers.companions import (
    Companion,
    Companions,
    ContradictionError,
    find_companions,
)
from ekbom.readers.scorings.align import Judgement
from ekbom.rules.load_detection import load_event_limits

__all__ = ["Companion", "Companions", "ContradictionError", "companions_of"]


def companions_of(
    recording: str | Path, *, ignore_dates: bool = False
) -> Companions:
    """Find the scorings beside a recording that belong to it and fit it.

    Raises
    ------
    ContradictionError
        Two of them score the same thing differently.
    InputError
        The recording cannot be read.
    """
    judgement = Judgement(limits=load_event_limits(), ignore_dates=ignore_dates)
    return find_companions(Path(recording), judgement=judgement)
