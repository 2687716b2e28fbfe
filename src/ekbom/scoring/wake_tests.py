"""Suggested immobilization tests.

PLM in wake while a person sits still, once (SIT) or several times an evening (m-SIT).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import IndexSettings
from ekbom.model.errors import UsageError
from ekbom.model.events import Hypnogram, Stage
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray, Interval
from ekbom.scoring.night import without_excluded
from ekbom.scoring.stage_time import CountedTime, merged_ms, stage_pieces, to_ms

PROTOCOLS = ("sit", "msit")


class WakeSession(NamedTuple):
    """What one session brings.

    `hypnogram` is None where nobody staged the session; `unscorable` are the stretches that cannot
    be judged. `discomfort`: ratings of leg discomfort in the order they were given, empty if none
    were asked for.
    """

    movements: ScoredMovements
    hypnogram: Hypnogram | None
    start_s: float
    duration_s: float
    unscorable: tuple[Interval, ...] = ()
    discomfort: tuple[float, ...] = ()

    def part(
        self,
        start_s: float,
        lasting_s: float,
    ) -> "WakeSession":
        """Cut a shorter session out of it, as far as the recording goes."""
        left_s = max(0.0, self.duration_s - start_s)
        return self._replace(start_s=start_s, duration_s=min(lasting_s, left_s))


def rated(
    sessions: Sequence[WakeSession], discomfort: Sequence[Sequence[float]]
) -> list[WakeSession]:
    """Give every session its ratings of discomfort.

    Raises
    ------
    UsageError
        If there are ratings, but not for each session.
    """
    if discomfort and len(discomfort) != len(sessions):
        raise UsageError(
            f"There are ratings for {len(discomfort)} sessions but {len(sessions)} sessions; "
            "give the ratings of each session."
        )
    ratings = list(discomfort) or [()] * len(sessions)
    return [
        session._replace(discomfort=tuple(given))
        for session, given in zip(sessions, ratings, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class WakeTestSession:
    """One session of an immobilization test.

    PLM in wake, minutes of wake, index, mean and largest discomfort.
    """

    start_s: float
    duration_min: float
    wake_min: float | None
    plmw_count: int
    plmw_per_h: float | None
    discomfort_mean: float | None
    discomfort_max: float | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WakeTest:
    """A suggested immobilization test, single (`sit`) or multiple (`msit`).

    Its sessions and the index over all of them; where there is none, `missing` says why.

    `rules`: the rule set with every option that is not the default, and its digest.
    """

    protocol: str
    sessions: tuple[WakeTestSession, ...]
    plmw_per_h: float | None
    discomfort_mean: float | None
    valid: bool
    reasons: tuple[Reason, ...] = ()
    rules: tuple[str, str] = ("", "")
    missing: Reason | None = None


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
        missing or have the wrong length the numbers stand, `valid` is False and `reasons` say what
        departs from the protocol.

    Notes
    -----
    1. A PLM counts if it begins in the session, in an epoch of wake. Sleep leaves numerator and
    denominator.
    2. A session that nobody staged is taken as wake throughout, and its `reasons` say so.
    """
    scored = tuple(_session(session, settings=settings) for session in sessions)
    wake_min = sum(session.wake_min or 0.0 for session in scored)
    plmw_count = sum(session.plmw_count for session in scored)
    ratings = [
        session.discomfort_mean
        for session in scored
        if session.discomfort_mean is not None
    ]
    reasons = (
        *_protocol_reasons(protocol, len(scored), settings=settings),
        *_session_reasons(scored, settings=settings),
    )
    return WakeTest(
        protocol=protocol,
        sessions=scored,
        plmw_per_h=60 * plmw_count / wake_min if wake_min else None,
        discomfort_mean=float(np.mean(ratings)) if ratings else None,
        valid=not reasons,
        reasons=reasons,
        missing=None if wake_min else Reason("wake-test-nowhere-wake"),
    )


def _protocol_reasons(
    protocol: str, n_sessions: int, *, settings: IndexSettings
) -> Iterator[Reason]:
    """Say what departs from the protocol as a whole."""
    asked = 1 if protocol == "sit" else settings.wake_test_sessions
    if n_sessions != asked:
        code = "wake-test-single" if asked == 1 else "wake-test-sessions"
        yield Reason(code, {"asked": asked, "n": n_sessions})
    if protocol not in PROTOCOLS:
        yield Reason(
            "wake-test-protocol", {"protocol": protocol, "known": PROTOCOLS}
        )


def _session_reasons(
    sessions: Sequence[WakeTestSession], *, settings: IndexSettings
) -> Iterator[Reason]:
    """Name the sessions that cannot stand for one of the protocol, each with its reasons."""
    for number, session in enumerate(sessions, 1):
        if session.plmw_per_h is None or _has_wrong_length(
            session.duration_min, settings
        ):
            yield Reason(
                "wake-test-departs", {"session": number, "why": session.reasons}
            )


def _has_wrong_length(duration_min: float, settings: IndexSettings) -> bool:
    """Say whether a session is longer or shorter than the protocol allows."""
    return (
        abs(duration_min - settings.wake_test_min)
        > settings.wake_test_tolerance_min
    )


def _session(
    session: WakeSession, *, settings: IndexSettings
) -> WakeTestSession:
    """Score one session."""
    time = CountedTime(
        start_ms=int(to_ms(session.start_s)),
        end_ms=int(to_ms(session.start_s + session.duration_s)),
        excluded_ms=merged_ms(session.unscorable),
    )
    wake_ms = _wake_ms(session.hypnogram, time)
    count = int(np.count_nonzero(_counted(session, time)))
    ratings: FloatArray = np.array(session.discomfort, dtype=np.float64)
    return WakeTestSession(
        start_s=session.start_s,
        duration_min=session.duration_s / 60,
        wake_min=wake_ms / 60_000,
        plmw_count=count,
        plmw_per_h=count * 3_600_000 / wake_ms if wake_ms else None,
        discomfort_mean=float(ratings.mean()) if len(ratings) else None,
        discomfort_max=float(ratings.max()) if len(ratings) else None,
        reasons=tuple(_notes(session, wake_ms=wake_ms, settings=settings)),
    )


def _counted(session: WakeSession, time: CountedTime) -> BoolArray:
    """Say which movements are PLM of the session: begun in it, in scorable time, in wake."""
    movements = without_excluded(session.movements)
    counted = movements.plm & time.inside(to_ms(movements.onset_s))
    if session.hypnogram is None:
        return counted
    awake = movements.stage == str(Stage.WAKE)
    return np.asarray(counted & awake, dtype=np.bool_)


def _wake_ms(hypnogram: Hypnogram | None, time: CountedTime) -> int:
    """Sum the scorable wake of a session, ms; a session that nobody staged is wake throughout."""
    if hypnogram is None:
        return time.length_ms
    pieces = stage_pieces(hypnogram, time)
    awake = pieces.stage == str(Stage.WAKE)
    return int((pieces.end_ms - pieces.onset_ms)[awake].sum())


def _notes(
    session: WakeSession, *, wake_ms: int, settings: IndexSettings
) -> Iterator[Reason]:
    """Say what a reader of one session must know."""
    minutes = session.duration_s / 60
    if session.hypnogram is None:
        yield Reason("wake-test-unstaged")
    if _has_wrong_length(minutes, settings):
        yield Reason(
            "wake-test-length",
            {"minutes": minutes, "asked": settings.wake_test_min},
        )
    if not wake_ms:
        yield Reason("wake-test-no-wake")
