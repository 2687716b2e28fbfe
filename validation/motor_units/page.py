"""The page of the nights of motor units as Markdown, and its numbers as JSON."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ekbom.model.recording import FloatArray
from validation.detector.measure import NightScore, f1_score
from validation.detector.page import number
from validation.detector.survey import Row
from validation.motor_units.survey import FATES, UnitSurvey, Verdicts

TITLES = {"robust": "robust", "literal": "literal"}
DOUBTFUL = (0.05, 0.95)
N_BINS = 10


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitFindings:
    """Everything the page is made of."""

    survey: UnitSurvey
    rival_rows: Sequence[Row]
    rival_problems: Mapping[str, str]
    n_nights: int
    hours: float
    first_seed: int


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """What one detector reached on all nights together."""

    f1: float | None
    worst_f1: float
    worst_name: str
    false_per_h: float
    false_name: str
    index_error_per_h: float


def pooled(survey: UnitSurvey, detector: str) -> Pooled:
    """Pool the nights with movements, and name the worst condition of either kind."""
    rows = [row for row in survey.rows if row.program == detector]
    moving = [row for row in rows if not row.condition.empty]
    still = [row for row in rows if row.condition.empty]
    scores = [one for one in survey.scores[detector] if _moving(one)]
    worst = min(moving, key=lambda row: row.summary.f1 or 0.0, default=None)
    loudest = max(still, key=lambda row: row.summary.false_per_h, default=None)
    return Pooled(
        f1=f1_score(
            sum(one.true_positive for one in scores),
            sum(one.false_positive for one in scores),
            sum(one.false_negative for one in scores),
        ),
        worst_f1=worst.summary.f1 or 0.0 if worst else np.nan,
        worst_name=worst.condition.name if worst else "",
        false_per_h=loudest.summary.false_per_h if loudest else np.nan,
        false_name=loudest.condition.name if loudest else "",
        index_error_per_h=float(
            np.mean([row.summary.index_error_per_h for row in moving])
        )
        if moving
        else np.nan,
    )


def _moving(score: NightScore) -> bool:
    """Whether a night holds movements."""
    return score.true_positive + score.false_negative > 0


def doubtful_error(verdicts: Sequence[Verdicts]) -> tuple[int, float]:
    """Count the events of a confidence of 0.05 to 0.95 and measure how far that is off."""
    stated, true = _together(verdicts)
    chosen = (stated >= DOUBTFUL[0]) & (stated <= DOUBTFUL[1])
    stated, true = stated[chosen], true[chosen]
    bins = np.minimum((stated * N_BINS).astype(int), N_BINS - 1)
    apart = np.bincount(bins, weights=stated - true, minlength=N_BINS)
    return int(chosen.sum()), float(np.abs(apart).sum() / max(1, chosen.sum()))


def _together(
    verdicts: Sequence[Verdicts],
) -> tuple[FloatArray, FloatArray]:
    """Put stated confidence and truth of several nights together, without unknown ones."""
    stated = np.concatenate([one.confidence for one in verdicts])
    true = np.concatenate([one.true for one in verdicts]).astype(np.float64)
    known = np.isfinite(stated)
    return stated[known], true[known]


def render_unit_page(findings: UnitFindings) -> str:
    """Write the whole page."""
    survey = findings.survey
    lines = [
        "# Detector on nights of motor units",
        "",
        "Written by `python3 run.py validate motorunits`.",
        "",
        _introduction(findings),
        "",
        *_table(_summary_rows(survey)),
        *_table([CONDITION_HEADS, *_condition_rows(survey)]),
        "## What each harmless kind became",
        "",
        "Of the harmless things that touch no true movement. *counted*: it lies in an event "
        "that is no true movement; *within a movement*: in one that is; "
        "*listed*: only in a candidate that is not counted.",
        "",
        *_table([("kind", "detector", *FATES), *_fate_rows(survey)]),
        "## Confidence",
        "",
        *_confidence(survey),
        "## Other programs on the same nights",
        "",
        *_rivals(findings),
    ]
    return "\n".join(lines)


def _introduction(findings: UnitFindings) -> str:
    """Say what was measured on what."""
    conditions = {row.condition.name for row in findings.survey.rows}
    return (
        "Every movement is a sum of trains of motor units that are recruited by size and fire "
        "faster as the drive rises, seen through a causal amplifier. Rest is even, coloured, or "
        "unsteady; breath, snore, pops, hum and hearts of several shapes lie on top. "
        "Truth is the rms that the units were due to give, judged by the rule of the standard. "
        f"{len(conditions)} conditions, {findings.n_nights} nights of {findings.hours:g} h each, "
        f"seeds from {findings.first_seed} on, which no number of the detector was chosen on. "
        "F1 at intersection over union 0.5. Nobody slept here: nights of people may be harder."
    )


def _summary_rows(survey: UnitSurvey) -> list[Sequence[str]]:
    """Write what each detector reached on all nights together."""
    rows: list[Sequence[str]] = [
        (
            "detector",
            "F1 pooled",
            "F1 of the worst condition",
            "false movements per hour of the worst empty night",
            "PLM index, mean error per hour",
        )
    ]
    for detector, title in TITLES.items():
        if detector in survey.scores:
            all_nights = pooled(survey, detector)
            rows.append(
                (
                    title,
                    number(all_nights.f1, 3),
                    f"{all_nights.worst_f1:.3f} ({all_nights.worst_name})",
                    f"{all_nights.false_per_h:.2f} ({all_nights.false_name})",
                    f"{all_nights.index_error_per_h:.2f}",
                )
            )
    return rows


CONDITION_HEADS = (
    "condition",
    "kind",
    "F1",
    "worst leg",
    "PLMI true",
    "PLMI error /h",
    "false/h",
    "movements",
    "F1 literal",
    "false/h literal",
)


def _condition_rows(survey: UnitSurvey) -> list[Sequence[str]]:
    """Write one row for each condition, both detectors side by side."""
    rows: list[Sequence[str]] = []
    literal = {
        row.condition.name: row.summary
        for row in survey.rows
        if row.program == "literal"
    }
    for row in survey.rows:
        if row.program != "robust":
            continue
        own, other = row.summary, literal.get(row.condition.name)
        rows.append(
            (
                row.condition.name,
                row.condition.row,
                number(own.f1, 3),
                number(own.worst_leg_f1, 3),
                f"{own.true_index:.1f}",
                f"{own.index_error_per_h:.2f}",
                f"{own.false_per_h:.2f}",
                str(own.n_true),
                number(other.f1, 3) if other else "-",
                f"{other.false_per_h:.2f}" if other else "-",
            )
        )
    return rows


def _fate_rows(survey: UnitSurvey) -> list[Sequence[str]]:
    """Write what became of each harmless kind."""
    return [
        (kind, TITLES[detector], *(str(fates[fate]) for fate in FATES))
        for (detector, kind), fates in sorted(
            survey.fates.items(), key=lambda item: (item[0][1], item[0][0])
        )
    ]


def _confidence(survey: UnitSurvey) -> list[str]:
    """Write how often events of each stated confidence were true."""
    stated, true = _together(survey.met_the_rule)
    n_doubtful, error = doubtful_error(survey.met_the_rule)
    bins = np.minimum((stated * N_BINS).astype(int), N_BINS - 1)
    rows: list[Sequence[str]] = [
        ("stated confidence", "events", "mean stated", "share of true ones")
    ]
    for tenth in range(N_BINS):
        mine = bins == tenth
        if mine.any():
            rows.append(
                (
                    f"{tenth / N_BINS:.1f} to {(tenth + 1) / N_BINS:.1f}",
                    str(int(mine.sum())),
                    f"{float(stated[mine].mean()):.3f}",
                    f"{float(true[mine].mean()):.3f}",
                )
            )
    return [
        f"Of {stated.size} events that met the rule, {n_doubtful} state a confidence of "
        f"{DOUBTFUL[0]:g} to {DOUBTFUL[1]:g}; "
        f"over these the expected calibration error is {error:.3f}.",
        "",
        *_table(rows),
    ]


def _rivals(findings: UnitFindings) -> list[str]:
    """Write F1 of all programs on the same night, or why there is none."""
    missing = [
        f"{package}: {problem}"
        for package, problem in findings.rival_problems.items()
        if problem
    ]
    lines = [f"Missing: {'; '.join(missing)}.", ""] if missing else []
    if not findings.rival_rows:
        return ["No other program ran.", "", *lines]
    programs = list(dict.fromkeys(row.program for row in findings.rival_rows))
    nights: dict[str, dict[str, Row]] = {}
    for row in findings.rival_rows:
        nights.setdefault(row.condition.name, {})[row.program] = row
    table: list[Sequence[str]] = [("condition", *programs)]
    for name, answers in nights.items():
        cells = (_cell(answers.get(program)) for program in programs)
        table.append((name, *cells))
    table.append(("pooled F1", *(_pooled_f1(findings, p) for p in programs)))
    return [
        "One night of half an hour of each condition, each leg by itself, "
        "every program with its own defaults.",
        "",
        *lines,
        *_table(table),
    ]


def _cell(row: Row | None) -> str:
    """Write F1, or on an empty night the false movements per hour."""
    if row is None:
        return "failed"
    if row.condition.empty:
        return f"{row.summary.false_per_h:.1f} false/h"
    return number(row.summary.f1, 3)


def _pooled_f1(findings: UnitFindings, program: str) -> str:
    """Write F1 of one program over all nights with movements."""
    sums = [
        row.summary
        for row in findings.rival_rows
        if row.program == program and not row.condition.empty
    ]
    hits = sum(round((one.recall or 0.0) * one.n_true) for one in sums)
    found = sum(
        round(own / one.precision) if one.precision else 0
        for one in sums
        for own in [round((one.recall or 0.0) * one.n_true)]
    )
    true = sum(one.n_true for one in sums)
    return number(f1_score(hits, found - hits, true - hits), 3)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table; the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:], ""]


def render_unit_json(findings: UnitFindings) -> str:
    """Give every number of the page."""
    survey = findings.survey
    n_doubtful, error = doubtful_error(survey.met_the_rule)
    return json.dumps(
        {
            "pooled": {
                detector: dataclasses.asdict(pooled(survey, detector))
                for detector in survey.scores
            },
            "doubtful": {"events": n_doubtful, "error": error},
            "rows": [
                {"condition": row.condition.name, "program": row.program}
                | dataclasses.asdict(row.summary)
                for row in (*survey.rows, *findings.rival_rows)
            ],
            "fates": {
                f"{detector}: {kind}": dict(fates)
                for (detector, kind), fates in survey.fates.items()
            },
        },
        indent=1,
    )
