"""The side door: a night that comes in by its marks, without any EMG."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from ekbom.model.errors import InputError, UsageError
from ekbom.readers.study import Study, open_study

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = DATA / "noxturnal_event_csv" / "noxturnal_events_2018-07-25_fr.csv"


def codes(study: Study) -> set[str]:
    return {finding.code for finding in study.findings}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def movements(tmp_path: Path) -> Path:
    return write(
        tmp_path / "LM.csv",
        "onset_s,duration_s,side\n100.5,2.5,left\n100.7,1.5,right\n"
        "130,0.75,right\n160.25,3,bilateral\n190,2,unknown\n",
    )


@pytest.fixture
def events(tmp_path: Path) -> Path:
    rows = [
        "onset\tduration\ttrial_type",
        "0\t30\tSleep stage W",
        *(f"{30 * n}\t30\tSleep stage N2" for n in range(1, 9)),
    ]
    rows += [
        "131\t4\tEEG arousal",
        "150\t20\tObstructive apnea",
        "5\t0\tLights off",
        "265\tn/a\tLights on",
    ]
    return write(tmp_path / "night_events.tsv", "\n".join(rows) + "\n")


def test_study_real_noxturnal_night_comes_in_by_its_own_marks() -> None:
    study = open_study(None, annotations=[NOXTURNAL])
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.size == 29
    assert set(study.marked_movements.side.tolist()) == {"unknown"}
    assert not study.marked_movements.truncated.any()
    assert study.recording.start == dt.datetime(2018, 7, 25, 23, 45, 40)
    assert study.recording.duration_s == 25510.0
    assert study.scored == {"stages", "arousals", "breathing", "movements"}
    assert codes(study) == {
        "onset-whole-seconds",
        "time-zero-assumed",
        "movement-without-side",
        "hypnogram-shorter",
        "marks-unused",
    }
    assert study.legs == ()


def test_study_joins_marked_movements_and_annotations(
    movements: Path, events: Path
) -> None:
    study = open_study(None, annotations=[events], movements=movements)
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.tolist() == [
        100.5,
        100.7,
        130,
        160.25,
        190,
    ]
    assert study.marked_movements.duration_s.tolist() == [2.5, 1.5, 0.75, 3, 2]
    assert study.marked_movements.side.tolist() == [
        "left",
        "right",
        "right",
        "bilateral",
        "unknown",
    ]
    assert study.hypnogram is not None
    assert study.hypnogram.stage.tolist() == ["W"] + ["N2"] * 8
    assert (study.lights_off_s, study.lights_on_s) == (5.0, 265.0)
    assert study.recording.duration_s == 270.0
    assert study.scored == {"stages", "arousals", "breathing", "movements"}
    assert len(study.recording.sha256) == 64


def test_study_without_hypnogram_says_that_sleep_is_unknown(
    movements: Path,
) -> None:
    study = open_study(None, movements=movements)
    assert study.hypnogram is None
    assert study.scored == {"movements"}
    assert "hypnogram-none" in codes(study)


def test_study_kinds_never_scored_are_not_claimed_unless_declared(
    movements: Path,
) -> None:
    assert open_study(None, movements=movements).scored == {"movements"}
    assert open_study(
        None, movements=movements, scored={"arousals", "breathing"}
    ).scored == {
        "movements",
        "arousals",
        "breathing",
    }


def test_study_an_unknown_kind_of_scoring_is_refused(movements: Path) -> None:
    with pytest.raises(
        UsageError,
        match="'snoring' cannot be declared as scored; known are arousals, breathing, movements",
    ):
        open_study(None, movements=movements, scored=["snoring"])


def test_study_without_anything_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to score"):
        open_study(None)


def test_study_without_any_movement_is_refused_unless_declared(
    events: Path,
) -> None:
    with pytest.raises(
        InputError, match=r"night_events.tsv: no leg movement is marked"
    ):
        open_study(None, annotations=[events])
    study = open_study(None, annotations=[events], scored=["movements"])
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.size == 0


def test_study_a_movement_table_without_rows_is_a_night_without_movements(
    tmp_path: Path, events: Path
) -> None:
    none = write(tmp_path / "LM.csv", "onset_s,duration_s,side\n")
    study = open_study(None, annotations=[events], movements=none)
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.size == 0
    assert study.marked_movements.onset_s.dtype == np.float64
    assert "movements" in study.scored


def test_study_a_file_without_movements_is_no_movement_file(
    events: Path,
) -> None:
    with pytest.raises(
        InputError,
        match=r"night_events.tsv: no leg movement is marked in this file",
    ):
        open_study(None, movements=events)


def test_study_movements_may_come_from_any_format(events: Path) -> None:
    study = open_study(None, movements=NOXTURNAL, annotations=[events])
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.size == 29


def test_study_a_movement_marked_as_lm_and_plm_is_one(tmp_path: Path) -> None:
    rows = (
        "onset\tduration\ttrial_type\n10\t2\tLimb movement - left\n"
        "10\t2.5\tPLM (Left)\n10\t1\tLimb movement - right\n11\t1\tLM (Left)\n"
    )
    study = open_study(
        None, annotations=[write(tmp_path / "a_events.tsv", rows)]
    )
    assert study.marked_movements is not None
    assert list(
        zip(
            study.marked_movements.side.tolist(),
            study.marked_movements.duration_s.tolist(),
            strict=True,
        )
    ) == [
        ("left", 2.5),
        ("right", 1.0),
        ("left", 1.0),
    ]
    assert {"movement-marked-twice", "movement-overlap"} <= codes(study)


def test_study_a_mark_without_duration_has_an_unknown_length(
    tmp_path: Path,
) -> None:
    rows = "onset\tduration\ttrial_type\n10\tn/a\tLM\n40\t2\tLM\n"
    study = open_study(
        None, annotations=[write(tmp_path / "a_events.tsv", rows)]
    )
    assert study.marked_movements is not None
    assert study.marked_movements.truncated.tolist() == [True, False]
    assert "movement-without-duration" in codes(study)


def test_study_two_different_hypnograms_are_refused(
    tmp_path: Path, movements: Path, events: Path
) -> None:
    other = write(
        tmp_path / "other_events.tsv",
        "onset\tduration\ttrial_type\n0\t30\tSleep stage N1\n",
    )
    with pytest.raises(
        InputError,
        match=r"night_events.tsv and other_events.tsv bring two different hypnograms",
    ):
        open_study(None, annotations=[events, other], movements=movements)


def test_study_the_same_file_twice_counts_once(
    movements: Path, events: Path
) -> None:
    once = open_study(None, annotations=[events], movements=movements)
    twice = open_study(None, annotations=[events, events], movements=movements)
    assert [event.onset_s for event in twice.events] == [
        event.onset_s for event in once.events
    ]
    assert "event-in-two-files" in codes(twice)


def test_study_lights_in_the_wrong_order_are_not_used(
    tmp_path: Path, movements: Path
) -> None:
    lights = write(
        tmp_path / "l_events.tsv",
        "onset\tduration\ttrial_type\n200\t0\tLights off\n100\t0\tLights on\n",
    )
    study = open_study(None, annotations=[lights], movements=movements)
    assert (study.lights_off_s, study.lights_on_s) == (None, None)
    assert "lights-order" in codes(study)


def test_study_lights_that_went_off_twice_bound_the_whole_night(
    tmp_path: Path, movements: Path
) -> None:
    rows = [
        "50\t0\tLights off",
        "90\t0\tLights on",
        "100\t0\tLights off",
        "200\t0\tLights on",
    ]
    lights = write(
        tmp_path / "l_events.tsv",
        "\n".join(["onset\tduration\ttrial_type", *rows, ""]),
    )
    study = open_study(None, annotations=[lights], movements=movements)
    assert (study.lights_off_s, study.lights_on_s) == (50, 200)
    assert "lights-repeated" in codes(study)
    assert "stages" not in study.scored


def test_study_marks_before_time_zero_are_left_out_and_named(
    tmp_path: Path, movements: Path
) -> None:
    early = write(
        tmp_path / "early_events.tsv",
        "onset\tduration\ttrial_type\n-30\t240\tSleep stage N2\n-20\t5\tEEG arousal\n",
    )
    study = open_study(None, annotations=[early], movements=movements)
    assert study.hypnogram is not None
    assert study.hypnogram.onset_s[0] == 0
    assert study.hypnogram.duration_s.sum() == 210
    assert study.events == ()
    assert {"event-outside-recording", "hypnogram-outside-recording"} <= codes(
        study
    )


def test_study_marked_movement_before_time_zero_is_named(
    tmp_path: Path, events: Path
) -> None:
    early = write(
        tmp_path / "LM.csv", "onset_s,duration_s,side\n-5,1,left\n20,1,left\n"
    )
    study = open_study(None, annotations=[events], movements=early)
    assert study.marked_movements is not None
    assert study.marked_movements.onset_s.tolist() == [20]
    assert "event-outside-recording" in codes(study)


def test_study_hypnogram_shorter_than_the_marks_is_named(
    tmp_path: Path, movements: Path
) -> None:
    short = write(
        tmp_path / "short_events.tsv",
        "onset\tduration\ttrial_type\n0\t60\tSleep stage N2\n",
    )
    assert "hypnogram-shorter" in codes(
        open_study(None, annotations=[short], movements=movements)
    )
