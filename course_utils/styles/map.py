"""Where pictures lie among each other: ten named looks, two axes found among them,
and how new a picture is.

The looks are measured in the picture itself, so that a map can say what its axes mean. Axes:
principal components (`principal_axes.py`). `style_marks.json` holds mean and spread of each look
over the training pictures of each style (training/image/style_marks.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from course_utils.creation import Creation, LearnerError
from course_utils.pictures.png import open_picture
from course_utils.styles.principal_axes import principal_axes

__all__ = ["StyleMap", "looks", "make_map", "novelty", "shares_at"]

LOOKS = {  # a look: what more of it, and less of it, is called
    "brightness": ("lighter", "darker"),
    "colour": ("more colourful", "greyer"),
    "warmth": ("warmer", "colder"),
    "contrast": ("stronger contrast", "softer contrast"),
    "ground": ("more white around", "fuller"),
    "edges": ("busier", "plainer"),
    "lines": ("darker lines", "lighter lines"),
    "shading": ("more shading", "flatter"),
    "mirror": ("more symmetrical", "less symmetrical"),
    "height": ("higher up", "lower down"),
}
FEWEST = 3


def looks(picture) -> list[float]:
    """The ten looks of a PIL picture, in the order of LOOKS, most of them from 0 to 1;
    measured at 48 x 48 px.
    """
    from PIL import Image

    rgb = (
        np.asarray(picture.convert("RGB").resize((48, 48), Image.Resampling.BOX), np.float32) / 255
    )
    red, blue = rgb[..., 0], rgb[..., 2]
    grey = rgb @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    chroma = rgb.max(-1) - rgb.min(-1)
    down, across = np.gradient(grey)
    slope = np.hypot(down, across)
    thing = (
        np.abs(
            rgb - np.median(np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]), axis=0)
        ).max(-1)
        > 0.12
    )
    weight = thing.sum() or 1
    inside = (slope > 0.01) & (slope < 0.08) & thing  # gentle slopes: shading rather than edges
    return [
        float(value)
        for value in (
            grey.mean(),
            chroma[thing].mean() if thing.any() else 0.0,
            (red - blue)[thing].mean() if thing.any() else 0.0,
            grey.std(),
            (rgb.min(-1) > 0.93).mean(),
            (slope > 0.1).mean(),
            ((grey < 0.25) & (slope > 0.05)).mean(),
            inside.sum() / weight,
            1 - np.abs(grey - grey[:, ::-1]).mean() * 4,
            1 - (thing.sum(1) @ np.arange(48)) / weight / 47,
        )
    ]


@cache
def marks() -> dict[str, dict[str, list[float]]]:
    """Mean and spread of every look over the training pictures of each style, and over all of them
    ("all").
    """
    return json.loads(Path(__file__).with_name("style_marks.json").read_text(encoding="utf-8"))


def standard(values: list[float]):
    """Looks in units of the spread over all training pictures, as a numpy array."""
    return (np.array(values) - marks()["all"]["mean"]) / np.maximum(marks()["all"]["spread"], 1e-3)


@dataclass(frozen=True)
class Place:
    """A creation on the map: from -1 (left, bottom) to 1."""

    creation: Creation
    across: float
    up: float


@dataclass(frozen=True)
class StyleMap:
    """Places of creations, and what it means to go right or up."""

    places: list[Place]
    right: str
    top: str


def by_looks(creations: list[Creation]) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """How pictures look, shape (pictures, measures), and what more and less of each is called."""
    looked = [standard(looks(open_picture(creation.content))) for creation in creations]
    return np.stack(looked), list(LOOKS.values())


def by_traits(creations: list[Creation]) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """The same by the traits of taste."""
    from course_utils.taste.traits import measure, steps, traits

    kind = creations[0].kind
    measured = [steps(kind, measure(creation)) for creation in creations]
    return np.stack(measured), [(trait.more, trait.less) for trait in traits(kind)]


MEASURED = {"image": by_looks}  # kinds that have a way of their own


def make_map(creations: list[Creation]) -> StyleMap:
    """A map on which creations of one kind that look, read or sound alike lie together:
    pictures by their looks, others by the traits of taste (traits.py).

    Raises:
        LearnerError: fewer than three, or of several kinds.
    """
    if len(creations) < FEWEST:
        raise LearnerError(
            f"A map needs at least {FEWEST} of a kind, and there"
            f" {'is' if len(creations) == 1 else 'are'} {len(creations)}. Make some in different"
            " styles first."
        )
    if len({creation.kind for creation in creations}) > 1:
        raise LearnerError(
            "A map shows one kind at a time: only pictures, only texts or only tunes."
        )
    values, names = MEASURED.get(creations[0].kind, by_traits)(creations)
    values = np.clip(values, -4, 4)
    axes, points = principal_axes(values)
    points = points / np.maximum(np.abs(points).max(0), 1e-6) * 0.92
    right, top = (axis_name(axis, names) for axis in axes)
    return StyleMap(
        [
            Place(creation, round(float(x), 3), round(float(y), 3))
            for creation, (x, y) in zip(creations, points)
        ],
        right,
        top,
    )


def axis_name(axis, names: list[tuple[str, str]]) -> str:
    """What going along an axis means: the names of more or less of its two strongest parts."""
    strongest = sorted(range(len(names)), key=lambda place: -abs(axis[place]))[:2]
    return " and ".join(names[place][0 if axis[place] > 0 else 1] for place in strongest)


def shares_at(
    style_map: StyleMap, across: float, up: float, most: int = 3
) -> list[tuple[Place, float]]:
    """The nearest places and their shares, adding to 1: the nearer, the more
    (inverse square of the distance).
    """
    near = sorted(
        ((place.across - across) ** 2 + (place.up - up) ** 2, number)
        for number, place in enumerate(style_map.places)
    )[:most]
    weights = [1 / (squared + 0.003) for squared, _ in near]
    return [
        (style_map.places[number], weight / sum(weights))
        for (_, number), weight in zip(near, weights)
    ]


@dataclass(frozen=True)
class Novelty:
    """How far a picture is from the training styles and from one's own earlier pictures,
    in spreads of the training pictures; with words.
    """

    nearest_style: str
    from_training: float
    from_history: float | None
    sentence: str


def novelty(creation: Creation, history: list[Creation]) -> Novelty:
    """How new a picture looks.

    1 from the training styles is as far as their pictures usually are from the middle of their
    style.
    """

    mine = looks(open_picture(creation.content))
    far = {
        style: float(
            np.sqrt(
                (((np.array(mine) - mark["mean"]) / np.maximum(mark["spread"], 1e-3)) ** 2)
                .clip(0, 16)
                .mean()
            )
        )
        for style, mark in marks().items()
        if style != "all"
    }
    style = min(far, key=far.__getitem__)
    others = [one for one in history if one.id != creation.id]
    own = min(
        (
            float(
                np.sqrt(((standard(mine) - standard(looks(open_picture(one.content)))) ** 2).mean())
            )
            for one in others
        ),
        default=None,
    )
    words = (
        "much like the pictures the model was trained on"
        if far[style] < 1.1
        else "somewhat unlike them"
        if far[style] < 1.6
        else "unlike all of them"
    )
    past = (
        "there is nothing of yours to compare with yet"
        if own is None
        else (
            f"{own:.1f} from the nearest of your own,"
            f" {'nearly a repeat' if own < 0.3 else 'a relative' if own < 0.8 else 'new for you'}"
        )
    )
    return Novelty(
        style,
        far[style],
        own,
        f"{far[style]:.1f} from the training style “{style}”: {words}; {past}. (1.0 is the usual"
        " distance of a training picture.)",
    )
