"""`ekbom demo`: a full simulated night of an invented person, scored, assessed, and written in every form."""

import json
from importlib import resources
from pathlib import Path

from rich.console import Console

from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.summary import print_summary
from ekbom.model.errors import UnscorableError
from ekbom.pipeline.assess import assess
from ekbom.pipeline.score import DEFAULT_RULES, score_night
from ekbom.report.files import write_night, write_report
from ekbom.report.options import KINDS, ReportOptions
from ekbom.report.result_json import write_assessment
from ekbom.rules.load_clinical import source_texts
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import NightParameters
from ekbom.simulation.write import write_night as write_simulated

FACTS = "demo_facts.json"
NEEDS_AN_EXTRA = {"parquet"}
ASSESSMENT_NAME = "assessment.json"


def demo(*, out: Path = Path("ekbom-demo"), hours: float = 8.0, seed: int = 1) -> None:
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
        result = score_night(night, rules=[*DEFAULT_RULES, "aasm"], progress=progress)
        progress("assessing an invented person")
        facts = json.loads(resources.files("ekbom.app").joinpath(FACTS).read_text(encoding="utf-8"))
        assessment = assess(facts, night=result)
        progress("writing every report")
        written = list(write_night(result, out, assessment=assessment))
        written.append(write_assessment(assessment, out / ASSESSMENT_NAME))
        options = ReportOptions(
            kinds=frozenset(KINDS) - NEEDS_AN_EXTRA, assessment=assessment, sources=source_texts()
        )
        written += [
            path for path in write_report(result, out, options=options) if path not in written
        ]
    print_summary(result, written=written)
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"The simulated night is {night}, the truth about it lies beside it. The person of the assessment is invented."
    )
    console.print(f"Open {written[0]} in a browser.")


def _simulate(night: Path, *, hours: float, seed: int) -> None:
    amplitude = amplitude_criteria(load_rule_set(DEFAULT_RULES[0]))
    if amplitude is None:
        raise UnscorableError(
            f"The rule set {DEFAULT_RULES[0]} has no amplitude rule, so no truth can be told; choose another one."
        )
    write_simulated(
        simulate_night(NightParameters(hours=hours), amplitude=amplitude, seed=seed), night
    )
