"""Names of the rules that keep a movement out of the candidates or out of a series."""

from enum import StrEnum

TEXT = "<U32"


class NonCandidate(StrEnum):
    """Why a movement is no CLM."""

    LONGER_THAN_LIMIT = "longer-than-limit"
    PART_LONGER_THAN_LIMIT = "part-longer-than-limit"
    TOO_MANY_PARTS = "too-many-parts"
    BILATERAL_LONGER_THAN_LIMIT = "bilateral-longer-than-limit"
    TRUNCATED = "truncated"
    RHYTHMIC = "rhythmic"
    REM_TWITCHES = "rem-twitches"
    RESPIRATORY = "respiratory-event"
    OUTSIDE_SLEEP = "outside-sleep"


class NotInSeries(StrEnum):
    """Why a movement is in no series."""

    NOT_A_CANDIDATE = "not-a-candidate"
    RUN_TOO_SHORT = "run-too-short"
    SKIPPED_SHORT_INTERVAL = "skipped-short-interval"
    AFTER_SHORT_INTERVAL = "after-short-interval"


class RunStart(StrEnum):
    """Why a new run of CLM begins at a movement."""

    FIRST = "first-movement"
    GAP = "recording-gap"
    NONCLM = "nonclm-before"
    LONG_INTERVAL = "long-interval"
    SHORT_INTERVAL = "short-interval"
    STATE_CHANGE = "state-change"
