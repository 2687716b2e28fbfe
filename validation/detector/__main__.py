"""Measure the detector under every condition: ``python3 run.py validate [--full] [--out DIR] [--no-programs]``.

Writes DIR/detector.html (self-contained), detector.md and detector.json.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from validation.detector.conditions import Condition, paired_conditions, single_conditions
from validation.detector.nights import Material
from validation.detector.page import Findings, render_json, render_markdown, render_page
from validation.detector.reliability import reliability
from validation.detector.rivals import Race, Task, finish_race, start_race
from validation.detector.survey import Plan, Survey, run_survey

RESAMPLING_SEED = 1
LINE = 100


def main(arguments: Sequence[str]) -> int:
    """Run the survey and write its page."""
    asked = parse(arguments)
    begun = time.monotonic()
    progress = show_progress if sys.stderr.isatty() else ignore
    singles = tuple(c for c in single_conditions() if asked.only in c.name)
    plans = plans_of(singles, tuple(c for c in paired_conditions() if asked.only in c.name), full=asked.full)
    race = start_race(() if asked.no_programs else tasks_of(singles, full=asked.full), progress=progress)
    survey = run_survey(plans, progress=progress)
    findings = gather(survey, race, plans, begun=begun, progress=progress)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, text in (("html", render_page(findings)), ("md", render_markdown(findings)), ("json", render_json(findings))):
        (asked.out / f"detector.{name}").write_text(text, encoding="utf-8")
    failed = sum(1 for row in findings.rows if row.program == "robust" and not row.reached)
    print(f"{asked.out / 'detector.html'}: {len(findings.rows)} rows, {failed} of the robust detector below what is asked")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python3 run.py validate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="nights of eight hours, more of them, every program on both materials")
    parser.add_argument("--out", type=Path, default=Path("build/validation"), help="folder of the page")
    parser.add_argument("--only", default="", metavar="TEXT", help="only conditions whose name holds this text")
    parser.add_argument("--no-programs", action="store_true", help="leave out the public programs")
    return parser.parse_args(arguments)


def plans_of(singles: tuple[Condition, ...], pairs: tuple[Condition, ...], *, full: bool) -> tuple[Plan, ...]:
    """Say on how many nights of how many hours each condition is measured."""
    if full:
        return Plan(singles, tuple(range(1, 7)), 8.0), Plan(pairs, (1, 2, 3, 4), 2.0)
    return Plan(singles, (1, 2, 3), 1.0), Plan(pairs, (1, 2), 1.0)


def tasks_of(singles: Sequence[Condition], *, full: bool) -> list[Task]:
    """Choose the nights of the other programs: one hour of each condition, in a full run of both materials."""
    materials = tuple(Material) if full else (Material.SYNTHETIC,)
    return [Task(condition=condition, material=material, seed=1, hours=1.0) for condition in singles for material in materials]


def gather(survey: Survey, race: Race, plans: Sequence[Plan], *, begun: float, progress: Callable[[str], None]) -> Findings:
    """Put our survey and the other programs together."""
    rival_rows, problems, cpu_s = finish_race(race, progress=progress)
    nights = ", ".join(f"{len(p.conditions)} conditions on {len(p.seeds)} nights of {p.hours:g} h of each material" for p in plans)
    return Findings(
        rows=survey.rows,
        rival_rows=rival_rows,
        rival_problems=problems,
        rival_cpu_s=cpu_s,
        reliability=reliability(survey.labelled, n_below=survey.n_below, rng=np.random.default_rng(RESAMPLING_SEED)),
        examples=survey.examples,
        nights=f"Measured: {nights}.",
        minutes=(time.monotonic() - begun) / 60.0,
    )


def show_progress(text: str) -> None:
    """Show on a terminal what is being done."""
    sys.stderr.write(f"\r{text[:LINE]:<{LINE}}")


def ignore(_text: str) -> None:
    """Show nothing where there is no terminal."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
