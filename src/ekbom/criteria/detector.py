"""Settings of the detectors as loaded from their tables.

Every number of a detector has its name here and its reason there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.model.source import Parameter


@dataclass(frozen=True, kw_only=True)
class DetectorSettings:
    """What every detector needs.

    `parameters` holds each number with its unit and reason, `digest` identifies them all.

    Names end in their unit. The fields below are the values of the parameters of the same name.
    """

    id: str
    title: str
    envelope: str
    last_checked: str
    digest: str
    parameters: Mapping[str, Parameter]
    slow_half_gain_hz: float
    envelope_window_s: float
    flat_min_s: float
    clip_min_s: float
    clip_margin_steps: float
    unscorable_minute_share: float
    noise_unscorable_uv: float
    hum_unscorable_uv: float
    hum_unscorable_ratio: float
    silent_unscorable_uv: float
    hum_noted_uv: float
    ecg_noted_uv: float
    trace_bin_s: float


@dataclass(frozen=True, kw_only=True)
class LiteralSettings(DetectorSettings):
    """The standard as it is written: rectified EMG, moving mean, local median."""

    rest_window_s: float
    rest_step_s: float
    rest_block_s: float
    rest_passes: float
    rest_exclude_sd: float


@dataclass(frozen=True, kw_only=True)
class Coefficients:
    """One logistic model: coefficients of the named features, and their covariance row by row."""

    coefficients: tuple[float, ...]
    covariance: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class ConfidenceModel:
    """How the confidence of a candidate follows from its evidence.

    `calibrated_on` says on what it was fitted, in words.
    """

    calibrated_on: str
    features: tuple[str, ...]
    accepted: Coefficients
    rejected: Coefficients


@dataclass(frozen=True, kw_only=True)
class RobustSettings(DetectorSettings):
    """The movement's own rms above the power of rest, on a signal freed from hum and heart beats."""

    fine_block_s: float
    level_step_s: float
    rest_hold_s: float
    rest_smooth_s: float
    window_max_s: float
    onset_window_s: float
    onset_resolution_sd: float
    offset_resolution_sd: float
    mains_hz: tuple[float, ...]
    hum_harmonics: float
    hum_min_uv: float
    ecg_min_uv: float
    muscle_min_share: float
    cross_talk_likeness: float
    duration_sd: float
    considered_share: float
    considered_min_s: float
    core_s: float
    margin_s: float
    confidence: ConfidenceModel | None = None
