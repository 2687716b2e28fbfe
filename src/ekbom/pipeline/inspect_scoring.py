"""How a file of annotations is understood before anything is scored with it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ekbom.model.errors import EkbomError
from ekbom.model.events import Event, EventKind, Hypnogram
from ekbom.model.finding import Finding
from ekbom.pipeline.inspect import Inspection, inspect_recording
from ekbom.readers.companions import Companion
from ekbom.readers.edf.edf_file import open_edf
from ekbom.readers.formats.edf_annotations import HEADS
from ekbom.readers.formats.registry import annotation_formats, format_of
from ekbom.readers.scorings.mark import SINGLE_MOVEMENTS
from ekbom.readers.scorings.meanings import is_known
from ekbom.readers.scorings.records import Annotations

LONGEST_HEAD = 8


@dataclass(frozen=True, kw_only=True)
class KindOfRow:
    """The events of one kind: how many, when, how long, and the texts that stand for them."""

    kind: EventKind
    count: int
    first_s: float
    last_s: float
    median_s: float
    texts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class ScoringInspection:
    """A file of annotations as it was understood; times in s from its own start."""

    name: str
    format: str
    format_title: str
    start: dt.datetime | None
    start_has_date: bool
    scored: tuple[str, ...]
    epochs: Mapping[str, int]  #: of each stage
    staged_from_s: float | None
    staged_to_s: float | None
    epoch_s: float | None
    rows: tuple[KindOfRow, ...]
    unknown: Mapping[str, int]  #: texts without a meaning
    findings: tuple[Finding, ...]

    @property
    def has_movements(self) -> bool:
        """Whether single movements are marked, so that it can be scored without a recording."""
        return any(row.kind in SINGLE_MOVEMENTS for row in self.rows)


def inspect_file(
    path: str | Path,
    *,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
) -> Inspection | ScoringInspection:
    """Say how a file is understood, a recording with its channels or a scoring with its rows.

    Raises
    ------
    InputError
        The file is missing, empty, damaged, or in no known format.
    """
    file = Path(path)
    if is_recording(file):
        return inspect_recording(file, left=left, right=right, unit=unit)
    return inspect_scoring(file)


def is_recording(file: Path) -> bool:
    """Say whether a file begins as a recording does and holds signals, or cannot be read at all."""
    try:
        with file.open("rb") as stream:
            head = stream.read(LONGEST_HEAD)
    except OSError:
        return True
    if not head.startswith(HEADS):
        return not head or file.suffix.casefold() in (".edf", ".bdf")
    try:
        return bool(open_edf(file).channels)
    except EkbomError:
        return True


def inspect_scoring(file: Path) -> ScoringInspection:
    """Say how a file of annotations is understood."""
    return scoring_inspection(format_of(file).read(file))


def inspect_companion(companion: Companion) -> ScoringInspection:
    """Say how a scoring beside a recording is understood; times are those of the recording."""
    return scoring_inspection(companion.annotations)


def scoring_inspection(found: Annotations) -> ScoringInspection:
    """Count what annotations hold."""
    titles = {known.name: known.title for known in annotation_formats()}
    unknown = Counter(
        event.label
        for event in found.events
        if event.kind is EventKind.OTHER and not is_known(event.label)
    )
    known = [event for event in found.events if event.label not in unknown]
    hypnogram = found.hypnogram
    return ScoringInspection(
        name=found.name,
        format=found.format,
        format_title=titles.get(found.format, found.format),
        start=found.start,
        start_has_date=found.start_has_date,
        scored=tuple(sorted(found.scored)),
        epochs={} if hypnogram is None else _epochs(hypnogram),
        staged_from_s=None
        if hypnogram is None
        else float(hypnogram.onset_s[0]),
        staged_to_s=None
        if hypnogram is None
        else float(hypnogram.onset_s[-1] + hypnogram.duration_s[-1]),
        epoch_s=None if hypnogram is None else hypnogram.epoch_s,
        rows=tuple(_rows(known)),
        unknown=dict(unknown.most_common()),
        findings=found.findings,
    )


def _epochs(hypnogram: Hypnogram) -> dict[str, int]:
    """Count the epochs of each stage."""
    counted: Counter[str] = Counter()
    lengths = hypnogram.duration_s / (hypnogram.epoch_s or 1.0)
    for stage, length in zip(hypnogram.stage, lengths, strict=True):
        counted[str(stage)] += round(float(length))
    return dict(sorted(counted.items()))


def _rows(events: list[Event]) -> Iterator[KindOfRow]:
    """Gather the events of each kind, the commonest kind first."""
    counted = Counter(event.kind for event in events)
    for kind, count in counted.most_common():
        own = [event for event in events if event.kind is kind]
        lengths = sorted(event.duration_s for event in own)
        yield KindOfRow(
            kind=kind,
            count=count,
            first_s=own[0].onset_s,
            last_s=own[-1].onset_s,
            median_s=lengths[len(lengths) // 2],
            texts=dict(Counter(event.label for event in own).most_common()),
        )
