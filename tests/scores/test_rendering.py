"""What is heard: stereo, in a small room, without rumble, at one loudness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from course_utils.audio.fast_levels import halved, held_down
from course_utils.audio.loudness import loudness
from course_utils.audio.mastering import check
from course_utils.audio.wav import from_wav
from course_utils.creation import Recipe
from course_utils.engines import engine_for
from course_utils.music.band.styles import style_names
from course_utils.scores import synth
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.rendering import twice_the_rate, unevenly
from course_utils.scores.score import Note, Part, Score

pytestmark = pytest.mark.skipif(not synth.can_play(), reason="no sound library on this Python")


def made(kind: str, prompt: str, **settings) -> Score:
    asked = Recipe(kind=kind, prompt=prompt, seed=1, settings=settings)
    return read_midi(next(iter(engine_for(kind).create(asked))).content)


def as_it_should_be(sound: np.ndarray) -> None:
    found = check(sound)
    assert -19 <= found.loudness <= -16 and found.true_peak < -1
    assert found.offset < 1e-4 and found.below_40_hz < 0.01


@pytest.mark.parametrize("style", style_names())
def test_every_style_is_as_loud_as_the_others_and_has_no_rumble(style):
    as_it_should_be(synth.samples(made("backing", "C G Am F", style=style, repeats=1)))


@pytest.mark.parametrize("prompt", ["a happy jig", "a slow air on the cello", "techno"])
def test_tunes_are_stereo_at_one_loudness(prompt):
    sound = synth.samples(made("tune", prompt))
    as_it_should_be(sound)
    assert sound.shape[1] == 2 and np.abs(sound[:, 0] - sound[:, 1]).max() > 0.01


@pytest.mark.parametrize("late", [0.0, 0.2, 3.5])
def test_nobody_waits_for_the_first_note(late):
    score = Score((Note(late, 1, 67, 90), Note(4, 2, 72, 90)), 60, (4, 4), 0, "C")
    sound, rate = from_wav(synth.wav(write_midi(score)))
    first = int(np.flatnonzero(np.abs(sound).max(1) > 0.01)[0]) / rate
    assert first < 0.3 and first == pytest.approx(late - synth.silence_before(score), abs=0.05)
    assert len(sound) / rate == pytest.approx(7.2 - synth.silence_before(score), abs=0.05)


def test_players_have_their_places():
    note = tuple(Note(0, 2, pitch, 90, part) for part, pitch in ((0, 60), (0, 64)))
    for name, left_is_louder in (("chords", True), ("pad", False)):
        score = Score(note, 100, (4, 4), 0, "C", (Part(name, 0),))
        left, right = (synth.samples(score) ** 2).mean(0)
        assert (left > 1.3 * right) if left_is_louder else (right > 1.3 * left)


def test_a_closed_cymbal_ends_an_open_one():
    open_alone = Score((Note(0, 0.2, 46, 90, 0),), 60, (4, 4), 0, "C", (Part("drums", 0, True),))
    ended = replace(open_alone, notes=(*open_alone.notes, Note(0.25, 0.2, 42, 20, 0)))
    alone, cut = (synth.rendered_alone(score) for score in (open_alone, ended))
    after = slice(round(0.4 * synth.RATE), round(0.6 * synth.RATE))
    assert (cut[after] ** 2).mean() < 0.5 * (alone[after] ** 2).mean()


def test_a_melody_on_the_grid_is_played_by_hand_and_what_was_played_stays():
    grid = tuple(Note(n / 2, 0.5, 60 + n, 90) for n in range(16))
    score = Score(grid, 120, (4, 4), 0, "C")
    moved = [a.start - b.start for a, b in zip(unevenly(score).notes, grid)]
    assert 0.002 < np.std(moved) < 0.03 and unevenly(score) == unevenly(score)
    played = replace(score, notes=tuple(replace(n, start=n.start + 0.017) for n in grid))
    assert unevenly(played) == played


def test_twice_the_rate_is_the_same_sound():
    time = np.arange(2 * 2000) / 44_100
    wanted = np.stack([np.sin(2 * np.pi * 3000 * time)] * 2, 1).astype(np.float32)
    assert np.abs(twice_the_rate(wanted[::2]) - wanted)[100:-100].max() < 2e-3


def test_peaks_are_held_down_without_steps():
    rng = np.random.default_rng(1)
    sound = (0.2 * rng.standard_normal((44_100, 2))).astype(np.float32)
    sound[20_000:20_010] = 3.0
    for ring in (False, True):
        held = held_down(sound, 0.8, ring)
        assert np.abs(held).max() <= 0.8 + 1e-6
        assert np.array_equal(held[:10_000], sound[:10_000])  # elsewhere nothing changes
    assert abs(loudness(halved(sound), 22_050) - loudness(sound)) < 4  # noise is the worst there is
