"""The table of indices: what each is called, how it is formed, who says so, and the few numbers the indices need."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

from ekbom.criteria.indices import AgreementSettings, IndexSettings, MixtureCriteria
from ekbom.model.index import IndexDefinition, IndexTable
from ekbom.model.source import Parameter
from ekbom.rules.parameters import parse_parameters, read_source
from ekbom.rules.strict_yaml import TableError, read_table

FILE = "indices.yaml"
Entry = Mapping[str, Any]  # Any: a part of the YAML file, checked where it is used
_FIELDS = {"title", "formula", "unit", "source", "note"}
_REPORT = {"rule_set", "level", "source", "names"}
_SOURCE = {"source", "note", "title", "rows"}


class _Place(NamedTuple):
    """One family that is written once and made for every set and state."""

    templates: Entry
    states: Mapping[str, str]
    sets: Mapping[str, str]


@lru_cache(maxsize=1)
def load_index_table() -> IndexTable:
    """Read the table of indices and spell out every definition.

    Raises
    ------
    TableError
        If an entry is malformed, cites what the bibliography does not hold, or a name is defined
        twice.
    """
    source = resources.files("ekbom.rules").joinpath("tables", FILE)
    table: Entry = read_table(source)
    definitions: dict[str, IndexDefinition] = {}
    for definition in (
        *_movements(_entry(table, "movements")),
        *_by_state(_entry(table, "by_state")),
        *_single(_entry(table, "indices")),
    ):
        if definition.name in definitions:
            raise TableError(
                f"{FILE}: the index {definition.name!r} is defined twice; keep one of them"
            )
        definitions[definition.name] = definition
    parameters = parse_parameters(table, file=FILE)
    return IndexTable(
        title=str(table["title"]),
        last_checked=next(iter(parameters.values())).source.last_checked,
        parameters=parameters,
        definitions=MappingProxyType(_with_reports(definitions, table["reports"])),
        digest=hashlib.sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest(),
    )


def index_settings(table: IndexTable) -> IndexSettings:
    """Turn the parameters of the table into the typed settings of the indices."""
    parameters = table.parameters
    centres = parameters["mixture_start_centres_s"].value
    if not isinstance(centres, tuple):
        raise TableError(
            f"{FILE}: parameter 'mixture_start_centres_s' must be a list of numbers, not {centres!r}"
        )
    return IndexSettings(
        persistent_sleep_s=_number(parameters["persistent_sleep_s"]),
        mixture=MixtureCriteria(
            max_components=int(_number(parameters["mixture_max_components"])),
            min_intervals=int(_number(parameters["mixture_min_intervals"])),
            min_sd_ln=_number(parameters["mixture_min_sd_ln"]),
            bin_ln=_number(parameters["mixture_bin_ln"]),
            start_centres_s=centres,
            max_iterations=int(_number(parameters["mixture_max_iterations"])),
            tolerance=_number(parameters["mixture_tolerance"]),
        ),
        bootstrap_level_percent=_number(parameters["bootstrap_level_percent"]),
        bootstrap_min_series=int(_number(parameters["bootstrap_min_series"])),
        wake_test_min=_number(parameters["wake_test_min"]),
        wake_test_tolerance_min=_number(parameters["wake_test_tolerance_min"]),
        wake_test_sessions=int(_number(parameters["wake_test_sessions"])),
    )


def agreement_settings(table: IndexTable) -> AgreementSettings:
    """Turn the parameters of the table into the settings of a comparison of two scorings."""
    iou = table.parameters["agreement_iou"].value
    if not isinstance(iou, tuple):
        raise TableError(
            f"{FILE}: parameter 'agreement_iou' must be a list of numbers, not {iou!r}"
        )
    return AgreementSettings(
        iou=iou,
        unit_s=_number(table.parameters["agreement_unit_s"]),
        listed_iou=_number(table.parameters["agreement_listed_iou"]),
        level_percent=_number(table.parameters["agreement_level_percent"]),
    )


def report_names(table: IndexTable, *, rule_set: str, level: str) -> tuple[str, ...]:
    """Name the indices a standard asks to be reported, at a level of ``required`` or ``optional``, in the order of the table."""
    return tuple(
        name
        for name, definition in table.definitions.items()
        if f"{rule_set} {level}" in definition.report.split(", ")
    )


def _movements(parts: Entry) -> Iterator[IndexDefinition]:
    """Make the definitions of every kind of movement, in every state, on every side, by every measure."""
    silent = set(parts["without_durations"])
    unknown = silent - set(parts["kinds"])
    if unknown:
        raise TableError(
            f"{FILE}: without_durations names {sorted(unknown)[0]!r}, which is no kind of movement"
        )
    for kind, entry in parts["kinds"].items():
        _check(kind, entry, allowed=_SOURCE, required={"title", "rows", "source"})
        for state in parts["states"]:
            for side in _sides(kind, state, parts["sides"]):
                for measure in parts["measures"]:
                    long = measure.startswith("duration")
                    if long and (
                        kind in silent or kind == "leg_lm" or state == "recording" or side != "both"
                    ):
                        continue
                    yield _movement(kind, state, side, measure, parts=parts)


def _sides(kind: str, state: str, sides: Entry) -> list[str]:
    """List the sides that are counted for a kind of movement in a state."""
    if kind == "leg_lm":
        return ["left", "right"] if state != "recording" else []
    return ["both"] if state == "recording" else list(sides)


def _movement(kind: str, state: str, side: str, measure: str, *, parts: Entry) -> IndexDefinition:
    """Make one definition from its four parts."""
    entry, place, seen, how = (
        parts["kinds"][kind],
        parts["states"][state],
        parts["sides"][side],
        parts["measures"][measure],
    )
    words = {
        "what": f"{entry['title']} {place['title']}{seen['title']}",
        "rows": f"{entry['rows']}{seen['text']}",
        "state": place["title"],
        "hours": place["hours"],
    }
    stem, _, qualifier = kind.partition(" ")
    letter = {"w": "w", "tib": "", "recording": ""}.get(state, "s")
    word = "" if state in {"sleep", "w", "recording"} else state
    before = "_".join(
        part for part in (stem + letter, qualifier, word, "" if side == "both" else side) if part
    )
    after = (
        {"count": "recording_count", "per_h": "per_recording_h"}[measure]
        if state == "recording"
        else measure
    )
    return _definition(
        f"{before}_{after}",
        {
            **entry,
            "title": _sentence(how["title"].format(**words)),
            "formula": how["formula"].format(**words),
            "unit": how["unit"],
        },
    )


def _by_state(parts: Entry) -> Iterator[IndexDefinition]:
    """Make the definitions that are written once for all states."""
    for family in ("interval", "event", "minutes"):
        templates = parts["minutes" if family == "minutes" else f"{family}s"]
        place = _Place(templates, parts[f"{family}_states"], parts[f"{family}_sets"])
        for name, entry in place.templates.items():
            _check(name, entry, allowed=_FIELDS, required={"title", "formula", "unit", "source"})
            for group, of in place.sets.items():
                for state, where in place.states.items():
                    words = {"of": of, "where": where}
                    filled = {
                        "title": _sentence(entry["title"].format(**words)),
                        "formula": entry["formula"].format(**words),
                    }
                    yield _definition(name.format(set=group, state=state), {**entry, **filled})


def _single(entries: Entry) -> Iterator[IndexDefinition]:
    """Make the definitions that stand alone."""
    for name, entry in entries.items():
        _check(name, entry, allowed=_FIELDS, required={"title", "formula", "unit", "source"})
        yield _definition(name, entry)


def _definition(name: str, entry: Entry) -> IndexDefinition:
    """Make one record."""
    return IndexDefinition(
        name=name,
        title=str(entry["title"]),
        formula=str(entry["formula"]),
        unit=str(entry["unit"]),
        source=read_source(
            entry["source"], place=f"{FILE}: {name!r}", day=str(entry.get("day", ""))
        ),
        note=str(entry.get("note", "")),
    )


def _with_reports(
    definitions: Mapping[str, IndexDefinition], reports: Iterable[Entry]
) -> dict[str, IndexDefinition]:
    """Write into each definition which standard asks for it."""
    found: dict[str, list[str]] = {name: [] for name in definitions}
    for report in reports:
        place = f"report set of {report.get('rule_set')}"
        _check(place, report, allowed=_REPORT, required={"rule_set", "level", "source", "names"})
        for name in report["names"]:
            if name not in found:
                raise TableError(
                    f"{FILE}: the report set of {report['rule_set']} names {name!r}, which is no index"
                )
            found[name].append(f"{report['rule_set']} {report['level']}")
    return {
        name: replace(definition, report=", ".join(found[name]))
        for name, definition in definitions.items()
    }


def _check(name: str, entry: object, *, allowed: set[str], required: set[str]) -> None:
    """Refuse an entry with unknown or missing fields, or with a source nobody can follow."""
    if not isinstance(entry, dict) or set(entry) - allowed or required - set(entry):
        raise TableError(
            f"{FILE}: the entry {name!r} must have {', '.join(sorted(required))} and may have {', '.join(sorted(allowed))}"
        )
    read_source(entry["source"], place=f"{FILE}: {name!r}", day="")


def _entry(table: Entry, key: str) -> Entry:
    """Take one part of the table."""
    part = table.get(key)
    if not isinstance(part, dict):
        raise TableError(f"{FILE}: the table needs a mapping {key!r}")
    return part


def _number(parameter: Parameter) -> float:
    """Take a number out of a parameter."""
    if isinstance(parameter.value, bool) or not isinstance(parameter.value, int | float):
        raise TableError(
            f"{FILE}: parameter {parameter.name!r} must be a number, not {parameter.value!r}"
        )
    return float(parameter.value)


def _sentence(text: str) -> str:
    """Tidy blanks that an empty part left behind."""
    return " ".join(text.split()).replace(" ,", ",")
