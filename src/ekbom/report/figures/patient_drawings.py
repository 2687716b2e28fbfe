"""The drawings of the patient's page: simple, kind, readable without colour."""

import numpy as np

from ekbom.model.recording import FloatArray
from ekbom.report.figures.figure import Figure, Scene, finished, kinds
from ekbom.report.figures.svg import BLUE, INK, PAPER, SOFT, Panel, rect, text, ticks

WIDTH, HEIGHT = 560.0, 132.0
SLEEP_FILL, WAKE_FILL = "#dfe9f2", "#fdf6e3"


def night_drawing(scene: Scene) -> Figure:
    """Draw the night as a band of sleep and wake with one line for every repeated movement."""
    duration_s = scene.result.recording.duration_s
    panel = Panel(
        left=10, top=34, width=WIDTH - 20, height=70, x_min=0.0, x_max=max(duration_s, 1.0)
    )
    rows = scene.rows
    parts = [
        rect(panel.left, panel.top, panel.width, panel.height, fill=WAKE_FILL, stroke=SOFT),
        *_sleep(scene, panel),
    ]
    repeated = np.sort(rows.onset_s[rows.plm])
    parts.append(
        ticks(panel.xs(repeated), panel.top + 12, panel.height - 24, stroke=BLUE, width=1.4)
    )
    parts += [_moon(26, 18), text(44, 23, scene.words("patient.falls_asleep"), size=13)]
    parts += [
        _sun(WIDTH - 24, 18),
        text(WIDTH - 44, 23, scene.words("patient.wakes"), size=13, anchor="end"),
    ]
    parts.append(
        text(
            WIDTH / 2,
            HEIGHT - 10,
            scene.words("patient.night_drawing"),
            size=13,
            anchor="middle",
            colour=SOFT,
        )
    )
    shown = kinds(rows)
    count = int(sum(shown[kind].sum() for kind in ("plms", "plmw", "plm")))
    return finished(scene, "patient_night", parts, height=HEIGHT, width=WIDTH, n=count)


def legs_drawing(scene: Scene) -> Figure:
    """Draw two lower legs with the place of each sensor."""
    scored = {leg.side for leg in scene.result.quality}
    parts = [*_leg(70.0), *_leg(170.0)]
    for left, side in ((70.0, "left"), (170.0, "right")):
        if side in scored or "unknown" in scored or not scored:
            parts.append(
                rect(left + 7, 58, 16, 26, fill=PAPER, stroke=INK)
                + rect(left + 11, 64, 8, 14, fill=BLUE)
            )
    parts.append(text(235, 74, scene.words("patient.sensor"), size=14))
    parts.append(f'<path d="M230,69L200,70" stroke="{SOFT}" fill="none"/>')
    return finished(scene, "patient_legs", parts, height=170, width=320.0)


def _sleep(scene: Scene, panel: Panel) -> list[str]:
    hypnogram = scene.result.hypnogram
    if hypnogram is None:
        return []
    asleep = np.isin(hypnogram.stage, ["N1", "N2", "N3", "R"])
    spans = zip(
        hypnogram.onset_s[asleep].tolist(), hypnogram.duration_s[asleep].tolist(), strict=True
    )
    joined: list[list[float]] = []
    for onset_s, duration_s in spans:
        if joined and abs(joined[-1][1] - onset_s) < 1.0:
            joined[-1][1] = onset_s + duration_s
        else:
            joined.append([onset_s, onset_s + duration_s])
    return [
        rect(panel.x(a), panel.top, panel.x(b) - panel.x(a), panel.height, fill=SLEEP_FILL)
        for a, b in joined
    ]


def _leg(left: float) -> list[str]:
    """Draw a lower leg with its foot as one soft line."""
    outline = f"M{left:.0f},12c2,40 -2,80 2,118c-4,14 -22,22 -26,34c8,8 44,6 56,2c4,-14 0,-30 -2,-40c4,-40 4,-78 2,-114"
    return [
        f'<path d="{outline}" fill="#f6efe6" stroke="{INK}" stroke-width="2" stroke-linejoin="round"/>'
    ]


def _moon(x: float, y: float) -> str:
    return f'<path d="M{x:.0f},{y - 10:.0f}a10,10 0 1,0 9,14a8,8 0 1,1 -9,-14z" fill="{INK}"/>'


def _sun(x: float, y: float) -> str:
    angles = np.arange(0.0, 2 * np.pi - 0.1, np.pi / 4)
    rays = ticks_around(x, y, angles, inner=9.0, outer=13.0)
    ring = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="none" stroke="{INK}" stroke-width="2"/>'
    return f'{ring}<path d="{rays}" stroke="{INK}" stroke-width="1.6"/>'


def ticks_around(x: float, y: float, angles: FloatArray, *, inner: float, outer: float) -> str:
    """Give short lines that point away from a place, as the path of an SVG."""
    rays = [(np.cos(angle), np.sin(angle)) for angle in angles.tolist()]
    return "".join(
        f"M{x + inner * c:.1f},{y + inner * s:.1f}L{x + outer * c:.1f},{y + outer * s:.1f}"
        for c, s in rays
    )
