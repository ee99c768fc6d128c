"""Traits of layouts: what the composition does, how much is left empty,
what the colours and the letters are like.
"""

from __future__ import annotations

import math

from course_utils.creation import Creation
from course_utils.taste.traits import Trait

__all__ = ["measured"]

TRAITS = (
    Trait("big_picture", "a big picture", "a small picture", 0.42, 0.22),
    Trait("empty", "much empty space", "a full page", 0.39, 0.14),
    Trait("centred", "centred words", "words at one side", 0.4, 0.49),
    Trait("title_low", "the title below", "the title on top", 0.39, 0.24),
    Trait("even", "left and right in balance", "a page that leans", 0.88, 0.13),
    Trait("dark_ground", "a dark page", "a light page", 0.44, 0.5),
    Trait("warm", "warm colours", "cool colours", 0.0, 0.03),
    Trait("colourful", "strong colours", "quiet colours", 0.1, 0.03),
    Trait("panels", "blocks of colour", "no blocks of colour", 0.42, 0.49),
    Trait("large_title", "a large title", "a small title", 0.154, 0.033),
    Trait("serif", "letters with feet", "letters without feet", 0.25, 0.43),
    Trait("heavy", "heavy letters", "light letters", 0.6, 0.49),
)


def measured(creation: Creation) -> dict[str, float]:
    """See `TRAITS`; places and sizes as shares of the page."""
    from course_utils.layouts.colours import to_oklch
    from course_utils.layouts.design import objects_of
    from course_utils.layouts.rules import covered, ink_box, judge

    design = objects_of(creation)
    across, down = design.size
    picture, title = design.find("picture") or design.find("ornament"), design.find("title")
    words = [ink_box(thing) for thing in design.things if thing.is_words]
    box = ink_box(title) if title else None
    ground = to_oklch(design.ground)
    hues = [
        to_oklch(colour)
        for colour in {
            design.ground,
            *(
                thing.fill
                for thing in design.things
                if thing.role in ("panel", "ornament", "title")
            ),
        }
    ]
    return {
        "big_picture": picture.box.area / (across * down) if picture else 0.0,
        "empty": (
            1
            - covered(
                [thing.box for thing in design.things if thing.role in ("picture", "ornament")]
                + words,
                across,
                down,
            )
        ),
        "centred": float(title is not None and title.align == "centre"),
        "title_low": (box.y + box.h / 2) / down if box else 0.5,
        "even": next(
            (verdict.score for verdict in judge(design) if verdict.rule == "balance"), 0.5
        ),
        "dark_ground": float(ground[0] < 0.6),
        "warm": (
            sum(chroma * math.cos(math.radians(hue - 55)) for _, chroma, hue in hues) / len(hues)
        ),
        "colourful": max(chroma for _, chroma, _ in hues),
        "panels": float(any(thing.role == "panel" for thing in design.things)),
        "large_title": title.size / 1000 if title else 0.0,
        "serif": float(title is not None and title.font.startswith("fraunces")),
        "heavy": float(
            title is not None and title.font.startswith(("archivo", "noto-sans-800", "nunito-800"))
        ),
    }
