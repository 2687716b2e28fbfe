"""Fabricated nights for the tests of reports.

Every shape a result may take, from a seed, nothing measured.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import TypedDict

import numpy as np

from ekbom.model.events import Event, EventKind
from ekbom.model.finding import Finding, Reason, Severity
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.index import (
    IndexDefinition,
    IndexTable,
    IntervalStructure,
    LimitDistance,
    Mixture,
    ScoredPeriod,
    TransitionMatrix,
)
from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegQuality,
    LegTrace,
    MovementEvidence,
    ScoredMovements,
    TraceStretch,
)
from ekbom.model.recording import Channel, Interval, LegChoice, Recording, Role
from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.model.source import EvidenceMark, Parameter, RuleSet, Source

HOURS = 8.0
BIN_S = 1.0
LONG_NAMES = {
    "arabic": "نورة بنت عبد الرحمن بن محمد آل عبد العزيز الطويلة الاسم",
    "chinese": "欧阳晓明之夜间腿部运动多导睡眠监测记录",
}


class Onsets(TypedDict):
    """Where the fabricated movements lie and which leg they belong to."""

    onset_s: np.ndarray[tuple[int], np.dtype[np.float64]]
    side: np.ndarray[tuple[int], np.dtype[np.str_]]


def make_result(
    *,
    n_movements: int = 180,
    sides: tuple[str, ...] = ("left", "right"),
    hypnogram: bool = True,
    events: bool = True,
    traces: bool = True,
    refused: str = "",
    name: str = "night-001",
    start: dt.datetime | None = dt.datetime(2024, 3, 9, 22, 31, 0),
    seed: int = 1,
) -> StudyResult:
    """Make a result of about eight hours; `refused` names a leg that could not be scored."""
    rng = np.random.default_rng(seed)
    scored_sides = tuple(side for side in sides if side != refused)
    onsets = make_onsets(rng, n_movements, scored_sides)
    legs = make_leg_movements(rng, onsets)
    rows = make_rows(rng, onsets, hypnogram=hypnogram, events=events)
    detection = tuple(
        make_detection(rng, side, legs, traces=traces and side != refused, refused=side == refused)
        for side in sides
    )
    indices = make_indices(rows, hypnogram=hypnogram, events=events)
    score = RuleSetScore(
        rule_set=make_rule_set(),
        leg_movements=legs,
        movements=rows,
        indices=indices,
        intervals=make_intervals(rows),
        limits=make_limits(indices["plms_per_h"]),
    )
    findings = (Finding("unit-blank", Severity.WARNING, "LEG-R"),)
    return StudyResult(
        software_version="0.1.0",
        recording=make_recording(name, sides, start),
        choice=LegChoice(
            left=("LEG-L",) if "left" in sides else (),
            right=("LEG-R",) if "right" in sides else (),
            reasons={
                "left_leg": Reason("label-names-leg", {"side": "left"}),
                "right_leg": Reason("label-names-leg", {"side": "right"}),
            },
        ),
        hypnogram=make_hypnogram() if hypnogram else None,
        events=make_events(rng, onsets) if events else (),
        scored=frozenset({"stages"} if hypnogram else set())
        | frozenset({"arousals", "breathing"} if events else set()),
        lights_off_s=600.0,
        lights_on_s=HOURS * 3600 - 300.0,
        period=ScoredPeriod(
            recording_s=HOURS * 3600,
            lights_off_s=600.0,
            lights_on_s=HOURS * 3600 - 300.0,
            legs=scored_sides,
        ),
        unscorable=(Interval(onset_s=7200.0, duration_s=180.0),),
        leg_movements=legs,
        quality=tuple(leg.quality for leg in detection),
        traces=tuple(leg.trace for leg in detection if leg.trace is not None),
        detection=detection,
        detector="envelope-threshold 1.0",
        scores={score.rule_set.id: score},
        sleep=make_sleep(hypnogram=hypnogram),
        findings=findings,
        seed=seed,
        digest="sha256:" + "0" * 64,
        index_table=make_index_table([*indices, "tst_min"]),
        sources={
            "ferri2016": (
                "Ferri R et al., standards for leg movements, Sleep Med 2016;26:86-95, "
                "PMID 27890390 (abstract read)"
            )
        },
    )


def make_onsets(rng: np.random.Generator, n_movements: int, sides: tuple[str, ...]) -> Onsets:
    """Lay movements into series of log-normal intervals around 24 s with pauses between them."""
    if not n_movements or not sides:
        return {"onset_s": np.zeros(0), "side": np.zeros(0, dtype="<U9")}
    gaps_s = np.exp(rng.normal(np.log(24.0), 0.35, n_movements))
    pauses = rng.random(n_movements) < 0.08
    pauses[0] = True
    gaps_s[pauses] += max(0.0, HOURS * 3600 - 1600.0 - float(gaps_s.sum())) / float(pauses.sum())
    onset_s = np.round(
        700.0
        + np.cumsum(gaps_s)
        * (HOURS * 3600 - 1500.0)
        / max(float(gaps_s.sum()), HOURS * 3600 - 1500.0),
        3,
    )
    side = rng.choice([*sides, "bilateral"] if len(sides) == 2 else list(sides), n_movements)
    return {"onset_s": onset_s, "side": side.astype("<U9")}


def make_leg_movements(rng: np.random.Generator, onsets: Onsets) -> LegMovements:
    """Give each movement its one-sided parts: two for a bilateral one."""
    onset_s: list[float] = []
    side: list[str] = []
    for start_s, which in zip(onsets["onset_s"].tolist(), onsets["side"].tolist(), strict=True):
        for number, part in enumerate(("left", "right") if which == "bilateral" else (which,)):
            onset_s.append(start_s + 0.125 * number)
            side.append(part)
    n = len(onset_s)
    evidence = MovementEvidence(
        rest_uv=rng.uniform(1.0, 3.0, n),
        peak_above_rest_uv=np.exp(rng.normal(np.log(40.0), 0.6, n)) + 8.0,
        median_above_rest_uv=np.exp(rng.normal(np.log(15.0), 0.4, n)) + 2.0,
        area_uv_s=np.exp(rng.normal(np.log(60.0), 0.6, n)),
        rise_time_s=rng.uniform(0.05, 0.6, n),
        n_bursts=rng.integers(1, 4, n),
        confidence=np.round(rng.beta(6.0, 1.5, n), 3),
    )
    return LegMovements(
        onset_s=np.array(onset_s, dtype=np.float64),
        duration_s=np.round(rng.uniform(0.6, 5.0, n), 3),
        side=np.array(side, dtype="<U9"),
        truncated=np.zeros(n, dtype=np.bool_),
        evidence=evidence,
    )


def make_rows(
    rng: np.random.Generator, onsets: Onsets, *, hypnogram: bool, events: bool
) -> ScoredMovements:
    """Give the combined rows with series, stages and links.

    Not scored by any standard, only shaped like it.
    """
    onset_s = onsets["onset_s"]
    n = len(onset_s)
    parts: list[tuple[int, ...]] = []
    for which in onsets["side"].tolist():
        first = parts[-1][-1] + 1 if parts else 0
        parts.append((first, first + 1) if which == "bilateral" else (first,))
    imi_s = np.diff(onset_s, prepend=np.nan)
    clm = rng.random(n) > 0.05
    inside = (imi_s > 10.0) & (imi_s < 90.0) & clm
    series = np.cumsum(~inside) * inside
    numbers = {
        value: rank
        for rank, value in enumerate(dict.fromkeys(series[series > 0].tolist()), start=1)
    }
    series_id = np.array([numbers.get(value, 0) for value in series.tolist()], dtype=np.int64)
    plm = series_id > 0
    rrlm = (rng.random(n) < 0.06) & events
    stage = stage_at(onset_s) if hypnogram else np.full(n, "UNSCORED")
    return ScoredMovements(
        onset_s=onset_s,
        duration_s=np.round(rng.uniform(0.6, 6.0, n), 3),
        side=onsets["side"],
        n_parts=np.array([len(part) for part in parts], dtype=np.int64),
        clm=clm,
        nonclm_reason=np.where(clm, "", "longer-than-limit"),
        excluded=np.zeros(n, dtype=np.bool_),
        interval_from_s=onset_s,
        parts=tuple(parts),
        stage=stage,
        rrlm=rrlm,
        arousal_associated=(rng.random(n) < 0.3) & events,
        respiratory_scored=events,
        arousals_scored=events,
        imi_s=imi_s,
        series_id=series_id,
        plm=plm,
        short_interval=clm & (imi_s < 10.0),
        isolated=clm & ~plm & ~(imi_s < 10.0),
        imi_nr_s=imi_s,
        series_id_nr=np.where(rrlm, 0, series_id),
        plm_nr=plm & ~rrlm,
        series_reason=np.where(plm, "", "run-too-short"),
        run_id=series_id,
        run_reason=np.where(plm, "", "long-interval"),
    )


def make_hypnogram() -> Hypnogram:
    """Give a plain night of ninety-minute cycles in epochs of 30 s."""
    cycle = ["N1"] * 6 + ["N2"] * 60 + ["N3"] * 54 + ["N2"] * 30 + ["R"] * 28 + ["W"] * 2
    stages = (["W"] * 40 + cycle * 6)[: int(HOURS * 120)]
    n = len(stages)
    return Hypnogram(
        onset_s=np.arange(0.0, 30.0 * n, 30.0),
        duration_s=np.full(n, 30.0),
        stage=np.array(stages, dtype="<U8"),
        epoch_s=30.0,
        source="scored by hand",
    )


def stage_at(
    onset_s: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Give the fabricated stage at each onset."""
    stages = make_hypnogram().stage
    return stages[np.minimum((onset_s // 30).astype(np.int64), len(stages) - 1)]


def make_events(rng: np.random.Generator, onsets: Onsets) -> tuple[Event, ...]:
    """Give arousals beside some movements and a few breathing events."""
    beside = rng.permutation(onsets["onset_s"])[:60]
    arousals = [
        Event(onset_s=float(at) + 0.5, duration_s=6.5, kind=EventKind.AROUSAL, label="Arousal")
        for at in beside
    ]
    breathing = [
        Event(onset_s=float(at), duration_s=18.0, kind=EventKind.HYPOPNEA, label="Hypopnea")
        for at in rng.uniform(4000.0, 26000.0, 25).tolist()
    ]
    return tuple(sorted([*arousals, *breathing], key=lambda event: event.onset_s))


def make_detection(
    rng: np.random.Generator, side: str, legs: LegMovements, *, traces: bool, refused: bool
) -> DetectionResult:
    """Give one leg with its quality by minute; if wanted, a trace in bins of a second."""
    minutes = int(HOURS * 60)
    bad = np.full(minutes, refused)
    bad[120:123] = True
    reason = np.where(bad, "step-too-coarse" if refused else "flat", "")
    refusal = (
        Finding("step-too-coarse", Severity.REFUSAL, side, {"step_uv": 31.25, "limit_uv": 8.0}),
    )
    quality = LegQuality(
        side=side,
        minute_start_s=np.arange(0.0, 60.0 * minutes, 60.0),
        rest_uv=rng.uniform(1.0, 3.0, minutes),
        noise_uv=rng.uniform(0.5, 1.5, minutes),
        hum_uv=rng.uniform(0.0, 0.5, minutes),
        ecg_uv=rng.uniform(0.0, 0.5, minutes),
        saturated_share=np.zeros(minutes),
        unscorable=bad,
        reason=reason,
        scored_share=float(1.0 - bad.mean()),
        findings=refusal if refused else (),
    )
    mine = legs.side == side
    evidence = legs.evidence
    columns = {
        field.name: getattr(evidence, field.name) for field in dataclasses.fields(MovementEvidence)
    }
    kept = {name: column[mine] for name, column in columns.items() if len(column) == len(mine)}
    movements = LegMovements(
        onset_s=legs.onset_s[mine],
        duration_s=legs.duration_s[mine],
        side=legs.side[mine],
        truncated=legs.truncated[mine],
        evidence=MovementEvidence(**kept),
    )
    return DetectionResult(
        movements=movements,
        quality=quality,
        detector="envelope-threshold 1.0",
        preparation=(Finding("notch", Severity.NOTE, side, {"notch_hz": 50.0}),),
        trace=make_trace(rng, side, movements) if traces else None,
    )


def make_trace(rng: np.random.Generator, side: str, movements: LegMovements) -> LegTrace:
    """Give an envelope that rises where movements lie, and stretches around the first ones."""
    n = int(HOURS * 3600 / BIN_S)
    envelope_uv = rng.uniform(1.5, 3.0, n)
    for onset_s, duration_s in zip(
        movements.onset_s.tolist(), movements.duration_s.tolist(), strict=True
    ):
        envelope_uv[int(onset_s) : int(onset_s + duration_s) + 1] += rng.uniform(15.0, 90.0)
    stretches = tuple(
        make_stretch(rng, movements, row) for row in range(min(6, len(movements.onset_s)))
    )
    return LegTrace(
        side=side,
        bin_s=BIN_S,
        emg_min_uv=-1.8 * envelope_uv,
        emg_max_uv=1.8 * envelope_uv,
        envelope_uv=envelope_uv,
        rest_uv=np.full(n, 2.0),
        stretches=stretches,
    )


def make_stretch(rng: np.random.Generator, movements: LegMovements, row: int) -> TraceStretch:
    """Give twelve seconds at 256 Hz around one movement."""
    fs_hz, lead_s = 256.0, 3.0
    onset_s, duration_s = float(movements.onset_s[row]), float(movements.duration_s[row])
    time_s = np.arange(-lead_s, 12.0 - lead_s, 1.0 / fs_hz)
    envelope_uv = np.where((time_s >= 0) & (time_s < duration_s), 62.0, 2.0)
    return TraceStretch(
        start_s=onset_s - lead_s,
        fs_hz=fs_hz,
        movement=row,
        emg_uv=rng.normal(0.0, 1.0, len(time_s)) * envelope_uv,
        envelope_uv=envelope_uv,
        rest_uv=np.full(len(time_s), 2.0),
    )


def make_recording(name: str, sides: tuple[str, ...], start: dt.datetime | None) -> Recording:
    """Give a recording with the named legs and nothing else."""
    roles = {"left": Role.LEFT_LEG, "right": Role.RIGHT_LEG}
    channels = tuple(
        Channel(
            index=number,
            label=f"LEG-{side[0].upper()}",
            role=roles.get(side, Role.LEG),
            fs_hz=256.0,
            unit="uV",
            unit_written="uV",
            step_uv=0.1,
            physical_min=-3276.8,
            physical_max=3276.7,
            digital_min=-32768,
            digital_max=32767,
            prefilter="HP:10Hz LP:100Hz",
        )
        for number, side in enumerate(sides)
    )
    return Recording(
        name=name,
        format="EDF+C",
        start=start,
        duration_s=HOURS * 3600,
        channels=channels,
        sha256="0" * 64,
    )


RECALLED = Source(evidence=EvidenceMark.RECALLED, to_verify=True)
SECONDARY = Source(evidence=EvidenceMark.SECONDARY, citation="ferri2016", locator="2.9")


def make_rule_set() -> RuleSet:
    """Give a rule set that only looks like one.

    Names and places of the real table, values for show.
    """
    low = Parameter(
        name="imi_min_s",
        value=10.0,
        unit="s",
        source=Source(evidence=EvidenceMark.READ, citation="ferri2016", locator="2.3"),
        inclusive=True,
    )
    bound = Parameter(
        name="imi_max_s",
        value=90.0,
        unit="s",
        source=Source(evidence=EvidenceMark.READ, citation="ferri2016", locator="2.3"),
        inclusive=True,
    )
    recalled = Parameter(
        name="series_min_count",
        value=4,
        unit="count",
        source=RECALLED,
    )
    window = Parameter(
        name="respiratory_window_s",
        value=(-2.0, 10.25),
        unit="s",
        source=Source(evidence=EvidenceMark.SECONDARY, citation="manconi2014", locator="abstract"),
    )
    onset = Parameter(
        name="onset_above_rest_uv",
        value=8.0,
        unit="uV",
        source=Source(evidence=EvidenceMark.READ, citation="ferri2016", locator="1.3"),
        inclusive=True,
    )
    offset = Parameter(
        name="offset_above_rest_uv",
        value=2.0,
        unit="uV",
        source=Source(evidence=EvidenceMark.READ, citation="ferri2016", locator="1.3"),
        inclusive=True,
    )
    parameters = {
        parameter.name: parameter for parameter in (low, bound, recalled, window, onset, offset)
    }
    return RuleSet(
        id="wasm2016",
        title="World Association of Sleep Medicine 2016",
        edition="2016",
        published="2016-10",
        status="in force",
        last_checked="2026-11-01",
        source="ferri2016",
        parameters=parameters,
        non_default={"arousal_gap_inclusive": True},
        digest="sha256:" + "1" * 64,
    )


def make_indices(rows: ScoredMovements, *, hypnogram: bool, events: bool) -> dict[str, IndexValue]:
    """Give the indices a report shows, None with its reason where they cannot be computed."""
    asleep = np.isin(rows.stage, ["N1", "N2", "N3", "R"])
    tst_h = 6.8
    no_arousals, no_breathing = Reason("arousals-not-scored"), Reason("breathing-not-scored")

    def index(name: str, value: float, unit: str, reason: Reason | None) -> IndexValue:
        return IndexValue(name=name, value=None if reason else value, unit=unit, reason=reason)

    stages = None if hypnogram else Reason("no-hypnogram")
    one = None if len(rows.imi_s) > 1 else Reason("no-interval")
    none = None if rows.clm.any() else Reason("no-clm")
    with_arousal = rows.plm & asleep & rows.arousal_associated
    breathing, arousals = (
        stages or (None if events else no_breathing),
        stages or (None if events else no_arousals),
    )
    listed = [
        index("lm_recording_count", float(len(rows.onset_s)), "", None),
        index("clm_tib_count", float(rows.clm.sum()), "", stages),
        index("plms_count", float((rows.plm & asleep).sum()), "", stages),
        index("plmw_count", float((rows.plm & ~asleep).sum()), "", stages),
        index("plms_per_h", float((rows.plm & asleep).sum()) / tst_h, "/h", stages),
        index("plmw_per_h", float((rows.plm & ~asleep).sum()) / 1.0, "/h", stages),
        index("plm_per_recording_h", float(rows.plm.sum()) / HOURS, "/h", None),
        index("plms_nr_per_h", float((rows.plm_nr & asleep).sum()) / tst_h, "/h", breathing),
        index("plms_arousal_per_h", float(with_arousal.sum()) / tst_h, "/h", arousals),
        index("imi_mean_s", float(np.nanmean(rows.imi_s)) if not one else 0.0, "s", one),
        index(
            "pi_movements", float(rows.plm.sum() / rows.clm.sum()) if not none else 0.0, "", none
        ),
        index(
            "clms_rr_per_h", float((rows.rrlm & asleep & rows.clm).sum()) / tst_h, "/h", breathing
        ),
        index(
            "short_interval_clms_per_h",
            float((rows.short_interval & asleep).sum()) / tst_h,
            "/h",
            stages,
        ),
        index("isolated_clms_per_h", float((rows.isolated & asleep).sum()) / tst_h, "/h", stages),
    ]
    return {item.name: item for item in listed}


def make_intervals(rows: ScoredMovements) -> IntervalStructure:
    """Give a histogram of the intervals with a mixture of two components that only looks fitted."""
    measured_s = rows.imi_s[np.isfinite(rows.imi_s)]
    edges_s, edges_ln = np.linspace(0.0, 90.0, 46), np.linspace(0.0, 4.5, 46)
    counts, counts_ln = (
        np.histogram(measured_s, edges_s)[0],
        np.histogram(np.log(np.maximum(measured_s, 1e-3)), edges_ln)[0],
    )
    enough = len(measured_s) > 20
    mixture = Mixture(
        weight=np.array([0.15, 0.85] if enough else []),
        centre_s=np.array([4.0, 24.0] if enough else []),
        sd_ln=np.array([0.5, 0.35] if enough else []),
        bic=np.array([900.0, 850.0, 860.0] if enough else []),
        n_intervals=len(measured_s),
        log_likelihood=-400.0,
        reason=None if enough else Reason("fewer-intervals", {"n": 3, "needed": 20}),
    )
    classes = ("short", "periodic", "long")
    transitions = TransitionMatrix(
        classes=classes, counts=np.ones((3, 3), dtype=np.int64), probability=np.full((3, 3), 1 / 3)
    )
    return IntervalStructure(
        n_intervals=len(measured_s),
        edges_s=edges_s,
        counts=counts.astype(np.int64),
        edges_ln=edges_ln,
        counts_ln=counts_ln.astype(np.int64),
        n_outside_s=int(len(measured_s) - counts.sum()),
        n_outside_ln=int(len(measured_s) - counts_ln.sum()),
        mode_s=23.0 if enough else None,
        mode_ln_s=23.5 if enough else None,
        mean_ln=3.1 if enough else None,
        sd_ln=0.4 if enough else None,
        mixture=mixture,
        transitions=transitions,
    )


def make_limits(index: IndexValue) -> tuple[LimitDistance, ...]:
    """Give the distance to two lines that are only for show."""
    known = index.value is not None
    return tuple(
        LimitDistance(
            name=index.name,
            population=population,
            limit_per_h=limit,
            above=index.value > limit if index.value is not None else None,
            movements=int(abs(index.value - limit) * 6.8) if index.value is not None else None,
            minutes=20.0 if known else None,
            reason=index.reason,
        )
        for population, limit in (("Adults", 15.0), ("Children", 5.0))
    )


def make_index_table(names: Iterable[str]) -> IndexTable:
    """Define every index in words; one of them is only recalled."""
    definitions = {
        name: IndexDefinition(
            name=name,
            title=name.replace("_per_h", " index").replace("_", " "),
            formula="number of such movements that begin in sleep / hours of sleep",
            unit="/h",
            source=RECALLED if name == "pi_movements" else SECONDARY,
        )
        for name in names
    }
    return IndexTable(
        title="Indices",
        last_checked="2026-11-01",
        parameters={},
        definitions=definitions,
        digest="sha256:" + "2" * 64,
    )


def make_sleep(*, hypnogram: bool) -> dict[str, IndexValue]:
    """Give the sleep measures, None with the reason where nobody staged the night."""
    values = {
        "tib_min": 465.0,
        "tst_min": 408.0,
        "spt_min": 440.0,
        "waso_min": 32.0,
        "sol_min": 20.0,
        "se_percent": 87.7,
    }
    units = {"se_percent": "%"}
    reason = None if hypnogram else Reason("no-hypnogram")
    return {
        name: IndexValue(
            name=name, value=None if reason else value, unit=units.get(name, "min"), reason=reason
        )
        for name, value in values.items()
    }
