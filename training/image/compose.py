"""Training pictures made on the spot from the drawings: one thing or several, related, in a place,
recoloured, small, big, left, right, on a colour, in a made style.

Four in ten single drawings are also moved, sized, turned, mirrored, cut or changed in hue
without a word in the caption, so that a word means many pictures. The point is that the model
learns to follow words instead of recalling pictures. Some pairs of thing and colour, thing and made
style, and thing and number are held out (`is_held_out`): the model never sees them in training, and
evaluate.py asks for them.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from training.image.scenery import PLACES, near, place
from training.image.words_for_pictures import (
    BACKGROUNDS,
    MADE_STYLES,
    STYLE_WORDS,
    a_or_an,
    more_than_one,
    name_for,
)

PAINTS = {  # colours an object can be given
    "red": (215, 40, 45),
    "orange": (242, 135, 30),
    "yellow": (250, 210, 50),
    "green": (50, 160, 75),
    "blue": (40, 100, 210),
    "purple": (125, 70, 185),
    "pink": (245, 140, 185),
    "brown": (130, 85, 50),
    "grey": (150, 150, 155),
    "black": (45, 45, 50),
    "white": (240, 240, 245),
}
NUMBERS = {2: "two", 3: "three"}
RECOLOURED_GROUPS = {3, 4, 5, 6, 7}  # animals, food, places and vehicles, activities, objects


def is_held_out(label: str, feature: str) -> bool:
    """Whether this thing with this colour, made style or number is kept for the test
    (about one pair in seven).
    """
    return hashlib.sha256(f"{label}|{feature}".encode()).digest()[0] % 7 == 0


@dataclass
class Sprite:
    """One emoji with what is known of it: RGBA picture (square), and its record (label, style,
    group).
    """

    picture: Image.Image
    record: dict


def paint(picture: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """The RGBA picture in shades of one colour: dark stays dark, light becomes a tint."""
    grey = ImageOps.autocontrast(
        picture.convert("L"),
        cutoff=1,
        mask=picture.getchannel("A").point(lambda a: 255 * (a > 128)),
    )
    dark, light = (
        tuple(round(c * 0.25) for c in colour),
        tuple(round(c + (255 - c) * 0.75) for c in colour),
    )
    painted = ImageOps.colorize(grey, dark, light, mid=colour)
    painted.putalpha(picture.getchannel("A"))
    return painted


def pixelated(picture: Image.Image) -> Image.Image:
    """Big square dots of four pixels, as many as the model's latents,
    which can say no finer ones.
    """
    dots = (picture.width // 4, picture.height // 4)
    return picture.resize(dots, Image.Resampling.BOX).resize(picture.size, Image.Resampling.NEAREST)


def outlined(picture: Image.Image) -> Image.Image:
    """Black lines on white, as in a colouring book."""
    big = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    flat = Image.new("RGBA", big.size, "white")
    flat.alpha_composite(big)
    edges = (
        flat.convert("RGB")
        .filter(ImageFilter.FIND_EDGES)
        .convert("L")
        .point(lambda v: min(255, v * 3))
    )
    inner = edges.crop(
        (2, 2, edges.width - 2, edges.height - 2)
    )  # the filter marks the rim of the canvas too
    return (
        ImageOps.invert(ImageOps.expand(inner, 2, 0))
        .resize(picture.size, Image.Resampling.LANCZOS)
        .convert("RGBA")
    )


def on_canvas(
    parts: list[tuple[Image.Image, float, float, float]],
    size: int,
    background: tuple[int, int, int] | Image.Image,
) -> Image.Image:
    """Parts (picture, centre x, centre y, scale; places and scale as shares of the canvas)
    on a plain colour or on a picture.
    """
    canvas = (
        background.convert("RGBA")
        if isinstance(background, Image.Image)
        else Image.new("RGBA", (size, size), (*background, 255))
    )
    for picture, x, y, scale in parts:
        side = max(4, round(size * scale))
        small = (
            picture
            if side == picture.width
            else picture.resize((side, side), Image.Resampling.LANCZOS)
        )
        layer = Image.new("RGBA", (size, size), 0)
        layer.paste(small, (round(x * size - side / 2), round(y * size - side / 2)))
        canvas.alpha_composite(layer)
    return canvas.convert("RGB")


GROUND = {
    "on": ("on", "on top of"),
    "under": ("under", "below"),
    "beside": ("next to", "beside", "and"),
    "behind": ("behind",),
    "before": ("in front of",),
}
KINDS = {  # what a composition tells, and how often; several things the course draws one by one
    "plain": 48,
    "background": 5,
    "painted": 30,
    "number": 2,
    "size": 2,
    "side": 2,
    "two": 1,
    "three": 1,
    "place": 1,
    "made": 8,
}
AS_DRAWN = 0.6  # share of single drawings that stay as they are where no caption says otherwise
# Share of a hand's captions that leave the style out, 0 for all others. A name alone means mostly
# one hand's drawing: learned from three in equal parts, it is drawn as their mean.
UNTOLD = {"flat": 0.55, "sticker": 0.2, "3d": 0.2}


def turned_hue(picture: Image.Image, degrees: float, lighter: float) -> Image.Image:
    """The RGBA picture with all its hues moved round the circle, a little lighter or darker."""
    hue, saturation, value = picture.convert("RGB").convert("HSV").split()
    hue = hue.point(lambda v: int(v + degrees / 360 * 256) % 256)
    value = value.point(lambda v: min(255, int(v * lighter)))
    moved = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    moved.putalpha(picture.getchannel("A"))
    return moved


def loosened(
    picture: Image.Image, record: dict, rng: random.Random
) -> tuple[Image.Image, tuple[float, float, float]]:
    """A picture and its place (centre x, centre y, scale) as no caption says: moved, sized, turned,
    mirrored, cut, of another hue; mostly as drawn.
    """
    if rng.random() < AS_DRAWN:
        return picture, (0.5, 0.5, 1.0)
    if rng.random() < 0.3:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < 0.3:
        picture = picture.rotate(rng.gauss(0, 9), Image.Resampling.BICUBIC)
    if (
        rng.random() < 0.2
        and record["group"] in RECOLOURED_GROUPS
        and not set(record["label"].split()) & set(PAINTS)
    ):
        picture = turned_hue(picture, rng.gauss(0, 14), rng.uniform(0.88, 1.12))
    if rng.random() < 0.1:
        scale = rng.uniform(1.1, 1.45)  # cut by the edge
        return picture, (0.5 + rng.uniform(-0.18, 0.18), 0.5 + rng.uniform(-0.12, 0.2), scale)
    scale = rng.uniform(0.68, 1.0)
    room = 0.5 - scale / 2 + 0.04
    return picture, (0.5 + rng.uniform(-room, room), 0.5 + rng.uniform(-room, room), scale)


def box_of(picture: Image.Image) -> tuple[float, float, float, float]:
    """Where something is drawn, as shares of the side: left, top, right, bottom."""
    box = picture.getchannel("A").point(lambda a: 255 * (a > 40)).getbbox() or (0, 0, *picture.size)
    return tuple(edge / picture.width for edge in box)  # type: ignore[return-value]


def related(
    first: Image.Image, second: Image.Image, relation: str, rng: random.Random
) -> list[tuple[Image.Image, float, float, float]]:
    """Places for two things so that the first is on, under, beside, behind or before the second;
    what is in front comes last.
    """
    a, b = box_of(first), box_of(second)
    if relation in ("on", "under"):
        upper, lower = (first, second) if relation == "on" else (second, first)
        u, w = (a, b) if relation == "on" else (b, a)
        above, below = rng.uniform(0.44, 0.54), rng.uniform(0.5, 0.6)
        y_low = 0.98 - w[3] * below + below / 2
        top_of_lower = y_low - below / 2 + w[1] * below
        touch = top_of_lower + (0.05 if relation == "on" else 0.02)
        x = 0.5 + rng.uniform(-0.08, 0.08)
        return [
            (lower, x, y_low, below),
            (upper, x + rng.uniform(-0.06, 0.06), touch - u[3] * above + above / 2, above),
        ]
    if relation == "beside":
        one, two = rng.uniform(0.46, 0.56), rng.uniform(0.46, 0.56)
        foot = rng.uniform(0.72, 0.82)
        sides = [
            (first, 0.26, foot - a[3] * one + one / 2, one),
            (second, 0.74, foot - b[3] * two + two / 2, two),
        ]
        return (
            sides
            if rng.random() < 0.5
            else [(sides[0][0], 0.74, *sides[0][2:]), (sides[1][0], 0.26, *sides[1][2:])]
        )
    back, front = (first, second) if relation == "behind" else (second, first)
    left = rng.choice((-1, 1))
    return [
        (back, 0.5 - left * 0.14, 0.4, rng.uniform(0.62, 0.72)),
        (front, 0.5 + left * 0.16, 0.7, rng.uniform(0.48, 0.56)),
    ]


def compose(
    sprite: Sprite,
    other: Sprite,
    synonyms: dict[str, list[str]],
    rng: random.Random,
    size: int,
    third: Sprite | None = None,
) -> tuple[np.ndarray, str]:
    """A training picture (uint8, size x size x 3) and its caption.

    `other` and `third` are used when more things stand together, and should be by the same hand.
    """
    label, picture, record = sprite.record["label"], sprite.picture, sprite.record
    name = name_for(record, synonyms.get(label, []), rng)
    ground, scene, parts = None, None, None
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    told = rng.random() >= UNTOLD.get(record["style"], 0)
    style = rng.choice(STYLE_WORDS[record["style"]]) if told else None
    words = rng.choices([name, a_or_an(name), f"the {name}"], [42, 46, 12])[0]
    loose, where = loosened(picture, record, rng)
    can_paint = (
        record["group"] in RECOLOURED_GROUPS
        and not set(label.split()) & set(PAINTS)
        and record["style"] != "ink"
    )
    if kind == "painted" and can_paint:
        colour = rng.choice(list(PAINTS))
        if not is_held_out(label, colour):
            loose, words = (
                paint(loose, PAINTS[colour]),
                a_or_an(f"{colour} {name}") if rng.random() < 0.7 else f"{colour} {name}",
            )
            ground = rng.choice(list(BACKGROUNDS)) if rng.random() < 0.15 else None
    elif kind == "background":
        ground = rng.choice(list(BACKGROUNDS))
    elif kind == "number" and record["group"] not in (0, 1):
        number = rng.choice(list(NUMBERS))
        if not is_held_out(label, NUMBERS[number]):
            words = f"{NUMBERS[number]} {more_than_one(name)}"
            spots = (
                [(0.26, 0.5, 0.5), (0.74, 0.5, 0.5)]
                if number == 2
                else [(0.5, 0.27, 0.46), (0.26, 0.73, 0.46), (0.74, 0.73, 0.46)]
            )
            parts = [(picture, *spot) for spot in spots]
    elif kind == "size":
        small = rng.random() < 0.6
        how = rng.choice(["small", "little", "tiny"] if small else ["big", "large", "huge"])
        words = f"a {how} {name}"
        parts = [(picture, 0.5, 0.5, 0.45 if small else 1.35)]
    elif kind == "side":
        left = rng.random() < 0.5
        words = f"{a_or_an(name)} on the {'left' if left else 'right'}"
        parts = [(picture, 0.28 if left else 0.72, 0.5, 0.55)]
    elif kind in ("two", "three") and other.record["label"] != label:
        relation = rng.choice(list(GROUND)) if kind == "two" else "beside"
        second = name_for(other.record, [], rng)
        words = f"{a_or_an(name)} {rng.choice(GROUND[relation])} {a_or_an(second)}"
        parts = related(picture, other.picture, relation, rng)
        if (
            kind == "three"
            and third is not None
            and third.record["label"] not in (label, other.record["label"])
        ):
            words = (
                f"{a_or_an(name)}, {a_or_an(second)} and {a_or_an(name_for(third.record, [], rng))}"
            )
            spots = rng.choice(
                [[(0.2, 0.62), (0.5, 0.42), (0.8, 0.62)], [(0.26, 0.28), (0.74, 0.28), (0.5, 0.74)]]
            )
            parts = [
                (one, x, y, 0.44)
                for one, (x, y) in zip((picture, other.picture, third.picture), spots)
            ]
        scene = rng.choice(list(PLACES)) if rng.random() < 0.25 else None
    elif kind == "place":
        scene = rng.choice(list(PLACES))
    elif kind == "made":
        made = rng.choice(list(MADE_STYLES))
        if not is_held_out(label, made):
            loose, style = (
                (pixelated(picture) if made == "pixel" else outlined(picture)),
                rng.choice(MADE_STYLES[made]),
            )
            where = (0.5, 0.5, 1.0)
    if scene:
        words += " " + rng.choice(PLACES[scene][1])
        scale = rng.uniform(0.6, 0.8)
        lift = 0.93 - box_of(picture)[3] * scale + scale / 2
        parts = parts or [
            (picture if rng.random() < 0.5 else loose, 0.5 + rng.uniform(-0.14, 0.14), lift, scale)
        ]
    parts = parts or [(loose, *where)]
    if ground:
        words += rng.choice(
            [f" on {a_or_an(ground)} background", f" on {ground}", f", {ground} background"]
        )
    if style:
        words += ", " + style
    return np.asarray(on_canvas(parts, size, _behind(scene, ground, kind, style, size, rng))), words


def _behind(
    scene: str | None,
    ground: str | None,
    kind: str,
    style: str | None,
    size: int,
    rng: random.Random,
) -> Image.Image:
    """The canvas under the things: a place, a named colour, mostly white,
    now and then a pale colour that no caption names.
    """
    if scene:
        return place(scene, size, rng)
    if ground:
        return Image.new("RGB", (size, size), BACKGROUNDS[ground])
    pale = kind in ("plain", "painted", "two", "three") and rng.random() < 0.08
    return Image.new(
        "RGB", (size, size), near((225, 230, 235), rng, 28) if pale else (255, 255, 255)
    )
