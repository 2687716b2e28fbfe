"""`traces.npz`: what figures and pages draw from, beside the result it belongs to."""

import dataclasses
import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ekbom.model.errors import InputError
from ekbom.model.movements import LegTrace, TraceStretch
from ekbom.model.recording import FloatArray
from ekbom.model.result import StudyResult

TRACES_NAME = "traces.npz"
DIGEST = "digest"
TRACE_COLUMNS = ("emg_min_uv", "emg_max_uv", "envelope_uv", "rest_uv")
Member = NDArray[np.generic]
SMALLEST = 1e-6
LATEST_S = 1e7
DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    zipfile.BadZipFile,
)
"""What a damaged archive makes the libraries raise."""
STRETCH_COLUMNS = ("emg_uv", "envelope_uv", "rest_uv")


def traces_bytes(traces: tuple[LegTrace, ...], *, digest: str = "") -> bytes:
    """Give the content of `traces.npz`.

    Arrays ``<side>/<column>`` in single precision, uV, and their time axis; `digest` names the
    result that they belong to.
    """
    arrays = {
        name: values
        for trace in traces
        for name, values in _arrays_of(trace).items()
    }
    buffer = io.BytesIO()
    named = {DIGEST: np.array(digest)} if digest else {}
    np.savez(buffer, allow_pickle=False, **named, **arrays)
    return buffer.getvalue()


def _arrays_of(trace: LegTrace) -> dict[str, NDArray[np.floating]]:
    """Name every array of a leg; times keep double precision, columns become single."""
    arrays: dict[str, NDArray[np.floating]] = {
        f"{trace.side}/bin_s": np.array([trace.bin_s])
    }
    arrays |= _columns(trace, trace.side, TRACE_COLUMNS)
    for number, stretch in enumerate(trace.stretches):
        place = f"{trace.side}/stretches/{number:04d}"
        times = [stretch.start_s, stretch.fs_hz, float(stretch.movement)]
        arrays[f"{place}/time"] = np.array(times)
        arrays |= _columns(stretch, place, STRETCH_COLUMNS)
    return arrays


def _columns(
    record: LegTrace | TraceStretch, place: str, names: tuple[str, ...]
) -> dict[str, NDArray[np.floating]]:
    return {
        f"{place}/{name}": getattr(record, name).astype(np.float32)
        for name in names
    }


def read_traces(path: Path, *, digest: str = "") -> tuple[LegTrace, ...]:
    """Read the traces of a night; arrays come back as float64 of single precision.

    Parameters
    ----------
    path
        The file.
    digest
        Digest of the result that they must belong to; traces that name none belong to any.

    Raises
    ------
    InputError
        When the file is damaged, holds no traces, or those of another night.
    """
    try:
        written = _members(path)
        named = str(written.pop(DIGEST, ""))
        arrays = {name: _floats(values) for name, values in written.items()}
        traces = tuple(_trace(side, arrays) for side in _sides(arrays))
    except DAMAGE as error:
        raise InputError(
            f"{path} holds no traces that can be read ({error}); "
            "score the night anew or remove the file."
        ) from error
    if named and digest and named != digest:
        raise InputError(
            f"{path} belongs to another night than the result beside it; "
            "score the night anew into a folder of its own."
        )
    return traces


def _members(path: Path) -> dict[str, Member]:
    """Read the arrays of an archive that holds no more than its own size."""
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        listed = archive.infolist()
        stored = sum(member.file_size for member in listed)
        packed = any(member.compress_type for member in listed)
        if packed or stored > path.stat().st_size:
            raise ValueError("it is packed, and Ekbom packs no traces")
        return {
            member.filename.removesuffix(".npy"): _array(archive.read(member))
            for member in listed
        }


def _array(content: bytes) -> Member:
    """Read one array whose shape fits the bytes that are there."""
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array has another form")
    shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
    left = len(content) - stream.tell()
    if by_columns or kind.hasobject or math.prod(shape) * kind.itemsize != left:
        raise ValueError("the shape of an array does not fit its bytes")
    return np.frombuffer(content, kind, offset=stream.tell()).reshape(shape)


def _floats(values: Member) -> FloatArray:
    if values.dtype.kind != "f" or values.ndim != 1:
        raise ValueError("an array holds something else than a row of numbers")
    return values.astype(np.float64)


def with_traces(
    result: StudyResult, traces: tuple[LegTrace, ...]
) -> StudyResult:
    """Give the result with these traces, in `traces` and beside the detection of the same leg."""
    by_side = {trace.side: trace for trace in traces}
    detection = tuple(
        dataclasses.replace(leg, trace=by_side.get(leg.quality.side))
        for leg in result.detection
    )
    return dataclasses.replace(result, traces=traces, detection=detection)


def _sides(arrays: dict[str, FloatArray]) -> list[str]:
    return [
        name.removesuffix("/bin_s")
        for name in arrays
        if name.endswith("/bin_s")
    ]


def _trace(side: str, arrays: dict[str, FloatArray]) -> LegTrace:
    columns = {column: arrays[f"{side}/{column}"] for column in TRACE_COLUMNS}
    marks = [
        name
        for name in arrays
        if name.startswith(f"{side}/stretches/") and name.endswith("/time")
    ]
    stretches = tuple(
        _stretch(name.removesuffix("/time"), arrays) for name in marks
    )
    (bin_s,) = arrays[f"{side}/bin_s"].tolist()
    _require_steps(bin_s, columns)
    return LegTrace(
        side=side,
        bin_s=bin_s,
        stretches=stretches,
        **columns,
    )


def _require_steps(step: float, columns: Mapping[str, FloatArray]) -> None:
    """Refuse columns of different lengths, and a step of time that is none."""
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1 or 0 in lengths or not SMALLEST < step < 1 / SMALLEST:
        raise ValueError("columns or steps of time do not fit each other")


def _stretch(place: str, arrays: dict[str, FloatArray]) -> TraceStretch:
    start_s, fs_hz, movement = arrays[f"{place}/time"].tolist()
    columns = {
        column: arrays[f"{place}/{column}"] for column in STRETCH_COLUMNS
    }
    _require_steps(fs_hz, columns)
    if not 0 <= start_s <= LATEST_S or movement != int(movement):
        raise ValueError("a stretch lies outside every night")
    return TraceStretch(
        start_s=start_s, fs_hz=fs_hz, movement=int(movement), **columns
    )
