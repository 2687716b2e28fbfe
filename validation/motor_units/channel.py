"""What an amplifier does to a leg: causal filters, then digits."""

from functools import lru_cache

import numpy as np
from scipy import signal

from ekbom.model.recording import FloatArray, SignalArray
from validation.motor_units.recipes import Channel

HIGHEST_SHARE = 0.45
"""The low-pass gives way to the sampling rate."""
SETTLED_S = 1.0
LIMIT_UV = 3276.0


@lru_cache(maxsize=16)
def _sections(channel: Channel) -> FloatArray:
    """Design the filters of a channel, one row per section."""
    fs_hz = channel.fs_hz
    low_pass_hz = min(channel.low_pass_hz, HIGHEST_SHARE * fs_hz)
    parts = [
        signal.butter(
            channel.high_pass_order,
            channel.high_pass_hz,
            btype="highpass",
            fs=fs_hz,
            output="sos",
        ),
        signal.butter(
            channel.low_pass_order,
            low_pass_hz,
            btype="lowpass",
            fs=fs_hz,
            output="sos",
        ),
    ]
    if channel.notch_hz:
        notch = signal.iirnotch(channel.notch_hz, 30.0, fs=fs_hz)
        parts.append(signal.tf2sos(*notch))
    return np.concatenate(parts)


def amplified(raw: SignalArray | FloatArray, channel: Channel) -> FloatArray:
    """Filter a signal as it goes through the amplifier; later samples never act on earlier ones."""
    out: FloatArray = signal.sosfilt(_sections(channel), raw, axis=-1)
    return out


def energies(waves: FloatArray, channel: Channel) -> FloatArray:
    """Energy of each wave behind the filters, uV^2 s, for waves of the shape (n, samples)."""
    settling = np.zeros((len(waves), int(SETTLED_S * channel.fs_hz)))
    filtered = amplified(np.concatenate((waves, settling), axis=1), channel)
    return np.asarray(np.square(filtered).sum(axis=1) / channel.fs_hz)


def digits(emg_uv: FloatArray, channel: Channel) -> SignalArray:
    """Round to the digits of the converter and hold within its limits."""
    rounded = channel.step_uv * np.round(emg_uv / channel.step_uv)
    return np.clip(rounded, -LIMIT_UV, LIMIT_UV).astype(np.float32)
