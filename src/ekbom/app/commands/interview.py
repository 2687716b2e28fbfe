"""`ekbom interview`: the questions in the terminal, one after the other, with a way back and a way out."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from ekbom.app.terminal.dialogue import (
    NONE,
    Answer,
    Dialogue,
    Given,
    Refused,
    flat,
    nested,
    understand,
)
from ekbom.criteria.interview import Question, Section
from ekbom.model.errors import InputError, UsageError
from ekbom.report.atomic import write_atomically
from ekbom.rules.load_interview import load_interview

COUNT = "1"
PROMPT = "> "
BACK, LEAVE, HELP = {"b", "back"}, {"q", "quit", "s", "save"}, {"?", "h", "help"}
SAFETY = "Decision support, not a diagnosis. In an emergency call your local emergency number."
GO_ON = "The questions can wait: s saves what you have answered so far."
HOW_TO = "Enter = I do not know   b = one question back   s = save and stop   ? = this line"


def interview(
    *, out: Path = Path("facts.json"), known: Path | None = None, clinician: bool = False
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
    """
    draft = out.with_name(out.name + ".draft")
    dialogue = Dialogue(load_interview(), clinician=clinician)
    if known is not None:
        dialogue.answers |= flat(_mapping(known))
    if draft.exists():
        saved = _mapping(draft)
        dialogue.answers |= flat(_inner(saved, "facts", draft))
        dialogue.asked = [str(fact) for fact in _names(saved, draft)]
    console = Console(highlight=False)
    finished = hold(dialogue, console=console, read=lambda: input(PROMPT))
    if not finished:
        write_atomically(
            {draft: _bytes({"asked": dialogue.asked, "facts": nested(dialogue.answers)})}
        )
        console.print(f"Saved. Go on with the same command; the answers so far lie in {draft}.")
        return
    write_atomically({out: _bytes({"schema_version": "1.0", **nested(dialogue.answers)})})
    draft.unlink(missing_ok=True)
    console.print(f"Written: {out}. Next: ekbom assess {out}")
    console.print(SAFETY)


def hold(dialogue: Dialogue, *, console: Console, read: Callable[[], str]) -> bool:
    """Ask until nothing is left (True) or the person leaves (False)."""
    console.print(f"{dialogue.interview.introduction}\n{HOW_TO}")
    heading: Section | None = None
    while (following := dialogue.next_question()) is not None:
        section, question = following
        if section is not heading:
            part, parts = dialogue.place(section)
            console.print(f"\n[bold]{part} of {parts}: {section.title}[/bold]\n{section.why}")
            heading = section
        _show(question, console)
        try:
            line = read()
            if line.strip().casefold() in LEAVE:
                return False
            if not _take(dialogue, question, line, console=console, read=read):
                heading = None
        except EOFError:
            return False
    return True


def _take(
    dialogue: Dialogue, question: Question, line: str, *, console: Console, read: Callable[[], str]
) -> bool:
    """Take one line; False after a step back, when the heading is shown again."""
    word = line.strip().casefold()
    if word in BACK:
        if not dialogue.back():
            console.print("This is the first question.")
        return False
    if word in HELP:
        console.print(HOW_TO)
        return True
    listed = question.parts and word not in {"", *NONE}
    given = (
        Given(question.fact, _entries(question, line, console=console, read=read))
        if listed
        else understand(question, line)
    )
    if isinstance(given, Refused):
        console.print(given.why, markup=False)
    else:
        dialogue.give(question, given)
        if urgent := dialogue.urgent(question):
            console.print(f"\n[bold red]{urgent}[/bold red]\n{GO_ON}")
    return True


def _entries(
    question: Question, first: str, *, console: Console, read: Callable[[], str]
) -> list[Answer]:
    """Ask for a list, a name a line with its parts, until an empty line."""
    name_key = "product" if question.fact == "iv_iron_history" else "name"
    entries: list[Answer] = []
    name = first.strip()
    while name:
        entry: dict[str, Answer] = {name_key: name}
        for part in question.parts:
            given = _part(part, console=console, read=read)
            if given.value not in (None, "unknown"):
                entry[part.fact] = given.value == "yes" if part.fact == "otc" else given.value
        entries.append(entry)
        console.print("The next one? (Enter ends the list)")
        name = read().strip()
    return entries


def _part(part: Question, *, console: Console, read: Callable[[], str]) -> Given:
    """Ask for one part until the answer can be understood."""
    while True:
        _show(part, console)
        given = understand(part, read())
        if not isinstance(given, Refused):
            return given
        console.print(given.why, markup=False)


def _show(question: Question, console: Console) -> None:
    named = question.unit in question.ask.casefold().replace("?", "").split()
    unit = f" ({question.unit})" if question.unit and question.unit != COUNT and not named else ""
    console.print(f"\n{question.ask}{unit}", markup=False)
    if question.hint:
        console.print(f"  {question.hint}", markup=False)
    for number, answer in enumerate(question.answers.values(), start=1):
        console.print(f"  {number}  {answer}", markup=False)
    if question.many:
        console.print("  0  none of these   (several: numbers separated by commas)", markup=False)


def _mapping(path: Path) -> Mapping[str, object]:
    """Read a JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(
            f"{path}: this facts file cannot be read ({error}); give a JSON file."
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            f"{path}: a facts file holds one JSON object, not {type(content).__name__}; give such a file."
        )
    return content


def _inner(saved: Mapping[str, object], key: str, path: Path) -> Mapping[str, object]:
    inner = saved.get(key)
    if not isinstance(inner, dict):
        raise UsageError(f"{path}: this draft has no answers; delete it and begin again.")
    return inner


def _names(saved: Mapping[str, object], path: Path) -> list[object]:
    asked = saved.get("asked")
    if not isinstance(asked, list):
        raise UsageError(
            f"{path}: this draft does not say which questions were asked; delete it and begin again."
        )
    return asked


def _bytes(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
