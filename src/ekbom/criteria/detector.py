"""Settings of the detectors as their tables give them.

One record for each table of ``rules/tables/detection``. Every number has its name here, and its
unit and its reason in the table. Names end in their unit; a name without one is a plain count, a
share from 0 to 1, or a ratio.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.model.source import Parameter


@dataclass(frozen=True, kw_only=True)
class LostSettings:
    """When a stretch of signal holds no usable sample."""

    flat_min_s: float
    clip_min_s: float
    clip_margin_steps: float
    margin_s: float


@dataclass(frozen=True, kw_only=True)
class QualitySettings:
    """Which minutes of a leg cannot be scored."""

    unscorable_minute_share: float
    noise_unscorable_uv: float
    hum_unscorable_uv: float
    hum_unscorable_ratio: float
    silent_unscorable_uv: float


@dataclass(frozen=True, kw_only=True)
class SurfaceSettings:
    """What tells the surface EMG of a leg from other signals."""

    look_every_s: float
    look_s: float
    lowest_hz: float
    spike_most: float
    line_share_most: float
    median_least_hz: float
    median_least_share: float
    tail_share: float
    tail_steps: float
    asymmetry_most: float
    offset_least: float
    offset_most: float
    smooth_minutes: int
    throughout_share: float
    fallen_uv: float
    fallen_ratio: float
    fallen_quantile: float
    heart_most_uv: float
    heart_left_ratio: float
    sway_hz: float
    period_min_s: float
    period_max_s: float
    regular_least: float
    sway_ratio: float
    sway_least_uv: float
    burst_ratio: float
    burst_share: float


@dataclass(frozen=True, kw_only=True)
class EvidenceSettings:
    """What is measured on a movement, and the range in which it tells movements apart.

    The ranges are logarithms of the ratio to the on level and to the shortest duration.
    """

    rise_share: float
    peak_log_min: float
    peak_log_max: float
    duration_log_min: float
    duration_log_max: float


@dataclass(frozen=True, kw_only=True)
class RestlessSettings:
    """Where a leg does not lie still: tone that is held, and rest that fluctuates much."""

    tone_s: float
    tone_share: float
    strong_ratio: float
    long_tone_s: float
    tone_ratio: float
    around_s: float
    freedom_share: float
    window_max_s: float
    unrest_minute_share: float


@dataclass(frozen=True, kw_only=True)
class HumSettings:
    """Mains hum: how it is known, followed and taken out."""

    mains_hz: tuple[float, ...]
    harmonics: int
    min_uv: float
    sub_block_s: float
    window_blocks: int
    coherence: float
    beside_windows: int
    look_blocks: int
    look_coherence: float
    look_lines: int
    reach_blocks: int
    least_reaches: int
    lowest_hz: float
    apart_hz: float
    drift_share: float
    refit_hz: float


@dataclass(frozen=True, kw_only=True)
class BeatSettings:
    """Heart beats: how they are known in an ECG channel and in a leg."""

    glance_every_s: float
    glance_s: float
    steep_s: float
    grid_s: float
    feature_s: float
    around_s: float
    sparse_blocks: int
    spike_ratio: float
    refractory_s: float
    core_s: float
    border_cores: int
    align_s: float
    align_rounds: int
    least_peaks: int
    usual_beats: int
    usual_share: float
    median_share: float
    alike: float
    alike_for_shape: float
    alike_in_noise: float
    shape_beats: int
    clear_ratio: float
    learnt_per_min: float
    learnt_min: float
    match_share: float
    rhythm_min_per_min: float
    rhythm_max_per_min: float
    rhythm_beats: int
    regular: float
    regular_share: float
    close_s: float
    one_wave: float
    one_wave_share: float
    one_wave_min_per_min: float
    one_wave_max_per_min: float


@dataclass(frozen=True, kw_only=True)
class HeartSettings:
    """Heart waves in a leg: how they are learnt and taken out."""

    min_uv: float
    glance_min_minutes: int
    before_s: float
    after_s: float
    taper_s: float
    fit_s: float
    group_beats: int
    least_beats: int
    least_weighed: int
    loud_ratio: float
    clear_errors: float
    gain_sd: float
    shift_sd: float
    near_steps: int


@dataclass(frozen=True, kw_only=True)
class CrossTalkSettings:
    """When both legs carry the same waveform."""

    likeness: float
    every_s: float
    snippet_s: float
    pieces: int
    pieces_quantile: float
    lowest_hz: float
    line_width_hz: float
    louder: float
    copy_likeness: float
    copy_related: float
    copy_overlap: float
    copies_noted: float


@dataclass(frozen=True, kw_only=True)
class MuscleSettings:
    """What tells a movement from a slow discharge."""

    min_share: float
    slow_window_s: float
    block_s: float
    active_levels: float


@dataclass(frozen=True, kw_only=True)
class RestSettings:
    """The resting power of the muscle."""

    hold_s: float
    smooth_s: float
    floor_smooth_s: float
    coarse_ratio: float
    quiet_sd: float
    quiet_below_sd: float
    spread_min_steps: int
    spread_unknown: float
    spread_min: float
    spread_max: float


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Bursts too short for a leg movement, and rhythmic trains of them."""

    near_s: float
    dip_share: float
    pause_s: float
    burst_min_s: float
    burst_max_s: float
    beat_burst_max_s: float
    bursts_min: int
    rate_min_hz: float
    rate_max_hz: float
    alternating_rate_min_hz: float
    alternating_rate_max_hz: float
    alternating_burst_max_s: float
    steady_ratio: float
    covered_share: float
    twitch_max_s: float
    twitches_min: int


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
class DetectorSettings:
    """What every detector needs.

    `parameters` holds each number with its unit and reason; those of a table of its own have its
    name in front (``quality.noise_unscorable_uv``). `digest` identifies them all.
    """

    id: str
    title: str
    envelope: str
    last_checked: str
    digest: str
    parameters: Mapping[str, Parameter]
    slow_half_gain_hz: float
    envelope_window_s: float
    level_step_s: float
    trace_bin_s: float
    lost: LostSettings
    quality: QualitySettings
    surface: SurfaceSettings
    evidence: EvidenceSettings


@dataclass(frozen=True, kw_only=True)
class LiteralSettings(DetectorSettings):
    """The standard as it is written: rectified EMG, moving mean, local median."""

    rest_window_s: float
    rest_step_s: float
    rest_block_s: float
    rest_passes: int
    rest_exclude_sd: float


@dataclass(frozen=True, kw_only=True)
class RobustSettings(DetectorSettings):
    """The movement's own rms above the power of rest, on a signal freed from hum and heart."""

    fine_block_s: float
    window_max_s: float
    onset_window_s: float
    onset_resolution_sd: float
    offset_resolution_sd: float
    duration_sd: float
    doubtful_ratio: float
    counted_confidence: float
    sure_confidence: float
    considered_share: float
    considered_min_s: float
    core_s: float
    core_most_samples: int
    margin_s: float
    last_core_share: float
    rest: RestSettings
    restless: RestlessSettings
    hum: HumSettings
    beats: BeatSettings
    heart: HeartSettings
    cross_talk: CrossTalkSettings
    muscle: MuscleSettings
    trains: TrainSettings
    confidence: ConfidenceModel | None = None
