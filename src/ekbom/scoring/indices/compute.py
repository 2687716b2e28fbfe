"""All indices of a scored night, each by the name and formula of the table of indices."""

from collections.abc import Sequence

import numpy as np

from ekbom.criteria.indices import IndexSettings
from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import AROUSAL_KINDS, Event
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.index import ScoredPeriod
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.model.result import IndexValue
from ekbom.scoring.indices.events import event_indices
from ekbom.scoring.indices.intervals import interval_indices
from ekbom.scoring.indices.movements import (
    index_value,
    leg_indices,
    movement_indices,
    side_duration_indices,
    time_indices,
)
from ekbom.scoring.indices.scored_time import STATES, night_time, state_masks
from ekbom.scoring.indices.sleep import sleep_statistics
from ekbom.scoring.night import without_excluded
from ekbom.scoring.reasons import NO_PLMS
from ekbom.scoring.stage_time import stage_at_ms, to_ms

NO_CLMS = Reason("no-clms")
SHARES = {
    "plms_arousal_percent": ("plms_arousal_count", "plms_count", NO_PLMS),
    "plms_rr_percent": ("plms_rr_count", "plms_count", NO_PLMS),
    "clms_arousal_percent": ("clms_arousal_count", "clms_count", NO_CLMS),
    "clms_rr_percent": ("clms_rr_count", "clms_count", NO_CLMS),
}


def compute_indices(
    movements: ScoredMovements,
    legs: LegMovements,
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    events: Sequence[Event],
    scored: frozenset[str],
    criteria: ScoringCriteria,
) -> dict[str, IndexValue]:
    """Count everything that can be counted of a night, and say why where it cannot.

    Parameters
    ----------
    movements
        The rows of hop 5, with series, links and stages.
    legs
        The LM of each leg before the legs were combined.
    hypnogram
        Stages, or None: then only what is per hour of recording and what needs no stage is a
        number.
    period
        Lights, recording gaps, unscorable stretches per leg, legs recorded. All of this leaves
        numerator and denominator.
    events
        Arousals and breathing events among them are counted; others are passed over.
    scored
        What somebody looked for: ``arousals``, ``breathing``. What is not named gives 'not scored',
        never 0.
    criteria
        The rule set the movements were scored by.

    Returns
    -------
    dict
        `IndexValue` by name. The names are those of the table of indices, the same for every night.

    Notes
    -----
    1. A movement belongs to the state in which it begins; the onset alone decides on lights, gaps
       and unscorable stretches too.
    2. Time without a stage is in no denominator, not even in that of time in bed.
    3. Time in which one of two legs cannot be judged leaves everything counted from both legs and
       from that leg; the other leg keeps it.
    4. Shares and rates of nothing are not computable; a count of nothing is 0.

    Examples
    --------
    >>> from ekbom import compute_indices, load_rule_set, read_result
    >>> from ekbom.model.index import ScoredPeriod
    >>> from ekbom.rules.load_scoring import scoring_criteria
    >>> night = read_result("result.json")
    >>> indices = compute_indices(
    ...     night.scores["wasm2016"].movements,
    ...     night.leg_movements,
    ...     night.hypnogram,
    ...     period=ScoredPeriod(recording_s=night.recording.duration_s),
    ...     events=night.events,
    ...     scored=night.scored,
    ...     criteria=scoring_criteria(load_rule_set("wasm2016")),
    ... )
    >>> indices["plms_per_h"].unit
    '/h'
    """
    movements, time = without_excluded(movements), night_time(hypnogram, period)
    states = _leg_states(legs, hypnogram)
    out = movement_indices(movements, time=time, criteria=criteria)
    out |= leg_indices(legs, states, time=time)
    out |= interval_indices(movements, time=time, criteria=criteria)
    out |= event_indices(events, scored, movements, hypnogram, time=time, criteria=criteria)
    return out | _shares(out) | time_indices(time)


def compute_side_durations(
    movements: ScoredMovements,
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    criteria: ScoringCriteria,
) -> dict[str, IndexValue]:
    """Measure durations per side and state, beyond those of all movements that `compute_indices` gives.

    Names are those of the durations with the side before the measure:
    ``plms_n2_left_duration_mean_s``.
    """
    return side_duration_indices(
        without_excluded(movements), time=night_time(hypnogram, period), criteria=criteria
    )


def sleep_indices(
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    events: Sequence[Event],
    scored: frozenset[str],
    settings: IndexSettings,
) -> dict[str, IndexValue]:
    """Sleep statistics from what a study holds: stages, lights, arousals if they were scored."""
    onsets = np.array(
        [event.onset_s for event in events if event.kind in AROUSAL_KINDS], dtype=np.float64
    )
    arousals: FloatArray | None = onsets if "arousals" in scored else None
    return sleep_statistics(
        hypnogram,
        period=period,
        arousal_onset_s=arousals,
        persistent_sleep_s=settings.persistent_sleep_s,
    )


def _leg_states(legs: LegMovements, hypnogram: Hypnogram | None) -> BoolArray:
    """States in which the movements of the legs begin: shape (8, n)."""
    if hypnogram is None:
        return np.zeros((len(STATES), len(legs.onset_s)), dtype=bool)
    return state_masks(stage_at_ms(hypnogram, to_ms(legs.onset_s)))


def _shares(indices: dict[str, IndexValue]) -> dict[str, IndexValue]:
    """Shares of counts in percent."""
    out: dict[str, IndexValue] = {}
    for name, (part, whole, empty) in SHARES.items():
        above, below = indices[part], indices[whole]
        value = None if above.value is None or not below.value else 100 * above.value / below.value
        out[name] = index_value(name, value, "%", above.reason or below.reason or empty)
    return out
