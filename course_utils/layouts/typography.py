"""Letters for layouts: open fonts that ship, which go together, how wide words are,
and their outlines.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import re
import unicodedata
from pathlib import Path

__all__ = [
    "FAMILIES",
    "FOLDER",
    "MOST_SCRIPTS",
    "OTHER_SCRIPTS",
    "PAIRINGS",
    "balanced",
    "fit",
    "in_no_font",
    "missing_letters",
    "outline",
    "pairing_for",
    "reads_leftward",
    "width",
]

FOLDER = Path(__file__).parent / "fonts"
PAIRINGS = {  # name a learner reads: font of the title, font of everything else (files in fonts/)
    "storybook": ("fraunces-700", "work-sans-400"),
    "poster": ("archivo-black-400", "karla-400"),
    "modern": ("space-grotesk-700", "work-sans-400"),
    "friendly": ("nunito-800", "nunito-400"),
    "plain": ("noto-sans-800", "noto-sans-400"),
    "magazine": ("fraunces-700", "karla-400"),
    "notice": ("space-grotesk-700", "karla-400"),
    "headline": ("archivo-black-400", "work-sans-400"),
    "novel": ("fraunces-700", "noto-sans-400"),
    "playful": ("nunito-800", "karla-400"),
}
# taken where the words need them
OTHER_SCRIPTS = {
    "hebrew": ("noto-sans-hebrew-800", "noto-sans-hebrew-400"),
    "arabic": ("noto-sans-arabic-800", "noto-sans-arabic-400"),
    "devanagari": ("noto-sans-devanagari-800", "noto-sans-devanagari-400"),
}
FAMILIES = {
    "fraunces": "Fraunces",
    "work-sans": "Work Sans",
    "archivo-black": "Archivo Black",
    "karla": "Karla",
    "space-grotesk": "Space Grotesk",
    "nunito": "Nunito",
    "noto-sans": "Noto Sans",
    "noto-sans-hebrew": "Noto Sans Hebrew",
    "noto-sans-arabic": "Noto Sans Arabic",
    "noto-sans-devanagari": "Noto Sans Devanagari",
}
# where the scripts that are read from right to left stand in Unicode
LEFTWARD = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
MOST_SCRIPTS = "plain"  # Latin, Greek, Cyrillic, Vietnamese


@functools.cache
def _font(name: str):
    import uharfbuzz

    return uharfbuzz.Font(
        uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FOLDER / f"{name}.ttf")))
    )


@functools.lru_cache(maxsize=65536)
def _shaped(name: str, text: str, rightward: bool) -> tuple[tuple[int, int, int, int], ...]:
    """Glyph number, advance, and shift across and up of every glyph from left to right,
    in font units.
    """
    import uharfbuzz

    glyphs = []
    for piece, to_the_right in runs(text, rightward):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(piece)
        buffer.guess_segment_properties()
        buffer.direction = "ltr" if to_the_right else "rtl"
        uharfbuzz.shape(_font(name), buffer)
        glyphs += [
            (info.codepoint, place.x_advance, place.x_offset, place.y_offset)
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions)
        ]
    return tuple(glyphs)


def reads_leftward(text: str) -> bool:
    """Whether a text begins in a script that is read from right to left,
    such as Hebrew or Arabic.
    """
    return bool(LEFTWARD.search(text)) and next(
        (kind != "L" for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")),
        False,
    )


def runs(text: str, rightward: bool) -> list[tuple[str, bool]]:
    """The pieces of a line in the order in which they stand from left to right, and whether each is
    read to the right: numbers and foreign words inside a text keep their own direction.

    Source: the Unicode Bidirectional Algorithm (UAX 9), as fpdf2 has it, which also prints such
    lines.
    """
    if rightward and not LEFTWARD.search(text):
        return [(text, True)]
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    pieces = []
    for level, letters in itertools.groupby(
        BidiParagraph(
            text, TextDirection.LTR if rightward else TextDirection.RTL
        ).get_reordered_characters(),
        key=lambda one: one.embedding_level,
    ):
        piece = "".join(text[one.character_index] for one in letters)
        pieces.append((piece, True) if level % 2 == 0 else (piece[::-1], False))
    return pieces


def width(text: str, name: str, size: float) -> float:
    """How wide a line of text is, in the unit of `size` (the height of the em square).

    Shaped by HarfBuzz, so kerning counts.
    """
    return _units(name, text) * size / _font(name).face.upem


@functools.lru_cache(maxsize=65536)
def _units(name: str, text: str) -> int:
    """The width in font units."""
    return sum(advance for _, advance, _, _ in _shaped(name, text, not reads_leftward(text)))


def missing_letters(text: str, name: str) -> str:
    """The letters of a text that a font has no picture of, each once."""
    return "".join(
        dict.fromkeys(
            letter
            for letter in text
            if not letter.isspace() and any(glyph == 0 for glyph, *_ in _shaped(name, letter, True))
        )
    )


def pairing_for(text: str, wanted: str) -> tuple[str, str]:
    """The wanted pairing if it has all letters of the text, else the plain one, which knows the
    most scripts, else that of another script; and the letters that all of these lack.
    """
    for pairing in (wanted, MOST_SCRIPTS, *OTHER_SCRIPTS):
        if not any(missing_letters(text, font) for font in (PAIRINGS | OTHER_SCRIPTS)[pairing]):
            return pairing, ""
    return MOST_SCRIPTS, in_no_font(text) or missing_letters(text, PAIRINGS[MOST_SCRIPTS][1])


def in_no_font(text: str) -> str:
    """The letters of a text that none of the fonts with the most scripts has, each once."""
    return "".join(
        letter
        for letter in missing_letters(text, PAIRINGS[MOST_SCRIPTS][1])
        if all(missing_letters(letter, fonts[1]) for fonts in OTHER_SCRIPTS.values())
    )


def outline(text: str, name: str, size: float, x: float, y: float, rightward: bool = True) -> str:
    """A line of text as an SVG path whose baseline starts at the left at (x, y).

    `rightward`: the whole text, of which this is a line, is read to the right.
    """
    font = _font(name)
    scale = size / font.face.upem
    pieces: list[str] = []
    pen, drawing = x, _drawing()
    for glyph, advance, across, up in _shaped(name, text, rightward):
        left, base = pen + across * scale, y - up * scale

        def place(px: float, py: float, left: float = left, base: float = base) -> str:
            return f"{left + px * scale:.2f} {base - py * scale:.2f}"

        font.draw_glyph(glyph, drawing, (pieces, place))
        pen += advance * scale
    return "".join(pieces)


@functools.cache
def _drawing():
    """HarfBuzz's callbacks that write SVG path commands; the state is (pieces, place)."""
    import uharfbuzz

    functions = uharfbuzz.DrawFuncs()
    functions.set_move_to_func(lambda x, y, state: state[0].append(f"M{state[1](x, y)}"))
    functions.set_line_to_func(lambda x, y, state: state[0].append(f"L{state[1](x, y)}"))
    functions.set_quadratic_to_func(
        lambda cx, cy, x, y, state: state[0].append(f"Q{state[1](cx, cy)} {state[1](x, y)}")
    )
    functions.set_cubic_to_func(
        lambda ax, ay, bx, by, x, y, state: state[0].append(
            f"C{state[1](ax, ay)} {state[1](bx, by)} {state[1](x, y)}"
        )
    )
    functions.set_close_path_func(lambda state: state[0].append("Z"))
    return functions


def wrap(text: str, name: str, size: float, room: float) -> list[str]:
    """The text in lines no wider than `room`, broken between words;
    a single word that is wider is broken between letters.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            tried = f"{line} {word}" if line else word
            if width(tried, name, size) <= room:
                line = tried
                continue
            if line:
                lines.append(line)
            while width(word, name, size) > room and len(word) > 1:
                # longer is wider
                fitting = max(
                    1,
                    bisect.bisect_right(
                        range(1, len(word)), room, key=lambda n: width(word[:n], name, size)
                    ),
                )
                lines.append(word[:fitting])
                word = word[fitting:]
            line = word
        lines.append(line)
    return lines


def balanced(text: str, name: str, size: float, room: float) -> list[str]:
    """`wrap`, with lines of about equal length: the narrowest room that needs no more lines and
    breaks no word, so that none is left alone at the end.
    """
    widest_word = max((width(word, name, size) for word in text.split()), default=0.0)
    if widest_word > room:
        return wrap(text, name, size, room)
    lines, low, high = wrap(text, name, size, room), max(room * 0.4, widest_word), room
    for _ in range(7):
        middle = (low + high) / 2
        tried = wrap(text, name, size, middle)
        if len(tried) == len(lines) and all(width(line, name, size) <= middle for line in tried):
            high = middle
        else:
            low = middle
    return wrap(text, name, size, high)


def fit(
    text: str,
    name: str,
    room: tuple[float, float],
    leading: float,
    largest: float,
    smallest: float,
    whole_words: bool = True,
) -> tuple[float, list[str]] | None:
    """The largest size (and the lines) at which a text fits a box,
    or None if it does not fit at `smallest`.

    Args:
        room: width and height of the box.
        leading: height of a line as a multiple of the size.
        whole_words: refuse sizes at which a word would have to be broken.
    """
    size = largest
    while size >= smallest:
        lines = wrap(text, name, size, room[0])
        broken = whole_words and any(width(word, name, size) > room[0] for word in text.split())
        if (
            not broken
            and len(lines) * leading * size <= room[1]
            and all(width(line, name, size) <= room[0] for line in lines)
        ):
            return size, balanced(text, name, size, room[0])
        size *= 0.94
    return None
