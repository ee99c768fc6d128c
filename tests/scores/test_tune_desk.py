"""Notes changed by hand: the desk with its buttons, and the same in one line."""

from __future__ import annotations

import pytest
from test_tune_files import ABC, humming, star

from course_utils import bring_rhythm, bring_tune, edit_tune, files, show_score, take_tune
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.music import score_editor as tune_desk
from course_utils.notebook import browser_parts as page_parts
from course_utils.notebook.face.parts import Button, all_inside
from course_utils.portfolio.store import Portfolio
from course_utils.scores import edits as tune_edits
from course_utils.scores.description import describe
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.note_names import to_text
from course_utils.scores.score import BROUGHT_TUNE, Note, Part, Score


def notes(creation) -> str:
    return to_text(read_midi(creation.content).notes)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(tune_desk, "SAVE_AFTER", 0.01)
    made = tune_desk.TuneDesk(star())
    yield made
    made.wait(60)


def press(desk, name: str) -> None:
    """Press a button by its name, wherever it is."""
    found = [one for one in all_inside(desk) if isinstance(one, Button) and one.description == name]
    assert len(found) == 1, name
    found[0].click()


def test_a_note_is_moved_made_longer_deleted_and_added_and_undo_leads_back(desk):
    before = notes(desk.chosen)
    press(desk, "Note after")
    for name in ("Up", "Up", "Longer"):
        press(desk, name)
    assert (
        read_midi(desk.chosen.content).notes[1].pitch == 62
        and read_midi(desk.chosen.content).notes[1].length == 1.5
    )
    assert "2. bar 1, beat 2: D 4, 1.5 beats" in desk.status.value
    press(desk, "Delete note")
    assert len(read_midi(desk.chosen.content).notes) == 13
    press(desk, "Add a note")
    press(desk, "Later")
    assert len(read_midi(desk.chosen.content).notes) == 14
    for _ in range(6):
        press(desk, "Undo")
    assert notes(desk.chosen) == before
    press(desk, "Undo")
    assert "nothing to undo" in desk.status.value


def test_every_change_is_on_the_disk_and_the_tune_it_came_from_stays(desk):
    original = desk.chosen
    press(desk, "Up")
    press(desk, "Later")
    desk.wait(60)
    kept = Portfolio().list("tune")
    # one file, written over
    assert [saved.creation.content for saved in kept] == [desk.chosen.content]
    assert (
        desk.chosen.recipe.parent == original.id
        and desk.chosen.recipe.model == BROUGHT_TUNE
        and original.recipe.model == "course-tunes"
    )
    assert [edit.what for edit in desk.chosen.edits] == [
        "changed a note by hand",
        "changed a note by hand",
    ]
    assert kept[0].path.with_suffix(".wav").exists() and "<audio" in desk.player.value


def test_numbers_typed_into_the_fields_do_the_same(desk):
    desk.pitch.value = 67
    desk.start.value = 0.5
    desk.length.value = 0.5
    note = read_midi(desk.chosen.content).notes[desk.note.value]
    assert (note.start, note.length, note.pitch) == (0.5, 0.5, 67)


def test_what_cannot_be_is_told_and_changes_nothing(desk):
    before = desk.chosen
    press(desk, "Earlier")
    assert 'role="alert"' in desk.status.value and desk.chosen is before
    desk.length.value = 0.5
    changed = desk.chosen
    press(desk, "Shorter")
    assert desk.chosen is changed and "a twelfth of a beat" in desk.status.value


def test_a_melody_pressed_on_the_keyboard_of_the_screen(desk):
    press(desk, "Begin an empty tune")
    for name in ("G", "B", "Rest", "C above", "F sharp", "Take the last note out"):
        press(desk, name)
    assert notes(desk.chosen) == "G B - c" and desk.chosen.recipe.prompt == "my tune"
    press(desk, "A flat")
    assert notes(desk.chosen) == "G B - c Ab"


def test_text_files_and_rhythms_come_in_and_undo_brings_the_tune_before_back(desk):
    from types import SimpleNamespace

    original = desk.chosen
    desk.words.value = ABC
    press(desk, "Read these notes")
    assert desk.chosen.recipe.prompt == "The Test"
    press(desk, "Up")
    press(desk, "Undo")
    press(desk, "Undo")
    assert desk.chosen is original
    press(desk, "Up")
    assert desk.chosen.id != original.id  # never written into
    press(desk, "Undo")
    desk.upload = SimpleNamespace(value=({"name": "hum.wav", "content": humming(0)},))
    desk.take_upload()
    assert notes(desk.chosen) == notes(original)
    desk.rhythm.value = "long short boom short"
    press(desk, "Use this rhythm")
    assert notes(desk.chosen) == "C2 C G" and "boom" in desk.status.value
    desk.upload = SimpleNamespace(value=({"name": "x.mid", "content": b"MThd"},))
    desk.take_upload()
    assert 'role="alert"' in desk.status.value and notes(desk.chosen) == "C2 C G"


def test_humming_and_taps_arrive_from_the_page(desk):
    desk.microphone.recording = humming(0)
    desk.microphone.version += 1
    assert notes(desk.chosen) == notes(star())
    desk.pad.moments = [9.0, 9.6, 10.2, 10.5, 10.8]
    press(desk, "Use the taps")
    assert notes(desk.chosen).startswith("C C G/ G/") and desk.pad.cleared == 1
    press(desk, "Use the taps") if not desk.pad.moments else None


def test_no_taps_get_a_sentence(desk):
    desk.pad.moments = []
    press(desk, "Use the taps")
    assert "two taps" in desk.status.value


def test_without_anywidget_the_desk_has_boxes_and_a_plain_player(monkeypatch):
    monkeypatch.setattr(page_parts, "ANYWIDGET", False)
    plain = tune_desk.TuneDesk(star())
    assert not hasattr(plain, "pad") and not hasattr(plain, "microphone")
    plain.wait(60)
    assert "<svg" in plain.picture.value and "<audio" in plain.player.value


def test_the_notes_say_how_long_they_sound_so_that_a_line_can_go_with_the_player(desk):
    desk.wait(60)
    told = desk.roll.as_told()
    assert 9 < told["seconds"] < 10 and told["begins"] == 0.0
    assert "C4" in [name for _, name, _ in told["rows"]]
    assert "<svg" in desk.picture.value and "made with AI" in desk.player.value
    desk.view.value = "sheet"
    assert "Sheet music." in desk.picture.value


@pytest.mark.parametrize("view", ["sheet", "bars", "sound", "table"])
def test_every_view_has_words_for_people_who_cannot_see_it(view):
    shown = show_score(star(), view)._repr_html_()
    assert (
        "14 notes in 4 bars of 4/4" in shown
        and "for piano" in shown
        and "rising, then falling, mostly by steps" in shown
    )
    assert "alt=" in shown or "aria-label=" in shown or "<caption>" in shown


def test_one_line_changes_are_new_tunes():
    tune = bring_tune("C D E F G2", title="mine")[0]
    assert notes(edit_tune(tune, 3, up=1)[0]) == "C D F F G2"
    assert notes(edit_tune(tune, 1, delete=True)[0]) == "- D E F G2"
    assert notes(edit_tune(tune, 5, longer=-1)[0]) == "C D E F G"
    assert notes(edit_tune(tune, add="A B")[0]) == "C D E F G2 A B"
    assert notes(edit_tune(tune, up=2)[0]) == "D E F# G A2"
    played = edit_tune(tune, tempo=80, instrument="flute")[0]
    assert "80 beats a minute, for flute" in describe(played) and played.recipe.parent == tune.id
    assert notes(tune) == "C D E F G2" and len(Portfolio().list("tune")) == 7


def test_a_rhythm_of_another_length_than_its_tune_is_said():
    tune = bring_tune("C D E F")[0]
    assert "3 notes, the tune 4: it ends early." in bring_rhythm("x-x-x---", on=tune).message
    assert "5 notes, the tune 4: it begins again." in bring_rhythm("xxxxx", on=tune).message
    assert "the tune" not in bring_rhythm("xxxx", on=tune).message
    assert "Taps that were used: 400 of 450." in bring_rhythm([n / 2 for n in range(450)]).message


def test_words_and_chords_stay_as_long_as_they_are_true():
    parts = (Part("voice", 52), Part("tune", 0))
    score = Score((Note(0, 1, 60, 90, 0), Note(1, 1, 62, 90, 0)), 100, (4, 4), 52, "C", parts)
    settings = {"sung": "star- ry", "chord_line": "C"}
    song = Creation(
        recipe=Recipe(kind="tune", prompt="a song", settings=settings), content=write_midi(score)
    )
    higher = edit_tune(song, 1, up=2)
    assert higher.message == "" and higher[0].recipe.settings == settings
    shorter = edit_tune(song, 1, delete=True, up=2)
    assert shorter.message == "I had no use for: up. Not kept: the words sung to it."
    moved = edit_tune(song, up=2)
    assert moved.message == "Not kept: the names of its chords."
    fewer, _ = tune_edits.without(score, 0)
    again = tune_edits.edited_on(higher[0], fewer, "took out a note")
    assert again.recipe.settings == {"chord_line": "C"} and len(again.edits) == 2


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"note": 99, "up": 1},
        {"note": 0, "up": 1},
        {"note": True, "up": 1},
        {"note": 1, "later": -1},
        {"note": 1, "up": 99},
        {"note": 1, "longer": -5},
        {"longer": 1},
        {"add": "H"},
        {"tempo": 0},
        {"instrument": "kazoo"},
        {"note": "a", "up": 1},
        {"note": 1, "up": "x"},
        {"add": "C", "at": -4},
    ],
)
def test_changes_that_cannot_be_get_a_sentence(change):
    results = edit_tune(star(), **change)
    assert not results and results.message.endswith((".", ")."))


def test_tunes_and_rhythms_by_one_line(tmp_path):
    path = tmp_path / "star.mid"
    path.write_bytes(star().content)
    assert notes(bring_tune(str(path))[0]) == notes(star()) and notes(bring_tune(path)[0]) == notes(
        star()
    )
    assert bring_tune(ABC)[0].recipe.prompt == "The Test"
    assert bring_tune(ABC, title="Mine", tempo=80)[0].recipe.prompt == "Mine"
    assert bring_tune(ABC, tempo=80).message.endswith("I had no use for: tempo.")
    ours = take_tune(bring_tune("C D E")[0]).path
    assert bring_tune(ours, title="Other").message.endswith("I had no use for: title.")
    assert "Not understood: H" in bring_tune("C H D").message
    assert (
        "no file nothing.mid" in bring_tune("nothing.mid").message
        and bring_tune(7).message
        and bring_tune("").message
    )
    assert notes(bring_rhythm("long short short", on=star())[0]) == "C2 C G"
    assert notes(bring_rhythm([0, 0.6, 1.2], on=star())[0]) == "C C G"
    assert (
        bring_rhythm(None).message and bring_rhythm(["a"]).message and bring_rhythm("boom").message
    )


@pytest.mark.parametrize("way", ["midi", "musicxml", "sheet", "wav", "ogg", "mp3"])
def test_taken_away_and_brought_back(way):
    tune = star()
    taken = take_tune(tune, way)
    assert taken.path.parent.name == "to_use" and files.unpack(taken.path) == tune
    back = bring_tune(taken.path)
    assert back[0] == tune and "back with its settings" in back.message


def test_unknown_views_and_ways_get_a_sentence():
    assert (
        "sheet" in show_score(star(), "film").message
        and "midi" in take_tune(star(), "vinyl").message
    )
    assert "still needed" in show_score().message


def test_all_notes_move_with_their_key():
    score = read_midi(star().content)
    assert (
        tune_edits.transposed(score, 2).key == "D"
        and tune_edits.transposed(score, -2).key == "Bb"
        and tune_edits.transposed(tune_edits.transposed(score, 5), -5) == score
    )
    with pytest.raises(LearnerError):
        tune_edits.transposed(score, 60)


def test_notes_are_dragged_added_and_deleted_on_the_grid(tmp_path):
    desk = tune_desk.TuneDesk(portfolio=Portfolio(tmp_path))
    assert desk.roll.notes[0] == [0.0, 1.0, 60] and desk.roll.rows[0][2] in (True, False)
    assert desk.roll.layout.display == "" and desk.picture.layout.display == "none"
    desk.roll.hear({"what": "choose", "place": 2}, [])
    assert desk.roll.chosen == 2 and desk.note.value == 2
    desk.roll.hear({"what": "move", "place": 2, "beats": 0.5, "semitones": 3}, [])
    assert desk.roll.notes[2] == [2.5, 1.0, 67] and "3. bar 1, beat 3.5: G 4" in desk.status.value
    desk.roll.hear({"what": "stretch", "place": 2, "beats": 0.5}, [])
    assert desk.roll.notes[2][1] == 1.5
    count = len(desk.roll.notes)
    desk.roll.hear({"what": "add", "beats": 8.0, "semitones": 72}, [])
    assert len(desk.roll.notes) == count + 1 and [8.0, 1.0, 72] in desk.roll.notes
    desk.roll.hear({"what": "delete", "place": desk.roll.chosen}, [])
    assert len(desk.roll.notes) == count
    desk.undo()
    assert len(desk.roll.notes) == count + 1
    desk.view.value = "table"
    assert desk.roll.layout.display == "none" and desk.picture.layout.display == ""


@pytest.mark.parametrize(
    "message",
    [
        {"what": "move", "place": 99, "beats": 1},
        {"what": "move", "place": 0, "beats": float("nan")},
        {"what": "move", "place": 0, "beats": 1e9},
        {"what": "move", "place": "0", "beats": 1},
        {"what": "burn", "place": 0},
        {"what": "move", "place": 0, "semitones": "3"},
        {},
    ],
)
def test_odd_messages_from_the_grid_change_nothing(tmp_path, message):
    desk = tune_desk.TuneDesk(portfolio=Portfolio(tmp_path))
    before = list(desk.roll.notes)
    desk.roll.hear(message, [])
    assert desk.roll.notes == before
