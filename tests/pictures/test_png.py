"""A picture's file is large enough to use, and the drawn picture comes out of it exactly."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from course_utils import files
from course_utils.creation import BadRecipe, Creation, Recipe
from course_utils.pictures.png import (
    BROUGHT_PICTURE,
    LEAST_SIDE,
    RECORD_KEY,
    chunks,
    is_note,
    open_picture,
    original_of,
    pack,
    to_png,
    unpack,
    with_original,
)


def drawing(size: tuple[int, int] = (48, 48), model: str = "course-pictures") -> Creation:
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 40, 50), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    recipe = Recipe(kind="image", prompt="a red heart", seed=3, model=model, revision="abc")
    return Creation(recipe=recipe, content=to_png(picture), seconds=0.1)


@pytest.mark.parametrize("size", [(48, 48), (72, 48), (192, 192)])
def test_a_small_drawing_is_kept_large_with_itself_inside(size, tmp_path):
    made = drawing(size)
    path = tmp_path / "picture.png"
    path.write_bytes(pack(made))
    assert max(Image.open(path).size) == LEAST_SIDE
    assert files.unpack(path) == made
    assert len(path.read_bytes()) < 250_000


def test_a_large_picture_and_one_brought_by_a_person_stay_as_they_are():
    for made in (drawing((640, 512)), drawing((48, 48), BROUGHT_PICTURE)):
        assert open_picture(pack(made)).tobytes() == open_picture(made.content).tobytes()
        assert original_of(pack(made))[0] is None and unpack(pack(made)) == made


def test_files_of_before_that_hold_48_pixels_are_read():
    made, notes, buffer = drawing(), PngInfo(), io.BytesIO()
    notes.add_itxt(RECORD_KEY, made.record())
    open_picture(made.content).save(buffer, "PNG", pnginfo=notes)
    assert unpack(buffer.getvalue()) == made


def test_a_record_behind_the_pixels_is_read():
    for made in (drawing(), drawing((640, 512))):
        assert unpack(moved_to_the_end(pack(made))) == made


def moved_to_the_end(file: bytes) -> bytes:
    """The PNG with all its notes behind the pixels."""
    found = list(chunks(file))
    notes = [one for one in found if one[0] in (b"iTXt", b"tEXt")]
    rest = [one for one in found if one not in notes]
    order = [*rest[:-1], *notes, rest[-1]]
    return file[:8] + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in order
    )


def test_changed_pixels_are_taken_as_they_are_now():
    file = pack(drawing())
    notes = PngInfo()
    for key, text in Image.open(io.BytesIO(file)).text.items():
        notes.add_itxt(key, str(text))
    painted, buffer = open_picture(file), io.BytesIO()
    painted.paste("blue", (0, 0, 99, 99))
    painted.save(buffer, "PNG", pnginfo=notes)
    assert any(is_note(kind, body) for kind, body in chunks(buffer.getvalue()))
    assert open_picture(unpack(buffer.getvalue()).content).getpixel((5, 5)) == (0, 0, 255)


def test_a_damaged_note_gets_a_sentence():
    file = pack(drawing())
    for bad in (file.replace(b'"png": "', b'"png": "%'), file.replace(b'{"pixels"', b'["pixels"')):
        with pytest.raises(BadRecipe, match="damaged"):
            original_of(bad)
    with pytest.raises(BadRecipe):
        unpack(with_original(to_png(Image.new("RGB", (9, 9))), b"no picture"))
    assert original_of(b"")[0] is None and original_of(file[:200])[0] is None
