"""Which key some notes are in.

Source: Krumhansl and Kessler 1982, profiles of major and minor keys, compared by correlation
(Krumhansl and Schmuckler).
"""

from __future__ import annotations

from course_utils.scores.score import Score

__all__ = ["MINOR_NAMES", "NAMES", "key_of"]

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


def key_of(score: Score) -> str:
    """The name of the key, as MIDI has it ("F#m"), that the lengths of the notes fit best;
    the last note's home counts a little more.
    """
    drums = {number for number, part in enumerate(score.parts) if part.drums}
    notes = [note for note in score.notes if note.part not in drums]
    if not notes:
        return "C"
    weights = [0.0] * 12
    for note in notes:
        weights[note.pitch % 12] += min(note.length, 4)
    last = max(notes, key=lambda note: (note.start, -note.pitch))
    weights[last.pitch % 12] += 0.15 * sum(weights)

    def fit(home: int, profile: tuple[float, ...]) -> float:
        turned = [profile[(place - home) % 12] for place in range(12)]
        mean, middle = sum(weights) / 12, sum(profile) / 12
        return sum((w - mean) * (p - middle) for w, p in zip(weights, turned)) / (
            sum((p - middle) ** 2 for p in profile) ** 0.5
        )

    _, name = max(
        [(fit(home, MAJOR), NAMES[home]) for home in range(12)]
        + [(fit(home, MINOR), MINOR_NAMES[home]) for home in range(12)]
    )
    return name
