"""Prove a build: run a file of test vectors and list every difference."""

from collections.abc import Callable
from pathlib import Path

from ekbom.codec.json_text import json_values
from ekbom.model.errors import InputError
from ekbom.pipeline.conformance.clinical import run_clinical_vector
from ekbom.pipeline.conformance.rule_vectors import run_rule_vector
from ekbom.pipeline.conformance.vector_result import (
    ConformanceResult,
    Json,
    JsonObject,
    VectorResult,
)

RUNNERS: dict[str, Callable[[JsonObject], VectorResult]] = {
    "vectors": run_rule_vector,
    "cases": run_clinical_vector,
}
"""The list that a file of each schema keeps its vectors in, and who runs one of them."""


def run_vectors(path: Path) -> ConformanceResult:
    """Run every vector of a file.

    Parameters
    ----------
    path
        A JSON file of one of the known schemas.

    Raises
    ------
    InputError
        If the file cannot be read, is of no known schema, or holds no vector.
    """
    content = _read(path)
    known = [key for key in RUNNERS if key in content]
    if len(known) != 1:
        raise InputError(
            f"{path} is no file of test vectors: "
            f"it needs exactly one of the lists {', '.join(RUNNERS)}."
        )
    vectors = content[known[0]]
    if not isinstance(vectors, list) or not vectors:
        raise InputError(
            f"{path} holds no test vector; an empty list proves nothing."
        )
    return ConformanceResult(
        title=str(content.get("title", path.name)),
        vectors=tuple(_run(path, known[0], item) for item in vectors),
    )


def _read(path: Path) -> JsonObject:
    """Read the file."""
    try:
        content = json_values(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as JSON ({error}); give a file of test vectors."
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            f"{path} is no file of test vectors: the top level must be an object."
        )
    return content


def _run(
    path: Path,
    kind: str,
    item: Json,
) -> VectorResult:
    """Run one vector."""
    if not isinstance(item, dict):
        raise InputError(f"{path} holds a vector that is no object: {item!r}.")
    return RUNNERS[kind](item)
