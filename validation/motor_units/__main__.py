"""Measure the detector on nights of motor units.

``python3 run.py validate motorunits [--nights N] [--hours H] [--only TEXT] [--no-programs]``.

Writes DIR/motor-units.md and motor-units.json.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from validation.detector.__main__ import ignore, show_progress
from validation.detector.conditions import Condition
from validation.detector.nights import KnownNight, Material
from validation.detector.ours import default_amplitude
from validation.detector.rivals import finish_race, start_race
from validation.motor_units.nights import make_unit_night
from validation.motor_units.page import (
    UnitFindings,
    pooled,
    render_unit_json,
    render_unit_page,
)
from validation.motor_units.recipes import Recipe, recipes
from validation.motor_units.survey import (
    REPORT_SEEDS,
    condition_of,
    run_unit_survey,
)

RACE_HOURS = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitTask:
    """One night that the other programs are asked about."""

    recipe: Recipe
    seed: int
    hours: float

    @property
    def condition(self) -> Condition:
        """Give the condition of the night."""
        return condition_of(self.recipe)

    @property
    def material(self) -> Material:
        """Say what the night is made of."""
        return Material.SYNTHETIC

    def night(self) -> KnownNight:
        """Make the night; it is the same every time."""
        return make_unit_night(
            self.recipe,
            condition=self.condition,
            amplitude=default_amplitude(),
            hours=self.hours,
            seed=self.seed,
        ).known


def main(arguments: Sequence[str]) -> int:
    """Run the survey and write its page."""
    asked = _parse(arguments)
    progress = show_progress if sys.stderr.isatty() else ignore
    chosen = [recipe for recipe in recipes() if asked.only in recipe.name]
    seeds = REPORT_SEEDS[: asked.nights]
    tasks = [
        UnitTask(recipe=recipe, seed=seeds[0], hours=RACE_HOURS)
        for recipe in chosen
        if not asked.no_programs
    ]
    race = start_race(tasks, progress=progress)
    survey = run_unit_survey(
        chosen, seeds=seeds, hours=asked.hours, progress=progress
    )
    rival_rows, problems, _ = finish_race(race, progress=progress)
    findings = UnitFindings(
        survey=survey,
        rival_rows=rival_rows,
        rival_problems=problems,
        n_nights=asked.nights,
        hours=asked.hours,
        first_seed=seeds[0],
    )
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("md", render_unit_page(findings)),
        ("json", render_unit_json(findings)),
    ):
        (asked.out / f"motor-units.{name}").write_text(text, encoding="utf-8")
    robust = pooled(survey, "robust")
    print(
        f"{asked.out / 'motor-units.md'}: F1 {robust.f1:.3f} pooled, "
        f"{robust.worst_f1:.3f} at worst ({robust.worst_name})"
    )
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(
        prog="python3 run.py validate motorunits",
        description=(__doc__ or "").splitlines()[0],
    )
    parser.add_argument("--nights", type=int, default=3, metavar="N")
    parser.add_argument("--hours", type=float, default=1.0, metavar="H")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--no-programs", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("build/validation"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
