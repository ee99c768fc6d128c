"""Textures from sums of tones: struck bells (additive) and swelling metal (frequency modulation), and the scales all textures share."""

from __future__ import annotations

import numpy as np

from course_utils.audio.wav import RATE

SCALES = {  # friendly name: semitones in an octave
    "five notes": (0, 2, 4, 7, 9), "sad": (0, 2, 3, 5, 7, 8, 10), "open": (0, 7), "floating": (0, 2, 4, 6, 8, 10), "eastern": (0, 1, 4, 5, 7, 8, 11), "clusters": tuple(range(12)),
}
BELL = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.17, 5.43])  # partials of a church bell over its strike note, rounded


def scale_notes(scale: str, pitch: float, octaves: float) -> np.ndarray:
    """The notes (MIDI numbers) of a scale built on `pitch`, from half of `octaves` below to half above."""
    steps = np.array(SCALES[scale])
    every = np.concatenate([pitch + 12 * octave + steps for octave in range(-3, 4)])
    return np.sort(every[np.abs(every - pitch) <= 6 * octaves])


def hertz(note):
    """Frequency of a MIDI note number, at most 7 kHz and at least 30 Hz."""
    return np.clip(440.0 * 2.0 ** ((np.asarray(note, float) - 69) / 12), 30, 7000)


def drift(n: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A smooth random curve of n samples between 0 and 1 that turns about `rate` times a second and ends where it began."""
    from scipy.interpolate import CubicSpline

    points = max(3, round(n / RATE * rate) + 2)
    values = rng.random(points)
    values[-1] = values[0]
    coarse = np.arange(0, n + 32, 32)  # the spline only here and there, straight lines between: far quicker, and as smooth to the ear
    return np.interp(np.arange(n), coarse, np.clip(CubicSpline(np.linspace(0, n, points), values, bc_type="periodic")(np.minimum(coarse, n)), 0, 1))


def times(n: int, count: int, evenness: float, rng: np.random.Generator) -> np.ndarray:
    """When `count` events begin, in samples: between scattered (0) and evenly spaced (1); the first soon after the start."""
    scattered, even = np.sort(rng.random(count)), np.arange(count) / count
    places = evenness * even + (1 - evenness) * scattered
    return ((places - places[0]) * 0.92 * n + 0.01 * RATE).astype(int)


def place(sound: np.ndarray, start: int, event: np.ndarray, pan: float) -> None:
    """Add a mono event to a stereo sound (n, 2); what runs over the end is cut. `pan` 0 is left, 1 right, with equal power."""
    part = event[: max(0, len(sound) - start)]
    sound[start : start + len(part), 0] += part * np.cos(pan * np.pi / 2)
    sound[start : start + len(part), 1] += part * np.sin(pan * np.pi / 2)


def bells(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Struck bells and glass: each strike a sum of up to ten decaying partials, from harmonic to bell-like. Stereo, (n, 2)."""
    sound, notes = np.zeros((n, 2)), scale_notes(p["scale"], p["pitch"] + 12, 2.2)
    count = round((0.5 + 3.5 * p["density"] ** 1.5) * n / RATE) + 2
    harmonic = np.arange(1, 11)
    ratios = harmonic + p["strangeness"] * (BELL * 1.3 - harmonic) * 0.9
    decay = 0.5 + 3.5 * p["softness"]
    for start in times(n, count, 1 - p["movement"], rng):
        length = int(min(n - start, RATE * decay * 2.2))
        time, base = np.arange(length) / RATE, hertz(rng.choice(notes))
        attack = 1 - np.exp(-time / (0.002 + 0.25 * p["softness"] ** 2))
        strike = np.zeros(length)
        for number, ratio in enumerate(ratios, 1):
            if base * ratio < 8000:
                loud = number ** -(1.7 - 1.2 * p["brightness"]) * rng.uniform(0.4, 1)
                strike += loud * np.sin(2 * np.pi * base * ratio * rng.uniform(0.998, 1.002) * time + rng.uniform(0, 6.28)) * np.exp(-time * (0.7 + 0.3 * number) / decay)
        place(sound, start, strike * attack * np.minimum(1, (length - np.arange(length)) / 800) * rng.uniform(0.4, 1), rng.random())
    return sound


def metal(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Swelling voices by frequency modulation (Chowning 1973): a slow tone whose colour is turned by another. Stereo, (n, 2)."""
    sound, time, notes = np.zeros((n, 2)), np.arange(n) / RATE, scale_notes(p["scale"], p["pitch"], 2.4)
    simple, odd = np.array([0.5, 1, 2, 3]), np.array([0.707, 1.414, 2.76, 3.73])
    for _ in range(3 + round(4 * p["density"])):
        base = hertz(rng.choice(notes))
        pick = rng.integers(4)
        ratio = simple[pick] + p["strangeness"] * (odd[pick] - simple[pick])
        index = (0.3 + 4.5 * p["brightness"]) * drift(n, 0.15 + 2.5 * p["movement"], rng) * min(1, 500 / base)
        bend = 1 + 0.012 * p["movement"] * np.cumsum(drift(n, 0.7, rng) - 0.5) / n
        loud = drift(n, 0.15 + 1.6 * p["density"] * (1.1 - p["softness"]), rng) ** (1 + 2 * (1 - p["softness"]))
        voice = loud * np.sin(2 * np.pi * base * time * bend + index * np.sin(2 * np.pi * base * ratio * time)) / base**0.3
        place(sound, 0, voice, rng.random())
    return sound
