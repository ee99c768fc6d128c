"""Words under a tune: one note a syllable, stresses on strong beats, in sheets and MusicXML."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.music.calls import sing
from course_utils.music.engine import TuneEngine
from course_utils.music.form.dynamics import stress
from course_utils.music.form.singing import best_places, segments_for, set_words, sounding
from course_utils.music.score_to_tokens import tune_of
from course_utils.scores.engraving import can_engrave, sheet_svg
from course_utils.scores.lyrics import lyrics_of
from course_utils.scores.midi import read_midi
from course_utils.scores.musicxml import files as musicxml
from course_utils.words.syllables import Syllable, cut, sung_lines, syllables_of

ENGINE = TuneEngine()
STAR = "Twinkle, twinkle, little star,\nHow I wonder what you are!"


def made(prompt: str = "an air", lyrics: str = STAR, seed: int = 5, **settings):
    asked = Recipe(kind="tune", prompt=prompt, seed=seed, settings={"lyrics": lyrics, **settings})
    return next(iter(ENGINE.create(asked)))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        (whole.replace("-", ""), whole)
        for whole in (
            "won-der-ful lit-tle stars a-gain makes jumped wan-ted ap-ples ba-na-na i-de-a qui-et"
            " mor-ning but-ter-fly Доб-рый 静-か-な きょ-う خواب"
        ).split()
    ],
)
def test_words_are_cut_into_syllables(word, parts):
    assert "-".join(one.text for one in syllables_of(word)) == parts


def test_no_letter_is_lost_and_stress_comes_from_the_dictionary():
    for word in "wonderful “Quiet,” poetry Beautiful! nothing’s strengths yellow aeiou".split():
        assert "".join(cut(word)) == word == "".join(one.text for one in syllables_of(word))
    assert [one.stress for one in syllables_of("banana")] == [0, 2, 0]
    assert [one.stress for one in syllables_of("the")] == [0]
    assert sung_lines("# Title\n\n1. a line — of words\n---") == [
        [*syllables_of("Title")], [*syllables_of("a"), *syllables_of("line—"),
         *syllables_of("of"), *syllables_of("words")]
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_every_syllable_has_one_note_in_order(seed):
    creation = made(seed=seed)
    score = read_midi(creation.content)
    voice = [note for note in score.notes if score.parts[note.part].name == "voice"]
    words = lyrics_of(creation, score)
    assert len(voice) == len(words) == 14 and creation.recipe.settings["unsung"] == ""
    assert [one.text for one in words][:4] == ["Twin", "kle,", "twin", "kle,"]
    assert [one.place for one in words][:3] == ["begin", "end", "begin"]
    assert all(a.start + a.length <= b.start + 1e-6 for a, b in zip(voice, voice[1:]))
    tune = tune_of(creation)
    starts = {round(note.start, 4) for note in score.notes if score.parts[note.part].name == "tune"}
    assert all(round(note.start, 4) in starts for note in voice)
    assert {(n.pitch - tune.home) % 12 for n in voice} <= {
        note.semitones % 12 for _, note, _ in sounding(tune)
    }


def test_stressed_syllables_stand_on_strong_beats():
    strong, weak = [], []
    for seed in range(12):
        creation = made("a march", seed=seed, bars=8)
        tune = tune_of(creation)
        form = [("A", 4), ("B", 4)]
        words = set_words(tune, STAR, form)
        places = [clock for clock, _, _ in sounding(tune)]
        for note, syllable in zip(words.notes, words.syllables):
            row = strong if syllable.stress == 2 else weak
            row.append(stress(places[note], tune.metre))
    assert sum(strong) / len(strong) > sum(weak) / len(weak) + 3


def test_a_line_takes_the_notes_that_suit_it():
    line = [Syllable("a", 0), Syllable("gain", 2)]
    weak, strong = (-5, 6), (12, 12)
    assert best_places(line, [weak, strong]) == [0, 1]
    assert best_places(line, [weak, weak, strong, weak][:3]) == [1, 2]
    assert segments_for([line, line], [0, 0, 0, 1, 1], [("A", 1), ("B", 1)], 2) == [
        [0, 1, 2],
        [3, 4],
    ]
    assert (
        segments_for([line, line * 2], [0, 0, 0, 0, 1, 1, 1], [("A", 1), ("B", 1)], 2)[1][-1] == 6
    )


def test_more_words_than_notes_are_sung_as_far_as_they_go_and_the_rest_is_named():
    long = "\n".join([STAR] * 8)
    creation = made(lyrics=long, bars=4)
    seen = creation.recipe.settings
    assert len(seen["sung"].split()) == len(list(sounding(tune_of(creation))))
    assert seen["unsung"].endswith("are!")
    assert "not sung" in ENGINE.left_out([creation])
    assert made(lyrics=long).recipe.settings["unsung"] == ""  # as many bars as the words need


@pytest.mark.parametrize(
    ("lyrics", "says"),
    [
        ("x" * 2000, "limit"),
        ("<b>la</b>", "web code"),
        ("— !? …", "no words|letters|Nothing"),
    ],
)
def test_words_that_cannot_be_sung_get_a_sentence(lyrics, says):
    with pytest.raises(LearnerError, match=says):
        made(lyrics=lyrics)
    with pytest.raises(LearnerError, match="one voice"):
        start = made(lyrics="").recipe.settings["notes"]
        made(task="harmonise", start=start, lyrics="la la")


def test_other_scripts_are_sung_and_what_cannot_be_cut_is_said():
    creation = made(lyrics="静かな夜に\n星が光る")
    assert creation.recipe.settings["sung"].split()[:3] == ["静", "か", "な"]
    assert ENGINE.left_out([creation]) == ""
    assert "script" in ENGINE.left_out([made(lyrics="شب آرام است")])


def test_sheet_and_musicxml_hold_the_words():
    creation = made("a waltz with a band")
    root = Tree.fromstring(musicxml.pack(creation).split(b"\n", 2)[2])
    found = [one.findtext("text") for one in root.iter("lyric")]
    assert found == [one.text for one in lyrics_of(creation, read_midi(creation.content))]
    assert [one.findtext("syllabic") for one in root.iter("lyric")][:2] == ["begin", "end"]
    assert musicxml.unpack(musicxml.pack(creation)) == creation
    assert "Sung: Twinkle, twinkle, little star," in figure_html(creation)
    if can_engrave():
        assert "Twin" in sheet_svg(creation)


def test_a_tune_of_ones_own_and_a_writing_are_sung_together(tmp_path, monkeypatch):
    from course_utils import bring_tune, make_words

    tune = bring_tune("C C G G A A G2 F F E E D D C2")
    sung = sing(tune, STAR)
    assert sung.message == "" and sung[0].recipe.settings["sung"].startswith("Twin- kle,")
    score = read_midi(sung[0].content)
    voice = [note.pitch for note in score.notes if score.parts[note.part].name == "voice"]
    assert [pitch % 12 for pitch in voice] == [0, 0, 7, 7, 9, 9, 7, 5, 5, 4, 4, 2, 2, 0]
    assert "Make one first" in sing(tune).message or "text" in sing(tune).message
    assert make_words is not None
