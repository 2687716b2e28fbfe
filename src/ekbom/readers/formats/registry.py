"""The formats of annotation files: one row in `BUILT_IN` makes a format known everywhere.

Packages may add their own.

A package registers a format with an entry point of the group ``ekbom.annotation_formats`` that
names an `AnnotationFormat`.
"""

import contextlib
import functools
from collections import Counter
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from ekbom.model.errors import InputError, UsageError
from ekbom.readers.files.packed import is_packed, unpacked
from ekbom.readers.formats import (
    bids_events,
    domino,
    edf_annotations,
    hypnogram_files,
    luna_annot,
    marked_movements,
    noxturnal,
    nsrr_xml,
    profusion_xml,
    remlogic,
    sleepware_rml,
    stages_csv,
)
from ekbom.readers.formats.research import (
    stage_series,
    wfdb_annotations,
    wisconsin,
)
from ekbom.readers.formats.tables import night_table
from ekbom.readers.scorings.records import AnnotationFormat, Annotations

ENTRY_POINT_GROUP = "ekbom.annotation_formats"
HEAD_BYTES = 4096
BUILT_IN: tuple[AnnotationFormat, ...] = (
    edf_annotations.FORMAT,
    noxturnal.FORMAT,
    bids_events.FORMAT,
    night_table.CSV_FORMAT,
    night_table.PARQUET_FORMAT,
    marked_movements.FORMAT,
    domino.FORMAT,
    nsrr_xml.FORMAT,
    profusion_xml.FORMAT,
    luna_annot.FORMAT,
    sleepware_rml.FORMAT,
    stages_csv.FORMAT,
    remlogic.FORMAT,
    stage_series.ELAN_FORMAT,
    stage_series.DREEM_FORMAT,
    stage_series.STANFORD_FORMAT,
    wisconsin.EVENTS_FORMAT,
    wisconsin.STAGES_FORMAT,
    wisconsin.TWIN_FORMAT,
    hypnogram_files.TABLE_FORMAT,
    hypnogram_files.LIST_FORMAT,
    wfdb_annotations.FORMAT,
)


@functools.cache
def annotation_formats() -> tuple[AnnotationFormat, ...]:
    """List every known format, the built-in ones first, in the order in which they are tried."""
    points = sorted(
        metadata.entry_points(group=ENTRY_POINT_GROUP),
        key=lambda point: point.name,
    )
    known = (*BUILT_IN, *map(_plug_in, points))
    names = Counter(each.name for each in known)
    name, times = names.most_common(1)[0]
    if times > 1:
        raise UsageError(
            f"Two annotation formats are named {name!r}; remove one of the plug-ins."
        )
    return known


def _plug_in(point: metadata.EntryPoint) -> AnnotationFormat:
    """Load the format a package brings."""
    try:
        loaded = point.load()
    except Exception as error:
        raise UsageError(
            f"The annotation format {point.name!r} of a plug-in cannot be loaded ({error}); "
            "update or remove it."
        ) from error
    if not isinstance(loaded, AnnotationFormat):
        raise UsageError(
            f"The plug-in {point.name!r} offers no annotation format "
            f"but a {type(loaded).__name__}; update or remove it."
        )
    return loaded


def format_of(path: Path) -> AnnotationFormat:
    """Recognise the format of an annotation file by its content and suffix.

    Of a packed file it is the format of what is packed.

    Raises
    ------
    InputError
        The file is missing, empty or in no known format; the message lists the known ones.
    """
    if is_packed(path):
        with unpacked(path) as files:
            return _recognised(_the_one(files, path))
    return _recognised(path)


def _recognised(path: Path) -> AnnotationFormat:
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise InputError(
            f"{path.name}: the file cannot be read ({error.strerror}); check the path."
        ) from error
    if not head.strip():
        raise InputError(
            f"{path.name}: the file is empty; export the annotations again."
        )
    for known in annotation_formats():
        if known.recognises(path, head):
            return known
    listed = ", ".join(
        f"{known.title} [{known.name}]" for known in annotation_formats()
    )
    raise InputError(
        f"{path.name}: this is no known annotation format; known are {listed}."
    )


def _the_one(files: Sequence[Path], packed: Path) -> Path:
    """Take the only file of an archive that is in a known format."""
    if len(files) == 1:
        return files[0]
    known = []
    for file in files:
        with contextlib.suppress(InputError):
            _recognised(file)
            known.append(file)
    if len(known) != 1:
        raise InputError(
            f"{packed.name}: {len(known)} of the {len(files)} files in it are annotations; "
            "one is expected, so unpack it and name one."
        )
    return known[0]


def read_annotations(
    path: Path, *, format_name: str | None = None
) -> Annotations:
    """Read an annotation file of any known format.

    Parameters
    ----------
    path
        The file; also in a ``.gz``, or in a ``.zip`` with one such file.
    format_name
        Name of the format where it should not be recognised from the file.

    Returns
    -------
    Annotations
        Hypnogram, events, and what the file is evidence of having been scored.
    """
    if is_packed(path):
        with unpacked(path) as files:
            return _read(_the_one(files, path), format_name)
    return _read(path, format_name)


def _read(path: Path, format_name: str | None) -> Annotations:
    if format_name is None:
        return _recognised(path).read(path)
    for known in annotation_formats():
        if known.name == format_name:
            return known.read(path)
    names = ", ".join(known.name for known in annotation_formats())
    raise UsageError(
        f"There is no annotation format {format_name!r}; known are {names}."
    )
