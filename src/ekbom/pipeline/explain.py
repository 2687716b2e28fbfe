"""From an index back to the movements.

Which count, which almost do, and the rule that kept each of those out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.errors import UsageError
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray
from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.pipeline.rule_sentences import Judged, number_text, why_no_candidate, why_not_in_series
from ekbom.rules.load_scoring import scoring_criteria
from ekbom.scoring.indices.intervals import in_periodic_runs, interval_columns, within
from ekbom.scoring.indices.kinds import (
    KINDS,
    SIDES,
    MovementKind,
    kind_masks,
    movement_name,
    movement_names,
    side_masks,
)
from ekbom.scoring.indices.movements import side_scopes
from ekbom.scoring.indices.scored_time import (
    STATES,
    NightTime,
    night_time,
    state_masks,
)
from ekbom.scoring.stage_time import to_ms

MEASURES = ("_count", "_per_h", "_percent", "_duration_")
RECORDING_MEASURES = ("_recording_count", "_per_recording_h")
STATE_TITLES = {
    "tib": "staged time in bed",
    "sleep": "sleep",
    "w": "wake",
    "n1": "N1 sleep",
    "n2": "N2 sleep",
    "n3": "N3 sleep",
    "rem": "REM sleep",
    "nrem": "NREM sleep",
}
_STATES = "|".join(STATES[1:])
PERIODICITY_NAME = re.compile(
    rf"pi_(?P<what>intervals|movements)(?P<nr>_nr)?(?:_(?P<state>{_STATES}))?"
)
INTERVAL_NAME = re.compile(
    rf"imi(?P<nr>_nr)?(?:_(?P<state>{_STATES}))?_(?P<what>short|periodic_ln|periodic|long|)\w*"
)


@dataclass(frozen=True, kw_only=True)
class ExplainedMovement:
    """One movement and what it has to do with the index.

    `movement` is its number in movements.csv, from 1.

    `reason` is empty if it counts, else the one rule that kept it out.
    """

    movement: int
    onset_s: float
    duration_s: float
    side: str
    stage: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """An index with the movements behind it.

    `counting` are the movements it counts; `almost` fail exactly one of its conditions; `n_others`
    fail more than one. Of a share, such as a periodicity index, they are those of its numerator. An
    interval is listed by its later movement. For an index that counts no movements both lists are
    empty and `note` says so.
    """

    index: IndexValue
    rule_set: str
    formula: str
    counting: tuple[ExplainedMovement, ...] = ()
    almost: tuple[ExplainedMovement, ...] = ()
    n_others: int = 0
    note: str = ""


class _Subject(NamedTuple):
    """What an index counts: a kind of movement in a state and on a side, by their rows.

    State -1 = the entire recording.
    """

    kind: int
    state: int
    side: int


class _Intervals(NamedTuple):
    """Which intervals an index takes, of which state.

    `rebuilt`: those measured anew without breathing-related CLM.

    `what`: short, periodic, long, periodic_ln (the range of the ln statistics), intervals (in
    periodic runs), or empty for all.
    """

    what: str
    state: int
    rebuilt: bool


class _Condition(NamedTuple):
    """One condition of an index: the rows that meet it, and the reason why a row does not."""

    met: BoolArray
    reason: Callable[[int], str]


def explain_index(result: StudyResult, name: str, *, rule_set: str | None = None) -> Explanation:
    """Say which movements an index counts, which almost, and which rule kept each of those out.

    Parameters
    ----------
    result
        A scored night.
    name
        An index by its name, such as ``plms_per_h``.
    rule_set
        One of the rule sets the night was scored by; the first if left out.

    Raises
    ------
    UsageError
        If the night was not scored by the rule set, or has no index of that name.
    """
    chosen = next(iter(result.scores)) if rule_set is None else rule_set
    if chosen not in result.scores:
        raise UsageError(
            f"The night was not scored by {chosen!r}; it was scored by {', '.join(result.scores)}."
        )
    score = result.scores[chosen]
    index = score.indices.get(name) or result.sleep.get(name)
    if index is None:
        raise UsageError(
            f"There is no index {name!r}; indices with such a name are {_similar(name, score)}."
        )
    formula = _formula(result, name)
    subject = _subject(name) or _ratio_subject(name)
    if subject is None:
        return Explanation(
            index=index,
            rule_set=chosen,
            formula=formula,
            note="this index does not count single movements",
        )
    conditions = (
        _conditions(result, score, subject)
        if isinstance(subject, _Subject)
        else _interval_conditions(result, score, subject)
    )
    failed = np.sum([~condition.met for condition in conditions], axis=0)
    return Explanation(
        index=index,
        rule_set=chosen,
        formula=formula,
        counting=tuple(_row(score.movements, row) for row in np.flatnonzero(failed == 0).tolist()),
        almost=tuple(
            _row(score.movements, row, _reason(conditions, row))
            for row in np.flatnonzero(failed == 1).tolist()
        ),
        n_others=int(np.count_nonzero(failed > 1)),
    )


def _similar(name: str, score: RuleSetScore) -> str:
    """List indices that share the first word, or the main ones."""
    stem = name.split("_", maxsplit=1)[0]
    known = [other for other in score.indices if other.split("_")[0] == stem] or [
        "plms_per_h",
        "plmw_per_h",
        "clms_per_h",
    ]
    return ", ".join(sorted(known, key=len)[:12])


def _formula(result: StudyResult, name: str) -> str:
    """Take the formula of an index from the table of indices."""
    definition = None if result.index_table is None else result.index_table.definitions.get(name)
    return "" if definition is None else definition.formula


def _subject(name: str) -> _Subject | None:
    """Read from the name of an index what it counts.

    None if it counts no movements after both legs were combined.
    """
    for kind_row, kind in enumerate(KINDS):
        whole = movement_name(kind, state="recording", side="")
        if name in {whole + measure for measure in RECORDING_MEASURES}:
            return _Subject(kind_row, -1, 0)
        for state_row in range(len(STATES)):
            for side_row in range(len(SIDES)):
                rest = name.removeprefix(movement_names()[kind_row][state_row][side_row])
                if (
                    rest != name
                    and rest.startswith(MEASURES)
                    and (rest in MEASURES or rest.startswith("_duration_"))
                ):
                    return _Subject(kind_row, state_row, side_row)
    return None


def _ratio_subject(name: str) -> _Subject | _Intervals | None:
    """Read from the name of a periodicity index or of an index of intervals which movements are behind it."""
    found = PERIODICITY_NAME.fullmatch(name) or INTERVAL_NAME.fullmatch(name)
    if found is None:
        return None
    state, rebuilt = STATES.index(found["state"] or STATES[0]), found["nr"] is not None
    if found["what"] == "movements":
        wanted = ("plm", "nr" if rebuilt else "")
        return _Subject(
            next(row for row, kind in enumerate(KINDS) if (kind.stem, kind.qualifier) == wanted),
            state,
            0,
        )
    return _Intervals(found["what"], state, rebuilt)


def _interval_conditions(
    result: StudyResult, score: RuleSetScore, subject: _Intervals
) -> list[_Condition]:
    """List what the later movement of an interval must meet for the interval to be taken."""
    movements, criteria = score.movements, scoring_criteria(score.rule_set)
    judged, columns = Judged(movements, criteria), interval_columns(movements)[int(subject.rebuilt)]
    measured = columns.clm & ~np.isnan(columns.imi_s)
    imi_ms = to_ms(np.where(measured, columns.imi_s, 0.0))
    inside = within(imi_ms, criteria.imi_min_s, criteria.imi_max_s)
    short = ~inside & (imi_ms <= to_ms(criteria.imi_min_s.value))
    taken = {
        "short": short,
        "periodic": inside,
        "long": ~inside & ~short,
        "periodic_ln": within(imi_ms, criteria.ln_imi_min_s, criteria.ln_imi_max_s),
        "intervals": in_periodic_runs(columns, measured=measured, criteria=criteria),
    }.get(subject.what, measured)

    def unmeasured(row: int) -> str:
        if subject.rebuilt and movements.clm[row] and movements.rrlm[row]:
            return "it is breathing-related"
        return why_no_candidate(judged, row) or "no interval before it could be measured"

    def other(row: int) -> str:
        interval = f"the interval before it is {number_text(float(columns.imi_s[row]))} s"
        return (
            f"{interval}, in no run of {criteria.pi_min_intervals} or more inside the limits"
            if subject.what == "intervals"
            else interval
        )

    kinds = [_Condition(measured, unmeasured), _Condition(taken | ~measured, other)]
    return kinds + _place_conditions(movements, _night_time(result), _Subject(0, subject.state, 0))


def _night_time(result: StudyResult) -> NightTime:
    """Work out which time of a result counts for what."""
    return night_time(result.hypnogram, result.period)


def _conditions(result: StudyResult, score: RuleSetScore, subject: _Subject) -> list[_Condition]:
    """List what a movement must meet to be counted."""
    movements, kind = score.movements, KINDS[subject.kind]
    criteria, time = scoring_criteria(score.rule_set), _night_time(result)
    conditions = [
        _kind_condition(movements, kind, criteria=criteria),
        *_link_conditions(movements, kind),
    ]
    return conditions + _place_conditions(movements, time, subject)


def _place_conditions(
    movements: ScoredMovements, time: NightTime, subject: _Subject
) -> list[_Condition]:
    """Say which rows begin in the state, on the side and in the time that an index counts."""
    if subject.state < 0 or (subject.state == 0 and bool(np.isnan(time.both.minutes[0]))):
        recorded = time.both.recorded(to_ms(movements.onset_s))
        return [_Condition(recorded, lambda _row: "it begins in time that cannot be judged")]
    stages = state_masks(movements.stage)[subject.state]
    sides = side_masks(movements)[subject.side]
    return [
        _Condition(
            stages,
            lambda row: (
                f"it begins in {movements.stage[row]}, not in {STATE_TITLES[STATES[subject.state]]}"
            ),
        ),
        _Condition(sides, lambda row: f"its side is {movements.side[row]}"),
        _time_condition(movements, time, subject),
    ]


def _kind_condition(
    movements: ScoredMovements, kind: MovementKind, *, criteria: ScoringCriteria
) -> _Condition:
    """Say which rows are of the kind itself, links left aside."""
    stem = next(
        row for row, other in enumerate(KINDS) if other.stem == kind.stem and not other.qualifier
    )
    plain = kind_masks(movements)[stem] & ~movements.excluded
    rebuilt = kind.stem == "plm" and kind.qualifier.startswith("nr")
    met = movements.plm_nr if rebuilt else plain
    judged = Judged(movements, criteria)

    def reason(row: int) -> str:
        if kind.stem in {"lm", "nonclm"}:
            return why_no_candidate(judged, row) or "it is a candidate"
        if rebuilt and movements.plm[row]:
            return _why_not_rebuilt(movements, row, criteria)
        not_in_series = why_not_in_series(judged, row)
        return not_in_series or f"it is in series {movements.series_id[row]}"

    return _Condition(met, reason)


def _why_not_rebuilt(movements: ScoredMovements, row: int, criteria: ScoringCriteria) -> str:
    """Say why a PLM is none any more after breathing-related CLM were taken out."""
    if movements.rrlm[row]:
        return "it is breathing-related"
    return f"without breathing-related CLM its series has fewer than {criteria.series_min_count}"


def _link_conditions(movements: ScoredMovements, kind: MovementKind) -> list[_Condition]:
    """Say which rows have the link with an arousal or with breathing that the kind asks for."""
    conditions = []
    words = kind.qualifier
    if words.endswith("no_arousal"):
        conditions.append(
            _Condition(~movements.arousal_associated, lambda _row: "it is linked with an arousal")
        )
    elif words.endswith("arousal"):
        conditions.append(
            _Condition(
                movements.arousal_associated, lambda _row: "it is not linked with an arousal"
            )
        )
    if words == "rr":
        conditions.append(_Condition(movements.rrlm, lambda _row: "it is not breathing-related"))
    if words == "nr" and kind.stem != "plm":
        conditions.append(_Condition(~movements.rrlm, lambda _row: "it is breathing-related"))
    return conditions


def _time_condition(movements: ScoredMovements, time: NightTime, subject: _Subject) -> _Condition:
    """Say which rows begin in time that counts."""
    onset_ms = to_ms(movements.onset_s)
    scope = side_scopes(time)[subject.side]
    recorded = scope.recorded(onset_ms)

    def reason(row: int) -> str:
        return (
            "it begins outside the time in bed"
            if recorded[row]
            else "it begins in time that was not recorded or cannot be judged"
        )

    return _Condition(scope.inside(onset_ms), reason)


def _reason(conditions: list[_Condition], row: int) -> str:
    """Take the reason of the condition the row fails."""
    return next(condition.reason(row) for condition in conditions if not condition.met[row])


def _row(movements: ScoredMovements, row: int, reason: str = "") -> ExplainedMovement:
    """Write one movement."""
    return ExplainedMovement(
        movement=row + 1,
        onset_s=float(movements.onset_s[row]),
        duration_s=float(movements.duration_s[row]),
        side=str(movements.side[row]),
        stage=str(movements.stage[row]),
        reason=reason,
    )
