"""The hypnogram: which stage, from when to when."""

from dataclasses import dataclass
from enum import StrEnum

from ekbom.model.recording import FloatArray, StrArray


class Stage(StrEnum):
    """Sleep stages by name; S3 and S4 are N3, unknown and movement time are UNSCORED."""

    WAKE = "W"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    REM = "R"
    UNSCORED = "UNSCORED"


SLEEP_STAGES = (Stage.N1, Stage.N2, Stage.N3, Stage.REM)
NREM_STAGES = (Stage.N1, Stage.N2, Stage.N3)


@dataclass(frozen=True, eq=False, kw_only=True)
class Hypnogram:
    """Scored stages as half-open intervals, shape (n,) each, sorted and without overlap.

    Time in no interval is unscored. An onset exactly on a boundary belongs to the later interval.
    """

    onset_s: FloatArray  #: seconds from recording start
    duration_s: FloatArray  #: several epochs may share one interval
    stage: StrArray  #: values of `Stage`
    epoch_s: float  #: the scoring epoch of the source, 30 s as a rule
    source: str = ""
