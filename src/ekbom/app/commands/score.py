"""`ekbom score`: a night in, a scored and explained result out."""

import json as json_module
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ekbom.app.choices import Files, Settings, Switch, given, words
from ekbom.app.folders import refuse_folder
from ekbom.app.lab_files import mapping_files
from ekbom.app.terminal.placed_lines import placed_lines
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.summary import print_summary
from ekbom.app.terminal.visible import say
from ekbom.app.which_file import annotations_for
from ekbom.model.errors import UsageError
from ekbom.pipeline.request import DEFAULT_DETECTOR, rule_set_wishes
from ekbom.pipeline.score import score_night
from ekbom.report.files import place_night
from ekbom.report.outputs.folder import NONE
from ekbom.report.outputs.permit import Permit
from ekbom.report.result_json import result_to_dict
from ekbom.rules.scoring_options import set_options

WRITING = "writing"


def score(
    night: Path | None = None,
    /,
    *,
    annotations: Files = (),
    movements: Path | None = None,
    companions: bool = True,
    mapping: Files = (),
    rules: str = "wasm2016",
    options: Settings = (),
    config: Path | None = None,
    detector: str = DEFAULT_DETECTOR,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
    ignore_dates: Switch = False,
    keep_text: Switch = False,
    scored: str = "",
    seed: int = 0,
    bootstrap: int = 1000,
    out: Path | None = None,
    overwrite: Switch = False,
    json: bool = False,
    notes: Switch = False,
) -> None:
    """Score one night: find the leg movements, build the periodic series, count, write the report.

    Parameters
    ----------
    night
        The recording (EDF, EDF+ or BDF). Leave it out to score marked movements alone.
    annotations
        Files with hypnogram and events: EDF+ annotations, BIDS events.tsv, Noxturnal CSV and
        others.
    movements
        Movements marked by a person: a CSV with onset_s, duration_s, side; the EMG is then not
        judged.
    companions
        Use the scorings that lie beside the recording and belong to it by their names, where no
        annotations are given; each is named in the result.
    mapping
        TOML files with your own labels, texts, rule sets and options; mapping.toml in your
        configuration folder where none is named; "none" for none.
    rules
        Rule sets, separated by commas, the first is the main one; "all" for every one (see: ekbom
        rules list).
    options
        An option of the rule sets as name=value; may be given several times.
    config
        A TOML file with options of the rule sets.
    detector
        "robust", or "literal" for the amplitude rule exactly as it is written.
    left
        Label of the left leg channel, where the choice from the labels is wrong.
    right
        Label of the right leg channel.
    unit
        Unit of the leg channels, where the header is wrong: V, mV or uV.
    ignore_dates
        Take annotations and movements of another date by their clock times, where a date is known
        to be wrong.
    keep_text
        Keep what persons wrote freely as annotations in the files; without it such texts are only
        counted.
    scored
        What was scored although no event was found: arousals, breathing, movements, separated by
        commas.
    seed
        Seed of the bootstrap.
    bootstrap
        Number of bootstrap samples; 0 leaves the uncertainty out.
    out
        Folder for result.json, movements.csv, leg_movements.csv, traces.npz and report.html. It
        belongs to one night: what Ekbom wrote there of another one is removed.
    overwrite
        Also take the place of files that Ekbom did not write, or that were changed since. Marks,
        facts and what was read as such stay even then.
    json
        Print the whole result as JSON instead of the summary.
    notes
        Print every note; without it they are counted.
    """
    if night is None and movements is None and not annotations:
        raise UsageError(
            "There is nothing to score; give a recording, or --movements and --annotations."
        )
    refuse_folder(night, command="score")
    annotations = annotations_for(night, annotations, companions=companions)
    own_words = mapping_files(mapping)
    with steps_shown(steps_of(words(rules))) as progress:
        result = score_night(
            night,
            annotations=annotations,
            movements=movements,
            companions=companions,
            mapping=own_words,
            rules=words(rules),
            options=set_options(options, config=config),
            detector=detector,
            left=left,
            right=right,
            unit=unit,
            ignore_dates=ignore_dates,
            keep_text=keep_text,
            scored=words(scored),
            seed=seed,
            bootstrap_samples=bootstrap,
            progress=progress,
        )
        permit = Permit(
            inputs=given(night, config, *own_words),
            work=given(movements, *annotations),
            overwrite=overwrite,
        )
        progress(WRITING)
        placed = (
            place_night(result, out, permit=permit) if out is not None else NONE
        )
    if json:
        sys.stdout.write(json_module.dumps(result_to_dict(result)) + "\n")
        for line in placed_lines(replace(placed, written=())):
            say(line, file=sys.stderr)
        return
    print_summary(result, told=placed_lines(placed), notes=notes)


def steps_of(rules: Iterable[str]) -> tuple[str, ...]:
    """Name the steps of scoring a night, in order."""
    scored = (f"scoring by {name}" for name in rule_set_wishes(rules))
    return ("reading", "finding leg movements", *scored, WRITING)
