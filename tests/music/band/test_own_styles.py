"""A band style of one's own: from rows of signs and from MIDI loops, kept as a readable file."""

from __future__ import annotations

import io
import tomllib

import mido
import pytest

from course_utils import make_backing, make_tune
from course_utils.creation import LearnerError, Recipe
from course_utils.music.backing_engine import BackingEngine
from course_utils.music.backing_studio import BackingStudio
from course_utils.music.band.loops import style_of_loop
from course_utils.music.band.own_calls import make_style, style_from_loop
from course_utils.music.band.own_styles import as_file, grids_of
from course_utils.music.band.settings import styles_known
from course_utils.music.band.styles import (
    DRUMS,
    OWN_FOLDER,
    own_style_names,
    read_style,
    shipped_style_names,
)
from course_utils.music.band.under_tune import fitting_styles
from course_utils.portfolio.store import Portfolio
from course_utils.scores.midi import read_midi

KICK, SNARE, HAT = (DRUMS[name] for name in ("kick", "snare", "closed_hat"))
FUNK = {"kick": "x..x..x.", "snare": "..x...x.", "hat": "xxxxxxxx", "bass": "R..R..8-"}


def loop_bytes(
    tracks: dict[str, list[tuple[float, float, int, int]]],
    programs: dict[str, int] | None = None,
    metre: tuple[int, int] = (4, 4),
    tempo: float = 96.0,
) -> bytes:
    """A MIDI file with a track a player: notes as start and length in quarters, pitch, velocity."""
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    head = mido.MidiTrack()
    head.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo)))
    head.append(mido.MetaMessage("time_signature", numerator=metre[0], denominator=metre[1]))
    file.tracks.append(head)
    for number, (name, notes) in enumerate(tracks.items()):
        channel = 9 if name == "drums" else number
        track = mido.MidiTrack()
        track.append(mido.MetaMessage("track_name", name=name))
        program = (programs or {}).get(name, 0)
        track.append(mido.Message("program_change", program=program, channel=channel))
        events = [(round(s * 480), 1, p, v) for s, _, p, v in notes]
        events += [(round((s + d) * 480), 0, p, 0) for s, d, p, _ in notes]
        clock = 0
        for tick, kind, pitch, velocity in sorted(events):
            name_of = "note_on" if kind else "note_off"
            track.append(
                mido.Message(
                    name_of, note=pitch, velocity=velocity, channel=channel, time=tick - clock
                )
            )
            clock = tick
        file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def drums_of(bars: int, fill: bool = False, swing: float = 0.0) -> list:
    """A beat: kick on one and three, snare on two and four, hats on eighths."""
    notes = []
    for bar in range(bars):
        at = 4 * bar
        notes += [(at + beat, 0.1, KICK, 110) for beat in (0, 2)]
        notes += [(at + beat, 0.1, SNARE, 100) for beat in (1, 3)]
        for eighth in range(8):
            late = swing / 6 if eighth % 2 else 0.0
            notes.append((at + eighth / 2 + late, 0.1, HAT, 90 if eighth % 2 == 0 else 50))
        if fill and bar == bars - 1:
            notes += [(at + 3.25, 0.1, SNARE, 90), (at + 3.5, 0.1, DRUMS["tom_low"], 100)]
    return notes


BASS = [(0, 0.5, 36, 100), (1, 0.5, 36, 90), (2, 0.5, 43, 100), (3, 0.5, 48, 90)]
BASS += [(4 + s, d, p + 5, v) for s, d, p, v in BASS]
CHORDS = [(s, 0.25, p, 80) for s in (0.5, 1.5, 2.5) for p in (60, 64, 67)]
CHORDS += [(4 + s, d, p + 5, v) for s, d, p, v in CHORDS]


def track(style: str, seed: int = 2, **settings):
    made = make_backing(
        "C F", count=1, seed=seed, style=style, looseness=0.0, intro=False, ending=False,
        repeats=1, **settings,
    )  # fmt: skip
    assert made, made.message
    return made[0]


def strokes(creation, name: str, first: float = 0.0, last: float = 4.0) -> list[tuple]:
    score = read_midi(creation.content)
    part = next(n for n, one in enumerate(score.parts) if one.name == name)
    inside = [n for n in score.notes if n.part == part and first <= n.start < last]
    return sorted((round(n.start, 2), n.pitch) for n in inside)


def test_a_style_from_rows_is_kept_as_a_file_and_used_by_its_name(own_portfolio):
    made = make_style("Kitchen Funk", like="funk", tempo=97, swing=0.0, about="pots", **FUNK)
    assert made.name == "kitchen funk" and made.path.name == "kitchen_funk.toml", made.message
    assert made.path.parent == Portfolio().folder / OWN_FOLDER
    written = tomllib.loads(made.path.read_text(encoding="utf-8"))
    assert written["tempo"] == 97 and written["drums"]["kick"] == ["x.....x.....x..."]
    assert written["bass"]["grids"] == ["R-....R-....8---"]
    played = track("kitchen funk")
    kicks = [start for start, pitch in strokes(played, "drums") if pitch == KICK]
    assert kicks == [0.0, 1.5, 3.0] and played.recipe.settings["tempo"] == 97
    assert read_style("kitchen funk")["chords"] == read_style("funk")["chords"]
    assert "kitchen funk" in fitting_styles(4.0)
    assert any("pots" in words for words, _ in styles_known())


def test_a_recipe_holds_the_style_and_needs_its_file_no_more(own_portfolio):
    made = make_style("kitchen funk", like="funk", **FUNK)
    first = track("kitchen funk")
    made.path.unlink()
    assert own_style_names() == []
    again = next(BackingEngine().create(first.recipe))
    assert again.content == first.content
    other = first.recipe.changed(settings={"style": "rock"})  # not the style it once was
    assert next(BackingEngine().create(other)).recipe.settings["style_file"] == ""
    gone = make_backing("C", count=1, style="kitchen funk")
    assert not gone and "no style called 'kitchen funk'" in gone.message


def test_words_and_a_tune_ask_for_a_style_of_ones_own(own_portfolio):
    make_style("kitchen funk", like="funk", **FUNK)
    named = make_backing("C F kitchen funk", count=1, seed=1)
    assert named[0].recipe.settings["style"] == "kitchen funk" and named.message == ""
    tune = make_tune("a reel", seed=2, band="kitchen funk")
    assert tune, tune.message
    assert tune[0].recipe.settings["band"] == "kitchen funk"
    assert "kick" in tune[0].recipe.settings["band_file"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "x"}, "2 to 31 letters"),
        ({"name": "../../secret"}, "2 to 31 letters"),
        ({"name": "rock"}, "a style of the course"),
        ({"like": "yodel"}, "no style called 'yodel'"),
        ({"kick": "x..x"}, "has 4 signs and a bar has 16 sixteenths or 8 eighths"),
        ({"kick": "x..y..x."}, "has the sign “y”"),
        ({"bass": "R..q..8-"}, "has the sign “q”"),
        ({"metre": "3/4"}, "cannot lend its chords"),
        ({"metre": "17/3"}, "is no metre for a band"),
        ({"tempo": 9000}, "tempo must be a number from 30 to 240"),
        ({"tempo": 97.5}, "without a fraction"),
        ({"kick": ",".join(["x..x..x."] * 9)}, "9 patterns and the limit is 8"),
        ({"swing": 7}, "swing must be a number"),
        ({"drums": {"kazoo": "x......."}}, "no drum called kazoo"),
        ({"drums": {"kick": "x......."}}, "The drum kick has two rows"),
    ],
)
def test_rows_that_cannot_be_used_end_in_a_sentence(changed, said, own_portfolio):
    made = make_style(**{"name": "mine", "like": "funk", **FUNK, **changed})
    assert said in made.message and not made.name and made.path is None
    assert own_style_names() == []


def test_rows_may_be_written_as_people_write_them():
    assert grids_of("X... x... | X... x...", "kick", 16, "xo.-", "x") == ["x...x...x...x..."]
    assert grids_of("x.x.x.x.,x...x...", "kick", 16, "xo.-", "x") == [
        "x...x...x...x...",
        "x.......x.......",
    ]
    assert grids_of("r-r-", "bass", 8, "R358a.-", "R") == ["R---R---"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("about = ", "cannot be read"),
        ("tempo = 100", "is missing"),
        ("x" * 9000, "more than 3,900 characters"),
        ('__import__("os")', "cannot be read"),
    ],
)
def test_a_file_changed_by_hand_that_cannot_be_used_says_so(text, said, own_portfolio):
    folder = Portfolio().folder / OWN_FOLDER
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    made = make_backing("C", count=1, style="mine")
    assert not made and said in made.message and "mine" in made.message
    assert ("mine: its file cannot be read", "mine") in styles_known()  # and the others are there
    assert make_backing("C", count=1, style="rock") and "mine" not in fitting_styles(4.0)


def test_a_style_in_a_recipe_from_elsewhere_is_checked():
    for text in ("", "# mine\nabout = 3", "# mine\n" + "a" * 3_950):
        asked = Recipe(kind="backing", prompt="C", settings={"style": "mine", "style_file": text})
        with pytest.raises(LearnerError):
            next(BackingEngine().create(asked))


@pytest.mark.parametrize("name", shipped_style_names())
def test_every_style_that_ships_can_be_written_and_read_again(name):
    from course_utils.music.band.styles import style_from_text

    style = dict(read_style(name))
    bar = style.pop("bar")
    again = style_from_text(as_file(style), name)
    assert again == {**style, "bar": bar}


def test_a_loop_becomes_a_style_that_plays_it(own_portfolio, tmp_path):
    path = tmp_path / "beat.mid"
    programs = {"drums": 16, "bass": 38, "keys": 4}
    path.write_bytes(loop_bytes({"drums": drums_of(4), "bass": BASS, "keys": CHORDS}, programs))
    made = style_from_loop(str(path), "my loop")
    assert made.name == "my loop", made.message
    style = read_style("my loop")
    assert style["tempo"] == 96 and style["kit"] == 16
    assert style["drums"]["kick"] == ("x.......x.......",)
    assert style["drums"]["snare"] == ("....x.......x...",)
    assert style["drums"]["closed_hat"] == ("x.o.x.o.x.o.x.o.",)
    assert style["bass"]["grids"] == ("R-..R-..5-..8-..",)
    assert style["chords"]["grids"] == ("..x...x...x.....",)
    assert style["instruments"]["bass"] == (38,) and style["instruments"]["chords"] == (4,)
    played = track("my loop", fills=False)
    theirs = sorted((round(s, 2), p) for s, _, p, _ in drums_of(1))
    assert strokes(played, "drums") == theirs
    roots = [pitch % 12 for _, pitch in strokes(played, "bass")]
    assert roots == [0, 0, 7, 0]


def test_swing_and_a_fill_are_heard_out_of_a_loop():
    from course_utils.scores.midi import read_midi_file

    data = loop_bytes({"drums": drums_of(4, fill=True, swing=0.9), "bass": BASS, "keys": CHORDS})
    found = style_of_loop(read_midi_file(data).score)
    assert abs(found.style["swing"] - 0.9) < 0.1
    assert found.style["drums"]["closed_hat"] == ["x.o.x.o.x.o.x.o."]
    assert found.style["drums"]["fill_snare"] == ["............xx.."]
    assert found.style["drums"]["fill_tom_low"] == ["..............x."]


def test_what_a_loop_has_not_is_lent_and_said(own_portfolio):
    made = style_from_loop(loop_bytes({"drums": drums_of(2)}), "only drums")
    assert "It has no bass and no chords: played as in pop." in made.message
    assert read_style("only drums")["bass"] == read_style("pop")["bass"]
    lent = style_from_loop(loop_bytes({"drums": drums_of(2)}), "drums again", like="rock")
    assert "played as in rock" in lent.message
    waltz = [(beat, 0.4, 60 + n, 90) for beat in (0, 1, 2) for n in (0, 4, 7)]
    made = style_from_loop(loop_bytes({"keys": waltz}, metre=(3, 4)), "my waltz")
    assert read_style("my waltz")["metre"] == "3/4" and "as in waltz" in made.message
    odd = style_from_loop(loop_bytes({"drums": drums_of(1)}, metre=(7, 8)), "odd")
    assert "no style of the course in 7/8 could lend them" in odd.message


def test_drums_without_a_name_a_lead_and_long_loops_are_named(own_portfolio):
    lead = [(n / 2, 0.4, 80 + n % 5, 90) for n in range(16)]
    drums = [*drums_of(20), (0.0, 0.1, 33, 90)]
    data = loop_bytes({"drums": drums, "bass": BASS, "keys": CHORDS, "lead": lead})
    made = style_from_loop(data, "long one")
    assert "It has 20 bars: the first 16 were used." in made.message
    assert "left out: 33" in made.message and "not in the style: lead" in made.message


def test_what_a_style_cannot_keep_of_a_loop_is_named(own_portfolio):
    bass = [(4 * bar + bar / 2, 0.25, 36, 90) for bar in range(6)] + [(1 / 6, 0.1, 36, 90)]
    data = loop_bytes({"drums": drums_of(6), "bass": bass, "keys": CHORDS}, tempo=300)
    made = style_from_loop(data, "much")
    assert "Patterns of the bass that were left out: 2." in made.message
    assert "Notes between two sixteenths, moved to the nearer one: 1." in made.message
    assert "It goes at 300 beats a minute" in made.message and "240 were kept" in made.message
    plain = style_from_loop(loop_bytes({"drums": drums_of(2), "bass": BASS, "keys": CHORDS}), "few")
    assert "left out" not in plain.message and "moved" not in plain.message


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        (b"", "read from a MIDI file"),
        (b"RIFF\0\0\0\0WAVE", "read from a MIDI file"),
        (b"MThd\0\0\0\6\0\0", "could not be read"),
        (b"MThd" + b"\0" * 3_000_000, "limit is 2"),
        ("there is none.mid", "no file"),
        (loop_bytes({"drums": []}), "no notes in that loop"),
        (loop_bytes({"lead": [(n, 0.5, 72 + n, 90) for n in range(4)]}), "could tell apart"),
    ],
    ids=["empty", "a sound", "cut", "huge", "missing", "silent", "a melody"],
)
def test_loops_that_cannot_be_used_end_in_a_sentence(loop, said, own_portfolio):
    made = style_from_loop(loop, "mine")
    assert said in made.message and not made.name and own_style_names() == []


def test_a_track_made_here_can_be_a_loop(own_portfolio):
    rock = track("rock")
    made = style_from_loop(rock, "my rock")
    assert made.name == "my rock", made.message
    theirs = {grid for name, grids in read_style("rock")["drums"].items() for grid in grids}
    assert set(read_style("my rock")["drums"]["kick"]) <= theirs


def test_a_style_that_takes_the_place_of_another_says_so(own_portfolio):
    assert "takes the place" not in make_style("kitchen funk", like="funk", **FUNK).message
    assert "takes the place" in make_style("kitchen funk", like="funk", tempo=99, **FUNK).message


def test_the_studio_keeps_a_style_and_chooses_it(own_portfolio):
    studio = BackingStudio("C F", seed=3)
    panel = studio.own_style
    panel.name.value, panel.like.value = "kitchen funk", "funk"
    panel.rows["kick"].value = "x..x..x."
    panel.tempo.value = 20
    panel.keep()
    assert "30 to 240" in studio.status.value and not own_style_names()
    panel.tempo.value = 0
    panel.keep()
    assert studio.style_name.value == "kitchen funk" and "Kept as" in studio.status.value
    studio.generate()
    assert studio.wait(60) and len(studio.results) == 4, studio.status.value
    assert studio.results[0].recipe.settings["style"] == "kitchen funk"
    panel.name.value = "from a loop"
    panel.keep_loop()
    assert "Choose a MIDI file" in studio.status.value
    data = loop_bytes({"drums": drums_of(2), "bass": BASS, "keys": CHORDS})
    panel.loop.value = (
        {"name": "a.mid", "type": "audio/midi", "size": len(data), "content": data,
         "last_modified": __import__("datetime").datetime.now()},
    )  # fmt: skip
    panel.keep_loop()
    assert studio.style_name.value == "from a loop", studio.status.value
