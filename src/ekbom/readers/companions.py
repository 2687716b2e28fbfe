"""Scorings that lie beside a recording: which files are meant for it, and which of them fit."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import EkbomError, UsageError
from ekbom.model.events import EventKind
from ekbom.model.finding import Finding, Severity
from ekbom.readers.edf.edf_file import open_edf
from ekbom.readers.formats import domino, marked_movements, noxturnal
from ekbom.readers.formats.edf_annotations import NAME as EDF
from ekbom.readers.formats.registry import format_of
from ekbom.readers.join import same_hypnogram
from ekbom.readers.scorings.align import Axis, Judgement, place
from ekbom.readers.scorings.mark import SCORED_GROUPS
from ekbom.readers.scorings.records import Annotations

RECORDINGS = frozenset({".edf", ".bdf", ".rec"})
SCORINGS = RECORDINGS | frozenset(
    {".annot", ".csv", ".eannot", ".hyp", ".rml", ".tsv", ".txt", ".xml"}
)
BY_ANY_NAME = frozenset({domino.NAME, noxturnal.NAME})
"""Exports that bear the name of their signal or of the program, not of the recording."""
MOST_FILES = 500
"""A folder with more files is an archive; there only files of the same name are looked at."""
PARTS = re.compile(r"[-_. ]+")
TAILS = frozenset(
    (
        *("ann", "annot", "annotation", "annotations", "bdf", "edf", "eeg"),
        *("emg", "events", "hyp", "hypno", "hypnogram", "nsrr", "profusion"),
        *("psg", "rec", "recording", "scored", "scores", "scoring", "signals"),
        *("sleepstages", "stages", "staging"),
    )
)
"""Words at the end of a file name that say what it holds, not which night it is."""
SHORTEST_PAIR = 6
HYPNOGRAM = "hypnogram"


class Companion(NamedTuple):
    """A file that belongs to a recording, as it was understood."""

    path: Path
    annotations: Annotations


@dataclass(frozen=True, kw_only=True)
class Companions:
    """What lies beside a recording: the files to use, and what was noticed of all of them."""

    used: tuple[Companion, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files to use."""
        return tuple(companion.path for companion in self.used)


class ContradictionError(UsageError):
    """Two files beside a recording contradict each other; somebody has to choose one of `files`.

    `others` are the further files beside it that would be used.
    """

    def __init__(
        self,
        message: str,
        *,
        files: tuple[Path, ...],
        others: tuple[Path, ...],
    ) -> None:
        super().__init__(message)
        self.files = files
        self.others = others


def find_companions(recording: Path, *, judgement: Judgement) -> Companions:
    """Find the scorings beside a recording that belong to it and fit it.

    A file belongs to it by its name (`night.edf` and `night-Hypnogram.edf`, `night_events.tsv`,
    `night.annot`; `SC4001E0-PSG.edf` and `SC4001EC-Hypnogram.edf`). A DOMINO or Noxturnal export of
    any name belongs to the only recording of its folder.

    Parameters
    ----------
    recording
        The recording.
    judgement
        What makes a scoring one of another night.

    Raises
    ------
    ContradictionError
        Two of them score the same thing differently.
    InputError
        The recording cannot be read.
    """
    axis = _axis(recording)
    read, findings = [], []
    for path in candidates(recording):
        found = _fitting(path, axis, judgement)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            read.append(found)
    used = [*_once_each(read, findings)]
    _refuse_contradiction(used, recording)
    findings += [
        Finding(
            "companion-used",
            Severity.NOTE,
            companion.path.name,
            {"format": companion.annotations.format},
        )
        for companion in used
    ]
    return Companions(used=tuple(used), findings=tuple(findings))


def candidates(recording: Path) -> list[Path]:
    """List the files beside a recording that are meant for it, by name."""
    try:
        beside = sorted(
            path
            for path in recording.parent.iterdir()
            if path.suffix.casefold() in SCORINGS and path.is_file()
        )
    except OSError:
        return []
    others = [path for path in beside if path.name != recording.name]
    same = {path for path in others if is_pair(recording, path)}
    if _is_alone(others):
        same |= {path for path in others if _format(path) in BY_ANY_NAME}
    return [path for path in sorted(same) if _is_scoring(path)]


def is_pair(recording: Path, scoring: Path) -> bool:
    """Say whether two file names are those of one night.

    Examples
    --------
    >>> is_pair(Path("SC4001E0-PSG.edf"), Path("SC4001EC-Hypnogram.edf"))
    True
    >>> is_pair(Path("night1.edf"), Path("night2_events.tsv"))
    False
    """
    first, second = _core(recording), _core(scoring)
    if first == second:
        return True
    letters = len(first) == len(second) >= SHORTEST_PAIR
    staged = scoring.stem.casefold().endswith(HYPNOGRAM)
    return letters and staged and first[:-1] == second[:-1]


def _core(path: Path) -> str:
    """Give the name of the night in a file name: without what says which kind of file it is."""
    parts = PARTS.split(path.stem.casefold())
    while len(parts) > 1 and parts[-1] in TAILS:
        parts.pop()
    return "-".join(parts)


def _is_alone(others: list[Path]) -> bool:
    """Say whether no other recording lies in the folder."""
    if len(others) > MOST_FILES:
        return False
    return not any(
        _has_signals(path)
        for path in others
        if path.suffix.casefold() in RECORDINGS
    )


def _has_signals(path: Path) -> bool:
    try:
        return bool(open_edf(path).channels)
    except EkbomError:
        return True


def _format(path: Path) -> str:
    """Name the format of a file, empty where it is none."""
    try:
        return format_of(path).name
    except EkbomError:
        return ""


def _is_scoring(path: Path) -> bool:
    """Leave out other recordings, lists of marked movements, and what is no scoring at all."""
    name = _format(path)
    if name == EDF:
        return not _has_signals(path)
    return name not in ("", marked_movements.NAME)


def _axis(recording: Path) -> Axis:
    """Take start and length of a recording from its header."""
    opened = open_edf(recording)
    start: dt.datetime | None = opened.header.start
    return Axis(
        start=start, duration_s=opened.n_records * opened.header.record_s
    )


def _fitting(
    path: Path, axis: Axis, judgement: Judgement
) -> Companion | Finding:
    """Read a file and hold it against the night; say why it is left aside where it is."""
    try:
        annotations = format_of(path).read(path)
    except EkbomError:
        return Finding("companion-unreadable", Severity.WARNING, path.name)
    try:
        fitted = place(annotations, axis, judgement)
    except EkbomError:
        return Finding("companion-other-night", Severity.WARNING, path.name)
    if fitted.hypnogram is None and not fitted.events:
        return Finding("companion-empty", Severity.NOTE, path.name)
    return Companion(path, fitted)


def _once_each(
    read: Iterable[Companion], findings: list[Finding]
) -> Iterator[Companion]:
    """Leave out a file that says of the night what another one says already."""
    kept: list[Companion] = []
    for companion in read:
        twin = next((one for one in kept if _repeats(companion, one)), None)
        if twin is None:
            kept.append(companion)
            yield companion
            continue
        values = {"other": twin.path.name}
        name = companion.path.name
        findings.append(
            Finding("companion-repeated", Severity.NOTE, name, values)
        )


def _repeats(companion: Companion, other: Companion) -> bool:
    """Say whether one brings nothing that the other does not bring just so."""
    mine, others = companion.annotations, other.annotations
    return mine.scored <= others.scored and not _differing(mine, others)


def _refuse_contradiction(used: Sequence[Companion], recording: Path) -> None:
    """Refuse two files that score the same thing differently."""
    for one, other in combinations(used, 2):
        kinds = _differing(one.annotations, other.annotations)
        if not kinds:
            continue
        files = (one.path, other.path)
        raise ContradictionError(
            f"{one.path.name} and {other.path.name} beside {recording.name} bring two different "
            f"scorings ({', '.join(kinds)}); name the one to use with --annotations, or leave "
            "both aside with --no-companions.",
            files=files,
            others=tuple(
                companion.path
                for companion in used
                if companion.path not in files
            ),
        )


def _differing(one: Annotations, other: Annotations) -> list[str]:
    """Name the kinds of scoring that both files bring and that are not the same."""
    kinds = [
        group
        for group, members in SCORED_GROUPS.items()
        if group in one.scored & other.scored
        and _of(one, members) != _of(other, members)
    ]
    first, second = one.hypnogram, other.hypnogram
    if first is None or second is None or same_hypnogram(first, second):
        return kinds
    return ["stages", *kinds]


def _of(
    annotations: Annotations, members: Collection[EventKind]
) -> set[tuple[int, int]]:
    """Give the times of the events of some kinds, in ms."""
    return {
        (round(event.onset_s * 1000), round(event.duration_s * 1000))
        for event in annotations.events
        if event.kind in members
    }
