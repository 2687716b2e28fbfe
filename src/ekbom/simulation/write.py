"""A synthetic night as files: EDF+ with annotations, and the truth as tables."""

import csv
import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.events import Stage
from ekbom.model.recording import LegSignal
from ekbom.simulation.legs import TruthMovements
from ekbom.simulation.night import NightPlan, SimulatedNight
from ekbom.simulation.polygraph import Wave

if TYPE_CHECKING:
    import edfio

EQUIPMENT = "ekbom-simulation"
HEADER_BYTES = 256
EVENT_COLUMNS = ("onset_s", "duration_s", "kind", "label")
START = dt.datetime(2024, 1, 15, 22, 30, 0)
STAGE_TEXT = {
    stage: f"Sleep stage {'?' if stage == Stage.UNSCORED else stage}"
    for stage in Stage
}
# Columns of the table of true movements, each with its format.
MOVEMENT_FORMATS = {
    "onset_s": ".4f",
    "duration_s": ".4f",
    "side": "",
    "peak_uv": ".1f",
    "kind": "",
    "group": "",
    "lm": "d",
}


class WrittenNight(NamedTuple):
    """The files of one synthetic night."""

    edf: Path
    leg_movements: Path
    events: Path


def write_night(night: SimulatedNight, path: Path) -> WrittenNight:
    """Write the night as EDF+ and its truth beside it; nothing is left half written.

    `<stem>.truth_leg_movements.csv` holds every contraction that reached the onset amplitude (`lm`
    tells which are leg movements), `<stem>.truth_events.csv` the stages, arousals, breathing events
    and lights.

    Raises
    ------
    InputError
        If the folder does not exist.
    """
    if not path.parent.is_dir():
        raise InputError(
            f"{path.parent}: this folder does not exist, so {path.name} cannot be written; "
            "make it first"
        )
    written = night_files(path)
    halves = WrittenNight(*map(_half, written))
    try:
        edf_of(night).write(halves.edf)
        _write_rows(
            halves.leg_movements,
            MOVEMENT_FORMATS,
            _movement_rows(night.legs.truth),
        )
        _write_rows(halves.events, EVENT_COLUMNS, _event_rows(night.plan))
        for half, whole in zip(halves, written, strict=True):
            half.replace(whole)
    finally:
        for half in halves:
            half.unlink(missing_ok=True)
    return written


def night_files(path: Path) -> WrittenNight:
    """Name the files of a synthetic night by its recording."""
    return WrittenNight(
        path,
        path.with_suffix(".truth_leg_movements.csv"),
        path.with_suffix(".truth_events.csv"),
    )


def is_simulated(path: Path) -> bool:
    """Say whether a file is the recording of a synthetic night, or a table of its truth."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        begin = file.read(HEADER_BYTES)
    tables = (",".join(MOVEMENT_FORMATS), ",".join(EVENT_COLUMNS))
    header = begin.split(b"\n")[0].strip().decode("ascii", errors="replace")
    return header in tables or EQUIPMENT.encode() in begin


def _half(path: Path) -> Path:
    """Give the name under which a file is written until it is whole."""
    return path.with_name(f".{path.name}.{os.getpid()}.ekbom-part")


def edf_of(night: SimulatedNight) -> "edfio.Edf":
    """Give the night as an EDF+ object with its stages and events as annotations."""
    import edfio

    converted = (night.ecg, night.legs.left, night.legs.right)
    legs = [_leg_signal(leg) for leg in converted if leg is not None]
    return edfio.Edf(
        [*map(_wave_signal, night.waves), *legs],
        patient=edfio.Patient(code=f"SIM-{night.seed}", name="Synthetic"),
        recording=edfio.Recording(
            startdate=START.date(), equipment_code=EQUIPMENT
        ),
        starttime=START.time(),
        data_record_duration=1,
        annotations=[
            edfio.EdfAnnotation(*row) for row in _annotation_rows(night.plan)
        ],
    )


def _leg_signal(leg: LegSignal) -> "edfio.EdfSignal":
    """Give a leg or the ECG with the digits of its converter, so that no sample changes."""
    top = (
        min(32767, round(leg.clip_uv[1] / leg.step_uv))
        if np.isfinite(leg.clip_uv[1])
        else 32767
    )
    limit_uv = float(f"{top * leg.step_uv:.7g}")
    wave = Wave(
        leg.label, leg.emg_uv[:], leg.fs_hz, "uV", limit_uv, leg.prefilter
    )
    return _wave_signal(wave, top=top, transducer_type="AgAgCl electrode")


def _wave_signal(
    wave: Wave, *, top: int = 32767, transducer_type: str = ""
) -> "edfio.EdfSignal":
    """Give a channel with digits up to `top` over its range."""
    import edfio

    return edfio.EdfSignal(
        np.clip(wave.samples, -wave.limit, wave.limit).astype(np.float64),
        wave.fs_hz,
        label=wave.label,
        transducer_type=transducer_type,
        physical_dimension=wave.unit,
        physical_range=(-wave.limit, wave.limit),
        digital_range=(-top, top),
        prefiltering=wave.prefilter,
    )


def _annotation_rows(
    plan: NightPlan,
) -> Iterable[tuple[float, float | None, str]]:
    """Give stages and events as onset, duration and text, sorted by onset."""
    hypnogram = plan.hypnogram
    columns = (hypnogram.onset_s, hypnogram.duration_s, hypnogram.stage)
    stages: list[tuple[float, float | None, str]] = [
        (on, lasting, STAGE_TEXT[Stage(stage)])
        for on, lasting, stage in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]
    events = [
        (event.onset_s, event.duration_s or None, event.label)
        for event in plan.events
    ]
    return sorted([*stages, *events], key=lambda row: row[0])


def _movement_rows(truth: TruthMovements) -> Iterable[tuple[object, ...]]:
    """Give the rows of the table of true movements."""
    columns = [getattr(truth, name) for name in MOVEMENT_FORMATS]
    for row in zip(*(column.tolist() for column in columns), strict=True):
        pairs = zip(row, MOVEMENT_FORMATS.values(), strict=True)
        yield tuple(format(value, how) for value, how in pairs)


def _event_rows(plan: NightPlan) -> Iterable[tuple[object, ...]]:
    """Give the rows of the event table."""
    kinds = {event.label: str(event.kind) for event in plan.events}
    for onset_s, duration_s, text in _annotation_rows(plan):
        yield (
            f"{onset_s:.2f}",
            f"{duration_s or 0.0:.2f}",
            kinds.get(text, "stage"),
            text,
        )


def _write_rows(
    path: Path, header: Iterable[str], rows: Iterable[tuple[object, ...]]
) -> None:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
