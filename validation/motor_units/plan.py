"""When which leg contracts, and the own rms that the contraction is meant to have."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.recording import FloatArray
from ekbom.simulation.draws import log_uniform, scattered_times
from ekbom.simulation.plan import SIDES
from validation.motor_units.recipes import Contractions, Range

KEPT_APART_S = 2.0
"""Quiet between contractions that are no pair."""
UNCLEAR_S = (0.43, 0.58)
"""No contraction lasts as long as this: whether it is a movement would be a matter of digits."""
EDGE_S = 6.0
FEWEST_WAVES_HZ = 1.5
SERIES_S = (16.0, 34.0)
SERIES_SHARE = 0.9
"""Share of intervals that are those of a series."""
SHORTEST_PAUSE_S = 60.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Planned:
    """One contraction of one leg: what it is, where it begins, its own rms sample by sample."""

    side: str
    kind: str
    start_s: float
    wanted_uv: FloatArray


def plan_contractions(
    kinds: Contractions,
    *,
    amplitude: AmplitudeCriteria,
    fs_hz: float,
    duration_s: float,
    rng: Generator,
) -> tuple[Planned, ...]:
    """Plan every contraction of both legs, none nearer to another of its leg than is meant."""
    drawer = _Drawer(kinds, amplitude, fs_hz, rng)
    asked = [
        *(("movement", at_s) for at_s in _onsets(kinds, duration_s, rng)),
        *(
            (kind, float(at_s))
            for kind, per_h in (
                ("short burst", kinds.short_per_h),
                ("weak contraction", kinds.weak_per_h),
            )
            for at_s in scattered_times(per_h, duration_s=duration_s, rng=rng)
        ),
    ]
    placed: list[Planned] = []
    for kind, at_s in asked:
        for group in drawer.groups(kind, at_s):
            if _fits(group, placed, fs_hz, duration_s):
                placed += group
    return tuple(placed)


def _onsets(
    kinds: Contractions, duration_s: float, rng: Generator
) -> list[float]:
    """Draw onsets: most of them at the intervals of a series, then a longer pause."""
    onsets: list[float] = []
    if not kinds.per_h:
        return onsets
    in_series_s = float(np.mean(SERIES_S))
    pause_s = (3600.0 / kinds.per_h - SERIES_SHARE * in_series_s) / (
        1.0 - SERIES_SHARE
    )
    pauses_s = (SHORTEST_PAUSE_S, max(120.0, 2.0 * pause_s - SHORTEST_PAUSE_S))
    at_s = EDGE_S + rng.uniform(0.0, 30.0)
    while at_s < duration_s:
        onsets.append(at_s)
        within = rng.random() < SERIES_SHARE
        at_s += rng.uniform(*(SERIES_S if within else pauses_s))
    return onsets


def _fits(
    group: Sequence[Planned],
    placed: Sequence[Planned],
    fs_hz: float,
    duration_s: float,
) -> bool:
    """Say whether a contraction and its second part touch nothing of the same leg."""
    first_s = group[0].start_s
    last_s = group[-1].start_s + group[-1].wanted_uv.size / fs_hz
    if first_s < EDGE_S or last_s > duration_s - EDGE_S:
        return False
    return all(
        other.side != group[0].side
        or other.start_s > last_s + KEPT_APART_S
        or other.start_s + other.wanted_uv.size / fs_hz < first_s - KEPT_APART_S
        for other in placed
    )


@dataclass(frozen=True, eq=False)
class _Drawer:
    """Draws contractions of some kinds."""

    kinds: Contractions
    amplitude: AmplitudeCriteria
    fs_hz: float
    rng: Generator

    def groups(self, kind: str, at_s: float) -> list[list[Planned]]:
        """Draw what happens at one time: one leg or both, each once or as a pair."""
        first = int(self.rng.random() < 0.5)
        both = kind == "movement" and self.rng.random() < self.kinds.both_share
        sides = [SIDES[first], SIDES[1 - first]][: 1 + both]
        lag_s = abs(self.rng.normal(0.0, 0.15))
        return [
            self._group(kind, at_s + number * lag_s, side)
            for number, side in enumerate(sides)
        ]

    def _group(self, kind: str, at_s: float, side: str) -> list[Planned]:
        """Draw one contraction, and a second one after a pause where there is to be one."""
        shape = self._shape(kind)
        parts = [Planned(side=side, kind=kind, start_s=at_s, wanted_uv=shape)]
        if kind == "movement" and self.rng.random() < self.kinds.pair_share:
            second = self._shape(kind)
            end = np.flatnonzero(shape > self.amplitude.offset_above_rest_uv)[
                -1
            ]
            begin = np.flatnonzero(
                second > self.amplitude.offset_above_rest_uv
            )[0]
            pause_s = self.rng.uniform(*self.kinds.pause_s)
            start_s = at_s + (int(end) + 1 - int(begin)) / self.fs_hz + pause_s
            parts.append(
                Planned(side=side, kind=kind, start_s=start_s, wanted_uv=second)
            )
        return parts

    def _shape(self, kind: str) -> FloatArray:
        """Draw the own rms of one contraction."""
        kinds, rng = self.kinds, self.rng
        if kind == "weak contraction":
            peak_uv, lasting_s = kinds.weak_peak_uv, (0.8, 4.0)
        elif kind == "short burst":
            peak_uv, lasting_s = (14.0, 80.0), kinds.short_s
        else:
            peak_uv, lasting_s = kinds.peak_uv, kinds.lasting_s
        return self._drawn(
            log_uniform(*peak_uv, rng=rng), rng.uniform(*lasting_s), kind
        )

    def _drawn(self, peak_uv: float, lasting_s: float, kind: str) -> FloatArray:
        """Draw rise, plateau and relaxation so that on to off lasts about as long as asked."""
        kinds = self.kinds
        brief = kind == "short burst"
        rise_s, relax_s = (
            min(log_uniform(*limits, rng=self.rng), lasting_s * share)
            for limits, share in (
                (kinds.rise_s, 0.3),
                (kinds.relax_s, 0.08 if brief else 0.2),
            )
        )
        plateau_s = 0.0
        for _ in range(3):
            shape = self._outline(peak_uv, rise_s, plateau_s, relax_s)
            missing_s = lasting_s - self._lasting_s(shape)
            plateau_s = max(0.0, plateau_s + missing_s)
        shape = self._outline(peak_uv, rise_s, plateau_s, relax_s)
        if brief and self._lasting_s(shape) > UNCLEAR_S[0]:
            return self._drawn(peak_uv, 0.7 * lasting_s, kind)
        if not brief and self._lasting_s(shape) < UNCLEAR_S[1]:
            shape = self._outline(peak_uv, rise_s, plateau_s + 0.1, relax_s)
        return self._wavering(shape, plateau_s, rise_s, peak_uv)

    def _outline(
        self, peak_uv: float, rise_s: float, plateau_s: float, relax_s: float
    ) -> FloatArray:
        """Give a smooth rise, a plateau and an exponential relaxation."""
        n = int((rise_s + plateau_s + 7.0 * relax_s) * self.fs_hz) + 2
        time_s = np.arange(n) / self.fs_hz
        x = np.clip(time_s / rise_s, 0.0, 1.0)
        falling = np.maximum(0.0, time_s - rise_s - plateau_s)
        return peak_uv * x * x * (3.0 - 2.0 * x) * np.exp(-falling / relax_s)

    def _lasting_s(self, shape: FloatArray) -> float:
        """Time from the on level (the off level where it is not reached) to the end, s."""
        on_uv = self.amplitude.onset_above_rest_uv
        off_uv = self.amplitude.offset_above_rest_uv
        reached = np.flatnonzero(
            shape >= (on_uv if shape.max() >= on_uv else off_uv)
        )
        above = np.flatnonzero(shape > off_uv)
        return float(above[-1] + 1 - reached[0]) / self.fs_hz

    def _wavering(
        self, shape: FloatArray, plateau_s: float, rise_s: float, peak_uv: float
    ) -> FloatArray:
        """Let the plateau swell and fade, never down to the off level."""
        if plateau_s * FEWEST_WAVES_HZ < 1.0:
            return shape
        time_s = np.arange(shape.size) / self.fs_hz - rise_s
        phase = np.clip(time_s / plateau_s, 0.0, 1.0)
        waves = max(1, round(plateau_s * self.rng.uniform(0.5, 2.5)))
        on_uv = self.amplitude.onset_above_rest_uv
        deepest = max(0.0, 1.0 - 1.1 * on_uv / peak_uv)
        depth = min(self.rng.uniform(0.0, 2.0) * self.kinds.dips, deepest, 0.7)
        return shape * (
            1.0 - depth * (0.5 - 0.5 * np.cos(2.0 * np.pi * waves * phase))
        )


def lasting(limits: Range, rng: Generator) -> float:
    """Draw a length whose logarithm is even between two limits."""
    return log_uniform(*limits, rng=rng)
