"""Untrusted input: whatever a header says, a file is read or refused with a sentence.

Nothing else ever happens.
"""

import io
import tracemalloc

import pytest
from edf_bytes import Main, edf_bytes, legs, read_whole, time_keeping
from hypothesis import given
from hypothesis import strategies as st

from ekbom.model.errors import InputError

TALS = time_keeping(marks={2: b"+2.5\x153\x14Arousal\x14\x00"})
WHOLE = edf_bytes(legs(), Main(reserved="EDF+D"), tals=TALS)
HEADER_BYTES = 256 * 5
FIRST_TAL = HEADER_BYTES + 2 * (256 + 256 + 1)
NASTY = st.sampled_from(
    [
        b"0",
        b"-1",
        b"9",
        b"99999999",
        b"1e308",
        b"-",
        b" ",
        b"\x00",
        b"\xff",
        b",",
        b".",
        b"nan",
        b"inf",
        b"EDF+D",
        b"\x14",
        b"\x15",
    ]
)


def sentence_of(file: bytes) -> str:
    """Read everything there is.

    Return the sentence of the refusal, or an empty one where the file was read.
    """
    try:
        edf = read_whole(io.BytesIO(file), name="night.edf")
        signals = [
            edf.signal(channel.index)[:] for channel in edf.recording.channels
        ]
    except InputError as refusal:
        return str(refusal)
    assert len(signals) == len(edf.recording.channels)
    assert all(channel.fs_hz >= 0 for channel in edf.recording.channels)
    return ""


def read_or_refuse(file: bytes) -> None:
    """Hold that the file is read, or refused with one sentence that names it."""
    sentence = sentence_of(file)
    assert not sentence or (
        sentence.startswith("night.edf: ") and "\n" not in sentence
    )


def damaged(places: st.SearchStrategy[int]) -> st.SearchStrategy[bytes]:
    """Overwrite up to eight places of the file with random or nasty bytes."""

    def apply(damage: list[tuple[int, bytes]]) -> bytes:
        file = bytearray(WHOLE)
        for place, content in damage:
            file[place : place + len(content)] = content
        return bytes(file)

    return st.lists(
        st.tuples(places, NASTY | st.binary(min_size=1, max_size=8)),
        min_size=1,
        max_size=8,
    ).map(apply)


@given(file=damaged(st.integers(0, HEADER_BYTES - 1)))
def test_edf_random_damage_in_the_header_is_read_or_refused(
    file: bytes,
) -> None:
    read_or_refuse(file)


@given(
    file=damaged(
        st.integers(FIRST_TAL, FIRST_TAL + 119)
        | st.integers(len(WHOLE) - 120, len(WHOLE) - 1)
    )
)
def test_edf_random_damage_in_the_annotations_is_read_or_refused(
    file: bytes,
) -> None:
    read_or_refuse(file)


@given(length=st.integers(0, len(WHOLE)))
def test_edf_file_cut_anywhere_is_read_or_refused(length: int) -> None:
    read_or_refuse(WHOLE[:length])


@given(file=st.binary(max_size=2000))
def test_edf_random_bytes_are_read_or_refused(file: bytes) -> None:
    read_or_refuse(file)


@pytest.mark.parametrize(
    "main",
    [
        Main(records="99999999"),
        Main(signals="9999"),
        Main(record_s="1e-99"),
        Main(record_s="1e99"),
        Main(header_bytes="99999999"),
        Main(reserved="EDF+D", records="99999999", record_s="99999999"),
    ],
    ids=str,
)
def test_edf_claims_beyond_the_file_allocate_nothing(main: Main) -> None:
    file = edf_bytes(legs(), main, tals=TALS)
    tracemalloc.start()
    read_or_refuse(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4e6
