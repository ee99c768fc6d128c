"""Things that were drawn one by one, put together in one picture on white: on, under, beside,
behind or before each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from course_utils.pictures.candidates.grounds import without_white

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["arranged"]

FOOT, TOP = 0.95, 0.03  # of the side: where things stand, and how high they may reach
TOUCH = 0.05  # of the side: how far one thing that is on another reaches into it
UPPER, LOWER = 0.5, 0.58  # sizes, shares of the side, of what is on something and what carries it
ALONE, BESIDE, OF_MORE = 0.75, 0.52, 0.46
STANDING = {  # by number of things, in their order: the middle across, the foot, the size
    2: ((0.26, 0.8, BESIDE), (0.74, 0.8, BESIDE)),
    3: ((0.26, FOOT, OF_MORE), (0.5, 0.55, OF_MORE), (0.74, FOOT, OF_MORE)),
    4: ((0.25, 0.5, OF_MORE), (0.75, 0.5, OF_MORE), (0.25, FOOT, OF_MORE), (0.75, FOOT, OF_MORE)),
}
BACK, FRONT = 0.68, 0.5
MIDDLE = (0.5, 0.84, 0.68)  # what others stand around
AROUND = {2: (0.17, 0.83), 3: (0.15, 0.5, 0.85)}  # the others' middles across, by their number
OTHERS = 0.34  # their size
EYES, GLASSES = 0.47, 0.54  # how far down a face its eyes are; how wide glasses are

Placed = tuple["Image.Image", float, float, float]  # thing, its middle across, its foot, its size


def arranged(pictures: Sequence[Image.Image], relation: str, turned: bool = False) -> Image.Image:
    """One picture of several on white, all of the size of the first.

    Args:
        relation: how the first stands to the second: "on", "under", "beside", "behind", "before" or
            "wearing" (glasses); "" for one thing alone. Three or four things stand beside each
            other, or all others "around" the first.
        turned: left and right change places.

    Raises:
        KeyError: another relation.
    """
    from PIL import Image

    side = pictures[0].width
    things = [without_white(picture) for picture in pictures]
    canvas = Image.new("RGBA", (side, side), "white")
    for thing, across, foot, size in RELATED[relation](*things):
        lay(canvas, thing, 1 - across if turned else across, foot, size)
    return canvas.convert("RGB")


def lay(canvas: Image.Image, thing: Image.Image, across: float, foot: float, size: float) -> None:
    """A thing at its size, its lowest pixel at the foot, its middle where it is told."""
    from PIL import Image

    side = max(4, round(canvas.width * size))
    small = thing.resize((side, side), Image.Resampling.LANCZOS)
    left, _, right, low = box_of(small)
    layer = Image.new("RGBA", canvas.size, 0)
    at = round(across * canvas.width - (left + right) / 2), round(foot * canvas.width) - low
    layer.paste(small, at)
    canvas.alpha_composite(layer)


def box_of(thing: Image.Image) -> tuple[int, int, int, int]:
    """Where something is to be seen: left, top, right, bottom; all of it where nothing is."""
    seen = thing.getchannel("A").point(lambda value: 255 * (value > 40))
    return seen.getbbox() or (0, 0, *thing.size)


def alone(thing: Image.Image) -> list[Placed]:
    return [(thing, 0.5, FOOT, ALONE)]


def one_on_another(upper: Image.Image, lower: Image.Image) -> list[Placed]:
    """What carries first, then what stands on it; both smaller where they are too high."""
    high = [(box[3] - box[1]) / thing.width for thing in (upper, lower) for box in [box_of(thing)]]
    fits = min(1.0, (FOOT - TOP) / (UPPER * high[0] + LOWER * high[1] - TOUCH))
    above = FOOT - fits * (LOWER * high[1] - TOUCH)
    return [(lower, 0.5, FOOT, fits * LOWER), (upper, 0.5, above, fits * UPPER)]


def under(lower: Image.Image, upper: Image.Image) -> list[Placed]:
    """What stands below first, so that what is above lies over it."""
    return one_on_another(upper, lower)


def wearing(face: Image.Image, glasses: Image.Image) -> list[Placed]:
    """Glasses before the eyes of a face."""
    _, top, _, low = (edge / face.width for edge in box_of(face))
    _, upper, _, lower = (edge / glasses.width for edge in box_of(glasses))
    eyes = FOOT - ALONE * (low - top) * (1 - EYES)
    return [(face, 0.5, FOOT, ALONE), (glasses, 0.5, eyes + GLASSES * (lower - upper) / 2, GLASSES)]


def beside(*things: Image.Image) -> list[Placed]:
    """Two on one line; of three the middle one further up, behind the others; of four two further
    up.
    """
    placed = [(thing, *where) for thing, where in zip(things, STANDING[len(things)], strict=True)]
    return sorted(placed, key=lambda one: one[2])  # what stands further up lies behind


def around(first: Image.Image, *others: Image.Image) -> list[Placed]:
    """Two or three small ones at the foot of the first."""
    feet = [(other, x, FOOT, OTHERS) for other, x in zip(others, AROUND[len(others)], strict=True)]
    return [(first, *MIDDLE), *feet]


def behind(back: Image.Image, front: Image.Image) -> list[Placed]:
    return [(back, 0.38, 0.8, BACK), (front, 0.68, FOOT, FRONT)]


def before(front: Image.Image, back: Image.Image) -> list[Placed]:
    return behind(back, front)


RELATED: dict[str, Callable[..., list[Placed]]] = {
    "": alone,
    "on": one_on_another,
    "under": under,
    "wearing": wearing,
    "beside": beside,
    "around": around,
    "behind": behind,
    "before": before,
}
