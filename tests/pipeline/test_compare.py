"""Two scorings opened from files and compared: one night, one clock; many nights.

What cannot be compared.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from ekbom.model.errors import InputError, UsageError
from ekbom.pipeline.score import score_night
from ekbom.pipeline.side_by_side.compare import (
    OpenedScoring,
    compare_many,
    compare_two,
    compared_names,
    open_scoring,
    scoring_of_result,
)
from ekbom.scoring.agreement.scorings import Scoring

PEOPLE = sorted(
    (Path(__file__).parents[1] / "data" / "psg_ipa_sn1_hypnograms").glob(
        "*.edf"
    )
)


def marks_file(
    path: Path,
    onsets: list[float],
    *,
    duration_s: float = 2.0,
    side: str = "left",
) -> Path:
    rows = "".join(f"{onset},{duration_s},{side}\n" for onset in onsets)
    path.write_text(f"onset_s,duration_s,side\n{rows}", encoding="utf-8")
    return path


def stages_file(path: Path) -> Path:
    rows = "".join(
        f"{30 * i}\t30\tSleep stage {'W' if i < 4 else 'N2'}\n"
        for i in range(40)
    )
    path.write_text(f"onset\tduration\ttrial_type\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, Path]:
    series = [200.0 + 20 * i for i in range(10)]
    a = marks_file(tmp_path / "a.csv", series)
    b = marks_file(
        tmp_path / "b.csv", [onset + 0.2 for onset in series[:8]] + [900.0]
    )
    return a, b, stages_file(tmp_path / "night_events.tsv")


def test_compare_movements_of_two_people_with_shared_stages(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, stages = pair
    found = compare_two(
        *(open_scoring(path, annotations=[stages]) for path in (a, b))
    )
    left = found.events["left"]
    assert (left.n_a, left.n_b, int(left.n_matched[0])) == (10, 9, 8)
    assert left.onset_difference_s.tolist() == pytest.approx([0.2] * 8)
    assert found.index_difference["plms_count"] == -2
    assert found.stages is not None
    assert found.stages.value == 1
    assert [item.kind for item in found.disagreements] == [
        "only_a",
        "only_a",
        "only_b",
    ]


def test_compare_two_results_of_one_night(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, stages = pair
    results = [
        score_night(
            movements=path,
            annotations=[stages],
            rules=["wasm2016", "wasm2006"],
            scored=["arousals", "breathing"],
            bootstrap_samples=0,
        )
        for path in (a, b)
    ]
    by_main, by_other = (
        compare_two(
            *(
                scoring_of_result(result, rule_set=name, name="x")
                for result in results
            )
        )
        for name in (None, "wasm2006")
    )
    assert (
        by_main.index_difference["plms_count"]
        == by_other.index_difference["plms_count"]
        == -2
    )
    with pytest.raises(
        UsageError, match="scored by wasm2016, wasm2006, not by 'aasm'"
    ):
        scoring_of_result(results[0], rule_set="aasm", name="night")


def test_compare_gives_the_difference_of_every_index_and_names_the_rules(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, stages = pair
    one = open_scoring(a, annotations=[stages])
    other = open_scoring(
        b, annotations=[stages], options={"series_min_count": 9}
    )
    found = compare_two(one, other)
    assert set(one.scoring.indices) <= set(found.index_difference)
    assert found.index_difference["tst_min"] == 0
    assert found.rules == ("wasm2016", "wasm2016 with series_min_count = 9")
    assert found.index_difference["plms_count"] == -10


@pytest.mark.skipif(not PEOPLE, reason="the six hypnograms are not here")
def test_compare_stages_alone_gives_the_differences_of_the_sleep_statistics() -> (
    None
):
    one, other = open_scoring(PEOPLE[0]), open_scoring(PEOPLE[1])
    found = compare_two(one, other)
    first, second = (
        opened.scoring.indices["tst_min"].value for opened in (one, other)
    )
    assert first is not None
    assert second is not None
    assert found.index_difference["tst_min"] == second - first


@pytest.mark.skipif(not PEOPLE, reason="the six hypnograms are not here")
def test_compare_stages_of_two_people_from_their_files() -> None:
    found = compare_two(open_scoring(PEOPLE[0]), open_scoring(PEOPLE[1]))
    assert found.events == {}
    assert found.stages is not None
    assert found.stages.value == pytest.approx(0.79, abs=0.01)


def test_compare_many_nights_gives_limits_of_agreement(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, stages = pair
    one, other = (
        open_scoring(a, annotations=[stages]),
        open_scoring(b, annotations=[stages]),
    )
    found = compare_many({"first": (one, other), "second": (one, one)})
    assert list(found.nights) == ["first", "second"]
    limits = next(
        item for item in found.bland_altman if item.name == "plms_count"
    )
    assert (limits.n_nights, limits.bias) == (2, -1)
    assert {item.name for item in found.bland_altman} == {
        *compared_names(),
        *one.scoring.indices,
    }


def opened(start: dt.datetime | None) -> OpenedScoring:
    from_file = Scoring("night", None, None, {})
    return OpenedScoring(from_file, start, 3600.0)


def test_compare_puts_the_second_on_the_clock_of_the_first(
    pair: tuple[Path, Path, Path],
) -> None:
    a, _, stages = pair
    one = open_scoring(a, annotations=[stages])
    start = dt.datetime(2024, 1, 1, 23, 0, 0)
    legs = one.scoring.legs
    assert legs is not None
    earlier = one._replace(start=start)
    later = one._replace(start=start + dt.timedelta(seconds=60))
    found = compare_two(earlier, later)
    assert found.events["left"].n_matched[0] == 7
    assert np.median(found.events["left"].onset_difference_s) == pytest.approx(
        0
    )


def test_compare_refuses_two_different_nights() -> None:
    start = dt.datetime(2024, 1, 1, 23, 0, 0)
    with pytest.raises(InputError, match="not the same night"):
        compare_two(opened(start), opened(start + dt.timedelta(days=1)))


def test_compare_refuses_a_file_with_nothing_to_compare(tmp_path: Path) -> None:
    path = tmp_path / "x_events.tsv"
    path.write_text(
        "onset\tduration\ttrial_type\n10\t5\tArousal\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="neither leg movements nor stages"):
        open_scoring(path)
