"""What several rooms' tests share: one short simulated night on disk, made once."""

from pathlib import Path

import pytest

from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import LegParameters, NightParameters
from ekbom.simulation.write import write_night


@pytest.fixture(scope="session")
def short_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulate 50 minutes with the truth beside them: enough for sleep, series and wake."""
    path = tmp_path_factory.mktemp("night") / "night.edf"
    amplitude = amplitude_criteria(load_rule_set("wasm2016"))
    assert amplitude is not None
    parameters = NightParameters(hours=50 / 60, legs=LegParameters(fs_hz=200.0))
    write_night(simulate_night(parameters, amplitude=amplitude, seed=7), path)
    return path
