"""Drawings made ready to be learned from: paper taken away, cut out, checked;
and how far two pictures are apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.creation import Creation, LearnerError
from course_utils.pictures.png import open_picture

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["distance", "ready"]

FEWEST, MOST = 8, 20
SIDE = 128  # pixels a drawing is kept at; the model draws smaller
EMPTY = 0.004  # share of a drawing that must differ from its ground; less is a blank sheet
INK = 40  # how far from white, in 0-255, counts as drawn
WAYS = ("by itself", "photo of paper", "cut out", "as it is")
SAYS_NOTHING = ("", "my picture", "my drawing", "standing")  # prompts that name no pose


def tidy(drawing: Creation, way: str = "by itself"):
    """A drawing as a square PIL picture on white, 128 x 128 px.

    Args:
        way: "photo of paper" takes shadows and the colour of the paper away and moves in close;
            "cut out" takes an even background away; "by itself" tries these unless the ground is
            white already.

    Raises:
        LearnerError: not a picture.
    """
    picture = without_bars(open_picture(drawing.content))
    picture.thumbnail((SIDE * 3, SIDE * 3))
    if way == "by itself":
        way = "as it is" if ground_is_white(picture) else "photo of paper"
        if way == "photo of paper" and share_drawn(paper_removed(picture)) > 0.7:
            way = "cut out"  # not a drawing on paper
    if way == "photo of paper":
        picture = moved_close(table_removed(paper_removed(picture)))
    elif way == "cut out":
        picture = moved_close(background_removed(drawing))
    from PIL import Image

    return squared(picture).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def without_bars(picture):
    """The picture without the white bars that made it square;
    the light on paper is not to be judged by them.
    """
    from PIL import ImageChops

    left, top, right, bottom = ImageChops.invert(picture.convert("RGB")).getbbox() or (
        0,
        0,
        *picture.size,
    )
    if (left, right) == (0, picture.width) or (top, bottom) == (0, picture.height):
        return picture.crop((left, top, right, bottom))
    return picture  # white all round: a ground, not bars


def ground_is_white(picture) -> bool:
    """Whether nearly all of the rim is white."""
    import numpy as np

    values = np.asarray(picture.convert("L"))
    rim = np.concatenate(
        [values[:3].ravel(), values[-3:].ravel(), values[:, :3].ravel(), values[:, -3:].ravel()]
    )
    return bool((rim > 245).mean() > 0.9)


def paper_removed(picture):
    """The picture divided by the light on its paper, which is estimated as the brightest near each
    place, so that paper becomes white.
    """
    import numpy as np
    from PIL import Image, ImageFilter

    small = (
        picture.resize((48, 48), Image.Resampling.BOX)
        .filter(ImageFilter.MedianFilter(3))
        .filter(ImageFilter.MaxFilter(13))
        .filter(ImageFilter.GaussianBlur(5))
    )
    light = np.asarray(small.resize(picture.size, Image.Resampling.BICUBIC), np.float32)
    evened = np.clip(np.asarray(picture, np.float32) / np.maximum(light, 30), 0, 1)
    # paper has grain: what is nearly as bright as it counts as white
    lifted = np.clip((evened - 0.1) / 0.72, 0, 1)
    return Image.fromarray((lifted * 255).astype(np.uint8))


def table_removed(picture):
    """The picture on white without what reaches in from its rim, such as the table beside the
    paper; as it is where hardly anything else is drawn.
    """
    import numpy as np
    from PIL import Image

    drawn = grown(np.asarray(drawn_on(picture)) > 0)
    rim = np.ones_like(drawn)
    rim[3:-3, 3:-3] = False
    outside = joined_to(drawn & rim, drawn)
    if (drawn & ~outside).mean() < 4 * EMPTY:
        return picture
    values = np.array(picture.convert("RGB"))
    values[grown(outside)] = 255
    return Image.fromarray(values)


def grown(places):
    """A map of places, and all within two steps across or down of them."""
    import numpy as np

    for _ in range(2):
        near = np.pad(places, 1)
        places = places | near[2:, 1:-1] | near[:-2, 1:-1] | near[1:-1, 2:] | near[1:-1, :-2]
    return places


def joined_to(some, places):
    """All places that hang together, across and down, with some of them; maps of one shape.

    Whole stretches at once, so it takes as many rounds as the longest way has corners.
    """
    count = -1
    while count != some.sum():
        count = some.sum()
        some = along_rows(some, places)
        some = along_rows(some.T, places.T).T
    return some


def along_rows(some, places):
    """The whole of each stretch of places in a row in which some of them lie."""
    import numpy as np

    begins = places & ~np.pad(places, ((0, 0), (1, 0)))[:, :-1]
    number = np.where(places, np.cumsum(begins).reshape(places.shape), 0)
    met = np.bincount(number.ravel(), (some & places).ravel()) > 0
    return met[number] & places


def background_removed(drawing: Creation):
    """What `cut_out` keeps, on white; the whole picture where there is no even background."""
    from PIL import Image

    from course_utils.pictures.exports import cut_out

    try:
        clear = cut_out(drawing, SIDE * 3)
    except LearnerError:
        return open_picture(drawing.content)
    white = Image.new("RGBA", clear.size, "white")
    white.alpha_composite(clear)
    return white.convert("RGB")


def drawn_on(picture):
    """Where something is drawn: a PIL picture, L, 255 there."""
    from PIL import ImageChops, ImageFilter

    far = ImageChops.invert(picture.convert("RGB"))
    red, green, blue = far.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.filter(ImageFilter.MedianFilter(3)).point(lambda value: 255 if value > INK else 0)


def share_drawn(picture) -> float:
    """The share of a picture on white that is drawn on."""
    return sum(drawn_on(picture).histogram()[128:]) / (picture.width * picture.height)


def moved_close(picture):
    """The part that is drawn on, with a rim of a tenth."""
    box = drawn_on(picture).getbbox()
    if box is None:
        return picture
    rim = round(0.1 * max(box[2] - box[0], box[3] - box[1]))
    return picture.crop(
        (
            max(0, box[0] - rim),
            max(0, box[1] - rim),
            min(picture.width, box[2] + rim),
            min(picture.height, box[3] + rim),
        )
    )


def squared(picture):
    """The picture in the middle of a white square."""
    from PIL import Image

    side = max(picture.size)
    square = Image.new("RGB", (side, side), "white")
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def is_blank(picture) -> bool:
    """Whether a tidied drawing is an empty sheet: nothing on white, or one even colour all over."""
    low_high = picture.convert("L").getextrema()
    return share_drawn(picture) < EMPTY or low_high[1] - low_high[0] < 25


def ready(
    drawings: list[Creation], way: str = "by itself", only_one: bool = False
) -> tuple[list, list[str], str]:
    """Tidied drawings, the words of each, and a sentence on what was left out.

    Args:
        only_one: a single drawing is taken on purpose, to see a model copy.

    Raises:
        LearnerError: too few, too many, or nothing drawn on them.
    """
    if way not in WAYS:
        raise LearnerError(
            f"A drawing can be made ready in these ways: {', '.join(WAYS)}. Choose one of them."
        )
    if len(drawings) > MOST:
        raise LearnerError(
            f"Those are {len(drawings)} drawings. {MOST} are enough, and more would not fit into"
            f" five minutes: choose the {MOST} that differ most."
        )
    if not drawings:
        raise LearnerError(f"There are no drawings yet. Draw or bring {FEWEST} to {MOST}.")
    kept, words, told = unlike_ones(drawings, way)
    if only_one and kept:
        return kept[:1], words[:1], told.strip()
    if len(kept) == 0:
        raise LearnerError(
            "All of the drawings seem to be blank. Draw with a darker or thicker pen, or take the"
            " photo in better light."
        )
    if len(kept) == 1:
        raise LearnerError(
            f"{told}That is one drawing, and from one a model learns only to copy it. Bring at"
            f" least {FEWEST}; to see the copying, set only_one=True."
        )
    if len(kept) < FEWEST:
        raise LearnerError(
            f"{told}Those are {len(kept)} drawings. Bring at least {FEWEST} that differ: other"
            " poses, other sizes, other things beside it."
        )
    return kept, words, told.strip()


def unlike_ones(drawings: list[Creation], way: str) -> tuple[list, list[str], str]:
    """The tidied drawings that are not blank and came once, the words of each, and what was left
    out, in a sentence with a space after it.
    """
    kept: list[Image.Image] = []
    words, blank, twice = [], [], 0
    for number, drawing in enumerate(drawings, 1):
        picture = tidy(drawing, way)
        if is_blank(picture):
            blank.append(str(number))
        elif any(distance(picture, other) < 0.002 for other in kept):
            twice += 1
        else:
            kept.append(picture)
            words.append("" if drawing.recipe.prompt in SAYS_NOTHING else drawing.recipe.prompt)
    told = ""
    if blank:
        those = ("Drawing", "was") if len(blank) == 1 else ("Drawings", "were")
        told = f"{those[0]} {', '.join(blank)} seemed blank and {those[1]} left out. "
    if twice:
        told += f"{twice} came twice and counted once. "
    return kept, words, told


def distance(one, other) -> float:
    """How far two PIL pictures are apart: root mean square of their pixels at 12 x 12, from 0
    (alike) to 1.
    """
    import numpy as np
    from PIL import Image

    first, second = (
        np.asarray(picture.convert("RGB").resize((12, 12), Image.Resampling.BOX), np.float32) / 255
        for picture in (one, other)
    )
    return float(np.sqrt(((first - second) ** 2).mean()))
