"""Bad input is refused in one sentence with file, place and value.

One small file per reason stands beside this test.
"""

from pathlib import Path

import pytest

from ekbom.model.errors import InputError
from ekbom.readers.formats.registry import read_annotations

HERE = Path(__file__).parent
FILES = {
    path.name
    for path in HERE.iterdir()
    if path.is_file() and path.suffix not in {".py", ".md"}
}
REFUSALS = {
    "bids_far_away_events.tsv": "row 2 begins at 99999999.0 s, which is no time of a night",
    "bids_no_row_events.tsv": "there is no event under the header",
    "bids_no_text_column_events.tsv": (
        "no column 'trial_type' and no column of stages; the header names 'onset, duration, sample'"
    ),
    "bids_onset_text_events.tsv": "row 3: onset is 'ten', which is no usable number",
    "bids_short_row_events.tsv": "row 2 has 2 cells where the header names 3 columns",
    "bids_stage_code_events.tsv": "row 3: stage_hum is '5', which is no known stage",
    "bids_stage_inside_stage_events.tsv": (
        "row 3 (N2 from 30 s) lies inside row 2; two scorings may be mixed"
    ),
    "bids_two_scorings_events.tsv": (
        "row 2 says W until 30 s and row 3 says N2 from 0 s; two scorings may be mixed"
    ),
    "blank.tsv": "the file is empty",
    "cut_header.edf": "105 bytes are too few for an EDF header of 256",
    "domino_clock.txt": "row 6: '01:99:41,671' is no clock time",
    "domino_row.txt": "row 6 is '01:04:24,411 Hypopnea'",
    "empty.csv": "the file is empty",
    "empty.edf": "the file is empty",
    "hypnogram_code.eannot": "row 3: '7x' is no known stage",
    "hypnogram_hole.csv": "row 3: Epoch is '2'; epochs count up from 0 or 1 without a hole",
    "hypnogram_no_row.csv": "there is no epoch under the header",
    "hypnogram_word.csv": "row 3: 'DREAMING' is no known stage",
    "luna_cells.annot": "row 1 has 4 cells",
    "luna_stop_before_start.annot": "row 1 lasts -10 s, which no event can",
    "luna_two_clocks.annot": "row 2 has a clock time, other rows have none",
    "movements_column_twice.csv": "the header names the column 'side' twice",
    "movements_decimal_comma.csv": "row 2: onset_s is '10,5' with a decimal comma; write 10.5",
    "movements_empty_cell.csv": "row 2: duration_s is '', which is no usable number",
    "movements_infinite.csv": "row 2: duration_s is 'inf', which is no usable number",
    "movements_missing_column.csv": (
        "the column 'duration_s' is missing; the header names 'onset_s, side'"
    ),
    "movements_nan.csv": "row 2: onset_s is 'nan', which is no usable number",
    "movements_negative_duration.csv": "row 3: duration_s is -2, but a duration cannot be negative",
    "movements_nul.csv": "this is no known annotation format; known are",
    "movements_overflow.csv": "row 2: onset_s is '1e999', which is no usable number",
    "movements_semicolons.csv": "row 1 is separated by semicolons",
    "movements_side.csv": "row 2: side is 'arm'; left, right, bilateral or unknown is expected",
    "movements_unquoted_comma.csv": (
        "row 2 has 4 cells where the header names 3 columns; a decimal comma may be the cause"
    ),
    "noxturnal_cut.csv": "the text breaks off or is damaged at byte 198",
    "noxturnal_date.csv": "row 4: 'yesterday' is no date with time",
    "noxturnal_decimal_comma.csv": "row 3: duration is '2,722' with a decimal comma; write 2.722",
    "noxturnal_hour.csv": "row 3: '25/07/2018 25:00:00' is no time of day",
    "noxturnal_no_heading.csv": (
        "no heading means 'duration'; the header names 'Start Time, Event, Length'"
    ),
    "noxturnal_no_row.csv": "there is no event under the header",
    "noxturnal_no_such_day.csv": (
        "the dates fit neither day-month-year nor month-day-year nor year-month-day"
    ),
    "noxturnal_two_nights.csv": "the rows span 4 days; one file holds one night",
    "nsrr_broken.xml": "the XML breaks at line 1, column 43 (no element found)",
    "nsrr_doctype.xml": "the XML declares a document type",
    "nsrr_no_event.xml": "there is no scored event in the file",
    "nsrr_start.xml": "event 1: Start is '1,5' with a decimal comma; write 1.5",
    "profusion_code.xml": "epoch 2: 'Q' is no stage code",
    "profusion_no_epoch_length.xml": "no EpochLength stands beside the stages (1)",
    "remlogic_clock.txt": "row 2: 'late' holds no clock time hh:mm:ss",
    "remlogic_no_columns.txt": "no line names the columns Time [hh:mm:ss], Event and Duration[s]",
    "sleepware_start.rml": "event 1: Start is 'soon', which is no usable number",
    "stages_clock.csv": "row 2: '25:00:00' is no clock time",
    "unknown_format.txt": "this is no known annotation format; known are",
}


@pytest.mark.parametrize(("name", "words"), REFUSALS.items(), ids=REFUSALS)
def test_bad_file_is_refused_with_its_name_place_and_value(
    name: str, words: str
) -> None:
    with pytest.raises(InputError) as refusal:
        read_annotations(HERE / name)
    message = str(refusal.value)
    assert message.startswith(f"{name}: {words}")
    assert "\n" not in message
    assert str(HERE) not in message


def test_bad_every_file_has_its_words_and_every_word_its_file() -> None:
    assert set(REFUSALS) == FILES


def test_bad_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError,
        match=r"^night.tsv: the file cannot be read \(No such file or directory\)",
    ):
        read_annotations(tmp_path / "night.tsv")


def test_bad_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        read_annotations(tmp_path)
