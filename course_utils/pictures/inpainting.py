"""Parts of a picture: which squares are to change, painting there anew,
and growing beyond the edge.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.creation import Creation, LearnerError
from course_utils.files import read_given

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "GRID",
    "REGIONS",
    "SIDES",
    "bring_mask",
    "extended",
    "part_from_mask",
    "part_mask",
    "repainted",
]

GRID = 12  # a mask has 12 x 12 squares: the model's own resolution
REGIONS = {  # name: left, top, right, bottom as shares of the picture
    "left half": (0, 0, 0.5, 1),
    "right half": (0.5, 0, 1, 1),
    "top half": (0, 0, 1, 0.5),
    "bottom half": (0, 0.5, 1, 1),
    "middle": (0.25, 0.25, 0.75, 0.75),
    "top left": (0, 0, 0.5, 0.5),
    "top right": (0.5, 0, 1, 0.5),
    "bottom left": (0, 0.5, 0.5, 1),
    "bottom right": (0.5, 0.5, 1, 1),
}
SIDES = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}
HOLE = "The clear part of the mask is what was drawn anew."
CLEAR = 128  # opacity below which a place of a mask counts as clear
MARKED = 0.3  # a square of the mask counts when this share of it is marked


def part_mask(part: str, size: int):
    """A black and white PIL picture, white where is to be drawn anew,
    from a name in REGIONS or 36 hexadecimal digits.

    Raises:
        LearnerError: neither of the two, or nothing is marked.
    """
    from PIL import Image, ImageDraw

    mask = Image.new("L", (GRID, GRID), 0)
    if part in REGIONS:
        left, top, right, bottom = (round(share * GRID) for share in REGIONS[part])
        ImageDraw.Draw(mask).rectangle((left, top, right - 1, bottom - 1), fill=255)
    elif re.fullmatch(r"[0-9a-f]{36}", part) and int(part, 16):
        bits = f"{int(part, 16):0{GRID * GRID}b}"
        mask.putdata([255 * int(bit) for bit in bits])
    else:
        raise LearnerError(
            f"Say which part to change: {', '.join(REGIONS)}, or paint at least one square."
        )
    return mask.resize((size, size), Image.Resampling.NEAREST)


def repainted(draw, picture, mask, strength: float, count: int) -> list:
    """The picture with the white part of the mask drawn anew, and the rest as it was,
    pixel by pixel. `draw`: an `image.Drawing`.
    """
    from PIL import Image, ImageFilter

    size = picture.width
    new = draw(
        "part",
        image=[picture] * count,
        mask_image=[mask] * count,
        strength=max(strength, 0.3),
        height=size,
        width=size,
    )
    soft = mask.filter(ImageFilter.GaussianBlur(max(1, size // 48)))
    return [Image.composite(made, picture, soft) for made in new]


def extended(draw, picture, side: str, size: int, count: int) -> list:
    """The picture made half a picture wider or taller:
    the new half grows out of the old half beside it.
    """
    from PIL import Image

    across, down = SIDES[side]
    scale = size / (picture.height if across else picture.width)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    half = size // 2
    tile, mask = (
        Image.new("RGB", (size, size), picture.getpixel((1, 1))),
        Image.new("L", (size, size), 0),
    )
    edge_x = picture.width - half if across > 0 else 0
    edge_y = picture.height - half if down > 0 else 0
    known = picture.crop(
        (edge_x, edge_y, edge_x + (half if across else size), edge_y + (half if down else size))
    )
    tile.paste(known, (half if across < 0 else 0, half if down < 0 else 0))
    new_left, new_top = (
        (0 if across < 0 else half) if across else 0,
        (0 if down < 0 else half) if down else 0,
    )
    mask.paste(
        255,
        (
            new_left,
            new_top,
            new_left + (half if across else size),
            new_top + (half if down else size),
        ),
    )
    whole_size = (picture.width + half * abs(across), picture.height + half * abs(down))
    results = []
    for made in repainted(draw, tile, mask, 1.0, count):
        whole = Image.new("RGB", whole_size)
        whole.paste(picture, (half if across < 0 else 0, half if down < 0 else 0))
        strip = made.crop(
            (
                new_left,
                new_top,
                new_left + (half if across else size),
                new_top + (half if down else size),
            )
        )
        whole.paste(
            strip,
            (
                0 if across < 0 else picture.width if across else 0,
                0 if down < 0 else picture.height if down else 0,
            ),
        )
        results.append(whole)
    return results


def part_from_mask(mask, size: tuple[int, int] | None = None) -> str:
    """The 36 hexadecimal digits for the setting `part` from a mask: a PIL picture,
    light where it is to change.

    Args:
        size: width and height of the picture it is for; only their proportion matters.

    Raises:
        LearnerError: nothing is marked, everything is, or the mask is of another shape than the
            picture.
    """
    from PIL import Image

    wide, high = size or (1, 1)
    if abs(mask.width * high - mask.height * wide) > 0.05 * mask.height * wide:
        raise LearnerError(
            f"The mask is {mask.width} by {mask.height} pixels and the picture {wide} by {high}:"
            " they do not have the same shape. Paint the mask on the picture itself, or name a"
            " part."
        )
    shares = list(
        mask.convert("L")
        .point(lambda value: 255 * (value > 127))
        .resize((GRID, GRID), Image.Resampling.BOX)
        .tobytes()
    )
    # a thin line still marks the squares it fills most
    least = 255 * MARKED if max(shares) > 255 * MARKED else max(1, max(shares))
    bits = "".join("1" if share >= least else "0" for share in shares)
    if "1" not in bits:
        raise LearnerError(
            "Nothing is marked yet. Paint over the part to change, or name a part, then try again."
        )
    return f"{int(bits, 2):0{GRID * GRID // 4}x}"


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
    from course_utils.pictures.png import open_picture

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
    from course_utils.pictures.png import open_picture
    from course_utils.pictures.uploads import decode_picture, from_array, made_plain

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
    import numpy as np
    from PIL import Image

    opacity = mask.getchannel("A")
    solid = opacity.point(lambda value: 255 * (value >= CLEAR))
    if solid.getextrema() != (0, 255):  # the same everywhere: nothing is cut out
        return mask.convert("RGB").convert("L"), ""
    grey = mask.convert("RGB").convert("L")
    seen = Image.composite(grey, Image.new("L", grey.size, 255), solid)
    if np.asarray(seen).min() > 200:
        return solid, ""
    return solid.point(lambda value: 255 - value), HOLE
