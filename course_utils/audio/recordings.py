"""Recordings that a person brings, checked."""

from __future__ import annotations

from course_utils.audio.decoding import first_of
from course_utils.audio.wav import LARGEST_FILE, NO_READER, RATE, to_wav
from course_utils.creation import BadRecipe, Creation, HumanEdit, LearnerError, Recipe
from course_utils.files import unpack_bytes

__all__ = ["BROUGHT_RECORDING", "is_from_phone", "sound_from_file"]

# stands in the recipe of a sound from outside, where a model's name would
BROUGHT_RECORDING = "own recording"
LONGEST = 600  # seconds of a recording; more is refused before it is decoded
KEPT = 30  # seconds of a recording that are kept
OURS = {b"RIFF": ".wav", b"OggS": ".ogg", b"ID3\x03": ".mp3", b"ID3\x04": ".mp3"}


def is_from_phone(data: bytes) -> bool:
    """Whether a file is of the kinds in which phones keep recordings (M4A and 3GP, bare AAC, AMR),
    which no library here reads.
    """
    return data[4:8] == b"ftyp" or data[:2] in (b"\xff\xf1", b"\xff\xf9") or data[:5] == b"#!AMR"


def sound_from_file(data: bytes, name: str = "my recording") -> Creation:
    """A recording a person brings (WAV, MP3, OGG, FLAC ...): the first 30 seconds after the
    silence, made even in loudness, as a Creation of kind "sound".

    A file made with the course comes back as itself, with its recipe. What a person should know of
    the recording stands in the setting `note`.

    Raises:
        LearnerError: empty, too large or long, silent, damaged, or not a sound.
    """
    if not data:
        raise LearnerError("That file is empty. Choose a recording, such as a WAV or MP3 file.")
    if len(data) > LARGEST_FILE:
        raise LearnerError(
            f"That file has {len(data) / 1e6:.0f} MB and the limit is {LARGEST_FILE // 1_000_000}."
            " Cut out the part you want and choose it again."
        )
    own = _own_file(data)
    if own is not None:
        return own
    if is_from_phone(data):
        raise LearnerError(
            "That is a recording as phones keep them (M4A or AAC), which only a browser can read."
            " Use the button “Choose a phone's recording”, or save it as WAV or MP3."
        )
    try:
        found = first_of(data, 2 * KEPT, LONGEST)
    except ImportError as problem:
        raise LearnerError(NO_READER) from problem
    heard = _without_silence(found.samples, found.rate)
    note = _note(heard, found.seconds)
    recipe = Recipe(
        kind="sound",
        prompt=_title(name),
        model=BROUGHT_RECORDING,
        settings={"note": note} if note else {},
    )
    edits = [HumanEdit(what="brought in by the learner")]
    return Creation(recipe=recipe, content=to_wav(_even(heard, found.rate)), edits=edits)


def _own_file(data: bytes) -> Creation | None:
    """The sound, if the course made this file and its record is whole."""
    suffix = OURS.get(data[:4])
    try:
        return unpack_bytes(data, suffix) if suffix else None
    except BadRecipe:
        return None  # not one of ours: any recording


def _without_silence(heard, rate: int):
    """From where it begins, at most `KEPT` seconds.

    Raises:
        LearnerError: damaged, silent or too short.
    """
    import numpy as np

    if not np.isfinite(heard).all():
        raise LearnerError(
            "That recording is damaged: some of it is not a number. Save it again as a WAV or MP3"
            " file, then choose it."
        )
    peak = float(np.abs(heard).max()) if len(heard) else 0.0
    if peak < 0.003:
        raise LearnerError(
            "That recording is silent. Check that the microphone was on, record again, then choose"
            " the new file."
        )
    first = int(np.argmax(np.abs(heard) > 0.05 * peak))
    heard = heard[max(0, first - rate // 50) :][: KEPT * rate]
    if len(heard) < rate // 10:
        raise LearnerError(
            "That recording is shorter than a tenth of a second. Choose a longer one."
        )
    return heard


def _note(heard, seconds: float) -> str:
    """What a person should know of a recording, or ""."""
    loud = "It was recorded too loud and crackles a little; a quieter one may sound better."
    cut = f"Only {KEPT} seconds of it are kept."
    crackles = bool((abs(heard) > 0.985).mean() > 0.003)
    return " ".join([loud] * crackles + [cut] * (seconds > KEPT + 1))


def _even(heard, rate: int):
    """At the course's rate and loudness, with soft edges."""
    import numpy as np

    from course_utils.audio.filters import resampled

    heard = resampled(heard, RATE, rate)
    heard = (heard - heard.mean()) * (0.5 / np.abs(heard - heard.mean()).max())
    place = np.arange(len(heard))
    return heard * np.minimum(1, np.minimum(place, place[::-1]) / (RATE / 100))


def _title(name: str) -> str:
    printed = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printed.split())[:100] or "my recording"
