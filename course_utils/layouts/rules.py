"""How good a page is, by named rules anyone can check with a ruler:
each gives 0 to 1 and a sentence.

The rules are those of common textbooks (Williams, The Non-Designer's Design Book: contrast,
repetition, alignment, proximity) and of earlier work on scoring layouts (O'Donovan, Agarwala,
Hertzmann 2014), made simple enough to show to a learner. They judge order, not beauty.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from course_utils.layouts.colours import READABLE, contrast
from course_utils.layouts.design import Box, Design, Thing
from course_utils.layouts.typography import width

__all__ = ["apart", "covered", "distance", "features", "ground_of", "ink_box", "judge", "score"]


@dataclass(frozen=True)
class Verdict:
    """What one rule says: its name, 0 to 1, a sentence."""

    rule: str
    score: float
    sentence: str


def ink_box(thing: Thing) -> Box:
    """The part of a box that its words really cover."""
    if not thing.is_words or thing.turned:
        return thing.box
    widest = max(width(line, thing.font, thing.size) for line in thing.lines)
    left = (
        thing.box.x
        + (thing.box.w - widest) * {"left": 0.0, "centre": 0.5, "right": 1.0}[thing.align]
    )
    return Box(left, thing.box.y, widest, thing.box.h)


SPILL = 0.12  # of its area that words may hang over onto a picture


def ground_of(design: Design, number: int) -> str:
    """The colour behind an object of words: the last panel below it that covers its middle, else
    the page's ground; "picture" where it lies, or hangs over, on a picture.
    """
    box = ink_box(design.things[number])
    x, y, found = box.x + box.w / 2, box.y + box.h / 2, design.ground
    for thing in design.things[:number]:
        if thing.is_words or thing.shape not in ("box", "round", "cut"):
            continue
        if thing.role == "picture":
            found = "picture" if thing.box.overlap(box) > SPILL * box.area else found
        elif thing.box.x <= x <= thing.box.right and thing.box.y <= y <= thing.box.bottom:
            found = (
                found
                if found == "picture" and thing.box.overlap(box) < (1 - SPILL) * box.area
                else thing.fill
            )
    return found


@dataclass(frozen=True)
class _Seen:
    """A page as the rules look at it."""

    design: Design

    @cached_property
    def words(self) -> list[tuple[int, Thing]]:
        """Objects of words with their numbers."""
        return [(number, one) for number, one in enumerate(self.design.things) if one.is_words]

    @cached_property
    def inked(self) -> list[Box]:
        return [ink_box(thing) for _, thing in self.words]

    @cached_property
    def solid(self) -> list[Thing]:
        return [one for one in self.design.things if one.role in ("picture", "ornament")]

    @property
    def first_solid(self) -> list[Box]:
        return [thing.box for thing in self.solid[:1]]

    @property
    def ink(self) -> float:
        """The area words cover; 1 where there are none, to divide by."""
        return sum(box.area for box in self.inked) or 1


def _within(score: float) -> float:
    return max(0.0, min(1.0, score))


# The rules: each gives its score, 0 to 1, and a sentence.


def alignment(page: _Seen) -> tuple[float, str]:
    edges = [
        {round(v / 8) for v in (box.x, box.right)} | {round((box.x + box.w / 2) / 8) + 10_000}
        for box in [*page.inked, *page.first_solid]
    ]
    pairs = [(one, other) for place, one in enumerate(edges) for other in edges[:place]]
    meeting = sum(any(abs(a - b) <= 1 for a in one for b in other) for one, other in pairs)
    shared = meeting / max(1, len(pairs))
    return shared, f"{shared:.0%} of the pairs of objects share an edge or a middle line."


def margins(page: _Seen) -> tuple[float, str]:
    across, down = page.design.size
    gaps = (min(box.x, box.y, across - box.right, down - box.bottom) for box in page.inked)
    least = min(gaps, default=0)
    return (
        _within(least / 50),
        f"Words stay {least / 10:.0f} hundredths of the short side away from the edge.",
    )


def balance(page: _Seen) -> tuple[float, str]:
    masses = [(box, 1.0) for box in page.first_solid] + [(box, 0.6) for box in page.inked]
    total = sum(box.area * weight for box, weight in masses) or 1
    across = page.design.size[0]
    x = sum((box.x + box.w / 2) * box.area * weight for box, weight in masses) / total / across
    score = max(0.0, 1 - 2.2 * abs(x - 0.5))
    if score > 0.75:
        return score, "Left and right weigh about the same."
    return score, f"The page leans to the {'left' if x < 0.5 else 'right'}."


def white_space(page: _Seen) -> tuple[float, str]:
    across, down = page.design.size
    if any(thing.box.area > 0.95 * across * down for thing in page.solid):
        return 0.85, "The picture fills the page."
    empty = 1 - covered(page.first_solid + page.inked, across, down)
    return max(0.0, 1 - abs(empty - 0.42) / 0.42), f"{empty:.0%} of the page is left empty."


def hierarchy(page: _Seen) -> tuple[float, str]:
    title, body = page.design.find("title"), page.design.find("body")
    ratio = title.size / body.size if title and body else 3.0
    score = _within((ratio - 1) / 1.2) * min(1.0, (title.size if title else 0) / 70)
    if not body:
        return score, "The title stands alone."
    return score, f"The title is {ratio:.1f} times as large as the text."


def overlap(page: _Seen) -> tuple[float, str]:
    inked, whole = page.inked, Box(0, 0, *page.design.size)
    on_words = sum(one.overlap(other) for place, one in enumerate(inked) for other in inked[:place])
    outside = sum(box.area - box.overlap(whole) for box in inked)
    score = max(0.0, 1 - 8 * (on_words / page.ink + outside / page.ink))
    if score > 0.99:
        return score, "No words lie on other words."
    return score, "Some words lie on other words or run off the page."


def reading_order(page: _Seen) -> tuple[float, str]:
    tops = [box.y for (_, thing), box in zip(page.words, page.inked) if not thing.turned]
    if tops == sorted(tops):
        return 1.0, "Title, text and small words follow each other from top to bottom."
    return 0.3, "The eye meets the words in another order than they are meant."


def contrasts(page: _Seen) -> tuple[float, str]:
    grounds = [ground_of(page.design, number) for number, _ in page.words]
    ratios = [
        1.0 if ground == "picture" else contrast(thing.fill, ground)
        for (_, thing), ground in zip(page.words, grounds)
    ]
    lowest = min(ratios, default=21.0)
    score = _within((lowest - 1) / (READABLE - 1))
    if "picture" in grounds:
        return score, (
            "Some words lie on the picture, where nobody can promise that they can be read."
        )
    return score, (
        f"The weakest words stand out {lowest:.1f} : 1; {READABLE} is what everyone can read."
    )


def picture_seen(page: _Seen) -> tuple[float, str] | None:
    """None where there is no picture."""
    picture = page.design.find("picture")
    if not picture:
        return None
    shape = picture.box.w / picture.box.h
    kept = min(shape, 1 / shape)
    score = 0.4 + 0.6 * kept
    return (
        score if picture.shape != "cut" else 0.8 * score,
        f"{kept:.0%} of the square picture is seen.",
    )


RULES = {
    "alignment": alignment,
    "margins": margins,
    "balance": balance,
    "white space": white_space,
    "hierarchy": hierarchy,
    "overlap": overlap,
    "reading order": reading_order,
    "contrast": contrasts,
    "picture": picture_seen,
}
WEIGHTS = {
    "alignment": 1.0,
    "margins": 1.0,
    "balance": 0.8,
    "white space": 1.0,
    "hierarchy": 1.2,
    "overlap": 1.5,
    "reading order": 0.8,
    "contrast": 1.5,
    "picture": 1.0,
}


def judge(design: Design) -> list[Verdict]:
    """Every rule's verdict on a page."""
    page = _Seen(design)
    said = {name: rule(page) for name, rule in RULES.items()}
    return [Verdict(name, *one) for name, one in said.items() if one is not None]


def covered(boxes: list[Box], across: float, down: float, cells: int = 40) -> float:
    """The share of the page that boxes cover, counted on a grid."""
    import numpy as np

    hit = np.zeros((cells, cells), bool)
    y, x = np.mgrid[0:cells, 0:cells] + 0.5
    for box in boxes:
        hit |= (
            (box.x <= x * across / cells)
            & (x * across / cells <= box.right)
            & (box.y <= y * down / cells)
            & (y * down / cells <= box.bottom)
        )
    return float(hit.mean())


def score(design: Design) -> float:
    """The weighted mean of all rules, 0 to 1; a page on which words cannot be read or overlap
    gets nothing.
    """
    verdicts = judge(design)
    if any(
        verdict.rule in ("overlap", "contrast") and verdict.score < 0.99 for verdict in verdicts
    ):
        return 0.0
    return sum(WEIGHTS[v.rule] * v.score for v in verdicts) / sum(WEIGHTS[v.rule] for v in verdicts)


def why(design: Design) -> str:
    """The score in words: the two best rules and the weakest."""
    verdicts = sorted(judge(design), key=lambda verdict: verdict.score)
    return (
        f"{score(design):.0%} by the rules. Best: {verdicts[-1].rule} ({verdicts[-1].sentence})"
        f" Weakest: {verdicts[0].rule} ({verdicts[0].sentence})"
    )


def features(design: Design) -> list[float]:
    """What makes two pages look different, as numbers around 0 to 1: places and sizes of title,
    text and picture, lightness and hue of the colours.
    """
    import math

    from course_utils.layouts.colours import to_oklch

    across, down = design.size
    values = []
    for role in ("title", "body", "picture"):
        thing = design.find(role) or (design.find("ornament") if role == "picture" else None)
        box = thing.box if thing else Box(0, 0, 0, 0)
        values += [
            (box.x + box.w / 2) / across,
            (box.y + box.h / 2) / down,
            box.w / across * 0.7,
            box.h / down * 0.7,
        ]
    strong = next(
        (thing.fill for thing in design.things if thing.role in ("panel", "ornament", "title")),
        design.ground,
    )
    for colour in (design.ground, strong):
        lightness, chroma, hue = to_oklch(colour)
        values += [
            lightness * 0.8,
            3 * chroma * math.cos(math.radians(hue)),
            3 * chroma * math.sin(math.radians(hue)),
        ]
    title = design.find("title")
    values += (
        [
            0.5 * (title.font.startswith(name))
            for name in ("fraunces", "archivo", "space", "nunito", "noto")
        ]
        if title
        else []
    )
    return values


def distance(one: Design, other: Design) -> float:
    """How different two pages look (distance of `features`); near-copies are below 0.3."""
    return apart(features(one), features(other))


def apart(one: list[float], other: list[float]) -> float:
    """Euclidean distance of two lists of features."""
    return sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5
