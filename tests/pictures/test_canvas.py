"""The drawing field from Python's side; its page is tried in a browser in
tests/browser/test_directing_lessons.py.
"""

from __future__ import annotations

import threading

import pytest
from PIL import Image, ImageDraw

from course_utils.creation import LearnerError
from course_utils.notebook import browser_parts
from course_utils.pictures import canvas as canvases
from course_utils.pictures.canvas import LARGEST_DRAWING, SIDE, DrawingCanvas
from course_utils.pictures.png import to_png


def square_marked(side: int = SIDE) -> Image.Image:
    picture = Image.new("RGB", (side, side), "black")
    ImageDraw.Draw(picture).rectangle((10, 10, 99, 99), fill="white")
    return picture


def test_an_empty_field_is_a_white_picture_with_nothing_marked():
    field = DrawingCanvas()
    assert (
        field.picture().getcolors() == [(SIDE * SIDE, (255, 255, 255))]
        and field.picture().mode == "RGB"
    )
    assert field.mask().getcolors() == [(SIDE * SIDE, 0)] and field.mask().mode == "L"
    assert not field.is_drawn_on and not field.is_marked


def test_what_the_page_sends_is_the_drawing_and_the_mask():
    field = DrawingCanvas(label="Draw here")
    field.set_state(
        {
            "drawn": memoryview(to_png(Image.new("RGB", (SIDE, SIDE), "red"))),
            "painted": memoryview(to_png(square_marked())),
        }
    )
    assert field.picture().getpixel((5, 5)) == (255, 0, 0)
    assert field.mask().getbbox() == (10, 10, 100, 100) and field.is_marked


def test_a_picture_set_from_python_is_drawn_on_and_takes_away_the_mark():
    field = DrawingCanvas(picture=Image.new("RGBA", (48, 24), "blue"))
    assert field.picture().size == (SIDE, SIDE) and field.picture().getpixel((200, 200)) == (
        0,
        0,
        255,
    )
    field.painted, version = to_png(square_marked()), field.version
    field.set_picture(None)
    assert not field.is_marked and not field.is_drawn_on and field.version > version


@pytest.mark.parametrize(
    "sent", [b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\x89PNG" + b"\0" * LARGEST_DRAWING]
)
def test_what_is_no_drawing_gets_a_sentence(sent):
    field = DrawingCanvas()
    field.drawn = sent
    with pytest.raises(LearnerError) as sentence:
        field.picture()
    assert str(sentence.value).endswith(".")


def test_strokes_are_counted_until_another_picture_is_put_in():
    field = DrawingCanvas()
    for colour in ("red", "blue", "green"):
        field.drawn = to_png(Image.new("RGB", (20, 20), colour))
    assert (
        field.strokes == 3
        and field.creation().edits[0].counts == {"brush strokes": 3}
        and len(field.creation().edits) == 1
    )
    field.set_picture(Image.new("RGB", (8, 8), "white"))
    assert field.strokes == 0 and [edit.what for edit in field.creation().edits] == [
        "brought in by the learner",
        "drawn in the drawing field: 0 brush strokes",
    ]


def test_a_drawing_of_another_size_is_made_to_fit():
    field = DrawingCanvas()
    field.drawn, field.painted = (
        to_png(Image.new("RGB", (20, 30), "red")),
        to_png(square_marked(192)),
    )
    assert field.picture().size == field.mask().size == (SIDE, SIDE)


def test_without_its_library_the_field_says_what_to_do_instead(monkeypatch):
    monkeypatch.setattr(browser_parts, "ANYWIDGET", False)
    assert not canvases.can_draw()
    with pytest.raises(LearnerError, match="Choose a picture file instead"):
        DrawingCanvas()


def test_a_stroke_whose_pictures_are_on_their_way_is_waited_for():
    field = DrawingCanvas()
    assert field.wait_for_strokes(0)
    field.set_state({"sent": 1})
    assert not field.wait_for_strokes(0.05)
    painted = memoryview(to_png(square_marked()))
    pictures = {"drawn": painted, "painted": painted, "came": 1}
    threading.Timer(0.1, field.set_state, [pictures]).start()
    assert field.wait_for_strokes(5) and field.is_marked
