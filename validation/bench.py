"""Speed and memory of this build, each task in a process of its own: ``python3 run.py bench``.

Times are CPU seconds (user and system) of the second run in a warm process unless a row says
otherwise; memory is the peak of the whole process, or what came on top of the interpreter with its
imports. The machine is named, because the figures mean nothing without it; compare ratios within
one run.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.events import Event, EventKind
from ekbom.model.movements import LegMovements
from ekbom.model.recording import LegChoice, Recording
from ekbom.pipeline.find import detect_legs
from ekbom.pipeline.request import ScoringRequest
from ekbom.pipeline.score import score_study
from ekbom.readers.study import Study
from ekbom.rules.load_detection import load_detector
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_light_night, simulate_night
from ekbom.simulation.parameters import LegParameters, NightParameters
from ekbom.simulation.sleep import simulate_hypnogram
from ekbom.simulation.write import write_night
from validation.detector.conditions import single_conditions
from validation.detector.nights import Material
from validation.detector.rivals import Task, finish_race, start_race

NIGHT_H = 8.0
RACE_CONDITION = "rest 1 uV"
Figures = dict[str, float]


class Row(NamedTuple):
    """One line of the table.

    What was measured, the figure, its unit, and the mark to reach (None: for information).
    """

    what: str
    figure: float
    unit: str
    mark: float | None


def cpu_s() -> float:
    """CPU seconds of this process so far, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_mb() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def warm(task: Callable[[], object]) -> float:
    """CPU seconds of the second run of a task."""
    task()
    start = cpu_s()
    task()
    return cpu_s() - start


def amplitude() -> AmplitudeCriteria:
    """Load the amplitude rule of the default standard."""
    found = amplitude_criteria(load_rule_set("wasm2016"))
    if found is None:
        raise SystemExit("the default rule set has no amplitude rule")
    return found


def detection(detector: str, fs_hz: float, hours: float) -> Figures:
    """Both legs of a night through one detector."""
    parameters = NightParameters(hours=hours, legs=LegParameters(fs_hz=fs_hz))
    night = simulate_light_night(parameters, amplitude=amplitude(), seed=1)
    legs, ecg, rule = (
        (night.legs.left, night.legs.right),
        night.ecg,
        amplitude(),
    )
    settings = load_detector(detector)
    before = peak_mb()
    seconds = warm(
        lambda: detect_legs(legs, ecg=ecg, amplitude=rule, settings=settings)
    )
    return {
        "cpu_s": seconds,
        "above_mb": peak_mb() - before,
        "peak_mb": peak_mb(),
    }


def random_study(n_movements: int) -> Study:
    """Make a night of marked movements with stages, arousals and breathing events; random, seeded.

    Eight hours hold 2,000 movements; more make the night longer, so that they do not run into each
    other.
    """
    rng = np.random.default_rng(n_movements)
    duration_s = NIGHT_H * 3600 * max(1.0, n_movements / 2000)
    onset_s = (
        600 + np.cumsum(rng.lognormal(np.log(12.0), 0.6, n_movements))
    ).round(3)
    onset_s *= (duration_s - 1200) / onset_s[-1]
    marked = LegMovements(
        onset_s=onset_s,
        duration_s=rng.uniform(0.5, 8.0, n_movements).round(3),
        side=rng.choice(np.array(["left", "right"]), n_movements),
        truncated=np.zeros(n_movements, dtype=np.bool_),
    )
    events = [
        Event(
            onset_s=float(at),
            duration_s=20.0,
            kind=EventKind.HYPOPNEA,
            label="H",
        )
        for at in rng.uniform(0, duration_s, 150)
    ]
    events += [
        Event(
            onset_s=float(at), duration_s=6.0, kind=EventKind.AROUSAL, label="A"
        )
        for at in rng.uniform(0, duration_s, 150)
    ]
    return Study(
        recording=Recording(
            name="bench",
            format="marks",
            start=None,
            duration_s=duration_s,
            channels=(),
        ),
        choice=LegChoice(),
        legs=(),
        ecg=None,
        hypnogram=simulate_hypnogram(duration_s, rng),
        events=tuple(sorted(events, key=lambda event: event.onset_s)),
        marked_movements=marked,
        lights_off_s=None,
        lights_on_s=None,
        scored=frozenset({"stages", "arousals", "breathing", "movements"}),
    )


def scoring(n_movements: int) -> Figures:
    """Run marked movements through all of scoring: every index, bootstrap of 1,000."""
    study = random_study(n_movements)
    request = ScoringRequest(
        rule_sets=(load_rule_set("wasm2016"),), detector=load_detector("robust")
    )
    return {
        "cpu_s": warm(lambda: score_study(study, request)),
        "peak_mb": peak_mb(),
    }


def arrays_to_indices() -> Figures:
    """Run detection and scoring on a night that is in memory."""
    night = simulate_light_night(
        NightParameters(hours=NIGHT_H), amplitude=amplitude(), seed=1
    )
    study = Study(
        recording=Recording(
            name="bench",
            format="arrays",
            start=None,
            duration_s=NIGHT_H * 3600,
            channels=(),
        ),
        choice=LegChoice(),
        legs=(night.legs.left, night.legs.right),
        ecg=night.ecg,
        hypnogram=night.plan.hypnogram,
        events=night.plan.events,
        marked_movements=None,
        lights_off_s=None,
        lights_on_s=None,
        scored=frozenset({"stages", "arousals", "breathing"}),
    )
    request = ScoringRequest(
        rule_sets=(load_rule_set("wasm2016"),), detector=load_detector("robust")
    )
    return {
        "cpu_s": warm(lambda: score_study(study, request)),
        "peak_mb": peak_mb(),
    }


def command(arguments: list[str], *, repeats: int = 2) -> Figures:
    """Run a whole command in a process of its own.

    The last of several runs, with compiled files and cached pages.
    """
    figures: Figures = {}
    for _ in range(repeats):
        before, start = (
            resource.getrusage(resource.RUSAGE_CHILDREN),
            time.perf_counter(),
        )
        subprocess.run(
            [sys.executable, "-m", "ekbom", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        after, wall = (
            resource.getrusage(resource.RUSAGE_CHILDREN),
            time.perf_counter() - start,
        )
        cpu = (
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        )
        figures = {
            "cpu_s": cpu,
            "wall_s": wall,
            "peak_mb": after.ru_maxrss / 1024,
        }
    return figures


def score_command() -> Figures:
    """`ekbom score` on an EDF of 40 channels, report and all files included."""
    with tempfile.TemporaryDirectory() as folder:
        night = Path(folder) / "night.edf"
        simulated = simulate_night(
            NightParameters(hours=NIGHT_H),
            amplitude=amplitude(),
            seed=1,
            n_channels=40,
        )
        write_night(simulated, night)
        return isolated(
            "command", "score", str(night), "--out", str(Path(folder) / "out")
        )


TASKS: dict[str, Callable[..., Figures]] = {
    "detection": lambda detector, fs_hz, hours: detection(
        detector, float(fs_hz), float(hours)
    ),
    "scoring": lambda n: scoring(int(n)),
    "arrays": arrays_to_indices,
    "score_command": score_command,
    "command": lambda *arguments: command(list(arguments)),
}


def isolated(task: str, *arguments: str) -> Figures:
    """Run one task in a fresh process and take its figures."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "validation.bench", task, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    figures: Figures = json.loads(ran.stdout.splitlines()[-1])
    return figures


def rows() -> list[Row]:
    """Measure everything, one task after the other."""
    robust, literal = (
        isolated("detection", "robust", "256", "8"),
        isolated("detection", "literal", "256", "8"),
    )
    fast, long = (
        isolated("detection", "robust", "512", "8"),
        isolated("detection", "robust", "256", "24"),
    )
    few, many = isolated("scoring", "2000"), isolated("scoring", "20000")
    arrays, whole, help_page = (
        isolated("arrays"),
        isolated("score_command"),
        isolated("command", "--help"),
    )
    return [
        Row(
            "robust detection, two legs, 8 h, 256 Hz, quality, hum and ECG handling",
            robust["cpu_s"],
            "s CPU",
            0.6,
        ),
        Row("  memory on top of the signals", robust["above_mb"], "MB", 300),
        Row(
            "literal detection, the same night", literal["cpu_s"], "s CPU", 1.0
        ),
        Row(
            "robust detection at 512 Hz, times that at 256 Hz",
            fast["cpu_s"] / robust["cpu_s"],
            "times",
            2.2,
        ),
        Row(
            "robust detection of 24 h: memory on top of the signals",
            long["above_mb"],
            "MB",
            300,
        ),
        Row(
            "scoring of 2,000 movements, all indices, bootstrap of 1,000",
            few["cpu_s"],
            "s CPU",
            0.3,
        ),
        Row(
            "scoring of 20,000 movements, times that of 2,000",
            many["cpu_s"] / few["cpu_s"],
            "times",
            12,
        ),
        Row(
            "from arrays to indices, two legs, 8 h, 256 Hz",
            arrays["cpu_s"],
            "s CPU",
            1.2,
        ),
        Row(
            "ekbom score on an EDF of 40 channels, all files written",
            whole["cpu_s"],
            "s CPU",
            3.0,
        ),
        Row("  peak memory of the command", whole["peak_mb"], "MB", 400),
        Row("ekbom --help", help_page["wall_s"], "s", 0.25),
    ]


def beside_others() -> list[Row]:
    """Ask the public programs about an hour of two legs; give their time as a multiple of ours."""
    condition = next(
        condition
        for condition in single_conditions()
        if condition.name == RACE_CONDITION
    )
    task = Task(
        condition=condition, material=Material.SYNTHETIC, seed=1, hours=1.0
    )
    night, rule, settings = task.night(), amplitude(), load_detector("robust")
    legs = (night.legs.left, night.legs.right)
    race = start_race([task], progress=lambda _step: None)
    ours = warm(
        lambda: detect_legs(legs, ecg=None, amplitude=rule, settings=settings)
    )
    _, problems, theirs = finish_race(race, progress=lambda _step: None)
    for problem in filter(None, problems.values()):
        print(problem)
    found = [
        Row(
            f"{program} on one hour of two legs, times ours",
            seconds / ours,
            "times",
            None,
        )
        for program, seconds in theirs.items()
    ]
    return [
        Row("robust detection of the same hour", ours, "s CPU", None),
        *found,
    ]


def machine() -> str:
    """Name the machine the figures come from."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in _cpuinfo()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    return f"{model or platform.machine()}, {os.cpu_count()} cores, {platform.system()}, {versions}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return (
        path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    )


def main(arguments: list[str]) -> None:
    """Run one task for a parent process, or all of them and print the table."""
    if arguments:
        print(json.dumps(TASKS[arguments[0]](*arguments[1:])))
        return
    print(machine())
    print(f"{'':<76}{'measured':>10}{'mark':>10}")
    for row in (*rows(), *beside_others()):
        mark = "" if row.mark is None else f"{row.mark:g}"
        print(f"{row.what:<76}{row.figure:>10.2f}{mark:>10}  {row.unit}")


if __name__ == "__main__":
    main(sys.argv[1:])
