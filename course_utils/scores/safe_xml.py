"""XML from strangers: no entities, nothing from outside the file, and limits on size,
depth and number.
"""

from __future__ import annotations

from typing import NoReturn
from xml.etree import ElementTree as Tree
from xml.parsers import expat

from course_utils.creation import BadRecipe

__all__ = ["LARGEST", "read_xml"]

LARGEST = 20_000_000  # bytes
MOST_ELEMENTS = 600_000
DEEPEST = 60


def read_xml(data: bytes) -> Tree.Element:
    """The root of an XML file.

    A document type may be named, as MusicXML does, but it is not fetched and may define nothing.

    Raises:
        BadRecipe: damaged, too large, or it defines entities (which can blow up to fill the memory,
            or read other files).
    """
    if len(data) > LARGEST:
        raise BadRecipe(
            f"That sheet has {len(data) / 1e6:.0f} MB and the limit is {LARGEST // 1_000_000}. Save"
            " a shorter piece, then choose it again."
        )
    build, parser = Tree.TreeBuilder(), expat.ParserCreate(namespace_separator=None)
    depth = number = 0

    def start(name: str, attributes: dict) -> None:
        nonlocal depth, number
        depth, number = depth + 1, number + 1
        if depth > DEEPEST or number > MOST_ELEMENTS:
            raise BadRecipe(
                "That sheet is nested or filled beyond any music. Save it again from a notation"
                " program, then choose it."
            )
        build.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        build.end(name)

    def refuse(*_: object) -> NoReturn:
        raise BadRecipe(
            "That sheet defines entities, which music never needs and which can harm a computer. It"
            " was not opened. Save it again from a notation program."
        )

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
        start,
        end,
        build.data,
    )
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = (
        parser.ExternalEntityRefHandler
    ) = parser.NotationDeclHandler = refuse
    try:
        parser.Parse(data, True)
        return build.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as problem:
        if isinstance(problem, BadRecipe):
            raise
        raise BadRecipe(
            "That sheet could not be read: the file is damaged or is not MusicXML. Save it again"
            " from a notation program, then choose it."
        ) from problem
