r"""The annotations of one record without free text; the times of records stay.

A list is ``+onset[\x15duration]\x14text\x14[text\x14...]\x00``; the first one of a record has an
empty first text and keeps the time.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from ekbom.readers.anonymous.allowed import allowed_text

TIMES = re.compile(rb"[+-]?[0-9]+[.,]?[0-9]*(?:\x15[0-9]+[.,]?[0-9]*)?")


class CleanMarks(NamedTuple):
    """The bytes of the annotations of one record, and how many texts were taken out."""

    raw: bytes
    removed: int


def clean_marks(raw: bytes, labels: Collection[str]) -> CleanMarks:
    """Keep the time of the record and the texts that are words of scorings.

    Parameters
    ----------
    raw
        The bytes of one annotation signal in one record.
    labels
        Labels that stay in the header.
    """
    lists, removed = [], 0
    for position, each in enumerate(raw.rstrip(b"\0").split(b"\0")):
        times, *texts = each.split(b"\x14")
        written = [text for text in texts if text.strip()]
        if TIMES.fullmatch(times) is None:
            removed += len(written) or bool(each.strip())
            continue
        clean = [_clean(text, labels) for text in written]
        removed += sum(
            text != was for text, was in zip(clean, written, strict=True)
        )
        stay = [text for text in clean if text]
        keeps_time = position == 0 and texts[:1] == [b""]
        if stay or keeps_time:
            first = [b""] * keeps_time
            lists.append(b"\x14".join([times, *first, *stay, b""]))
    whole = b"".join(each + b"\0" for each in lists)
    return CleanMarks(whole[: len(raw)].ljust(len(raw), b"\0"), removed)


def _clean(raw: bytes, labels: Collection[str]) -> bytes:
    """Give what may stay of a text; one that was not UTF-8 is read as Latin-1."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    clean = allowed_text(text, labels).encode("utf-8")
    return clean if len(clean) <= len(raw) else b""
