"""The five scoring standards.

Every number with its source, every option by every name, nothing impossible accepted.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from ekbom.criteria.scoring import Limit, ScoringCriteria, Window
from ekbom.model.errors import InputError, UsageError
from ekbom.model.source import EvidenceMark, TableValue
from ekbom.report.sentences.rule_in_words import set_by_option
from ekbom.report.words import load_wording
from ekbom.rules import load_scoring
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_scoring import (
    amplitude_criteria,
    check_scoring_parameters,
    list_rule_sets,
    load_rule_set,
    rule_set_names,
    scoring_criteria,
)
from ekbom.rules.scoring_options import (
    ALIASES,
    option_names,
    options_from_text,
    options_from_toml,
    set_options,
)
from ekbom.rules.scoring_values import INCLUSIVE_OPTIONS
from ekbom.rules.strict_yaml import TableError

NAMES = ("wasm2016", "aasm", "wasm2006", "asda1993", "coleman1982")
SECTION_11 = {
    "offset_inclusive": False,
    "morphology": False,
    "series_start_after_short_imi": False,
    "imi_max_inclusive": False,
    "arousal_gap_inclusive": True,
    "aasm_group_reference": "last",
    "short_imi": "skip_later",
    "resp_overlap": "full",
    "rr_window": [-0.5, 0.5],
    "rr_excluded_before_series": True,
    "noncl_breaks": False,
    "series_cross_wake": False,
    "bil_max_dur": "none",
    "bil_max_n": "none",
    "gap_breaks_series": False,
    "pi_formula": "movements",
    "rhythmic_policy": "nonclm",
    "lmm_min_s": 1,
    "lmm_max_s": 30,
    "plmi_limit": ">=",
}
"""Every option the rules page asks for, with a value that is not the default of WASM 2016."""


def test_rule_sets_are_listed_with_the_default_first() -> None:
    assert rule_set_names() == NAMES
    assert [rule_set.id for rule_set in list_rule_sets()] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_rule_set_states_source_or_doubt_of_every_number(name: str) -> None:
    for parameter in load_rule_set(name).parameters.values():
        source, name = parameter.source, parameter.name
        read = source.evidence in {EvidenceMark.READ, EvidenceMark.SECONDARY}
        assert read == bool(source.citation), name
        assert bool(source.locator) == (
            source.evidence is not EvidenceMark.RECALLED
        ), name
        assert (source.evidence is EvidenceMark.RECALLED) == source.to_verify, (
            name
        )
        assert not source.citation or source.citation in load_bibliography(), (
            name
        )
        assert parameter.unit
        assert source.last_checked


@pytest.mark.parametrize("name", NAMES)
def test_rule_set_gives_typed_criteria(name: str) -> None:
    criteria = scoring_criteria(load_rule_set(name))
    assert [field.name for field in fields(ScoringCriteria)] == [
        field.name for field in fields(criteria)
    ]
    assert isinstance(criteria.imi_min_s, Limit)
    assert criteria.respiratory_window_s is None or isinstance(
        criteria.respiratory_window_s, Window
    )


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("wasm2016", (0.5, 10.0, 10.0, 90.0)),
        ("aasm", (0.5, 10.0, 5.0, 90.0)),
        ("wasm2006", (0.5, 10.0, 5.0, 90.0)),
        ("asda1993", (0.5, 5.0, 5.0, 90.0)),
        ("coleman1982", (0.5, 5.0, 4.0, 90.0)),
    ],
)
def test_rule_set_limits_of_duration_and_interval(
    name: str, limits: tuple[float, ...]
) -> None:
    criteria = scoring_criteria(load_rule_set(name))
    found = (
        criteria.lm_min_duration_s,
        criteria.clm_max_duration_s,
        criteria.imi_min_s,
        criteria.imi_max_s,
    )
    assert found == tuple(Limit(value, inclusive=True) for value in limits)


def test_amplitude_criteria_in_microvolts_or_undefined() -> None:
    wasm2016, aasm, wasm2006 = (
        amplitude_criteria(load_rule_set(name)) for name in NAMES[:3]
    )
    assert wasm2016 is not None
    assert aasm is not None
    assert wasm2006 is not None
    assert (
        wasm2016.onset_above_rest_uv,
        wasm2016.offset_above_rest_uv,
        wasm2016.morphology,
    ) == (
        8.0,
        2.0,
        True,
    )
    assert not aasm.morphology
    assert not wasm2006.onset_inclusive
    assert [amplitude_criteria(load_rule_set(name)) for name in NAMES[3:]] == [
        None,
        None,
    ]


def test_rule_set_names_the_choices_of_an_option() -> None:
    parameters = load_rule_set("wasm2016").parameters
    assert parameters["short_imi"].choices == ("break", "skip_later")
    assert parameters["imi_min_s"].choices == ()


def test_unknown_rule_set_refused_with_the_list() -> None:
    with pytest.raises(
        UsageError,
        match=f"no rule set 'wasm2020'; rule sets are {', '.join(NAMES)}",
    ):
        load_rule_set("wasm2020")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("option", SECTION_11)
def test_every_option_of_the_rules_page_can_be_set(
    name: str, option: str
) -> None:
    plain, changed = (
        load_rule_set(name),
        load_rule_set(name, options={option: SECTION_11[option]}),
    )
    assert (changed.digest == plain.digest) == (not changed.non_default)
    if name == "wasm2016":
        assert changed.non_default
        assert changed.digest != plain.digest


def test_option_equal_to_the_table_is_no_option() -> None:
    same = load_rule_set(
        "wasm2016",
        options={
            "imi_min": 10,
            "arousal_gap_inclusive": False,
            "rr_window": [-2.0, 10.25],
            "short_imi": "break",
        },
    )
    assert same == load_rule_set("wasm2016")


def test_option_takes_the_source_off_the_parameter_and_says_what_the_table_says() -> (
    None
):
    parameter = load_rule_set("wasm2016", options={"imi_max": 120}).parameters[
        "imi_max_s"
    ]
    source = parameter.source
    assert (parameter.value, source.evidence, source.citation) == (
        120,
        EvidenceMark.OPTION,
        "",
    )
    assert parameter.instead_of == TableValue(value=90, inclusive=True)
    assert parameter.note == ""
    assert (
        set_by_option(parameter, words=load_wording())
        == "Set by option; the table says 90, inclusive."
    )


def test_option_by_alias_and_by_name_are_one() -> None:
    assert load_rule_set("wasm2016", options={"imi_max": 80}) == load_rule_set(
        "wasm2016", options={"imi_max_s": 80}
    )
    with pytest.raises(UsageError, match="'imi_max_s' is set twice"):
        load_rule_set("wasm2016", options={"imi_max": 80, "imi_max_s": 70})


def test_every_alias_names_something() -> None:
    names = set(option_names(load_rule_set("wasm2016").parameters))
    assert set(ALIASES) <= names
    assert set(ALIASES.values()) <= names


@pytest.mark.parametrize("name", rule_set_names())
def test_every_bound_and_nothing_else_has_an_option_that_moves_it(
    name: str,
) -> None:
    parameters = load_rule_set(name).parameters
    bounds = {
        key for key, one in parameters.items() if one.inclusive is not None
    }
    assert set(INCLUSIVE_OPTIONS) == bounds
    assert len(set(INCLUSIVE_OPTIONS.values())) == len(bounds)
    assert not set(INCLUSIVE_OPTIONS.values()) & set(parameters)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"imi_mim": 10},
            "no option 'imi_mim'; options are aasm_group_reference, ",
        ),
        (
            {"short_imi": "stop"},
            "'short_imi' must be one of break, skip_later, not 'stop'",
        ),
        (
            {"imi_max": "long"},
            "'imi_max' must be a number of at least 0, not 'long'",
        ),
        ({"imi_max": -1}, "'imi_max' must be a number of at least 0"),
        (
            {"rr_window": [-2.0, "late"]},
            "two numbers, the first not above the second or 'none', not [-2.0, 'late']",
        ),
        (
            {"rr_window": [-2.0, True]},
            "'rr_window' must be two numbers",
        ),
        ({"imi_max": float("nan")}, "'imi_max' must be a number of at least 0"),
        ({"imi_max": float("inf")}, "'imi_max' must be a number of at least 0"),
        ({"imi_max": True}, "'imi_max' must be a number of at least 0"),
        (
            {"imi_max": None},
            "'imi_max' must be a number of at least 0, not None",
        ),
        ({"imi_min": 100}, "imi_min_s = 100 lies above imi_max_s = 90"),
        (
            {"min_dur": 11},
            "lm_min_duration_s = 11 lies above clm_max_duration_s",
        ),
        ({"bil_max_n": 0}, "a whole number of at least 1 or 'none', not 0"),
        ({"bil_max_n": 2.5}, "a whole number of at least 1 or 'none', not 2.5"),
        (
            {"rr_window": [10.25, -2.0]},
            "two numbers, the first not above the second",
        ),
        ({"rr_window": [1]}, "two numbers, the first not above the second"),
        ({"morphology": 1}, "'morphology' must be true or false, not 1"),
        (
            {"arousal_gap_inclusive": "no"},
            "'arousal_gap_inclusive' must be true or false",
        ),
        ({"plmi_limit": ">15"}, "plmi_limit must be '>' or '>='"),
        ({"bil_gap": "none"}, "leg_combination = gap needs bilateral_gap_s"),
        (
            {"respiratory_rule": "event_period"},
            "needs respiratory_margin_s, which is not set",
        ),
        ({"imi_histogram_bin_s": 0}, "must lie between 0.1 and 90.0"),
        ({"imi_max": {"s": 1}}, "'imi_max' must be a number of at least 0"),
    ],
)
def test_impossible_option_refused(
    options: Mapping[str, object], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_rule_set("wasm2016", options=options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("short_imi=break", "break"),
        ("imi_max = 80", 80),
        ("arousal_gap_inclusive=true", True),
        ("bil_max_n=none", "none"),
        ("rr_window=[-0.5, 0.5]", [-0.5, 0.5]),
        ("rr_window=-0.5,0.5", [-0.5, 0.5]),
        ("plmi_limit=>=", ">="),
    ],
)
def test_option_text(text: str, value: object) -> None:
    options = options_from_text([text])
    assert list(options.values()) == [value]
    load_rule_set("wasm2016", options=options)


@pytest.mark.parametrize("text", ["short_imi", "=3", "imi_max="])
def test_option_text_without_name_or_value_refused(text: str) -> None:
    with pytest.raises(UsageError, match="must be written name=value"):
        options_from_text([text])


def test_option_text_set_twice_refused() -> None:
    with pytest.raises(UsageError, match="is set twice"):
        options_from_text(["imi_max=80", "imi_max=70"])


@pytest.mark.parametrize(
    "text",
    [
        "short_imi = 'skip_later'\nrr_window = [-0.5, 0.5]\n",
        "[options]\nshort_imi = 'skip_later'\nrr_window = [-0.5, 0.5]\n",
    ],
)
def test_options_from_toml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "options.toml"
    path.write_text(text, encoding="utf-8")
    assert options_from_toml(path) == {
        "short_imi": "skip_later",
        "rr_window": [-0.5, 0.5],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("short_imi: break", "cannot be read as TOML"),
        ("a = 1\n[options]\nb = 2\n", "beside its table"),
    ],
)
def test_options_from_bad_toml_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "options.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        options_from_toml(path)


def test_options_file_that_is_missing_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be read"):
        options_from_toml(tmp_path / "none.toml")


def test_option_on_the_command_line_goes_before_the_same_in_the_file_under_any_name(
    tmp_path: Path,
) -> None:
    path = tmp_path / "options.toml"
    path.write_text(
        "respiratory_window_s = [-0.5, 0.5]\nimi_max_inclusive = false\n",
        encoding="utf-8",
    )
    options = set_options(
        ["rr_window=[-1, 1]", "arousal_gap_inclusive=true"], config=path
    )
    assert options == {
        "imi_max_inclusive": False,
        "rr_window": [-1, 1],
        "arousal_gap_inclusive": True,
    }
    assert set_options(["imi_max=80"]) == {"imi_max": 80}


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("offset_above_rest_uv", "onset_above_rest_uv", "onset_uV=1"),
        ("lm_min_duration_s", "clm_max_duration_s", "min_dur=11"),
        ("imi_min_s", "imi_max_s", "imi_max=9"),
        ("pi_imi_min_s", "pi_imi_max_s", "pi_imi_max_s=9"),
        ("ln_imi_min_s", "ln_imi_max_s", "ln_imi_min_s=95"),
        ("imi_histogram_bin_s", "imi_histogram_max_s", "imi_histogram_max_s=1"),
        (
            "ln_imi_histogram_bin",
            "ln_imi_histogram_max",
            "ln_imi_histogram_max=0.05",
        ),
        ("lmm_min_s", "lmm_max_adult_s", "lmm_min_s=50"),
        ("lmm_min_s", "lmm_max_child_s", "lmm_min_s=40"),
    ],
)
def test_option_that_turns_two_bounds_round_refused(
    low: str, high: str, text: str
) -> None:
    with pytest.raises(UsageError, match=f"{low} = .* lies above {high} = "):
        load_rule_set("wasm2016", options=options_from_text([text]))


def test_parameter_that_stands_in_two_tables_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {"imi_min_s": load_rule_set("wasm2016").parameters["imi_min_s"]}
    monkeypatch.setattr("ekbom.rules.load_scoring._shared", lambda: own)
    load_scoring._parameters.cache_clear()
    with pytest.raises(
        TableError,
        match=r"wasm2016\.yaml: the parameter 'imi_min_s' stands in common\.yaml too",
    ):
        load_rule_set("wasm2016")
    load_scoring._parameters.cache_clear()


def change(name: str, **values: Any) -> dict[str, Any]:
    parameters = dict(load_rule_set("wasm2016").parameters)
    return parameters | {name: replace(parameters[name], **values)}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            change("imi_min_s", inclusive=None),
            "'imi_min_s' is a bound and must say whether it is inclusive",
        ),
        (change("imi_min_s", value="ten"), "'imi_min_s' must be a number"),
        (
            change("series_min_count", value=3.5),
            "'series_min_count' must be a whole number",
        ),
        (change("imi_min_s", value=91), "lies above"),
        (
            {"imi_min_s": load_rule_set("wasm2016").parameters["imi_min_s"]},
            "lacks ",
        ),
        (
            {
                **load_rule_set("wasm2016").parameters,
                "extra": load_rule_set("wasm2016").parameters["imi_min_s"],
            },
            "unknown 'extra'",
        ),
    ],
)
def test_scoring_table_refused(
    parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(TableError, match=r"x\.yaml") as caught:
        check_scoring_parameters(parameters, file="x.yaml")
    assert message in str(caught.value)
