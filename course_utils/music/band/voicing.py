"""Chords for hands that move as little as can be: every note goes to the nearest place, and no two
rub against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from course_utils.scores.chords import NamedChord

__all__ = ["movement", "smooth"]

WIDEST, MOST_NOTES = 19, 4  # semitones from the lowest to the highest; notes at once
CENTRE, RUB, GAP = 0.12, 2.5, 0.6  # what it costs to leave the middle, to rub, to gape


def smooth(chord: NamedChord, before: Sequence[int], low: int = 52, high: int = 74) -> tuple:
    """The notes of a chord between two pitches, from the lowest up.

    Args:
        before: the chord before; () at the beginning.
    """
    return _smooth(tuple(chord.classes[:MOST_NOTES]), tuple(before), low, high)


@lru_cache(maxsize=4096)
def _smooth(classes: tuple[int, ...], before: tuple[int, ...], low: int, high: int) -> tuple:
    places = [[p for p in range(low, high + 1) if p % 12 == one] for one in classes]
    rows = [tuple(sorted(row)) for row in product(*places)]
    middle = (low + high) / 2
    fitting = [row for row in rows if row[-1] - row[0] <= WIDEST] or rows
    return min(fitting, key=lambda row: (cost(row, before, middle), row))


def cost(row: tuple[int, ...], before: tuple[int, ...], middle: float) -> float:
    """How far the hands move, and how the chord lies."""
    gaps = [b - a for a, b in zip(row, row[1:])]
    lies = CENTRE * abs(sum(row) / len(row) - middle) * len(row)
    lies += RUB * sum(gap == 1 for gap in gaps) + GAP * sum(max(0, gap - 7) for gap in gaps)
    return movement(before, row) * len(row) + lies


def movement(before: Sequence[int], after: Sequence[int]) -> float:
    """Semitones that a voice moves, on the average: lowest to lowest and so on; where one chord has
    more notes than the other, each goes to the nearest.
    """
    if not before or not after:
        return 0.0
    if len(before) == len(after):
        return sum(abs(a - b) for a, b in zip(sorted(before), sorted(after))) / len(after)
    few, many = sorted((before, after), key=len)
    return sum(min(abs(p - q) for q in few) for p in many) / len(many)
