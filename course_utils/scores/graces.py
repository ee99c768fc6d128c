"""Grace notes: short notes that ornament the note after them. They are played and stand in a MIDI
file like any note, marked as ornaments; on paper they take no time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from course_utils.scores.score import Note, Score

__all__ = ["Graces", "folded", "without_graces"]

TOUCH = 1 / 40  # quarter notes: so near the end of a grace note must be to the note it ornaments
Graces = dict[tuple[int, float, int], tuple[int, ...]]  # part, start, pitch: the notes before it


def folded(score: Score) -> tuple[Score, Graces]:
    """A score as it is written: each ornamented note begins where its grace notes did, and these
    stand beside it.

    A grace note that nothing follows, as an edit can leave it, is a note like any other.
    """
    lines: dict[int, list[Note]] = defaultdict(list)
    for note in sorted(score.notes, key=lambda one: (one.start, one.pitch)):
        lines[note.part].append(note)
    notes: list[Note] = []
    graces: Graces = {}
    for part, line in lines.items():
        waiting: list[Note] = []
        for note in line:
            if waiting and abs(ending(waiting[-1]) - note.start) > TOUCH:
                notes += [replace(one, grace=False) for one in waiting]
                waiting = []
            if note.grace:
                waiting.append(note)
                continue
            if waiting:
                start = waiting[0].start
                graces[part, start, note.pitch] = tuple(one.pitch for one in waiting)
                note = replace(note, start=start, length=ending(note) - start)
                waiting = []
            notes.append(note)
        notes += [replace(one, grace=False) for one in waiting]
    ordered = tuple(sorted(notes, key=lambda one: (one.start, one.part, one.pitch)))
    return replace(score, notes=ordered), graces


def without_graces(score: Score) -> Score:
    """The score with its ornamented notes plain."""
    return folded(score)[0] if any(note.grace for note in score.notes) else score


def ending(note: Note) -> float:
    """When a note ends, in quarter notes."""
    return note.start + note.length
