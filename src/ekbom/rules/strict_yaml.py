"""YAML as the tables need it.

Safe types only, duplicate keys refused, the file named in every error.
"""

from collections.abc import Hashable
from importlib.resources.abc import Traversable

import yaml

from ekbom.model.errors import EkbomError


class TableError(EkbomError):
    """A rule table is malformed; the message names the file, the key and what is wrong."""


class _StrictLoader(yaml.CSafeLoader):
    """Safe loader that refuses a key written twice."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001,FBT002
    ) -> dict[Hashable, object]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise TableError(f"line {line}: the key {key!r} is written twice; keep one of them")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_table(source: Traversable) -> dict[str, object]:
    """Read one table; the top level must be a mapping.

    Raises
    ------
    TableError
        If the text is no YAML, holds a key twice, or is no mapping; the message names the file.
    """
    try:
        content = yaml.load(source.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - derives from the safe loader
    except TableError as error:
        raise TableError(f"{source.name}: {error}") from None
    except yaml.YAMLError as error:
        raise TableError(f"{source.name}: this is no valid YAML ({error})") from error
    if not isinstance(content, dict):
        raise TableError(
            f"{source.name}: the table must be a mapping of names to values, not {type(content).__name__}"
        )
    return content
