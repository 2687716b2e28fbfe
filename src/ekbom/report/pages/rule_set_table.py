"""The headline numbers of a night by every rule set, side by side."""

from ekbom.model.result import StudyResult
from ekbom.report.numbers import load_layout, number_text, title_of
from ekbom.report.words import Wording

NOTHING = "–"
Row = tuple[str, ...]


def rule_set_table(
    result: StudyResult, *, words: Wording
) -> tuple[Row, tuple[Row, ...]]:
    """Give the headings and the rows; both are empty where only one rule set was asked for."""
    if len(result.scores) < 2:
        return (), ()
    layout = load_layout()
    known = {name for score in result.scores.values() for name in score.indices}
    names = [
        name
        for name in (*layout.headline, *layout.without_stages)
        if name in known
    ]
    headings = (words("section.name_column"), *result.scores)
    return headings, tuple(_row(result, name, words=words) for name in names)


def _row(result: StudyResult, name: str, *, words: Wording) -> Row:
    values = [score.indices.get(name) for score in result.scores.values()]
    cells = [
        number_text(value, words=words) if value else NOTHING
        for value in values
    ]
    return title_of(result, name), *cells
