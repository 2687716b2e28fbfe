"""Short nights of every shape that a run makes, each scored once, and assessments of real answers.

Nights come from one simulated night: what is changed of it is changed before it is scored. Only
sizes and characters that no run makes are put on a scored night afterwards.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ekbom.model.assessment import Assessment
from ekbom.model.events import Event, EventKind
from ekbom.model.movements import (
    LegMovements,
    MovementEvidence,
    ScoredMovements,
)
from ekbom.model.recording import FloatArray, LegSignal, SignalArray
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.request import ScoringRequest, wanted_rule_sets
from ekbom.pipeline.score import score_study
from ekbom.readers.channels.check import check_leg
from ekbom.readers.study import Study, open_study
from ekbom.rules.load_detection import load_detector, load_physical_limits

Table = TypeVar("Table", ScoredMovements, LegMovements, MovementEvidence)
VECTORS = Path(__file__).parent / "vectors" / "clinical_vectors.json"
LONG_NAMES = {
    "arabic": "نورة بنت عبد الرحمن بن محمد آل عبد العزيز الطويلة الاسم",
    "chinese": "欧阳晓明之夜间腿部运动多导睡眠监测记录",
}
LOST_S = (1500.0, 2100.0)
HYPOPNEA_S = 18.0
SAME_WAVE_S = 1200.0
COARSE_STEP_UV = 31.25
OPTION = "arousal_gap_inclusive"


@dataclass(frozen=True)
class Shape:
    """How a night differs from the simulated one: before scoring, or in what it is scored by."""

    change: Callable[[Study], Study] = lambda study: study
    rules: tuple[str, ...] = ("wasm2016",)
    marked: bool = False
    option: bool = False


def with_breathing(study: Study) -> Study:
    """Let a hypopnea end at every third arousal, so that breathing is no longer unknown."""
    events = [
        Event(
            onset_s=arousal.onset_s - HYPOPNEA_S,
            duration_s=HYPOPNEA_S,
            kind=EventKind.HYPOPNEA,
            label="Hypopnea",
        )
        for arousal in study.events[::3]
    ]
    ordered = tuple(
        sorted([*study.events, *events], key=lambda event: event.onset_s)
    )
    return replace(study, events=ordered, scored=study.scored | {"breathing"})


def without_scoring(study: Study) -> Study:
    """Give the recording alone: nobody scored stages, arousals or breathing."""
    return replace(study, hypnogram=None, events=(), scored=frozenset())


def with_legs(study: Study, left: LegSignal, right: LegSignal) -> Study:
    """Put other signals in the place of the legs."""
    return replace(study, legs=(left, right))


def with_emg(leg: LegSignal, emg_uv: FloatArray | SignalArray) -> LegSignal:
    """Put another EMG (uV) in the place of a leg's own."""
    return replace(leg, emg_uv=emg_uv.astype(leg.emg_uv[:].dtype))


def one_leg(study: Study) -> Study:
    """Give a recording that holds the left leg only."""
    return replace(
        study, legs=study.legs[:1], choice=replace(study.choice, right=())
    )


def refused_leg(study: Study) -> Study:
    """Make the steps of the right leg so coarse that the reader refuses it."""
    left, right = study.legs
    coarse = replace(right, step_uv=COARSE_STEP_UV)
    channels = [
        item for item in study.recording.channels if item.label == right.label
    ]
    digits = [np.rint(right.emg_uv[:] / COARSE_STEP_UV).astype(np.int16)]
    findings = check_leg(
        coarse, channels, digits, limits=load_physical_limits()
    )
    return with_legs(study, left, replace(coarse, findings=findings))


def silent_leg(study: Study) -> Study:
    """Leave the left leg without any signal."""
    left, right = study.legs
    return with_legs(study, with_emg(left, np.zeros_like(left.emg_uv)), right)


def lost_time(study: Study) -> Study:
    """Take the left leg off for ten minutes."""
    left, right = study.legs
    emg_uv = left.emg_uv[:].copy()
    first, last = (round(at_s * left.fs_hz) for at_s in LOST_S)
    emg_uv[first:last] = 0.0
    return with_legs(study, with_emg(left, emg_uv), right)


def cross_talk(study: Study) -> Study:
    """Let both channels carry the signal of the left leg for twenty minutes."""
    left, right = study.legs
    emg_uv, last = right.emg_uv[:].copy(), round(SAME_WAVE_S * right.fs_hz)
    emg_uv[:last] = left.emg_uv[:last] * 0.8
    return with_legs(study, left, with_emg(right, emg_uv))


def quiet_legs(study: Study) -> Study:
    """Let nobody move: both legs hold noise alone."""
    rng = np.random.default_rng(1)
    left, right = (
        with_emg(leg, rng.normal(0.0, 1.0, len(leg.emg_uv)))
        for leg in study.legs
    )
    return with_legs(study, left, right)


def without_start(study: Study) -> Study:
    """Withhold when the recording began."""
    return replace(study, recording=replace(study.recording, start=None))


SHAPES: Mapping[str, Shape] = {
    "whole": Shape(with_breathing, rules=("wasm2016", "aasm")),
    "options": Shape(with_breathing, option=True),
    "no_breathing": Shape(),
    "no_hypnogram": Shape(without_scoring),
    "one_leg": Shape(one_leg),
    "refused_leg": Shape(refused_leg),
    "silent_leg": Shape(silent_leg),
    "lost_time": Shape(lost_time),
    "cross_talk": Shape(cross_talk),
    "quiet": Shape(quiet_legs),
    "no_start": Shape(without_start),
    "marked": Shape(marked=True),
}


class ScoredNights:
    """Nights by the name of their shape; each is scored when it is asked for first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._nights: dict[str, StudyResult] = {}

    def __getitem__(self, name: str) -> StudyResult:
        if name in LONG_NAMES:
            return self.named(name)
        if name == "many":
            return self.many()
        if name not in self._nights:
            self._nights[name] = self._score(SHAPES[name])
        return self._nights[name]

    def many(self, n: int = 20_000) -> StudyResult:
        """Give the whole night with far more movements than any run makes."""
        name = f"many {n}"
        if name not in self._nights:
            self._nights[name] = with_movements(self["whole"], n)
        return self._nights[name]

    def named(self, script: str) -> StudyResult:
        """Give the whole night with a long name in another script."""
        night = self["whole"]
        recording = replace(night.recording, name=LONG_NAMES[script])
        return replace(night, recording=recording)

    def _score(self, shape: Shape) -> StudyResult:
        truth = self._path.with_suffix(".truth_leg_movements.csv")
        study = open_study(
            self._path,
            movements=truth if shape.marked else None,
            limits=load_physical_limits(),
        )
        options = {OPTION: True} if shape.option else {}
        return score_study(
            shape.change(study),
            ScoringRequest(
                rule_sets=wanted_rule_sets(shape.rules, options),
                detector=load_detector("robust"),
                bootstrap_samples=50,
            ),
        )


def with_movements(night: StudyResult, n: int) -> StudyResult:
    """Repeat the movements of a night until there are `n`, spread over eight hours."""
    duration_s = 8 * 3600.0
    main, score = next(iter(night.scores.items()))
    onset_s = np.linspace(100.0, duration_s - 100.0, n)
    rows = repeated(
        score.movements,
        n,
        onset_s=onset_s,
        parts=tuple((row,) for row in range(n)),
    )
    evidence = score.leg_movements.evidence
    assert evidence is not None
    legs = repeated(
        score.leg_movements,
        n,
        onset_s=onset_s,
        evidence=repeated(evidence, n),
        rhythmic=None,
    )
    return replace(
        night,
        recording=replace(night.recording, duration_s=duration_s),
        leg_movements=legs,
        scores={main: replace(score, movements=rows, leg_movements=legs)},
    )


def repeated(
    table: Table, n: int, **instead: Any
) -> Table:  # Any: columns of every type
    """Repeat every column of a table until it has `n` rows; some columns are given instead."""
    columns = {
        field.name: getattr(table, field.name) for field in fields(table)
    }
    long: dict[str, Any] = {
        name: np.resize(column, n)
        for name, column in columns.items()
        if isinstance(column, np.ndarray) and len(column)
    }
    return replace(table, **{**long, **instead})


@cache
def assessment_of(case: str = "") -> Assessment:
    """Assess the invented person of the demo, or a case of the clinical vectors."""
    if case:
        cases = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
        return assess(
            next(item["facts"] for item in cases if item["id"] == case)
        )
    facts = (
        resources.files("ekbom.app")
        .joinpath("demo_facts.json")
        .read_text(encoding="utf-8")
    )
    return assess(json.loads(facts))
