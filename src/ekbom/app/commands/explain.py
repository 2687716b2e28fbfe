"""`ekbom explain`: the movements behind an index."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ekbom.app.files import open_result
from ekbom.pipeline.explain import ExplainedMovement, Explanation, explain_index
from ekbom.report.words import load_wording


def explain(
    result: Path,
    index: str,
    *,
    rules: str | None = None,
    json_output: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """List the movements an index counts, those it almost counts, and the rule that kept each of those out.

    Parameters
    ----------
    result
        The result.json of a scored night.
    index
        The name of an index, such as plms_per_h.
    rules
        One of the rule sets the night was scored by; the first if left out.
    json_output
        Print the same as JSON.
    """
    explanation = explain_index(open_result(result), index, rule_set=rules)
    if json_output:
        print(json.dumps(dataclasses.asdict(explanation), indent=2))
        return
    print("\n".join(_lines(explanation)))


def _lines(explanation: Explanation) -> list[str]:
    """Write an explanation for a person."""
    value = explanation.index
    number = (
        "not computable, because " + load_wording().reason(value.reason)
        if value.value is None
        else f"{value.value:g} {value.unit}".strip()
    )
    lines = [f"{value.name} by {explanation.rule_set}: {number}"]
    if explanation.formula:
        lines.append(f"Formula: {explanation.formula}")
    if explanation.note:
        return [*lines, f"No movements to list: {explanation.note}."]
    lines += [f"Counted: {len(explanation.counting)} movements", *map(_line, explanation.counting)]
    lines += [
        f"Almost: {len(explanation.almost)} movements, each kept out by one rule",
        *map(_line, explanation.almost),
    ]
    return [*lines, f"Further movements, kept out by more than one rule: {explanation.n_others}"]


def _line(movement: ExplainedMovement) -> str:
    """Write one movement."""
    place = f"  LM {movement.movement}: {movement.onset_s:.3f} s, {movement.duration_s:.3f} s long, {movement.side}, {movement.stage}"
    return f"{place}; {movement.reason}" if movement.reason else place
