"""`ekbom anonymise`: no byte names a person or a day; times, samples and stages stay."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from edf_bytes import (
    Main,
    Signal,
    edf_bytes,
    emg_digits,
    read_whole,
    time_keeping,
)

from ekbom.app.cli import main
from ekbom.readers.edf.edf_file import open_edf
from ekbom.readers.formats.registry import read_annotations
from ekbom.report.exports.scorings.registry import WRITERS

DATA = Path(__file__).parents[1] / "data"
NOX = DATA / "nox_a1_psg_2min" / "subject1.edf"
WEEKS = 57
PERSON = Main(
    patient="MCH-0234567 F 02-MAY-1951 Haagse_Harriet",
    recording="Startdate 06-FEB-2018 PSG-1234 BK/JOP_Dekker Sony.A1:992901397",
    reserved="EDF+C Harriet",
)
NAMES = (
    "MCH-0234567",
    "0234567",
    "02-MAY-1951",
    "1951",
    "Haagse",
    "Harriet",
    "PSG-1234",
    "Dekker",
    "Sony",
    "992901397",
    "06-FEB-2018",
    "06.02.18",
    "Müller",
    "room",
    "Wilhelmina",
    "9988776",
)
TEXTS = {
    0: b"+0.5\x1530\x14Sleep stage N2\x14\x00",
    1: b"+1.25\x152.5\x14Limb movement@@LAT\x14\x00",
    2: b"+2\x14Harriet called the nurse\x14\x00+2.5\x14Lights off\x14\x00",
    3: b"+3\x1512\x14Hypopnea|Dr. Dekker\x14M\xc3\xbcller\x14\x00",
    4: b"+4\x144711 Wilhelmina 06-FEB-2018\x14\x00",
    5: b"+5\x153\x14EEG arousal@@Harriet\x14\x00Harriet",
}
KEPT = [
    (0.5, 30.0, "Sleep stage N2"),
    (1.25, 2.5, "Limb movement@@LAT"),
    (2.5, 0.0, "Lights off"),
    (3.0, 12.0, "Hypopnea"),
    (5.0, 3.0, "EEG arousal"),
]


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run the command; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main(["anonymise", *map(str, arguments)])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def recording(*, bdf: bool = False, person: Main = PERSON) -> bytes:
    """Make a recording whose every text field names somebody."""
    signals = [
        Signal("LAT", emg_digits(1), prefilter="HP:10Hz LP:100Hz"),
        Signal("Impédance C3".encode(), emg_digits(2), prefilter="of Harriet"),
        Signal("Harriet room 7", emg_digits(3), unit="Dekker"),
    ]
    if bdf:
        person = replace(person, version=b"\xffBIOSEMI")
    content = edf_bytes(
        signals, person, tals=time_keeping(marks=TEXTS), bdf=bdf
    )
    content = content.replace(b"AgAgCl ".ljust(80), b"Wilhelmina".ljust(80), 1)
    n_signals = len(signals) + 1
    reserved = 256 + 224 * n_signals
    return (
        content[:reserved]
        + b"9988776 Harriet".ljust(32)
        + content[reserved + 32 :]
        + b"behind all records: Harriet"
    )


def names_in(content: bytes) -> list[str]:
    """Search every byte, in any case and encoding, for what names the person or a day."""
    forms = {
        content.decode("latin-1").casefold(),
        content.decode("utf-8", errors="ignore").casefold(),
        content.decode("utf-16-le", errors="ignore").casefold(),
    }
    return [
        name for name in NAMES if any(name.casefold() in form for form in forms)
    ]


@pytest.mark.parametrize("bdf", [False, True], ids=["edf", "bdf"])
@pytest.mark.parametrize("weeks", [0, WEEKS, -WEEKS])
def test_anonymise_no_byte_of_the_recording_names_the_person_or_the_day(
    weeks: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    bdf: bool,
) -> None:
    source, out = tmp_path / "Harriet.edf", tmp_path / "night.edf"
    source.write_bytes(recording(bdf=bdf))
    assert names_in(source.read_bytes()) == list(NAMES)
    code, told, _ = run(source, out, "--weeks", str(weeks), capsys=capsys)
    assert code == 0
    assert names_in(out.read_bytes()) == []
    assert names_in(told.encode()) == []
    assert "The patient field." in told
    assert "6 texts of marks" in told


def test_anonymise_keeps_times_samples_and_what_a_scorer_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "a.edf", tmp_path / "b.edf"
    source.write_bytes(recording())
    run(source, out, capsys=capsys)
    before, after = read_whole(source), read_whole(out)
    assert [
        (mark.onset_s, mark.duration_s or 0.0, mark.text)
        for mark in after.annotations
    ] == KEPT
    assert before.recording.duration_s == after.recording.duration_s
    assert after.recording.start == dt.datetime(1985, 1, 1, 22, 30, 15)
    assert after.recording.date is None
    for index, digits in before.digits.items():
        np.testing.assert_array_equal(after.digits[index], digits)
    labels = [channel.label for channel in after.recording.channels]
    assert labels == ["LAT", "Impédance C3", "Signal 3"]
    assert after.recording.channels[0].prefilter == "HP:10Hz LP:100Hz"
    assert out.stat().st_size == source.stat().st_size - len(
        b"behind all records: Harriet"
    )


def test_anonymise_moves_the_date_by_weeks_and_keeps_the_day_of_the_week(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "a.edf", tmp_path / "b.edf"
    source.write_bytes(recording())
    _, told, _ = run(source, out, "--weeks", str(WEEKS), capsys=capsys)
    start = open_edf(out).header.start
    assert start == dt.datetime(2018, 2, 6, 22, 30, 15) + dt.timedelta(
        weeks=WEEKS
    )
    header = out.read_bytes()[:256].decode()
    assert "Startdate 12-MAR-2019 X X X" in header
    assert re.search(rf"\b{WEEKS}\b", header + told) is None
    assert "The date is moved" in told


def test_anonymise_again_finds_nothing_to_remove(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "a.edf", tmp_path / "b.edf"
    source.write_bytes(recording())
    run(source, out, capsys=capsys)
    _, told, _ = run(out, tmp_path / "c.edf", capsys=capsys)
    assert "Nothing had to be removed." in told
    assert (tmp_path / "c.edf").read_bytes() == out.read_bytes()


def test_anonymise_a_real_recording_keeps_its_channels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b.edf"
    assert run(NOX, out, capsys=capsys)[0] == 0
    assert b"992901397" in NOX.read_bytes()
    assert b"992901397" not in out.read_bytes()
    before, after = read_whole(NOX), read_whole(out)
    labels = [channel.label for channel in before.recording.channels]
    assert [channel.label for channel in after.recording.channels] == labels
    assert [channel.role for channel in after.recording.channels] == [
        channel.role for channel in before.recording.channels
    ]


def test_anonymise_refuses_what_it_cannot_clean_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "a.edf", tmp_path / "b.edf"
    whole = recording()
    place = len(whole) - 4000
    in_samples = whole[:place] + b"Harriet" + whole[place + 7 :]
    in_number = whole.replace(b"-3276.8 ", b"Harriet ", 1)
    for content, words in (
        (in_samples, "stands among the samples or numbers"),
        (in_number, "the physical minimum of a signal is no number"),
    ):
        source.write_bytes(content)
        code, _, told = run(source, out, capsys=capsys)
        assert (code, words in told) == (4, True)
        assert names_in(told.encode()) == []
    source.write_bytes(whole)
    for weeks, words in (
        ("99999", "leaves the years"),
        ("9999999999", "weeks"),
    ):
        code, _, told = run(source, out, "--weeks", weeks, capsys=capsys)
        assert (code, words in told) == (2, True)
    code, _, told = run(source, tmp_path / "harriet.edf", capsys=capsys)
    assert (code, "choose another name" in told) == (2, True)
    code, _, told = run(tmp_path, out, capsys=capsys)
    assert (code, "a scored night cannot be cleaned" in told) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.edf"]


def export() -> bytes:
    """Make an export with a person in its texts and channels."""
    rows = [
        "0\t30\tSleep stage N2\tn/a",
        "5\t2\tLimb movement\tLAT",
        "40\t2\tArousal\tHarriet",
        "50\t2\tHarriet called Dr. Dekker\tn/a",
        "60\t2\tMüller 06-FEB-2018\tn/a",
        "70\t9\tHypopnea|Wilhelmina\tFlow",
    ]
    header = "onset\tduration\ttrial_type\tchannel"
    return "\n".join([header, *rows, ""]).encode()


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_anonymise_no_byte_of_an_export_names_the_person(
    writer: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = getattr(writer, "name", "")
    source, out = tmp_path / "Harriet_events.tsv", tmp_path / "out" / "night"
    source.write_bytes(export())
    code, told, _ = run(source, out, "--to", name, capsys=capsys)
    assert code == 0
    written = b"".join(path.read_bytes() for path in out.parent.iterdir())
    assert names_in(written + told.encode()) == []
    if name != "hypnogram-csv":
        events = read_annotations_of(out, name)
        assert (5.0, "lm", "left") in events
        assert (70.0, "hypopnea", "unknown") in events


def read_annotations_of(path: Path, name: str) -> list[tuple[float, str, str]]:
    found = read_annotations(path, format_name=name)
    return [(one.onset_s, one.kind.value, one.side) for one in found.events]


def test_anonymise_a_dated_export_loses_or_moves_its_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [nox] = (DATA / "noxturnal_event_csv").glob("*.csv")
    for weeks, day in ((0, None), (4, dt.date(2018, 8, 22))):
        out = tmp_path / f"{weeks}.edf"
        run(nox, out, "--weeks", str(weeks), capsys=capsys)
        recorded = open_edf(out).header.start
        assert recorded is not None
        assert recorded.time() == dt.time(23, 45, 40)
        assert recorded.date() == (day or dt.date(1985, 1, 1))
        assert b"25-JUL-2018" not in out.read_bytes()
