"""The public programs over one night of each single condition, while our own survey runs."""

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from validation.detector.conditions import Condition
from validation.detector.measure import score_night
from validation.detector.nights import KnownNight, Material, make_night
from validation.detector.ours import default_amplitude, detect
from validation.detector.programs import (
    PROGRAMS,
    Answers,
    Program,
    collect,
    prepare,
    save_night,
    start,
)
from validation.detector.survey import OURS, Row, row_of


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """One night that the programs are asked about."""

    condition: Condition
    material: Material
    seed: int
    hours: float

    def night(self) -> KnownNight:
        """Make the night; it is the same every time."""
        return make_night(
            self.condition,
            material=self.material,
            amplitude=default_amplitude(),
            hours=self.hours,
            seed=self.seed,
        )


class Asked(Protocol):
    """A night that the programs are asked about, of whatever kind."""

    @property
    def condition(self) -> Condition:
        """Give the condition of the night."""

    @property
    def material(self) -> Material:
        """Say what the night is made of."""

    def night(self) -> KnownNight:
        """Make the night; it is the same every time."""


@dataclass(eq=False, kw_only=True)
class Race:
    """Programs under way: their processes, or why one could not start."""

    folder: tempfile.TemporaryDirectory[str]
    tasks: tuple[Asked, ...]
    processes: dict[str, "subprocess.Popen[str]"]
    problems: dict[str, str]


def start_race(
    tasks: Sequence[Asked], *, progress: Callable[[str], None]
) -> Race:
    """Install what is missing, write the nights and start every program that could be installed."""
    folder = tempfile.TemporaryDirectory(prefix="ekbom-validation-")
    race = Race(folder=folder, tasks=tuple(tasks), processes={}, problems={})
    ready: list[Program] = []
    for program in PROGRAMS:
        progress(
            f"installing {program.package} {program.version} in an environment of its own"
        )
        race.problems[program.package] = prepare(program)
        if not race.problems[program.package]:
            ready.append(program)
    for number, task in enumerate(race.tasks if ready else ()):
        progress(
            f"writing night {number + 1} of {len(race.tasks)} for the other programs"
        )
        save_night(task.night(), Path(folder.name), number=number)
    race.processes = {
        program.package: start(program, Path(folder.name)) for program in ready
    }
    return race


def finish_race(
    race: Race, *, progress: Callable[[str], None]
) -> tuple[list[Row], dict[str, str], dict[str, float]]:
    """Wait for the programs.

    Give their rows and ours on the same nights, problems by package, CPU seconds by program.
    """
    answers: list[Answers] = []
    for program in PROGRAMS:
        if program.package in race.processes:
            progress(f"waiting for {program.package}")
            numbers = range(len(race.tasks))
            answers.append(
                collect(
                    program,
                    race.processes[program.package],
                    Path(race.folder.name),
                    numbers=numbers,
                )
            )
            race.problems[program.package] = answers[-1].problem
    rows: list[Row] = []
    for number, task in enumerate(race.tasks if answers else ()):
        progress(f"comparing on {task.condition.name}, {task.material}")
        rows += _rows(task, number, answers)
    race.folder.cleanup()
    return (
        rows,
        race.problems,
        {
            variant: cpu_s
            for answer in answers
            for variant, cpu_s in answer.cpu_s.items()
        },
    )


def _rows(task: Asked, number: int, answers: Sequence[Answers]) -> list[Row]:
    """Score all programs on one night."""
    night = task.night()
    found = {
        f"Ekbom {detector}": detect(night, detector=detector).movements
        for detector in OURS
    }
    for answer in answers:
        found.update(
            {
                variant: nights[number]
                for variant, nights in answer.movements.items()
                if number in nights
            }
        )
    return [
        row_of(
            task.condition,
            task.material,
            program,
            [score_night(night, movements)],
        )
        for program, movements in found.items()
    ]
