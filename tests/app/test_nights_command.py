"""`ekbom nights`: scored nights side by side, written, and used by the report."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from night_shapes import ScoredNights

from ekbom.app.cli import main
from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.pipeline.side_by_side.nights import compare_nights
from ekbom.report.files import write_night


@pytest.fixture(scope="module")
def folders(
    nights: ScoredNights, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Write three scored nights, the last without stages."""
    place = tmp_path_factory.mktemp("course")
    shapes = {
        "first": "no_breathing",
        "second": "lost_time",
        "third": "no_hypnogram",
    }
    for name, shape in shapes.items():
        night = replace(nights[shape], digest=f"sha256:{name}")
        write_night(night, place / name)
    return [place / name for name in shapes]


def run(*words: object) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code


def test_nights_are_shown_side_by_side_and_written(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "course"
    assert run("nights", *folders, "--out", out) == 0
    told = " ".join(capsys.readouterr().out.split())
    for part in (
        "first",
        "third",
        "SD between nights",
        "some nights have stages",
    ):
        assert part in told
    values = json.loads((out / "nights.json").read_text(encoding="utf-8"))
    assert [night["name"] for night in values["nights"]] == [
        "first",
        "second",
        "third",
    ]
    with (out / "nights.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    unknown = [
        r for r in rows if r["night"] == "third" and r["index"] == "plms_per_h"
    ]
    assert [(row["value"], row["reason"]) for row in unknown] == [
        ("", "no-hypnogram")
    ]
    assert (out / "nights.svg").read_text(encoding="utf-8").startswith("<svg")


def test_nights_without_eeg_are_compared_by_the_hour_of_recording(
    nights: ScoredNights,
) -> None:
    night = nights["no_hypnogram"]
    others = [replace(night, digest=f"night {number}") for number in range(2)]
    course = compare_nights([night, *others])
    assert [index.name for index in course.indices] == ["plm_per_recording_h"]
    assert course.indices[0].n_known == 3


def test_nights_stand_in_the_order_of_their_dates(nights: ScoredNights) -> None:
    later = nights["no_breathing"]
    assert later.recording.start is not None
    start = later.recording.start.replace(year=later.recording.start.year - 1)
    recording = replace(later.recording, start=start)
    earlier = replace(later, recording=recording, digest="earlier")
    course = compare_nights([later, earlier])
    assert [head.digest for head in course.nights] == ["earlier", later.digest]
    unknown = replace(earlier, recording=replace(recording, start=None))
    course = compare_nights([later, unknown])
    assert [head.digest for head in course.nights] == [later.digest, "earlier"]
    assert "nights-order-given" in [one.code for one in course.findings]


def changed_options(night: StudyResult) -> StudyResult:
    score = night.scores["wasm2016"]
    rules = replace(score.rule_set, digest="other")
    return replace(
        night,
        scores={"wasm2016": replace(score, rule_set=rules)},
        detector="literal",
        digest="other",
    )


def test_nights_that_are_not_the_same_measure_are_a_warning(
    nights: ScoredNights,
) -> None:
    night = nights["no_breathing"]
    found = compare_nights([night, changed_options(night)]).findings
    codes = {one.code for one in found}
    assert {"nights-rules-differ", "nights-detectors-differ"} <= codes


@pytest.mark.parametrize(
    ("n", "rules", "told"),
    [
        (1, None, "two or more"),
        (2, None, "given twice"),
        (0, None, "two or more"),
    ],
)
def test_nights_that_are_none_are_refused(
    nights: ScoredNights, n: int, rules: str | None, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        compare_nights([nights["no_breathing"]] * n, rule_set=rules)


def test_nights_by_a_rule_set_that_scored_none_are_refused(
    folders: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("nights", *folders, "--rules", "aasm") == 2
    assert "was not scored by 'aasm'" in capsys.readouterr().err


def test_nights_are_never_written_into_the_folder_of_one(
    folders: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in folders[0].iterdir())
    assert run("nights", *folders, "--out", folders[0]) == 2
    assert "folder of a scored night" in " ".join(
        capsys.readouterr().err.split()
    )
    assert sorted(path.name for path in folders[0].iterdir()) == before


def test_nights_as_json(
    folders: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("nights", *folders, "--json") == 0
    assert json.loads(capsys.readouterr().out)["rule_set"] == "wasm2016"


def test_report_of_several_nights_says_what_they_show_together(
    folders: list[Path], tmp_path: Path
) -> None:
    first, *others = folders
    words = ["report", first, "--nights", *others, "--html", "--out", tmp_path]
    assert run(*words) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "SD between nights" in page
    assert "Some nights have stages" in page
