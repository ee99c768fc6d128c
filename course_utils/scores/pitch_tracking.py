"""A melody hummed, sung or whistled, as notes.

Source: pitch and notes by SwiftF0 (Nieradzik 2025, arXiv 2508.18440), a small network in a library.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache

from course_utils.audio.analysis import mono
from course_utils.audio.wav import RATE
from course_utils.creation import Creation, LearnerError
from course_utils.scores.beat_tracking import on_beats, speed_of
from course_utils.scores.score import Note

HEARD_RATE = 16000  # what the network hears
SHORTEST = 0.07  # seconds of a note
NO_LISTENER = (
    "This Python has no library that hears pitch. Type the notes instead, such as C D E F G2, or"
    " run `python start.py` again to add it."
)


def can_listen() -> bool:
    """Whether the library that hears pitch is here."""
    try:
        return importlib.util.find_spec("swift_f0") is not None
    except ValueError:  # switched off by somebody
        return False


@lru_cache(maxsize=1)
def _listener():
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)


def notes_heard(recording: Creation) -> tuple[tuple[Note, ...], float]:
    """The notes of one voice in a recording, on half-beats,
    and their speed in quarter notes a minute.

    The voice's own tuning is found first: people who hum alone are seldom at concert pitch.

    Raises:
        LearnerError: no notes in it, or the library is not here.
    """
    if not can_listen():
        raise LearnerError(NO_LISTENER)
    import math

    import numpy as np
    from scipy.signal import resample_poly
    from swift_f0 import segment_notes

    heard = resample_poly(mono(recording), HEARD_RATE, RATE)
    found = [
        note
        for note in segment_notes(_listener().detect(heard.astype(np.float32), HEARD_RATE))
        if note.end - note.start >= SHORTEST
    ]
    if not found:
        raise LearnerError(
            "No melody could be heard in that recording. Hum or whistle closer to the microphone,"
            " one note at a time, then choose the new file."
        )
    height = np.array([69 + 12 * math.log2(note.pitch_hz / 440) for note in found])
    # how far the notes lie beside the keys of a piano, as an angle
    turn = np.exp(2j * np.pi * height).mean()
    tuning = float(np.angle(turn) / (2 * np.pi))
    starts, ends = [note.start for note in found], [note.end for note in found]
    speed = speed_of(starts)
    placed = on_beats(starts, ends, speed)
    return (
        tuple(
            Note(start, length, int(np.clip(round(one - tuning), 21, 108)), 84)
            for (start, length), one in zip(placed, height)
        ),
        speed,
    )
