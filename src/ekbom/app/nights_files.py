"""Several nights side by side as files: JSON with everything, CSV by night, the figure."""

import json
from collections.abc import Sequence

from ekbom.codec.codec import as_json
from ekbom.codec.hooks import JsonValue
from ekbom.model.result import StudyResult
from ekbom.pipeline.side_by_side.nights import NightsCourse
from ekbom.report.columns import Columns
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.figures.figure import Scene
from ekbom.report.figures.nights_figure import nights_figure
from ekbom.report.words import load_wording


def nights_contents(
    course: NightsCourse, results: Sequence[StudyResult]
) -> dict[str, bytes]:
    """Give the files of several nights by their names."""
    values = json.dumps(nights_values(course), indent=1, ensure_ascii=False)
    first, *others = results
    scene = Scene(result=first, words=load_wording())
    return {
        "nights.json": f"{values}\n".encode(),
        "nights.csv": csv_bytes(nights_columns(course)),
        "nights.svg": nights_figure(scene, others).svg.encode(),
    }


def nights_values(course: NightsCourse) -> JsonValue:
    """Give everything as JSON values."""
    return {"program": "ekbom", "kind": "nights", **_object(as_json(course))}


def _object(values: JsonValue) -> dict[str, JsonValue]:
    return values if isinstance(values, dict) else {}


def nights_columns(course: NightsCourse) -> Columns:
    """Give a row for each night and index, with its interval and the reason where there is none."""
    rows = [
        (
            night.name,
            night.date,
            night.recorded_h,
            night.staged,
            index.name,
            value.value,
            index.unit,
            value.low,
            value.high,
            "" if value.reason is None else value.reason.code,
        )
        for index in course.indices
        for night, value in zip(course.nights, index.nights, strict=True)
    ]
    names = (
        *("night", "date", "recorded_h", "staged", "index", "value", "unit"),
        *("low", "high", "reason"),
    )
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
