"""`ekbom simulate` writes the night it was asked for and refuses what cannot be made."""

from pathlib import Path

import pyedflib
import pytest

from ekbom.app.commands.simulate import simulate
from ekbom.model.errors import UsageError
from ekbom.simulation.parameters import LegParameters, MovementParameters


def test_simulate_writes_night_and_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulate(
        out=tmp_path / "night.edf",
        hours=0.2,
        seed=4,
        channels=20,
        legs=LegParameters(fs_hz=200.0),
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        "night.edf",
        "night.truth_leg_movements.csv",
        "night.truth_events.csv",
    }
    assert "leg movements on both legs (seed 4)" in capsys.readouterr().out
    with pyedflib.EdfReader(str(tmp_path / "night.edf")) as reader:
        assert reader.signals_in_file == 20
        assert reader.file_duration == 720
        assert (
            reader.getSampleFrequency(reader.getSignalLabels().index("EMG LAT"))
            == 200
        )


def test_simulate_same_seed_same_file(tmp_path: Path) -> None:
    for name in ("a.edf", "b.edf"):
        simulate(out=tmp_path / name, hours=0.1, seed=2)
    assert (tmp_path / "a.edf").read_bytes() == (
        tmp_path / "b.edf"
    ).read_bytes()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seed": -1}, "--seed -1"),
        ({"hours": 100.0}, "hours is 100"),
        ({"rules": "asda1993"}, "asda1993"),
        ({"movements": MovementParameters(left_share=2.0)}, "left-share is 2"),
        ({"legs": LegParameters(step_uv=0.0)}, "step-uv 0"),
    ],
)
def test_simulate_refuses_what_cannot_be_made(
    tmp_path: Path, wrong: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        simulate(out=tmp_path / "night.edf", **wrong)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
