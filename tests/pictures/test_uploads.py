"""Pictures from outside, friendly and hostile; cut-outs, shapes and sticker sheets."""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ElementTree
import zlib

import pytest
from hypothesis import given, strategies
from PIL import Image, ImageColor, ImageDraw

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.pictures import exports as stickers
from course_utils.pictures.png import BROUGHT_PICTURE, open_picture, to_png
from course_utils.pictures.uploads import picture_from_file


def file_of(picture: Image.Image, form: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 60,000 x 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def dot(colour="red", ground="white") -> Creation:
    picture = Image.new("RGB", (48, 48), ground)
    ImageDraw.Draw(picture).ellipse((10, 10, 38, 38), fill=colour)
    ImageDraw.Draw(picture).ellipse((20, 20, 28, 28), fill=ground)  # a hole, which must stay
    return Creation(recipe=Recipe(kind="image", prompt="a dot"), content=to_png(picture))


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("TIFF", "CMYK"),
    ],
)
def test_every_usual_kind_of_picture_is_read(form, mode):
    picture = open_picture(
        picture_from_file(file_of(Image.new(mode, (70, 30)), form), "my dog").content
    )
    assert picture.mode == "RGB" and picture.size == (70, 70)


def test_of_an_animation_the_first_frame_is_taken():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    assert open_picture(
        picture_from_file(
            file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])
        ).content
    ).getpixel((5, 5)) == (255, 0, 0)


def test_a_photo_of_fifty_million_pixels_is_read_and_a_heic_photo_is_named():
    photo = file_of(Image.new("L", (8160, 6144), "grey"), "JPEG")
    assert open_picture(picture_from_file(photo).content).size == (512, 512)
    with pytest.raises(LearnerError, match="HEIC photo, as iPhones keep them"):
        picture_from_file(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500))


def test_a_wrong_extension_does_not_matter_and_the_name_is_made_harmless():
    made = picture_from_file(
        file_of(Image.new("RGB", (20, 20)), "JPEG"), "cat\x00\n.png" + "x" * 500
    )
    assert (
        made.recipe.model == BROUGHT_PICTURE
        and made.recipe.prompt.isprintable()
        and len(made.recipe.prompt) <= 100
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        file_of(Image.new("RGB", (400, 400)), "PNG")[:60],
        file_of(Image.effect_noise((200, 200), 90), "JPEG")[:600],
    ],
)
def test_what_is_no_picture_gets_a_sentence(data):
    with pytest.raises(LearnerError, match="Choose"):
        picture_from_file(data)


def test_bombs_dots_and_huge_files_get_a_sentence():
    with pytest.raises(LearnerError, match="pixels"):
        picture_from_file(bomb())
    with pytest.raises(LearnerError, match="only 1 by 1"):
        picture_from_file(file_of(Image.new("RGB", (1, 1)), "PNG"))
    with pytest.raises(LearnerError, match="MB"):
        picture_from_file(b"\x89PNG" + b"\0" * 20_000_001)


@given(strategies.binary(max_size=400))
def test_any_bytes_are_a_picture_or_a_sentence(data):
    try:
        picture_from_file(data)
    except LearnerError as sentence:
        assert str(sentence).endswith(".")


def test_the_ground_becomes_clear_and_the_hole_inside_stays():
    cut = stickers.cut_out(dot())
    assert cut.mode == "RGBA" and cut.getpixel((2, 2))[3] == 0
    assert cut.getpixel((160, 256))[3] == 255 and cut.getpixel((256, 256))[3] == 255
    with pytest.raises(LearnerError, match="no even background"):
        stickers.cut_out(
            Creation(
                recipe=Recipe(kind="image", prompt="x"),
                content=to_png(Image.new("RGB", (48, 48), "blue")),
            )
        )


def test_shapes_are_svg_with_the_colour():
    root = ElementTree.fromstring(stickers.to_svg(dot("#d02020")))
    colours = [ImageColor.getrgb(shape.get("fill")) for shape in root]
    assert root.tag.endswith("svg") and any(
        red > 170 and green < 80 and blue < 80 for red, green, blue in colours
    )


def test_a_sheet_is_a_pdf_of_a4():
    page = stickers.sticker_sheet([dot("red"), dot("blue")])
    assert page.startswith(b"%PDF") and b"595" in page
    with pytest.raises(LearnerError):
        stickers.sticker_sheet([])
