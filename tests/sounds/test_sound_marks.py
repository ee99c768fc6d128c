"""Marks by which an ear names a sound: measured right, borne by the sounds, and different between
words and candidates.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from course_utils.sounds.marks import marks_of
from course_utils.sounds.scenes import scenes, sound_of
from course_utils.sounds.sound_words import listen, table

RATE = 44_100
SOME = [
    "rain",
    "ocean waves",
    "birdsong",
    "campfire",
    "clock",
    "church bells",
    "bees",
    "wind",
    "coins",
    "heartbeat",
    "alarm",
    "gong",
]
CACHE: dict = {}


def four(word: str, seed: int = 5):
    """The marks of four candidates of a word."""
    if (word, seed) not in CACHE:
        made = scenes(listen(word), seed, 4)
        CACHE[word, seed] = [
            marks_of(sound_of(scene, seed + number, 8.0)) for number, scene in enumerate(made)
        ]
    return CACHE[word, seed]


def test_a_tone_is_periodic_and_not_flat_and_noise_is_the_other_way_round():
    time = np.arange(4 * RATE) / RATE
    tone, noise = (
        marks_of(np.sin(2 * np.pi * 440 * time)),
        marks_of(np.random.default_rng(1).standard_normal(4 * RATE)),
    )
    assert (
        tone.tone > 0.98
        and tone.flatness < 0.001
        and 430 < tone.centroid < 450
        and tone.above_5k < 0.001
    )
    assert (
        noise.tone < 0.2
        and noise.flatness > 0.9
        and noise.above_5k == pytest.approx(1 - 5000 / 22_050, abs=0.02)
    )


def test_strokes_are_counted_and_a_beat_is_found():
    clicks = 0.0001 * np.random.default_rng(2).standard_normal(6 * RATE)
    for start in range(0, 6 * RATE, RATE // 4):
        clicks[start : start + 800] += np.random.default_rng(start).standard_normal(800) * np.exp(
            -np.arange(800) / 200
        )
    marks = marks_of(clicks)
    assert marks.onsets == pytest.approx(4, abs=0.4) and marks.pulse > 0.8
    assert marks_of(np.random.default_rng(3).standard_normal(6 * RATE)).onsets < 0.5


def test_a_slow_swell_is_measured_in_decibels():
    noise, time = np.random.default_rng(4).standard_normal(8 * RATE), np.arange(8 * RATE) / RATE
    assert marks_of(noise * 10 ** (np.sin(2 * np.pi * time / 4) * 0.5)).swell > 4
    assert marks_of(noise).swell < 0.3


@pytest.mark.parametrize("word", SOME)
def test_a_sound_bears_the_marks_that_its_word_promises(word):
    expected = next(sound for sound in table().sound if sound.name == word).marks
    for marks in four(word):
        assert {
            name: getattr(marks, name)
            for name, (low, high) in expected.items()
            if not low <= getattr(marks, name) <= high
        } == {}


@pytest.mark.slow
def test_all_sounds_bear_the_marks_that_their_words_promise():
    missed = []
    for sound in table().sound:
        for marks in four(sound.name):
            missed += [
                (sound.name, name)
                for name, (low, high) in sound.marks.items()
                if not low <= getattr(marks, name) <= high
            ]
    assert missed == []


def test_rain_is_flat_and_high_waves_swell_birds_are_high_and_tonal_and_a_clock_beats():
    assert all(marks.flatness > 0.15 and marks.above_5k > 0.2 for marks in four("rain"))
    assert all(marks.swell > 3 and marks.centroid < 3500 for marks in four("ocean waves"))
    assert all(
        marks.centroid > 2000 and marks.tone > 0.3 and marks.flatness < 0.1
        for marks in four("birdsong")
    )
    assert all(marks.pulse > 0.1 for marks in four("clock"))


@pytest.mark.parametrize("word", SOME)
def test_four_candidates_of_one_word_differ(word):
    apart = [np.linalg.norm(a.place - b.place) for a, b in combinations(four(word), 2)]
    assert min(apart) > 0.12 and np.mean(apart) > 0.45


def test_different_words_give_different_sounds_with_the_same_seed():
    places = {word: four(word)[0].place for word in SOME}
    apart = {
        pair: np.linalg.norm(places[pair[0]] - places[pair[1]]) for pair in combinations(SOME, 2)
    }
    assert min(apart.values()) > 0.5, min(apart, key=apart.get)
    assert np.mean(list(apart.values())) > 4
