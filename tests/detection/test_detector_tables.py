"""The detectors' tables.

Every number has a unit and a reason, and the confidence fits the features it is applied to.
"""

import pytest

from ekbom.criteria.detector import RobustSettings
from ekbom.detection.robust.confidence import FEATURES
from ekbom.model.errors import UsageError
from ekbom.rules.load_detection import (
    detector_names,
    load_confidence,
    load_detector,
)


@pytest.mark.parametrize("name", detector_names())
def test_every_number_has_a_unit_and_a_reason(name: str) -> None:
    settings = load_detector(name)
    assert settings.id == name
    for parameter in settings.parameters.values():
        assert parameter.unit
        assert parameter.note or parameter.source.locator


def test_detectors_differ_in_their_digest() -> None:
    assert len(
        {load_detector(name).digest for name in detector_names()}
    ) == len(detector_names())


def test_unknown_detector_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="robust, literal"):
        load_detector("clever")


def test_confidence_fits_its_features_and_says_what_it_was_calibrated_on() -> (
    None
):
    model = load_confidence()
    assert model is not None
    assert model.features == FEATURES
    assert "synthetic" in model.calibrated_on
    assert len(model.accepted.covariance) == len(FEATURES) ** 2
    robust = load_detector("robust")
    assert isinstance(robust, RobustSettings)
    assert robust.confidence == model
