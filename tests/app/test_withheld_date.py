"""A withheld date is never printed as a date, unused marks are named, a missing mode says why."""

import json
from pathlib import Path

import pytest

from ekbom.app.cli import main
from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_night
from ekbom.readers.formats.registry import read_annotations
from ekbom.report.exports.fhir import fhir_bundle
from ekbom.report.exports.redcap import redcap_row
from ekbom.report.pages.html import render_html
from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.words import load_wording

DATA = Path(__file__).parents[1] / "data"
DOMINO = DATA / "somnomedics_domino_txt"
WITHHELD = "1985-01-01"
DATE_AT, DATE_BYTES = 168, 8
FIELD_AT, FIELD_BYTES = 88, 80


@pytest.fixture(scope="module")
def undated(
    short_night: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Withhold the date of a simulated night, as EDF says."""
    content = bytearray(short_night.read_bytes())
    content[DATE_AT : DATE_AT + DATE_BYTES] = b"01.01.85"
    content[FIELD_AT : FIELD_AT + FIELD_BYTES] = b"Startdate X X X X".ljust(
        FIELD_BYTES
    )
    path = tmp_path_factory.mktemp("undated") / "undated.edf"
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def result(undated: Path) -> StudyResult:
    return score_night(undated, bootstrap_samples=0)


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run one command in this process; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_report_and_patient_page_print_no_withheld_date(
    result: StudyResult,
) -> None:
    report = render_html(result)
    assert "withheld in the recording" in report
    assert WITHHELD not in report
    assert compose_patient_page(result).date == (
        "The recording does not say on which day."
    )


def test_exports_leave_a_withheld_date_out(result: StudyResult) -> None:
    header, row = redcap_row(result).decode().splitlines()[:2]
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert cells["ekbom_date"] == ""
    bundle = json.dumps(fhir_bundle(result))
    assert WITHHELD not in bundle
    assert "masked" in bundle


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_terminal_names_a_withheld_date(
    command: str, undated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(command, undated, capsys=capsys)
    assert code == 0, err
    assert "start date withheld 22:30:00" in " ".join(out.split())
    assert WITHHELD not in out


def test_marks_that_nothing_is_counted_from_are_named_with_their_numbers() -> (
    None
):
    name = "Generic - test1 Unbekannt.txt"
    found = {
        each.code: each for each in read_annotations(DOMINO / name).findings
    }
    legs = load_wording().finding(found["leg-emg-marks-unused"])
    assert "'LeftLegPhasic' (212)" in legs
    assert "'RightLegPhasic' (55)" in legs
    assert "were not counted" in legs
    named = [found["leg-emg-marks-unused"], found["marks-unused"]]
    assert sum(int(str(each.values["count"])) for each in named) == 631


@pytest.mark.parametrize(
    ("onsets", "told"),
    [
        ((10,), "no interval between two CLM was measured"),
        ((10, 1000), "is at most"),
    ],
)
def test_a_mode_that_is_not_computable_says_why(
    onsets: tuple[int, ...],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    marks = tmp_path / "LM.csv"
    rows = [f"{onset},2,left" for onset in onsets]
    marks.write_text(
        "\n".join(["onset_s,duration_s,side", *rows, ""]), encoding="utf-8"
    )
    command = ("score", "--movements", marks, "--bootstrap", "0")
    code, out, err = run(*command, capsys=capsys)
    assert code == 0, err
    reason = next(
        line
        for line in out.replace("\n", " ").split("Not computable by ")
        if "Interval between CLM, mode" in line and told in line
    )
    assert "wasm2016" in reason
