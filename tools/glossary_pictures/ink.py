"""The strokes of which the glossary's drawings are made: one board, the course's colours, and a few
shapes. Everything is SVG text, in units of a board of 480 by 200.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterable

from course_utils.display.tokens import LIGHT

__all__ = [
    "BLUE",
    "BOARD",
    "EDGE",
    "GOLD",
    "HEIGHT",
    "INK",
    "MIST",
    "PAPER",
    "RED",
    "SOFT",
    "SUN",
    "WIDTH",
    "arrow",
    "bars",
    "board",
    "box",
    "cross",
    "dot",
    "heart",
    "line",
    "note",
    "paper",
    "path",
    "person",
    "photo",
    "square",
    "star",
    "text",
    "tick",
    "triangle",
    "words_in_line",
    "writing",
]

WIDTH, HEIGHT = 480, 200
INK, SOFT, EDGE, PAPER, BOARD, MIST, BLUE, RED, SUN, GOLD = (
    LIGHT[name]
    for name in ("ink", "soft", "edge", "paper", "board", "light", "blue", "red", "sun", "gold")
)
LETTERS = "font-family='Nunito,system-ui,sans-serif'"


def board(inside: str, alt: str) -> str:
    """A whole drawing on its board, which is light in dark pages too."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img"><title>{html.escape(alt)}</title><rect width="{WIDTH}"'
        f' height="{HEIGHT}" rx="14" fill="{BOARD}"/><g {LETTERS} stroke-linecap="round"'
        f' stroke-linejoin="round">{inside}</g></svg>\n'
    )


def n(value: float) -> str:
    """A number as short as may be."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text(
    x: float,
    y: float,
    words: str,
    size: float = 22,
    fill: str = INK,
    at: str = "middle",
    bold: bool = False,
) -> str:
    """Words whose baseline is at y; `at` is start, middle or end."""
    more = " font-weight='700'" if bold else ""
    return (
        f"<text x='{n(x)}' y='{n(y)}' font-size='{n(size)}' fill='{fill}' text-anchor='{at}'{more}>"
        f"{html.escape(words)}</text>"
    )


def box(
    x: float,
    y: float,
    w: float,
    h: float,
    fill: str = PAPER,
    edge: str = INK,
    round: float = 8,
    wide: float = 2.5,
    dash: str = "",
) -> str:
    """A rectangle; no edge where `edge` is ""."""
    stroke = f" stroke='{edge}' stroke-width='{n(wide)}'" if edge else ""
    dashes = f" stroke-dasharray='{dash}'" if dash else ""
    return (
        f"<rect x='{n(x)}' y='{n(y)}' width='{n(w)}' height='{n(h)}' rx='{n(round)}' fill='{fill}'"
        f"{stroke}{dashes}/>"
    )


def dot(
    x: float, y: float, radius: float, fill: str = INK, edge: str = "", wide: float = 2.5
) -> str:
    stroke = f" stroke='{edge}' stroke-width='{n(wide)}'" if edge else ""
    return f"<circle cx='{n(x)}' cy='{n(y)}' r='{n(radius)}' fill='{fill}'{stroke}/>"


def path(d: str, fill: str = "none", edge: str = INK, wide: float = 3, dash: str = "") -> str:
    stroke = f" stroke='{edge}' stroke-width='{n(wide)}'" if edge else ""
    dashes = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<path d='{d}' fill='{fill}'{stroke}{dashes}/>"


def line(
    x: float, y: float, to_x: float, to_y: float, edge: str = INK, wide: float = 3, dash: str = ""
) -> str:
    return path(f"M{n(x)} {n(y)}L{n(to_x)} {n(to_y)}", "none", edge, wide, dash)


def arrow(x: float, y: float, to_x: float, to_y: float, edge: str = BLUE, wide: float = 4) -> str:
    """A straight arrow."""
    turn, head = math.atan2(to_y - y, to_x - x), 12
    sides = [
        (to_x - head * math.cos(turn + side), to_y - head * math.sin(turn + side))
        for side in (-0.5, 0.5)
    ]
    (ax, ay), (bx, by) = sides
    return line(x, y, to_x, to_y, edge, wide) + path(
        f"M{n(ax)} {n(ay)}L{n(to_x)} {n(to_y)}L{n(bx)} {n(by)}", "none", edge, wide
    )


def person(x: float, y: float, size: float = 60, fill: str = BLUE) -> str:
    """Head and shoulders; (x, y) is the middle of the feet line."""
    w, head = size * 0.62, size * 0.24
    return dot(x, y - size + head, head, fill) + path(
        f"M{n(x - w / 2)} {n(y)}v{n(-size * 0.12)}a{n(w / 2)} {n(size * 0.34)} 0 0 1 {n(w)} 0"
        f"v{n(size * 0.12)}z",
        fill,
        "",
    )


def heart(x: float, y: float, size: float = 40, fill: str = RED, edge: str = "") -> str:
    """A heart around (x, y)."""
    s = size / 2
    return path(
        f"M{n(x)} {n(y + s)}C{n(x - 2.1 * s)} {n(y - 0.3 * s)} {n(x - 0.9 * s)} {n(y - 1.5 * s)}"
        f" {n(x)} {n(y - 0.45 * s)}C{n(x + 0.9 * s)} {n(y - 1.5 * s)} {n(x + 2.1 * s)}"
        f" {n(y - 0.3 * s)} {n(x)} {n(y + s)}z",
        fill,
        edge,
    )


def star(x: float, y: float, size: float = 40, fill: str = GOLD, edge: str = "") -> str:
    points = [
        (
            x + size / 2 * (1 if k % 2 == 0 else 0.42) * math.sin(k * math.pi / 5),
            y - size / 2 * (1 if k % 2 == 0 else 0.42) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    return path("M" + "L".join(f"{n(a)} {n(b)}" for a, b in points) + "z", fill, edge)


def square(x: float, y: float, size: float = 34, fill: str = BLUE, edge: str = "") -> str:
    return box(x - size / 2, y - size / 2, size, size, fill, edge, 3)


def triangle(x: float, y: float, size: float = 38, fill: str = GOLD, edge: str = "") -> str:
    s = size / 2
    return path(f"M{n(x)} {n(y - s)}L{n(x + s)} {n(y + s)}L{n(x - s)} {n(y + s)}z", fill, edge)


def note(x: float, y: float, fill: str = INK, tall: float = 46) -> str:
    """A quarter note whose head is at (x, y)."""
    head = f"<ellipse cx='{n(x)}' cy='{n(y)}' rx='11' ry='8' fill='{fill}' transform="
    head += f"'rotate(-20 {n(x)} {n(y)})'/>"
    return head + line(x + 9.5, y - 3, x + 9.5, y - tall, fill, 3)


def writing(x: float, y: float, w: float, lines: int, gap: float = 14, fill: str = EDGE) -> str:
    """Lines that stand for text; the last is shorter."""
    return "".join(
        line(
            x,
            y + k * gap,
            x + w * (0.6 if k == lines - 1 and lines > 1 else 1),
            y + k * gap,
            fill,
            5,
        )
        for k in range(lines)
    )


def paper(x: float, y: float, w: float = 96, h: float = 124, inside: str = "") -> str:
    """A sheet."""
    return box(x, y, w, h, PAPER, INK, 4) + inside


def tick(x: float, y: float, size: float = 26, edge: str = BLUE) -> str:
    s = size / 2
    return path(
        f"M{n(x - s)} {n(y)}L{n(x - s * 0.25)} {n(y + s * 0.75)}L{n(x + s)} {n(y - s * 0.8)}",
        "none",
        edge,
        5.5,
    )


def cross(x: float, y: float, size: float = 22, edge: str = RED) -> str:
    s = size / 2
    return line(x - s, y - s, x + s, y + s, edge, 5.5) + line(x - s, y + s, x + s, y - s, edge, 5.5)


def bars(
    x: float,
    y: float,
    shares: Iterable[float],
    w: float = 34,
    gap: float = 16,
    tall: float = 110,
    fill: str = BLUE,
) -> str:
    """Upright bars on a line at y."""
    return "".join(
        box(x + k * (w + gap), y - share * tall, w, share * tall, fill, "", 3)
        for k, share in enumerate(shares)
    )


def words_in_line(x: float, y: float, words: Iterable[tuple[str, str]], size: float = 26) -> str:
    """Words in colours, one after the other; (word, colour)."""
    spans = "".join(
        f"<tspan fill='{fill}'{' font-weight=' + chr(39) + '700' + chr(39) if fill != INK else ''}>"
        f"{html.escape(word)}</tspan>"
        for word, fill in words
    )
    return f"<text x='{n(x)}' y='{n(y)}' font-size='{n(size)}' xml:space='preserve'>{spans}</text>"


def photo(x: float, y: float, size: float, webp: bytes, tall: float | None = None) -> str:
    """A picture of a model in its frame."""
    data = base64.b64encode(webp).decode()
    tall = tall or size
    return (
        f"<image x='{n(x)}' y='{n(y)}' width='{n(size)}' height='{n(tall)}'"
        f" href='data:image/webp;base64,{data}'/>" + box(x, y, size, tall, "none", INK, 2, 2)
    )
