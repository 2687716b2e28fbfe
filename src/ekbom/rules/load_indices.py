"""The table of indices.

What each is called, how it is formed, who says so, and the few numbers the indices need.
"""

import dataclasses
import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import TypeVar

from ekbom.criteria.index_key import RECORDING, IndexKey
from ekbom.criteria.indices import (
    AgreementSettings,
    IndexSettings,
    NightsSettings,
)
from ekbom.criteria.written import (
    Fragment,
    IndexFile,
    MovementIndices,
    ReportSet,
    StateIndices,
    WrittenIndex,
)
from ekbom.model.result import IndexDefinition, IndexTable
from ekbom.rules.read import (
    plain_value,
    record_of,
    tables_folder,
    values_record,
)
from ekbom.rules.strict_yaml import TableError, read_table

T = TypeVar("T")
FILE = "indices.yaml"
BOTH, ONE_LEG = "both", "leg_lm"
CORE_NAMES = (
    "lm_tib_count",
    "clm_tib_count",
    "plms_count",
    "pi_movements",
    "pi_intervals",
    "lm_per_recording_h",
    "plm_per_recording_h",
)
SLEEP_NAMES = (
    *("tst_min", "se_percent", "sol_min", "rem_latency_min", "waso_min"),
    *("n1_min", "n2_min", "n3_min", "rem_min", "arousals_per_h"),
)


@cache
def load_index_table() -> IndexTable:
    """Read the table of indices and spell out every definition.

    Raises
    ------
    TableError
        If an entry is malformed, cites what the bibliography does not hold, or a name is defined
        twice.

    Examples
    --------
    >>> load_index_table().definitions["plms_per_h"].unit
    '/h'
    """
    content = read_table(tables_folder(FILE))
    table = record_of(IndexFile, content, file=FILE)
    written = json.dumps(content, sort_keys=True)
    return IndexTable(
        title=table.title,
        last_checked=table.last_checked,
        parameters=table.parameters,
        definitions=definitions_of(table),
        digest=hashlib.sha256(written.encode()).hexdigest(),
    )


def definitions_of(table: IndexFile) -> Mapping[str, IndexDefinition]:
    """Spell out every index of a table, each with the standards that ask for it.

    Raises
    ------
    TableError
        If a name is defined twice, or a standard asks for one that is not defined.
    """
    definitions: dict[str, IndexDefinition] = {}
    for definition in _every_index(table):
        if definition.name in definitions:
            raise TableError(
                f"{FILE}: the index {definition.name!r} is defined twice; keep one of them"
            )
        definitions[definition.name] = definition
    return _with_reports(definitions, table.reports)


def index_settings(table: IndexTable) -> IndexSettings:
    """Turn the parameters of the table into the typed settings of the indices."""
    return _settings(IndexSettings, table)


def agreement_settings(table: IndexTable) -> AgreementSettings:
    """Turn the parameters of the table into the settings of a comparison of two scorings."""
    return _settings(AgreementSettings, table, prefix="agreement_")


def nights_settings(table: IndexTable) -> NightsSettings:
    """Turn the parameters of the table into the settings of several nights side by side."""
    return _settings(NightsSettings, table, prefix="nights_")


def report_names(
    table: IndexTable, *, rule_set: str, level: str
) -> tuple[str, ...]:
    """Name the indices a standard asks to be reported, in the order of the table.

    `level` is ``required`` or ``optional``.
    """
    asked = (rule_set, level)
    named = table.definitions.items()
    return tuple(name for name, item in named if asked in item.report)


def compared_names() -> tuple[str, ...]:
    """Name the indices whose differences are shown first.

    What everybody looks at, and the report set of WASM 2016.
    """
    table = load_index_table()
    asked = [
        name
        for level in ("required", "optional")
        for name in report_names(table, rule_set="wasm2016", level=level)
    ]
    return tuple(dict.fromkeys((*CORE_NAMES, *asked, *SLEEP_NAMES)))


def _settings(kind: type[T], table: IndexTable, *, prefix: str = "") -> T:
    """Fill a record from the parameters of its names; a record in it has its name as prefix."""
    values: dict[str, object] = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        name = f"{prefix}{field.name}"
        if isinstance(field.type, type) and dataclasses.is_dataclass(
            field.type
        ):
            values[field.name] = _settings(field.type, table, prefix=f"{name}_")
        elif name in table.parameters:
            values[field.name] = plain_value(table.parameters[name])
    return values_record(kind, values, file=FILE)


def _every_index(table: IndexFile) -> Iterator[IndexDefinition]:
    yield from _movements(table.movements)
    for family in table.by_state:
        yield from _by_state(family)
    for name, entry in table.indices.items():
        yield _definition(name, entry)


def _movements(parts: MovementIndices) -> Iterator[IndexDefinition]:
    """Define every kind of movement in every state, on every side, by every measure."""
    unknown = set(parts.without_durations) - set(parts.kinds)
    if unknown:
        raise TableError(
            f"{FILE}: without_durations names {sorted(unknown)[0]!r}, which is no kind of movement"
        )
    for kind, state in product(parts.kinds, parts.states):
        for side, measure in product(
            _sides(kind, state, parts.sides), parts.measures
        ):
            if not measure.startswith("duration") or _has_durations(
                kind, state, side, parts
            ):
                yield _movement((kind, state, side, measure), parts)


def _sides(kind: str, state: str, sides: Iterable[str]) -> list[str]:
    """List the sides that are counted for a kind of movement in a state."""
    if kind == ONE_LEG:
        return ["left", "right"] if state != RECORDING else []
    return [BOTH] if state == RECORDING else list(sides)


def _has_durations(
    kind: str, state: str, side: str, parts: MovementIndices
) -> bool:
    silent = {*parts.without_durations, ONE_LEG}
    return kind not in silent and state != RECORDING and side == BOTH


def _movement(
    names: tuple[str, str, str, str], parts: MovementIndices
) -> IndexDefinition:
    """Define one index from its kind, state, side and measure."""
    kind, state, side, measure = names
    entry, where = parts.kinds[kind], parts.states[state]
    on, how = parts.sides[side], parts.measures[measure]
    words = {
        "what": f"{entry.title} {where.title}{on.title}",
        "rows": f"{entry.rows} {on.text}".strip(),
        "state": where.title,
        "hours": where.hours,
    }
    on_side = "" if side == BOTH else side
    key = IndexKey(entry.kind, entry.subset, state, on_side, measure)
    return _filled(key, entry, how, words)


def _filled(
    key: IndexKey,
    entry: WrittenIndex,
    how: Fragment | WrittenIndex,
    words: Mapping[str, str],
) -> IndexDefinition:
    """Define an index whose title and formula have places to fill."""
    return IndexDefinition(
        name=_known(key.name),
        title=_tidy(how.title.format(**words)),
        formula=how.formula.format(**words),
        unit=how.unit,
        source=entry.source,
        note=entry.note,
    )


def _known(name: str) -> str:
    """Refuse the name of no index."""
    if name not in IndexKey.by_name():
        raise TableError(f"{FILE}: {name!r} is the name of no index")
    return name


def _by_state(family: StateIndices) -> Iterator[IndexDefinition]:
    """Define the indices that are written once for all sets and states."""
    for kind, measures in family.indices.items():
        for (measure, entry), (group, of) in product(
            measures.items(), family.sets.items()
        ):
            for state, where in family.states.items():
                key = IndexKey(kind, state=state, measure=measure)
                named = key._replace(**{family.set_is: group})
                yield _filled(named, entry, entry, {"of": of, "where": where})


def _definition(name: str, entry: WrittenIndex) -> IndexDefinition:
    return IndexDefinition(
        name=_known(name),
        title=entry.title,
        formula=entry.formula,
        unit=entry.unit,
        source=entry.source,
        note=entry.note,
    )


def _with_reports(
    definitions: Mapping[str, IndexDefinition], reports: Iterable[ReportSet]
) -> dict[str, IndexDefinition]:
    """Write into each definition which standard asks for it."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for report in reports:
        for name in _asked_for(report, definitions):
            asked.setdefault(name, []).append((report.rule_set, report.level))
    spoken_of = {
        name: dataclasses.replace(definitions[name], report=tuple(levels))
        for name, levels in asked.items()
    }
    return {
        name: spoken_of.get(name, entry) for name, entry in definitions.items()
    }


def _asked_for(report: ReportSet, known: Container[str]) -> tuple[str, ...]:
    """Name the indices of a report set, all of which must be defined."""
    unknown = [name for name in report.names if name not in known]
    if unknown:
        raise TableError(
            f"{FILE}: the report set of {report.rule_set} names {unknown[0]!r}, which is no index"
        )
    return report.names


def _tidy(text: str) -> str:
    """Take out blanks that an empty part left behind."""
    return " ".join(text.split()).replace(" ,", ",")
