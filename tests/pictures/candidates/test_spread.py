"""Four candidates are planned to differ, keep what was named, and can each be made again alone."""

from __future__ import annotations

import pytest
from PIL import Image

from course_utils.pictures.candidates.spread import (
    ANY,
    COMPOSITIONS,
    GROUNDS,
    MIRRORED,
    PLAIN,
    finished,
    said,
    spread,
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
    ["two cats", "a cat on a red background", "a small owl", "a cat and a dog", "a boat at night"],
)
def test_a_composition_in_the_words_is_not_contradicted(prompt):
    plan = pairs(prompt, NEW)
    assert {ground for _, ground in plan} == {PLAIN}
    assert {style for style, _ in plan} == set(STYLES)


def test_no_ground_in_a_colour_that_the_words_name():
    for seed in range(40):
        grounds = {ground for _, ground in pairs("a pink and yellow owl", NEW, seed, 9)}
        assert not {"on pink", "on yellow"} & grounds
        assert {"on light blue", "on light green"} <= grounds


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


def test_a_ground_takes_the_place_of_the_white_around_the_thing_and_not_of_the_white_in_it():
    picture = Image.new("RGB", (48, 48), "white")
    picture.paste((60, 30, 20), (10, 10, 38, 38))
    picture.paste("white", (18, 18, 30, 30))
    made = finished(picture, "on pink")
    assert made.getpixel((2, 2)) == GROUNDS["on pink"] == made.getpixel((45, 40))
    assert made.getpixel((24, 24)) == (255, 255, 255) and made.getpixel((12, 12)) == (60, 30, 20)


def test_words_for_model_and_learner():
    assert with_composition("a cat", "on pink") == "a cat on a pink background"
    assert with_composition("a cat", PLAIN) == with_composition("a cat", "unheard of") == "a cat"
    assert said({"style": "3d", "composition": "on pink"}) == "shiny 3D, on pink"
    assert said({"style": "any", "composition": PLAIN}) == ""
