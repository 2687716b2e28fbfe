"""A scoring that cannot be: events of impossible length, times in another unit, another night.

Every night is a real export or a simulated recording, changed in one way and scored by the command.
"""

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekbom.app.cli import main
from ekbom.rules.load_detection import load_event_limits
from ekbom.simulation.write import START

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = next((DATA / "noxturnal_event_csv").glob("*.csv"))
LIMITS = load_event_limits()
QUICK = ("--bootstrap", "0", "--rules", "wasm2016,aasm", "--json")
SCALE = {"s": 1, "ms": 1000}
Columns = dict[str, Any]


def run(
    *arguments: str | Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Run one command in this process; give its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def indices(out: str) -> Columns:
    scores = json.loads(out)["scores"]
    return {
        f"{name}/{key}": index["value"]
        for name, score in scores.items()
        for key, index in score["indices"].items()
    }


def findings(out: str) -> dict[str, Columns]:
    return {finding["code"]: finding for finding in json.loads(out)["findings"]}


def marked(folder: Path, *, headings: str, unit: str = "s") -> Path:
    """Write 40 movements of 2 s in the unit, 25 s apart, after the first epoch."""
    scale = SCALE[unit]
    rows = [
        f"{(60 + 25 * number) * scale},{2 * scale},left" for number in range(40)
    ]
    path = folder / "LM.csv"
    path.write_text("\n".join([headings, *rows, ""]), encoding="utf-8")
    return path


def staged(folder: Path, *events: str, first_s: int = 0) -> Path:
    """Write 49 minutes of sleep after a minute of wake, and events."""
    stages = ["W"] * 2 + ["N2"] * 98
    epochs = [
        f"{first_s + 30 * epoch}\t30\tSleep stage {stage}"
        for epoch, stage in enumerate(stages)
    ]
    path = folder / "night_events.tsv"
    rows = ["onset\tduration\ttrial_type", *epochs, *events, ""]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def domino(folder: Path, start: dt.datetime, *, pattern: str) -> Path:
    """Write one arousal an hour into the night as an export with a date of its own."""
    path = folder / "Arousals.txt"
    at = START + dt.timedelta(minutes=30)
    end = at + dt.timedelta(seconds=6)
    header = f"Signal ID: x\nStart Time: {start:{pattern}}\nUnit: s\nSignal Type: Impuls\n\n"
    row = f"{at:%H:%M:%S},000-{end:%H:%M:%S},000; 6;Arousal\n"
    path.write_text(header + row, encoding="latin-1")
    return path


@pytest.mark.parametrize(
    ("event", "limit_s", "code"),
    [
        ("EEG arousal", LIMITS.arousal_longest_s, "arousal-too-long"),
        ("Obstructive apnea", LIMITS.apnea_longest_s, "breathing-too-long"),
        ("Hypopnea", LIMITS.hypopnea_longest_s, "breathing-too-long"),
        ("RERA", LIMITS.rera_longest_s, "breathing-too-long"),
    ],
)
def test_an_event_longer_than_any_of_its_kind_is_left_out_and_said(
    event: str,
    limit_s: float,
    code: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    movements = marked(tmp_path, headings="onset_s,duration_s,side")

    def scored(*events: str) -> tuple[Columns, dict[str, Columns]]:
        night = staged(tmp_path, f"2000\t5\t{event}", *events)
        code, out, err = run(
            *("score", "--movements", movements, "--annotations", night),
            *QUICK,
            capsys=capsys,
        )
        assert code == 0, err
        return indices(out), findings(out)

    plain, none = scored()
    with_long, said = scored(f"100\t{limit_s + 0.5}\t{event}")
    at_limit, allowed = scored(f"100\t{limit_s}\t{event}")
    assert with_long == plain
    assert at_limit != plain
    assert code in said
    assert code not in none | allowed
    values = said[code]["values"]
    assert (values["count"], values["total"]) == (1, 2)
    assert values["lengths_s"] == [limit_s + 0.5]


def test_a_movement_of_seven_thousand_seconds_is_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    movements = marked(tmp_path, headings="onset_s,duration_s,side")
    command = ("score", "--movements", movements, "--annotations")
    night = staged(tmp_path)
    _, plain, _ = run(*command, night, *QUICK, capsys=capsys)
    with movements.open("a", encoding="utf-8") as file:
        file.write(f"30,{LIMITS.movement_longest_s + 1},right\n")
    _, out, _ = run(*command, night, *QUICK, capsys=capsys)
    assert indices(out) == indices(plain)
    assert "movement-too-long" in findings(out)


def test_a_file_whose_only_arousal_is_impossible_is_no_scoring_of_arousals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    movements = marked(tmp_path, headings="onset_s,duration_s,side")
    night = staged(tmp_path, "100\t7000\tEEG arousal")
    _, out, _ = run(
        *("score", "--movements", movements, "--annotations", night),
        *QUICK,
        capsys=capsys,
    )
    assert indices(out)["wasm2016/plms_arousal_per_h"] is None


@pytest.mark.parametrize(
    "headings",
    [
        "onset_ms,duration_ms,side",
        "onset (ms),duration (ms),side",
        "Onset [msec],Duration [msec],side",
        "onset milliseconds,duration milliseconds,side",
    ],
)
def test_milliseconds_that_a_heading_names_give_the_night_of_seconds(
    headings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night = staged(tmp_path)
    outs = []
    for written, unit in (
        ("onset_s,duration_s,side", "s"),
        ("onset (sec),duration (s),side", "s"),
        (headings, "ms"),
    ):
        movements = marked(tmp_path, headings=written, unit=unit)
        code, out, err = run(
            *("score", "--movements", movements, "--annotations", night),
            *QUICK,
            capsys=capsys,
        )
        assert code == 0, err
        outs.append(indices(out))
    assert outs[0]["wasm2016/plms_per_h"] > 0
    assert outs[0] == outs[1] == outs[2]


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        ("onset_s,duration_s,side", "12.0 days after the start"),
        ("onset,duration,side", "names no unit of time"),
        ("onset_samples,duration_samples,side", "names no unit of time"),
        ("onset_s,onset_ms,duration_s,side", ""),
    ],
)
def test_marks_that_cannot_be_seconds_are_refused_in_one_sentence(
    headings: str,
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    movements = marked(tmp_path, headings=headings, unit="ms")
    code, out, err = run(
        *("score", "--movements", movements, "--annotations"),
        *(staged(tmp_path), *QUICK),
        capsys=capsys,
    )
    assert (code, out) == (4, "")
    assert told in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("wrong", [20, 40])
def test_lengths_in_milliseconds_beside_onsets_in_seconds_are_refused(
    wrong: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From half of the marks on the rest is not believed either."""
    movements = marked(tmp_path, headings="onset_s,duration_s,side")
    text = movements.read_text(encoding="utf-8")
    movements.write_text(
        text.replace(",2,left", ",2000,left", wrong), encoding="utf-8"
    )
    command = ("score", "--movements", movements, "--annotations")
    code, out, err = run(*command, staged(tmp_path), *QUICK, capsys=capsys)
    assert (code, out) == (4, "")
    assert f"{wrong} of 40 leg movements last longer than any can" in err
    assert "duration_ms" in err


def test_a_scoring_times_a_thousand_is_refused_and_divided_again_it_is_the_night(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = staged(tmp_path, "600\t5\tEEG arousal")
    rows = [
        row.split("\t")
        for row in plain.read_text(encoding="utf-8").splitlines()
    ]
    wrong = tmp_path / "ms_events.tsv"
    named = tmp_path / "named_events.tsv"
    for path, headings in (
        (wrong, rows[0]),
        (named, ["onset_ms", "duration_ms", rows[0][2]]),
    ):
        times = [
            [str(int(on) * 1000), str(int(length) * 1000), text]
            for on, length, text in rows[1:]
        ]
        lines = ["\t".join(row) for row in [headings, *times]]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ("score", short_night, "--annotations")
    code, out, err = run(*command, wrong, *QUICK, capsys=capsys)
    assert (code, out) == (4, "")
    assert "days after the start" in err
    assert "onset_ms" in err
    _, told, _ = run(*command, named, *QUICK, capsys=capsys)
    _, known, _ = run(*command, plain, *QUICK, capsys=capsys)
    assert indices(told) == indices(known)


@pytest.mark.parametrize("days", [-2000, -365, -2, 2, 30, 365])
def test_a_scoring_of_another_date_is_refused_unless_dates_are_ignored(
    days: int,
    short_night: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = START + dt.timedelta(days=days)
    file = domino(tmp_path, other, pattern="%d.%m.%Y %H:%M:%S")
    command = ("score", short_night, "--annotations", file, *QUICK)
    code, out, err = run(*command, capsys=capsys)
    assert (code, out) == (4, "")
    assert f"{other:%Y-%m-%d}" in err
    assert f"{START:%Y-%m-%d}" in err
    assert "--ignore-dates" in err
    code, ignored, _ = run(*command, "--ignore-dates", capsys=capsys)
    assert code == 0
    assert "date-differs" in findings(ignored)
    own = domino(tmp_path, START, pattern="%d.%m.%Y %H:%M:%S")
    _, right, _ = run(
        "score", short_night, "--annotations", own, *QUICK, capsys=capsys
    )
    assert indices(ignored) == indices(right)


@pytest.mark.parametrize(
    ("start", "pattern"),
    [
        (START + dt.timedelta(days=1), "%d.%m.%Y %H:%M:%S"),
        (START.replace(year=1985, month=1, day=1), "%d.%m.%Y %H:%M:%S"),
        (START.replace(year=2001, month=1, day=1), "%d.%m.%Y %H:%M:%S"),
        (START, "%m/%d/%Y %H:%M:%S"),
    ],
)
def test_a_date_that_is_a_day_off_withheld_or_american_refuses_no_scoring(
    start: dt.datetime,
    pattern: str,
    short_night: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = domino(tmp_path, start, pattern=pattern)
    command = ("score", short_night, "--annotations", file, *QUICK)
    code, _, err = run(*command, capsys=capsys)
    assert code == 0, err


def test_marked_movements_of_another_date_than_the_stages_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = NOXTURNAL.read_text(encoding="utf-16")
    later = tmp_path / "later.csv"
    moved = re.sub(r"2([56])/07/2018", lambda day: f"2{day[1]}/07/2019", text)
    later.write_text(moved, encoding="utf-16")
    command = ("score", "--movements", NOXTURNAL, "--annotations")
    code, out, err = run(*command, later, *QUICK, capsys=capsys)
    assert (code, out) == (4, "")
    assert "365 days apart" in err
    code, out, _ = run(*command, NOXTURNAL, *QUICK, capsys=capsys)
    assert code == 0


def shift(by_s: int) -> Callable[[Path], Path]:
    return lambda folder: staged(folder, first_s=by_s)


@pytest.mark.parametrize("by_s", [-1500, 1500, 2000, -2000])
def test_a_hypnogram_shifted_by_half_the_night_is_refused(
    by_s: int,
    short_night: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Recording and hypnogram last 3,000 s each."""
    command = ("score", short_night, "--annotations", shift(by_s)(tmp_path))
    code, out, err = run(*command, *QUICK, capsys=capsys)
    assert (code, out) == (4, "")
    assert "shifted or belongs to another night" in err


@pytest.mark.parametrize("by_s", [0, 60, -600, 600])
def test_a_hypnogram_that_mostly_covers_the_recording_is_taken(
    by_s: int,
    short_night: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ("score", short_night, "--annotations", shift(by_s)(tmp_path))
    code, _, err = run(*command, *QUICK, capsys=capsys)
    assert code == 0, err


def test_a_part_of_a_night_takes_the_hypnogram_of_the_whole_night(
    short_night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night = tmp_path / "night_events.tsv"
    rows = [f"{30 * epoch}\t30\tSleep stage N2" for epoch in range(960)]
    night.write_text(
        "\n".join(["onset\tduration\ttrial_type", *rows, ""]), encoding="utf-8"
    )
    command = ("score", short_night, "--annotations", night)
    code, _, err = run(*command, *QUICK, capsys=capsys)
    assert code == 0, err
