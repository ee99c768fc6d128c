"""The record tells what was: own words stay one's own, what another program changed is another
work, a signed page is the page.
"""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from course_utils import files, make_layouts, my_version
from course_utils.creation import EDITED_ELSEWHERE, Creation, Recipe
from course_utils.layouts.calls import take_layout
from course_utils.pictures.png import to_png
from course_utils.pictures.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.contribution import family_of, summary
from course_utils.provenance.credit_calls import file_for
from course_utils.words.calls import family
from course_utils.words.drafts import owned
from course_utils.words.markdown import share_counts


def machine_text() -> Creation:
    recipe = Recipe(kind="words", prompt="moon", model="small", seed=3)
    return Creation(recipe=recipe, content=b"The moon is late tonight.")


def test_a_version_of_ones_own_version_keeps_ones_own_words():
    portfolio = Portfolio()
    poem = machine_text()
    portfolio.save(poem)
    first = my_version(poem, "The moon is late tonight. I wait alone.")
    second = my_version(first, "The moon is late tonight. I wait alone. Still.")
    counts = second[0].edits[-1].counts
    assert counts == {"words": 9, "kept": 5, "edited": 0, "own": 4}
    assert "5 by the machine" in second.message and "4 your own" in second.message


def picture() -> Creation:
    recipe = Recipe(kind="image", prompt="a heart", model="course", seed=7)
    return Creation(recipe=recipe, content=to_png(Image.new("RGB", (48, 48), "red")))


def changed_elsewhere(data: bytes, change) -> bytes:
    """A PNG edited by a program that keeps its text chunks, as many do."""
    opened = Image.open(io.BytesIO(data))
    opened.load()
    notes = PngInfo()
    for name, text in opened.text.items():
        notes.add_itxt(name, str(text))
    buffer = io.BytesIO()
    change(opened.convert("RGBA")).save(buffer, "PNG", pnginfo=notes)
    return buffer.getvalue()


def painted(image: Image.Image) -> Image.Image:
    image.putpixel((5, 5), (0, 0, 255, 255))
    return image


def test_a_picture_edited_elsewhere_is_a_work_of_its_own_with_its_parent():
    made = picture()
    data = files.pack(made)
    edited = picture_from_file(changed_elsewhere(data, painted))
    assert edited.id != made.id and edited.recipe.parent == made.id
    assert edited.recipe.model == "own picture"
    assert [edit.what for edit in edited.edits] == [EDITED_ELSEWHERE]
    family_line = family_of(edited, lambda name: made if name == made.id else None)
    assert summary(edited, family_line)["edited"] == 1
    again = picture_from_file(changed_elsewhere(data, painted))
    assert again.id == edited.id, "the same file is the same work"
    kept = files.unpack_bytes(files.pack(edited), ".png")
    assert kept == edited


def test_a_picture_only_saved_anew_is_the_original():
    made = picture()
    resaved = changed_elsewhere(files.pack(made), lambda image: image)
    assert picture_from_file(resaved).id == made.id


def test_an_original_overwritten_in_its_place_is_not_given_for_the_original():
    portfolio, made = Portfolio(), picture()
    place = portfolio.save(made)
    place.write_bytes(changed_elsewhere(place.read_bytes(), painted))
    assert portfolio.find(made.id) is None
    assert portfolio.list("image")[0].creation.edits[-1].what == EDITED_ELSEWHERE


def test_a_text_changed_in_its_file_is_a_persons():
    portfolio, poem = Portfolio(), machine_text()
    place = portfolio.save(poem)
    elsewhere = place.with_name("copy.md")
    elsewhere.write_text(place.read_text("utf-8").replace("late", "never late"), "utf-8")
    found = files.unpack(elsewhere)
    assert found.recipe.parent == poem.id and found.recipe.model == "own words"
    counts = share_counts(owned(found, family(portfolio, found)))
    assert counts["own"] == 1 and counts["kept"] == 5
    alone = share_counts(owned(found, {}))
    assert alone["own"] == 0, "where the first is gone, nothing is claimed for the person"
    elsewhere.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    assert files.unpack(elsewhere).id == poem.id


@pytest.mark.parametrize("format", ["poster", "square post"])
def test_a_signed_page_is_the_page(format):
    layout = make_layouts("The quiet sea", "Come and see it.", count=1, seed=1, format=format)[0]
    signed = file_for(layout, ".pdf", False, "the learner")
    taken = take_layout(layout, "pdf").path.read_bytes()
    size = re.search(rb"/MediaBox \[([^\]]+)\]", taken)[1]
    assert re.search(rb"/MediaBox \[([^\]]+)\]", signed)[1] == size
    assert signed.count(b"/Font") == taken.count(b"/Font") > 0, "with real text"
