"""XML without document types and entities.

Scorings are data from elsewhere, and entities can be made to explode.
"""

from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ekbom.model.errors import InputError
from ekbom.readers.files.text import read_bytes


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
    parser.StartElementHandler = lambda tag, attributes: builder.start(_bare(tag), attributes)
    parser.EndElementHandler = lambda tag: builder.end(_bare(tag))
    parser.CharacterDataHandler = builder.data

    def refuse(*_declaration: object) -> None:
        raise InputError(
            f"{path.name}: the XML declares a document type, which no scoring needs; remove the declaration."
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


def text_of(element: Element, *names: str) -> str:
    """Give the text of the first child that has one of the names, empty where there is none."""
    for name in names:
        child = element.find(name)
        if child is not None and child.text and child.text.strip():
            return child.text.strip()
    return ""


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
