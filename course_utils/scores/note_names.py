"""Melodies and rhythms typed as text: "C D E F G2", "long short short"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.creation import LearnerError
from course_utils.scores.score import Note

__all__ = ["read_melody", "read_rhythm"]

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
WORD = re.compile(
    r"(?P<letter>[A-Ga-g]|[zr-])(?P<sign>[#♯b♭]?)(?P<octaves>[,']*)(?P<length>\d{1,"
    r"2}(?:\.\d{1,2})?)?(?P<half>/[248]?)?(?P<dot>\.)?"
)
LONGEST = 4000  # characters
MOST_NOTES = 400
RHYTHM_WORDS = {"long": 2.0, "short": 1.0, "quick": 0.5, "rest": -1.0}


@dataclass(frozen=True)
class Typed:
    """Notes read from text, and the words in it that were not understood."""

    notes: tuple[Note, ...]
    unknown: tuple[str, ...] = ()


def read_melody(text: str) -> Typed:
    """Notes named by letters with spaces between.

    C to B are the octave from middle C, small letters the one above; a comma goes an octave down,
    an apostrophe up; # is sharp, b flat; a dash rests. A number after a note is its length in beats
    (G2), a slash halves it (G/), a dot makes it half as long again (G.).

    Raises:
        LearnerError: no note at all, or far too many.
    """
    if not isinstance(text, str) or not text.strip():
        raise LearnerError(
            "No notes yet. Type note names with spaces between them, such as: C D E F G2."
        )
    if len(text) > LONGEST:
        raise LearnerError(
            f"That text has {len(text):,} characters and the limit is {LONGEST:,}. Type a shorter"
            " melody."
        )
    clock, notes, unknown = 0.0, [], []
    for word in text.replace("|", " ").split():
        found = WORD.fullmatch(word)
        length = _length(found) if found else 0
        if (
            not found
            or not 0 < length <= 16
            or (found["letter"] in "zr-" and (found["sign"] or found["octaves"]))
        ):
            unknown.append(word[:20])
            continue
        letter = found["letter"]
        if letter not in "zr-":
            pitch = (
                60
                + STEPS[letter.upper()]
                + 12 * letter.islower()
                + {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(found["sign"], 0)
            )
            pitch += 12 * (found["octaves"].count("'") - found["octaves"].count(","))
            if not 21 <= pitch <= 108:  # beyond a piano
                unknown.append(word[:20])
                continue
            notes.append(Note(clock, length, pitch, 84))
        clock += length
    if not notes:
        raise LearnerError(
            "There is no note in that text that this course"
            f" knows{f': {unknown[0]} is none' if unknown else ''}. Try: C D E F G2."
        )
    if len(notes) > MOST_NOTES:
        raise LearnerError(
            f"That makes {len(notes)} notes and the limit is {MOST_NOTES}. Type a shorter melody."
        )
    return Typed(tuple(notes), tuple(dict.fromkeys(unknown)))


def _length(found: re.Match) -> float:
    length = float(found["length"] or 1)
    if found["half"]:
        length /= int(found["half"][1:] or 2)
    return length * (1.5 if found["dot"] else 1)


def read_rhythm(text: str) -> Typed:
    """A rhythm on one note: words (long, short, quick, rest), or a pattern in which every letter is
    half a beat: x sounds, - goes on, . is silent.

    Raises:
        LearnerError: nothing in it sounds, or it is far too long.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise LearnerError(
            "No rhythm yet. Type words such as: long short short long, or a pattern such as:"
            " x-x.xxx-"
        )
    clock, notes, unknown = 0.0, [], []
    for word in text.lower().replace("|", " ").replace(",", " ").split():
        if word in RHYTHM_WORDS:
            length = RHYTHM_WORDS[word]
            if length > 0:
                notes.append(Note(clock, length, 67, 84))
            clock += abs(length)
        elif re.fullmatch(r"[x.-]+", word):
            for letter in word:
                if letter == "x":
                    notes.append(Note(clock, 0.5, 67, 84))
                elif (
                    letter == "-"
                    and notes
                    and abs(notes[-1].start + notes[-1].length - clock) < 1e-6
                ):
                    notes[-1] = Note(notes[-1].start, notes[-1].length + 0.5, 67, 84)
                clock += 0.5
        else:
            unknown.append(word[:20])
    if not notes:
        raise LearnerError(
            "Nothing in that rhythm sounds. Try: long short short long, or: x-x.xxx-"
        )
    if len(notes) > MOST_NOTES:
        raise LearnerError(
            f"That makes {len(notes)} strokes and the limit is {MOST_NOTES}. Type a shorter rhythm."
        )
    return Typed(tuple(notes), tuple(dict.fromkeys(unknown)))


def to_text(notes: tuple[Note, ...]) -> str:
    """The notes of one voice as text that `read_melody` reads; of notes at once the highest."""
    words, clock = [], 0.0
    for start in sorted({note.start for note in notes}):
        note = max((one for one in notes if one.start == start), key=lambda one: one.pitch)
        if start > clock + 0.01:
            words.append(f"-{_shown(start - clock)}")
        octave, step = divmod(note.pitch - 60, 12)
        letter = "C C# D Eb E F F# G Ab A Bb B".split()[step]
        if octave >= 1:
            letter, octave = letter[0].lower() + letter[1:], octave - 1
        words.append(letter + ("'" * octave if octave > 0 else "," * -octave) + _shown(note.length))
        clock = start + note.length
    return " ".join(words)


def _shown(length: float) -> str:
    return (
        ""
        if abs(length - 1) < 0.01
        else "/"
        if abs(length - 0.5) < 0.01
        else f"{length:.2f}".rstrip("0").rstrip(".")
    )
