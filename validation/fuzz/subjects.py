"""What is tried: every door through which input comes in, and every writer behind it."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import cast

from ekbom.app.terminal.conversation import Conversation
from ekbom.app.terminal.dialogue import Dialogue, flat, nested
from ekbom.app.terminal.summary import print_summary
from ekbom.app.terminal.visible import VisibleConsole
from ekbom.codec.json_text import json_values
from ekbom.model.errors import InputError
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.follow_up import follow_up
from ekbom.pipeline.score import score_night
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.study import open_study
from ekbom.report.branding import Branding, read_branding
from ekbom.report.exports.fhir import fhir_bundle, fhir_bytes
from ekbom.report.files import report_contents
from ekbom.report.options import ReportOptions
from ekbom.report.result_json import (
    Values,
    assessment_bytes,
    assessment_from_dict,
    result_bytes,
    result_from_dict,
)
from ekbom.report.traces import read_traces, with_traces
from ekbom.rules.load_detection import load_physical_limits
from ekbom.rules.load_interview import load_interview
from ekbom.rules.load_scoring import load_rule_set
from ekbom.rules.scoring_options import option_names, set_options
from validation.fuzz.change import (
    NASTY_WORDS,
    damaged_bytes,
    damaged_fields,
    damaged_tree,
)
from validation.fuzz.material import (
    BRANDING,
    Material,
    make_material,
    small_recording,
)

Attempt = Callable[[Random], object]
LIGHT = frozenset({"html", "json", "fhir", "redcap"})


@dataclass(frozen=True)
class Subject:
    """One kind of input; only every so many tries it has its turn."""

    name: str
    attempt: Attempt
    every: int = 1


def all_subjects(folder: Path) -> list[Subject]:
    """List every subject; damaged files are written into a folder."""
    made = make_material(folder)
    return [
        Subject("recording", recording),
        Subject("recording, scored", lambda r: scored(made, r), 40),
        Subject("annotations", lambda r: annotations(made, r)),
        Subject("annotations, scored", lambda r: marked(made, r), 20),
        Subject("facts", lambda r: facts(made, r), 4),
        Subject("facts file", lambda r: facts_file(made, r)),
        Subject("visits", lambda r: visits(made, r), 8),
        Subject("interview", interview, 20),
        Subject("options", options),
        Subject("options, scored", lambda r: scored_by(made, r), 20),
        Subject("result, bytes", lambda r: result_of_bytes(made, r), 8),
        Subject("result, values", lambda r: result_of_values(made, r), 8),
        Subject("assessment", lambda r: assessment(made, r), 8),
        Subject("traces", lambda r: traces(made, r), 4),
        Subject("branding", lambda r: branding(made, r), 4),
        Subject("PDF", lambda r: pdf(made, r), 200),
    ]


def recording(random: Random) -> None:
    """Open a small recording with a damaged header or damaged marks."""
    content = damaged_fields(small_recording(), random)
    open_study(io.BytesIO(content), limits=load_physical_limits())


def scored(made: Material, random: Random) -> None:
    """Score a damaged recording and write what comes of it."""
    content = damaged_fields(made.recording, random)
    written(score_night(io.BytesIO(content), bootstrap_samples=5))


def annotations(made: Material, random: Random) -> None:
    """Read a damaged file of annotations."""
    read_annotations(damaged_scoring(made, random))


def marked(made: Material, random: Random) -> None:
    """Score a night from two damaged files alone."""
    path = damaged_scoring(made, random)
    movements = made.folder / "moved.csv"
    content = damaged_bytes(made.scorings["movements.csv"], random)
    movements.write_bytes(content)
    written(
        score_night(
            movements=movements, annotations=[path], bootstrap_samples=5
        )
    )


def damaged_scoring(made: Material, random: Random) -> Path:
    """Write one of the scorings, damaged."""
    name = random.choice(sorted(made.scorings))
    path = made.folder / name
    path.write_bytes(damaged_bytes(made.scorings[name], random))
    return path


def facts(made: Material, random: Random) -> None:
    """Assess damaged answers, as a program may hand them over."""
    answers = damaged_tree(random.choice(made.facts), random)
    if isinstance(answers, dict):
        assessment_bytes(assess(answers, night=made.result))


def facts_file(made: Material, random: Random) -> None:
    """Assess a damaged facts file; most of them are no JSON any more."""
    text = json.dumps(random.choice(made.facts)).encode()
    values = json_of(damaged_bytes(text, random))
    assess(values)


def json_of(content: bytes) -> dict[str, object]:
    """Read damaged JSON as the doors do."""
    try:
        values = json_values(content.decode())
    except ValueError as error:
        raise InputError(f"the file is no JSON ({error})") from error
    if not isinstance(values, dict):
        raise InputError("the file holds no object")
    return values


def visits(made: Material, random: Random) -> None:
    """Compare damaged visits."""
    dated = [
        {"date": f"2026-0{month}-10", "facts": random.choice(made.facts)}
        for month in (1, 4, 7)
    ]
    content = {"schema_version": "1.0", "visits": dated}
    changed = damaged_tree(content, random)
    if isinstance(changed, dict):
        follow_up(changed)


def interview(random: Random) -> None:
    """Answer every question with numbers, words and nonsense."""
    words = ("", "1", "2", "3", "0", "-", "b", "?", "1,2", "9" * 400, "40 ug/l")
    lines = iter(
        random.choice(words)
        if random.random() < 0.9
        else random.choice(NASTY_WORDS).decode("latin-1")
        for _ in range(60)
    )
    dialogue = Dialogue(load_interview(), clinician=random.random() < 0.5)
    console = VisibleConsole(file=io.StringIO(), highlight=False)
    Conversation(console, lambda: next(lines, "q")).hold(dialogue)
    answered = nested(dialogue.answers)
    assess({"schema_version": "1.0", **answered})
    flat(answered)


def options(random: Random) -> dict[str, object]:
    """Set one to three options to nonsense."""
    names = option_names(load_rule_set("wasm2016").parameters)
    values = ("1", "0", "none", "true", "[1,2]", "{a=1}", "1e6", "0.5", "3")
    nasty = [word.decode("latin-1") for word in NASTY_WORDS]
    chosen = set_options(
        f"{random.choice(names)}={random.choice((*values, *values, *nasty))}"
        for _ in range(random.choice((1, 1, 2, 3)))
    )
    load_rule_set("wasm2016", options=chosen)
    return chosen


def scored_by(made: Material, random: Random) -> None:
    """Score marked movements by options that were accepted."""
    movements = made.folder / "marks.csv"
    movements.write_bytes(made.scorings["movements.csv"])
    hypnogram = made.folder / "bids_events.tsv"
    hypnogram.write_bytes(made.scorings["bids_events.tsv"])
    result = score_night(
        movements=movements,
        annotations=[hypnogram],
        options=options(random),
        bootstrap_samples=5,
    )
    written(result)


def result_of_bytes(made: Material, random: Random) -> None:
    """Read a damaged `result.json`, and write everything from it."""
    values = json_of(damaged_bytes(made.result_text, random))
    written(result_from_dict(cast("Values", values)))


def result_of_values(made: Material, random: Random) -> None:
    """Read a result of which single values were changed, and write everything from it."""
    values = damaged_tree(made.result_values, random)
    text = json.dumps(values).encode()
    written(result_from_dict(cast("Values", json_of(text))))


def written(result: StudyResult) -> None:
    """Write a result in every form that is quick, and show it."""
    result_bytes(result)
    report_contents(result, options=ReportOptions(kinds=LIGHT - {"fhir"}))
    fhir_bytes(fhir_bundle(result))
    with redirect_stdout(io.StringIO()):
        print_summary(result)


def assessment(made: Material, random: Random) -> None:
    """Read a damaged assessment and write it as FHIR and HTML."""
    text = json.dumps(damaged_tree(made.assessment_values, random)).encode()
    said = assessment_from_dict(cast("Values", json_of(text)))
    fhir_bytes(fhir_bundle(made.result, assessment=said))
    options = ReportOptions(kinds=frozenset({"html"}), assessment=said)
    report_contents(made.result, options=options)


def traces(made: Material, random: Random) -> None:
    """Read damaged traces, and draw what could be read."""
    path = made.folder / "traces.npz"
    path.write_bytes(damaged_bytes(made.traces, random))
    result = with_traces(made.result, read_traces(path))
    report_contents(result, options=ReportOptions(kinds=frozenset({"html"})))


def branding(made: Material, random: Random) -> None:
    """Read a damaged branding file; write the page with what could be read."""
    look = damaged_branding(made, random)
    options = ReportOptions(kinds=frozenset({"html"}), branding=look)
    report_contents(made.result, options=options)


def damaged_branding(made: Material, random: Random) -> Branding:
    """Write a branding file, damaged, and read it."""
    path = made.folder / "branding.toml"
    path.write_bytes(damaged_bytes(BRANDING, random))
    return read_branding(path)


def pdf(made: Material, random: Random) -> None:
    """Typeset the report with a damaged look and a strange name."""
    names = [word.decode("latin-1") for word in NASTY_WORDS if len(word) < 99]
    options = ReportOptions(
        kinds=frozenset({"pdf", "fhir", "patient"}),
        branding=replace(
            damaged_branding(made, random), logo=b"", logo_type=""
        ),
        person=random.choice(names),
    )
    report_contents(made.result, options=options)
