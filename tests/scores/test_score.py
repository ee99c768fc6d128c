"""Scores as MIDI, pictures and words, without the note model: what strange files may not do."""

from __future__ import annotations

import io
import re
import struct

import pytest
from hypothesis import given, settings, strategies

from course_utils.creation import BadRecipe, Creation, Recipe
from course_utils.scores import description, midi, piano_roll
from course_utils.scores import score as scores
from course_utils.scores import synth as sound

Note = scores.Note
SCALE = scores.Score(
    tuple(
        Note(float(i), 1.0, pitch, 90) for i, pitch in enumerate((60, 62, 64, 65, 67, 69, 71, 72))
    ),
    120.0,
    (4, 4),
    73,
    "C",
)


def tune(score: scores.Score = SCALE, prompt: str = "a scale") -> Creation:
    return Creation(
        recipe=Recipe(
            kind="tune",
            prompt=prompt,
            settings={"kind_of_tune": "march", "key": "C", "mode": "major"},
        ),
        content=midi.write_midi(score),
    )


def midi_of(*messages, ticks: int = 480) -> bytes:
    import mido

    file, buffer = mido.MidiFile(type=0, ticks_per_beat=480), io.BytesIO()
    file.tracks.append(mido.MidiTrack(messages))
    file.save(file=buffer)
    data = bytearray(buffer.getvalue())
    data[12:14] = struct.pack(">h", ticks)  # the division word of the header
    return bytes(data)


def test_a_score_comes_back_from_midi_as_it_was():
    assert midi.read_midi(midi.write_midi(SCALE)) == SCALE


@given(
    strategies.lists(
        strategies.tuples(strategies.integers(1, 8), strategies.integers(36, 96)),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_melody_comes_back_from_midi(notes):
    clock, placed = 0.0, []
    for half_beats, pitch in notes:
        placed.append(Note(clock, half_beats / 2, pitch, 80))
        clock += half_beats / 2
    score = scores.Score(tuple(placed), 100.0, (3, 4), 0, "G")
    assert midi.read_midi(midi.write_midi(score)).notes == score.notes


@pytest.mark.parametrize(("numerator", "denominator"), [(65, 4), (4, 128), (255, 2**200)])
def test_metres_nobody_plays_are_refused(numerator, denominator):
    import mido

    with pytest.raises(BadRecipe):
        midi.read_midi(
            midi_of(
                mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator)
            )
        )


def test_a_tune_longer_than_an_evening_is_refused():
    import mido

    rest = mido.Message("note_off", note=60, time=480 * 2001)
    with pytest.raises(BadRecipe):
        midi.read_midi(midi_of(mido.Message("note_on", note=60, velocity=9), rest))


def test_more_notes_than_anyone_plays_are_refused():
    import mido

    pair = [mido.Message("note_on", note=60, velocity=9), mido.Message("note_off", note=60)]
    assert len(midi.read_midi(midi_of(*pair * 100)).notes) == 100
    with pytest.raises(BadRecipe):
        midi.read_midi(midi_of(*pair * 20_001))


@pytest.mark.parametrize("ticks", [0, -25])
def test_times_without_beats_are_refused(ticks):
    with pytest.raises(BadRecipe):
        midi.read_midi(midi_of(ticks=ticks))


def test_a_file_too_large_to_be_a_tune_is_refused_unread():
    with pytest.raises(BadRecipe):
        midi.read_midi(b"MThd" + bytes(midi.LARGEST))


def test_a_wav_without_recipe_or_with_broken_notes_is_refused():
    plain = sound.wav(midi.write_midi(SCALE))
    with pytest.raises(BadRecipe):
        sound.unpack(plain)
    packed = sound.pack(tune())
    place = packed.index(b"IKEY") + 8
    for broken in (
        packed[:place] + b"*" * 8 + packed[place + 8 :],
        packed[: place + 40],
        packed.replace(b"LIST", b"JUNK"),
    ):
        with pytest.raises(BadRecipe):
            sound.unpack(broken)


def test_any_player_can_open_the_sound_file():
    import wave

    with wave.open(io.BytesIO(sound.pack(tune()))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 44_100)
        # 8 beats at 120 a minute, and the last note dying away
        assert 4.0 < file.getnframes() / sound.RATE < 6.0


def test_one_record_stands_in_a_file_packed_again():
    once = midi.unpack(midi.pack(tune(prompt="naïve “waltz” 🎻")))
    assert once.recipe.prompt == "naïve “waltz” 🎻"
    assert midi.pack(midi.unpack(midi.pack(once))).count(midi.RECORD_KEY.encode()) == 1


def test_the_piano_roll_is_an_image_with_a_name_and_takes_no_html():
    from xml.etree import ElementTree

    svg = piano_roll.piano_roll_svg(midi.write_midi(SCALE), '"><script>alert(1)</script>')
    root = ElementTree.fromstring(svg)
    assert "<script" not in svg and root.get("role") == "img" and root.get("aria-label")
    assert {child.tag for child in root} == {"title", "desc", "text", "g", "svg"}
    assert {shape.tag for shape in root.find("svg")} == {"line", "rect"}
    notes = [shape for shape in root.find("svg") if shape.get("rx")]
    heights = [float(shape.get("y").rstrip("%")) for shape in notes]
    assert len(heights) == 8 and heights == sorted(heights, reverse=True)  # the scale climbs


def names_in(svg: str) -> list[tuple[str, float, bool]]:
    """Names of pitches in a drawing, how far down they stand, whether a low one shows them too."""
    from xml.etree import ElementTree

    return [
        (text.text, float(text.get("y").rstrip("%")), text.get("display") is None)
        for text in ElementTree.fromstring(svg).findall("text")
    ]


@pytest.mark.parametrize("span", [1, 8, 14, 24, 40])
def test_pitches_are_named_where_there_is_room_and_bars_and_seconds_below(span):
    from course_utils.scores.piano_roll import LEAST, LETTER, MUCH

    notes = tuple(scores.Note(float(n), 1.0, 59 + n, 80) for n in range(span))
    svg = piano_roll.piano_roll_svg(midi.write_midi(scores.Score(notes, 60.0, (4, 4), 0, "C")), "x")
    named = names_in(svg)
    low = {name for name, _, always in named if always}
    assert {"B3", description.short_name(58 + span)} <= low
    assert span < 24 or "C5" in low  # C4 has no room beside the lowest, B3
    for pixels, some in ((LEAST, [one for one in named if one[2]]), (MUCH, named)):
        places = sorted(down for _, down, _ in some)
        apart = [(two - one) / 89 * pixels for one, two in zip(places, places[1:])]
        assert all(one > 0.98 * LETTER for one in apart), (span, some)
    assert span != 8 or "F♯4" in low
    below = re.findall(r">([^<]+)</text>", svg.partition("<g ")[2])
    assert below[0] == "1" and below[-1] == f"{span} s" and len(below) <= 10


def test_of_several_players_each_has_its_highest_and_lowest_pitch_named():
    pairs = ((60, 72), (40, 52), (36, 38))
    notes = [scores.Note(n, 1.0, pitch, 80, part) for part, both in enumerate(pairs)
             for n, pitch in enumerate(both)]  # fmt: skip
    parts = (scores.Part("flute", 73), scores.Part("bass", 33), scores.Part("drums", 0, True))
    band = midi.write_midi(scores.Score(tuple(notes), 90.0, (4, 4), 0, "C", parts))
    svg = piano_roll.piano_roll_svg(band, "a band")
    names = {name for name, *_ in names_in(svg)}
    assert {"C5", "C4", "E3", "E2"} <= names and not {"C2", "D2"} & names
    assert all(f">{part.name}</text>" in svg for part in parts)
    small = piano_roll.piano_roll_svg(band, "a band", small=True)
    assert not names_in(small) and " s</text>" not in small


def test_the_table_names_every_note_bar_by_bar():
    table = piano_roll.note_table_html(midi.write_midi(SCALE))
    assert '<th scope="row">1</th><td>C 4 (1), D 4 (1), E 4 (1), F 4 (1)</td>' in table
    assert '<th scope="row">2</th><td>G 4 (1), A 4 (1), B 4 (1), C 5 (1)</td>' in table


def test_the_description_says_length_range_and_tempo():
    words = description.describe(tune())
    assert all(
        part in words
        for part in (
            "A march",
            "8 notes in 2 bars of 4/4",
            "120 beats a minute",
            "from C 4 to C 5",
            "4 seconds",
        )
    )
    assert description.describe(tune(scores.Score((), 120.0, (4, 4), 0, "C"))) == "An empty tune."


def test_an_empty_tune_has_a_picture_a_table_and_a_silence():
    empty = midi.write_midi(scores.Score((), 120.0, (4, 4), 0, "C"))
    assert "<svg" in piano_roll.piano_roll_svg(
        empty, "nothing"
    ) and "<table" in piano_roll.note_table_html(empty)
    assert abs(sound.samples(midi.read_midi(empty))).max() == 0


def test_instruments_of_several_parts_are_said_as_people_say_them():
    from course_utils.scores.description import instruments

    def parts(*programs: int) -> scores.Score:
        return scores.Score(
            tuple(scores.Note(0.0, 1.0, 60, 80, number) for number in range(len(programs))),
            100,
            (4, 4),
            programs[0],
            "C",
            tuple(scores.Part(f"p{number}", program) for number, program in enumerate(programs)),
        )

    assert instruments(parts(46, 46, 46, 46)) == "harp in every part"
    assert instruments(parts(46, 0, 46)) == "harp in 2 parts, piano"
