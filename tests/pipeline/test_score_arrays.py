"""Signals in memory: scored as from a file, and refused in one sentence where they are none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from night_shapes import ScoredNights

from ekbom.model.errors import EkbomError, UsageError
from ekbom.pipeline.score_arrays import score_arrays
from ekbom.readers.study import Study, open_study
from ekbom.rules.load_detection import load_physical_limits

FS_HZ = 200.0
FLAT = np.zeros(int(60 * FS_HZ), np.float32)


@pytest.fixture(scope="module")
def study(short_night: Path) -> Study:
    """Open the short night."""
    return open_study(short_night, limits=load_physical_limits())


@pytest.fixture(scope="module")
def arrays(study: Study) -> dict[str, Any]:
    """Give the night as the arguments of the call."""
    left, right = study.legs
    assert study.hypnogram is not None
    return {
        "left_uv": left.emg_uv[:],
        "right_uv": right.emg_uv[:],
        "fs_hz": left.fs_hz,
        "hypnogram": study.hypnogram,
        "events": [
            (event.onset_s, event.duration_s, event.label)
            for event in study.events
        ],
        "bootstrap_samples": 0,
    }


def test_arrays_give_what_the_file_gives(
    arrays: dict[str, Any], nights: ScoredNights, study: Study
) -> None:
    assert study.ecg is not None
    heart: dict[str, Any] = {
        "ecg_uv": study.ecg.emg_uv,
        "ecg_fs_hz": study.ecg.fs_hz,
    }
    result = score_arrays(**arrays, **heart)
    file = nights["no_breathing"]
    assert result.leg_movements == file.leg_movements
    for name in ("plms_per_h", "plms_arousal_count"):
        found = result.scores["wasm2016"].indices[name]
        assert found == file.scores["wasm2016"].indices[name]


NAMES = {"W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4, "UNSCORED": -1}


@pytest.mark.parametrize("coding", ["texts", "numbers", "words of a program"])
def test_stages_may_be_texts_or_numbers(
    arrays: dict[str, Any], coding: str
) -> None:
    hypnogram = arrays["hypnogram"]
    n_epochs = (hypnogram.duration_s / 30).round().astype(int)
    texts = hypnogram.stage.repeat(n_epochs)
    written = {
        "texts": texts,
        "numbers": [NAMES[stage] for stage in texts],
        "words of a program": [
            {"W": "WAKE", "R": "REM"}.get(stage, stage) for stage in texts
        ],
    }[coding]
    result = score_arrays(**{**arrays, "hypnogram": written})
    whole = score_arrays(**arrays)
    assert result.sleep == whole.sleep
    assert result.scores["wasm2016"].indices == whole.scores["wasm2016"].indices


def test_one_leg_is_enough_and_time_that_was_not_recorded_is_a_gap(
    arrays: dict[str, Any],
) -> None:
    left = arrays["left_uv"].copy()
    left[int(600 * FS_HZ) : int(630 * FS_HZ)] = np.nan
    result = score_arrays(
        left, fs_hz=FS_HZ, rules="wasm2016", bootstrap_samples=0
    )
    (gap,) = result.recording.gaps
    assert (gap.onset_s, gap.duration_s) == (600.0, 30.0)
    assert result.period.legs == ("left",)
    assert result.hypnogram is None


def test_lights_and_kinds_declared_as_scored_count(
    arrays: dict[str, Any],
) -> None:
    result = score_arrays(
        **arrays, lights_off_s=300.0, lights_on_s=2700.0, scored="breathing"
    )
    assert (result.lights_off_s, result.lights_on_s) == (300.0, 2700.0)
    assert "breathing" in result.scored


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"left_uv": None, "right_uv": None}, "no leg to score"),
        ({"left_uv": FLAT, "right_uv": FLAT[1:]}, "both legs of the same time"),
        ({"left_uv": FLAT.reshape(2, -1)}, r"shape \(2, 6000\)"),
        ({"left_uv": ["a"]}, "no array of numbers"),
        ({"fs_hz": 0.0}, "sampling rate in Hz"),
        ({"fs_hz": float("nan")}, "sampling rate in Hz"),
        ({"hypnogram": ["N2", "asleep"]}, "Epoch 2 of the hypnogram"),
        ({"hypnogram": [[0, 1]]}, "one stage for each epoch"),
        ({"scored": "snoring"}, "cannot be declared"),
        ({"events": [(-5.0, float("nan"), "Arousal")]}, "no event can"),
    ],
)
def test_arrays_that_are_no_night_are_refused(
    arrays: dict[str, Any], changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(EkbomError, match=told):
        score_arrays(**{**arrays, **changed})


def test_volts_are_refused(arrays: dict[str, Any]) -> None:
    volts = {name: arrays[name] * 1e-6 for name in ("left_uv", "right_uv")}
    with pytest.raises(UsageError, match="it is in volts"):
        score_arrays(**{**arrays, **volts})
