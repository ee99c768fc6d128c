"""Inside the note model: odds of the next note, a panel to branch in, what control tokens change,
and the studio's rows for its abilities.
"""

from __future__ import annotations

import re

import pytest

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.music import tokens as tokens
from course_utils.music.inside import (
    Begun,
    begin_melody,
    begun_from,
    compare_tunes,
    keyboard_svg,
    next_notes,
)
from course_utils.portfolio.store import Portfolio
from course_utils.scores.midi import read_midi


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "made"))


@pytest.fixture(scope="module")
def reel() -> Creation:
    return next(
        iter(
            engine_for("tune").create(
                Recipe(
                    kind="tune",
                    prompt="a reel in D major",
                    seed=5,
                    settings={"bars": 4, "kind_of_tune": "reel"},
                )
            )
        )
    )


def test_the_odds_add_up_and_fit_the_bar():
    odds = next_notes(begin_melody("waltz", "G", "major").with_note(7, 24))
    assert sum(share for _, share in odds.pitches) == pytest.approx(1) and sum(
        share for _, share in odds.lengths
    ) == pytest.approx(1)
    assert all(length <= 12 for length, _ in odds.lengths)  # one crotchet is left of three
    inside = sum(
        share
        for pitch, share in odds.pitches
        if pitch is not None and (pitch - 55) % 12 in tokens.SCALES["major"]
    )
    assert inside > 0.85


def test_the_odds_are_the_models_own_and_change_with_what_came_before():
    one, other = (
        next_notes(begin_melody("jig", "D").with_note(pitch, 6)).pitches for pitch in (0, 14)
    )
    assert one[0][0] != other[0][0] or abs(one[0][1] - other[0][1]) > 0.01
    begun = begin_melody("jig", "D").with_note(0, 6)
    raw = engine_for("tune").odds(begun.tokens())
    found = dict(next_notes(begun).pitches)
    straight = {p: raw[tokens.NUMBER[f"PITCH {p}"]] for p in range(-12, 24)}
    best = max(straight, key=straight.get)
    assert found[best + tokens.home_of("D")] >= straight[best] - 1e-6


def test_choosing_branches_and_the_tokens_are_as_the_model_learned_them(reel):
    odds = next_notes(reel, notes=5)
    begun = odds[2]
    assert len(begun.notes) == 6 and begun.notes[:5] == begun_from(reel, 5).notes
    whole = begun_from(reel, 64)
    assert (
        tokens.read_bars([tokens.VOCABULARY[n] for n in whole.tokens()][6:])[:4]
        == tokens.decode([int(n) for n in reel.recipe.settings["notes"].split()]).bars
    )


def test_the_keyboard_says_what_it_shows():
    odds = next_notes(begin_melody("jig", "D").with_note(0, 6))
    drawn = keyboard_svg(odds)
    assert 'role="img"' in drawn and odds.rows()[0][0] in drawn and "<script" not in drawn
    assert re.search(r"<table>.*<caption>Bar 1 of 8", odds._repr_html_(), re.S) and "1. " in repr(
        odds
    )


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: begin_melody("tango"),
        lambda: begin_melody(key="H"),
        lambda: begin_melody(metre="5/4"),
        lambda: begin_melody(bars=0),
        lambda: begin_melody(mode=3),
        lambda: next_notes(show=0),
        lambda: next_notes(begin_melody(bars=1).with_note(0, 36)),
        lambda: next_notes(begin_melody())[99],
    ],
)
def test_wrong_questions_get_a_sentence(wrong):
    with pytest.raises(LearnerError):
        wrong()


def test_a_melody_begun_becomes_a_tune_of_full_bars():
    begun = Begun(notes=(tokens.TuneNote(0, 6),) * 8)
    assert [sum(n.length for n in bar) for bar in begun.tune().bars] == [36, 36]


def test_another_control_token_changes_the_tune_of_the_same_seed():
    same = compare_tunes(seed=3, bars=4, mode=["major", "minor"])
    assert [tune.recipe.settings["mode"] for tune in same.tunes] == [
        "major",
        "minor",
    ] and same.tunes[0].recipe.seed == same.tunes[1].recipe.seed
    assert same.tunes[0].content != same.tunes[1].content
    assert "in the same place" in same.told and len(Portfolio().list("tune")) == 2
    assert (
        compare_tunes(seed=3, bars=4, metre=["6/8", "3/4"]).tunes[1].recipe.settings["metre"]
        == "3/4"
    )
    for wrong in (
        {},
        {"key": ["D"]},
        {"key": ["D", "E"], "mode": ["major", "minor"]},
        {"colour": ["red", "blue"]},
        {"key": ["D", "H"]},
    ):
        with pytest.raises(LearnerError):
            compare_tunes(**wrong)


def test_the_panel_branches_keeps_and_goes_back(reel):
    from course_utils.music.odds_panel import NoteOddsPanel

    panel = NoteOddsPanel(reel, notes=4)
    assert "likeliest next note" in panel.status.value and "<svg" in panel.picture.value
    panel.choose(0)
    first = panel.state
    panel.undo()
    panel.choose(1)
    assert panel.state.notes[:4] == first.notes[:4] and panel.state != first
    assert len(panel.branches.options) == 2
    panel.branches.value = next(label for label, one in panel._seen.items() if one == first)
    panel.go_to_branch()
    assert panel.state == first
    panel.draw()
    assert len(panel.state.notes) == 6
    panel.keep()
    kept = Portfolio().list("tune")[0].creation
    assert "note by note" in kept.recipe.prompt and "chose 6 notes" in kept.edits[0].what
    empty = NoteOddsPanel()
    empty.undo()
    assert "nothing to undo" in empty.status.value
    empty.keep()
    assert "no notes to keep" in empty.status.value
    assert all(
        getattr(control, "description", "x")
        for control in (panel.kind_of_tune, panel.key, panel.mode, panel.length, panel.branches)
    )


def test_the_panel_shows_what_one_token_changes():
    from course_utils.music.odds_panel import NoteOddsPanel

    panel = NoteOddsPanel()
    panel.token.value = "Metre"
    assert (panel.first.value, panel.second.value) == ("6/8", "4/4")
    panel.compare()
    assert (
        panel.compared.value.count("<figure") == 2
        and "metre 4/4" in panel.compared.value
        and "with 4/4" in panel.status.value
    )
    kept = {one.creation.recipe.settings["metre"] for one in Portfolio().list("tune")[:2]}
    assert kept == {"6/8", "4/4"}
    panel.second.value = "6/8"
    panel.compare()
    assert "Both are the same" in panel.status.value


def test_instruments_of_the_tune_studio_are_chosen_by_picture():
    from course_utils.music.prompt_reading import INSTRUMENTS
    from course_utils.music.studio import TuneStudio

    studio = TuneStudio(seed=3)
    assert [value for _, value in studio.instrument.options] == ["any", *INSTRUMENTS]
    pictures = studio.instrument.as_told()["pictures"]
    assert all(address.startswith("data:image/svg+xml") for address, _ in pictures)
    studio.instrument.hear({"place": 1 + list(INSTRUMENTS).index("harp")}, [])
    assert studio.settings()["instrument"] == "harp" and "Instrument: harp." in studio.status.value


# The studio's rows and the same without widgets


def finished(studio):
    assert studio.wait(240), "the studio did not finish"
    return studio.status.value


def test_every_row_of_the_studio_works_on_the_chosen_tune(reel):
    from course_utils.music.studio import TuneStudio

    Portfolio().save(reel)
    studio = TuneStudio(tune=reel)
    for press, task in (
        ("continue_tune", "write"),
        ("fill_gap", "fill"),
        ("change_tune", "vary_notes"),
        ("answer_phrase", "answer"),
        ("harmonise", "harmonise"),
        ("suggest_chords", "chords"),
    ):
        studio.gap_from.value, studio.gap_to.value, studio.phrase.value = 2, 3, 2
        getattr(studio, press)()
        said = finished(studio)
        assert "ready" in said, (press, said)
        assert (
            len(studio.results) == 4
            and studio.results[0].recipe.settings["task"] == task
            and studio.results[0].recipe.parent == reel.id
        )
    assert "Chords of candidate 1" in said
    studio.get_band()
    assert "ready" in finished(studio) and studio.results[0].kind == "backing"
    studio.vary(0)
    assert "cannot be varied here" in finished(studio)


def test_the_studio_says_what_is_missing():
    from course_utils.music.studio import TuneStudio

    studio = TuneStudio()
    studio.harmonise()
    assert "no tune to work on" in finished(studio)


def test_the_lines_without_widgets_do_the_same(reel):
    from course_utils.music import calls as lines

    Portfolio().save(reel)
    assert len(lines.continue_tune(reel, bars=2, count=2)) == 2
    assert lines.fill_gap(reel, 2, 3, count=1)[0].recipe.settings["gap_bars"] == 2
    assert lines.vary_tune(reel, keep="notes", count=1) and lines.answer_phrase(
        reel, bars=2, count=1
    )
    chords = lines.suggest_chords(reel, count=1, seed=2)
    assert chords.message.startswith("Candidate 1: ") and "Chords: " in repr(chords)
    band = lines.band_for(chords, count=1)
    assert (
        band[0].kind == "backing"
        and band[0].recipe.prompt == lines.chords_of(chords)
        and band[0].recipe.settings["with_tune"]
    )
    assert "in 4 parts (soprano, alto, tenor, bass)" in repr(lines.harmonise(reel, count=1))
    typed = lines.answer_phrase("C D E C E F G2", bars=2, count=1)
    assert typed[0].recipe.settings["metre"] == "4/4" and typed[0].recipe.settings["key"] == "C"
    for wrong in (
        lines.fill_gap(reel, 3, 2),
        lines.fill_gap(reel, 1, 4),
        lines.vary_tune(reel, keep="peace"),
        lines.continue_tune(reel, bars=0),
        lines.continue_tune("a tune", bars="x"),
        lines.band_for(reel, style="polka metal"),
        lines.fill_gap(reel, True, 2),
    ):
        assert not wrong and wrong.message


def test_music_from_words_needs_a_model(monkeypatch):
    from course_utils.music import calls as lines

    monkeypatch.delenv("COURSE_SOUND_MODEL", raising=False)
    lines.sound_engine.cache_clear()
    assert "COURSE_SOUND_MODEL" in lines.music_from_words("a calm tune").message


def test_a_band_takes_its_chords_from_the_model_for_a_tune(reel):
    from course_utils.music.backing_studio import BackingStudio
    from course_utils.scores.chords import read_line

    studio = BackingStudio("C G", seed=5, tune=reel)
    studio.style_name.value = "waltz"
    studio.find_chords()
    assert (
        len(read_line(studio.prompt.value).bars) == 4
        and "Chords for your tune" in studio.status.value
    )
    assert studio.style_name.value == "folk" and studio.on_top.value  # a reel has four beats
    studio.generate()
    assert "4 tracks are ready" in finished(studio)
    assert all(
        "tune" in [part.name for part in read_midi(made.content).parts] for made in studio.results
    )


def test_a_band_studio_without_a_tune_says_what_is_missing():
    from course_utils.music.backing_studio import BackingStudio

    studio = BackingStudio("C G", seed=5)
    studio.find_chords()
    assert "tune is still needed" in studio.status.value and studio.prompt.value == "C G"


def test_earlier_gives_the_newest_or_makes_one(reel):
    from course_utils import earlier

    Portfolio().save(reel)
    assert earlier("tune", "a jig").id == reel.id
    assert "Choose one of" in earlier("film", "a jig").message
