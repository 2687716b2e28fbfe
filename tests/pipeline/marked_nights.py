"""Nights that a person marked, written as files and scored through the front door."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_night

LEGS = {"L": "left", "R": "right", "U": "unknown"}
NO_OPTIONS: Mapping[str, object] = {}


def score_marks(
    folder: Path,
    marks: Sequence[str],
    *,
    stages: str = "N2",
    events: Sequence[tuple[float, float, str]] = (),
    rules: Sequence[str] = ("wasm2016",),
    options: Mapping[str, object] = NO_OPTIONS,
) -> StudyResult:
    """Score movements written as ``L 10-12.5``.

    `stages` names one stage per epoch, the last one fills up to an hour.
    """
    movements, annotations = write_marks(
        folder, marks, stages=stages, events=events
    )
    return score_night(
        movements=movements,
        annotations=[annotations],
        rules=rules,
        options=options,
        scored=("arousals", "breathing"),
        bootstrap_samples=0,
    )


def write_marks(
    folder: Path,
    marks: Sequence[str],
    *,
    stages: str = "N2",
    events: Sequence[tuple[float, float, str]] = (),
) -> tuple[Path, Path]:
    """Write the movements as CSV and stages and events as a BIDS table."""
    movements, annotations = folder / "LM.csv", folder / "night_events.tsv"
    with movements.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["onset_s", "duration_s", "side"])
        for mark in marks:
            leg, bounds = mark.split()
            on, off = map(float, bounds.split("-"))
            writer.writerow([on, round(off - on, 6), LEGS[leg]])
    names = stages.split()
    epochs = [
        (30.0 * epoch, 30.0, f"Sleep stage {names[min(epoch, len(names) - 1)]}")
        for epoch in range(120)
    ]
    rows = sorted(
        [*epochs, *((on, off - on, label) for on, off, label in events)]
    )
    lines = [
        "onset\tduration\ttrial_type",
        *(f"{on}\t{duration}\t{label}" for on, duration, label in rows),
    ]
    annotations.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return movements, annotations
