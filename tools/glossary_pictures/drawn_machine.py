"""Drawings for the words about notebooks, computers and models."""

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
    bars,
    box,
    cross,
    dot,
    heart,
    line,
    note,
    paper,
    path,
    square,
    star,
    text,
    tick,
    triangle,
    words_in_line,
    writing,
)

__all__ = ["DRAWN"]


def grid(x: float, y: float, rows: int, columns: int, size: float = 16, tint: str = BLUE) -> str:
    """Small squares of different strength: numbers."""
    shades = [(3 * k * k + 5 * k) % 7 for k in range(rows * columns)]
    return "".join(
        box(
            x + k % columns * size,
            y + k // columns * size,
            size - 2,
            size - 2,
            (tint, MIST, SUN, EDGE, tint, PAPER, GOLD)[shades[k]],
            "",
            2,
        )
        for k in range(rows * columns)
    )


def laptop(x: float, y: float, screen: str = PAPER) -> str:
    """(x, y) is its upper left corner; 120 by 86."""
    return box(x + 10, y, 100, 66, screen, INK, 6, 3) + path(
        f"M{x} {y + 80}h120l-8-14h-104z", MIST, INK, 3
    )


def folder(x: float, y: float, w: float = 170, h: float = 120) -> str:
    return path(
        f"M{x} {y + h}v-{h - 6}q0-6 6-6h{w * 0.3}l14 18h{w * 0.7 - 28}q6 0 6 6v{h - 24}z",
        SUN,
        INK,
        3,
    )


def slider(y: float, words: str, share: float) -> str:
    return (
        text(170, y + 8, words, 22, at="end")
        + line(195, y, 405, y, EDGE, 8)
        + line(195, y, 195 + 210 * share, y, BLUE, 8)
        + dot(195 + 210 * share, y, 13, PAPER, INK, 3)
    )


def gear(x: float, y: float, size: float = 34, fill: str = BLUE) -> str:
    teeth = "".join(
        f"<rect x='{x - 7}' y='{y - size - 9}' width='14' height='20' rx='3' fill='{fill}'"
        f" transform='rotate({k * 45} {x} {y})'/>"
        for k in range(8)
    )
    return teeth + dot(x, y, size, fill) + dot(x, y, size * 0.42, PAPER)


def chip(x: float, y: float, rows: int, columns: int, size: float, tint: str) -> str:
    """A part of a computer with some workers in it."""
    w, h = columns * size + 16, rows * size + 16
    return box(x, y, w, h, PAPER, INK, 6, 3) + "".join(
        box(
            x + 10 + k % columns * size,
            y + 10 + k // columns * size,
            size - 4,
            size - 4,
            tint,
            "",
            2,
        )
        for k in range(rows * columns)
    )


def card_of(x: float, w: float, words: str, share: float, fill: str) -> str:
    return (
        box(x, 62, w, 92, PAPER, INK, 6)
        + text(x + w / 2, 92, words, 20, bold=True)
        + box(x + 16, 108, w - 32, 18, EDGE, "", 9)
        + box(x + 16, 108, (w - 32) * share, 18, fill, "", 9)
    )


def app_window(x: float, y: float) -> str:
    return (
        box(x, y, 220, 150, PAPER, INK, 10, 3)
        + line(x, y + 26, x + 220, y + 26, INK, 2.5)
        + "".join(dot(x + 18 + k * 18, y + 13, 5, fill) for k, fill in enumerate((RED, GOLD, BLUE)))
        + box(x + 16, y + 40, 116, 30, "#ffffff", INK, 6, 2)
        + text(x + 26, y + 61, "a red heart", 17, at="start")
        + box(x + 144, y + 40, 60, 30, BLUE, "", 15)
        + text(x + 174, y + 61, "Make", 17, PAPER, bold=True)
        + heart(x + 110, y + 110, 46)
    )


def bag() -> str:
    """Lots of three kinds, most of them blue."""
    lots = [(96, 150), (124, 158), (152, 152), (108, 124), (138, 126), (122, 100), (166, 128)]
    colours = (BLUE, BLUE, GOLD, BLUE, RED, BLUE, GOLD)
    return path("M74 66q8 18-8 46q-16 66 64 66q80 0 64-66q-16-28-8-46z", PAPER, INK, 3) + "".join(
        dot(x, y, 12, colour) for (x, y), colour in zip(lots, colours)
    )


DRAWN: dict[str, str] = {
    "app": app_window(130, 25),
    "catalogue": card_of(30, 130, "small", 0.15, BLUE)
    + card_of(175, 130, "middle", 0.5, BLUE)
    + card_of(320, 130, "large", 0.95, GOLD)
    + text(240, 38, "which model, how big, whose", 22),
    "cell": text(52, 78, "[1]:", 24, BLUE)
    + box(84, 40, 340, 58, MIST, BLUE, 4)
    + text(104, 78, 'pictures.make("a red heart")', 22, at="start")
    + heart(124, 142, 54)
    + box(340, 124, 84, 36, PAPER, INK, 8)
    + text(382, 149, "Shift ⏎", 20),
    "certificate": paper(60, 34, 150, 132, writing(80, 60, 110, 4, 18))
    + path("M158 142l-8 34l16-9l16 9l-8-34z", RED, "")
    + dot(166, 136, 19, GOLD, INK)
    + arrow(250, 100, 306, 100)
    + box(322, 66, 116, 70, PAPER, INK, 8)
    + text(380, 96, "it is hers,", 20)
    + text(380, 122, "we say so", 20),
    "classifier": square(50, 62)
    + dot(86, 104, 18, GOLD)
    + square(52, 146)
    + dot(100, 52, 18, GOLD)
    + arrow(130, 100, 178, 100)
    + box(194, 66, 66, 68, MIST, INK, 8)
    + text(227, 112, "?", 36, BLUE, bold=True)
    + arrow(268, 84, 312, 58)
    + arrow(268, 116, 312, 142)
    + square(342, 52)
    + text(372, 60, "96 %", 24, at="start")
    + dot(342, 148, 18, GOLD)
    + text(372, 156, "83 %", 24, at="start"),
    "energy": path("M250 24l-56 88h40l-14 66l66-94h-42z", SUN, INK, 3)
    + laptop(40, 60)
    + arrow(196, 100, 168, 100, GOLD)
    + text(372, 92, "watts × hours", 24)
    + text(372, 126, "= watt-hours", 24, BLUE, bold=True),
    "filter bubble": dot(170, 100, 78, MIST, BLUE, 3)
    + heart(140, 76, 34)
    + heart(196, 84, 40)
    + heart(158, 134, 42)
    + heart(212, 132, 28)
    + star(310, 60)
    + triangle(372, 96)
    + square(300, 142)
    + note(424, 66)
    + note(392, 166, BLUE),
    "generation": heart(240, 36, 36)
    + line(240, 56, 150, 82)
    + line(240, 56, 330, 82)
    + heart(150, 100, 34, BLUE)
    + heart(330, 100, 34, GOLD)
    + line(330, 118, 270, 146)
    + line(330, 118, 390, 146)
    + heart(270, 164, 32, GOLD, INK)
    + heart(390, 164, 32, SUN, INK)
    + text(26, 44, "parent", 20, SOFT, "start")
    + text(26, 107, "children", 20, SOFT, "start")
    + text(26, 171, "grandchildren", 20, SOFT, "start"),
    "graphics card": chip(40, 62, 1, 2, 44, BLUE)
    + text(92, 160, "a few at a time", 20)
    + chip(222, 26, 6, 12, 18, GOLD)
    + text(338, 180, "very many at once", 20),
    "kernel": paper(
        50,
        34,
        130,
        132,
        box(66, 54, 98, 26, MIST, BLUE, 3)
        + writing(66, 104, 98, 2)
        + box(66, 128, 98, 26, MIST, BLUE, 3),
    )
    + arrow(196, 78, 278, 78)
    + arrow(278, 124, 196, 124, GOLD)
    + gear(346, 100, 44)
    + text(237, 66, "do this", 20)
    + text(237, 152, "done", 20),
    "lora": grid(50, 40, 8, 8, 16)
    + text(200, 116, "+", 44, BLUE, bold=True)
    + grid(236, 40, 8, 1, 16, GOLD)
    + grid(264, 96, 1, 8, 16, GOLD)
    + box(228, 32, 172, 142, "none", GOLD, 8, 3, "7 7")
    + text(114, 190, "the model", 18, SOFT)
    + text(314, 192, "what you taught it", 18, SOFT),
    "markov chain": "".join(
        box(x, y, 86, 42, PAPER, INK, 21) + text(x + 43, y + 28, word, 22)
        for x, y, word in (
            (40, 80, "the"),
            (200, 26, "fox"),
            (200, 136, "key"),
            (360, 80, "sleeps"),
        )
    )
    + arrow(122, 84, 196, 56)
    + arrow(122, 116, 196, 148, GOLD, 3)
    + arrow(290, 56, 358, 86)
    + path("M200 160Q90 196 78 128", "none", BLUE, 3, "2 7")
    + text(150, 58, "3", 22, BLUE, bold=True)
    + text(150, 152, "1", 22, GOLD, bold=True),
    "memorisation": text(112, 40, "shown", 22)
    + box(62, 56, 100, 100, PAPER, INK, 2)
    + star(92, 86, 30)
    + heart(132, 122, 34)
    + arrow(190, 106, 280, 106)
    + text(358, 40, "“made”", 22)
    + box(308, 56, 100, 100, PAPER, RED, 2, 4)
    + star(338, 86, 30)
    + heart(378, 122, 34)
    + text(235, 138, "the same", 20, RED),
    "memory": box(60, 46, 150, 120, PAPER, INK, 6, 3)
    + box(74, 108, 54, 46, BLUE, "", 4)
    + box(136, 86, 60, 68, BLUE, "", 4)
    + text(135, 34, "fits", 22)
    + box(300, 96, 90, 70, PAPER, INK, 6, 3)
    + box(286, 52, 118, 92, GOLD, INK, 4, 3)
    + cross(430, 100)
    + text(345, 38, "does not fit", 22),
    "model": text(70, 108, "a red", 24)
    + text(70, 138, "heart", 24)
    + arrow(116, 110, 156, 110)
    + box(166, 38, 148, 132, PAPER, INK, 10, 3)
    + grid(177, 48, 7, 8, 16)
    + arrow(324, 110, 364, 110)
    + heart(416, 110, 66),
    "notebook": paper(
        140,
        16,
        200,
        170,
        text(240, 46, "My notes", 22, bold=True)
        + writing(160, 64, 160, 2)
        + box(160, 92, 160, 26, MIST, BLUE, 3)
        + heart(184, 140, 30)
        + writing(212, 136, 108, 1)
        + box(160, 158, 160, 20, MIST, BLUE, 3),
    ),
    "offline": laptop(60, 60)
    + line(186, 100, 226, 100, EDGE, 6)
    + line(254, 100, 286, 100, EDGE, 6)
    + path("M306 122a30 30 0 0 1 6-58a42 42 0 0 1 80-6a32 32 0 0 1 10 64z", PAPER, INK, 3)
    + cross(240, 100, 26),
    "portfolio": folder(130, 44, 220, 132)
    + heart(190, 106, 40)
    + note(240, 124, tall=42)
    + paper(288, 78, 44, 54, writing(295, 90, 30, 4, 11))
    + text(240, 160, "my_creations", 20, bold=True),
    "prompt": box(60, 54, 360, 56, PAPER, BLUE, 12, 3)
    + text(84, 91, "a red heart on snow", 28, at="start")
    + line(352, 68, 352, 98, BLUE, 3)
    + box(180, 130, 120, 42, BLUE, "", 21)
    + text(240, 159, "Generate", 22, PAPER, bold=True),
    "prompt expansion": box(40, 34, 150, 50, PAPER, INK, 10)
    + text(115, 67, "a teacher", 24)
    + arrow(115, 92, 115, 118)
    + box(40, 126, 400, 52, PAPER, BLUE, 10)
    + words_in_line(58, 160, (("a teacher", INK), (", old, smiling, in a hall", BLUE)), 25),
    "recipe": paper(
        130,
        18,
        220,
        166,
        text(240, 48, "a red heart", 24, bold=True)
        + text(150, 82, "seed", 20, SOFT, "start")
        + text(330, 82, "7", 20, at="end")
        + text(150, 110, "style", 20, SOFT, "start")
        + text(330, 110, "flat", 20, at="end")
        + text(150, 138, "speed", 20, SOFT, "start")
        + text(330, 138, "balanced", 20, at="end")
        + text(150, 166, "model", 20, SOFT, "start")
        + text(330, 166, "small", 20, at="end"),
    ),
    "sampling": bag()
    + arrow(206, 66, 268, 50)
    + dot(294, 44, 16, BLUE)
    + text(318, 52, "mostly", 22, at="start")
    + dot(294, 98, 16, GOLD)
    + text(318, 106, "now and then", 22, at="start")
    + dot(294, 152, 16, RED)
    + text(318, 160, "seldom", 22, at="start"),
    "setting": slider(50, "style", 0.2) + slider(100, "surprise", 0.75) + slider(150, "speed", 0.5),
    "solver": paper(60, 24, 110, 152)
    + box(72, 36, 60, 44, BLUE, "", 4)
    + box(118, 60, 60, 40, GOLD, "", 4)
    + box(84, 110, 60, 40, RED, "", 4)
    + cross(206, 60)
    + arrow(206, 110, 270, 110)
    + paper(300, 24, 110, 152)
    + box(312, 36, 86, 44, BLUE, "", 4)
    + box(312, 90, 86, 36, GOLD, "", 4)
    + box(312, 136, 86, 28, RED, "", 4)
    + tick(438, 60),
    "spread": dot(130, 100, 40, MIST, BLUE)
    + star(130, 100, 30)
    + "".join(dot(x, y, 6, BLUE) for x, y in ((112, 82), (150, 86), (108, 116), (148, 122)))
    + dot(340, 100, 88, MIST, BLUE)
    + star(340, 100, 30)
    + "".join(dot(x, y, 6, BLUE) for x, y in ((286, 56), (402, 74), (280, 134), (378, 158)))
    + text(130, 176, "near", 22)
    + text(232, 176, "far", 22),
    "taste": "".join(
        box(40 + k * 102, 46, 90, 108, PAPER, BLUE if liked else EDGE, 6, 4 if liked else 2)
        + shape(85 + k * 102, 90, 44)
        + (
            heart(85 + k * 102, 136, 24)
            if liked
            else line(75 + k * 102, 136, 95 + k * 102, 136, EDGE, 4)
        )
        for k, (shape, liked) in enumerate(
            ((star, True), (square, False), (star, True), (triangle, False))
        )
    ),
    "tune model": "".join(box(60 + k * 52, 96, 48, 84, PAPER, INK, 4) for k in range(7))
    + bars(72, 92, (0.1, 0.3, 0.62, 0.2, 0.42, 0.05, 0.12), 24, 28, 92)
    + note(188, 160, GOLD, 40)
    + text(420, 40, "next?", 24, BLUE, bold=True),
}
