"""A file of facts or visits, as the interview writes it or a person types it."""

from pathlib import Path

from ekbom.codec.json_text import json_values
from ekbom.model.errors import InputError


def read_object(path: str | Path) -> dict[str, object]:
    """Read a file of facts or visits.

    Raises
    ------
    InputError
        If it cannot be read or holds no JSON object.
    """
    try:
        content = json_values(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give a facts file."
        ) from error
    except ValueError as error:
        raise InputError(
            f"{path} is no valid JSON ({error}); give a facts file as the interview writes it."
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            f"{path} holds no JSON object; give a facts file as the interview writes it."
        )
    return content
