"""`ekbom conformance`: run a file of test vectors through this build."""

import json
import sys
from pathlib import Path

from ekbom.app.terminal.visible import say
from ekbom.pipeline.conformance.run import run_vectors
from ekbom.pipeline.conformance.vector_result import VectorResult

FAILED = 1


def conformance(vectors: Path) -> None:
    """Run a file of test vectors through this build and print every difference.

    The last line reads ``N passed, N failed``; the exit code is 1 if any vector failed.

    Parameters
    ----------
    vectors
        A JSON file of vectors of the scoring rules or of clinical cases.
    """
    result = run_vectors(vectors)
    for vector in result.failed:
        for line in _described(vector):
            say(line)
    say(
        f"{len(result.vectors) - len(result.failed)} passed, {len(result.failed)} failed"
    )
    if result.failed:
        sys.exit(FAILED)


def _described(vector: VectorResult) -> list[str]:
    """Say what differs in one vector."""
    headline = f"{vector.id}: {vector.why}"
    lines = [headline.rstrip(": ")]
    for difference in vector.differences:
        expected = json.dumps(difference.expected)
        found = json.dumps(difference.found)
        lines.append(f"  {difference.key}: expected {expected}, found {found}")
    return lines
