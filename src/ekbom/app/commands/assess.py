"""`ekbom assess`: from clinical facts to causes, checks and options, each with its reasons."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ekbom.app.choices import Settings, Switch, named_values
from ekbom.app.files import (
    folder_of,
    json_text,
    open_result,
    result_file,
)
from ekbom.app.terminal.assessment_lines import answer_lines, change_lines
from ekbom.app.terminal.card_lines import short_lines
from ekbom.app.terminal.screen import show
from ekbom.app.terminal.visible import escaped
from ekbom.pipeline.assess import assess as assess_answers
from ekbom.pipeline.assess import what_if as changes_if
from ekbom.pipeline.facts_file import read_object
from ekbom.report.files import place_assessment
from ekbom.report.outputs.permit import Permit
from ekbom.report.result_json import assessment_to_dict

Tries = Annotated[tuple[str, ...], Parameter(name="--what-if", negative="")]


def assess(
    facts: Path,
    /,
    *,
    night: Path | None = None,
    what_if: Tries = (),
    settings: Settings = (),
    out: Path | None = None,
    overwrite: Switch = False,
    json: bool = False,
    full: bool = False,
) -> None:
    """Assess clinical facts.

    What it is, what makes it worse, what to check, what can help, and how sure each of these
    is.

    Parameters
    ----------
    facts
        A facts file (JSON), as the interview writes it; see the facts schema in the documentation.
    night
        The result.json of a scored night, or its folder; its indices become facts.
    what_if
        An answer to try, as name=value, such as ferritin_ng_ml=40; what would change is shown. May
        be given several times.
    settings
        A clinical setting as name=value, such as plmd.operator=">="; shown in the result. May be
        given several times.
    out
        Also write the assessment as JSON to this file.
    overwrite
        Also take the place of files that Ekbom did not write, or that were changed since. Marks,
        facts and what was read as such stay even then.
    json
        Print the assessment as JSON instead of lines.
    full
        Print every line with its reasons and sources below the card.
    """
    answers = read_object(facts)
    scored = open_result(night, goes_on_in=folder_of(out)) if night else None
    digest = scored.digest if scored else ""
    chosen = named_values(settings, option="--set")
    tried = named_values(what_if, option="--what-if")
    assessment = assess_answers(answers, night=scored, settings=chosen)
    if out is not None:
        permit = Permit(
            inputs=(result_file(night),) if night else (),
            work=(facts,),
            overwrite=overwrite,
        )
        place_assessment(assessment, out, night=digest, permit=permit)
    if json:
        values = assessment_to_dict(assessment, night=digest)
        sys.stdout.write(escaped(json_text(values)) + "\n")
        return
    if tried:
        changes = changes_if(answers, tried, night=scored, settings=chosen)
        show(change_lines(tried, changes))
    show(answer_lines(assessment) if full else short_lines(assessment))
