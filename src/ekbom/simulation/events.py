"""Breathing events and arousals of a synthetic night."""

import numpy as np

from ekbom.model.events import Event, EventKind
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.recording import FloatArray
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


def simulate_breathing(
    events: EventParameters, *, hypnogram: Hypnogram, duration_s: float, rng: np.random.Generator
) -> tuple[Event, ...]:
    """Draw apneas and hypopneas of 10 to 60 s in N1, N2 and REM sleep, at least 12 s apart."""
    candidates_s = _poisson_times(events.breathing_per_h, duration_s=duration_s, rng=rng)
    in_sleep = np.isin(
        stage_at(hypnogram, candidates_s), [str(Stage.N1), str(Stage.N2), str(Stage.REM)]
    )
    drawn: list[Event] = []
    free_s = 0.0
    for onset_s in candidates_s[in_sleep].tolist():
        lasting_s = float(np.clip(20.0 * np.exp(0.35 * rng.standard_normal()), 10.0, 60.0))
        kind, label, _ = BREATHING_KINDS[
            int(rng.choice(len(BREATHING_KINDS), p=[share for _, _, share in BREATHING_KINDS]))
        ]
        if onset_s >= free_s and onset_s + lasting_s < duration_s:
            drawn.append(
                Event(
                    onset_s=round(onset_s, 2),
                    duration_s=round(lasting_s, 2),
                    kind=kind,
                    label=label,
                )
            )
            free_s = onset_s + lasting_s + BREATHING_PAUSE_S
    return tuple(drawn)


def simulate_arousals(
    planned: tuple[PlannedMovement, ...],
    *,
    events: EventParameters,
    hypnogram: Hypnogram,
    duration_s: float,
    rng: np.random.Generator,
) -> tuple[Event, ...]:
    """Draw arousals with a share of the movements in sleep, and others by themselves.

    None overlaps another.

    An arousal of a movement begins up to 1.5 s before or 1.5 s after it; the movement and it always
    overlap or nearly so.
    """
    groups = {
        movement.group: movement.onset_s
        for movement in reversed(planned)
        if movement.kind != "short_burst"
    }
    moving_s = np.array(sorted(groups.values()), dtype=float)
    linked_s = moving_s[rng.random(len(moving_s)) < events.arousal_share]
    linked_s = linked_s + np.clip(rng.normal(0.15, 0.6, len(linked_s)), -1.5, 1.5)
    alone_s = _poisson_times(events.spontaneous_arousals_per_h, duration_s=duration_s, rng=rng)
    onsets_s = np.sort(np.concatenate([linked_s, alone_s[_far_from(alone_s, moving_s)]]))
    drawn: list[Event] = []
    free_s = 0.0
    for onset_s in onsets_s[asleep_at(hypnogram, onsets_s)].tolist():
        lasting_s = float(np.clip(rng.normal(6.5, 2.0), AROUSAL_MIN_S, 15.0))
        if onset_s >= free_s and onset_s + lasting_s < duration_s:
            drawn.append(
                Event(
                    onset_s=round(onset_s, 2),
                    duration_s=round(lasting_s, 2),
                    kind=EventKind.AROUSAL,
                    label="Arousal",
                )
            )
            free_s = onset_s + lasting_s + 1.0
    return tuple(drawn)


def _poisson_times(per_h: float, *, duration_s: float, rng: np.random.Generator) -> FloatArray:
    """Draw times without memory, sorted, in seconds."""
    return np.sort(rng.uniform(0.0, duration_s, int(rng.poisson(per_h * duration_s / 3600.0))))


def _far_from(
    times_s: FloatArray, others_s: FloatArray
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which times keep 20 s from every other time."""
    if not len(others_s):
        return np.ones(len(times_s), dtype=bool)
    far: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        np.abs(times_s[:, None] - others_s[None, :]).min(axis=1, initial=np.inf) > 20.0
    )
    return far
