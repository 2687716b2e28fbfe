"""From an index back to its movements, and why two standards differ on one scored night."""

from difflib import get_close_matches

from ekbom.model.errors import UsageError
from ekbom.model.finding import Reason
from ekbom.model.result import IntervalStructure, RuleSetScore, StudyResult
from ekbom.rules.load_scoring import scoring_criteria
from ekbom.scoring.agreement.two_standards import (
    RulesDifference,
    compare_standards,
    two_standards,
)
from ekbom.scoring.indices.explained import (
    ExplainedMovement,
    Explanation,
    with_movements,
)
from ekbom.scoring.indices.scored_time import night_time
from ekbom.scoring.why import Judged

__all__ = [
    "ExplainedMovement",
    "Explanation",
    "compare_rule_sets",
    "explain_index",
    "score_by",
]
MOST_SIMILAR = 12


def explain_index(
    result: StudyResult,
    name: str,
    *,
    rule_set: str | None = None,
) -> Explanation:
    """Say which movements an index counts, which almost, and which rule kept each of those out.

    Parameters
    ----------
    result
        A scored night.
    name
        An index by its name, such as ``plms_per_h``.
    rule_set
        One of the rule sets the night was scored by; the first if left out.

    Raises
    ------
    UsageError
        If the night was not scored by the rule set, or has no index of that name.

    Examples
    --------
    >>> from ekbom import score_night
    >>> from ekbom.pipeline.explain import explain_index
    >>> result = score_night("night.edf", bootstrap_samples=0)
    >>> plms = result.scores["wasm2016"].indices["plms_count"]
    >>> len(explain_index(result, "plms_count").counting) == plms.value
    True
    """
    score = score_by(result, rule_set or next(iter(result.scores)))
    index = score.indices.get(name) or result.sleep.get(name)
    if index is None:
        raise UsageError(
            f"There is no index {name!r}; indices with such a name are {_similar(name, score)}."
        )
    about = Explanation(
        index=index,
        rule_set=score.rule_set.id,
        formula=_formula(result, name),
    )
    judged = Judged(score.movements, scoring_criteria(score.rule_set))
    time = night_time(result.hypnogram, result.period)
    return with_movements(about, judged, time)


def score_by(result: StudyResult, rule_set: str) -> RuleSetScore:
    """Take the score by one rule set.

    Raises
    ------
    UsageError
        If the night was not scored by it.
    """
    if rule_set not in result.scores:
        raise UsageError(
            f"The night was not scored by {rule_set!r}; "
            f"it was scored by {', '.join(result.scores)}."
        )
    return result.scores[rule_set]


def _similar(name: str, score: RuleSetScore) -> str:
    """List indices with a name like it."""
    return ", ".join(
        get_close_matches(name, score.indices, n=MOST_SIMILAR, cutoff=0)
    )


def _formula(result: StudyResult, name: str) -> str:
    """Take the formula of an index from the table of indices."""
    definition = (
        None
        if result.index_table is None
        else result.index_table.definitions.get(name)
    )
    return "" if definition is None else definition.formula


def compare_rule_sets(result: StudyResult, a: str, b: str) -> RulesDifference:
    """Say of every movement two standards judge differently why they do.

    Movements are the same if they overlap in time; of several the one that overlaps longest.

    Raises
    ------
    UsageError
        If the night was not scored by one of the two.
    """
    first, second = (_judged(score_by(result, name)) for name in (a, b))
    return compare_standards(*two_standards(first, second))


def _judged(score: RuleSetScore) -> tuple[str, Judged]:
    """Name a standard as people call it, with its movements."""
    name = score.rule_set.name or score.rule_set.id
    return name, Judged(score.movements, scoring_criteria(score.rule_set))


def why_no_mode(intervals: IntervalStructure) -> Reason:
    """Say why no interval is the commonest: none was measured, or none is in the histogram."""
    if not intervals.n_intervals:
        return Reason("no-interval")
    values = {
        "count": intervals.n_intervals,
        "longest_s": float(intervals.edges_s[-1]),
    }
    return Reason("no-interval-in-histogram", values)
