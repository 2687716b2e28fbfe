"""Scorings of real nights, read and counted by hand."""

import datetime as dt
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ekbom.model.events import RESPIRATORY_KINDS, EventKind
from ekbom.readers.formats.registry import format_of, read_annotations
from ekbom.readers.scorings.records import Annotations

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = DATA / "noxturnal_event_csv" / "noxturnal_events_2018-07-25_fr.csv"
BOAS = sorted((DATA / "bids_sleep_boas").glob("*_events.tsv"))
PSG_IPA = sorted((DATA / "psg_ipa_sn1_hypnograms").glob("*.edf"))


def stages(annotations: Annotations) -> Counter[str]:
    assert annotations.hypnogram is not None
    return Counter(annotations.hypnogram.stage.tolist())


def kinds(annotations: Annotations) -> Counter[EventKind]:
    return Counter(event.kind for event in annotations.events)


@pytest.fixture(scope="module")
def night() -> Annotations:
    return read_annotations(NOXTURNAL)


def test_noxturnal_real_night_has_the_counted_events(
    night: Annotations,
) -> None:
    found = kinds(night)
    assert found[EventKind.LM] == 29
    assert found[EventKind.PLM_SERIES] == 1
    assert found[EventKind.AROUSAL] == 76
    assert (found[EventKind.APNEA_OBSTRUCTIVE], found[EventKind.HYPOPNEA]) == (
        114,
        89,
    )
    assert found[EventKind.DESATURATION] == 191
    assert sum(found[kind] for kind in RESPIRATORY_KINDS) == 114 + 89 + 1
    assert not [
        finding for finding in night.findings if finding.code == "text-unknown"
    ]


def test_noxturnal_real_night_starts_before_midnight_and_goes_on_after_it(
    night: Annotations,
) -> None:
    assert night.start == dt.datetime(2018, 7, 25, 23, 45, 40)
    assert night.hypnogram is not None
    assert (night.hypnogram.onset_s[0], night.hypnogram.onset_s[-1]) == (
        20.0,
        25430.0,
    )
    assert np.all(np.diff(night.hypnogram.onset_s) == 30)
    assert stages(night) == {"W": 169, "N1": 38, "N2": 354, "N3": 141, "R": 146}
    assert night.scored == {"stages", "arousals", "breathing", "movements"}


def test_noxturnal_real_night_has_the_marked_series_with_intervals_89_15_18_s(
    night: Annotations,
) -> None:
    series = next(
        event for event in night.events if event.kind is EventKind.PLM_SERIES
    )
    end_s = series.onset_s + series.duration_s
    members = [
        event.onset_s
        for event in night.events
        if event.kind is EventKind.LM
        and series.onset_s <= event.onset_s < end_s
    ]
    assert np.diff(members).tolist() == [89, 15, 18]
    assert (series.onset_s, series.duration_s) == (members[0], 126.925)


def test_noxturnal_durations_are_exact_to_the_millisecond(
    night: Annotations,
) -> None:
    first = next(event for event in night.events if event.kind is EventKind.LM)
    assert (first.onset_s, first.duration_s, first.label, first.side) == (
        2155.0,
        2.722,
        "MJ",
        "unknown",
    )


@pytest.mark.parametrize("path", PSG_IPA, ids=lambda path: path.stem[-7:])
def test_edf_annotations_psg_ipa_scorers_have_901_epochs(path: Path) -> None:
    annotations = read_annotations(path)
    assert annotations.start == dt.datetime(2001, 1, 1, 22, 27, 30)
    assert stages(annotations).total() == 901
    lights_off = [
        event
        for event in annotations.events
        if event.kind is EventKind.LIGHTS_OFF
    ]
    assert [(event.onset_s, event.channel) for event in lights_off] == [
        (83.21, "EMG RAT")
    ]


def test_edf_annotations_six_scorers_were_found() -> None:
    assert len(PSG_IPA) == 6


def test_edf_annotations_rechtschaffen_kales_stages_become_n3() -> None:
    annotations = read_annotations(
        DATA / "sleep_edf_fixtures" / "SC4001EC-Hypnogram.edf"
    )
    assert annotations.hypnogram is not None
    assert stages(annotations) == {
        "W": 12,
        "N1": 24,
        "N2": 40,
        "N3": 71,
        "R": 6,
        "UNSCORED": 1,
    }
    assert annotations.hypnogram.epoch_s == 30
    assert annotations.hypnogram.onset_s[1] == 30630


@pytest.mark.parametrize("path", BOAS, ids=lambda path: path.name.split("_")[0])
def test_bids_boas_every_hypnogram_is_read(path: Path) -> None:
    annotations = read_annotations(path)
    assert format_of(path).name == "bids-events"
    rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
    assert stages(annotations).total() == rows
    assert annotations.scored == {"stages"}


def test_bids_boas_people_come_before_the_program_and_gaps_are_unscored() -> (
    None
):
    annotations = [read_annotations(path) for path in BOAS]
    assert len(annotations) == 25
    total = sum((stages(one) for one in annotations), Counter[str]())
    by_hand = {
        "W": 26 + 3385 + 78 + 194 + 2 + 93,
        "N1": 369 + 332 + 269 + 129,
        "N3": 1 + 670 + 1205 + 6,
        "R": 96 + 55 + 200 + 3121,
    }
    assert {stage: total[stage] for stage in by_hand} == by_hand
    assert total["UNSCORED"] == 14 + 5 + 4
    assert {
        finding.code for one in annotations for finding in one.findings
    } == {"stage-column-chosen"}


def seconds_of(annotations: Annotations) -> list[str]:
    """Give the stage of every second from the start on."""
    staged = annotations.hypnogram
    assert staged is not None
    return [
        str(stage)
        for stage, lasting in zip(staged.stage, staged.duration_s, strict=True)
        for _ in range(round(lasting))
    ]


def test_elan_real_night_equals_the_same_night_as_text() -> None:
    folder = DATA / "hypnogram_hyp_yasa"
    elan = read_annotations(folder / "data_full_6hrs_100Hz_hypno.hyp")
    text = read_annotations(folder / "data_full_6hrs_100Hz_hypno_30s.txt")
    assert (elan.format, text.format) == ("elan-hyp", "hypnogram-list")
    first_seconds = seconds_of(elan)[:21_600:30]
    assert first_seconds == seconds_of(text)[::30]
    assert len(first_seconds) == 720
    assert len(seconds_of(elan)) == 21_829
    [differs] = [
        one for one in elan.findings if one.code == "stage-count-differs"
    ]
    assert differs.values == {"declared": "21610", "count": 21_829}


def test_dreem_real_nights_have_every_epoch() -> None:
    for path in sorted((DATA / "hypnogram_json_dreem").glob("*.json")):
        codes = [int(word) for word in path.read_text()[1:-2].split(",")]
        annotations = read_annotations(path)
        assert annotations.format == "dreem-json"
        names = ["UNSCORED", "W", "N1", "N2", "N3", "R"]
        assert seconds_of(annotations)[::30] == [names[c + 1] for c in codes]


def test_stanford_real_night_has_15_s_in_one_file_and_30_s_in_the_other() -> (
    None
):
    folder = DATA / "stanford_stages_hypnogram"
    fine, coarse = (
        read_annotations(folder / f"CHP040_master_all.hypnogram.{ending}")
        for ending in ("txt", "sta")
    )
    assert Counter(seconds_of(fine)) == {
        "W": 624 * 15,
        "N1": 318 * 15,
        "N2": 648 * 15,
        "N3": 344 * 15,
        "R": 209 * 15,
    }
    assert Counter(seconds_of(coarse))["N2"] == 330 * 30
    assert len(seconds_of(fine)) == 2143 * 15
    assert len(seconds_of(coarse)) == 1072 * 30


def test_wfdb_real_scorer_gives_stages_and_counts_no_leg_mark() -> None:
    annotations = read_annotations(DATA / "slpdb_annotations" / "slp01b.st")
    assert stages(annotations) == {"W": 180, "N2": 128, "N1": 27, "R": 25}
    assert annotations.scored == {"stages"}
    found = {one.code: one.values for one in annotations.findings}
    assert found["leg-movements-per-epoch"]["count"] == 24
    notes = Counter(event.label for event in annotations.events)
    assert notes["Leg movements in the epoch"] == 9
    assert notes["Hypopnea with arousal in the epoch"] == 40
    assert "text-unknown" not in found


def test_wfdb_real_night_keeps_its_start_over_midnight() -> None:
    annotations = read_annotations(DATA / "slpdb_annotations" / "slp37.st")
    assert annotations.start == dt.datetime(1989, 8, 10, 0, 8, 30)
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.onset_s[0] == 60.0
    assert stages(annotations).total() == 698


def test_wfdb_real_beats_are_read_each_at_its_sample() -> None:
    annotations = read_annotations(DATA / "slpdb_annotations" / "slp59.ecg")
    beats = [one for one in annotations.events if one.label == "Heartbeat"]
    gaps_s = np.diff([beat.onset_s for beat in beats])
    assert 10_000 < len(beats) < 20_000
    assert 0.5 < float(np.median(gaps_s)) < 1.2
    assert annotations.hypnogram is None
