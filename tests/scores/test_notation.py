"""Tunes taken away: MusicXML, sheet music, OGG and MP3, each read by programs of other people,
each with the recipe inside.
"""

from __future__ import annotations

import io
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings, strategies

from course_utils import files
from course_utils.audio import ogg_mp3 as compressed
from course_utils.creation import BadRecipe, Creation, Recipe
from course_utils.music.kind import TAKEN_AS
from course_utils.scores import engraving as sheet
from course_utils.scores import musicxml as notation
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import Note, Part, Score


def tune(notes, metre=(4, 4), key="C", parts=(), kind="tune", tempo=100.0) -> Creation:
    recipe = Recipe(
        kind=kind,
        prompt="naïve “waltz” <b>",
        seed=5,
        settings={"kind_of_tune": "march", "key": "C", "mode": "major"},
    )
    return Creation(
        recipe=recipe, content=write_midi(Score(tuple(notes), tempo, metre, 73, key, parts))
    )


def melody(*pairs) -> list[Note]:
    clock, notes = 0.0, []
    for pitch, length in pairs:
        if pitch:
            notes.append(Note(clock, float(length), pitch, 84))
        clock += float(length)
    return notes


TRICKY = tune(
    melody(
        (62, 1),
        (66, Fraction(1, 3)),
        (67, Fraction(1, 3)),
        (69, Fraction(1, 3)),
        (0, Fraction(1, 2)),
        (70, 4.5),
        (60, Fraction(1, 4)),
        (61, Fraction(3, 4)),
        (73, 2),
    ),
    key="D",
)
CHORALE = tune(
    [
        Note(beat, 1.0, base + step, 80, part)
        for part, base in enumerate((72, 67, 60, 48))
        for beat, step in enumerate((0, 2, 4, 5, 7, 5, 4, 0))
    ],
    key="Gm",
    parts=(Part("Soprano", 52), Part("Alto", 52), Part("Tenor", 52), Part("Bass", 52)),
)


def heard_by_music21(data: bytes):
    import music21

    score = music21.converter.parseData(data.decode(), format="musicxml")
    return score, [
        sorted(
            (round(float(one.offset), 3), round(float(one.quarterLength), 3), pitch.midi)
            for one in part.stripTies().flatten().notes
            for pitch in one.pitches
        )
        for part in score.parts
    ]


@pytest.mark.parametrize("creation", [TRICKY, CHORALE], ids=["tricky", "chorale"])
def test_music21_reads_the_same_notes_from_musicxml(creation):
    score, parts = heard_by_music21(notation.pack(creation))
    own = read_midi(creation.content)
    wanted = [
        sorted(
            (round(n.start, 3), round(n.length, 3), n.pitch) for n in own.notes if n.part == number
        )
        for number in range(len(own.parts) or 1)
    ]
    assert parts == wanted
    assert (
        score.recurse().getElementsByClass("KeySignature")[0].sharps
        == notation.key_fifths(own.key)[0]
    )
    assert score.metronomeMarkBoundaries()[0][2].number == 100
    for part in score.parts:
        for measure in part.getElementsByClass("Measure"):
            assert float(measure.duration.quarterLength) == 4.0


@given(
    strategies.lists(
        strategies.tuples(strategies.integers(1, 72), strategies.integers(40, 90)),
        min_size=1,
        max_size=14,
    ),
    strategies.sampled_from([(4, 4), (3, 4), (6, 8), (9, 8), (2, 2)]),
)
@settings(max_examples=60, deadline=None)
def test_bars_are_full_whatever_the_lengths(lengths, metre):
    made = notation.write_musicxml(
        read_midi(
            tune(melody(*[(pitch, Fraction(units, 12)) for units, pitch in lengths]), metre).content
        )
    )
    bar, total = metre[0] * 4 * notation.QUARTER // metre[1], 0
    for measure in ElementTree.fromstring(made).iter("measure"):
        assert sum(int(note.findtext("duration")) for note in measure.iter("note")) == bar
        for note in measure.iter("note"):
            written = (
                {
                    units: (name, dots, third)
                    for units, (name, dots, third) in notation.WRITABLE.items()
                }[int(note.findtext("duration"))]
                if note.findtext("type")
                else None
            )
            assert written is None or written[0] == note.findtext("type")
            total += int(note.findtext("duration")) * (note.find("pitch") is not None)
    assert total == sum(units * 2 for units, _ in lengths)


def test_black_keys_are_named_as_the_key_writes_them():
    assert (
        notation.spelled(61, 2)[:2] == ("C", 1)
        and notation.spelled(70, -2)[:2] == ("B", -1)
        and notation.spelled(66, 0)[:2] == ("F", 1)
    )
    assert notation.spelled(59, 0) == ("B", 0, 3) and notation.spelled(60, 7) == ("B", 1, 3)


@pytest.mark.parametrize("suffix", TAKEN_AS)
def test_the_recipe_comes_back_from_every_file(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(files.pack(CHORALE, suffix))
    back = files.unpack(path)
    assert back == CHORALE


def test_notes_changed_by_another_program_are_not_taken_for_ours():
    packed = notation.pack(TRICKY)
    with pytest.raises(BadRecipe, match="changed since"):
        notation.unpack(packed.replace(b"<step>D</step>", b"<step>E</step>", 1))


@pytest.mark.parametrize("suffix", [".musicxml", ".svg", ".ogg", ".mp3"])
def test_damaged_recipes_are_refused(suffix):
    packed = files.pack(TRICKY, suffix)
    for broken in (
        packed.replace(b"record", b"rekord"),
        packed[:300],
        packed.replace(b"schema_version", b"schema_vision"),
    ):
        with pytest.raises(BadRecipe):
            files.unpack_bytes(broken, suffix)


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_any_player_can_open_the_small_sound_files(suffix):
    import soundfile

    samples, rate = soundfile.read(io.BytesIO(compressed.pack(TRICKY, suffix)))
    assert 6 < len(samples) / rate < 9 and 0.2 < abs(samples).max() <= 1
    assert len(compressed.pack(TRICKY, suffix)) < len(files.pack(TRICKY, ".wav")) / 3


def test_a_sound_taken_away_small_keeps_its_settings():
    import numpy as np

    from course_utils.audio.wav import to_wav

    made = Creation(
        recipe=Recipe(
            kind="sound", prompt="rain", model="course-textures", settings={"source": "wind"}
        ),
        content=to_wav(np.sin(np.arange(64000) / 20) * 0.4),
    )
    back = compressed.unpack(compressed.pack(made, ".ogg"))
    assert back.recipe == made.recipe and back.content[:4] == b"RIFF"


def test_a_sheet_is_a_drawing_with_a_name_and_no_programs():
    drawn = sheet.pack(TRICKY)
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert (
        root[0].tag.endswith("title")
        and "naïve “waltz” <b>" in root[0].text
        and root[1].tag.endswith("desc")
        and "A march" in root[1].text
    )
    assert b"<script" not in drawn and b"http" not in drawn.replace(b"http://www.w3.org/", b"")
    # one is tied over a bar line
    assert drawn.count(b'class="note"') == len(read_midi(TRICKY.content).notes) + 1
    assert sheet.sheet_svg(TRICKY) == sheet.sheet_svg(TRICKY)


def test_without_the_engraver_a_sentence_says_what_is_shown_instead(monkeypatch):
    from course_utils.creation import LearnerError

    monkeypatch.setitem(__import__("sys").modules, "verovio", None)
    sheet.engraved.cache_clear()
    assert not sheet.can_engrave()
    with pytest.raises(LearnerError, match="start.py"):
        sheet.sheet_svg(TRICKY)


def test_three_independent_programs_open_the_midi_of_several_players():
    import mido
    import music21
    import symusic

    data = CHORALE.content
    wanted = sorted((n.start, n.pitch) for n in read_midi(data).notes)
    file = symusic.Score.from_midi(data)
    assert (
        sorted(
            (note.start / file.ticks_per_quarter, note.pitch)
            for track in file.tracks
            for note in track.notes
        )
        == wanted
    )
    assert (
        sorted(
            (float(n.offset), n.pitch.midi)
            for part in music21.converter.parseData(data, format="midi").parts
            for n in part.flatten().notes
        )
        == wanted
    )
    assert sum(
        message.type == "note_on" and message.velocity > 0
        for track in mido.MidiFile(file=io.BytesIO(data)).tracks
        for message in track
    ) == len(wanted)
