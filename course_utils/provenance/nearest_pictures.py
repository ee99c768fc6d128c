"""Where a picture came from: the nearest of all training pictures, compared dot by dot and by what
a classifier sees, and a copying score.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from course_utils.creation import Creation, LearnerError
from course_utils.pictures.exports import thing_alone
from course_utils.pictures.training_drawings import dots_of, file_of, library, opened
from course_utils.provenance.sources import Source, picture_sources

__all__ = [
    "COPY",
    "NEAR",
    "check_picture",
    "copying_score",
    "how_sure",
    "nearest_pictures",
    "verdict",
    "yardstick",
]

BLACK = {"ink"}  # styles without colour: far from all others, so no yardstick for them


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
