"""Records that are told apart by their keys, where none may stand instead."""

from dataclasses import dataclass

import pytest

from ekbom.codec.codec import Codec
from ekbom.codec.refusal import RefusalError


@dataclass(frozen=True)
class Above:
    above: float


@dataclass(frozen=True)
class Within:
    within: float


@dataclass(frozen=True)
class Perhaps:
    limit: Above | Within | None


@dataclass(frozen=True)
class Always:
    limit: Above | Within


def test_none_is_read_where_the_field_allows_it_and_refused_elsewhere() -> None:
    codec = Codec(strict=True)
    assert codec.read(Perhaps, {"limit": None}) == Perhaps(None)
    assert codec.read(Perhaps, {"limit": {"within": 2}}) == Perhaps(Within(2.0))
    assert codec.read(Always, {"limit": {"above": 1}}) == Always(Above(1.0))
    with pytest.raises(RefusalError):
        codec.read(Always, {"limit": None})
