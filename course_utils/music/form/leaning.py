"""Where the note model's own odds are leaned, so that tunes have the leaps and the reach of the old
ones: the model alone writes about half as many wide leaps as people, and stays where it began.

What was counted, in which pieces, and what came of it: docs/music.md.
"""

from __future__ import annotations

import random

from course_utils.music.decoding import PITCHES, Leaning

__all__ = ["FARTHEST_LEAP", "HIGHEST_NOTE", "leaned"]

HIGHEST_NOTE = 31  # semitones above home: a third of the old tunes go above 24, none above this
FOURTH, WIDE, FARTHEST_LEAP = 5, 9, 16  # semitones: a leap, above which it is wide, the widest
LEAP = 0.37  # what a wide leap's logit has more
LONG = 16  # bars of a tune from which its sections have eight bars, and not four
# what each semitone upwards has more in a section after the first: mean and sigma
LIFTS = {8: (0.025, 0.03), 4: (0.08, 0.06)}
# what a leap of a fourth to a sixth has more, by the bars of sections
STEADY = {8: 0.0, 4: -0.1}


def leaned(
    tokens: list[int], last: int | None, place: int, bars: int, seed: int
) -> list[int] | Leaning:
    """Tokens that may come next, with what is added to the logits of their notes.

    Args:
        last: the note before, semitones above home.
        place: the bar that is written, counted from 0, of so many `bars`.
    """
    if last is None:
        return tokens
    size = 8 if bars >= LONG else 4
    section = place // size
    lift = random.Random(f"lift {seed} {section}").gauss(*LIFTS[size]) if section else 0.0
    return Leaning(
        {
            token: added(pitch - last, STEADY[size]) + lift * (pitch - last)
            if (pitch := PITCHES.get(token)) is not None
            else 0.0
            for token in tokens
        }
    )


def added(move: int, steady: float) -> float:
    """What a move of so many semitones has more."""
    return LEAP if abs(move) > WIDE else steady if abs(move) >= FOURTH else 0.0
