"""Channel labels.

Every label that was met in real cohorts is understood as the table says, or refused with its
reason.
"""

import csv
from pathlib import Path

import pytest

from ekbom.model.finding import Reason
from ekbom.model.recording import Derivation, Role
from ekbom.readers.channels.labels import (
    LabelMeaning,
    labels_are_partners,
    plain_label,
    recognise_label,
)

TABLE = (
    Path(__file__).parents[1]
    / "data"
    / "real_world_labels"
    / "leg_channel_labels.csv"
)
with TABLE.open(encoding="utf-8") as stream:
    ROWS = list(csv.DictReader(stream))
# Bare amplifier inputs: a leg in one cohort, anything elsewhere. They are refused with that reason
# and can be named by hand.
NUMBERED_INPUTS = {"X1", "X2", "X16", "X17"}
ROLES = {
    "left": Role.LEFT_LEG,
    "right": Role.RIGHT_LEG,
    "both": Role.LEG,
    "unknown": Role.LEG,
    "none": Role.OTHER,
}


WRITTEN = {
    Derivation.PAIR: "pair",
    Derivation.SINGLE_ELECTRODE: "single electrode",
    Derivation.ONE_CHANNEL: "one channel",
    Derivation.LEFT_AGAINST_RIGHT: "left against right",
    "impedance-not-emg": "impedance, not EMG",
    "ecg-against-leg": "ECG against leg, not leg EMG",
}


def understood(meaning: LabelMeaning) -> str:
    """Write what a label was understood as in the words of the table."""
    if meaning.derivation is not None:
        return WRITTEN[meaning.derivation]
    return WRITTEN[meaning.reason.code] if meaning.reason else ""


def test_labels_table_holds_all_real_labels() -> None:
    assert len(ROWS) == 142


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row["label"] not in NUMBERED_INPUTS],
    ids=lambda row: f"{row['label']}, {row['seen_in']}",
)
def test_labels_real_leg_label_is_understood_as_the_table_says(
    row: dict[str, str],
) -> None:
    meaning = recognise_label(row["label"])
    assert (meaning.side, understood(meaning)) == (
        row["side"],
        row["derivation"],
    )
    assert meaning.role is ROLES[row["side"]]


@pytest.mark.parametrize("label", sorted(NUMBERED_INPUTS))
def test_labels_numbered_input_is_refused_with_the_reason(label: str) -> None:
    meaning = recognise_label(label)
    assert meaning.refused
    assert meaning.reason == Reason("numbered-input")


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Chin1-Chin2", Role.CHIN),
        ("EMG Chin", Role.CHIN),
        ("EMG submental", Role.CHIN),
        ("CHIN EMG", Role.CHIN),
        ("LChin", Role.CHIN),
        ("EMG", Role.CHIN),
        ("EMG1-EMG2", Role.CHIN),
        ("ECG", Role.ECG),
        ("EKG1-EKG2", Role.ECG),
        ("ECG II", Role.ECG),
        ("Modified Lead II", Role.ECG),
        ("EEG C3-M2", Role.EEG),
        ("EEG Fpz-Cz", Role.EEG),
        ("F4-M1", Role.EEG),
        ("C4:A1", Role.EEG),
        ("O2", Role.EEG),
        ("EOG horizontal", Role.EOG),
        ("E1-M2", Role.EOG),
        ("ROC-A1", Role.EOG),
        ("LOC", Role.EOG),
        ("Links Bein", Role.LEFT_LEG),
        ("Jambe gauche", Role.LEFT_LEG),
        ("Tibialis anterior right", Role.RIGHT_LEG),
        ("EMG Leg Left", Role.LEFT_LEG),
        ("EMG TA L", Role.LEFT_LEG),
        ("TA re.", Role.RIGHT_LEG),
    ],
)
def test_labels_other_channels_and_other_spellings(
    label: str, role: Role
) -> None:
    assert recognise_label(label).role is role


@pytest.mark.parametrize(
    "label",
    [
        "SpO2",
        "Resp chest",
        "Abdomen",
        "Leg Position",
        "Body position",
        "Light",
        "Lights",
        "Pleth",
        "M1",
        "1-2",
        "PLM events",
        "L",
        "R",
        "LM",
        "",
        "Ellbow L",
        "Larm",
        "D",
        "G",
    ],
)
def test_labels_that_name_no_leg_are_nothing(label: str) -> None:
    meaning = recognise_label(label)
    assert meaning.role is Role.OTHER
    assert not meaning.refused


def test_labels_second_electrode_turns_a_leg_label_into_a_first_electrode() -> (
    None
):
    assert labels_are_partners("LAT-U", "LAT-L")
    assert labels_are_partners("LLEG", "LLEG2")
    assert not labels_are_partners("LLEG", "RLEG2")
    assert not labels_are_partners("Left Leg", "Right Leg")


def test_labels_plain_form_sets_case_separators_and_modality_aside() -> None:
    assert {
        plain_label(label)
        for label in ("EMG Tib. L", "EMG_TIB_L", "tib l", "TIB.L EMG")
    } == {"tib l"}
