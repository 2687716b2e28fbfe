"""Both leg channels of a night and the truth about them, without any file."""

from dataclasses import dataclass, field

import numpy as np

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
from ekbom.simulation.muscle import LEG_BAND_HZ, NoiseSource, add_level, emg_noise, rest_level
from ekbom.simulation.parameters import LegParameters, MovementParameters
from ekbom.simulation.plan import SIDES, PlannedMovement
from ekbom.simulation.shape import ShapeSource, crossings, synthetic_shapes

PREFILTER = f"HP:{LEG_BAND_HZ[0]:g}Hz LP:{LEG_BAND_HZ[1]:g}Hz"


@dataclass(frozen=True, kw_only=True)
class LegMaterial:
    """What legs are made of.

    Noise of the moving muscle and of the resting one (unit rms), envelopes, and the ECG (R wave
    1).
    """

    burst: NoiseSource
    rest: NoiseSource
    shapes: ShapeSource
    ecg_wave: SignalArray


@dataclass(frozen=True, eq=False, kw_only=True)
class TruthMovements:
    """Every contraction that reached the onset amplitude, sorted by onset; shape (n,) each.

    `lm` is False for what lasts shorter than the shortest leg movement. `planned_onset_s` is where
    the plan wanted it.
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
    """Left and right leg, the truth, the envelopes it was measured on, and what was spoilt on which leg."""

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
    disturbed = legs.ecg_left_uv > 0.0 or legs.ecg_right_uv > 0.0
    n_samples = round(duration_s * legs.fs_hz) if disturbed else 0
    return LegMaterial(
        burst=emg_noise(legs.fs_hz),
        rest=emg_noise(legs.fs_hz),
        shapes=synthetic_shapes(movements, amplitude=amplitude),
        ecg_wave=ecg_wave(
            beats, n_samples=n_samples, fs_hz=legs.fs_hz, high_pass_hz=LEG_BAND_HZ[0]
        ),
    )


def simulate_legs(
    planned: tuple[PlannedMovement, ...],
    *,
    legs: LegParameters,
    material: LegMaterial,
    amplitude: AmplitudeCriteria,
    duration_s: float,
    rng: np.random.Generator,
) -> SimulatedLegs:
    """Make both leg signals and measure the truth on each contraction's own envelope.

    Every disturbance draws from its own stream: switching one on changes nothing else of the night.
    """
    shape_rng, burst_rng, hum_rng, *side_rngs = rng.spawn(5)
    envelopes = _envelopes(planned, legs=legs, material=material, rng=shape_rng)
    presence = disturbances.hum_presence(legs, duration_s=duration_s, rng=hum_rng)
    signals, spoilt = {}, {}
    for side, side_rng in zip(SIDES, side_rngs, strict=True):
        emg_uv = np.zeros(round(duration_s * legs.fs_hz), dtype=np.float32)
        _add_muscle(
            emg_uv, envelopes, side=side, legs=legs, material=material, rngs=(side_rng, burst_rng)
        )
        clip_uv, spoilt[side] = _disturb(
            emg_uv, presence, envelopes, side=side, legs=legs, material=material, rng=side_rng
        )
        signals[side] = _leg_signal(side, emg_uv, legs=legs, clip_uv=clip_uv)
    truth = _truth(planned, envelopes, amplitude=amplitude, fs_hz=legs.fs_hz)
    return SimulatedLegs(
        left=signals[SIDES[0]],
        right=signals[SIDES[1]],
        truth=truth,
        envelopes=envelopes,
        spoilt=spoilt,
    )


def _envelopes(
    planned: tuple[PlannedMovement, ...],
    *,
    legs: LegParameters,
    material: LegMaterial,
    rng: np.random.Generator,
) -> tuple[OwnEnvelope, ...]:
    """Draw the envelope of each contraction and place it so that it begins as planned."""
    placed = []
    for movement in planned:
        shape = material.shapes(movement, legs.fs_hz, rng)
        start = max(0, round(movement.onset_s * legs.fs_hz) - shape.anchor)
        placed.append(OwnEnvelope(side=movement.side, start=start, envelope_uv=shape.envelope_uv))
    return tuple(placed)


def _add_muscle(
    emg_uv: SignalArray,
    envelopes: tuple[OwnEnvelope, ...],
    *,
    side: str,
    legs: LegParameters,
    material: LegMaterial,
    rngs: tuple[np.random.Generator, np.random.Generator],
) -> None:
    """Add the resting muscle and the contractions of one leg in place; their powers add up."""
    rest_rng, level_rng = rngs[0].spawn(2)
    if legs.rest_uv > 0.0:
        emg_uv += material.rest(len(emg_uv), rest_rng)
        add_level(
            emg_uv,
            rest_level(legs, duration_s=len(emg_uv) / legs.fs_hz, rng=level_rng),
            fs_hz=legs.fs_hz,
        )
    own = [envelope for envelope in envelopes if envelope.side == side]
    noise = material.burst(sum(len(envelope.envelope_uv) for envelope in own) + 1, rngs[1])
    used = 0
    for envelope in own:
        stop = min(envelope.start + len(envelope.envelope_uv), len(emg_uv))
        n = stop - envelope.start
        emg_uv[envelope.start : stop] += envelope.envelope_uv[:n] * noise[used : used + n]
        used += n


def _disturb(
    emg_uv: SignalArray,
    presence: disturbances.Switched,
    envelopes: tuple[OwnEnvelope, ...],
    *,
    side: str,
    legs: LegParameters,
    material: LegMaterial,
    rng: np.random.Generator,
) -> tuple[tuple[float, float], tuple[Interval, ...]]:
    """Add what spoils one leg in place; give the converter's limits and the marked times."""
    hum_rng, wander_rng, artefact_rng = rng.spawn(3)
    ecg_uv = legs.ecg_left_uv if side == Side.LEFT else legs.ecg_right_uv
    if ecg_uv > 0.0:
        emg_uv += np.float32(ecg_uv) * material.ecg_wave
    if legs.hum_uv > 0.0:
        disturbances.add_hum(emg_uv, presence, legs=legs, rng=hum_rng)
    if legs.wander_uv > 0.0:
        disturbances.add_wander(emg_uv, legs=legs, rng=wander_rng)
    marked = _add_artefacts(
        emg_uv,
        _busy(envelopes, side=side, fs_hz=legs.fs_hz),
        side=side,
        legs=legs,
        rng=artefact_rng,
    )
    return disturbances.convert(emg_uv, legs=legs), marked


def _busy(envelopes: tuple[OwnEnvelope, ...], *, side: str, fs_hz: float) -> tuple[Interval, ...]:
    """List when one leg moves."""
    own = [envelope for envelope in envelopes if envelope.side == side]
    return tuple(
        Interval(onset_s=envelope.start / fs_hz, duration_s=len(envelope.envelope_uv) / fs_hz)
        for envelope in own
    )


def _add_artefacts(
    emg_uv: SignalArray,
    busy: tuple[Interval, ...],
    *,
    side: str,
    legs: LegParameters,
    rng: np.random.Generator,
) -> tuple[Interval, ...]:
    """Add pops, saturations and the lost electrode in place.

    Give the time in which nothing can be judged.
    """
    pop_rng, saturation_rng, off_rng = rng.spawn(3)
    fs_hz, duration_s = legs.fs_hz, len(emg_uv) / legs.fs_hz
    marked: tuple[Interval, ...] = ()
    if legs.pops_per_h > 0.0:
        n = round(legs.pops_per_h * duration_s / 3600.0)
        onsets_s = disturbances.quiet_times(
            busy, n=n, lasting_s=0.3, duration_s=duration_s, rng=pop_rng
        )
        disturbances.add_pops(emg_uv, onsets_s, fs_hz=fs_hz, rng=pop_rng)
    if legs.saturations_per_h > 0.0:
        n = max(1, round(legs.saturations_per_h * duration_s / 3600.0))
        onsets_s = disturbances.quiet_times(
            busy, n=n, lasting_s=6.0, duration_s=duration_s, rng=saturation_rng
        )
        marked += disturbances.add_saturations(emg_uv, onsets_s, legs=legs, rng=saturation_rng)
    if legs.electrode_off_min > 0.0 and side == Side.LEFT:
        marked += disturbances.add_electrode_off(emg_uv, legs=legs, rng=off_rng)
    return marked


def _leg_signal(
    side: str, emg_uv: SignalArray, *, legs: LegParameters, clip_uv: tuple[float, float]
) -> LegSignal:
    """Wrap one leg as the detector takes it."""
    label = f"EMG {'LAT' if side == Side.LEFT else 'RAT'}"
    return LegSignal(
        side=side,
        label=label,
        emg_uv=emg_uv,
        fs_hz=legs.fs_hz,
        step_uv=legs.step_uv,
        clip_uv=clip_uv,
        prefilter=PREFILTER,
    )


def _truth(
    planned: tuple[PlannedMovement, ...],
    envelopes: tuple[OwnEnvelope, ...],
    *,
    amplitude: AmplitudeCriteria,
    fs_hz: float,
) -> TruthMovements:
    """Measure onset and offset of each contraction on its own envelope.

    Leave out what never reaches the onset amplitude.
    """
    found = [crossings(envelope.envelope_uv, amplitude=amplitude) for envelope in envelopes]
    rows = [
        (
            (envelope.start + crossing.onset) / fs_hz,
            (crossing.offset - crossing.onset) / fs_hz,
            movement,
            float(envelope.envelope_uv.max()),
        )
        for movement, envelope, crossing in zip(planned, envelopes, found, strict=True)
        if crossing is not None
    ]
    rows.sort(key=lambda row: (row[0], row[2].side))
    duration_s = np.array([row[1] for row in rows], dtype=float)
    return TruthMovements(
        onset_s=np.array([row[0] for row in rows], dtype=float),
        duration_s=duration_s,
        side=np.array([row[2].side for row in rows], dtype=str),
        peak_uv=np.array([row[3] for row in rows], dtype=float),
        kind=np.array([row[2].kind for row in rows], dtype=str),
        group=np.array([row[2].group for row in rows], dtype=np.int64),
        lm=np.round(1000.0 * duration_s) >= round(1000.0 * amplitude.min_duration_s),
    )
