"""Small legs that show what the numbers of both detectors do.

Every scenario `GROUP__NAME` takes the settings of that group and gives what is seen, by name.
"""

from dataclasses import replace

import numpy as np
from known_legs import (
    CRITERIA,
    known_leg,
    muscle,
    regular,
    trapezoid,
)
from small_signals import FS, Seen, heart_wave, leg_beats, leg_of, noise, sine

from ekbom.criteria.detector import (
    LiteralSettings,
    RestSettings,
    RobustSettings,
)
from ekbom.detection.literal.detect import detect_literally, literal_levels
from ekbom.detection.literal.rest import resting_level_three_pass
from ekbom.detection.robust.blocks import plan_blocks
from ekbom.detection.robust.grids import grids_for
from ekbom.detection.robust.rest import resting_power
from ekbom.model.movements import DetectionResult
from ekbom.model.recording import FloatArray, LegSignal
from ekbom.pipeline.detect import find_leg_movements


def rest__power(settings: RestSettings) -> Seen:
    """The resting power of quiet, raised, drifting, lost and restless signals on steps of 0.5 s."""
    rng = np.random.default_rng(2)
    quiet = rng.chisquare(90, 1200) / 90
    raised = quiet.copy()
    raised[400:520] *= 100.0
    drifting = quiet * np.exp(np.linspace(0.0, 4.0, 1200))
    lost = quiet.copy()
    lost[::5] *= 0.35
    restless = quiet.copy()
    restless[::4] *= 2.6
    spiky = rng.chisquare(6, 1200) / 6
    dropping = quiet.copy()
    dropping[::8] *= 0.4

    def level(power: FloatArray, at: int = 600) -> float:
        return float(
            resting_power(power, step_s=0.5, settings=settings).power_uv2[at]
        )

    def freedom(power: FloatArray) -> float:
        return resting_power(power, step_s=0.5, settings=settings).freedom_per_s

    return {
        "within_60_s_of_activity": level(raised, 460),
        "drifting": level(drifting),
        "of_dropping_steps": level(lost),
        "of_restless_steps": level(restless),
        "of_spiky_steps": level(spiky),
        "of_every_eighth_lower": level(dropping),
        "freedom_of_even": freedom(1.0 + 0.001 * (quiet - 1.0)),
        "freedom": freedom(quiet),
        "freedom_of_spiky": freedom(spiky),
        "freedom_of_constant": freedom(np.ones(1200)),
        "freedom_of_6_s": freedom(quiet[:12]),
        "freedom_of_wild": freedom(np.exp(2.0 * rng.standard_normal(1200))),
    }


def literal__rest(settings: LiteralSettings) -> Seen:
    """What the literal detector finds on a leg with drift, weak movements and sway."""
    leg, _ = known_leg(
        minutes=3.0,
        fs_hz=200.0,
        movements=regular(3.0, every_s=9.0, peak_uv=(11.0, 30.0)),
        rest_uv=np.linspace(1.0, 4.0, 36000),
    )
    sway = replace(
        leg,
        emg_uv=leg.emg_uv[:]
        + sine(180.0, 6.0, 3.0, fs_hz=200.0).astype(np.float32),
    )
    result = find_leg_movements(leg, amplitude=CRITERIA, settings=settings)
    swayed = find_leg_movements(
        sway, amplitude=CRITERIA, settings=settings, keep_trace=False
    )
    assert result.trace is not None
    return {
        "movements": float(result.movements.onset_s.size),
        "whole_s": float(result.movements.duration_s.sum()),
        "with_sway_s": float(swayed.movements.duration_s.sum()),
        "rest_uv": float(result.quality.rest_uv[1]),
        "rest_at_last_uv": float(result.quality.rest_uv[2]),
        "bins": float(result.trace.rest_uv.size),
    }


def literal__step(settings: LiteralSettings) -> Seen:
    """The resting level where it rises from 1 to 5 uV at once."""
    envelope = np.repeat([1.0, 5.0], 15000).astype(np.float32)
    level = resting_level_three_pass(envelope, fs_hz=FS, settings=settings)
    return {
        "five_seconds_before": float(level[14500]),
        "three_seconds_after": float(level[15300]),
    }


def literal__grid(settings: LiteralSettings) -> Seen:
    """Level steps of half a second on which a leg is judged."""
    leg = leg_of(noise(60.0))
    steps = detect_literally(leg, amplitude=CRITERIA, settings=settings)
    return {
        "level_steps": float(
            literal_levels(leg, steps, settings=settings).rest_uv.size
        )
    }


def robust_seen(leg: LegSignal, settings: RobustSettings) -> DetectionResult:
    """What the robust detector finds in a leg without ECG channel."""
    return find_leg_movements(leg, amplitude=CRITERIA, settings=settings)


def bursts(
    durations_s: FloatArray,
    peaks_uv: FloatArray,
    *,
    rest_uv: float = 1.0,
    seed: int = 5,
) -> LegSignal:
    """A leg of 200 Hz with sharp bursts every 6 s."""
    n = 1200 * (len(durations_s) + 1)
    rng = np.random.default_rng(seed)
    wave = rest_uv * muscle(n, fs_hz=200.0, rng=rng)
    for number, (duration_s, peak_uv) in enumerate(
        zip(durations_s, peaks_uv, strict=True)
    ):
        envelope = trapezoid(
            duration_s, fs_hz=200.0, peak_uv=peak_uv, rise_s=0.02, fall_s=0.02
        )
        start = 600 + 1200 * number
        own = muscle(envelope.size, fs_hz=200.0, rng=rng)
        wave[start : start + envelope.size] += envelope * own
    return leg_of(wave, fs_hz=200.0)


def robust__movements(settings: RobustSettings) -> Seen:
    """Movements and candidates among bursts that are short, weak, interrupted, or in noise."""
    n = 20
    short = bursts(np.linspace(0.3, 0.75, n), np.full(n, 12.0), rest_uv=3.0)
    weak = bursts(np.full(n, 2.0), np.linspace(2.0, 14.0, n))
    spiky = bursts(np.full(n, 0.12), np.full(n, 60.0))
    noisy = bursts(np.full(n, 2.0), np.full(n, 14.0), rest_uv=5.0)
    drawn_out = bursts(
        np.linspace(0.35, 0.5, 40), np.full(40, 14.0), rest_uv=4.0
    )
    out: Seen = {}
    for name, leg in {
        "short": short,
        "weak": weak,
        "spiky": spiky,
        "noisy": noisy,
        "drawn_out": drawn_out,
    }.items():
        result = robust_seen(leg, settings)
        assert result.candidates is not None
        out[f"{name}_movements"] = float(result.movements.onset_s.size)
        out[f"{name}_candidates"] = float(result.candidates.onset_s.size)
        out[f"{name}_s"] = float(result.movements.duration_s.sum())
        out[f"{name}_onsets_s"] = float(result.candidates.onset_s.sum())
    return out


def robust__grids(settings: RobustSettings) -> Seen:
    """Grids, blocks and bins of a recording of two and a half hours."""
    fs_hz = 128.0
    grids = grids_for(fs_hz, settings)
    blocks = plan_blocks(
        round(16_600 * fs_hz), fs_hz=fs_hz, grids=grids, settings=settings
    )
    leg = leg_of(noise(60.0))
    trace = robust_seen(leg, settings).trace
    assert trace is not None
    return {
        "block": float(grids.block),
        "step_s": grids.step_s,
        "blocks": float(len(blocks)),
        "first_stop_s": blocks[0].stop / fs_hz,
        "first_core_s": blocks[0].core_stop / fs_hz,
        "bins": float(trace.rest_uv.size),
    }


def robust__sway(settings: RobustSettings) -> Seen:
    """A leg with sway of 5 Hz, one with short pauses, and pairs of movements in noise."""
    fs_hz = 200.0
    leg = bursts(np.full(10, 2.0), np.full(10, 30.0))
    swaying = leg.emg_uv[:] + sine(66.0, 5.0, 4.0, fs_hz=fs_hz).astype(
        np.float32
    )
    pauses = leg.emg_uv[:].copy()
    for start in range(600, 12600, 1200):
        pauses[start + 150 : start + 150 + 130] *= 0.05
    rng = np.random.default_rng(5)
    pairs = 5.0 * muscle(14400, fs_hz=fs_hz, rng=rng)
    for start in range(600, 12600, 1200):
        for first in (start, start + 480):
            pairs[first : first + 300] += 40.0 * muscle(
                300, fs_hz=fs_hz, rng=rng
            )
    in_noise = robust_seen(leg_of(pairs, fs_hz=fs_hz), settings).movements
    quality = robust_seen(replace(leg, emg_uv=swaying), settings).quality
    paused = robust_seen(replace(leg, emg_uv=pauses), settings).movements
    return {
        "rest_with_sway_uv": float(quality.rest_uv[0]),
        "movements_with_pauses": float(paused.onset_s.size),
        "pairs_in_noise": float(in_noise.onset_s.size),
        "paused_s": float(paused.duration_s.sum()),
    }


def robust__muscle(settings: RobustSettings) -> Seen:
    """Movements of which the share of muscle is low: slow sway over the band of muscle."""
    leg = bursts(np.full(12, 2.0), np.full(12, 9.0))
    wave = leg.emg_uv[:].copy()
    for number, start in enumerate(range(600, 600 + 12 * 1200, 1200)):
        wave[start : start + 400] += sine(
            2.0, 10.0, 2.0 + 2.0 * number, fs_hz=200.0
        )
    movements = robust_seen(
        replace(leg, emg_uv=wave.astype(np.float32)), settings
    ).movements
    tailed = bursts(np.full(12, 0.6), np.full(12, 30.0)).emg_uv[:].copy()
    for start in range(600, 600 + 12 * 1200, 1200):
        tailed[start + 118 : start + 258] += sine(
            0.7, 9.0, 6.5, fs_hz=200.0
        ).astype(np.float32)
    with_tail = robust_seen(leg_of(tailed, fs_hz=200.0), settings).movements
    return {
        "movements": float(movements.onset_s.size),
        "with_a_slow_tail": float(with_tail.onset_s.size),
    }


def robust__heart(settings: RobustSettings) -> Seen:
    """Share of ten minutes in which heart waves are taken out, when it beats in two of them."""
    n, beats = 120000, leg_beats(120.0)
    wave = noise(600.0, fs_hz=200.0)
    wave[:24000] += 30.0 * heart_wave(beats, 24000)
    ecg_uv = np.zeros(n)
    ecg_uv[beats.sample] = 1000.0
    ecg = leg_of(ecg_uv, fs_hz=200.0)
    result = find_leg_movements(
        leg_of(wave, fs_hz=200.0),
        amplitude=CRITERIA,
        settings=settings,
        ecg=ecg,
    )
    shares = [
        f.values["share_percent"]
        for f in result.preparation
        if f.code == "ecg-cancelled"
    ]
    return {"share_percent": float(sum(float(str(share)) for share in shares))}
