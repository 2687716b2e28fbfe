"""What a synthetic night is made of: every choice of the simulator as a frozen record with units.

The amplitudes that decide what counts as a movement are no parameters of the night: they arrive as
`AmplitudeCriteria`.
"""

from dataclasses import dataclass, field

from ekbom.model.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class MovementParameters:
    """How often the legs move, how regularly, how long and how strongly.

    Amplitudes are the rms of the movement alone, uV.
    """

    periodic_per_h: float = 30.0
    """Movements in periodic series per hour of recording."""
    interval_s: float = 24.0
    """Median interval between onsets within a series."""
    interval_log_sd: float = 0.28
    """Standard deviation of the natural logarithm of that interval."""
    series_length: float = 14.0
    """Mean number of movements in a series."""
    isolated_per_h: float = 6.0
    """Movements that belong to no series, per hour."""
    short_bursts_per_h: float = 4.0
    """Bursts too short to be a leg movement, per hour."""
    short_burst_min_s: float = 0.1
    """Shortest of these bursts."""
    short_burst_max_s: float = 0.4
    """Longest of these bursts."""
    tonic_per_h: float = 0.0
    """Long tonic contractions, per hour."""
    tonic_min_s: float = 20.0
    """Shortest tonic contraction."""
    tonic_max_s: float = 60.0
    """Longest tonic contraction."""
    bilateral_share: float = 0.55
    """Share of movements in which the other leg joins."""
    left_share: float = 0.5
    """Share of the left leg among movements of one leg."""
    duration_s: float = 2.6
    """Median duration, from reaching the onset amplitude to falling below the offset amplitude."""
    duration_log_sd: float = 0.5
    """Standard deviation of the natural logarithm of the duration."""
    duration_min_s: float = 0.6
    """Shortest movement."""
    duration_max_s: float = 10.0
    """Longest movement."""
    peak_uv: float = 55.0
    """Median of the strongest rms of a movement."""
    peak_log_sd: float = 0.6
    """Standard deviation of the natural logarithm of that amplitude."""
    peak_min_uv: float = 16.0
    """Weakest movement."""
    peak_max_uv: float = 300.0
    """Strongest movement."""
    rise_min_s: float = 0.05
    """Fastest rise from nothing to the plateau."""
    rise_max_s: float = 0.5
    """Slowest rise."""
    fall_min_s: float = 0.1
    """Fastest fall from the plateau to nothing."""
    fall_max_s: float = 1.0
    """Slowest fall."""
    modulation_max: float = 0.5
    """Deepest modulation of the plateau (0: flat, 1: down to nothing)."""
    gap_min_s: float = 1.0
    """Shortest rest between two movements of one leg."""


@dataclass(frozen=True, kw_only=True)
class EventParameters:
    """Breathing events and arousals, and how movements go with them."""

    breathing_per_h: float = 4.0
    """Apneas and hypopneas per hour of sleep."""
    breathing_movement_share: float = 0.4
    """Share of breathing events with a leg movement near their end."""
    breathing_delay_s: float = 2.5
    """Median delay from the end of a breathing event to that movement."""
    arousal_share: float = 0.35
    """Share of movements during sleep with an arousal."""
    spontaneous_arousals_per_h: float = 5.0
    """Arousals that go with no movement, per hour of sleep."""


@dataclass(frozen=True, kw_only=True)
class LegParameters:
    """The leg channels: rate, step, resting muscle and everything that disturbs them."""

    fs_hz: float = 256.0
    """Samples per second of the leg channels."""
    step_uv: float = 0.1
    """Physical step of one digit."""
    bits: int = 16
    """Resolution of the converter."""
    rest_uv: float = 1.0
    """Resting EMG at the start of the night, rms."""
    rest_end_uv: float = 0.0
    """Resting EMG at the end of the night, rms; 0: as at the start."""
    rest_wobble: float = 0.08
    """Slow wandering of the resting EMG (standard deviation of its natural logarithm)."""
    rest_steps_per_h: float = 0.0
    """Changes of the resting EMG to another level within a minute, per hour."""
    rest_step_max_uv: float = 6.0
    """Highest level such a change may lead to, rms."""
    wander_uv: float = 0.0
    """Slow movement of the baseline (electrode potentials), peak."""
    hum_uv: float = 0.0
    """Mains hum, rms of its fundamental."""
    hum_hz: float = 50.0
    """Mains frequency."""
    hum_on_share: float = 0.6
    """Share of the time with hum; below 1 the hum comes and goes."""
    ecg_left_uv: float = 0.0
    """Height of the R wave in the left leg."""
    ecg_right_uv: float = 0.0
    """Height of the R wave in the right leg."""
    pops_per_h: float = 0.0
    """Cable pops per hour and leg."""
    saturations_per_h: float = 0.0
    """Stretches at the converter's limit, per hour and leg."""
    electrode_off_min: float = 0.0
    """Minutes for which the left electrode is off."""


@dataclass(frozen=True, kw_only=True)
class HeartParameters:
    """The heart beat."""

    heart_rate_bpm: float = 62.0
    """Mean heart rate."""
    ectopic_share: float = 0.002
    """Share of premature ventricular beats."""
    ecg_recorded: bool = True
    """Whether the night has an ECG channel."""


@dataclass(frozen=True, kw_only=True)
class NightParameters:
    """A whole synthetic night."""

    hours: float = 8.0
    movements: MovementParameters = field(default_factory=MovementParameters)
    events: EventParameters = field(default_factory=EventParameters)
    legs: LegParameters = field(default_factory=LegParameters)
    heart: HeartParameters = field(default_factory=HeartParameters)

    @property
    def duration_s(self) -> float:
        """Length of the recording in whole seconds."""
        return float(round(self.hours * 3600.0))


def check_parameters(parameters: NightParameters) -> None:
    """Refuse a night that cannot be made.

    Raises
    ------
    UsageError
        With the name and the value that is impossible.
    """
    if not 0.05 <= parameters.hours <= 48.0:
        raise UsageError(
            f"hours is {parameters.hours:g}: a simulated night lasts 0.05 to 48 hours; "
            "choose a value in between"
        )
    legs = parameters.legs
    if not 50.0 <= legs.fs_hz <= 4096.0 or legs.fs_hz != round(legs.fs_hz):
        raise UsageError(
            f"fs-hz is {legs.fs_hz:g}: the legs are made at a whole rate of 50 to 4096 Hz; "
            "choose one"
        )
    if legs.step_uv <= 0.0 or not 8 <= legs.bits <= 16:
        raise UsageError(
            f"step-uv {legs.step_uv:g} with bits {legs.bits}: the step must be above 0 and "
            "the bits 8 to 16; change them"
        )
    for record in (
        parameters.movements,
        parameters.events,
        legs,
        parameters.heart,
    ):
        _check_values(vars(record))


def _check_values(values: dict[str, float]) -> None:
    """Refuse a number below 0, and a share above 1."""
    for name, value in values.items():
        if value < 0.0 or (name.endswith("_share") and value > 1.0):
            raise UsageError(
                f"{name.replace('_', '-')} is {value:g}: it must be 0 or more, "
                "a share at most 1; correct it"
            )
