"""No number that decides a result stands in the code of detection or context."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

import ekbom

SRC = Path(ekbom.__file__).parent
FILES = sorted(
    path
    for room in ("detection", "context")
    for path in (SRC / room).rglob("*.py")
)
# Nothing, one, both, half, the imaginary unit: they count or halve and hold no choice.
PLAIN = {0, 1, 2, 0.5, 1j, 2j}
NUMBERS = int | float | complex
MARK = "# arithmetic: "


def explained_lines(source: str) -> set[int]:
    """Lines that carry the mark, and the lines below a comment that begins with it."""
    lines: set[int] = set()
    above = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        alone = not token.line[: token.start[1]].strip()
        if token.type == tokenize.COMMENT and (
            token.string.startswith(MARK) or (above and alone)
        ):
            lines.add(token.start[0])
            above = alone
        elif token.type not in {tokenize.NL, tokenize.COMMENT}:
            if above:
                lines.add(token.start[0])
            above = False
    return lines


def unexplained_numbers(source: str) -> list[tuple[int, complex]]:
    """Numbers of a file that are neither plain nor explained as arithmetic: line and value."""
    explained = explained_lines(source)
    found = []
    for statement in (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt)
    ):
        parts = [
            node
            for node in ast.iter_child_nodes(statement)
            if not isinstance(node, ast.stmt)
        ]
        inside = [node for part in parts for node in ast.walk(part)]
        end = max(
            (getattr(node, "end_lineno", 0) for node in inside), default=0
        )
        for node in inside:
            if not isinstance(node, ast.Constant) or not isinstance(
                node.value, NUMBERS
            ):
                continue
            own = {statement.lineno, node.lineno, end}
            if node.value not in PLAIN and not own & explained:
                found.append((node.lineno, complex(node.value)))
    return found


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(SRC))
)
def test_every_number_of_the_detector_stands_in_its_table(path: Path) -> None:
    found = unexplained_numbers(path.read_text(encoding="utf-8"))
    assert not found, (
        f"into a table, or say '{MARK}' and why it decides nothing: {found}"
    )


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("x = 3.5 * y\n", [(1, 3.5)]),
        ("x = 2.0 * y + 0.5\n", []),
        ("x = 3.5  # arithmetic: of the test\n", []),
        ("# arithmetic: of the test,\n# in two lines\nx = 3.5\n", []),
        ("# arithmetic: of the test\nx = 1\ny = 3.5\n", [(3, 3.5)]),
        ("def f(x=7):\n    return x  # arithmetic: elsewhere\n", [(1, 7)]),
        ("x = 3.5  # why not\n", [(1, 3.5)]),
    ],
)
def test_the_search_for_numbers_sees_what_it_should(
    source: str, refused: list[tuple[int, float]]
) -> None:
    assert unexplained_numbers(source) == refused
