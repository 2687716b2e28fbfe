"""A night scored for real.

The rows of the page add up to the indices it prints, also where a leg was lost for a while.
"""

from collections import Counter

import numpy as np
import pytest
from night_shapes import LOST_S, SHAPES, ScoredNights

from ekbom.model.result import StudyResult
from ekbom.report.counted_rows import counts_in
from ekbom.report.pages.html import render_html

RATE_OF_COUNT = {"plm_recording_count": "plm_per_recording_h"}


@pytest.fixture
def night(nights: ScoredNights) -> StudyResult:
    """Score a night whose left leg is off for ten minutes."""
    return nights["lost_time"]


@pytest.mark.parametrize("name", SHAPES)
def test_followable_rows_add_up_to_every_index_they_name(
    name: str, nights: ScoredNights
) -> None:
    counted = Counter(
        rate for rates in counts_in(nights[name]) for rate in rates
    )
    assert counted or name == "quiet"
    indices = nights[name].scores["wasm2016"].indices
    counts = {
        RATE_OF_COUNT.get(count, count.replace("_count", "_per_h")): value.value
        for count, value in indices.items()
        if count.endswith("_count")
    }
    assert {rate: counts[rate] for rate in counted} == dict(counted)


def test_followable_lost_minutes_really_took_movements_away(
    night: StudyResult,
) -> None:
    rows = night.scores["wasm2016"].movements
    lost = (rows.onset_s >= LOST_S[0]) & (rows.onset_s < LOST_S[1])
    assert lost.any()
    names = counts_in(night)
    assert not any(names[row] for row in np.flatnonzero(lost).tolist())


def test_followable_one_movement_from_its_row_to_the_index(
    night: StudyResult,
) -> None:
    page = render_html(night)
    row = next(
        number
        for number, names in enumerate(counts_in(night), start=1)
        if "plms_per_h" in names
    )
    line = next(
        line
        for line in page.splitlines()
        if line.startswith(f'<tr id="m{row}">')
    )
    assert '<a href="#d-plms_per_h">PLMS</a>' in line
    definition = page[page.index('<div id="d-plms_per_h">') :]
    assert "hours of sleep" in definition[:600]
    assert 'href="#n-plms_per_h"' in definition[:900]
    index = night.scores["wasm2016"].indices["plms_per_h"].value
    assert index is not None
    assert (
        f'<td class="value">{index:.1f}</td>'
        in page[page.index('<tr id="n-plms_per_h">') :][:900]
    )
