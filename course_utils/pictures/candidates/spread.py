"""Four pictures that differ on purpose: each candidate in a style and a composition of its own.

A person who names no style gets what a designer would bring: the same subject in several styles,
looking the other way or on another ground. What is named, in the settings or in the words, is kept
by all. Each candidate's recipe says its style and its composition, so any of them can be made again
alone, and four more like it keep both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from course_utils.creation import Setting

__all__ = ["ANY", "COMPOSITIONS", "PLAIN", "finished", "said", "spread", "with_composition"]

ANY = "any"
PLAIN = "plain"
SPREAD_FROM = 0.5  # of surprise: below it a person asked for candidates that are alike

WHITE = 238  # of 255: a pixel whose three channels reach it counts as white
PALE = 185  # and of the rim of the thing, one that is mixed with white
GAP = 3  # pixels of a gap in the outline that are taken as closed
MIRRORED = "mirrored"

# Soft colours (sRGB) that are laid behind the thing after it was drawn. Asked for in words, such
# grounds cost the model a quarter of its pictures: of 34 everyday things in three styles 89 % were
# recognised on white, and 61 to 68 % on a named ground (training/image/LOG.md).
GROUNDS = {
    "on light blue": (190, 222, 250),
    "on yellow": (255, 232, 150),
    "on pink": (255, 205, 222),
    "on light green": (196, 235, 196),
}
STYLE_NAMES = {"flat": "flat drawing", "sticker": "sticker", "3d": "shiny 3D"}
COMPOSITIONS = (PLAIN, MIRRORED, *GROUNDS)

NAMED_STYLE = re.compile(
    r"\b(flat|stickers?|3-?d|pixels?|outlines?|line drawing|ink|glossy|comic|cartoon|blob|bold"
    r"|clip ?art|icon)\b",
    re.IGNORECASE,
)
NAMED_COMPOSITION = re.compile(
    r"\b(backgrounds?|left|right|small|little|tiny|big|large|huge|two|three|four|many|behind|under"
    r"|above|below|beside|next to|in front of|on top of|at night|at sunset|at home|in winter"
    r"|and (an?|the|two|three|\w+s))\b|,.*,|\b(on|in|by|at)\s+(a|an|the)\b",
    re.IGNORECASE,
)


def names_style(prompt: str) -> bool:
    """Whether the words themselves ask for a way of drawing ("a pixel art cat")."""
    return bool(NAMED_STYLE.search(prompt))


def names_composition(prompt: str) -> bool:
    """Whether the words themselves say where, how big, how many or on what ("a cat on a red sofa",
    "two owls").
    """
    return bool(NAMED_COMPOSITION.search(prompt))


def with_composition(prompt: str, composition: str) -> str:
    """The words for the model when it goes on from a picture on a ground, so that it keeps it."""
    colour = composition.removeprefix("on ")
    return f"{prompt} on a {colour} background" if composition in GROUNDS else prompt


def spread(
    prompt: str, settings: Mapping[str, Setting], seed: int, count: int, styles: Sequence[str]
) -> list[dict[str, str]]:
    """What each of `count` candidates changes in the settings: its style and its composition.

    Candidate number i gets what the seed `seed + i` says, however many are asked for: so the rest
    of an order that was stopped comes out as it would have.

    Args:
        prompt: what a person typed.
        settings: of the recipe; read are style, composition, surprise, directions and own_model.
        seed: of the first candidate; another seed brings other pairs of style and ground.
        styles: the styles that can be spread over, without "any".

    Returns:
        One dict a candidate, with the keys "style" and "composition"; all alike where nothing may
        be spread.
    """
    style = str(settings.get("style", ANY))
    composition = str(settings.get("composition", PLAIN))
    if composition != ANY:
        return [{"style": style, "composition": composition}] * count
    own = bool(settings.get("own_model") or settings.get("directions"))
    surprise = float(settings.get("surprise", 1.0))
    apart = surprise >= SPREAD_FROM and not own
    turns = range(seed, seed + count)
    ways, grounds = [style] * count, [PLAIN] * count
    if style == ANY and apart and styles and not names_style(prompt):
        ways = [styles[turn % len(styles)] for turn in turns]
    if apart and not names_composition(prompt):
        shift = len(styles) % len(GROUNDS) == 0  # else a style would always meet the same ground
        grounds = [_composition(prompt, turn, turn // 4 if shift else 0) for turn in turns]
    return [{"style": way, "composition": ground} for way, ground in zip(ways, grounds)]


def _composition(prompt: str, turn: int, shift: int) -> str:
    """Plain, on a ground, mirrored, on another ground, and so on; no ground in a colour that the
    prompt names."""
    place = (turn + shift) % 4
    if place % 2 == 0:
        return (PLAIN, MIRRORED)[place // 2]
    said = set(re.findall(r"[a-z]+", prompt.lower()))
    grounds = [name for name in GROUNDS if name.split()[-1] not in said]
    return grounds[turn // 2 % len(grounds)] if grounds else PLAIN


def finished(picture: Image.Image, composition: str) -> Image.Image:
    """The drawn picture as its composition wants it: looking the other way, on a ground, or as it
    is.
    """
    from PIL import ImageOps

    if composition in GROUNDS:
        return on_ground(picture, GROUNDS[composition])
    return ImageOps.mirror(picture) if composition == MIRRORED else picture


def on_ground(picture: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """The picture with a colour in place of the white around the thing; white inside it stays.

    The white that reaches the edge of the picture is multiplied with the colour, and so is its rim,
    where the outline is mixed with white. Gaps of a few pixels in the outline are taken as closed.
    """
    from PIL import Image, ImageChops, ImageFilter, ImageOps

    red, green, blue = picture.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    thing = ImageOps.expand(darkest.point(lambda value: 255 * (value < WHITE)), GAP, 0)
    closed = thing.filter(ImageFilter.MaxFilter(GAP)).filter(ImageFilter.MinFilter(GAP))
    around = reaching_the_edge(ImageChops.invert(ImageChops.lighter(thing, closed)))
    around = ImageOps.crop(around, GAP)
    pale = darkest.point(lambda value: 255 * (value >= PALE))
    rim = ImageChops.darker(around.filter(ImageFilter.MaxFilter(5)), pale)
    mask = ImageChops.lighter(around.filter(ImageFilter.MaxFilter(3)), rim)
    tinted = ImageChops.multiply(picture, Image.new("RGB", picture.size, colour))
    return Image.composite(tinted, picture, mask)


def reaching_the_edge(mask: Image.Image) -> Image.Image:
    """The white parts of a black and white picture with a white frame that touch the frame."""
    from PIL import ImageDraw

    ImageDraw.floodfill(mask, (0, 0), 128)
    return mask.point(lambda value: 255 * (value == 128))


def said(settings: Mapping[str, object]) -> str:
    """A candidate's style and composition in a few words for its caption and alt text, such as
    "shiny 3D, on pink"; "" when neither was chosen for it or by a person.
    """
    style, composition = str(settings.get("style", ANY)), str(settings.get("composition", PLAIN))
    parts = [STYLE_NAMES.get(style, "")]
    parts.append(composition if composition in COMPOSITIONS and composition != PLAIN else "")
    return ", ".join(part for part in parts if part)
