"""A night scored for real.

The rows of the page add up to the indices it prints, also where a leg was lost for a while.
"""

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_study
from ekbom.readers.study import open_study
from ekbom.report.counted_rows import counts_in
from ekbom.report.pages.html import render_html
from ekbom.rules.load_detection import load_detector, load_physical_limits
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set
from ekbom.simulation.night import simulate_night
from ekbom.simulation.parameters import NightParameters
from ekbom.simulation.write import write_night

LOST_S = (1500.0, 2100.0)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """Score an hour and a half of a simulated night whose left leg is off for ten minutes."""
    rule_set = load_rule_set("wasm2016")
    amplitude = amplitude_criteria(rule_set)
    assert amplitude is not None
    path: Path = tmp_path_factory.mktemp("night") / "night.edf"
    write_night(simulate_night(NightParameters(hours=1.5), amplitude=amplitude, seed=3), path)
    study = open_study(path, limits=load_physical_limits())
    first, last = (round(at * study.legs[0].fs_hz) for at in LOST_S)
    emg_uv = study.legs[0].emg_uv.copy()
    emg_uv[first:last] = 0.0
    legs = (dataclasses.replace(study.legs[0], emg_uv=emg_uv), *study.legs[1:])
    damaged = dataclasses.replace(study, legs=legs)
    return score_study(
        damaged, rule_sets=[rule_set], settings=load_detector("literal"), bootstrap_samples=0
    )


def test_followable_rows_add_up_to_every_index_they_name(night: StudyResult) -> None:
    counted = Counter(name for names in counts_in(night) for name in names)
    indices = night.scores["wasm2016"].indices
    assert counted["plms_per_h"] > 10
    for name, rows in counted.items():
        count = (
            "plm_recording_count"
            if name == "plm_per_recording_h"
            else name.replace("_per_h", "_count")
        )
        assert indices[count].value == rows, name


def test_followable_lost_minutes_really_took_movements_away(night: StudyResult) -> None:
    rows = night.scores["wasm2016"].movements
    lost = (rows.onset_s >= LOST_S[0]) & (rows.onset_s < LOST_S[1])
    assert lost.any()
    names = counts_in(night)
    assert not any(names[row] for row in np.flatnonzero(lost).tolist())


def test_followable_one_movement_from_its_row_to_the_index(night: StudyResult) -> None:
    page = render_html(night)
    row = next(
        number for number, names in enumerate(counts_in(night), start=1) if "plms_per_h" in names
    )
    line = next(line for line in page.splitlines() if line.startswith(f'<tr id="m{row}">'))
    assert '<a href="#d-plms_per_h">PLMS</a>' in line
    definition = page[page.index('<div id="d-plms_per_h">') :]
    assert "hours of sleep" in definition[:600]
    assert 'href="#n-plms_per_h"' in definition[:900]
    index = night.scores["wasm2016"].indices["plms_per_h"].value
    assert index is not None
    assert (
        f'<td class="value">{index:.1f}</td>' in page[page.index('<tr id="n-plms_per_h">') :][:900]
    )
