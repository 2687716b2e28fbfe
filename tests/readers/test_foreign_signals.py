"""Recordings of other packages: written as BDF they are read as any other, sample by sample."""

import datetime as dt
import sys
from importlib import util
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from edf_bytes import read_whole

from ekbom.app.cli import main
from ekbom.model.errors import MissingExtraError
from ekbom.readers.signals.foreign import open_foreign
from ekbom.report.exports.recording_bdf import PlainRecording, bdf_parts

FS_HZ = 250
N_SECONDS = 130
LABELS = ("LAT", "RAT", "C3-M2")
HEADER = """Brain Vision Data Exchange Header File Version 1.0
[Common Infos]
DataFile=night.eeg
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels=3
SamplingInterval=4000
[Binary Infos]
BinaryFormat=INT_16
[Channel Infos]
Ch1=LAT,,0.5,µV
Ch2=RAT,,0.5,µV
Ch3=C3-M2,,0.1,µV
"""


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["convert", *map(str, arguments)])
    return int(ended.value.code or 0)


def brain_vision(folder: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Write a BrainVision recording by hand; give its samples in uV."""
    digits = np.random.default_rng(4).integers(
        -3000, 3000, (FS_HZ * N_SECONDS + 17, 3)
    )
    (folder / "night.vhdr").write_text(HEADER, encoding="utf-8")
    (folder / "night.eeg").write_bytes(digits.astype("<i2").tobytes())
    return (digits * [0.5, 0.5, 0.1]).T


def test_foreign_brain_vision_comes_through_sample_by_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mne")
    expected = brain_vision(tmp_path)
    out = tmp_path / "night.bdf"
    assert run(tmp_path / "night.vhdr", out) == 0
    assert "3 signals at 250 Hz, 2.2 min" in capsys.readouterr().out
    edf = read_whole(out)
    assert [channel.label for channel in edf.recording.channels] == list(LABELS)
    assert edf.recording.duration_s == N_SECONDS
    assert edf.recording.channels[0].step_uv < 0.001
    for index in range(3):
        whole = expected[index, : FS_HZ * N_SECONDS]
        np.testing.assert_allclose(edf.signal(index)[:], whole, atol=0.002)


def test_foreign_damaged_recording_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mne")
    brain_vision(tmp_path)
    (tmp_path / "night.eeg").unlink()
    assert run(tmp_path / "night.vhdr", tmp_path / "a.bdf") == 4
    told = capsys.readouterr().err
    assert "night.vhdr: the recording cannot be read" in told
    assert not (tmp_path / "a.bdf").exists()
    assert run(tmp_path / "gone.vhdr", tmp_path / "a.bdf") == 4
    assert run(tmp_path / "night.edf", tmp_path / "a.bdf") == 2


@pytest.mark.parametrize(
    ("name", "extra"), [("a.hea", "wfdb"), ("a.vhdr", "signals")]
)
def test_foreign_format_without_its_package_names_the_extra(
    name: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _name: None)
    (tmp_path / name).touch()
    with pytest.raises(MissingExtraError, match=rf"ekbom\[{extra}\]"):
        open_foreign(tmp_path / name)


def test_foreign_wfdb_record_keeps_units_and_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = np.arange(2 * FS_HZ * 3, dtype=float).reshape(-1, 3) / 1000
    head = SimpleNamespace(
        sig_name=["ECG", "BP", "EEG"],
        units=["mV", "mmHg", "mV"],
        fs=FS_HZ,
        sig_len=len(samples),
        base_time=dt.time(2, 14),
        base_date=dt.date(1989, 1, 20),
    )
    stub: Any = ModuleType("wfdb")
    stub.rdheader = lambda _name: head
    stub.rdrecord = lambda _name, sampfrom, sampto: SimpleNamespace(
        p_signal=samples[sampfrom:sampto]
    )
    monkeypatch.setitem(sys.modules, "wfdb", stub)
    monkeypatch.setattr(util, "find_spec", lambda name: name)
    (tmp_path / "slp.hea").touch()
    found = open_foreign(tmp_path / "slp.hea")
    assert found.units == ("mV", "mmHg", "mV")
    assert found.start == dt.datetime(1989, 1, 20, 2, 14)
    assert np.concatenate(list(found.blocks()), axis=1).tolist() == (
        samples.T.tolist()
    )


@pytest.mark.parametrize(
    ("fs_hz", "n_seconds"), [(250.0, 7), (62.5, 8), (0.5, 8)]
)
def test_bdf_holds_whole_records_of_any_rate_and_marks_what_is_missing(
    fs_hz: float, n_seconds: int, tmp_path: Path
) -> None:
    n_samples = round(fs_hz * n_seconds)
    samples = np.linspace(-987.65, 512.0, n_samples)[None, :]
    samples[0, 1] = np.nan
    recording = PlainRecording(
        name="a",
        labels=["LAT"],
        units=["uV"],
        fs_hz=fs_hz,
        n_samples=n_samples,
        start=dt.datetime(2024, 2, 29, 23, 0),
        blocks=lambda: iter(np.array_split(samples, 3, axis=1)),
    )
    path = tmp_path / "a.bdf"
    path.write_bytes(b"".join(bdf_parts(recording)))
    edf = read_whole(path)
    assert edf.recording.duration_s == n_seconds
    assert edf.recording.start == dt.datetime(2024, 2, 29, 23, 0)
    signal = edf.signal(0)[:]
    known = np.isfinite(samples[0])
    np.testing.assert_allclose(signal[known], samples[0][known], atol=0.001)
    assert signal[1] == pytest.approx(-987.7, abs=0.01)


def test_bdf_written_is_read_by_edflib(tmp_path: Path) -> None:
    pyedflib = pytest.importorskip("pyedflib")
    samples = np.linspace(-100.0, 100.0, 5 * FS_HZ)[None, :]
    recording = PlainRecording(
        name="a",
        labels=["LAT"],
        units=["uV"],
        fs_hz=FS_HZ,
        n_samples=samples.shape[1],
        start=None,
        blocks=lambda: iter([samples]),
    )
    path = tmp_path / "a.bdf"
    path.write_bytes(b"".join(bdf_parts(recording)))
    with pyedflib.EdfReader(str(path)) as edf:
        np.testing.assert_allclose(edf.readSignal(0), samples[0], atol=0.001)
