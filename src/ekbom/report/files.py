"""All files of one scored night in one folder, written together or not at all."""

from pathlib import Path

from ekbom.model.assessment import Assessment
from ekbom.model.study import StudyResult
from ekbom.report.atomic import write_atomically
from ekbom.report.branding import Branding
from ekbom.report.html import render_html
from ekbom.report.result_json import result_bytes
from ekbom.report.tables import csv_bytes, leg_movement_columns, main_rule_set, movement_columns
from ekbom.report.traces import TRACES_NAME, traces_bytes

RESULT_NAME = "result.json"
MOVEMENTS_NAME = "movements.csv"
LEG_MOVEMENTS_NAME = "leg_movements.csv"
REPORT_NAME = "report.html"


def write_night(
    result: StudyResult, directory: Path, *, assessment: Assessment | None = None, branding: Branding | None = None
) -> tuple[Path, ...]:
    """Write `report.html`, `result.json`, `movements.csv`, `leg_movements.csv` and `traces.npz` of a night.

    Further rule sets get their own ``movements_<rule set>.csv``; without traces no `traces.npz` is written.

    Returns
    -------
    tuple of pathlib.Path
        The files written, in the order a reader would open them.
    """
    page = render_html(result, assessment=assessment, branding=branding).encode()
    contents = {REPORT_NAME: page, **night_contents(result)}
    write_atomically({directory / name: content for name, content in contents.items()})
    return tuple(directory / name for name in contents)


def night_contents(result: StudyResult) -> dict[str, bytes]:
    """Give the content of every data file of a night by its name."""
    contents = {RESULT_NAME: result_bytes(result)}
    for rule_set in result.scores:
        name = MOVEMENTS_NAME if rule_set == main_rule_set(result) else f"movements_{rule_set}.csv"
        contents[name] = csv_bytes(movement_columns(result, rule_set))
    contents[LEG_MOVEMENTS_NAME] = csv_bytes(leg_movement_columns(result))
    if result.traces:
        contents[TRACES_NAME] = traces_bytes(result.traces)
    return contents
