"""A scoring of a night opened from any file, or taken from a result."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import InputError, UsageError
from ekbom.model.result import ScoredPeriod, StudyResult
from ekbom.pipeline.score import score_night
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.scorings.plausible import plausible
from ekbom.readers.scorings.records import Annotations
from ekbom.rules.load_detection import load_event_limits
from ekbom.rules.load_indices import (
    index_settings,
    load_index_table,
)
from ekbom.rules.load_scoring import rules_text
from ekbom.scoring.agreement.scorings import (
    Scoring,
)
from ekbom.scoring.indices.compute import sleep_indices
from ekbom.scoring.indices.scored_night import NightSources

_NO_OPTIONS: Mapping[str, object] = {}


class OpenedScoring(NamedTuple):
    """A scoring with its own clock.

    `start` is the local time of its time zero, None if nobody knows.

    `rules`: the rule set of its indices with every option that is not the default, empty without
    movements.
    """

    scoring: Scoring
    start: dt.datetime | None
    duration_s: float
    rules: str = ""


def open_scoring(
    path: Path,
    *,
    annotations: Sequence[Path] = (),
    rules: str = "wasm2016",
    options: Mapping[str, object] = _NO_OPTIONS,
    scored: Collection[str] | None = None,
    ignore_dates: bool = False,
) -> OpenedScoring:
    """Open one scoring from a file of movements or annotations; its movements are scored.

    Parameters
    ----------
    path
        Marked movements (``onset_s, duration_s, side``), or annotations of any registered format
        with movements, stages or both.
    annotations
        Hypnogram and events that stand for both scorings, where the file itself has none.
    rules, options
        The rule set the indices are computed by.
    scored
        Kinds of scoring declared as done although no event was found.
    ignore_dates
        Take annotations of another date by their clock times.

    Raises
    ------
    InputError
        The file cannot be read, or has neither movements nor stages.
    """
    found = plausible(read_annotations(path), load_event_limits())
    if "movements" in found.scored:
        own = () if found.hypnogram is None else (path,)
        result = score_night(
            movements=path,
            annotations=own or annotations,
            rules=[rules],
            options=options,
            scored=scored,
            ignore_dates=ignore_dates,
            bootstrap_samples=0,
        )
        return scoring_of_result(result, rule_set=rules, name=path.name)
    return _staged_only(found, frozenset(scored or ()))


def _staged_only(found: Annotations, declared: frozenset[str]) -> OpenedScoring:
    """Take stages and events of a file that holds no movements."""
    hypnogram = found.hypnogram
    if hypnogram is None:
        raise InputError(
            f"{found.name}: the file has neither leg movements nor stages; "
            "there is nothing to compare."
        )
    end_s = float(hypnogram.onset_s[-1] + hypnogram.duration_s[-1])
    period = ScoredPeriod(recording_s=end_s)
    scored = found.scored | declared
    sources = NightSources(hypnogram, period, found.events, scored)
    indices = sleep_indices(sources, index_settings(load_index_table()))
    scoring = Scoring(found.name, None, hypnogram, indices)
    return OpenedScoring(scoring, found.start, end_s)


def scoring_of_result(
    result: StudyResult, *, rule_set: str | None = None, name: str
) -> OpenedScoring:
    """Take the scoring of a result by one rule set, the main one if none is named.

    Raises
    ------
    UsageError
        The night was not scored by that rule set.
    """
    wanted = rule_set if rule_set is not None else next(iter(result.scores))
    if wanted not in result.scores:
        raise UsageError(
            f"{name}: the night was scored by {', '.join(result.scores)}, not by {wanted!r}; "
            "score it by that rule set too."
        )
    score = result.scores[wanted]
    indices = {**result.sleep, **score.indices}
    return OpenedScoring(
        Scoring(name, score.leg_movements, result.hypnogram, indices),
        result.recording.start,
        result.recording.duration_s,
        rules_text(score.rule_set),
    )
