"""Text files as laboratories write them.

Encodings, tables, numbers and clock times, each refusal with file, row and value.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity

MAX_BYTES = 64 * 1024 * 1024
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
CLOCK = re.compile(
    r"(\d{1,2})[:.](\d{2})[:.](\d{2})(?:[.,](\d{1,6}))?", re.ASCII
)


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A decoded text file: its name without folder, its text, and what had to be noticed."""

    name: str
    text: str
    findings: tuple[Finding, ...] = ()

    def lines(self) -> list[tuple[int, str]]:
        """List the lines that are not blank, each with its number in the file (from 1)."""
        numbered = enumerate(self.text.splitlines(), start=1)
        return [(number, line) for number, line in numbered if line.strip()]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table: its file, its line number there (from 1), and cells by column name."""

    file: str
    line: int
    cells: dict[str, str]

    @property
    def where(self) -> str:
        """Name the row inside its file."""
        return f"row {self.line}"

    @property
    def place(self) -> str:
        """Name the row and its file, for messages."""
        return f"{self.file}: {self.where}"

    def number(self, column: str) -> float:
        """Read a cell as a finite number."""
        return number(
            self.cells[column],
            place=self.place,
            column=column,
        )

    def seconds(self, column: str) -> float:
        """Read a cell as a length of time, s."""
        return seconds(
            self.cells[column],
            place=self.place,
            column=column,
        )

    def clock_ms(self, column: str) -> int:
        """Read a cell as a clock time, ms since midnight."""
        return clock_ms(self.cells[column], place=self.place)


def read_bytes(path: Path) -> bytes:
    """Read a whole annotation file.

    Raises
    ------
    InputError
        It is missing, empty or far too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{path.name}: {size} bytes are too many for an annotation file "
                f"(at most {MAX_BYTES}); check the file."
            )
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path.name}: the file cannot be read ({error.strerror}); check the path."
        ) from error
    if not content.strip():
        raise InputError(
            f"{path.name}: the file is empty; export the annotations again."
        )
    return content


def decode(content: bytes, *, name: str) -> TextFile:
    """Decode text by its byte order mark, else as UTF-8, else as Windows-1252 with a finding."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return TextFile(name=name, text=_strict(content, encoding, name))
    if b"\0" in content:
        raise InputError(
            f"{name}: the file holds NUL bytes where text is expected; it is binary or damaged."
        )
    try:
        return TextFile(name=name, text=content.decode("utf-8"))
    except UnicodeDecodeError as error:
        assumed = Finding(
            "encoding-assumed", Severity.NOTE, name, {"byte": error.start}
        )
    text = content.decode("cp1252", errors="replace")
    return TextFile(name=name, text=text, findings=(assumed,))


def _strict(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: the text breaks off or is damaged at byte {error.start} ({encoding}); "
            "export the file again."
        ) from error
    if "\0" in text:
        raise InputError(
            f"{name}: the file holds NUL characters where text is expected; it is damaged."
        )
    return text


def read_text(path: Path) -> TextFile:
    """Read and decode a text file."""
    return decode(read_bytes(path), name=path.name)


def head_text(head: bytes) -> str:
    """Decode the first bytes of a file leniently, for recognition only.

    Binary content gives an empty text.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            whole = len(head) // 2 * 2 if encoding == "utf-16" else len(head)
            return (
                head[:whole].decode(encoding, errors="ignore").lstrip("\ufeff")
            )
    return "" if b"\0" in head else head.decode("utf-8", errors="replace")


def names_columns(
    *columns: str, suffixes: Collection[str], separators: str = ","
) -> Callable[[Path, bytes], bool]:
    """Make the test whether a file has a suffix and its first line names all these columns."""

    def recognises(path: Path, head: bytes) -> bool:
        first_line = next(iter(head_text(head).splitlines()), "")
        cells = re.split(f"[{re.escape(separators)}]", first_line)
        named = {cell.strip() for cell in cells}
        return path.suffix.casefold() in suffixes and named.issuperset(columns)

    return recognises


def filled_rows(
    file: TextFile,
    *,
    delimiter: str,
    required: Sequence[str] = (),
    what: str = "event",
) -> list[Row]:
    """Split a table that must have at least one row; `what` names a row of it."""
    rows = table_rows(
        file,
        delimiter=delimiter,
        required=required,
    )
    require_rows(
        rows,
        name=file.name,
        what=what,
    )
    return rows


def require_rows(
    rows: Sequence[object], *, name: str, what: str = "event"
) -> None:
    """Refuse a table without rows."""
    if not rows:
        raise InputError(
            f"{name}: there is no {what} under the header; export the {what}s again."
        )


def table_rows(
    file: TextFile,
    *,
    delimiter: str,
    required: Sequence[str] = (),
) -> list[Row]:
    """Split a table with a header line into rows by column name.

    Parameters
    ----------
    file
        The decoded file.
    delimiter
        The character between two cells.
    required
        Columns that must be there.

    Returns
    -------
    list of Row
        Blank lines are left out; every row has as many cells as the header names (trailing empty
        cells aside).
    """
    reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, _stripped(cells)) for cells in reader]
    except csv.Error as error:
        raise InputError(
            f"{file.name}: row {reader.line_num} is no table row ({error}); export the file again."
        ) from error
    filled = [(line, cells) for line, cells in lines if any(cells)]
    if not filled:
        return []
    header = _header(filled[0][1], file.name, required)
    return [
        _row(
            file.name,
            line,
            cells,
            header,
        )
        for line, cells in filled[1:]
    ]


def _stripped(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _header(
    cells: Sequence[str], name: str, required: Sequence[str]
) -> list[str]:
    header = list(cells)
    while not header[-1]:
        header.pop()
    missing = [column for column in required if column not in header]
    if missing:
        named = shown(", ".join(header))
        raise InputError(
            f"{name}: the column {missing[0]!r} is missing; the header names {named}."
        )
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise InputError(
            f"{name}: the header names the column {twice[0]!r} twice; keep one of them."
        )
    return header


def _row(name: str, line: int, cells: list[str], header: Sequence[str]) -> Row:
    while len(cells) > len(header) and not cells[-1]:
        cells.pop()
    row = Row(
        file=name, line=line, cells=dict(zip(header, cells, strict=False))
    )
    if len(cells) != len(header):
        raise InputError(
            f"{row.place} has {len(cells)} cells where the header names {len(header)} columns; "
            "a decimal comma may be the cause."
        )
    return row


def number(text: str, *, place: str, column: str) -> float:
    """Read a finite number with a decimal point, or refuse it with its place, column and value."""
    if NUMBER.fullmatch(text):
        value = float(text)
        if abs(value) < 1e9:
            return value
    if DECIMAL_COMMA.fullmatch(text):
        raise InputError(
            f"{place}: {column} is {text!r} with a decimal comma; write {text.replace(',', '.')}."
        )
    raise InputError(
        f"{place}: {column} is {shown(text)}, which is no usable number; "
        "write seconds with a decimal point."
    )


def seconds(text: str, *, place: str, column: str) -> float:
    """Read a length of time in seconds that must not be negative."""
    value = number(text, place=place, column=column)
    if value < 0:
        raise InputError(
            f"{place}: {column} is {text}, but a duration cannot be negative; correct the row."
        )
    return value


def clock_ms(text: str, *, place: str) -> int:
    """Read a clock time ``hh:mm:ss`` with an optional fraction as milliseconds since midnight."""
    match = CLOCK.fullmatch(text.strip())
    if (
        match is None
        or int(match[1]) > 23
        or int(match[2]) > 59
        or int(match[3]) > 59
    ):
        raise InputError(
            f"{place}: {shown(text)} is no clock time; hh:mm:ss is expected."
        )
    whole_s = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
    return whole_s * 1000 + round(int((match[4] or "0").ljust(6, "0")) / 1000)


def shown(text: str) -> str:
    """Quote a value met in a file for a message, cut where it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
