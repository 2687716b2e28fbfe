"""A small fixed set of damaged inputs: all are answered or refused in one sentence."""

import time

import pytest
from validation.fuzz import guard
from validation.fuzz.__main__ import run, try_once
from validation.fuzz.subjects import Subject, all_subjects

from ekbom.model.errors import InputError

TRIES = 8
COSTLY = {"interview", "recording, scored"}


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> list[Subject]:
    return all_subjects(tmp_path_factory.mktemp("fuzz"))


def test_fuzz_damaged_input_is_answered_or_refused(
    subjects: list[Subject],
) -> None:
    light = [each for each in subjects if each.name not in COSTLY]
    tried, found = run(light, 1, until=time.monotonic() + 60, most=TRIES)
    assert tried["recording"] == TRIES
    assert list(found.values()) == []


def fail() -> None:
    raise KeyError("a")


def refuse() -> None:
    raise InputError("no such file")


def refuse_half() -> None:
    raise InputError("\ud800")


def hang() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (fail, "KeyError"),
        (hang, "HangError"),
        (refuse_half, "refusal that cannot be printed"),
        (refuse, ""),
    ],
)
def test_fuzz_tells_a_fault_from_a_refusal(
    task: object, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LIMIT_S", 0.2)
    subject = Subject("x", lambda _random: task())  # type: ignore[operator]  # takes nothing
    found = try_once(subject, 3)
    assert (found.fault.kind if found else "") == kind
