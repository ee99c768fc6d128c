"""Where a picture came from: the nearest of all training pictures, compared dot by dot and by what
a classifier sees, and a copying score.
"""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from zipfile import BadZipFile

from course_utils.creation import Creation, LearnerError
from course_utils.models.embedded import FOLDER
from course_utils.pictures.exports import thing_alone
from course_utils.provenance.sources import Source, picture_sources

__all__ = [
    "COPY",
    "NEAR",
    "check_picture",
    "copying_score",
    "dots_of",
    "file_of",
    "how_sure",
    "library",
    "nearest_pictures",
    "opened",
    "verdict",
    "yardstick",
]

INDEX = FOLDER / "index"
DOTS = 16  # pictures are compared at 16 x 16 px
BLACK = {"ink"}  # styles without colour: far from all others, so no yardstick for them
STEPS = 63  # the index keeps a dot's brightness in so many steps, a feature in 127
GROUND = 36  # a dot no farther from the rim's colour than this (of 255) belongs to the ground


@dataclass(frozen=True)
class Neighbour:
    """A training picture near to some picture: distances (0 is the same; dots: root mean square at
    16 x 16 px, up to 1; look: 1 less the cosine of the judge's features, up to 1), its thing, style
    and source, and its WebP bytes.
    """

    label: str
    style: str
    source: Source
    dots: float
    look: float
    webp: bytes


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
            kept["dots"].astype(np.float32) / STEPS,
            kept["features"].astype(np.float32) / 127,
            kept["files"].tobytes(),
            kept["ends"],
            about,
        )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as problem:
        raise LearnerError(
            "The index of training pictures is missing or damaged. Run `python start.py` again to"
            " put it back."
        ) from problem


def file_of(place: int) -> bytes:
    """The WebP file of training picture number `place`."""
    _, _, files, ends, _ = library()
    return files[ends[place - 1] if place else 0 : ends[place]]


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


def distances(picture) -> tuple:
    """How far a PIL picture is from every training picture: (dots, look), two float arrays;
    a mirrored picture counts as the same.
    """
    import numpy as np
    from PIL import Image

    from course_utils.pictures.people_classifier import features_of

    dots, features = library()[:2]
    flipped = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    near = np.minimum(
        *[
            np.sqrt(np.maximum(((dots - dots_of(one)) ** 2).mean(1), 0))
            for one in (picture, flipped)
        ]
    )
    seen = features_of([picture, flipped])
    return near, np.clip(1 - (features @ seen.T).max(1), 0, 1)


def nearest_pictures(picture, most: int = 3) -> list[Neighbour]:
    """The training pictures nearest to a PIL picture: `most` compared dot by dot (of one
    publisher's drawings of one thing only the nearest), then the one nearest in what the judge
    sees, if it is another. Exact: all are compared.

    Raises:
        LearnerError: the index is missing or damaged.
    """
    near, look = distances(picture)
    about = library()[4]
    first: dict[tuple[str, str], int] = {}
    for place in near.argsort():
        style = about["styles"][place]
        drawing = about["labels"][place], picture_sources()[style].authors
        first.setdefault(drawing, int(place))
        if len(first) == most:
            break
    order = list(first.values())
    order += [int(look.argmin())] * (int(look.argmin()) not in order)
    return [neighbour(place, float(near[place]), float(look[place])) for place in order]


def neighbour(place: int, dots: float = 0.0, look: float = 0.0) -> Neighbour:
    """Training picture number `place`."""
    about = library()[4]
    style = about["styles"][place]
    return Neighbour(
        about["labels"][place], style, picture_sources()[style], dots, look, file_of(place)
    )


def pairs_of_one_thing() -> tuple:
    """Numbers of training pictures in colour that show the same thing, drawn by two publishers (a
    publisher's own styles are often one drawing in another finish): two int arrays. Of people at
    work the yellow ones: in other skin tones they are the same drawings.
    """
    import numpy as np

    places: dict[str, list[int]] = {}
    about = library()[4]
    tones = about.get("tone") or [0] * len(about["labels"])
    publisher = {style: source.authors for style, source in picture_sources().items()}
    for place, label in enumerate(about["labels"]):
        if not tones[place] and about["styles"][place] not in BLACK:
            places.setdefault(label, []).append(place)
    pairs = [
        (one, other)
        for same in places.values()
        for one, other in combinations(same, 2)
        if publisher[about["styles"][one]] != publisher[about["styles"][other]]
    ]
    return tuple(np.array(pairs).T)


@lru_cache(maxsize=1)
def yardstick():
    """How far apart drawings of one thing by different publishers are, dot by dot, sorted:
    what two pictures nobody copied look like.
    """
    import numpy as np

    dots = library()[0]
    first, second = pairs_of_one_thing()
    return np.sort(np.sqrt(((dots[first] - dots[second]) ** 2).mean(1)))


def copying_score(apart: float, scale=None) -> float:
    """The share (0-1) of pairs of separately made drawings of one thing that are farther apart than
    this. Above 0.99: as near as copies are.
    """
    import numpy as np

    scale = yardstick() if scale is None else scale
    return 1 - float(np.searchsorted(scale, apart, "right")) / len(scale)


COPY, NEAR = 0.99, 0.95  # scores from which on a picture counts as a copy, and as near


def verdict(score: float) -> str:
    """A score in words."""
    if score > COPY:
        return "As near as a copy."
    return (
        "Nearer than separate drawings of one thing usually are."
        if score > NEAR
        else "No nearer than separate drawings of one thing can be."
    )


def how_sure() -> dict[str, float]:
    """How often the score is wrong, measured anew: one half of the things sets the mark for COPY,
    the other half is judged by it.

    Returns:
        false_alarms: share of separately drawn pairs (other half) that would be called copies;
            found_<change>: share of training pictures in colour, changed in that way, that are
            called copies of themselves.
    """
    import hashlib

    import numpy as np
    from PIL import Image

    dots, about = library()[0], library()[4]
    first, second = pairs_of_one_thing()
    apart = np.sqrt(((dots[first] - dots[second]) ** 2).mean(1))
    here = np.array(
        [hashlib.sha256(about["labels"][place].encode()).digest()[0] % 2 == 0 for place in first]
    )
    scale = np.sort(apart[here])
    coloured = [place for place, style in enumerate(about["styles"]) if style not in BLACK]
    found = {
        "pairs": int((~here).sum()),
        "false_alarms": float(np.mean([copying_score(one, scale) > COPY for one in apart[~here]])),
    }

    def through_jpeg(picture):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=40)
        return Image.open(buffer)

    for name, change in CHANGES.items():
        hits = [
            copying_score(
                float(
                    np.sqrt(((dots[place] - dots_of(change(opened(file_of(place))))) ** 2).mean())
                ),
                scale,
            )
            > COPY
            for place in coloured[::29]
        ]
        found[f"found_{name}"] = float(np.mean(hits))
    return found


def opened(file: bytes):
    """The PIL picture (RGB) of a training picture's file."""
    from PIL import Image

    return Image.open(io.BytesIO(file), formats=["WEBP"]).convert("RGB")


def through_jpeg(picture):
    from PIL import Image

    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=40)
    return Image.open(buffer)


def softened(picture):
    return picture.resize((16, 16)).resize((48, 48))


def darker(picture):
    return picture.point(lambda value: round(value * 0.85))


def moved(picture):
    from PIL import Image

    return picture.transform(
        picture.size, Image.Transform.AFFINE, (1, 0, 3, 0, 1, 3), fillcolor="white"
    )


def smaller(picture):
    from PIL import Image

    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture.resize((34, 34), Image.Resampling.LANCZOS), (7, 7))
    return sheet


def turned(picture):
    return picture.rotate(20, fillcolor="white")


def recoloured(picture):
    from PIL import Image

    return Image.merge("RGB", picture.split()[::-1])


# what somebody might do to a copy
CHANGES = {
    "jpeg": through_jpeg,
    "softened": softened,
    "darker": darker,
    "moved": moved,
    "smaller": smaller,
    "turned": turned,
    "recoloured": recoloured,
}


def check_picture(creation: Creation):
    """The PIL picture of a creation, on white where the course laid a scene behind it.

    Raises:
        LearnerError: it is not a picture.
    """
    from course_utils.pictures.png import open_picture

    if creation.declared.media_type != "image/png":
        raise LearnerError(
            "A picture is needed here, and something else was given. Choose a picture, then try"
            " again."
        )
    # on a scene of ours, nothing would look like the training picture that the thing is copied from
    return open_picture(thing_alone(creation).content)
