"""YAML as the tables need it.

By version 1.2: `yes` and `no` are words, a day is text. Duplicate keys and tags are refused, and
every error names the file.
"""

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs forget it

from ekbom.model.errors import EkbomError

_NUMBER = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?")
_TEXT = "text"
_PLAIN: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


class TableError(EkbomError):
    """A table is malformed; the message names the file, the place, the value and what is wrong."""


class _Parser(CParser):
    """Takes text apart; which value a scalar holds is decided by `_scalar`."""

    def resolve(self, kind: type, _: object, implicit: tuple[bool, bool]) -> str:
        """Mark plain scalars; everything quoted is text."""
        plain = kind is yaml.ScalarNode and implicit[0]
        return "plain" if plain else _TEXT

    def descend_resolver(self, *_: object) -> None:
        """Do nothing: no tag depends on its place."""

    def ascend_resolver(self) -> None:
        """Do nothing: no tag depends on its place."""


def parse_table(text: str, *, file: str) -> dict[str, object]:
    """Read the text of a table; the top level must be a mapping.

    Raises
    ------
    TableError
        If the text is no YAML, holds a key twice or a tag, or is no mapping.

    Examples
    --------
    >>> parse_table("is: yes", file="x.yaml")
    {'is': 'yes'}
    """
    try:
        node = _Parser(text).get_single_node()
        content = None if node is None else _value(node)
    except TableError as error:
        raise TableError(f"{file}: {error}") from None
    except yaml.YAMLError as error:
        raise TableError(f"{file}: this is no valid YAML ({error})") from error
    if not isinstance(content, dict):
        kind = type(content).__name__
        raise TableError(f"{file}: the table must be a mapping of names to values, not {kind}")
    return content


def read_table(source: Traversable) -> dict[str, object]:
    """Read one table file.

    Raises
    ------
    TableError
        If its text is no table; the message names the file.
    """
    return parse_table(source.read_text(encoding="utf-8"), file=source.name)


def _value(node: yaml.Node) -> object:
    """Give the value of a node."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if node.tag != _TEXT:
        raise TableError(f"line {node.start_mark.line + 1}: the tag {node.tag!r} is not allowed")
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return _mapping(node)


def _mapping(node: yaml.Node) -> dict[str, object]:
    content: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = _key(key_node)
        if key in content:
            line = key_node.start_mark.line + 1
            raise TableError(f"line {line}: the key {key!r} is written twice; keep one of them")
        content[key] = _value(value_node)
    return content


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise TableError(f"line {node.start_mark.line + 1}: a key must be a word")
    return str(node.value)


def _scalar(node: yaml.ScalarNode) -> object:
    text: str = node.value
    if node.tag == _TEXT:
        return text
    if node.tag != "plain":
        raise TableError(f"line {node.start_mark.line + 1}: the tag {node.tag!r} is not allowed")
    if text in _PLAIN:
        return _PLAIN[text]
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() else float(text)
