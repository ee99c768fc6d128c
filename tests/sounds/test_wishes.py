"""Words of a sound that make a sound, and those that are named because they make none."""

from __future__ import annotations

import json

import pytest

from course_utils import make_texture, vary_texture
from course_utils.creation import LearnerError, Recipe
from course_utils.sounds.engine import TextureEngine, candidates
from course_utils.sounds.scenes import read_scene
from course_utils.sounds.settings import SCENE

ENGINE = TextureEngine()


def recipe(prompt: str, **settings) -> Recipe:
    return Recipe(kind="sound", prompt=prompt, seed=7, settings={"length": 2.0, **settings})


def test_a_drone_birds_and_waves_are_three_sounds():
    made = [
        next(ENGINE.create(recipe(prompt)))
        for prompt in ("a warm drone", "birds in the morning", "ocean waves")
    ]
    assert len({creation.content for creation in made}) == 3
    assert [creation.recipe.settings["source"] for creation in made] == ["stretched", SCENE, SCENE]
    again = next(ENGINE.create(made[1].recipe))
    assert again.content == made[1].content, "the recipe holds the whole scene"


def test_words_without_use_are_named():
    said = make_texture("techno birds in the morning", count=1, seed=1, length=2).message
    assert said == "I had no use for: techno, morning."
    assert make_texture("ocean waves", count=1, seed=1, length=2).message == ""
    assert ENGINE.unused(recipe("a warm drone")) == []
    assert ENGINE.unused(recipe("purple bells")) == ["purple"]


def test_words_that_a_setting_overrules_are_named():
    assert ENGINE.unused(recipe("ocean waves", source="bells")) == ["ocean", "waves"]
    assert ENGINE.unused(recipe("dark bells", source="metal")) == ["bells"]


def test_numbers_that_a_scene_takes_no_notice_of_are_named():
    assert "no use for: pitch" in ENGINE.without_effect(recipe("birds", pitch=40))
    assert "Did you mean “thunder”" in ENGINE.without_effect(recipe("a thuunder"))


def test_a_scene_is_varied_near_itself():
    first = make_texture("birds", count=1, seed=1, length=2)
    near = vary_texture(first, count=2, seed=3)
    scenes = {one.recipe.settings["scene"] for one in [*first, *near]}
    assert len(scenes) == 3 and all(one.recipe.settings["source"] == SCENE for one in near)


def test_candidates_of_words_already_known_stay_what_they_were():
    made = candidates(recipe("rain on glass", count=2))
    assert [one.settings["source"] for one in made] == ["wind", "bells"]
    assert all(one.settings["scene"] == "" for one in made)


@pytest.mark.parametrize(
    "scene",
    [
        "not json",
        "[]",
        '{"layers": []}',
        '{"layers": [{"source": "os.system"}]}',
        json.dumps({"layers": [{"source": "noise", "nothing": 3}]}),
        json.dumps({"layers": [{"source": "drops", "rate": 1e9}]}),
        json.dumps({"layers": [{"source": "noise", "low": "x"}]}),
        json.dumps({"layers": [{"source": "noise"}] * 21}),
        '{"layers": [{"source": "noise", "low": NaN}]}',
    ],
)
def test_a_damaged_scene_ends_in_a_sentence(scene):
    with pytest.raises(LearnerError, match="scene in this sound"):
        read_scene(scene)
