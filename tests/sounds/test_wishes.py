"""Words of a sound that make a sound, and those that are named because they make none."""

from __future__ import annotations

import json

import numpy as np
import pytest

from course_utils import breed_textures, make_texture, vary_texture
from course_utils.creation import LearnerError, Recipe
from course_utils.sounds.candidates import candidates
from course_utils.sounds.engine import TextureEngine
from course_utils.sounds.said import said_in
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
    assert ENGINE.unused(recipe("dark bells", source="bells")) == []
    assert ENGINE.unused(recipe("giant dark strings", character="giant", brightness=0.15)) == []

    given = {"brightness": 0.9, "pitch": 60.0, "character": "ice"}
    assert ENGINE.unused(recipe("dark giant strings", **given)) == ["dark", "giant"]
    made = next(ENGINE.create(recipe("dark giant strings")))
    near = recipe(made.recipe.prompt, **{**made.recipe.settings, "vary": 0.4})
    # a finished recipe holds what words chose
    assert ENGINE.unused(made.recipe) == ENGINE.unused(near) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"source": "bells", "material": "0" * 12}, "no use for: material. This source, bells"),
        ({"source": "grains", "material": "0" * 12, "scale": "sad"}, "no use for: scale."),
        ({"character": "none", "amount": 0.9}, "no use for: amount. There is no character."),
        ({"level": -3.0}, "no use for: level. The level is that of a sound under a tune."),
        ({"source": "grains", "scale": "sad"}, ""),
        ({"source": "bells", "scale": "sad", "amount": 0.9, "density": 0.1}, ""),
    ],
)
def test_settings_that_nothing_takes_notice_of_are_named(settings, said):
    found = ENGINE.without_effect(recipe("something", **settings))
    assert said in found and bool(found) == bool(said)


def test_what_is_cut_from_a_recording_is_told_with_the_sound_made_out_of_it(tmp_path):
    import soundfile

    place = tmp_path / "long.wav"
    hum = np.clip(np.sin(np.arange(40 * 8000) / 9) * 3, -1, 1)
    soundfile.write(place, hum, 8000)
    said = make_texture("something", count=1, seed=1, length=2, material=place).message
    assert "Of “long”" in said and "crackles" in said and "Only 30 seconds of it are kept" in said


def test_numbers_that_a_scene_takes_no_notice_of_are_named():
    assert "no use for: pitch" in ENGINE.without_effect(recipe("birds", pitch=40))
    assert "no use for: amount" in ENGINE.without_effect(recipe("birds", amount=0.5))
    assert ENGINE.without_effect(recipe("birds", amount=0.5, character="ice")) == ""
    assert "Did you mean “thunder”" in ENGINE.without_effect(recipe("a thuunder"))


def test_a_scene_is_varied_near_itself():
    first = make_texture("birds", count=1, seed=1, length=2)
    near = vary_texture(first, count=2, seed=3)
    scenes = {one.recipe.settings["scene"] for one in [*first, *near]}
    assert len(scenes) == 3 and all(one.recipe.settings["source"] == SCENE for one in near)


@pytest.mark.parametrize(
    ("prompt", "heard", "sources", "characters"),
    [
        ("rain on glass", ["rain on a window"], [SCENE], ["none"]),
        ("calm bells in a cathedral", ["church bells"], [SCENE], ["none"]),
        ("a busy metal machine", ["scraping", "factory"], [SCENE], ["none"]),
        ("ice on a dark sea", ["ice", "ocean waves"], [SCENE], ["none"]),
        ("a robot that dreams", ["robot"], [SCENE], ["dream"]),
        ("wind in an old radio", ["wind"], [SCENE], ["broken radio"]),
        ("an old radio", ["radio static"], [SCENE], ["old tape"]),
        ("ghost strings", [], ["plucked strings"], ["ghost"]),
        ("a ghost", ["ghost"], [SCENE], ["none"]),
        ("a giant harp under water", [], ["plucked strings"], ["giant", "underwater"]),
        ("a koto in the rain", ["rain"], [SCENE, "plucked strings"], None),
    ],
)
def test_words_are_heard_as_themselves_or_as_what_is_done(prompt, heard, sources, characters):
    said = said_in(prompt)
    assert [sound.name for sound, _ in said.heard.sounds] == heard
    made = candidates(recipe(prompt, count=4))
    assert [one.settings["source"] for one in made] == (sources * 4)[:4]
    if characters:
        assert [one.settings["character"] for one in made] == (characters * 4)[:4]


def test_a_scene_is_itself_unless_something_is_asked_of_it():
    made = candidates(recipe("rain", count=4))
    assert {(one.settings["character"], one.settings["shape"]) for one in made} == {
        ("none", "even")
    }
    assert {one.settings["space"] for one in made} == {0.0}
    asked = candidates(recipe("rain", count=2, character="ice", space=0.5))
    assert {(one.settings["character"], one.settings["space"]) for one in asked} == {("ice", 0.5)}
    swelling = candidates(recipe("swelling rain", count=2))
    assert {one.settings["shape"] for one in swelling} == {"swell"}


def test_children_of_two_scenes_have_layers_of_both():
    first, second = (make_texture(words, count=1, seed=1, length=2)[0] for words in ("owl", "rain"))
    children = breed_textures(first, second, count=4, seed=3)
    assert len({child.content for child in children}) == 4, children.message
    for child in children:
        layers = json.loads(child.recipe.settings["scene"])["layers"]
        sources = [{one["source"] for one in read_scene(parent.recipe.settings["scene"])["layers"]}
                   for parent in (first, second)]  # fmt: skip
        assert all(own & {layer["source"] for layer in layers} for own in sources)
        assert next(ENGINE.create(child.recipe, other=None)).content == child.content


def test_new_words_with_the_settings_of_an_older_sound_draw_a_new_scene():
    rain = make_texture("rain on glass", count=1, seed=1, length=2)[0]
    asked = Recipe(kind="sound", prompt="wind", seed=3, settings=rain.recipe.settings)
    (made,) = candidates(asked)
    assert json.loads(made.settings["scene"])["words"] == ["wind"]
    assert ENGINE.without_effect(asked) == ""
    same = Recipe(kind="sound", prompt="rain on glass", seed=3, settings=rain.recipe.settings)
    assert candidates(same)[0].settings["scene"] == rain.recipe.settings["scene"]


def test_a_recipe_of_the_earlier_sound_maker_says_that_it_sounds_clearer():
    made = next(ENGINE.create(recipe("rain")))
    assert ENGINE.without_effect(made.recipe) == ""
    old = made.recipe.model_copy(update={"revision": "1"})
    assert "earlier sound maker" in ENGINE.without_effect(old)


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
