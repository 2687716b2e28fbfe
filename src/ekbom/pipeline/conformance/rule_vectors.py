"""Vectors of the scoring rules.

Movements, stages and events in, candidates, series and indices out.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.detection.literal.crossings import find_threshold_crossings
from ekbom.model.errors import EkbomError, InputError
from ekbom.model.events import Event, EventKind
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.movements import LegMovements, ScoredMovements, Side
from ekbom.model.recording import BoolArray, FloatArray, IntArray, Interval
from ekbom.model.result import IndexValue, ScoredKind, ScoredPeriod
from ekbom.pipeline.conformance.vector_result import (
    Difference,
    Json,
    JsonObject,
    VectorResult,
)
from ekbom.rules.load_scoring import (
    amplitude_criteria,
    load_rule_set,
    scoring_criteria,
)
from ekbom.scoring.indices.compute import night_indices
from ekbom.scoring.indices.scored_night import NightSources, ready_to_count
from ekbom.scoring.links import event_times
from ekbom.scoring.night import ScoredLegs, score_movements, without_excluded
from ekbom.scoring.rule_names import NonCandidate
from ekbom.scoring.stage_time import sleep_mask

DETECT = "DETECT_"
SIDES = {"L": Side.LEFT, "R": Side.RIGHT}
LETTERS = {
    Side.LEFT.value: "L",
    Side.RIGHT.value: "R",
    Side.BILATERAL.value: "B",
}
INDICES = {
    "plms_index": "plms_per_h",
    "plms_ar_index": "plms_arousal_per_h",
    "plmw_index": "plmw_per_h",
    "plms_nr_index": "plms_nr_per_h",
}
COUNTS = {
    "plms": "plms_count",
    "plms_ar": "plms_arousal_count",
    "plms_nr": "plms_nr_count",
}
PERIODICITY = ("pi_intervals", "pi_movements")
DECIMALS = 4


class _Night(NamedTuple):
    """What was scored of a vector, under one standard."""

    legs: LegMovements
    all_rows: ScoredMovements
    rows: ScoredMovements
    hypnogram: Hypnogram
    indices: dict[str, IndexValue]
    criteria: ScoringCriteria


def run_rule_vector(vector: JsonObject) -> VectorResult:
    """Score one vector and compare what it lists; other outcomes are not looked at.

    A vector that cannot be run, such as one with an unknown option, has failed, and the difference
    says why.
    """
    name = str(vector.get("id", "vector without id"))
    why = str(vector.get("why", ""))
    expected = vector.get("expected")
    if not isinstance(expected, dict) or not expected:
        raise InputError(
            f"The vector {name} has no expectation; "
            "give it a mapping 'expected' with at least one entry."
        )
    try:
        found = _outcome(vector, wanted=list(expected))
    except EkbomError as error:
        return VectorResult(
            id=name,
            differences=(
                Difference(key="run", expected="a result", found=str(error)),
            ),
            why=why,
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            f"The vector {name} cannot be understood ({type(error).__name__}: {error}); "
            "compare it with the schema."
        ) from error
    keys = [
        key
        for key in expected
        if key not in found or not _same(expected[key], found[key])
    ]
    return VectorResult(
        id=name,
        why=why,
        differences=tuple(
            _difference(key, expected[key], found) for key in keys
        ),
    )


def _difference(key: str, expected: Json, found: dict[str, Json]) -> Difference:
    """Say what was expected and what was found."""
    return Difference(
        key=key,
        expected=expected,
        found=found.get(key, "no such outcome is known to this build"),
    )


def _same(expected: Json, found: Json) -> bool:
    """Compare times as whole milliseconds, rates to the decimals of the schema.

    Of a mapping only what is listed.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(
            key in found and _same(value, found[key])
            for key, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(
            _same(one, other)
            for one, other in zip(expected, found, strict=True)
        )
    if _is_number(expected) and _is_number(found):
        return round(float(str(expected)), DECIMALS) == round(
            float(str(found)), DECIMALS
        )
    return type(expected) is type(found) and expected == found


def _is_number(value: Json) -> bool:
    """Say whether a value is a number and no flag."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _outcome(vector: JsonObject, *, wanted: Sequence[str]) -> dict[str, Json]:
    """Compute what a vector wants to know."""
    name, options, inputs = (
        str(vector["rule_set"]),
        _mapping(vector.get("options", {})),
        _mapping(vector["inputs"]),
    )
    rule_set = load_rule_set(name.removeprefix(DETECT).lower(), options=options)
    if name.startswith(DETECT):
        amplitude = amplitude_criteria(rule_set)
        if amplitude is None:
            raise InputError(
                f"The rule set {rule_set.id} gives no microvolts, "
                "so that nothing can be detected by it."
            )
        envelope, fs_hz = _envelope(inputs)
        crossings = find_threshold_crossings(
            envelope,
            _number(inputs["baseline_uV"]),
            fs_hz=fs_hz,
            criteria=amplitude,
        )
        return {
            "lms": _found_movements(
                crossings.onset,
                crossings.offset,
                crossings.truncated,
                fs_hz=fs_hz,
            )
        }
    night = _score(
        inputs,
        criteria=scoring_criteria(rule_set),
        counted=bool({"indices", *COUNTS, *PERIODICITY} & set(wanted)),
    )
    return {key: OUTCOMES[key](night) for key in wanted if key in OUTCOMES}


def _score(
    inputs: JsonObject, *, criteria: ScoringCriteria, counted: bool
) -> _Night:
    """Score the movements of a vector, and count the indices if one is wanted."""
    movements = [_mapping(item) for item in _list(inputs["lms"])]
    onset, end = (
        np.array([_number(m["on"]) for m in movements]),
        np.array([_number(m["off"]) for m in movements]),
    )
    legs = LegMovements(
        onset_s=onset.astype(float),
        duration_s=(end - onset).astype(float),
        side=np.array(
            [SIDES[str(m["leg"])].value for m in movements], dtype="<U9"
        ),
        truncated=np.zeros(len(movements), dtype=bool),
    )
    hypnogram = _hypnogram(_list(inputs["stages"]))
    events = [
        *_events(inputs.get("resp", []), EventKind.APNEA),
        *_events(inputs.get("arousals", []), EventKind.AROUSAL),
    ]
    scored = score_movements(
        legs,
        criteria=criteria,
        hypnogram=hypnogram,
        respiratory=event_times(events, kinds=(EventKind.APNEA,)),
        arousals=event_times(events, kinds=(EventKind.AROUSAL,)),
        gaps=[
            Interval(onset_s=start, duration_s=stop - start)
            for start, stop in map(_bounds, _list(inputs.get("gaps", [])))
        ],
    )
    indices = (
        _indices(scored, hypnogram=hypnogram, events=events, criteria=criteria)
        if counted
        else {}
    )
    return _Night(
        scored.legs,
        scored.movements,
        without_excluded(scored.movements),
        hypnogram,
        indices,
        criteria,
    )


def _indices(
    scored: ScoredLegs,
    *,
    hypnogram: Hypnogram,
    events: list[Event],
    criteria: ScoringCriteria,
) -> dict[str, IndexValue]:
    """Count the indices; hours are those of the stages as given."""
    ends_s = hypnogram.onset_s + hypnogram.duration_s
    period = ScoredPeriod(recording_s=float(ends_s.max(initial=0.0)))
    sources = NightSources(
        hypnogram, period, tuple(events), frozenset(ScoredKind)
    )
    return night_indices(ready_to_count(scored, sources, criteria))


def _hypnogram(stages: list[Json]) -> Hypnogram:
    """Read stages given as [start, end, stage]."""
    rows = sorted(
        (_number(row[0]), _number(row[1]), str(Stage(str(row[2]))))
        for row in map(_list, stages)
    )
    onset, end = (
        np.array([row[0] for row in rows], dtype=float),
        np.array([row[1] for row in rows], dtype=float),
    )
    return Hypnogram(
        onset_s=onset,
        duration_s=end - onset,
        stage=np.array([row[2] for row in rows], dtype="<U8"),
        epoch_s=30.0,
    )


def _events(items: Json, kind: EventKind) -> list[Event]:
    """Read events given by on and off."""
    return [
        Event(onset_s=on, duration_s=off - on, kind=kind, label=kind.value)
        for on, off in map(_bounds, _list(items))
    ]


def _bounds(item: Json) -> tuple[float, float]:
    """Read a start and an end, as a pair or as a mapping with on and off."""
    if isinstance(item, dict):
        return _number(item["on"]), _number(item["off"])
    start, stop = _list(item)
    return _number(start), _number(stop)


def _envelope(inputs: JsonObject) -> tuple[FloatArray, float]:
    """Lay out the envelope of a vector given as [duration, level] pieces."""
    fs_hz = _number(inputs["fs"])
    pieces = [_list(piece) for piece in _list(inputs["segments"])]
    edges = np.rint(
        np.cumsum([0.0, *(_number(piece[0]) for piece in pieces)]) * fs_hz
    ).astype(np.int64)
    return np.repeat(
        np.array([_number(piece[1]) for piece in pieces], dtype=float),
        np.diff(edges),
    ), fs_hz


def _found_movements(
    onset: IntArray, offset: IntArray, truncated: BoolArray, *, fs_hz: float
) -> Json:
    """Write movements found by the threshold step."""
    columns = zip(
        onset.tolist(), offset.tolist(), truncated.tolist(), strict=True
    )
    return [
        {"on": start / fs_hz, "off": stop / fs_hz, "truncated": cut}
        for start, stop, cut in columns
    ]


def _event_rows(night: _Night) -> Json:
    """List the movements after the legs are combined, without those the standard leaves out."""
    rows = night.rows
    columns = zip(
        rows.onset_s,
        rows.onset_s + rows.duration_s,
        rows.side,
        rows.n_parts,
        rows.clm,
        strict=True,
    )
    return [
        {
            "on": round(float(on), 3),
            "off": round(float(off), 3),
            "leg": LETTERS[str(side)],
            "n": int(n),
            "clm": bool(clm),
        }
        for on, off, side, n, clm in columns
    ]


def _series(series_id: IntArray) -> Json:
    """List the members of each series."""
    return [
        [int(row) for row in np.flatnonzero(series_id == number)]
        for number in range(1, int(series_id.max(initial=0)) + 1)
    ]


def _intervals(night: _Night) -> Json:
    """List the intervals, null where none was measured."""
    return [
        None if np.isnan(imi) else round(float(imi), 3)
        for imi in night.rows.imi_s
    ]


def _respiratory(night: _Night) -> Json:
    """List the breathing-related movements by their place before anything is left out.

    Where the standard leaves them out leg by leg, the places are those among the movements of the
    legs that are no longer than the standard allows.
    """
    if (
        night.criteria.respiratory_rule != "event_period"
        or not night.criteria.respiratory_excluded_before_series
    ):
        return _places(night.all_rows.rrlm)
    reason = np.full(
        len(night.legs.onset_s), "", dtype=night.all_rows.nonclm_reason.dtype
    )
    for row in np.flatnonzero(night.all_rows.excluded):
        reason[list(night.all_rows.parts[row])] = night.all_rows.nonclm_reason[
            row
        ]
    kept = reason[reason != NonCandidate.LONGER_THAN_LIMIT.value]
    return _places(kept == NonCandidate.RESPIRATORY.value)


def _places(flags: BoolArray) -> Json:
    """List where a flag is set."""
    return [int(row) for row in np.flatnonzero(flags)]


def _by_stage(night: _Night) -> Json:
    """Count the PLM by the stage at their onset."""
    return {
        stage.value: int(
            np.count_nonzero(night.rows.plm & (night.rows.stage == stage.value))
        )
        for stage in Stage
    }


def _tst_h(night: _Night) -> float:
    """Hours of sleep in the stages given."""
    return (
        float(
            night.hypnogram.duration_s[sleep_mask(night.hypnogram.stage)].sum()
        )
        / 3600
    )


def _index_values(night: _Night) -> Json:
    """Write the indices under the names of the schema."""
    values: dict[str, Json] = {
        name: night.indices[own].value for name, own in INDICES.items()
    }
    return {**values, "tst_h": _tst_h(night)}


def _mapping(value: Json) -> JsonObject:
    """Accept a mapping."""
    if not isinstance(value, dict):
        raise TypeError(f"a mapping is needed, not {value!r}")
    return value


def _list(value: Json) -> list[Json]:
    """Accept a list."""
    if not isinstance(value, list):
        raise TypeError(f"a list is needed, not {value!r}")
    return value


def _number(value: Json) -> float:
    """Accept a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a number is needed, not {value!r}")
    return float(value)


def _value_of(name: str) -> Callable[[_Night], Json]:
    """Look an index up."""
    return lambda night: night.indices[name].value


OUTCOMES: dict[str, Callable[[_Night], Json]] = {
    "events": _event_rows,
    "series": lambda night: _series(night.rows.series_id),
    "series_nr": lambda night: _series(night.rows.series_id_nr),
    "imi": _intervals,
    "rrlm": _respiratory,
    "arousal_assoc": lambda night: _places(night.rows.arousal_associated),
    "plmw": lambda night: int(
        np.count_nonzero(
            night.rows.plm & (night.rows.stage == Stage.WAKE.value)
        )
    ),
    "by_stage": _by_stage,
    "indices": _index_values,
    **{name: _value_of(own) for name, own in COUNTS.items()},
    **{name: _value_of(name) for name in PERIODICITY},
}
