"""`ekbom demo`: a simulated night of an invented person, scored and written in every form."""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

from ekbom.app.choices import Switch
from ekbom.app.commands.score import steps_of
from ekbom.app.commands.simulate import amplitude_of, require_simulated_or_free
from ekbom.app.terminal.placed_lines import placed_lines
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.screen import screen
from ekbom.app.terminal.summary import print_summary
from ekbom.app.terminal.visible import one_line
from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.request import DEFAULT_RULES
from ekbom.pipeline.score import score_night
from ekbom.report.files import place_assessment, place_night, place_report
from ekbom.report.options import KINDS, ReportOptions
from ekbom.report.outputs.atomic import make_folder
from ekbom.report.outputs.folder import Placed
from ekbom.report.outputs.permit import Permit
from ekbom.rules.load_clinical import source_texts
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import NightParameters
from ekbom.simulation.write import is_simulated
from ekbom.simulation.write import write_night as write_simulated

FACTS = "demo_facts.json"
RULES = (*DEFAULT_RULES, "aasm")
NEEDS_AN_EXTRA = {"parquet"}
ASSESSMENT_NAME = "assessment.json"

STEPS = (
    "simulating a night",
    *steps_of(RULES)[:-1],
    "assessing an invented person",
    "writing every report",
)


def demo(
    *,
    out: Path = Path("ekbom-demo"),
    hours: float = 8.0,
    seed: int = 1,
    overwrite: Switch = False,
) -> None:
    """Simulate a night with periodic leg movements, score and assess it, and write every report.

    Parameters
    ----------
    out
        Folder for the night and its results; a night that is already there is scored again, not
        simulated anew.
    hours
        Length of the simulated night.
    seed
        Seed of the simulation.
    overwrite
        Also take the place of files that Ekbom did not write, or that were changed since.
    """
    make_folder(out)
    permit = Permit(overwrite=overwrite)
    night = out / f"night-{hours:g}h-seed{seed}.edf"
    with steps_shown(STEPS) as progress:
        if not is_simulated(night):
            require_simulated_or_free(night, overwrite=overwrite)
            progress("simulating a night")
            _simulate(night, hours=hours, seed=seed)
        result = score_night(night, rules=RULES, progress=progress)
        progress("assessing an invented person")
        assessment = assess(_invented_person(), night=result)
        progress("writing every report")
        placed = _write_all(result, assessment, out, permit)
    print_summary(result, told=placed_lines(placed))
    console = screen()
    console.print(
        one_line(
            f"The simulated night is {night}, the truth about it lies beside it."
        ),
        markup=False,
    )
    console.print("The person of the assessment is invented.")
    console.print(
        one_line(f"Open {placed.written[0]} in a browser."), markup=False
    )


def _simulate(night: Path, *, hours: float, seed: int) -> None:
    amplitude = amplitude_of(DEFAULT_RULES[0])
    parameters = NightParameters(hours=hours)
    write_simulated(
        simulate_night(parameters, amplitude=amplitude, seed=seed), night
    )


def _invented_person() -> dict[str, object]:
    text = (
        resources.files("ekbom.app").joinpath(FACTS).read_text(encoding="utf-8")
    )
    facts: dict[str, object] = json.loads(text)
    return facts


def _write_all(
    result: StudyResult, assessment: Assessment, out: Path, permit: Permit
) -> Placed:
    """Write the night, the assessment and every report; give each file once, the page first."""
    placed = place_night(result, out, assessment=assessment, permit=permit)
    path = out / ASSESSMENT_NAME
    options = ReportOptions(
        kinds=frozenset(KINDS) - NEEDS_AN_EXTRA,
        assessment=assessment,
        sources=source_texts(),
    )
    written = (
        *placed.written,
        place_assessment(assessment, path, night=result.digest, permit=permit),
        *place_report(result, out, options=options, permit=permit).written,
    )
    return replace(placed, written=tuple(dict.fromkeys(written)))
