"""YAML as the tables need it.

By version 1.2: `yes` and `no` are words, a day is text. Keys written twice, tags and aliases are
refused, and every error names the file.
"""

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs forget it
from yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ekbom.model.errors import EkbomError

_NUMBER = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?")
_PLAIN: Mapping[str, object] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}


class TableError(EkbomError):
    """A table is malformed; the message names the file, the place, the value and what is wrong."""


def parse_table(text: str, *, file: str) -> dict[str, object]:
    """Read the text of a table; the top level must be a mapping.

    Raises
    ------
    TableError
        If the text is no YAML, holds a key twice, a tag or an alias, or is no mapping.

    Examples
    --------
    >>> parse_table("is: yes", file="x.yaml")
    {'is': 'yes'}
    """
    try:
        content = _document(CParser(text))
    except TableError as error:
        raise TableError(f"{file}: {error}") from None
    except yaml.YAMLError as error:
        raise TableError(f"{file}: this is no valid YAML ({error})") from error
    if not isinstance(content, dict):
        kind = type(content).__name__
        raise TableError(
            f"{file}: the table must be a mapping of names to values, not {kind}"
        )
    return content


def read_table(source: Traversable) -> dict[str, object]:
    """Read one table file.

    Raises
    ------
    TableError
        If its text is no table; the message names the file.
    """
    return parse_table(source.read_text(encoding="utf-8"), file=source.name)


def _document(parser: CParser) -> object:
    """Give the value of the only document."""
    parser.get_event()  # the stream begins
    if isinstance(parser.get_event(), StreamEndEvent):
        return None
    content = _value(parser, parser.get_event())
    parser.get_event()  # the document ends
    event = parser.get_event()
    if not isinstance(event, StreamEndEvent):
        raise _refused(
            event, "a second document begins; a table is one document"
        )
    return content


def _value(parser: CParser, event: Event | None) -> object:
    """Give the value that begins with an event."""
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    if isinstance(event, SequenceStartEvent) and event.tag is None:
        return _sequence(parser)
    if isinstance(event, MappingStartEvent) and event.tag is None:
        return _mapping(parser)
    raise _refused(event, "tags and aliases are not allowed")


def _sequence(parser: CParser) -> list[object]:
    items: list[object] = []
    while not isinstance(event := parser.get_event(), SequenceEndEvent):
        items.append(_value(parser, event))
    return items


def _mapping(parser: CParser) -> dict[str, object]:
    content: dict[str, object] = {}
    while not isinstance(event := parser.get_event(), MappingEndEvent):
        if not isinstance(event, ScalarEvent):
            raise _refused(event, "a key must be a word")
        key: str = event.value
        if key in content:
            raise _refused(
                event, f"the key {key!r} is written twice; keep one of them"
            )
        content[key] = _value(parser, parser.get_event())
    return content


def _scalar(event: ScalarEvent) -> object:
    text: str = event.value
    if event.tag is not None:
        raise _refused(event, f"the tag {event.tag!r} is not allowed")
    if not event.implicit[0]:
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _refused(event: Event | None, why: str) -> TableError:
    mark = None if event is None else event.start_mark
    return TableError(why if mark is None else f"line {mark.line + 1}: {why}")
