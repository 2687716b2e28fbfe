"""A simulated night as a file.

Independent readers find the samples, labels and annotations that were written.
"""

import csv
from pathlib import Path

import mne  # type: ignore[import-untyped]
import numpy as np
import pyedflib
import pytest

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.errors import InputError
from ekbom.simulation.night import SimulatedNight, simulate_night
from ekbom.simulation.parameters import (
    EventParameters,
    LegParameters,
    NightParameters,
)
from ekbom.simulation.write import WrittenNight, write_night


@pytest.fixture(scope="module")
def full(amplitude: AmplitudeCriteria) -> SimulatedNight:
    events = EventParameters(breathing_per_h=30.0)
    return simulate_night(
        NightParameters(
            hours=0.4, legs=LegParameters(step_uv=0.1), events=events
        ),
        amplitude=amplitude,
        seed=6,
    )


@pytest.fixture(scope="module")
def written(
    full: SimulatedNight, tmp_path_factory: pytest.TempPathFactory
) -> WrittenNight:
    return write_night(full, tmp_path_factory.mktemp("night") / "night.edf")


def test_edf_round_trip_gives_every_leg_sample_back(
    full: SimulatedNight, written: WrittenNight
) -> None:
    with pyedflib.EdfReader(str(written.edf)) as reader:
        labels = reader.getSignalLabels()
        for leg in (full.legs.left, full.legs.right):
            index = labels.index(leg.label)
            assert reader.getPhysicalDimension(index) == "uV"
            assert reader.getSampleFrequency(index) == leg.fs_hz
            assert np.abs(reader.readSignal(index) - leg.emg_uv).max() < 0.01


def test_edf_annotations_hold_stages_events_and_lights_but_no_movements(
    full: SimulatedNight, written: WrittenNight
) -> None:
    with pyedflib.EdfReader(str(written.edf)) as reader:
        onset_s, duration_s, text = reader.readAnnotations()
    stages = np.char.startswith(text, "Sleep stage ")
    assert stages.sum() == len(full.plan.hypnogram.stage)
    assert np.allclose(onset_s[stages], full.plan.hypnogram.onset_s)
    assert np.allclose(duration_s[stages], full.plan.hypnogram.duration_s)
    events = sorted((round(e.onset_s, 2), e.label) for e in full.plan.events)
    assert (
        sorted(
            zip(
                np.round(onset_s[~stages], 2).tolist(),
                text[~stages].tolist(),
                strict=True,
            )
        )
        == events
    )
    assert {"Lights off", "Lights on", "Arousal"} <= set(text.tolist())
    assert not any("imb" in item for item in text.tolist())


def test_edf_is_read_by_a_second_library_too(
    full: SimulatedNight, written: WrittenNight
) -> None:
    raw = mne.io.read_raw_edf(
        written.edf,
        include=[full.legs.left.label],
        preload=True,
        verbose="error",
    )
    assert np.abs(raw.get_data()[0] * 1e6 - full.legs.left.emg_uv).max() < 0.01


def test_truth_tables_say_what_the_night_holds(
    full: SimulatedNight, written: WrittenNight
) -> None:
    rows = list(
        csv.DictReader(
            written.leg_movements.read_text(encoding="utf-8").splitlines()
        )
    )
    truth = full.legs.truth
    assert len(rows) == len(truth.onset_s) > 5
    assert np.allclose(
        [float(row["onset_s"]) for row in rows], truth.onset_s, atol=1e-4
    )
    assert [row["lm"] for row in rows] == [str(int(lm)) for lm in truth.lm]
    kinds = {
        row["kind"]
        for row in csv.DictReader(
            written.events.read_text(encoding="utf-8").splitlines()
        )
    }
    assert {"stage", "arousal", "lights_off", "lights_on"} <= kinds


def test_edf_has_as_many_channels_as_asked(
    amplitude: AmplitudeCriteria, tmp_path: Path
) -> None:
    night = simulate_night(
        NightParameters(hours=0.1), amplitude=amplitude, seed=1, n_channels=40
    )
    write_night(night, tmp_path / "many.edf")
    with pyedflib.EdfReader(str(tmp_path / "many.edf")) as reader:
        assert reader.signals_in_file == 40
        assert len(set(reader.getSignalLabels())) == 40


def test_full_night_has_the_legs_of_the_light_one(full: SimulatedNight) -> None:
    spread = {wave.label: float(np.std(wave.samples)) for wave in full.waves}
    assert all(
        value > 0.0 for label, value in spread.items() if label != "SpO2"
    )
    assert 5.0 < spread["C3-M2"] < 80.0


def test_write_names_the_missing_folder(
    full: SimulatedNight, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="nowhere"):
        write_night(full, tmp_path / "nowhere" / "night.edf")
    assert list(tmp_path.iterdir()) == []
