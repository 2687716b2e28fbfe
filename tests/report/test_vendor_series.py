"""Periodic marks of the source are not counted; a table puts them beside the series built anew."""

from pathlib import Path

import pytest
from night_shapes import ScoredNights

from ekbom.model.result import StudyResult
from ekbom.pipeline.score import score_night
from ekbom.report.pages.compose import compose
from ekbom.report.pages.html import render_html
from ekbom.report.pages.vendor_series import VendorTable

DATA = Path(__file__).parents[1] / "data"
NOXTURNAL = next((DATA / "noxturnal_event_csv").glob("*.csv"))
HEADER = "onset\tduration\ttrial_type"


def scored(path: Path) -> StudyResult:
    return score_night(movements=path, annotations=[path], bootstrap_samples=0)


def table(result: StudyResult) -> VendorTable:
    return compose(result).appendix.vendor


def marked(folder: Path, *rows: str) -> StudyResult:
    path = folder / "night_events.tsv"
    stages = [f"{30 * i}\t30\tN2" for i in range(60)]
    path.write_text("\n".join([HEADER, *stages, *rows, ""]), encoding="utf-8")
    return scored(path)


def test_vendor_series_of_a_real_night_is_the_one_built_anew() -> None:
    found = table(scored(NOXTURNAL))
    assert found.columns == (
        "Number",
        "Marked in the source",
        "Built anew (wasm2016)",
    )
    assert found.rows[:3] == (
        ("Leg movements", "29", "29"),
        ("Periodic leg movements", "–", "4"),
        ("Series", "1", "1"),
    )
    [(name, source, built)] = found.rows[3:]
    assert name == "Series 1 of the source"
    assert source == built
    assert source.endswith(", 4 movements")


def test_vendor_series_that_the_rules_do_not_build_stands_alone(
    tmp_path: Path,
) -> None:
    three = [f"{at}\t2\tLM" for at in (100, 130, 160)]
    four = [f"{at}\t2\tLM" for at in (900, 930, 960, 990)]
    found = table(marked(tmp_path, *three, *four, "100\t62\tPLM series"))
    assert found.rows[2] == ("Series", "1", "1")
    assert found.rows[3:] == (
        ("Series 1 of the source", "0:01:40–0:02:42, 3 movements", "–"),
        ("Not marked as a series", "–", "0:15:00–0:16:32, 4 movements"),
    )


def test_vendor_marks_of_periodic_movements_are_counted_apart(
    tmp_path: Path,
) -> None:
    marks = [f"{at}\t2\tPLM" for at in (100, 130, 160)]
    found = table(marked(tmp_path, *marks, "400\t2\tLM"))
    assert found.rows == (
        ("Leg movements", "4", "4"),
        ("Periodic leg movements", "3", "0"),
        ("Series", "0", "0"),
    )


@pytest.mark.parametrize("shape", ["whole", "no_hypnogram", "marked"])
def test_vendor_table_is_left_out_without_such_marks(
    shape: str, nights: ScoredNights
) -> None:
    assert table(nights[shape]) == VendorTable()
    assert "Series marked in the source" not in render_html(nights[shape])


def test_vendor_table_stands_on_the_page() -> None:
    page = render_html(scored(NOXTURNAL))
    assert "Series marked in the source, and series built anew" in page
    assert "Series 1 of the source" in page
