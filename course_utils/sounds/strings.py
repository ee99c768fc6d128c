"""Plucked strings by the method of Karplus and Strong (1983): a burst of noise goes round a delay line and is smoothed each time."""

from __future__ import annotations

import numpy as np

from course_utils.sounds.sources import hertz, place, scale_notes, times
from course_utils.audio.wav import RATE


def pluck(frequency: float, length: int, brightness: float, decay: float, rng: np.random.Generator) -> np.ndarray:
    """One string of `frequency` Hz, mono, `length` samples; `decay` in seconds until it has died to a thousandth."""
    period = max(4, int(RATE / frequency))
    step = frequency * (period + 0.5) / RATE  # the smoothing delays by half a sample; the rest is tuned by reading faster or slower
    rounds = int(length * step / period) + 3
    line = np.zeros((rounds, period))
    burst = rng.uniform(-1, 1, period)
    for _ in range(round(5 * (1 - brightness))):  # a softer plectrum
        burst = 0.5 * (burst + np.roll(burst, 1))
    line[0] = burst - burst.mean()
    loss = 0.001 ** (period / RATE / max(decay, 0.05))
    last = 0.0
    for number in range(1, rounds):
        before = line[number - 1]
        line[number, 0] = 0.5 * loss * (before[0] + last)
        line[number, 1:] = 0.5 * loss * (before[1:] + before[:-1])
        last = before[-1]
    string = line.ravel()
    return np.interp(np.arange(length) * step, np.arange(len(string)), string)


def strings(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Many plucked strings, alone or in quick runs. Stereo, (n, 2)."""
    sound, notes = np.zeros((n, 2)), scale_notes(p["scale"], p["pitch"], 2.6)
    runs = round((0.4 + 2.2 * p["density"]) * n / RATE) + 2
    for start in times(n, runs, 1 - p["movement"], rng):
        here, pan, up = int(rng.integers(len(notes))), rng.random(), rng.choice([-1, 1])
        for number in range(1 + int(rng.integers(0, 2 + round(6 * p["density"])))):
            begin = start + int(number * RATE * (0.05 + 0.16 * (1 - p["density"])) * rng.uniform(0.8, 1.2))
            length = min(n - begin, int(RATE * (1 + 4 * p["softness"])))
            if length < 400:
                break
            note = notes[(here + up * number) % len(notes)] + p["strangeness"] * rng.uniform(-0.9, 0.9)
            string = pluck(float(hertz(note)), length, p["brightness"], 0.8 + 4.5 * p["softness"], rng)
            if p["strangeness"] > 0.5:  # a bent string
                place_in_time = np.arange(length) * (1 + 0.02 * p["strangeness"] * np.sin(2 * np.pi * rng.uniform(0.5, 4) * np.arange(length) / RATE))
                string = np.interp(place_in_time, np.arange(length), string)
            ramp = np.minimum(1, np.arange(length) / (20 + 2500 * p["softness"] ** 2)) * np.minimum(1, (length - np.arange(length)) / 1500)
            place(sound, begin, string * ramp * rng.uniform(0.4, 1), pan)
    return sound
