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

from course_utils.pictures.candidates.grounds import (
    COLOURS,
    GROUNDS,
    clashes,
    on_ground,
    without_scene,
)
from course_utils.pictures.style_directions import SAID_STYLES, STYLE_NAMES
from course_utils.pictures.wishes.parts import Parts, parts_of

if TYPE_CHECKING:
    from PIL import Image

    from course_utils.creation import Setting

__all__ = [
    "ANY",
    "COMPOSITIONS",
    "PLAIN",
    "drawn_alone",
    "finished",
    "ground_of",
    "is_arranged",
    "put_together",
    "said",
    "spread",
    "taken_apart",
    "with_composition",
]

ANY = "any"
PLAIN, MIRRORED, SMALL, CLOSE, ARRANGED = "plain", "mirrored", "small", "close up", "arranged"
KINDS = 4  # of composition, which follow one another
SPREAD_FROM = 0.5  # of surprise: below it a person asked for candidates that are alike

MADE_SMALL = 0.68  # of the side
ONCE_SMALL = 0.75  # in pictures of before
CLOSER = 1.25  # times as large
CLOSE_ABOVE = 0.35  # of what is then cut off above and below, so much above
DARK = 200  # of 255: what is darker is thing, no rest of a scene that was taken away
ABOVE_EDGE = 0.04  # of the side: where a small thing stands

# what stands small and what looks the other way differ in their scenes, so two never share one
ON_SCENES = [f"{SMALL}, {one}" for one in ("on a green hill", "in a room", "at night")]
TURNED = [f"{MIRRORED}, {one}" for one in ("at sunset", "by the sea", "on a disc")]
CLOSE_UPS = [f"{CLOSE}, {one}" for one in COLOURS]
TOGETHER = [f"{ARRANGED}, {one}" for one in GROUNDS]
ONCE = (MIRRORED, *COLOURS)  # alone they stand in recipes of before
COMPOSITIONS = (PLAIN, *ONCE, *ON_SCENES, *TURNED, *CLOSE_UPS, ARRANGED, *TOGETHER)

NAMED_STYLE = re.compile(rf"\b({SAID_STYLES})\b", re.IGNORECASE)
NAMED_COMPOSITION = re.compile(
    r"\b(backgrounds?|left|right|small|little|tiny|big|large|huge|two|three|four|five|six|many"
    r"|behind|under|close.?up|above|below|beside|next to|in front of|on top of|at night|at sunset"
    r"|at home|in winter"
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
    ground = ground_of(composition)
    colour = ground.removeprefix("on ")
    return f"{prompt} on a {colour} background" if ground in COLOURS else prompt


def ground_of(composition: str) -> str:
    """The ground in a composition, "" where there is none."""
    last = composition.split(", ")[-1]
    return last if composition in COMPOSITIONS and last in GROUNDS else ""


def spread(
    prompt: str, settings: Mapping[str, Setting], seed: int, count: int, styles: Sequence[str]
) -> list[dict[str, str]]:
    """What each of `count` candidates changes in the settings: its style and its composition.

    Candidate number i gets what the seed `seed + i` says, however many are asked for: so the rest
    of an order that was stopped comes out as it would have.

    Args:
        prompt: what a person typed.
        settings: of the recipe; read are style, composition, surprise, second, directions and
            own_model.
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
    parts = drawn_alone(prompt, settings)
    if parts:
        grounds = [arrangement(prompt, parts, turn if apart else 0) for turn in turns]
    elif apart and not names_composition(prompt):
        shift = len(styles) % KINDS == 0  # else a style would always meet the same kind
        grounds = [_composition(prompt, turn, turn // KINDS if shift else 0) for turn in turns]
    return [{"style": way, "composition": ground} for way, ground in zip(ways, grounds)]


def _composition(prompt: str, turn: int, shift: int) -> str:
    """Plain, small on a scene, close up on a soft colour, turned before another scene, and so on;
    no ground whose colour the prompt names.
    """
    named = set(re.findall(r"[a-z]+", prompt.lower()))
    kinds = ([PLAIN], ON_SCENES, CLOSE_UPS, TURNED)
    place = (turn + shift) % KINDS
    fitting = [
        one for one in kinds[place] if one == PLAIN or not clashes(one.split(", ")[-1], named)
    ]
    if not fitting:
        return MIRRORED if place == KINDS - 1 else PLAIN
    return fitting[turn // KINDS % len(fitting)]


def drawn_alone(words: str, settings: Mapping[str, Setting]) -> Parts | None:
    """The things of a wish that the course's own model draws one by one; None where it draws the
    picture as a whole, as it does from a picture, with an own model, and for recipes of before.

    Args:
        words: in English, as the model is given them.
    """
    composition = str(settings.get("composition", PLAIN))
    whole = ("own_model", "directions", "second", "from_parent")
    if composition != ANY and not is_arranged(composition) or any(map(settings.get, whole)):
        return None
    return parts_of(words)


def arrangement(prompt: str, parts: Parts, turn: int) -> str:
    """The composition of things that are drawn one by one: before the scene that the words name;
    else plain, before a scene or on a soft colour.
    """
    if parts.scene:
        return f"{ARRANGED}, {parts.scene}"
    composition = _composition(prompt, turn, 0)
    ground = ground_of(composition)
    return f"{ARRANGED}, {ground}" if ground else ARRANGED


def is_arranged(composition: str) -> bool:
    """Whether a picture's things were drawn one by one."""
    return composition == ARRANGED or composition in TOGETHER


def finished(picture: Image.Image, composition: str) -> Image.Image:
    """The drawn picture as its composition wants it: looking the other way, small, close up, on a
    ground, or as it is.
    """
    from PIL import ImageOps

    if composition in COMPOSITIONS and composition.startswith(MIRRORED):
        picture = ImageOps.mirror(picture)
    if composition in CLOSE_UPS:
        picture = closer(picture)
    return put_together(picture, composition)


def put_together(picture: Image.Image, composition: str) -> Image.Image:
    """A thing on white at its size and on its ground."""
    if composition in ON_SCENES:
        picture = made_small(picture)
    ground = ground_of(composition)
    return on_ground(picture, ground) if ground else picture


def taken_apart(picture: Image.Image, composition: str) -> Image.Image:
    """The thing of a picture on a scene as it was drawn, alone and at its full size; the same
    picture where there is no scene.
    """
    from PIL import Image

    alone = without_scene(picture, ground_of(composition))
    if alone is picture or composition not in ON_SCENES:
        return alone
    box = small_box(alone.size)
    around = alone.convert("L").point(lambda value: 255 * (value < DARK))
    around.paste(0, box)
    if around.getbbox():
        box = small_box(alone.size, ONCE_SMALL)
    return alone.resize(alone.size, Image.Resampling.LANCZOS, box=box)


def closer(picture: Image.Image) -> Image.Image:
    """The picture from nearer: its edges are cut off, a little more of them below."""
    from PIL import Image

    side = picture.width / CLOSER
    left, top = (picture.width - side) / 2, (picture.height - side) * CLOSE_ABOVE
    box = (left, top, left + side, top + side)
    return picture.resize(picture.size, Image.Resampling.LANCZOS, box=box)


def small_box(size: tuple[int, int], share: float = MADE_SMALL) -> tuple[int, int, int, int]:
    """Where a small thing stands in a picture: at its foot, in the middle."""
    width, height = size
    wide, high = round(width * share), round(height * share)
    left, foot = (width - wide) // 2, height - round(height * ABOVE_EDGE)
    return left, foot - high, left + wide, foot


def made_small(picture: Image.Image) -> Image.Image:
    """The picture smaller, at the foot of a white one of the same size."""
    from PIL import Image

    left, top, right, foot = small_box(picture.size)
    made = Image.new("RGB", picture.size, "white")
    small = picture.resize((right - left, foot - top), Image.Resampling.LANCZOS)
    made.paste(small, (left, top))
    return made


def said(settings: Mapping[str, object]) -> str:
    """A candidate's style and composition in a few words for its caption and alt text, such as
    "shiny 3D, on pink"; "" when neither was chosen for it or by a person.
    """
    style, composition = str(settings.get("style", ANY)), str(settings.get("composition", PLAIN))
    names = [STYLE_NAMES.get(part.partition(":")[0], "") for part in style.split()]
    parts = [" and ".join(names) if style != ANY else ""]
    parts.append(composition if composition in COMPOSITIONS and composition != PLAIN else "")
    return ", ".join(part for part in parts if part)
