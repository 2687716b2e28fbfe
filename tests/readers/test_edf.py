"""Clean recordings.

Values, times and marks, held against two independent libraries, from paths and file objects.
"""

import datetime as dt
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import mne  # type: ignore[import-untyped]  # the library ships no types
import numpy as np
import pyedflib
import pytest
from edf_bytes import (
    Main,
    Signal,
    edf_bytes,
    emg_digits,
    legs,
    read_whole,
    time_keeping,
)

from ekbom.model.errors import InputError
from ekbom.readers.edf import samples as edf_samples
from ekbom.readers.edf.edf_file import EdfFile, open_edf, read_edf

DATA = Path(__file__).parents[1] / "data"
MARKS = {
    0: b"+0\x155\x14Sleep stage N2\x14\x00",
    3: b"+3.25\x151.5\x14EEG arousal\x14\x00+4.125\x14Lights on\x14\x00",
}
CLEAN = {
    "EDF": (edf_bytes(legs()), "edf"),
    "EDF+C": (
        edf_bytes(
            legs(), Main(reserved="EDF+C"), tals=time_keeping(marks=MARKS)
        ),
        "edf",
    ),
    "BDF": (
        edf_bytes(
            [
                Signal(
                    "LAT",
                    emg_digits(5) * 900,
                    physical=("-262144", "262143"),
                    digital=("-8388608", "8388607"),
                )
            ],
            Main(version=b"\xffBIOSEMI", reserved="24BIT"),
            bdf=True,
        ),
        "bdf",
    ),
    "BDF+C": (
        edf_bytes(
            [
                Signal(
                    "LAT",
                    emg_digits(5) * 900,
                    physical=("-262144", "262143"),
                    digital=("-8388608", "8388607"),
                )
            ],
            Main(version=b"\xffBIOSEMI", reserved="BDF+C"),
            tals=replace(time_keeping(marks=MARKS), label="BDF Annotations"),
            bdf=True,
        ),
        "bdf",
    ),
}


class Remote(io.BytesIO):
    """A remote source: it can be sought in, cannot be mapped, and returns less than asked for."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(min(size, 1000) if size and size > 0 else size)
        self.bytes_read += len(part)
        return part


@pytest.fixture(params=CLEAN)
def clean(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[Path, EdfFile]:
    content, suffix = CLEAN[request.param]
    path = tmp_path / f"night.{suffix}"
    path.write_bytes(content)
    return path, read_whole(path)


def all_signals(edf: EdfFile) -> dict[str, np.ndarray]:
    return {
        channel.label: edf.signal(channel.index)[:]
        for channel in edf.recording.channels
    }


def test_edf_clean_samples_agree_with_pyedflib(
    clean: tuple[Path, EdfFile],
) -> None:
    path, edf = clean
    with pyedflib.EdfReader(str(path)) as other:
        for number, (label, signal) in enumerate(all_signals(edf).items()):
            assert other.getLabel(number) == label
            assert (
                other.getSampleFrequency(number)
                == edf.recording.channels[number].fs_hz
            )
            np.testing.assert_allclose(
                signal, other.readSignal(number), rtol=1e-6, atol=1e-3
            )
        onsets, durations, texts = other.readAnnotations()
    assert [mark.onset_s for mark in edf.annotations] == onsets.tolist()
    assert [mark.text for mark in edf.annotations] == texts.tolist()
    assert [mark.duration_s for mark in edf.annotations] == [
        None if value < 0 else value for value in durations.tolist()
    ]


def test_edf_clean_samples_agree_with_mne(clean: tuple[Path, EdfFile]) -> None:
    path, edf = clean
    read = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
    for label, signal in all_signals(edf).items():
        if label == "SpO2":
            continue
        other = read(path, include=[label], verbose="error")
        np.testing.assert_allclose(
            signal, other.get_data(units="uV")[0], rtol=1e-6, atol=1e-3
        )
        assert (
            other.info["meas_date"].replace(tzinfo=None) == edf.recording.start
        )
        assert [
            (mark.onset_s, mark.duration_s or 0, mark.text)
            for mark in edf.annotations
        ] == [
            (onset, duration, text)
            for onset, duration, text in zip(
                other.annotations.onset,
                other.annotations.duration,
                other.annotations.description,
                strict=True,
            )
        ]


def test_edf_clean_recording_has_no_findings(
    clean: tuple[Path, EdfFile],
) -> None:
    _, edf = clean
    assert edf.recording.findings == ()
    assert edf.recording.start == dt.datetime(2018, 2, 6, 22, 30, 15)
    assert edf.recording.duration_s == 6.0


def test_edf_real_recording_agrees_with_mne_and_keeps_its_characters() -> None:
    path = DATA / "nox_a1_psg_2min" / "subject1.edf"
    edf = read_whole(path)
    other = mne.io.read_raw_edf(
        path, include=["Left Leg", "Right Leg"], verbose="error"
    )
    by_label = {channel.label: channel for channel in edf.recording.channels}
    for label in ("Left Leg", "Right Leg"):
        np.testing.assert_allclose(
            edf.signal(by_label[label].index)[:],
            other.get_data([label], units="uV")[0],
            rtol=1e-6,
            atol=1e-3,
        )
    assert len(by_label) == 89
    assert {"E1 Impédance", "Jambe gauche Imp"} <= by_label.keys()
    assert by_label["Left Leg"].step_uv == pytest.approx(31.25, rel=1e-4)


@pytest.mark.parametrize("scorer", [1, 6])
def test_edf_file_of_annotations_alone_has_no_duration_and_all_marks(
    scorer: int,
) -> None:
    edf = read_whole(
        DATA
        / "psg_ipa_sn1_hypnograms"
        / f"SN1_SleepStages_manual_scorer{scorer}.edf"
    )
    assert edf.recording.duration_s == 0
    assert edf.recording.channels == ()
    assert len(edf.annotations) == 903
    assert edf.annotations[0].duration_s == 30


@pytest.mark.parametrize(
    ("record_s", "samples", "fs_hz"),
    [
        ("1", 100, 100),
        ("1", 499, 499),
        ("10", 4999, 499.9),
        ("0.25", 32, 128),
        ("30", 7, 7 / 30),
    ],
)
def test_edf_sampling_rate_is_never_rounded(
    record_s: str, samples: int, fs_hz: float
) -> None:
    edf = read_whole(
        io.BytesIO(
            edf_bytes(
                [Signal("LAT", emg_digits(1, samples=samples))],
                Main(record_s=record_s),
            )
        )
    )
    assert edf.recording.channels[0].fs_hz == pytest.approx(fs_hz, rel=1e-15)


@pytest.mark.parametrize("record_s", ["1", "0.1", "0.996094", "1.0001"])
def test_edf_samples_after_a_gap_lie_at_their_true_time_however_long_the_night(
    record_s: str,
) -> None:
    n_records = 200
    onsets = [
        Fraction(record_s) * i + (7200 if i >= 150 else 0)
        for i in range(n_records)
    ]
    digits = np.zeros((n_records, 50), np.int64)
    digits[150, 0] = 1000
    tals = time_keeping([float(onset) for onset in onsets])
    edf = read_whole(
        io.BytesIO(
            edf_bytes(
                [Signal("LAT", digits)],
                Main(reserved="EDF+D", record_s=record_s),
                tals=tals,
            )
        )
    )
    emg_uv = edf.signal(0)[:]
    fs_hz = edf.recording.channels[0].fs_hz
    assert np.nanargmax(emg_uv) / fs_hz == pytest.approx(
        float(onsets[150]), abs=0.5 / fs_hz
    )


def test_edf_jitter_of_record_times_makes_no_gaps() -> None:
    onsets = [i + 0.004 * (-1) ** i for i in range(6)]
    edf = read_whole(
        io.BytesIO(
            edf_bytes(legs(), Main(reserved="EDF+D"), tals=time_keeping(onsets))
        )
    )
    assert edf.recording.gaps == ()
    assert np.isfinite(edf.signal(0)[:]).all()


def test_edf_remote_source_is_read_once_from_front_to_back() -> None:
    content, _ = CLEAN["EDF+C"]
    source = Remote(content)
    edf = read_whole(source, name="remote.edf")
    leg_uv = edf.signal(0)[:]
    assert source.bytes_read <= len(content)
    np.testing.assert_array_equal(
        leg_uv, read_whole(io.BytesIO(content)).signal(0)[:]
    )
    assert not source.closed


def test_edf_header_comes_first_and_one_pass_keeps_exactly_the_channels_asked_for() -> (
    None
):
    source = Remote(edf_bytes(legs()))
    opened = open_edf(source)
    assert source.bytes_read == len(opened.header.raw)
    edf = read_edf(opened, keep=[1, 2])
    assert source.bytes_read == len(source.getvalue())
    assert edf.digits.keys() == {1, 2}
    np.testing.assert_allclose(
        edf.signal(1)[:], legs()[1].expected_uv(), rtol=1e-6, atol=2e-3
    )


def test_edf_digest_names_the_samples_that_were_read() -> None:
    same = {
        read_whole(io.BytesIO(edf_bytes(legs()))).recording.sha256
        for _ in range(2)
    }
    other = read_whole(
        io.BytesIO(edf_bytes(legs(digits=emg_digits(8))))
    ).recording.sha256
    assert len(same) == 1
    assert other not in same


REFUSED = {
    "is empty": b"",
    "too few for an EDF header": b"0       ",
    "no EDF or BDF file": b"PK\x03\x04" + b"\x00" * 2000,
    "cut in the header": edf_bytes(legs())[:600],
    "no complete record": edf_bytes(legs())[:1100],
    "no possible number": edf_bytes(
        legs(), Main(signals="0", header_bytes="256")
    ),
    "no time in seconds": edf_bytes(legs(), Main(record_s="soon")),
    "only 6 bytes follow": edf_bytes(
        [Signal("LAT", emg_digits(1, samples=1)), *legs()]
    ).replace(b"256     256     1 ", b"99999999256     1 ", 1)[: 256 * 5 + 6],
    "no night has": edf_bytes(
        legs(),
        Main(reserved="EDF+D"),
        tals=time_keeping([0, 1, 2, 3, 4, 10**12]),
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_edf_beyond_repair_is_refused_with_one_sentence(sentence: str) -> None:
    wanted = {"no complete record": "follow the header"}.get(sentence, sentence)
    with pytest.raises(InputError, match=wanted) as refusal:
        read_whole(io.BytesIO(REFUSED[sentence]), name="night.edf")
    assert str(refusal.value).startswith("night.edf: ")
    assert "\n" not in str(refusal.value)


def test_edf_samples_per_record_that_are_no_count_are_refused() -> None:
    content = edf_bytes(legs()).replace(
        b"256     256     1       ", b"256     -5      1       ", 1
    )
    with pytest.raises(InputError, match="'RAT'"):
        read_whole(io.BytesIO(content))


def test_edf_missing_file_folder_and_closed_source_are_input_errors(
    tmp_path: Path,
) -> None:
    closed = io.BytesIO(edf_bytes(legs()))
    closed.close()
    for source, sentence in (
        (tmp_path / "nowhere.edf", "no such file"),
        (tmp_path, "this is a folder"),
        (closed, "from its beginning"),
    ):
        with pytest.raises(InputError, match=sentence):
            read_whole(source)


def test_edf_night_in_one_large_record_is_read_signal_by_signal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content, _ = CLEAN["EDF+C"]
    expected = read_whole(io.BytesIO(content))
    monkeypatch.setattr(edf_samples, "_LARGE_RECORD_BYTES", 100)
    source = Remote(content)
    edf = read_whole(source, labels=["LAT"])
    assert source.bytes_read < len(content) / 1.5
    assert edf.annotations == expected.annotations
    np.testing.assert_array_equal(edf.signal(0)[:], expected.signal(0)[:])


def test_edf_source_that_shrinks_while_it_is_read_is_an_input_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = edf_bytes(legs())
    source = io.BytesIO(content)
    monkeypatch.setattr(
        edf_samples,
        "read_exactly",
        lambda stream, n_bytes: stream.read(n_bytes)[:-1],
    )
    with pytest.raises(InputError, match="became shorter"):
        read_whole(source)


def test_edf_record_duration_zero_leaves_signals_without_a_rate() -> None:
    edf = read_whole(io.BytesIO(edf_bytes(legs(), Main(record_s="0"))))
    assert [channel.fs_hz for channel in edf.recording.channels] == [0, 0, 0]
    assert [finding.code for finding in edf.recording.findings] == [
        "record-duration-zero"
    ]


def claiming(record_s: str) -> io.BytesIO:
    """Make a small file that claims many records and a gap of more than a day."""
    onsets = [0, 1, 2, 3, 4, 100000]
    content = edf_bytes(
        legs(),
        Main(reserved="EDF+D", records="99999999", record_s=record_s),
        tals=time_keeping(onsets),
    )
    return io.BytesIO(content)


def test_edf_huge_claims_take_no_memory() -> None:
    edf = read_whole(claiming("1"))
    assert edf.signal(0)[:].size == 100001 * 256
    with pytest.raises(InputError, match="which no recorder does"):
        read_whole(claiming("0.000001"))
