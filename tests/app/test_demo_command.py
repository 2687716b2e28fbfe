"""`ekbom demo`: everything a first user sees, from a night that is simulated once."""

import json
from pathlib import Path

import pytest

from ekbom.app.commands.demo import demo
from ekbom.report.result_json import read_assessment, read_result


def test_demo_writes_a_night_an_assessment_and_every_report_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo(out=tmp_path, hours=0.5)
    lines = capsys.readouterr().out.splitlines()
    written = [
        line.removeprefix("Written: ")
        for line in lines
        if line.startswith("Written: ")
    ]
    assert len(set(written)) == len(written)
    assert all(Path(path).stat().st_size for path in written)
    kinds = {Path(path).name for path in written}
    assert {
        "report.html",
        "report.pdf",
        "patient.pdf",
        "fhir.json",
        "redcap.csv",
    } <= kinds
    assert lines[-1] == f"Open {tmp_path / 'report.html'} in a browser."
    assert set(read_result(tmp_path / "result.json").scores) == {
        "wasm2016",
        "aasm",
    }
    assert read_assessment(tmp_path / "assessment.json").overall.code
    assert json.loads((tmp_path / "fhir.json").read_text(encoding="utf-8"))[
        "entry"
    ]


def test_demo_takes_the_night_that_is_there(tmp_path: Path) -> None:
    demo(out=tmp_path, hours=0.3, seed=2)
    night = tmp_path / "night-0.3h-seed2.edf"
    before = night.stat().st_mtime_ns
    demo(out=tmp_path, hours=0.3, seed=2)
    assert night.stat().st_mtime_ns == before
