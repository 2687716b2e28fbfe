"""A night scored: hops 1 to 5 joined, from a file or from marked movements."""

import csv
import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from told import told

from ekbom.model.errors import UnscorableError, UsageError
from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_night
from ekbom.report.words import load_wording

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def result(short_night: Path) -> StudyResult:
    return score_night(short_night, rules=["all"], seed=3)


def truth_onsets(
    night: Path, side: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Read where the simulated movements of one leg truly begin."""
    with night.with_suffix(".truth_leg_movements.csv").open(
        encoding="utf-8"
    ) as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["side"] == side and row["lm"] == "1"
        ]
    return np.array([float(row["onset_s"]) for row in rows])


def test_score_night_finds_what_was_simulated_on_each_leg(
    short_night: Path, result: StudyResult
) -> None:
    for side in ("left", "right"):
        found = result.leg_movements.onset_s[result.leg_movements.side == side]
        truth = truth_onsets(short_night, side)
        near = np.abs(found[:, None] - truth[None, :]).min(axis=1) < 0.5
        assert near.mean() > 0.95
        assert abs(len(found) - len(truth)) <= 0.05 * len(truth) + 1


def test_score_night_takes_every_rule_set_side_by_side(
    result: StudyResult,
) -> None:
    assert list(result.scores) == [
        "wasm2016",
        "aasm",
        "wasm2006",
        "asda1993",
        "coleman1982",
    ]
    assert result.scores["wasm2016"].indices["plms_per_h"].value is not None
    assert [
        finding.subject
        for finding in result.findings
        if finding.code == "amplitude-rule-borrowed"
    ] == ["asda1993", "coleman1982"]


def test_score_night_reads_the_same_from_a_file_object(
    short_night: Path, result: StudyResult
) -> None:
    again = score_night(
        io.BytesIO(short_night.read_bytes()), rules=["all"], seed=3
    )
    assert np.array_equal(
        again.leg_movements.onset_s, result.leg_movements.onset_s
    )


def test_digest_changes_with_every_choice_that_decides_and_with_nothing_else(
    short_night: Path,
) -> None:
    plain = score_night(short_night, bootstrap_samples=0).digest
    assert score_night(short_night, bootstrap_samples=0).digest == plain
    assert (
        score_night(
            short_night,
            bootstrap_samples=0,
            options={"arousal_gap_inclusive": True},
        ).digest
        != plain
    )
    assert (
        score_night(short_night, bootstrap_samples=0, detector="literal").digest
        != plain
    )
    assert (
        score_night(short_night, bootstrap_samples=0, rules=["aasm"]).digest
        != plain
    )
    assert score_night(short_night, bootstrap_samples=1).digest != plain
    assert score_night(short_night, bootstrap_samples=0, seed=1).digest != plain


def test_one_leg_taken_for_both_is_scored_as_one_leg(short_night: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        score_night(short_night, left="nowhere")


def test_a_refused_recording_says_why_for_each_leg() -> None:
    with pytest.raises(
        UnscorableError, match=r"Left Leg: step.*Right Leg: step"
    ) as refusal:
        score_night(DATA / "nox_a1_psg_2min" / "subject1.edf")
    words = load_wording()
    sentences = [words.finding(finding) for finding in refusal.value.findings]
    assert ["31.25 uV" in sentence for sentence in sentences] == [True, True]


def test_side_door_scores_marked_movements_of_a_real_night() -> None:
    marks = next((DATA / "noxturnal_event_csv").glob("*.csv"))
    night = score_night(movements=marks, annotations=[marks])
    rows = night.scores["wasm2016"].movements
    assert len(rows.onset_s) == 29
    assert night.quality == ()
    assert night.scores["wasm2016"].indices["plms_count"].value is not None


def test_pi_formula_leaves_out_the_formula_that_was_not_asked_for(
    short_night: Path,
) -> None:
    night = score_night(
        short_night, options={"pi_formula": "intervals"}, bootstrap_samples=0
    )
    left_out = night.scores["wasm2016"].indices["pi_movements"]
    assert night.scores["wasm2016"].indices["pi_intervals"].value is not None
    assert left_out.value is None
    assert "pi_formula" in told(left_out.reason)


def test_score_takes_files_as_text_and_one_rule_set_by_its_name(
    short_night: Path,
) -> None:
    text = str(short_night)
    result = score_night(
        text, annotations=text, rules="aasm", bootstrap_samples=0
    )
    same = score_night(
        short_night,
        annotations=[short_night],
        rules=["aasm"],
        bootstrap_samples=0,
    )
    assert result.digest == same.digest


def test_a_result_can_be_pickled(short_night: Path) -> None:
    result = score_night(short_night, bootstrap_samples=0)
    assert pickle.loads(pickle.dumps(result)).digest == result.digest  # noqa: S301 - our own bytes
