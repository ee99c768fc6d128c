"""The pictures that the course's own model learned from, as the index that ships keeps them, and
how near to them a picture lies, dot by dot.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Sequence
from functools import cache
from zipfile import BadZipFile

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER

__all__ = [
    "DOTS",
    "INDEX",
    "STEPS",
    "TOO_NEAR",
    "dots_of",
    "file_of",
    "library",
    "nearest_dots",
    "opened",
]

INDEX = FOLDER / "index"
DOTS = 16  # pictures are compared at 16 x 16 px
STEPS = 63  # the index keeps a dot's brightness in so many steps, a feature in 127
GROUND = 36  # a dot no farther from the rim's colour than this (of 255) belongs to the ground
# a picture nearer than this is as near as a copy: of drawings of one thing by two publishers one
# pair in a hundred is (tests hold it against the index)
TOO_NEAR = 0.069


MISSING = (
    "The index of training pictures is missing or damaged. Run `python start.py` again to put it"
    " back."
)
DAMAGED = (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error)


@cache
def known_dots():
    """The training pictures framed at 16 x 16 px: N x 768 float32, 0 to 1.

    Raises:
        LearnerError: the index is missing or damaged.
    """
    import numpy as np

    try:
        with np.load(INDEX / "pictures.npz", allow_pickle=False) as kept:
            return np.divide(kept["dots"], STEPS, dtype=np.float32)
    except DAMAGED as problem:
        raise LearnerError(MISSING) from problem


@cache
def library() -> tuple:
    """(dots of the training pictures N x 768 float32, the judge's features N x 256 float32,
    their files, where each ends, what is known of them).

    Raises:
        LearnerError: the index is missing or damaged.
    """
    import numpy as np

    try:
        about = json.loads((INDEX / "pictures.json").read_text(encoding="utf-8"))
        kept = np.load(INDEX / "pictures.npz", allow_pickle=False)
        return (
            known_dots(),
            kept["features"].astype(np.float32) / 127,
            kept["files"].tobytes(),
            kept["ends"],
            about,
        )
    except DAMAGED as problem:
        raise LearnerError(MISSING) from problem


def file_of(place: int) -> bytes:
    """The WebP file of training picture number `place`."""
    _, _, files, ends, _ = library()
    return files[ends[place - 1] if place else 0 : ends[place]]


def opened(file: bytes):
    """The PIL picture (RGB) of a training picture's file."""
    from PIL import Image

    return Image.open(io.BytesIO(file), formats=["WEBP"]).convert("RGB")


def framed(picture):
    """A PIL picture with its ground (the colour of its rim) made white, cut to a square around the
    thing's middle, as wide as the thing spreads: so a copy on another colour, moved or smaller,
    still compares.
    """
    import numpy as np
    from PIL import Image

    seen = np.asarray(
        picture.convert("RGB")
        if picture.size == (48, 48)
        else picture.convert("RGB").resize((48, 48), Image.Resampling.BOX)
    )
    rim = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
    far = np.abs(seen.astype(np.float32) - np.median(rim, axis=0)).max(-1)
    thing = far > GROUND
    if thing.sum() < 20:
        return Image.fromarray(seen)
    down, across = np.nonzero(thing)
    half = 2.4 * np.sqrt((down.var() + across.var()) / 2)  # a disc of radius r spreads r / 2
    middle = across.mean() + 0.5, down.mean() + 0.5
    sheet = Image.new("RGB", (96, 96), "white")
    sheet.paste(Image.fromarray(np.where(thing[..., None], seen, 255).astype(np.uint8)), (24, 24))
    box = tuple(24 + place + way * half for way in (-1, 1) for place in middle)
    return sheet.transform(
        (2 * DOTS, 2 * DOTS),
        Image.Transform.EXTENT,
        box,
        Image.Resampling.BILINEAR,
        fillcolor="white",
    )


def dots_of(picture):
    """A PIL picture as a row of 768 numbers from 0 to 1: framed, at 16 x 16 px."""
    import numpy as np
    from PIL import Image

    return (
        np.asarray(framed(picture).resize((DOTS, DOTS), Image.Resampling.BOX), np.float32).ravel()
        / 255
    )


def nearest_dots(pictures: Sequence):
    """How far each PIL picture is from the nearest training picture, dot by dot (root mean square
    at 16 x 16 px, 0 to 1), N float32; a mirrored picture counts as the same.

    Raises:
        LearnerError: the index is missing or damaged.
    """
    import numpy as np
    from PIL import ImageOps

    known, both = known_dots(), [*pictures, *map(ImageOps.mirror, pictures)]
    seen = np.stack([dots_of(one) for one in both])
    apart = (known**2).mean(1)[:, None] - 2 / known.shape[1] * (known @ seen.T)
    nearest = np.maximum(apart.min(0) + (seen**2).mean(1), 0) ** 0.5
    return nearest.reshape(2, -1).min(0)
