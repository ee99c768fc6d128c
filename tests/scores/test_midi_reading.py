"""MIDI files from elsewhere: every note is there, and what is not a note is told."""

from __future__ import annotations

import io
import time

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.creation import LearnerError
from course_utils.scores.midi import write_midi
from course_utils.scores.midi.reading import read_midi_file
from course_utils.scores.score import Note, Part, Score

NOTE = [("note_on", 60, 90, 0), ("note_off", 60, 0, 480)]  # kind, pitch, velocity, ticks before it


def midi(*tracks: list, form: int = 1) -> bytes:
    """A file of tracks whose events are mido messages or (kind, pitch, velocity, ticks before)."""
    file = mido.MidiFile(type=form, ticks_per_beat=480)
    for events in tracks:
        file.tracks.append(mido.MidiTrack())
        for event in events:
            if isinstance(event, tuple):
                kind, pitch, velocity, wait = event
                event = mido.Message(kind, note=pitch, velocity=velocity, time=wait)
            file.tracks[-1].append(event)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def heard(data: bytes) -> list[tuple[float, float, int]]:
    return [(n.start, n.length, n.pitch) for n in read_midi_file(data).score.notes]


def told(data: bytes) -> str:
    return " ".join(read_midi_file(data).left_out)


def test_a_key_struck_again_while_it_sounds_is_two_notes():
    again = [
        ("note_on", 60, 90, 0),
        ("note_on", 60, 70, 240),
        ("note_off", 60, 0, 240),
        ("note_off", 60, 0, 240),
    ]
    assert heard(midi(again)) == [(0, 1, 60), (0.5, 1, 60)]
    assert [n.velocity for n in read_midi_file(midi(again)).score.notes] == [90, 70]


def test_two_channels_in_one_track_do_not_end_each_others_notes():
    events = [
        mido.Message("note_on", channel=channel, note=60, velocity=velocity, time=240)
        for channel, velocity in ((0, 90), (1, 80), (0, 0), (1, 0))
    ]
    assert heard(midi(events)) == [(0.5, 1, 60), (1, 1, 60)]
    assert len(read_midi_file(midi(events)).score.parts) == 2


def test_a_tempo_that_comes_later_is_not_used_from_the_start():
    late = [
        *NOTE * 6,
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60)),
        *NOTE * 2,
    ]
    assert read_midi_file(midi(late)).score.tempo == 120
    assert "changes once, from 120 to 60 beats a minute; the tune keeps 120" in told(midi(late))


def test_the_tempo_kept_is_the_one_that_holds_longest():
    count_in = [
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(200)),
        *NOTE,
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(80)),
        *NOTE * 9,
    ]
    assert read_midi_file(midi(count_in)).score.tempo == pytest.approx(80, abs=0.01)
    silent = [
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(200)),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(80), time=480),
        *NOTE * 9,
    ]
    assert "speed" not in told(midi(silent)), "what changes before the first note changes nothing"


def test_a_played_tempo_is_averaged_so_that_the_piece_lasts_as_long():
    events = []
    for tempo in (60, 120, 60, 120):
        events += [mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo)), *NOTE]
    events += [mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)), *NOTE]
    score = read_midi_file(midi(events)).score
    lasts = 1 + 0.5 + 1 + 0.5 + 60 / 90
    assert score.length * 60 / score.tempo == pytest.approx(lasts, rel=1e-3)


def test_other_metres_and_keys_are_named_with_their_bar():
    events = [
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("key_signature", key="D"),
        *NOTE * 9,
        mido.MetaMessage("time_signature", numerator=2, denominator=4),
        mido.MetaMessage("key_signature", key="Bm"),
        *NOTE * 4,
    ]
    score = read_midi_file(midi(events)).score
    assert (score.metre, score.key) == ((3, 4), "D")
    assert "Its metre is also 2/4, first at bar 4; the tune keeps 3/4." in told(midi(events))
    assert "Its key is also Bm, first at bar 4; the tune keeps D." in told(midi(events))


def test_an_upbeat_written_as_a_short_bar_ends_a_whole_one():
    events = [
        mido.MetaMessage("time_signature", numerator=1, denominator=4),
        *NOTE,
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
        *NOTE * 8,
    ]
    read = read_midi_file(midi(events))
    assert read.score.metre == (4, 4) and read.score.notes[0].start == 3
    assert not read.left_out


def test_an_instrument_that_changes_on_the_way_is_named():
    events = [
        mido.MetaMessage("track_name", name="Lead"),
        mido.Message("program_change", program=0),  # before any note: says nothing
        mido.Message("program_change", program=73),
        *NOTE * 5,
        mido.Message("program_change", program=40),
        *NOTE * 2,
    ]
    read = read_midi_file(midi(events))
    assert read.score.program == 73
    assert "Lead is also played by violin, first at bar 2; here flute plays" in " ".join(
        read.left_out
    )


def test_pedal_bend_and_volume_are_named():
    events = [
        mido.Message("control_change", control=64, value=127),
        mido.Message("control_change", control=7, value=90),
        mido.Message("pitchwheel", pitch=900),
        *NOTE,
        mido.Message("pitchwheel", pitch=0),
    ]
    assert told(midi(events)) == (
        "Not kept, only the notes are: sustain pedal (once), volume (once) and pitch bend (once)."
    )


def test_words_that_are_sung_and_the_owner_are_named():
    events = [mido.MetaMessage("copyright", text="1999 Somebody")]
    for word in ("Twin", "kle ", "star"):
        events += [mido.MetaMessage("lyrics", text=word), *NOTE]
    assert "sung to it are not kept: “Twinkle star”" in told(midi(events))
    assert "who owns it: “1999 Somebody”" in told(midi(events))


@pytest.mark.parametrize(
    ("name", "coding"),
    [("Flûte", "utf-8"), ("Flûte", "latin-1"), ("バイオリン", "utf-8"), ("Скрипка", "utf-8")],
)
def test_names_in_any_script_are_read(name, coding):
    text = name.encode(coding).decode("latin-1")  # what mido writes as these bytes
    events = [mido.MetaMessage("track_name", name=text), *NOTE]
    assert read_midi_file(midi(events, events)).score.parts[0].name == name


def test_keys_never_let_go_sound_to_the_end_and_are_named():
    events = [("note_on", 60, 90, 0), ("note_on", 64, 90, 480), ("note_off", 64, 0, 480)]
    assert heard(midi(events)) == [(0, 2, 60), (1, 1, 64)]
    assert "One key is never let go" in told(midi(events))


def test_all_notes_off_ends_what_sounds_on_its_channel():
    events = [("note_on", 60, 90, 0), mido.Message("control_change", control=123, time=480)]
    assert heard(midi([*events, *NOTE])) == [(0, 1, 60), (1, 1, 60)]
    assert not told(midi([*events, *NOTE]))


def test_a_stroke_without_length_is_heard():
    assert heard(midi([("note_on", 60, 90, 0), ("note_off", 60, 0, 0)]))[0][1] > 0


def test_a_file_cut_off_keeps_what_stands_before():
    whole = midi(NOTE * 20)
    read = read_midi_file(whole[: len(whole) // 2])
    assert 5 < len(read.score.notes) < 20
    assert "cut off in track 1" in " ".join(read.left_out)


def test_a_damaged_track_does_not_take_the_others_along():
    whole = midi(NOTE * 20, [("note_on", 72, 90, 0), ("note_off", 72, 0, 480)] * 20)
    place = whole.index(b"\x90\x3c") + 40
    read = read_midi_file(whole[:place] + b"\xf5\xff\xf5\xff" + whole[place + 4 :])
    assert sum(n.pitch == 72 for n in read.score.notes) == 20
    assert "Track 1 is damaged" in " ".join(read.left_out)


def test_separate_pieces_in_one_file_are_named():
    assert "3 separate pieces" in told(midi(NOTE, NOTE, NOTE, form=2))
    assert len(heard(midi(NOTE, NOTE, NOTE, form=2))) == 1


def test_a_file_that_counts_seconds_is_read():
    whole = bytearray(midi(NOTE, form=0))
    whole[12:14] = bytes([256 - 25, 40])  # 25 frames a second of 40 ticks: 1000 a second
    assert heard(bytes(whole)) == [(0, 0.96, 60)]
    assert "counts seconds" in told(bytes(whole))


def test_what_the_course_writes_comes_back_the_same():
    notes = (Note(0.0, 1.0, 60, 90), Note(0.5, 1.0, 60, 70), Note(2.0, 0.25, 67, 80, 1))
    kept = Score(notes, 100.0, (3, 4), 40, "Ebm", (Part("Solo", 40), Part("drums", 0, True)))
    assert read_midi_file(write_midi(kept)).score == kept
    alone = Score(notes[:2], 100.0, (3, 4), 40, "F#m")
    assert read_midi_file(write_midi(alone)).score == alone


@pytest.mark.parametrize("data", [b"", b"MThd", b"RIFF0000", midi(NOTE)[:14] + b"\0" * 50])
def test_what_is_no_midi_gets_a_sentence(data):
    try:
        assert not read_midi_file(data).score.notes
    except LearnerError as sentence:
        assert str(sentence).endswith(".")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_raises_anything_but_a_sentence(data):
    whole = bytearray(midi(NOTE * 8, [mido.MetaMessage("track_name", name="a"), *NOTE * 8]))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_midi_file(bytes(whole))
        assert all(n.length > 0 and 0 <= n.pitch < 128 for n in read.score.notes)
    except LearnerError:
        pass


def test_a_hostile_file_is_read_within_seconds():
    body = b"\0\x90\x3c\x40" + b"\0\x3c\x40" * 600_000
    data = b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk" + len(body).to_bytes(4, "big") + body
    began = time.process_time()
    read = read_midi_file(data)
    assert time.process_time() - began < 10
    assert "more than 250,000 events" in " ".join(read.left_out)
    with pytest.raises(LearnerError, match="limit"):
        read_midi_file(data + bytes(400_000))


@pytest.mark.parametrize("name", ["Flûte", "Гитара", "フルート", "Melody"])
def test_names_in_any_script_come_back_from_our_own_files(name):
    notes = (Note(0.0, 1.0, 60, 80, 0), Note(0.0, 1.0, 64, 80, 1))
    score = Score(notes, 100.0, (4, 4), 0, "C", (Part(name, 73), Part("b", 0)))
    assert read_midi_file(write_midi(score)).score.parts[0].name == name
