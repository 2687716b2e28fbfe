"""`report.json`: the same document as data, and everything a system may want beside it."""

import json
from typing import cast

from ekbom.codec.codec import as_json
from ekbom.codec.hooks import JsonValue
from ekbom.report.pages.document import Document

Values = dict[str, JsonValue]


def document_values(document: Document) -> Values:
    """Give cover, first pages and appendix as one object of JSON values, figures as SVG."""
    parts = (document.cover, document.first, document.appendix)
    values: Values = {}
    for part in parts:
        values |= cast("Values", as_json(part))
    return values | {"labels": as_json(document.labels)}


def document_to_dict(document: Document) -> Values:
    """Turn a composed report into JSON values.

    Figures come with title, caption and description, without the drawing.
    """
    values = document_values(document)
    figures = cast("list[Values]", values["figures"])
    told = [
        {key: item for key, item in figure.items() if key != "svg"}
        for figure in figures
    ]
    return values | {"figures": cast("JsonValue", told)}


def document_bytes(document: Document) -> bytes:
    """Give the content of `report.json`."""
    values = document_to_dict(document)
    return (
        json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    ).encode()
