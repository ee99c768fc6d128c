"""Words of a tune or a track that are followed, and those that are named because they are not."""

from __future__ import annotations

import pytest

from course_utils import make_backing, make_tune
from course_utils.creation import Recipe
from course_utils.engines.unused import left_over, no_use_for
from course_utils.music.backing_engine import BackingEngine
from course_utils.music.band.styles import style_names
from course_utils.music.engine import TuneEngine
from course_utils.music.form.wishes import wishes
from course_utils.music.prompt_reading import german_key_words, understood
from course_utils.scores.chord_line_words import read_asked, stretched
from course_utils.scores.chords import read_line
from course_utils.scores.midi import read_midi

ENGINE = TuneEngine()


def recipe(prompt: str, **settings) -> Recipe:
    return Recipe(kind="tune", prompt=prompt, seed=5, settings=settings)


@pytest.mark.parametrize(
    ("prompt", "bars"),
    [
        ("16 bars", 16),
        ("a jig of twelve bars", 12),
        ("slow blues in 12 bars", 12),
        ("a 4-bar march", 4),
        ("bars of gold", None),
        ("900 bars", None),
    ],
)
def test_a_number_of_bars_is_read(prompt, bars):
    assert understood(prompt).get("bars") == bars


def test_tempo_words_are_read():
    assert understood("a march at 72 bpm")["tempo"] == 72
    assert understood("an allegro in D")["tempo"] == 138
    assert understood("a slow tune")["tempo"] < 110 < understood("a quick tune")["tempo"]


def test_h_is_b_and_it_is_said():
    assert (understood("in H minor")["key"], understood("in H minor")["mode"]) == ("B", "minor")
    assert "H is the German name of the note B" in german_key_words("in H minor")
    assert understood("in h-Moll") == {"key": "B", "mode": "minor"}
    assert understood("Fis-Dur")["key"] == understood("in F#")["key"]
    assert understood("in B-Dur")["key"] == understood("in Bb")["key"]
    assert german_key_words("in B minor") == "" and "key" not in understood("in Hamburg")


@pytest.mark.parametrize(
    ("prompt", "unused"),
    [
        ("a happy jig in D", []),
        ("slow blues in 12 bars", []),
        ("techno", []),
        ("techno elephants", ["elephants"]),
        ("purple elephants", ["purple", "elephants"]),
        ("a march on the violin with drums and bass", []),
        ("an unfinished AABA reel of 16 bars with an upbeat", []),
        ("a tune in the key of F sharp", []),
        ("900 bars", ["900", "bars"]),
    ],
)
def test_words_that_choose_nothing_are_named(prompt, unused):
    assert ENGINE.unused(recipe(prompt)) == unused


def test_words_that_a_setting_overrules_are_named():
    assert ENGINE.unused(recipe("a slow jig", tempo=200)) == ["slow"]
    assert ENGINE.unused(recipe("a tune in 4/4", metre="3/4")) == ["4/4"]
    assert ENGINE.unused(recipe("a jig with drums", band="folk")) == ["drums"]
    assert ENGINE.unused(recipe("a jig without a band", band="folk")) == ["without", "band"]
    assert ENGINE.unused(recipe("a jig in 8 bars", kind_of_tune="jig", bars=8)) == []
    assert ENGINE.unused(recipe("a slow jig", start="1 2 3")) == []


@pytest.mark.parametrize("prompt", ["0 bars", "10,000 bars of march", "65 bars", "no bars"])
def test_a_length_that_cannot_be_is_said(prompt):
    assert "A tune has 1 to 64 bars" in ENGINE.without_effect(recipe(prompt))


def test_kinds_that_the_model_was_not_taught_say_how_they_are_written():
    assert "blues scale" in ENGINE.without_effect(recipe("slow blues in 12 bars"))
    assert ENGINE.without_effect(recipe("a house on a hill")) == ""
    assert wishes("a rock tune")["kind_of_music"] == wishes("rock")["kind_of_music"] == "rock"
    assert "kind_of_music" not in wishes("a rock by the sea")


def test_a_band_is_wished_for_in_words_and_can_be_declined():
    assert wishes("a jig with drums and bass")["band"] == wishes("techno")["band"] == "fitting"
    assert "band" not in wishes("techno without drums") and "band" not in wishes("a jig")


def test_words_ask_for_a_form_an_open_end_and_an_upbeat():
    found = wishes("an unfinished AABA reel with an upbeat")
    assert (found["plan"], found["ending"], found["upbeat"]) == ("AABA", "open", True)
    assert wishes("question and answer")["plan"] == "question and answer"
    assert wishes("a very long jig")["bars"] == 32 and "bars" not in wishes("a long way home")


def test_a_tune_has_the_bars_that_were_asked_for_and_says_the_rest():
    slow = make_tune("slow blues in 12 bars", seed=5)
    assert slow.message.startswith("Blues is not among the kinds")
    assert slow[0].recipe.settings["bars"] == 12
    again = next(ENGINE.create(slow[0].recipe))
    assert again.content == slow[0].content
    other = make_tune("purple elephants", seed=5)
    assert other[0].content != slow[0].content and "purple, elephants" in other.message


def test_a_track_has_the_bars_the_style_and_the_speed_that_were_asked_for():
    style = "bossa"
    made = make_backing(f"C G Am F slow {style} in 12 bars", count=1, seed=1, intro=False)
    assert made.message == "" and made[0].recipe.settings["style"] == style
    usual = make_backing("C G Am F", count=1, seed=1, style=style, intro=False)
    assert made[0].recipe.settings["tempo"] < usual[0].recipe.settings["tempo"]
    again = next(BackingEngine().create(made[0].recipe))
    assert read_midi(again.content) == read_midi(made[0].content)
    assert make_backing("C G techno", count=1, seed=1)[0].recipe.settings["style"] == "techno"
    assert "skiffle" in make_backing("C G skiffle", count=1, seed=1).message


def test_bars_repeat_the_line_and_cut_it_where_they_are_full():
    asked = read_asked("C G Am F in 6 bars", style_names())
    names = [bar[0].name for bar in stretched(asked.line, asked.bars).bars]
    assert names == ["C", "G", "Am", "F", "C", "G"]
    assert read_asked("C | G/B | Am F", style_names()).line == read_line("C | G/B | Am F")


def test_the_sentence_names_a_few_and_counts_the_others():
    assert no_use_for([]) == ""
    assert no_use_for("a b c d e f g h".split()).endswith("f and 2 more.")
    assert left_over("red green", lambda text: {"red": 1} if "red" in text else {}) == ["green"]


def test_arguments_without_effect_are_named():
    from course_utils import bring_rhythm, bring_tune, edit_tune, vary_tune

    tune = bring_tune("C D E F G2 G2 A A A A G4")
    assert tune.message == "" or "no use" not in tune.message
    midi = bring_tune(tune[0].content, tempo=60)
    assert midi and "no use for: tempo" in midi.message
    assert "no use for: tempo" in bring_rhythm([0.0, 0.5, 1.0, 1.5], tempo=60).message
    assert "no use" not in bring_rhythm("long short", tempo=60).message
    assert "add=" in edit_tune(tune, at=2.0).message
    assert "no use for: near" in vary_tune(tune, keep="notes", near=0.9, count=1, seed=1).message
