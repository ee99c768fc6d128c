"""Pictures from outside: a file or a drawing a person brings,
checked and turned into a Creation.
"""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.creation import BadRecipe, Creation, HumanEdit, LearnerError, Recipe
from course_utils.files import read_given
from course_utils.pictures.png import BROUGHT_PICTURE, to_png, unpack
from course_utils.safety.headers import picture_size
from course_utils.safety.limited import Limits, run_limited

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

__all__ = ["decode_picture", "from_array", "made_plain", "picture_from", "picture_from_file"]

LARGEST_FILE = 20_000_000  # bytes
LARGEST_PICTURE = 40_000_000  # pixels; more is refused before it is decoded
LARGEST_PHOTO = 80_000_000  # of a JPEG, which is decoded small: phones take 50 million and more
# brands of ISO/IEC 23008-12
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
FORMATS = ["PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
DECODED_SMALL = ("JPEG", "MPO")  # MPO: two photos and more in one JPEG, as some phones keep them
PICTURE_FILES = {
    ".png", ".jpg", ".jpeg", ".mpo", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic",
    ".heif",
}  # fmt: skip
SMALLEST_SIDE = 8  # pixels
DECODED_HERE, DECODED_HERE_SMALL = 4_000_000, 24_000_000  # pixels; more in a process of its own
LIMITS = Limits(seconds=30.0, cpu_seconds=25, resident=900_000_000)
KEPT_SIDE = 512  # pixels; the models draw far smaller


def picture_from(given: Any, sure: bool = True) -> Creation | None:
    """Whatever a person hands over as a picture, as a Creation; None for what is no picture.

    Args:
        given: a file's name, the bytes of a file, a PIL picture, an array (height x width, or
            height x width x 3 or 4; whole numbers, or decimals from 0 to 1), a drawing field.
        sure: whether a picture was asked for; else only what is clearly one is taken.

    Raises:
        LearnerError: it is meant as a picture and cannot be read as one.
    """
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        if not (path.suffix.lower() in PICTURE_FILES or (sure and is_file(path))):
            return None
        return picture_from_file(read_given(path), path.stem)
    if isinstance(given, bytes | bytearray | memoryview):
        data = bytes(given)
        return picture_from_file(data) if sure or looks_like_a_picture(data) else None
    if hasattr(given, "set_picture"):  # a drawing field
        return given.creation()
    if hasattr(given, "convert") and hasattr(given, "getbbox"):  # a PIL picture
        name = Path(str(getattr(given, "filename", "") or "my picture")).stem
        return as_creation(made_plain(given), name)
    if hasattr(given, "__array__") and hasattr(given, "shape"):
        return as_creation(made_plain(from_array(given)), "my picture")
    return None


def is_file(path: Path) -> bool:
    try:
        return path.expanduser().is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def looks_like_a_picture(data: bytes) -> bool:
    """Whether bytes begin as one of the usual kinds of picture file does."""
    return (
        data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"))
        or data[8:12] == b"WEBP"
        or data[4:12] in (b"ftypavif", b"ftypavis")
    )


def from_array(given: Any) -> Image.Image:
    """The PIL picture in an array.

    Raises:
        LearnerError: it has another shape, or numbers that are no brightness.
    """
    import numpy as np
    from PIL import Image

    values = np.asarray(given)
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (3, 4)):
        shape = " x ".join(str(side) for side in values.shape) or "one number"
        raise LearnerError(
            f"That array has the shape {shape}. A picture is height x width, or height x width x 3"
            " (4 with transparency). Change its shape, then try again."
        )
    if values.dtype.kind not in "buif" or 0 in values.shape:
        raise LearnerError(
            "That array holds no numbers a picture could be made of. Give whole numbers from 0 to"
            " 255, or decimals from 0 to 1."
        )
    check_pixels(values.shape[1], values.shape[0], LARGEST_PICTURE)
    return Image.fromarray(scaled_by_range(values))


def scaled_by_range(values: np.ndarray) -> np.ndarray:
    """Brightness of any kind of number as whole numbers 0-255, uint8, by the range it is in: 0-1
    (truth values and decimals), 0-255, 12 bits, 16 bits, else from its least to its greatest.

    Raises:
        LearnerError: some are not numbers at all.
    """
    import numpy as np

    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    numbers = values.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise LearnerError(
            "That picture holds values that are no numbers (NaN or infinite). Put a number in their"
            " place, such as 0, then try again."
        )
    low, high = min(0.0, numbers.min()), numbers.max()
    tops = ([1.0] if values.dtype.kind in "bf" else []) + [255.0, 4095.0, 65535.0]
    top = next((top for top in tops if high <= top), high) if low == 0 else high
    return np.round((numbers - low) * (255 / max(top - low, 1e-9))).astype(np.uint8)


def picture_from_file(data: bytes, name: str = "my picture") -> Creation:
    """A picture a person brings, as a square RGB Creation of at most 512 px;
    of an animation the first frame.

    A file made with the course comes back as itself, with its recipe.

    Raises:
        LearnerError: not a picture, damaged, too large or too small.
    """
    check_size(data)
    try:
        return unpack(data)
    except BadRecipe:
        pass  # not one of ours: read it as any picture
    return as_creation(decode_picture(data), name)


def as_creation(picture: Image.Image, name: str) -> Creation:
    """A PIL picture (RGBA) as a square Creation on white, brought in by the learner."""
    from PIL import Image

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


def decode_picture(data: bytes) -> Image.Image:
    """A PIL picture (RGBA, at most 512 px on its longer side)
    from the bytes of any usual kind of picture file; one with many pixels is decoded in a process
    of its own, which may not take more than a small computer has.

    Raises:
        LearnerError: not a picture, damaged, too large or too small.
    """
    check_size(data)
    size = picture_size(data)
    many = DECODED_HERE_SMALL if size and size.form in DECODED_SMALL else DECODED_HERE
    if size is None or size.width * size.height <= many:
        return decoded(data)
    check_pixels(
        size.width, size.height, LARGEST_PHOTO if size.form in DECODED_SMALL else LARGEST_PICTURE
    )
    from PIL import Image

    plain, _ = run_limited(f"{__name__}:decoded_png", data, LIMITS)
    return Image.open(io.BytesIO(plain), formats=["PNG"]).convert("RGBA")


def decoded_png(data: bytes) -> bytes:
    """`decoded` as the bytes of a PNG, for a process of its own."""
    return to_png(decoded(data), effort=1)


def decoded(data: bytes) -> Image.Image:
    """See `decode_picture`."""
    from PIL import Image

    if data[4:8] == b"ftyp" and data[8:12] in HEIC and b"avif" not in data[12:64]:
        raise LearnerError(
            "That is a HEIC photo, as iPhones keep them, and it cannot be read here. Open it and"
            " save or share it as a JPEG; for new photos: Settings, Camera, Formats, Most"
            " Compatible."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.init()  # else some kinds are not known yet
            known = [name for name in FORMATS if name in Image.OPEN]
            picture = Image.open(io.BytesIO(data), formats=known)
            drawn_small = picture.format in DECODED_SMALL
            check_pixels(*picture.size, LARGEST_PHOTO if drawn_small else LARGEST_PICTURE)
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a large JPEG is decoded small
            return made_plain(picture)
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


def made_plain(picture: Image.Image) -> Image.Image:
    """A PIL picture of any mode as RGBA, the right way up, at most 512 px on its longer side.

    Raises:
        LearnerError: it is too large or too small.
    """
    import numpy as np
    from PIL import Image, ImageOps

    check_pixels(*picture.size, LARGEST_PHOTO)
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == "F" or picture.mode.startswith("I"):  # decimals, 16 or 32 bits
        picture = Image.fromarray(scaled_by_range(np.asarray(picture)))
    picture = picture.convert("RGBA")
    if min(picture.size) < SMALLEST_SIDE:
        raise LearnerError(
            f"That picture is only {picture.width} by {picture.height} pixels. Choose one with at"
            f" least {SMALLEST_SIDE} on each side."
        )
    picture.thumbnail((KEPT_SIDE, KEPT_SIDE))
    return picture


def check_pixels(width: int, height: int, most: int) -> None:
    """Refuse a picture with too many pixels.

    Raises:
        LearnerError: that.
    """
    if width * height > most:
        raise LearnerError(
            f"That picture has {width * height // 1_000_000} million pixels, too many for this"
            " machine. Save it smaller, then choose it again."
        )
