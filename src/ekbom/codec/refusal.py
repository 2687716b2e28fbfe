"""What is wrong with a value, in one sentence that says where."""

from dataclasses import fields, is_dataclass

from cattrs import ClassValidationError, IterableValidationError
from cattrs.errors import ForbiddenExtraKeysError

from ekbom.codec.keys import key_of

SHOWN = 80
"""Characters of a value that a refusal shows."""


class RefusalError(ValueError):
    """A value that no record takes: `what` is wrong, and `path` where it stands (empty: on top)."""

    def __init__(self, what: str, path: str) -> None:
        super().__init__(f"{path}: {what}" if path else what)
        self.what = what
        self.path = path


def refusal_of(error: BaseException) -> RefusalError:
    """Find the first fault below an error of the converter, and its path."""
    steps: list[str] = []
    while isinstance(error, ClassValidationError | IterableValidationError):
        step, error = _first(error)
        steps.append(step)
    place = steps[:-1] if isinstance(error, KeyError) else steps
    return RefusalError(_what(error), "".join(place).removeprefix("."))


def _first(
    group: ClassValidationError | IterableValidationError,
) -> tuple[str, BaseException]:
    """Step into the first fault of a record or a list."""
    if isinstance(group, ClassValidationError):
        noted, others = group.group_exceptions()
        if not noted:
            return "", others[0]
        error, note = noted[0]
        return f".{_written(group.cl, note.name)}", error
    listed, rest = group.group_exceptions()
    if not listed:
        return "", rest[0]
    fault, place = listed[0]
    return f".{place.index}" if isinstance(
        place.index, str
    ) else f"[{place.index}]", fault


def _written(record: object, name: str) -> str:
    """Give a field the name it has in the file."""
    if not is_dataclass(record):
        return name
    return next(
        (key_of(field) for field in fields(record) if field.name == name), name
    )


def _what(error: BaseException) -> str:
    if isinstance(error, ForbiddenExtraKeysError):
        extra = ", ".join(
            repr(key) for key in sorted(map(str, error.extra_fields))
        )
        known = ", ".join(key_of(field) for field in fields(error.cl))
        return f"the key {extra} is unknown; known are {known}"
    if isinstance(error, KeyError):
        return f"the key {error.args[0]!r} is missing"
    return str(error)


def is_whole_text(text: str) -> bool:
    """Say whether every letter of a text is whole, so that it can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(value: object) -> str:
    """Show a value in a refusal, cut where it is long."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        return f"a {type(value).__name__} that is too deep or too long to show"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
