"""The pictures that stand inside a page or a drawing, whatever holds them."""

from __future__ import annotations

import base64
import binascii
import html
import re

from course_utils.creation import LearnerError

__all__ = ["UNSEEN", "pictures_inside"]

DATA = re.compile(r"data:image/(png|jpeg|webp|svg\+xml);base64,([A-Za-z0-9+/=\s]*)")
DEEPEST = 4  # drawings in drawings
UNSEEN = (
    "A picture inside it cannot be read, so nobody could look whether it is fit for a class. Make"
    " the work again with the course, then publish that."
)


def pictures_inside(text: str, depth: int = 0) -> list[bytes]:
    """The bytes of all pictures in a text of HTML or SVG, each once, those in drawings too.

    Raises:
        LearnerError: one is no base64, or drawings lie in drawings without end.
    """
    found: dict[bytes, None] = {}
    for form, written in DATA.findall(html.unescape(text)):
        try:
            data = base64.b64decode("".join(written.split()), validate=True)
        except (binascii.Error, ValueError) as problem:
            raise LearnerError(UNSEEN) from problem
        if form != "svg+xml":
            found[data] = None
        elif depth >= DEEPEST:
            raise LearnerError(UNSEEN)
        else:
            inner = pictures_inside(data.decode("utf-8", "replace"), depth + 1)
            found.update(dict.fromkeys(inner))
    return list(found)
