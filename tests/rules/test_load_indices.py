"""The table of indices: every number that is counted is defined once, with an honest source."""

import numpy as np
import pytest

from ekbom.criteria.written import IndexFile
from ekbom.model.movements import LegMovements
from ekbom.model.result import ScoredPeriod
from ekbom.model.source import EvidenceMark
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_indices import (
    definitions_of,
    index_settings,
    load_index_table,
    report_names,
)
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.rules.read import record_of
from ekbom.rules.strict_yaml import TableError
from ekbom.scoring.indices.compute import compute_indices, sleep_indices
from ekbom.scoring.indices.scored_night import NightSources
from ekbom.scoring.night import score_movements

TABLE = load_index_table()


def test_index_table_defines_exactly_what_is_counted() -> None:
    nothing = LegMovements(
        onset_s=np.empty(0),
        duration_s=np.empty(0),
        side=np.empty(0, dtype="<U9"),
        truncated=np.empty(0, dtype=bool),
    )
    criteria, period = (
        scoring_criteria(load_rule_set("wasm2016")),
        ScoredPeriod(recording_s=60.0),
    )
    scored = score_movements(
        nothing,
        criteria=criteria,
        hypnogram=None,
        respiratory=None,
        arousals=None,
    )
    found = compute_indices(
        scored.movements,
        scored.legs,
        None,
        period=period,
        events=(),
        scored=frozenset(),
        criteria=criteria,
    ) | sleep_indices(NightSources(None, period), index_settings(TABLE))
    assert set(found) == set(TABLE.definitions)
    assert {name: value.unit for name, value in found.items()} == {
        name: item.unit for name, item in TABLE.definitions.items()
    }


@pytest.mark.parametrize(
    ("name", "title", "formula"),
    [
        (
            "plms_per_h",
            "PLM in sleep per hour",
            "number of periodic leg movements, those related to breathing among them, "
            "that begin in sleep, divided by the scorable hours of sleep (TST)",
        ),
        (
            "plms_n2_left_count",
            "number of PLM in N2, left leg",
            "number of periodic leg movements, those related to breathing among them, "
            "seen on the left leg alone that begin in N2",
        ),
        (
            "lm_per_recording_h",
            "LM in the recording per hour",
            "number of leg movements, candidates and others, after both legs were combined "
            "that begin in the recording, divided by the scorable hours of recording, "
            "lights and stages left aside",
        ),
    ],
)
def test_index_definition_says_in_words_what_is_divided_by_what(
    name: str, title: str, formula: str
) -> None:
    definition = TABLE.definitions[name]
    assert (definition.title, definition.formula) == (title, formula)


def test_index_definitions_cite_only_what_was_read() -> None:
    for definition in TABLE.definitions.values():
        source = definition.source
        if source.evidence in {EvidenceMark.READ, EvidenceMark.SECONDARY}:
            assert source.citation in load_bibliography()
            assert source.locator
        else:
            assert source.citation == ""
            assert source.locator or definition.note


def test_wasm_report_set_is_complete() -> None:
    required = report_names(TABLE, rule_set="wasm2016", level="required")
    assert {
        "plms_per_h",
        "plms_nrem_per_h",
        "plms_rem_per_h",
        "plmw_per_h",
        "plms_arousal_per_h",
        "plms_nr_per_h",
    } <= set(required)
    assert len(required) == 22
    assert report_names(TABLE, rule_set="aasm", level="required") == (
        "plms_count",
        "plms_per_h",
        "plms_arousal_count",
        "plms_arousal_per_h",
    )
    assert "pi_movements_sleep" in report_names(
        TABLE, rule_set="wasm2016", level="optional"
    )


ENTRY = {"title": "a", "formula": "b", "source": {"project": "c"}}


def index_file(**sections: object) -> dict[str, object]:
    """Give the content of a table with one index, changed in some sections."""
    content: dict[str, object] = {
        "title": "Indices",
        "last_checked": "2026-11-22",
        "parameters": {},
        "movements": {
            "kinds": {},
            "states": {},
            "sides": {},
            "measures": {},
            "without_durations": [],
        },
        "by_state": [],
        "indices": {"awakenings_count": ENTRY},
        "reports": [],
    }
    return content | sections


def definitions(content: dict[str, object]) -> object:
    return definitions_of(record_of(IndexFile, content, file="indices.yaml"))


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        (
            {"indices": {"x": ENTRY | {"source": ["ferri2016", "p. 1"]}}},
            "a source is needed",
        ),
        (
            {
                "indices": {
                    "x": ENTRY | {"source": ["nobody", "p. 1", "secondary"]}
                }
            },
            "'nobody' is cited",
        ),
        (
            {"indices": {"x": ENTRY | {"source": {"project": ""}}}},
            "a source needs text",
        ),
        (
            {"indices": {"x": {"title": "a"}}},
            "indices.x: the key 'source' is missing",
        ),
        (
            {
                "by_state": [
                    {
                        "set_is": "kind",
                        "states": {"": "A"},
                        "sets": {"awakenings": "X"},
                        "indices": {"": {"count": ENTRY}},
                    }
                ]
            },
            "'awakenings_count' is defined twice",
        ),
        ({"indices": {"x_count": ENTRY}}, "'x_count' is the name of no index"),
        (
            {
                "reports": [
                    {
                        "rule_set": "aasm",
                        "level": "required",
                        "source": "recalled",
                        "names": ["y"],
                    }
                ]
            },
            "names 'y', which is no index",
        ),
    ],
)
def test_index_table_is_refused(
    sections: dict[str, object], message: str
) -> None:
    with pytest.raises(TableError, match=r"indices\.yaml") as caught:
        definitions(index_file(**sections))
    assert message in str(caught.value)


def test_index_table_that_silences_an_unknown_kind_is_refused() -> None:
    movements: dict[str, object] = {
        "kinds": {},
        "states": {},
        "sides": {},
        "measures": {},
    }
    content = index_file(movements=movements | {"without_durations": ["clm"]})
    with pytest.raises(TableError, match="'clm', which is no kind of movement"):
        definitions(content)


def test_index_settings_come_from_the_table() -> None:
    settings = index_settings(TABLE)
    assert (
        settings.persistent_sleep_s,
        settings.mixture.max_components,
        settings.wake_test_sessions,
    ) == (300.0, 3, 4)
