"""Every file `ekbom report` writes.

Figures, Parquet, REDCap, the document as data, and the command itself.
"""

import csv
import io
import json
import re
import time
from importlib import util
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from night_shapes import ScoredNights, assessment_of
from PIL import Image

from ekbom.app.commands.report import report
from ekbom.model.errors import MissingExtraError, UsageError
from ekbom.model.result import StudyResult
from ekbom.report.exports.movement_columns import movement_columns
from ekbom.report.exports.parquet import parquet_contents
from ekbom.report.exports.redcap import (
    DICTIONARY,
    redcap_dictionary,
    redcap_row,
)
from ekbom.report.figures.picture_files import figure_contents
from ekbom.report.files import write_night, write_report
from ekbom.report.options import KINDS, ReportOptions
from ekbom.report.outputs.file_list import LIST_NAME
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document_json import document_to_dict
from ekbom.report.result_json import assessment_to_dict


@pytest.fixture
def night(nights: ScoredNights) -> StudyResult:
    return nights["whole"]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_files_figures_are_drawn_as_svg_and_png(night: StudyResult) -> None:
    contents = figure_contents(night)
    assert {Path(name).stem for name in contents} == {
        "night",
        "intervals",
        "hours",
        "raster",
        "examples",
        "legs",
    }
    for name, content in contents.items():
        if name.endswith(".png"):
            picture = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
            assert picture.shape[1] > 1000
            assert 0.002 < (picture < 200).mean() < 0.6, name


def test_files_figures_stay_readable_in_grey(night: StudyResult) -> None:
    """The kinds of movement lie in lanes of their own, so that colour carries nothing alone."""
    picture = Image.open(
        io.BytesIO(figure_contents(night)["figures/night.png"])
    ).convert("L")
    assert (np.asarray(picture) < 140).mean() > 0.01


def test_files_parquet_holds_the_same_table(
    tmp_path: Path, night: StudyResult
) -> None:
    for name, content in parquet_contents(night).items():
        (tmp_path / name).write_bytes(content)
    table = pq.read_table(tmp_path / "movements.parquet")
    assert table.column_names == list(movement_columns(night, "wasm2016"))
    np.testing.assert_array_equal(
        table["onset_s"].to_numpy(), night.scores["wasm2016"].movements.onset_s
    )
    assert table["imi_s"][0].as_py() is None
    assert table.schema.metadata[b"rule_set"] == b"wasm2016"


def test_files_parquet_without_the_extra_names_it(
    monkeypatch: pytest.MonkeyPatch, night: StudyResult
) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"ekbom\[parquet\]"):
        parquet_contents(night)


def test_files_redcap_row_fits_its_dictionary(night: StudyResult) -> None:
    row, dictionary = (
        rows_of(redcap_row(night))[0],
        rows_of(redcap_dictionary(night)),
    )
    fields = [line["Variable / Field Name"] for line in dictionary]
    assert list(row)[: len(fields)] == fields
    assert next(iter(row)) == "record_id"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,99}", field) for field in row)
    assert tuple(dictionary[0]) == DICTIONARY
    assert float(row["ekbom_plms_per_h"]) == pytest.approx(
        night.scores["wasm2016"].indices["plms_per_h"].value, abs=1e-6
    )


def test_files_redcap_cell_is_empty_where_nothing_can_be_computed(
    nights: ScoredNights,
) -> None:
    assert (
        rows_of(redcap_row(nights["no_hypnogram"]))[0]["ekbom_plms_per_h"] == ""
    )


def test_files_report_json_is_the_document_without_drawings(
    night: StudyResult,
) -> None:
    values = json.loads(
        json.dumps(document_to_dict(compose(night)), allow_nan=False)
    )
    assert "svg" not in json.dumps(values["figures"])
    assert len(values["movements"]["columns"]["number"]) == len(
        night.scores["wasm2016"].movements.onset_s
    )
    assert values["standing"] == "Decision support, not a diagnosis."
    keys = {definition["key"] for definition in values["definitions"]}
    assert {
        number["definition"]
        for group in values["key_numbers"]
        for number in group["numbers"]
    } <= keys | {""}


def test_files_every_number_of_the_first_pages_traces_to_its_definition(
    night: StudyResult,
) -> None:
    document = compose(night)
    known = {definition.key for definition in document.appendix.definitions}
    named = {
        number.key
        for group in document.first.key_numbers
        for number in group.numbers
        if number.definition
    }
    assert named
    assert named <= known


def test_files_command_writes_everything_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], night: StudyResult
) -> None:
    write_night(night, tmp_path)
    (tmp_path / "a.json").write_text(
        json.dumps(assessment_to_dict(assessment_of())), encoding="utf-8"
    )
    out = tmp_path / "out"
    report(
        tmp_path / "result.json",
        assessment=tmp_path / "a.json",
        html=True,
        pdf=True,
        fhir=True,
        patient=True,
        json=True,
        redcap=True,
        out=out,
    )
    names = {path.name for path in out.iterdir()}
    expected = {
        "report.html",
        "report.pdf",
        "report.json",
        "fhir.json",
        "patient.html",
        "patient.pdf",
        "redcap.csv",
        "redcap_dictionary.csv",
    }
    assert names == {*expected, LIST_NAME}
    said = capsys.readouterr().out
    assert all(str(out / name) in said for name in expected)
    assert assessment_of().overall.title in (out / "report.html").read_text(
        encoding="utf-8"
    )


def test_files_command_without_a_choice_writes_html_and_pdf(
    tmp_path: Path, night: StudyResult
) -> None:
    write_night(night, tmp_path)
    report(tmp_path, nights=(tmp_path,))
    assert 'id="f-nights"' in (tmp_path / "report.html").read_text(
        encoding="utf-8"
    )
    assert (tmp_path / "report.pdf").exists()


def test_files_command_refuses_what_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no result.json"):
        report(tmp_path / "night.edf")


def test_files_unknown_kind_is_refused(
    tmp_path: Path, night: StudyResult
) -> None:
    with pytest.raises(UsageError, match="no report of the kind 'fax'"):
        write_report(
            night, tmp_path, options=ReportOptions(kinds=frozenset({"fax"}))
        )
    assert list(tmp_path.iterdir()) == []


def test_files_nothing_is_written_when_one_document_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, night: StudyResult
) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError):
        write_report(
            night,
            tmp_path / "out",
            options=ReportOptions(kinds=frozenset({"html", "parquet"})),
        )
    assert not (tmp_path / "out").exists()


def test_files_all_kinds_of_a_night_stay_within_the_time(
    tmp_path: Path, night: StudyResult
) -> None:
    start = time.process_time()
    write_report(
        night,
        tmp_path,
        options=ReportOptions(kinds=frozenset(KINDS) - {"figures"}),
    )
    assert time.process_time() - start < 6.0
