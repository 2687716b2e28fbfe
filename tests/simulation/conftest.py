"""What the tests of the simulator share: amplitude criteria and a light night."""

import pytest

from ekbom.model.rules import AmplitudeCriteria
from ekbom.simulation.night import SimulatedNight, simulate_light_night
from ekbom.simulation.parameters import NightParameters


@pytest.fixture(scope="session")
def amplitude() -> AmplitudeCriteria:
    return AmplitudeCriteria(
        onset_above_rest_uv=8.0,
        offset_above_rest_uv=2.0,
        offset_hold_s=0.5,
        offset_inclusive=True,
        min_duration_s=0.5,
        morphology=True,
        morphology_median_uv=2.0,
        morphology_window_s=0.5,
    )


@pytest.fixture(scope="session")
def night(amplitude: AmplitudeCriteria) -> SimulatedNight:
    return simulate_light_night(NightParameters(hours=1.0), amplitude=amplitude, seed=3)
