"""Inspection: one call says what a recording holds and which legs would be scored."""

from pathlib import Path

import pytest

from ekbom.model.errors import InputError, UsageError
from ekbom.model.finding import Reason
from ekbom.pipeline.files.inspect import inspect_recording
from ekbom.report.words import load_wording

NOX = Path(__file__).parents[1] / "data" / "nox_a1_psg_2min" / "subject1.edf"


def test_inspect_real_recording_names_its_legs_and_why_they_are_refused() -> (
    None
):
    inspection = inspect_recording(NOX)
    assert [(leg.side, leg.label) for leg in inspection.legs] == [
        ("left", "Left Leg"),
        ("right", "Right Leg"),
    ]
    words = load_wording()
    for leg in inspection.legs:
        assert [
            "31.25 uV" in words.finding(refusal) for refusal in leg.refusals
        ] == [True]
    assert inspection.choice.ecg == "ECG"
    assert inspection.choice.reasons["Jambe gauche Imp"] == Reason(
        "impedance-not-emg"
    )
    assert len(inspection.findings) == len(set(inspection.findings))


def test_inspect_other_channels_can_be_named() -> None:
    inspection = inspect_recording(NOX, left="1-2", right="1-F")
    assert [leg.refusals for leg in inspection.legs] == [(), ()]
    assert inspection.legs[0].step_uv == pytest.approx(0.0999, rel=1e-3)


def test_inspect_wrong_unit_can_be_named_and_is_said() -> None:
    inspection = inspect_recording(NOX, unit="mV")
    assert {"unit-overridden"} <= {
        finding.code for finding in inspection.findings
    }
    assert inspection.legs[0].step_uv == pytest.approx(0.03125, rel=1e-3)


def test_inspect_refuses_unknown_labels_units_and_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no channel 'Bein'"):
        inspect_recording(NOX, left="Bein")
    with pytest.raises(UsageError, match="no voltage"):
        inspect_recording(NOX, unit="kg")
    with pytest.raises(InputError, match="no such file"):
        inspect_recording(tmp_path / "nowhere.edf")
