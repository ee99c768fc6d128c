"""Sources made of noise: hiss and rumble, howling wind, breaking waves, thunder, and things that
pass by.

Each is a function of a length in samples, a random generator, and named numbers; each gives a ring
of shape (n, 2).
"""

from __future__ import annotations

import numpy as np

from course_utils.sounds.ring import (
    RATE,
    between,
    curve,
    moments,
    shaped_noise,
    stretched,
    swung,
    whole_turns,
    wide,
)

__all__ = ["howl", "noise", "passes", "rumbles", "surges"]


def noise(
    n: int,
    rng: np.random.Generator,
    *,
    low: float = 200.0,
    high: float = 8000.0,
    steep: float = 2.0,
    tilt: float = 0.0,
    bands: float = 1.0,
    swing: float = 0.0,
    rate: float = 0.3,
    together: float = 0.5,
    width: float = 0.8,
) -> np.ndarray:
    """Noise between two frequencies, in some bands that swell and fall by `swing` dB, `rate` times
    a second.

    `together`: how much of the swing all bands share; the rest is each one's own.
    """
    count = max(1, round(bands))
    edges = np.geomspace(low, high, count + 1)
    shared = swung(n, swing * together, rate, rng)
    sound = np.zeros((n, 2), np.float32)
    for under, over in zip(edges, edges[1:]):
        outer = steep if count == 1 else 2.0
        gain = between(n, under, over, outer, tilt)
        loud = float(np.sqrt(np.sum(gain**2)))
        own = swung(n, swing * (1 - together), rate * rng.uniform(0.7, 1.5), rng)
        both = wide(shaped_noise(n, gain, rng), shaped_noise(n, gain, rng), width)
        sound += both * (own * loud)[:, None]
    return sound * shared[:, None]


def howl(
    n: int,
    rng: np.random.Generator,
    *,
    low: float = 300.0,
    high: float = 900.0,
    sharp: float = 12.0,
    rate: float = 0.4,
    swing: float = 18.0,
    voices: float = 2.0,
    width: float = 0.8,
) -> np.ndarray:
    """Noise in narrow bands whose middles wander between two frequencies: wind in a gap."""
    sound = np.zeros((n, 2), np.float32)
    for voice in range(max(1, round(voices))):
        height = curve(n, rate, rng)
        middle = low * (high / low) ** height
        narrow = max(6.0, (low * high) ** 0.5 / sharp)
        slow = between(n, 0.1, narrow / 2, 1.5)
        envelope = shaped_noise(n, slow, rng) + 1j * shaped_noise(n, slow, rng)
        turned = np.exp(2j * np.pi * (whole_turns(middle) % 1.0)).astype(np.complex64)
        # it rises in loudness with its pitch, as wind does
        loud = swung(n, swing * 0.5, rate * 1.5, rng) * 10 ** (swing * 0.5 * (height - 1) / 20)
        tone = (envelope * turned).real * loud
        pan = 0.5 + width * 0.45 * (1 if voice % 2 else -1)
        sound += tone[:, None] * np.array(
            [np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)], np.float32
        )
    return sound


def surges(
    n: int,
    rng: np.random.Generator,
    *,
    every: float = 5.0,
    rise: float = 1.4,
    fall: float = 1.8,
    lag: float = 0.5,
    low: float = 70.0,
    high: float = 9000.0,
    floor: float = -26.0,
    width: float = 0.9,
) -> np.ndarray:
    """Waves that come, break and draw back, one in `every` seconds: the deep parts swell first, the
    hiss comes after and lasts.

    Args:
        rise: seconds in which a wave comes.
        fall: seconds in which it dies away to a third.
        lag: seconds between the deepest and the highest part.
        floor: dB of what is heard between waves.
    """
    when = moments(n, rng, 1 / every, "even", jitter=1.0)
    sizes = 10 ** (-6 * rng.random(len(when.starts)) / 20)
    sides = rng.uniform(-0.5, 0.5, len(when.starts))
    edges = np.geomspace(low, high, 5)
    points = n // 441
    clock = np.arange(points) / 100
    sound = np.zeros((n, 2), np.float32)
    for band in range(4):
        gain = between(n, edges[band], edges[band + 1], 1.5)
        envelope = np.full((points, 2), 10 ** (floor / 20))
        quick = rise * (1.0, 0.8, 0.5, 0.35)[band]
        slow = fall * (0.7, 0.8, 1.0, 1.2)[band]
        for start, size, side in zip(when.starts, sizes, sides):
            away = (clock - start / RATE - lag * band / 3) % (n / RATE)
            before = n / RATE - away
            shape = np.where(away < before * 4, np.exp(-away / slow), 0) + np.exp(
                -((before / quick) ** 1.5)
            )
            envelope += shape[:, None] * size * np.array([1 - side, 1 + side])
        both = wide(shaped_noise(n, gain, rng), shaped_noise(n, gain, rng), width)
        loud = 10 ** (-3.0 * band / 20)
        for ear in (0, 1):
            sound[:, ear] += both[:, ear] * stretched(envelope[:, ear], n) * loud
    return sound


def rumbles(
    n: int,
    rng: np.random.Generator,
    *,
    every: float = 6.0,
    length: float = 4.0,
    claps: float = 5.0,
    low: float = 30.0,
    high: float = 1500.0,
    crack: float = 0.5,
    dulling: float = 0.35,
    width: float = 0.8,
) -> np.ndarray:
    """Thunder and blasts, one in `every` seconds: several claps, of which the high parts die first.

    Args:
        length: seconds until it has died to a tenth.
        crack: how much of the highest parts there is at the beginning, 0 to 1.
        dulling: how much sooner the highest parts die than the lowest, 0 (not at all) to 1.
    """
    when = moments(n, rng, 1 / every)
    edges = np.geomspace(low, high, 5)
    sound = np.zeros((n, 2), np.float32)
    points = n // STEP_OF_RUMBLE
    clock = np.arange(points) * STEP_OF_RUMBLE / RATE
    for band in range(4):
        envelope = np.zeros(points)
        decay = length / 2.3 * (1 - dulling * band / 3) ** 2
        for start in when.starts:
            delays = np.append(0, np.sort(rng.exponential(length / 5, max(0, round(claps) - 1))))
            for delay in delays:
                away = (clock - start / RATE - delay) % (n / RATE)
                rise = 1 - np.exp(-away / (0.004 + 0.02 * (delay > 0) * (3 - band)))
                envelope += (
                    rise * np.exp(-away / decay) * rng.uniform(0.3, 1) * (1 if delay == 0 else 0.7)
                )
        gain = between(n, edges[band], edges[band + 1], 1.5)
        both = wide(shaped_noise(n, gain, rng), shaped_noise(n, gain, rng), width)
        share = 1.0 if band < 2 else crack
        sound += both * (stretched(envelope, n) * share)[:, None]
    return sound


STEP_OF_RUMBLE = 63  # samples between the points of a blast's envelope: a blast is sudden


def passes(
    n: int,
    rng: np.random.Generator,
    *,
    every: float = 3.0,
    length: float = 2.0,
    low: float = 80.0,
    high: float = 3500.0,
    bright: float = 0.5,
    tone: float = 0.0,
    pitch: float = 110.0,
    bend: float = 2.0,
    width: float = 0.9,
) -> np.ndarray:
    """Things that come from one side, pass and go: noise, and an engine's `tone` whose pitch bends
    down as it passes.

    Args:
        length: seconds during which it is near.
        bright: how much brighter it is when near, 0 to 1.
        tone: how much of it is a tone, 0 to 1; `pitch` in Hz.
        bend: semitones by which the tone falls.
    """
    when = moments(n, rng, 1 / every, "scattered")
    seconds = n / RATE
    clock = np.arange(n // 441) / 100
    sound = np.zeros((n, 2), np.float32)
    dull = shaped_noise(n, between(n, low, (low * high) ** 0.5, 1.5), rng)
    sharp = shaped_noise(n, between(n, (low * high) ** 0.5, high, 1.5), rng)
    for start in when.starts:
        away = (clock - start / RATE + seconds / 2) % seconds - seconds / 2
        near = 1 / (1 + (2 * away / length) ** 2)
        near = (near - near.min()) / (1 - near.min())
        side = rng.choice([-1, 1]) * width * np.arctan(3 * away / length) / np.pi + 0.5
        turn = int(rng.integers(n))
        event = np.roll(dull, turn) * stretched(near, n)
        event = event + bright * np.roll(sharp, turn) * stretched(near**2, n)
        if tone:
            own = pitch * 2 ** (rng.uniform(-3, 3) / 12)
            hertz = own * 2 ** (-bend / 24 * np.arctan(4 * away / length) / 1.6)
            turns = whole_turns(stretched(hertz, n))
            event = (1 - tone) * event + tone * 1.4 * _motor(turns, own) * stretched(near**1.5, n)
        strength = rng.uniform(0.5, 1)
        sound[:, 0] += strength * event * stretched(np.cos(side * np.pi / 2), n)
        sound[:, 1] += strength * event * stretched(np.sin(side * np.pi / 2), n)
    return sound


def _motor(turns: np.ndarray, pitch: float) -> np.ndarray:
    """A buzzing tone of some harmonics."""
    harmonics = np.arange(1, max(3, min(24, int(4000 / pitch))))
    table_phase = np.arange(2049) / 2048
    table = (
        np.sin(2 * np.pi * harmonics[:, None] * table_phase + harmonics[:, None] ** 2)
        / harmonics[:, None]
    ).sum(0)
    return np.interp(turns % 1.0, table_phase, table / table.std())
