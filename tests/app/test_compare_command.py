"""`ekbom compare`: what it prints, as tables and as JSON, for files, results and folders."""

import json
from pathlib import Path

import pytest

from ekbom.app.cli import main

NOXTURNAL = (
    Path(__file__).parents[1]
    / "data"
    / "noxturnal_event_csv"
    / "noxturnal_events_2018-07-25_fr.csv"
)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["compare", *arguments])
    return int(ended.value.code or 0)


def night(folder: Path, name: str, onsets: list[float]) -> Path:
    folder.mkdir(exist_ok=True)
    rows = "".join(f"{onset},2,left\n" for onset in onsets)
    (folder / name).write_text(
        f"onset_s,duration_s,side\n{rows}", encoding="utf-8"
    )
    return folder / name


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, shift in (("n1.csv", 0.0), ("n2.csv", 0.5)):
        night(tmp_path / "a", name, [100.0 + 20 * i for i in range(6)])
        night(tmp_path / "b", name, [100.0 + shift + 20 * i for i in range(5)])
    return tmp_path / "a", tmp_path / "b"


def test_compare_command_prints_a_table_and_the_disagreements(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = folders
    assert run(str(a / "n1.csv"), str(b / "n1.csv")) == 0
    printed = capsys.readouterr().out
    assert "left      6      5   0.83      1.00 0.91" in printed
    assert (
        "left leg: only the first scoring has a movement here (2.0 s)"
        in printed
    )
    assert "Disagreements: 1" in printed


def test_compare_command_prints_json(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = folders
    assert run(str(a / "n1.csv"), str(b / "n1.csv"), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["events"]["left"]["n_matched"][0] == 5
    assert found["index_difference"]["lm_per_recording_h"] is not None


def test_compare_command_compares_folders_night_by_night(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*map(str, folders)) == 0
    printed = capsys.readouterr().out
    assert "Bland-Altman" in printed
    assert "n2.csv" in printed


def test_compare_command_refuses_a_night_against_a_folder(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = folders
    assert run(str(a), str(b / "n1.csv")) == 2
    assert "not of one kind" in capsys.readouterr().err


def test_compare_command_says_when_no_night_has_the_same_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night(tmp_path / "a", "n1.csv", [1.0])
    night(tmp_path / "b", "n2.csv", [1.0])
    assert run(str(tmp_path / "a"), str(tmp_path / "b")) == 4
    assert "no night of the same name" in capsys.readouterr().err


def test_compare_command_takes_the_movements_of_a_missing_file_as_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path / "none.csv"), str(tmp_path / "none.csv")) == 4
    assert "none.csv" in capsys.readouterr().err


def test_compare_takes_options_from_a_file(
    folders: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = tmp_path / "lab.toml"
    config.write_text("series_min_count = 6\n", encoding="utf-8")
    first, second = (str(folder / "n1.csv") for folder in folders)
    assert run(first, second, "--json", "--config", str(config)) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["index_difference"]["plm_per_recording_h"] < -100


def test_compare_command_takes_scorings_of_other_dates_by_their_clock_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = []
    for year in ("2018", "2024"):
        file = tmp_path / f"{year}.csv"
        scored = NOXTURNAL.read_text(encoding="utf-16")
        file.write_text(scored.replace("/2018", f"/{year}"), encoding="utf-16")
        names.append(str(file))
    assert run(*names) == 4
    assert "--ignore-dates" in " ".join(capsys.readouterr().err.split())
    assert run(*names, "--ignore-dates") == 0
    assert "kappa 1.00" in capsys.readouterr().out
