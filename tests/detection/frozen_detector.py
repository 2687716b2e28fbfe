"""The tables of the detectors as rows of plain words, to be frozen.

``python tests/detection/frozen_detector.py``, with ``tests`` on the path, writes the list anew.
Coefficients that were fitted are frozen by their sum and by the sum of their squares.
"""

from collections.abc import Sequence
from pathlib import Path

import yaml
from frozen_words import NUMBER, joined, parameter, write_frozen

from ekbom.rules.load_detection import (
    detector_names,
    load_confidence,
    load_detector,
    load_physical_limits,
)
from ekbom.rules.read import tables_folder

FROZEN = Path(__file__).with_name("frozen_detector.yaml")


def rows() -> dict[str, dict[str, str]]:
    """Write every table as rows, by section and name."""
    found = {}
    for name in detector_names():
        settings = load_detector(name)
        known = joined((settings.title, settings.envelope))
        parameters = {
            key: parameter(one) for key, one in settings.parameters.items()
        }
        found[name] = {"known as": known, **parameters}
    found["physical"] = physical()
    found["confidence"] = confidence()
    return found


def physical() -> dict[str, str]:
    """Write what a leg must be, with the edge that the table gives each limit."""
    source = tables_folder("detection").joinpath("physical.yaml")
    written = yaml.safe_load(source.read_text(encoding="utf-8"))["parameters"]
    edges = {True: "inclusive", False: "exclusive", None: ""}
    return {
        name: f"{value:g} {written[name]['unit']} {edges[written[name].get('inclusive')]}".strip()
        for name, value in vars(load_physical_limits()).items()
    }


def confidence() -> dict[str, str]:
    """Write what was fitted."""
    model = load_confidence()
    assert model is not None
    numbers = {
        f"{name} {part}": sums(getattr(getattr(model, name), part))
        for name in ("accepted", "rejected")
        for part in ("coefficients", "covariance")
    }
    told = " ".join(NUMBER.findall(model.calibrated_on))
    return {
        "calibrated on": told,
        "features": joined(model.features),
        **numbers,
    }


def sums(numbers: Sequence[float]) -> str:
    """Write how many there are, their sum weighed by their place, and the sum of squares."""
    weighed = sum(
        place * number for place, number in enumerate(numbers, start=1)
    )
    return f"{len(numbers)}: {weighed:.9g}, {sum(number**2 for number in numbers):.9g}"


if __name__ == "__main__":
    write_frozen(FROZEN, rows(), about="Every number of the detectors.")
