"""A tune or a backing track as a MusicXML file with its recipe inside, and back."""

from __future__ import annotations

from course_utils.creation import BadRecipe, Creation, LearnerError, load, unload
from course_utils.scores.chords.symbols import symbols_of
from course_utils.scores.lyrics import lyrics_of
from course_utils.scores.midi import read_midi
from course_utils.scores.musicxml.record import CARGO, DIGEST, is_as_made
from course_utils.scores.musicxml.writing import write_musicxml
from course_utils.scores.safe_xml import read_xml

__all__ = ["made_from", "pack", "unpack"]


def pack(creation: Creation) -> bytes:
    """The MusicXML file of a tune or a backing track,
    the creation in its field for further matters.
    """
    score = read_midi(creation.content)
    return write_musicxml(
        score,
        creation.recipe.prompt,
        load(creation),
        symbols=symbols_of(creation, score.bar_length),
        lyrics=lyrics_of(creation, score),
    )


def unpack(data: bytes) -> Creation:
    """The creation a MusicXML file was made from.

    Raises:
        BadRecipe: unsafe or damaged, without a recipe, or its notes were changed by another program
            since.
    """
    root = read_xml(data)
    fields = {field.get("name"): field.text or "" for field in root.iter("miscellaneous-field")}
    if CARGO not in fields:
        raise BadRecipe(
            "This sheet holds no recipe: it was not made with the course. Bring it in as a tune."
        )
    if not is_as_made(fields.get(DIGEST, ""), root):
        raise BadRecipe(
            "The notes on this sheet were changed since it was made. Bring it in as a tune of your"
            " own."
        )
    creation = unload(fields[CARGO])
    read_midi(creation.content)
    return creation


def made_from(data: bytes) -> Creation | None:
    """The creation whose sheet another program changed; None for any other sheet."""
    if not any(CARGO.encode(letters) in data for letters in ("utf-8", "utf-16-le", "utf-16-be")):
        return None  # it need not be read for that
    try:
        root = read_xml(data)
        fields = {field.get("name"): field.text or "" for field in root.iter("miscellaneous-field")}
        return unload(fields[CARGO]) if CARGO in fields else None
    except LearnerError:
        return None
