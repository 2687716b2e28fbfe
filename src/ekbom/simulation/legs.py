"""Both leg channels of a night and the truth about them, without any file."""

from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.movements import LegMovements, Side
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    Interval,
    LegSignal,
    SignalArray,
    StrArray,
)
from ekbom.simulation import disturbances
from ekbom.simulation.heart import Beats, ecg_wave
from ekbom.simulation.muscle import (
    LEG_BAND_HZ,
    NoiseSource,
    add_level,
    emg_noise,
    rest_level,
)
from ekbom.simulation.parameters import LegParameters, MovementParameters
from ekbom.simulation.plan import SIDES, PlannedMovement, PlannedMovements
from ekbom.simulation.shape import ShapeSource, crossings, synthetic_shapes

# What is measured or planned of a movement, each with the type of its column.
TRUTH_COLUMNS: dict[str, type] = {
    "onset_s": float,
    "duration_s": float,
    "side": str,
    "peak_uv": float,
    "kind": str,
    "group": np.int64,
}
PREFILTER = f"HP:{LEG_BAND_HZ[0]:g}Hz LP:{LEG_BAND_HZ[1]:g}Hz"


@dataclass(frozen=True, kw_only=True)
class LegMaterial:
    """What legs are made of.

    Noise of the moving muscle and of the resting one (unit rms), envelopes, and the ECG with an R
    wave of 1.
    """

    burst: NoiseSource
    rest: NoiseSource
    shapes: ShapeSource
    ecg_wave: SignalArray


@dataclass(frozen=True, eq=False, kw_only=True)
class TruthMovements:
    """Every contraction that reached the onset amplitude, sorted by onset; shape (n,) each.

    `lm` is False for what lasts shorter than the shortest leg movement.
    """

    onset_s: FloatArray
    duration_s: FloatArray
    side: StrArray
    peak_uv: FloatArray
    kind: StrArray
    group: IntArray
    lm: BoolArray

    def leg_movements(self) -> LegMovements:
        """Give those that are leg movements, as the scoring takes them."""
        return LegMovements(
            onset_s=self.onset_s[self.lm],
            duration_s=self.duration_s[self.lm],
            side=self.side[self.lm],
            truncated=np.zeros(int(self.lm.sum()), dtype=bool),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnEnvelope:
    """The own rms envelope of one contraction, from sample `start` on."""

    side: str
    start: int
    envelope_uv: SignalArray


@dataclass(frozen=True, eq=False, kw_only=True)
class SimulatedLegs:
    """Left and right leg, the truth, and the envelopes that it was measured on.

    `spoilt`: the times of each leg in which nothing can be judged.
    """

    left: LegSignal
    right: LegSignal
    truth: TruthMovements
    envelopes: tuple[OwnEnvelope, ...]
    spoilt: dict[str, tuple[Interval, ...]] = field(default_factory=dict)


def synthetic_material(
    movements: MovementParameters,
    *,
    legs: LegParameters,
    amplitude: AmplitudeCriteria,
    beats: Beats,
    duration_s: float,
) -> LegMaterial:
    """Make legs from nothing but noise and formulas."""
    with_heart = legs.ecg_left_uv > 0.0 or legs.ecg_right_uv > 0.0
    n_samples = round(duration_s * legs.fs_hz) if with_heart else 0
    wave = ecg_wave(
        beats,
        n_samples=n_samples,
        fs_hz=legs.fs_hz,
        high_pass_hz=LEG_BAND_HZ[0],
    )
    return LegMaterial(
        burst=emg_noise(legs.fs_hz),
        rest=emg_noise(legs.fs_hz),
        shapes=synthetic_shapes(movements, amplitude=amplitude),
        ecg_wave=wave,
    )


def simulate_legs(
    planned: PlannedMovements,
    *,
    legs: LegParameters,
    material: LegMaterial,
    amplitude: AmplitudeCriteria,
    duration_s: float,
    rng: Generator,
) -> SimulatedLegs:
    """Make both leg signals and measure the truth on each contraction's own envelope.

    Every disturbance draws from its own stream: switching one on changes nothing else of the night.
    """
    shape_rng, burst_rng, hum_rng, *side_rngs = rng.spawn(5)
    envelopes = _envelopes(planned, legs=legs, material=material, rng=shape_rng)
    presence = disturbances.hum_presence(
        legs, duration_s=duration_s, rng=hum_rng
    )
    signals, spoilt = {}, {}
    for side, side_rng in zip(SIDES, side_rngs, strict=True):
        own = tuple(envelope for envelope in envelopes if envelope.side == side)
        emg_uv = np.zeros(round(duration_s * legs.fs_hz), dtype=np.float32)
        leg = _Leg(side, emg_uv, legs, material, own)
        leg.add_rest(side_rng)
        leg.add_movements(burst_rng)
        spoilt[side] = leg.disturb(presence, side_rng)
        signals[side] = leg.recorded()
    measured = _measured(
        planned, envelopes, amplitude=amplitude, fs_hz=legs.fs_hz
    )
    return SimulatedLegs(
        left=signals[SIDES[0]],
        right=signals[SIDES[1]],
        truth=_truth(measured, amplitude),
        envelopes=envelopes,
        spoilt=spoilt,
    )


def _envelopes(
    planned: PlannedMovements,
    *,
    legs: LegParameters,
    material: LegMaterial,
    rng: Generator,
) -> tuple[OwnEnvelope, ...]:
    """Draw the envelope of each contraction and place it so that it begins as planned."""
    placed = []
    for movement in planned:
        shape = material.shapes(movement, legs.fs_hz, rng)
        start = max(0, round(movement.onset_s * legs.fs_hz) - shape.anchor)
        placed.append(
            OwnEnvelope(
                side=movement.side, start=start, envelope_uv=shape.envelope_uv
            )
        )
    return tuple(placed)


@dataclass(frozen=True, eq=False)
class _Leg:
    """One leg in the making: its signal is changed in place, step by step."""

    side: str
    emg_uv: SignalArray
    legs: LegParameters
    material: LegMaterial
    own: tuple[OwnEnvelope, ...]

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return len(self.emg_uv) / self.legs.fs_hz

    def add_rest(self, rng: Generator) -> None:
        """Add the resting muscle."""
        rest_rng, level_rng = rng.spawn(2)
        if self.legs.rest_uv > 0.0:
            level_uv = rest_level(
                self.legs, duration_s=self.duration_s, rng=level_rng
            )
            noise = self.material.rest(len(self.emg_uv), rest_rng)
            add_level(noise, level_uv, fs_hz=self.legs.fs_hz)
            self.emg_uv[:] = noise

    def add_movements(self, rng: Generator) -> None:
        """Add the contractions; their power and that of rest add up."""
        lengths = [len(envelope.envelope_uv) for envelope in self.own]
        noise = self.material.burst(sum(lengths) + 1, rng)
        used = 0
        for envelope in self.own:
            piece = self.emg_uv[envelope.start :][: len(envelope.envelope_uv)]
            n = len(piece)
            piece += envelope.envelope_uv[:n] * noise[used : used + n]
            used += n

    def disturb(
        self, presence: disturbances.Switched, rng: Generator
    ) -> disturbances.Intervals:
        """Add what spoils the leg; give the times in which nothing can be judged."""
        hum_rng, wander_rng, artefact_rng = rng.spawn(3)
        legs = self.legs
        ecg_uv = (
            legs.ecg_left_uv if self.side == Side.LEFT else legs.ecg_right_uv
        )
        if ecg_uv > 0.0:
            self.emg_uv[:] += ecg_uv * self.material.ecg_wave
        if legs.hum_uv > 0.0:
            disturbances.add_hum(self.emg_uv, presence, legs=legs, rng=hum_rng)
        if legs.wander_uv > 0.0:
            disturbances.add_wander(self.emg_uv, legs=legs, rng=wander_rng)
        return self._add_artefacts(artefact_rng)

    def _add_artefacts(self, rng: Generator) -> disturbances.Intervals:
        """Add pops, at least one saturation where there are any, and a lost left electrode."""
        legs = self.legs
        pop_rng, saturation_rng, off_rng = rng.spawn(3)
        pops_s = self._quiet_times(legs.pops_per_h, 0, 0.3, pop_rng)
        disturbances.add_pops(
            self.emg_uv, pops_s, fs_hz=legs.fs_hz, rng=pop_rng
        )
        least = int(legs.saturations_per_h > 0.0)
        onsets_s = self._quiet_times(
            legs.saturations_per_h, least, 6.0, saturation_rng
        )
        marked = disturbances.add_saturations(
            self.emg_uv, onsets_s, legs=legs, rng=saturation_rng
        )
        if legs.electrode_off_min > 0.0 and self.side == Side.LEFT:
            marked += disturbances.add_electrode_off(
                self.emg_uv, legs=legs, rng=off_rng
            )
        return marked

    def _quiet_times(
        self, per_h: float, least: int, lasting_s: float, rng: Generator
    ) -> list[float]:
        """Draw so many times per hour in which the leg rests, at least `least`."""
        n = max(least, round(per_h * self.duration_s / 3600.0))
        busy = _busy(self.own, fs_hz=self.legs.fs_hz)
        return disturbances.quiet_times(
            busy, n=n, lasting_s=lasting_s, duration_s=self.duration_s, rng=rng
        )

    def recorded(self) -> LegSignal:
        """Convert the signal to digits and give the leg as the detector takes it."""
        clip_uv = disturbances.convert(self.emg_uv, legs=self.legs)
        return LegSignal(
            side=self.side,
            label=f"EMG {'LAT' if self.side == Side.LEFT else 'RAT'}",
            emg_uv=self.emg_uv,
            fs_hz=self.legs.fs_hz,
            step_uv=self.legs.step_uv,
            clip_uv=clip_uv,
            prefilter=PREFILTER,
        )


def _busy(
    own: tuple[OwnEnvelope, ...], *, fs_hz: float
) -> tuple[Interval, ...]:
    """List when one leg moves."""
    return tuple(
        Interval(
            onset_s=envelope.start / fs_hz,
            duration_s=len(envelope.envelope_uv) / fs_hz,
        )
        for envelope in own
    )


def _measured(
    planned: PlannedMovements,
    envelopes: tuple[OwnEnvelope, ...],
    *,
    amplitude: AmplitudeCriteria,
    fs_hz: float,
) -> list[PlannedMovement]:
    """Measure onset, duration and peak of each contraction on its own envelope, sorted by onset.

    Leave out what never reaches the onset amplitude.
    """
    measured = []
    for movement, own in zip(planned, envelopes, strict=True):
        crossing = crossings(own.envelope_uv, amplitude=amplitude)
        if crossing is not None:
            real = replace(
                movement,
                onset_s=(own.start + crossing.onset) / fs_hz,
                duration_s=(crossing.offset - crossing.onset) / fs_hz,
                peak_uv=float(own.envelope_uv.max()),
            )
            measured.append(real)
    return sorted(measured, key=attrgetter("onset_s", "side"))


def _truth(
    measured: list[PlannedMovement], amplitude: AmplitudeCriteria
) -> TruthMovements:
    """Give the measured contractions as columns and tell which are leg movements."""
    # Any: the columns are of several types.
    columns: dict[str, NDArray[Any]] = {
        name: np.array(
            [getattr(movement, name) for movement in measured], dtype=dtype
        )
        for name, dtype in TRUTH_COLUMNS.items()
    }
    shortest_ms = round(1000.0 * amplitude.min_duration_s)
    return TruthMovements(
        **columns, lm=np.round(1000.0 * columns["duration_s"]) >= shortest_ms
    )
