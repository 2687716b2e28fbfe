"""Files of schema 1.1 in the records of today: what packed two codes or numbers in one text.

The status of an excluded diagnosis and what excludes it, a setting and its usual value, and the
stretches of a prepared signal become fields and numbers of their own.
"""

from collections.abc import Callable, Mapping
from typing import cast

from cattrs import Converter

from ekbom.codec.codec import Codec
from ekbom.model.assessment import Assessment, Change, DiagnosisResult
from ekbom.model.finding import Finding

Values = Mapping[str, object]
EXCLUDED_BY = "excluded_by:"
PREPARED = ("hum-removed", "ecg-cancelled")


def teach_1_1(converter: Converter) -> None:
    """Teach a converter the forms of schema 1.1."""
    change_before(converter, DiagnosisResult, diagnosis_of_1_1)
    change_before(converter, Change, change_of_1_1)
    change_before(converter, Assessment, assessment_of_1_1)
    change_before(converter, Finding, finding_of_1_1)


FORMER_1_1 = Codec(strict=False, setup=teach_1_1)
"""Reads files of schema 1.1."""


def change_before(
    converter: Converter, kind: type, change: Callable[..., object]
) -> None:
    """Change what was written before it is read."""
    read = converter.get_structure_hook(kind)
    converter.register_structure_hook(
        kind, lambda value, form: read(change(value), form)
    )


def diagnosis_of_1_1(value: Values) -> Values:
    """Tell the status from what excludes the diagnosis."""
    status, *by = _parted(str(value["status"]))
    return {**value, "status": status, "excluded_by": by[0]} if by else value


def change_of_1_1(value: Values) -> Values:
    """Tell the status from what excludes the diagnosis, before and after."""
    sides = {
        side: [part for code in _codes(value[side]) for part in _parted(code)]
        for side in ("before", "after")
    }
    return {**value, **sides}


def assessment_of_1_1(value: Values) -> Values:
    """Tell the value of a setting from that of the tables."""
    settings = cast("Values", value["settings"])
    return {**value, "settings": {k: _setting(v) for k, v in settings.items()}}


def finding_of_1_1(value: Values) -> Values:
    """Give frequencies and stretches as numbers."""
    if value["code"] not in PREPARED:
        return value
    values = dict(cast("Values", value["values"]))
    spans = _codes(values.pop("stretches", ()))
    values["stretches_s"] = [
        _seconds(edge) for span in spans for edge in span.split("–")
    ]
    if "mains_hz" in values:
        values["mains_hz"] = [float(hz) for hz in _codes(values["mains_hz"])]
    return {**value, "values": values}


def _codes(value: object) -> list[str]:
    return cast("list[str]", value)


def _parted(status: str) -> list[str]:
    """Split ``excluded_by:RLS``; any other status stays whole."""
    if not status.startswith(EXCLUDED_BY):
        return [status]
    return ["excluded", status.removeprefix(EXCLUDED_BY)]


def _setting(written: object) -> object:
    """Split ``value (default usual)``."""
    if not isinstance(written, str):
        return written
    value, _, usual = written.removesuffix(")").rpartition(" (default ")
    return {"value": value, "usual": usual}


def _seconds(clock: str) -> float:
    """Read h:mm:ss."""
    hours, minutes, seconds = map(int, clock.split(":"))
    return float((hours * 60 + minutes) * 60 + seconds)
