"""XML without document types and entities.

Scorings are data from elsewhere, and entities can be made to explode.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ekbom.model.errors import InputError
from ekbom.readers.files.text import head_text, number, read_bytes, seconds


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One element of a list in an XML file, with its place there."""

    file: str
    where: str
    element: Element

    @property
    def place(self) -> str:
        """Name the element and its file, for messages."""
        return f"{self.file}: {self.where}"

    def text(self, *names: str) -> str:
        """Give the attribute or child that has one of the names, empty where there is none."""
        return text_of(self.element, *names)

    def number(self, *names: str) -> float:
        """Read an attribute or child as a finite number."""
        return number(
            self.text(*names),
            place=self.place,
            column=names[0],
        )

    def seconds(self, name: str) -> float | None:
        """Read an attribute or child as a length of time, s; None where there is none."""
        return seconds_of(self.element, name, place=self.place)


def has_root(root: str, *suffixes: str) -> Callable[[Path, bytes], bool]:
    """Make the test whether a file has one of these suffixes and begins with this root."""

    def recognises(path: Path, head: bytes) -> bool:
        return path.suffix.casefold() in suffixes and f"<{root}" in head_text(
            head
        )

    return recognises


def read_root(path: Path, root: str, *, what: str) -> Element:
    """Read an XML file that must have this root; `what` names such a file in the refusal."""
    element = read_xml(path)
    if element.tag != root:
        raise InputError(
            f"{path.name}: the root is <{element.tag}>, not <{root}>; this is no {what}."
        )
    return element


def read_xml(path: Path) -> Element:
    """Read an XML file into its root element; namespaces are taken off the names.

    Raises
    ------
    InputError
        The file is not well-formed, or it declares a document type (the only place where entities
        can be defined).
    """
    content = read_bytes(path)
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda tag, attributes: builder.start(
        _bare(tag), attributes
    )
    parser.EndElementHandler = lambda tag: builder.end(_bare(tag))
    parser.CharacterDataHandler = builder.data

    def refuse(*_declaration: object) -> None:
        raise InputError(
            f"{path.name}: the XML declares a document type, which no scoring needs; "
            "remove the declaration."
        )

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the C signature takes it by position
    except (expat.ExpatError, LookupError, ValueError) as error:
        place = f"line {parser.ErrorLineNumber}, column {parser.ErrorColumnNumber + 1}"
        what = str(error).partition(":")[0]
        raise InputError(
            f"{path.name}: the XML breaks at {place} ({what}); export the file again."
        ) from error
    return builder.close()


def entries(
    elements: Iterable[Element],
    *,
    file: str,
    what: str,
) -> list[Entry]:
    """Give the elements of a list their places, counted from 1; `what` names one of them."""
    return [
        Entry(
            file=file,
            where=f"{what} {position}",
            element=element,
        )
        for position, element in enumerate(elements, start=1)
    ]


def text_of(element: Element, *names: str) -> str:
    """Give the first attribute or child text that has one of the names; empty without any."""
    for name in names:
        written = element.get(name) or element.findtext(name) or ""
        if written.strip():
            return written.strip()
    return ""


def seconds_of(
    element: Element,
    name: str,
    *,
    place: str,
) -> float | None:
    """Read an attribute or child as a length of time, s; None where there is none."""
    written = text_of(element, name)
    return (
        seconds(
            written,
            place=place,
            column=name,
        )
        if written
        else None
    )


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
