"""Leg movements at night: why do these legs move, does it matter, and what helps.

The public names below are imported from their rooms when they are first used, so that ``import
ekbom`` costs little.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what a type checker and an editor see of the names below
    from ekbom.model.result import StudyResult as StudyResult
    from ekbom.pipeline.assess import assess as assess
    from ekbom.pipeline.detect import find_leg_movements as find_leg_movements
    from ekbom.pipeline.score import score_night as score_night
    from ekbom.pipeline.score_arrays import score_arrays as score_arrays
    from ekbom.readers.study import open_study as open_study
    from ekbom.report.pages.html import render_html as render_html
    from ekbom.report.result_json import read_result as read_result
    from ekbom.report.result_json import write_result as write_result
    from ekbom.rules.load_scoring import load_rule_set as load_rule_set
    from ekbom.scoring.candidates import (
        combine_candidates as combine_candidates,
    )
    from ekbom.scoring.indices.compute import compute_indices as compute_indices
    from ekbom.scoring.legs import join_leg_movements as join_leg_movements
    from ekbom.scoring.links import associate as associate
    from ekbom.scoring.series import periodic_series as periodic_series
    from ekbom.simulation.night import simulate_night as simulate_night

_HOMES = {
    "score_night": "ekbom.pipeline.score",
    "score_arrays": "ekbom.pipeline.score_arrays",
    "open_study": "ekbom.readers.study",
    "find_leg_movements": "ekbom.pipeline.detect",
    "join_leg_movements": "ekbom.scoring.legs",
    "combine_candidates": "ekbom.scoring.candidates",
    "associate": "ekbom.scoring.links",
    "periodic_series": "ekbom.scoring.series",
    "compute_indices": "ekbom.scoring.indices.compute",
    "load_rule_set": "ekbom.rules.load_scoring",
    "assess": "ekbom.pipeline.assess",
    "render_html": "ekbom.report.pages.html",
    "read_result": "ekbom.report.result_json",
    "write_result": "ekbom.report.result_json",
    "simulate_night": "ekbom.simulation.night",
    "StudyResult": "ekbom.model.result",
}
__all__ = ["__version__", *sorted(_HOMES)]  # noqa: PLE0604 - the names are text, listed once above


def __getattr__(name: str) -> object:
    """Import a public name from its room when it is first asked for."""
    if name == "__version__":
        return import_module("importlib.metadata").version("ekbom")
    if name not in _HOMES:
        raise AttributeError(
            f"ekbom has no public name {name!r}; it has {', '.join(__all__)}"
        )
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
