"""Where the note model's own odds are leaned, so that tunes have the leaps and the reach of the old
ones: the model alone writes about half as many wide leaps as people, and stays where it began.

What was counted, in which pieces, and what came of it: docs/music.md.
"""

from __future__ import annotations

import random

from course_utils.music.decoding import PITCHES, Leaning

__all__ = ["FARTHEST_LEAP", "HIGHEST_NOTE", "SECTION", "leaned"]

HIGHEST_NOTE = 31  # semitones above home: a third of the old tunes go above 24, none above this
WIDE, FARTHEST_LEAP = 9, 16  # semitones above which a leap is wide, and the widest there is
LEAP = 0.34  # what a wide leap's logit has more
SECTION = 8  # bars; the first is where the tune is at home
LIFT, SPREAD = 0.04, 0.05  # what each semitone upwards has more in a later section: mean, sigma


def leaned(tokens: list[int], last: int | None, section: int, seed: int) -> list[int] | Leaning:
    """Tokens that may come next, with what is added to the logits of their notes.

    Args:
        last: the note before, semitones above home.
        section: which eight bars of the tune, counted from 0.
    """
    if last is None:
        return tokens
    lift = random.Random(f"lift {seed} {section}").gauss(LIFT, SPREAD) if section else 0.0
    return Leaning(
        {
            token: LEAP * (abs(pitch - last) > WIDE) + lift * (pitch - last)
            if (pitch := PITCHES.get(token)) is not None
            else 0.0
            for token in tokens
        }
    )
