"""Hop 2: the movements of one leg, with a look at the heart and at the other leg."""

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # has no types

from ekbom.context.beats import NightBeats
from ekbom.criteria.detector import (
    BeatSettings,
    DetectorSettings,
    LiteralSettings,
    RobustSettings,
)
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.cross_talk import Likeness, same_waveform
from ekbom.detection.leg_movements import detect_literal_leg, detect_robust_leg
from ekbom.model.errors import UsageError
from ekbom.model.movements import DetectionResult
from ekbom.model.recording import LegSignal


class SharedWork:
    """What both legs of a night need: the beats of the ECG channel, the likeness of the legs.

    Each is worked out for the leg that asks first and kept for the other. Signals are told apart
    as objects, not by their values.
    """

    def __init__(self) -> None:
        """Begin with nothing worked out."""
        self._beats: dict[
            tuple[LegSignal | None, BeatSettings], NightBeats
        ] = {}
        self._likeness: dict[tuple[LegSignal, LegSignal, str], Likeness] = {}

    def beats(
        self,
        ecg: LegSignal | None,
        settings: BeatSettings,
    ) -> NightBeats:
        """Heart beats of the night."""
        return self._beats.setdefault(
            (ecg, settings), NightBeats(ecg, settings=settings)
        )

    def likeness(
        self, leg: LegSignal, other: LegSignal | None, settings: RobustSettings
    ) -> Likeness | None:
        """Likeness of two legs, whichever of them comes first; None if there is one leg."""
        if other is None:
            return None
        turned = (other, leg, settings.digest)
        if turned in self._likeness:
            return self._likeness[turned].turned()
        return self._likeness.setdefault(
            (leg, other, settings.digest),
            same_waveform(
                leg, other, settings=settings.cross_talk, hum=settings.hum
            ),
        )


def find_leg_movements(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    ecg: LegSignal | None = None,
    other_leg: LegSignal | None = None,
    keep_trace: bool = True,
    shared: SharedWork | None = None,
) -> DetectionResult:
    """Find the leg movements of one leg (hop 2).

    Parameters
    ----------
    leg
        EMG of one leg in uV; time that was not recorded is NaN.
    amplitude
        On and off levels and durations of the standard, from its table.
    settings
        The detector, from its table: literal or robust.
    ecg
        The ECG channel of the same recording, if there is one; heart beats are searched there,
        else in the leg itself.
    other_leg
        The other leg, to notice that both channels carry the same waveform.
    keep_trace
        Keep what figures draw.
    shared
        Pass one object with both legs of a night, and what both need is worked out once.

    Returns
    -------
    DetectionResult
        Movements whose onset lies in scorable minutes, the quality of every minute, and the
        preparation of the signal.

    Raises
    ------
    UsageError
        If the leg holds no samples in one row, or the settings are those of no known detector.

    Examples
    --------
    >>> from ekbom import find_leg_movements, load_rule_set, open_study
    >>> from ekbom.rules.load_detection import load_detector, load_physical_limits
    >>> from ekbom.rules.load_scoring import amplitude_criteria
    >>> left, right = open_study("night.edf", limits=load_physical_limits()).legs
    >>> amplitude = amplitude_criteria(load_rule_set("wasm2016"))
    >>> movements = find_leg_movements(left, amplitude=amplitude, settings=load_detector("robust"))
    >>> movements.detector
    'robust'
    """
    shared = SharedWork() if shared is None else shared
    if isinstance(settings, LiteralSettings):
        return detect_literal_leg(
            leg, amplitude=amplitude, settings=settings, keep_trace=keep_trace
        )
    if not isinstance(settings, RobustSettings):
        raise UsageError(
            f"No detector is known for the settings {settings.id!r}; "
            "use the tables 'literal' or 'robust'."
        )
    with threadpool_limits(limits=1, user_api="blas"):
        return detect_robust_leg(
            leg,
            amplitude=amplitude,
            settings=settings,
            search=shared.beats(ecg, settings.beats),
            likeness=shared.likeness(leg, other_leg, settings),
            keep_trace=keep_trace,
        )
