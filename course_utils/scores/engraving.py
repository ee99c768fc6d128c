"""Tunes as sheet music: an SVG drawing engraved by verovio, with a title,
a description and the recipe inside.
"""

from __future__ import annotations

import html
import importlib.util
import re
import threading
from functools import lru_cache

from course_utils.creation import BadRecipe, Creation, LearnerError, load, unload
from course_utils.errors import ChangedElsewhere
from course_utils.labels.svg import drawn_print, unsigned
from course_utils.scores.chords.symbols import Symbol, symbols_of
from course_utils.scores.description import describe
from course_utils.scores.lyrics import Lyric, lyrics_of
from course_utils.scores.midi import read_midi
from course_utils.scores.musicxml import write_musicxml

__all__ = ["sheet_svg"]

CARGO_ID = "course-creation"
NO_SHEET = (
    "This Python has no library for sheet music. The notes are shown as bars and as a table; to add"
    " it, run `python start.py` again."
)
OPTIONS = {
    "pageWidth": 1700,
    "pageHeight": 60000,
    "adjustPageHeight": True,
    "scale": 42,
    "footer": "none",
    "svgViewBox": True,
    "xmlIdSeed": 7,
}
_lock = threading.Lock()


def can_engrave() -> bool:
    """Whether the engraving library is here."""
    try:
        return importlib.util.find_spec("verovio") is not None
    except ValueError:  # switched off by somebody
        return False


@lru_cache(maxsize=16)
def engraved(
    midi: bytes,
    title: str,
    about: str,
    symbols: tuple[Symbol, ...] = (),
    lyrics: tuple[Lyric, ...] = (),
) -> str:
    """The sheet of a MIDI file, chord names over it, as one SVG drawing without scripts,
    its title and description for people who cannot see it.

    Raises:
        LearnerError: the library is not here, or it cannot write these notes.
    """
    if not can_engrave():
        raise LearnerError(NO_SHEET)
    import verovio

    score = read_midi(midi)
    sheet = write_musicxml(score, title, "", True, symbols, lyrics).decode()
    with _lock:
        verovio.enableLog(verovio.LOG_OFF)
        toolkit = verovio.toolkit()
        toolkit.setOptions(OPTIONS)
        drawn = toolkit.renderToSVG(1) if toolkit.loadData(sheet) else ""
    if "<svg" not in drawn:
        raise LearnerError(
            "These notes could not be written as a sheet. They are kept, and shown as bars and as a"
            " table."
        )
    drawn = re.sub(r"<desc>.*?</desc>", "", drawn, count=1, flags=re.S)
    words = (
        f"<title>{html.escape(f'Sheet music: {title}')}</title><desc>{html.escape(about)}</desc>"
    )
    return re.sub(r"(<svg [^>]*)>", lambda m: f'{m[1]} role="img">{words}', drawn, count=1)


def sheet_svg(creation: Creation) -> str:
    """The sheet of a tune or a backing track; see `engraved`."""
    score = read_midi(creation.content)
    symbols, lyrics = symbols_of(creation, score.bar_length), lyrics_of(creation, score)
    return engraved(creation.content, creation.recipe.prompt, describe(creation), symbols, lyrics)


def pack(creation: Creation) -> bytes:
    """The SVG file of a tune, the creation in its metadata."""
    sheet = sheet_svg(creation)
    told = f"{html.escape(load(creation))}\n{drawn_print(sheet)}"
    packed = f'<metadata id="{CARGO_ID}">{told}</metadata></svg>'
    return (sheet.rstrip().removesuffix("</svg>") + packed).encode()


def unpack(data: bytes) -> Creation:
    """The creation a sheet was made from.

    Raises:
        BadRecipe: no sheet of ours, or damaged; or another program changed what it shows, and the
            notes inside are those of before.
    """
    text = unsigned(data.decode("utf-8", "replace"))
    block = re.search(rf'<metadata id="{CARGO_ID}">([^<]*)</metadata>', text)
    if not block:
        raise BadRecipe(
            "This drawing holds no recipe: it was not made with the course. Try the original file."
        )
    told, end, kept = html.unescape(block[1]).rpartition("}")
    creation = unload(told + end)
    read_midi(creation.content)
    if kept.strip() not in ("", drawn_print(text)):
        raise ChangedElsewhere(
            "This sheet was drawn on in another program, and the notes inside it are still the old"
            " ones. Open the tune's .mid file, or bring the notes in as MusicXML."
        )
    return creation


def is_mine(data: bytes) -> bool:
    """Whether an SVG file is a sheet of music of ours."""
    return f'<metadata id="{CARGO_ID}">'.encode() in data
