"""What a facts file may hold: every field with its kind, unit and plausible range."""

from dataclasses import dataclass, field

from ekbom.model.assessment import FactKind

__all__ = ["FactField", "FactKind", "UnitFactor"]


@dataclass(frozen=True, kw_only=True)
class FactField:
    """One field of the facts schema.

    `path` is its dotted name, `[]` marks a field of every entry of a list.

    `minimum` and `maximum` are the plausible range in `unit`; `trial_values` are what a missing
    answer is tried with.
    """

    path: str = field(metadata={"from_key": True})
    kind: FactKind
    title: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    trial_values: tuple[str | float, ...] = field(
        default=(), metadata={"key": "try"}
    )


@dataclass(frozen=True, kw_only=True)
class UnitFactor:
    """How a laboratory value becomes its field: value times `factor`.

    `group` joins units that may be divided by each other.
    """

    target: str
    unit: str
    factor: float
    group: str = ""
