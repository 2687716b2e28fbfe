"""The page of the survey: one self-contained HTML file, the same as Markdown and as JSON."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from validation.detector.figures import example_figure, reliability_figure
from validation.detector.reliability import Reliability
from validation.detector.survey import Example, Row

EXAMPLES_SHOWN = 12
HEADINGS = (
    "condition",
    "material",
    "F1",
    "asked",
    "worst leg",
    "PLMI error /h",
    "PLMI true",
    "onset ms (bias)",
    "offset ms (bias)",
    "false/h",
    "movements",
    "reached",
)

TEMPLATE = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False, kw_only=True)
class Findings:
    """Everything the page is made of."""

    rows: Sequence[Row]
    rival_rows: Sequence[Row]
    rival_problems: Mapping[str, str]
    rival_cpu_s: Mapping[str, float]
    reliability: Reliability | None
    examples: Sequence[Example]
    nights: str
    minutes: float


def render_page(findings: Findings) -> str:
    """Give the HTML page."""
    environment = jinja2.Environment(autoescape=True)
    measured = findings.reliability
    shown = spread(findings.examples)
    return environment.from_string(TEMPLATE).render(
        intro=introduction(findings),
        verdict=verdict(findings.rows),
        headings=HEADINGS,
        tables={
            title: by_row(findings.rows, program=program)
            for program, title in OUR_TITLES.items()
        },
        rivals=rival_table(findings.rival_rows),
        rivals_note=rivals_note(findings),
        reliability_note=reliability_note(measured),
        reliability_figure=""
        if measured is None
        else reliability_figure(measured),
        example_figure=example_figure(shown) if shown else "",
    )


OUR_TITLES = {
    "robust": "Ekbom, robust detector",
    "literal": "Ekbom, literal reading of the standard",
}


def introduction(findings: Findings) -> str:
    """Say what was measured on what."""
    return (
        "Each leg against the truth of simulated nights (synthetic: formulas and noise; "
        "semi-synthetic: real EMG bursts, resting EMG, ECG and hypnograms of people). "
        "Truth is the movement's own rms envelope, from 8 uV to 2 uV. "
        "F1 at intersection over union 0.5; "
        "PLM index by WASM 2016 on found and on true movements. "
        f"{findings.nights} Made in {findings.minutes:.1f} minutes. "
        "Nights of people may be harder."
    )


def verdict(rows: Sequence[Row]) -> str:
    """Say in one sentence how many conditions the robust detector holds."""
    ours = [row for row in rows if row.program == "robust"]
    missed = [
        f"{row.condition.name} ({row.material})"
        for row in ours
        if not row.reached
    ]
    reached = len(ours) - len(missed)
    head = f"The robust detector reaches what is asked in {reached} of {len(ours)} rows"
    return f"{head}; not in: {', '.join(missed)}." if missed else f"{head}."


def by_row(
    rows: Sequence[Row], *, program: str
) -> dict[str, list[tuple[str, ...]]]:
    """Sort the rows of one program under the rows of the target table."""
    blocks: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        if row.program == program:
            blocks.setdefault(row.condition.row, []).append(cells(row))
    return blocks


def cells(row: Row) -> tuple[str, ...]:
    """Write one row as text."""
    s, asked = row.summary, row.condition
    return (
        asked.name,
        str(row.material),
        number(s.f1, 3),
        "no movement, at most 1 false/h"
        if asked.f1 is None
        else f"{asked.f1:g}; {100 * asked.index_share:g} %",
        number(s.worst_leg_f1, 3),
        f"{s.index_error_per_h:.2f}"
        + (
            ""
            if s.index_error_share is None
            else f" ({100 * s.index_error_share:.1f} %)"
        ),
        f"{s.true_index:.1f}",
        "-"
        if s.onset_error_ms is None
        else f"{s.onset_error_ms:.0f} ({s.onset_bias_ms or 0.0:+.0f})",
        "-"
        if s.offset_error_ms is None
        else f"{s.offset_error_ms:.0f} ({s.offset_bias_ms or 0.0:+.0f})",
        f"{s.false_per_h:.2f}",
        str(s.n_true),
        "yes" if row.reached else "no",
    )


def number(value: float | None, digits: int) -> str:
    """Write a number, or a dash for none."""
    return "-" if value is None else f"{value:.{digits}f}"


def rival_table(rows: Sequence[Row]) -> list[list[str]]:
    """Put F1 (or false movements per hour) of all programs side by side, one line per night."""
    programs = list(dict.fromkeys(row.program for row in rows))
    if not programs:
        return []
    nights: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        nights.setdefault((row.condition.name, str(row.material)), {})[
            row.program
        ] = row
    table = [["condition", "material", *programs]]
    for (name, material), answers in nights.items():
        texts = [_rival_cell(answers.get(program)) for program in programs]
        table.append([name, material, *texts])
    return table


def _rival_cell(row: Row | None) -> str:
    """Write F1 of one program on one night; on an empty night the false movements per hour."""
    if row is None:
        return "failed"
    if row.condition.empty:
        return f"{row.summary.false_per_h:.1f} false/h"
    true_index = row.summary.true_index
    measured = true_index + row.summary.index_bias_per_h
    return (
        f"{number(row.summary.f1, 3)} (PLMI {true_index:.0f} -> {measured:.0f})"
    )


def rivals_note(findings: Findings) -> str:
    """Say which programs ran, how, at what cost, and which did not."""
    problems = [
        f"{package}: {problem}"
        for package, problem in findings.rival_problems.items()
        if problem
    ]
    cost = [
        f"{name} {seconds:.0f} s"
        for name, seconds in findings.rival_cpu_s.items()
    ]
    lines = [
        "F1 at IoU 0.5 of both legs and the PLM index, true and found, "
        "by the same WASM 2016 scoring for all. Each program ran in its own environment, "
        "each leg by itself, with its own defaults; Luna in its WASM mode (component events)."
    ]
    lines += [f"CPU for all nights: {', '.join(cost)}."] if cost else []
    lines += [f"Missing: {'; '.join(problems)}."] if problems else []
    return (
        " ".join(lines)
        if findings.rival_rows
        else " ".join(["No other program ran.", *lines[1:]])
    )


def reliability_note(measured: Reliability | None) -> str:
    """Say how well calibrated the confidence is, and on what."""
    if measured is None:
        return "This detector states no confidence, so there is nothing to compare."
    return (
        f"{measured.n_candidates} candidates, {measured.n_below} of them below the threshold; "
        f"expected calibration error {measured.error:.3f} "
        f"(95 % interval over nights {measured.error_low:.3f} to {measured.error_high:.3f}), "
        "measured on synthetic and semi-synthetic nights. "
        f"Over the {measured.n_doubtful} with a stated confidence of 0.05 to 0.95 it is "
        f"{measured.doubtful_error:.3f}."
    )


def spread(examples: Sequence[Example]) -> list[Example]:
    """Choose examples evenly over all conditions."""
    step = max(1, -(-len(examples) // EXAMPLES_SHOWN))
    return list(examples[::step])


def render_markdown(findings: Findings) -> str:
    """Give the measured table as Markdown for the documentation."""
    lines = [
        "# Detector under every condition",
        "",
        introduction(findings),
        "",
        verdict(findings.rows),
        "",
    ]
    for program, title in OUR_TITLES.items():
        lines += [f"## {title}", ""]
        for block, rows in by_row(findings.rows, program=program).items():
            lines += [
                f"### {block.capitalize()}"
                if program == "robust"
                else f"**{block.capitalize()}**",
                "",
            ]
            lines += _markdown_table([HEADINGS, *rows])
    lines += [
        "## Other programs on the same nights",
        "",
        rivals_note(findings),
        "",
    ]
    lines += _markdown_table(rival_table(findings.rival_rows))
    lines += ["## Confidence", "", reliability_note(findings.reliability), ""]
    return "\n".join(lines)


def _markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table; the first row is its head."""
    if not rows:
        return []
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:], ""]


def render_json(findings: Findings) -> str:
    """Give every number of the page."""
    rows = [
        {
            "condition": row.condition.name,
            "row": row.condition.row,
            "material": str(row.material),
            "program": row.program,
        }
        | {
            "asked_f1": row.condition.f1,
            "asked_index_share": row.condition.index_share,
            "reached": row.reached,
        }
        | dataclasses.asdict(row.summary)
        for row in (*findings.rows, *findings.rival_rows)
    ]
    measured = findings.reliability
    calibration = (
        None
        if measured is None
        else {
            "error": measured.error,
            "low": measured.error_low,
            "high": measured.error_high,
        }
    )
    return json.dumps(
        {"rows": rows, "calibration": calibration, "minutes": findings.minutes},
        indent=1,
    )
