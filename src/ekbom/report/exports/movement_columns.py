"""The movement tables of a night as CSV.

One row per combined movement, one row per movement and leg.
"""

from collections.abc import Callable, Sequence

from ekbom.model.movements import LegMovements
from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.report.columns import Cell, Columns, clock_time
from ekbom.report.numbers import main_rule_set

MOVEMENT_COLUMNS = (
    "onset_s",
    "duration_s",
    "side",
    "stage",
    "clm",
    "imi_s",
    "series_id",
    "plm",
    "rrlm",
    "arousal_associated",
    "movement",
    "clock_time",
    "n_parts",
    "parts",
    "nonclm_reason",
    "short_interval",
    "isolated",
    "imi_nr_s",
    "series_id_nr",
    "plm_nr",
    "series_reason",
    "confidence",
)
EVIDENCE_COLUMNS = (
    "rest_uv",
    "peak_above_rest_uv",
    "median_above_rest_uv",
    "area_uv_s",
    "rise_time_s",
    "n_bursts",
    "confidence",
    "onset_distance_uv",
    "duration_distance_s",
    "confidence_low",
    "confidence_high",
)
BREATHING_COLUMNS = ("rrlm", "imi_nr_s", "series_id_nr", "plm_nr")
AROUSAL_COLUMNS = ("arousal_associated",)


def movement_columns(result: StudyResult, rule_set: str) -> Columns:
    """Give the columns of `movements.csv` for one rule set.

    None where a kind of event was never scored.
    """
    score = result.scores[rule_set]
    rows = score.movements
    columns: Columns = {
        name: getattr(rows, name).tolist()
        for name in MOVEMENT_COLUMNS
        if name not in DERIVED
    }
    columns |= {name: derive(result, score) for name, derive in DERIVED.items()}
    hidden: tuple[str, ...] = (
        () if rows.respiratory_scored else BREATHING_COLUMNS
    )
    hidden += () if rows.arousals_scored else AROUSAL_COLUMNS
    columns |= {name: [None] * len(rows.onset_s) for name in hidden}
    return {name: columns[name] for name in MOVEMENT_COLUMNS}


def leg_movement_columns(result: StudyResult) -> Columns:
    """Give the columns of `leg_movements.csv`.

    `movement` is the row of `movements.csv` it became part of, None if of none.
    """
    legs = leg_rows(result)
    columns: Columns = {
        name: getattr(legs, name).tolist()
        for name in ("onset_s", "duration_s", "side", "truncated")
    }
    columns["leg_movement"] = list(range(1, len(legs.onset_s) + 1))
    columns["movement"] = _combined_row(result)
    columns["clock_time"] = [
        clock_time(result.recording.start, onset_s)
        for onset_s in legs.onset_s.tolist()
    ]
    evidence = {
        name: getattr(legs.evidence, name).tolist()
        for name in EVIDENCE_COLUMNS
        if legs.evidence is not None
    }
    return columns | {
        name: column
        for name, column in evidence.items()
        if len(column) == len(legs.onset_s)
    }


def _combined_row(result: StudyResult) -> list[Cell]:
    """Give for every leg movement the number of the combined movement that holds it."""
    holder: list[Cell] = [None] * len(leg_rows(result).onset_s)
    if not result.scores:
        return holder
    for number, parts in enumerate(
        result.scores[main_rule_set(result)].movements.parts, start=1
    ):
        for part in parts:
            holder[part] = number
    return holder


def leg_rows(result: StudyResult) -> LegMovements:
    """Give the movements of each leg that the main rule set combined.

    Those of the detector where nothing was scored.
    """
    return (
        result.scores[main_rule_set(result)].leg_movements
        if result.scores
        else result.leg_movements
    )


def _confidence(score: RuleSetScore) -> list[Cell]:
    """Give the confidence of the least sure part of each movement, None where there is none."""
    rows, evidence = score.movements, score.leg_movements.evidence
    if evidence is None:
        return [None] * len(rows.onset_s)
    return [
        min((float(evidence.confidence[part]) for part in parts), default=None)
        for parts in rows.parts
    ]


DERIVED: dict[str, Callable[[StudyResult, RuleSetScore], Sequence[Cell]]] = {
    "movement": lambda _, score: list(
        range(1, len(score.movements.onset_s) + 1)
    ),
    "clock_time": lambda result, score: [
        clock_time(result.recording.start, onset_s)
        for onset_s in score.movements.onset_s.tolist()
    ],
    "parts": lambda _, score: [
        " ".join(str(part + 1) for part in parts)
        for parts in score.movements.parts
    ],
    "confidence": lambda _, score: _confidence(score),
}
