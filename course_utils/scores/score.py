"""Tunes as notes: standard MIDI with the recipe inside, a piano roll,
a table and a description in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["BROUGHT_TUNE", "Note", "Part", "Score", "upper_voice"]

# stands in the recipe of a tune a person brought or changed, where a model's name would
BROUGHT_TUNE = "own tune"


@dataclass(frozen=True)
class Note:
    """One sounding note; times in quarter notes, pitch as MIDI number, velocity 1-127;
    `part` counts the parts of its score; `grace`: it ornaments the note after it (see `graces`).
    """

    start: float
    length: float
    pitch: int
    velocity: int
    part: int = 0
    grace: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class Part:
    """One player: a name, a General MIDI program counted from 0, or drums
    (whose pitches are General MIDI's percussion).
    """

    name: str
    program: int = 0
    drums: bool = False


@dataclass(frozen=True)
class Score:
    """What a MIDI file holds: notes in order, tempo in quarter notes a minute, beats of the metre,
    General MIDI program, key name.

    `parts` is empty for a tune of one voice; otherwise the notes say which of them plays, and
    `program` is that of the first.
    """

    notes: tuple[Note, ...]
    tempo: float
    metre: tuple[int, int]
    program: int
    key: str
    parts: tuple[Part, ...] = ()

    @property
    def bar_length(self) -> float:
        """Quarter notes in a bar."""
        return self.metre[0] * 4 / self.metre[1]

    @property
    def length(self) -> float:
        """Quarter notes from start to the end of the last note."""
        return max((n.start + n.length for n in self.notes), default=0.0)


def upper_voice(score: Score, part: int | None = None) -> list[Note]:
    """The melody of a score: of one part (the first that is not drums, if None),
    of notes at once the highest.
    """
    played = (
        part
        if part is not None
        else next(
            (
                number
                for number, part in enumerate(score.parts)
                if not part.drums and any(note.part == number for note in score.notes)
            ),
            None if score.parts else 0,
        )
    )
    highest: dict[float, Note] = {}
    for note in score.notes:
        if (
            not note.grace
            and note.part == played
            and (note.start not in highest or note.pitch > highest[note.start].pitch)
        ):
            highest[note.start] = note
    return [highest[start] for start in sorted(highest)]
