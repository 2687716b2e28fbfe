"""The table of all movements: every row says in which numbers it counts."""

from ekbom.model.movements import ScoredMovements
from ekbom.model.result import StudyResult
from ekbom.report.columns import Columns, clock_time
from ekbom.report.counted_rows import counts_in
from ekbom.report.numbers import main_rule_set
from ekbom.report.pages.document import MovementTable
from ekbom.report.words import Wording

COLUMNS = (
    "number",
    "clock",
    "onset",
    "duration",
    "side",
    "stage",
    "clm",
    "imi",
    "series",
    "flags",
    "counts_in",
)


def movement_table(result: StudyResult, *, words: Wording) -> MovementTable:
    """Write every combined movement of the main rule set as one row of short texts."""
    rows = result.scores[main_rule_set(result)].movements
    reasons = zip(rows.clm.tolist(), rows.nonclm_reason.tolist(), strict=True)
    columns: Columns = {
        "number": list(range(1, len(rows.onset_s) + 1)),
        "clock": [clock_time(result.recording.start, onset_s) for onset_s in rows.onset_s.tolist()],
        "onset": [words.number(onset_s, decimals=2) for onset_s in rows.onset_s.tolist()],
        "duration": [
            words.number(duration_s, decimals=2) for duration_s in rows.duration_s.tolist()
        ],
        "side": [words(f"side_short.{side}") for side in rows.side.tolist()],
        "stage": ["–" if stage == "UNSCORED" else stage for stage in rows.stage.tolist()],
        "clm": [
            words("table.yes") if clm else words("table.no_because", reason=reason)
            for clm, reason in reasons
        ],
        "imi": [words.number(imi_s, decimals=1) for imi_s in rows.imi_s.tolist()],
        "series": ["" if series == 0 else str(series) for series in rows.series_id.tolist()],
        "flags": _flags(rows, words=words),
        "counts_in": [" ".join(names) for names in counts_in(result)],
    }
    return MovementTable(
        headings={name: words(f"table.{name}") for name in COLUMNS},
        columns=columns,
        caption=words("table.caption"),
    )


def _flags(rows: ScoredMovements, *, words: Wording) -> list[str]:
    arousal, rrlm = words("table.arousal"), words("table.rrlm")
    pairs = zip(rows.arousal_associated.tolist(), rows.rrlm.tolist(), strict=True)
    return [
        ", ".join(name for name, on in ((arousal, has_arousal), (rrlm, breathing)) if on)
        for has_arousal, breathing in pairs
    ]
