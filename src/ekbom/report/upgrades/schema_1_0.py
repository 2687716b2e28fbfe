"""Files of schema 1.0 in the records of today: what was a sentence is kept as it is.

The program of version 0.1.0 wrote sentences where codes stand now, and the source of a parameter
in loose fields. A sentence becomes a finding or a reason of the code ``text-of-1-0`` with the
sentence as its value `text`; the words show it unchanged.
"""

from collections.abc import Callable, Mapping
from typing import cast

from cattrs import Converter

from ekbom.codec.codec import Codec
from ekbom.model.assessment import AnsweredFact, Assessment, Change, FactKind
from ekbom.model.finding import Finding, Reason
from ekbom.model.recording import Derivation
from ekbom.model.result import StudyResult
from ekbom.model.source import Parameter
from ekbom.report.upgrades.schema_1_1 import change_before, teach_1_1

Values = Mapping[str, object]
SOURCE = ("evidence", "citation", "locator", "to_verify", "last_checked")
TEXT = "text-of-1-0"


def teach_1_0(converter: Converter) -> None:
    """Teach a converter the forms of schema 1.0, which become those of 1.1."""
    teach_1_1(converter)
    change_before(converter, Parameter, parameter_of_1_0)
    change_before(converter, Finding, finding_of_1_0)
    change_before(converter, Reason, reason_of_1_0)
    change_before(converter, AnsweredFact, fact_of_1_0)
    change_before(converter, Change, change_of_1_0)
    change_before(converter, Assessment, assessment_of_1_0)
    change_before(converter, StudyResult, result_of_1_0)
    change_before(
        converter, Derivation, lambda value: str(value).replace(" ", "-")
    )
    converter.register_structure_hook_func(
        lambda form: form in (Reason | None, Derivation | None),
        _absent_if_empty(converter),
    )


FORMER_1_0 = Codec(strict=False, setup=teach_1_0)
"""Reads files of schema 1.0."""


def parameter_of_1_0(value: Values) -> Values:
    """Join the loose fields of a source."""
    loose = {key: value[key] for key in SOURCE if key in value}
    return {"source": loose, **value} if loose else value


def finding_of_1_0(value: Values) -> Values:
    """Keep the sentence of a finding, and the code it had."""
    if not value.get("message"):
        return value
    kept = {"text": value["message"], "code": value["code"]}
    return {**value, "code": TEXT, "values": kept}


def reason_of_1_0(value: object) -> object:
    """Keep a reason that is a sentence."""
    return (
        {"code": TEXT, "values": {"text": value}}
        if isinstance(value, str)
        else value
    )


def fact_of_1_0(value: object) -> object:
    """Keep an answered fact that is a line ``Title: value``."""
    if not isinstance(value, str):
        return value
    title, _, answer = value.partition(": ")
    return {
        "fact": TEXT,
        "title": title,
        "kind": FactKind.TEXT.value,
        "value": answer,
    }


def change_of_1_0(value: object) -> object:
    """Keep a change that is a line ``kind: title: before -> after``."""
    if not isinstance(value, str):
        return value
    kind, _, told = value.partition(": ")
    title, _, sides = told.partition(": ")
    before, _, after = (
        side.removesuffix("-") for side in sides.partition(" -> ")
    )
    return {
        "kind": kind,
        "code": TEXT,
        "title": title,
        "before": [before] if before else [],
        "after": [after] if after else [],
    }


def assessment_of_1_0(value: Values) -> Values:
    """Take the lines of the facts as the facts, each with a number of its own."""
    if "fact_lines" not in value:
        return value
    lines = cast("list[object]", value["fact_lines"])
    facts = [
        _numbered(fact_of_1_0(line), place)
        for place, line in enumerate(lines, start=1)
    ]
    return {"facts": facts, **value}


def _numbered(fact: object, place: int) -> object:
    return (
        {**fact, "fact": f"{TEXT}.{place}"} if isinstance(fact, dict) else fact
    )


def result_of_1_0(value: Values) -> Values:
    """Add the period that may count, worked out once from what the result holds."""
    if "recording" not in value or "period" in value:
        return value
    recording, legs = (
        cast("Values", value["recording"]),
        cast("list[Values]", value["quality"]),
    )
    marked = cast("Mapping[str, list[str]]", value["leg_movements"])["side"]
    sides = ["unknown"] if set(marked) == {"unknown"} else ["left", "right"]
    period = {
        "recording_s": recording["duration_s"],
        "lights_off_s": value["lights_off_s"],
        "lights_on_s": value["lights_on_s"],
        "gaps": recording["gaps"],
        "unscorable": {
            leg["side"]: _lost(leg, recording["duration_s"]) for leg in legs
        },
        "legs": [leg["side"] for leg in legs] or sides,
    }
    return {**value, "period": period}


def _lost(leg: Values, end_s: object) -> list[Values]:
    """List the minutes of a leg that cannot be judged."""
    start_s = cast("list[float]", leg["minute_start_s"])
    ends_s = [*start_s[1:], cast("float", end_s)]
    rows = zip(
        start_s, ends_s, cast("list[bool]", leg["unscorable"]), strict=True
    )
    return [
        {"onset_s": start, "duration_s": end - start}
        for start, end, lost in rows
        if lost
    ]


def _absent_if_empty(
    converter: Converter,
) -> Callable[[object, object], object]:
    """Read nothing where 1.0 wrote an empty text."""
    kinds: dict[object, type] = {
        Reason | None: Reason,
        Derivation | None: Derivation,
    }

    def read(value: object, form: object) -> object:
        return (
            None
            if value in (None, "")
            else converter.structure(value, kinds[form])
        )

    return read
