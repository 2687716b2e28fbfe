"""What a laboratory says its own labels and texts mean, put over what was read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ekbom.model.errors import UsageError
from ekbom.model.events import Event, EventKind, Stage
from ekbom.model.finding import Finding
from ekbom.model.movements import Side
from ekbom.model.recording import Channel, Derivation, Role
from ekbom.readers.channels.units import VOLTAGE_UNIT
from ekbom.readers.edf.edf_file import OpenedEdf
from ekbom.readers.scorings.mark import scored_by, unknown_texts
from ekbom.readers.scorings.meanings import (
    MOVEMENT_KINDS,
    Meaning,
    is_known,
    meaning_of,
    meaning_written,
    plain,
)
from ekbom.readers.scorings.records import Annotations
from ekbom.readers.scorings.stages import StagedMark, build_hypnogram

Words = Mapping[str, str]
"""A label or text as a laboratory writes it, and what it stands for."""
UNKNOWN_TEXTS = ("text-unknown", "text-unknown-repeated")
ROLES = {role.value: role for role in Role}
PAIRS = {Role.LEFT_LEG, Role.RIGHT_LEG, Role.LEG}


def meaning_named(word: str) -> Meaning:
    """Read what a text shall stand for: a stage, a kind of event, or a text of the table.

    Raises
    ------
    UsageError
        It is none of these.

    Examples
    --------
    >>> meaning_named("lm_left").side
    <Side.LEFT: 'left'>
    """
    try:
        return meaning_written(word.strip())
    except ValueError:
        pass
    known = meaning_of(word)
    if known.known:
        return known
    names = ", ".join([*Stage, *EventKind])
    raise UsageError(f"{word!r} is no kind of event; kinds are {names}.")


def role_named(word: str) -> Role:
    """Read what a channel shall be.

    Raises
    ------
    UsageError
        It is no role of a channel.
    """
    if word.strip() not in ROLES:
        raise UsageError(
            f"{word!r} is no kind of channel; kinds are {', '.join(ROLES)}."
        )
    return ROLES[word.strip()]


def with_labels(opened: OpenedEdf, labels: Words) -> OpenedEdf:
    """Give the channels of a recording the roles that a laboratory names."""
    named = {_label(label): role_named(word) for label, word in labels.items()}
    if not any(_label(channel.label) in named for channel in opened.channels):
        return opened
    channels = tuple(
        _with_role(channel, named.get(_label(channel.label)))
        for channel in opened.channels
    )
    return replace(opened, channels=channels)


def _label(label: str) -> str:
    return label.strip().casefold()


def _with_role(channel: Channel, role: Role | None) -> Channel:
    """Take a channel for what it is said to be; a blank unit of a voltage is uV, as elsewhere."""
    if role is None or role is channel.role:
        return channel
    blank = not channel.unit_written and role is not Role.OTHER
    span = channel.digital_max - channel.digital_min
    gain = (channel.physical_max - channel.physical_min) / (span or 1)
    return replace(
        channel,
        role=role,
        derivation=Derivation.PAIR if role in PAIRS else None,
        reason=None,
        unit=VOLTAGE_UNIT if blank else channel.unit,
        step_uv=abs(gain) if blank and gain else channel.step_uv,
    )


def with_meanings(annotations: Annotations, texts: Words) -> Annotations:
    """Understand events by the texts of a laboratory, and stages where nothing stages the night.

    A text counts as written, but for capitals, accents and punctuation. Stages that the file names
    in known words stay as they are.
    """
    meant = {plain(text): meaning_named(word) for text, word in texts.items()}
    found = [meant.get(plain(event.label)) for event in annotations.events]
    if not any(found):
        return annotations
    pairs = list(zip(annotations.events, found, strict=True))
    events = tuple(new for pair in pairs for new in _understood(*pair))
    staged = [
        _staged(event, said) for event, said in pairs if said and said.stage
    ]
    built = build_hypnogram(staged, name=annotations.name)
    hypnogram = annotations.hypnogram
    if hypnogram is None:
        hypnogram = built.hypnogram
    stages = {"stages"} if hypnogram is not None else set()
    return replace(
        annotations,
        events=events,
        hypnogram=hypnogram,
        scored=scored_by(events) | stages,
        findings=(*_findings(annotations, events), *built.findings),
    )


def _understood(event: Event, said: Meaning | None) -> Iterator[Event]:
    """Give an event by its new meaning; a stage is no event."""
    if said is None:
        yield event
        return
    for kind in said.kinds if said.stage is None else ():
        own = said.side if said.side is not Side.UNKNOWN else Side(event.side)
        side = own if kind in MOVEMENT_KINDS else Side.UNKNOWN
        yield replace(event, kind=kind, side=side.value)


def _staged(event: Event, said: Meaning) -> StagedMark:
    return StagedMark(
        onset_ms=round(event.onset_s * 1000),
        duration_ms=round(event.duration_s * 1000) or None,
        stage=said.stage or Stage.UNSCORED,
        place=f"{event.label!r} at {event.onset_s:g} s",
    )


def _findings(
    annotations: Annotations, events: tuple[Event, ...]
) -> Iterator[Finding]:
    """Count anew which texts have no meaning."""
    for finding in annotations.findings:
        if finding.code not in UNKNOWN_TEXTS:
            yield finding
    unknown = Counter(
        event.label
        for event in events
        if event.kind is EventKind.OTHER and not is_known(event.label)
    )
    yield from unknown_texts(annotations.name, unknown)
