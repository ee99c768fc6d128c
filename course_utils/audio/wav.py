"""Sounds in and out: WAV files with the recipe inside, and recordings that a person brings,
checked.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import struct
import wave
from collections.abc import Iterator

from course_utils.audio.decoding import first_of
from course_utils.creation import (
    BadRecipe,
    Creation,
    HumanEdit,
    LearnerError,
    Recipe,
    edited_elsewhere,
)

__all__ = [
    "BROUGHT_RECORDING",
    "LARGEST_FILE",
    "NO_READER",
    "RATE",
    "from_wav",
    "is_from_phone",
    "sound_from_file",
    "to_wav",
]

RATE = 44_100  # samples a second, stereo
# stands in the recipe of a sound from outside, where a model's name would
BROUGHT_RECORDING = "own recording"
LARGEST_FILE = 60_000_000  # bytes
LONGEST = 600  # seconds of a recording; more is refused before it is decoded
KEPT = 30  # seconds of a recording that are kept
PRINT = b"IPRN"  # the INFO chunk of the fingerprint of the samples
NO_WAV = (
    "The sound could not be read: it is damaged or another kind of WAV file. Try the original file"
    " from your portfolio."
)
NO_READER = "This Python has no library for sound files. Run `python start.py` again to add it."


def to_wav(samples, rate: int = RATE) -> bytes:
    """A WAV file (16 bit) of samples between -1 and 1, shape (n,) or (n, 2)."""
    import numpy as np

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def from_wav(data: bytes):
    """Samples, shape (n, channels) and between -1 and 1, and their rate, of a 16-bit WAV file.

    Raises:
        BadRecipe: it is not one, or it is empty or cut off.
    """
    import numpy as np

    with _opened(data) as file:
        channels = file.getnchannels()
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        samples = frames[: len(frames) // channels * channels].reshape(-1, channels) / 32768
        return samples, file.getframerate()


def check_wav(data: bytes) -> None:
    """Refuse what `from_wav` cannot read, without turning it into numbers.

    Raises:
        BadRecipe: see there.
    """
    with _opened(data) as file:
        if len(file.readframes(1)) < 2 * file.getnchannels():
            raise BadRecipe(NO_WAV)


@contextlib.contextmanager
def _opened(data: bytes) -> Iterator[wave.Wave_read]:
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            if (
                file.getsampwidth() != 2
                or file.getnchannels() > 2
                or not 8000 <= file.getframerate() <= 96000
                or not file.getnframes()
            ):
                raise ValueError("another kind of WAV")
            yield file
    except (wave.Error, EOFError, ValueError, struct.error) as problem:
        raise BadRecipe(NO_WAV) from problem


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Names and contents of the chunks of a RIFF list."""
    found, place = [], 0
    while place + 8 <= len(data):
        size = struct.unpack("<I", data[place + 4 : place + 8])[0]
        found.append((data[place : place + 4], data[place + 8 : place + 8 + size]))
        place += 8 + size + size % 2
    return found


def joined(parts: list[tuple[bytes, bytes]]) -> bytes:
    """The way back from `chunks`."""
    return b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in parts
    )


def pack(creation: Creation) -> bytes:
    """The WAV file of a sound, its record in the LIST/INFO comment (RIFF, Microsoft 1991);
    of a tune, see `sound.pack`.
    """
    if creation.declared.plays_notes:
        from course_utils.scores import synth as sound

        return sound.pack(creation)
    info = b"INFO" + joined(
        [
            (b"ICMT", creation.record().encode()),
            (b"ISFT", b"course_utils, a sound made with a computer"),
            (PRINT, samples_print(creation.content).encode()),
        ]
    )
    body = creation.content[12:] + joined([(b"LIST", info)])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def unpack(data: bytes) -> Creation:
    """The sound, or the tune, a WAV file was made from; a sound that another program changed is
    another, whose parent it is.

    Raises:
        BadRecipe: not one of our WAV files, or damaged.
    """
    parts = chunks(data[12:]) if data[:4] == b"RIFF" and data[8:12] == b"WAVE" else []
    info = next(
        (dict(chunks(part[4:])) for name, part in parts if name == b"LIST" and part[:4] == b"INFO"),
        {},
    )
    if b"IKEY" in info:
        from course_utils.scores import synth as sound

        return sound.unpack(data)
    if b"ICMT" not in info:
        raise BadRecipe(
            "This sound holds no recipe: it was not made with the course, or an app removed it. Try"
            " the original file."
        )
    body = joined([(name, part) for name, part in parts if name in (b"fmt ", b"data")])
    content = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body
    check_wav(content)
    try:
        record = info[b"ICMT"].decode("utf-8")
    except ValueError as problem:
        raise BadRecipe(
            "The recipe inside this sound is damaged. Try the original file from your portfolio."
        ) from problem
    creation = Creation.from_record(record, content)
    if creation.declared.suffix != ".wav":
        raise BadRecipe(
            "The recipe in this file belongs to another kind of result. Try the original file."
        )
    kept, now = info.get(PRINT, b"").decode("ascii", "replace"), samples_print(content)
    return creation if kept in ("", now) else edited_elsewhere(creation, content, now)


def samples_print(content: bytes) -> str:
    """A fingerprint of a WAV file's form and samples: 64 hexadecimal digits."""
    parts = dict(chunks(content[12:]))
    return hashlib.sha256(parts.get(b"fmt ", b"")[:16] + parts.get(b"data", b"")).hexdigest()


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
    try:
        return unpack(data)
    except BadRecipe:
        pass  # not one of ours: read it as any recording
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
    if (abs(heard) > 0.985).mean() > 0.003:
        return "It was recorded too loud and crackles a little; a quieter one may sound better."
    return f"Only {KEPT} seconds of it are kept." if seconds > KEPT + 1 else ""


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
