"""The drawings of the patient's page: simple, kind, readable without colour."""

import numpy as np

from ekbom.report.counted_rows import asleep
from ekbom.report.figures.figure import Figure, Scene, finished
from ekbom.report.figures.svg import (
    BLUE,
    INK,
    NARROW,
    PAPER,
    SOFT,
    Lettering,
    Panel,
    Sheet,
    Span,
    Stroke,
    block,
    rect,
    text,
    ticks,
)

HEIGHT = 132.0
SLEEP_FILL, WAKE_FILL = "#dfe9f2", "#fdf6e3"
LARGE, LARGE_END = Lettering(13), Lettering(13, "end")
UNDER = Lettering(13, "middle", SOFT)
REPEATED = Stroke(BLUE, 1.4)
SHINS = {"left": 70.0, "right": 170.0}
LEG = "c2,40 -2,80 2,118c-4,14 -22,22 -26,34c8,8 44,6 56,2c4,-14 0,-30 -2,-40c4,-40 4,-78 2,-114"
MOON = f'<path d="M26,8a10,10 0 1,0 9,14a8,8 0 1,1 -9,-14z" fill="{INK}"/>'
SUN_X, SUN_Y, RAYS = NARROW - 24, 18.0, 8
POINTER = f'<path d="M230,69L200,70" stroke="{SOFT}" fill="none"/>'


def night_drawing(scene: Scene) -> Figure:
    """Draw the night as a band of sleep and wake with one line for every repeated movement."""
    duration_s = max(scene.result.recording.duration_s, 1.0)
    panel = Panel(
        left=10, top=34, width=NARROW - 20, height=70, x_max=duration_s
    )
    repeated_s = np.sort(scene.rows.onset_s[scene.rows.plm])
    words = scene.words
    parts = [
        rect(
            panel.left,
            panel.top,
            panel.width,
            panel.height,
            fill=WAKE_FILL,
            stroke=SOFT,
        ),
        *(block(panel, span, fill=SLEEP_FILL) for span in sleep_spans(scene)),
        ticks(
            panel.xs(repeated_s), panel.top + 12, panel.height - 24, REPEATED
        ),
        MOON,
        text(44, 23, words("patient.falls_asleep"), LARGE),
        _sun(),
        text(NARROW - 44, 23, words("patient.wakes"), LARGE_END),
        text(NARROW / 2, HEIGHT - 10, words("patient.night_drawing"), UNDER),
    ]
    return finished(
        scene, Sheet("patient_night", HEIGHT, NARROW), parts, n=len(repeated_s)
    )


def sleep_spans(scene: Scene) -> list[Span]:
    """Give the stretches of sleep, seconds from recording start; epochs that touch are one."""
    hypnogram = scene.result.hypnogram
    sleep = asleep(hypnogram.stage) if hypnogram is not None else np.zeros(0)
    if hypnogram is None or not sleep.any():
        return []
    onset_s = hypnogram.onset_s[sleep]
    end_s = onset_s + hypnogram.duration_s[sleep]
    apart = np.abs(onset_s[1:] - end_s[:-1]) >= 1.0
    first, last = np.append(True, apart), np.append(apart, True)
    return list(zip(onset_s[first].tolist(), end_s[last].tolist(), strict=True))


def legs_drawing(scene: Scene) -> Figure:
    """Draw two lower legs with the place of each sensor."""
    scored = {leg.side for leg in scene.result.quality}
    parts = [_leg(left) for left in SHINS.values()]
    for side, left in SHINS.items():
        if side in scored or "unknown" in scored or not scored:
            parts.append(rect(left + 7, 58, 16, 26, fill=PAPER, stroke=INK))
            parts.append(rect(left + 11, 64, 8, 14, fill=BLUE))
    parts += [
        text(235, 74, scene.words("patient.sensor"), Lettering(14)),
        POINTER,
    ]
    return finished(scene, Sheet("patient_legs", 170, 320.0), parts)


def _leg(left: float) -> str:
    """Draw a lower leg with its foot as one soft line."""
    look = f'fill="#f6efe6" stroke="{INK}" stroke-width="2" stroke-linejoin="round"'
    return f'<path d="M{left:.0f},12{LEG}" {look}/>'


def _sun() -> str:
    """Draw a ring with short lines that point away from it."""
    rays = ""
    for angle in np.arange(RAYS) * (2 * np.pi / RAYS):
        across, down = np.cos(angle), np.sin(angle)
        rays += f"M{SUN_X + 9 * across:.1f},{SUN_Y + 9 * down:.1f}"
        rays += f"L{SUN_X + 13 * across:.1f},{SUN_Y + 13 * down:.1f}"
    look = f'stroke="{INK}" stroke-width="2"'
    ring = (
        f'<circle cx="{SUN_X:.0f}" cy="{SUN_Y:.0f}" r="6" fill="none" {look}/>'
    )
    return f'{ring}<path d="{rays}" stroke="{INK}" stroke-width="1.6"/>'
