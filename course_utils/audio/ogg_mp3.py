"""Tunes and sounds as small sound files, OGG (Vorbis) and MP3,
with the recipe in the comment tag.
"""

from __future__ import annotations

import io

from course_utils.audio.wav import LARGEST_FILE, NO_READER, SOUND_CHANGED, from_wav, to_wav
from course_utils.creation import (
    BadRecipe,
    Creation,
    LearnerError,
    edited_elsewhere,
    load,
    unload,
)
from course_utils.errors import ChangedElsewhere
from course_utils.labels import id3, ogg_pages

__all__ = ["pack"]

LONGEST_OWN = 300  # seconds of a sound of the course
PRINT = "COURSESOUND"  # the text of the fingerprint
FORMATS = {".ogg": ("OGG", "VORBIS"), ".mp3": ("MP3", "MPEG_LAYER_III")}


def pack(creation: Creation, suffix: str = ".ogg") -> bytes:
    """An OGG or MP3 file of a tune, a backing track or a sound.

    Raises:
        LearnerError: there is no library to write it, or none to play notes.
    """
    from course_utils.scores import synth as sound

    try:
        import soundfile
    except ImportError as problem:
        raise LearnerError(NO_READER) from problem
    plays_notes = creation.declared.plays_notes
    samples, rate = from_wav(sound.wav(creation.content) if plays_notes else creation.content)
    form, coding = FORMATS[suffix]
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", samplerate=rate, channels=samples.shape[1], format=form, subtype=coding
    ) as file:
        # the writer of MP3 tags knows no more
        file.title = creation.recipe.prompt.encode("ascii", "replace").decode()
        file.software = "course_utils"
        file.comment = load(creation, with_content=plays_notes)
        # the Vorbis writer runs out of stack on long pieces at once
        for start in range(0, len(samples), rate):
            file.write(samples[start : start + rate])
    return with_print(buffer.getvalue())


def with_print(data: bytes) -> bytes:
    """The file with a fingerprint of what it plays among its texts."""
    if data[:4] == b"OggS":
        return ogg_pages.with_comments(data, [(PRINT, ogg_pages.sound_print(data))])
    return id3.with_frames(data, [id3.named_text(PRINT, id3.sound_print(data))])


def prints(data: bytes) -> tuple[str, str]:
    """The fingerprint that stands in the file, "" where there is none, and that of what it plays
    now.
    """
    tags = ogg_pages if data[:4] == b"OggS" else id3
    texts = ogg_pages.comments(data) if data[:4] == b"OggS" else id3.texts(data)
    return texts.get(PRINT, ""), tags.sound_print(data)


def unpack(data: bytes) -> Creation:
    """The creation such a file was made from; a sound comes back as what the file holds,
    a tune as its notes. A sound that another program changed is another, whose parent it is.

    Raises:
        BadRecipe: not one of ours, or damaged; or its sound was changed and its notes are not those
            that it plays.
    """
    from course_utils.scores.midi import read_midi

    refusal = BadRecipe(
        "This sound holds no recipe: it was not made with the course, or an app removed it. Try the"
        " original file."
    )
    if len(data) > LARGEST_FILE:
        raise refusal
    try:
        import soundfile

        with soundfile.SoundFile(io.BytesIO(data)) as file:
            told = file.comment
            if not told.startswith('{"record"'):
                raise refusal
            seconds, rate = len(file) / file.samplerate, file.samplerate
            here = 0 < seconds <= LONGEST_OWN and rate <= 48_000 and file.channels <= 2
            held = '"content": "' in told
            samples = file.read(dtype="float32", always_2d=True) if here and not held else None
    except ImportError as problem:
        raise LearnerError(NO_READER) from problem
    except BadRecipe:
        raise
    except Exception as problem:  # decoders raise almost anything on hostile files
        raise refusal from problem
    content = None if samples is None else to_wav(samples, rate)
    creation = unload(told, content)
    if creation.declared.plays_notes:
        read_midi(creation.content)
    elif creation.declared.suffix != ".wav" or '"content": "' in told:
        raise BadRecipe(
            "The recipe in this file belongs to another kind of result. Try the original file."
        )
    kept, now = prints(data)
    if kept in ("", now):
        return creation
    if creation.declared.plays_notes:
        raise ChangedElsewhere(SOUND_CHANGED)
    return edited_elsewhere(creation, creation.content, now)
