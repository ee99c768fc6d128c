"""A melody hummed, sung or whistled, as notes.

Source: pitch and notes by SwiftF0 (Nieradzik 2025, arXiv 2508.18440), a small network in a library.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_utils.audio.analysis import mono
from course_utils.audio.filters import resampled
from course_utils.audio.wav import RATE
from course_utils.creation import Creation, LearnerError
from course_utils.scores.beat_tracking import on_beats, speed_of
from course_utils.scores.score import Note

__all__ = ["notes_heard"]

HEARD_RATE = 16000  # what the network hears
SHORTEST = 0.07  # seconds of a note
FRAME = 0.016  # seconds between two pitches of the network
BETWEEN_STROKES = 7  # hundredths of a second between two strokes of one note
RISE = 6.0  # decibels by which a new stroke is louder than the moment before
ONE_VOICE = 0.43  # of the sound: solos and hums had 0.49 to 0.84, chords and bands 0.08 to 0.37
MORE_VOICES = (
    "More than one voice or instrument sounds in it, or much noise: the clearest line was written"
    " down, and the rest is not kept. For a melody, record one voice alone."
)
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


@dataclass(frozen=True)
class Heard:
    """What was heard in a recording: notes, their speed in quarter notes a minute, and a sentence
    where it was not one voice."""

    notes: tuple[Note, ...]
    speed: float
    told: str = ""


def notes_heard(recording: Creation) -> Heard:
    """The notes of one voice in a recording, on half-beats or, where they are shorter, quarters.

    The voice's own tuning is found first: people who hum alone are seldom at concert pitch.

    Raises:
        LearnerError: no notes in it, or the library is not here.
    """
    if not can_listen():
        raise LearnerError(NO_LISTENER)
    from swift_f0 import segment_notes

    samples = resampled(mono(recording), HEARD_RATE, RATE).astype(np.float32)
    pitches = _listener().detect(samples, HEARD_RATE)
    sung = [(one.start, one.end, one.pitch_hz) for one in segment_notes(pitches)]
    found = [
        one for note in sung for one in struck_again(samples, *note) if one[1] - one[0] >= SHORTEST
    ]
    if not found:
        raise LearnerError(
            "No melody could be heard in that recording. Hum or whistle closer to the microphone,"
            " one note at a time, then choose the new file."
        )
    height = np.array([69 + 12 * math.log2(hertz / 440) for _, _, hertz in found])
    # how far the notes lie beside the keys of a piano, as an angle
    turn = np.exp(2j * np.pi * height).mean()
    tuning = float(np.angle(turn) / (2 * np.pi))
    starts, ends = [start for start, _, _ in found], [end for _, end, _ in found]
    speed = speed_of(starts)
    notes = tuple(
        Note(start, length, int(np.clip(round(one - tuning), 21, 108)), 84)
        for (start, length), one in zip(on_beats(starts, ends, speed), height)
    )
    share = share_of_one_voice(samples, pitches)
    return Heard(notes, speed, MORE_VOICES if share < ONE_VOICE else "")


def struck_again(
    samples: np.ndarray, start: float, end: float, hertz: float
) -> list[tuple[float, float, float]]:
    """A note as the notes it is: the loudness jumps up wherever the same note begins again.

    Args:
        samples: mono at HEARD_RATE, -1 to 1.
        start, end: seconds.
    """
    step = HEARD_RATE // 100
    first = int(start * 100)
    inside = samples[first * step : int(end * 100) * step]
    frames = inside[: len(inside) // step * step].reshape(-1, step)
    if len(frames) < 2 * BETWEEN_STROKES:
        return [(start, end, hertz)]
    smooth = np.convolve((frames.astype(float) ** 2).mean(axis=1), [0.25, 0.5, 0.25], "same")
    level = 10 * np.log10(smooth + 1e-9)
    loud = np.percentile(level, 90)
    begins, at = [0], BETWEEN_STROKES
    while at < len(level) - BETWEEN_STROKES:
        before, after = level[at - 3 : at + 1], level[at + 1 : at + 6]
        if after.max() - before.min() >= RISE and after.max() > loud - 12:
            begins.append(at - 3 + int(before.argmin()) + 1)
            at += BETWEEN_STROKES
        at += 1
    places = [start, *(start + begin / 100 for begin in begins[1:]), end]
    return [(begin, after, hertz) for begin, after in zip(places, places[1:])]


def share_of_one_voice(samples: np.ndarray, pitches) -> float:
    """How much of a recording's sound is the one voice that was followed, 0-1: what lies on the
    harmonics of its pitch, of all from 80 Hz to 4 kHz, beyond what would lie there by chance.

    Args:
        samples: mono at HEARD_RATE.
        pitches: what swift_f0 found, frame by frame.
    """
    size = 4096
    window = np.hanning(size)
    axis = np.fft.rfftfreq(size, 1 / HEARD_RATE)
    heard = (axis > 80) & (axis < 4000)
    axis = axis[heard]
    one = chance = whole = 0.0
    for at in range(0, len(samples) - size, size // 2):
        loud = np.abs(np.fft.rfft(samples[at : at + size] * window))[heard]
        place = min(int((at + size / 2) / HEARD_RATE / FRAME), len(pitches.pitch_hz) - 1)
        hertz = float(pitches.pitch_hz[place])
        whole += loud.sum()
        if hertz > 0 and math.isfinite(hertz):
            off = np.abs(axis - hertz * np.maximum(1, np.round(axis / hertz)))
            near = off < np.minimum(np.maximum(12.0, 0.012 * axis), hertz / 4)
            one += loud[near].sum()
            chance += loud.sum() * near.mean()
    return max(0.0, (one - chance) / (whole - chance)) if whole > chance else 1.0
