"""The few drawing parts all figures are made of: a panel with its scales, marks, axes, text."""

import math
from collections.abc import Callable, Iterable, Sequence
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
WIDTH, NARROW = 960.0, 560.0

Span = tuple[float, float]
Mark = tuple[float, str]


@dataclass(frozen=True)
class Lettering:
    """How words are set; `anchor` is start, middle or end."""

    size: float = 11
    anchor: str = "start"
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn; `dash` is an SVG dash pattern, empty for a line without gaps."""

    colour: str = SOFT
    width: float = 1.0
    dash: str = ""

    @property
    def dashes(self) -> str:
        """The dash pattern as an attribute, empty without one."""
        return f' stroke-dasharray="{self.dash}"' if self.dash else ""


PLAIN, BOLD, SIDE_NOTE = (
    Lettering(),
    Lettering(bold=True),
    Lettering(colour=SOFT),
)
MIDDLE = Lettering(anchor="middle")
RIGHT_BOLD = Lettering(anchor="end", bold=True)
THIN, GRID_LINE = Stroke(), Stroke(GRID, 0.7)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A rectangle of the drawing with linear scales.

    Y grows upwards in the values and downwards on paper.
    """

    left: float
    top: float
    width: float
    height: float
    x_max: float
    x_min: float = 0.0
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

    @property
    def _x_range(self) -> float:
        return (self.x_max - self.x_min) or 1.0

    @property
    def _y_range(self) -> float:
        return (self.y_max - self.y_min) or 1.0

    def x(self, value: float) -> float:
        """Give the place of a value along the x axis."""
        return self.left + self.width * (value - self.x_min) / self._x_range

    def y(self, value: float) -> float:
        """Give the place of a value along the y axis."""
        return self.bottom - self.height * (value - self.y_min) / self._y_range

    def xs(self, values: FloatArray) -> list[float]:
        """Give the places of many values along the x axis."""
        places: FloatArray = (
            self.left + self.width * (values - self.x_min) / self._x_range
        )
        return list(places.tolist())

    def ys(self, values: FloatArray) -> list[float]:
        """Give the places of many values along the y axis, kept inside the panel."""
        above: FloatArray = np.clip(values, self.y_min, self.y_max) - self.y_min
        return list(
            (self.bottom - self.height * above / self._y_range).tolist()
        )

    def spans(self, spans: Iterable[Span]) -> list[Span]:
        """Give the places of stretches (from, to) along the x axis."""
        return [(self.x(first), self.x(last)) for first, last in spans]


@dataclass(frozen=True)
class Sheet:
    """The paper of one figure: its id, its size, and the patterns that its parts refer to."""

    id: str
    height: float
    width: float = WIDTH
    definitions: str = ""


def text(x: float, y: float, words: str, style: Lettering = PLAIN) -> str:
    """Write words at a place."""
    weight = ' font-weight="600"' if style.bold else ""
    look = f'font-size="{style.size:g}" text-anchor="{style.anchor}" fill="{style.colour}"{weight}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    stroke: str = "",
    title: str = "",
) -> str:
    """Draw a rectangle; `fill` is a colour or ``url(#pattern)``, `title` shows when pointed at."""
    border = f' stroke="{stroke}" stroke-width="0.8"' if stroke else ""
    size = f'width="{max(width, 0.0):.1f}" height="{max(height, 0.0):.1f}"'
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}"{border}'
    return (
        f"{shape}><title>{escape(title)}</title></rect>"
        if title
        else f"{shape}/>"
    )


def block(panel: Panel, span: Span, *, fill: str, stroke: str = "") -> str:
    """Fill a stretch of values (from, to) over the whole height of a panel."""
    left, right = panel.x(span[0]), panel.x(span[1])
    return rect(
        left, panel.top, right - left, panel.height, fill=fill, stroke=stroke
    )


def column(
    panel: Panel,
    place: Span,
    values: Span,
    *,
    fill: str,
    stroke: str = INK,
    title: str = "",
) -> str:
    """Draw one column of a bar chart: from left to right on paper, from low to high in values."""
    (left, right), (low, high) = place, values
    top = panel.y(high)
    height = panel.y(low) - top
    return rect(
        left, top, right - left, height, fill=fill, stroke=stroke, title=title
    )


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: Stroke = THIN
) -> str:
    """Draw a straight line."""
    places = f"M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}"
    look = f'stroke="{stroke.colour}" stroke-width="{stroke.width:g}" fill="none"{stroke.dashes}'
    return f'<path d="{places}" {look}/>'


def level_line(panel: Panel, value: float, stroke: Stroke = THIN) -> str:
    """Draw a line across a panel at a value of its y axis."""
    return line(panel.left, panel.y(value), panel.right, panel.y(value), stroke)


def upright_line(panel: Panel, place: float, stroke: Stroke = THIN) -> str:
    """Draw a line from top to bottom of a panel at a place on paper."""
    return line(place, panel.top, place, panel.bottom, stroke)


def curve(xs: Sequence[float], ys: Sequence[float], stroke: Stroke) -> str:
    """Draw a line through points; a NaN interrupts it."""
    look = f'stroke="{stroke.colour}" stroke-width="{stroke.width:g}" stroke-linejoin="round"'
    return f'<path d="{_points(xs, ys)}" {look} fill="none"{stroke.dashes}/>'


def _points(xs: Sequence[float], ys: Sequence[float]) -> str:
    parts, lifted = [], True
    for x, y in zip(xs, ys, strict=True):
        if not math.isnan(y):
            parts.append(f"{'M' if lifted else 'L'}{x:.1f},{y:.1f}")
        lifted = math.isnan(y)
    return "".join(parts)


def area(
    xs: Sequence[float],
    upper: Sequence[float],
    lower: Sequence[float],
    *,
    fill: str,
) -> str:
    """Fill the area between two lines over the same places; where one is NaN there is nothing."""
    points = zip(xs, upper, lower, strict=True)
    known = [point for point in points if not math.isnan(point[1] + point[2])]
    there = "L".join(f"{x:.1f},{high:.1f}" for x, high, _ in known)
    back = "L".join(f"{x:.1f},{low:.1f}" for x, _, low in reversed(known))
    return f'<path d="M{there}L{back}Z" fill="{fill}"/>' if known else ""


def ticks(
    xs: Iterable[float], top: float, height: float, stroke: Stroke
) -> str:
    """Draw upright marks of one height as a single path."""
    marks = "".join(f"M{x:.1f},{top:.1f}v{height:.1f}" for x in xs)
    look = (
        f'stroke="{stroke.colour}" stroke-width="{stroke.width:g}" fill="none"'
    )
    return f'<path d="{marks}" {look}/>' if marks else ""


def bars(
    places: Iterable[Span],
    top: float,
    height: float,
    *,
    fill: str,
    least: float = 0.8,
) -> str:
    """Draw flat bars between places (from, to) as one path, none narrower than `least`."""
    marks = ""
    for first, last in places:
        width = max(last - first, least)
        marks += (
            f"M{first:.1f},{top:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"
        )
    return f'<path d="{marks}" fill="{fill}"/>' if marks else ""


def frame(panel: Panel) -> str:
    """Draw the left and lower edge of a panel."""
    places = f"M{panel.left:.1f},{panel.top:.1f}V{panel.bottom:.1f}H{panel.right:.1f}"
    return f'<path d="{places}" stroke="{SOFT}" stroke-width="1" fill="none"/>'


def x_axis(
    panel: Panel, marks: Sequence[Mark], *, label: str = "", size: float = 11
) -> str:
    """Draw marks (value, words) under a panel and the name of the axis."""
    low, style = panel.bottom, Lettering(size, "middle", SOFT)
    places = [(panel.x(value), words) for value, words in marks]
    parts = [line(place, low, place, low + 4) for place, _ in places]
    parts += [
        text(place, low + 5 + size, words, style) for place, words in places
    ]
    if label:
        middle, under = panel.left + panel.width / 2, low + 10 + 2 * size
        parts.append(text(middle, under, label, Lettering(size, "middle")))
    return "".join(parts)


def y_axis(panel: Panel, marks: Sequence[Mark]) -> str:
    """Draw marks (value, words) left of a panel, with faint lines across it."""
    style = Lettering(anchor="end", colour=SOFT)
    parts = [level_line(panel, value, GRID_LINE) for value, _ in marks]
    parts += [
        text(panel.left - 6, panel.y(value) + 4, words, style)
        for value, words in marks
    ]
    return "".join(parts)


def even_ticks(low: float, high: float, *, count: int = 5) -> list[float]:
    """Give round values (steps of 1, 2 or 5) that cover a range.

    Examples
    --------
    >>> even_ticks(0.0, 93.0)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** np.floor(np.log10(span / count))
    steps = (power * factor for factor in (1, 2, 5))
    step = next((step for step in steps if step * count >= span), power * 10)
    values = np.arange(np.ceil(low / step) * step, high + step * 1e-6, step)
    return [round(float(value), 10) + 0.0 for value in values]


def even_marks(
    low: float,
    high: float,
    *,
    count: int,
    write: Callable[[float], str] = "{:g}".format,
) -> list[Mark]:
    """Give round values of a range with their words, as the axes take them."""
    return [
        (value, write(value)) for value in even_ticks(low, high, count=count)
    ]


def drawing(
    sheet: Sheet,
    parts: Iterable[str],
    *,
    title: str,
    alt: str,
    font: str = SANS,
) -> str:
    """Put the parts into one SVG with its title and description for people who do not see it."""
    name, size = sheet.id, f"0 0 {sheet.width:g} {sheet.height:g}"
    labels = f'role="img" aria-labelledby="{name}-title {name}-alt" font-family="{escape(font)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" {labels}>'
    words = f'<title id="{name}-title">{escape(title)}</title>'
    words += f'<desc id="{name}-alt">{escape(alt)}</desc>'
    patterns = f"<defs>{sheet.definitions}</defs>" if sheet.definitions else ""
    return head + words + patterns + "".join(parts) + "</svg>"
