"""Wishes that cannot be: each ends in a sentence, what can be followed is, and nothing is lost."""

from __future__ import annotations

import pytest

from course_utils import Portfolio, make_backing, make_tune
from course_utils.music.score_to_tokens import tune_of
from course_utils.music.studio import TuneStudio
from course_utils.scores.lyrics import as_text

LONG = "\n".join(["Twinkle, twinkle, little star"] * 12)


def letters_of(text: str) -> list[str]:
    """The letters of a text, without signs and spaces."""
    return [sign for sign in text if sign.isalpha()]


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        ("a jig", {"bars": 0}, "bars must be a number from 1 to 64"),
        ("a jig", {"bars": 10_000}, "bars must be a number from 1 to 64"),
        ("a jig", {"bars": 7, "plan": "AABA"}, "7 bars cannot be shared out"),
        ("an AABA jig in 7 bars", {}, "7 bars cannot be shared out"),
        ("a jig", {"plan": "zebra"}, "is not a plan of phrases"),
        ("a jig", {"plan": "A" * 40}, "has 40 phrases and the limit is 16"),
        ("a jig", {"lyrics": "...!!!"}, "no words to sing"),
        ("a jig", {"lyrics": "la " * 5000}, "15,000 characters and the limit is 4,000"),
        ("веселая джига", {}, "only knows English words"),
        ("快乐的歌", {}, "only knows English words"),
        ("أغنية سعيدة", {}, "only knows English words"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_earlier_work_stays(words, settings, said, own_portfolio):
    before = make_tune("a waltz", bars=4, seed=1)
    made = make_tune(words, seed=1, **settings)
    assert not made and said in made.message
    assert [one.creation.id for one in Portfolio().list("tune")] == [before[0].id]


@pytest.mark.parametrize("words", ["0 bars of jig", "a march of 10,000 bars", "a jig in no bars"])
def test_impossible_lengths_in_words_are_said_and_a_tune_of_usual_length_comes(words):
    made = make_tune(words, seed=1)
    assert "A tune has 1 to 64 bars" in made.message and len(tune_of(made[0]).bars) == 8


def test_words_longer_than_the_tune_are_sung_as_far_as_it_goes_and_the_rest_is_kept():
    made = make_tune("an air", seed=3, bars=4, lyrics=LONG)
    settings = made[0].recipe.settings
    assert "this is not sung" in made.message and "Ask for more bars" in made.message
    sung, unsung = as_text(settings["sung"]), settings["unsung"]
    assert sung.startswith("Twinkle") and unsung.endswith("star")
    assert letters_of(sung + unsung) == letters_of(LONG)
    assert settings["lyrics"] == LONG


@pytest.mark.parametrize(
    "lyrics",
    ["Мерцай, мерцай, звезда", "一闪一闪亮晶晶", "きらきらひかる", "تلألأ يا نجم", "γειά σου"],
)
def test_words_of_other_scripts_are_sung(lyrics):
    made = make_tune("an air", seed=3, bars=8, lyrics=lyrics)
    assert made, made.message
    kept = as_text(made[0].recipe.settings["sung"]) + made[0].recipe.settings["unsung"]
    assert letters_of(kept) == letters_of(lyrics)


@pytest.mark.parametrize("words", ["C G in 10,000 bars", "C G 0 bars", "C G in 900 bars"])
def test_a_band_of_impossible_length_says_so_and_plays_the_line(words):
    made = make_backing(words, count=1, seed=1, intro=False, ending=False, repeats=1)
    assert "A line of chords has 1 to" in made.message and "Numbers need a key" not in made.message
    usual = make_backing("C G", count=1, seed=1, intro=False, ending=False, repeats=1)
    assert made[0].content == usual[0].content


def test_in_the_studio_what_was_there_stays(own_portfolio):
    studio = TuneStudio("a jig", seed=4)
    studio.generate()
    assert studio.wait(60) and len(studio.results) == 4
    before = [one.id for one in studio.results]
    studio.plan.value = "AABA"
    studio.prompt.value = "a jig in 7 bars"
    studio.generate()
    assert studio.wait(60) and "cannot be shared out" in studio.status.value
    assert [one.id for one in studio.results] == before and len(studio.gallery.cards) == 4
