"""Tunes a person hands over to a call: a file's name, its bytes, or note names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from course_utils.creation import Creation
from course_utils.files import read_given
from course_utils.scores.imports import tune_from_file, tune_from_text

__all__ = ["there_is", "tune_from"]

NOTES = {".mid", ".midi", ".musicxml", ".xml", ".mxl", ".abc"}  # files of nothing but notes
ALSO = {".txt", ".wav", ".mp3", ".ogg", ".flac", ".svg"}  # of notes, where a tune was asked for


def tune_from(given: Any, sure: bool = True) -> Creation | None:
    """What a person hands over as a tune; None for what is none.

    Args:
        given: a file's name or its bytes, or note names such as "C D E F G2".
        sure: whether a tune was asked for; else only files of notes are taken.

    Raises:
        LearnerError: it is meant as a tune and cannot be read as one.
    """
    if isinstance(given, bytes | bytearray | memoryview):
        data = bytes(given)
        return tune_from_file(data) if sure or data.startswith(b"MThd") else None
    if not isinstance(given, str | os.PathLike):
        return None
    one_line = "\n" not in str(given)
    suffix = Path(str(given)[-300:]).suffix.lower() if one_line else ""
    if suffix in NOTES or (sure and (suffix in ALSO or (one_line and there_is(given)))):
        return tune_from_file(read_given(given), Path(given).name)
    return tune_from_text(given) if sure and isinstance(given, str) else None


def there_is(name: str | os.PathLike) -> bool:
    try:
        return os.path.isfile(name)
    except ValueError:
        return False
