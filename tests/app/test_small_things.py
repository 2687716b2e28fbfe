"""Small things at the command line: folders, pipes, missing files, width, notes, completion."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from night_shapes import ScoredNights
from rich.console import Console

from ekbom.app.cli import main
from ekbom.app.terminal import progress
from ekbom.app.terminal.progress import steps_shown, weight_of
from ekbom.app.terminal.summary import print_summary
from ekbom.model.finding import Finding, Severity
from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_night
from ekbom.report.files import write_night
from ekbom.report.pages.html import render_html


@pytest.fixture(scope="module")
def by_all(short_night: Path) -> StudyResult:
    """Score the short night by every standard."""
    return score_night(short_night, rules="all", bootstrap_samples=0)


@pytest.fixture(scope="module")
def folder(
    by_all: StudyResult, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Put the scored night into a folder."""
    place = tmp_path_factory.mktemp("scored")
    write_night(by_all, place)
    return place


def run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def summary(result: StudyResult, *, notes: bool = False) -> list[str]:
    out = io.StringIO()
    print_summary(
        result,
        console=Console(file=out, width=80, highlight=False),
        notes=notes,
    )
    return out.getvalue().splitlines()


@pytest.mark.parametrize("name", ["", "result.json"])
@pytest.mark.parametrize(
    "words",
    [
        ("explain", "{}", "plms_per_h"),
        ("rules", "diff", "wasm2016", "aasm", "{}"),
    ],
    ids=["explain", "rules diff"],
)
def test_a_scored_night_is_a_folder_or_its_result(
    words: tuple[str, ...],
    name: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(*(word.format(folder / name) for word in words)) == 0
    assert capsys.readouterr().out


def test_rules_diff_of_a_scored_night_says_by_what_it_was_scored(
    nights: ScoredNights, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_night(nights["no_breathing"], tmp_path)
    assert run("rules", "diff", "wasm2016", "aasm", str(tmp_path)) == 2
    assert "was scored by wasm2016" in capsys.readouterr().err


@pytest.mark.parametrize("index", ["plms_per_h", "lm_tib_count"])
def test_a_closed_pipe_is_no_error(folder: Path, index: str) -> None:
    words = [sys.executable, "-m", "ekbom", "explain", str(folder), index]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        ran.stdout.close()
        told = ran.stderr.read()
        ran.stderr.close()
        assert (ran.wait(timeout=60), told) == (0, b"")


def test_a_config_that_is_missing_is_named(
    short_night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("score", str(short_night), "--config", "none.toml") == 4
    told = capsys.readouterr().err
    assert "none.toml cannot be read" in told
    assert "TOML" not in told.replace("none.toml", "")


def test_summary_by_every_standard_fits_80_columns(
    by_all: StudyResult,
) -> None:
    rows = summary(by_all)
    table = rows[2 : 2 + 16]
    assert max(map(len, table)) <= 80
    assert not [row for row in table if "computable" in row]
    assert any(
        row.startswith("PLM index (PLMS per h of sleep)") for row in rows
    )


def test_summary_names_warnings_first_and_counts_routine_notes(
    nights: ScoredNights,
) -> None:
    noted = (
        Finding("annotations-none", Severity.NOTE, "a.edf"),
        Finding("event-in-two-files", Severity.NOTE, "", {"count": 2}),
        Finding("companion-used", Severity.NOTE, "b.tsv", {"format": "x"}),
        Finding("unit-blank", Severity.WARNING, "LAT"),
    )
    night = nights["lost_time"]
    result = replace(night, findings=(*noted, *night.findings))
    with_notes, without = summary(result, notes=True), summary(result)
    notes = [row for row in with_notes if row.startswith("Note: ")]
    warnings = [row for row in with_notes if row.startswith("Warning: ")]
    assert notes
    assert warnings
    assert with_notes.index(warnings[-1]) < with_notes.index(notes[0])
    text = "\n".join(without)
    assert f"Notes: {len(notes) - 1} more" in text
    assert "--notes" in text
    kept = [row for row in without if row.startswith("Note: ")]
    assert [row.split(",")[0] for row in kept] == ["Note: b.tsv"]
    for warning in warnings:
        assert warning in without


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_written_for_a_shell(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / f"ekbom.{shell}"
    words = ("--install-completion", shell, "--output", str(place))
    assert run(*words) == 0
    assert str(place) in capsys.readouterr().out.replace("\n", "")
    text = place.read_text(encoding="utf-8")
    for name in ("score", "explain", "annotations"):
        assert name in text
    assert run(*words) == 2
    assert "there already" in capsys.readouterr().err.replace("\n", " ")


def test_progress_is_silent_in_a_pipe(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with steps_shown(("reading",)) as step:
        step("reading")
    assert capsys.readouterr().err == ""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_percent_and_time_left_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = _Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "SHOWN_AFTER_S", 0.0)
    with steps_shown(("reading", "one", "two")) as step:
        step("reading")
        step("two")
        while "80%" not in shown.getvalue():
            step("two")
    assert "two" in shown.getvalue()
    assert ":" in shown.getvalue()
    assert weight_of("reading") == 3


def test_page_on_a_phone_says_that_a_figure_scrolls(
    nights: ScoredNights,
) -> None:
    page = render_html(nights["no_breathing"])
    assert "move it sideways" in page
    assert "@media screen and (max-width: 40rem) { .sideways" in page
