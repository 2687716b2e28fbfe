"""Damaged traces are refused in one sentence, and take no more memory than the file."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ekbom.model.errors import InputError
from ekbom.model.movements import LegTrace
from ekbom.report.traces import TRACE_COLUMNS, read_traces, traces_bytes

Arrays = dict[str, NDArray[np.generic]]
ROW = np.arange(5, dtype=np.float32)
COLUMNS = {f"left/{name}": ROW for name in TRACE_COLUMNS}
WHOLE: Arrays = {"left/bin_s": np.array([0.5]), **COLUMNS}
TIME = np.array([1.0, 200.0, 3.0])
STRETCH: Arrays = {
    "left/stretches/0000/time": TIME,
    "left/stretches/0000/emg_uv": ROW,
    "left/stretches/0000/envelope_uv": ROW,
    "left/stretches/0000/rest_uv": ROW,
}


def archive(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def bomb() -> bytes:
    """Pack gigabytes of zeros into some kilobytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("left/bin_s.npy", "w", force_zip64=True) as member,
    ):
        for _ in range(200):
            member.write(bytes(1_000_000))
    return buffer.getvalue()


def claimed() -> bytes:
    """Claim an array of terabytes in the header of one of some bytes."""
    content = bytearray(archive(WHOLE))
    content = content.replace(b"'shape': (5,), }   ", b"'shape': (10**12,)}")
    return bytes(content)


def member(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(name, content)
    return buffer.getvalue()


DAMAGED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "cut": lambda: archive(WHOLE)[:-40],
    "no archive": lambda: b"PK\x03\x04" + b"x" * 50,
    "packed": bomb,
    "claimed shape": claimed,
    "no array": lambda: member("left/bin_s.npy", b"\x93NUMPY"),
    "no number": lambda: archive(WHOLE | {"left/bin_s": np.array(["x"])}),
    "no bin": lambda: archive(WHOLE | {"left/bin_s": np.zeros(0)}),
    "bin of nothing": lambda: archive(WHOLE | {"left/bin_s": np.zeros(1)}),
    "bin not finite": lambda: archive(
        WHOLE | {"left/bin_s": np.array([np.nan])}
    ),
    "other length": lambda: archive(WHOLE | {"left/rest_uv": ROW[:2]}),
    "table": lambda: archive(WHOLE | {"left/rest_uv": ROW.reshape(1, 5)}),
    "missing column": lambda: archive({"left/bin_s": np.array([0.5])}),
    "stretch of two numbers": lambda: archive(
        WHOLE | STRETCH | {"left/stretches/0000/time": TIME[:2]}
    ),
    "stretch of no rate": lambda: archive(
        WHOLE | STRETCH | {"left/stretches/0000/time": TIME * 0}
    ),
    "stretch of no movement": lambda: archive(
        WHOLE
        | STRETCH
        | {"left/stretches/0000/time": np.array([1, 200, np.nan])}
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_traces_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "traces.npz"
    path.write_bytes(DAMAGED[name]())
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="holds no traces that can be"):
            read_traces(path)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_whole_traces_are_read(tmp_path: Path) -> None:
    path = tmp_path / "traces.npz"
    path.write_bytes(archive(WHOLE | STRETCH))
    (trace,) = read_traces(path)
    assert (trace.side, trace.bin_s) == ("left", 0.5)
    assert (trace.stretches[0].movement, trace.stretches[0].fs_hz) == (3, 200)


def test_written_traces_are_read_again(tmp_path: Path) -> None:
    columns = dict.fromkeys(TRACE_COLUMNS, ROW.astype(np.float64))
    path = tmp_path / "traces.npz"
    path.write_bytes(
        traces_bytes(
            (LegTrace(side="left", bin_s=0.5, stretches=(), **columns),),
            digest="d",
        )
    )
    assert np.array_equal(read_traces(path, digest="d")[0].rest_uv, ROW)
