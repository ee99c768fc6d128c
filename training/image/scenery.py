"""Plain places behind and around things, drawn on the spot: sky, grass, sea, snow, night, room,
desert, rain, space.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
FINE = 3  # drawn so many times larger, then made small, for soft edges


def near(colour: Colour, rng: random.Random, much: int = 18) -> Colour:
    """A colour a little beside another."""
    red, green, blue = (max(0, min(255, part + rng.randint(-much, much))) for part in colour)
    return red, green, blue


def _bands(
    size: int, horizon: float, above: Colour, below: Colour
) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    canvas = Image.new("RGB", (size, size), above)
    pen, line = ImageDraw.Draw(canvas), round(size * horizon)
    pen.rectangle((0, line, size, size), fill=below)
    return canvas, pen, line


def _dots(
    pen: ImageDraw.ImageDraw,
    size: int,
    count: int,
    radius: float,
    colour: Colour,
    rng: random.Random,
    lowest: float = 1.0,
) -> None:
    for _ in range(count):
        x, y, r = (
            rng.random() * size,
            rng.random() * size * lowest,
            size * radius * rng.uniform(0.6, 1.3),
        )
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def grass(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, line = _bands(
        size, rng.uniform(0.55, 0.72), near((170, 215, 250), rng), near((110, 185, 90), rng)
    )
    if rng.random() < 0.5:
        pen.ellipse(
            (-0.3 * size, line - 0.1 * size, 0.8 * size, line + 0.6 * size),
            fill=near((120, 195, 95), rng),
        )
    return canvas


def sea(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, line = _bands(
        size, rng.uniform(0.45, 0.6), near((185, 225, 250), rng), near((50, 130, 200), rng)
    )
    if rng.random() < 0.6:
        pen.rectangle(
            (0, size * rng.uniform(0.76, 0.86), size, size), fill=near((240, 215, 160), rng)
        )
    return canvas


def snow(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, line = _bands(
        size, rng.uniform(0.62, 0.75), near((150, 190, 225), rng), near((240, 245, 250), rng, 5)
    )
    _dots(pen, size, rng.randint(10, 18), 0.016, (255, 255, 255), rng)
    return canvas


def night(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, line = _bands(
        size, rng.uniform(0.7, 0.85), near((25, 30, 75), rng, 12), near((30, 55, 60), rng, 12)
    )
    _dots(pen, size, rng.randint(6, 12), 0.01, (250, 240, 190), rng, 0.6)
    if rng.random() < 0.6:
        x, y, r = size * rng.choice((0.16, 0.84)), size * rng.uniform(0.12, 0.2), size * 0.09
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(250, 235, 170))
    return canvas


def room(size: int, rng: random.Random) -> Image.Image:
    wall = rng.choice([(245, 225, 200), (215, 230, 240), (235, 215, 225), (220, 235, 215)])
    canvas, pen, line = _bands(
        size, rng.uniform(0.68, 0.78), near(wall, rng, 8), near((185, 140, 100), rng, 12)
    )
    if rng.random() < 0.5:
        x, y = size * rng.choice((0.06, 0.68)), size * 0.1
        pen.rectangle((x, y, x + 0.26 * size, y + 0.28 * size), fill=(255, 255, 255))
        pen.rectangle(
            (x + 0.03 * size, y + 0.03 * size, x + 0.23 * size, y + 0.25 * size),
            fill=near((170, 215, 245), rng),
        )
    return canvas


def desert(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, line = _bands(
        size,
        rng.uniform(0.55, 0.68),
        near((250, 220, 165), rng, 10),
        near((230, 180, 105), rng, 10),
    )
    pen.ellipse(
        (0.3 * size, line - 0.07 * size, 1.3 * size, line + 0.4 * size),
        fill=near((222, 170, 98), rng, 8),
    )
    return canvas


def rain(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, _ = _bands(
        size, rng.uniform(0.7, 0.82), near((150, 165, 185), rng, 10), near((110, 130, 120), rng, 10)
    )
    for _ in range(rng.randint(12, 20)):
        x, y = rng.random() * size, rng.random() * size
        pen.line(
            (x, y, x - 0.02 * size, y + 0.08 * size), fill=(215, 230, 245), width=max(1, size // 90)
        )
    return canvas


def space(size: int, rng: random.Random) -> Image.Image:
    canvas = Image.new("RGB", (size, size), near((20, 18, 50), rng, 10))
    _dots(ImageDraw.Draw(canvas), size, rng.randint(14, 24), 0.009, (240, 240, 255), rng)
    return canvas


def sunset(size: int, rng: random.Random) -> Image.Image:
    canvas, pen, line = _bands(
        size, rng.uniform(0.6, 0.75), near((250, 165, 100), rng, 12), near((120, 80, 110), rng, 12)
    )
    x, r = size * rng.uniform(0.2, 0.8), size * 0.13
    pen.pieslice((x - r, line - r, x + r, line + r), 180, 360, fill=(255, 225, 130))
    return canvas


PLACES: dict[str, tuple[Callable[[int, random.Random], Image.Image], tuple[str, ...]]] = {
    "grass": (grass, ("on the grass", "in a meadow", "in the garden")),
    "sea": (sea, ("by the sea", "at the beach", "at the seaside")),
    "snow": (snow, ("in the snow", "in winter")),
    "night": (night, ("at night", "under the stars")),
    "room": (room, ("in a room", "at home", "indoors")),
    "desert": (desert, ("in the desert",)),
    "rain": (rain, ("in the rain",)),
    "space": (space, ("in space",)),
    "sunset": (sunset, ("at sunset", "in the evening")),
}


def place(name: str, size: int, rng: random.Random) -> Image.Image:
    """One of PLACES as an RGB picture, a little different every time."""
    return PLACES[name][0](size * FINE, rng).resize((size, size), Image.Resampling.BOX)
