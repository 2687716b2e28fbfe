"""Two scorings of the same night, or of many nights, side by side.

Opened from any file, put on one clock, compared.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import InputError, UsageError
from ekbom.model.result import ScoredPeriod, StudyResult
from ekbom.pipeline.score import score_night
from ekbom.readers.formats.registry import read_annotations
from ekbom.rules.load_indices import (
    agreement_settings,
    compared_names,
    index_settings,
    load_index_table,
)
from ekbom.rules.load_scoring import rules_text
from ekbom.scoring.agreement.bland_altman import bland_altman
from ekbom.scoring.agreement.records import (
    BlandAltman,
    EventAgreement,
    Kappa,
    NightsAgreement,
    ScoringAgreement,
)
from ekbom.scoring.agreement.scorings import (
    Scoring,
    compare_scorings,
    values_of,
)
from ekbom.scoring.indices.compute import sleep_indices
from ekbom.scoring.indices.scored_night import NightSources

__all__ = [
    "BlandAltman",
    "EventAgreement",
    "Kappa",
    "NightsAgreement",
    "OpenedScoring",
    "ScoringAgreement",
    "compare_many",
    "compare_two",
    "compared_names",
    "open_scoring",
    "scoring_of_result",
]
HALF_DAY = dt.timedelta(hours=12)
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

    Raises
    ------
    InputError
        The file cannot be read, or has neither movements nor stages.
    """
    found = read_annotations(path)
    if "movements" in found.scored:
        own = () if found.hypnogram is None else (path,)
        result = score_night(
            movements=path,
            annotations=own or annotations,
            rules=[rules],
            options=options,
            scored=scored,
            bootstrap_samples=0,
        )
        return scoring_of_result(result, rule_set=rules, name=path.name)
    if found.hypnogram is None:
        raise InputError(
            f"{path.name}: the file has neither leg movements nor stages; "
            "there is nothing to compare."
        )
    end_s = float(found.hypnogram.onset_s[-1] + found.hypnogram.duration_s[-1])
    period = ScoredPeriod(recording_s=end_s)
    kinds = found.scored | frozenset(scored or ())
    sources = NightSources(found.hypnogram, period, tuple(found.events), kinds)
    sleep = sleep_indices(sources, index_settings(load_index_table()))
    return OpenedScoring(
        Scoring(path.name, None, found.hypnogram, sleep), found.start, end_s
    )


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


def compare_two(a: OpenedScoring, b: OpenedScoring) -> ScoringAgreement:
    """Compare two scorings of one night; a is the reference, and b is put on its clock.

    Raises
    ------
    InputError
        The two start half a day or more apart: they are not the same night.
    """
    table = load_index_table()
    by_s = _clock_difference_s(a, b)
    found = compare_scorings(
        a.scoring,
        b.scoring.moved(by_s),
        duration_s=max(a.duration_s, b.duration_s + by_s),
        settings=agreement_settings(table),
        index_names=_names([a, b]),
    )
    return replace(found, rules=(a.rules, b.rules))


def compare_many(
    pairs: Mapping[str, tuple[OpenedScoring, OpenedScoring]],
) -> NightsAgreement:
    """Compare two scorings of many nights, each by its name, and every index across them."""
    settings = agreement_settings(load_index_table())
    nights = {night: compare_two(a, b) for night, (a, b) in pairs.items()}
    firsts, seconds = (
        [pair[which].scoring for pair in pairs.values()] for which in (0, 1)
    )
    limits = (
        bland_altman(
            name,
            values_of(firsts, name),
            values_of(seconds, name),
            settings=settings,
        )
        for name in _names(chain.from_iterable(pairs.values()))
    )
    return NightsAgreement(nights=nights, bland_altman=tuple(limits))


def _names(opened: Iterable[OpenedScoring]) -> tuple[str, ...]:
    """Name every index of the scorings, those that are shown first at the head."""
    own = chain.from_iterable(one.scoring.indices for one in opened)
    return tuple(dict.fromkeys((*compared_names(), *own)))


def _clock_difference_s(a: OpenedScoring, b: OpenedScoring) -> float:
    """Seconds from time zero of a to time zero of b; 0 where either is not known."""
    if a.start is None or b.start is None:
        return 0.0
    difference = b.start - a.start
    if abs(difference) >= HALF_DAY:
        raise InputError(
            f"{a.scoring.name} starts at {a.start:%Y-%m-%d %H:%M:%S} "
            f"and {b.scoring.name} at {b.start:%Y-%m-%d %H:%M:%S}; "
            "they are not the same night."
        )
    return difference.total_seconds()
