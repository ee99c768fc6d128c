"""Pictures from outside: a file or a drawing a person brings,
checked and turned into a Creation.
"""

from __future__ import annotations

import io
import warnings

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe

LARGEST_FILE = 20_000_000  # bytes
LARGEST_PICTURE = 40_000_000  # pixels; more is refused before it is decoded
LARGEST_PHOTO = 80_000_000  # of a JPEG, which is decoded small: phones take 50 million and more
# brands of ISO/IEC 23008-12
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
SMALLEST_SIDE = 8  # pixels
KEPT_SIDE = 512  # pixels; the models draw far smaller


def picture_from_file(data: bytes, name: str = "my picture") -> Creation:
    """A picture a person brings, as a square RGB Creation of at most 512 px;
    of an animation the first frame.

    A file made with the course comes back as itself, with its recipe.

    Raises:
        LearnerError: not a picture, damaged, too large or too small.
    """
    from PIL import Image

    from course_utils.creation import BadRecipe
    from course_utils.pictures.png import BROUGHT_PICTURE, to_png, unpack

    check_size(data)
    try:
        return unpack(data)
    except BadRecipe:
        pass  # not one of ours: read it as any picture
    picture = decode_picture(data)
    side = max(picture.size)
    square = Image.new("RGBA", (side, side), "white")
    square.alpha_composite(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    title = (
        " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:100]
        or "my picture"
    )
    recipe = Recipe(kind="image", prompt=title, model=BROUGHT_PICTURE)
    return Creation(
        recipe=recipe,
        content=to_png(square.convert("RGB")),
        edits=[HumanEdit(what="brought in by the learner")],
    )


def check_size(data: bytes) -> None:
    """Refuse a file with nothing or far too much in it.

    Raises:
        LearnerError: that.
    """
    if not data:
        raise LearnerError("That file is empty. Choose a PNG or JPEG picture.")
    if len(data) > LARGEST_FILE:
        raise LearnerError(
            f"That file has {len(data) / 1e6:.0f} MB and the limit is {LARGEST_FILE // 1_000_000}."
            " Save the picture smaller, then choose it again."
        )


def decode_picture(data: bytes):
    """A PIL picture (RGBA, at most 512 px on its longer side)
    from the bytes of any usual kind of picture file.

    Raises:
        LearnerError: not a picture, damaged, too large or too small.
    """
    from PIL import Image, ImageOps

    check_size(data)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise LearnerError(
            "That is a HEIC photo, as iPhones keep them, and it cannot be read here. Open it and"
            " save or share it as a JPEG; for new photos: Settings, Camera, Formats, Most"
            " Compatible."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(
                io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]
            )
            if picture.width * picture.height > (
                LARGEST_PHOTO if picture.format == "JPEG" else LARGEST_PICTURE
            ):
                raise LearnerError(
                    f"That picture has {picture.width * picture.height // 1_000_000} million"
                    " pixels, too many for this machine. Save it smaller, then choose it again."
                )
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a large JPEG is decoded small
            picture = ImageOps.exif_transpose(picture).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise LearnerError(
            "That picture has far too many pixels for this machine. Save it smaller, then choose it"
            " again."
        ) from problem
    except LearnerError:
        raise
    except Exception as problem:  # decoders raise almost anything on hostile files
        raise LearnerError(
            "That file could not be read as a picture: it is damaged or something else. Choose a"
            " PNG or JPEG picture. Your earlier pictures are still here."
        ) from problem
    if min(picture.size) < SMALLEST_SIDE:
        raise LearnerError(
            f"That picture is only {picture.width} by {picture.height} pixels. Choose one with at"
            f" least {SMALLEST_SIDE} on each side."
        )
    picture.thumbnail((KEPT_SIDE, KEPT_SIDE))
    return picture
