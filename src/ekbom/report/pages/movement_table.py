"""The table of all movements: every row says in which numbers it counts."""

import numpy as np

from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import FloatArray
from ekbom.model.result import StudyResult
from ekbom.report.columns import Columns, clock_time
from ekbom.report.counted_rows import counts_in
from ekbom.report.numbers import main_score
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
STAGE_WORDS = {"UNSCORED": "–"}


def movement_table(result: StudyResult, *, words: Wording) -> MovementTable:
    """Write every combined movement of the main rule set as one row of short texts."""
    headings = {name: words(f"table.{name}") for name in COLUMNS}
    columns = _columns(result, words=words)
    return MovementTable(
        headings=headings, columns=columns, caption=words("table.caption")
    )


def _columns(result: StudyResult, *, words: Wording) -> Columns:
    rows, start = main_score(result).movements, result.recording.start
    return {
        "number": list(range(1, len(rows.onset_s) + 1)),
        "clock": [
            clock_time(start, onset_s) for onset_s in rows.onset_s.tolist()
        ],
        "onset": _numbers(rows.onset_s, decimals=2, words=words),
        "duration": _numbers(rows.duration_s, decimals=2, words=words),
        "side": [words(f"side_short.{side}") for side in rows.side.tolist()],
        "stage": [
            STAGE_WORDS.get(stage, stage) for stage in rows.stage.tolist()
        ],
        "clm": _candidates(rows, words=words),
        "imi": _numbers(rows.imi_s, decimals=1, words=words),
        "series": [str(series or "") for series in rows.series_id.tolist()],
        "flags": _flags(rows, words=words),
        "counts_in": [" ".join(names) for names in counts_in(result)],
    }


def _numbers(values: FloatArray, *, decimals: int, words: Wording) -> list[str]:
    return [words.number(value, decimals=decimals) for value in values.tolist()]


def _candidates(rows: ScoredMovements, *, words: Wording) -> list[str]:
    """Say of each movement whether it is a CLM, and if not, why."""
    said = {
        reason: words("table.no_because", reason=reason)
        for reason in set(rows.nonclm_reason.tolist())
    }
    pairs = zip(rows.clm.tolist(), rows.nonclm_reason.tolist(), strict=True)
    yes = words("table.yes")
    return [yes if clm else said[reason] for clm, reason in pairs]


def _flags(rows: ScoredMovements, *, words: Wording) -> list[str]:
    """Name what each movement came with: arousal, breathing event."""
    flags = {"table.arousal": rows.arousal_associated, "table.rrlm": rows.rrlm}
    named = [
        np.where(flag, words(key), "").tolist() for key, flag in flags.items()
    ]
    return [
        ", ".join(name for name in names if name)
        for names in zip(*named, strict=True)
    ]
