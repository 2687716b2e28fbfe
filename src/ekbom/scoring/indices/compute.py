"""All indices of a scored night, each by the name and formula of the table of indices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from ekbom.criteria.index_key import IndexKey
from ekbom.criteria.indices import IndexSettings
from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import AROUSAL_KINDS, Event, Hypnogram
from ekbom.model.finding import Reason
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.recording import FloatArray
from ekbom.model.result import IndexValue, ScoredKind, ScoredPeriod
from ekbom.scoring.indices.events import event_indices
from ekbom.scoring.indices.intervals import interval_indices
from ekbom.scoring.indices.movements import (
    leg_indices,
    movement_indices,
    side_duration_indices,
    time_indices,
)
from ekbom.scoring.indices.scored_night import (
    NightSources,
    ScoredNight,
    ready_to_count,
)
from ekbom.scoring.indices.sleep import sleep_statistics
from ekbom.scoring.indices.values import index_value
from ekbom.scoring.night import ScoredLegs
from ekbom.scoring.reasons import NO_PLMS

NO_CLMS = Reason("no-clms")
SHARED = (("plm", NO_PLMS), ("clm", NO_CLMS))
"""Kinds of which the shares with an arousal and with breathing are given, and why there is none."""


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
    >>> from ekbom.model.result import ScoredPeriod
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
    sources = NightSources(
        hypnogram,
        period,
        tuple(events),
        scored,
    )
    return night_indices(
        ready_to_count(ScoredLegs(legs, movements), sources, criteria)
    )


def night_indices(night: ScoredNight) -> dict[str, IndexValue]:
    """Count everything that can be counted of a night; see `compute_indices`."""
    indices = _by_name(movement_indices(night))
    indices |= _by_name(leg_indices(night))
    indices |= _by_name(interval_indices(night))
    indices |= _by_name(event_indices(night))
    return (
        indices
        | _by_name(_shares(indices))
        | _by_name(time_indices(night.time))
    )


def compute_side_durations(night: ScoredNight) -> dict[str, IndexValue]:
    """Measure durations per side and state, beyond those of all movements."""
    return _by_name(side_duration_indices(night))


def sleep_indices(
    sources: NightSources, settings: IndexSettings
) -> dict[str, IndexValue]:
    """Sleep statistics from what a night holds: stages, lights, arousals if they were scored."""
    onsets: FloatArray | None = None
    if ScoredKind.AROUSALS in sources.scored:
        times = [
            event.onset_s
            for event in sources.events
            if event.kind in AROUSAL_KINDS
        ]
        onsets = np.array(times, dtype=np.float64)
    return sleep_statistics(
        sources.hypnogram,
        period=sources.period,
        arousal_onset_s=onsets,
        persistent_sleep_s=settings.persistent_sleep_s,
    )


def _by_name(values: Iterable[IndexValue]) -> dict[str, IndexValue]:
    return {value.name: value for value in values}


def _shares(indices: Mapping[str, IndexValue]) -> Iterator[IndexValue]:
    """Shares of the PLMS and of the CLM in sleep, in percent."""
    for kind, nothing in SHARED:
        for subset in ("arousal", "rr"):
            key = IndexKey(
                kind,
                subset,
                "sleep",
                "",
                "percent",
            )
            part = indices[key._replace(measure="count").name]
            whole = indices[
                IndexKey(
                    kind,
                    "",
                    "sleep",
                    "",
                    "count",
                ).name
            ]
            share = None
            if part.value is not None and whole.value:
                share = 100 * part.value / whole.value
            yield index_value(
                key, share, part.reason or whole.reason or nothing
            )
