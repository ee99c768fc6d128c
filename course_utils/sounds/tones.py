"""Sources made of lasting tones: buzzing, gliding, and wide chords of voices or strings."""

from __future__ import annotations

import numpy as np

from course_utils.sounds.callers import mouth
from course_utils.sounds.ring import RATE, curve, irfft, stretched, swung, whole_turns

__all__ = ["buzz", "glide", "pad"]


def table_of(gains: np.ndarray) -> np.ndarray:
    """One turn of a wave of some harmonics, 2049 points; root mean square 1. Their phases keep its
    peaks low (Schroeder 1970).
    """
    numbers = np.arange(1, len(gains) + 1)
    turns = np.arange(2049) / 2048
    phases = np.pi * numbers**2 / len(gains)
    wave = (gains[:, None] * np.sin(2 * np.pi * numbers[:, None] * turns + phases[:, None])).sum(0)
    return wave / (wave.std() + 1e-12)


def falling(base: float, top: float, colour: float) -> np.ndarray:
    """Strengths of the harmonics of `base` Hz up to `top`, falling by `colour` dB an octave."""
    numbers = np.arange(1, max(2, min(200, int(top / base))) + 1)
    return 10 ** (colour * np.log2(numbers) / 20)


def read(turns: np.ndarray, table: np.ndarray) -> np.ndarray:
    """A table of one turn read along a phase."""
    return np.interp(turns % 1.0, np.arange(2049) / 2048, table).astype(np.float32)


def buzz(
    n: int,
    rng: np.random.Generator,
    *,
    voices: float = 1.0,
    low: float = 100.0,
    high: float = 140.0,
    wander: float = 0.5,
    rate: float = 0.5,
    colour: float = -6.0,
    top: float = 6000.0,
    swing: float = 0.0,
    come: float = 0.3,
    flutter: float = 0.0,
    width: float = 0.7,
) -> np.ndarray:
    """Buzzing tones: motors, wings, wires.

    Args:
        wander: semitones through which each pitch wanders, `rate` times a second.
        swing: dB by which each voice comes and goes, `come` times a second.
        flutter: a quick unevenness of the pitch, in semitones.
    """
    sound, count = np.zeros((n, 2), np.float32), max(1, round(voices))
    for voice in range(count):
        base = low * (high / low) ** ((voice + rng.random()) / count)
        bend = wander * (2 * curve(n, rate, rng) - 1)
        if flutter:
            bend = bend + flutter * (2 * curve(n, 18.0, rng) - 1)
        turns = whole_turns(base * 2 ** (bend / 12)) + rng.random()
        tone = read(turns, table_of(falling(base * 1.1, top, colour)))
        tone = tone * swung(n, swing, come, rng) * rng.uniform(0.6, 1)
        side = (
            0.5 + width * (curve(n, come, rng) - 0.5)
            if swing
            else 0.5 + width * (rng.random() - 0.5)
        )
        sound[:, 0] += tone * np.cos(side * np.pi / 2)
        sound[:, 1] += tone * np.sin(side * np.pi / 2)
    return sound


GLIDES = ("sine", "two", "rise", "fall", "steps")


def glide(
    n: int,
    rng: np.random.Generator,
    *,
    low: float = 500.0,
    high: float = 1200.0,
    every: float = 2.0,
    shape: str = "sine",
    colour: float = -12.0,
    top: float = 6000.0,
    voices: float = 1.0,
    vibrato: float = 0.0,
    width: float = 0.3,
) -> np.ndarray:
    """Tones whose pitch goes to and fro between two frequencies once in `every` seconds.

    `shape`: sine, two (one, then the other), rise, fall, or steps (eight of them, drawn).
    """
    sound, seconds = np.zeros((n, 2), np.float32), n / RATE
    points = n // 147
    for voice in range(max(1, round(voices))):
        count = max(1, round(seconds / every * (1 if voice == 0 else rng.uniform(0.7, 1.3))))
        place = (np.arange(points) / points * count + (0 if voice == 0 else rng.random())) % 1.0
        if shape == "steps":
            height = rng.random(8)[(place * 8).astype(int)]
        else:
            height = {
                "sine": 0.5 - 0.5 * np.cos(2 * np.pi * place),
                "two": np.clip(0.5 + 12 * np.minimum(place - 0.25, 0.75 - place), 0, 1),
                "rise": place**1.3,
                "fall": (1 - place) ** 1.6,
            }[shape]
        hertz = stretched(low * (high / low) ** height, n)
        if vibrato:
            hertz = hertz * 2 ** (
                vibrato * np.sin(2 * np.pi * np.arange(n) / n * round(6 * seconds)) / 12
            )
        tone = read(whole_turns(hertz), table_of(falling(high, top, colour)))
        side = 0.5 + width * (curve(n, 0.3, rng) - 0.5)
        sound[:, 0] += tone * np.cos(side * np.pi / 2)
        sound[:, 1] += tone * np.sin(side * np.pi / 2)
    return sound


def pad(
    n: int,
    rng: np.random.Generator,
    *,
    low: float = 110.0,
    chord: str = "0 7 12",
    colour: float = -6.0,
    top: float = 6000.0,
    blur: float = 18.0,
    vowel: str = "",
    size: float = 1.0,
    odd: float = 0.0,
    swing: float = 6.0,
    rate: float = 0.2,
    width: float = 0.9,
) -> np.ndarray:
    """A wide chord that never repeats exactly: every harmonic is a narrow band of noise (after N.
    O. Paul's PADsynth).

    Args:
        chord: semitones above `low` (Hz).
        blur: how broad each band is, in cents.
        vowel: a letter of `callers.VOWELS`: the chord is sung.
        odd: how much weaker the even harmonics are, 0 to 1.
        swing: dB by which each note swells, `rate` times a second.
    """
    sound = np.zeros((n, 2), np.float32)
    for step in chord.split():
        base = low * 2 ** ((float(step) + rng.uniform(-0.04, 0.04)) / 12)
        gains = falling(base, top, colour)
        if vowel:
            gains = gains * mouth(np.arange(1, len(gains) + 1) * base, vowel, size)
        gains[1::2] *= 1 - odd
        strength = np.trim_zeros(banded(n, base, gains, blur), "b")
        sides = []
        for _ in (0, 1):
            angles = np.float32(2 * np.pi) * rng.random(len(strength), dtype=np.float32)
            spectrum = strength * (np.cos(angles) + 1j * np.sin(angles))
            one = irfft(spectrum, n)
            sides.append(one / (one.std() + 1e-12))
        middle = np.float32(1 - width / 2)
        left, right = (
            middle * sides[0] + (1 - middle) * sides[1],
            middle * sides[1] + (1 - middle) * sides[0],
        )
        sound += np.stack([left, right], 1) * swung(n, swing, rate, rng)[:, None]
    return sound


def banded(n: int, base: float, gains: np.ndarray, blur: float) -> np.ndarray:
    """The strengths of a ring's frequencies: harmonics of `base` Hz, `blur` cents broad."""
    strength, per = np.zeros(n // 2 + 1, np.float32), n / RATE
    for number, gain in enumerate(gains, 1):
        middle = base * number * per
        breadth = max(0.6, middle * (2 ** (blur / 1200) - 1))
        first, last = max(1, int(middle - 4 * breadth)), min(n // 2, int(middle + 4 * breadth) + 2)
        places = np.arange(first, last)
        bump = np.exp(-(((places - middle) / breadth) ** 2) / 2) / np.sqrt(breadth)
        strength[first:last] = np.hypot(strength[first:last], gain * bump)
    return strength
