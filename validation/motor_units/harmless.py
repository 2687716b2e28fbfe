"""What lies on a leg channel and is no movement: snore, pops, hum, and firing units at rest."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.model.recording import FloatArray
from ekbom.simulation.draws import log_uniform, scattered_times
from validation.motor_units.channel import amplified
from validation.motor_units.plan import lasting
from validation.motor_units.pool import Discharges, Pool, steady_train, voltage
from validation.motor_units.recipes import Channel, Harmless
from validation.motor_units.rest import (
    NO_SPANS,
    Spans,
    breaths,
    swelling,
)

SNORING_SHARE = 0.6
SNORE_HZ = (28.0, 60.0)
SNORE_HARMONICS = (1.0, 0.6, 0.3)
POP_UV = (60.0, 800.0)
POP_DECAY_S = (0.02, 0.15)
RUN_HZ = (6.0, 11.0)
HUM_HARMONICS = ((1, 1.0), (2, 0.1), (3, 0.3), (5, 0.12))


class Added(NamedTuple):
    """A signal to be added behind the amplifier, uV, and where its parts lie."""

    emg_uv: FloatArray
    spans: Spans


def snore(
    harmless: Harmless, channel: Channel, n: int, rng: Generator
) -> Added:
    """Draw snores: a tone with harmonics that comes with the breath, in episodes of minutes."""
    time_s = np.arange(n) / channel.fs_hz
    spans = breaths(n / channel.fs_hz, rng)
    minute = (spans.onset_s / 180.0).astype(np.int64)
    snoring = (rng.random(int(minute[-1]) + 1) < SNORING_SHARE)[minute]
    spans = Spans(*(edge[snoring] for edge in spans))
    spans = Spans(
        spans.onset_s, spans.onset_s + rng.uniform(0.7, 1.6, spans.onset_s.size)
    )
    depth = rng.uniform(0.6, 1.0, spans.onset_s.size)
    height = np.sqrt(swelling(time_s, spans, depth))
    row = np.maximum(
        np.searchsorted(spans.onset_s, time_s, side="right") - 1, 0
    )
    pitch = rng.uniform(*SNORE_HZ, spans.onset_s.size)[row]
    pitch = pitch * (1.0 + 0.05 * np.sin(2.0 * np.pi * 1.3 * time_s))
    angle = 2.0 * np.pi * np.cumsum(pitch) / channel.fs_hz
    tone = sum(
        share * np.sin((order + 1) * angle)
        for order, share in enumerate(SNORE_HARMONICS)
    )
    tone = np.asarray(tone) * (1.0 + 0.3 * rng.standard_normal(n))
    unit = tone / float(np.sqrt(np.mean(np.square(tone))))
    return Added(amplified(harmless.snore_uv * height * unit, channel), spans)


def pops(
    harmless: Harmless,
    channel: Channel,
    n: int,
    busy: Spans,
    rng: Generator,
) -> Added:
    """Draw jumps of the electrode that discharge within a tenth of a second or so."""
    drawn = scattered_times(
        harmless.pops_per_h, duration_s=n / channel.fs_hz, rng=rng
    )
    onset_s = away_from(drawn, busy, 1.5)
    time_s = np.arange(int(1.5 * channel.fs_hz)) / channel.fs_hz
    raw = np.zeros(n + time_s.size)
    for at_s in onset_s.tolist():
        height = log_uniform(*POP_UV, rng=rng) * rng.choice([-1.0, 1.0])
        decay = height * np.exp(-time_s / log_uniform(*POP_DECAY_S, rng=rng))
        start = int(at_s * channel.fs_hz)
        raw[start : start + time_s.size] += decay
    return Added(amplified(raw[:n], channel), Spans(onset_s, onset_s + 0.5))


def away_from(time_s: FloatArray, busy: Spans, apart_s: float) -> FloatArray:
    """Keep the times that lie apart from all busy stretches and from each other."""
    near = (time_s[:, None] > busy.onset_s - apart_s) & (
        time_s[:, None] < busy.end_s + apart_s
    )
    free = time_s[~near.any(axis=1)]
    alone = np.diff(free, prepend=-np.inf) > 2.0 * apart_s
    return free[alone]


def hum(
    harmless: Harmless, channel: Channel, n: int, rng: Generator
) -> FloatArray:
    """Draw hum with harmonics that comes and goes over minutes."""
    time_s = np.arange(n) / channel.fs_hz
    knots = np.arange(0.0, time_s[-1] + 240.0, 120.0)
    there = rng.random(knots.size) < 0.6
    height = np.interp(time_s, knots, there * rng.uniform(0.7, 1.0, knots.size))
    angle = 2.0 * np.pi * harmless.hum_hz * time_s + np.interp(
        time_s, knots, np.cumsum(rng.normal(0.0, 0.3, knots.size))
    )
    wave = sum(
        share * np.sin(order * angle + rng.uniform(0.0, 6.0))
        for order, share in HUM_HARMONICS
        if order * harmless.hum_hz < channel.low_pass_hz * 1.5
        and order * harmless.hum_hz < 0.45 * channel.fs_hz
    )
    scaled = np.sqrt(2.0) * harmless.hum_uv * height
    return amplified(np.asarray(wave) * scaled, channel)


def runs(harmless: Harmless, pool: Pool, n: int, rng: Generator) -> Added:
    """Draw runs of one to three units that fire at rest, of some rms together."""
    duration_s = n / pool.fs_hz
    starts = scattered_times(
        harmless.runs_per_h, duration_s=duration_s, rng=rng
    )
    out, spans = np.zeros(n), []
    free_s = 0.0
    for start_s in starts.tolist():
        end_s = min(start_s + lasting(harmless.run_s, rng), duration_s)
        if start_s < free_s + 2.0 or end_s - start_s < harmless.run_s[0]:
            continue
        rms_uv = rng.uniform(*harmless.run_uv)
        out += firing(
            pool,
            n_units=int(rng.integers(1, 4)),
            rms_uv=rms_uv,
            span_s=(start_s, end_s),
            n=n,
            rng=rng,
        )
        spans.append((start_s, end_s))
        free_s = end_s
    if not spans:
        return Added(out, NO_SPANS)
    return Added(out, Spans(*np.array(spans).T))


def firing(
    pool: Pool,
    *,
    n_units: int,
    rms_uv: float,
    span_s: tuple[float, float],
    n: int,
    rng: Generator,
) -> FloatArray:
    """Let some units fire at an even rate; before the amplifier, of some rms behind it."""
    units, times, gains = [], [], []
    for unit in rng.choice(
        pool.threshold.size, n_units, replace=False
    ).tolist():
        rate_hz = rng.uniform(*RUN_HZ)
        at_s = steady_train(pool, rate_hz=rate_hz, span_s=span_s, rng=rng)
        own_uv = float(np.sqrt(rate_hz * pool.energy_uv2s[unit]))
        gain = rms_uv / np.sqrt(n_units) / own_uv
        units.append(np.full(at_s.size, unit))
        times.append(at_s)
        gains.append(np.full(at_s.size, gain))
    discharges = Discharges(
        unit=np.concatenate(units), time_s=np.concatenate(times)
    )
    return voltage(pool, discharges, n, np.concatenate(gains))
