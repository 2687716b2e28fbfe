"""Damage to good input: bytes, words and numbers, and single values of nested data; seeded."""

import copy
import re
from collections.abc import Callable, Iterator
from random import Random

NUMBER = re.compile(rb"[+-]?\d+(?:\.\d+)?")
NASTY_WORDS = (
    b"",
    b"0",
    b"-1",
    b"1e-320",
    b"1e-9",
    b"1e308",
    b"9" * 400,
    b"99999999999999999999",
    b"nan",
    b"inf",
    b"-0.0",
    b"31.12.9999 23:59:59",
    b"9999-12-31T23:59:59",
    b"0001-01-01",
    b"...",
    b"\xff\xfe",
    b"\x00",
    b"\\ud800",
    "\u202e".encode(),
    b"[" * 2000,
    b'{"a":' * 50,
)
NASTY_VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    10**400,
    2**63,
    1e308,
    -1e-320,
    float("nan"),
    float("inf"),
    "",
    "x" * 300,
    "\ud800",
    "\u202e=1+1",
    "9999-12-31T23:59:59",
    "unknown",
    [],
    {},
    [[]],
    {"a": 1},
)
Tree = object
Change = Callable[[bytes, Random], bytes]


def damaged_bytes(content: bytes, random: Random) -> bytes:
    """Change some bytes: one to four faults of a kind drawn at random."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        content = random.choice(FAULTS)(content, random)
    return content


def _flip(content: bytes, random: Random) -> bytes:
    if not content:
        return b"\x00"
    changed = bytearray(content)
    changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _drop(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + content[at + random.randrange(1, 40) :]


def _repeat(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    part = content[at : at + random.randrange(1, 200)]
    return content[:at] + part * random.randrange(1, 20) + content[at:]


def _insert(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(NASTY_WORDS) + content[at:]


def _renumber(content: bytes, random: Random) -> bytes:
    """Put a nasty word in the place of a number, near a place drawn at random."""
    found = NUMBER.search(content, random.randrange(len(content) + 1))
    if found is None:
        return _insert(content, random)
    word = random.choice(NASTY_WORDS)
    return content[: found.start()] + word + content[found.end() :]


def _swap_lines(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    random.shuffle(lines[: random.randrange(len(lines) + 1)])
    at, other = (random.randrange(len(lines) + 1) for _ in range(2))
    lines[at:at] = lines[other : other + 1]
    return b"".join(lines)


FAULTS: tuple[Change, ...] = (
    _flip,
    _cut,
    _drop,
    _repeat,
    _insert,
    _renumber,
    _renumber,
    _swap_lines,
)


def damaged_fields(content: bytes, random: Random) -> bytes:
    """Overwrite a field of eight bytes in a header, keeping every other byte in its place."""
    if random.random() < 0.3:
        return damaged_bytes(content, random)
    at = random.randrange(min(len(content), 2600) // 8) * 8
    word = random.choice(NASTY_WORDS)[:8].ljust(8)
    return content[:at] + word + content[at + 8 :]


def damaged_tree(tree: Tree, random: Random) -> Tree:
    """Change one to three values of nested data."""
    changed = copy.deepcopy(tree)
    for _ in range(random.choice((1, 1, 2, 3))):
        places = list(_places(changed))
        if not places:
            return random.choice(NASTY_VALUES)
        holder, key = random.choice(places)
        _change_at(holder, key, random)
    return changed


def _change_at(holder: object, key: object, random: Random) -> None:
    kind = random.random()
    if not isinstance(holder, dict | list):
        return
    if kind < 0.25:
        del holder[key]  # type: ignore[arg-type]  # the key is one of this holder
    elif kind < 0.35 and isinstance(holder, dict):
        holder[f"{key}\u202e"] = holder.pop(key)
    elif kind < 0.45 and isinstance(holder, list):
        holder.append(random.choice(NASTY_VALUES))
    else:
        holder[key] = _other(holder[key], random)  # type: ignore[call-overload]  # as above


def _other(value: object, random: Random) -> object:
    """Give another value: often of the same type, so that it passes the first door."""
    if random.random() < 0.5:
        return random.choice(NASTY_VALUES)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return random.choice((0, -value, value * 1e6, value + 0.5, 1e17, -1))
    if isinstance(value, str):
        return random.choice((value * 3, value[1:], value.upper(), "left"))
    if isinstance(value, list):
        return random.choice((value[:1], value * 2, value[::-1], value[1:]))
    return {}


def _keys(holder: object) -> list[object]:
    """List the keys of an object, or the first places of a list."""
    if isinstance(holder, list):
        return list(range(min(len(holder), 50)))
    return list(holder) if isinstance(holder, dict) else []


def _places(tree: object) -> Iterator[tuple[object, object]]:
    """Name every place where a value stands: what holds it, and its key there."""
    waiting = [tree]
    while waiting:
        holder = waiting.pop()
        for key in _keys(holder):
            yield holder, key
            waiting.append(holder[key])  # type: ignore[index]  # as above
