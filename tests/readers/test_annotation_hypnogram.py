"""Stage marks become a hypnogram without overlap.

Every repair is named and contradictions are refused.
"""

import pytest

from ekbom.model.errors import InputError
from ekbom.model.events import Stage
from ekbom.readers.scorings.stages import (
    BuiltHypnogram,
    StagedMark,
    build_hypnogram,
)

Row = tuple[int, int | None, Stage]
W, N1, N2, R, UNSCORED = (
    Stage.WAKE,
    Stage.N1,
    Stage.N2,
    Stage.REM,
    Stage.UNSCORED,
)


def build(*rows: Row, epoch_s: float | None = None) -> BuiltHypnogram:
    marks = [
        StagedMark(
            onset_ms=onset, duration_ms=length, stage=stage, place=f"row {i}"
        )
        for i, (onset, length, stage) in enumerate(rows)
    ]
    return build_hypnogram(marks, name="night", epoch_s=epoch_s)


def intervals(built: BuiltHypnogram) -> list[tuple[float, float, str]]:
    found = built.hypnogram
    assert found is not None
    return list(
        zip(
            found.onset_s.tolist(),
            found.duration_s.tolist(),
            found.stage.tolist(),
            strict=True,
        )
    )


def codes(built: BuiltHypnogram) -> set[str]:
    return {finding.code for finding in built.findings}


def test_hypnogram_is_sorted_and_gaps_stay_gaps() -> None:
    built = build((60_000, 30_000, N2), (0, 30_000, W))
    assert intervals(built) == [(0, 30, "W"), (60, 30, "N2")]
    assert codes(built) == set()


def test_hypnogram_a_missing_length_runs_to_the_next_mark_and_the_last_is_one_epoch() -> (
    None
):
    built = build((0, None, W), (90_000, 0, N2), (150_000, None, R))
    assert intervals(built) == [(0, 90, "W"), (90, 60, "N2"), (150, 30, "R")]
    assert codes(built) == {"stage-length-missing"}


def test_hypnogram_the_declared_epoch_is_the_length_of_the_last_mark() -> None:
    assert intervals(build((0, None, W), epoch_s=20))[-1] == (0, 20, "W")


def test_hypnogram_repetitions_count_once() -> None:
    built = build((0, 30_000, W), (0, 30_000, W), (30_000, 30_000, N1))
    assert intervals(built) == [(0, 30, "W"), (30, 30, "N1")]
    assert codes(built) == {"stage-repeated"}


def test_hypnogram_overlap_of_a_rounded_second_is_cut() -> None:
    built = build((0, 31_000, W), (30_000, 30_000, N1))
    assert intervals(built) == [(0, 30, "W"), (30, 30, "N1")]
    assert codes(built) == {"stage-overlap-cut"}


def test_hypnogram_overlap_of_more_than_a_second_is_a_contradiction() -> None:
    with pytest.raises(
        InputError,
        match=r"night: row 0 says W until 31.001 s and row 1 says N1 from 30 s",
    ):
        build((0, 31_001, W), (30_000, 30_000, N1))


def test_hypnogram_overlap_of_one_stage_with_itself_is_no_contradiction() -> (
    None
):
    assert intervals(build((0, 60_000, N2), (30_000, 60_000, N2))) == [
        (0, 30, "N2"),
        (30, 60, "N2"),
    ]


def test_hypnogram_a_long_mark_over_later_different_stages_is_a_contradiction() -> (
    None
):
    with pytest.raises(InputError, match="two scorings may be mixed"):
        build((0, 90_000, N2), (30_000, 30_000, N2), (60_000, 30_000, R))


@pytest.mark.parametrize(
    ("rows", "epoch_s"),
    [
        ([(0, 30_000, W), (30_000, 30_000, N1)], 30),
        ([(0, 60_000, W), (60_000, 120_000, N1), (180_000, 17_000, W)], 30),
        ([(0, 20_000, W), (20_000, 40_000, N1)], 20),
        ([(0, 60_000, W), (60_000, 60_000, N1)], 30),
        ([(0, 10_000, W), (10_000, 10_000, N1), (20_000, 10_000, N1)], 10),
    ],
)
def test_hypnogram_epoch_is_the_usual_one_that_divides_every_interval(
    rows: list[Row], epoch_s: float
) -> None:
    built = build(*rows)
    assert built.hypnogram is not None
    assert built.hypnogram.epoch_s == epoch_s


def test_hypnogram_without_any_stage_is_none() -> None:
    built = build((0, 30_000, UNSCORED), (30_000, 30_000, UNSCORED))
    assert built.hypnogram is None
    assert codes(built) == {"stages-all-unscored"}
    assert build().hypnogram is None
    assert codes(build()) == set()
