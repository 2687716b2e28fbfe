"""What a recording holds, which channels would be scored, why, and what stands in the way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import Derivation, LegChoice, LegSignal, Recording
from ekbom.readers.edf.edf_file import EdfFile, open_edf
from ekbom.readers.legs import choose_and_read, read_legs
from ekbom.readers.mapped import Words, with_labels
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.rules.load_detection import load_physical_limits

_NO_WORDS: Words = {}


@dataclass(frozen=True, kw_only=True)
class LegReport:
    """One leg as it would be scored; it cannot be scored where one of `findings` is a refusal."""

    side: str
    label: str
    derivation: Derivation | None
    fs_hz: float
    step_uv: float
    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Why the leg cannot be scored; empty where it can."""
        return tuple(f for f in self.findings if f.severity is Severity.REFUSAL)


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """A recording as it was understood.

    `findings` holds everything noticed, each once, in the order it was met; `unknown_texts` how
    often each text of an annotation stands there that has no known meaning, the commonest first.
    """

    recording: Recording
    choice: LegChoice
    legs: tuple[LegReport, ...]
    n_annotations: int
    unknown_texts: Mapping[str, int]
    findings: tuple[Finding, ...]


def inspect_recording(
    source: str | Path | BinaryIO,
    *,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
    labels: Words = _NO_WORDS,
) -> Inspection:
    """Open a recording, choose its legs as scoring would, and check what they physically are.

    Parameters
    ----------
    source : text, Path or binary file object
        EDF, EDF+, BDF or BDF+ recording.
    left, right : str, optional
        Label of the leg channel where the automatic choice is not the wanted one.
    unit : str, optional
        Unit of the leg channels where the header's is wrong.
    labels : mapping of str to str
        What channels are whose labels say something else.

    Raises
    ------
    InputError
        If the file is no recording or damaged beyond repair.
    UsageError
        If no channel has a label asked for, or the unit is no voltage.
    """
    edf, choice = choose_and_read(
        with_labels(
            open_edf(Path(source) if isinstance(source, str) else source),
            labels,
        ),
        left=left,
        right=right,
    )
    legs = read_legs(
        edf,
        choice,
        limits=load_physical_limits(),
        unit=unit,
    )
    of_legs = [finding for leg in legs for finding in leg.findings]
    noticed = (*edf.recording.findings, *choice.findings, *of_legs)
    return Inspection(
        recording=edf.recording,
        choice=choice,
        legs=tuple(_report(leg) for leg in legs),
        n_annotations=len(edf.annotations),
        unknown_texts=_unknown_texts(edf),
        findings=tuple(dict.fromkeys(noticed)),
    )


def _unknown_texts(edf: EdfFile) -> dict[str, int]:
    texts = (mark.text for mark in edf.annotations if mark.text.strip())
    unknown = (text for text in texts if not meaning_of(text).known)
    return dict(Counter(unknown).most_common())


def _report(leg: LegSignal) -> LegReport:
    return LegReport(
        side=leg.side,
        label=leg.label,
        derivation=leg.derivation,
        fs_hz=leg.fs_hz,
        step_uv=leg.step_uv,
        findings=leg.findings,
    )
