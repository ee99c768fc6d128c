"""Twelve drawings to practise with: one creature, drawn by a program in the manner of a child with
felt pens.

No child drew them. They are here so that a lesson can be tried before anyone has drawn anything.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from course_utils.creation import Creation, HumanEdit, Recipe

__all__ = ["example_drawings"]

SIDE = 384  # pixels
SCALE = 2  # drawn so many times as large, then made smaller, so that edges are soft
Colour = tuple[int, int, int]
BODY, SPOT, LINE = (126, 87, 194), (255, 202, 40), (38, 24, 62)
WHITE, RED, MOUTH, SHADOW = (255, 255, 255), (214, 40, 40), (214, 56, 84), (205, 205, 212)
# on the body: across, down, how wide
SPOTS = ((-0.62, 0.42, 0.15), (0.6, 0.46, 0.18), (0.66, -0.32, 0.12), (-0.1, 0.7, 0.12))
WORDS = "the course's practice drawings, made by a program"
POSES: dict[str, dict] = {  # what it does: how it is drawn
    "": {},
    "waving": {"arms": (70, -20)},
    "jumping": {"up": 46, "arms": (60, 60), "shadow": True},
    "sleeping": {"squash": 0.62, "eyes": "closed", "arms": (-60, -60)},
    "leaning": {"turn": 16},
    "very happy": {"arms": (75, 75), "mouth": "open"},
    "with a red hat": {"thing": "hat"},
    "with a flower": {"thing": "flower", "arms": (35, -30)},
    "small": {"size": 0.62},
    "with a balloon": {"thing": "balloon", "size": 0.8, "arms": (50, -20)},
    "in the rain": {"thing": "rain", "mouth": "flat"},
    "upside down": {"turn": 180, "arms": (40, 40)},
}


def example_drawings(seed: int = 1) -> list[Creation]:
    """Twelve drawings of one creature, each with a word or two of what it does as its prompt.

    384 x 384 px.
    """
    from course_utils.pictures.png import BROUGHT_PICTURE, to_png

    made = []
    for number, (does, pose) in enumerate(POSES.items()):
        picture = draw(random.Random(seed * 100 + number), **pose)
        recipe = Recipe(
            kind="image",
            prompt=does or "standing",
            model=BROUGHT_PICTURE,
            seed=seed,
            settings={"practice": True},
        )
        made.append(Creation(recipe=recipe, content=to_png(picture), edits=[HumanEdit(what=WORDS)]))
    return made


def draw(
    rng: random.Random,
    arms: tuple[float, float] = (10, 10),
    turn: float = 0,
    up: float = 0,
    squash: float = 1.0,
    size: float = 1.0,
    eyes: str = "open",
    mouth: str = "smile",
    thing: str = "",
    shadow: bool = False,
):
    """One pose as a PIL picture; lines tremble, no two are alike."""
    from PIL import Image

    pen = FeltPen(rng, turn, up, squash, size)
    if shadow:
        pen.shadow()
    draw_limbs(pen, arms)
    draw_body(pen)
    draw_face(pen, eyes, mouth)
    THINGS.get(thing, lambda pen: None)(pen)
    return pen.paper.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


class FeltPen:
    """A pen that trembles, and a white paper; places are in the creature's own measure: 1 is half
    its width, (0, 0) its middle, y goes down.
    """

    def __init__(
        self, rng: random.Random, turn: float, up: float, squash: float, size: float
    ) -> None:
        from PIL import Image, ImageDraw

        self.rng, self.squash = rng, squash
        self.paper = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), "white")
        self.pen = ImageDraw.Draw(self.paper)
        self.width = int(9 * SCALE * (0.7 + 0.3 * size))
        across = SIDE * SCALE / 2 + rng.uniform(-8, 8) * SCALE
        self.middle = (across, SIDE * SCALE * 0.56 - up * SCALE)
        self.radius = 92 * SCALE * size
        self.angle = math.radians(turn + rng.uniform(-4, 4))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The same place on the paper, in pixels."""
        y *= self.squash
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return (
            self.middle[0] + self.radius * (x * cos - y * sin),
            self.middle[1] + self.radius * (x * sin + y * cos),
        )

    def line(
        self, points: list[tuple[float, float]], colour: Colour = LINE, wide: int | None = None
    ) -> None:
        wide = self.width if wide is None else wide
        shake = self.rng.uniform
        shaken = [
            (x + shake(-1.5, 1.5) * SCALE, y + shake(-1.5, 1.5) * SCALE)
            for x, y in (self.place(*point) for point in points)
        ]
        self.pen.line(shaken, fill=colour, width=wide, joint="curve")
        for x, y in (shaken[0], shaken[-1]):
            edges = (x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2)
            self.pen.ellipse(edges, fill=colour)

    def area(self, points: list[tuple[float, float]], colour: Colour) -> None:
        self.pen.polygon([self.place(*point) for point in points], fill=colour)

    def blob(
        self, x: float, y: float, wide: float, high: float, colour: Colour, rim: bool = True
    ) -> None:
        """Something nearly round, half as wide and high as that."""
        tremble = [self.rng.uniform(0.95, 1.05) for _ in range(12)]
        points = []
        for step in range(60):
            turned = step / 60 * 2 * math.pi
            whole, part = int(step / 5) % 12, step / 5 % 1
            wobble = tremble[whole] * (1 - part) + tremble[(whole + 1) % 12] * part
            points.append(
                (x + wide * wobble * math.cos(turned), y + high * wobble * math.sin(turned))
            )
        self.area(points, colour)
        if rim:
            self.line([*points, points[0]])

    def shadow(self) -> None:
        """On the ground, below whoever is in the air."""
        left, right = self.middle[0] - self.radius * 0.7, self.middle[0] + self.radius * 0.7
        self.pen.ellipse((left, SIDE * SCALE * 0.9, right, SIDE * SCALE * 0.94), fill=SHADOW)


def draw_limbs(pen: FeltPen, arms: tuple[float, float]) -> None:
    """Arms lifted by so many degrees, legs, and the stalk on the head."""
    for side, lift in zip((-1, 1), arms):
        across, upward = math.cos(math.radians(lift)), math.sin(math.radians(lift))
        pen.line(
            [
                (side * 0.85, 0),
                (side * (0.85 + 0.3 * across), -0.3 * upward),
                (side * (0.85 + 0.62 * across), -0.75 * upward),
            ]
        )
        pen.line([(side * 0.4, 0.8), (side * 0.45, 1.2), (side * 0.65, 1.24)])
    pen.line([(0, -0.9), (0.06, -1.2), (-0.02, -1.42)])


def draw_body(pen: FeltPen) -> None:
    pen.blob(-0.02, -1.46, 0.13, 0.13, SPOT)
    pen.blob(0, 0, 1, 0.95, BODY)
    for x, y, wide in SPOTS:
        pen.blob(x, y, wide, wide, SPOT, rim=False)


def draw_face(pen: FeltPen, eyes: str, mouth: str) -> None:
    for side in (-1, 1):
        middle = side * 0.32
        if eyes == "closed":
            lid = [(middle - 0.16, -0.2), (middle, -0.12), (middle + 0.16, -0.2)]
            pen.line(lid, wide=pen.width // 2 + 1)
        else:
            pen.blob(middle, -0.22, 0.2, 0.23, WHITE)
            pen.blob(side * 0.3, -0.18, 0.08, 0.1, LINE, rim=False)
    if mouth == "open":
        pen.blob(0, 0.32, 0.32, 0.2, MOUTH)
        return
    depth = 0.2 if mouth == "smile" else 0.0
    pen.line(
        [(step / 6 * 0.76 - 0.38, 0.24 + depth * math.sin(step / 6 * math.pi)) for step in range(7)]
    )


def draw_hat(pen: FeltPen) -> None:
    pen.line([(-0.62, -0.82), (0.62, -0.82)], RED, pen.width * 2)
    pen.area([(-0.4, -0.84), (0.4, -0.84), (0.3, -1.45), (-0.32, -1.42)], RED)


def draw_flower(pen: FeltPen) -> None:
    pen.line([(-1.4, -0.3), (-1.38, 0.4)], (56, 142, 60))
    for step in range(5):
        x, y = -1.4 + 0.2 * math.cos(step * 1.257), -0.5 + 0.2 * math.sin(step * 1.257)
        pen.blob(x, y, 0.14, 0.14, (240, 98, 146), rim=False)
    pen.blob(-1.4, -0.5, 0.1, 0.1, SPOT, rim=False)


def draw_balloon(pen: FeltPen) -> None:
    pen.line([(-1.35, -0.6), (-1.25, -1.0)], wide=pen.width // 2)
    pen.blob(-1.25, -1.42, 0.36, 0.44, (229, 57, 53))


def draw_rain(pen: FeltPen) -> None:
    for column in range(9):
        x = (column - 4) * 0.4 + pen.rng.uniform(-0.1, 0.1)
        y = -1.75 + (column % 3) * 0.3
        pen.line([(x, y), (x - 0.08, y + 0.26)], (66, 135, 220), pen.width // 2 + 2)


THINGS: dict[str, Callable[[FeltPen], None]] = {
    "hat": draw_hat,
    "flower": draw_flower,
    "balloon": draw_balloon,
    "rain": draw_rain,
}
