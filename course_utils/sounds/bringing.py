"""Sounds a person hands over to a call: a recording's file name or its bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from course_utils.audio.recordings import is_from_phone, sound_from_file
from course_utils.creation import Creation
from course_utils.files import read_given

__all__ = ["sound_from", "sounds_like_one"]

RECORDINGS = {".wav", ".mp3", ".ogg", ".flac", ".aiff", ".aif", ".m4a", ".aac", ".opus"}
BEGINNINGS = (b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


def sound_from(given: Any, sure: bool = True) -> Creation | None:
    """What a person hands over as a recording; None for what is none.

    Args:
        given: a file's name, or the bytes of a file.
        sure: whether a sound was asked for; else only what is clearly one is taken.

    Raises:
        LearnerError: it is meant as a recording and cannot be read as one.
    """
    if isinstance(given, bytes | bytearray | memoryview):
        data = bytes(given)
        return sound_from_file(data) if sure or sounds_like_one(data) else None
    if not isinstance(given, str | os.PathLike):
        return None
    path = Path(given)
    if path.suffix.lower() not in RECORDINGS and not (sure and os.path.isfile(path)):
        return None
    return sound_from_file(read_given(path), path.stem)


def sounds_like_one(data: bytes) -> bool:
    """Whether bytes begin as one of the usual kinds of sound file does."""
    return (
        data.startswith(BEGINNINGS)
        or (data[:4] == b"RIFF" and data[8:12] == b"WAVE")
        or (data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"))
        or (is_from_phone(data) and data[8:12] not in (b"avif", b"avis"))
    )
