"""Training pictures made on the spot from the emoji: one thing or several, recoloured, small, big,
left, right, on a colour, in a made style.

The point is that the model learns to follow words instead of recalling pictures. Some pairs of
thing and colour, thing and made style, and thing and number are held out (`is_held_out`): the model
never sees them in training, and evaluate.py asks for them.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter, ImageOps

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
    """Big square dots: 12 to a side, as many as the model's latents,
    which can say no finer ones.
    """
    return picture.resize((12, 12), Image.Resampling.BOX).resize(
        picture.size, Image.Resampling.NEAREST
    )


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
    # the filter marks the rim of the canvas too
    inner = edges.crop((2, 2, edges.width - 2, edges.height - 2))
    return (
        ImageOps.invert(ImageOps.expand(inner, 2, 0))
        .resize(picture.size, Image.Resampling.LANCZOS)
        .convert("RGBA")
    )


def on_canvas(
    parts: list[tuple[Image.Image, float, float, float]],
    size: int,
    background: tuple[int, int, int],
) -> Image.Image:
    """Parts (picture, centre x, centre y, scale; places and scale as shares of the canvas)
    on a plain colour.
    """
    canvas = Image.new("RGBA", (size, size), (*background, 255))
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


def compose(
    sprite: Sprite, other: Sprite, synonyms: dict[str, list[str]], rng: random.Random, size: int
) -> tuple[np.ndarray, str]:
    """A training picture (uint8, size x size x 3) and its caption.

    `other` is used when two things stand side by side.
    """
    label, picture = sprite.record["label"], sprite.picture
    name = name_for(sprite.record, synonyms.get(label, []), rng)
    white, ground, where = (255, 255, 255), None, [(0.5, 0.5, 1.0)]
    # what is hardest to follow, most often
    kind = rng.choices(
        ["plain", "background", "painted", "number", "size", "side", "pair", "made"],
        [28, 8, 32, 8, 4, 4, 3, 13],
    )[0]
    style = rng.choice(STYLE_WORDS[sprite.record["style"]]) if rng.random() < 0.5 else None
    words = rng.choices([name, a_or_an(name), f"the {name}"], [50, 40, 10])[0]
    parts = None
    if (
        kind == "painted"
        and sprite.record["group"] in RECOLOURED_GROUPS
        and not set(label.split()) & set(PAINTS)
    ):
        colour = rng.choice(list(PAINTS))
        if not is_held_out(label, colour):
            picture, words = (
                paint(picture, PAINTS[colour]),
                a_or_an(f"{colour} {name}") if rng.random() < 0.7 else f"{colour} {name}",
            )
            if rng.random() < 0.2:
                ground = rng.choice(list(BACKGROUNDS))
    elif kind == "background":
        ground = rng.choice(list(BACKGROUNDS))
        where = [(0.5, 0.5, rng.choice([1.0, 0.85]))]
    elif kind == "number":
        number = rng.choice(list(NUMBERS))
        if not is_held_out(label, NUMBERS[number]) and sprite.record["group"] not in (0, 1):
            words = f"{NUMBERS[number]} {more_than_one(name)}"
            where = (
                [(0.26, 0.5, 0.5), (0.74, 0.5, 0.5)]
                if number == 2
                else [(0.5, 0.27, 0.46), (0.26, 0.73, 0.46), (0.74, 0.73, 0.46)]
            )
    elif kind == "size":
        small = rng.random() < 0.6
        words = (
            "a "
            + (
                rng.choice(["small", "little", "tiny"])
                if small
                else rng.choice(["big", "large", "huge"])
            )
            + f" {name}"
        )
        where = [(0.5, 0.5, 0.45 if small else 1.35)]
    elif kind == "side":
        left = rng.random() < 0.5
        words = f"{a_or_an(name)} on the {'left' if left else 'right'}"
        where = [(0.28 if left else 0.72, 0.5, 0.55)]
    elif kind == "pair":
        second = name_for(other.record, [], rng)
        words = rng.choice(
            [
                f"{a_or_an(name)} and {a_or_an(second)}",
                f"{a_or_an(name)} next to {a_or_an(second)}",
                f"{a_or_an(name)} on the left and {a_or_an(second)} on the right",
            ]
        )
        parts = [(picture, 0.26, 0.5, 0.52), (other.picture, 0.74, 0.5, 0.52)]
        style = None if other.record["style"] != sprite.record["style"] else style
    elif kind == "made":
        made = rng.choice(list(MADE_STYLES))
        if not is_held_out(label, made):
            picture, style = (
                (pixelated(picture) if made == "pixel" else outlined(picture)),
                rng.choice(MADE_STYLES[made]),
            )
    parts = parts or [(picture, x, y, scale) for x, y, scale in where]
    if ground:
        words += rng.choice(
            [f" on {a_or_an(ground)} background", f" on {ground}", f", {ground} background"]
        )
    if style:
        words += ", " + style
    return np.asarray(on_canvas(parts, size, BACKGROUNDS[ground] if ground else white)), words
