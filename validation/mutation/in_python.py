"""Single changes to a Python file, by its syntax tree.

Left alone are docstrings, annotations, decorators, what is raised, texts, the types asked for by
`isinstance` and ``strict=`` of `zip`, because none of these decides a number.
"""

import ast
import copy
from collections.abc import Iterator

from validation.mutation.change import Edit

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
SKIPPED_KEYWORDS = {"strict"}
TYPE_QUESTIONS = {"isinstance", "issubclass", "cast"}
TENTH_MORE = 1.1


def python_edits(text: str) -> Iterator[Edit]:
    """List every single change that can be made to the text of a module."""
    offsets = _line_offsets(text)
    for node in _deciding(ast.parse(text)):
        for operator, changed in _changed(node):
            start, end = _span(node, offsets, text)
            yield Edit(operator=operator, start=start, end=end, new=changed)


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through what can decide a number or a branch."""
    yield node
    if isinstance(node, ast.Call) and ast.unparse(node.func) in TYPE_QUESTIONS:
        yield from _deciding(node.args[0])
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_words(child):
                yield from _deciding(child)


def _is_words(node: ast.AST) -> bool:
    """Say whether a node only words, checks or raises something."""
    if isinstance(node, ast.keyword):
        return node.arg in SKIPPED_KEYWORDS
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(
        node,
        ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom | ast.Assert,
    )


def _changed(node: ast.AST) -> Iterator[tuple[str, str]]:
    """List operator and new text of every change to one node."""
    match node:
        case ast.Compare():
            yield from _comparison(node)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and-or", _bracketed(node, op=other)
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield "arithmetic", _bracketed(node, op=ARITHMETIC[type(node.op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield "drop-not", f"({ast.unparse(node.operand)})"
        case ast.Constant():
            yield from _constant(node.value)
        case ast.Name(id=name) if name in NAMES:
            yield "any-all", NAMES[name]
        case ast.IfExp():
            yield (
                "branches",
                _bracketed(node, body=node.orelse, orelse=node.body),
            )
        case ast.Return() | ast.Continue() | ast.Break() | ast.AugAssign():
            yield "drop-statement", "pass"
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield "drop-statement", "pass"


def _comparison(node: ast.Compare) -> Iterator[tuple[str, str]]:
    for place, sign in enumerate(node.ops):
        signs = list(node.ops)
        signs[place] = COMPARISONS[type(sign)]()
        yield "comparison", _bracketed(node, ops=signs)


def _constant(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield "flag", str(not value)
    elif isinstance(value, int):
        yield "number", str(value + 1)
        yield "number", f"({value - 1})"
    elif isinstance(value, float):
        yield "number", repr(value * TENTH_MORE if value else 1.0)


def _bracketed(node: ast.expr, **fields: object) -> str:
    """Write a node with some fields replaced, in brackets."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return f"({ast.unparse(other)})"


def _line_offsets(text: str) -> list[int]:
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


def _span(node: ast.AST, offsets: list[int], text: str) -> tuple[int, int]:
    """Find the characters of a node; the tree counts columns in bytes."""

    def place(line: int, column: int) -> int:
        whole = text[offsets[line - 1] : offsets[line]]
        return offsets[line - 1] + len(whole.encode()[:column].decode())

    assert isinstance(node, ast.expr | ast.stmt)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return (
        place(node.lineno, node.col_offset),
        place(node.end_lineno, node.end_col_offset),
    )
