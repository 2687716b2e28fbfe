"""Reading from sources that may return less than they are asked for."""

from typing import BinaryIO


def read_exactly(stream: BinaryIO, n_bytes: int) -> bytes:
    """Read until `n_bytes` are there or the source ends.

    Remote file objects may return less than asked for at once.
    """
    raw = stream.read(n_bytes)
    if len(raw) == n_bytes or not raw:
        return raw
    parts = [raw]
    missing = n_bytes - len(raw)
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
