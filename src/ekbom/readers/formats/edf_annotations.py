"""EDF+ and BDF+ annotations.

In the recording itself, or in a file of their own that one scorer wrote.
"""

from pathlib import Path

from ekbom.model.finding import Finding, Severity
from ekbom.readers.edf.edf_file import EdfFile, open_edf, read_edf
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "edf-annotations"
HEADS = (b"0       ", b"\xffBIOSEMI")


def recognises(path: Path, head: bytes) -> bool:  # noqa: ARG001 - the content alone decides
    """Tell whether the file begins as EDF or BDF does, whatever it is called."""
    return head.startswith(HEADS)


def read(path: Path) -> Annotations:
    """Read the annotations of an EDF+ or BDF+ file; a file without any is said to have none."""
    return annotations_in(read_edf(open_edf(path), keep=()))


def annotations_in(edf: EdfFile, *, stages_wanted: bool = True) -> Annotations:
    """Understand the annotations an open recording carries itself.

    Parameters
    ----------
    edf
        The opened file. Times count from its own start, which may lie before or after that of the
        recording it is about.
    stages_wanted
        False where another file stages the night: stage marks are then left aside unread, even if
        they contradict each other.

    Returns
    -------
    Annotations
        With a finding where the file holds no annotation at all.
    """
    name = edf.recording.name
    marks = [
        Mark(
            onset_s=onset_s,
            duration_s=duration_s,
            text=text,
            place=f"annotation {index}",
        )
        for index, (onset_s, duration_s, text) in enumerate(
            edf.annotations, start=1
        )
        if text.strip()
    ]
    wanted = [
        mark
        for mark in marks
        if stages_wanted or meaning_of(mark.text).stage is None
    ]
    findings = []
    if not marks:
        findings.append(Finding("annotations-none", Severity.NOTE, name))
    if unused := len(marks) - len(wanted):
        findings.append(
            Finding("own-stages-unused", Severity.NOTE, name, {"count": unused})
        )
    return annotations_of(
        wanted,
        name=name,
        format_name=NAME,
        start=edf.recording.start,
        findings=findings,
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="EDF+ or BDF+ annotations",
    recognises=recognises,
    read=read,
)
