"""Standard MIDI files written from a score."""

from __future__ import annotations

import io

from course_utils.scores.score import Part, Score

__all__ = ["GRACE", "TICKS", "channel_of", "write_midi"]

TICKS = 480  # a quarter note
GRACE = "course_grace"  # a text before a note: it is a grace note
WRITTEN_AS = {  # keys that no signature can write: their twins
    "G#": "Ab", "D#": "Eb", "A#": "Bb", "E#": "F", "B#": "C", "Fb": "E",
    "Dbm": "C#m", "Gbm": "F#m", "Cbm": "Bm", "Fbm": "Em", "E#m": "Fm", "B#m": "Cm",
}  # fmt: skip


def write_midi(score: Score) -> bytes:
    """A standard MIDI file: type 0 for one voice, type 1 with a track a part for several
    (drums on channel 10).
    """
    import mido

    # names in UTF-8, as most programs read them
    file = mido.MidiFile(type=1 if score.parts else 0, ticks_per_beat=TICKS, charset="utf-8")
    head = mido.MidiTrack()
    file.tracks.append(head)
    head.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo)))
    head.append(
        mido.MetaMessage("time_signature", numerator=score.metre[0], denominator=score.metre[1])
    )
    head.append(mido.MetaMessage("key_signature", key=WRITTEN_AS.get(score.key, score.key)))
    if not score.parts:
        head.append(mido.Message("program_change", program=score.program))
        _write_events(head, score.notes, 0)
    for number, part in enumerate(score.parts):
        track, channel = mido.MidiTrack(), channel_of(score.parts, number)
        file.tracks.append(track)
        track.append(mido.MetaMessage("track_name", name=part.name))
        track.append(mido.Message("program_change", program=part.program, channel=channel))
        _write_events(track, [note for note in score.notes if note.part == number], channel)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def channel_of(parts: tuple[Part, ...], number: int) -> int:
    """The MIDI channel (from 0) of a part: 9 for drums, the others in order around it."""
    if parts[number].drums:
        return 9
    place = sum(not part.drums for part in parts[:number])
    return place if place < 9 else place + 1


def _write_events(track, notes, channel: int) -> None:
    import mido

    events = [(round(n.start * TICKS), 1, n.pitch, n.velocity, n.grace) for n in notes]
    events += [(round((n.start + n.length) * TICKS), 0, n.pitch, 0, False) for n in notes]
    clock = 0
    for tick, kind, pitch, velocity, grace in sorted(events):
        if grace:
            track.append(mido.MetaMessage("text", text=GRACE, time=tick - clock))
            clock = tick
        track.append(
            mido.Message(
                "note_on" if kind else "note_off",
                note=pitch,
                velocity=velocity,
                channel=channel,
                time=tick - clock,
            )
        )
        clock = tick
