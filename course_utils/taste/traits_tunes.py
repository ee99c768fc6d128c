"""Traits of tunes: mode, metre, speed, range, steps or leaps, how many notes, how high,
how much comes back, what plays.
"""

from __future__ import annotations

import math

from course_utils.creation import Creation
from course_utils.taste.traits import Trait

__all__ = ["measured"]

# General MIDI programs, from 0, that ring and fade: piano, music box, vibraphone, guitar, harp
STRUCK = {0, 10, 11, 24, 46}
TRAITS = (
    Trait("minor", "minor", "major", 0.5, 0.5),
    Trait("three", "three-four time", "no three-four time", 0.25, 0.43),
    Trait("lilting", "six-eight time", "no six-eight time", 0.25, 0.43),
    Trait("fast", "fast", "slow", 4.75, 0.34),
    Trait("wide", "a wide range", "a narrow range", 12.9, 3.9),
    Trait("leaps", "leaps", "steps", 0.39, 0.17),
    Trait("busy", "many notes", "few notes", 1.7, 0.5),
    Trait("high", "high", "low", 72, 4),
    Trait("comes_back", "bars that come back", "always new bars", 0.25, 0.25),
    Trait("struck", "struck and plucked sounds", "sung and blown sounds", 0.4, 0.5),
)


def measured(creation: Creation) -> dict[str, float]:
    """See `TRAITS`: tempo as a natural logarithm, range in semitones, notes a quarter,
    leaps as the share of moves of three semitones and more.
    """
    from course_utils.scores.graces import without_graces
    from course_utils.scores.midi import read_midi

    score = without_graces(read_midi(creation.content))
    pitches = [note.pitch for note in score.notes] or [60]
    moves = [abs(b - a) for a, b in zip(pitches, pitches[1:]) if a != b]
    bars: dict[int, list] = {}
    for note in score.notes:
        bar = int((note.start + 1e-6) // score.bar_length)
        bars.setdefault(bar, []).append(
            (round(note.start - bar * score.bar_length, 2), round(note.length, 2))
        )
    rhythms = [tuple(bar) for bar in bars.values()]
    mode = str(creation.recipe.settings.get("mode", ""))
    return {
        "minor": float(
            mode in ("minor", "dorian")
            or mode not in ("major", "mixolydian")
            and score.key.endswith("m")
        ),
        "three": float(score.metre[0] == 3),
        "lilting": float(score.metre in ((6, 8), (9, 8), (12, 8))),
        "fast": math.log(max(20.0, score.tempo)),
        "wide": max(pitches) - min(pitches),
        "leaps": sum(move > 2 for move in moves) / max(1, len(moves)),
        "busy": len(score.notes) / max(1.0, score.length),
        "high": sum(pitches) / len(pitches),
        "comes_back": 1 - len(set(rhythms)) / max(1, len(rhythms)),
        "struck": float(score.program in STRUCK),
    }
