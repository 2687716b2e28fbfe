"""What a leg channel must physically be."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PhysicalLimits:
    """What a leg channel must physically be before any microvolt rule may judge it.

    The numbers come from a table.

    Shares are fractions of the recorded time of a leg, 0 to 1.
    """

    step_refused_uv: float
    step_noted_uv: float
    min_fs_hz: float
    band_low_hz: float
    band_high_hz: float
    flat_window_s: float
    flat_share_refused: float
    flat_share_noted: float
    clipped_share_refused: float
    clipped_share_noted: float
    scorable_share_needed: float
