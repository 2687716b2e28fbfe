"""`ekbom wake-test`: sessions as rows, what departs from the protocol in words, or JSON."""

import json
from pathlib import Path

import pytest

from ekbom.app.commands.wake_test import wake_test
from ekbom.model.errors import UsageError


def test_wake_test_command_says_what_departs_from_the_protocol(
    short_night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wake_test(
        short_night, protocol="msit", starts="0,600", discomfort="10,20;5"
    )
    out = capsys.readouterr().out
    first, second = out.splitlines()[1:3]
    assert first.split()[:3] == ["1", "0", "50.0"]
    assert first.split()[-2:] == ["15.0", "20.0"]
    assert second.split()[-2:] == ["5.0", "5.0"]
    assert "Session 2: it lasts 40 min, the protocol asks for 60" in out
    assert (
        "Departs from the protocol: the protocol takes 4 sessions, 2 came"
        in out
    )


def test_wake_test_command_prints_json(
    short_night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wake_test(short_night, json=True)
    test = json.loads(capsys.readouterr().out)
    assert [session["duration_min"] for session in test["sessions"]] == [50]
    assert test["rules"][0] == "wasm2016"


def test_wake_test_command_refuses_a_start_that_is_no_number(
    short_night: Path,
) -> None:
    with pytest.raises(
        UsageError, match="'0,x' holds something that is no number"
    ):
        wake_test(short_night, starts="0,x")


def test_wake_test_command_says_why_there_is_no_index(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asleep = tmp_path / "asleep.eannot"
    asleep.write_text("N2\n" * 200, encoding="utf-8")
    wake_test(short_night, annotations=(asleep,))
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "PLMW per hour of wake: not computable: no session holds scorable wake"
        in out
    )
