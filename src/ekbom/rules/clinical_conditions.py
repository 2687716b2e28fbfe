"""Condition trees of the clinical tables.

`all`, `any`, `not`, `at_least` over named facts and parameters, read strictly.
"""

from collections.abc import Callable, Iterator

from ekbom.criteria.guidelines import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    FactCompare,
    FactIs,
    Found,
    HasCondition,
    HasStatus,
    IsMet,
    IsUnknown,
    Named,
    NotOf,
    OnLimit,
    Takes,
)
from ekbom.rules.strict_yaml import TableError

OPERATORS = ("<", "<=", ">", ">=")
STEPS = ("specifier", "trigger", "iron", "route", "offered", "against", "alert", "failed")


def parse_condition(node: object, *, place: str) -> Condition:
    """Read one condition tree.

    A number inside a tree is refused, because numbers stand in the parameters.

    Raises
    ------
    TableError
        If the tree holds an unknown key, a wrong shape or a bare number; the message names the
        place.
    """
    if not isinstance(node, dict) or not node:
        raise TableError(
            f"{place}: a condition must be a mapping such as 'fact: symptoms.urge_to_move', not {node!r}"
        )
    for keys, build in _FORMS.items():
        if keys[0] in node:
            extra = set(node) - set(keys)
            if extra:
                raise TableError(
                    f"{place}: the condition {keys[0]!r} does not take {', '.join(sorted(map(str, extra)))}"
                )
            return build(node, place)
    raise TableError(
        f"{place}: no condition is called {', '.join(map(str, node))}; known are {', '.join(keys[0] for keys in _FORMS)}"
    )


def leaves(condition: Condition) -> Iterator[Condition]:
    """Walk to the leaves of a tree."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            for part in parts:
                yield from leaves(part)
        case NotOf(part=part) | IsUnknown(part=part) | IsMet(part=part):
            yield from leaves(part)
        case _:
            yield condition


def words(value: object, *, place: str) -> tuple[str, ...]:
    """Read one word or a list of words; YAML's yes and no are words here, a number is not."""
    items = value if isinstance(value, list) else [value]
    return tuple(_word(item, place=place) for item in items)


def _word(value: object, *, place: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str) or not value:
        raise TableError(f"{place}: {value!r} must be a word")
    return value


def _parts(node: dict[str, object], key: str, place: str) -> tuple[Condition, ...]:
    children = node[key]
    if not isinstance(children, list) or not children:
        raise TableError(f"{place}: {key!r} needs a list of conditions")
    return tuple(
        parse_condition(child, place=f"{place} > {key}[{index}]")
        for index, child in enumerate(children)
    )


def _at_least(node: dict[str, object], place: str) -> Condition:
    count = node["at_least"]
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise TableError(f"{place}: 'at_least' needs a whole number from 1, not {count!r}")
    return AtLeast(count, _parts(node, "of", place))


def _fact(node: dict[str, object], place: str) -> Condition:
    fact = _word(node["fact"], place=place)
    if "is" in node and "op" not in node:
        return FactIs(
            fact,
            words(node["is"], place=place),
            words(node.get("settles_nothing", []), place=place),
        )
    if {"op", "than"} <= set(node):
        return FactCompare(
            fact,
            _word(node["op"], place=place),
            _word(node["than"], place=f"{place}, than (the name of a parameter)"),
        )
    raise TableError(
        f"{place}: the fact {fact!r} needs 'is' with words, or 'op' and 'than' with the name of a parameter"
    )


def _mapping_of_words(value: object, *, place: str) -> tuple[str, tuple[str, ...]]:
    if not isinstance(value, dict) or len(value) != 1:
        raise TableError(f"{place}: one name with its list is needed, not {value!r}")
    name, listed = next(iter(value.items()))
    return _word(name, place=place), words(listed, place=place)


def _status(node: dict[str, object], place: str) -> Condition:
    return HasStatus(*_mapping_of_words(node["status"], place=place))


def _found(node: dict[str, object], place: str) -> Condition:
    step, codes = _mapping_of_words(node["found"], place=place)
    if step not in STEPS:
        raise TableError(
            f"{place}: nothing is found in the step {step!r}; known are {', '.join(STEPS)}"
        )
    return Found(step, codes)


_FORMS: dict[tuple[str, ...], Callable[[dict[str, object], str], Condition]] = {
    ("all",): lambda node, place: AllOf(_parts(node, "all", place)),
    ("any",): lambda node, place: AnyOf(_parts(node, "any", place)),
    ("any_known",): lambda node, place: AnyOf(
        _parts(node, "any_known", place), one_no_suffices=True
    ),
    ("at_least", "of"): _at_least,
    ("not",): lambda node, place: NotOf(parse_condition(node["not"], place=f"{place} > not")),
    ("unknown",): lambda node, place: IsUnknown(
        parse_condition(node["unknown"], place=f"{place} > unknown")
    ),
    ("met",): lambda node, place: IsMet(parse_condition(node["met"], place=f"{place} > met")),
    ("on_limit", "fact"): lambda node, place: OnLimit(
        _word(node.get("fact"), place=place), _word(node["on_limit"], place=place)
    ),
    ("fact", "is", "settles_nothing", "op", "than"): _fact,
    ("condition",): lambda node, place: HasCondition(_word(node["condition"], place=place)),
    ("takes",): lambda node, place: Takes(_word(node["takes"], place=place)),
    ("criterion",): lambda node, place: Named(_word(node["criterion"], place=place)),
    ("status",): _status,
    ("found",): _found,
}
