"""Scores of `schema_version` 1.0 as JSON values, brought to the shape of today."""

from collections.abc import Mapping
from typing import cast

from ekbom.report.codec import JsonValue

Json = dict[str, JsonValue]
REASONS = ("reason", "respiratory_reason", "arousals_reason")


def with_codes(value: JsonValue) -> JsonValue:
    """Turn the reasons that were sentences into a code that keeps the sentence."""
    if isinstance(value, list):
        return [with_codes(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _code(item) if name in REASONS and isinstance(item, str) else with_codes(item)
        for name, item in value.items()
    }


def _code(sentence: str) -> JsonValue:
    return {"code": "as-written", "values": {"text": sentence}} if sentence else None


def with_period(result: Json) -> Json:
    """Add the period that may count, worked out once from what the result holds."""
    if "period" in result or "recording" not in result:
        return result
    recording = cast("Json", result["recording"])
    period: Json = {
        "recording_s": recording["duration_s"],
        "lights_off_s": result["lights_off_s"],
        "lights_on_s": result["lights_on_s"],
        "gaps": recording["gaps"],
        "unscorable": {str(leg["side"]): _lost(leg, recording) for leg in _legs(result)},
        "legs": [leg["side"] for leg in _legs(result)] or _marked_sides(result),
    }
    return result | {"period": period}


def _legs(result: Json) -> list[Json]:
    return cast("list[Json]", result["quality"])


def _lost(leg: Json, recording: Json) -> JsonValue:
    """List the minutes of a leg that cannot be judged."""
    start_s = cast("list[float]", leg["minute_start_s"])
    end_s = [*start_s[1:], cast("float", recording["duration_s"])]
    rows = zip(start_s, end_s, cast("list[bool]", leg["unscorable"]), strict=True)
    return [{"onset_s": start, "duration_s": end - start} for start, end, lost in rows if lost]


def _marked_sides(result: Json) -> JsonValue:
    """Name the legs a person marked; both where nothing says otherwise."""
    marked = cast("Mapping[str, list[JsonValue]]", result["leg_movements"])
    return ["unknown"] if set(marked["side"]) == {"unknown"} else ["left", "right"]
