"""What a figure is, what it is drawn with, and what every figure asks of a result."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray
from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.report.counted_rows import asleep
from ekbom.report.figures.svg import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SANS,
    SOFT,
    VERMILION,
    WIDTH,
    Lettering,
    Sheet,
    Span,
    drawing,
    text,
)
from ekbom.report.numbers import main_score
from ekbom.report.words import Wording

KIND_COLOURS: Mapping[str, str] = {
    "plms": BLUE,
    "plmw": VERMILION,
    "plm": BLUE,
    "isolated": GREEN,
    "short_interval": ORANGE,
    "nonclm": SOFT,
    "rrlm": PURPLE,
}
EMPTY_NOTE = Lettering(12, "middle", SOFT)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure as SVG that stands alone, with its words.

    `empty`: there was nothing to draw, and the caption says why.
    """

    id: str
    title: str
    caption: str
    alt: str
    svg: str
    empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What figures are drawn from: the night, the words, the font; shown is the main rule set."""

    result: StudyResult
    words: Wording
    font: str = SANS

    @property
    def score(self) -> RuleSetScore:
        """The score by the main rule set."""
        return main_score(self.result)

    @property
    def rows(self) -> ScoredMovements:
        """The movements scored by the main rule set."""
        return self.score.movements

    def clock(self, at_s: float) -> str:
        """Write the time of day at a second of the recording, empty where its start is unknown."""
        start = self.result.recording.start
        return (
            self.words.clock(start + dt.timedelta(seconds=at_s))
            if start is not None
            else ""
        )

    def parameter(self, name: str) -> float | None:
        """Give a number of the rule set, None where it has none of that name."""
        parameter = self.score.rule_set.parameters.get(name)
        value = parameter.value if parameter is not None else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value)


def kinds(rows: ScoredMovements) -> dict[str, BoolArray]:
    """Split the movements by kind: every movement has exactly one.

    A PLM whose stage is not known is neither PLMS nor PLMW.
    """
    sleep, wake = asleep(rows.stage), rows.stage == "W"
    free = ~rows.plm
    return {
        "plms": rows.plm & sleep,
        "plmw": rows.plm & wake,
        "plm": rows.plm & ~sleep & ~wake,
        "isolated": rows.isolated & free,
        "short_interval": rows.short_interval & free & ~rows.isolated,
        "nonclm": free & ~rows.isolated & ~rows.short_interval,
    }


def series_spans(rows: ScoredMovements) -> list[Span]:
    """Give first onset and last end of every series, seconds from recording start."""
    end_s, spans = rows.onset_s + rows.duration_s, []
    for number in sorted(set(rows.series_id.tolist()) - {0}):
        members = rows.series_id == number
        spans.append(
            (float(rows.onset_s[members][0]), float(end_s[members].max()))
        )
    return spans


def empty_figure(
    scene: Scene, identity: str, reason: str, *, width: float = WIDTH
) -> Figure:
    """Give a figure that says why there is nothing to draw; `reason` is a key of the catalogue."""
    title, said = scene.words(f"figure.{identity}.title"), scene.words(reason)
    body = [text(width / 2, 34, said, EMPTY_NOTE)]
    sheet = Sheet(identity, 60, width)
    svg = drawing(sheet, body, title=title, alt=said, font=scene.font)
    return Figure(
        id=identity, title=title, caption=said, alt=said, svg=svg, empty=True
    )


def finished(
    scene: Scene, sheet: Sheet, parts: list[str], **values: str | float
) -> Figure:
    """Close a figure with title, caption and description; `values` fill their places."""
    title, caption, alt = (
        scene.words(f"figure.{sheet.id}.{part}", **values)
        for part in ("title", "caption", "alt")
    )
    svg = drawing(sheet, parts, title=title, alt=alt, font=scene.font)
    return Figure(id=sheet.id, title=title, caption=caption, alt=alt, svg=svg)
