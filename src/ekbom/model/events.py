"""Events that others scored: arousals, breathing, lights, marks on the legs."""

from dataclasses import dataclass
from enum import StrEnum


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


AROUSAL_KINDS = (
    EventKind.AROUSAL,
    EventKind.AROUSAL_RESPIRATORY,
    EventKind.AROUSAL_LM,
    EventKind.AROUSAL_PLM,
    EventKind.AROUSAL_SPONTANEOUS,
)
RESPIRATORY_KINDS = (
    EventKind.APNEA,
    EventKind.APNEA_OBSTRUCTIVE,
    EventKind.APNEA_CENTRAL,
    EventKind.APNEA_MIXED,
    EventKind.HYPOPNEA,
    EventKind.RERA,
)


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
