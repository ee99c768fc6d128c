"""Backing tracks: chords are read, players keep together, tracks loop,
and nonsense ends in a sentence.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from course_utils import files
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.music.backing_engine import BackingEngine, fitting_styles
from course_utils.music.band.styles import PARTS, read_style, style_names
from course_utils.portfolio.store import Portfolio
from course_utils.scores import description, midi, piano_roll
from course_utils.scores import score as scores
from course_utils.scores import synth as sound
from course_utils.scores.chords import NamedChord, read_line, voiced


def order(chords: str = "C G Am F", seed: int = 3, tune=None, **given_settings) -> list[Creation]:
    return list(
        BackingEngine().create(
            Recipe(kind="backing", prompt=chords, seed=seed, settings=given_settings), tune=tune
        )
    )


def played(creation: Creation) -> scores.Score:
    return midi.read_midi(creation.content)


def read_chord(name: str) -> NamedChord:
    return read_line(name).bars[0][0]


def melody(metre: tuple[int, int] = (4, 4)) -> Creation:
    notes = tuple(scores.Note(float(i), 1.0, 60 + i, 90) for i in range(8))
    return Creation(
        recipe=Recipe(kind="tune", prompt="a climb"),
        content=midi.write_midi(scores.Score(notes, 96.0, metre, 73, "C")),
    )


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("C", (0, 4, 7)),
        ("Am", (9, 0, 4)),
        ("F#m7", (6, 9, 1, 4)),
        ("Bb", (10, 2, 5)),
        ("G7", (7, 11, 2, 5)),
        ("Dsus4", (2, 7, 9)),
        ("Ebdim", (3, 6, 9)),
        ("am", (9, 0, 4)),
        ("B♭", (10, 2, 5)),
    ],
)
def test_chords_mean_what_musicians_mean(name, classes):
    assert read_chord(name).classes == classes


def test_a_slash_chord_has_its_own_bass():
    assert read_chord("C/E").bass == 4 and read_chord("C/E").root == 0
    assert read_chord("C/B").bass == 11 and set(read_chord("C/B").classes) == {0, 4, 7}


def test_lines_are_read_with_bars_repeats_and_all():
    assert [len(bar) for bar in read_line("C G Am F").bars] == [1, 1, 1, 1]
    assert [len(bar) for bar in read_line("C | Am F | % | G7").bars] == [1, 2, 2, 1]
    assert len(read_line("C G x3").bars) == 6


def test_a_chord_not_understood_is_named_and_the_rest_kept():
    line = read_line("C H#m99 G")
    assert line.unknown == ("H#m99",) and len(line.bars) == 2


@pytest.mark.parametrize(
    "line", ["", "   ", "hello there", "|||", "C " * 65, "x" * 4100, "<script>", "\x00"]
)
def test_lines_without_music_end_in_a_sentence(line):
    with pytest.raises(LearnerError, match=r"\.$"):
        read_line(line)


@settings(max_examples=150, deadline=None)
@given(strategies.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        assert read_line(text).bars
    except LearnerError as sentence:
        assert str(sentence).endswith(".")


def test_hands_move_little_between_chords():
    before = voiced(read_chord("C"), ())
    after = voiced(read_chord("Am"), before)
    assert len(set(before) & set(after)) == 2  # C and E stay
    assert all(52 <= pitch <= 76 for pitch in before + after)


@pytest.mark.parametrize("style", style_names())
def test_every_style_plays_in_time_and_in_chord(style):
    track = played(
        order(style=style, looseness=0.0, swing=0.0, intro=False, ending=False, repeats=1)[0]
    )
    bar = read_style(style)["bar"]
    assert {part.name for part in track.parts} == set(PARTS)
    assert max(note.start for note in track.notes) < 4 * bar
    names = [part.name for part in track.parts]
    wanted = [read_chord(name).classes for name in ("C", "G", "Am", "F")]
    for note in track.notes:
        if names[note.part] in ("chords", "pad"):
            assert note.pitch % 12 in wanted[int((note.start + 1e-3) // bar)]
        if names[note.part] == "bass":
            assert 28 <= note.pitch <= 64
    lowest = [
        min(
            (n.start, n.pitch)
            for n in track.notes
            if names[n.part] == "bass" and number * bar - 1e-3 <= n.start < (number + 1) * bar
        )[1]
        % 12
        for number in range(4)
    ]
    assert lowest == [0, 7, 9, 5]  # every bar begins on the root


def test_four_candidates_differ_and_each_can_be_made_again_alone():
    made = order(count=4)
    assert len({creation.content for creation in made}) == 4
    assert (
        order("C G Am F", made[2].recipe.seed, **made[2].recipe.settings)[0].content
        == made[2].content
    )


def test_muted_players_are_silent_and_a_solo_is_alone():
    assert {part.name for part in played(order(mute="drums,pad")[0]).parts} == {"bass", "chords"}
    assert {part.name for part in played(order(solo="bass")[0]).parts} == {"bass"}
    with pytest.raises(LearnerError, match="at least one"):
        order(mute=",".join(PARTS))


def test_swing_moves_the_off_beats_only():
    straight, swung = (
        played(order(style="pop", looseness=0.0, swing=value)[0]) for value in (0.0, 1.0)
    )
    on_beat = {round(n.start, 2) for n in straight.notes if abs(n.start - round(n.start)) < 0.01}
    assert on_beat <= {round(n.start, 2) for n in swung.notes}
    assert {round(n.start % 1, 2) for n in swung.notes} & {0.67} and not {
        round(n.start % 1, 2) for n in straight.notes
    } & {0.67}


def test_instruments_are_the_ones_chosen_and_the_words_say_so():
    made = order(bass_by="tuba", chords_by="harp", pad_by="choir", repeats=1)[0]
    assert {part.name: part.program for part in played(made).parts if not part.drums} == {
        "bass": 58,
        "chords": 46,
        "pad": 52,
    }
    assert "bass on tuba, chords on harp, pad on choir" in description.describe(made)
    left_open = order(repeats=1)[0]
    # only the sound differs
    assert played(left_open) != played(made) and [n.start for n in played(left_open).notes] == [
        n.start for n in played(made).notes
    ]
    with pytest.raises(LearnerError, match="bass_by"):
        order(bass_by="kazoo")


def test_every_instrument_has_a_drawing_with_words_and_a_button(tmp_path):
    from course_utils.music.backing_studio import BackingStudio
    from course_utils.music.band.styles import PLAYED_BY

    studio = BackingStudio("C G", seed=5, portfolio=Portfolio(tmp_path))
    for part, chips in studio.played_by.items():
        assert [value for _, value in chips.options] == ["any", *PLAYED_BY[part]]
        for address, words in chips.as_told()["pictures"]:
            assert address.startswith("data:image/svg+xml") and words.startswith("Drawing of ")
    studio.played_by["chords"].hear({"place": 6}, [])
    assert studio.played_by["chords"].value == "harp"
    assert studio.settings()["chords_by"] == "harp" and "Chords on: harp." in studio.status.value


def test_only_one_player_is_a_button_and_everybody_comes_back(tmp_path):
    from course_utils.music.backing_studio import BackingStudio

    studio = BackingStudio("C G", seed=5, portfolio=Portfolio(tmp_path))
    studio.play_only("bass")
    assert studio.settings()["mute"] == "drums,chords,pad" and "Only bass" in studio.status.value
    studio.play_only(*studio.players)
    assert studio.settings()["mute"] == ""


def test_a_tune_is_played_on_top_at_its_own_speed():
    track = played(order(tune=melody(), repeats=1)[0])
    tune = [part.name for part in track.parts].index("tune")
    # two bars of tune over four bars of chords
    assert [n.pitch for n in track.notes if n.part == tune] == [60 + i for i in range(8)] * 2
    assert track.tempo == pytest.approx(96, abs=0.01)


@pytest.mark.parametrize(
    ("chords", "settings", "said"),
    [
        ("C G 16 bars", {"repeats": 3}, "no use for: repeats. Your words say how many bars"),
        ("bossa C G", {"style": "rock"}, "no use for: bossa. The style is set to rock."),
        ("C G fast 90 bpm", {"tempo": 100}, "no use for: 90 bpm, fast. The tempo is set to 100."),
        ("rock C G fast", {"style": "rock"}, ""),
        ("C G", {"mute": "bass", "bass_by": "tuba"}, "no use for: bass_by. Who is silent"),
        ("C G", {"solo": "bass", "bass_by": "tuba", "pad_by": "choir"}, "no use for: pad_by."),
        ("C G", {"intensity": "calm", "ending": False, "pad_by": "choir"}, "no use for: pad_by."),
        ("C G", {"intensity": "calm", "pad_by": "choir"}, ""),
        ("C G 16 bars", {}, ""),
    ],
)
def test_words_and_settings_that_contradict_each_other_are_named(chords, settings, said):
    asked = Recipe(kind="backing", prompt=chords, settings=settings)
    found = BackingEngine().without_effect(asked)
    assert said in found and bool(found) == bool(said)


def test_words_on_speed_give_way_to_a_tune_and_are_named():
    engine, made = BackingEngine(), order("C G, slow", tune=melody(), repeats=1)
    assert engine.left_out(made) == "I had no use for: slow. The band plays as fast as your tune."
    assert engine.left_out(order("C G, slow", repeats=1)) == ""


def test_a_tune_longer_than_the_chords_is_said():
    engine = BackingEngine()
    assert "found no room: 1." in engine.left_out(order("C", tune=melody(), repeats=1))
    assert engine.left_out(order("C G", tune=melody(), repeats=1)) == ""


def test_a_band_in_which_nobody_would_play_is_refused():
    with pytest.raises(LearnerError, match="only the last chord"):
        order(solo="pad", intensity="calm", ending=False)


def test_a_tune_in_another_metre_is_told_which_styles_fit():
    with pytest.raises(LearnerError, match="waltz"):
        order(tune=melody((3, 4)))
    assert "jig" in fitting_styles(3.0) and "pop" not in fitting_styles(3.0)


@pytest.mark.parametrize(
    "bad",
    [
        {"style": "polka dots"},
        {"tempo": 10},
        {"tempo": 900},
        {"repeats": 0},
        {"intensity": "loud"},
        {"mute": "kazoo"},
        {"fills": "yes"},
        {"swing": float("1e9")},
        {"volume": 3},
        {"count": True},
        {"repeats": 8, "tempo": 30},
    ],
)
def test_settings_that_cannot_be_used_end_in_a_sentence(bad):
    with pytest.raises(LearnerError, match=r"\.$"):
        order(**bad)


def test_files_of_several_players_open_elsewhere_and_come_back(tmp_path):
    import mido

    portfolio, made = Portfolio(tmp_path), order()[0]
    path = portfolio.save(made)
    assert (
        files.unpack(path) == made
        and [s.creation for s in portfolio.list("backing")] == [made]
        and portfolio.list("tune") == []
    )
    tracks = mido.MidiFile(path).tracks
    assert {
        message.name for track in tracks for message in track if message.type == "track_name"
    } == set(PARTS)
    assert {
        message.channel for track in tracks for message in track if message.type == "note_on"
    } == {0, 1, 2, 9}
    again = midi.read_midi(midi.write_midi(played(made)))
    assert again == played(made)


@pytest.mark.skipif(not sound.can_play(), reason="no sound library on this Python")
def test_every_player_is_heard_and_none_drowns_the_others():
    loud = {}
    for part in PARTS:
        track = played(order(solo=part, repeats=1)[0])
        sound.preload()
        heard = sound.samples(track)
        loud[part] = float(np.sqrt((heard**2).mean()))
        assert np.abs(heard).max() <= sound.LOUDEST + 1e-6
    assert min(loud.values()) > 0.005


@pytest.mark.skipif(not sound.can_play(), reason="no sound library on this Python")
def test_a_loop_is_as_long_as_its_bars_and_has_no_seam():
    track = played(order(intro=False, ending=False, repeats=1, looseness=0.0)[0])
    looped = sound.loop(track)
    assert len(looped) == round(16 * 60 / track.tempo * sound.RATE)
    jump = np.abs(looped[0] - looped[-1]).max()
    # the step over the seam is one the sound makes anyway
    assert jump <= np.abs(np.diff(looped, axis=0)).max()
    assert np.abs(looped[:2000]).max() > 0.02  # what rang on lies under the beginning


def test_picture_and_table_name_every_player():
    made = order()[0]
    picture, table = (
        piano_roll.piano_roll_svg(made.content, "<b>"),
        piano_roll.note_table_html(made.content),
    )
    for part in PARTS:
        assert f">{part}</text>" in picture and f'<th scope="col">{part}</th>' in table
    assert "<b>" not in picture and "strokes" in table
    assert all(
        part in description.describe(made)
        for part in (*PARTS, "style pop", "chords C; G; A minor; F", "in C major")
    )


def test_one_line_calls(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    results = course_utils.make_backing("C H#m99 G", count=1, seed=1, style="waltz")
    assert len(results) == 1 and "H#m99" in results.message
    assert "chord" in course_utils.make_backing("").message
    assert course_utils.take_backing(results, "midi").path.exists()
    assert "Choose one of these" in repr(course_utils.take_backing(results, "vinyl"))
    if sound.can_play():
        import wave

        path = course_utils.take_backing(results, "loop").path
        with wave.open(io.BytesIO(path.read_bytes())) as file:
            assert file.getnframes() == round(2 * 2 * 3 * 60 / 140 * sound.RATE)


def test_the_studio_makes_tracks_taps_chords_and_remembers(tmp_path):
    from course_utils.music.backing_studio import BackingStudio

    studio = BackingStudio("C G", seed=5, portfolio=Portfolio(tmp_path))
    studio.key.value = "G"
    studio.add_chord(3)
    studio.add_chord(4)
    assert studio.prompt.value == "C G C D"
    studio.drop_chord()
    studio.players["drums"].value = False
    studio.style_name.value, studio.repeats.value = "folk", 1
    studio.generate()
    assert studio.wait(60)
    assert len(studio.results) == 4 and "4 tracks are ready" in studio.status.value
    assert all(
        "drums" not in [part.name for part in played(creation).parts] for creation in studio.results
    )
    studio.prompt.value = "C H#m99"
    studio.generate()
    assert studio.wait(60) and "H#m99" in studio.status.value
    studio.prompt.value = "nothing here"
    studio.generate()
    assert studio.wait(60) and "Please note" in studio.status.value and len(studio.results) == 4
    studio.remix(0)
    assert (
        studio.prompt.value == "C H#m99"
        and studio.style_name.value == "folk"
        and not studio.players["drums"].value
    )
    studio.vary(0)
    assert studio.wait(60) and len(studio.results) == 4
    studio.use(1)
    studio.take("midi")
    assert "Written" in studio.status.value
    studio.on_top.value = True
    studio.prompt.value = "C G"
    studio.generate()
    assert studio.wait(60) and "tune is still needed" in studio.status.value
