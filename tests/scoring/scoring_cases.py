"""Short ways to write nights for the tests of the scoring rules."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import Hypnogram
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.recording import Interval
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.links import EventTimes
from ekbom.scoring.night import score_movements, without_excluded

Times = Sequence[tuple[float, float]]
SIDES = {"L": "left", "R": "right", "U": "unknown"}
ALL_SLEEP = ((0.0, 100_000.0, "N2"),)
ALL_REM = ((0.0, 100_000.0, "R"),)
NO_OPTIONS: Mapping[str, object] = {}


class Scored(NamedTuple):
    """What a test asks about: all rows, and those that count."""

    all_rows: ScoredMovements
    rows: ScoredMovements

    @property
    def series(self) -> list[list[int]]:
        """Members of each series by their place among the rows that count."""
        return members(self.rows.series_id)

    @property
    def series_nr(self) -> list[list[int]]:
        """The same after breathing-related movements are taken out."""
        return members(self.rows.series_id_nr)

    @property
    def imi(self) -> list[float | None]:
        """Intervals, None where none was measured."""
        return [
            None if np.isnan(imi) else float(imi) for imi in self.rows.imi_s
        ]

    @property
    def events(self) -> list[str]:
        """Rows that count as text: side, onset, offset, a star for a CLM."""
        rows = self.rows
        return [
            f"{side[0].upper()} {onset:g}-{onset + duration:g}{'*' if clm else ''}"
            for side, onset, duration, clm in zip(
                rows.side, rows.onset_s, rows.duration_s, rows.clm, strict=True
            )
        ]


def members(
    series_id: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> list[list[int]]:
    """List the rows of each series."""
    return [
        np.flatnonzero(series_id == number).tolist()
        for number in range(1, int(series_id.max(initial=0)) + 1)
    ]


def criteria_of(rules: str, **options: object) -> ScoringCriteria:
    """Load a standard with options."""
    return scoring_criteria(load_rule_set(rules, options=options))


def leg_movements(
    marks: Sequence[str],
    *,
    truncated: Sequence[int] = (),
    rhythmic: Sequence[int] | None = None,
    twitches: Sequence[int] | None = None,
) -> LegMovements:
    """Read movements written as ``L 10-12.5``."""
    parts = [mark.split() for mark in marks]
    bounds = [tuple(map(float, part[1].split("-"))) for part in parts]
    rows = np.arange(len(marks))
    return LegMovements(
        onset_s=np.array([start for start, _ in bounds], dtype=float),
        duration_s=np.array(
            [end - start for start, end in bounds], dtype=float
        ),
        side=np.array([SIDES[part[0]] for part in parts], dtype="<U9"),
        truncated=np.isin(rows, list(truncated)),
        rhythmic=None if rhythmic is None else np.isin(rows, list(rhythmic)),
        twitches=None if twitches is None else np.isin(rows, list(twitches)),
    )


def every(
    period_s: float,
    n: int,
    *,
    start_s: float = 0.0,
    duration_s: float = 1.0,
    leg: str = "L",
) -> list[str]:
    """Write n movements of one leg at a fixed period."""
    return [
        f"{leg} {start_s + period_s * k:.3f}-{start_s + period_s * k + duration_s:.3f}"
        for k in range(n)
    ]


def hypnogram_of(stages: Sequence[tuple[float, float, str]]) -> Hypnogram:
    """Read stages given as start, end, stage."""
    return Hypnogram(
        onset_s=np.array([row[0] for row in stages], dtype=float),
        duration_s=np.array([row[1] - row[0] for row in stages], dtype=float),
        stage=np.array([row[2] for row in stages], dtype="<U8"),
        epoch_s=30.0,
    )


def times_of(pairs: Times | None) -> EventTimes | None:
    """Read events given as start and end."""
    if pairs is None:
        return None
    return EventTimes(
        np.array([on for on, _ in pairs], dtype=float),
        np.array([off - on for on, off in pairs], dtype=float),
    )


def score(
    rules: str,
    marks: Sequence[str] | LegMovements,
    *,
    stages: Sequence[tuple[float, float, str]] | None = ALL_SLEEP,
    respiratory: Times | None = (),
    arousals: Times | None = (),
    gaps: Times = (),
    options: Mapping[str, object] = NO_OPTIONS,
) -> Scored:
    """Score a short night."""
    movements = score_movements(
        marks if isinstance(marks, LegMovements) else leg_movements(marks),
        criteria=criteria_of(rules, **options),
        hypnogram=None if stages is None else hypnogram_of(stages),
        respiratory=times_of(respiratory),
        arousals=times_of(arousals),
        gaps=[Interval(onset_s=on, duration_s=off - on) for on, off in gaps],
    ).movements
    return Scored(movements, without_excluded(movements))
