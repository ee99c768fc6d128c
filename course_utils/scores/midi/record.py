"""A tune's record inside its MIDI file, as a text event."""

from __future__ import annotations

import io
import json

from course_utils.creation import BadRecipe, Creation
from course_utils.scores.midi.events import LARGEST

RECORD_KEY = "course_record:"


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
    file.tracks[0].insert(0, mido.MetaMessage("text", text=RECORD_KEY + record, time=0))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def unpack(data: bytes) -> Creation:
    """The creation a MIDI file was made from.

    Raises:
        BadRecipe: damaged, or without a recipe.
    """
    file = _open(data)
    for track in file.tracks:
        for number, message in enumerate(track):
            if message.type == "text" and message.text.startswith(RECORD_KEY):
                record = message.text[len(RECORD_KEY) :]
                del track[number]
                buffer = io.BytesIO()
                try:
                    file.save(file=buffer)
                except Exception as problem:
                    raise BadRecipe(
                        "The tune could not be read: the file is damaged. Try the original file"
                        " from your portfolio."
                    ) from problem
                return Creation.from_record(record, buffer.getvalue())
    raise BadRecipe(
        "This tune holds no recipe: it was not made with the course. Try the original file."
    )
