"""Ornaments stand where their style has them, are grace notes on paper, and change no melody."""

from __future__ import annotations

import io

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.music.engine import MODEL, TuneEngine, start_settings, tune_engine
from course_utils.music.form.ornaments import (
    AS_USUAL,
    MANY,
    PLAIN,
    ornament_styles,
    ornaments,
    said_of,
)
from course_utils.music.form.wishes import wishes
from course_utils.music.score_to_tokens import tune_from_score, tune_of
from course_utils.provenance.shared_note_runs import notes_of
from course_utils.scores import edits
from course_utils.scores.description import describe
from course_utils.scores.graces import folded, without_graces
from course_utils.scores.midi import pack, read_midi, unpack, write_midi
from course_utils.scores.musicxml.files import pack as pack_sheet
from course_utils.scores.score import Note, Score
from course_utils.taste.traits_tunes import measured

ENGINE = TuneEngine()


def made(prompt: str = "a reel in D", seed: int = 4, **settings):
    asked = Recipe(kind="tune", prompt=prompt, seed=seed, settings={"bars": 16, **settings})
    return next(ENGINE.create(asked))


@pytest.fixture(scope="module")
def reel():
    return made()


def test_a_reel_has_cuts_and_rolls_and_its_melody_is_the_plain_one(reel):
    score = read_midi(reel.content)
    plain = made(ornaments=PLAIN)
    assert reel.recipe.settings["ornaments"] == "irish"
    assert any(note.grace for note in score.notes)
    assert tune_of(reel) == tune_of(plain)
    assert without_graces(score) == read_midi(plain.content)
    assert without_graces(read_midi(plain.content)) == read_midi(plain.content)


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("a jig", "irish"),
        ("a strathspey", "scottish"),
        ("a minuet", "baroque"),
        ("klezmer", "klezmer"),
        ("blues", "blue"),
        ("a slow air", "slow air"),
        ("a waltz", PLAIN),
        ("techno", PLAIN),
        ("a jig without ornaments", PLAIN),
        ("a waltz with many ornaments", f"slow air, {MANY}"),
        ("a reel with many trills", f"irish, {MANY}"),
    ],
)
def test_each_kind_has_the_ornaments_of_its_style(prompt, style):
    tune = made(prompt, band="none")
    assert tune.recipe.settings["ornaments"] == style
    graces = sum(note.grace for note in read_midi(tune.content).notes)
    assert (graces > 0) == (style != PLAIN)


def test_grace_notes_take_time_from_their_note_and_from_no_other(reel):
    notes = read_midi(reel.content).notes
    main, graces = folded(read_midi(reel.content))
    for before, after in zip(main.notes, main.notes[1:]):
        assert before.start + before.length <= after.start + 1e-6
    for (_, start, pitch), before in graces.items():
        whole = next(one for one in main.notes if one.start == start and one.pitch == pitch)
        left = next(one for one in notes if not one.grace and one.pitch == pitch and
                    whole.start < one.start < whole.start + whole.length)  # fmt: skip
        assert left.length >= whole.length / 2 - 1e-6 and len(before) in (1, 2, 3, 4, 5)
    longest = max(note.length for note in notes if note.grace) * 60 / 220
    assert 0.02 < longest < 0.12


def test_recipes_give_the_same_notes_and_older_ones_have_no_ornaments(reel):
    assert next(ENGINE.create(reel.recipe)).content == reel.content
    older = {name: v for name, v in reel.recipe.settings.items() if name != "ornaments"}
    recipe = reel.recipe.model_copy(update={"settings": older})
    assert recipe.model == MODEL
    assert not any(note.grace for note in read_midi(next(ENGINE.create(recipe)).content).notes)


def test_a_bar_that_comes_back_has_its_ornaments_again():
    tune = made("a jig AABA in 16 bars")
    score = read_midi(tune.content)
    bar = score.bar_length

    def rows(first: int) -> list:
        inside = [n for n in score.notes if first * bar <= n.start < (first + 3) * bar]
        return [(round(n.start - first * bar, 3), n.pitch, n.grace) for n in inside]

    assert rows(0) == rows(4) == rows(12)


def test_ornaments_survive_a_file_and_stand_as_grace_notes_in_musicxml(reel):
    again = unpack(pack(reel))
    assert read_midi(again.content) == read_midi(reel.content)
    assert [n.grace for n in read_midi(again.content).notes] == [
        n.grace for n in read_midi(reel.content).notes
    ]
    music21 = pytest.importorskip("music21")
    sheet = music21.converter.parse(pack_sheet(reel).decode(), format="musicxml")
    written = list(sheet.recurse().notes)
    main, graces = folded(read_midi(reel.content))
    small = [n for n in written if n.duration.isGrace]
    assert [n.pitch.midi for n in small] == [p for ps in graces.values() for p in ps]
    plain = [n for n in sheet.stripTies().recurse().notes if not n.duration.isGrace]
    assert [n.pitch.midi for n in plain] == [n.pitch for n in main.notes]


def test_ornaments_are_seen_on_the_roll_and_told(reel):
    shown, score = figure_html(reel), read_midi(reel.content)
    graces = sum(note.grace for note in score.notes)
    assert f"and {graces} grace note" in describe(reel) and "ornament" in shown
    assert shown.count("#7d3c98") == graces


def test_the_desk_can_change_grace_notes_and_the_rest_stays(reel):
    score = read_midi(reel.content)
    place = next(n for n, note in enumerate(score.notes) if note.grace)
    assert "grace note" in edits.told(score, place)
    higher, at = edits.changed(score, place, up=1)
    assert higher.notes[at].grace and higher.notes[at].pitch == score.notes[place].pitch + 1
    main, graces = folded(read_midi(write_midi(higher)))
    assert len(main.notes) == len(folded(score)[0].notes) and len(graces) == len(folded(score)[1])
    away, at = edits.changed(score, place, later=8.0)  # nothing follows it: a note like any other
    assert len(folded(away)[0].notes) == len(main.notes) + 1
    gone, _ = edits.without(score, place + 1)
    assert folded(gone)[0].notes
    own = edits.edited(reel, higher, "changed a note")
    assert any(note.grace for note in read_midi(own.content).notes)
    assert tune_from_score(read_midi(own.content)).bars


def test_what_is_worked_on_keeps_its_ornaments(reel):
    assert start_settings(reel)["ornaments"] == "irish"
    plain = made(ornaments=PLAIN)
    assert start_settings(plain)["ornaments"] == PLAIN
    asked = reel.recipe.changed(
        settings={**start_settings(reel), "task": "vary_notes", "near": 0.8, "plan": "any"}
    )
    assert any(n.grace for n in read_midi(next(tune_engine().create(asked)).content).notes)


def test_what_is_compared_and_measured_is_the_melody_without_its_ornaments(reel):
    plain = made(ornaments=PLAIN)
    assert measured(reel) == measured(plain)
    assert notes_of(reel) == notes_of(plain)


def test_a_grace_note_alone_is_an_ordinary_note():
    score = Score((Note(0, 0.1, 60, 80, 0, True), Note(2, 1, 62, 80)), 100, (4, 4), 0, "C")
    main, graces = folded(score)
    assert len(main.notes) == 2 and not graces and not any(note.grace for note in main.notes)


def test_words_ask_for_ornaments():
    assert said_of("a jig with grace notes") == AS_USUAL and said_of("a jig") == ""
    assert wishes("a minuet with many trills")["ornaments"] == MANY
    assert ENGINE.unused(Recipe(kind="tune", prompt="a jig with many ornaments")) == []
    assert ENGINE.unused(Recipe(kind="tune", prompt="a jig without trills")) == []


def test_the_table_is_readable_and_wrong_wishes_get_a_sentence():
    assert len(ornaments().ornament) >= 8 and len(ornament_styles()) >= 6
    assert all(len(one.about) > 15 for one in ornaments().ornament)
    with pytest.raises(LearnerError, match="no ornaments here"):
        made(ornaments="fireworks")


def test_a_midi_file_with_ornaments_is_a_plain_midi_file_to_others(reel):
    import mido

    file = mido.MidiFile(file=io.BytesIO(pack(reel)))
    struck = [m for track in file.tracks for m in track if m.type == "note_on" and m.velocity]
    assert len(struck) == len(read_midi(reel.content).notes)
