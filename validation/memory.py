"""Peak memory and time of ``ekbom score`` on long recordings: ``python3 run.py validate memory``.

A simulated hour is repeated until the recording is as long as asked for, so that its making takes
little memory. The command runs in a process of its own; the figure is the peak of that process. The
exit code is 1 where one lies above its mark.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import edfio
import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.recording import LegSignal
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_light_night
from ekbom.simulation.parameters import LegParameters, NightParameters

HEADER, RECORDS = 256, slice(236, 244)
EPOCHS_PER_HOUR = 120


class Case(NamedTuple):
    """A recording of two legs, and the peak memory (MB) that scoring it may take."""

    hours: int
    fs_hz: int
    most_mb: float


CASES = (Case(8, 256, 250), Case(32, 256, 250), Case(24, 2000, 1000))


class Measured(NamedTuple):
    """What one run took."""

    peak_mb: float
    wall_s: float
    exit_code: int


def main(arguments: Sequence[str]) -> int:
    """Measure every case and print the table."""
    parser = argparse.ArgumentParser(
        prog="python3 run.py validate memory", description=__doc__
    )
    parser.add_argument(
        "--case", type=int, help="only this one, counted from 1"
    )
    only = parser.parse_args(arguments).case
    cases = CASES if only is None else CASES[only - 1 : only]
    print(f"{'two legs':<20}{'peak':>10}{'mark':>10}{'time':>10}")
    failed = False
    for case in cases:
        found = measure(case)
        failed |= found.exit_code != 0 or found.peak_mb > case.most_mb
        print(
            f"{f'{case.hours} h at {case.fs_hz} Hz':<20}{found.peak_mb:>7.0f} MB"
            f"{case.most_mb:>7.0f} MB{found.wall_s:>8.0f} s"
        )
    return int(failed)


def measure(case: Case) -> Measured:
    """Write the recording, score it with every file and take the peak of that process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        night, stages = folder / "night.edf", folder / "stages.eannot"
        write_recording(night, case)
        hour = ["W"] * 10 + ["N2"] * (EPOCHS_PER_HOUR - 10)
        stages.write_text("\n".join(hour * case.hours) + "\n", encoding="utf-8")
        command = ["score", night, "--annotations", stages]
        return _run([*map(str, command), "--out", str(folder / "out")])


def _run(arguments: Sequence[str]) -> Measured:
    """Run the command, and wait for this process alone, so that no other one counts."""
    began = time.monotonic()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "ekbom", *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    return Measured(usage.ru_maxrss / 1024, time.monotonic() - began, code)


def write_recording(path: Path, case: Case) -> None:
    """Write an EDF whose hours are all the same simulated one."""
    hour = _simulated_hour(case.fs_hz)
    start = HEADER * (1 + int(hour[252:256]))
    records = int(hour[RECORDS]) * case.hours
    header = bytearray(hour[:start])
    header[RECORDS] = str(records).ljust(8).encode()
    with path.open("wb") as file:
        file.write(header)
        for _ in range(case.hours):
            file.write(hour[start:])


def _simulated_hour(fs_hz: int) -> bytes:
    """Simulate an hour of two legs, as an EDF without annotations."""
    parameters = NightParameters(
        hours=1.0, legs=LegParameters(fs_hz=float(fs_hz))
    )
    night = simulate_light_night(parameters, amplitude=_amplitude(), seed=1)
    legs = (night.legs.left, night.legs.right)
    with BytesIO() as file:
        edfio.Edf([*map(_signal, legs)]).write(file)
        return file.getvalue()


def _signal(leg: LegSignal) -> edfio.EdfSignal:
    top = round(3200 / leg.step_uv)
    limit_uv = float(f"{top * leg.step_uv:.7g}")
    return edfio.EdfSignal(
        np.clip(leg.emg_uv[:], -limit_uv, limit_uv).astype(np.float64),
        leg.fs_hz,
        label=leg.label,
        physical_dimension="uV",
        physical_range=(-limit_uv, limit_uv),
        digital_range=(-top, top),
        prefiltering=leg.prefilter,
    )


def _amplitude() -> AmplitudeCriteria:
    found = amplitude_criteria(load_rule_set("wasm2016"))
    if found is None:
        raise SystemExit("the default rule set has no amplitude rule")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
