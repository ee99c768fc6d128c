"""Sounds as WAV files with the recipe inside, and back."""

from __future__ import annotations

import contextlib
import hashlib
import io
import struct
import wave
from collections.abc import Iterator

from course_utils.creation import BadRecipe, Creation, edited_elsewhere

__all__ = ["LARGEST_FILE", "NO_READER", "RATE", "SOUND_CHANGED", "from_wav", "to_wav"]

RATE = 44_100  # samples a second, stereo
LARGEST_FILE = 60_000_000  # bytes
PRINT = b"IPRN"  # the INFO chunk of the fingerprint of the samples
NO_WAV = (
    "The sound could not be read: it is damaged or another kind of WAV file. Try the original file"
    " from your portfolio."
)
SOUND_CHANGED = (
    "The sound in this file was changed since it was made, and the notes inside it are still the"
    " old ones. Bring it in as a recording, or open the tune's .mid file."
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
    """The WAV file of a sound, its record in the LIST/INFO comment (RIFF, Microsoft 1991)."""
    told = {
        b"ICMT": creation.record().encode(),
        b"ISFT": b"course_utils, a sound made with a computer",
    }
    return with_info(creation.content, told)


def with_info(wav: bytes, told: dict[bytes, bytes]) -> bytes:
    """A WAV file with these texts and a fingerprint of its samples in a LIST/INFO chunk."""
    texts = [*told.items(), (PRINT, samples_print(wav).encode())]
    return riff([*chunks(wav[12:]), (b"LIST", b"INFO" + joined(texts))])


def riff(parts: list[tuple[bytes, bytes]]) -> bytes:
    """A WAV file of chunks."""
    body = joined(parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def info_of(data: bytes) -> dict[bytes, bytes]:
    """The texts in the LIST/INFO chunks of a WAV file; none where it is another kind of file."""
    wav = data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    lists = [part for name, part in chunks(data[12:]) if name == b"LIST"] if wav else []
    return next((dict(chunks(part[4:])) for part in lists if part[:4] == b"INFO"), {})


def is_mine(data: bytes) -> bool:
    """Whether a WAV file is no tune's, whose notes lie beside its sound."""
    return b"IKEY" not in info_of(data)


def unpack(data: bytes) -> Creation:
    """The sound, or the tune, a WAV file was made from; a sound that another program changed is
    another, whose parent it is.

    Raises:
        BadRecipe: not one of our WAV files, or damaged.
    """
    info = info_of(data)
    if b"ICMT" not in info:
        raise BadRecipe(
            "This sound holds no recipe: it was not made with the course, or an app removed it. Try"
            " the original file."
        )
    content = riff([part for part in chunks(data[12:]) if part[0] in (b"fmt ", b"data")])
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
    kept, now = prints(info, data)
    return creation if kept in ("", now) else edited_elsewhere(creation, content, now)


def samples_print(content: bytes) -> str:
    """A fingerprint of a WAV file's form and samples: 64 hexadecimal digits."""
    parts = dict(chunks(content[12:]))
    return hashlib.sha256(parts.get(b"fmt ", b"")[:16] + parts.get(b"data", b"")).hexdigest()


def prints(info: dict[bytes, bytes], data: bytes) -> tuple[str, str]:
    """The fingerprint that stands among a WAV file's texts, "" where there is none, and that of
    its samples now.
    """
    return info.get(PRINT, b"").decode("ascii", "replace"), samples_print(data)
