"""Things that were drawn one by one stand to each other as the words say."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw

from course_utils.creation import Recipe
from course_utils.engines import engine_for
from course_utils.pictures.batching import shape_of
from course_utils.pictures.candidates.arranging import arranged
from course_utils.pictures.engine import ImageEngine
from course_utils.pictures.png import describe, open_picture
from pictures.onnx.both_paths import diffusers_model, onnx_model

RED, BLUE, GREEN = (220, 20, 20), (20, 20, 220), (20, 160, 20)


def thing(colour, box=(12, 8, 36, 40)) -> Image.Image:
    picture = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(picture).rectangle(box, fill=colour)
    return picture


def middle(picture: Image.Image, colour) -> tuple[float, float]:
    """Where a colour is, across and down; not a number where it is nowhere."""
    far = np.abs(np.asarray(picture, float) - colour).max(2)
    down, across = np.nonzero(far < 60)
    return float(across.mean()), float(down.mean())


def test_one_thing_stands_on_under_behind_and_before_another():
    red, blue = thing(RED), thing(BLUE)
    seen = {
        how: [middle(arranged([red, blue], how), colour) for colour in (RED, BLUE)]
        for how in ("on", "under", "beside")
    }
    assert seen["on"][0][1] < seen["on"][1][1] - 10
    assert seen["under"][0][1] > seen["under"][1][1] + 10
    assert seen["beside"][0][0] < seen["beside"][1][0] - 15
    covered = {
        how: [
            int((np.abs(np.asarray(arranged([red, blue], how), float) - colour).max(2) < 60).sum())
            for colour in (RED, BLUE)
        ]
        for how in ("behind", "before")
    }
    assert covered["behind"][0] > covered["behind"][1], "larger, though partly hidden"
    assert covered["before"][0] < covered["before"][1]


def test_glasses_are_worn_before_the_eyes():
    face, glasses = thing(RED, (4, 4, 44, 44)), thing(BLUE, (8, 20, 40, 28))
    picture = arranged([face, glasses], "wearing")
    (red_x, red_y), (blue_x, blue_y) = middle(picture, RED), middle(picture, BLUE)
    assert abs(red_x - blue_x) < 2 and red_y - 4 < blue_y < red_y


@pytest.mark.parametrize("many", [2, 3])
def test_others_stand_small_around_the_first(many):
    picture = arranged([thing(RED), *[thing(BLUE)] * many], "around")
    (red_x, red_y), (blue_x, blue_y) = middle(picture, RED), middle(picture, BLUE)
    assert abs(red_x - blue_x) < 3 and blue_y > red_y + 6
    small = (np.abs(np.asarray(picture, float) - BLUE).max(2) < 60).sum() / many
    assert small < (np.abs(np.asarray(picture, float) - RED).max(2) < 60).sum() / 2


@pytest.mark.parametrize("how", ["on", "under"])
def test_two_high_things_one_on_another_are_both_whole(how):
    high = (16, 0, 32, 47)
    made = np.asarray(arranged([thing(RED, high), thing(BLUE, high)], how))
    assert (made[0] == 255).all(), "nothing is cut off at the top"
    for colour in (RED, BLUE):
        assert (np.abs(made.astype(float) - colour).max(2) < 60).sum() > 100


def test_three_stand_together_and_turned_left_and_right_change_places():
    three = [thing(RED), thing(BLUE), thing(GREEN)]
    plain, turned = arranged(three, "beside"), arranged(three, "beside", turned=True)
    assert middle(plain, RED)[0] < middle(plain, BLUE)[0] < middle(plain, GREEN)[0]
    assert middle(turned, RED)[0] > middle(turned, BLUE)[0] > middle(turned, GREEN)[0]


def test_four_stand_in_two_rows_and_none_hides_another():
    colours = (RED, BLUE, GREEN, (220, 160, 20))
    made = arranged([thing(colour) for colour in colours], "beside")
    places = [middle(made, colour) for colour in colours]
    assert places[0][0] < places[1][0] - 15 and places[2][0] < places[3][0] - 15
    assert places[0][1] < places[2][1] - 15 and places[1][1] < places[3][1] - 15
    seen = [(np.abs(np.asarray(made, float) - one).max(2) < 60).sum() for one in colours]
    assert min(seen) > 0.9 * max(seen)


def test_one_thing_alone_is_smaller_and_nothing_at_all_is_no_trouble():
    made = arranged([thing(RED)], "")
    assert middle(made, RED)[1] > 24
    assert (
        arranged([Image.new("RGB", (48, 48), "white")] * 2, "on").getextrema() == ((255, 255),) * 3
    )


def pixels(creation) -> np.ndarray:
    return np.asarray(open_picture(creation.content), float)


def order(prompt: str, **chosen) -> Recipe:
    settings = {"speed": "quick", "count": 4, "composition": "any", **chosen}
    return Recipe(kind="image", prompt=prompt, seed=4, settings=settings)


@pytest.fixture(scope="module")
def four():
    return list(engine_for("image").create(order("an owl on a house")))


def test_each_says_how_it_came_about_and_is_made_again_alone(four):
    assert len({one.content for one in four}) == 4
    for one in four:
        assert str(one.recipe.settings["composition"]).startswith("arranged")
        assert "arranged" in describe(one) and one.recipe.prompt == "an owl on a house"
        again = next(iter(engine_for("image").create(one.recipe)))
        assert again.content == one.content and again.recipe == one.recipe
    said = engine_for("image").without_effect(order("an owl on a house"))
    assert "drawn alone: “owl”, “house”" in said


def test_recipes_of_before_are_drawn_as_a_whole():
    engine = engine_for("image")
    old = order("an owl on a house", composition="plain", count=1)
    made = next(iter(engine.create(old)))
    assert made.recipe.settings.get("composition", "plain") == "plain"
    assert "drawn alone" not in engine.without_effect(old)


def test_they_are_not_drawn_in_a_batch_with_other_people_s():
    assert shape_of(engine_for("image"), order("an owl on a house")) is None
    assert shape_of(engine_for("image"), order("an owl")) is not None


def test_more_like_one_keeps_its_ground_and_goes_on_from_the_whole(four):
    engine = engine_for("image")
    for chosen in four:
        settings = {**chosen.recipe.settings, "count": 1, "strength": 0.4}
        like = chosen.recipe.changed(settings=settings, parent=chosen.id, seed=9)
        one = next(iter(engine.create(like, start=chosen)))
        assert one.recipe.settings["composition"] == chosen.recipe.settings["composition"]
        now, before = (open_picture(made.content).getpixel((1, 1)) for made in (one, chosen))
        if min(before) < 250:
            assert np.abs(np.subtract(now, before)).max() < np.abs(np.subtract(now, 255)).max()


@pytest.mark.parametrize("seed", [4, 2**32 - 1_000_000])
def test_candidates_that_share_their_noise_are_made_again_alone(seed):
    engine = engine_for("image")
    made = list(engine.create(order("two owls", count=3, surprise=0.7).changed(seed=seed)))
    for one in made:
        again = next(iter(engine.create(one.recipe)))
        assert np.abs(pixels(again) - pixels(one)).max() <= 2


def test_stop_keeps_what_is_done_and_it_is_made_again():
    stop, engine = threading.Event(), engine_for("image")

    def at_the_fourth(progress):
        if progress.step >= 4:
            stop.set()

    asked = order("an owl and a house", count=2)
    made = list(engine.create(asked, on_progress=at_the_fourth, stop=stop))
    assert len(made) == 2 and all(one.recipe.settings["stopped_at"] for one in made)
    again = next(iter(engine.create(made[1].recipe)))
    assert np.abs(pixels(again) - pixels(made[1])).max() <= 2


def test_both_paths_arrange_them():
    made = []
    for model in (onnx_model(), diffusers_model()):
        engine = ImageEngine()
        engine._models[model.about.id] = model
        made.append([pixels(one) for one in engine.create(order("two owls"))])
    for ours, theirs in zip(*made, strict=True):
        assert np.abs(ours - theirs).mean() < 3
