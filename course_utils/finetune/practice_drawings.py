"""Twelve drawings to practise with: one creature, drawn by a program in the manner of a child with
felt pens.

No child drew them. They are here so that a lesson can be tried before anyone has drawn anything.
"""

from __future__ import annotations

import math
import random

from course_utils.creation import Creation, HumanEdit, Recipe

SIDE = 384  # pixels
BODY, SPOT, LINE = (126, 87, 194), (255, 202, 40), (38, 24, 62)
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
    arms=(10, 10),
    turn=0,
    up=0,
    squash=1.0,
    size=1.0,
    eyes="open",
    mouth="smile",
    thing="",
    shadow=False,
):
    """One pose as a PIL picture; lines tremble, no two are alike."""
    from PIL import Image, ImageDraw

    scale = 2  # drawn twice as large, then made smaller, so that edges are soft
    picture = Image.new("RGB", (SIDE * scale, SIDE * scale), "white")
    pen = ImageDraw.Draw(picture)
    width = int(9 * scale * (0.7 + 0.3 * size))
    middle = (SIDE * scale / 2 + rng.uniform(-8, 8) * scale, SIDE * scale * 0.56 - up * scale)
    radius = 92 * scale * size
    angle = math.radians(turn + rng.uniform(-4, 4))

    def place(x: float, y: float) -> tuple[float, float]:
        """From the creature's own measure (1 is half its width) to the paper."""
        y *= squash
        return middle[0] + radius * (x * math.cos(angle) - y * math.sin(angle)), middle[
            1
        ] + radius * (x * math.sin(angle) + y * math.cos(angle))

    def line(points: list[tuple[float, float]], colour=LINE, wide=width) -> None:
        shaken = [
            (x + rng.uniform(-1.5, 1.5) * scale, y + rng.uniform(-1.5, 1.5) * scale)
            for x, y in (place(*point) for point in points)
        ]
        pen.line(shaken, fill=colour, width=wide, joint="curve")
        for x, y in (shaken[0], shaken[-1]):
            pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=colour)

    def blob(x: float, y: float, wide: float, high: float, colour, rim: bool = True) -> None:
        tremble = [rng.uniform(0.95, 1.05) for _ in range(12)]
        points = []
        for step in range(60):
            turned = step / 60 * 2 * math.pi
            part = step / 5
            wobble = tremble[int(part) % 12] * (1 - part % 1) + tremble[(int(part) + 1) % 12] * (
                part % 1
            )
            points.append(
                (x + wide * wobble * math.cos(turned), y + high * wobble * math.sin(turned))
            )
        pen.polygon([place(*point) for point in points], fill=colour)
        if rim:
            line([*points, points[0]])

    if shadow:
        pen.ellipse(
            (
                middle[0] - radius * 0.7,
                SIDE * scale * 0.9,
                middle[0] + radius * 0.7,
                SIDE * scale * 0.94,
            ),
            fill=(205, 205, 212),
        )
    for side, lift in zip((-1, 1), arms):
        reach = math.radians(lift)
        line(
            [
                (side * 0.85, 0),
                (side * (0.85 + 0.3 * math.cos(reach)), -0.3 * math.sin(reach)),
                (side * (0.85 + 0.62 * math.cos(reach)), -0.75 * math.sin(reach)),
            ]
        )
        line([(side * 0.4, 0.8), (side * 0.45, 1.2), (side * 0.65, 1.24)])
    line([(0, -0.9), (0.06, -1.2), (-0.02, -1.42)])
    blob(-0.02, -1.46, 0.13, 0.13, SPOT)
    blob(0, 0, 1, 0.95, BODY)
    for x, y, wide in (
        (-0.62, 0.42, 0.15),
        (0.6, 0.46, 0.18),
        (0.66, -0.32, 0.12),
        (-0.1, 0.7, 0.12),
    ):
        blob(x, y, wide, wide, SPOT, rim=False)
    for side in (-1, 1):
        if eyes == "closed":
            line(
                [(side * 0.32 - 0.16, -0.2), (side * 0.32, -0.12), (side * 0.32 + 0.16, -0.2)],
                wide=width // 2 + 1,
            )
        else:
            blob(side * 0.32, -0.22, 0.2, 0.23, (255, 255, 255))
            blob(side * 0.3, -0.18, 0.08, 0.1, LINE, rim=False)
    if mouth == "open":
        blob(0, 0.32, 0.32, 0.2, (214, 56, 84))
    else:
        depth = 0.2 if mouth == "smile" else 0.0
        line(
            [
                (step / 6 * 0.76 - 0.38, 0.24 + depth * math.sin(step / 6 * math.pi))
                for step in range(7)
            ]
        )
    if thing == "hat":
        line([(-0.62, -0.82), (0.62, -0.82)], (214, 40, 40), width * 2)
        pen.polygon(
            [
                place(*point)
                for point in ((-0.4, -0.84), (0.4, -0.84), (0.3, -1.45), (-0.32, -1.42))
            ],
            fill=(214, 40, 40),
        )
    elif thing == "flower":
        line([(-1.4, -0.3), (-1.38, 0.4)], (56, 142, 60))
        for step in range(5):
            blob(
                -1.4 + 0.2 * math.cos(step * 1.257),
                -0.5 + 0.2 * math.sin(step * 1.257),
                0.14,
                0.14,
                (240, 98, 146),
                rim=False,
            )
        blob(-1.4, -0.5, 0.1, 0.1, SPOT, rim=False)
    elif thing == "balloon":
        line([(-1.35, -0.6), (-1.25, -1.0)], wide=width // 2)
        blob(-1.25, -1.42, 0.36, 0.44, (229, 57, 53))
    elif thing == "rain":
        for column in range(9):
            x, y = (column - 4) * 0.4 + rng.uniform(-0.1, 0.1), -1.75 + (column % 3) * 0.3
            line([(x, y), (x - 0.08, y + 0.26)], (66, 135, 220), width // 2 + 2)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
