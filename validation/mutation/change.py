"""One single change to one file, and how to rank changes so that an edit elsewhere moves none."""

import hashlib
from dataclasses import dataclass

AROUND = 70  # characters shown on either side of a change


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: characters `start` to `end` of the file become `new`.

    `old_line` and `new_line` show it to a person; `nth` counts equal changes of one file.
    """

    path: str
    operator: str
    start: int
    end: int
    new: str
    line: int
    old_line: str
    new_line: str
    nth: int = 0

    @property
    def key(self) -> str:
        """Name the change by what it says, not by where it stands."""
        return "|".join(
            (self.path, self.old_line, self.new_line, str(self.nth))
        )

    def rank(self, seed: int) -> str:
        """Place the change in the lot of one seed."""
        return hashlib.sha256(
            f"{seed}|{self.operator}|{self.key}".encode()
        ).hexdigest()

    def applied(self, text: str) -> str:
        """Make the change in the text of the file."""
        return text[: self.start] + self.new + text[self.end :]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Characters to replace, before it is known how the change reads."""

    operator: str
    start: int
    end: int
    new: str


def as_change(path: str, text: str, edit: Edit) -> Change:
    """Add to an edit the lines a person reads."""
    first = text.rfind("\n", 0, edit.start) + 1
    last = text.find("\n", edit.end)
    last = len(text) if last < 0 else last
    before = text[max(first, edit.start - AROUND) : edit.start]
    after = text[edit.end : min(last, edit.end + AROUND)]
    return Change(
        path=path,
        operator=edit.operator,
        start=edit.start,
        end=edit.end,
        new=edit.new,
        line=text.count("\n", 0, first) + 1,
        old_line=" ".join(
            (before + text[edit.start : edit.end] + after).split()
        ),
        new_line=" ".join((before + edit.new + after).split()),
    )
