"""`ekbom interview`: the questions in the terminal, one after the other; a facts file comes out."""

from collections.abc import Mapping
from pathlib import Path

from ekbom.app.choices import Switch, given
from ekbom.app.files import json_text
from ekbom.app.terminal.conversation import Conversation
from ekbom.app.terminal.dialogue import Dialogue, flat, nested
from ekbom.app.terminal.screen import standing
from ekbom.app.terminal.visible import VisibleConsole, one_line
from ekbom.model.errors import UsageError
from ekbom.pipeline.facts_file import read_object
from ekbom.report.outputs.atomic import write_atomically
from ekbom.report.outputs.permit import Permit
from ekbom.rules.load_interview import load_interview

SCHEMA_VERSION = "1.0"
PROMPT = "> "
EMERGENCY = "In an emergency call your local emergency number."


def interview(
    *,
    out: Path = Path("facts.json"),
    known: Path | None = None,
    clinician: bool = False,
    overwrite: Switch = False,
) -> None:
    """Ask about legs, sleep and health in plain language and write a facts file for "ekbom assess".

    Parameters
    ----------
    out
        The facts file to write. While the interview is unfinished its answers lie beside it and are
        taken up the next time.
    known
        A facts file with what is known already; those questions are skipped.
    clinician
        Also ask for findings that only an examination, a laboratory or a recorded night can give.
    overwrite
        Also take the place of a file that holds no facts; facts stay even then.
    """
    permit = Permit(work=given(known), overwrite=overwrite)
    permit.require(out, free=False)
    draft = out.with_name(out.name + ".draft")
    dialogue = Dialogue(load_interview(), clinician=clinician)
    if known is not None:
        dialogue.answers |= flat(read_object(known))
    permit.require(draft, free=True)
    if draft.exists():
        _resume(dialogue, draft)
    console = VisibleConsole(highlight=False)
    finished = Conversation(console, lambda: input(PROMPT)).hold(dialogue)
    facts = nested(dialogue.answers)
    if not finished:
        _write(draft, {"asked": dialogue.asked, "facts": facts})
        console.print(
            one_line(
                f"Saved. Go on with the same command; the answers so far lie in {draft}."
            ),
            markup=False,
        )
        return
    _require_still_free(out, permit, draft, dialogue)
    _write(out, {"schema_version": SCHEMA_VERSION, **facts})
    draft.unlink(missing_ok=True)
    console.print(
        one_line(f"Written: {out}. Next: ekbom assess {out}"), markup=False
    )
    console.print(f"{standing()} {EMERGENCY}")


def _require_still_free(
    out: Path, permit: Permit, draft: Path, dialogue: Dialogue
) -> None:
    """Keep the answers in the draft if a file was put in their place during the interview."""
    try:
        permit.require(out, free=False)
    except UsageError:
        _write(
            draft,
            {"asked": dialogue.asked, "facts": nested(dialogue.answers)},
        )
        raise


def _resume(dialogue: Dialogue, draft: Path) -> None:
    """Take up the answers of an interview that was not finished."""
    saved = read_object(draft)
    facts, asked = saved.get("facts"), saved.get("asked")
    if not isinstance(facts, dict) or not isinstance(asked, list):
        raise UsageError(
            f"{draft}: this draft lacks the answers or which questions were asked; "
            "delete it and begin again."
        )
    dialogue.answers |= flat(facts)
    dialogue.asked = [str(fact) for fact in asked]


def _write(path: Path, content: Mapping[str, object]) -> None:
    write_atomically({path: (json_text(content) + "\n").encode()})
