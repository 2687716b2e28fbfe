"""Vectors of the scoring rules.

Movements, stages and events in, candidates, series and indices out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.detection.literal.crossings import find_threshold_crossings
from ekbom.model.errors import EkbomError, InputError
from ekbom.model.events import Event, EventKind, Hypnogram, Stage
from ekbom.model.movements import LegMovements, ScoredMovements, Side
from ekbom.model.recording import BoolArray, FloatArray, IntArray, Interval
from ekbom.model.result import IndexValue, ScoredKind, ScoredPeriod
from ekbom.model.source import RuleSet
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


@dataclass(frozen=True, eq=False)
class _Night:
    """What was scored of a vector, under one standard; hours are those of the stages as given."""

    scored: ScoredLegs
    hypnogram: Hypnogram
    events: tuple[Event, ...]
    criteria: ScoringCriteria

    @cached_property
    def rows(self) -> ScoredMovements:
        """The movements that are LM by the standard."""
        return without_excluded(self.scored.movements)

    @cached_property
    def indices(self) -> dict[str, IndexValue]:
        """What is counted."""
        ends_s = self.hypnogram.onset_s + self.hypnogram.duration_s
        period = ScoredPeriod(recording_s=float(ends_s.max(initial=0.0)))
        sources = NightSources(
            self.hypnogram, period, self.events, frozenset(ScoredKind)
        )
        return night_indices(
            ready_to_count(self.scored, sources, self.criteria)
        )


def run_rule_vector(vector: JsonObject) -> VectorResult:
    """Score one vector and compare what it lists; other outcomes are not looked at.

    A vector that cannot be run, such as one with an unknown option, has failed, and the difference
    says why.
    """
    name = str(vector.get("id", "vector without id"))
    expected = vector.get("expected")
    if not isinstance(expected, dict) or not expected:
        raise InputError(
            f"The vector {name} has no expectation; "
            "give it a mapping 'expected' with at least one entry."
        )
    try:
        found = _outcome(vector, wanted=list(expected))
        differences = tuple(_differences(expected, found))
    except EkbomError as error:
        failed = Difference(key="run", expected="a result", found=str(error))
        differences = (failed,)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            f"The vector {name} cannot be understood ({type(error).__name__}: {error}); "
            "compare it with the schema."
        ) from error
    why = str(vector.get("why", ""))
    return VectorResult(id=name, differences=differences, why=why)


def _differences(
    expected: JsonObject, found: JsonObject
) -> Iterator[Difference]:
    """Say what was expected and what was found, where they are not the same."""
    for key, wanted in expected.items():
        got = found.get(key, "no such outcome is known to this build")
        if key not in found or not _same(wanted, got):
            yield Difference(
                key=key,
                expected=wanted,
                found=got,
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
        return len(expected) == len(found) and all(map(_same, expected, found))
    if _is_number(expected) and _is_number(found):
        return round(expected, DECIMALS) == round(found, DECIMALS)
    return type(expected) is type(found) and expected == found


def _is_number(value: Json) -> TypeGuard[float]:
    """Say whether a value is a number and no flag."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _outcome(vector: JsonObject, *, wanted: Sequence[str]) -> JsonObject:
    """Compute what a vector wants to know."""
    name = str(vector["rule_set"])
    inputs = _mapping(vector["inputs"])
    rule_set = load_rule_set(
        name.removeprefix(DETECT).lower(),
        options=_mapping(vector.get("options", {})),
    )
    if name.startswith(DETECT):
        return {"lms": _crossings(inputs, rule_set)}
    night = _score(inputs, scoring_criteria(rule_set))
    return {key: OUTCOMES[key](night) for key in wanted if key in OUTCOMES}


def _crossings(inputs: JsonObject, rule_set: RuleSet) -> Json:
    """Write the movements that the threshold step finds in an envelope."""
    amplitude = amplitude_criteria(rule_set)
    if amplitude is None:
        raise InputError(
            f"The rule set {rule_set.id} gives no microvolts, "
            "so that nothing can be detected by it."
        )
    envelope, fs_hz = _envelope(inputs)
    level_uv = _number(inputs["baseline_uV"])
    found = find_threshold_crossings(
        envelope, level_uv, fs_hz=fs_hz, criteria=amplitude
    )
    columns = (found.onset, found.offset, found.truncated)
    return [
        {"on": start / fs_hz, "off": stop / fs_hz, "truncated": cut}
        for start, stop, cut in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def _score(inputs: JsonObject, criteria: ScoringCriteria) -> _Night:
    """Score the movements of a vector."""
    hypnogram = _hypnogram(_list(inputs["stages"]))
    breathing = _events(inputs.get("resp", []), EventKind.APNEA)
    arousals = _events(inputs.get("arousals", []), EventKind.AROUSAL)
    gaps = map(_bounds, _list(inputs.get("gaps", [])))
    scored = score_movements(
        _legs(_list(inputs["lms"])),
        criteria=criteria,
        hypnogram=hypnogram,
        respiratory=event_times(breathing, kinds=(EventKind.APNEA,)),
        arousals=event_times(arousals, kinds=(EventKind.AROUSAL,)),
        gaps=[
            Interval(onset_s=start, duration_s=stop - start)
            for start, stop in gaps
        ],
    )
    return _Night(scored, hypnogram, (*breathing, *arousals), criteria)


def _legs(items: list[Json]) -> LegMovements:
    """Read movements given by on, off and leg."""
    times = np.array(list(map(_bounds, items)), dtype=np.float64).reshape(-1, 2)
    sides = [SIDES[str(_mapping(item)["leg"])].value for item in items]
    return LegMovements(
        onset_s=times[:, 0],
        duration_s=times[:, 1] - times[:, 0],
        side=np.array(sides, dtype="<U9"),
        truncated=np.zeros(len(items), dtype=bool),
    )


def _hypnogram(stages: list[Json]) -> Hypnogram:
    """Read stages given as [start, end, stage]."""
    rows = sorted(
        (*_bounds(row[:2]), Stage(str(row[2])).value)
        for row in map(_list, stages)
    )
    times = np.array([row[:2] for row in rows], dtype=float).reshape(-1, 2)
    return Hypnogram(
        onset_s=times[:, 0],
        duration_s=times[:, 1] - times[:, 0],
        stage=np.array([row[2] for row in rows], dtype="<U8"),
        epoch_s=30.0,
    )


def _events(items: Json, kind: EventKind) -> list[Event]:
    """Read events given by on and off."""
    return [
        Event(
            onset_s=on,
            duration_s=off - on,
            kind=kind,
            label=kind.value,
        )
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
    pieces = np.array([_bounds(piece) for piece in _list(inputs["segments"])])
    edges = np.rint(np.cumsum([0.0, *pieces[:, 0]]) * fs_hz).astype(np.int64)
    return np.repeat(pieces[:, 1], np.diff(edges)), fs_hz


def _event_rows(night: _Night) -> Json:
    """List the movements after the legs are combined, without those the standard leaves out."""
    rows = night.rows
    end_s = rows.onset_s + rows.duration_s
    columns = (rows.onset_s, end_s, rows.side, rows.n_parts, rows.clm)
    listed = zip(*(column.tolist() for column in columns), strict=True)
    return [
        {
            "on": round(on, 3),
            "off": round(off, 3),
            "leg": LETTERS[side],
            "n": n,
            "clm": clm,
        }
        for on, off, side, n, clm in listed
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
    rows = night.scored.movements
    criteria = night.criteria
    if (
        criteria.respiratory_rule != "event_period"
        or not criteria.respiratory_excluded_before_series
    ):
        return _places(rows.rrlm)
    reason = np.full_like(
        rows.nonclm_reason, "", shape=len(night.scored.legs.onset_s)
    )
    for row in np.flatnonzero(rows.excluded).tolist():
        reason[list(rows.parts[row])] = rows.nonclm_reason[row]
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
    asleep = sleep_mask(night.hypnogram.stage)
    return float(night.hypnogram.duration_s[asleep].sum()) / 3600


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
