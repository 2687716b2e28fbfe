"""The command line as its user meets it.

Exit codes, one clear sentence, nothing half-written, no progress in a pipe.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ekbom.app.cli import COMMANDS, main

NOX = Path(__file__).parents[1] / "data" / "nox_a1_psg_2min" / "subject1.edf"
NOXTURNAL = next(
    (Path(__file__).parents[1] / "data" / "noxturnal_event_csv").glob("*.csv")
)
NIGHT_FILES = {
    "result.json",
    "movements.csv",
    "leg_movements.csv",
    "traces.npz",
    "report.html",
    "ekbom-files.json",
}


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run one command in this process; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_a_help_page(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(command, "--help", capsys=capsys)
    assert code == 0, err
    assert "Usage: ekbom" in out


def test_score_writes_every_file_of_a_night_and_prints_the_summary(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(
        "score", short_night, "--out", tmp_path / "out", capsys=capsys
    )
    assert (code, err) == (0, "")
    assert {path.name for path in (tmp_path / "out").iterdir()} == NIGHT_FILES
    assert "PLM index" in out
    assert "not a diagnosis" in out


def test_score_prints_the_whole_result_as_json(
    short_night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        "score", short_night, "--json", "--bootstrap", "0", capsys=capsys
    )
    assert code == 0
    assert (
        json.loads(out)["scores"]["wasm2016"]["indices"]["plms_per_h"]["unit"]
        == "/h"
    )


def test_score_of_marked_movements_needs_no_emg(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(
        "score",
        "--movements",
        NOXTURNAL,
        "--annotations",
        NOXTURNAL,
        capsys=capsys,
    )
    assert code == 0
    assert "marked by a person" in out


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("arousal_gap_inclusive=true", "arousal_gap_inclusive", True),
        ("imi_max=60", "imi_max_s", 60),
        ("rr_window=[-0.5,0.5]", "respiratory_window_s", [-0.5, 0.5]),
        ("bil_max_n=none", "bilateral_max_parts", "none"),
        ("short_imi=skip_later", "short_imi", "skip_later"),
    ],
)
def test_score_takes_flags_numbers_windows_and_names_as_options(
    setting: str, name: str, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = (
        "score",
        "--movements",
        NOXTURNAL,
        "--annotations",
        NOXTURNAL,
        "--bootstrap",
        "0",
        "--json",
    )
    code, out, err = run(*marked, "--set", setting, capsys=capsys)
    assert code == 0, err
    assert json.loads(out)["scores"]["wasm2016"]["rule_set"]["non_default"] == {
        name: value
    }


def test_score_takes_options_from_a_file_and_the_command_line_goes_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "lab.toml"
    config.write_text("imi_max = 60\nnoncl_breaks = false\n", encoding="utf-8")
    marked = (
        "score",
        "--movements",
        NOXTURNAL,
        "--annotations",
        NOXTURNAL,
        "--bootstrap",
        "0",
        "--json",
        "--config",
        config,
    )
    code, out, err = run(*marked, "--set", "imi_max_s=70", capsys=capsys)
    assert code == 0, err
    assert json.loads(out)["scores"]["wasm2016"]["rule_set"]["non_default"] == {
        "imi_max_s": 70,
        "nonclm_breaks": False,
    }


def test_score_too_coarse_a_step_is_unscorable_and_never_a_quiet_night(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run("score", NOX, "--out", tmp_path / "out", capsys=capsys)
    assert (code, out) == (3, "")
    assert err.count("31.25 uV") == 2
    assert "step-too-coarse" not in err, (
        "a person reads words, software reads the code"
    )
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["score"], 2, "nothing to score"),
        (["score", "--no-such-option"], 2, "no-such-option"),
        (["no-such-command"], 2, "no-such-command"),
        (["score", "missing.edf"], 4, "missing.edf"),
        (["score", str(NOX), "--rules", "aasm1999"], 2, "aasm1999"),
        (["score", str(NOX), "--set", "imi_min_s"], 2, "name=value"),
        (["score", str(NOX), "--set", "imi_minimum=3"], 2, "imi_minimum"),
        (["score", str(NOX), "--detector", "magic"], 2, "magic"),
        (["score", str(NOX), "--left", "LEG X"], 2, "LEG X"),
        (["score", str(NOX), "--rules", ""], 2, "No rule set is named"),
        (["score", str(NOX), "--seed", "-1"], 2, "seed of the bootstrap is -1"),
        (
            ["score", str(NOX), "--bootstrap", "-1"],
            2,
            "bootstrap samples is -1",
        ),
        (
            [
                "score",
                "--movements",
                str(NOXTURNAL),
                "--annotations",
                str(NOXTURNAL),
                "--bootstrap",
                "0",
                "--out",
                str(NOX),
            ],
            4,
            NOX.name,
        ),
        (
            [
                "score",
                "--movements",
                str(NOXTURNAL),
                "--annotations",
                str(NOXTURNAL),
                "--bootstrap",
                "0",
                "--out",
                f"{NOX}/in",
            ],
            4,
            NOX.name,
        ),
        (
            [
                "score",
                "--movements",
                str(NOXTURNAL),
                "--bootstrap",
                "0",
                "--out",
                "x" * 300,
            ],
            4,
            "too long",
        ),
        (
            ["simulate", "--out", "many.edf", "--channels", "99999"],
            2,
            "at most 256 channels",
        ),
        (
            ["simulate", "--out", str(NOX.parent), "--hours", "0.1"],
            2,
            "this is a folder",
        ),
    ],
)
def test_bad_requests_end_with_their_code_and_one_sentence(
    arguments: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended, out, err = run(*arguments, capsys=capsys)
    assert ended == code, err
    assert said in out + err
    assert "Traceback" not in err


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"{sys.executable} -m ekbom rules list | head -n 1"
    ran = subprocess.run(  # noqa: S602
        command, shell=True, capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""


def test_progress_is_not_shown_in_a_pipe(short_night: Path) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "ekbom",
            "score",
            str(short_night),
            "--bootstrap",
            "0",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    assert "\x1b" not in ran.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_cli_prints_on_a_terminal_of_any_encoding(
    short_night: Path, encoding: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ekbom", "inspect", str(short_night)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    told = subprocess.run(
        [sys.executable, "-m", "ekbom", "score", "N\u00e4cht\u2026.edf"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert told.returncode == 4
    assert b"Traceback" not in told.stderr
