"""`ekbom inspect` in a pipe.

Tables that fit 80 columns, the choice with its reasons, or everything as JSON.
"""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from ekbom.app.commands.inspect import inspect, print_inspection
from ekbom.pipeline.files.inspect import inspect_recording

DATA = Path(__file__).parents[1] / "data"
NOX = DATA / "nox_a1_psg_2min" / "subject1.edf"


def printed(path: Path) -> str:
    out = io.StringIO()
    print_inspection(
        inspect_recording(path),
        Console(file=out, width=80, highlight=False, emoji=False, markup=False),
    )
    return out.getvalue()


def test_inspect_command_fits_80_columns_and_says_why() -> None:
    text = printed(NOX)
    assert max(map(len, text.splitlines())) <= 80
    for part in (
        "E1 Impédance",
        "start 2018-02-06 01:36:50",
        "duration 0:02:00",
        "uV (V)",
        "31.25",
        "left leg",
        "impedance, not EMG",
        "[step-too-coarse]",
    ):
        assert part in text


def test_inspect_command_says_that_there_is_no_leg(tmp_path: Path) -> None:
    path = tmp_path / "no_leg.edf"
    path.write_bytes(
        NOX.read_bytes()
        .replace(b"Left Leg ", b"Left Arm ")
        .replace(b"Right Leg ", b"Right Arm ")
    )
    text = printed(path)
    assert "no channel names a leg" in text
    assert "[no-leg]" in text


def test_inspect_command_of_annotations_alone_shows_no_channel_table() -> None:
    text = printed(
        DATA / "psg_ipa_sn1_hypnograms" / "SN1_SleepStages_manual_scorer1.edf"
    )
    assert "903 annotations" in text
    assert "Label" not in text


def test_inspect_command_as_json_is_complete(
    capsys: pytest.CaptureFixture[str],
) -> None:
    inspect(NOX, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["recording"]["channels"]) == 89
    assert answer["choice"]["left"] == ["Left Leg"]
    assert answer["recording"]["channels"][1]["step_uv"] is None


def test_inspect_command_prints_the_text_without_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    inspect(NOX, left="1-2")
    assert "named with --left" in capsys.readouterr().out
