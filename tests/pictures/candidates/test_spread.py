"""Four candidates are planned to differ, keep what was named, and can each be made again alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from course_utils.pictures.candidates.grounds import (
    COLOURS,
    SCENES,
    on_ground,
    scene,
    without_scene,
)
from course_utils.pictures.candidates.spread import (
    ANY,
    CLOSE,
    COMPOSITIONS,
    MIRRORED,
    ONCE_SMALL,
    PLAIN,
    finished,
    ground_of,
    is_arranged,
    put_together,
    said,
    small_box,
    spread,
    taken_apart,
    with_composition,
)

STYLES = ["flat", "sticker", "3d"]
NEW = {"composition": ANY}


def pairs(prompt: str, settings: dict, seed: int = 1, count: int = 4, styles=STYLES) -> list:
    return [
        (one["style"], one["composition"]) for one in spread(prompt, settings, seed, count, styles)
    ]


@pytest.mark.parametrize("styles", [STYLES, [*STYLES, "blob"]])
def test_without_a_named_style_four_candidates_differ_in_style_or_composition(styles):
    for seed in range(30):
        plan = pairs("a cat", NEW, seed, 4, styles)
        assert {style for style, _ in plan} == set(styles)
        assert len(set(plan)) == 4 and {ground for _, ground in plan} <= set(COMPOSITIONS)


def test_again_with_another_seed_brings_other_pairs():
    assert len({str(pairs("a cat", NEW, seed)) for seed in range(20)}) > 8
    assert len({pair for seed in range(0, 48, 4) for pair in pairs("a cat", NEW, seed)}) > 10


def test_a_named_style_stays_and_compositions_still_differ():
    for seed in range(30):
        plan = pairs("a cat", {**NEW, "style": "3d"}, seed)
        assert {style for style, _ in plan} == {"3d"} and len(set(plan)) == 4


@pytest.mark.parametrize(
    "prompt", ["a pixel art cat", "a cat, 3d style", "an ink drawing of an owl"]
)
def test_a_style_in_the_words_is_not_contradicted(prompt):
    assert {style for style, _ in pairs(prompt, NEW)} == {"any"}


@pytest.mark.parametrize(
    "prompt",
    ["five cats", "a cat on a red background", "a small owl", "a knight and a dog", "many boats"],
)
def test_a_composition_in_the_words_is_not_contradicted(prompt):
    plan = pairs(prompt, NEW)
    assert {ground for _, ground in plan} == {PLAIN}
    assert {style for style, _ in plan} == set(STYLES)


@pytest.mark.parametrize("prompt", ["two cats", "a cat and a dog", "a cat on a house"])
def test_things_drawn_one_by_one_differ_in_their_ground_and_style(prompt):
    for seed in range(0, 40, 4):
        plan = pairs(prompt, NEW, seed)
        grounds = [ground_of(composition) for _, composition in plan]
        assert len(set(grounds)) == 4 and "" in grounds and {one for one, _ in plan} == set(STYLES)
        assert all(is_arranged(composition) for _, composition in plan)
    assert {ground for _, ground in pairs(prompt, {**NEW, "surprise": 0.2})} == {"arranged"}
    assert pairs(prompt, {**NEW, "second": "a fox"}) == pairs("many cats", NEW)


def test_the_scene_that_the_words_name_is_behind_all_of_them():
    plan = pairs("a sailboat at night", NEW)
    assert {ground for _, ground in plan} == {"arranged, at night"}
    assert {style for style, _ in plan} == set(STYLES)


def test_no_ground_in_a_colour_that_the_words_name():
    for seed in range(40):
        plan = pairs("a pink and yellow owl", NEW, seed, 9)
        grounds = {ground_of(composition) for _, composition in plan}
        assert not {"on pink", "on yellow"} & grounds
        assert {"on light blue", "on light green"} <= grounds


def test_no_scene_in_a_colour_that_the_words_name():
    for seed in range(40):
        plan = pairs("a green and blue frog", {**NEW, "style": "flat"}, seed, 9)
        grounds = {ground_of(composition) for _, composition in plan}
        assert not {"on a green hill", "at night", "by the sea", "on light blue"} & grounds
        assert {"in a room", "at sunset", "on a disc"} <= grounds


def test_four_are_plain_small_close_and_turned_each_on_a_ground_of_its_own():
    for seed in range(0, 48, 4):
        plan = [composition for _, composition in pairs("a cat", {**NEW, "style": "3d"}, seed)]
        assert {one.split(", ")[0] for one in plan} == {PLAIN, "small", CLOSE, MIRRORED}
        assert len(COLOURS.keys() & {ground_of(one) for one in plan}) == 1
        assert len({ground_of(one) for one in plan}) == 4


def test_candidates_asked_to_be_alike_or_of_an_own_model_are_not_spread():
    alike = [("any", PLAIN)] * 4
    assert pairs("a cat", {**NEW, "surprise": 0.0}) == alike
    assert pairs("a cat", {**NEW, "own_model": "mine"}) == alike


def test_a_recipe_that_says_nothing_of_composition_is_not_spread():
    assert pairs("a cat", {}) == [("any", PLAIN)] * 4


def test_a_candidate_alone_and_the_rest_of_an_order_are_planned_as_they_were():
    whole = spread("a cat", NEW, 11, 4, STYLES)
    assert spread("a cat", NEW, 13, 2, STYLES) == whole[2:]
    for number, one in enumerate(whole):
        assert spread("a cat", one, 11 + number, 1, STYLES) == [one]


def test_four_more_like_one_keep_its_style_and_composition():
    chosen = spread("a cat", NEW, 11, 4, STYLES)[2]
    assert spread("a cat", chosen, 99, 4, STYLES) == [chosen] * 4


def test_a_mirrored_candidate_looks_the_other_way():
    picture = Image.new("RGB", (2, 1), "white")
    picture.putpixel((0, 0), (255, 0, 0))
    assert finished(picture, MIRRORED).getpixel((1, 0)) == (255, 0, 0)
    assert finished(picture, PLAIN).getpixel((0, 0)) == (255, 0, 0)


def test_a_close_up_shows_more_of_less_and_a_colour_of_before_does_not():
    picture = a_disc()
    seen = {
        one: (np.abs(np.asarray(finished(picture, one), int) - [200, 40, 30]).max(2) < 40).sum()
        for one in ("on pink", "close up, on pink")
    }
    assert 1.45 < seen["close up, on pink"] / seen["on pink"] < 1.7
    assert finished(picture, "close up, on pink").getpixel((1, 1)) == COLOURS["on pink"]


def test_a_ground_takes_the_place_of_the_white_around_the_thing_and_not_of_the_white_in_it():
    picture = Image.new("RGB", (48, 48), "white")
    picture.paste((60, 30, 20), (10, 10, 38, 38))
    picture.paste("white", (18, 18, 30, 30))
    made = finished(picture, "on pink")
    assert made.getpixel((2, 2)) == COLOURS["on pink"] == made.getpixel((45, 40))
    assert made.getpixel((24, 24)) == (255, 255, 255) and made.getpixel((12, 12)) == (60, 30, 20)


def a_disc(colour: tuple = (200, 40, 30)) -> Image.Image:
    """A disc with a soft edge on white."""
    large = Image.new("RGB", (480, 480), "white")
    ImageDraw.Draw(large).ellipse((100, 100, 380, 380), fill=colour)
    return large.resize((48, 48), Image.Resampling.BOX)


@pytest.mark.parametrize("composition", [one for one in COMPOSITIONS if ground_of(one) in SCENES])
def test_a_scene_takes_the_place_of_white_also_in_the_rim_and_can_be_taken_away(composition):
    drawn, ground = a_disc(), ground_of(composition)
    made = on_ground(drawn, ground)
    empty = scene(ground, (48, 48))
    assert made.getpixel((1, 1)) == empty.getpixel((1, 1)) != (255, 255, 255)
    assert made.getpixel((46, 46)) == empty.getpixel((46, 46))
    assert made.getpixel((24, 24)) == drawn.getpixel((24, 24))
    # the same edge drawn on the scene itself: a rim mixed with white would be lighter
    share = 1 - (np.asarray(drawn, float)[..., 1:2] - 40) / 215
    right = share * np.array([200, 40, 30]) + (1 - share) * np.asarray(empty, float)
    assert np.abs(np.asarray(made, float) - right).max() < 40
    alone = np.asarray(without_scene(made, ground), float)
    assert np.abs(alone - np.asarray(drawn, float)).mean() < 3
    assert without_scene(drawn, "on pink") is drawn


def test_what_stands_small_stands_at_the_foot_and_keeps_its_shape():
    made = np.asarray(finished(a_disc(), "small, in a room"), int)
    rows, columns = np.nonzero(np.abs(made - [200, 40, 30]).max(2) < 40)
    assert 16 <= np.ptp(rows) <= 20 and abs(np.ptp(rows) - np.ptp(columns)) <= 1
    assert rows.mean() > 24 and abs(columns.mean() - 23.5) < 1


def test_what_stood_a_little_larger_in_pictures_of_before_is_taken_out_whole():
    thing = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(thing).rectangle((2, 2, 45, 45), fill=(200, 40, 30))
    left, top, right, foot = small_box(thing.size, ONCE_SMALL)
    small = Image.new("RGB", thing.size, "white")
    small.paste(thing.resize((right - left, foot - top), Image.Resampling.LANCZOS), (left, top))
    made = on_ground(small, "in a room")
    alone = np.asarray(taken_apart(made, "small, in a room"), float)
    assert np.abs(alone - np.asarray(thing, float)).mean() < 9


def test_a_thing_before_a_scene_is_taken_out_as_it_was_drawn_and_put_back():
    for composition in ("small, at night", "mirrored, by the sea"):
        made = put_together(a_disc(), composition)
        alone = taken_apart(made, composition)
        assert np.abs(np.asarray(alone, float) - np.asarray(a_disc(), float)).mean() < 8
        again = np.asarray(put_together(alone, composition), float)
        assert np.abs(again - np.asarray(made, float)).mean() < 4
    for composition in ("on pink", "plain", "small, at night"):  # no scene is seen there
        drawn = a_disc()
        assert taken_apart(drawn, composition) is drawn
    wider = put_together(a_disc(), "small, at night").resize((96, 48))
    assert taken_apart(wider, "small, at night").size == (96, 48)


def test_words_for_model_and_learner():
    assert with_composition("a cat", "on pink") == "a cat on a pink background"
    assert with_composition("a cat", PLAIN) == with_composition("a cat", "unheard of") == "a cat"
    assert said({"style": "3d", "composition": "on pink"}) == "shiny 3D, on pink"
    assert said({"style": "any", "composition": PLAIN}) == ""
    assert with_composition("a cat", "small, at night") == "a cat"
    assert said({"style": "3d", "composition": "small, at night"}) == "shiny 3D, small, at night"
