"""`ekbom rules`: the scoring standards, listed, shown with sources, compared on a night."""

from collections.abc import Iterator
from pathlib import Path

from cyclopts import App

from ekbom.app.choices import Files, Settings
from ekbom.app.commands.score import steps_of
from ekbom.app.files import is_scored, open_result
from ekbom.app.folders import refuse_folder
from ekbom.app.terminal.progress import steps_shown
from ekbom.app.terminal.visible import say
from ekbom.model.source import EvidenceMark, Parameter, RuleSet, Source
from ekbom.pipeline.explain import compare_rule_sets, score_by
from ekbom.pipeline.score import score_night
from ekbom.report.sentences.rule_in_words import set_by_option
from ekbom.report.words import load_wording
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_scoring import list_rule_sets, load_rule_set, rules_text
from ekbom.rules.scoring_options import set_options

NOT_CONFIRMED = "recalled, not confirmed"
WITHOUT_UNIT = {"name", "flag", "count"}
BOUNDS = {True: " (inclusive)", False: " (exclusive)"}
app = App(name="rules", help="List, show and compare the scoring standards.")


@app.command(name="list")
def list_all() -> None:
    """List the scoring standards, with how many of their numbers nobody could confirm."""
    for rule_set in list_rule_sets():
        name = f"{rule_set.id:<12} {rule_set.name}"
        say(
            f"{name}, edition {rule_set.edition}, {rule_set.status}{_doubt(rule_set)}"
        )


def _doubt(rule_set: RuleSet) -> str:
    """Say how many values of a standard nobody could confirm."""
    parameters = rule_set.parameters.values()
    recalled = sum(parameter.source.to_verify for parameter in parameters)
    if not recalled:
        return ""
    return f"; {recalled} of {len(parameters)} values {NOT_CONFIRMED}"


@app.command
def show(
    name: str,
    *,
    options: Settings = (),
    config: Path | None = None,
) -> None:
    """Print one standard: every value with its unit, its bound, and where it comes from.

    Parameters
    ----------
    name
        A standard, see: ekbom rules list.
    options
        An option as name=value; may be given several times.
    config
        A TOML file with options of the rule set.
    """
    rule_set = load_rule_set(name, options=set_options(options, config=config))
    for line in _lines(rule_set):
        say(line)


@app.command
def diff(
    a: str,
    b: str,
    night: Path | None = None,
    *,
    annotations: Files = (),
    movements: Path | None = None,
    options: Settings = (),
    config: Path | None = None,
    detector: str = "robust",
    left: str | None = None,
    right: str | None = None,
) -> None:
    """Say movement by movement why two standards differ on a night.

    Parameters
    ----------
    a
        The first standard.
    b
        The second standard.
    night
        The recording, or a night that was scored by both: its result.json or folder. Leave it out
        to compare on marked movements alone.
    annotations
        Files with hypnogram and events.
    movements
        Movements marked by a person.
    options
        An option of the standards as name=value; may be given several times.
    config
        A TOML file with options of the standards.
    detector
        "robust" or "literal".
    left
        Label of the left leg channel, where the choice from the labels is wrong.
    right
        Label of the right leg channel.
    """
    if night is not None and is_scored(night):
        result = open_result(night)
    else:
        refuse_folder(night, command="rules diff A B")
        with steps_shown(steps_of((a, b))) as progress:
            result = score_night(
                night,
                annotations=annotations,
                movements=movements,
                rules=(a, b),
                options=set_options(options, config=config),
                detector=detector,
                left=left,
                right=right,
                bootstrap_samples=0,
                progress=progress,
            )
    found = compare_rule_sets(result, a, b)
    for score in (score_by(result, a), score_by(result, b)):
        if score.rule_set.non_default:
            say(f"Rules: {rules_text(score.rule_set)}")
    words = load_wording()
    for movement in found.movements:
        say(words.reason(movement.reason))
    both = (
        f"{found.n_plm_a} by {found.name_a}, {found.n_plm_b} by {found.name_b}"
    )
    say(f"PLM: {both}, {found.n_both} by both")
    say(f"{len(found.movements)} movements differ")


def _lines(rule_set: RuleSet) -> Iterator[str]:
    """Write a standard for a person."""
    yield f"{rule_set.id}: {rule_set.title}"
    yield (
        f"edition {rule_set.edition}, {rule_set.status}, last checked {rule_set.last_checked}"
    )
    changed = [
        f"{name} = {_text(value)}"
        for name, value in rule_set.non_default.items()
    ]
    if changed:
        yield f"set by option: {', '.join(changed)}"
    yield f"digest {rule_set.digest}"
    width = max(map(len, rule_set.parameters))
    for parameter in rule_set.parameters.values():
        yield from _parameter_lines(parameter, width=width)
    yield from _source_lines(rule_set)


def _parameter_lines(parameter: Parameter, *, width: int) -> Iterator[str]:
    """Write a value with its source, and below it what is to be said of it."""
    source = parameter.source
    yield f"  {parameter.name:<{width}}  {_value(parameter)}  [{_source(source)}]"
    choice = (
        source.locator if source.evidence is EvidenceMark.ENGINEERING else ""
    )
    told = set_by_option(parameter, words=load_wording())
    if why := told or parameter.note or choice:
        yield f"  {'':<{width}}    {why}"


def _source_lines(rule_set: RuleSet) -> Iterator[str]:
    """List the sources that a standard cites."""
    yield "Sources, and what of them was read"
    references = load_bibliography()
    cited = {
        parameter.source.citation for parameter in rule_set.parameters.values()
    }
    for key in sorted(cited - {""}):
        reference = references[key]
        yield f"  {key}: {reference.title}. {reference.where}. Read: {reference.access}."


def _value(parameter: Parameter) -> str:
    """Write a value with unit and bound."""
    text = _text(parameter.value)
    measured = isinstance(parameter.value, int | float | tuple)
    if measured and parameter.unit not in WITHOUT_UNIT:
        text += f" {parameter.unit}"
    if parameter.inclusive is None or parameter.value is None:
        return text
    return text + BOUNDS[parameter.inclusive]


def _text(value: object) -> str:
    """Write a value as it would be set."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(f'{item:g}' for item in value)}]"
    return str(value)


def _source(source: Source) -> str:
    """Say where a value comes from."""
    if source.evidence is EvidenceMark.OPTION:
        return "set by option"
    place = f"{source.citation}, {source.locator}"
    words = {
        EvidenceMark.READ: f"read in {place}",
        EvidenceMark.SECONDARY: f"as quoted or coded in {place}",
        EvidenceMark.RECALLED: f"{NOT_CONFIRMED}; to verify",
        EvidenceMark.ENGINEERING: "own choice",
    }
    return f"{words[source.evidence]}; checked {source.last_checked}"
