"""Tunes brought in: what is read from other programs' files, from text, from humming and tapping,
and what strange files may not do.
"""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest

from course_utils.audio.recordings import sound_from_file
from course_utils.audio.wav import RATE, to_wav
from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.music.kind import TAKEN_AS
from course_utils.music.score_calls import bring_tune
from course_utils.scores import imports as tune_files
from course_utils.scores import midi
from course_utils.scores import musicxml as notation
from course_utils.scores import note_names as typed
from course_utils.scores.beat_tracking import on_beats, speed_of
from course_utils.scores.description import describe
from course_utils.scores.key_detection import key_of
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import BROUGHT_TUNE, Note, Score

STAR = [
    (60, 1),
    (60, 1),
    (67, 1),
    (67, 1),
    (69, 1),
    (69, 1),
    (67, 2),
    (65, 1),
    (65, 1),
    (64, 1),
    (64, 1),
    (62, 1),
    (62, 1),
    (60, 2),
]
ABC = "X:1\nT:The Test\nM:6/8\nL:1/8\nQ:3/8=110\nK:D\nA|d2f afd|gbg f2e|d2f afd|e3 d2|]\n"


def star(lift: int = 0) -> Creation:
    clock, notes = 0.0, []
    for pitch, length in STAR:
        notes.append(Note(clock, float(length), pitch + lift, 84))
        clock += length
    return Creation(
        recipe=Recipe(
            kind="tune",
            prompt="a star",
            model="course-tunes",
            settings={"kind_of_tune": "air", "key": "C", "mode": "major"},
        ),
        content=write_midi(Score(tuple(notes), 100.0, (4, 4), 0, "C")),
    )


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(name, content)
    return buffer.getvalue()


def bare(creation: Creation) -> bytes:
    """Its MusicXML as another program would write it: without a recipe."""
    return notation.write_musicxml(read_midi(creation.content), creation.recipe.prompt)


def humming(lift: float, whistled: bool = False, beat: float = 0.6) -> bytes:
    """A song as a voice sings it: sliding into notes, wavering, breathing,
    out of tune with a piano.
    """
    rng, parts, phase = np.random.default_rng(3), [], 0.0
    for pitch, beats in STAR:
        t = np.arange(int(beats * beat * RATE)) / RATE
        hertz = (
            440
            * 2 ** ((pitch + lift - 69) / 12)
            * (1 + 0.006 * np.sin(2 * np.pi * 5.2 * t + rng.random() * 6))
            * (1 - 0.03 * np.exp(-t * 25))
        )
        angle = phase + np.cumsum(2 * np.pi * hertz / RATE)
        phase = angle[-1]
        tone = np.sin(angle) if whistled else sum(np.sin(k * angle) / k**1.7 for k in range(1, 9))
        parts.append(tone * np.minimum(1, np.minimum(t / 0.04, (t[-1] - t) / 0.06).clip(0)))
    sound = np.concatenate([np.zeros(RATE // 3), *parts, np.zeros(RATE // 3)])
    return to_wav(sound / abs(sound).max() * 0.4 + rng.normal(0, 0.005, len(sound)))


def heard(creation: Creation) -> list[tuple[float, float, int]]:
    return [
        (round(n.start, 3), round(n.length, 3), n.pitch) for n in read_midi(creation.content).notes
    ]


@pytest.mark.parametrize("suffix", ["mid", "musicxml", "mxl"])
def test_another_programs_file_gives_the_same_notes(suffix):
    data = {
        "mid": star().content,
        "musicxml": bare(star()),
        "mxl": zipped("score.xml", bare(star())),
    }[suffix]
    brought = tune_files.tune_from_file(data, f"star.{suffix}")
    assert heard(brought) == heard(star())
    assert (
        brought.recipe.model == BROUGHT_TUNE
        and read_midi(brought.content).key == "C"
        and read_midi(brought.content).tempo == 100
    )
    assert "of a person’s own" in describe(brought) and "in C major" in describe(brought)


def test_a_file_of_ours_comes_back_as_itself_with_its_settings():
    from course_utils import files

    kept = star()
    for suffix in (".mid", *TAKEN_AS):
        assert tune_files.tune_from_file(files.pack(kept, suffix), f"a{suffix}") == kept, suffix


def test_a_sheet_changed_elsewhere_comes_in_as_a_tune_of_ones_own():
    changed = tune_files.tune_from_file(
        notation.pack(star()).replace(b"<step>G</step>", b"<step>A</step>", 1), "star.musicxml"
    )
    assert (
        changed.recipe.model == BROUGHT_TUNE
        and heard(changed)[2][2] == 69
        and changed.recipe.prompt == "a star"
    )


def test_abc_keeps_title_key_metre_speed_and_upbeat():
    brought = tune_files.tune_from_file(ABC.encode(), "x.abc")
    score = read_midi(brought.content)
    assert (
        brought.recipe.prompt == "The Test"
        and score.key == "D"
        and score.metre == (6, 8)
        and round(score.tempo) == 165
    )
    # the upbeat ends the first bar
    assert heard(brought)[:3] == [(2.5, 0.5, 69), (3.0, 1.0, 74), (4.0, 0.5, 78)]


def test_only_the_first_of_several_abc_tunes_is_read():
    assert heard(
        tune_files.tune_from_file((ABC + "\n" + ABC.replace("The Test", "Two")).encode(), "x.abc")
    ) == heard(tune_files.tune_from_file(ABC.encode(), "x.abc"))


def test_note_names_are_read_and_unknown_words_named():
    read = typed.read_melody("C D E F G2 | H q99 g, Bb/ - c#'.")
    assert [(n.start, n.length, n.pitch) for n in read.notes] == [
        (0, 1, 60),
        (1, 1, 62),
        (2, 1, 64),
        (3, 1, 65),
        (4, 2, 67),
        (6, 1, 67),
        (7, 0.5, 70),
        (8.5, 1.5, 85),
    ]
    assert read.unknown == ("H", "q99")
    assert (
        "Not understood: H, q99" in tune_files.tune_from_text("C H D q99").recipe.settings["note"]
    )


def test_notes_as_text_come_back_as_the_same_notes():
    notes = read_midi(star(-13).content).notes
    assert typed.read_melody(typed.to_text(notes)).notes == notes


def test_rhythms_as_words_or_strokes():
    assert [
        (n.start, n.length) for n in typed.read_rhythm("long short quick rest short").notes
    ] == [(0, 2), (2, 1), (3, 0.5), (4.5, 1)]
    assert [(n.start, n.length) for n in typed.read_rhythm("x-x.xxx-").notes] == [
        (0, 1),
        (1, 0.5),
        (2, 0.5),
        (2.5, 0.5),
        (3, 1),
    ]


@pytest.mark.parametrize(
    "text", ["", "   ", "H J K", "z z z", "C" * 5000, "C17", "C0", "\0", "C,,,,,,", 7]
)
def test_text_without_a_melody_gets_a_sentence(text):
    with pytest.raises(LearnerError):
        typed.read_melody(text)


@pytest.mark.parametrize("text", ["", "- - -", "boom", "...", "x" * 5000, "x " * 500])
def test_text_without_a_rhythm_gets_a_sentence(text):
    with pytest.raises(LearnerError):
        typed.read_rhythm(text)


@pytest.mark.parametrize(
    ("lift", "whistled"),
    [(-11.65, False), (0.46, False), (24.0, True)],
    ids=["low hum", "between two keys", "whistle"],
)
def test_a_hummed_song_is_written_down(lift, whistled):
    brought = tune_files.tune_from_file(humming(lift, whistled), "hum.wav")
    # note by note, half of them would fall on the next key
    assert heard(brought) == heard(star(round(lift)))
    assert (
        read_midi(brought.content).key == key_of(read_midi(star(round(lift)).content))
        and read_midi(brought.content).tempo == 100
    )


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(RATE), "silent"),
        (np.random.default_rng(1).normal(0, 0.2, 2 * RATE), "No melody"),
        (np.zeros(10), "silent"),
    ],
    ids=["silent", "noise", "tiny"],
)
def test_recordings_without_a_melody_get_a_sentence(samples, words):
    with pytest.raises(LearnerError, match=words):
        tune_files.tune_from_file(to_wav(samples), "x.wav")


@pytest.mark.parametrize("start", [b"\0\0\0\x1cftypM4A ", b"#!AMR\n", b"\xff\xf1\x50\x80"])
def test_a_recording_of_a_phone_is_named_with_what_to_do(start, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "mine"))
    memo = tmp_path / "memo.m4a"
    memo.write_bytes(start + bytes(range(256)) * 8)
    assert "as phones keep them" in bring_tune(str(memo)).message
    with pytest.raises(LearnerError, match="as phones keep them"):
        sound_from_file(memo.read_bytes())


def test_a_clipped_recording_is_used_and_told():
    from course_utils.audio.wav import from_wav

    loud = np.clip(from_wav(humming(0))[0][:, 0] * 9, -1, 1)
    brought = tune_files.tune_from_file(to_wav(loud), "x.wav")
    assert "too loud" in brought.recipe.settings["note"]
    # what is clipped has no gaps, so repeated notes run together
    assert list(dict.fromkeys(pitch for *_, pitch in heard(brought))) == [60, 67, 69, 65, 64, 62]


def test_taps_become_a_rhythm_whatever_their_speed():
    wanted = [(0, 1), (1, 1), (2, 0.5), (2.5, 0.5), (3, 1), (4, 2), (6, 2)]
    for beat in (0.45, 0.6, 0.8):
        moments = [
            3 + start * beat + wobble
            for (start, _), wobble in zip(wanted, (0.01, -0.02, 0.015, -0.01, 0.02, 0, -0.015))
        ]
        tapped = tune_files.tune_from_taps(moments)
        assert [(start, length) for start, length, _ in heard(tapped)][:6] == wanted[:6], beat
        assert abs(read_midi(tapped.content).tempo - 60 / beat) < 8
    on_star = tune_files.tune_from_taps([0, 0.6, 1.2, 1.5, 1.8], melody=star())
    assert [pitch for *_, pitch in heard(on_star)] == [
        60,
        60,
        67,
        67,
        69,
    ] and on_star.recipe.parent is not None


def test_one_tap_is_no_rhythm():
    for moments in ([], [1.0], [1.0, 1.01], [float("nan")], [-5, 900]):
        with pytest.raises(LearnerError, match="two taps"):
            tune_files.tune_from_taps(moments)


def test_moments_closer_than_a_half_beat_never_fall_on_each_other():
    placed = on_beats([0, 0.05, 0.1, 0.15], [0.05, 0.1, 0.15, 0.2], speed_of([0, 0.05, 0.1, 0.15]))
    assert len({start for start, _ in placed}) == 4 and all(length > 0 for _, length in placed)


SAFE = b"<?xml version='1.0'?>"
LAUGHS = (
    SAFE
    + b"<!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10 if n > 1 else b"&a;")
        for n in range(1, 12)
    )
    + b"]><score-partwise>&a11;</score-partwise>"
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        SAFE + b"<!DOCTYPE l [<!ENTITY a SYSTEM"
        b" 'file:///etc/passwd'>]><score-partwise>&a;</score-partwise>",
        SAFE + b"<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/x.dtd' [<!ENTITY % p SYSTEM"
        b" 'http://127.0.0.1:9/y'>%p;]><score-partwise/>",
        b"<score-partwise>" * 2000,
        b"<score-partwise>" + b"<a/>" * 700_000 + b"</score-partwise>",
        bare(star())[:900],
        b"<html><body>hello</body></html>",
        b"<score-partwise/>",
        SAFE,
        b"\xff\xfe<\x00s\x00",
        (
            b"<score-partwise><part-list/><part"
            b" id='P1'><measure><note><duration>x</duration></note></measure></part></"
            b"score-partwise>"
        ),
    ],
    ids=[
        "entity bomb",
        "outside file",
        "outside address",
        "deep",
        "many",
        "cut off",
        "a web page",
        "empty",
        "no root",
        "half a letter",
        "nonsense",
    ],
)
def test_hostile_and_broken_sheets_get_a_sentence(data):
    for brought in (data, zipped("x.xml", data)):
        with pytest.raises(LearnerError) as sentence:
            tune_files.tune_from_file(brought, "x.musicxml")
        assert str(sentence.value).endswith(".") and len(str(sentence.value)) < 250
        assert b"<!ENTITY" not in data or "entities" in str(sentence.value)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04nonsense",
        zipped("x.txt", b"hello"),
        zipped("META-INF/container.xml", b"<a/>"),
        zipped("x.xml", bytes(30_000_000)),
    ],
    ids=["broken", "no sheet", "only a list", "zip bomb"],
)
def test_hostile_archives_get_a_sentence(data):
    with pytest.raises(LearnerError):
        tune_files.tune_from_file(data, "x.mxl")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MThd",
        star().content[:30],
        b"MThd" + bytes(500),
        b"MThd\x00\x00\x00\x06\x00\x01\x7f\xff\x01\xe0",
        write_midi(Score((), 120.0, (4, 4), 0, "C")),
        b"MThd" + bytes(3_000_000),
    ],
    ids=["empty", "header", "cut off", "zeros", "32767 tracks", "no notes", "large"],
)
def test_broken_and_empty_midi_gets_a_sentence(data):
    with pytest.raises(LearnerError):
        tune_files.tune_from_file(data, "x.mid")


def test_a_piece_of_an_hour_is_cut_to_its_first_bars():
    hour = Score(
        tuple(Note(float(i), 1.0, 60 + i % 12, 80) for i in range(7200)), 120.0, (4, 4), 0, "C"
    )
    brought = tune_files.tune_from_file(write_midi(hour), "hour.mid")
    assert len(heard(brought)) == 256 and "first 64 bars" in brought.recipe.settings["note"]
    sheet = notation.write_musicxml(Score(hour.notes[:800], 120.0, (4, 4), 0, "C"), "long")
    brought = tune_files.tune_from_file(sheet, "x.musicxml")
    assert len(heard(brought)) == 256 and "first 64 bars" in brought.recipe.settings["note"]


def test_of_a_hundred_thousand_notes_the_first_are_kept_and_it_is_told():
    notes = b"".join(
        bytes([0, 0x90, pitch, 80, 48, 0x80, pitch, 0])  # a tenth of a beat each
        for pitch in (60 + number % 12 for number in range(100_000))
    )
    head = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480)
    data = head + b"MTrk" + struct.pack(">I", len(notes) + 4) + notes + b"\0\xff\x2f\0"
    many = ("X:1\nK:C\n" + "CDEF GABc|" * 10_000).encode()
    for brought in (
        tune_files.tune_from_file(data, "x.mid"),
        tune_files.tune_from_file(many, "x.abc"),
    ):
        assert len(heard(brought)) < 3000
        assert "first 64 bars are kept" in brought.recipe.settings["note"]
    with pytest.raises(LearnerError, match="limit|200,000"):
        tune_files.tune_from_file(many * 3, "x.abc")


@pytest.mark.parametrize("tempo", [0, 1, 16_777_215])
def test_a_speed_nobody_plays_is_changed_and_told(tempo):
    import mido

    file, buffer = mido.MidiFile(type=0), io.BytesIO()
    file.tracks.append(
        mido.MidiTrack(
            [
                mido.MetaMessage("set_tempo", tempo=tempo),
                mido.Message("note_on", note=60, velocity=9),
                mido.Message("note_off", note=60, time=480),
            ]
        )
    )
    file.save(file=buffer)
    brought = tune_files.tune_from_file(buffer.getvalue(), "x.mid")
    assert 20 <= read_midi(brought.content).tempo <= 400 and (
        tempo == 0 or "speed" in brought.recipe.settings["note"]
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'tempo="100"', b'tempo="0"'),
        (b"<midi-program>1<", b"<midi-program>999<"),
        (b"<midi-program>1<", b"<midi-program>kazoo<"),
        (b"<instrument-name>Melody<", b"<instrument-name>Left-handed nose flute<"),
    ],
    ids=["no speed", "program 999", "program kazoo", "unknown name"],
)
def test_odd_sheets_still_give_their_notes(old, new):
    data = bare(star())
    assert old in data
    assert [
        note[2] for note in heard(tune_files.tune_from_file(data.replace(old, new), "x.musicxml"))
    ] == [pitch for pitch, _ in STAR]


@pytest.mark.parametrize(
    "text",
    [
        "X:1\nK:C\n",
        "X:1\nM:0/0\nL:1/0\nQ:0\nK:Q\n|||",
        "K:C\n%%%",
        "X:1\nK:C\n" + "[" * 3000,
        "X:1\nK:C\n\0abc",
    ],
)
def test_broken_abc_gets_a_sentence(text):
    with pytest.raises(LearnerError):
        tune_files.tune_from_file(text.encode(), "x.abc")


def test_pictures_and_programs_are_no_tunes():
    for data in (
        bytes(range(256)) * 5,
        b"\x89PNG\r\n\x1a\n" + bytes(99),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
    ):
        with pytest.raises(LearnerError):
            tune_files.tune_from_file(data, "x.bin")


def test_a_damaged_recipe_does_not_lose_the_notes():

    packed = midi.pack(star()).replace(b"schema_version", b"schema_vision_")
    with pytest.raises(BadRecipe):
        midi.unpack(packed)
    assert heard(tune_files.tune_from_file(packed, "x.mid")) == heard(star())


def test_keys_are_guessed_from_the_notes():
    for lift, name in ((0, "C"), (2, "D"), (-2, "Bb"), (5, "F")):
        assert key_of(read_midi(star(lift).content)) == name
    minor = typed.read_melody("A B c d e2 c A e d c B A4").notes
    assert key_of(Score(minor, 100, (4, 4), 0, "")) == "Am"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("C G Am F", "C"),
        ("Am F C G", "Am"),
        ("F C7 F C7 F", "F"),
        ("D A Bm G", "D"),
        ("Em Am B7 Em", "Em"),
    ],
)
def test_keys_are_guessed_from_chords(line, key):
    from course_utils.scores.chords import read_line

    assert read_line(line).key == key
