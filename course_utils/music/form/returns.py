"""What comes back where nobody chose a plan: within a phrase of eight bars, and from the first
phrase in later ones, which in the old tunes often end alike and seldom repeat themselves as much.

The shares were set by the training pieces, bar by bar; docs/music.md says what they give.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_utils.music.form.plans import BarPlan, Phrase

__all__ = ["pattern_of", "shared_bars"]

PLAIN = "a b c d"  # nothing comes back
LATER = 0.45  # how much rarer something comes back inside a later phrase than inside the first
ALONE = 0.8  # the same where the eight bars are the whole tune
EXACT = {"first": 0.75, "later": 0.6, "alone": 0.3}  # what returns does so to its last note
ENDS_ALIKE = 0.28  # a later phrase of eight bars has the first one's seventh bar ...
FROM_FIVE = 0.4  # ... and of these so many its fifth and sixth too
BEGINS_ALIKE, TWO_BARS = 0.3, 0.4  # a third phrase of four bars begins as the first; with two bars


def pattern_of(table: dict[str, float], place: str, rng: random.Random) -> list[str]:
    """Which units of two bars return in eight bars.

    Args:
        table: patterns with their shares.
        place: "first", "later" (a phrase of a longer tune) or "alone" (the tune has eight bars).
    """
    rarer = {"first": 1.0, "later": LATER, "alone": ALONE}[place]
    shares = [share * (1.0 if pattern == PLAIN else rarer) for pattern, share in table.items()]
    names = rng.choices(list(table), shares)[0].split()
    exact = rng.random() < EXACT[place]
    return [
        name if exact or name not in names[:number] else name.rstrip("'") + "'"
        for number, name in enumerate(names)
    ]


def shared_bars(
    bars: list[BarPlan], phrases: list[Phrase], number: int, rng: random.Random
) -> list[BarPlan]:
    """The bars of a tune so far, whose last phrase is new: with bars of the first phrase in it."""
    phrase, first = phrases[number], phrases[0]
    start = len(bars) - phrase.bars
    places: tuple[int, ...] = ()
    if phrase.bars == first.bars == 8 and rng.random() < ENDS_ALIKE:
        places = (4, 5, 6) if rng.random() < FROM_FIVE else (6,)
    elif phrase.bars == first.bars == 4 and number >= 2 and rng.random() < BEGINS_ALIKE:
        places = (0, 1) if rng.random() < TWO_BARS else (0,)
    found = list(bars)
    for place in places:
        found[start + place] = replace(bars[place], phrase=number, copies=place)
    return found
