"""One damaged or hostile file hides no other, and is named."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from course_utils.creation import Creation, Recipe
from course_utils.notebook.calls import show_history
from course_utils.portfolio.store import Portfolio

DEEP = '<svg xmlns="http://www.w3.org/2000/svg"><metadata id="course-record">{}</metadata></svg>'
BAD = {
    "deep.svg": DEEP.format("[" * 100_000).encode(),
    "empty.png": b"",
    "cut.mid": b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x00MTrk",
    "text.md": b"\xff\xfe\x00",
    "sound.wav": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "page.html": b"<html>" * 1000,
}


def picture() -> Creation:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return Creation(recipe=Recipe(kind="image", prompt="a dot"), content=buffer.getvalue())


def test_unreadable_files_are_passed_over_and_named():
    portfolio = Portfolio()
    portfolio.save(picture())
    for name, data in BAD.items():
        (portfolio.folder / name).write_bytes(data)
    assert [saved.creation.recipe.prompt for saved in portfolio.list()] == ["a dot"]
    assert set(portfolio.unreadable) <= set(BAD) and "deep.svg" in portfolio.unreadable
    said = show_history()
    assert len(said) == 1 and "Could not be read" in said.message and "deep.svg" in said.message


@pytest.mark.parametrize(
    "problem", [RecursionError(), ZeroDivisionError(), MemoryError(), IndexError()]
)
def test_whatever_a_reader_raises_hides_nothing(monkeypatch, problem):
    from course_utils import files

    portfolio, usual = Portfolio(), files.unpack
    kept = portfolio.save(picture())
    (portfolio.folder / "odd.png").write_bytes(b"odd")

    def unpack(path):
        if path.name == "odd.png":
            raise problem
        return usual(path)

    monkeypatch.setattr(files, "unpack", unpack)
    assert [saved.path for saved in portfolio.list("image")] == [kept]
    assert portfolio.unreadable == ["odd.png"]


def test_a_layout_with_objects_nested_too_deep_gets_a_sentence():
    from course_utils.creation import BadRecipe
    from course_utils.layouts.design import OBJECTS_ID, read_objects

    for objects in ("[" * 100_000, json.dumps({"things": 3}), "{}", '{"things": [[]]}'):
        with pytest.raises(BadRecipe, match="cannot be edited"):
            read_objects(f'<svg><metadata id="{OBJECTS_ID}">{objects}</metadata></svg>')
