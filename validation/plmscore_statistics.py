"""The 318 statistics of a night by PLMScoRe, under our names, and the comparison with ours.

PLMScoRe (S. Fulda, R, doi:10.5281/zenodo.3903318) counts by type of movement, statistic and state;
this module holds the one table that says which of our indices is which of its rows.
"""

import gzip
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ekbom.criteria.index_key import IndexKey
from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    Event,
    EventKind,
    Hypnogram,
)
from ekbom.model.finding import Reason
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.result import IndexValue, ScoredPeriod
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.indices.compute import compute_side_durations, night_indices
from ekbom.scoring.indices.scored_night import NightSources, ready_to_count
from ekbom.scoring.links import event_times
from ekbom.scoring.night import ScoredLegs, score_movements

NIGHTS = Path(__file__).parents[1] / "tests" / "data" / "plmscore_reference"
Night = dict[
    str, Any
]  # Any: the answers of another program, as JSON holds them
STATES = {
    "TIB": "tib",
    "TST": "sleep",
    "Wake": "w",
    "N1": "n1",
    "N2": "n2",
    "N3": "n3",
    "REM": "rem",
    "NREM": "nrem",
}
SIDES = {
    "": "",
    "l_": "left",
    "r_": "right",
    "b_": "bilateral",
    "m_": "monolateral",
}
KINDS = {
    "CLM": ("clm", ""),
    "CLMr": ("clm", "rr"),
    "CLMnr": ("clm", "nr"),
    "PLM": ("plm", ""),
    "PLMa": ("plm", "arousal"),
    "PLMnr": ("plm", "nr"),
    "PLMnr_a": ("plm", "nr_arousal"),
    "nonCLM": ("nonclm", ""),
    "nonCLMr": ("nonclm", "rr"),
    "nonCLMnr": ("nonclm", "nr"),
}
MEASURES = {
    "number": "count",
    "no./hour": "per_h",
    "duration; mean": "duration_mean_s",
    "duration; SD": "duration_sd_s",
    "duration; min": "duration_min_s",
    "duration; max": "duration_max_s",
}
INTERVAL_MEASURES = {
    "<10s; number": "short_count",
    "10-90s; number": "periodic_count",
    ">90s; number": "long_count",
    "log; mean": "geometric_mean_s",
    "log; SD": "geometric_sd",
}
EVENTS = {"R events": "breathing_events", "Arousal": "arousals"}
EVENT_MEASURES = {
    "number": "count",
    "no./hour": "per_h",
    "% with CLM": "with_clm_percent",
}
ROUNDED = {"PI": 2, "PInr": 2}
OPTIONS = {"arousal_gap_inclusive": True}
STAGES = np.array(["W", "N1", "N2", "N3", "R"])


class Difference(NamedTuple):
    """One statistic on which the two programs disagree."""

    row: str
    state: str
    ours: float | None
    theirs: float | None
    reason: Reason | None


def our_name(kind: str, statistic: str, state: str) -> str:
    """Name our index for a row and a column of PLMScoRe's table."""
    where = STATES[state]
    subset = "nr" if kind.endswith("nr") else ""
    if kind == "Sleep/Wake":
        return IndexKey("analysed", state=where, measure="min").name
    if kind in {"PI", "PInr"}:
        return IndexKey("pi_movements", subset, where).name
    if kind in {"IMI", "IMInr"}:
        return IndexKey(
            "imi", subset, where, "", INTERVAL_MEASURES[statistic]
        ).name
    if kind in EVENTS:
        return IndexKey(
            EVENTS[kind], state=where, measure=EVENT_MEASURES[statistic]
        ).name
    side = kind[:2] if kind[:2] in SIDES else ""
    what, of_it = KINDS[kind.removeprefix(side)]
    return IndexKey(what, of_it, where, SIDES[side], MEASURES[statistic]).name


def read_night(path: Path) -> Night:
    """Read the inputs and the answers of one night."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        night: Night = json.load(file)
    return night


def differences(
    night: Night, indices: Mapping[str, IndexValue]
) -> Iterator[Difference]:
    """Compare all statistics of a night; a value PLMScoRe rounds is compared as rounded."""
    for row in night["plmscore"]["statistics"]:
        kind, statistic = row["LMtype"], row["Statistic"]
        for state in STATES:
            ours = indices[our_name(kind, statistic, state)]
            theirs = row[state]
            value = (
                ours.value
                if kind != "Sleep/Wake" or ours.value is None
                else 60 * ours.value
            )
            if not same(value, theirs, digits=ROUNDED.get(kind)):
                yield Difference(
                    f"{kind} {statistic}", state, value, theirs, ours.reason
                )


def same(
    ours: float | None, theirs: float | None, *, digits: int | None
) -> bool:
    """Say whether two values agree to nine digits, or to half a digit of the other program."""
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if digits is not None:
        return bool(abs(ours - theirs) <= 0.5 * 10.0**-digits + 1e-9)
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


def night_hypnogram(night: Night) -> Hypnogram:
    """Take the hypnogram of a night."""
    epoch_s, stages = (
        float(night["inputs"]["epoch_s"]),
        night["inputs"]["stages"],
    )
    onset = np.arange(len(stages), dtype=np.float64) * epoch_s
    return Hypnogram(
        onset_s=onset,
        duration_s=np.full(len(stages), epoch_s),
        stage=np.array(stages),
        epoch_s=epoch_s,
    )


def night_events(night: Night) -> tuple[Event, ...]:
    """Take the breathing events and the arousals of a night."""
    kinds = (("resp", EventKind.HYPOPNEA), ("arousals", EventKind.AROUSAL))
    return tuple(
        Event(
            onset_s=onset, duration_s=end - onset, kind=kind, label=kind.value
        )
        for key, kind in kinds
        for onset, end in night["inputs"][key]
    )


def their_movements(night: Night) -> ScoredMovements:
    """Take PLMScoRe's own event table as scored movements: counting apart from scoring."""
    rows = night["plmscore"]["events"]

    def column(
        name: str, empty: float = 0.0
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array(
            [empty if row[name] is None else row[name] for row in rows],
            dtype=np.float64,
        )

    side = np.array(
        [
            {10: "left", 11: "right", 12: "bilateral"}[int(row["T2"])]
            for row in rows
        ],
        dtype="<U9",
    )
    plm, clm, imi = (
        column("PLM") == 1,
        column("nonCLM") == 0,
        column("IMI", math.nan),
    )
    short = imi < 10
    return ScoredMovements(
        onset_s=column("Onset"),
        duration_s=column("Dur"),
        side=side,
        n_parts=np.maximum(column("NoBil"), 1).astype(np.int64),
        clm=clm,
        nonclm_reason=np.where(clm, "", "nonclm"),
        parts=tuple(() for _ in rows),
        excluded=np.zeros(len(rows), dtype=bool),
        interval_from_s=column("Onset"),
        stage=STAGES[column("Stage").astype(np.int64)],
        rrlm=column("rLM") == 1,
        arousal_associated=column("AR") == 1,
        respiratory_scored=True,
        arousals_scored=True,
        imi_s=imi,
        series_id=column("PLM_Sno").astype(np.int64),
        plm=plm,
        short_interval=short,
        isolated=clm & ~plm & ~short,
        imi_nr_s=column("IMInr", math.nan),
        series_id_nr=column("PLMnr_Sno").astype(np.int64),
        plm_nr=column("PLMnr") == 1,
        series_reason=np.full(len(rows), ""),
        run_id=np.zeros(len(rows), dtype=np.int64),
        run_reason=np.full(len(rows), ""),
    )


def indices_of_their_movements(night: Night) -> dict[str, IndexValue]:
    """Count PLMScoRe's movements with our indices."""
    movements = their_movements(night)
    nothing = LegMovements(
        onset_s=np.empty(0),
        duration_s=np.empty(0),
        side=np.empty(0, dtype="<U9"),
        truncated=np.empty(0, dtype=bool),
    )
    return indices_of(night, movements, nothing)


def night_leg_movements(night: Night) -> LegMovements:
    """Take the scored movements of a night, as they went into both programs."""
    marks = sorted(
        (
            mark["on"],
            mark["off"] - mark["on"],
            {"L": "left", "R": "right"}[mark["leg"]],
        )
        for mark in night["inputs"]["lms"]
    )
    return LegMovements(
        onset_s=np.array([mark[0] for mark in marks], dtype=np.float64),
        duration_s=np.array([mark[1] for mark in marks], dtype=np.float64),
        side=np.array([mark[2] for mark in marks], dtype="<U9"),
        truncated=np.zeros(len(marks), dtype=bool),
    )


def indices_of_our_movements(night: Night) -> dict[str, IndexValue]:
    """Score the inputs of a night from the beginning and count."""
    return indices_of_legs(night, night_leg_movements(night))


def indices_of_legs(night: Night, legs: LegMovements) -> dict[str, IndexValue]:
    """Score movements with the stages and events of a night, and count."""
    events = night_events(night)
    scored = score_movements(
        legs,
        criteria=scoring_criteria(load_rule_set("wasm2016", options=OPTIONS)),
        hypnogram=night_hypnogram(night),
        respiratory=event_times(events, kinds=RESPIRATORY_KINDS),
        arousals=event_times(events, kinds=AROUSAL_KINDS),
    )
    return indices_of(night, scored.movements, scored.legs)


def indices_of(
    night: Night, movements: ScoredMovements, legs: LegMovements
) -> dict[str, IndexValue]:
    """Count scored movements of a night with the option its README names."""
    hypnogram = night_hypnogram(night)
    criteria = scoring_criteria(load_rule_set("wasm2016", options=OPTIONS))
    period = ScoredPeriod(
        recording_s=float(hypnogram.onset_s[-1] + hypnogram.duration_s[-1])
    )
    kinds = frozenset({"arousals", "breathing"})
    sources = NightSources(hypnogram, period, tuple(night_events(night)), kinds)
    counted = ready_to_count(ScoredLegs(legs, movements), sources, criteria)
    return night_indices(counted) | compute_side_durations(counted)


def compare_folder(
    folder: Path, score: Callable[[Night], Mapping[str, IndexValue]]
) -> tuple[int, dict[str, list[Difference]]]:
    """Compare every night of a folder.

    Return how many values were compared and the differences by night.
    """
    compared, found = 0, {}
    for path in sorted(folder.glob("night_*.json.gz")):
        night = read_night(path)
        compared += len(night["plmscore"]["statistics"]) * len(STATES)
        found[path.name.removesuffix(".json.gz")] = list(
            differences(night, score(night))
        )
    return compared, found


def main() -> int:
    """Compare all nights, first counting PLMScoRe's movements, then scoring its inputs.

    Return 1 if anything differs.
    """
    failed = False
    for title, score in (
        ("its movements, our counting", indices_of_their_movements),
        ("its inputs, our scoring", indices_of_our_movements),
    ):
        compared, found = compare_folder(NIGHTS, score)
        lines = [
            f"{night}: {item}"
            for night, items in found.items()
            for item in items
        ]
        print("\n".join(lines[:20]), end="\n" if lines else "")
        print(
            f"PLMScoRe, {title}: {len(found)} nights, {compared} values, {len(lines)} differ"
        )
        failed = failed or bool(lines)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
