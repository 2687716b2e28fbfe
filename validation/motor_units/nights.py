"""One night of motor units: both legs, the truth, and everything harmless that was put in."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.literal.crossings import find_threshold_crossings
from ekbom.detection.runs import find_runs
from ekbom.model.recording import FloatArray, LegSignal
from ekbom.simulation.legs import SimulatedLegs, TruthMovements
from ekbom.simulation.plan import SIDES
from ekbom.simulation.sleep import simulate_hypnogram
from validation.detector.conditions import Condition
from validation.detector.nights import KnownNight, Material
from validation.motor_units import harmless as added
from validation.motor_units.channel import amplified, digits
from validation.motor_units.hearts import draw_beats, heart_wave
from validation.motor_units.plan import Planned, plan_contractions
from validation.motor_units.pool import (
    Discharges,
    Pool,
    contraction,
    make_pool,
    voltage,
)
from validation.motor_units.recipes import Channel, Recipe
from validation.motor_units.rest import (
    Spans,
    coloured,
    level_of,
    over_samples,
)

ECG_CHANNEL = Channel(high_pass_hz=0.5, low_pass_hz=70.0)
ECG_UV = 900.0

HarmlessSpans = Mapping[str, Spans]
"""Where each harmless kind lies on one leg."""


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitNight:
    """A night as every detector takes it, and what is harmless on each leg."""

    known: KnownNight
    harmless: Mapping[str, HarmlessSpans]


@dataclass(frozen=True, eq=False, kw_only=True)
class _Leg:
    """One leg: its signal, the own rms it was due to have, and what is harmless."""

    emg_uv: FloatArray
    due_uv: FloatArray
    harmless: dict[str, Spans]


def make_unit_night(
    recipe: Recipe,
    *,
    condition: Condition,
    amplitude: AmplitudeCriteria,
    hours: float,
    seed: int,
) -> UnitNight:
    """Make one night; the same arguments give the same night."""
    plan_rng, heart_rng, stage_rng, *leg_rngs = np.random.default_rng(
        [seed, zlib.crc32(recipe.name.encode())]
    ).spawn(5)
    duration_s, channel = 3600.0 * hours, recipe.channel
    n = round(duration_s * channel.fs_hz)
    planned = plan_contractions(
        recipe.contractions,
        amplitude=amplitude,
        fs_hz=channel.fs_hz,
        duration_s=duration_s,
        rng=plan_rng,
    )
    beats = draw_beats(recipe.heart, duration_s, heart_rng)
    wave = (
        heart_wave(recipe.heart, beats, channel, n)
        if recipe.heart.r_uv
        else None
    )
    legs = {}
    for side, rng in zip(SIDES, leg_rngs, strict=True):
        own = [part for part in planned if part.side == side]
        legs[side] = _leg(recipe, own, wave, n, rng)
    ecg = None
    if recipe.heart.ecg_recorded:
        seen = replace(ECG_CHANNEL, fs_hz=channel.fs_hz)
        ecg = LegSignal(
            side="unknown",
            label="ECG",
            emg_uv=digits(
                ECG_UV * heart_wave(recipe.heart, beats, seen, n),
                replace(seen, step_uv=1.0),
            ),
            fs_hz=channel.fs_hz,
            step_uv=1.0,
        )
    known = KnownNight(
        condition=condition,
        material=Material.SYNTHETIC,
        seed=seed,
        hours=hours,
        legs=_simulated(legs, channel, amplitude),
        ecg=ecg,
        hypnogram=simulate_hypnogram(duration_s, stage_rng),
        events=(),
    )
    return UnitNight(
        known=known,
        harmless={side: leg.harmless for side, leg in legs.items()},
    )


def _leg(
    recipe: Recipe,
    planned: list[Planned],
    heart: FloatArray | None,
    n: int,
    rng: Generator,
) -> _Leg:
    """Make one leg; every part draws from a stream of its own."""
    pool_rng, move_rng, rest_rng, level_rng, run_rng, *other_rngs = rng.spawn(9)
    snore_rng, pop_rng, hum_rng, heart_rng = other_rngs
    channel, kinds = recipe.channel, recipe.harmless
    pool = make_pool(channel, pool_rng)
    raw, due_uv, spans = _contracted(pool, planned, n, move_rng)
    if kinds.runs_per_h:
        run = added.runs(kinds, pool, n, run_rng)
        raw, spans["firing units"] = raw + run.emg_uv, run.spans
    if kinds.tonic_uv:
        night_s = (0.0, n / channel.fs_hz)
        raw = raw + added.firing(
            pool,
            n_units=2,
            rms_uv=kinds.tonic_uv,
            span_s=night_s,
            n=n,
            rng=run_rng,
        )
    emg_uv = amplified(raw, channel)
    level, raised = level_of(recipe.rest, n / channel.fs_hz, level_rng)
    noise = coloured(n, recipe.rest.colour, channel, rest_rng)
    emg_uv += noise * over_samples(level, n, channel.fs_hz)
    if raised.onset_s.size:
        spans[f"{recipe.rest.pattern}: raised"] = raised
    if kinds.snore_uv:
        snored = added.snore(kinds, channel, n, snore_rng)
        emg_uv, spans["snore"] = emg_uv + snored.emg_uv, snored.spans
    if kinds.pops_per_h:
        busy = _busy(due_uv, channel.fs_hz)
        popped = added.pops(kinds, channel, n, busy, pop_rng)
        emg_uv, spans["pop"] = emg_uv + popped.emg_uv, popped.spans
    if kinds.hum_uv:
        emg_uv += added.hum(kinds, channel, n, hum_rng)
    if heart is not None:
        sign = heart_rng.choice([-1.0, 1.0])
        emg_uv += sign * heart_rng.uniform(0.7, 1.0) * recipe.heart.r_uv * heart
    return _Leg(emg_uv=emg_uv, due_uv=due_uv, harmless=spans)


def _contracted(
    pool: Pool, planned: list[Planned], n: int, rng: Generator
) -> tuple[FloatArray, FloatArray, dict[str, Spans]]:
    """Let the units follow every planned contraction."""
    power = np.zeros(n)
    units, times = [np.zeros(0, np.int64)], [np.zeros(0)]
    spans: dict[str, list[tuple[float, float]]] = {}
    for part in planned:
        discharges, due_uv = contraction(
            pool, part.wanted_uv, part.start_s, rng
        )
        start = round(part.start_s * pool.fs_hz)
        power[start : start + due_uv.size] += np.square(due_uv)
        units.append(discharges.unit)
        times.append(discharges.time_s)
        if part.kind != "movement":
            end_s = part.start_s + due_uv.size / pool.fs_hz
            spans.setdefault(part.kind, []).append((part.start_s, end_s))
    every = Discharges(unit=np.concatenate(units), time_s=np.concatenate(times))
    raw = voltage(pool, every, n, np.ones(every.time_s.size))
    return (
        raw,
        np.sqrt(power),
        {kind: Spans(*np.array(rows).T) for kind, rows in spans.items()},
    )


def _busy(due_uv: FloatArray, fs_hz: float) -> Spans:
    """Give the stretches in which a leg contracts."""
    moving = find_runs(due_uv > 0.0)
    return Spans(moving.start / fs_hz, moving.stop / fs_hz)


def _simulated(
    legs: Mapping[str, _Leg], channel: Channel, amplitude: AmplitudeCriteria
) -> SimulatedLegs:
    """Put both legs and their truth together: the rule of the standard on the rms that was due."""
    signals = [
        LegSignal(
            side=side,
            label=f"EMG {side}",
            emg_uv=digits(leg.emg_uv, channel),
            fs_hz=channel.fs_hz,
            step_uv=channel.step_uv,
            clip_uv=(-3276.0, 3276.0),
            prefilter=f"HP:{channel.high_pass_hz:g}Hz LP:{channel.low_pass_hz:g}Hz",
        )
        for side, leg in legs.items()
    ]
    return SimulatedLegs(
        left=signals[0],
        right=signals[1],
        truth=_truth(legs, channel.fs_hz, amplitude),
        envelopes=(),
    )


def _truth(
    legs: Mapping[str, _Leg], fs_hz: float, amplitude: AmplitudeCriteria
) -> TruthMovements:
    """Measure the truth of both legs, sorted by onset."""
    onset, lasting, sides, peaks = [], [], [], []
    for side, leg in legs.items():
        found = find_threshold_crossings(
            leg.due_uv, 0.0, fs_hz=fs_hz, criteria=amplitude
        )
        onset.append(found.onset / fs_hz)
        lasting.append(found.length / fs_hz)
        sides.append(np.full(found.onset.size, side))
        peaks.append(
            np.array(
                [
                    leg.due_uv[a:b].max()
                    for a, b in zip(found.onset, found.offset, strict=True)
                ]
            )
        )
    onset_s = np.concatenate(onset)
    order = np.argsort(onset_s, kind="stable")
    return TruthMovements(
        onset_s=onset_s[order],
        duration_s=np.concatenate(lasting)[order],
        side=np.concatenate(sides)[order],
        peak_uv=np.concatenate(peaks).astype(np.float64)[order],
        kind=np.full(order.size, "movement"),
        group=np.arange(order.size),
        lm=np.ones(order.size, np.bool_),
    )
