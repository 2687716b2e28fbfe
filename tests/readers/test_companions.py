"""Scorings beside a recording: found by name or as an export, held against the night, named."""

import shutil
from pathlib import Path

import pytest
from edf_bytes import Main, edf_bytes, legs, time_keeping

from ekbom.model.finding import Severity
from ekbom.pipeline.companions import ContradictionError, companions_of
from ekbom.readers.companions import is_pair

DATA = Path(__file__).parents[1] / "data"
DOMINO = DATA / "somnomedics_domino_txt"
NOXTURNAL = DATA / "noxturnal_event_csv" / "noxturnal_events_2018-07-25_fr.csv"
HYPNOGRAM = "Epoch,Stage\n0,2\n1,2\n"
EVENTS = "onset\tduration\ttrial_type\n0\t10\tN2\n2\t3\tarousal\n"
ANNOT = "# name | Sleep stage\nN2\t.\t.\t0\t30\t.\n"


def recording(folder: Path, name: str = "night.edf", **main: str) -> Path:
    """Write a recording of six seconds."""
    path = folder / name
    path.write_bytes(edf_bytes(legs(), Main(**main)))
    return path


def beside(path: Path, name: str, text: str) -> Path:
    other = path.with_name(name)
    other.write_text(text, encoding="utf-8")
    return other


def told(path: Path) -> dict[str, str]:
    """Give the code of what was noticed of each file."""
    found = companions_of(path)
    return {finding.subject: finding.code for finding in found.findings}


@pytest.mark.parametrize(
    ("night", "scoring", "paired"),
    [
        ("night.edf", "night.annot", True),
        ("night.edf", "night.XML", True),
        ("night.edf", "night.rml", True),
        ("night.edf", "night.txt", True),
        ("night.edf", "night-Hypnogram.edf", True),
        ("night.edf", "night_events.tsv", True),
        ("night.edf", "Night_Events.tsv", True),
        ("night.edf", "night.edf.XML", True),
        ("SC4001E0-PSG.edf", "SC4001EC-Hypnogram.edf", True),
        ("shhs1-200001.edf", "shhs1-200001-nsrr.xml", True),
        ("shhs1-200001.edf", "shhs1-200001-profusion.xml", True),
        ("sub-1_task-sleep_eeg.edf", "sub-1_task-sleep_events.tsv", True),
        ("sub-1_acq-psg_eeg.edf", "sub-1_acq-psg_events.tsv", True),
        ("night1.edf", "night2_events.tsv", False),
        ("night.edf", "night2.tsv", False),
        ("night.edf", "night.truth_events.csv", False),
        ("SC4001E0-PSG.edf", "SC4002EC-Hypnogram.edf", False),
        ("patient1-PSG.edf", "patient2.tsv", False),
        ("night.edf", "other.tsv", False),
    ],
)
def test_companion_is_told_by_its_name(
    night: str, scoring: str, paired: bool
) -> None:
    assert is_pair(Path(night), Path(scoring)) is paired


def test_companion_of_the_same_name_is_used(tmp_path: Path) -> None:
    night = recording(tmp_path)
    events = beside(night, "night_events.tsv", EVENTS)
    beside(night, "other_events.tsv", EVENTS)
    assert companions_of(str(night)).paths == (events,)
    assert told(night) == {events.name: "companion-used"}


def test_companion_without_signals_is_used_and_another_recording_is_not(
    tmp_path: Path,
) -> None:
    night = recording(tmp_path)
    (tmp_path / "night_2.edf").write_bytes(night.read_bytes())
    marks = {0: b"+0\x1530\x14Sleep stage 2\x14\x00"}
    hypnogram = tmp_path / "night-Hypnogram.edf"
    hypnogram.write_bytes(
        edf_bytes([], Main(reserved="EDF+C"), tals=time_keeping(marks=marks))
    )
    shutil.copy(night, tmp_path / "night_psg.edf")
    assert companions_of(night).paths == (hypnogram,)


def test_companion_of_any_name_is_an_export_beside_the_only_recording(
    tmp_path: Path,
) -> None:
    for file in DOMINO.glob("*.txt"):
        shutil.copy(file, tmp_path)
    night = recording(tmp_path, date="08.02.18", time="21.00.00")
    names = {*told(night)}
    assert "Sleep profile - test1 Unbekannt.txt" in names
    assert "Flow Events - test1 Unbekannt.txt" in names
    recording(tmp_path, "second.edf")
    assert told(night) == {}


def test_companion_export_of_noxturnal_is_looked_at(tmp_path: Path) -> None:
    shutil.copy(NOXTURNAL, tmp_path)
    night = recording(tmp_path, date="25.07.18", time="23.00.00")
    assert [*told(night)] == [NOXTURNAL.name]


def test_companion_of_another_night_or_unreadable_is_named_and_left(
    tmp_path: Path,
) -> None:
    night = recording(tmp_path)
    late = EVENTS.replace("\n0\t", "\n90000\t").replace("\n2\t", "\n90010\t")
    beside(night, "night_events.tsv", late)
    beside(night, "night.txt", "Signal ID: a\nStart Time: x\nSignal Type: y\n")
    assert companions_of(night).used == ()
    assert told(night) == {
        "night.txt": "companion-unreadable",
        "night_events.tsv": "companion-other-night",
    }
    for finding in companions_of(night).findings:
        assert finding.severity is Severity.WARNING


def test_companion_list_of_marked_movements_is_never_taken(
    tmp_path: Path,
) -> None:
    night = recording(tmp_path)
    beside(night, "night.csv", "onset_s,duration_s,side\n1,1,left\n")
    assert told(night) == {}


def test_companion_that_repeats_another_is_left_aside(tmp_path: Path) -> None:
    night = recording(tmp_path)
    first = beside(night, "night.csv", HYPNOGRAM)
    beside(night, "night_hypnogram.csv", HYPNOGRAM)
    assert companions_of(night).paths == (first,)
    assert told(night)["night_hypnogram.csv"] == "companion-repeated"


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (HYPNOGRAM.replace(",2", ",3"), "stages"),
        (EVENTS.replace("2\t3\tarousal", "4\t3\tarousal"), "arousals"),
    ],
)
def test_companions_that_contradict_are_both_named(
    tmp_path: Path, other: str, kind: str
) -> None:
    night = recording(tmp_path)
    beside(night, "night_events.tsv", EVENTS)
    name = "night.csv" if other.startswith("Epoch") else "night.tsv"
    beside(night, name, other)
    with pytest.raises(ContradictionError, match=name) as refused:
        companions_of(night)
    assert "night_events.tsv" in str(refused.value)
    assert kind in str(refused.value)
    assert refused.value.exit_code == 2


def test_companions_of_two_kinds_are_both_used(tmp_path: Path) -> None:
    night = recording(tmp_path)
    stages = beside(night, "night.csv", HYPNOGRAM)
    only_events = EVENTS.replace("0\t10\tN2\n", "")
    events = beside(night, "night_events.tsv", only_events)
    assert companions_of(night).paths == (stages, events)
