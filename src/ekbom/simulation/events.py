"""Breathing events and arousals of a synthetic night."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from ekbom.model.events import Event, EventKind, Hypnogram, Stage
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.simulation.draws import scattered_times
from ekbom.simulation.parameters import NightParameters
from ekbom.simulation.plan import Events, PlannedMovements
from ekbom.simulation.sleep import asleep_at, stage_at

# Kind and label of breathing events, the share of each, and the stages in which they begin: not in
# deep sleep, where breathing is most regular.
BREATHING_KINDS = (
    (EventKind.HYPOPNEA, "Hypopnea"),
    (EventKind.APNEA_OBSTRUCTIVE, "Obstructive apnea"),
    (EventKind.APNEA_CENTRAL, "Central apnea"),
)
BREATHING_SHARES = (0.6, 0.3, 0.1)
BREATHING_STAGES = [str(Stage.N1), str(Stage.N2), str(Stage.REM)]
AROUSAL_MIN_S = 3.0
BREATHING_PAUSE_S = 12.0
AROUSAL_PAUSE_S = 1.0


def simulate_breathing(
    parameters: NightParameters, *, hypnogram: Hypnogram, rng: Generator
) -> Events:
    """Draw apneas and hypopneas of 10 to 60 s in N1, N2 and REM sleep, at least 12 s apart."""
    per_h, duration_s = parameters.events.breathing_per_h, parameters.duration_s
    onsets_s = scattered_times(per_h, duration_s=duration_s, rng=rng)
    light = np.isin(stage_at(hypnogram, onsets_s), BREATHING_STAGES)
    candidates = [
        _breathing_event(onset_s, rng) for onset_s in onsets_s[light].tolist()
    ]
    return _apart(candidates, pause_s=BREATHING_PAUSE_S, duration_s=duration_s)


def _breathing_event(onset_s: float, rng: Generator) -> Event:
    """Draw kind and length of one breathing event."""
    lasting_s = float(
        np.clip(20.0 * np.exp(0.35 * rng.standard_normal()), 10.0, 60.0)
    )
    drawn = int(rng.choice(len(BREATHING_KINDS), p=BREATHING_SHARES))
    kind, label = BREATHING_KINDS[drawn]
    return Event(onset_s=onset_s, duration_s=lasting_s, kind=kind, label=label)


def simulate_arousals(
    parameters: NightParameters,
    planned: PlannedMovements,
    *,
    hypnogram: Hypnogram,
    rng: Generator,
) -> Events:
    """Draw arousals with a share of the movements in sleep, and others by themselves.

    None overlaps another. An arousal of a movement begins up to 1.5 s before or 1.5 s after it;
    the movement and it always overlap or nearly so.
    """
    events, duration_s = parameters.events, parameters.duration_s
    moving_s = _first_onsets(planned)
    linked_s = moving_s[rng.random(len(moving_s)) < events.arousal_share]
    linked_s += np.clip(rng.normal(0.15, 0.6, len(linked_s)), -1.5, 1.5)
    alone_s = scattered_times(
        events.spontaneous_arousals_per_h, duration_s=duration_s, rng=rng
    )
    alone_s = alone_s[_far_from(alone_s, moving_s)]
    onsets_s = np.sort(np.append(linked_s, alone_s))
    asleep_s = onsets_s[asleep_at(hypnogram, onsets_s)].tolist()
    candidates = [_arousal(onset_s, rng) for onset_s in asleep_s]
    return _apart(candidates, pause_s=AROUSAL_PAUSE_S, duration_s=duration_s)


def _arousal(onset_s: float, rng: Generator) -> Event:
    """Draw the length of one arousal."""
    lasting_s = float(np.clip(rng.normal(6.5, 2.0), AROUSAL_MIN_S, 15.0))
    return Event(
        onset_s=onset_s,
        duration_s=lasting_s,
        kind=EventKind.AROUSAL,
        label="Arousal",
    )


def _apart(
    candidates: list[Event], *, pause_s: float, duration_s: float
) -> Events:
    """Keep the events that lie inside the night and a pause behind the last one kept.

    Times are rounded to hundredths of a second, as files hold them.
    """
    drawn = []
    free_s = 0.0
    for event in candidates:
        end_s = event.onset_s + event.duration_s
        if event.onset_s >= free_s and end_s < duration_s:
            onset_s = round(event.onset_s, 2)
            lasting_s = round(event.duration_s, 2)
            drawn.append(replace(event, onset_s=onset_s, duration_s=lasting_s))
            free_s = end_s + pause_s
    return tuple(drawn)


def _first_onsets(planned: PlannedMovements) -> FloatArray:
    """Onset of each movement but the short bursts, sorted, that of the first leg for both."""
    groups = {
        part.group: part.onset_s
        for part in reversed(planned)
        if part.kind != "short_burst"
    }
    return np.array(sorted(groups.values()), dtype=float)


def _far_from(times_s: FloatArray, others_s: FloatArray) -> BoolArray:
    """Tell which times keep 20 s from every other time."""
    distance_s = np.abs(times_s[:, None] - others_s[None, :])
    return np.asarray(distance_s.min(axis=1, initial=np.inf) > 20.0)
