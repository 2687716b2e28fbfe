"""Figures of the page as SVG text: reliability and hard examples."""

import io
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from validation.detector.measure import Spans
from validation.detector.reliability import Reliability
from validation.detector.survey import Example

TRUE_COLOUR, FOUND_COLOUR = "#2f6f4f", "#b5482f"
DRAWN_POINTS = 1500


def reliability_figure(measured: Reliability) -> str:
    """Draw stated against true share per bin, and how many candidates each bin holds."""
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    held = measured.bin_count > 0
    upper.plot([0, 1], [0, 1], color="#999999", linewidth=1)
    half = 1.96 * np.sqrt(
        np.maximum(measured.bin_true * (1 - measured.bin_true), 1e-4)
        / np.maximum(measured.bin_count, 1)
    )
    upper.errorbar(
        measured.bin_confidence[held],
        measured.bin_true[held],
        yerr=half[held],
        fmt="o",
        color=TRUE_COLOUR,
        capsize=3,
    )
    upper.set_ylabel("share of true movements")
    upper.set_title(
        f"{measured.n_candidates} candidates, expected calibration error {measured.error:.3f}"
    )
    centres = (np.arange(len(measured.bin_count)) + 0.5) / len(
        measured.bin_count
    )
    lower.bar(
        centres, measured.bin_count, width=0.9 / len(centres), color="#888888"
    )
    lower.set_yscale("log")
    lower.set_ylabel("candidates")
    lower.set_xlabel("stated confidence")
    return _svg(figure)


def example_figure(examples: Sequence[Example]) -> str:
    """Draw stretches of signal with the truth below and what was found above the line."""
    figure = Figure(figsize=(11.0, 1.9 * len(examples)), layout="constrained")
    axes = np.atleast_1d(figure.subplots(len(examples), 1))
    for axis, example in zip(axes, examples, strict=True):
        step = max(1, len(example.time_s) // DRAWN_POINTS)
        reach = max(20.0, 1.2 * float(example.envelope_uv.max()))
        low, high = (
            _extreme(example.emg_uv, step, which)
            for which in (np.minimum, np.maximum)
        )
        axis.fill_between(
            example.time_s[::step], low, high, color="#4a6a8a", linewidth=0.3
        )
        axis.plot(
            example.time_s[::step],
            example.envelope_uv[::step],
            color="black",
            linewidth=0.8,
        )
        _spans(axis, example.true, low=0.0, high=0.12, colour=TRUE_COLOUR)
        _spans(axis, example.found, low=0.88, high=1.0, colour=FOUND_COLOUR)
        axis.set_ylim(-reach, reach)
        axis.set_xlim(example.time_s[0], example.time_s[-1])
        axis.set_title(example.title, fontsize=8, loc="left")
        axis.set_ylabel("uV")
    axes[-1].set_xlabel(
        "seconds from the start of the night; bar below: truth, bar above: found"
    )
    return _svg(figure)


def _extreme(
    emg_uv: np.ndarray[tuple[int], np.dtype[np.float64]],
    step: int,
    which: np.ufunc,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Give the least or greatest value of every `step` samples."""
    values: np.ndarray[tuple[int], np.dtype[np.float64]] = which.reduceat(
        emg_uv, np.arange(0, len(emg_uv), step)
    )
    return values


def _spans(
    axis: "mpl.axes.Axes", spans: Spans, *, low: float, high: float, colour: str
) -> None:
    """Draw movements as bars along the lower or the upper edge."""
    for onset_s, end_s in zip(
        spans.onset_s.tolist(), spans.end_s.tolist(), strict=True
    ):
        axis.axvspan(
            onset_s, end_s, low, high, color=colour, alpha=0.8, linewidth=0
        )


def _svg(figure: Figure) -> str:
    """Give a figure as SVG text that can stand inside a page."""
    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ekbom"}):
        figure.savefig(
            stream, format="svg", metadata={"Date": None, "Creator": None}
        )
    text = stream.getvalue()
    return text[text.index("<svg") :]
