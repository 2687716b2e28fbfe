"""What others scored: stages, and events such as arousals, breathing, marks on the legs."""

from dataclasses import dataclass
from enum import StrEnum

from ekbom.frames.table import Table
from ekbom.model.recording import FloatArray, StrArray


class EventKind(StrEnum):
    """Canonical kinds of scored events."""

    AROUSAL = "arousal"
    AROUSAL_RESPIRATORY = "arousal_respiratory"
    AROUSAL_LM = "arousal_lm"
    AROUSAL_PLM = "arousal_plm"
    AROUSAL_SPONTANEOUS = "arousal_spontaneous"
    APNEA = "apnea"
    APNEA_OBSTRUCTIVE = "apnea_obstructive"
    APNEA_CENTRAL = "apnea_central"
    APNEA_MIXED = "apnea_mixed"
    HYPOPNEA = "hypopnea"
    RERA = "rera"
    DESATURATION = "desaturation"
    LM = "lm"
    PLM = "plm"
    PLM_SERIES = "plm_series"
    LIGHTS_OFF = "lights_off"
    LIGHTS_ON = "lights_on"
    POSITION = "position"
    ARTEFACT = "artefact"
    OTHER = "other"


AROUSAL_KINDS = tuple(kind for kind in EventKind if kind.startswith("arousal"))
APNEA_KINDS = tuple(kind for kind in EventKind if kind.startswith("apnea"))
RESPIRATORY_KINDS = (*APNEA_KINDS, EventKind.HYPOPNEA, EventKind.RERA)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One scored event: [onset_s, onset_s + duration_s) in seconds from recording start, as read.

    `PLM` is one movement, `PLM_SERIES` a whole series that spans its members.
    """

    onset_s: float
    duration_s: float  #: 0 for a mark without a duration
    kind: EventKind
    label: str  #: the text of the source
    side: str = "unknown"  #: a value of `Side`
    channel: str = ""  #: the signal it was marked on
    scorer: str = ""


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


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Hypnogram(Table):
    """Scored stages as half-open intervals, shape (n,) each, sorted and without overlap.

    Time in no interval is unscored. An onset exactly on a boundary belongs to the later interval.
    """

    onset_s: FloatArray  #: seconds from recording start
    duration_s: FloatArray  #: several epochs may share one interval
    stage: StrArray  #: values of `Stage`
    epoch_s: float  #: the scoring epoch of the source, 30 s as a rule
    source: str = ""
