"""The SVG file of a layout with its record inside, and the way back."""

from __future__ import annotations

import html
import re

from course_utils.creation import BadRecipe, Creation, edited_elsewhere
from course_utils.labels.svg import drawn_print, metadata_in, unsigned
from course_utils.layouts.design import CHANGED, OBJECTS_ID, changed, read_objects

__all__ = ["is_mine", "pack", "unpack"]

RECORD_ID = "course-record"


def is_mine(data: bytes) -> bool:
    """Whether an SVG file may be a layout."""
    return True


def pack(creation: Creation) -> bytes:
    """The SVG file of a layout with its record as metadata."""
    record = html.escape(creation.record(), quote=False)
    note = f'<metadata id="{RECORD_ID}">{record}\n{drawn_print(creation.text)}</metadata>'
    return with_note(creation.text, note).encode()


def with_note(svg: str, note: str) -> str:
    """The drawing with a note before its title, or behind its first tag where it has none."""
    title = re.search(r"<title\b", svg)
    start = re.search(r"<svg\b[^>]*>", svg)
    at = title.start() if title else start.end() if start else len(svg)
    return svg[:at] + note + svg[at:]


def unpack(data: bytes) -> Creation:
    """The creation an SVG file was made from; one that another program changed is another, whose
    parent it is, without the objects that the page was made of.

    Raises:
        BadRecipe: not UTF-8, no record, or a damaged one.
    """
    try:
        text = unsigned(data.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise BadRecipe(
            "The layout could not be read: it is not a text file. Try the original file from your"
            " portfolio."
        ) from problem
    block = metadata_in(text, RECORD_ID)
    if not block:
        raise BadRecipe(
            "This drawing holds no recipe: it was not made with the course, or another program"
            " took it out. Try the original file."
        )
    content = text[: block.start] + text[block.end :]
    record, end, kept = html.unescape(block.text).rpartition("}")
    creation = Creation.from_record(record + end, content.encode())
    now = drawn_print(content)
    if kept.strip() in ("", now):
        if not changed(creation):
            read_objects(content)
        return creation
    objects = metadata_in(content, OBJECTS_ID)
    if objects:
        content = content[: objects.start] + content[objects.end :]
    if not changed(creation):
        content = with_note(content, CHANGED)
    return edited_elsewhere(creation, content.encode(), now)
