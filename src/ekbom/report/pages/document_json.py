"""`report.json`: the same document as data, and everything a system may want beside it."""

import json
from typing import cast

from ekbom.report.codec import JsonValue, encode
from ekbom.report.pages.document import Document


def document_to_dict(document: Document) -> dict[str, JsonValue]:
    """Turn a composed report into JSON values.

    Figures come with title, caption and description, without the drawing.
    """
    encoded = cast("dict[str, JsonValue]", encode(document))
    figures = [
        {"id": f.id, "title": f.title, "caption": f.caption, "alt": f.alt, "empty": f.empty}
        for f in document.figures
    ]
    return encoded | {"figures": cast("list[JsonValue]", figures)}


def document_bytes(document: Document) -> bytes:
    """Give the content of `report.json`."""
    return (
        json.dumps(document_to_dict(document), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    ).encode()
