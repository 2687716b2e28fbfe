"""`ekbom demo`: a full simulated night, scored, with the paths of everything that was made."""

from pathlib import Path

from rich.console import Console

from ekbom.app.commands.score import write_score
from ekbom.app.progress import steps_shown
from ekbom.app.summary import print_summary
from ekbom.model.errors import UnscorableError
from ekbom.pipeline.score import DEFAULT_RULES, score_night
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import NightParameters
from ekbom.simulation.write import write_night


def demo(*, out: Path = Path("ekbom-demo"), hours: float = 8.0, seed: int = 1) -> None:
    """Simulate a night with periodic leg movements, score it and write the report.

    Parameters
    ----------
    out
        Folder for the night and its results; a night that is already there is scored again, not simulated anew.
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
        progress("writing the report")
        written = write_score(result, out)
    print_summary(result, written=written)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"The simulated night is {night}, the truth about it lies beside it. Open {written[-1]} in a browser.")


def _simulate(night: Path, *, hours: float, seed: int) -> None:
    amplitude = amplitude_criteria(load_rule_set(DEFAULT_RULES[0]))
    if amplitude is None:
        raise UnscorableError(f"The rule set {DEFAULT_RULES[0]} has no amplitude rule, so no truth can be told; choose another one.")
    write_night(simulate_night(NightParameters(hours=hours), amplitude=amplitude, seed=seed), night)
