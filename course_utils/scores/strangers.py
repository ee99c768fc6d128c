"""Music of strangers read within limits: what is more than a few pages in a process of its own,
which is ended when it takes too much time or memory.
"""

from __future__ import annotations

import json
from dataclasses import astuple

from course_utils.safety.limited import Limits, run_limited
from course_utils.scores.abc import read_abc
from course_utils.scores.midi import read_midi_file
from course_utils.scores.musicxml.mxl import unzipped
from course_utils.scores.musicxml.reading import read_musicxml
from course_utils.scores.reading import ScoreRead
from course_utils.scores.score import Note, Part, Score

__all__ = ["read_music"]

AT_ONCE = 50_000  # bytes that are read here, in a fraction of a second whatever they hold
LIMITS = Limits(seconds=40.0, cpu_seconds=30, resident=900_000_000)


def read_music(data: bytes, form: str) -> ScoreRead:
    """The music of a file.

    Args:
        form: "midi", "abc", "sheet" (MusicXML) or "mxl" (the same, compressed).

    Raises:
        LearnerError: it cannot be read, or only with more time or memory than a small computer has.
    """
    if len(data) <= AT_ONCE and form != "mxl":
        return _read(data, form)
    listed, _ = run_limited(f"{__name__}:listed", data, LIMITS, form=form)
    return _from_list(json.loads(listed))


def listed(data: bytes, form: str) -> bytes:
    """The music of a file as JSON."""
    read = _read(data, form)
    score = read.score
    return json.dumps(
        {
            "notes": [astuple(note) for note in score.notes],
            "score": [score.tempo, score.metre, score.program, score.key],
            "parts": [astuple(part) for part in score.parts],
            "read": [read.left_out, read.title, read.chord_line],
        }
    ).encode()


def _from_list(told: dict) -> ScoreRead:
    tempo, metre, program, key = told["score"]
    notes = tuple(Note(*one) for one in told["notes"])
    parts = tuple(Part(*one) for one in told["parts"])
    left_out, title, chord_line = told["read"]
    score = Score(notes, tempo, (metre[0], metre[1]), program, key, parts)
    return ScoreRead(score, tuple(left_out), title, chord_line)


def _read(data: bytes, form: str) -> ScoreRead:
    if form == "midi":
        return read_midi_file(data)
    if form == "abc":
        return read_abc(data.decode("utf-8", "replace"))
    return read_musicxml(unzipped(data) if form == "mxl" else data)
