"""The loader of the index of names: one bad table for every reason of refusal."""

from pathlib import Path

import pytest

from ekbom.clinical.names.recognise import recognise
from ekbom.rules.load_clinical import load_clinical_files
from ekbom.rules.strict_yaml import TableError

HEAD = "last_checked: 2026-01-31\npopulation: everyone\n"
GROUPS = "medicine_groups:\n  - {code: calm, title: Calming medicines}\n"
SUBSTANCES = (
    "substance_classes:\n"
    "  - title: Calming\n"
    "    groups: [%s]\n"
    "    source: recalled\n"
    "    substances:\n"
    "      - {generic: alphazine, spellings: [%s], brands: [%s]}\n"
    "      - {generic: %s, also: [%s]}\n"
)
TWO_WAYS = GROUPS + (
    "substance_classes:\n"
    "  - title: Calming\n"
    "    groups: [calm]\n"
    "    source: recalled\n"
    "    substances:\n"
    "      - {generic: alphazine, brands: [Alpha beta]}\n"
    "      - {generic: betazine, brands: [Alpha]}\n"
    "      - {generic: gammazine, brands: [Gamma]}\n"
    "      - {generic: deltazine, brands: [Beta gamma]}\n"
)


def load(folder: Path, body: str) -> None:
    file = folder / "table.yaml"
    file.write_text(HEAD + body, encoding="utf-8")
    load_clinical_files([file])


def index(
    *,
    groups: str = "calm",
    spellings: str = "alphazin",
    brands: str = "Alpha",
    second: str = "betazine",
    also: str = "",
) -> str:
    """One class of two substances as YAML."""
    return GROUPS + SUBSTANCES % (groups, spellings, brands, second, also)


def test_loader_accepts_a_good_index(tmp_path: Path) -> None:
    load(tmp_path, index(spellings="alphazin, Alphäzin forte"))


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (index(second="alphazine"), "'alphazine' is written twice"),
        (index(brands="Betazine"), "stands for betazine and for alphazine"),
        (index(brands="BETÄZINE, x"), "stands for betazine and for alphazine"),
        (index(spellings="alphazin, ALPHAZIN"), "is written once"),
        (index(spellings='alphazin, "--"'), "holds no word"),
        (index(also="calming"), "the group 'calming'"),
        (index(groups=""), "the group 'calm' has no substance"),
        (
            index()
            + "combinations:\n  - {of: [alphazine, gammazine], names: [Duo], source: recalled}\n",
            "the substance 'gammazine'",
        ),
        (
            index()
            + "combinations:\n  - {of: [alphazine, betazine], names: [Alpha], source: recalled}\n",
            "stands for alphazine + betazine and for alphazine",
        ),
        (
            index()
            + "doubtful_names:\n  - {name: Doubt, may_be: [gammazine], source: recalled}\n",
            "the substance 'gammazine'",
        ),
        (
            index()
            + "doubtful_names:\n  - {name: alpha, may_be: [betazine], source: recalled}\n",
            "stands for any of betazine and for alphazine",
        ),
        (
            index() + "name_words: {salts: [sodium], doses: [sodium]}\n",
            "'sodium' is written twice",
        ),
        (index() + "name_words: {colours: [red]}\n", "the kind 'colours'"),
        (
            index() + "name_words: {no_medicine: [none, alpha]}\n",
            "but it is the name of one",
        ),
        (
            index()
            + "medicines:\n  - {id: m.g, generic: gammazine, group: calm, "
            "rls: neutral, plms: neutral, level: E1, text: T., source: recalled}\n",
            "the substance 'gammazine'",
        ),
    ],
)
def test_loader_refuses(tmp_path: Path, body: str, part: str) -> None:
    with pytest.raises(TableError) as caught:
        load(tmp_path, body)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("name", "substances"),
    [
        ("Alpha beta", {"alphazine"}),
        ("Alpha gamma", {"betazine", "gammazine"}),
        ("Alpha beta gamma", set()),
    ],
)
def test_a_name_that_can_be_read_in_two_equal_ways_is_not_recognised(
    tmp_path: Path, name: str, substances: set[str]
) -> None:
    file = tmp_path / "table.yaml"
    file.write_text(HEAD + TWO_WAYS, encoding="utf-8")
    answer = recognise(name, "", load_clinical_files([file]))
    assert set(answer.substances) == substances
