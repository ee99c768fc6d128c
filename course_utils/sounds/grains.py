"""Textures out of another sound: clouds of short grains (granular synthesis, Roads 1978) and extreme stretching with random phases."""

from __future__ import annotations

import numpy as np

from course_utils.sounds.sources import place
from course_utils.audio.wav import RATE

JUMPS = np.array([0.5, 2.0, 1.5, 0.75, 4.0, 0.25])  # octaves, fifths and fourths


def grains(p: dict, n: int, rng: np.random.Generator, source: np.ndarray) -> np.ndarray:
    """Hundreds of short pieces of `source` (mono), each with its own place, speed and side. Stereo, (n, 2)."""
    sound = np.zeros((n, 2))
    base = 2.0 ** ((p["pitch"] - 55) / 24)  # half as far as the pitch asks, so that a voice stays a voice
    length = int(RATE * (0.05 + 0.35 * p["softness"]))
    count = round((5 + 55 * p["density"]) * n / RATE)
    window = np.hanning(length)
    for start in np.sort(rng.integers(0, max(1, n - length // 2), count)):
        speed = base * (rng.choice(JUMPS) if rng.random() < p["strangeness"] * 0.7 else 1) * (1 + 0.02 * rng.uniform(-1, 1))
        reading = start / n + (rng.random() - 0.5) * (0.05 + 0.9 * p["movement"])  # near the same moment of the source, or anywhere
        room = max(1, len(source) - int(length * speed) - 1)
        begin = int((reading % 1) * room)
        piece = np.interp(begin + np.arange(length) * speed, np.arange(len(source)), source, right=0)
        if rng.random() < p["strangeness"] * 0.5:
            piece = piece[::-1]
        loud = np.sqrt(np.mean(piece**2))
        place(sound, int(start), piece * window / max(loud, 0.03) ** 0.5 * rng.uniform(0.3, 1), rng.random())
    return sound


def stretch(p: dict, n: int, rng: np.random.Generator, source: np.ndarray) -> np.ndarray:
    """A short piece of `source` (mono) held out over the whole length: each moment's frequencies, with phases drawn anew. Stereo, (n, 2)."""
    size = 2 ** round(12 + 2 * p["softness"])
    hop, window = size // 4, np.hanning(size)
    speed = 2.0 ** ((p["pitch"] - 55) / 24)
    slowed = np.interp(np.arange(0, len(source) - 1, speed), np.arange(len(source)), source)
    if len(slowed) <= size:
        slowed = np.tile(slowed, size // max(1, len(slowed)) + 2)
    share = 0.15 + 0.85 * p["density"]
    room = len(slowed) - size
    first, span = rng.random() * (1 - share) * room, share * room
    sound = np.zeros((n + 2 * size, 2))
    for number, start in enumerate(range(0, n + size, hop)):
        at = int(np.clip(first + span * (number * hop / (n + size)) + p["movement"] * rng.uniform(-0.3, 0.3) * room, 0, room))
        strength = np.abs(np.fft.rfft(slowed[at : at + size] * window))
        strength = strength * np.exp(0.5 * p["strangeness"] * rng.standard_normal(len(strength)))
        for side in (0, 1):
            phases = np.exp(1j * rng.uniform(0, 2 * np.pi, len(strength)))
            sound[start : start + size, side] += np.fft.irfft(strength * phases, size) * window
    return sound[size // 2 : size // 2 + n]
