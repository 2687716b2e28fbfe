"""What a format has no place for, said for the person who converts."""

from collections.abc import Iterator
from dataclasses import dataclass

from ekbom.model.events import EventKind
from ekbom.report.exports.scorings.marks import NightMarks
from ekbom.report.words import Wording

MINUTE_S = 60.0
ONE_LEG = (("left",), ("right",))


@dataclass(frozen=True, kw_only=True)
class Places:
    """What a format of marks has a place for."""

    date: bool = False  #: the date of the start
    clock: bool = False  #: its time of day
    texts: bool = False  #: the text of the source beside the kind
    rules: bool = False  #: series and reason of each movement


def unheld(night: NightMarks, places: Places, words: Wording) -> Iterator[str]:
    """Say in one sentence each what is not in the file; the first ones can change an index."""
    if night.lost_s:
        yield words(
            "convert.lost_time", minutes=f"{night.lost_s / MINUTE_S:.1f}"
        )
    if night.legs in ONE_LEG:
        yield words("convert.one_leg", leg=night.legs[0])
    if night.undone:
        yield words("convert.undone", kinds=", ".join(night.undone))
    if len(night.rule_sets) > 1:
        first, *others = night.rule_sets
        yield words("convert.rule_sets", first=first, others=", ".join(others))
    if night.start is not None and not places.clock:
        yield words("convert.start")
    elif night.start is not None and night.start_has_date and not places.date:
        yield words("convert.date")
    if night.n_signals:
        yield words("convert.signals", count=night.n_signals)
    changed = sum(
        bool(mark.label) and mark.kind is not EventKind.OTHER
        for mark in night.marks
    )
    if changed and not places.texts:
        yield words("convert.texts", count=changed)
    if night.rule_sets and not places.rules:
        yield words("convert.rules")
    if night.measured:
        yield words("convert.measured")
