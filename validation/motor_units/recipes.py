"""What a night of motor units is made of, and the conditions the detector is measured under.

The amplitudes are those of the recorded channel, after its filters. Everything that is harmless
stays below the on level of 8 uV by its expected rms, or is no muscle at all.
"""

from dataclasses import dataclass, field, replace
from typing import Any

Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Channel:
    """The amplifier: causal filters, sampling rate, step of one digit."""

    fs_hz: float = 256.0
    high_pass_hz: float = 10.0
    high_pass_order: int = 1
    low_pass_hz: float = 100.0
    low_pass_order: int = 4
    notch_hz: float = 0.0
    step_uv: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Contractions:
    """How often, how long and how strongly the legs contract; uV of the own rms."""

    per_h: float = 70.0
    both_share: float = 0.5
    pair_share: float = 0.15
    """Share of contractions that a second one follows after `pause_s` of quiet."""
    pause_s: Range = (0.6, 0.9)
    peak_uv: Range = (14.0, 120.0)
    lasting_s: Range = (0.6, 6.0)
    rise_s: Range = (0.03, 0.4)
    relax_s: Range = (0.03, 0.2)
    """Time constant of the relaxation."""
    dips: float = 0.3
    """Depth of the slow modulation of the drive."""
    short_per_h: float = 10.0
    short_s: Range = (0.08, 0.4)
    weak_per_h: float = 0.0
    """Contractions that stay below the on level."""
    weak_peak_uv: Range = (3.0, 5.5)


@dataclass(frozen=True, kw_only=True)
class Rest:
    """The resting leg: colour and level of its noise, and how the level moves."""

    level_uv: float = 1.0
    colour: str = "flat"
    """flat, pink, slow or fast."""
    pattern: str = "steady"
    """steady, two levels, breath, or drift."""
    high_uv: float = 0.0
    """Upper level of a pattern."""
    dwell_s: Range = (3.0, 40.0)


@dataclass(frozen=True, kw_only=True)
class Harmless:
    """What else lies on the channel and is no movement."""

    runs_per_h: float = 0.0
    """Runs of one to three firing units."""
    run_s: Range = (3.0, 40.0)
    run_uv: Range = (2.5, 5.0)
    tonic_uv: float = 0.0
    """Two units that fire all night, rms."""
    snore_uv: float = 0.0
    pops_per_h: float = 0.0
    hum_uv: float = 0.0
    hum_hz: float = 50.0


@dataclass(frozen=True, kw_only=True)
class Heart:
    """The heart in the legs: height of its R wave, shape, rhythm."""

    r_uv: float = 0.0
    shape: str = "narrow"
    rhythm: str = "regular"
    """regular, fibrillating, or ectopic."""
    ecg_recorded: bool = False


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One condition."""

    name: str
    row: str
    contractions: Contractions = field(default_factory=Contractions)
    rest: Rest = field(default_factory=Rest)
    harmless: Harmless = field(default_factory=Harmless)
    heart: Heart = field(default_factory=Heart)
    channel: Channel = field(default_factory=Channel)

    @property
    def empty(self) -> bool:
        """Whether the night has no movement."""
        return not self.contractions.per_h


def _recipe(row: str, name: str, **parts: dict[str, Any]) -> Recipe:
    """Give a plain night with some fields of its parts changed."""
    # Any: numbers, ranges and names
    plain = Recipe(name=name, row=row)
    changed: dict[str, Any] = {
        part: replace(getattr(plain, part), **values)
        for part, values in parts.items()
    }
    return replace(plain, **changed)


def _steady_rest() -> list[Recipe]:
    """Even noise of several levels and colours."""
    levels = [
        _recipe("even rest", f"rest {uv:g} uV", rest={"level_uv": uv})
        for uv in (0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
    ]
    colours = [
        _recipe(
            "coloured rest",
            f"{colour} rest {uv:g} uV",
            rest={"level_uv": uv, "colour": colour},
        )
        for colour, uv in (
            ("pink", 2.0),
            ("pink", 4.0),
            ("slow", 2.0),
            ("slow", 4.0),
            ("fast", 4.0),
        )
    ]
    return levels + colours


def _unsteady_rest() -> list[Recipe]:
    """Rest whose level moves, or that consists of single units."""
    patterns = [
        _recipe(
            "unsteady rest",
            f"{pattern} {low:g} and {high:g} uV",
            rest={"level_uv": low, "high_uv": high, "pattern": pattern},
        )
        for pattern, low, high in (
            ("two levels", 1.0, 3.0),
            ("two levels", 2.0, 4.5),
            ("breath", 1.0, 3.0),
            ("breath", 2.0, 4.5),
            ("drift", 1.0, 5.0),
        )
    ]
    units = [
        _recipe("firing units", name, harmless=values)
        for name, values in (
            (
                "runs of units 2.5 to 4 uV",
                {"runs_per_h": 40.0, "run_uv": (2.5, 4.0)},
            ),
            (
                "runs of units 4 to 5.5 uV",
                {"runs_per_h": 40.0, "run_uv": (4.0, 5.5)},
            ),
            ("units firing all night 3 uV", {"tonic_uv": 3.0}),
            ("units firing all night 4.5 uV", {"tonic_uv": 4.5}),
        )
    ]
    snore = [
        _recipe("snore", f"snore {uv:g} uV", harmless={"snore_uv": uv})
        for uv in (3.0, 5.0)
    ]
    return patterns + units + snore


def _hearts() -> list[Recipe]:
    """Hearts of several shapes and rhythms in the legs."""
    return [
        _recipe(
            "heart",
            f"{shape} heart {uv:g} uV, {rhythm}"
            + (", ECG channel" if recorded else ""),
            heart={
                "r_uv": uv,
                "shape": shape,
                "rhythm": rhythm,
                "ecg_recorded": recorded,
            },
        )
        for shape, uv, rhythm, recorded in (
            ("narrow", 20.0, "regular", False),
            ("broad", 30.0, "regular", False),
            ("biphasic", 25.0, "ectopic", False),
            ("paced", 25.0, "regular", False),
            ("narrow", 20.0, "fibrillating", False),
            ("broad", 30.0, "fibrillating", True),
        )
    ]


def _channels() -> list[Recipe]:
    """Amplifiers of several kinds."""
    kinds = (
        (
            "high-pass 20 Hz of second order",
            {"high_pass_hz": 20.0, "high_pass_order": 2},
        ),
        ("high-pass 5 Hz", {"high_pass_hz": 5.0}),
        ("low-pass 70 Hz", {"low_pass_hz": 70.0}),
        ("notch 50 Hz", {"notch_hz": 50.0}),
        ("200 Hz", {"fs_hz": 200.0}),
        ("512 Hz, step 0.5 uV", {"fs_hz": 512.0, "step_uv": 0.5}),
    )
    return [_recipe("amplifier", name, channel=kind) for name, kind in kinds]


def _contractions() -> list[Recipe]:
    """Movements of several kinds."""
    kinds = (
        ("weak, 9 to 14 uV", {"peak_uv": (9.0, 14.0)}, 1.0),
        ("weak, 9 to 14 uV, rest 2 uV", {"peak_uv": (9.0, 14.0)}, 2.0),
        ("short, 0.6 to 1 s", {"lasting_s": (0.6, 1.0)}, 1.0),
        (
            "slow rise and fall",
            {"rise_s": (0.4, 1.2), "relax_s": (0.2, 0.5)},
            1.0,
        ),
        ("pauses 0.6 to 0.9 s", {"pair_share": 0.6}, 1.0),
        ("pauses 0.6 to 0.9 s, rest 3 uV", {"pair_share": 0.6}, 3.0),
        (
            "bursts under 0.42 s",
            {"short_per_h": 60.0, "short_s": (0.2, 0.42)},
            1.0,
        ),
        ("contractions of 3 to 5.5 uV", {"weak_per_h": 60.0}, 1.0),
    )
    return [
        _recipe("movements", name, contractions=kind, rest={"level_uv": uv})
        for name, kind, uv in kinds
    ]


def _disturbed() -> list[Recipe]:
    """Pops and hum, alone and on restless legs."""
    return [
        _recipe("disturbed", "pops", harmless={"pops_per_h": 40.0}),
        _recipe("disturbed", "hum 8 uV, 50 Hz", harmless={"hum_uv": 8.0}),
        _recipe(
            "disturbed",
            "breath 1 and 3 uV, heart, pops",
            rest={"pattern": "breath", "high_uv": 3.0},
            harmless={"pops_per_h": 20.0},
            heart={"r_uv": 20.0},
        ),
    ]


def _empty() -> list[Recipe]:
    """Nights without any movement."""
    parts: tuple[tuple[str, dict[str, dict[str, Any]]], ...] = (
        # Any: numbers and names
        ("rest 4 uV", {"rest": {"level_uv": 4.0}}),
        ("slow rest 4 uV", {"rest": {"level_uv": 4.0, "colour": "slow"}}),
        (
            "two levels 1 and 4 uV",
            {"rest": {"pattern": "two levels", "high_uv": 4.0}},
        ),
        (
            "breath 1 and 4 uV",
            {"rest": {"pattern": "breath", "high_uv": 4.0}},
        ),
        (
            "runs of units",
            {"harmless": {"runs_per_h": 60.0, "run_uv": (2.5, 5.5)}},
        ),
        ("units firing all night", {"harmless": {"tonic_uv": 4.0}}),
        ("snore 5 uV", {"harmless": {"snore_uv": 5.0}}),
        ("pops", {"harmless": {"pops_per_h": 60.0}}),
        (
            "heart without rhythm",
            {"heart": {"r_uv": 25.0, "rhythm": "fibrillating"}},
        ),
        ("bursts under 0.42 s", {"contractions": {"short_per_h": 120.0}}),
        ("contractions of 3 to 5.5 uV", {"contractions": {"weak_per_h": 60.0}}),
    )
    nights = []
    for name, changes in parts:
        contractions = {"short_per_h": 0.0, **changes.get("contractions", {})}
        whole = {**changes, "contractions": {**contractions, "per_h": 0.0}}
        nights.append(_recipe("empty nights", f"empty, {name}", **whole))
    return nights


def recipes() -> tuple[Recipe, ...]:
    """List every condition."""
    return (
        *_steady_rest(),
        *_unsteady_rest(),
        *_hearts(),
        *_channels(),
        *_contractions(),
        *_disturbed(),
        *_empty(),
    )
