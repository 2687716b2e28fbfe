"""What is measured on a leg beside its movements, on a regular grid."""

from dataclasses import dataclass

from ekbom.model.recording import BoolArray, FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class LegLevels:
    """What was measured on a leg on a regular grid of `step_s` seconds.

    Every array has the shape (n_steps,). Amplitudes are rms in uV, `ecg_uv` is the height of the R
    wave. `clipped`, `flat` and `missing` are the shares of each step without a usable sample.
    `restless`: where tone is held above rest; None where nobody looks for it.
    """

    step_s: float
    rest_uv: FloatArray
    noise_uv: FloatArray
    hum_uv: FloatArray
    ecg_uv: FloatArray
    cross_talk: BoolArray
    clipped: FloatArray
    flat: FloatArray
    missing: FloatArray
    restless: BoolArray | None = None
