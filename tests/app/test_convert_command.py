"""`ekbom convert`: what is written is read again with the same indices; losses are told."""

import math
from pathlib import Path

import pytest
from night_shapes import ScoredNights

from ekbom.app.cli import main
from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_night
from ekbom.report.files import write_night

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = next((DATA / "noxturnal_event_csv").glob("*.csv"))
ENDINGS = (".edf", "_events.tsv", ".annot", ".xml", ".csv", ".parquet")
SHAPES = ("whole", "no_breathing", "no_hypnogram", "marked", "quiet")


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run the command; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main(["convert", *map(str, arguments)])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def indices(result: StudyResult) -> dict[str, float | None]:
    """Give the indices of the main rule set."""
    score = next(iter(result.scores.values()))
    return {name: index.value for name, index in score.indices.items()}


def differing(first: StudyResult, second: StudyResult) -> list[str]:
    """Name the indices that two results do not have alike."""
    a, b = indices(first), indices(second)
    return [
        name
        for name in a
        if (a[name] is None) != (b[name] is None)
        or not math.isclose(a[name] or 0, b[name] or 0, rel_tol=1e-4)
    ]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_convert_a_scored_night_comes_back_with_the_same_indices(
    shape: str,
    ending: str,
    nights: ScoredNights,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    night = nights[shape]
    write_night(night, tmp_path / "night")
    out = tmp_path / f"night{ending}"
    code, told, _ = run(tmp_path / "night", out, capsys=capsys)
    assert code == 0
    assert f"Written: {out}" in told
    again = score_night(
        movements=None if shape == "quiet" else out,
        annotations=[out],
        scored=sorted((night.scored | {"movements"}) - {"stages"}),
        rules=list(night.scores)[:1],
        bootstrap_samples=0,
    )
    assert differing(night, again) == []


def test_convert_one_leg_is_told_and_its_counts_come_back(
    nights: ScoredNights, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night = nights["one_leg"]
    write_night(night, tmp_path / "night")
    out = tmp_path / "a.edf"
    _, told, _ = run(tmp_path / "night", out, capsys=capsys)
    assert "that only the left leg was recorded" in told
    again = score_night(movements=out, annotations=[out], bootstrap_samples=0)
    assert (
        indices(again)["lm_tib_left_count"]
        == (indices(night)["lm_tib_left_count"])
    )


def test_convert_time_that_could_not_be_judged_is_told(
    nights: ScoredNights, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_night(nights["lost_time"], tmp_path / "night")
    _, told, _ = run(tmp_path / "night", tmp_path / "a.edf", capsys=capsys)
    assert "min in which a leg could not be judged" in told


@pytest.mark.parametrize("ending", ENDINGS)
def test_convert_an_export_comes_back_with_the_same_indices(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"nox{ending}"
    assert run(NOXTURNAL, out, capsys=capsys)[0] == 0
    first, again = (
        score_night(movements=path, annotations=[path], bootstrap_samples=0)
        for path in (NOXTURNAL, out)
    )
    assert differing(first, again) == []


def test_convert_a_recording_gives_its_own_scoring(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "stages.csv"
    code, told, _ = run(
        short_night, out, "--to", "hypnogram-csv", capsys=capsys
    )
    assert code == 0
    assert "signals of the recording" in told
    assert len(out.read_text(encoding="utf-8").splitlines()) == 101


def test_convert_writes_over_nothing_and_knows_its_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nox_events.tsv"
    out.write_text("onset\tduration\n", encoding="utf-8")
    code, _, told = run(NOXTURNAL, out, "--overwrite", capsys=capsys)
    assert (code, "holds a person's work" in told) == (2, True)
    code, _, told = run(NOXTURNAL, NOXTURNAL, capsys=capsys)
    assert (code, "is read by this command" in told) == (2, True)
    code, _, told = run(NOXTURNAL, tmp_path / "nox.doc", capsys=capsys)
    assert (code, "no format is known by this ending" in told) == (2, True)


def test_convert_twice_gives_the_same_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nox.csv"
    for _ in range(2):
        assert run(NOXTURNAL, out, capsys=capsys)[0] == 0
