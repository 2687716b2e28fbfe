"""Our scoring beside PLMScoRe's on random awkward nights.

Every movement, link, interval and series, then all 318 statistics.

Run ``python -m validation.plmscore [FOLDER ...]``: the nights of the tests, and those of each
folder given.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS
from ekbom.model.movements import ScoredMovements
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.links import event_times
from ekbom.scoring.night import score_movements
from validation.plmscore_statistics import (
    NIGHTS,
    OPTIONS,
    STAGES,
    STATES,
    Night,
    differences,
    indices_of_our_movements,
    night_events,
    night_hypnogram,
    night_leg_movements,
    read_night,
)

Column = np.ndarray[tuple[int], np.dtype[np.float64]]
SIDE_CODES = {"left": 10.0, "right": 11.0, "bilateral": 12.0}
ZERO_IS_ABSENT = {
    "PLM",
    "PLMnr",
    "PLM_Sno",
    "PLMnr_Sno",
    "PLM_no",
    "PLMnr_no",
    "PLM_l",
    "PLMnr_l",
}
"""PLMScoRe writes null or 0 for a movement in no series; both mean the same."""


class RowDifference(NamedTuple):
    """One value of one movement on which the two programs disagree.

    `row` -1: the number of movements.
    """

    column: str
    row: int
    ours: float
    theirs: float


def our_movements(night: Night) -> ScoredMovements:
    """Score the inputs of a night with the option the README of the nights names."""
    events = night_events(night)
    return score_movements(
        night_leg_movements(night),
        criteria=scoring_criteria(load_rule_set("wasm2016", options=OPTIONS)),
        hypnogram=night_hypnogram(night),
        respiratory=event_times(events, kinds=RESPIRATORY_KINDS),
        arousals=event_times(events, kinds=AROUSAL_KINDS),
    ).movements


def our_columns(movements: ScoredMovements) -> dict[str, Column]:
    """Write our movements under the column names of PLMScoRe, NaN where it writes null."""
    columns: dict[str, Column] = {
        "T2": np.array([SIDE_CODES[str(side)] for side in movements.side]),
        "Onset": movements.onset_s,
        "Dur": movements.duration_s,
        "Offset": movements.onset_s + movements.duration_s,
        "nonCLM": (~movements.clm).astype(float),
        "NoBil": np.where(
            movements.side == "bilateral", movements.n_parts, 0
        ).astype(float),
        "rLM": movements.rrlm.astype(float),
        "AR": movements.arousal_associated.astype(float),
        "IMI": movements.imi_s,
        "IMInr": movements.imi_nr_s,
        "Stage": np.argmax(
            movements.stage[:, None] == STAGES[None, :], axis=1
        ).astype(float),
    }
    for suffix, series in (
        ("", movements.series_id),
        ("nr", movements.series_id_nr),
    ):
        number, length = place_in_series(series)
        columns |= {
            f"PLM{suffix}": (series > 0).astype(float),
            f"PLM{suffix}_Sno": series.astype(float),
        }
        columns |= {f"PLM{suffix}_no": number, f"PLM{suffix}_l": length}
    return columns


def place_in_series(
    series: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> tuple[Column, Column]:
    """Count the place of each PLM in its series and the length of the series, 0 outside."""
    number, length = np.zeros(len(series)), np.zeros(len(series))
    for one in range(1, int(series.max(initial=0)) + 1):
        rows = np.flatnonzero(series == one)
        number[rows], length[rows] = np.arange(1, len(rows) + 1), len(rows)
    return number, length


def row_differences(night: Night) -> Iterator[RowDifference]:
    """Compare every column of every movement of a night."""
    rows = night["plmscore"]["events"]
    ours = our_columns(our_movements(night))
    if len(rows) != len(ours["Onset"]):
        yield RowDifference(
            "number of movements", -1, len(ours["Onset"]), len(rows)
        )
        return
    for name, column in ours.items():
        theirs = np.array(
            [np.nan if row[name] is None else row[name] for row in rows],
            dtype=float,
        )
        if name in ZERO_IS_ABSENT:
            theirs = np.nan_to_num(theirs)
        same = np.isclose(column, theirs, rtol=0, atol=1e-9, equal_nan=True)
        for row in np.flatnonzero(~same):
            yield RowDifference(
                name, int(row), float(column[row]), float(theirs[row])
            )


def compare(folder: Path) -> int:
    """Compare all nights of a folder, print what differs, return how many values differ."""
    paths = sorted(folder.glob("night_*.json.gz"))
    movements = values = wrong = 0
    for path in paths:
        night = read_night(path)
        movements += len(night["plmscore"]["events"])
        values += len(night["plmscore"]["statistics"]) * len(STATES)
        found = [
            *row_differences(night),
            *differences(night, indices_of_our_movements(night)),
        ]
        wrong += len(found)
        print("".join(f"{path.name}: {item}\n" for item in found[:20]), end="")
    print(
        f"PLMScoRe, {folder}: {len(paths)} nights, {movements} movements and "
        f"{values} statistics compared, {wrong} values differ"
    )
    return wrong if paths else 1


def main(folders: Sequence[str]) -> int:
    """Compare the nights of the tests and those of the folders given.

    Return 1 if anything differs.
    """
    return int(
        sum(compare(folder) for folder in [NIGHTS, *map(Path, folders)]) > 0
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
