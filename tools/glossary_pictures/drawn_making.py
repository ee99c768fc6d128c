"""Drawings for the words about texts, music and pages."""

from __future__ import annotations

from tools.glossary_pictures.ink import (
    BLUE,
    EDGE,
    GOLD,
    INK,
    MIST,
    PAPER,
    RED,
    SOFT,
    SUN,
    arrow,
    box,
    dot,
    heart,
    line,
    note,
    paper,
    path,
    text,
    words_in_line,
    writing,
)

__all__ = ["DRAWN"]


def verse(rows: list[tuple[str, str, str]], x: float = 40, size: float = 24, top: float = 0) -> str:
    """Lines of a poem; (line, its last word, colour of that)."""
    gap = size * 1.5
    first = top or 100 - gap * (len(rows) - 1) / 2 + size / 3
    return "".join(
        words_in_line(x, first + k * gap, ((start, INK), (end, colour)), size)
        for k, (start, end, colour) in enumerate(rows)
    )


def staff(y: float = 60, x: float = 40, to: float = 440, gap: float = 18) -> str:
    return "".join(line(x, y + k * gap, to, y + k * gap, INK, 2) for k in range(5))


def keys(coloured: set[int], x: float = 60, y: float = 40) -> str:
    """An octave of piano keys from C on; those of the given half steps are coloured."""
    white = [0, 2, 4, 5, 7, 9, 11, 12]
    black = [1, 3, None, 6, 8, 10, None]
    shapes = "".join(
        box(x + k * 45, y, 45, 124, SUN if pitch in coloured else PAPER, INK, 4)
        for k, pitch in enumerate(white)
    )
    for k, pitch in enumerate(black):
        if pitch is not None:
            fill = BLUE if pitch in coloured else INK
            shapes += box(x + k * 45 + 31, y, 28, 76, fill, INK, 3)
    return shapes


def roll(rows: list[tuple[float, float, float]], bar: tuple[float, float]) -> str:
    """Notes as bars (x, y, width); those inside `bar` are blue, its ground is light."""
    left, right = bar
    lines = "".join(line(60 + k * 120, 30, 60 + k * 120, 170, SOFT, 2) for k in range(4))
    return (
        box(left, 30, right - left, 140, SUN, "", 0)
        + lines
        + "".join(
            box(x, y, w - 4, 16, BLUE if left <= x < right else EDGE, "", 4) for x, y, w in rows
        )
    )


def syllables(x: float, y: float, parts: list[str], size: float = 40) -> str:
    """Parts of a word side by side, a bow under each."""
    shapes = ""
    for part in parts:
        w = len(part) * size * 0.52
        shapes += text(x + w / 2, y, part, size)
        shapes += path(f"M{x + 4} {y + 14}q{w / 2 - 4} 26 {w - 8} 0", "none", BLUE, 4)
        x += w + 14
    return shapes


def dots_in_rows(counts: list[int]) -> str:
    return "".join(
        dot(332 + k * 19, 62 + row * 40, 7, BLUE)
        for row, count in enumerate(counts)
        for k in range(count)
    )


DRAWN: dict[str, str] = {
    "bar": roll(
        [
            (62, 130, 40),
            (102, 100, 40),
            (142, 70, 40),
            (182, 60, 80),
            (262, 90, 40),
            (302, 120, 40),
            (342, 90, 40),
            (382, 130, 36),
        ],
        (180, 300),
    )
    + text(240, 22, "one bar", 20, BLUE, bold=True),
    "bleed": box(150, 14, 180, 172, MIST, "", 0)
    + path("M150 186V96q70-60 180-10V186z", BLUE, "")
    + box(166, 30, 148, 140, "none", INK, 0, 3, "8 7")
    + arrow(120, 100, 148, 100, RED)
    + arrow(196, 100, 168, 100, RED)
    + text(112, 94, "3 mm,", 20, at="end")
    + text(112, 118, "cut off", 20, at="end"),
    "contrast": box(50, 40, 180, 120, PAPER, INK, 8)
    + text(140, 122, "Aa", 64, INK, bold=True)
    + box(250, 40, 180, 120, PAPER, INK, 8)
    + text(340, 122, "Aa", 64, "#e3e0d8", bold=True)
    + text(140, 188, "strong", 20)
    + text(340, 188, "weak", 20),
    "couplet": verse(
        [("The fox has found a little ", "key", BLUE), ("beneath the oldest apple ", "tree", BLUE)],
        56,
        27,
    )
    + path("M414 92q26 20 0 40", "none", BLUE, 4),
    "free verse": verse(
        [
            ("The rain", "", INK),
            ("writes the same word", "", INK),
            ("on every roof,", "", INK),
            ("and nobody reads it.", "", INK),
        ],
        110,
        24,
    ),
    "haiku": verse(
        [
            ("Rain on the window:", "", INK),
            ("the fox waits under the tree", "", INK),
            ("for the night to end.", "", INK),
        ],
        30,
        22,
        70,
    )
    + dots_in_rows([5, 7, 5]).replace("cy='62'", "cy='63'"),
    "key": keys({7, 9, 11, 0, 2, 4, 6, 12}) + text(240, 190, "the notes of G major", 20),
    "limerick": verse(
        [
            ("There once was a fox with a ", "key", BLUE),
            ("who looked for a door in a ", "tree;", BLUE),
            ("    it opened a ", "jar", RED),
            ("    of jam from afar,", "", INK),
            ("and she shared it with badger and ", "me.", BLUE),
        ],
        44,
        21,
    ).replace(
        "of jam from afar,", "of jam from a<tspan fill='" + RED + "' font-weight='700'>far,</tspan>"
    ),
    "margin": paper(
        160,
        14,
        160,
        172,
        box(186, 40, 108, 120, MIST, BLUE, 0, 2, "6 6") + writing(194, 62, 92, 6, 16, SOFT),
    )
    + arrow(128, 100, 158, 100, RED)
    + arrow(216, 100, 188, 100, RED),
    "midi": "".join(
        text(100 + column * 140, 44 + row * 34, words, 22, SOFT if row == 0 else INK, bold=row == 0)
        for row, cells in enumerate(
            (
                ("which", "when", "how long"),
                ("G4", "0", "1"),
                ("B4", "1", "½"),
                ("D5", "1 ½", "2"),
                ("…", "…", "…"),
            )
        )
        for column, words in enumerate(cells)
    )
    + line(40, 54, 440, 54, INK, 2),
    "notation": staff()
    + path(
        "M66 150q-18-10-8-34q6-16 24-30q16-14 8-36q-10-12-16 10q-4 20 6 76q6 28-14 22",
        "none",
        INK,
        4,
    )
    + note(160, 132)
    + note(230, 114)
    + note(300, 96)
    + note(370, 78, BLUE)
    + line(440, 60, 440, 132, INK, 4),
    "rhyme": text(120, 86, "c", 54, INK, "end")
    + text(120, 86, "at", 54, BLUE, "start", True)
    + text(320, 86, "h", 54, INK, "end")
    + text(320, 86, "at", 54, BLUE, "start", True)
    + path("M146 104q98 74 200 0", "none", BLUE, 4)
    + text(246, 172, "the same sound", 20),
    "syllable": syllables(136, 112, ["pic", "ture"], 58),
    "template": paper(
        60,
        20,
        170,
        160,
        writing(78, 46, 134, 2)
        + text(90, 92, "→", 24, BLUE)
        + writing(108, 86, 104, 1, 14, GOLD)
        + writing(78, 116, 134, 2)
        + text(90, 162, "→", 24, BLUE)
        + writing(108, 156, 104, 1, 14, GOLD),
    )
    + arrow(248, 100, 290, 100)
    + paper(
        308,
        58,
        120,
        84,
        writing(324, 82, 88, 2)
        + text(336, 128, "→", 24, BLUE)
        + box(352, 110, 62, 22, SUN, INK, 4, 2, "5 4"),
    ),
    "zine": box(40, 50, 130, 100, PAPER, INK, 2)
    + "".join(line(40 + k * 32.5, 50, 40 + k * 32.5, 150, SOFT, 2, "5 5") for k in (1, 2, 3))
    + line(40, 100, 170, 100, SOFT, 2, "5 5")
    + line(72, 100, 138, 100, RED, 4)
    + arrow(188, 100, 232, 100)
    + path("M256 62l60 24v78l-60-24z", SUN, INK, 3)
    + path("M376 62l-60 24v78l60-24z", PAPER, INK, 3)
    + heart(346, 118, 30)
    + text(110, 184, "fold, cut", 20)
    + text(318, 190, "a booklet", 20),
}
