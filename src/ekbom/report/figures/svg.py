"""The few drawing parts all figures are made of: a panel with its scales, marks, axes, text."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from ekbom.model.recording import FloatArray

INK, SOFT, GRID, PAPER = "#1a1a1a", "#555555", "#d5d9dd", "#ffffff"
BLUE, VERMILION, ORANGE, GREEN, PURPLE, SKY = (
    "#0072B2",
    "#B84A00",
    "#E69F00",
    "#00785A",
    "#9C4F83",
    "#56B4E9",
)
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A rectangle of the drawing with linear scales.

    Y grows upwards in the values and downwards on paper.
    """

    left: float
    top: float
    width: float
    height: float
    x_min: float
    x_max: float
    y_min: float = 0.0
    y_max: float = 1.0

    @property
    def right(self) -> float:
        """The right edge on paper."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge on paper."""
        return self.top + self.height

    def x(self, value: float) -> float:
        """Give the place of a value along the x axis."""
        return self.left + self.width * (value - self.x_min) / ((self.x_max - self.x_min) or 1.0)

    def y(self, value: float) -> float:
        """Give the place of a value along the y axis."""
        return self.bottom - self.height * (value - self.y_min) / ((self.y_max - self.y_min) or 1.0)

    def xs(self, values: FloatArray) -> list[float]:
        """Give the places of many values along the x axis."""
        scaled: list[float] = (
            self.left + self.width * (values - self.x_min) / ((self.x_max - self.x_min) or 1.0)
        ).tolist()
        return scaled

    def ys(self, values: FloatArray) -> list[float]:
        """Give the places of many values along the y axis, kept inside the panel."""
        inside = np.clip(values, self.y_min, self.y_max)
        scaled: list[float] = (
            self.bottom - self.height * (inside - self.y_min) / ((self.y_max - self.y_min) or 1.0)
        ).tolist()
        return scaled


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 11,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
) -> str:
    """Write words; `anchor` is start, middle or end."""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(words)}</text>'


def rect(
    x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "", title: str = ""
) -> str:
    """Draw a rectangle; `fill` is a colour or ``url(#pattern)``, `title` shows when pointed at."""
    border = f' stroke="{stroke}" stroke-width="0.8"' if stroke else ""
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{max(height, 0.0):.1f}" fill="{fill}"{border}'
    return f"{shape}><title>{escape(title)}</title></rect>" if title else f"{shape}/>"


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    stroke: str = SOFT,
    width: float = 1.0,
    dash: str = "",
) -> str:
    """Draw a straight line; `dash` is an SVG dash pattern."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}" stroke="{stroke}" stroke-width="{width:g}" fill="none"{dashes}/>'


def curve(
    xs: Sequence[float], ys: Sequence[float], *, stroke: str, width: float = 1.0, dash: str = ""
) -> str:
    """Draw a line through points; a NaN interrupts it."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{_points(xs, ys)}" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round" fill="none"{dashes}/>'


def area(xs: Sequence[float], upper: Sequence[float], lower: Sequence[float], *, fill: str) -> str:
    """Fill the area between two lines over the same places.

    NaN in either counts as nothing there.
    """
    kept = [
        (x, up, low)
        for x, up, low in zip(xs, upper, lower, strict=True)
        if not (math.isnan(up) or math.isnan(low))
    ]
    there = "L".join(f"{x:.1f},{up:.1f}" for x, up, _ in kept)
    back = "L".join(f"{x:.1f},{low:.1f}" for x, _, low in reversed(kept))
    return f'<path d="M{there}L{back}Z" fill="{fill}"/>' if kept else ""


def ticks(
    xs: Iterable[float], top: float, height: float, *, stroke: str, width: float = 1.2
) -> str:
    """Draw upright marks of one height as a single path."""
    marks = "".join(f"M{x:.1f},{top:.1f}v{height:.1f}" for x in xs)
    return (
        f'<path d="{marks}" stroke="{stroke}" stroke-width="{width:g}" fill="none"/>'
        if marks
        else ""
    )


def bars(
    spans: Iterable[tuple[float, float]],
    top: float,
    height: float,
    *,
    fill: str,
    least: float = 0.8,
) -> str:
    """Draw flat bars from pairs of places (from, to) as a single path, none narrower than `least`."""
    marks = "".join(
        f"M{a:.1f},{top:.1f}h{max(b - a, least):.1f}v{height:.1f}h{-max(b - a, least):.1f}z"
        for a, b in spans
    )
    return f'<path d="{marks}" fill="{fill}"/>' if marks else ""


def frame(panel: Panel) -> str:
    """Draw the left and lower edge of a panel."""
    places = f"M{panel.left:.1f},{panel.top:.1f}V{panel.bottom:.1f}H{panel.right:.1f}"
    return f'<path d="{places}" stroke="{SOFT}" stroke-width="1" fill="none"/>'


def x_axis(
    panel: Panel, marks: Sequence[tuple[float, str]], *, label: str = "", size: float = 11
) -> str:
    """Draw marks (value, words) under a panel and the name of the axis."""
    parts = [
        line(panel.x(value), panel.bottom, panel.x(value), panel.bottom + 4) for value, _ in marks
    ]
    parts += [
        text(
            panel.x(value), panel.bottom + 5 + size, words, size=size, anchor="middle", colour=SOFT
        )
        for value, words in marks
    ]
    if label:
        parts.append(
            text(
                panel.left + panel.width / 2,
                panel.bottom + 10 + 2 * size,
                label,
                size=size,
                anchor="middle",
            )
        )
    return "".join(parts)


def y_axis(
    panel: Panel, marks: Sequence[tuple[float, str]], *, grid: bool = True, size: float = 11
) -> str:
    """Draw marks (value, words) left of a panel, with faint lines across it."""
    lines = [
        line(panel.left, panel.y(value), panel.right, panel.y(value), stroke=GRID, width=0.7)
        for value, _ in marks
        if grid
    ]
    return "".join(
        lines
        + [
            text(panel.left - 6, panel.y(value) + 4, words, size=size, anchor="end", colour=SOFT)
            for value, words in marks
        ]
    )


def even_ticks(low: float, high: float, *, count: int = 5) -> list[float]:
    """Give round values (steps of 1, 2 or 5) that cover a range.

    Examples
    --------
    >>> even_ticks(0.0, 93.0)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** np.floor(np.log10(span / count))
    step = next(
        (power * factor for factor in (1, 2, 5) if power * factor * count >= span), power * 10
    )
    first = np.ceil(low / step) * step
    return [round(float(value), 10) + 0.0 for value in np.arange(first, high + step * 1e-6, step)]


def drawing(
    identity: str,
    parts: Iterable[str],
    *,
    width: float,
    height: float,
    title: str,
    alt: str,
    font: str = SANS,
    definitions: str = "",
) -> str:
    """Put the parts into one SVG with its title and description for people who do not see it."""
    names = f'aria-labelledby="{identity}-title {identity}-alt"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" {names} font-family="{escape(font)}">'
    words = f'<title id="{identity}-title">{escape(title)}</title><desc id="{identity}-alt">{escape(alt)}</desc>'
    kept = f"<defs>{definitions}</defs>" if definitions else ""
    return head + words + kept + "".join(parts) + "</svg>"


def _points(xs: Sequence[float], ys: Sequence[float]) -> str:
    parts, lifted = [], True
    for x, y in zip(xs, ys, strict=True):
        if y != y:  # noqa: PLR0124
            lifted = True
            continue
        parts.append(f"{'M' if lifted else 'L'}{x:.1f},{y:.1f}")
        lifted = False
    return "".join(parts)
