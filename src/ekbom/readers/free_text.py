"""What a person wrote freely beside a scoring: counted, and kept only where it is asked for.

A note may name a person. The words that the table of texts knows stay as they are.
"""

from collections.abc import Collection
from dataclasses import replace

from ekbom.model.events import Event, EventKind
from ekbom.model.recording import Role
from ekbom.readers.channels.labels import recognise_label
from ekbom.readers.scorings.meanings import known_part
from ekbom.readers.study import Study

QUOTING = "text-unknown-repeated"
"""The finding that quotes texts nobody knows."""


def without_free_text(study: Study) -> Study:
    """Give a night whose events have known words for labels, others none; counts of them stay."""
    labels = {channel.label for channel in study.recording.channels}
    return replace(
        study,
        events=tuple(_in_known_words(event, labels) for event in study.events),
        findings=tuple(
            finding for finding in study.findings if finding.code != QUOTING
        ),
    )


def _in_known_words(event: Event, labels: Collection[str]) -> Event:
    """Keep of a label what the table knows; an event of known kind has at least the name of it."""
    known = known_part(event.label)
    named = known or ("" if event.kind is EventKind.OTHER else event.kind.value)
    channel = event.channel if _is_signal(event.channel, labels) else ""
    return replace(event, label=named, channel=channel)


def _is_signal(channel: str, labels: Collection[str]) -> bool:
    """Say whether a mark names a signal of the recording, or one that anybody would."""
    known = recognise_label(channel).role is not Role.OTHER
    return channel in labels or known
