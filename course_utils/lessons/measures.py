"""What a result itself says to a guess."""

from __future__ import annotations

import colorsys
import io
from collections import Counter
from collections.abc import Callable

import numpy as np
from PIL import Image

from course_utils.creation import Creation

__all__ = ["MEASURES"]

# where a hue ends, in degrees, and what it is called
HUES = (
    (15, "red"),
    (42, "orange"),
    (68, "yellow"),
    (165, "green"),
    (200, "turquoise"),
    (255, "blue"),
    (300, "purple"),
    (340, "pink"),
    (360, "red"),
)
LITTLE_COLOUR, DARK = 0.25, 0.2  # below: grey, black


def colour_of(creation: Creation) -> str:
    """The commonest colour in a picture, apart from that of its corners."""
    picture = Image.open(io.BytesIO(creation.content)).convert("RGB").resize((48, 48))
    pixels = [
        (red, green, blue) for red, green, blue in np.asarray(picture).reshape(-1, 3).tolist()
    ]
    corner = pixels[0]
    seen = Counter(
        named(pixel) for pixel in pixels if sum(abs(a - b) for a, b in zip(pixel, corner)) > 60
    )
    coloured = {name: count for name, count in seen.items() if name not in ("grey", "black")}
    return max(coloured or seen or {"grey": 1}, key=lambda name: (coloured or seen).get(name, 0))


def named(pixel: tuple[int, int, int]) -> str:
    """The name of a colour given as three numbers up to 255."""
    hue, much, light = colorsys.rgb_to_hsv(*(value / 255 for value in pixel))
    if light < DARK:
        return "black"
    if much < LITTLE_COLOUR:
        return "grey"
    return next(name for end, name in HUES if hue * 360 <= end)


def colour(result: object) -> str:
    """The commonest colour of most of some pictures; "" where there are none."""
    pictures = [
        one
        for one in (result if isinstance(result, list) else [])
        if isinstance(one, Creation) and one.declared.looks == "picture"
    ]
    found = Counter(colour_of(one) for one in pictures)
    return found.most_common(1)[0][0] if found else ""


MEASURES: dict[str, Callable[[object], str]] = {"colour": colour}
