"""What several rooms' tests share.

Amplitude criteria, a light night in memory, and a short night on disk, each made once.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from night_shapes import ScoredNights

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import (
    SimulatedNight,
    simulate_light_night,
    simulate_night,
)
from ekbom.simulation.parameters import LegParameters, NightParameters
from ekbom.simulation.write import write_night

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def amplitude() -> AmplitudeCriteria:
    """Load the amplitude rule of the default standard."""
    found = amplitude_criteria(load_rule_set("wasm2016"))
    assert found is not None
    return found


@pytest.fixture(scope="session")
def night(amplitude: AmplitudeCriteria) -> SimulatedNight:
    """Simulate an hour of both legs with their truth."""
    return simulate_light_night(
        NightParameters(hours=1.0), amplitude=amplitude, seed=3
    )


@pytest.fixture(scope="session")
def short_night(
    tmp_path_factory: pytest.TempPathFactory, amplitude: AmplitudeCriteria
) -> Path:
    """Simulate 50 minutes with the truth beside them: enough for sleep, series and wake."""
    path = tmp_path_factory.mktemp("night") / "night.edf"
    parameters = NightParameters(hours=50 / 60, legs=LegParameters(fs_hz=200.0))
    write_night(simulate_night(parameters, amplitude=amplitude, seed=7), path)
    return path


@pytest.fixture(scope="session")
def nights(short_night: Path) -> ScoredNights:
    """Score the short night in every shape a run makes, each when it is asked for first."""
    return ScoredNights(short_night)
