"""Pictures: PNG with the recipe inside, enlarging for the screen,
and a description for people who cannot see it.

The shipped model draws 48 pixels; on a wall or in a chat that is a stamp. So the file of a small
picture shows it enlarged, and a text chunk holds the drawn PNG, from which the recipe can be
checked to the last pixel. The chunk names the digest of the pixels it belongs to: where an app
changed them and kept the chunk, the drawn picture is not taken for them.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import io
import json
import struct
import threading
import zlib
from collections.abc import Iterator
from functools import lru_cache

from course_utils.creation import BadRecipe, Creation, LearnerError, edited_elsewhere
from course_utils.display.html import data_address
from course_utils.pictures.candidates.spread import said
from course_utils.pictures.upscaler import four_times

__all__ = [
    "BROUGHT_PICTURE",
    "main_colours",
    "open_picture",
    "show_png",
    "shown",
    "to_png",
    "unpack",
]

RECORD_KEY = "course_record"
PIXELS_KEY = "course_pixels"
LARGEST_SIDE = 8192  # pixels; a picture larger than this is refused before it is decoded
MOST_PIXELS = 4096 * 4096  # and one with more than these
LARGE = 2048 * 2048  # pixels; of larger ones only one is decoded at a time
# pixels; a picture no larger than this comes from a small model and is enlarged by the network
SMALL = 96
# stands in the recipe of a picture from outside, where a model's name would
BROUGHT_PICTURE = "own picture"
LEAST_SIDE = 512  # pixels of the longer side of a file
ORIGINAL_KEY = b"course_original"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER_END = 33  # of a PNG: signature and the chunk IHDR
LARGEST_ORIGINAL = 1_000_000  # bytes of the drawn PNG
_one_large = threading.Lock()
SPEED_WORDS = {"quick": "quickly", "balanced": "at normal speed", "careful": "carefully"}


def to_png(picture, effort: int = 6) -> bytes:
    """PNG bytes of a PIL picture, without metadata.

    `effort`: 1 packs quickly, for what is only shown, 9 small.
    """
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=effort)
    return buffer.getvalue()


def open_picture(data: bytes):
    """The PIL picture (RGB) in some PNG bytes.

    Raises:
        BadRecipe: not a PNG, too large, or cut off.
    """
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
        with _turn(picture):
            return picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise BadRecipe(
            "The picture could not be read: it is damaged or not a PNG. Try the original file from"
            " your portfolio."
        ) from problem


def _turn(picture) -> contextlib.AbstractContextManager:
    """A turn to decode a picture whose head was read.

    Raises:
        ValueError: it has too many pixels.
    """
    pixels = picture.width * picture.height
    if max(picture.size) > LARGEST_SIDE or pixels > MOST_PIXELS:
        raise ValueError("too large")
    return _one_large if pixels > LARGE else contextlib.nullcontext()


def pack(creation: Creation) -> bytes:
    """The PNG file of a picture, with its record in a text chunk: a small drawing enlarged, with
    the drawing itself inside (`with_original`), any other as it is.
    """
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_itxt(RECORD_KEY, creation.record())
    notes.add_itxt("Description", describe(creation))
    notes.add_text("Software", "course_utils, a picture made with AI")
    buffer, small = io.BytesIO(), is_small(creation)
    picture = enlarged_for_file(creation.content) if small else open_picture(creation.content)
    notes.add_text(PIXELS_KEY, pixel_print(picture))
    picture.save(buffer, "PNG", pnginfo=notes, compress_level=4 if small else 6)
    return with_original(buffer.getvalue(), creation.content) if small else buffer.getvalue()


def is_small(creation: Creation) -> bool:
    """Whether a picture is a model's and smaller than a file should be."""
    if creation.recipe.model == BROUGHT_PICTURE:
        return False
    return max(open_picture(creation.content).size) < LEAST_SIDE


@lru_cache(maxsize=16)
def enlarged_for_file(content: bytes):
    """A drawing of the size of a file (PIL, RGB). Do not change what it returns.

    Its colours are rounded to steps of four, which no eye sees and which saves a third of the
    bytes.
    """
    picture = open_picture(shown(content, LEAST_SIDE))
    return picture.point(lambda value: min(255, (value + 2) // 4 * 4))


def pixel_print(picture) -> str:
    """A fingerprint of a PIL picture's size and colours: 64 hexadecimal digits."""
    size = f"{picture.width}x{picture.height} ".encode()
    return hashlib.sha256(size + picture.convert("RGB").tobytes()).hexdigest()


def unpack(data: bytes) -> Creation:
    """The creation a PNG file was made from; one whose pixels another program changed is another,
    whose parent it is.

    Raises:
        BadRecipe: not a PNG, no record in it, or a damaged one.
    """
    text, pixels = notes_in(data)
    original, untouched = original_of(data)
    if not untouched:
        picture = open_picture(data)
        now = pixel_print(picture)
        if pixels not in ("", now):
            content = to_png(picture)
            return edited_elsewhere(Creation.from_record(text, content), content, now)
        original = original or to_png(picture)  # packed anew by another program, or large itself
    return Creation.from_record(text, to_png(open_picture(original or data)))


def notes_in(data: bytes) -> tuple[str, str]:
    """The record inside a PNG file, and the fingerprint of the pixels it was written with.

    Raises:
        BadRecipe: not a PNG, no record in it, or it is damaged.
    """
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
        turn = _turn(picture)
        notes = dict(picture.info)
        if not notes.get(RECORD_KEY):  # behind the pixels
            with turn:
                picture.load()
            notes |= getattr(picture, "text", {})
        text = notes.get(RECORD_KEY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise BadRecipe(
            "The picture could not be read: it is damaged or not a PNG. Try the original file from"
            " your portfolio."
        ) from problem
    if not text:
        raise BadRecipe(
            "This picture holds no recipe: it was not made with the course, or an app removed it."
            " Try the original file."
        )
    return str(text), str(notes.get(PIXELS_KEY, ""))


def with_original(file: bytes, original: bytes) -> bytes:
    """A PNG file with the PNG it was enlarged from in a text chunk behind its header."""
    note = {"pixels": digest_of(file), "png": base64.b64encode(original).decode("ascii")}
    # iTXt: keyword, flags (not compressed), language and translated keyword (none), text
    body = b"iTXt" + ORIGINAL_KEY + b"\0\0\0\0\0" + json.dumps(note).encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return file[:HEADER_END] + chunk + file[HEADER_END:]


def original_of(file: bytes) -> tuple[bytes | None, bool]:
    """The PNG inside such a file, None where there is none; and whether the packed pixels of the
    file are those it was written with.

    Raises:
        BadRecipe: the note is damaged.
    """
    note = next((body for kind, body in chunks(file) if is_note(kind, body)), None)
    if note is None:
        return None, False
    try:
        said = json.loads(note.split(b"\0", 5)[5])
        original = base64.b64decode(said["png"], validate=True)
        if len(original) > LARGEST_ORIGINAL:
            raise ValueError("too large")
        return original, said["pixels"] == digest_of(file)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as problem:
        raise BadRecipe(
            "The notes inside this picture are damaged. Try the original file from your portfolio."
        ) from problem


def is_note(kind: bytes, body: bytes) -> bool:
    return kind == b"iTXt" and body.startswith(ORIGINAL_KEY + b"\0")


def digest_of(file: bytes) -> str:
    """SHA-256 of a PNG's header and packed pixels, whatever notes lie between them."""
    parts = (body for kind, body in chunks(file) if kind in (b"IHDR", b"PLTE", b"IDAT"))
    digest = hashlib.sha256()
    for body in parts:
        digest.update(body)
    return digest.hexdigest()


def chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kinds and bodies of a PNG's chunks, as far as they are whole."""
    if not file.startswith(SIGNATURE):
        return
    place = len(SIGNATURE)
    while place + 12 <= len(file):
        length = int.from_bytes(file[place : place + 4], "big")
        end = place + 8 + length
        if end + 4 > len(file):
            return
        yield file[place + 4 : place + 8], file[place + 8 : end]
        place = end + 4


def show_png(creation: Creation, size: int = 256) -> bytes:
    """PNG bytes with the longer side `size` pixels; a small picture is enlarged by the network that
    ships, else with smooth edges kept crisp.
    """
    return shown(creation.content, size)


@lru_cache(maxsize=64)
def shown(content: bytes, size: int) -> bytes:
    """`show_png` of PNG bytes, kept, because a studio shows the same pictures again and again."""
    from PIL import Image, ImageFilter

    picture = open_picture(content)
    scale = size / max(picture.size)
    if scale <= 1:
        picture.thumbnail((size, size))
        return to_png(picture, effort=1)
    wanted = (round(picture.width * scale), round(picture.height * scale))
    if scale > 1.5 and max(picture.size) <= SMALL:
        try:
            picture = four_times_png(content)
            scale = size / max(picture.size)
        except (LearnerError, ImportError):  # the enlarger is missing: shown softer, but shown
            pass
    picture = picture.resize(wanted, Image.Resampling.BICUBIC)
    if scale > 1:
        picture = picture.filter(
            ImageFilter.UnsharpMask(radius=scale / 2, percent=120, threshold=0)
        )
    return to_png(picture, effort=1)


def main_colours(picture, count: int = 2) -> list[str]:
    """Plain names of the colours that cover most of a picture, the largest first."""
    from PIL import Image

    named = {
        "white": (250, 250, 250),
        "black": (20, 20, 20),
        "grey": (140, 140, 140),
        "red": (215, 45, 50),
        "orange": (240, 140, 40),
        "yellow": (250, 210, 60),
        "green": (70, 165, 80),
        "blue": (50, 110, 205),
        "light blue": (150, 205, 245),
        "purple": (130, 80, 180),
        "pink": (245, 150, 185),
        "brown": (135, 85, 55),
    }
    from collections import Counter

    import numpy as np

    small = np.asarray(picture.convert("RGB").resize((24, 24), Image.Resampling.BOX), int).reshape(
        -1, 1, 3
    )
    nearest = ((small - np.array([*named.values()])) ** 2).sum(2).argmin(1)
    return [[*named][place] for place, _ in Counter(nearest.tolist()).most_common(count)]


@lru_cache(maxsize=256)
def colours_in(content: bytes) -> str:
    """The main colours of PNG bytes, in words."""
    return " and ".join(main_colours(open_picture(content)))


def describe(creation: Creation) -> str:
    """Alternative text: what was asked for, what colours came out,
    and that nobody has checked the picture.
    """
    colours = colours_in(creation.content)
    if creation.recipe.model == BROUGHT_PICTURE:
        return (
            f"Picture brought in by the learner, named “{creation.recipe.prompt}”; mostly"
            f" {colours}."
        )
    unfinished = (
        f"Unfinished: stopped after step {creation.recipe.settings['stopped_at']}. "
        if creation.recipe.settings.get("stopped_at")
        else ""
    )
    way = said(creation.recipe.settings)
    drawn = f" ({way})" if way else ""
    return (
        f"{unfinished}Picture made with AI for the words “{creation.recipe.prompt}”{drawn}, seed"
        f" {creation.recipe.seed}; mostly {colours}. Whether it shows what was asked for is for you"
        " to judge."
    )


@lru_cache(maxsize=64)
def four_times_png(content: bytes):
    """`four_times` of PNG bytes for the screen, kept, because a gallery shows the same pictures
    again and again. Do not change what it returns.
    """
    return four_times(open_picture(content))


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    """A picture as HTML with alternative text; see `display.figure.figure_html`."""
    alt = html.escape(prefix + describe(creation), quote=True)
    step = creation.recipe.settings.get("stopped_at")
    note = (
        '<p style="margin:2px 0;font-size:13px;line-height:1.3">Unfinished (stopped after step'
        f" {int(step)})</p>"
        if isinstance(step, int) and step
        else ""
    )
    way = said(creation.recipe.settings)
    if way and creation.recipe.model != BROUGHT_PICTURE:
        note += f'<p style="margin:2px 0;font-size:13px;line-height:1.3">{html.escape(way)}</p>'
    return (
        f'<img alt="{alt}" style="max-width:100%;border-radius:4px"'
        f' src="{data_address("image/png", show_png(creation, size))}">{note}'
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """A picture in little; see `display.figure.thumbnail_html`."""
    alt = html.escape(prefix + describe(creation), quote=True)
    return f'<img alt="{alt}" src="{data_address("image/png", show_png(creation, 192))}">'
