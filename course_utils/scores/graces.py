"""Grace notes: short notes that ornament the note after them. They are played and stand in a MIDI
file like any note, marked as ornaments; on paper they take no time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace

from course_utils.scores.score import Note, Score

__all__ = ["SOFTER", "Graces", "folded", "with_graces", "without_graces"]

TOUCH = 1 / 40  # quarter notes: so near the end of a grace note must be to the note it ornaments
SHORT = 0.06  # seconds of a grace note in a tune from elsewhere
GRID = 1 / 24  # quarter notes: where there is room they lie on the grid of tunes
SHORTEST = 1 / 120  # quarter notes: four ticks of a MIDI file
SOFTER = 8  # MIDI velocity below the note that is ornamented
Graces = dict[tuple[int, float, int], tuple[int, ...]]  # part, start, pitch: the notes before it


def with_graces(note: Note, pitches: tuple[int, ...], tempo: float) -> list[Note]:
    """A note with grace notes before it, which take their time from it, half of it at most; the
    note alone where it is too short for them.

    Args:
        tempo: quarter notes a minute.
    """
    most = note.length / 2 / max(1, len(pitches))
    steps = min(max(1, round(SHORT * tempo / 60 / GRID)), int(most / GRID + 1e-6))
    length = steps * GRID if steps else most
    if not pitches or length < SHORTEST:
        return [note]
    soft, taken = max(1, note.velocity - SOFTER), length * len(pitches)
    return [
        *(
            Note(note.start + place * length, length, pitch, soft, note.part, True)
            for place, pitch in enumerate(pitches)
        ),
        replace(note, start=note.start + taken, length=note.length - taken),
    ]


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
        main = [note for note in line if not note.grace]
        for chain in chains([note for note in line if note.grace]):
            place = ornamented(chain, main)
            if place is None:
                notes += [replace(one, grace=False) for one in chain]
                continue
            note, start = main[place], chain[0].start
            notes.append(replace(note, start=start, length=ending(note) - start))
            main[place] = replace(note, grace=True)  # it has its ornament
            at = part, start, note.pitch
            graces[at] = (*graces.get(at, ()), *(one.pitch for one in chain))
        notes += [note for note in main if not note.grace]
    ordered = tuple(sorted(notes, key=lambda one: (one.start, one.part, one.pitch)))
    return replace(score, notes=ordered), graces


def chains(small: list[Note]) -> list[list[Note]]:
    """Grace notes in order of time as rows, in each of which one begins where the last ended."""
    found: list[list[Note]] = []
    open_rows: list[list[Note]] = []
    for note in small:
        open_rows = [row for row in open_rows if ending(row[-1]) > note.start - TOUCH]
        near = [row for row in open_rows if touches(row[-1], note)]
        if near:
            min(near, key=lambda row: abs(row[-1].pitch - note.pitch)).append(note)
        else:
            found.append([note])
            open_rows.append(found[-1])
    return found


def touches(grace: Note, note: Note) -> bool:
    """Whether a note begins where a grace note ends."""
    return abs(ending(grace) - note.start) <= min(TOUCH, grace.length / 2)


def ornamented(chain: list[Note], main: list[Note]) -> int | None:
    """The place of the note that a row of grace notes leads to, of several the nearest in pitch;
    None where there is none.
    """
    last = chain[-1]
    first = bisect_left(main, ending(last) - TOUCH, key=lambda one: one.start)
    after = bisect_right(main, ending(last) + TOUCH, key=lambda one: one.start)
    fitting = [
        place
        for place in range(first, after)
        if touches(last, main[place]) and not main[place].grace
    ]
    return min(fitting, key=lambda place: abs(main[place].pitch - last.pitch), default=None)


def without_graces(score: Score) -> Score:
    """The score with its ornamented notes plain."""
    return folded(score)[0] if any(note.grace for note in score.notes) else score


def ending(note: Note) -> float:
    """When a note ends, in quarter notes."""
    return note.start + note.length
