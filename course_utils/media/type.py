"""Letters for layouts: open fonts that ship, which go together, how wide words are, and their outlines."""

from __future__ import annotations

import functools
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
PAIRINGS = {  # name a learner reads: font of the title, font of everything else (files in fonts/)
    "storybook": ("fraunces-700", "work-sans-400"), "poster": ("archivo-black-400", "karla-400"), "modern": ("space-grotesk-700", "work-sans-400"),
    "friendly": ("nunito-800", "nunito-400"), "plain": ("noto-sans-800", "noto-sans-400"), "magazine": ("fraunces-700", "karla-400"),
    "notice": ("space-grotesk-700", "karla-400"), "headline": ("archivo-black-400", "work-sans-400"), "novel": ("fraunces-700", "noto-sans-400"), "playful": ("nunito-800", "karla-400"),
}
FAMILIES = {"fraunces": "Fraunces", "work-sans": "Work Sans", "archivo-black": "Archivo Black", "karla": "Karla", "space-grotesk": "Space Grotesk", "nunito": "Nunito", "noto-sans": "Noto Sans"}
MOST_SCRIPTS = "noto-sans-400"  # Latin, Greek, Cyrillic, Vietnamese


@functools.cache
def _font(name: str):
    import uharfbuzz

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FOLDER / f"{name}.ttf"))))


@functools.lru_cache(maxsize=65536)
def _shaped(name: str, text: str) -> tuple[tuple[int, int, int, int], ...]:
    """Glyph number, advance, and shift across and up of every glyph, in font units."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_font(name), buffer)
    return tuple((info.codepoint, place.x_advance, place.x_offset, place.y_offset) for info, place in zip(buffer.glyph_infos, buffer.glyph_positions))


def width(text: str, name: str, size: float) -> float:
    """How wide a line of text is, in the unit of `size` (the height of the em square). Shaped by HarfBuzz, so kerning counts."""
    return sum(advance for _, advance, _, _ in _shaped(name, text)) * size / _font(name).face.upem


def missing_letters(text: str, name: str) -> str:
    """The letters of a text that a font has no picture of, each once."""
    return "".join(dict.fromkeys(letter for letter in text if not letter.isspace() and any(glyph == 0 for glyph, *_ in _shaped(name, letter))))


def pairing_for(text: str, wanted: str) -> tuple[str, str]:
    """The wanted pairing if it has all letters of the text, else the plain one, which knows the most scripts; and the letters that even that lacks."""
    if not any(missing_letters(text, font) for font in PAIRINGS[wanted]):
        return wanted, ""
    return "plain", missing_letters(text, MOST_SCRIPTS)


def outline(text: str, name: str, size: float, x: float, y: float) -> str:
    """A line of text as an SVG path whose baseline starts at (x, y)."""
    font = _font(name)
    scale = size / font.face.upem
    pieces: list[str] = []
    pen, drawing = x, _drawing()
    for glyph, advance, across, up in _shaped(name, text):
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
    functions.set_quadratic_to_func(lambda cx, cy, x, y, state: state[0].append(f"Q{state[1](cx, cy)} {state[1](x, y)}"))
    functions.set_cubic_to_func(lambda ax, ay, bx, by, x, y, state: state[0].append(f"C{state[1](ax, ay)} {state[1](bx, by)} {state[1](x, y)}"))
    functions.set_close_path_func(lambda state: state[0].append("Z"))
    return functions


def wrap(text: str, name: str, size: float, room: float) -> list[str]:
    """The text in lines no wider than `room`, broken between words; a single word that is wider is broken between letters."""
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
                fitting = max((n for n in range(1, len(word)) if width(word[:n], name, size) <= room), default=1)
                lines.append(word[:fitting])
                word = word[fitting:]
            line = word
        lines.append(line)
    return lines


def balanced(text: str, name: str, size: float, room: float) -> list[str]:
    """`wrap`, with lines of about equal length: the narrowest room that needs no more lines and breaks no word, so that none is left alone at the end."""
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


def fit(text: str, name: str, room: tuple[float, float], leading: float, largest: float, smallest: float, whole_words: bool = True) -> tuple[float, list[str]] | None:
    """The largest size (and the lines) at which a text fits a box, or None if it does not fit at `smallest`.

    Args:
        room: width and height of the box.
        leading: height of a line as a multiple of the size.
        whole_words: refuse sizes at which a word would have to be broken.
    """
    size = largest
    while size >= smallest:
        lines = wrap(text, name, size, room[0])
        broken = whole_words and any(width(word, name, size) > room[0] for word in text.split())
        if not broken and len(lines) * leading * size <= room[1] and all(width(line, name, size) <= room[0] for line in lines):
            return size, balanced(text, name, size, room[0])
        size *= 0.94
    return None
