"""Where a tune came from: the longest runs of notes it shares with the tunes the model learned
from, in any key.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from course_utils.creation import Creation, LearnerError
from course_utils.models.embedded import FOLDER
from course_utils.provenance.sources import Source, tune_sources

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "borrowing_score",
    "codes_of",
    "library",
    "longest_runs",
    "nearest_tunes",
    "notes_of",
    "places",
    "yardsticks",
]

INDEX = FOLDER / "index"
# in twelfths of a quarter note; the first stands for every other
LENGTHS = [0, 2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 21, 24, 30, 36, 42, 48, 54, 72]
BREAK = -1  # between two tunes: nothing matches it
NO_STEP = 63  # the first note comes from nowhere


@dataclass(frozen=True)
class TuneRun:
    """A stretch of a tune that stands note for note (in any key) in a training tune:
    how many notes, from which of the tune's notes on (from 1), in which tune.
    """

    notes: int
    at: int
    title: str
    kind: str
    source: Source


def codes_of(notes: list[tuple[int | None, int]]):
    """A melody as numbers that are the same in every key: for each note the step from the one
    before, and the time to the next. int16, one for each note.

    Args:
        notes: (MIDI pitch, or None for a rest; length in twelfths of a quarter note), in order. A
            rest counts to the length of the note before it.
    """
    import numpy as np

    line: list[list[int]] = []
    for pitch, length in notes:
        if pitch is not None:
            line.append([pitch, length])
        elif line:
            line[-1][1] += length
    steps = [
        NO_STEP,
        *(max(-60, min(60, after[0] - before[0])) for before, after in zip(line, line[1:])),
    ]
    return np.array(
        [
            (step + 64) * 32 + (LENGTHS.index(length) if length in LENGTHS else 0)
            for step, (_, length) in zip(steps, line)
        ],
        np.int16,
    )


@cache
def library() -> tuple:
    """The training tunes: all codes with breaks between (int16), the number of its tune for each,
    and what is known of them.

    Raises:
        LearnerError: the index is missing or damaged.
    """
    import numpy as np

    try:
        kept, about = (
            np.load(INDEX / "tunes.npz", allow_pickle=False),
            json.loads((INDEX / "tunes.json").read_text(encoding="utf-8")),
        )
        lengths = kept["lengths"]
        codes = np.full(len(kept["codes"]) + len(lengths), BREAK, np.int16)
        owner = np.repeat(np.arange(len(lengths)), lengths + 1)
        codes[np.arange(len(kept["codes"])) + np.repeat(np.arange(len(lengths)), lengths)] = kept[
            "codes"
        ]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as problem:
        raise LearnerError(
            "The index of training tunes is missing or damaged. Run `python start.py` again to put"
            " it back."
        ) from problem
    return codes, owner, about


@cache
def places() -> dict[int, np.ndarray]:
    """Where each code stands in the library."""
    import numpy as np

    there = library()[0]
    order = there.argsort(kind="stable")
    kinds, starts = np.unique(there[order], return_index=True)
    return {
        int(kind): part for kind, part in zip(kinds, np.split(order, starts[1:])) if kind != BREAK
    }


def longest_runs(codes) -> tuple:
    """For every training tune the longest run it shares with some codes: (notes,
    where the run ends in `codes`), two int arrays by tune.

    Exact. One row of the table of common substrings is kept and moved on by each note; only places
    that hold the same code are touched.
    """
    import numpy as np

    there, owner, about = library()
    count = len(about["title"])
    run, best, ends = (
        np.zeros(len(there) + 1, np.int16),
        np.zeros(count, np.int16),
        np.zeros(count, np.int32),
    )
    nowhere = np.zeros(0, np.int64)
    before = nowhere
    for place, code in enumerate(codes):
        here = places().get(int(code), nowhere)
        longer = run[here - 1] + 1  # before the first place stands the spare zero at the end
        run[before] = 0
        run[here], before = longer, here
        most = longer > best[owner[here]]
        whose = owner[here[most]]
        np.maximum.at(best, whose, longer[most])
        ends[whose] = place
    return best, ends


@cache
def yardsticks() -> dict[int, list[int]]:
    """For stretches of so many notes: the longest runs that old tunes share with tunes of the other
    collections, sorted; so what people shared.
    """
    return {int(notes): runs for notes, runs in library()[2]["yardsticks"].items()}


def borrowing_score(longest: int, notes: int) -> float:
    """The share (0-1) of stretches of old tunes, about as long as this tune,
    whose longest run shared with another collection is shorter.
    """
    from bisect import bisect_left

    scale = yardsticks()[min(yardsticks(), key=lambda size: abs(size - notes))]
    return bisect_left(scale, longest) / len(scale)


def notes_of(creation: Creation) -> list[tuple[int | None, int]]:
    """The highest voice of a tune as (pitch, length in twelfths of a quarter note), rests and
    ornaments left out.

    Raises:
        LearnerError: it is not a tune, or has no notes.
    """
    from course_utils.scores.graces import without_graces
    from course_utils.scores.midi import read_midi

    if not creation.declared.plays_notes:
        raise LearnerError(
            "A tune is needed here, and something else was given. Choose a tune, then try again."
        )
    score = without_graces(read_midi(creation.content))
    line: list[list[float]] = []
    for note in sorted(
        (n for n in score.notes if not score.parts or not score.parts[n.part].drums),
        key=lambda n: (n.start, -n.pitch),
    ):
        if line and note.start < line[-1][0] + 0.01:
            continue  # the highest came first
        if line:
            line[-1][1] = min(line[-1][1], note.start - line[-1][0])
        line.append([note.start, note.length, note.pitch])
    if not line:
        raise LearnerError(
            "There are no notes in that tune. Choose one that sounds, then try again."
        )
    return [
        (round(pitch), round((after[0] - start) * 12) if after else round(length * 12))
        for (start, length, pitch), after in zip(line, [*line[1:], None])
    ]


def nearest_tunes(creation: Creation, most: int = 3) -> list[TuneRun]:
    """The training tunes that share the longest runs of notes with a tune, longest first.

    Raises:
        LearnerError: it is not a tune, has no notes, or the index is missing.
    """
    codes = codes_of(notes_of(creation))
    best, ends = longest_runs(codes)
    about = library()[2]
    order = sorted(range(len(best)), key=lambda tune: -best[tune])[:most]
    return [
        TuneRun(
            int(best[tune]),
            int(ends[tune] - best[tune] + 2),
            about["title"][tune],
            about["kind"][tune],
            tune_sources()[about["source"][tune]],
        )
        for tune in order
        if best[tune] > 1
    ]
