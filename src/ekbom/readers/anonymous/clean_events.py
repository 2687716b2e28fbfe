"""The events of a scoring without free text: kinds, times and sides stay."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from ekbom.model.events import Event, EventKind
from ekbom.readers.anonymous.allowed import allowed_label, allowed_text
from ekbom.readers.anonymous.identity import Removed


class CleanEvents(NamedTuple):
    """Events, and how many texts and names of signals were taken out."""

    events: tuple[Event, ...]
    removed: Counter[Removed]


def clean_events(events: Iterable[Event]) -> CleanEvents:
    """Keep what has a kind, and other marks whose text is one of the words of scorings."""
    kept, removed = [], Counter[Removed]()
    for event in events:
        text = allowed_text(event.label.partition("@@")[0], ())
        if event.kind is EventKind.OTHER and not text:
            removed[Removed.TEXTS] += 1
            continue
        channel = event.channel if allowed_label(event.channel) else ""
        removed[Removed.CHANNELS] += channel != event.channel
        removed[Removed.TEXTS] += text != event.label
        label = text if event.kind is EventKind.OTHER else ""
        kept.append(replace(event, label=label, channel=channel, scorer=""))
    return CleanEvents(tuple(kept), +removed)
