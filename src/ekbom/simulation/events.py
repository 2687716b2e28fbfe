"""Breathing events and arousals of a synthetic night."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from ekbom.model.events import Event, EventKind
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.simulation.parameters import EventParameters
from ekbom.simulation.plan import PlannedMovement
from ekbom.simulation.sleep import asleep_at, stage_at

# Kind, label and share of breathing events; they do not begin in deep sleep, where breathing is
# most regular.
BREATHING_KINDS = (
    (EventKind.HYPOPNEA, "Hypopnea", 0.6),
    (EventKind.APNEA_OBSTRUCTIVE, "Obstructive apnea", 0.3),
    (EventKind.APNEA_CENTRAL, "Central apnea", 0.1),
)
AROUSAL_MIN_S = 3.0
BREATHING_PAUSE_S = 12.0
AROUSAL_PAUSE_S = 1.0


def simulate_breathing(
    events: EventParameters, *, hypnogram: Hypnogram, duration_s: float, rng: Generator
) -> tuple[Event, ...]:
    """Draw apneas and hypopneas of 10 to 60 s in N1, N2 and REM sleep, at least 12 s apart."""
    candidates_s = _poisson_times(events.breathing_per_h, duration_s=duration_s, rng=rng)
    light = [str(Stage.N1), str(Stage.N2), str(Stage.REM)]
    in_sleep = np.isin(stage_at(hypnogram, candidates_s), light)
    shares = [share for _, _, share in BREATHING_KINDS]
    candidates = []
    for onset_s in candidates_s[in_sleep].tolist():
        lasting_s = float(np.clip(20.0 * np.exp(0.35 * rng.standard_normal()), 10.0, 60.0))
        kind, label, _ = BREATHING_KINDS[int(rng.choice(len(BREATHING_KINDS), p=shares))]
        candidates.append(_event(onset_s, lasting_s, kind, label))
    return _apart(candidates, pause_s=BREATHING_PAUSE_S, duration_s=duration_s)


def simulate_arousals(
    planned: tuple[PlannedMovement, ...],
    *,
    events: EventParameters,
    hypnogram: Hypnogram,
    duration_s: float,
    rng: Generator,
) -> tuple[Event, ...]:
    """Draw arousals with a share of the movements in sleep, and others by themselves.

    None overlaps another. An arousal of a movement begins up to 1.5 s before or 1.5 s after it;
    the movement and it always overlap or nearly so.
    """
    moving_s = _first_onsets(planned)
    linked_s = moving_s[rng.random(len(moving_s)) < events.arousal_share]
    linked_s = linked_s + np.clip(rng.normal(0.15, 0.6, len(linked_s)), -1.5, 1.5)
    alone_s = _poisson_times(events.spontaneous_arousals_per_h, duration_s=duration_s, rng=rng)
    onsets_s = np.sort(np.concatenate([linked_s, alone_s[_far_from(alone_s, moving_s)]]))
    candidates = []
    for onset_s in onsets_s[asleep_at(hypnogram, onsets_s)].tolist():
        lasting_s = float(np.clip(rng.normal(6.5, 2.0), AROUSAL_MIN_S, 15.0))
        candidates.append(_event(onset_s, lasting_s, EventKind.AROUSAL, "Arousal"))
    return _apart(candidates, pause_s=AROUSAL_PAUSE_S, duration_s=duration_s)


def _event(onset_s: float, lasting_s: float, kind: EventKind, label: str) -> Event:
    return Event(onset_s=onset_s, duration_s=lasting_s, kind=kind, label=label)


def _apart(candidates: list[Event], *, pause_s: float, duration_s: float) -> tuple[Event, ...]:
    """Keep the events that lie inside the night and a pause behind the last one kept.

    Times are rounded to hundredths of a second, as files hold them.
    """
    drawn = []
    free_s = 0.0
    for event in candidates:
        end_s = event.onset_s + event.duration_s
        if event.onset_s >= free_s and end_s < duration_s:
            onset_s, lasting_s = round(event.onset_s, 2), round(event.duration_s, 2)
            drawn.append(replace(event, onset_s=onset_s, duration_s=lasting_s))
            free_s = end_s + pause_s
    return tuple(drawn)


def _first_onsets(planned: tuple[PlannedMovement, ...]) -> FloatArray:
    """Onset of each movement but the short bursts, sorted, that of the first leg for both."""
    groups = {part.group: part.onset_s for part in reversed(planned) if part.kind != "short_burst"}
    return np.array(sorted(groups.values()), dtype=float)


def _poisson_times(per_h: float, *, duration_s: float, rng: Generator) -> FloatArray:
    """Draw times without memory, sorted, in seconds."""
    return np.sort(rng.uniform(0.0, duration_s, int(rng.poisson(per_h * duration_s / 3600.0))))


def _far_from(times_s: FloatArray, others_s: FloatArray) -> BoolArray:
    """Tell which times keep 20 s from every other time."""
    if not len(others_s):
        return np.ones(len(times_s), dtype=bool)
    distance_s = np.abs(times_s[:, None] - others_s[None, :])
    return np.asarray(distance_s.min(axis=1, initial=np.inf) > 20.0)
