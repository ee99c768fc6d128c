"""Four candidates of any words differ to the ear, by the marks with which it names sounds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from course_utils.audio.wav import from_wav
from course_utils.creation import Creation, Recipe
from course_utils.sounds.contrast import Contrast, pushed
from course_utils.sounds.engine import RADIO, TextureEngine
from course_utils.sounds.marks import marks_of
from course_utils.sounds.scenes import read_scene
from course_utils.sounds.sound_words import table

ENGINE = TextureEngine()
WERE_NEAR = ["rain", "downpour", "whale", "siren", "monks", "baby", "wind in an old radio"]
BOUND = 0.45  # about 1 is plainly heard


def four(prompt: str, seed: int = 5) -> list[Creation]:
    settings = {"count": 4, "length": 2.0}
    return list(ENGINE.create(Recipe(kind="sound", prompt=prompt, seed=seed, settings=settings)))


def nearest(made: list[Creation]) -> float:
    places = [marks_of(*from_wav(one.content)).place for one in made]
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(places, 2))


@pytest.mark.parametrize("prompt", WERE_NEAR)
def test_four_candidates_are_not_near_each_other(prompt):
    assert nearest(four(prompt)) >= BOUND


@pytest.mark.slow
@pytest.mark.parametrize("word", [sound.name for sound in table().sound])
def test_four_candidates_of_every_sound_word_are_not_near_each_other(word):
    assert nearest(four(word)) >= BOUND


def test_one_that_is_too_near_is_drawn_again_and_its_recipe_makes_it():
    first = four("rain")[0]
    tried: list[Recipe] = []

    def make(recipe: Recipe) -> bytes:
        tried.append(recipe)
        return next(ENGINE.create(recipe)).content

    contrast = Contrast(make)
    assert contrast.unlike(first.recipe, first.content) == (first.recipe, first.content)
    recipe, content = contrast.unlike(first.recipe, first.content)
    assert tried and recipe in tried and make(recipe) == content
    assert recipe.settings["scene"] != first.recipe.settings["scene"]
    assert read_scene(recipe.settings["scene"])["words"] == ["rain"]


def test_a_recipe_is_pushed_farther_each_time_and_always_alike():
    recipe = four("rain")[0].recipe
    tilts = [read_scene(pushed(recipe, n).settings["scene"]).get("tilt", 0.0) for n in (1, 2, 3)]
    assert tilts[1] < tilts[0] < tilts[2] and pushed(recipe, 2) == pushed(recipe, 2)


def test_the_same_order_gives_the_same_four_and_each_can_be_made_alone():
    made = four("downpour")
    assert [one.content for one in four("downpour")] == [one.content for one in made]
    assert [next(ENGINE.create(one.recipe)).content for one in made] == [
        one.content for one in made
    ]


def test_an_old_radio_from_before_says_that_it_sounds_different_now():
    recipe = four("wind in an old radio")[0].recipe
    assert ENGINE.without_effect(recipe.model_copy(update={"revision": "2"})) == RADIO
    assert ENGINE.without_effect(recipe) == ""
    rain = four("rain")[0].recipe.model_copy(update={"revision": "2"})
    assert ENGINE.without_effect(rain) == "", "only the radio was changed"
