"""Scorings beside a recording at the command line, and how a scoring file is inspected."""

import io
import json
from pathlib import Path

import pytest

from ekbom.app import which_file
from ekbom.app.cli import main
from ekbom.app.commands.inspect import inspect
from ekbom.model.errors import UnscorableError, UsageError
from ekbom.pipeline.companions import ContradictionError
from ekbom.pipeline.score import score_night
from ekbom.report.result_json import read_result

DATA = Path(__file__).parents[1] / "data"
SCORER = DATA / "psg_ipa_sn1_hypnograms" / "SN1_SleepStages_manual_scorer1.edf"
ROWS = [f"{number * 30}\t30\tN2" for number in range(100)]
TABLE = "\n".join(
    [
        "onset\tduration\ttrial_type",
        *ROWS,
        "100\t5\tarousal",
        "200\t3\tfoo bar",
        "",
    ]
)


@pytest.fixture
def night(short_night: Path, tmp_path: Path) -> Path:
    """Put the short night into a folder, with a scoring beside it."""
    path = tmp_path / "night.edf"
    path.hardlink_to(short_night)
    path.with_name("night_events.tsv").write_text(TABLE, encoding="utf-8")
    return path


def code_of(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_score_uses_a_companion_and_names_it_in_the_result(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert (
        code_of("score", str(night), "--bootstrap", "0", "--out", str(out)) == 0
    )
    told = capsys.readouterr().out
    assert "night_events.tsv, found beside the recording, was used" in told
    result = read_result(out)
    used = [f.subject for f in result.findings if f.code == "companion-used"]
    assert used == ["night_events.tsv"]
    assert result.hypnogram is not None
    assert {*result.hypnogram.stage.tolist()} == {"N2"}


@pytest.mark.parametrize("way", ["no companions", "others given"])
def test_score_leaves_companions_aside(night: Path, way: str) -> None:
    given = night.with_name("mine.tsv")
    given.write_text(TABLE.replace("N2", "N3"), encoding="utf-8")
    if way == "no companions":
        result = score_night(night, companions=False, bootstrap_samples=0)
    else:
        result = score_night(night, annotations=given, bootstrap_samples=0)
    assert not [f for f in result.findings if f.code.startswith("companion")]
    assert result.hypnogram is not None
    stages = {*result.hypnogram.stage.tolist()}
    assert (stages == {"N3"}) is (way == "others given")


def contradict(night: Path) -> None:
    other = TABLE.replace("\t30\tN2", "\t30\tN3")
    night.with_name("night.tsv").write_text(other, encoding="utf-8")


def test_a_script_with_two_that_contradict_ends_with_2_and_both_names(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contradict(night)
    assert code_of("score", str(night)) == 2
    told = capsys.readouterr().err
    for part in ("night.tsv", "night_events.tsv", "--no-companions"):
        assert part in told


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [("2\n", "night_events.tsv"), ("x\n1\n", "night.tsv"), ("", "")],
)
def test_a_person_is_asked_which_of_two_is_meant(
    night: Path, typed: str, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contradict(night)
    monkeypatch.setattr("sys.stdin", _Terminal(typed))
    shown = _Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    if not chosen:
        with pytest.raises(ContradictionError):
            which_file.annotations_for(night, (), companions=True)
        return
    found = which_file.annotations_for(night, (), companions=True)
    assert [path.name for path in found] == [chosen]
    assert "1  night.tsv" in shown.getvalue()


def test_inspect_of_a_recording_names_what_lies_beside_it(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspect(night)
    told = capsys.readouterr().out
    assert "night_events.tsv [bids-events]: 100 epochs, 1 events" in told
    contradict(night)
    inspect(night)
    assert "bring two different scorings" in capsys.readouterr().out


def test_inspect_of_a_scoring_says_how_it_was_understood(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspect(night.with_name("night_events.tsv"))
    told = capsys.readouterr().out
    for part in (
        "[bids-events]",
        "epochs of 30 s from 0:00:00 to 0:50:00",
        "N2 100",
        "arousal                    1   0:01:40",
        "'foo bar' (1)",
        "holds a scoring and no signals",
        "--annotations",
    ):
        assert part in told
    tables = told.partition("Noticed")[0]
    assert max(map(len, tables.splitlines())) <= 80


def test_inspect_of_annotations_alone_gives_no_advice_about_channels(
    capsys: pytest.CaptureFixture[str],
) -> None:
    inspect(SCORER)
    told = capsys.readouterr().out
    assert "Stages: epochs of 30 s" in told
    assert "--left" not in told
    assert f"--annotations {SCORER}" in told


def test_score_of_annotations_alone_says_that_a_recording_is_needed() -> None:
    with pytest.raises(UnscorableError, match="annotations and no signals"):
        score_night(SCORER)


def test_inspect_of_a_scoring_as_json(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspect(night.with_name("night_events.tsv"), json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["epochs"] == {"N2": 100}
    assert found["unknown"] == {"foo bar": 1}
    assert found["rows"][0]["kind"] == "arousal"


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_a_folder_is_said_to_be_one_with_its_recordings(
    night: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(command, str(night.parent)) == 2
    told = capsys.readouterr().err
    assert f"is a folder and holds 1 recordings: {night.name}" in told
    assert "ekbom nights" in told


def test_a_folder_without_a_recording_says_so(tmp_path: Path) -> None:
    from ekbom.app.folders import refuse_folder

    with pytest.raises(UsageError, match="without a recording"):
        refuse_folder(tmp_path, command="score")
