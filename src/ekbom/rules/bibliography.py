"""The bibliography: what the tables may cite, and how much of each source was read."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from ekbom.codec.codec import STRICT
from ekbom.codec.refusal import RefusalError
from ekbom.criteria.bibliography import Bibliography, Reference
from ekbom.model.source import EvidenceMark
from ekbom.rules.strict_yaml import TableError, read_table

FILE = "references.yaml"
CEILINGS = (EvidenceMark.READ, EvidenceMark.SECONDARY)


@cache
def load_bibliography() -> Mapping[str, Reference]:
    """Read every source the tables may cite, by key.

    Raises
    ------
    TableError
        If an entry lacks a field, has one that is unknown, or was read by nobody.

    Examples
    --------
    >>> load_bibliography()["ferri2016"].ceiling.value
    'read'
    """
    return references_of(
        read_table(resources.files("ekbom.rules").joinpath("tables", FILE))
    )


def references_of(table: Mapping[str, object]) -> Mapping[str, Reference]:
    """Read the content of a bibliography."""
    try:
        references = STRICT.read(Bibliography, {"references": table}).references
    except RefusalError as error:
        raise TableError(f"{FILE}: {error}") from None
    unread = [
        key
        for key, entry in references.items()
        if entry.ceiling not in CEILINGS
    ]
    if unread:
        raise TableError(
            f"{FILE}: the ceiling of {unread[0]} must be 'read' or 'secondary'; "
            "a source nobody read is no reference"
        )
    return references
