"""The leaves of the clinical tables.

Sources, references, parameters and rules, each refused without an honest source.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping

from ekbom.criteria.guidelines import Condition, Reference, Rule
from ekbom.model.source import EvidenceMark, Parameter, ParameterValue, Source
from ekbom.rules.clinical_conditions import parse_condition, words
from ekbom.rules.strict_yaml import TableError

_CLOSENESS = (EvidenceMark.RECALLED, EvidenceMark.SECONDARY, EvidenceMark.READ)
_RULE_TEXTS = (
    "code",
    "title",
    "status",
    "plain",
    "check",
    "label",
    "placed",
    "direction",
    "strength",
    "certainty",
    "urgency",
)
_RULE_LISTS = ("routes", "already_known")
_RULE_KEYS = {"id", "text", "when", "source", "population", *_RULE_TEXTS, *_RULE_LISTS}


@dataclasses.dataclass(frozen=True, kw_only=True)
class FileDefaults:
    """What every leaf of one file inherits.

    The file's name, the day it was checked, the population it speaks of.
    """

    file: str
    last_checked: str
    population: str


def mapping(
    value: object, *, place: str, allowed: Iterable[str], required: Iterable[str] = ()
) -> dict[str, object]:
    """Accept a mapping with exactly the allowed keys and at least the required ones."""
    if not isinstance(value, dict):
        raise TableError(f"{place} must be a mapping, not {value!r}")
    allowed, required = set(allowed), set(required)
    unknown, missing = set(map(str, value)) - allowed, required - set(value)
    if unknown:
        raise TableError(
            f"{place} has the unknown key {sorted(unknown)[0]!r}; allowed are {', '.join(sorted(allowed))}"
        )
    if missing:
        raise TableError(f"{place} lacks the key {sorted(missing)[0]!r}")
    return value


def sequence(value: object, *, place: str) -> list[object]:
    """Accept a list."""
    if not isinstance(value, list):
        raise TableError(f"{place} must be a list, not {value!r}")
    return value


def text_of(value: object, *, place: str) -> str:
    """Accept text that is not empty; YAML's yes and no are the words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str) or not value.strip():
        raise TableError(f"{place} must be text, not {value!r}")
    return " ".join(value.split())


def day_of(value: object, *, place: str) -> str:
    """Accept a calendar day."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise TableError(f"{place} must be a day such as 2026-01-31, not {value!r}")


def parse_reference(key: str, node: object, *, file: str) -> tuple[Reference, str, str]:
    """Read one reference: what it is, its identifier, and how closely it was read.

    With guideline and edition.
    """
    place = f"{file}: reference {key!r}"
    entry = mapping(node, place=place, allowed=_REFERENCE_KEYS, required=_REFERENCE_KEYS)
    text = {name: text_of(entry[name], place=f"{place}, {name}") for name in _REFERENCE_KEYS}
    if text["ceiling"] not in ("read", "secondary"):
        raise TableError(
            f"{place}: the ceiling {text['ceiling']!r} must be 'read' or 'secondary'; a source nobody read is no reference"
        )
    reference = Reference(
        key=key,
        title=text["title"],
        identifier=text["identifier"],
        ceiling=EvidenceMark(text["ceiling"]),
    )
    return reference, text["guideline"], text["edition"]


_REFERENCE_KEYS = ("title", "identifier", "ceiling", "guideline", "edition")


class SourceReader:
    """Reads the sources of rules against the bibliography."""

    def __init__(self, references: Mapping[str, tuple[Reference, str, str]]) -> None:
        self._references = references

    def read(
        self, node: object, *, place: str, defaults: FileDefaults, population: str = ""
    ) -> Source:
        """Read ``[KEY, locator, read|secondary]``, ``recalled``, or ``{project: why}``.

        Anything else is refused.

        Raises
        ------
        TableError
            If the source is missing, cites an unknown key, has no locator, or claims more than was
            read.
        """
        known = Source(
            evidence=EvidenceMark.RECALLED,
            to_verify=True,
            guideline="clinical knowledge",
            edition="none",
            population=population or defaults.population,
            last_checked=defaults.last_checked,
        )
        if node == "recalled":
            return known
        known = dataclasses.replace(known, to_verify=False)
        if isinstance(node, dict) and set(node) == {"project"}:
            reason = text_of(node["project"], place=f"{place}, project")
            return dataclasses.replace(
                known,
                evidence=EvidenceMark.ENGINEERING,
                locator=reason,
                guideline="project rule",
                edition="1",
            )
        if not isinstance(node, list) or len(node) != 3:
            raise TableError(
                f"{place} needs a source: [KEY, locator, read or secondary], 'recalled', or {{project: why}}; not {node!r}"
            )
        key, locator, mark = (text_of(item, place=f"{place}, source") for item in node)
        reference, guideline, edition = self._known(key, mark=mark, place=place)
        return dataclasses.replace(
            known,
            evidence=EvidenceMark(mark),
            citation=reference.key,
            locator=locator,
            guideline=guideline,
            edition=edition,
        )

    def _known(self, key: str, *, mark: str, place: str) -> tuple[Reference, str, str]:
        if key not in self._references:
            raise TableError(
                f"{place} cites {key!r}, which the references do not hold; add it there or correct the key"
            )
        if mark not in ("read", "secondary"):
            raise TableError(
                f"{place} cites {key} and so must be marked 'read' or 'secondary', not {mark!r}"
            )
        reference = self._references[key][0]
        if _CLOSENESS.index(EvidenceMark(mark)) > _CLOSENESS.index(reference.ceiling):
            raise TableError(
                f"{place} claims that {key} was {mark}, but the reference itself is only {reference.ceiling.value}"
            )
        return self._references[key]


def parse_rule(
    node: object,
    *,
    place: str,
    defaults: FileDefaults,
    sources: SourceReader,
    required: Iterable[str] = (),
) -> Rule:
    """Read one rule; `id`, `text` and an honest source are always needed."""
    entry = mapping(
        node, place=place, allowed=_RULE_KEYS, required={"id", "text", "source", *required}
    )
    place = f"{place} {entry['id']!r}"
    when: Condition | None = (
        parse_condition(entry["when"], place=place) if "when" in entry else None
    )

    def text(key: str) -> str:
        return text_of(entry[key], place=f"{place}, {key}") if key in entry else ""

    return Rule(
        id=text("id"),
        text=text("text"),
        source=sources.read(
            entry["source"], place=place, defaults=defaults, population=text("population")
        ),
        when=when,
        code=text("code"),
        title=text("title"),
        status=text("status"),
        plain=text("plain"),
        check=text("check"),
        routes=words(entry.get("routes", []), place=f"{place}, routes"),
        label=text("label"),
        placed=text("placed"),
        direction=text("direction"),
        strength=text("strength"),
        certainty=text("certainty"),
        urgency=text("urgency"),
        already_known=words(entry.get("already_known", []), place=f"{place}, already_known"),
    )


def parse_parameter(
    name: str, node: object, *, defaults: FileDefaults, sources: SourceReader
) -> Parameter:
    """Read one parameter: value, unit and source; `choices`, `note` where they help."""
    place = f"{defaults.file}: parameter {name!r}"
    entry = mapping(
        node,
        place=place,
        allowed={"value", "unit", "source", "choices", "note"},
        required={"value", "unit", "source"},
    )
    source = sources.read(entry["source"], place=place, defaults=defaults)
    return Parameter(
        name=name,
        value=_value(entry["value"], place=place),
        unit=text_of(entry["unit"], place=f"{place}, unit"),
        source=source,
        choices=tuple(
            _value(choice, place=place)
            for choice in sequence(entry.get("choices", []), place=place)
        ),
        note=text_of(entry["note"], place=place) if "note" in entry else "",
    )


def _value(value: object, *, place: str) -> ParameterValue:
    if (
        isinstance(value, list)
        and value
        and all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
    ):
        return tuple(float(item) for item in value)
    if isinstance(value, bool | int | float | str):
        return value
    raise TableError(
        f"{place}: the value {value!r} is neither number, flag, word nor list of numbers"
    )
