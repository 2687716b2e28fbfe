"""Times that no night has are refused in one sentence, at the cost of what the file holds."""

import io
import time
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from edf_bytes import Main, Signal, edf_bytes, legs, read_whole, time_keeping

from ekbom.model.errors import InputError
from ekbom.model.recording import Recording
from ekbom.readers.formats.registry import read_annotations

DAY_S = 86_400
ROWS = 30_000


def read(main: Main, **more: object) -> Recording:
    content = edf_bytes(legs(), main, **more)  # type: ignore[arg-type]  # by name
    edf = read_whole(io.BytesIO(content), name="night.edf")
    edf.signal(0)
    return edf.recording


@pytest.mark.parametrize(
    "record_s", ["1e-320", "1e-300", "1e-9", "0.00001", "9e99", "99999999"]
)
def test_edf_impossible_record_duration_is_refused(record_s: str) -> None:
    with pytest.raises(InputError, match=r"night\.edf: .*damaged|no time"):
        read(Main(record_s=record_s))


def test_edf_sampling_of_a_needle_is_still_read() -> None:
    assert read(Main(record_s="0.005")).channels[0].fs_hz == 51_200


def gapped(gap_s: float) -> Recording:
    onsets = [0, 1, 2, 3 + gap_s, 4 + gap_s, 5 + gap_s]
    return read(Main(reserved="EDF+D"), tals=time_keeping(onsets))


def test_edf_gap_of_six_days_is_refused_before_it_takes_memory() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="gaps of 518400 s"):
            gapped(6 * DAY_S)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_edf_gap_of_half_a_day_is_a_gap() -> None:
    assert [gap.duration_s for gap in gapped(DAY_S / 2).gaps] == [DAY_S / 2]


def test_edf_gap_may_not_stretch_a_fast_signal_far_beyond_what_was_recorded() -> (
    None
):
    digits = np.zeros((6, 2_000), np.int64)
    onsets = [0, 1, 2, 3, 4, 5 + DAY_S / 2]
    content = edf_bytes(
        [Signal("LAT", digits)],
        Main(reserved="EDF+D"),
        tals=time_keeping(onsets),
    )
    with pytest.raises(InputError, match="gaps stretch 'LAT' from 12000 to"):
        read_whole(io.BytesIO(content)).signal(0)


@pytest.mark.parametrize(
    ("recorded", "start"),
    [
        ("Startdate 31-DEC-9999 X X X", datetime(1985, 1, 1, 22, 30, 15)),
        ("Startdate 31-DEC-2999 X X X", datetime(2999, 12, 31, 22, 30, 15)),
    ],
)
def test_edf_start_at_the_end_of_the_calendar_is_no_date(
    recorded: str, start: datetime
) -> None:
    main = Main(date="yy.yy.yy", recording=recorded)
    assert read(main).start == start


def luna(tmp_path: Path, starts: Callable[[int], float]) -> float:
    """Read many rows that last until the next; give the seconds that took."""
    rows = [f"arousal\t.\t.\t{starts(row)}\t...\t." for row in range(ROWS)]
    path = tmp_path / "night.annot"
    path.write_text("\n".join(rows))
    began = time.process_time()
    read_annotations(path)
    return time.process_time() - began


@pytest.mark.parametrize("step_s", [0.5, 0.0, -0.5])
def test_luna_rows_until_the_next_take_time_by_their_number(
    tmp_path: Path, step_s: float
) -> None:
    assert luna(tmp_path, lambda row: 20_000 + step_s * row) < 5


def test_luna_row_lasts_until_the_next_later_start(tmp_path: Path) -> None:
    path = tmp_path / "night.annot"
    rows = [
        f"arousal\t.\t.\t{start}\t...\t." for start in (10, 10, 8, 12, 11, 11)
    ]
    path.write_text("\n".join(rows))
    events = read_annotations(path).events
    lengths = [(event.onset_s, event.duration_s) for event in events]
    assert lengths == [(8, 4), (10, 2), (11, 0), (12, 0)]


def test_bids_stage_of_400_digits_is_no_stage(tmp_path: Path) -> None:
    path = tmp_path / "night_events.tsv"
    path.write_text(f"onset\tduration\tstage_hum\n0\t30\t{'1' * 400}\n")
    with pytest.raises(InputError, match="which is no known stage"):
        read_annotations(path)
