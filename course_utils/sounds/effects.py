"""Characters: named effects for a stereo sound, made with filters,
echoes and wobbles of numpy alone.

A plug-in library would give finer reverbs; these are short enough to read, need nothing more, and
give the same bytes for the same seed.
"""

from __future__ import annotations

import numpy as np

from course_utils.audio.filters import butterworth, convolved, filtered
from course_utils.audio.wav import RATE
from course_utils.sounds.sources import drift

__all__ = ["passed", "room", "with_character"]


def passed(sound: np.ndarray, kind: str, hertz) -> np.ndarray:
    """A gentle filter (Butterworth, 12 dB an octave): kind "low", "high" or "band"."""
    return filtered(butterworth(2, hertz, kind, RATE), sound)


def room(
    sound: np.ndarray, seconds: float, brightness: float, rng: np.random.Generator
) -> np.ndarray:
    """Only the echoes of a room in which a sound dies in `seconds`: noise that fades,
    as an impulse response.
    """
    n = int(RATE * seconds)
    echoes = (
        passed(rng.standard_normal((n, 2)), "low", 1200 + 5000 * brightness)
        * np.exp(-6.9 * np.arange(n) / n)[:, None]
    )
    echoes[: RATE // 60] *= np.linspace(0, 1, RATE // 60)[:, None]
    return convolved(sound, echoes / np.sqrt((echoes**2).sum(0)))[: len(sound)]


def wobbled(sound: np.ndarray, seconds: float, rate: float, rng: np.random.Generator) -> np.ndarray:
    """Read with a speed that wanders: every moment comes up to `seconds` late,
    each side by a curve of its own.
    """
    n = len(sound)
    return np.stack(
        [
            np.interp(
                np.arange(n) - drift(n, rate, rng) * seconds * RATE, np.arange(n), sound[:, side]
            )
            for side in (0, 1)
        ],
        axis=1,
    )


def underwater(sound, rng):
    bubbles = (
        passed(rng.standard_normal((len(sound), 2)), "band", (180, 420))
        * (drift(len(sound), 9, rng)[:, None] ** 8)
        * sound.std()
        * 1.5
    )
    return passed(passed(wobbled(sound, 0.012, 3, rng), "low", 900), "low", 1500) * 1.4 + bubbles


def cathedral(sound, rng):
    return 0.5 * sound + 1.1 * room(sound, 4.0, 0.5, rng)


def broken_radio(sound, rng):
    """A set with a loudspeaker, a reception and a hiss of its own, drawn from the seed."""
    n = len(sound)
    speaker = rng.uniform(220, 600), rng.uniform(1700, 4200)
    fading, noisy = rng.uniform(1.2, 3.0), rng.uniform(0.04, 0.2)
    narrow = passed(sound.mean(1, keepdims=True).repeat(2, 1), "band", speaker)
    narrow = np.tanh(2.5 * narrow / (narrow.std() * 3 + 1e-9))
    narrow = np.round(narrow * 12) / 12
    weak = np.clip(drift(n, 3, rng) * fading - 0.3 * (fading - 1), 0.08, 1)[:, None]
    hiss = passed(rng.standard_normal((n, 1)).repeat(2, 1), "band", (900, speaker[1] + 400))
    crackle = passed(
        (rng.random((n, 1)) < 4 / RATE) * rng.uniform(-6, 6, (n, 1)), "band", (500, 3000)
    ).repeat(2, 1)
    return passed(
        narrow * weak * 0.5 + hiss * noisy * (1.2 - weak) + crackle, "low", speaker[1] + 600
    )


def dream(sound, rng):
    high = np.zeros_like(sound)
    half = sound[::2]
    high[: len(half)] += half  # an octave up, twice over
    high[len(sound) - len(half) :] += half
    soft = passed(wobbled(sound, 0.02, 0.8, rng), "low", 3500)
    return 0.6 * soft + 0.8 * room(soft + 0.3 * passed(high, "high", 500), 3.0, 0.35, rng)


def old_tape(sound, rng):
    worn = passed(wobbled(sound, 0.03, 1.6, rng), "low", 4200)
    worn = np.tanh(1.6 * worn / (worn.std() * 3 + 1e-9))
    return worn + 0.012 * passed(rng.standard_normal(sound.shape), "band", (1000, 6000))


def ice(sound, rng):
    ring = np.sin(2 * np.pi * rng.uniform(180, 700) * np.arange(len(sound)) / RATE)[:, None]
    cold = passed(0.45 * sound + 0.75 * sound * ring, "high", 350)
    return 0.7 * cold + 0.5 * room(cold, 1.6, 0.7, rng)


def giant(sound, rng):
    n = len(sound)
    slow = np.stack(
        [np.interp(np.arange(n) / 2, np.arange(n), sound[:, side]) for side in (0, 1)], axis=1
    )
    return passed(slow, "low", 1800) * 1.3 + 0.35 * sound + 0.5 * room(slow, 2.0, 0.2, rng)


def ghost(sound, rng):
    back = room(sound[::-1], 3.0, 0.5, rng)[::-1]  # the echoes come before what they echo
    return passed(back, "high", 150) + 0.25 * sound


def machine(sound, rng):
    n, step = len(sound), int(RATE * rng.choice([0.125, 0.1875, 0.25]))
    pattern = rng.random(8) < 0.6
    pattern[0] = True
    gate = pattern[(np.arange(n) // step) % 8].astype(float)
    soft = np.hanning(int(RATE * 0.03))
    gate = np.convolve(gate, soft / soft.sum(), "same")[:, None]
    echo = np.zeros_like(sound)
    echo[3 * step :] = (sound * gate)[: n - 3 * step]
    return sound * (0.15 + 0.85 * gate) + 0.45 * echo


CHARACTERS = {
    "underwater": underwater,
    "cathedral": cathedral,
    "broken radio": broken_radio,
    "dream": dream,
    "old tape": old_tape,
    "ice": ice,
    "giant": giant,
    "ghost": ghost,
    "machine": machine,
}


def with_character(
    sound: np.ndarray, name: str, amount: float, rng: np.random.Generator
) -> np.ndarray:
    """A sound (n, 2) with a named character, mixed with itself: `amount` 0 is the plain sound,
    1 only the effect. Both are made equally loud first.
    """
    if name not in CHARACTERS:
        return sound
    level = np.sqrt(np.mean(sound**2)) + 1e-9
    changed = CHARACTERS[name](sound, rng)
    return (1 - amount) * sound + amount * changed * level / (np.sqrt(np.mean(changed**2)) + 1e-9)
