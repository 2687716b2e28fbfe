"""What a scoring must be before a night is counted by it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EventLimits:
    """How long events can last, and what makes a scoring one of another night or unit.

    The numbers come from a table. Shares are fractions, 0 to 1.
    """

    arousal_longest_s: float
    apnea_longest_s: float
    hypopnea_longest_s: float
    rera_longest_s: float
    movement_longest_s: float
    too_long_marks_refused: float
    too_long_share_refused: float
    night_longest_s: float
    dates_apart_longest_s: float
    outside_share_refused: float
    unstaged_share_refused: float
