"""Work that every leg of a night asks for in the same form, and that is done once."""

from ekbom.detection.cleaning.cross_talk import same_waveform
from ekbom.detection.cleaning.heart import EcgBeats
from ekbom.detection.literal.envelope import fill_gaps
from ekbom.model.recording import FloatArray, LegSignal

_Key = tuple[frozenset[LegSignal], tuple[float, ...], int]


class SharedWork:
    """Beats of the ECG channel and the likeness of both legs, worked out for the leg that asks first and kept for the other.

    Signals are told apart as objects, not by their values; they stay alive as long as this object
    does.
    """

    def __init__(self) -> None:
        """Begin with nothing worked out."""
        self._beats: dict[tuple[LegSignal, int, int], EcgBeats] = {}
        self._likeness: dict[_Key, tuple[FloatArray, FloatArray]] = {}

    def beats(self, ecg: LegSignal, start: int, stop: int) -> EcgBeats:
        """Beats of the samples [start, stop) of an ECG channel."""
        key = (ecg, start, stop)
        if key not in self._beats:
            self._beats[key] = EcgBeats(fill_gaps(ecg.emg_uv[start:stop])[0], fs_hz=ecg.fs_hz)
        return self._beats[key]

    def likeness(
        self, leg: LegSignal, other: LegSignal, *, mains_hz: tuple[float, ...], harmonics: int
    ) -> tuple[FloatArray, FloatArray]:
        """Likeness of the waveforms of two legs, whichever of them comes first."""
        key = (frozenset((leg, other)), mains_hz, harmonics)
        if key not in self._likeness:
            self._likeness[key] = same_waveform(leg, other, mains_hz=mains_hz, harmonics=harmonics)
        return self._likeness[key]
