"""Recordings: notes sung again, quick notes, and what is not one voice."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.audio.recordings import sound_from_file
from course_utils.audio.wav import RATE, to_wav
from course_utils.scores.imports import tune_from_file
from course_utils.scores.midi import write_midi
from course_utils.scores.pitch_tracking import notes_heard
from course_utils.scores.score import Note, Part, Score
from course_utils.scores.synth import wav

pytest.importorskip("swift_f0")


def sung(notes: list[tuple[int, float]], beat: float, gap: float) -> bytes:
    """A voice that sings notes with so many seconds of quiet between them."""
    parts = []
    for pitch, beats in notes:
        t = np.arange(int(beats * beat * RATE)) / RATE
        hertz = 440 * 2 ** ((pitch - 69) / 12) * (1 + 0.006 * np.sin(2 * np.pi * 5.2 * t))
        angle = np.cumsum(2 * np.pi * hertz / RATE)
        tone = sum(np.sin(k * angle) / k**1.7 for k in range(1, 9))
        parts.append(tone * np.minimum(1, np.minimum(t / 0.03, (t[-1] - gap - t) / 0.03).clip(0)))
    sound = np.concatenate([np.zeros(RATE // 3), *parts, np.zeros(RATE // 3)])
    noise = np.random.default_rng(0).normal(0, 0.005, len(sound))
    return to_wav(sound / abs(sound).max() * 0.4 + noise)


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.05])
def test_a_note_sung_again_is_a_note_of_its_own(gap):
    song = [(60, 1)] * 4 + [(62, 1), (62, 1), (64, 2)]
    heard = notes_heard(sound_from_file(sung(song, 0.5, gap), "a.wav"))
    assert [(n.length, n.pitch) for n in heard.notes] == [(float(b), p) for p, b in song]
    assert heard.told == ""


@pytest.mark.parametrize("tempo", [80, 90, 100])
def test_sixteenths_are_sixteenths(tempo):
    song = [(60, 1), (62, 0.5), (64, 0.5), (65, 0.25), (64, 0.25), (62, 0.25), (60, 0.25), (67, 1)]
    heard = notes_heard(sound_from_file(sung(song, 60 / tempo, 0.01), "a.wav"))
    assert [(n.length, n.pitch) for n in heard.notes] == [(float(b), p) for p, b in song]


def test_a_band_is_told_to_be_more_than_one_voice():
    chords = [
        Note(float(beat), 1.0, 48 + root + tone, 90, part)
        for beat, root in enumerate([0, 5, 7, 0, 9, 5, 7, 0])
        for part, tones in enumerate([(0, 4, 7, 16), (-12,)])
        for tone in tones
    ]
    tune = [Note(n / 2, 0.5, 72 + (0, 2, 4, 5)[n % 4], 100, 2) for n in range(16)]
    players = (Part("piano", 0), Part("bass", 33), Part("tune", 73))
    band = Score((*chords, *tune), 100.0, (4, 4), 0, "C", players)
    brought = tune_from_file(wav(write_midi(band)), "band.wav")
    assert "More than one voice or instrument" in brought.recipe.settings["note"]
    alone = tune_from_file(sung([(60, 1), (62, 1), (64, 2)], 0.5, 0.02), "hum.wav")
    assert "More than one voice" not in alone.recipe.settings.get("note", "")
