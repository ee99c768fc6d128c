"""Sources made of strokes: drops, crackles, struck things of many materials, thuds and creaking.

Each lays a few dozen shapes on a ring, at moments that `ring.moments` chooses: scattered, even, in
groups, or in a pattern.
"""

from __future__ import annotations

import numpy as np

from course_utils.audio.filters import convolved
from course_utils.sounds.ring import RATE, between, damped, moments, scattered, shaped_noise

__all__ = ["clicks", "creaks", "drops", "strikes", "thumps"]

# Ratios of a struck thing's partials, how loud each is (dB), and how much sooner each dies than the
# lowest.
# Bell: a church bell's named partials (hum, prime, tierce, quint, nominal ...), rounded, Rossing
# 2000, "Science of Percussion Instruments".
# Tube and bar: bending of a free bar, (2k + 1)^2 rule; membrane: zeros of Bessel functions; glass
# and bowl: about k^2 of bending shells.
MATERIALS: dict[str, tuple[list[float], list[float], float]] = {
    "bell": (
        [0.5, 1, 1.183, 1.506, 2, 2.514, 2.662, 3.011, 4.166, 5.433],
        [-6, 0, -3, -7, -1, -8, -9, -7, -12, -16],
        0.6,
    ),
    "bowl": ([1, 1.004, 2.71, 2.716, 5.2, 8.43], [0, -3, -5, -8, -12, -20], 0.8),
    "tube": ([1, 2.756, 5.404, 8.933], [0, -4, -9, -16], 0.7),
    "bar": ([1, 3.9, 9.2], [0, -12, -24], 1.0),
    "glass": ([1, 2.32, 4.25, 6.63, 9.38], [0, -3, -6, -10, -14], 0.5),
    "anvil": ([1, 1.79, 2.57, 3.41, 4.38, 5.72, 7.13, 8.9], [-4, 0, -2, -3, -4, -7, -9, -12], 0.35),
    "coin": ([1, 1.52, 2.31, 2.96, 3.87], [0, -2, -3, -6, -9], 0.3),
    "wood": ([1, 2.57, 4.2, 6.4], [0, -5, -10, -16], 0.9),
    "membrane": ([1, 1.594, 2.136, 2.296, 2.653, 2.918], [0, -3, -6, -8, -9, -12], 0.5),
    "stone": ([1, 1.47, 2.09, 2.56, 3.39, 4.08], [0, -1, -3, -4, -7, -10], 0.4),
    "plate": ([], [], 0.35),  # dozens of partials, drawn anew for each thing
    "gong": ([], [], 0.5),
}


def drops(
    n: int,
    rng: np.random.Generator,
    *,
    rate: float = 4.0,
    low: float = 500.0,
    high: float = 2500.0,
    rise: float = 0.4,
    ring: float = 0.03,
    splash: float = 0.0,
    timing: str = "scattered",
    notes: float = 1.0,
    gap: float = 0.1,
    jitter: float = 0.6,
    spread: float = 12.0,
    width: float = 0.8,
) -> np.ndarray:
    """Drops that fall into water: an air bubble rings, and its note rises as it comes up (Minnaert
    1933, van den Doel 2005).

    Args:
        rise: how far the note rises while it dies, in octaves.
        ring: seconds until a bubble of 1 kHz has died to a third; lower ones ring longer.
        splash: how much noise comes before it, 0 to 1.
    """
    shapes = []
    for _ in range(40):
        first = low * (high / low) ** rng.random()
        decay = ring * (1000 / first) ** 0.6 * rng.uniform(0.7, 1.4)
        length = int(RATE * min(0.5, 5 * decay + 0.004))
        time = np.arange(length) / RATE
        turns = first * np.cumsum(2 ** (rise * time / decay / 2)) / RATE
        shape = np.sin(2 * np.pi * turns) * np.exp(-time / decay) * (1 - np.exp(-time / 0.0012))
        if splash:
            wet = shaped_noise(length + length % 2, between(length + length % 2, 1500, 9000), rng)[
                :length
            ]
            shape = shape + splash * 0.5 * wet * np.exp(-time / 0.012)
        shapes.append((shape * np.clip((length - np.arange(length)) / 90, 0, 1)).astype(np.float32))
    when = moments(n, rng, rate, timing, notes, gap, jitter)
    return scattered(n, when, shapes, spread, width, rng)


def clicks(
    n: int,
    rng: np.random.Generator,
    *,
    rate: float = 10.0,
    low: float = 500.0,
    high: float = 6000.0,
    ring: float = 0.004,
    attack: float = 0.0003,
    variety: float = 0.5,
    timing: str = "scattered",
    notes: float = 1.0,
    gap: float = 0.05,
    jitter: float = 0.5,
    spread: float = 16.0,
    width: float = 0.8,
) -> np.ndarray:
    """Short bursts of noise: crackles, ticks, clapping hands, steps, the beat of a rotor.

    Args:
        ring: seconds until one has died to a third; `attack` in which it comes.
        variety: how different their colours are, 0 to 1.
    """
    shapes = []
    for _ in range(24):
        by = 2 ** (variety * rng.uniform(-1, 1))
        decay = ring * 2 ** (variety * rng.uniform(-1, 1))
        length = 2 * int(RATE * min(2.0, attack + 5 * decay) / 2 + 40)
        time = np.arange(length) / RATE
        burst = shaped_noise(length, between(length, low * by, min(high * by, 18000), 2.0), rng)
        fade = np.clip((length - np.arange(length)) / 80, 0, 1)
        shapes.append(
            (burst * (1 - np.exp(-time / attack)) * np.exp(-time / decay) * fade).astype(np.float32)
        )
    when = moments(n, rng, rate, timing, notes, gap, jitter)
    return scattered(n, when, shapes, spread, width, rng)


def strikes(
    n: int,
    rng: np.random.Generator,
    *,
    material: str = "bell",
    rate: float = 0.5,
    low: float = 300.0,
    high: float = 600.0,
    ring: float = 2.0,
    hard: float = 0.6,
    steps: str = "",
    things: float = 6.0,
    bloom: float = 0.0,
    timing: str = "scattered",
    notes: float = 1.0,
    gap: float = 0.2,
    jitter: float = 0.5,
    spread: float = 8.0,
    width: float = 0.8,
) -> np.ndarray:
    """Struck things: each a sum of partials that die away (modal synthesis).

    Args:
        material: one of MATERIALS.
        low, high: the lowest partial, in Hz.
        ring: seconds until it has died to a third.
        hard: how hard the beater is, 0 to 1: the higher partials are louder.
        steps: semitones above `low` that the things are tuned to, such as "0 2 4 7 9"; any pitch,
            if empty.
        things: how many different things there are.
        bloom: seconds in which the higher partials come up, as in a gong.
    """
    count = max(1, round(things))
    tuned = [float(step) for step in steps.split()]
    places = (np.arange(count) + rng.random(count)) / count
    rng.shuffle(places)
    shapes = []
    for number in range(count):
        base = low * (high / low) ** places[number]
        if tuned:
            base = low * 2 ** (tuned[number % len(tuned)] / 12)
        shapes.append(struck(material, base, ring * rng.uniform(0.8, 1.2), hard, bloom, rng))
    when = moments(n, rng, rate, timing, notes, gap, jitter)
    return scattered(n, when, shapes, spread, width, rng)


def partials_of(material: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Ratios, strengths and loss of a material; plates and gongs are drawn."""
    ratios, decibels, loss = MATERIALS[material]
    if not ratios:
        count = 36
        drawn = np.sort(
            np.append(1, 1 + rng.random(count) ** 0.8 * (14 if material == "plate" else 8))
        )
        fades = -rng.uniform(0, 12, count + 1) - 1.2 * (drawn - 1)
        return drawn, 10 ** (fades / 20), loss
    return np.array(ratios), 10 ** (np.array(decibels) / 20), loss


def struck(material: str, base: float, ring: float, hard: float, bloom: float, rng) -> np.ndarray:
    """One struck thing whose lowest partial is `base` Hz, mono."""
    ratios, gains, loss = partials_of(material, rng)
    length = int(RATE * min(8.0, 4.5 * ring + 0.02))
    sound = np.zeros(length, np.float32)
    for ratio, gain in zip(ratios, gains):
        hertz = base * ratio * rng.uniform(0.997, 1.003)
        if hertz > 17000:
            continue
        decay = ring / ratio**loss
        part = int(min(length, RATE * 6 * decay + 64))
        softened = gain * ratio ** (1.4 * (hard - 0.8)) * rng.uniform(0.7, 1)
        tone = damped(hertz, decay, part, rng.uniform(0, 6.28)) * np.float32(softened)
        if bloom and ratio > 1.5:
            tone = tone * (1 - np.exp(-np.arange(part, dtype=np.float32) / (RATE * bloom)))
        sound[:part] += tone
    attack = int(RATE * (0.0004 + 0.004 * (1 - hard) ** 2)) + 1
    sound[:attack] *= np.linspace(0, 1, attack, dtype=np.float32)
    sound[-400:] *= np.linspace(1, 0, min(400, length), dtype=np.float32)
    return sound / (np.abs(sound).max() + 1e-9)


def thumps(
    n: int,
    rng: np.random.Generator,
    *,
    rate: float = 1.0,
    start: float = 120.0,
    end: float = 50.0,
    fall: float = 0.04,
    ring: float = 0.12,
    click: float = 0.1,
    timing: str = "even",
    notes: float = 1.0,
    gap: float = 0.25,
    jitter: float = 0.3,
    spread: float = 4.0,
    width: float = 0.2,
) -> np.ndarray:
    """Thuds: a low tone that falls from `start` to `end` Hz within `fall` seconds and rings for
    `ring`.
    """
    shapes = []
    for _ in range(8):
        by = 2 ** (0.15 * rng.uniform(-1, 1))
        length = 2 * int(RATE * min(3.0, 5 * ring + 0.02) / 2)
        time = np.arange(length) / RATE
        hertz = by * (end + (start - end) * np.exp(-time / fall))
        body = (
            np.sin(2 * np.pi * np.cumsum(hertz) / RATE)
            * np.exp(-time / (ring * by))
            * (1 - np.exp(-time / 0.002))
        )
        skin = shaped_noise(length, between(length, 300, 2500), rng) * np.exp(-time / 0.006)
        fade = np.clip((length - np.arange(length)) / 400, 0, 1)
        shapes.append(((body + click * skin) * fade).astype(np.float32))
    when = moments(n, rng, rate, timing, notes, gap, jitter)
    return scattered(n, when, shapes, spread, width, rng)


def creaks(
    n: int,
    rng: np.random.Generator,
    *,
    rate: float = 0.4,
    length: float = 1.0,
    slow: float = 18.0,
    fast: float = 70.0,
    low: float = 350.0,
    high: float = 2600.0,
    ring: float = 0.008,
    timing: str = "scattered",
    notes: float = 1.0,
    gap: float = 0.2,
    jitter: float = 0.5,
    spread: float = 8.0,
    width: float = 0.6,
) -> np.ndarray:
    """Wood or rusty metal that sticks and slips: `slow` to `fast` slips a second, each ringing
    through a few resonances.
    """
    shapes = []
    for _ in range(4):
        size = int(RATE * length * rng.uniform(0.7, 1.3))
        place = np.linspace(0, 1, size)
        bend = rng.uniform(0.3, 0.7)
        arch = np.where(place < bend, place / bend, (1 - place) / (1 - bend))
        turns = np.cumsum(slow * (fast / slow) ** (arch ** rng.uniform(0.7, 1.5))) / RATE
        slips = np.flatnonzero(np.diff(np.floor(turns)) > 0)
        train = np.zeros(size, np.float32)
        train[slips] = rng.uniform(0.4, 1, len(slips))
        answer = np.zeros(int(RATE * ring * 8), np.float32)
        for hertz in np.geomspace(low, high, 5) * rng.uniform(0.85, 1.15, 5):
            answer += damped(float(hertz), ring, len(answer), rng.uniform(0, 6.28)) * np.float32(
                rng.uniform(0.4, 1)
            )
        envelope = np.minimum(1, 8 * arch) * (0.4 + 0.6 * arch)
        shapes.append(convolved(train * envelope, answer).astype(np.float32))
    when = moments(n, rng, rate, timing, notes, gap, jitter)
    return scattered(n, when, shapes, spread, width, rng)
