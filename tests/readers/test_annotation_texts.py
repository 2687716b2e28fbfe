"""What the texts of real cohorts mean."""

import csv
from pathlib import Path

import pytest

from ekbom.model.events import EventKind, Stage
from ekbom.model.movements import Side
from ekbom.readers.scorings.meanings import (
    meaning_of,
    plain,
    side_of_channel,
    stage_of,
    vocabulary,
)

LABELS = (
    Path(__file__).parents[1]
    / "data"
    / "real_world_labels"
    / "lm_event_labels.csv"
)
NO_TEXT = "1,2,4 / 2 in limb column"
KINDS = {
    "LM": (EventKind.LM,),
    "LM (onset only, no duration)": (EventKind.LM,),
    "LM isolated": (EventKind.LM,),
    "LM in the epoch": (EventKind.LM,),
    "PLM": (EventKind.PLM,),
    "PLM series (spans members)": (EventKind.PLM_SERIES,),
    "arousal from LM": (EventKind.AROUSAL_LM,),
    "arousal from PLM": (EventKind.AROUSAL_PLM,),
    "LM with arousal": (EventKind.LM, EventKind.AROUSAL_LM),
    "LM with arousal in the epoch": (EventKind.LM, EventKind.AROUSAL_LM),
    "bio-calibration": (EventKind.OTHER,),
}
SIDES = {"left": Side.LEFT, "right": Side.RIGHT, "both": Side.BILATERAL}
DIALECTS = {"Noxturnal CSV (French)": "noxturnal", "MIT-BIH slpdb .st": "slpdb"}
with LABELS.open(encoding="utf-8") as lines:
    ROWS = [row for row in csv.DictReader(lines) if row["text"] != NO_TEXT]


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row['text']} in {row['format']}"
)
def test_texts_every_row_of_the_real_labels_is_understood(
    row: dict[str, str],
) -> None:
    channel = "PLM Left" if row["side"] == "from channel element" else ""
    meaning = meaning_of(
        row["text"], dialect=DIALECTS.get(row["format"], ""), channel=channel
    )
    assert meaning.known
    assert meaning.kinds == KINDS[row["meaning"]]
    if meaning.kinds[0] is EventKind.LM or meaning.kinds[0] is EventKind.PLM:
        expected = (
            Side.LEFT
            if row["side"] == "from channel element"
            else SIDES.get(row["side"], Side.UNKNOWN)
        )
        assert meaning.side is expected


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Sleep stage W", Stage.WAKE),
        ("Sleep stage 1", Stage.N1),
        ("Sleep stage 3", Stage.N3),
        ("Sleep stage 4", Stage.N3),
        ("Sleep stage R", Stage.REM),
        ("Sleep stage ?", Stage.UNSCORED),
        ("Movement time", Stage.UNSCORED),
        ("Éveil", Stage.WAKE),
        ("E\u0301veil", Stage.WAKE),
        ("REM sleep|5", Stage.REM),
        ("Stage 2 sleep|2", Stage.N2),
        ("SDO:NonRapidEyeMovementSleep-N4", Stage.N3),
        ("sleep-n2,Manual", Stage.N2),
        ("SLEEP-S4", Stage.N3),
        ("WAKE", Stage.WAKE),
    ],
)
def test_texts_stages_of_many_programs(text: str, stage: Stage) -> None:
    assert meaning_of(text).stage is stage


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("EEG arousal", EventKind.AROUSAL),
        ("Micro-éveil", EventKind.AROUSAL),
        ("Respiratory Arousal (EEG)", EventKind.AROUSAL_RESPIRATORY),
        ("Hypopnea|Hypopnea", EventKind.HYPOPNEA),
        ("Hypopnée", EventKind.HYPOPNEA),
        ("A. Obstructive", EventKind.APNEA_OBSTRUCTIVE),
        ("Obstructive apnea|Obstructive Apnea", EventKind.APNEA_OBSTRUCTIVE),
        ("Central Apnea", EventKind.APNEA_CENTRAL),
        ("Désat", EventKind.DESATURATION),
        ("Lights off@@EMG RAT", EventKind.LIGHTS_OFF),
        ("Licht an", EventKind.LIGHTS_ON),
    ],
)
def test_texts_events_of_many_programs(text: str, kind: EventKind) -> None:
    assert meaning_of(text).kinds == (kind,)


def test_texts_single_letters_are_stages_only_where_a_stage_stands() -> None:
    assert stage_of("R") is Stage.REM
    assert not meaning_of("R").known
    assert not meaning_of("W").known


def test_texts_plm_is_a_series_in_noxturnal_and_a_movement_elsewhere() -> None:
    assert meaning_of("PLM", dialect="noxturnal").kinds == (
        EventKind.PLM_SERIES,
    )
    assert meaning_of("PLM").kinds == (EventKind.PLM,)


def test_texts_left_alone_is_a_position_in_noxturnal_and_nothing_elsewhere() -> (
    None
):
    assert meaning_of("Gauche", dialect="noxturnal").kinds == (
        EventKind.POSITION,
    )
    assert not meaning_of("Left").known


def test_texts_the_side_in_the_text_comes_before_the_side_of_the_channel() -> (
    None
):
    assert meaning_of("Limb movement - left@@EMG RAT").side is Side.LEFT
    assert meaning_of("Limb movement@@EMG RAT").side is Side.RIGHT
    assert side_of_channel("EMG chin") is Side.UNKNOWN


def test_texts_unknown_text_is_other_and_not_known() -> None:
    meaning = meaning_of("called the nurse")
    assert (meaning.kinds, meaning.known) == ((EventKind.OTHER,), False)


def test_texts_plain_keeps_words_only() -> None:
    assert (
        plain("  Périodic_LEG   movement - (Left)! ")
        == "periodic leg movement left"
    )


def test_texts_the_table_holds_only_known_meanings() -> None:
    known = {*map(str, Stage), *map(str, EventKind)}
    for meaning in vocabulary().values():
        for part in meaning.split("+"):
            assert part in known or part.rpartition("_")[0] in known, meaning


def test_texts_no_text_has_two_meanings() -> None:
    path = (
        Path(__file__).parents[2]
        / "src"
        / "ekbom"
        / "readers"
        / "scorings"
        / "event_texts.csv"
    )
    seen: dict[tuple[str, str], str] = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        for dialect in row["dialect"].split() or [""]:
            for text in row["texts"].split("|"):
                assert (
                    seen.setdefault((dialect, plain(text)), row["meaning"])
                    == row["meaning"]
                ), text
