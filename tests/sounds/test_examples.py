"""Every example of the course's sounds is understood whole and sounds like what it says."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from course_utils.audio.mastering import check
from course_utils.audio.wav import from_wav
from course_utils.creation import Recipe
from course_utils.sounds.candidates import candidates
from course_utils.sounds.engine import TextureEngine
from course_utils.sounds.marks import marks_of
from course_utils.sounds.panel import EXAMPLES as GOOD_WORDS
from course_utils.sounds.scenes import read_scene, sound_of
from course_utils.sounds.settings import SCENE
from course_utils.sounds.sound_words import table
from course_utils.sounds.studio import IDEAS

ENGINE = TextureEngine()
ROOT = Path(__file__).parents[2]
OUT_OF = ("a sun, heard", "soft dream")  # in the lesson they are made out of a picture and a tune


def prompts_in_lessons() -> list[str]:
    """Words of sounds in the lessons' cells."""
    found = set()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            found |= {*re.findall(r'sounds\.(?:make|Studio)\((?:prompt=)?"([^"]+)"', text)}
    return sorted(found)


EXAMPLES = sorted({*IDEAS, *GOOD_WORDS, *prompts_in_lessons()} - {*OUT_OF})


def recipe(prompt: str, **settings) -> Recipe:
    return Recipe(kind="sound", prompt=prompt, seed=4, settings={"length": 3.0, **settings})


def heard(prompt: str, **settings):
    made = [from_wav(one.content) for one in ENGINE.create(recipe(prompt, **settings))]
    assert {rate for _, rate in made} == {44_100} and {s.shape[1] for s, _ in made} == {2}
    return [sound.astype(np.float32) for sound, _ in made]


def test_lessons_and_the_studio_have_examples():
    assert "rain on glass" in EXAMPLES and len(EXAMPLES) >= 10


@pytest.mark.parametrize("prompt", EXAMPLES)
def test_every_word_of_an_example_is_used(prompt):
    assert ENGINE.unused(recipe(prompt)) == [] and ENGINE.without_effect(recipe(prompt)) == ""


@pytest.mark.parametrize(
    ("prompt", "mark", "low", "high"),
    [
        ("rain on glass", "above_5k", 0.02, 0.6),  # was 0.0001
        ("rain", "above_5k", 0.3, 0.95),
        ("dark wind", "centroid", 120, 800),
        ("wind in an old radio", "centroid", 300, 1600),  # a small loudspeaker: no lows, no highs
        ("calm bells in a cathedral", "tone", 0.5, 1.0),
        ("ice on a dark sea", "centroid", 800, 5000),
        ("a busy metal machine", "onsets", 1.0, 14.0),
        ("ghost strings", "tone", 0.25, 1.0),
        ("a giant harp under water", "above_5k", 0.0, 0.2),
        ("a robot that dreams", "centroid", 400, 3500),
        ("a warm drone", "centroid", 60, 700),
        ("crickets", "centroid", 2500, 8000),
        ("heartbeat", "centroid", 50, 200),
    ],
)
def test_examples_bear_the_marks_of_what_they_say(prompt, mark, low, high):
    for sound in heard(prompt, count=2):
        assert low <= getattr(marks_of(sound), mark) <= high
        assert check(sound).below_40_hz < 0.01


@pytest.mark.parametrize("prompt", ["thunder", "heartbeat", "campfire", "wind", "a warm drone"])
def test_next_to_nothing_is_under_40_hz(prompt):
    for sound in heard(prompt, count=4, length=4.0):
        found = check(sound)
        assert found.below_40_hz < 0.01 and found.true_peak < -0.9 and found.offset < 1e-3


def test_a_word_sounds_as_its_table_says():
    for made in candidates(recipe("rain on glass", count=2)):
        scene = read_scene(made.settings["scene"])
        alone = sound_of(scene, made.seed, 3.0)
        sound = from_wav(next(ENGINE.create(made)).content)[0]
        assert np.abs(sound - alone).max() < 2e-4, "nothing is done to it, and at its own speed"


def test_every_sound_word_is_reached_by_its_name():
    for word in table().sound:
        made = candidates(recipe(word.name))[0].settings
        assert made["source"] == SCENE and json.loads(made["scene"])["words"] == [word.name]


@pytest.mark.parametrize(
    ("prompt", "settings"),
    [
        ("rain on glass", {}),
        ("ocean waves", {}),
        ("wind in an old radio", {}),
        ("ocean waves", {"space": 0.6}),
        ("something", {"source": "metal", "character": "cathedral"}),
    ],
)
def test_loops_have_no_seam(prompt, settings):
    (sound,) = heard(prompt, loop=True, count=1, **settings)
    steps = np.abs(np.diff(sound, axis=0)).max(1)
    assert np.abs(sound[0] - sound[-1]).max() <= 2 * np.quantile(steps, 0.999)
    size = 2205  # as loud before the seam as behind it
    strength = np.sqrt((sound**2).mean(1).reshape(-1, size).mean(1))
    change = np.abs(np.diff(20 * np.log10(np.concatenate([strength, strength[:1]]) + 1e-4)))
    assert change[-1] <= max(3.0, np.quantile(change, 0.95))


@pytest.mark.parametrize("prompt", ["rain on glass", "ice on a dark sea", "something strange"])
def test_four_candidates_differ_on_the_marks(prompt):
    places = [marks_of(sound).place for sound in heard(prompt, count=4)]
    apart = [float(np.linalg.norm(a - b)) for a, b in combinations(places, 2)]
    assert min(apart) > 0.2 and np.mean(apart) > 0.6
