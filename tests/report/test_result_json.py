"""`result.json` holds everything exactly, and says clearly why another file is no result."""

import dataclasses
import json
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from night_shapes import LONG_NAMES, SHAPES, ScoredNights

from ekbom.codec.hooks import JsonValue
from ekbom.model.errors import InputError
from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.report.files import write_night
from ekbom.report.result_json import (
    read_result,
    result_from_dict,
    result_to_dict,
    write_result,
)

CASES = [*SHAPES, *LONG_NAMES]


def differences(
    left: object, right: object, place: str = "result"
) -> list[str]:
    """List the places where two records differ; NaN equals NaN, types count."""
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        kinds = left.dtype.kind == right.dtype.kind
        return (
            []
            if kinds
            and left.shape == right.shape
            and np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
            else [place]
        )
    if dataclasses.is_dataclass(left) and type(left) is type(right):
        names = [field.name for field in dataclasses.fields(left)]
        return [
            found
            for name in names
            for found in differences(
                getattr(left, name), getattr(right, name), f"{place}.{name}"
            )
        ]
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        keys = [] if list(left) == list(right) else [f"{place} keys"]
        return keys + [
            found
            for key in left
            for found in differences(left[key], right[key], f"{place}[{key}]")
        ]
    if (
        isinstance(left, tuple)
        and isinstance(right, tuple)
        and len(left) == len(right)
    ):
        return [
            found
            for number, pair in enumerate(zip(left, right, strict=True))
            for found in differences(*pair, f"{place}[{number}]")
        ]
    if isinstance(left, float) and isinstance(right, float):
        return (
            []
            if left == right or (left != left and right != right)
            else [place]
        )
    same_enum = isinstance(left, Enum) == isinstance(right, Enum)
    return (
        []
        if left == right and same_enum and type(left) is type(right)
        else [place]
    )


@pytest.mark.parametrize("name", CASES)
def test_result_comes_back_exactly_the_same(
    name: str, tmp_path: Path, nights: ScoredNights
) -> None:
    detection = tuple(
        dataclasses.replace(leg, trace=None) for leg in nights[name].detection
    )
    result = dataclasses.replace(
        nights[name], traces=(), detection=detection, index_table=None
    )
    path = tmp_path / "result.json"
    write_result(result, path)
    assert differences(result, read_result(path)) == []


def test_result_floats_keep_their_last_bit(
    tmp_path: Path, nights: ScoredNights
) -> None:
    result = dataclasses.replace(
        nights["whole"], lights_off_s=np.nextafter(600.1, 601.0).item()
    )
    write_result(result, tmp_path / "result.json")
    assert (
        read_result(tmp_path / "result.json").lights_off_s
        == result.lights_off_s
    )


def test_result_is_strict_json_without_nan(
    tmp_path: Path, nights: ScoredNights
) -> None:
    write_result(nights["whole"], tmp_path / "result.json")

    def refuse(name: str) -> float:
        raise AssertionError(name)

    values = json.loads(
        (tmp_path / "result.json").read_text(encoding="utf-8"),
        parse_constant=refuse,
    )
    assert values["schema_version"] == SCHEMA_VERSION
    assert values["scores"]["wasm2016"]["movements"]["imi_s"][0] is None


def test_result_infinite_bound_comes_back(nights: ScoredNights) -> None:
    result = nights["whole"]
    channel = dataclasses.replace(
        result.recording.channels[0], physical_max=np.inf, step_uv=np.nan
    )
    changed = dataclasses.replace(
        result,
        recording=dataclasses.replace(result.recording, channels=(channel,)),
    )
    values = cast(
        "dict[str, JsonValue]", json.loads(json.dumps(result_to_dict(changed)))
    )
    again = result_from_dict(values).recording.channels[0]
    assert again.physical_max == np.inf
    assert np.isnan(again.step_uv)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "is not valid JSON"),
        ("[1, 2]", "holds no JSON object"),
        ('{"schema_version": "9.0"}', "schema_version is '9.0'"),
        ("{}", "schema_version is None"),
        (
            '{"schema_version": "1.1"}',
            "the key 'software_version' is missing; score the night anew",
        ),
        ('{"schema_version": "1.7"}', "the key 'software_version' is missing"),
    ],
)
def test_result_other_files_are_refused_with_the_reason(
    content: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said) as refusal:
        read_result(path)
    assert str(path) in str(refusal.value)


def test_result_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_result(tmp_path / "nowhere.json")


def test_result_wrong_type_of_a_field_is_refused(nights: ScoredNights) -> None:
    values = result_to_dict(nights["whole"]) | {"recording": 3}
    with pytest.raises(InputError, match="3 stands where Recording belongs"):
        result_from_dict(values)


def test_night_files_come_back_with_their_traces(
    tmp_path: Path, nights: ScoredNights
) -> None:
    result = nights["whole"]
    files = write_night(result, tmp_path / "out")
    assert [path.name for path in files] == [
        "report.html",
        "result.json",
        "movements.csv",
        "movements_aasm.csv",
        "leg_movements.csv",
        "traces.npz",
    ]
    again = read_result(tmp_path / "out" / "result.json")
    assert [trace.side for trace in again.traces] == ["left", "right"]
    np.testing.assert_allclose(
        again.traces[0].envelope_uv, result.traces[0].envelope_uv, rtol=1e-6
    )
    np.testing.assert_allclose(
        again.traces[1].stretches[2].emg_uv,
        result.traces[1].stretches[2].emg_uv,
        rtol=1e-6,
    )
    assert (
        again.traces[0].stretches[3].start_s
        == result.traces[0].stretches[3].start_s
    )
    assert again.detection[0].trace is again.traces[0]


def test_night_damaged_traces_are_refused(
    tmp_path: Path, nights: ScoredNights
) -> None:
    write_night(nights["whole"], tmp_path)
    whole = (tmp_path / "traces.npz").read_bytes()
    (tmp_path / "traces.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="holds no traces that can be read"):
        read_result(tmp_path / "result.json")


def test_night_nothing_half_written_stays_after_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nights: ScoredNights
) -> None:
    def full_disk(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        write_night(nights["quiet"], tmp_path)
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        patch.setattr(Path, "write_bytes", full_disk)
        with pytest.raises(OSError, match="No space"):
            write_night(nights["whole"], tmp_path)
    assert {
        path.name: path.read_bytes() for path in tmp_path.iterdir()
    } == before


def test_result_of_five_thousand_movements_stays_small(
    nights: ScoredNights,
) -> None:
    result: StudyResult = nights.many(5000)
    assert len(json.dumps(result_to_dict(result))) < 6_000_000


def test_result_keys_of_a_later_version_are_left_aside(
    nights: ScoredNights,
) -> None:
    values = result_to_dict(nights["quiet"]) | {
        "schema_version": "1.9",
        "colour": "red",
    }
    assert result_from_dict(values).digest == nights["quiet"].digest
