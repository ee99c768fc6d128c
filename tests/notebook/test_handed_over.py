"""What a person hands over is what is used; only None is the newest; all else gets a sentence."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import make_bigger, make_image, make_texture, make_words, my_version, where_from
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.notebook.handed_over import asked, pick
from course_utils.notebook.results import Results, Taken
from course_utils.pictures.inpainting import HOLE, bring_mask
from course_utils.pictures.png import open_picture, to_png
from course_utils.pictures.uploads import decode_picture, picture_from_file
from course_utils.portfolio.store import Portfolio

BLUE = (0, 0, 255)


def blue() -> Image.Image:
    return Image.new("RGB", (256, 256), "blue")


def png() -> bytes:
    buffer = io.BytesIO()
    blue().save(buffer, "PNG")
    return buffer.getvalue()


def array(kind: str) -> np.ndarray:
    whole = np.asarray(blue())
    if kind == "float":
        return whole / 255
    if kind == "rgba":
        return np.asarray(blue().convert("RGBA"))
    if kind == "bool":
        return np.ones((64, 64), bool)
    return whole


@pytest.fixture
def portfolio():
    """One whose newest picture is red, which is never what was handed over."""
    portfolio = Portfolio()
    recipe = Recipe(kind="image", prompt="the newest")
    portfolio.save(Creation(recipe=recipe, content=to_png(Image.new("RGB", (64, 64), "red"))))
    return portfolio


def colour(creation: Creation) -> tuple:
    return open_picture(creation.content).getpixel((20, 20))


@pytest.mark.parametrize(
    "given",
    [blue(), png(), bytearray(png()), array("uint8"), array("float"), array("rgba")],
    ids=["PIL", "bytes", "bytearray", "uint8", "float", "rgba"],
)
def test_pictures_of_other_libraries_are_used_as_given(portfolio, given):
    found = pick(portfolio, "image", given)
    assert colour(found) == BLUE
    assert portfolio.find(found.id), "kept, because a recipe will name it"
    assert colour(pick(portfolio, None, given)) == BLUE


def test_a_file_is_used_by_its_name_or_path(portfolio, tmp_path):
    place = tmp_path / "sea.png"
    place.write_bytes(png())
    for given in (place, str(place), Taken(place)):
        assert colour(pick(portfolio, "image", given)) == BLUE
    with pytest.raises(LearnerError, match="no file lake.png"):
        pick(portfolio, "image", Path("lake.png"))


def test_only_none_is_the_newest(portfolio):
    assert colour(pick(portfolio, "image", None)) == (255, 0, 0)
    for given, named in [
        ({}, "a dict was given"),
        ([], "an empty list was given"),
        ((), "an empty tuple was given"),
        (3, "a number was given"),
        (False, "True or False was given"),
        (make_image, "its brackets are missing"),
        (object(), "something called object was given"),
    ]:
        with pytest.raises(LearnerError) as said:
            pick(portfolio, "image", given)
        assert named in str(said.value) and "newest" in str(said.value)


def test_the_result_of_a_call_that_failed_says_why(portfolio):
    bad = make_image("<b>x</b>")
    assert not bad
    for result in (
        make_image("a star", start=bad),
        make_bigger(bad),
        make_texture("rain", material=bad),
        where_from(bad),
    ):
        assert result.message.startswith("That call made no ")
        assert "web code" in result.message


def test_calls_begin_from_what_was_handed_over(portfolio):
    made = make_image("a star", count=1, start=blue(), strength=0.1, speed="quick", seed=1)
    start = portfolio.find(made[0].recipe.parent).creation
    assert colour(start) == BLUE
    larger = make_bigger(blue())
    assert np.abs(np.subtract(colour(larger[0]), BLUE)).max() < 12
    asked_about = where_from(blue())
    assert not asked_about.message


def test_a_thing_of_another_kind_is_named(portfolio):
    text = Creation(recipe=Recipe(kind="words", prompt="sea"), content=b"The sea.")
    with pytest.raises(LearnerError, match="A picture is needed here, and a text was given"):
        pick(portfolio, "image", [text])
    assert "plain text was given" in my_version("my poem", "The sea").message
    assert "a number was given" in make_words(7).message


def test_results_in_lists_are_looked_into_and_bottomless_lists_are_not(portfolio):
    made = Results([pick(portfolio, "image", blue())])
    assert colour(pick(portfolio, "image", [made])) == BLUE
    endless: list = []
    endless.append(endless)
    with pytest.raises(LearnerError):
        pick(portfolio, "image", endless)


def test_notes_and_bytes_are_tunes(portfolio):
    tune = pick(portfolio, "tune", "C D E F G2")
    again = pick(portfolio, "tune", portfolio.find(tune.id).path.read_bytes())
    assert again.content == tune.content
    with pytest.raises(LearnerError):
        pick(portfolio, "tune", {"notes": "C"})


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ("PNG", np.full((20, 20), 32768, np.uint16), 128),
        ("TIFF", np.full((20, 20), 32768, np.uint16), 128),
        ("TIFF", np.full((20, 20), 0.5, np.float32), 128),
        ("TIFF", np.full((20, 20), 100.0, np.float32), 100),
        ("TIFF", np.full((20, 20), 32768, np.int32), 128),
    ],
)
def test_sixteen_bits_and_decimals_keep_their_brightness(form, values, expected):
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, form)
    grey = decode_picture(buffer.getvalue()).getpixel((5, 5))[0]
    assert abs(grey - expected) <= 1


def test_arrays_that_are_no_pictures_are_told_their_shape():
    for given, said in [
        (np.zeros((3, 20, 20)), "shape 3 x 20 x 20"),
        (np.zeros(9), "shape 9"),
        (np.full((20, 20), np.nan), "no numbers"),
        (np.array([["a", "b"]]), "no numbers"),
    ]:
        with pytest.raises(LearnerError, match=said):
            pick(Portfolio(), "image", given)


def test_a_large_photo_in_an_mpo_is_read_like_the_jpeg():
    photo, buffer = Image.new("L", (8160, 6120), "grey").convert("RGB"), io.BytesIO()
    photo.save(buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48))])
    assert open_picture(picture_from_file(buffer.getvalue()).content).size == (512, 512)


def test_avif_is_read():
    buffer = io.BytesIO()
    blue().save(buffer, "AVIF")
    red, green, sky = decode_picture(buffer.getvalue()).getpixel((20, 20))[:3]
    assert sky > 240 and red < 16 and green < 16


def test_a_clear_hole_in_a_mask_is_what_changes():
    mask = Image.new("RGBA", (120, 120), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, 60, 120))
    assert bring_mask(mask, None) == (bring_mask(lit((0, 0, 60, 120)), None)[0], HOLE)
    strokes = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    strokes.paste((255, 255, 255, 255), (0, 0, 60, 120))
    assert bring_mask(strokes, None)[0] == bring_mask(mask, None)[0]
    buffer = io.BytesIO()
    mask.save(buffer, "PNG")
    assert bring_mask(buffer.getvalue(), None) == bring_mask(mask, None)
    assert bring_mask(np.asarray(lit((0, 0, 60, 120))), None)[0] == bring_mask(mask, None)[0]
    with pytest.raises(LearnerError, match="Nothing is marked"):
        bring_mask(Image.new("RGBA", (120, 120), (0, 0, 0, 255)), None)


def lit(box: tuple) -> Image.Image:
    mask = Image.new("L", (120, 120), 0)
    mask.paste(255, box)
    return mask


def test_a_part_without_a_picture_asks_for_the_picture():
    for settings in ({"part": "left half"}, {"extend": "right"}):
        said = make_image("a star", count=1, **settings).message
        assert f"The setting {next(iter(settings))} " in said and "start=" in said
        assert "folder" not in said


def test_settings_that_count_only_beside_a_picture_are_named():
    said = make_image("a star", count=1, speed="quick", seed=1, strength=0.3).message
    assert "I had no use for: strength" in said


@pytest.mark.parametrize("seed", [2**32, -1, 1.5, "seven"])
def test_a_seed_out_of_range_is_told_the_range(seed):
    from course_utils import make_tune, vary_texture

    for result in (make_image("a star", seed=seed), make_tune("a jig", seed=seed)):
        assert "whole number from 0 to 4294967295" in result.message
    sound = make_texture("rain", count=1, seed=1, length=2)
    assert "0 to 4294967295" in vary_texture(sound, seed=seed).message


def test_a_setting_that_is_no_value_is_named():
    with pytest.raises(LearnerError, match="The setting style .* a dict"):
        asked(kind="image", prompt="x", settings={"style": {}})


def test_several_are_taken_whole_and_nothing_is_put_in_their_place(portfolio):
    from course_utils import (
        filter_bubble,
        find_picture_mark,
        make_layouts,
        order_by_taste,
        style_map,
        this_or_that,
    )

    bad = make_image("<b>x</b>")
    for call in (this_or_that, filter_bubble):
        for nothing in (bad, []):
            name = "pool" if call is this_or_that else "candidates"
            said = repr(call("image", **{name: nothing}))
            assert "made no creation" in said or "an empty list was given" in said
    for call in (order_by_taste, style_map):
        assert "made no creation" in repr(call(bad)) and "empty list" in repr(call([]))
    page = make_layouts("Sea", picture=[blue(), png()], count=1, seed=1)[0]
    assert page.recipe.settings["pictures"].count(",") == 0 and page.recipe.settings["pictures"]
    assert "a number was given" in repr(find_picture_mark(3))
    assert "score" in repr(find_picture_mark(blue()))


def test_words_typed_on_a_page_never_name_a_file(portfolio, tmp_path, monkeypatch):
    from course_utils.music.score_calls import bring_notes

    monkeypatch.chdir(tmp_path)
    tune = pick(portfolio, "tune", "C D E F")
    (tmp_path / "secret.mid").write_bytes(portfolio.find(tune.id).path.read_bytes())
    assert not bring_notes("secret.mid") and bring_notes("C D E F")


@pytest.mark.parametrize("name", ["a", "1", "日本", "été", "IMG_2034"])
def test_a_file_of_any_name_is_enlarged_and_its_name_is_no_wish(portfolio, tmp_path, name):
    path = tmp_path / f"{name}.png"
    Image.new("RGB", (48, 48), "blue").save(path)
    made = make_bigger(path)
    assert len(made) == 1 and made.message == ""
