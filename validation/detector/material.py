"""Real material as a source of legs.

EMG bursts, resting EMG, ECG and hypnograms of people (see `validation/data`).
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import signal

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.events import Hypnogram, Stage
from ekbom.model.recording import BoolArray, FloatArray, SignalArray
from ekbom.simulation.heart import Beats
from ekbom.simulation.legs import LegMaterial
from ekbom.simulation.muscle import LEG_BAND_HZ, NoiseSource
from ekbom.simulation.parameters import LegParameters
from ekbom.simulation.shape import stretched_shapes

DATA = Path(__file__).parents[1] / "data"
CROSSFADE_S = 0.05
STAGES = {0: Stage.WAKE, 1: Stage.N1, 2: Stage.N2, 3: Stage.N3, 4: Stage.REM}
# Resting muscles and how long the cuts are that are joined: as long as their recordings allow, for
# a rhythm in them to last.
REST_CUT_S = {
    "rest_biceps": (1.0, 3.0),
    "rest_bitalino": (5.0, 12.0),
    "rest_chin": (20.0, 50.0),
}
RESTS = tuple(REST_CUT_S)
OWN_HEART = "rest_chin"


@dataclass(frozen=True, eq=False, kw_only=True)
class RealEcg:
    """A tiled real ECG: the wave with a leg's high-pass, the wave of an ECG channel, the beats.

    The R wave of both is 1.
    """

    leg_wave: SignalArray
    channel_wave: SignalArray
    beats: Beats


@lru_cache(maxsize=1)
def _emg() -> dict[str, FloatArray]:
    """Load the real EMG once; values are in units of their own rms."""
    with np.load(DATA / "real_emg" / "real_emg.npz") as stored:
        scaled = {
            name: stored[name] / float(stored["scale"])
            for name in ("burst_carrier", *RESTS)
        }
        plain = {
            name: np.asarray(stored[name], dtype=float)
            for name in ("shapes", "shape_lengths")
        }
        rates = {
            name: np.asarray(stored[name], dtype=float)
            for name in ("carrier_fs_hz", "rest_fs_hz", "rest_chin_fs_hz")
        }
    return {**scaled, **plain, **rates}


def real_material(
    legs: LegParameters,
    *,
    amplitude: AmplitudeCriteria,
    ecg: RealEcg,
    rest: str,
) -> LegMaterial:
    """Make legs of real bursts, real resting muscle and a real heart.

    Parameters
    ----------
    legs
        The channel they are recorded on; its sampling rate decides how the material is resampled.
    amplitude
        The amplitudes that tell onset and offset, to stretch the envelopes to a planned duration.
    ecg
        The tiled ECG at the rate of the legs.
    rest
        Which resting muscle: one of `RESTS`.
    """
    stored = _emg()
    rest_hz = float(
        stored["rest_chin_fs_hz" if rest == "rest_chin" else "rest_fs_hz"]
    )
    edges = np.cumsum(stored["shape_lengths"]).astype(int)
    return LegMaterial(
        burst=_cuts(
            stored["burst_carrier"],
            from_hz=float(stored["carrier_fs_hz"]),
            fs_hz=legs.fs_hz,
            cut_s=(0.5, 3.0),
        ),
        rest=_cuts(
            stored[rest],
            from_hz=rest_hz,
            fs_hz=legs.fs_hz,
            cut_s=REST_CUT_S[rest],
        ),
        shapes=stretched_shapes(
            tuple(np.split(stored["shapes"], edges[:-1])), amplitude=amplitude
        ),
        ecg_wave=ecg.leg_wave,
    )


def _cuts(
    recorded: FloatArray,
    *,
    from_hz: float,
    fs_hz: float,
    cut_s: tuple[float, float],
) -> NoiseSource:
    """Make a source that joins random cuts of a recording with short crossfades; unit rms."""
    at_rate = resampled(recorded, from_hz=from_hz, fs_hz=fs_hz)
    pool = (at_rate / at_rate.std()).astype(np.float32)
    fade = max(2, int(CROSSFADE_S * fs_hz))
    rising = np.sin(0.5 * np.pi * np.arange(fade) / fade).astype(np.float32)

    def source(n: int, rng: np.random.Generator) -> SignalArray:
        out = np.zeros(n + int((cut_s[1] + 1.0) * fs_hz), dtype=np.float32)
        at = 0
        while at < n:
            length = int(rng.uniform(*cut_s) * fs_hz)
            start = int(rng.integers(0, max(1, len(pool) - length)))
            cut = pool[start : start + length].copy() * np.float32(
                rng.choice([-1.0, 1.0])
            )
            cut[:fade] *= rising
            cut[-fade:] *= rising[::-1]
            out[at : at + len(cut)] += cut
            at += len(cut) - fade
        return out[fade : fade + n]

    return source


def resampled(
    recorded: FloatArray, *, from_hz: float, fs_hz: float
) -> FloatArray:
    """Resample by a ratio of whole numbers."""
    common = int(np.gcd(round(from_hz), round(fs_hz)))
    out: FloatArray = signal.resample_poly(
        recorded, round(fs_hz) // common, round(from_hz) // common
    )
    return out


def real_ecg(
    *, duration_s: float, fs_hz: float, rng: np.random.Generator
) -> RealEcg:
    """Tile fifteen minutes of a real ECG with its beats from a random start.

    Pieces join before a beat.
    """
    with np.load(DATA / "real_ecg" / "mitbih_100_lead_mlii.npz") as stored:
        from_hz = float(stored["fs_hz"])
        raw, beat_s, premature = (
            stored["ecg"].astype(float),
            stored["beats"] / from_hz,
            stored["premature"],
        )
    n_tiles = int(np.ceil(duration_s / (len(raw) / from_hz))) + 1
    tiled = resampled(
        np.tile(raw - np.median(raw), n_tiles), from_hz=from_hz, fs_hz=fs_hz
    )
    times_s = np.concatenate(
        [beat_s + tile * len(raw) / from_hz for tile in range(n_tiles)]
    )
    start = int(rng.uniform(0.0, len(raw) / from_hz) * fs_hz)
    n = round(duration_s * fs_hz)
    channel = _unit_r(tiled, times_s, fs_hz=fs_hz)
    high_pass = signal.butter(
        1, LEG_BAND_HZ[0], btype="highpass", fs=fs_hz, output="sos"
    )
    leg = _unit_r(signal.sosfiltfilt(high_pass, tiled), times_s, fs_hz=fs_hz)
    shifted_s, odd = times_s - start / fs_hz, np.tile(premature, n_tiles)
    inside: BoolArray = (shifted_s >= 0.0) & (shifted_s < duration_s)
    beats = Beats(time_s=shifted_s[inside], ectopic=odd[inside])
    return RealEcg(
        leg_wave=leg[start : start + n],
        channel_wave=channel[start : start + n],
        beats=beats,
    )


def _unit_r(
    wave: FloatArray, beat_s: FloatArray, *, fs_hz: float
) -> SignalArray:
    """Scale a wave so that its median R wave is 1 high."""
    index = np.round(beat_s * fs_hz).astype(int)
    reach = max(2, int(0.05 * fs_hz))
    index = index[(index > reach) & (index < len(wave) - reach)][:400]
    heights = [
        float(np.abs(wave[i - reach : i + reach]).max()) for i in index.tolist()
    ]
    return (wave / np.median(heights)).astype(np.float32)


def real_hypnogram(*, duration_s: float, rng: np.random.Generator) -> Hypnogram:
    """Cut a stretch out of one of six real nights, three quarters of it asleep where there is one.

    What is longer than the night ends awake.
    """
    with np.load(DATA / "real_hypnograms" / "boas_stages.npz") as stored:
        epoch_s = float(stored["epoch_s"])
        names = sorted(name for name in stored.files if name != "epoch_s")
        codes = stored[names[int(rng.integers(len(names)))]]
    n = int(np.ceil(duration_s / epoch_s))
    asleep = np.convolve(
        (codes >= 1) & (codes <= 4), np.ones(min(n, len(codes))), mode="valid"
    )
    good = np.flatnonzero(asleep >= min(0.75 * n, asleep.max()))
    start = int(good[int(rng.integers(len(good)))])
    padded = np.concatenate(
        [
            codes[start : start + n],
            np.zeros(max(0, n - len(codes)), dtype=codes.dtype),
        ]
    )
    onset_s = np.arange(n, dtype=np.float64) * epoch_s
    stage = np.array(
        [str(STAGES.get(int(code), Stage.UNSCORED)) for code in padded]
    )
    return Hypnogram(
        onset_s=onset_s,
        duration_s=np.minimum(epoch_s, duration_s - onset_s),
        stage=stage,
        epoch_s=epoch_s,
        source="BOAS, real night",
    )
