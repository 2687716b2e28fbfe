"""What this computer cannot take ends with one sentence and the code of bad input."""

from pathlib import Path

import pytest

from ekbom.app.cli import main
from ekbom.pipeline import facts_file


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            MemoryError("Unable to allocate 7 GiB"),
            "the memory of this computer is not enough for this input "
            "(Unable to allocate 7 GiB)",
        ),
        (MemoryError(), "is not enough for this input; close other programs"),
        (RecursionError(), "the input is nested too deeply"),
    ],
)
def test_input_too_large_is_one_sentence(
    error: Exception,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def fail(_text: str) -> object:
        raise error

    monkeypatch.setattr(facts_file, "json_values", fail)
    facts = tmp_path / "facts.json"
    facts.write_text("{}")
    with pytest.raises(SystemExit) as ended:
        main(["assess", str(facts)])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (4, "")
    assert told in " ".join(printed.err.split())
