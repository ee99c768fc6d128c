"""Chords as notes to play so that hands move little."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Chord", "MOST_BARS", "bass_pitch", "note_class", "voiced"]

MOST_BARS = 64
NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Chord:
    """A chord by name: pitch classes (0 is C) from the root up, the root, and the bass note,
    which differs in a slash chord.
    """

    name: str
    classes: tuple[int, ...]
    root: int
    bass: int

    @property
    def third(self) -> int:
        return next(
            (c for c in self.classes if (c - self.root) % 12 in (3, 4)),
            self.classes[min(1, len(self.classes) - 1)],
        )

    @property
    def fifth(self) -> int:
        return next((c for c in self.classes if (c - self.root) % 12 in (6, 7, 8)), self.root)


def note_class(name: str) -> int:
    """The pitch class of a note name such as F# or Bbb."""
    return (NOTES[name[0].upper()] + name.count("#") - name[1:].count("b")) % 12


def voiced(chord: Chord, before: tuple[int, ...], low: int = 52, high: int = 74) -> tuple[int, ...]:
    """The chord's notes between two pitches so that they lie as near as can be to the chord before
    (smooth voice leading).
    """
    centre = sum(before) / len(before) if before else (low + high) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    classes = chord.classes[:4]
    for turn in range(len(classes)):
        order = classes[turn:] + classes[:turn]
        for start in range(low, low + 12):
            if start % 12 != order[0]:
                continue
            for octave in (0, 12):
                pitches = [start + octave]
                for wanted in order[1:]:
                    pitches.append(pitches[-1] + ((wanted - pitches[-1]) % 12 or 12))
                if pitches[-1] > high:
                    continue
                moved = (
                    sum(min(abs(p - q) for q in before) for p in pitches)
                    if before
                    else abs(sum(pitches) / len(pitches) - centre)
                )
                cost = moved + 0.3 * abs(sum(pitches) / len(pitches) - (low + high) / 2)
                if best is None or cost < best[0]:
                    best = (cost, tuple(pitches))
    return best[1] if best else tuple(low + (c - low) % 12 for c in classes)


def bass_pitch(pitch_class: int, near: int, low: int = 31, high: int = 50) -> int:
    """The pitch of a bass note nearest to the last one, between E flat 1 and D 3."""
    return min(
        (p for p in range(low, high + 1) if p % 12 == pitch_class), key=lambda p: (abs(p - near), p)
    )
