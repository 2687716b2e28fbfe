"""`ekbom explain`: the movements behind an index."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ekbom.app.files import open_result
from ekbom.app.terminal.visible import say
from ekbom.codec.codec import as_json
from ekbom.model.result import IndexValue
from ekbom.pipeline.explain import ExplainedMovement, Explanation, explain_index
from ekbom.report.words import load_wording


def explain(
    result: Path,
    index: str,
    *,
    rules: str | None = None,
    json_output: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """List the movements an index counts, those it almost counts, and the rule that kept each out.

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
        sys.stdout.write(json.dumps(as_json(explanation), indent=2) + "\n")
        return
    for line in _lines(explanation):
        say(line)


def _lines(explanation: Explanation) -> Iterator[str]:
    """Write an explanation for a person."""
    name = f"{explanation.index.name} by {explanation.rule_set}"
    yield f"{name}: {_number(explanation.index)}"
    if explanation.formula:
        yield f"Formula: {explanation.formula}"
    if explanation.note:
        yield f"No movements to list: {load_wording().reason(explanation.note)}."
        return
    yield f"Counted: {len(explanation.counting)} movements"
    yield from map(_line, explanation.counting)
    yield f"Almost: {len(explanation.almost)} movements, each kept out by one rule"
    yield from map(_line, explanation.almost)
    yield f"Further movements, kept out by more than one rule: {explanation.n_others}"


def _number(index: IndexValue) -> str:
    """Write an index with its unit, or why it cannot be computed."""
    words = load_wording()
    if index.value is None:
        return f"{words('report.not_computable')}, because {words.reason(index.reason)}"
    return f"{index.value:g} {index.unit}".strip()


def _line(movement: ExplainedMovement) -> str:
    """Write one movement."""
    when = f"{movement.onset_s:.3f} s, {movement.duration_s:.3f} s long"
    place = (
        f"  LM {movement.movement}: {when}, {movement.side}, {movement.stage}"
    )
    if movement.reason is None:
        return place
    return f"{place}; {load_wording().reason(movement.reason)}"
