"""Single changes to a YAML table, by its nodes: the table stays a table, one word of it differs."""

import re
from collections.abc import Iterator

import yaml

from validation.mutation.change import Edit

QUOTES = "\"'"
SIGNS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
FLAGS = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
KEYS = {"any": "all", "all": "any"}
WRAPPERS = ("not", "met", "unknown")
TENTH_MORE = 1.1
NO_RULE = (
    "last_checked",
    "source",
    "citation",
    "locator",
    "note",
    "references",
)
NUMBER_IN_WORDS = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


def table_edits(text: str) -> Iterator[Edit]:
    """List every single change that can be made to the text of a table."""
    yield from _edits(yaml.compose(text, Loader=yaml.CSafeLoader), text)


def _edits(node: yaml.Node | None, text: str) -> Iterator[Edit]:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                if key.value not in NO_RULE:
                    yield from _key_edits(key, node, text)
                    yield from _edits(value, text)
        case yaml.SequenceNode():
            yield from _shorter(node)
            for item in node.value:
                yield from _edits(item, text)
        case yaml.ScalarNode():
            yield from _scalar_edits(node, text)


def _key_edits(
    key: yaml.Node, node: yaml.MappingNode, text: str
) -> Iterator[Edit]:
    """Turn all into any and back; leave a not, a met or an unknown out."""
    start, end = key.start_mark.index, key.end_mark.index
    value = next(value for name, value in node.value if name is key)
    if (
        key.value in KEYS
        and isinstance(value, yaml.SequenceNode)
        and len(value.value) > 1
    ):
        yield Edit(
            operator="any-all", start=start, end=end, new=KEYS[key.value]
        )
    if (
        key.value in WRAPPERS
        and len(node.value) == 1
        and isinstance(value, yaml.MappingNode)
    ):
        inner = text[value.start_mark.index : value.end_mark.index]
        if node.flow_style:
            yield Edit(
                operator=f"drop-{key.value}",
                start=node.start_mark.index,
                end=node.end_mark.index,
                new=inner,
            )


def _shorter(node: yaml.SequenceNode) -> Iterator[Edit]:
    """Leave one item of a list on one line out."""
    if not node.flow_style or len(node.value) < 2:
        return
    for place, item in enumerate(node.value):
        if place:
            start, end = (
                node.value[place - 1].end_mark.index,
                item.end_mark.index,
            )
        else:
            start, end = item.start_mark.index, node.value[1].start_mark.index
        yield Edit(operator="drop-item", start=start, end=end, new="")


def _scalar_edits(node: yaml.ScalarNode, text: str) -> Iterator[Edit]:
    start, end = node.start_mark.index, node.end_mark.index
    written = text[start:end]
    kind = node.tag.rpartition(":")[2]
    if written.strip(QUOTES) in SIGNS:
        yield Edit(
            operator="sign",
            start=start,
            end=end,
            new=f'"{SIGNS[written.strip(QUOTES)]}"',
        )
    elif kind == "bool" and written.lower() in FLAGS:
        yield Edit(
            operator="flag", start=start, end=end, new=FLAGS[written.lower()]
        )
    elif kind in ("int", "float"):
        for new in _other_numbers(written):
            yield Edit(operator="number", start=start, end=end, new=new)
    elif kind == "str" and " " in written:
        for number in NUMBER_IN_WORDS.finditer(written):
            yield Edit(
                operator="number-in-words",
                start=start + number.start(),
                end=start + number.end(),
                new=_one_more(number.group()),
            )


def _other_numbers(written: str) -> Iterator[str]:
    """Give one more, one less and a tenth more, as a number of the same kind."""
    if re.fullmatch(r"[+-]?\d+", written):
        yield str(int(written) + 1)
        yield str(int(written) - 1)
    else:
        yield repr(float(written) * TENTH_MORE or 0.1)


def _one_more(written: str) -> str:
    whole, dot, decimals = written.partition(".")
    return f"{int(whole) + 1}{dot}{decimals}"
