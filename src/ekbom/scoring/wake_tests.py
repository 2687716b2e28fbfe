"""Suggested immobilization tests.

PLM in wake while a person sits still, once (SIT) or several times an evening (m-SIT).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import IndexSettings
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.index import WakeTest, WakeTestSession
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import FloatArray, Interval
from ekbom.scoring.night import without_excluded
from ekbom.scoring.stage_time import inside_ms, merged_ms, stage_pieces, to_ms

PROTOCOLS = ("sit", "msit")


class WakeSession(NamedTuple):
    """What one session brings.

    Scored movements, stages (None = nobody staged it), its bounds, what cannot be judged,
    ratings.

    `discomfort`: ratings of leg discomfort in the order they were given, empty if none were asked
    for.
    """

    movements: ScoredMovements
    hypnogram: Hypnogram | None
    start_s: float
    duration_s: float
    unscorable: tuple[Interval, ...] = ()
    discomfort: tuple[float, ...] = ()


def wake_test(
    sessions: Sequence[WakeSession], *, protocol: str, settings: IndexSettings
) -> WakeTest:
    """Score a single (``sit``) or multiple (``msit``) suggested immobilization test.

    Parameters
    ----------
    sessions
        The sessions in time order, each scored by a rule set that counts PLM in wake.
    protocol
        ``sit``: one session; ``msit``: as many as the table asks for.
    settings
        Length and number of sessions.

    Returns
    -------
    WakeTest
        The index over all sessions is PLMW divided by hours of wake in them. Where sessions are
        missing or have the wrong length the numbers stand, `valid` is False and `reason` says what
        departs from the protocol.

    Notes
    -----
    1. A PLM counts if it begins in the session, in an epoch of wake. Sleep leaves numerator and
    denominator.
    2. A session that nobody staged is taken as wake throughout, and its `reason` says so.
    """
    found = tuple(_session(session, settings=settings) for session in sessions)
    wanted = 1 if protocol == "sit" else settings.wake_test_sessions
    problems = [
        f"session {number}: {session.reason}"
        for number, session in enumerate(found, 1)
        if _departs(session, settings=settings)
    ]
    if protocol not in PROTOCOLS:
        problems.insert(
            0, f"there is no protocol {protocol!r}; protocols are {', '.join(PROTOCOLS)}"
        )
    if len(found) != wanted:
        problems.insert(
            0, f"the protocol takes {wanted} session{'s' * (wanted != 1)}, {len(found)} came"
        )
    wake_min = sum(session.wake_min or 0.0 for session in found)
    ratings = [session.discomfort_mean for session in found if session.discomfort_mean is not None]
    return WakeTest(
        protocol=protocol,
        sessions=found,
        plmw_per_h=60 * sum(session.plmw_count for session in found) / wake_min
        if wake_min
        else None,
        discomfort_mean=float(np.mean(ratings)) if ratings else None,
        valid=not problems,
        reason="; ".join(problems),
    )


def _departs(session: WakeTestSession, *, settings: IndexSettings) -> bool:
    """Say whether a session cannot stand for one of the protocol."""
    return (
        session.plmw_per_h is None
        or abs(session.duration_min - settings.wake_test_min) > settings.wake_test_tolerance_min
    )


def _session(session: WakeSession, *, settings: IndexSettings) -> WakeTestSession:
    """Score one session."""
    start_ms, end_ms = int(to_ms(session.start_s)), int(to_ms(session.start_s + session.duration_s))
    gone = merged_ms(session.unscorable)
    movements = without_excluded(session.movements)
    onset_ms = to_ms(movements.onset_s)
    counted = (
        movements.plm & (onset_ms >= start_ms) & (onset_ms < end_ms) & ~inside_ms(onset_ms, gone)
    )
    notes = []
    if session.hypnogram is None:
        clipped = np.clip(gone, start_ms, end_ms)
        wake_ms = end_ms - start_ms - int((clipped[:, 1] - clipped[:, 0]).sum())
        notes.append("nobody staged it, it is taken as wake throughout")
    else:
        pieces = stage_pieces(session.hypnogram, start_ms=start_ms, end_ms=end_ms, excluded_ms=gone)
        awake = pieces.stage == str(Stage.WAKE)
        wake_ms = int((pieces.end_ms - pieces.onset_ms)[awake].sum())
        counted &= movements.stage == str(Stage.WAKE)
    count, duration_min = int(np.count_nonzero(counted)), session.duration_s / 60
    if abs(duration_min - settings.wake_test_min) > settings.wake_test_tolerance_min:
        notes.append(
            f"it lasts {duration_min:g} min, the protocol asks for {settings.wake_test_min:g}"
        )
    if not wake_ms:
        notes.append("no scorable wake in it")
    ratings: FloatArray = np.array(session.discomfort, dtype=np.float64)
    return WakeTestSession(
        start_s=session.start_s,
        duration_min=duration_min,
        wake_min=wake_ms / 60_000,
        plmw_count=count,
        plmw_per_h=count * 3_600_000 / wake_ms if wake_ms else None,
        discomfort_mean=float(ratings.mean()) if len(ratings) else None,
        discomfort_max=float(ratings.max()) if len(ratings) else None,
        reason="; ".join(notes),
    )
