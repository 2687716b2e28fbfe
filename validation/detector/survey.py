"""Run detectors over all conditions and keep what the page shows.

Sums per condition, labelled candidates, hard examples.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import DetectionResult, LegMovements
from ekbom.model.recording import FloatArray, LegSignal
from ekbom.simulation.plan import SIDES
from validation.detector.conditions import Condition
from validation.detector.measure import (
    NightScore,
    Spans,
    Summary,
    match,
    reached,
    score_night,
    spans_of,
    summarise,
)
from validation.detector.nights import KnownNight, Material, make_night
from validation.detector.ours import Detected, default_amplitude, detect
from validation.detector.reliability import Labelled, label_candidates

OURS = ("robust", "literal")
EXAMPLE_MARGIN_S = 6.0
EXAMPLE_LONGEST_S = 40.0
ENVELOPE_S = 0.1
EXAMPLES_PER_NIGHT = 2


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one program reached on one condition, made of one material."""

    condition: Condition
    material: Material
    program: str
    summary: Summary
    reached: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Example:
    """A stretch of one leg in which the robust detector and the truth disagree."""

    title: str
    time_s: FloatArray
    emg_uv: FloatArray
    envelope_uv: FloatArray
    true: Spans
    found: Spans


class Plan(NamedTuple):
    """Which conditions are run, on how many nights of how many hours."""

    conditions: tuple[Condition, ...]
    seeds: tuple[int, ...]
    hours: float


@dataclass(eq=False, kw_only=True)
class Survey:
    """Everything gathered on the way; grows while the survey runs."""

    rows: list[Row] = field(default_factory=list)
    labelled: list[Labelled] = field(default_factory=list)
    n_below: int = 0
    examples: list[Example] = field(default_factory=list)


def nights_of(
    condition: Condition, plan: Plan, *, material: Material
) -> Iterator[KnownNight]:
    """Make the nights of one condition one after the other."""
    for seed in plan.seeds:
        yield make_night(
            condition,
            material=material,
            amplitude=default_amplitude(),
            hours=plan.hours,
            seed=seed,
        )


def run_survey(
    plans: Sequence[Plan], *, progress: Callable[[str], None]
) -> Survey:
    """Run our detectors over the nights of every plan."""
    survey = Survey()
    for plan in plans:
        for condition in plan.conditions:
            for material in Material:
                progress(f"{condition.name}, {material}")
                _survey_condition(survey, condition, plan, material=material)
    return survey


def _survey_condition(
    survey: Survey, condition: Condition, plan: Plan, *, material: Material
) -> None:
    """Measure every detector on the nights of one condition.

    Candidates and examples come from the robust one.
    """
    scores: dict[str, list[NightScore]] = {detector: [] for detector in OURS}
    for night in nights_of(condition, plan, material=material):
        for detector in OURS:
            detected = detect(night, detector=detector)
            scores[detector].append(score_night(night, detected.movements))
            if detector == OURS[0]:
                survey.labelled.append(label_candidates(night, detected))
                survey.n_below += sum(
                    _n_below(result)
                    for result in (detected.left, detected.right)
                )
                survey.examples += hard_examples(night, detected)
    survey.rows += [
        row_of(condition, material, detector, scores[detector])
        for detector in OURS
    ]


def _n_below(result: DetectionResult) -> int:
    """Count the candidates that did not become movements."""
    return (
        0
        if result.candidates is None
        else len(result.candidates.onset_s) - len(result.movements.onset_s)
    )


def row_of(
    condition: Condition,
    material: Material,
    program: str,
    scores: Sequence[NightScore],
) -> Row:
    """Sum up one program on one condition."""
    summary = summarise(scores)
    good = reached(summary, f1=condition.f1, index_share=condition.index_share)
    return Row(
        condition=condition,
        material=material,
        program=program,
        summary=summary,
        reached=good,
    )


def hard_examples(night: KnownNight, detected: Detected) -> list[Example]:
    """Cut out the first movements that were missed or are none, at most two a night."""
    examples: list[Example] = []
    truth = night.legs.truth.leg_movements()
    for side, leg in zip(
        SIDES, (night.legs.left, night.legs.right), strict=True
    ):
        for what, span in _disagreements(
            night, truth, detected.movements, side=side
        ):
            if (
                len(examples) < EXAMPLES_PER_NIGHT
                and span[1] - span[0] < EXAMPLE_LONGEST_S
            ):
                title = f"{night.name}, {side} leg: {what} at {span[0]:.1f} s"
                everything = [
                    spans_of(movements, side=side, without=())
                    for movements in (truth, detected.movements)
                ]
                examples.append(
                    _cut(
                        title,
                        leg,
                        span=span,
                        true=everything[0],
                        found=everything[1],
                    )
                )
    return examples


def _disagreements(
    night: KnownNight, truth: LegMovements, found: LegMovements, *, side: str
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Give what was missed and what was found without truth on one leg."""
    spoilt = night.legs.spoilt.get(side, ())
    true_spans, found_spans = (
        spans_of(movements, side=side, without=spoilt)
        for movements in (truth, found)
    )
    paired = match(true_spans, found_spans)
    for what, spans, rows in (
        ("missed", true_spans, paired.true_rows),
        ("false", found_spans, paired.found_rows),
    ):
        for row in sorted(set(range(len(spans.onset_s))) - set(rows.tolist())):
            yield what, (float(spans.onset_s[row]), float(spans.end_s[row]))


def _cut(
    title: str,
    leg: LegSignal,
    *,
    span: tuple[float, float],
    true: Spans,
    found: Spans,
) -> Example:
    """Cut a stretch of signal with what is true and what was found in it."""
    start = max(0, int((span[0] - EXAMPLE_MARGIN_S) * leg.fs_hz))
    stop = min(len(leg.emg_uv), int((span[1] + EXAMPLE_MARGIN_S) * leg.fs_hz))
    emg_uv = leg.emg_uv[start:stop].astype(float)
    width = max(1, round(ENVELOPE_S * leg.fs_hz))
    envelope_uv = np.sqrt(
        np.convolve(emg_uv**2, np.full(width, 1.0 / width), mode="same")
    )
    from_s, to_s = start / leg.fs_hz, stop / leg.fs_hz
    inside = [
        Spans(
            *(column[(s.end_s > from_s) & (s.onset_s < to_s)] for column in s)
        )
        for s in (true, found)
    ]
    time_s = np.arange(start, stop) / leg.fs_hz
    return Example(
        title=title,
        time_s=time_s,
        emg_uv=emg_uv,
        envelope_uv=envelope_uv,
        true=inside[0],
        found=inside[1],
    )
