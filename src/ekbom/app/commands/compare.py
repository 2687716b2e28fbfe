"""`ekbom compare`: how well two scorings of one night agree, or of many nights."""

import json as json_module
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ekbom.app.choices import Files, Settings, Switch, words
from ekbom.app.files import open_result
from ekbom.app.terminal.agreement_lines import print_agreement, print_nights
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.screen import tables_screen
from ekbom.app.terminal.visible import escaped
from ekbom.codec.codec import as_json
from ekbom.model.errors import InputError, UsageError
from ekbom.pipeline.request import DEFAULT_RULES
from ekbom.pipeline.side_by_side.compare import (
    NightsAgreement,
    OpenedScoring,
    ScoringAgreement,
    compare_many,
    compare_two,
    open_scoring,
    scoring_of_result,
)
from ekbom.report.outputs.file_list import RESULT_NAME
from ekbom.rules.scoring_options import set_options


def compare(
    a: Path,
    b: Path,
    /,
    *,
    annotations: Files = (),
    rules: str | None = None,
    options: Settings = (),
    config: Path | None = None,
    scored: str = "",
    ignore_dates: Switch = False,
    json: bool = False,
) -> None:
    """Compare two scorings of one night: person and person, person and detector, or two detectors.

    Parameters
    ----------
    a
        The reference: a result.json (or the folder it lies in), a CSV of movements (onset_s,
        duration_s, side), or annotations with movements, stages or both. Two folders of many nights
        are compared night by night, by the same names in both.
    b
        The scoring compared with it, in any of these forms.
    annotations
        Hypnogram and events that stand for both, where the files themselves have none.
    rules
        The rule set of the indices; that of the results if left out.
    options
        An option of the rule set as name=value; may be given several times.
    config
        A TOML file with options of the rule set.
    scored
        Kinds of scoring declared as done although no event was found, separated by commas:
        arousals, breathing.
    ignore_dates
        Take both scorings, and annotations beside them, by their clock times, where a date is known
        to be wrong.
    json
        Print everything as JSON instead of tables.
    """
    if is_many(a) != is_many(b):
        raise UsageError(
            f"{a.name} and {b.name} are not of one kind; "
            "compare two nights, or two folders of many nights."
        )
    how = Opening(
        annotations=annotations,
        rules=rules,
        options=set_options(options, config=config),
        scored=words(scored),
        ignore_dates=ignore_dates,
    )
    console = tables_screen()
    if is_many(a):
        names = common_names(a, b)
        opened = {}
        with steps_shown(names) as progress:
            for name in names:
                progress(name)
                opened[name] = (how.open(a / name), how.open(b / name))
        nights = compare_many(opened, ignore_dates=ignore_dates)
        return _write_json(nights) if json else print_nights(nights, console)
    agreement = compare_two(how.open(a), how.open(b), ignore_dates=ignore_dates)
    return (
        _write_json(agreement) if json else print_agreement(agreement, console)
    )


class Opening(NamedTuple):
    """How files are opened; `rules` is None for the rule set of a result.

    `scored` are kinds of scoring that were declared as done.
    """

    annotations: tuple[Path, ...]
    rules: str | None
    options: Mapping[str, object]
    scored: tuple[str, ...]
    ignore_dates: bool

    def open(self, path: Path) -> OpenedScoring:
        """Open a result, or score a file of marks."""
        file = path / RESULT_NAME if path.is_dir() else path
        if file.suffix.casefold() == ".json":
            if self.options:
                raise UsageError(
                    f"{file.name} is scored already; --set and --config apply to files of "
                    "movements. Score the night anew with it."
                )
            return scoring_of_result(
                open_result(file), rule_set=self.rules, name=str(path.name)
            )
        return open_scoring(
            file,
            annotations=self.annotations,
            rules=self.rules or DEFAULT_RULES[0],
            options=self.options,
            scored=self.scored or None,
            ignore_dates=self.ignore_dates,
        )


def is_many(path: Path) -> bool:
    """Say whether a path is a folder of several nights."""
    return path.is_dir() and not (path / RESULT_NAME).exists()


def common_names(a: Path, b: Path) -> list[str]:
    """List the nights that both folders hold, by name.

    Raises
    ------
    InputError
        They have no name in common.
    """
    inside_a, inside_b = (
        {item.name for item in folder.iterdir()} for folder in (a, b)
    )
    names = sorted(
        name for name in inside_a & inside_b if not name.startswith(".")
    )
    if not names:
        raise InputError(
            f"{a.name} and {b.name} have no night of the same name; "
            "name the files of one night alike in both folders."
        )
    return names


def _write_json(found: ScoringAgreement | NightsAgreement) -> None:
    sys.stdout.write(
        escaped(json_module.dumps(as_json(found), ensure_ascii=False)) + "\n"
    )
