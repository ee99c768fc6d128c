"""What is laid behind a finished drawing: soft colours, and scenes of a few shapes.

Every ground is drawn by a rule, always the same for one size, so a candidate is made again alone;
and a scene can be taken away again, so that more like it are drawn from the thing alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image, ImageDraw

__all__ = [
    "COLOURS",
    "GROUNDS",
    "SCENES",
    "clashes",
    "on_ground",
    "scene",
    "without_scene",
    "without_white",
]

FINER = 8  # scenes are drawn so many times as large, for smooth edges
WHITE = 238  # of 255: a pixel whose three channels reach it counts as white
PALE = 185  # and of the rim of the thing, one that is mixed with white
GAP = 3  # pixels of a gap in the outline that are taken as closed
FULL = 60.0  # of 255: so far from white, at least, is what is all thing
SAME = 14.0  # of 255: so near to the scene, a pixel is nothing else
SEEN = 0.5  # of the dots at the edges: so many show the scene where there is one
ALIKE = 40.0  # and nearer than this, on the rim of the thing, partly

# Soft colours (sRGB). Asked for in words, such grounds cost the model a quarter of its pictures: of
# 34 everyday things in three styles 89 % were recognised on white, and 61 to 68 % on a named ground
# (training/image/LOG.md).
COLOURS = {
    "on light blue": (190, 222, 250),
    "on yellow": (255, 232, 150),
    "on pink": (255, 205, 222),
    "on light green": (196, 235, 196),
}


@dataclass(frozen=True)
class Scene:
    """How it is drawn, and words that name its colours or itself."""

    paint: Callable[[ImageDraw.ImageDraw, int], None]
    words: frozenset[str]


def bands(draw: ImageDraw.ImageDraw, side: int, top: tuple, foot: tuple, at: float) -> None:
    """A colour that turns into another from the top to the horizon, and a third below it."""
    high, low = top
    for row in range(side):
        share = min(1.0, row / (at * side))
        mixed = tuple(round(a + (b - a) * share) for a, b in zip(high, low))
        draw.line((0, row, side, row), fill=foot if row >= at * side else mixed)


def hill(draw: ImageDraw.ImageDraw, side: int) -> None:
    """A light sky and a green hill."""
    bands(draw, side, ((150, 208, 250), (206, 234, 252)), (206, 234, 252), 1)
    draw.ellipse((-0.5 * side, 0.62 * side, 1.5 * side, 1.9 * side), fill=(133, 199, 108))


def night(draw: ImageDraw.ImageDraw, side: int) -> None:
    """A dark blue sky that grows lighter, and a dark hill."""
    bands(draw, side, ((34, 44, 104), (96, 110, 176)), (0, 0, 0), 1)
    draw.ellipse((-0.6 * side, 0.72 * side, 1.6 * side, 2 * side), fill=(44, 56, 92))


def sunset(draw: ImageDraw.ImageDraw, side: int) -> None:
    """An orange sky with a low sun, and violet ground."""
    bands(draw, side, ((255, 150, 110), (255, 222, 150)), (150, 96, 140), 0.76)
    draw.pieslice((0.22 * side, 0.48 * side, 0.78 * side, 1.04 * side), 180, 360, (255, 240, 196))


def sea(draw: ImageDraw.ImageDraw, side: int) -> None:
    """A pale sky, the sea and a strip of sand."""
    bands(draw, side, ((222, 243, 252), (222, 243, 252)), (64, 160, 206), 0.5)
    draw.ellipse((-0.4 * side, 0.8 * side, 1.4 * side, 1.8 * side), fill=(244, 222, 164))


def room(draw: ImageDraw.ImageDraw, side: int) -> None:
    """A wall and a floor."""
    bands(draw, side, ((250, 190, 160), (250, 190, 160)), (196, 112, 92), 0.72)


def disc(draw: ImageDraw.ImageDraw, side: int) -> None:
    """A large disc on a lighter colour."""
    draw.rectangle((0, 0, side, side), fill=(214, 190, 246))
    draw.ellipse((0.03 * side, 0.03 * side, 0.97 * side, 0.97 * side), fill=(176, 140, 226))


SCENES = {
    "on a green hill": Scene(hill, frozenset({"green", "hill", "grass", "meadow", "sky"})),
    "in a room": Scene(room, frozenset({"orange", "brown", "room", "wall", "floor"})),
    "at night": Scene(
        night, frozenset({"night", "dark", "black", "blue", "moon", "star", "stars"})
    ),
    "at sunset": Scene(sunset, frozenset({"sunset", "sun", "orange", "purple", "evening"})),
    "by the sea": Scene(sea, frozenset({"sea", "blue", "water", "beach", "ocean"})),
    "on a disc": Scene(disc, frozenset({"purple", "violet", "circle", "disc", "round"})),
}
GROUNDS = (*COLOURS, *SCENES)


def clashes(ground: str, words: set[str]) -> bool:
    """Whether some words name a ground's colour, or what it shows."""
    if ground in COLOURS:
        return ground.split()[-1] in words
    return bool(SCENES[ground].words & words)


def on_ground(picture: Image.Image, ground: str) -> Image.Image:
    """The picture with a ground in place of the white around the thing; white inside it stays.

    The white that reaches the edge of the picture becomes the ground, and so does the part of white
    in its rim, where the outline is mixed with it. Gaps of a few pixels in the outline are taken as
    closed.

    Raises:
        KeyError: there is none of that name.
    """
    from PIL import Image, ImageChops, ImageFilter

    darkest, around = outside(picture)
    if ground in SCENES:
        return before_scene(picture, scene(ground, picture.size), darkest, around)
    pale = darkest.point(lambda value: 255 * (value >= PALE))
    rim = ImageChops.darker(around.filter(ImageFilter.MaxFilter(5)), pale)
    mask = ImageChops.lighter(around.filter(ImageFilter.MaxFilter(3)), rim)
    tinted = ImageChops.multiply(picture, Image.new("RGB", picture.size, COLOURS[ground]))
    return Image.composite(tinted, picture, mask)


def outside(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The darkest channel of each pixel, and white where the picture is white around the thing."""
    from PIL import ImageChops, ImageFilter, ImageOps

    red, green, blue = picture.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    thing = ImageOps.expand(darkest.point(lambda value: 255 * (value < WHITE)), GAP, 0)
    closed = thing.filter(ImageFilter.MaxFilter(GAP)).filter(ImageFilter.MinFilter(GAP))
    around = reaching_the_edge(ImageChops.invert(ImageChops.lighter(thing, closed)))
    around = ImageOps.crop(around, GAP)
    return darkest, around


def reaching_the_edge(mask: Image.Image) -> Image.Image:
    """The white parts of a black and white picture with a white frame that touch the frame."""
    from PIL import ImageDraw

    ImageDraw.floodfill(mask, (0, 0), 128)
    return mask.point(lambda value: 255 * (value == 128))


def scene(name: str, size: tuple[int, int]) -> Image.Image:
    """A scene alone."""
    from PIL import Image, ImageDraw

    side = max(size) * FINER
    large = Image.new("RGB", (side, side))
    SCENES[name].paint(ImageDraw.Draw(large), side)
    return large.resize(size, Image.Resampling.BOX)


def before_scene(picture, behind, darkest, around) -> Image.Image:
    """The thing before a scene, which takes the part of the white where a pixel is part thing and
    part white.

    Args:
        darkest, around: of the picture, by `outside`.
    """
    import numpy as np
    from PIL import Image

    share = share_of_thing(darkest, around)
    seen = np.asarray(picture, float) - (1 - share) * (255 - np.asarray(behind, float))
    return Image.fromarray(np.clip(seen, 0, 255).round().astype(np.uint8))


def share_of_thing(darkest: Image.Image, around: Image.Image) -> np.ndarray:
    """How much of each pixel is thing, H x W x 1 of 0 to 1: how far it is from white, as a share of
    how far the darkest of its neighbours is.
    """
    import numpy as np
    from PIL import ImageFilter

    value = np.asarray(darkest, float)
    full = 255 - np.asarray(darkest.filter(ImageFilter.MinFilter(5)), float)
    share = np.clip((255 - value) / np.maximum(full, FULL), 0, 1)
    share = np.where(np.asarray(around.filter(ImageFilter.MaxFilter(5))) > 0, share, 1)
    return np.where((np.asarray(around) > 0) & (value >= 250), 0, share)[..., None]


def without_white(picture: Image.Image) -> Image.Image:
    """The thing of a picture on white as RGBA, clear around it."""
    import numpy as np
    from PIL import Image

    share = share_of_thing(*outside(picture))
    colour = (np.asarray(picture, float) - (1 - share) * 255) / np.maximum(share, 1 / 255)
    whole = np.concatenate([np.clip(colour, 0, 255), 255 * share], axis=2)
    return Image.fromarray(whole.round().astype(np.uint8))


def without_scene(picture: Image.Image, ground: str) -> Image.Image:
    """A picture before a scene with white in place of that, as it was drawn; a picture whose edges
    do not show the scene as it is. What looks like the scene inside the thing stays.
    """
    import numpy as np
    from PIL import Image, ImageFilter, ImageOps

    if ground not in SCENES:
        return picture
    seen = np.asarray(picture, float)
    behind = np.asarray(scene(ground, picture.size), float)
    far = np.abs(seen - behind).max(2)
    edges = np.concatenate([far[0], far[-1], far[:, 0], far[:, -1]])
    if np.mean(edges <= SAME) < SEEN:
        return picture
    same = Image.fromarray((255 * (far <= SAME)).astype(np.uint8))
    around = ImageOps.crop(reaching_the_edge(ImageOps.expand(same, 1, 255)), 1)
    rim = np.asarray(around.filter(ImageFilter.MaxFilter(5))) > 0
    share = np.where(rim, np.clip(far / ALIKE, 0, 1), 1)[..., None]
    alone = seen + (1 - share) * (255 - behind)
    return Image.fromarray(np.clip(alone, 0, 255).round().astype(np.uint8))
