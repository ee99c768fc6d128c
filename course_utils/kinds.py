"""One file format per kind of creation, each with the recipe inside, and the way back from a file to a Creation."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from course_utils.creation import BadRecipe, Creation, LearnerError

SUFFIXES = {"image": ".png", "words": ".md", "tune": ".mid", "backing": ".mid", "sound": ".wav", "layout": ".svg", "page": ".html"}
TAKEN = (".wav", ".ogg", ".mp3", ".musicxml", ".svg")  # what tunes are taken away as, beside their own format; a .svg is a sheet or a layout
_MODULES = {".png": "pictures.png", ".md": "words.markdown", ".mid": "scores.score", ".svg": "layouts.design", ".html": "display.figure", ".wav": "audio.wav", ".ogg": "audio.ogg_mp3", ".mp3": "audio.ogg_mp3", ".musicxml": "scores.musicxml"}
LARGEST_FILE = 50_000_000  # bytes


def pack(creation: Creation, suffix: str | None = None) -> bytes:
    """The bytes of the file for a creation, its record inside. `suffix`: of a tune or a backing track also one of TAKEN, of a sound also ".ogg" or ".mp3"."""
    suffix = suffix or SUFFIXES[creation.kind]
    module = import_module(f"course_utils.{'scores.engraving' if suffix == '.svg' and creation.kind != 'layout' else _MODULES[suffix]}")
    return module.pack(creation, suffix) if suffix in (".ogg", ".mp3") else module.pack(creation)


def unpack(path: Path | str) -> Creation:
    """The creation a file was made from.

    Raises:
        LearnerError: no such file, too large, or an unknown format.
        BadRecipe: the file holds no recipe, or a damaged one.
    """
    path = Path(path)
    if path.suffix.lower() not in _MODULES:
        raise LearnerError(f"Files that end in {path.suffix or 'nothing'} are not made by this course. Try a .png, .md, .mid, .wav, .ogg, .mp3, .musicxml, .svg or .html file.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise LearnerError("That file is too large to be one of ours. Try a file made with the course.")
        data = path.read_bytes()
    except OSError as problem:
        raise LearnerError(f"The file {path.name} could not be opened. Check its name and folder, then try again.") from problem
    creation = unpack_bytes(data, path.suffix.lower())
    if path.suffix.lower() not in TAKEN and SUFFIXES[creation.kind] != path.suffix.lower():
        raise BadRecipe("The recipe in this file belongs to another kind of result. Try the original file.")
    return creation


def unpack_bytes(data: bytes, suffix: str) -> Creation:
    """The creation the bytes of a file were made from; see `unpack`."""
    sheet = suffix == ".svg" and b'<metadata id="course-creation">' in data
    return import_module(f"course_utils.{'scores.engraving' if sheet else _MODULES[suffix]}").unpack(data)
