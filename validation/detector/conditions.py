"""The conditions a detector is measured under.

Every row of the target table at each of its levels, and pairs of them.

A condition names changes to a plain night; nothing here knows any detector.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from ekbom.simulation.parameters import (
    EventParameters,
    HeartParameters,
    LegParameters,
    MovementParameters,
    NightParameters,
)

Changes = Mapping[str, float | int | bool]
NOTHING: Changes = MappingProxyType({})
Record = TypeVar(
    "Record",
    MovementParameters,
    LegParameters,
    HeartParameters,
    EventParameters,
)

PLAIN_MOVEMENTS = MovementParameters(
    periodic_per_h=60.0, isolated_per_h=12.0, short_bursts_per_h=6.0
)
PLAIN_EVENTS = EventParameters(breathing_per_h=6.0)
PLAIN_LEGS = LegParameters(rest_uv=1.0)
PLAIN_HEART = HeartParameters(ectopic_share=0.01)
EMPTY: Changes = {
    "periodic_per_h": 0.0,
    "isolated_per_h": 0.0,
    "short_bursts_per_h": 0.0,
}
PAIR_ALLOWANCE = 0.02


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One kind of night and what is asked of a detector on it.

    `f1` is the least F1 at IoU 0.5 (None on a night without movements), `index_share` the largest
    error of the PLM index as a share of the true one; an error of half a movement per hour is
    accepted everywhere.
    """

    name: str
    row: str
    f1: float | None
    index_share: float
    movements: Changes
    legs: Changes
    heart: Changes
    events: Changes

    @property
    def empty(self) -> bool:
        """Whether the night has no movement at all."""
        return self.f1 is None

    def parameters(self, *, hours: float) -> NightParameters:
        """Give the night of this condition."""
        legs = changed(PLAIN_LEGS, self.legs)
        if legs.electrode_off_min:
            legs = replace(
                legs,
                electrode_off_min=min(legs.electrode_off_min, 20.0 * hours),
            )
        return NightParameters(
            hours=hours,
            movements=changed(PLAIN_MOVEMENTS, self.movements),
            events=changed(PLAIN_EVENTS, self.events),
            legs=legs,
            heart=changed(PLAIN_HEART, self.heart),
        )


def changed(record: Record, changes: Changes) -> Record:
    """Give a record with some fields changed; the fields are checked by the record itself."""
    values: dict[str, Any] = dict(
        changes
    )  # Any: fields of several kinds of number
    return replace(record, **values)


def single_conditions() -> tuple[Condition, ...]:
    """List every row of the table at each of its levels."""
    return (
        *_noise(),
        *_hum(),
        *_ecg(),
        *_converter(),
        *_movements(),
        *_artefacts(),
        *_further(),
        *_empty_nights(),
    )


class Target(NamedTuple):
    """What the conditions of one row are asked for."""

    row: str
    f1: float | None
    index_share: float

    def on(
        self,
        name: str,
        *,
        movements: Changes = NOTHING,
        legs: Changes = NOTHING,
        heart: Changes = NOTHING,
        events: Changes = NOTHING,
    ) -> Condition:
        """Make one condition of this row."""
        return Condition(
            name=name,
            row=self.row,
            f1=self.f1,
            index_share=self.index_share,
            movements=movements,
            legs=legs,
            heart=heart,
            events=events,
        )


def _noise() -> list[Condition]:
    rest = Target("resting noise", 0.98, 0.02)
    drift = Target("resting level drifting or stepping", 0.97, 0.03)
    return [
        *(
            rest.on(f"rest {uv:g} uV", legs={"rest_uv": uv})
            for uv in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
        ),
        drift.on("drift 1 to 10 uV", legs={"rest_end_uv": 10.0}),
        drift.on(
            "drift 10 to 1 uV", legs={"rest_uv": 10.0, "rest_end_uv": 1.0}
        ),
        drift.on(
            "steps up to 6 uV",
            legs={"rest_steps_per_h": 8.0, "rest_step_max_uv": 6.0},
        ),
        drift.on(
            "steps up to 10 uV",
            legs={"rest_steps_per_h": 8.0, "rest_step_max_uv": 10.0},
        ),
    ]


def _hum() -> list[Condition]:
    hum = Target("hum, coming and going", 0.97, 0.03)
    levels = [(uv, hz) for hz in (50.0, 60.0) for uv in (5.0, 10.0, 20.0)]
    return [
        hum.on(f"hum {uv:g} uV, {hz:g} Hz", legs={"hum_uv": uv, "hum_hz": hz})
        for uv, hz in levels
    ]


def _ecg() -> list[Condition]:
    ecg = Target("ECG in the legs, ectopic beats", 0.97, 0.03)
    listed = []
    for uv in (5.0, 15.0, 40.0):
        for legs in ("both legs", "left leg"):
            for recorded in (True, False):
                heights = {
                    "ecg_left_uv": uv,
                    "ecg_right_uv": uv if legs == "both legs" else 0.0,
                }
                name = f"ECG {uv:g} uV, {legs}, {'with' if recorded else 'no'} ECG channel"
                listed.append(
                    ecg.on(
                        name,
                        legs=heights,
                        heart={"ecg_recorded": recorded, "ectopic_share": 0.02},
                    )
                )
    return listed


def _converter() -> list[Condition]:
    row, steps = (
        "sampling and digits",
        (
            (0.05, 16),
            (0.2, 16),
            (0.5, 12),
            (1.0, 12),
            (1.0, 16),
            (2.0, 12),
            (2.0, 16),
        ),
    )
    slow, usual = Target(row, 0.95, 0.03), Target(row, 0.97, 0.03)
    return [
        slow.on("100 Hz", legs={"fs_hz": 100.0}),
        *(
            usual.on(f"{hz:g} Hz", legs={"fs_hz": hz})
            for hz in (128.0, 200.0, 256.0, 400.0, 512.0, 1000.0)
        ),
        *(
            usual.on(
                f"step {uv:g} uV, {bits} bit",
                legs={"step_uv": uv, "bits": bits},
            )
            for uv, bits in steps
        ),
    ]


def _movements() -> list[Condition]:
    weak = {
        "peak_uv": 10.0,
        "peak_log_sd": 0.12,
        "peak_min_uv": 8.5,
        "peak_max_uv": 12.0,
    }
    edge = {
        "short_bursts_per_h": 60.0,
        "short_burst_min_s": 0.35,
        "short_burst_max_s": 0.49,
    }
    bursts = Target("bursts too short to be LM", 0.97, 0.03)
    return [
        Target("weak but valid movements", 0.92, 0.05).on(
            "weak, 8.5 to 12 uV", movements=weak
        ),
        bursts.on(
            "bursts 0.1 to 0.4 s", movements={"short_bursts_per_h": 60.0}
        ),
        bursts.on("bursts 0.35 to 0.49 s", movements=edge),
    ]


def _artefacts() -> list[Condition]:
    spoilt = Target("tonic activity and artefacts", 0.95, 0.03)
    return [
        spoilt.on("tonic 20 to 60 s", movements={"tonic_per_h": 8.0}),
        spoilt.on("cable pops", legs={"pops_per_h": 40.0}),
        spoilt.on("electrode off", legs={"electrode_off_min": 60.0}),
        spoilt.on("saturations", legs={"saturations_per_h": 12.0}),
    ]


def _further() -> list[Condition]:
    beyond = Target("further shapes, not in the table", 0.97, 0.03)
    slow = {
        "rise_min_s": 0.5,
        "rise_max_s": 1.5,
        "fall_min_s": 0.5,
        "fall_max_s": 2.0,
        "duration_min_s": 1.5,
    }
    return [
        beyond.on(
            "sharp edges",
            movements={
                "rise_min_s": 0.01,
                "rise_max_s": 0.03,
                "fall_min_s": 0.01,
                "fall_max_s": 0.05,
            },
        ),
        beyond.on("slow edges", movements=slow),
        beyond.on("deep modulation", movements={"modulation_max": 0.9}),
        beyond.on(
            "dense series, every 12 s",
            movements={"interval_s": 12.0, "periodic_per_h": 120.0},
        ),
        beyond.on("baseline wander 200 uV", legs={"wander_uv": 200.0}),
    ]


def _empty_nights() -> list[Condition]:
    spoilt: dict[str, Changes] = {
        "1 uV": {},
        "4 uV": {"rest_uv": 4.0},
        "drift 1 to 10 uV": {"rest_end_uv": 10.0},
        "steps up to 10 uV": {
            "rest_steps_per_h": 8.0,
            "rest_step_max_uv": 10.0,
        },
        "hum 20 uV": {"hum_uv": 20.0},
        "ECG 40 uV": {"ecg_left_uv": 40.0, "ecg_right_uv": 40.0},
        "cable pops": {"pops_per_h": 40.0},
    }
    still = Target("no movement at all", None, 0.0)
    return [
        still.on(
            f"empty, {name}",
            movements=EMPTY,
            legs=legs,
            events={"breathing_per_h": 0.0},
        )
        for name, legs in spoilt.items()
    ]


# Pairs that meet on real nights: a noisy or weak night with each disturbance, and disturbances that
# imitate each other.
PAIRS = (
    ("rest 2 uV", "hum 10 uV, 50 Hz"),
    ("rest 2 uV", "hum 20 uV, 60 Hz"),
    ("rest 2 uV", "ECG 15 uV, both legs, with ECG channel"),
    ("rest 2 uV", "ECG 40 uV, both legs, no ECG channel"),
    ("rest 2 uV", "100 Hz"),
    ("rest 2 uV", "step 2 uV, 12 bit"),
    ("rest 2 uV", "weak, 8.5 to 12 uV"),
    ("rest 2 uV", "bursts 0.35 to 0.49 s"),
    ("rest 2 uV", "tonic 20 to 60 s"),
    ("rest 2 uV", "cable pops"),
    ("rest 4 uV", "hum 10 uV, 50 Hz"),
    ("rest 4 uV", "ECG 15 uV, both legs, with ECG channel"),
    ("rest 4 uV", "128 Hz"),
    ("rest 4 uV", "1000 Hz"),
    ("rest 4 uV", "electrode off"),
    ("rest 0.5 uV", "weak, 8.5 to 12 uV"),
    ("rest 0.5 uV", "hum 20 uV, 50 Hz"),
    ("drift 1 to 10 uV", "hum 10 uV, 50 Hz"),
    ("drift 1 to 10 uV", "ECG 15 uV, both legs, with ECG channel"),
    ("drift 1 to 10 uV", "cable pops"),
    ("drift 1 to 10 uV", "bursts 0.1 to 0.4 s"),
    ("drift 1 to 10 uV", "tonic 20 to 60 s"),
    ("steps up to 6 uV", "hum 5 uV, 60 Hz"),
    ("steps up to 6 uV", "ECG 5 uV, both legs, no ECG channel"),
    ("steps up to 6 uV", "tonic 20 to 60 s"),
    ("steps up to 6 uV", "bursts 0.35 to 0.49 s"),
    ("hum 10 uV, 50 Hz", "ECG 15 uV, both legs, no ECG channel"),
    ("hum 20 uV, 60 Hz", "ECG 40 uV, left leg, with ECG channel"),
    ("hum 10 uV, 50 Hz", "100 Hz"),
    ("hum 10 uV, 60 Hz", "128 Hz"),
    ("hum 10 uV, 50 Hz", "512 Hz"),
    ("hum 10 uV, 50 Hz", "step 1 uV, 12 bit"),
    ("hum 10 uV, 50 Hz", "weak, 8.5 to 12 uV"),
    ("hum 5 uV, 50 Hz", "bursts 0.35 to 0.49 s"),
    ("hum 10 uV, 60 Hz", "electrode off"),
    ("hum 10 uV, 50 Hz", "cable pops"),
    ("ECG 15 uV, both legs, with ECG channel", "weak, 8.5 to 12 uV"),
    ("ECG 15 uV, both legs, no ECG channel", "bursts 0.1 to 0.4 s"),
    ("ECG 40 uV, both legs, with ECG channel", "128 Hz"),
    ("ECG 40 uV, both legs, no ECG channel", "cable pops"),
    ("ECG 15 uV, left leg, no ECG channel", "electrode off"),
    ("step 2 uV, 16 bit", "weak, 8.5 to 12 uV"),
    ("100 Hz", "weak, 8.5 to 12 uV"),
    ("saturations", "cable pops"),
)


def paired_conditions() -> tuple[Condition, ...]:
    """List the named pairs; each is asked for the lower of its two F1 less 0.02."""
    singles = {condition.name: condition for condition in single_conditions()}
    return tuple(
        _pair(singles[first], singles[second]) for first, second in PAIRS
    )


def _pair(first: Condition, second: Condition) -> Condition:
    return Condition(
        name=f"{first.name} + {second.name}",
        row="pairs",
        f1=round(
            min(c.f1 for c in (first, second) if c.f1 is not None)
            - PAIR_ALLOWANCE,
            3,
        ),
        index_share=max(first.index_share, second.index_share),
        movements={**first.movements, **second.movements},
        legs={**first.legs, **second.legs},
        heart={**first.heart, **second.heart},
        events={**first.events, **second.events},
    )
