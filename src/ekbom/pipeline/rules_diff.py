"""Why two standards differ on one night, movement by movement."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.model.errors import UsageError
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import IntArray
from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.pipeline.rule_sentences import (
    Judged,
    number_text,
    run_bounds,
    why_no_candidate,
    why_not_in_series,
    why_run_begins,
)
from ekbom.rules.load_scoring import scoring_criteria
from ekbom.scoring.stage_time import to_ms


@dataclass(frozen=True, kw_only=True)
class MovementDifference:
    """One movement two standards judge differently.

    `row_a`, `row_b` are its numbers from 1 in each table, 0 = in none.
    """

    row_a: int
    row_b: int
    onset_s: float
    in_series_a: bool
    in_series_b: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class RulesDifference:
    """Two standards on one night.

    How many PLM each counts, and every movement they judge differently, in time order.
    """

    name_a: str
    name_b: str
    n_plm_a: int
    n_plm_b: int
    n_both: int
    movements: tuple[MovementDifference, ...]


class _Side(NamedTuple):
    """One of the two standards with its rows.

    `other` maps each row to the row of the other standard, -1 = none.
    """

    name: str
    judged: Judged
    other: IntArray

    @property
    def rows(self) -> ScoredMovements:
        """Its movements."""
        return self.judged.rows


def compare_rule_sets(result: StudyResult, a: str, b: str) -> RulesDifference:
    """Say of every movement two standards judge differently why they do.

    Movements are the same if they overlap in time; of several the one that overlaps longest.

    Raises
    ------
    UsageError
        If the night was not scored by one of the two.
    """
    score_a, score_b = (_score(result, name) for name in (a, b))
    a_to_b, b_to_a = (
        match_rows(score_a.movements, score_b.movements),
        match_rows(score_b.movements, score_a.movements),
    )
    side_a = _side(score_a, a_to_b, label=lambda row: f"LM {row + 1}")
    side_b = _side(
        score_b,
        b_to_a,
        label=lambda row: _label_of_second(row, a_to_b, b_to_a, name=_name(score_b)),
    )
    found = sorted(
        _differences(side_a, side_b), key=lambda item: (item.onset_s, item.row_a, item.row_b)
    )
    matched = side_a.other >= 0
    both = int(np.count_nonzero(side_a.rows.plm[matched] & side_b.rows.plm[side_a.other[matched]]))
    return RulesDifference(
        name_a=side_a.name,
        name_b=side_b.name,
        n_plm_a=int(np.count_nonzero(side_a.rows.plm)),
        n_plm_b=int(np.count_nonzero(side_b.rows.plm)),
        n_both=both,
        movements=tuple(found),
    )


def _score(result: StudyResult, name: str) -> RuleSetScore:
    """Take the score by one standard."""
    if name not in result.scores:
        raise UsageError(
            f"The night was not scored by {name!r}; it was scored by {', '.join(result.scores)}."
        )
    return result.scores[name]


def _side(score: RuleSetScore, other: IntArray, *, label: Callable[[int], str]) -> _Side:
    """Gather what is asked of one standard."""
    return _Side(
        _name(score), Judged(score.movements, scoring_criteria(score.rule_set), label), other
    )


def _name(score: RuleSetScore) -> str:
    """Name a standard as people call it."""
    return score.rule_set.name or score.rule_set.id


def _label_of_second(row: int, a_to_b: IntArray, b_to_a: IntArray, *, name: str) -> str:
    """Give a movement of the second standard the number of the first, where both have it."""
    partner = int(b_to_a[row])
    same = partner >= 0 and int(a_to_b[partner]) == row
    return f"LM {partner + 1}" if same else f"LM {row + 1} of {name}"


def match_rows(one: ScoredMovements, other: ScoredMovements) -> IntArray:
    """Find for each row the row of the other table that overlaps it longest, -1 where none does.

    Movements on different legs are never the same; a bilateral one may be the same as either.
    """
    onset, end = to_ms(one.onset_s), to_ms(one.onset_s + one.duration_s)
    other_onset, other_end = to_ms(other.onset_s), to_ms(other.onset_s + other.duration_s)
    found = np.full(len(onset), -1, dtype=np.int64)
    if not len(other_onset):
        return found
    first = np.searchsorted(np.maximum.accumulate(other_end), onset, side="right")
    last = np.searchsorted(other_onset, end, side="left")
    for row in range(len(onset)):
        best = 0
        for candidate in range(int(first[row]), int(last[row])):
            overlap = int(
                min(end[row], other_end[candidate]) - max(onset[row], other_onset[candidate])
            )
            if overlap > best and _same_leg(str(one.side[row]), str(other.side[candidate])):
                best, found[row] = overlap, candidate
    return found


def _same_leg(one: str, other: str) -> bool:
    """Say whether two sides may be the same movement."""
    return one == other or "bilateral" in {one, other}


def _differences(a: _Side, b: _Side) -> Iterator[MovementDifference]:
    """Go through the rows of both standards."""
    for row in range(len(a.rows.onset_s)):
        sentence = _sentence(a, b, row)
        if sentence:
            yield _difference(
                a, row, sentence, partner=int(a.other[row]), partner_rows=b.rows, swapped=False
            )
    for row in np.flatnonzero(b.other < 0).tolist():
        sentence = _alone(b, a.name, row)
        if sentence:
            yield _difference(b, row, sentence, partner=-1, partner_rows=a.rows, swapped=True)


def _difference(
    side: _Side,
    row: int,
    sentence: str,
    *,
    partner: int,
    partner_rows: ScoredMovements,
    swapped: bool,
) -> MovementDifference:
    """Write one difference with the rows of both standards."""
    here = bool(side.rows.plm[row])
    there = bool(partner_rows.plm[partner]) if partner >= 0 else False
    return MovementDifference(
        row_a=(partner if swapped else row) + 1,
        row_b=(row if swapped else partner) + 1,
        onset_s=float(side.rows.onset_s[row]),
        in_series_a=there if swapped else here,
        in_series_b=here if swapped else there,
        sentence=sentence,
    )


def _sentence(a: _Side, b: _Side, row: int) -> str:
    """Say how a movement of the first standard fares by the second; empty if alike."""
    partner = int(a.other[row])
    if partner < 0:
        return _alone(a, b.name, row)
    number = f"LM {row + 1}"
    if int(b.other[partner]) != row and int(a.other[int(b.other[partner])]) == partner:
        whole = int(b.other[partner]) + 1
        return (
            f"{number}: a movement of its own by {a.name}, one with LM {whole} by {b.name}, "
            "since they combine the legs differently"
        )
    if a.rows.plm[row] != b.rows.plm[partner]:
        yes, no, out = (a, b, partner) if a.rows.plm[row] else (b, a, row)
        return (
            f"{number}: in a series by {yes.name}, not by {no.name}, "
            f"since {_decisive(no, yes, out)}"
        )
    if a.rows.clm[row] != b.rows.clm[partner]:
        yes, no, out = (a, b, partner) if a.rows.clm[row] else (b, a, row)
        return (
            f"{number}: a candidate by {yes.name}, not by {no.name}, "
            f"since {why_no_candidate(no.judged, out)}"
        )
    return ""


def _alone(side: _Side, other: str, row: int) -> str:
    """Say that only one standard knows the movement.

    One that it leaves out itself is no difference.
    """
    if side.rows.excluded[row]:
        return ""
    kind = "in a series" if side.rows.plm[row] else "an LM"
    number = f"LM {row + 1} of {side.name} at {number_text(float(side.rows.onset_s[row]))} s"
    return (
        f"{number}: {kind} by {side.name}, no movement by {other}, "
        "since their rules for a single movement differ"
    )


def _decisive(no: _Side, yes: _Side, row: int) -> str:
    """Say what keeps a movement out of a series by one standard that the other does not mind."""
    if no.rows.series_reason[row] != "run-too-short":
        return why_not_in_series(no.judged, row)
    first, following = run_bounds(no.rows, row)
    found = []
    if _joined(no, yes, first):
        found.append(
            why_run_begins(no.judged, first)
            if first == row
            else f"before {no.judged.label(first)} {_before(no, first)}"
        )
    if following is not None and _joined(no, yes, following):
        found.append(f"before {no.judged.label(following)} {_before(no, following)}")
    size = int(np.count_nonzero(no.rows.run_id == no.rows.run_id[row]))
    if not found:
        return why_not_in_series(no.judged, row)
    return f"{' and '.join(found)}, which leaves a run of {size}"


def _before(side: _Side, row: int) -> str:
    """Say what lies before the first CLM of a run, named from elsewhere."""
    text = why_run_begins(side.judged, row)
    return text.replace("the interval before it is", "the interval is", 1).replace(
        " before it", "", 1
    )


def _joined(no: _Side, yes: _Side, first: int) -> bool:
    """Say whether the other standard has this CLM and one before it in the same series."""
    partner = int(no.other[first])
    if partner < 0 or not yes.rows.plm[partner]:
        return False
    members = np.flatnonzero(yes.rows.series_id == yes.rows.series_id[partner])
    return int(members[0]) < partner
