"""The public names of the package and their signatures: a change of either is a visible change."""

import ast
import inspect
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import ekbom

BLOCKS = (
    Path(__file__)
    .with_name("public_signatures.txt")
    .read_text(encoding="utf-8")
)
PINNED = {
    block.partition("\n")[0]: block.strip() for block in BLOCKS.split("\n\n")
}
NAMES = {"__version__", *PINNED}


def written(name: str) -> str:
    """Write the signature of a public function, or the fields of a record, one to a line.

    Annotations stand as the source has them: `inspect.signature` resolves array types, and those
    are not the same for every NumPy.
    """
    public = inspect.unwrap(getattr(ekbom, name))
    source = ast.parse(textwrap.dedent(inspect.getsource(public))).body[0]
    if isinstance(source, ast.ClassDef):
        fields = [
            line for line in source.body if isinstance(line, ast.AnnAssign)
        ]
        return "\n    ".join([name, *map(ast.unparse, fields)])
    assert isinstance(source, ast.FunctionDef)
    assert source.returns is not None
    result = f"-> {ast.unparse(source.returns)}"
    return "\n    ".join([name, *parameters(source.args), result])


def parameters(arguments: ast.arguments) -> Iterator[str]:
    """Write each parameter with its type and default; a star before those that need their name."""
    named = [*arguments.posonlyargs, *arguments.args]
    required = [None] * (len(named) - len(arguments.defaults))
    for argument, default in zip(
        named, [*required, *arguments.defaults], strict=True
    ):
        yield parameter(argument, default)
    if arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(
        arguments.kwonlyargs, arguments.kw_defaults, strict=True
    ):
        yield parameter(argument, default)


def parameter(argument: ast.arg, default: ast.expr | None) -> str:
    text = ast.unparse(argument)
    return text if default is None else f"{text} = {ast.unparse(default)}"


def test_public_names_are_those_of_the_list() -> None:
    assert set(dir(ekbom)) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_public_name_is_there(name: str) -> None:
    assert getattr(ekbom, name)


@pytest.mark.parametrize("name", sorted(PINNED))
def test_public_signature_is_that_of_the_list(name: str) -> None:
    assert written(name) == PINNED[name], (
        f"\nold:\n{PINNED[name]}\nnew:\n{written(name)}"
    )


@pytest.mark.parametrize("name", sorted(set(PINNED) - {"StudyResult"}))
def test_public_function_shows_an_example(name: str) -> None:
    assert ">>> " in (getattr(ekbom, name).__doc__ or ""), (
        f"{name} has no example"
    )


def test_a_type_checker_sees_every_public_name() -> None:
    tree = ast.parse(Path(ekbom.__file__).read_text(encoding="utf-8"))
    imported = {
        name.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.asname
    }
    assert imported == ekbom._HOMES


def test_an_unknown_public_name_is_refused_with_the_list() -> None:
    with pytest.raises(AttributeError, match="score_night"):
        _ = ekbom.score_nights


def test_importing_the_package_imports_no_room() -> None:
    rooms = "sorted(name for name in sys.modules if name.startswith('ekbom.'))"
    code = f"import ekbom, sys; print({rooms}, 'numpy' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[] False"
