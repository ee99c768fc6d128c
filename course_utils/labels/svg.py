"""What stands in the course's drawings beside what they show: notes and credentials."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

__all__ = ["Note", "drawn_print", "metadata_in", "unsigned"]

CLOSED = "</metadata>"


class Note(NamedTuple):
    """A metadata element of a drawing: where it begins and ends, and the text in it."""

    start: int
    end: int
    text: str


def metadata_in(svg: str, name: str) -> Note | None:
    """The metadata element with that id, also as other programs write it: attributes beside the
    id, on lines of their own.
    """
    opened = re.search(rf"""<metadata\s(?:[^<>]*\s)?id=["']{name}["'][^<>]*>""", svg)
    closed = svg.find(CLOSED, opened.end()) if opened else -1
    if opened is None or closed < 0:
        return None
    return Note(opened.start(), closed + len(CLOSED), svg[opened.end() : closed])


def drawn_print(svg: str) -> str:
    """A fingerprint of what a drawing draws, whatever its white space, its notes and what stands
    before its first tag: 64 hexadecimal digits.
    """
    drawn = re.sub(r"<metadata\b.*?</metadata>", "", svg[max(0, svg.find("<svg")) :], flags=re.S)
    return hashlib.sha256("".join(drawn.split()).encode()).hexdigest()


def unsigned(svg: str) -> str:
    """A drawing without its Content Credentials, what `credentials.sign` put into attributes back
    in metadata elements; others stay as they are.
    """
    svg = re.sub(r"<metadata><c2pa:manifest>.*?</metadata>", "", svg, flags=re.S).replace(
        ' xmlns:c2pa="http://c2pa.org/manifest"', "", 1
    )
    return re.sub(
        r'<g id="(course-[\w-]+)" data-kept="([^"]*)"/>',
        lambda found: f'<metadata id="{found[1]}">{found[2].replace("&quot;", chr(34))}</metadata>',
        svg,
    )
