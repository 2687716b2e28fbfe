"""What a figure is, what it is drawn with, and what every figure asks of a result."""

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray
from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.model.source import RuleSet
from ekbom.report.counted_rows import asleep
from ekbom.report.figures.svg import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SANS,
    SOFT,
    VERMILION,
    drawing,
    text,
)
from ekbom.report.words import Wording

WIDTH, NARROW = 960.0, 560.0
KIND_COLOURS: Mapping[str, str] = {
    "plms": BLUE,
    "plmw": VERMILION,
    "plm": BLUE,
    "isolated": GREEN,
    "short_interval": ORANGE,
    "nonclm": SOFT,
}
RRLM_COLOUR = PURPLE


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One finished figure: SVG that stands alone, what it shows in words, and whether there was anything to draw."""

    id: str
    title: str
    caption: str
    alt: str
    svg: str
    empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What figures are drawn from: the night, the rule set to show, the words, the font."""

    result: StudyResult
    score: RuleSetScore
    words: Wording
    font: str = SANS

    @property
    def rows(self) -> ScoredMovements:
        """The movements scored by the rule set shown."""
        return self.score.movements


def kinds(rows: ScoredMovements) -> dict[str, BoolArray]:
    """Split the movements by kind: every movement has exactly one.

    A PLM whose stage is not known is neither PLMS nor PLMW.
    """
    sleep, wake = asleep(rows), rows.stage == "W"
    return {
        "plms": rows.plm & sleep,
        "plmw": rows.plm & wake,
        "plm": rows.plm & ~sleep & ~wake,
        "isolated": rows.isolated & ~rows.plm,
        "short_interval": rows.short_interval & ~rows.plm & ~rows.isolated,
        "nonclm": ~rows.plm & ~rows.isolated & ~rows.short_interval,
    }


def parameter_number(rule_set: RuleSet, name: str) -> float | None:
    """Give a number of the rule set, None where it has none of that name."""
    parameter = rule_set.parameters.get(name)
    value = parameter.value if parameter is not None else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def empty_figure(scene: Scene, identity: str, *, reason: str, width: float = WIDTH) -> Figure:
    """Give a figure that says why there is nothing to draw."""
    title = scene.words(f"figure.{identity}.title")
    body = text(width / 2, 34, reason, size=12, anchor="middle", colour=SOFT)
    svg = drawing(
        identity, [body], width=width, height=60, title=title, alt=reason, font=scene.font
    )
    return Figure(id=identity, title=title, caption=reason, alt=reason, svg=svg, empty=True)


def finished(
    scene: Scene,
    identity: str,
    parts: list[str],
    *,
    height: float,
    width: float = WIDTH,
    definitions: str = "",
    **values: str | float,
) -> Figure:
    """Close a figure with its title, caption and description from the catalogue.

    `values` fill their places.
    """
    title, caption = (
        scene.words(f"figure.{identity}.title"),
        scene.words(f"figure.{identity}.caption", **values),
    )
    alt = scene.words(f"figure.{identity}.alt", **values)
    svg = drawing(
        identity,
        parts,
        width=width,
        height=height,
        title=title,
        alt=alt,
        font=scene.font,
        definitions=definitions,
    )
    return Figure(id=identity, title=title, caption=caption, alt=alt, svg=svg)
