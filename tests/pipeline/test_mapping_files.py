"""Mapping files: checked line by line, used, part of the digest, named in result and report."""

from dataclasses import replace
from pathlib import Path

import pytest

from ekbom.app import lab_files
from ekbom.app.cli import main
from ekbom.model.errors import InputError
from ekbom.model.events import Event, EventKind
from ekbom.model.recording import Role
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.files.inspect import Inspection
from ekbom.pipeline.files.inspect_scoring import ScoringInspection, inspect_file
from ekbom.pipeline.files.mapping_file import load_mapping
from ekbom.pipeline.score import score_night
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.mapped import with_meanings
from ekbom.report.pages.html import render_html
from ekbom.report.result_json import read_result, write_result

MAPPING = """
[channels]
"emg rat" = "left_leg"
"EMG LAT" = "right_leg"
"EMG Chin" = "other"

[events]
"Weckung ?!" = "arousal"
"Bein li" = "lm_left"
"Schlaf zwei" = "N2"

[rules.ours]
base = "wasm2016"
title = "Our laboratory"
options.series_min_count = 3

[options]
arousal_gap_inclusive = true
"""
TABLE = "\n".join(
    [
        "onset\tduration\ttrial_type",
        *(f"{number * 30}\t30\tSchlaf zwei" for number in range(100)),
        "100\t5\tWeckung ?!",
        "200\t2\tBein li",
        "300\t2\tEtwas",
        "",
    ]
)


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a mapping file."""
    path = tmp_path_factory.mktemp("lab") / "lab.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a scoring in the words of a laboratory."""
    path = tmp_path_factory.mktemp("scoring") / "scoring_events.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def result(short_night: Path, mapping: Path, scoring: Path) -> StudyResult:
    """Score the short night with it."""
    return score_night(
        short_night,
        annotations=scoring,
        mapping=mapping,
        rules=["ours", "wasm2016"],
        keep_text=True,
        bootstrap_samples=0,
    )


def test_mapping_channels_become_what_the_laboratory_says(
    result: StudyResult,
) -> None:
    assert result.choice.left == ("EMG RAT",)
    assert result.choice.right == ("EMG LAT",)
    assert result.choice.chin == ""


def test_mapping_texts_become_stages_and_events(result: StudyResult) -> None:
    assert result.hypnogram is not None
    assert {*result.hypnogram.stage.tolist()} == {"N2"}
    kinds = {event.label: event.kind for event in result.events}
    assert kinds["Weckung ?!"] is EventKind.AROUSAL
    assert kinds["Bein li"] is EventKind.LM
    assert kinds["Etwas"] is EventKind.OTHER
    assert "Schlaf zwei" not in kinds
    unknown = [f.values for f in result.findings if f.code == "text-unknown"]
    assert unknown == [{"count": 1, "texts": 1}]


def test_mapping_side_of_a_text_counts(scoring: Path) -> None:
    found = with_meanings(read_annotations(scoring), {"BEIN LI": "lm_left"})
    sides = {event.label: event.side for event in found.events}
    assert sides["Bein li"] == "left"
    assert "movements" in found.scored


def test_mapping_of_known_texts_counts_before_the_table() -> None:
    event = Event(
        onset_s=1.0, duration_s=2.0, kind=EventKind.AROUSAL, label="Arousal"
    )
    path = Path(__file__).parents[1] / "data" / "bids_sleep_boas"
    read = read_annotations(next(path.glob("*_events.tsv")))
    read = replace(read, events=(event,), scored=frozenset({"arousals"}))
    found = with_meanings(read, {"arousal": "other"})
    assert [one.kind for one in found.events] == [EventKind.OTHER]
    assert "arousals" not in found.scored


def test_mapping_rule_set_is_a_shipped_one_with_options(
    result: StudyResult,
) -> None:
    ours = result.scores["ours"].rule_set
    plain = result.scores["wasm2016"].rule_set
    assert ours.parameters["series_min_count"].value == 3
    assert plain.parameters["series_min_count"].value == 4
    assert ours.name == "Our laboratory"
    assert ours.digest != plain.digest
    for rule_set in (ours, plain):
        assert rule_set.non_default["arousal_gap_inclusive"] is True


def test_mapping_is_part_of_the_digest_and_named_in_result_and_report(
    result: StudyResult, short_night: Path, scoring: Path, tmp_path: Path
) -> None:
    other = tmp_path / "lab.toml"
    other.write_text('[channels]\n"no such" = "ecg"\n', encoding="utf-8")
    digests = {
        score_night(
            short_night,
            annotations=scoring,
            mapping=mapping,
            bootstrap_samples=0,
        ).digest
        for mapping in ((), other)
    }
    assert len(digests) == 2
    told = {
        f.code: f.values["used"] for f in result.findings if "used" in f.values
    }
    assert told["mapping-rules"] == ("ours = wasm2016",)
    assert told["mapping-texts"] == (
        "Weckung ?! = arousal (1)",
        "Bein li = lm_left (1)",
    )
    labels = told["mapping-labels"]
    assert "EMG RAT = left_leg" in str(labels)
    page = render_html(result)
    for part in ("Our laboratory", "EMG RAT = left_leg", "lab.toml"):
        assert part in page


def test_mapping_result_is_read_again_and_assessed(
    result: StudyResult, tmp_path: Path
) -> None:
    write_result(result, tmp_path / "result.json")
    assert read_result(tmp_path) == result
    assert assess({"age_years": 50}, night=result).night_digest


def test_mapping_is_used_by_inspect(
    short_night: Path, scoring: Path, mapping: Path
) -> None:
    own = load_mapping(mapping)
    recording = inspect_file(short_night, mapping=own)
    assert isinstance(recording, Inspection)
    roles = {c.label: c.role for c in recording.recording.channels}
    assert roles["EMG RAT"] is Role.LEFT_LEG
    found = inspect_file(scoring, mapping=own)
    assert isinstance(found, ScoringInspection)
    assert found.epochs == {"N2": 100}
    assert [*found.unknown] == ["Etwas"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[channels\n", "cannot be read as TOML"),
        ("[colours]\na = 1\n", "no section 'colours'"),
        ('[channels]\n"A" = "leg_left"\n', "'leg_left' is no kind of channel"),
        ('[events]\n"A" = "sneeze"\n', "'sneeze' is no kind of event"),
        ('[events]\n"A" = 3\n', "must stand for a word"),
        ("channels = 3\n", "must be a table"),
        ('[rules.ours]\nbase = "iclsd"\n', "needs base = one of"),
        ('[rules.aasm]\nbase = "aasm"\n', "cannot be called 'aasm'"),
        ('[rules."A B"]\nbase = "aasm"\n', "cannot be called 'A B'"),
        ('[rules.ours]\nbase = "aasm"\ncolour = 1\n', "no key of"),
        (
            '[rules.ours]\nbase = "aasm"\noptions.colour = 1\n',
            "no option 'colour'",
        ),
        ("[options]\ncolour = 1\n", "no option 'colour'"),
    ],
)
def test_mapping_that_says_what_does_not_exist_is_refused(
    text: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"lab\.toml") as refused:
        load_mapping(path)
    assert told in str(refused.value)


def test_mapping_that_is_missing_is_named() -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be opened"):
        load_mapping("none.toml")


def test_mapping_of_a_later_file_comes_over_an_earlier_one(
    mapping: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.toml"
    later.write_text('[events]\n"Bein li" = "lm_right"\n', encoding="utf-8")
    merged = load_mapping([mapping, later])
    assert merged.events["Bein li"] == "lm_right"
    assert merged.events["Schlaf zwei"] == "N2"
    assert merged.name == "lab.toml, later.toml"


def test_mapping_in_the_folder_of_the_user_is_found_and_can_be_left_out(
    scoring: Path,
    mapping: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(lab_files, "user_folder", lambda: tmp_path)
    words = ["inspect", str(scoring)]
    own = tmp_path / lab_files.NAME
    own.write_bytes(mapping.read_bytes())
    for more, told in (([], "N2 100"), (["--mapping", "none"], "Schlaf zwei")):
        with pytest.raises(SystemExit) as ended:
            main([*words, *more])
        assert ended.value.code == 0
        assert told in capsys.readouterr().out
    assert lab_files.mapping_files((mapping,)) == (mapping,)
