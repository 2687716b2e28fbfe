"""Every defect that recordings of real laboratories have.

The values come out right and the repair is a finding.
"""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from edf_bytes import (
    N_RECORDS,
    Main,
    Signal,
    edf_bytes,
    emg_digits,
    legs,
    read_whole,
    time_keeping,
)
from numpy.typing import NDArray

from ekbom.readers.edf.edf_file import EdfFile
from ekbom.readers.edf.marks import RawAnnotation

LEFT_UV = legs()[0].expected_uv()
PLUS = Main(reserved="EDF+C")
START = dt.datetime(2018, 2, 6, 22, 30, 15)


@dataclass(frozen=True)
class Defect:
    """A damaged file and what a right reader makes of it.

    Left leg in uV, findings by code, start, marks.
    """

    file: bytes
    codes: tuple[str, ...] = ()
    left_uv: NDArray[np.float64] | None = None
    start: dt.datetime | None = START
    annotations: tuple[RawAnnotation, ...] = ()


def cut(file: bytes, n_bytes: int) -> bytes:
    return file[:-n_bytes]


def without_blanks(file: bytes, n_signals: int) -> bytes:
    """Pad the header with NUL instead of blanks."""
    end = 256 * (n_signals + 1)
    return file[:end].replace(b" ", b"\x00") + file[end:]


def gapped() -> NDArray[np.float64]:
    """Three records, ten minutes of nothing, three records."""
    left = np.full(606 * 256, np.nan)
    left[: 3 * 256], left[603 * 256 :] = LEFT_UV[: 3 * 256], LEFT_UV[3 * 256 :]
    return left


def with_other(**changes: object) -> bytes:
    """A third channel that is out of order; the legs must not suffer."""
    signals = legs()
    return edf_bytes([*signals[:2], replace(signals[2], **changes)])  # type: ignore[arg-type]  # by name


RECORD_BYTES = 2 * (256 + 256 + 1)
MARK = b"+2.5\x153\x14Arousal\x14\x00"
AROUSAL = RawAnnotation(2.5, 3.0, "Arousal")

DEFECTS: dict[str, Callable[[], Defect]] = {
    "label in Latin-1": lambda: Defect(
        edf_bytes(legs(label="Bein_li ü".encode("latin-1")[:7]))
    ),
    "micro sign in Latin-1": lambda: Defect(
        edf_bytes(legs(unit="µV".encode("latin-1")))
    ),
    "micro sign in UTF-8": lambda: Defect(edf_bytes(legs(unit="µV".encode()))),
    "Greek mu in UTF-8": lambda: Defect(
        edf_bytes(legs(unit="\N{GREEK SMALL LETTER MU}V".encode()))
    ),
    "record count -1": lambda: Defect(
        edf_bytes(legs(), Main(records="-1")), ("record-count-unknown",)
    ),
    "record count too big": lambda: Defect(
        edf_bytes(legs(), Main(records="28800")), ("file-cut",)
    ),
    "record count is no number": lambda: Defect(
        edf_bytes(legs(), Main(records="many")), ("record-count-unreadable",)
    ),
    "cut inside a record": lambda: Defect(
        cut(edf_bytes(legs()), 100), ("file-cut",), LEFT_UV[: 5 * 256]
    ),
    "record count too small": lambda: Defect(
        edf_bytes(legs(), Main(records="2")), ("record-count-too-small",)
    ),
    "trailing bytes": lambda: Defect(
        edf_bytes(legs()) + b"\x00" * 77, ("trailing-bytes",)
    ),
    "records behind an EDF+ recording that keep no time": lambda: Defect(
        edf_bytes(legs(), PLUS, tals=time_keeping())
        + b"\x00" * 3 * (RECORD_BYTES + 120),
        ("records-left-out",),
    ),
    "Startdate X with a withheld date": lambda: Defect(
        edf_bytes(legs(), Main(recording="Startdate X X X X", date="01.01.85")),
        ("start-date-unknown",),
        start=dt.datetime(1985, 1, 1, 22, 30, 15),
    ),
    "date 00.00.00": lambda: Defect(
        edf_bytes(legs(), Main(recording="", date="00.00.00")),
        ("start-date-unknown",),
        start=dt.datetime(1985, 1, 1, 22, 30, 15),
    ),
    "date 00.00.00, but known from the recording field": lambda: Defect(
        edf_bytes(legs(), Main(date="00.00.00"))
    ),
    "date with / and time with :": lambda: Defect(
        edf_bytes(legs(), Main(date="06/02/18", time="22:30:15")),
        ("start-separator",),
    ),
    "date with -": lambda: Defect(
        edf_bytes(legs(), Main(date="06-02-18")), ("start-separator",)
    ),
    "start time unreadable": lambda: Defect(
        edf_bytes(legs(), Main(time="late")),
        ("start-time-unreadable",),
        start=None,
    ),
    "two different start dates": lambda: Defect(
        edf_bytes(legs(), Main(recording="Startdate 07-MAR-2019 X X X")),
        ("start-date-differs",),
    ),
    "physical minimum is the maximum, other channel": lambda: Defect(
        with_other(physical=("1", "1")), ("physical-range-empty",)
    ),
    "digital minimum is the maximum, other channel": lambda: Defect(
        with_other(digital=("0", "0")), ("digital-range-empty",)
    ),
    "0 samples, other channel": lambda: Defect(
        with_other(digits=emg_digits(3, samples=0)), ("signal-empty",)
    ),
    "physical range is no number, other channel": lambda: Defect(
        with_other(physical=("low", "high")), ("range-unreadable",)
    ),
    "physical range is absurd, other channel": lambda: Defect(
        with_other(physical=("-1e99", "1e99")), ("range-unreadable",)
    ),
    "blank unit on a leg": lambda: Defect(
        edf_bytes(legs(unit="")), ("unit-blank",)
    ),
    "decimal comma in the physical range": lambda: Defect(
        edf_bytes(legs(physical=("-327,68", "327,67"))),
        ("decimal-comma",),
        legs(physical=("-327,68", "327,67"))[0].expected_uv(),
    ),
    "inverted physical range": lambda: Defect(
        edf_bytes(legs(physical=("3276.7", "-3276.8"))),
        (),
        legs(physical=("3276.7", "-3276.8"))[0].expected_uv(),
    ),
    "EDF+D with a gap of ten minutes": lambda: Defect(
        edf_bytes(
            legs(),
            Main(reserved="EDF+D"),
            tals=time_keeping([0, 1, 2, 603, 604, 605]),
        ),
        ("gaps",),
        gapped(),
    ),
    "EDF+C that has a gap": lambda: Defect(
        edf_bytes(legs(), PLUS, tals=time_keeping([0, 1, 2, 603, 604, 605])),
        ("gaps-undeclared",),
        gapped(),
    ),
    "EDF+D whose fourth record keeps no time": lambda: Defect(
        edf_bytes(
            legs(),
            Main(reserved="EDF+D"),
            tals=replace(
                time_keeping(),
                records=[
                    *time_keeping().records[:3],
                    b"?",
                    *time_keeping().records[4:],
                ],
            ),
        ),
        ("annotation-unreadable", "record-time-unreadable"),
    ),
    "EDF+C whose records all claim to begin at 0": lambda: Defect(
        edf_bytes(legs(), PLUS, tals=time_keeping([0] * 6)),
        ("record-time-backwards",),
    ),
    "header length wrong": lambda: Defect(
        edf_bytes(legs(), Main(header_bytes="768")), ("header-length",)
    ),
    "number of signals lost": lambda: Defect(
        edf_bytes(legs(), Main(signals="?")), ("signal-count",)
    ),
    "header padded with NUL": lambda: Defect(
        without_blanks(edf_bytes(legs()), 3), ("header-nul",)
    ),
    "annotation text in Latin-1": lambda: Defect(
        edf_bytes(
            legs(),
            PLUS,
            tals=time_keeping(marks={1: b"+2.5\x153\x14Apn\xe9e\x14\x00"}),
        ),
        ("annotation-text-encoding",),
        annotations=(RawAnnotation(2.5, 3.0, "Apnée"),),
    ),
    "decimal comma in a mark": lambda: Defect(
        edf_bytes(
            legs(),
            PLUS,
            tals=time_keeping(marks={1: b"+5,75\x151,5\x14Arousal\x14\x00"}),
        ),
        ("annotation-decimal-comma",),
        annotations=(RawAnnotation(5.75, 1.5, "Arousal"),),
    ),
    "sub-second start": lambda: Defect(
        edf_bytes(
            legs(),
            PLUS,
            tals=time_keeping(
                [i + 0.5 for i in range(N_RECORDS)], marks={2: MARK}
            ),
        ),
        start=START + dt.timedelta(seconds=0.5),
        annotations=(RawAnnotation(2.0, 3.0, "Arousal"),),
    ),
    "EDF+C without annotation signal": lambda: Defect(
        edf_bytes(legs(), PLUS), ("annotation-signal-missing",)
    ),
    "annotation signal in plain EDF": lambda: Defect(
        edf_bytes(legs(), tals=time_keeping(marks={2: MARK})),
        ("plus-undeclared",),
        annotations=(AROUSAL,),
    ),
    "annotation signal with a number in its label": lambda: Defect(
        edf_bytes(
            legs(),
            PLUS,
            tals=replace(
                time_keeping(marks={2: MARK}), label="EDF annotations1"
            ),
        ),
        annotations=(AROUSAL,),
    ),
    "patient field is not EDF+": lambda: Defect(
        edf_bytes(
            legs(), replace(PLUS, patient="Somebody"), tals=time_keeping()
        )
    ),
    "version byte is not ASCII": lambda: Defect(
        edf_bytes(legs(), Main(version=b"\xb00")), ("version-field",)
    ),
    "leg in mV beside uV": lambda: Defect(
        edf_bytes(legs(unit="mV")), (), legs()[0].expected_uv(1e3)
    ),
    "leg in V beside uV": lambda: Defect(
        edf_bytes(legs(unit="V")), (), legs()[0].expected_uv(1e6)
    ),
    "label written twice": lambda: Defect(
        edf_bytes([*legs(), Signal("LAT", emg_digits(9))]), ("label-duplicate",)
    ),
}


def read(file: bytes) -> EdfFile:
    return read_whole(io.BytesIO(file), name="night.edf")


@pytest.mark.parametrize("name", DEFECTS)
def test_edf_damaged_file_is_read_rightly_and_every_repair_is_a_finding(
    name: str,
) -> None:
    defect = DEFECTS[name]()
    edf = read(defect.file)
    left_uv, right_uv = (edf.signal(0)[:], edf.signal(1)[:])
    expected = LEFT_UV if defect.left_uv is None else defect.left_uv
    np.testing.assert_allclose(left_uv, expected, rtol=2e-6, atol=2e-3)
    assert np.count_nonzero(np.isfinite(right_uv)) == np.count_nonzero(
        np.isfinite(expected)
    )
    assert (
        tuple(finding.code for finding in edf.recording.findings)
        == defect.codes
    )
    assert edf.recording.start == defect.start
    assert edf.annotations == defect.annotations
    assert edf.recording.duration_s == pytest.approx(expected.size / 256)


def test_edf_damaged_label_keeps_its_characters() -> None:
    labels = [
        b"Bein \xfc",
        "Impédance".encode(),
        "123456789012345é".encode()[:16],
        b"bad\x1b[31m\x07",
    ]
    edf = read(edf_bytes([Signal(label, emg_digits(1)) for label in labels]))
    assert [channel.label for channel in edf.recording.channels] == [
        "Bein ü",
        "Impédance",
        "123456789012345",
        "bad\ufffd[31m\ufffd",
    ]


def test_edf_damaged_gaps_are_listed_as_intervals() -> None:
    edf = read(
        edf_bytes(
            legs(),
            Main(reserved="EDF+D"),
            tals=time_keeping([0, 1, 2, 603, 604, 700.5]),
        )
    )
    assert [(gap.onset_s, gap.duration_s) for gap in edf.recording.gaps] == [
        (3.0, 600.0),
        (605.0, 95.5),
    ]
    assert edf.recording.duration_s == 701.5


def test_edf_damaged_channel_without_scale_is_nan_not_zero() -> None:
    edf = read(edf_bytes(legs(physical=("1", "1"))))
    assert np.isnan(edf.signal(0)[:]).all()
    assert np.isnan(edf.recording.channels[0].step_uv)


def test_edf_damaged_unreadable_marks_are_counted_not_lost_in_silence() -> None:
    marks = {
        1: b"+2\x15long\x14Arousal\x14\x00",
        3: b"soon\x14Arousal\x14\x00",
        4: MARK,
    }
    edf = read(edf_bytes(legs(), PLUS, tals=time_keeping(marks=marks)))
    assert edf.annotations == (AROUSAL,)
    assert [finding.values["count"] for finding in edf.recording.findings] == [
        2
    ]


def test_edf_damaged_marks_of_one_time_and_before_the_start_are_kept() -> None:
    marks = {
        0: b"-3\x14Lights off\x14\x00+1\x1530\x14Sleep stage N2\x14Arousal\x14\x00"
    }
    edf = read(edf_bytes(legs(), PLUS, tals=time_keeping(marks=marks)))
    assert edf.annotations == (
        RawAnnotation(-3, None, "Lights off"),
        RawAnnotation(1, 30, "Sleep stage N2"),
        RawAnnotation(1, 30, "Arousal"),
    )
