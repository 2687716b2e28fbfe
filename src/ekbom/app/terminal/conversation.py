"""The interview at a terminal: questions shown, lines read, with a way back and a way out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from rich.console import Console

from ekbom.app.terminal.dialogue import (
    NONE,
    Answer,
    Dialogue,
    Given,
    Refused,
    understand,
)
from ekbom.criteria.interview import Question, Section

COUNT = "1"
BACK, LEAVE, HELP = (
    {"b", "back"},
    {"q", "quit", "s", "save"},
    {"?", "h", "help"},
)
GO_ON = "The questions can wait: s saves what you have answered so far."
HOW_TO = "Enter = I do not know   b = one question back   s = save and stop   ? = this line"
NONE_OF_THESE = "  0  none of these   (several: numbers separated by commas)"
NAME_OF_ENTRY = {"iv_iron_history": "product"}


class Step(Enum):
    """What a typed line led to."""

    ON = auto()
    BACK = auto()
    LEAVE = auto()


@dataclass(frozen=True)
class Conversation:
    """Asks the questions of a dialogue: shows them on a console and reads a line for each."""

    console: Console
    read: Callable[[], str]

    def hold(self, dialogue: Dialogue) -> bool:
        """Ask until nothing is left (True) or the person leaves (False)."""
        self.console.print(f"{dialogue.interview.introduction}\n{HOW_TO}")
        try:
            return self._ask_all(dialogue)
        except EOFError:
            return False

    def _ask_all(self, dialogue: Dialogue) -> bool:
        heading: Section | None = None
        while (following := dialogue.next_question()) is not None:
            section, question = following
            if section is not heading:
                self._head(dialogue, section)
            step = self._ask(dialogue, question)
            if step is Step.LEAVE:
                return False
            heading = None if step is Step.BACK else section
        return True

    def _head(self, dialogue: Dialogue, section: Section) -> None:
        part, parts = dialogue.place(section)
        self.console.print(
            f"\n[bold]{part} of {parts}: {section.title}[/bold]\n{section.why}"
        )

    def _ask(self, dialogue: Dialogue, question: Question) -> Step:
        """Show a question and take one line."""
        self._show(question)
        line = self.read()
        word = line.strip().casefold()
        if word in LEAVE:
            return Step.LEAVE
        if word in BACK:
            if not dialogue.back():
                self.console.print("This is the first question.")
            return Step.BACK
        if word in HELP:
            self.console.print(HOW_TO)
        else:
            self._take(dialogue, question, line)
        return Step.ON

    def _take(self, dialogue: Dialogue, question: Question, line: str) -> None:
        """Give a line to the dialogue, or say why it is no answer."""
        given = self._understood(question, line)
        if isinstance(given, Refused):
            self.console.print(given.why, markup=False)
            return
        dialogue.give(question, given)
        if urgent := dialogue.urgent(question):
            self.console.print(f"\n[bold red]{urgent}[/bold red]\n{GO_ON}")

    def _understood(self, question: Question, line: str) -> Given | Refused:
        names_an_entry = question.parts and line.strip().casefold() not in {
            "",
            *NONE,
        }
        if names_an_entry:
            return Given(question.fact, self._entries(question, line.strip()))
        return understand(question, line)

    def _entries(self, question: Question, name: str) -> list[Answer]:
        """Ask for a list, a name a line with its parts, until an empty line."""
        key = NAME_OF_ENTRY.get(question.fact, "name")
        entries: list[Answer] = []
        while name:
            entry: dict[str, Answer] = {key: name}
            for part in question.parts:
                entry |= self._part(part)
            entries.append(entry)
            self.console.print("The next one? (Enter ends the list)")
            name = self.read().strip()
        return entries

    def _part(self, part: Question) -> dict[str, Answer]:
        """Ask for one part until the answer can be understood; empty where it is not known."""
        while True:
            self._show(part)
            given = understand(part, self.read())
            if isinstance(given, Refused):
                self.console.print(given.why, markup=False)
                continue
            if given.value in (None, "unknown"):
                return {}
            return {
                part.fact: given.value == "yes"
                if part.fact == "otc"
                else given.value
            }

    def _show(self, question: Question) -> None:
        """Show a question with its hint and its answers."""
        lines = [f"\n{question.ask}{_unit(question)}"]
        if question.hint:
            lines.append(f"  {question.hint}")
        for number, answer in enumerate(question.answers.values(), start=1):
            lines.append(f"  {number}  {answer}")
        if question.many:
            lines.append(NONE_OF_THESE)
        for line in lines:
            self.console.print(line, markup=False)


def _unit(question: Question) -> str:
    """Give the unit of an answer in brackets, unless the question names it or it is a count."""
    asked = question.ask.casefold().replace("?", "")
    if question.unit in ("", COUNT, *asked.split()):
        return ""
    return f" ({question.unit})"
