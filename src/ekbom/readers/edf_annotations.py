"""EDF+ and BDF+ annotations: in the recording itself, or in a file of their own that one scorer wrote."""

from pathlib import Path

from ekbom.model.recording import Finding, Severity
from ekbom.readers.annotation_records import AnnotationFormat, Annotations, Mark
from ekbom.readers.edf import EdfFile, open_edf
from ekbom.readers.marks import annotations_of

NAME = "edf-annotations"
HEADS = (b"0       ", b"\xffBIOSEMI")


def recognises(path: Path, head: bytes) -> bool:  # noqa: ARG001 - the content alone decides
    """Tell whether the file begins as EDF or BDF does, whatever it is called."""
    return head.startswith(HEADS)


def read(path: Path) -> Annotations:
    """Read the annotations of an EDF+ or BDF+ file; a file without any is said to have none."""
    return annotations_in(open_edf(path, keep_roles=()))


def annotations_in(edf: EdfFile) -> Annotations:
    """Understand the annotations an open recording carries itself.

    Times count from the start of that file, which may have been begun earlier or later than the recording it is about.
    """
    marks = [
        Mark(onset_s=onset_s, duration_s=duration_s, text=text, place=f"annotation {index}")
        for index, (onset_s, duration_s, text) in enumerate(edf.annotations, start=1)
        if text.strip()
    ]
    name = edf.recording.name
    message = f"{name}: there is no EDF+ annotation in the file."
    none = [] if marks else [Finding(code="annotations-none", severity=Severity.NOTE, message=message, subject=name)]
    return annotations_of(marks, name=name, format_name=NAME, start=edf.recording.start, findings=none)


FORMAT = AnnotationFormat(name=NAME, title="EDF+ or BDF+ annotations", recognises=recognises, read=read)
