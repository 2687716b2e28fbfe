"""Legs of a recording.

Every montage laboratories use is scored as far as it can be, and what was assumed is said.
"""

import io
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from edf_bytes import (
    Main,
    Signal,
    chosen,
    edf_bytes,
    emg_digits,
    read_whole,
    time_keeping,
)

from ekbom.criteria.input_limits import PhysicalLimits
from ekbom.model.errors import InputError, UsageError
from ekbom.model.finding import Reason, Severity
from ekbom.model.recording import Derivation, LegSignal
from ekbom.readers.channels.check import flat_share
from ekbom.readers.channels.choose import channel_named
from ekbom.readers.channels.prefilter import Prefilter, parse_prefilter
from ekbom.readers.edf.edf_file import EdfFile
from ekbom.readers.legs import read_ecg, read_legs

NOX = Path(__file__).parents[1] / "data" / "nox_a1_psg_2min" / "subject1.edf"
LIMITS = PhysicalLimits(
    step_refused_uv=8,
    step_noted_uv=2,
    min_fs_hz=200,
    band_low_hz=10,
    band_high_hz=100,
    flat_window_s=1,
    flat_share_refused=0.95,
    flat_share_noted=0.02,
    clipped_share_refused=0.2,
    clipped_share_noted=0.001,
    scorable_share_needed=0.1,
)


def recording_of(*labels: str, **samples: int) -> EdfFile:
    """Open a recording with one lively signal per label.

    `samples` gives another number of samples per record.
    """
    signals = [
        Signal(label, emg_digits(i, samples=samples.get(label, 256)))
        for i, label in enumerate(labels)
    ]
    return read_whole(io.BytesIO(edf_bytes(signals)), name="night.edf")


def leg_of(**changes: object) -> LegSignal:
    """Read a recording of one left leg; `changes` replace its header fields or digits."""
    signal = replace(Signal("LAT", emg_digits(1)), **changes)  # type: ignore[arg-type]  # by name
    edf = read_whole(io.BytesIO(edf_bytes([signal])), name="night.edf")
    return read_legs(edf, chosen(edf), limits=LIMITS)[0]


def codes(leg: LegSignal, *severities: Severity) -> list[str]:
    return [
        finding.code
        for finding in leg.findings
        if not severities or finding.severity in severities
    ]


MONTAGES = {
    "two pairs": (("LAT", "RAT"), ("LAT",), ("RAT",), (), []),
    "two pairs beside their impedances": (
        ("Jambe gauche Imp", "Left Leg", "Right Leg"),
        ("Left Leg",),
        ("Right Leg",),
        (),
        [],
    ),
    "four electrodes": (
        ("RLeg2", "LLeg2", "LLeg1", "RLeg1"),
        ("LLeg1", "LLeg2"),
        ("RLeg1", "RLeg2"),
        (),
        ["electrodes-subtracted", "electrodes-subtracted"],
    ),
    "upper and lower electrodes": (
        ("LAT-L", "LAT-U", "RAT-L", "RAT-U"),
        ("LAT-U", "LAT-L"),
        ("RAT-U", "RAT-L"),
        (),
        ["electrodes-subtracted", "electrodes-subtracted"],
    ),
    "a pair is preferred to its electrodes": (
        ("LLeg1", "LLeg2", "LLeg1-LLeg2", "R-Leg"),
        ("LLeg1-LLeg2",),
        ("R-Leg",),
        (),
        [],
    ),
    "one electrode only": (
        ("LLeg1", "RAT"),
        ("LLeg1",),
        ("RAT",),
        (),
        ["single-electrode"],
    ),
    "one leg only": (("LAT", "EKG"), ("LAT",), (), (), ["one-leg"]),
    "one channel for both legs": (
        ("Leg", "EMG"),
        (),
        (),
        ("Leg",),
        ["legs-unsided"],
    ),
    "left against right": (
        ("EMG LLEG-RLEG", "EMG"),
        (),
        (),
        ("EMG LLEG-RLEG",),
        ["leg-against-leg"],
    ),
    "numbered legs": (
        ("Leg 1", "Leg 2"),
        ("Leg 1",),
        ("Leg 2",),
        (),
        ["sides-assumed"],
    ),
    "numbered legs of one cohort": (
        ("Leg_1", "Leg_2"),
        ("Leg_1",),
        ("Leg_2",),
        (),
        ["side-assumed", "side-assumed"],
    ),
    "one numbered leg": (("Leg 1",), (), (), ("Leg 1",), ["leg-without-side"]),
    "a sided leg is preferred to one channel for both": (
        ("Leg", "LAT", "RAT"),
        ("LAT",),
        ("RAT",),
        (),
        [],
    ),
    "ECG against leg is no leg": (
        ("EEG EKG-RLeg", "LAT"),
        ("LAT",),
        (),
        (),
        ["one-leg"],
    ),
    "no leg": (("EMG", "C3-M2"), (), (), (), ["no-leg"]),
}


@pytest.mark.parametrize("name", MONTAGES)
def test_legs_montage_is_chosen_and_what_was_assumed_is_said(name: str) -> None:
    labels, left, right, unsided, found = MONTAGES[name]
    choice = chosen(recording_of(*labels))
    assert (choice.left, choice.right, choice.unsided) == (left, right, unsided)
    assert [finding.code for finding in choice.findings] == found
    assert set(left + right + unsided) <= choice.reasons.keys()


def test_legs_of_two_pairs_the_faster_is_taken_and_the_other_explained() -> (
    None
):
    choice = chosen(recording_of("LegL", "LAT", "RAT", LegL=100))
    assert choice.left == ("LAT",)
    assert choice.reasons["LegL"] == Reason(
        "another-preferred", {"derivation": "pair"}
    )


def test_legs_difference_of_two_electrodes_is_first_minus_second() -> None:
    edf = recording_of("LLeg1", "LLeg2")
    first, second = (edf.signal(index)[:] for index in (0, 1))
    leg = read_legs(edf, chosen(edf), limits=LIMITS)[0]
    np.testing.assert_array_equal(leg.emg_uv[:], first - second)
    assert leg.label == "LLeg1 - LLeg2"
    assert leg.derivation is Derivation.DIFFERENCE
    assert leg.clip_uv == (-math.inf, math.inf)


def test_legs_difference_with_an_electrode_without_scale_is_refused() -> None:
    edf = read_whole(
        io.BytesIO(
            edf_bytes(
                [
                    Signal("LLeg1", emg_digits(1)),
                    Signal("LLeg2", emg_digits(2), physical=("1", "1")),
                ]
            )
        )
    )
    leg = read_legs(edf, chosen(edf), limits=LIMITS)[0]
    assert codes(leg, Severity.REFUSAL) == ["no-scale"]


def test_legs_electrodes_of_two_rates_are_not_subtracted() -> None:
    edf = recording_of("LLeg1", "LLeg2", LLeg2=128)
    assert chosen(edf).left == ("LLeg1",)
    with pytest.raises(
        InputError, match="'LLeg2' at 128 Hz cannot be subtracted"
    ):
        read_legs(edf, chosen(edf, left="LLeg1,LLeg2"), limits=LIMITS)


def test_legs_named_by_a_person_win_in_any_spelling() -> None:
    edf = recording_of("X1", "X2", "LAT")
    choice = chosen(edf, left="x1", right="X2")
    assert (choice.left, choice.right) == (("X1",), ("X2",))
    assert choice.reasons["X1"] == Reason("named-by-hand", {"option": "--left"})
    assert [leg.side for leg in read_legs(edf, choice, limits=LIMITS)] == [
        "left",
        "right",
    ]


def test_legs_two_labels_named_by_a_person_are_subtracted() -> None:
    assert chosen(recording_of("X1", "X2"), left="X1, X2").left == ("X1", "X2")


def test_legs_unknown_label_is_a_usage_error_that_lists_the_labels() -> None:
    with pytest.raises(
        UsageError, match=r"no channel 'Bein'; its channels are 'LAT', 'RAT'"
    ):
        chosen(recording_of("LAT", "RAT"), left="Bein")


def test_legs_one_channel_cannot_be_both_legs() -> None:
    with pytest.raises(UsageError, match="cannot be both legs"):
        chosen(recording_of("LAT", "RAT"), left="RAT")


def test_legs_label_written_twice_means_the_first() -> None:
    edf = recording_of("LAT", "LAT", "RAT")
    assert (
        channel_named(edf.recording.channels, "LAT", name="night.edf").index
        == 0
    )
    assert chosen(edf).left == ("LAT",)


def test_legs_chin_and_ecg_are_chosen_and_the_ecg_is_read() -> None:
    edf = recording_of("LAT", "Chin1-Chin2", "EKG")
    choice = chosen(edf)
    ecg = read_ecg(edf, choice)
    assert (choice.chin, choice.ecg) == ("Chin1-Chin2", "EKG")
    assert ecg is not None
    np.testing.assert_array_equal(ecg.emg_uv[:], edf.signal(2)[:])
    assert read_ecg(edf, replace(choice, ecg="")) is None


def test_legs_without_defects_have_no_findings() -> None:
    leg = leg_of()
    assert leg.findings == ()
    assert leg.step_uv == pytest.approx(0.1)
    assert leg.clip_uv == pytest.approx((-3276.8, 3276.7))


@pytest.mark.parametrize(
    ("changes", "refusals", "others"),
    [
        ({"physical": ("-65536", "65534")}, [], []),
        ({"physical": ("-65600", "65600")}, [], ["step-coarse"]),
        ({"physical": ("-262140", "262140")}, [], ["step-coarse"]),
        ({"physical": ("-263000", "263000")}, ["step-too-coarse"], []),
        ({"unit": "mV"}, ["step-too-coarse"], []),
        ({"unit": "mm"}, ["unit-not-voltage"], []),
        ({"unit": ""}, [], ["unit-blank"]),
        ({"physical": ("1", "1")}, ["no-scale"], ["physical-range-empty"]),
        ({"digits": emg_digits(1, samples=200)}, [], []),
        ({"digits": emg_digits(1, samples=128)}, [], ["rate-low"]),
        ({"digits": emg_digits(1, samples=20)}, ["rate-too-low"], []),
        ({"digits": np.zeros((6, 256), np.int64)}, ["flat"], []),
        (
            {
                "digits": np.vstack(
                    [np.zeros((1, 256), np.int64), emg_digits(1, n_records=5)]
                )
            },
            [],
            ["flat-partly"],
        ),
        (
            {"digits": np.clip(emg_digits(1) * 100, -32768, 32767)},
            ["clipped"],
            [],
        ),
        (
            {"digits": np.clip(emg_digits(1) * 11, -32768, 32767)},
            [],
            ["clipped-partly"],
        ),
        ({"prefilter": ""}, [], ["filter-undeclared"]),
        ({"prefilter": "HP:10Hz LP:70Hz"}, [], ["band-narrow"]),
        ({"prefilter": "HP:16Hz LP:100Hz"}, [], ["band-narrow"]),
        ({"prefilter": "HP:0.3Hz LP:200Hz"}, [], []),
        ({"prefilter": "HP:10Hz LP:100Hz N:50Hz"}, [], ["notch"]),
    ],
    ids=str,
)
def test_legs_physical_truth_is_checked_before_any_rule(
    changes: dict[str, object], refusals: list[str], others: list[str]
) -> None:
    leg = leg_of(**changes)
    assert codes(leg, Severity.REFUSAL) == refusals
    assert codes(leg, Severity.NOTE, Severity.WARNING) == others


def test_legs_unit_named_by_a_person_replaces_the_header() -> None:
    edf = read_whole(
        io.BytesIO(
            edf_bytes(
                [
                    Signal("LAT", emg_digits(1), unit="mV"),
                    Signal("RAT", emg_digits(2), unit="mm"),
                ]
            )
        )
    )
    choice = chosen(edf)
    left, right = read_legs(edf, choice, limits=LIMITS, unit="uV")
    np.testing.assert_allclose(
        left.emg_uv[:],
        Signal("LAT", emg_digits(1)).expected_uv(),
        rtol=1e-6,
        atol=2e-3,
    )
    np.testing.assert_allclose(
        right.emg_uv[:],
        Signal("RAT", emg_digits(2)).expected_uv(),
        rtol=1e-6,
        atol=2e-3,
    )
    assert left.step_uv == right.step_uv == pytest.approx(0.1)
    assert left.clip_uv == pytest.approx((-3276.8, 3276.7))
    assert codes(left) == codes(right) == ["unit-overridden"]
    with pytest.raises(UsageError, match="'mmHg' is no voltage"):
        read_legs(edf, choice, limits=LIMITS, unit="mmHg")


def test_legs_of_the_real_nox_recording_are_refused_because_of_their_step() -> (
    None
):
    edf = read_whole(NOX)
    legs = read_legs(edf, chosen(edf), limits=LIMITS)
    assert [leg.label for leg in legs] == ["Left Leg", "Right Leg"]
    for leg in legs:
        assert codes(leg, Severity.REFUSAL) == ["step-too-coarse"]
        refusal = next(
            f for f in leg.findings if f.severity is Severity.REFUSAL
        )
        assert refusal.values["step_uv"] == pytest.approx(31.25, rel=1e-3)


def test_legs_gaps_come_with_the_leg_and_are_not_flat() -> None:
    signal = Signal("LAT", emg_digits(1))
    file = edf_bytes(
        [signal],
        Main(reserved="EDF+D"),
        tals=time_keeping([0, 1, 2, 100, 101, 102]),
    )
    edf = read_whole(io.BytesIO(file))
    leg = read_legs(edf, chosen(edf), limits=LIMITS)[0]
    assert [(gap.onset_s, gap.duration_s) for gap in leg.gaps] == [(3, 97)]
    assert codes(leg) == []


def test_legs_flat_share_counts_windows_without_change() -> None:
    emg_uv = np.array([0, 0, 0, 1, 2, 2, np.nan, np.nan], np.float32)
    assert flat_share(emg_uv, window_samples=2) == pytest.approx(2 / 3)
    assert flat_share(np.full(4, np.nan, np.float32), window_samples=2) == 1.0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HP:10Hz LP:100Hz N:50Hz", (10, 100, 50)),
        ("HP:0,3Hz; LP: 70 Hz", (0.3, 70, None)),
        ("HP:300mHz LP:1kHz", (0.3, 1000, None)),
        ("HPF 10 LPF 100 NOTCH 60", (10, 100, 60)),
        ("BP 10-100", (10, 100, None)),
        ("0.1-100Hz", (0.1, 100, None)),
        ("HP:DC LP:100Hz", (None, 100, None)),
        ("none", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_legs_declared_filter_is_understood_or_left_open(
    written: str, meant: tuple[float | None, ...]
) -> None:
    assert parse_prefilter(written) == Prefilter(*meant)
