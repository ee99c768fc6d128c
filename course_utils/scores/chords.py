"""Chord lines such as "C G Am F": reading them, and notes to play so that hands move little."""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.creation import LearnerError

MOST_BARS = 64
LONGEST = 600  # characters
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


@dataclass(frozen=True)
class ChordLine:
    """Bars of chords (each bar one or several that share it),
    and the words in the line that are no chords.
    """

    bars: tuple[tuple[Chord, ...], ...]
    unknown: tuple[str, ...] = ()


def note_class(name: str) -> int:
    """The pitch class of a note name such as F# or Bbb."""
    return (NOTES[name[0].upper()] + name.count("#") - name[1:].count("b")) % 12


def read_chord(name: str) -> Chord | None:
    """A chord by its usual name, or None where there is none of that name.

    Source of the names: the pychord library.
    """
    import pychord

    written = name.replace("♯", "#").replace("♭", "b")
    written = re.sub(r"^([a-g])(?=$|[#bm0-9/])", lambda m: m[1].upper(), written)
    try:
        found = pychord.Chord(written)
        classes = tuple(note_class(part) for part in found.components())
        root = note_class(found.root)
        bass = note_class(found.on) if found.on else root
    except (ValueError, KeyError, IndexError):
        return None
    if found.on and bass not in (
        note_class(part) for part in pychord.Chord(written.split("/")[0]).components()
    ):
        classes = classes[1:]  # a bass note from outside the chord is for the bass only
    return Chord(name, tuple(dict.fromkeys(classes)), root, bass)


def read_line(text: str) -> ChordLine:
    """Chords from a line: one a bar, or several between | signs; % repeats a bar; x2,
    x3 or x4 at the end repeats all.

    Raises:
        LearnerError: no chord at all, or more bars than a song has.
    """
    if not isinstance(text, str) or not text.strip():
        raise LearnerError(
            "Nothing to play yet. Type chords with spaces between them, such as: C G Am F."
        )
    if len(text) > LONGEST:
        raise LearnerError(
            f"That line has {len(text):,} characters and the limit is {LONGEST}. Use fewer chords,"
            " and let the track repeat them."
        )
    words = re.sub(r"[,;\n\u2013-]+", " ", text).replace("|", " | ").split()
    times = 1
    if words and re.fullmatch(r"[x×][2-8]", words[-1]):
        times = int(words.pop()[1])
    groups: list[list[str]] = [[]]
    for word in words:
        if word == "|":
            groups.append([])
        else:
            groups[-1].append(word)
    groups = [group for group in groups if group]
    if "|" not in words:
        groups = [[word] for group in groups for word in group]
    bars, unknown = [], []
    for group in groups:
        bar = []
        for word in group:
            if word == "%" and (bar or bars):
                bar.extend([bar[-1]] if bar else bars[-1])
                continue
            chord = read_chord(word)
            if chord is None:
                unknown.append(word[:20])
            else:
                bar.append(chord)
        if bar:
            bars.append(tuple(bar))
    bars *= times
    if not bars:
        raise LearnerError(
            "There is no chord in that line that this course"
            f" knows{f': {unknown[0]} is none' if unknown else ''}. Try: C G Am F."
        )
    if len(bars) > MOST_BARS:
        raise LearnerError(
            f"That makes {len(bars)} bars and the limit is {MOST_BARS}. Use fewer chords, or repeat"
            " less."
        )
    return ChordLine(tuple(bars), tuple(dict.fromkeys(unknown)))


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
