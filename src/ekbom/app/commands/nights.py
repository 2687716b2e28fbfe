"""`ekbom nights`: several scored nights of one person side by side."""

import json as json_module
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from ekbom.app.choices import Switch
from ekbom.app.files import open_result, result_file
from ekbom.app.nights_files import nights_contents, nights_values
from ekbom.app.terminal.screen import screen, standing
from ekbom.app.terminal.tables import plain_table
from ekbom.app.terminal.visible import escaped, one_line
from ekbom.model.errors import UsageError
from ekbom.model.finding import Severity
from ekbom.model.result import StudyResult
from ekbom.pipeline.side_by_side.nights import (
    IndexCourse,
    NightsCourse,
    compare_nights,
)
from ekbom.report.outputs.file_list import RESULT_NAME
from ekbom.report.outputs.folder import place
from ekbom.report.outputs.permit import Permit
from ekbom.report.words import Wording, load_wording

DASH = "–"


def nights(
    *folders: Path,
    rules: str | None = None,
    out: Path | None = None,
    overwrite: Switch = False,
    json: bool = False,
) -> None:
    """Put scored nights of one person side by side.

    Index by night, spread, how many nights a stable figure needs, change against earlier ones.
    Nights without EEG are compared by the hour of recording.

    Parameters
    ----------
    folders
        The folder of each scored night, or its result.json; two or more.
    rules
        The rule set to compare by; the main one of the first night if left out.
    out
        Folder for nights.json, nights.csv and nights.svg.
    overwrite
        Also take the place of files that Ekbom did not write, or that were changed since.
    json
        Print everything as JSON instead of the table.
    """
    results = [open_result(folder) for folder in folders]
    course = compare_nights(results, names=names_of(folders), rule_set=rules)
    written: tuple[Path, ...] = ()
    if out is not None:
        read = tuple(map(result_file, folders))
        permit = Permit(inputs=read, overwrite=overwrite)
        written = write_nights(course, results, out, permit)
    if json:
        text = json_module.dumps(nights_values(course), ensure_ascii=False)
        sys.stdout.write(escaped(text) + "\n")
        return
    console = screen()
    console.print(nights_table(course))
    for line in course_lines(course, load_wording()):
        console.print(one_line(line), markup=False)
    for path in written:
        console.print(one_line(f"Wrote {path}"), markup=False)
    console.print(standing())


def names_of(folders: Sequence[Path]) -> tuple[str, ...]:
    """Call each night by its folder; by the whole path where two are called alike."""
    short = [
        (folder if folder.is_dir() else folder.parent).resolve().name
        for folder in folders
    ]
    alike = len({*short}) < len(short)
    return tuple(map(str, folders)) if alike else tuple(short)


def write_nights(
    course: NightsCourse,
    results: Sequence[StudyResult],
    out: Path,
    permit: Permit,
) -> tuple[Path, ...]:
    """Write the nights side by side into a folder of their own.

    Raises
    ------
    UsageError
        The folder is that of a scored night.
    """
    if (out / RESULT_NAME).exists():
        raise UsageError(
            f"{out} is the folder of a scored night; choose another one for several nights."
        )
    contents = nights_contents(course, results)
    placed = place(out, contents, digest=course.digest, permit=permit)
    return placed.written


def nights_table(course: NightsCourse) -> Table:
    """Lay the nights below each other, an index in each column."""
    titles = [index.name.replace("_", " ") for index in course.indices]
    table = plain_table(f"by {course.rule_set}", "hours", *titles)
    for place_, night in enumerate(course.nights):
        values = [
            _number(index.nights[place_].value) for index in course.indices
        ]
        table.add_row(one_line(night.name), f"{night.recorded_h:.1f}", *values)
    for title, field in (("mean", "mean"), ("SD between nights", "sd")):
        table.add_row(
            title,
            "",
            *(_number(getattr(index, field)) for index in course.indices),
        )
    table.add_row("nights for a stable mean", "", *map(_needed, course.indices))
    return table


def _number(value: float | None) -> str:
    return DASH if value is None else f"{value:.3g}"


def _needed(index: IndexCourse) -> str:
    return DASH if index.nights_needed is None else str(index.nights_needed)


def course_lines(course: NightsCourse, words: Wording) -> Iterator[str]:
    """Say what the numbers mean, warnings first."""
    ordered = sorted(
        course.findings, key=lambda one: one.severity is Severity.NOTE
    )
    for finding in ordered:
        told = words.finding(finding)
        if finding.severity is Severity.NOTE:
            yield told[:1].upper() + told[1:]
        else:
            yield f"{words(f'severity.{finding.severity}').capitalize()}: {told}"
