"""Masks a person brings: which part of a picture is to be drawn anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.creation import Creation, LearnerError
from course_utils.files import read_given
from course_utils.pictures.inpainting import part_from_mask
from course_utils.pictures.png import open_picture
from course_utils.pictures.uploads import decode_picture, from_array, made_plain

if TYPE_CHECKING:
    from PIL import Image

HOLE = "The clear part of the mask is what was drawn anew."
CLEAR = 128  # opacity below which a place of a mask counts as clear


def bring_mask(part: Any, start: Creation | None) -> tuple[str, str]:
    """The setting `part` from what a person gives, and a sentence on how it was read ("" mostly).

    Args:
        part: a name or digits as they are, or a mask: a file's name, bytes, a PIL picture, an
            array, a picture made here, a drawing field. Light is what is to change; in a mask with
            a clear hole, the hole.
        start: the picture it is for.

    Raises:
        LearnerError: the mask cannot be read, does not match the picture, or marks nothing.
    """
    if isinstance(part, str) and "." not in part:
        return part, ""
    if hasattr(part, "set_picture"):  # a drawing field
        return part_from_mask(part.mask()), ""
    mask, said = marked(mask_picture(part))
    return part_from_mask(mask, open_picture(start.content).size if start else None), said


def mask_picture(part: Any) -> Image.Image:
    """A mask as a PIL picture, RGBA.

    Raises:
        LearnerError: it is none.
    """
    if isinstance(part, Creation):
        return open_picture(part.content).convert("RGBA")
    if isinstance(part, str | os.PathLike):
        return decode_picture(read_given(Path(part)))
    if isinstance(part, bytes | bytearray | memoryview):
        return decode_picture(bytes(part))
    if hasattr(part, "convert"):
        return made_plain(part)
    if hasattr(part, "__array__") and hasattr(part, "shape"):
        return made_plain(from_array(part))
    raise LearnerError(
        "Say which part to change by a name such as “left half”, or give a mask: a picture, an"
        " array or a file's name."
    )


def marked(mask: Image.Image) -> tuple[Image.Image, str]:
    """A mask (RGBA) as a grey picture, light where it is to change, and how it was read.

    With a clear part: light strokes on clear ground are what is marked; in anything else the clear
    part is.
    """
    from PIL import Image

    opacity = mask.getchannel("A")
    solid = opacity.point(lambda value: 255 * (value >= CLEAR))
    if solid.getextrema() != (0, 255):  # the same everywhere: nothing is cut out
        return mask.convert("RGB").convert("L"), ""
    grey = mask.convert("RGB").convert("L")
    darkest = Image.composite(grey, Image.new("L", grey.size, 255), solid).getextrema()[0]
    if darkest > 200:
        return solid, ""
    return solid.point(lambda value: 255 - value), HOLE
