"""What a recording holds, which channels would be scored, why, and what stands in the way."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import LegChoice, LegSignal, Recording
from ekbom.readers.channels.choose import choose_legs, read_legs
from ekbom.readers.edf.edf_file import open_edf
from ekbom.rules.load_physical import load_physical_limits


@dataclass(frozen=True, kw_only=True)
class LegReport:
    """One leg as it would be scored. `refused_because` is empty for a leg that can be scored."""

    side: str
    label: str
    derivation: str
    fs_hz: float
    step_uv: float
    refused_because: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """A recording as it was understood.

    `findings` holds everything noticed, each once, in the order it was met.
    """

    recording: Recording
    choice: LegChoice
    legs: tuple[LegReport, ...]
    n_annotations: int
    findings: tuple[Finding, ...]


def inspect_recording(
    source: Path | BinaryIO,
    *,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
) -> Inspection:
    """Open a recording, choose its legs as scoring would, and check what they physically are.

    Parameters
    ----------
    source : Path or binary file object
        EDF, EDF+, BDF or BDF+ recording.
    left, right : str, optional
        Label of the leg channel where the automatic choice is not the wanted one.
    unit : str, optional
        Unit of the leg channels where the header's is wrong.

    Raises
    ------
    InputError
        If the file is no recording or damaged beyond repair.
    UsageError
        If no channel has a label asked for, or the unit is no voltage.
    """
    edf = open_edf(
        source,
        labels=[
            part.strip() for wish in (left, right) if wish for part in (wish, *wish.split(","))
        ],
    )
    choice = choose_legs(edf.recording, left=left, right=right)
    legs = read_legs(edf, choice, limits=load_physical_limits(), unit=unit)
    found = (
        *edf.recording.findings,
        *choice.findings,
        *(finding for leg in legs for finding in leg.findings),
    )
    return Inspection(
        recording=edf.recording,
        choice=choice,
        legs=tuple(_report(leg) for leg in legs),
        n_annotations=len(edf.annotations),
        findings=tuple(dict.fromkeys(found)),
    )


def _report(leg: LegSignal) -> LegReport:
    refusals = [
        finding.message.removeprefix(f"{leg.label}: ")
        for finding in leg.findings
        if finding.severity is Severity.REFUSAL
    ]
    return LegReport(
        side=leg.side,
        label=leg.label,
        derivation=leg.derivation,
        fs_hz=leg.fs_hz,
        step_uv=leg.step_uv,
        refused_because="; ".join(refusals),
        findings=leg.findings,
    )
