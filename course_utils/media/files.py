"""One file format per kind of creation, each with the recipe inside, and the way back from a file to a Creation."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from course_utils.creation import BadRecipe, Creation, LearnerError

SUFFIXES = {"image": ".png", "words": ".md", "tune": ".mid", "backing": ".mid", "sound": ".wav", "layout": ".svg", "page": ".html"}
_MODULES = {".png": "picture", ".md": "words", ".mid": "score", ".svg": "design", ".html": "page", ".wav": "recording"}
LARGEST_FILE = 50_000_000  # bytes


def pack(creation: Creation, suffix: str | None = None) -> bytes:
    """The bytes of the file for a creation, its record inside. `suffix` is ".wav" for a tune or a backing track as sound."""
    suffix = suffix or SUFFIXES[creation.kind]
    return import_module(f"course_utils.media.{_MODULES[suffix]}").pack(creation)


def unpack(path: Path | str) -> Creation:
    """The creation a file was made from.

    Raises:
        LearnerError: no such file, too large, or an unknown format.
        BadRecipe: the file holds no recipe, or a damaged one.
    """
    path = Path(path)
    if path.suffix.lower() not in _MODULES:
        raise LearnerError(f"Files that end in {path.suffix or 'nothing'} are not made by this course. Try a .png, .md, .mid, .wav, .svg or .html file.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise LearnerError("That file is too large to be one of ours. Try a file made with the course.")
        data = path.read_bytes()
    except OSError as problem:
        raise LearnerError(f"The file {path.name} could not be opened. Check its name and folder, then try again.") from problem
    creation = import_module(f"course_utils.media.{_MODULES[path.suffix.lower()]}").unpack(data)
    if path.suffix.lower() != ".wav" and SUFFIXES[creation.kind] != path.suffix.lower():
        raise BadRecipe("The recipe in this file belongs to another kind of result. Try the original file.")
    return creation
