"""How well a scoring fits the movements of a recording: whether it stands where it belongs.

Movements come with arousals, with the ends of breathing events, and with awakenings. Where a
scoring was moved against the signal they meet each other at another place, and at that place only.
Where nothing meets anything nothing can be told.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import fft

from ekbom.criteria.input_limits import ScoringFit
from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    SLEEP_STAGES,
    Event,
    Hypnogram,
    Stage,
)
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray

_STEP_S = 1.0  # arithmetic: grid on which marks meet movements
_GUARD_STEPS = 60  # arithmetic: shifts this near to one say the same and are no chance beside it


class Meeting(NamedTuple):
    """How often a scoring meets the movements when it is moved back by so many seconds.

    `shift_s`: sorted, shape (n,); positive where the scoring comes too late. `hits`: how many
    meet; `above_sd`: standard deviations above what chance gives beside.
    """

    shift_s: FloatArray
    hits: FloatArray
    above_sd: FloatArray

    def best(self) -> int:
        """Place of the shift at which the scoring meets the movements best."""
        return int(np.argmax(self.above_sd))

    def around_zero(self, reach_s: float) -> float:
        """Best standard deviations of the shifts up to so many seconds; 0 without any."""
        near = np.abs(self.shift_s) <= reach_s
        return float(np.max(self.above_sd[near], initial=0.0))


def scoring_shift(
    movements: LegMovements,
    hypnogram: Hypnogram | None,
    events: Sequence[Event],
    *,
    duration_s: float,
    settings: ScoringFit,
) -> tuple[Finding, ...]:
    """Say where a scoring belongs that meets the movements at another place than its own.

    Arousals and ends of breathing events are asked first; awakenings only where these tell
    nothing. No finding where the scoring fits, and none where nothing can be told.
    """
    own = settings.smallest_shift_s
    marks = meeting_of_marks(
        mark_times(events),
        movements.onset_s,
        duration_s=duration_s,
        settings=settings,
    )
    if _fits(marks, settings):
        return ()
    shift_s = _elsewhere(marks, settings.chance_sd, settings.hits_least, own)
    if shift_s is None:
        awake = meeting_of_awakenings(
            hypnogram, movements, duration_s=duration_s, settings=settings
        )
        own = settings.awake_smallest_s
        if awake.around_zero(own) < settings.awake_fits_sd:
            least = settings.awakenings_least
            shift_s = _elsewhere(awake, settings.awake_sd, least, own)
    return () if shift_s is None else (_moved(shift_s),)


def _fits(marks: Meeting, settings: ScoringFit) -> bool:
    """Say whether the marks meet the movements where they are.

    A series of movements meets them a little one interval beside their place too.
    """
    best_sd = float(np.max(marks.above_sd, initial=0.0))
    least_sd = max(settings.fits_sd, settings.fits_share * best_sd)
    return marks.around_zero(settings.smallest_shift_s) >= least_sd


def _moved(shift_s: float) -> Finding:
    """Say by how much a scoring was moved."""
    code = "scoring-late" if shift_s > 0.0 else "scoring-early"
    return Finding(code, Severity.WARNING, "", {"shift_s": abs(shift_s)})


def _elsewhere(
    meeting: Meeting, least_sd: float, least_hits: float, smallest_s: float
) -> float | None:
    """Shift at which a scoring meets the movements far better than by chance; None for none."""
    if not meeting.shift_s.size:
        return None
    best = meeting.best()
    shift_s = float(meeting.shift_s[best])
    clear = meeting.above_sd[best] >= least_sd
    enough = meeting.hits[best] >= least_hits
    return shift_s if clear and enough and abs(shift_s) > smallest_s else None


def mark_times(events: Sequence[Event]) -> FloatArray:
    """Onsets of arousals and ends of breathing events, s, sorted."""
    arousals = [e.onset_s for e in events if e.kind in AROUSAL_KINDS]
    ends = [
        e.onset_s + e.duration_s for e in events if e.kind in RESPIRATORY_KINDS
    ]
    return np.sort(np.array([*arousals, *ends], np.float64))


def meeting_of_marks(
    mark_s: FloatArray,
    onset_s: FloatArray,
    *,
    duration_s: float,
    settings: ScoringFit,
) -> Meeting:
    """Count for every shift the marks near which a movement begins."""
    n = int(duration_s / _STEP_S) + 1
    reach = round(settings.near_s / _STEP_S)
    moving = _near(_on_grid(onset_s, n, _STEP_S) > 0.0, reach)
    hits = _shifted_products(
        _on_grid(mark_s, n, _STEP_S),
        moving.astype(np.float64),
        round(settings.longest_shift_s / _STEP_S),
    )
    return _against_chance(
        hits, _STEP_S, round(settings.around_s / _STEP_S), _GUARD_STEPS
    )


def meeting_of_awakenings(
    hypnogram: Hypnogram | None,
    movements: LegMovements,
    *,
    duration_s: float,
    settings: ScoringFit,
) -> Meeting:
    """Count for every shift the awakenings at which the legs are among their most active."""
    step_s = settings.grid_s
    n = int(duration_s / step_s) + 1
    onsets_s = awakenings(hypnogram)
    active = _active(movements, n, settings)
    hits = _shifted_products(
        _on_grid(onsets_s, n, step_s),
        active.astype(np.float64),
        round(settings.longest_shift_s / step_s),
    )
    return _against_chance(hits, step_s, hits.size, 2)


def awakenings(hypnogram: Hypnogram | None) -> FloatArray:
    """Onsets of wake that follows sleep and is followed by sleep again, s."""
    if hypnogram is None:
        return np.zeros(0)
    asleep = np.flatnonzero(np.isin(hypnogram.stage, list(SLEEP_STAGES)))
    wake = hypnogram.stage == str(Stage.WAKE)
    if not asleep.size:
        return np.zeros(0)
    begins = np.flatnonzero(wake[1:] & ~wake[:-1]) + 1
    inside = begins[(begins > asleep[0]) & (begins < asleep[-1])]
    return np.asarray(hypnogram.onset_s[inside], np.float64)


def _active(movements: LegMovements, n: int, settings: ScoringFit) -> BoolArray:
    """Mark the steps in which an awakening that begins there would show, or just before."""
    step_s = settings.grid_s
    moved_s = np.zeros(n)
    at = np.minimum((movements.onset_s / step_s).astype(np.int64), n - 1)
    np.add.at(moved_s, at, movements.duration_s)
    limit_s = float(np.quantile(moved_s, 1.0 - settings.active_share))
    active = moved_s > max(limit_s, settings.active_least_s)
    return np.asarray(active | np.append(active[1:], False), np.bool_)


def _on_grid(time_s: FloatArray, n: int, step_s: float) -> FloatArray:
    """Count the times in each step; what lies outside is left out."""
    at = np.floor(time_s / step_s).astype(np.int64)
    inside = at[(at >= 0) & (at < n)]
    return np.bincount(inside, minlength=n).astype(np.float64)


def _near(mask: BoolArray, reach: int) -> BoolArray:
    """Widen a mask by some steps to either side."""
    window = np.ones(2 * reach + 1)
    return np.asarray(np.convolve(mask, window, mode="same") > 0.0)


def _shifted_products(
    moved: FloatArray, fixed: FloatArray, most: int
) -> FloatArray:
    """Sum of products for every shift of `moved` back by -most to most steps."""
    n = moved.size
    size = fft.next_fast_len(2 * n, real=True)
    product = fft.rfft(moved, size) * np.conj(fft.rfft(fixed, size))
    every = np.round(fft.irfft(product, size))
    most = min(most, n - 1)
    return np.concatenate((every[size - most :], every[: most + 1]))


def _against_chance(
    hits: FloatArray, step_s: float, around: int, guard: int
) -> Meeting:
    """Compare each shift with the shifts around it, the nearest left out."""
    index = np.arange(hits.size)
    total = _window_sums(hits, index, around) - _window_sums(hits, index, guard)
    square = np.square(hits)
    squares = _window_sums(square, index, around) - _window_sums(
        square, index, guard
    )
    ones = np.ones(hits.size)
    count = np.maximum(
        _window_sums(ones, index, around) - _window_sums(ones, index, guard),
        1.0,
    )
    mean = total / count
    spread = np.sqrt(np.maximum(squares / count - np.square(mean), 0.0))
    above = (hits - mean) / np.maximum(np.maximum(spread, np.sqrt(mean)), 1.0)
    shift_s = (index - hits.size // 2).astype(np.float64) * step_s
    return Meeting(shift_s, hits, above)


def _window_sums(values: FloatArray, index: IntArray, reach: int) -> FloatArray:
    """Sum of the values up to `reach` steps to either side of each place."""
    summed = np.append(0.0, np.cumsum(values))
    stop = np.minimum(index + reach + 1, values.size)
    return np.asarray(summed[stop] - summed[np.maximum(index - reach, 0)])
