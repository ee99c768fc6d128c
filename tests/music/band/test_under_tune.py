"""A band joins under a tune in one step, in its key and with its chords."""

from __future__ import annotations

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.music.engine import TuneEngine, vary_settings
from course_utils.music.form.writing import ends_at_home
from course_utils.music.score_to_tokens import tune_of
from course_utils.scores.chords import read_line
from course_utils.scores.description import describe
from course_utils.scores.midi import read_midi
from course_utils.scores.score import upper_voice

ENGINE = TuneEngine()


def made(prompt: str, count: int = 2, seed: int = 3, **settings) -> list:
    asked = Recipe(kind="tune", prompt=prompt, seed=seed, settings={"count": count, **settings})
    return list(ENGINE.create(asked))


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("a happy jig with drums and bass", "jig"),
        ("a waltz with a band and an upbeat", "waltz"),
        ("techno", "techno"),
        ("a 16-bar reel AABA with a band", "folk"),
        ("drum and bass", "drum and bass"),
        ("a polka and a rhythm section", "polka"),
        ("a slip jig with a band", "slip jig"),
    ],
)
def test_a_band_plays_under_the_tune_and_comes_home_with_it(prompt, style):
    for creation in made(prompt):
        score, tune, seen = read_midi(creation.content), tune_of(creation), creation.recipe.settings
        assert seen["band"] == style and score.parts[0].name == "tune"
        assert {part.name for part in score.parts} == {"tune", "drums", "bass", "chords", "pad"}
        chords = read_line(seen["chord_line"])
        assert len(chords.bars) == len(tune.bars) and ends_at_home(tune)
        assert chords.bars[-1][-1].root == tune.home % 12
        sung = [n.semitones for bar in tune.bars for n in bar if n.semitones is not None]
        assert [n.pitch - tune.home for n in upper_voice(score)] == sung
        alone = made(prompt + " without a band", seed=creation.recipe.seed, count=1)[0]
        assert tune_of(alone) == tune  # the band changes no note of it
        assert score.key == read_midi(alone.content).key


def test_a_bar_that_comes_back_has_the_chords_it_had():
    seen = made("a 16-bar reel AABA with a band", count=1)[0].recipe.settings
    bars = [bar.strip() for bar in seen["chord_line"].split("|")]
    assert bars[:4] == bars[4:8] and bars[12:15] == bars[:3]


def test_a_band_chosen_by_hand_brings_its_metre_or_a_sentence():
    creation = made("purple", band="rock", count=1)[0]
    assert read_midi(creation.content).metre == (4, 4)
    assert "techno" not in describe(creation) and "guitar" in describe(creation)
    with pytest.raises(LearnerError, match="the style rock has 4/4"):
        made("a jig", band="rock")
    with pytest.raises(LearnerError, match="no style called"):
        made("a jig", band="kazoos")


def test_where_no_style_fits_it_is_said():
    settings = {"metre": "12/8"}
    recipe = Recipe(kind="tune", prompt="an air with a band", seed=1, settings=settings)
    creation = next(iter(ENGINE.create(recipe)))
    assert not read_midi(creation.content).parts
    assert "There is no band style in 12/8 yet" in ENGINE.without_effect(recipe)


def test_a_tune_with_a_band_is_varied_with_its_band():
    creation = made("techno", count=1)[0]
    recipe = creation.recipe.changed(seed=9, parent=creation.id, settings=vary_settings(creation))
    other = next(iter(ENGINE.create(recipe)))
    assert read_midi(other.content).parts[0].name == "tune"
    assert len(read_midi(other.content).parts) == 5
    assert tune_of(other).bars[:4] == tune_of(creation).bars[:4]
