"""A tune's record inside its MIDI file, as a text event."""

from __future__ import annotations

import hashlib
import io
import json

from course_utils.creation import BadRecipe, Creation, edited_elsewhere
from course_utils.scores.midi.events import LARGEST

__all__ = ["RECORD_KEY", "pack", "unpack"]

RECORD_KEY = "course_record:"
PRINT_KEY = "course_notes:"
STEPS = 960  # of a quarter note, to which moments are rounded


def _open(data: bytes):
    import mido

    if len(data) > LARGEST:
        raise BadRecipe(
            "That tune file is too large to be one of ours. Try a file made with the course."
        )
    try:
        # a byte out of range costs one note, not the tune
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
        file.tracks[0]
        return file
    except Exception as problem:  # mido raises many kinds on damaged files
        raise BadRecipe(
            "The tune could not be read: the file is damaged or not MIDI. Try the original file"
            " from your portfolio."
        ) from problem


def pack(creation: Creation) -> bytes:
    """The MIDI file of a tune with its record in a text event."""
    import mido

    file = _open(creation.content)
    # MIDI text is not Unicode: letters beyond ASCII as JSON escapes
    record = json.dumps(json.loads(creation.record()))
    told = PRINT_KEY + notes_print(file)
    file.tracks[0].insert(0, mido.MetaMessage("text", text=told, time=0))
    file.tracks[0].insert(0, mido.MetaMessage("text", text=RECORD_KEY + record, time=0))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def notes_print(file) -> str:
    """A fingerprint of what a MIDI file (mido's) plays, whatever program wrote its tracks and
    ticks: notes, speeds and instruments with their moments. 64 hexadecimal digits.
    """
    told = []
    for track in file.tracks:
        moment = 0
        for message in track:
            moment += message.time
            at = round(moment * STEPS / max(1, file.ticks_per_beat))
            if message.type in ("note_on", "note_off"):
                loud = message.velocity if message.type == "note_on" else 0
                told.append((at, "note", message.note, loud))
            elif message.type == "set_tempo":
                told.append((at, "speed", message.tempo, 0))
            elif message.type == "program_change":
                told.append((at, "program", message.program, 0))
    return hashlib.sha256(repr(sorted(told)).encode()).hexdigest()


def unpack(data: bytes) -> Creation:
    """The creation a MIDI file was made from; one whose notes another program changed is another,
    whose parent it is.

    Raises:
        BadRecipe: damaged, or without a recipe.
    """
    file = _open(data)
    record, kept = _taken_out(file, RECORD_KEY), _taken_out(file, PRINT_KEY)
    if record is None:
        raise BadRecipe(
            "This tune holds no recipe: it was not made with the course. Try the original file."
        )
    buffer = io.BytesIO()
    try:
        file.save(file=buffer)
        now = notes_print(file)
    except Exception as problem:
        raise BadRecipe(
            "The tune could not be read: the file is damaged. Try the original file from your"
            " portfolio."
        ) from problem
    made = Creation.from_record(record, buffer.getvalue())
    return made if kept in (None, now) else edited_elsewhere(made, made.content, now)


def _taken_out(file, key: str) -> str | None:
    """The text of the first text event that begins with a key, which is removed; None where there
    is none.
    """
    for track in file.tracks:
        for number, message in enumerate(track):
            if message.type == "text" and message.text.startswith(key):
                if number + 1 < len(track):  # what follows keeps its moment
                    track[number + 1].time += message.time
                del track[number]
                return message.text[len(key) :]
    return None
