"""What must hold for every night and every standard."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from readable_scoring import Night, score_readably
from scoring_cases import Times, criteria_of, hypnogram_of, members, times_of

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.recording import Interval
from ekbom.scoring.night import score_movements, without_excluded

STANDARDS = ("wasm2016", "aasm", "wasm2006", "asda1993", "coleman1982")
VARIANTS: tuple[tuple[str, dict[str, object]], ...] = (
    *((name, {}) for name in STANDARDS),
    (
        "wasm2016",
        {"series_start_after_short_imi": False, "series_cross_wake": False},
    ),
    (
        "wasm2016",
        {
            "short_imi": "skip_later",
            "noncl_breaks": False,
            "imi_max_inclusive": False,
        },
    ),
    (
        "wasm2016",
        {
            "bil_max_n": "none",
            "bil_max_dur": "none",
            "gap_breaks_series": False,
            "arousal_gap_inclusive": True,
        },
    ),
    ("wasm2016", {"rr_window": [-0.5, 0.5], "rr_excluded_before_series": True}),
    (
        "aasm",
        {
            "aasm_group_reference": "last",
            "resp_overlap": "onset",
            "long_lm_breaks": True,
        },
    ),
    (
        "aasm",
        {
            "resp_overlap": "full",
            "short_imi": "break",
            "rr_excluded_before_series": False,
        },
    ),
    ("wasm2006", {"noncl_breaks": True}),
    (
        "asda1993",
        {
            "respiratory_rule": "event_end",
            "rr_window": [-2, 10.25],
            "arousal_gap": 0.5,
        },
    ),
)
CRITERIA = [criteria_of(name, **options) for name, options in VARIANTS]
LENGTHS = (1, 3, 4, 8, 40, 80, 81, 121)
WAITS = (0, 4, 16, 36, 40, 41, 79, 80, 160, 160, 160, 720, 721)
STEP_MS = 125
LEGS = ("left", "right", "unknown")
SWAPPED = {
    "left": "right",
    "right": "left",
    "bilateral": "bilateral",
    "unknown": "unknown",
}


class Case(NamedTuple):
    """A random night on a grid of 125 ms, so that every bound is met exactly and often."""

    marks: list[tuple[str, int, int]]
    stages: list[tuple[int, int, str]]
    respiratory: list[tuple[int, int]]
    arousals: list[tuple[int, int]]
    gaps: list[tuple[int, int]]


def pairs(longest: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    pair = st.tuples(st.integers(0, 4000), st.integers(1, longest))
    return st.lists(
        pair.map(lambda p: (p[0] * STEP_MS, (p[0] + p[1]) * STEP_MS)),
        max_size=4,
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    step = st.tuples(
        st.sampled_from(LEGS[:2] * 4 + LEGS[2:]),
        st.sampled_from(WAITS),
        st.sampled_from(LENGTHS),
    )
    marks, now = [], 0
    for leg, wait, length in draw(st.lists(step, max_size=20)):
        now += wait
        marks.append((leg, now * STEP_MS, (now + length) * STEP_MS))
    lengths = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["W", "N2", "R", "UNSCORED"]),
                st.integers(1, 20),
            ),
            min_size=1,
            max_size=6,
        )
    )
    stages, start = [], 0
    for stage, epochs in lengths:
        stages.append((start, start + epochs * 30_000, stage))
        start += epochs * 30_000
    return Case(
        marks, stages, draw(pairs(300)), draw(pairs(80)), draw(pairs(40))
    )


def seconds(pairs_ms: list[tuple[int, int]]) -> Times:
    return [(on / 1000, off / 1000) for on, off in pairs_ms]


def legs_of(case: Case) -> LegMovements:
    return LegMovements(
        onset_s=np.array([on / 1000 for _, on, _ in case.marks], dtype=float),
        duration_s=np.array(
            [(off - on) / 1000 for _, on, off in case.marks], dtype=float
        ),
        side=np.array([leg for leg, _, _ in case.marks], dtype="<U9"),
        truncated=np.zeros(len(case.marks), dtype=bool),
    )


def score(case: Case, criteria: ScoringCriteria) -> ScoredMovements:
    return score_movements(
        legs_of(case),
        criteria=criteria,
        hypnogram=hypnogram_of(
            [(on / 1000, off / 1000, stage) for on, off, stage in case.stages]
        ),
        respiratory=times_of(seconds(case.respiratory)),
        arousals=times_of(seconds(case.arousals)),
        gaps=[
            Interval(onset_s=on, duration_s=off - on)
            for on, off in seconds(case.gaps)
        ],
    ).movements


def rows_of(movements: ScoredMovements) -> dict[str, object]:
    columns = {
        name: getattr(movements, name)
        for name in ScoredMovements.__dataclass_fields__
        if name != "parts"
    }
    return {
        name: column.tolist() if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }


def same(one: ScoredMovements, other: ScoredMovements) -> bool:
    return repr(rows_of(one)) == repr(rows_of(other))


any_standard = st.sampled_from(CRITERIA)


@settings(max_examples=90, deadline=None)
@given(criteria=any_standard, case=cases())
def test_scoring_equals_its_readable_twin(
    criteria: ScoringCriteria, case: Case
) -> None:
    rows = without_excluded(score(case, criteria))
    twin = score_readably(
        Night(
            case.marks, case.stages, case.respiratory, case.arousals, case.gaps
        ),
        criteria,
    )
    assert np.rint(rows.onset_s * 1000).astype(int).tolist() == [
        m.on for m in twin.movements
    ]
    assert np.rint((rows.onset_s + rows.duration_s) * 1000).astype(
        int
    ).tolist() == [m.off for m in twin.movements]
    assert rows.side.tolist() == [
        "bilateral" if len(set(m.legs)) > 1 else m.legs[0]
        for m in twin.movements
    ]
    assert rows.n_parts.tolist() == [len(m.parts) for m in twin.movements]
    assert rows.nonclm_reason.tolist() == [m.why for m in twin.movements]
    assert rows.stage.tolist() == [m.stage for m in twin.movements]
    assert rows.rrlm.tolist() == [m.respiratory for m in twin.movements]
    assert rows.arousal_associated.tolist() == [
        m.arousal for m in twin.movements
    ]
    assert {
        row: round(imi * 1000)
        for row, imi in enumerate(rows.imi_s.tolist())
        if imi == imi
    } == twin.imi
    assert members(rows.series_id) == twin.series
    assert members(rows.series_id_nr) == twin.series_nr


@settings(max_examples=18, deadline=None)
@given(criteria=any_standard, case=cases(), data=st.data())
def test_scoring_order_of_input_is_of_no_consequence(
    criteria: ScoringCriteria, case: Case, data: st.DataObject
) -> None:
    marks = data.draw(st.permutations(case.marks))
    shuffled = Case(
        marks,
        case.stages,
        case.respiratory[::-1],
        case.arousals[::-1],
        case.gaps[::-1],
    )
    assert same(score(case, criteria), score(shuffled, criteria))


@settings(max_examples=18, deadline=None)
@given(
    criteria=any_standard,
    case=cases(),
    shift_ms=st.integers(0, 200_000).map(lambda n: n * STEP_MS),
)
def test_scoring_shifted_night_shifts_times_and_nothing_else(
    criteria: ScoringCriteria, case: Case, shift_ms: int
) -> None:
    def moved(items: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(on + shift_ms, off + shift_ms) for on, off in items]

    later = Case(
        [(leg, on + shift_ms, off + shift_ms) for leg, on, off in case.marks],
        [
            (on + shift_ms, off + shift_ms, stage)
            for on, off, stage in case.stages
        ],
        moved(case.respiratory),
        moved(case.arousals),
        moved(case.gaps),
    )
    there = score(later, criteria)
    back = replace(
        there,
        onset_s=there.onset_s - shift_ms / 1000,
        interval_from_s=there.interval_from_s - shift_ms / 1000,
    )
    assert same(score(case, criteria), back)


@settings(max_examples=18, deadline=None)
@given(criteria=any_standard, case=cases())
def test_scoring_swapped_legs_swap_sides(
    criteria: ScoringCriteria, case: Case
) -> None:
    mirrored = case._replace(
        marks=[(SWAPPED[leg], on, off) for leg, on, off in case.marks]
    )
    one, other = score(case, criteria), score(mirrored, criteria)
    if len({(on, off) for _, on, off in case.marks}) == len(case.marks):
        assert [
            SWAPPED[side] for side in other.side.tolist()
        ] == one.side.tolist()
        assert same(one, replace(other, side=one.side))


@settings(max_examples=30, deadline=None)
@given(criteria=any_standard, case=cases())
def test_scoring_never_more_plm_than_clm(
    criteria: ScoringCriteria, case: Case
) -> None:
    rows = score(case, criteria)
    assert not (rows.plm & ~rows.clm).any()
    assert not (rows.plm_nr & ~rows.clm).any()
    assert not (rows.clm & rows.excluded).any()
    assert (rows.clm == (rows.nonclm_reason == "")).all()
    assert (rows.plm == (rows.series_reason == "")).all()
    assert (rows.plm == (rows.series_id > 0)).all()
    assert not (rows.isolated & (rows.plm | rows.short_interval)).any()
    assert not (rows.plm_nr & rows.rrlm).any()
    sizes = np.bincount(rows.series_id)[1:]
    assert (sizes >= criteria.series_min_count).all()


@settings(max_examples=18, deadline=None)
@given(criteria=any_standard, case=cases())
def test_scoring_without_breathing_events_both_series_are_one(
    criteria: ScoringCriteria, case: Case
) -> None:
    rows = score(case._replace(respiratory=[]), criteria)
    assert rows.series_id.tolist() == rows.series_id_nr.tolist()
    assert repr(rows.imi_s.tolist()) == repr(rows.imi_nr_s.tolist())


@settings(max_examples=18, deadline=None)
@given(criteria=any_standard, case=cases())
def test_scoring_parts_are_the_rows_of_the_legs(
    criteria: ScoringCriteria, case: Case
) -> None:
    scored = score_movements(
        legs_of(case),
        criteria=criteria,
        hypnogram=None,
        respiratory=None,
        arousals=None,
    )
    assert sorted(
        row for parts in scored.movements.parts for row in parts
    ) == list(range(len(scored.legs.onset_s)))
    for row, parts in enumerate(scored.movements.parts):
        assert (
            scored.movements.onset_s[row]
            == scored.legs.onset_s[list(parts)].min()
        )
        assert scored.movements.n_parts[row] == len(parts)
