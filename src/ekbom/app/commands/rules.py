"""`ekbom rules`: the scoring standards, listed, shown with their sources, and compared on a night."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from ekbom.model.source import EvidenceMark, RuleSet, Source
from ekbom.model.source import Parameter as RuleParameter
from ekbom.pipeline.rules_diff import compare_rule_sets
from ekbom.pipeline.score import score_night
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_scoring import list_rule_sets, load_rule_set, rules_text
from ekbom.rules.scoring_options import set_options

NOT_CONFIRMED = "recalled, not confirmed"
app = App(name="rules", help="List, show and compare the scoring standards.")


@app.command(name="list")
def list_all() -> None:
    """List the scoring standards, with how many of their numbers nobody could confirm."""
    for rule_set in list_rule_sets():
        recalled = sum(parameter.source.to_verify for parameter in rule_set.parameters.values())
        doubt = (
            f"; {recalled} of {len(rule_set.parameters)} values {NOT_CONFIRMED}" if recalled else ""
        )
        print(
            f"{rule_set.id:<12} {rule_set.name}, edition {rule_set.edition}, {rule_set.status}{doubt}"
        )


@app.command
def show(
    name: str,
    *,
    options: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    config: Path | None = None,
) -> None:
    """Print one standard: every value with its unit, whether a bound is inside, and where it comes from.

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
    print("\n".join(_table(rule_set)))


@app.command
def diff(
    a: str,
    b: str,
    night: Path | None = None,
    *,
    annotations: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")] = (),
    movements: Path | None = None,
    options: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
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
        The recording. Leave it out to compare on marked movements alone.
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
    )
    found = compare_rule_sets(result, a, b)
    for score in result.scores.values():
        if score.rule_set.non_default:
            print(f"Rules: {rules_text(score.rule_set)}")
    for movement in found.movements:
        print(movement.sentence)
    print(
        f"PLM: {found.n_plm_a} by {found.name_a}, {found.n_plm_b} by {found.name_b}, {found.n_both} by both"
    )
    print(f"{len(found.movements)} movements differ")


def _table(rule_set: RuleSet) -> list[str]:
    """Write a standard for a person."""
    lines = [
        f"{rule_set.id}: {rule_set.title}",
        f"edition {rule_set.edition}, {rule_set.status}, last checked {rule_set.last_checked}",
    ]
    if rule_set.non_default:
        lines.append(
            "set by option: "
            + ", ".join(f"{name} = {_text(value)}" for name, value in rule_set.non_default.items())
        )
    lines.append(f"digest {rule_set.digest}")
    width = max(map(len, rule_set.parameters))
    for parameter in rule_set.parameters.values():
        lines.append(
            f"  {parameter.name:<{width}}  {_value(parameter)}  [{_source(parameter.source)}]"
        )
        if why := parameter.note or _reason(parameter.source):
            lines.append(f"  {'':<{width}}    {why}")
    cited = sorted({parameter.source.citation for parameter in rule_set.parameters.values()} - {""})
    lines.append("Sources, and what of them was read")
    references = load_bibliography()
    return lines + [
        f"  {key}: {references[key].title}. {references[key].where}. Read: {references[key].access}."
        for key in cited
    ]


def _value(parameter: RuleParameter) -> str:
    """Write a value with unit and bound."""
    unit = (
        ""
        if parameter.unit in {"name", "flag", "count"}
        or not isinstance(parameter.value, int | float | tuple)
        else f" {parameter.unit}"
    )
    bound = (
        ""
        if parameter.inclusive is None or parameter.value is None
        else " (inclusive)"
        if parameter.inclusive
        else " (exclusive)"
    )
    return f"{_text(parameter.value)}{unit}{bound}"


def _text(value: object) -> str:
    """Write a value as it would be set."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return (
        f"[{', '.join(f'{item:g}' for item in value)}]" if isinstance(value, tuple) else str(value)
    )


def _source(source: Source) -> str:
    """Say where a value comes from."""
    if source.evidence is EvidenceMark.OPTION:
        return "set by option"
    words = {
        EvidenceMark.READ: f"read in {source.citation}, {source.locator}",
        EvidenceMark.SECONDARY: f"as quoted or coded in {source.citation}, {source.locator}",
        EvidenceMark.RECALLED: f"{NOT_CONFIRMED}; to verify",
        EvidenceMark.ENGINEERING: "own choice",
    }
    return f"{words[source.evidence]}; checked {source.last_checked}"


def _reason(source: Source) -> str:
    """Give the reason of a choice of the project."""
    return source.locator if source.evidence is EvidenceMark.ENGINEERING else ""
