"""Drawings for the words about people, rights, fairness and sharing."""

from __future__ import annotations

from tools.glossary_pictures.ink import (
    BLUE,
    BOARD,
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
    cross,
    dot,
    heart,
    line,
    paper,
    path,
    person,
    square,
    star,
    text,
    tick,
    triangle,
    writing,
)

__all__ = ["DRAWN"]


def eye(x: float, y: float) -> str:
    return path(
        f"M{x - 34} {y}Q{x} {y - 34} {x + 34} {y}Q{x} {y + 34} {x - 34} {y}z", PAPER, INK, 3
    ) + dot(x, y, 12, BLUE)


def ear(x: float, y: float) -> str:
    return path(
        f"M{x - 16} {y - 8}a20 20 0 0 1 40 0q0 14-14 24q-6 22-22 14", "none", INK, 4
    ) + path(f"M{x - 4} {y - 6}a8 8 0 0 1 16 0q0 8-8 12", "none", BLUE, 3.5)


def keyboard(x: float, y: float) -> str:
    return (
        box(x, y, 96, 52, PAPER, INK, 6, 3)
        + "".join(
            box(x + 9 + k % 5 * 16, y + 9 + k // 5 * 14, 11, 9, BLUE if k == 7 else EDGE, "", 2)
            for k in range(10)
        )
        + box(x + 25, y + 38, 46, 8, EDGE, "", 2)
    )


def bubble(x: float, y: float, w: float, words: str, fill: str = PAPER) -> str:
    """A speech bubble whose point is below on the left."""
    return (
        path(f"M{x + 22} {y + 46}l-6 22l28-22z", fill, INK, 2.5)
        + box(x, y, w, 48, fill, INK, 16)
        + line(x + 24, y + 48, x + 42, y + 48, fill, 4)
        + text(x + w / 2, y + 33, words, 24, bold=True)
    )


def crowd(x: float, y: float, fills: str, size: float = 44, gap: float = 34) -> str:
    """People in a row; b, g, r: their colours."""
    colours = {"b": BLUE, "g": GOLD, "r": RED}
    return "".join(person(x + k * gap, y, size, colours[one]) for k, one in enumerate(fills))


def seal(x: float, y: float, fill: str = GOLD) -> str:
    return dot(x, y, 20, fill, INK) + star(x, y, 22, PAPER)


def scales(lean: float) -> str:
    """A balance whose right side hangs lower by `lean`."""
    left, right = 62 - lean / 2, 62 + lean / 2
    return (
        line(240, 44, 240, 168, INK, 4)
        + line(190, 170, 290, 170, INK, 5)
        + line(130, left, 350, right, INK, 4)
        + "".join(
            path(f"M{x} {y}l-34 46h68z", "none", INK, 2)
            + path(f"M{x - 40} {y + 46}h80q-10 24-40 24t-40-24z", fill, INK, 2.5)
            for x, y, fill in ((130, left, MIST), (350, right, SUN))
        )
    )


def link(x: float) -> str:
    return line(x - 13, 100, x + 13, 100, INK, 4)


DRAWN: dict[str, str] = {
    "accessibility": eye(84, 66)
    + ear(202, 64)
    + keyboard(280, 42)
    + path("M62 126h320", "none", EDGE, 3)
    + text(84, 162, "see", 22)
    + text(202, 162, "hear", 22)
    + text(328, 162, "press keys", 22)
    + tick(420, 66),
    "amplification": crowd(44, 84, "bbbg", 48, 38)
    + text(100, 118, "in the data", 20)
    + arrow(212, 74, 262, 74)
    + crowd(300, 84, "bbbb", 48, 38)
    + text(358, 118, "from the model", 20)
    + box(44, 146, 114, 18, BLUE, "", 3)
    + box(158, 146, 38, 18, GOLD, "", 3)
    + box(282, 146, 140, 18, BLUE, "", 3)
    + box(422, 146, 12, 18, GOLD, "", 3),
    "anonymous": paper(
        150, 20, 180, 160, box(170, 40, 90, 20, INK, "", 2) + writing(170, 90, 140, 4, 20)
    )
    + person(300, 68, 44, EDGE)
    + text(300, 58, "?", 24, INK, bold=True),
    "audience": heart(86, 100, 76)
    + arrow(146, 80, 214, 52)
    + arrow(146, 100, 214, 100)
    + arrow(146, 120, 214, 148)
    + person(250, 68, 38, GOLD)
    + text(282, 62, "a child", 22, at="start")
    + person(250, 118, 46, BLUE)
    + text(282, 110, "a friend", 22, at="start")
    + person(250, 174, 50, RED)
    + text(282, 164, "a museum", 22, at="start"),
    "balanced sampling": "".join(
        dot(50 + k % 4 * 32, 50 + k // 4 * 32, 11, BLUE) for k in range(10)
    )
    + dot(114, 114, 11, GOLD)
    + dot(146, 114, 11, GOLD)
    + text(98, 170, "there are", 22)
    + arrow(196, 84, 256, 84)
    + "".join(
        dot(290 + k % 5 * 36, 66 + k // 5 * 38, 12, GOLD if k % 2 else BLUE) for k in range(10)
    )
    + text(362, 170, "are shown", 22),
    "bias": scales(44) + crowd(112, 68, "bb", 32, 30) + crowd(318, 108, "gggg", 28, 22),
    "confidence interval": line(60, 160, 430, 160, INK, 3)
    + text(60, 188, "none", 20, SOFT)
    + text(430, 188, "all", 20, SOFT)
    + line(110, 66, 380, 66, BLUE, 5)
    + line(110, 52, 110, 80, BLUE, 5)
    + line(380, 52, 380, 80, BLUE, 5)
    + dot(245, 66, 11, GOLD, INK)
    + text(245, 40, "few counted: wide", 20)
    + line(214, 132, 276, 132, BLUE, 5)
    + line(214, 118, 214, 146, BLUE, 5)
    + line(276, 118, 276, 146, BLUE, 5)
    + dot(245, 132, 11, GOLD, INK)
    + text(245, 108, "many counted: narrow", 20),
    "consent": person(110, 176, 84, GOLD)
    + person(380, 176, 84, BLUE)
    + bubble(130, 22, 120, "May I?")
    + box(280, 22, 82, 48, SUN, INK, 16)
    + path("M336 68l20 22l-2-24z", SUN, INK, 2.5)
    + line(337, 69, 353, 69, SUN, 5)
    + text(321, 55, "Yes", 24, bold=True),
    "content credentials": box(90, 30, 150, 140, PAPER, INK, 4, 3)
    + heart(165, 104, 84)
    + dot(226, 44, 22, BLUE, INK)
    + text(226, 53, "i", 28, PAPER, bold=True)
    + line(250, 44, 282, 44, BLUE, 3)
    + box(284, 26, 170, 104, PAPER, BLUE, 8)
    + text(298, 54, "made with AI", 20, at="start")
    + text(298, 82, "asked by Mia", 20, at="start")
    + text(298, 110, "signed", 20, at="start")
    + tick(430, 104, 20),
    "copyright": dot(150, 100, 62, PAPER, INK, 5)
    + path("M178 76a36 36 0 1 0 0 48", "none", BLUE, 9)
    + person(300, 160, 90, GOLD)
    + paper(344, 66, 72, 92, writing(356, 84, 48, 5)),
    "credit": paper(
        130,
        20,
        220,
        160,
        text(240, 52, "Thanks to", 22, bold=True)
        + "".join(
            dot(158, 76 + k * 32, 9, fill) + text(178, 83 + k * 32, words, 21, at="start")
            for k, (fill, words) in enumerate(
                ((GOLD, "words: Mia"), (BLUE, "drawing: a model"), (RED, "tune: Ben"))
            )
        ),
    ),
    "data card": paper(
        120,
        16,
        240,
        168,
        text(240, 46, "The data", 22, bold=True)
        + line(120, 58, 360, 58, INK, 2)
        + "".join(
            text(140, 88 + k * 40, words, 20, SOFT, "start") + writing(246, 82 + k * 40, 94, 1)
            for k, words in enumerate(("what", "from whom", "missing"))
        ),
    ),
    "fairness": crowd(50, 96, "bbgg", 50, 40)
    + "".join(dot(50 + k * 40, 118, 9, RED) for k in range(4))
    + text(110, 168, "the same for each?", 20)
    + line(240, 30, 240, 170, EDGE, 3)
    + crowd(290, 96, "bbgg", 50, 40)
    + "".join(dot(290 + k * 40, 118, 9, RED) for k in range(4))
    + dot(370, 138, 9, RED)
    + dot(410, 138, 9, RED)
    + text(352, 168, "what each needs?", 20),
    "licence": paper(
        90,
        22,
        300,
        156,
        "".join(
            mark(122, 56 + k * 40) + text(150, 64 + k * 40, words, 24, at="start")
            for k, (mark, words) in enumerate(
                (
                    (tick, "copy it, change it"),
                    (tick, "with my name on it"),
                    (cross, "do not sell it"),
                )
            )
        ),
    ),
    "provenance": person(70, 130, 64, GOLD)
    + link(122)
    + paper(146, 68, 60, 68, heart(176, 104, 34))
    + link(228)
    + box(252, 72, 66, 60, MIST, INK, 6)
    + text(285, 112, "AI", 26, BLUE, bold=True)
    + link(340)
    + paper(364, 68, 60, 68, star(394, 102, 40))
    + text(240, 176, "from hand to hand", 22),
    "public domain": path("M60 58q50-24 90 6v104q-40-28-90-6z", PAPER, INK, 3)
    + path("M240 58q-50-24-90 6v104q40-28 90-6z", PAPER, INK, 3)
    + writing(76, 84, 56, 4, 18)
    + writing(170, 84, 52, 4, 18)
    + arrow(258, 106, 300, 106)
    + crowd(330, 132, "bgrb", 56, 36)
    + text(382, 168, "everybody's", 22),
    "reflection": person(110, 178, 100, BLUE)
    + dot(178, 92, 6, INK)
    + dot(198, 76, 8, INK)
    + path(
        "M238 116a36 36 0 0 1-4-66a44 44 0 0 1 76-18a44 44 0 0 1 80 22a32 32 0 0 1-4 62z",
        PAPER,
        INK,
        3,
    )
    + text(312, 70, "What did", 22)
    + text(312, 98, "I choose?", 22, BLUE, bold=True),
    "signature": paper(60, 34, 110, 132, writing(76, 58, 78, 4, 18) + seal(140, 142))
    + tick(204, 100, 34)
    + text(115, 190, "unchanged", 19)
    + paper(
        290,
        34,
        110,
        132,
        writing(306, 58, 78, 4, 18) + line(306, 94, 366, 94, RED, 6) + seal(370, 142, EDGE),
    )
    + line(352, 124, 388, 162, RED, 4)
    + cross(438, 100, 30)
    + text(345, 190, "changed", 19),
    "stereotype": "".join(person(70 + k * 62, 96, 64, BLUE) for k in range(3))
    + text(132, 132, "the idea of a group", 20)
    + line(252, 40, 252, 160, EDGE, 3)
    + person(300, 96, 64, GOLD)
    + person(362, 96, 52, RED)
    + person(424, 96, 70, BLUE)
    + text(362, 132, "its people", 20),
    "wall": box(50, 20, 380, 160, BOARD, INK, 6, 4)
    + "".join(
        box(72 + k * 90, 44, 70, 84, PAPER, INK, 3, 2)
        + shape(107 + k * 90, 84, 40)
        + dot(107 + k * 90, 46, 6, RED)
        + line(80 + k * 90, 116, 134 + k * 90, 116, EDGE, 4)
        for k, shape in enumerate((heart, star, square, triangle))
    )
    + tick(232, 154, 20)
    + text(250, 162, "seen", 20, at="start"),
    "watermark": box(60, 34, 130, 130, PAPER, INK, 4, 3)
    + heart(125, 102, 78)
    + "".join(dot(72 + k * 15.5, 46 + j * 15.5, 1.8, BLUE) for k in range(8) for j in range(8))
    + arrow(208, 100, 262, 100)
    + text(235, 84, "copied", 19)
    + box(280, 62, 78, 76, PAPER, INK, 4, 3)
    + heart(319, 104, 48)
    + "".join(dot(288 + k * 15.5, 70 + j * 15.5, 1.8, BLUE) for k in range(5) for j in range(5))
    + tick(418, 94, 28)
    + text(418, 140, "still there", 19),
}
