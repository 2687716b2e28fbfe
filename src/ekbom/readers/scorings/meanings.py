"""What the texts of scorers mean.

Stages and kinds of events in the words of many programs, read from one table.

The table `event_texts.csv` beside this file holds dialect (empty = every format), meaning and the
texts, without punctuation, accents or capitals. A meaning is a stage, an event kind, a kind with a
side, or two kinds joined by ``+`` where one text says two things.
"""

import csv
import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources

from ekbom.model.events import EventKind, Stage
from ekbom.model.movements import Side
from ekbom.readers.channels.labels import recognise_label

MOVEMENT_KINDS = (EventKind.LM, EventKind.PLM, EventKind.PLM_SERIES)
SIDE_WORDS = {
    "left": Side.LEFT,
    "gauche": Side.LEFT,
    "links": Side.LEFT,
    "l": Side.LEFT,
    "right": Side.RIGHT,
    "droite": Side.RIGHT,
    "rechts": Side.RIGHT,
    "r": Side.RIGHT,
    "both": Side.BILATERAL,
    "bilateral": Side.BILATERAL,
    "bilaterale": Side.BILATERAL,
    "beidseitig": Side.BILATERAL,
}
SCORED_BY = re.compile(
    r",\s*(manual|auto|automatic|autoscored|edited)\s*$", re.IGNORECASE
)
DURATION_PART = re.compile(r"\bDUR: *[\d.]+ *SEC\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Meaning:
    """What one text means: a stage, or one or two event kinds with a side.

    `known` is False where no table row has the text.
    """

    stage: Stage | None
    kinds: tuple[EventKind, ...]
    side: Side
    channel: str
    known: bool


def plain(text: str) -> str:
    """Reduce a text to small letters, digits and single blanks, without accents.

    A question mark stays.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(
        letter for letter in decomposed if not unicodedata.combining(letter)
    )
    return " ".join(re.sub(r"[^\w?]+|_", " ", letters.casefold()).split())


@functools.cache
def vocabulary() -> dict[tuple[str, str], str]:
    """Read the table of texts: (dialect, plain text) -> meaning."""
    table: dict[tuple[str, str], str] = {}
    source = resources.files("ekbom.readers.scorings").joinpath(
        "event_texts.csv"
    )
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        dialects = row["dialect"].split() or [""]
        texts = [plain(text) for text in row["texts"].split("|")]
        table |= {
            (dialect, text): row["meaning"]
            for dialect in dialects
            for text in texts
        }
    return table


@functools.lru_cache(maxsize=4096)
def meaning_of(
    text: str,
    *,
    dialect: str = "",
    channel: str = "",
) -> Meaning:
    """Say what a scorer's text means.

    Parameters
    ----------
    text
        The text as written. ``text@@channel`` binds it to a signal; ``concept|original`` is tried
        part by part; a trailing ``,Manual`` only says who scored.
    dialect
        The words of one program come before the words of all (in Noxturnal ``PLM`` is a series).
    channel
        The signal the mark was made on, if the file says so; it gives the side where the text gives
        none.

    Returns
    -------
    Meaning
        An unknown text is `EventKind.OTHER` with `known` False.

    Examples
    --------
    >>> meaning_of("Limb movement@@EMG LAT").side
    <Side.LEFT: 'left'>
    """
    body, _, bound = text.partition("@@")
    signal = bound.strip() or channel
    body = DURATION_PART.sub("DUR", SCORED_BY.sub("", body))
    for part in (body, *body.split("|")):
        entry = _look_up(plain(part), dialect)
        if entry is not None:
            return _meaning(*entry, signal)
    return Meaning(
        None,
        (EventKind.OTHER,),
        Side.UNKNOWN,
        signal,
        known=False,
    )


def is_known(text: str) -> bool:
    """Say whether the table has a text, in the words of any program."""
    dialects = {dialect for dialect, _ in vocabulary()}
    return any(meaning_of(text, dialect=dialect).known for dialect in dialects)


@functools.lru_cache(maxsize=4096)
def known_part(text: str) -> str:
    """Give of a text what the table knows, as it is written; empty where it knows nothing of it.

    Of ``concept|original`` both parts stay only where both are known.

    Examples
    --------
    >>> known_part("Hypopnea|as Jane said")
    'Hypopnea'
    """
    body = SCORED_BY.sub("", text.partition("@@")[0])
    parts = [part for part in body.split("|") if part.strip()]
    known = [part for part in parts if is_known(part)]
    return body if known == parts else (known or [""])[0].strip()


def stage_of(text: str) -> Stage | None:
    """Read a text that stands where only a sleep stage can stand; None where it is none."""
    return meaning_of(text, dialect="stage").stage


def side_of_channel(label: str) -> Side:
    """Tell the leg from the label of the signal a mark was made on.

    Unknown where the label names no leg or both.
    """
    side = recognise_label(label).side
    return Side(side) if side in (Side.LEFT, Side.RIGHT) else Side.UNKNOWN


def _look_up(text: str, dialect: str) -> tuple[str, Side] | None:
    """Look a plain text up in the table.

    Else the text without its side words, where what is left is a leg movement.
    """
    entry = _entry(text, dialect)
    if entry is not None:
        return entry, Side.UNKNOWN
    words = text.split()
    sides = {SIDE_WORDS[word] for word in words if word in SIDE_WORDS}
    entry = _entry(
        " ".join(word for word in words if word not in SIDE_WORDS), dialect
    )
    if (
        entry is None
        or len(sides) != 1
        or entry.split("+")[0] not in MOVEMENT_KINDS
    ):
        return None
    return entry, sides.pop()


def _entry(text: str, dialect: str) -> str | None:
    table = vocabulary()
    return table.get((dialect, text)) or table.get(("", text))


def meaning_written(entry: str) -> Meaning:
    """Read a meaning as the table writes it, such as ``N2``, ``arousal`` or ``lm_left``.

    Raises
    ------
    ValueError
        It is none.
    """
    return _meaning(entry, Side.UNKNOWN, "")


def _meaning(
    entry: str,
    side: Side,
    channel: str,
) -> Meaning:
    """Read an entry of the table: a stage, or one or two kinds, the first perhaps with a side."""
    if entry in set(Stage):
        return Meaning(
            Stage(entry),
            (),
            Side.UNKNOWN,
            channel,
            known=True,
        )
    first, *others = entry.split("+")
    for named in (Side.LEFT, Side.RIGHT, Side.BILATERAL):
        if first.endswith(f"_{named}"):
            first, side = first.removesuffix(f"_{named}"), named
    kinds = tuple(EventKind(kind) for kind in (first, *others))
    if side is Side.UNKNOWN and kinds[0] in MOVEMENT_KINDS:
        side = side_of_channel(channel)
    return Meaning(
        None,
        kinds,
        side,
        channel,
        known=True,
    )
