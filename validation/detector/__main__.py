"""Measure the detector under every condition.

``python3 run.py validate [--full] [--out DIR] [--no-programs]``.

Writes DIR/detector.html (self-contained), detector.md and detector.json.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from validation.detector.conditions import (
    Condition,
    paired_conditions,
    single_conditions,
)
from validation.detector.nights import Material
from validation.detector.page import (
    Findings,
    render_json,
    render_markdown,
    render_page,
)
from validation.detector.reliability import reliability
from validation.detector.rivals import Race, Task, finish_race, start_race
from validation.detector.survey import Plan, Survey, run_survey

RESAMPLING_SEED = 1
SHORT_RACE = (
    "rest 0.5 uV",
    "rest 1 uV",
    "rest 1.5 uV",
    "rest 2 uV",
    "rest 4 uV",
    "drift 1 to 10 uV",
    "steps up to 10 uV",
    "hum 5 uV, 50 Hz",
    "hum 20 uV, 50 Hz",
    "hum 10 uV, 60 Hz",
    "ECG 15 uV, both legs, with ECG channel",
    "ECG 40 uV, both legs, with ECG channel",
    "100 Hz",
    "128 Hz",
    "512 Hz",
    "step 2 uV, 12 bit",
    "weak, 8.5 to 12 uV",
    "bursts 0.35 to 0.49 s",
    "tonic 20 to 60 s",
    "cable pops",
    "electrode off",
    "saturations",
    "empty, 1 uV",
    "empty, 4 uV",
    "empty, ECG 40 uV",
)
LINE = 100


def main(arguments: Sequence[str]) -> int:
    """Run the survey and write its page."""
    asked = parse(arguments)
    begun = time.monotonic()
    progress = show_progress if sys.stderr.isatty() else ignore
    singles = tuple(c for c in single_conditions() if asked.only in c.name)
    pairs = tuple(c for c in paired_conditions() if asked.only in c.name)
    plans = plans_of(singles, pairs, nights=asked.nights, full=asked.full)
    race = start_race(
        () if asked.no_programs else tasks_of(singles, full=asked.full),
        progress=progress,
    )
    survey = run_survey(plans, progress=progress)
    findings = gather(survey, race, plans, begun=begun, progress=progress)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("html", render_page(findings)),
        ("md", render_markdown(findings)),
        ("json", render_json(findings)),
    ):
        (asked.out / f"detector.{name}").write_text(text, encoding="utf-8")
    failed = sum(
        1
        for row in findings.rows
        if row.program == "robust" and not row.reached
    )
    print(
        f"{asked.out / 'detector.html'}: {len(findings.rows)} rows, "
        f"{failed} of the robust detector below what is asked"
    )
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(
        prog="python3 run.py validate",
        description=(__doc__ or "").splitlines()[0],
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="nights of eight hours, more of them, every program on both materials",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/validation"),
        help="folder of the page",
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="TEXT",
        help="only conditions whose name holds this text",
    )
    parser.add_argument(
        "--nights",
        type=int,
        default=3,
        metavar="N",
        help="nights of each condition and material, one less of a pair",
    )
    parser.add_argument(
        "--no-programs",
        action="store_true",
        help="leave out the public programs",
    )
    return parser.parse_args(arguments)


def plans_of(
    singles: tuple[Condition, ...],
    pairs: tuple[Condition, ...],
    *,
    nights: int,
    full: bool,
) -> tuple[Plan, ...]:
    """Say on how many nights of how many hours each condition is measured.

    A full run is of eight hours and twice as many nights.
    """
    n = 2 * nights if full else nights
    hours = 8.0 if full else 1.0
    return Plan(singles, tuple(range(1, n + 1)), hours), Plan(
        pairs, tuple(range(1, max(1, n - 1) + 1)), hours
    )


def tasks_of(singles: Sequence[Condition], *, full: bool) -> list[Task]:
    """Choose the nights of the other programs.

    Half an hour of each level they can tell apart, in a full run an hour of both materials.

    No program uses an ECG channel, and the least disturbed levels of a row say little: a short run
    takes the harder ones.
    """
    if full:
        return [
            Task(condition=condition, material=material, seed=1, hours=1.0)
            for condition in singles
            for material in Material
        ]
    chosen = [
        condition for condition in singles if condition.name in SHORT_RACE
    ]
    return [
        Task(
            condition=condition, material=Material.SYNTHETIC, seed=1, hours=0.5
        )
        for condition in chosen
    ]


def gather(
    survey: Survey,
    race: Race,
    plans: Sequence[Plan],
    *,
    begun: float,
    progress: Callable[[str], None],
) -> Findings:
    """Put our survey and the other programs together."""
    rival_rows, problems, cpu_s = finish_race(race, progress=progress)
    nights = ", ".join(
        f"{len(p.conditions)} conditions on {len(p.seeds)} nights of {p.hours:g} h of each material"
        for p in plans
    )
    return Findings(
        rows=survey.rows,
        rival_rows=rival_rows,
        rival_problems=problems,
        rival_cpu_s=cpu_s,
        reliability=reliability(
            survey.labelled,
            n_below=survey.n_below,
            rng=np.random.default_rng(RESAMPLING_SEED),
        ),
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
