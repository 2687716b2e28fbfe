"""`ekbom demo`: a simulated night of an invented person, scored and written in every form."""

import json
from importlib import resources
from pathlib import Path

from ekbom.app.commands.simulate import amplitude_of
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.screen import screen
from ekbom.app.terminal.summary import print_summary
from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.request import DEFAULT_RULES
from ekbom.pipeline.score import score_night
from ekbom.report.files import write_night, write_report
from ekbom.report.options import KINDS, ReportOptions
from ekbom.report.result_json import write_assessment
from ekbom.rules.load_clinical import source_texts
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import NightParameters
from ekbom.simulation.write import write_night as write_simulated

FACTS = "demo_facts.json"
RULES = (*DEFAULT_RULES, "aasm")
NEEDS_AN_EXTRA = {"parquet"}
ASSESSMENT_NAME = "assessment.json"


def demo(
    *, out: Path = Path("ekbom-demo"), hours: float = 8.0, seed: int = 1
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
    """
    out.mkdir(parents=True, exist_ok=True)
    night = out / f"night-{hours:g}h-seed{seed}.edf"
    with steps_shown() as progress:
        if not night.exists():
            progress("simulating a night")
            _simulate(night, hours=hours, seed=seed)
        result = score_night(night, rules=RULES, progress=progress)
        progress("assessing an invented person")
        assessment = assess(_invented_person(), night=result)
        progress("writing every report")
        written = _write_all(result, assessment, out)
    print_summary(result, written=written)
    console = screen()
    console.print(
        f"The simulated night is {night}, the truth about it lies beside it."
    )
    console.print("The person of the assessment is invented.")
    console.print(f"Open {written[0]} in a browser.")


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
    result: StudyResult, assessment: Assessment, out: Path
) -> tuple[Path, ...]:
    """Write the night, the assessment and every report; give each file once, the page first."""
    options = ReportOptions(
        kinds=frozenset(KINDS) - NEEDS_AN_EXTRA,
        assessment=assessment,
        sources=source_texts(),
    )
    written = (
        *write_night(result, out, assessment=assessment),
        write_assessment(assessment, out / ASSESSMENT_NAME),
        *write_report(result, out, options=options),
    )
    return tuple(dict.fromkeys(written))
