"""Sources made of voices: calls through the vowels of a mouth, birds' songs, and the chirping of
insects.
"""

from __future__ import annotations

import numpy as np

from course_utils.sounds.ring import (
    RATE,
    between,
    irfft,
    laid,
    moments,
    rfft,
    scattered,
    shaped_noise,
    stretched,
    swung,
)

__all__ = ["calls", "chirrs", "mouth", "songs"]

# The first three resonances of a mouth in Hz and how loud each is in dB; a to u after the averages
# for men in
# Peterson and Barney 1952, rounded; the last three are ours: closed lips, a beak, an open muzzle.
VOWELS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "a": ((730, 1090, 2440), (0, -5, -24)),
    "e": ((530, 1840, 2480), (0, -14, -20)),
    "i": ((270, 2290, 3010), (0, -20, -24)),
    "o": ((500, 850, 2410), (0, -8, -30)),
    "u": ((300, 870, 2240), (0, -17, -34)),
    "m": ((250, 1100, 2200), (0, -26, -32)),
    "k": ((1150, 2300, 3700), (0, -2, -8)),
    "w": ((450, 1500, 2600), (0, -3, -14)),
}
SHAPES = ("soft", "ping", "flat", "swell", "bark")


def mouth(frequencies: np.ndarray, vowel: str, size: float) -> np.ndarray:
    """How much of each frequency a mouth lets through; `size` below 1 is a smaller creature."""
    gain = np.full(len(frequencies), 0.012)
    for middle, decibels in zip(*VOWELS[vowel]):
        middle = middle / size
        breadth = 50 + 0.09 * middle
        gain = gain + 10 ** (decibels / 20) / (1 + ((frequencies - middle) / breadth) ** 2)
    return gain


def envelope(shape: str, length: int) -> np.ndarray:
    """How a call comes and goes; `length` samples."""
    place = (np.arange(length) + 0.5) / length
    fade = np.minimum(1, np.minimum(place, 1 - place) * length / (0.004 * RATE))
    return (
        fade
        * {
            "soft": np.sin(np.pi * place**0.75) ** 0.8,
            "ping": np.exp(-5 * place),
            "flat": np.ones(length),
            "swell": np.sin(np.pi * place**2.2) ** 1.2,
            "bark": np.minimum(1, place / 0.06) * np.exp(-3.2 * place),
        }[shape]
    )


def harmonics(turns: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """A sum of harmonics of a phase (in turns), each a power of the first, which is quick."""
    first = np.exp(2j * np.pi * (turns % 1.0)).astype(np.complex64)
    power, sound = first.copy(), np.zeros(len(turns), np.float32)
    least = 0.002 * np.abs(gains).max()  # what nobody hears beside the loudest costs as much
    for gain in gains[: np.flatnonzero(np.abs(gains) > least)[-1] + 1]:
        if abs(gain) > least:
            sound += power.imag * np.float32(gain)
        power *= first
    return sound


def calls(
    n: int,
    rng: np.random.Generator,
    *,
    low: float = 200.0,
    high: float = 400.0,
    contour: str = "0",
    length: float = 0.3,
    vowel: str = "",
    size: float = 1.0,
    colour: float = -6.0,
    top: float = 7000.0,
    breath: float = 0.0,
    rough: float = 0.0,
    growl: float = 60.0,
    vibrato: float = 0.0,
    shape: str = "soft",
    variety: float = 8.0,
    rate: float = 0.5,
    timing: str = "scattered",
    notes: float = 1.0,
    gap: float = 0.3,
    jitter: float = 0.5,
    spread: float = 10.0,
    width: float = 0.8,
) -> np.ndarray:
    """Calls of people, animals and machines: a tone with harmonics and breath, through the vowels
    of a mouth.

    Args:
        contour: semitones through which the pitch goes, such as "0 5 -3"; r is a short rest.
        vowel: letters of VOWELS, one after the other within a call; none: no mouth.
        colour: dB an octave by which the harmonics fall; `top` is the highest of them in Hz.
        breath: how much is noise, 0 to 1.
        rough: how deeply the strength flutters, 0 to 1, `growl` times a second.
        shape: one of SHAPES.
        variety: how many different calls there are.
    """
    heights, sounding = read_contour(contour)
    shapes = []
    for _ in range(max(1, round(variety))):
        samples = 420 * max(2, round(RATE * length * rng.uniform(0.85, 1.2) / 420))
        place = np.linspace(0, 1, samples)
        hertz = pitch_of_call(place, low, high, heights, vibrato, rng)
        sound = voiced_call(hertz, vowel, size, colour, top, breath, rng)
        if rough:
            flutter = 2 * np.pi * growl * rng.uniform(0.85, 1.15) * samples / RATE * place
            sound = sound * (1 - rough * (0.5 + 0.5 * np.sin(flutter)) ** 2)
        if min(sounding) < 1:
            heard = np.interp(place, np.linspace(0, 1, len(sounding)), sounding)
            sound = sound * np.clip(3 * heard - 1, 0, 1)
        shapes.append((sound * envelope(shape, samples)).astype(np.float32))
    when = moments(n, rng, rate, timing, notes, gap, jitter)
    return scattered(n, when, shapes, spread, width, rng)


def pitch_of_call(
    place: np.ndarray,
    low: float,
    high: float,
    heights: list[float],
    vibrato: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Hz at each place (0 to 1) of one call."""
    steps = np.array(heights) * rng.uniform(0.85, 1.15)
    bend = np.interp(place, np.linspace(0, 1, len(heights)), steps)
    base = low * (high / low) ** rng.random()
    turns = rng.uniform(5, 6.5) * len(place) / RATE * place + rng.random()
    return base * 2 ** ((bend + vibrato * np.sin(2 * np.pi * turns)) / 12)


def read_contour(contour: str) -> tuple[list[float], list[float]]:
    """Heights in semitones, and 0 where there is a rest (there the height is that of the nearest
    note before or after).
    """
    signs = contour.split()
    notes = [number for number, sign in enumerate(signs) if sign != "r"]
    nearest = [
        min(notes, key=lambda note: (abs(note - number), note)) for number in range(len(signs))
    ]
    return [float(signs[note]) for note in nearest], [0.0 if sign == "r" else 1.0 for sign in signs]


def voiced_call(
    hertz: np.ndarray, vowel: str, size: float, colour: float, top: float, breath: float, rng
) -> np.ndarray:
    """One call of a pitch curve in Hz, without its envelope; peak 1."""
    samples, base = len(hertz), float(np.exp(np.mean(np.log(hertz))))
    count = max(1, min(40, int(top / hertz.max())))
    numbers = np.arange(1, count + 1)
    falling = 10 ** (colour * np.log2(numbers) / 20)
    turns = np.cumsum(hertz) / RATE + rng.random()
    air = shaped_noise(samples, between(samples, 150, top, 1.0), rng) if breath else None
    sound = np.zeros(samples, np.float32)
    mouths = vowel or " "
    weights = crossing(len(mouths), samples)
    for letter, weight in zip(mouths, weights):
        gains = falling * (mouth(numbers * base, letter, size) if vowel else 1)
        part = harmonics(turns, gains / (np.sqrt((gains**2).sum()) + 1e-9)) if breath < 1 else 0
        if air is not None:
            spoken = air
            if vowel:
                through = mouth(np.arange(samples // 2 + 1) * RATE / samples, letter, size)
                spoken = irfft(rfft(air) * through, samples)
                spoken = spoken / (spoken.std() + 1e-9)
            part = (1 - breath) * part + breath * 0.7 * spoken
        sound += weight * part
    return sound / (np.abs(sound).max() + 1e-9)


def crossing(count: int, samples: int) -> list[np.ndarray]:
    """Weights with which `count` sounds follow each other, adding up to 1."""
    if count == 1:
        return [np.ones(samples, np.float32)]
    place = np.linspace(0, count - 1, samples, dtype=np.float32)
    return [np.clip(1 - np.abs(place - number), 0, 1) for number in range(count)]


def songs(
    n: int,
    rng: np.random.Generator,
    *,
    birds: float = 3.0,
    low: float = 2500.0,
    high: float = 5500.0,
    syllable: float = 0.09,
    gap: float = 0.06,
    notes: float = 6.0,
    every: float = 2.5,
    sweep: float = 6.0,
    trill: float = 0.0,
    kinds: float = 3.0,
    harmonic: float = 0.06,
    far: float = 8.0,
    width: float = 0.9,
) -> np.ndarray:
    """Birds' songs: each bird repeats phrases of its own few syllables, whistled tones that sweep
    up or down.

    Args:
        every: seconds between one bird's phrases; `notes` syllables in a phrase.
        sweep: semitones that a syllable goes through, at most.
        trill: how deeply syllables flutter, in semitones, 30 to 45 times a second.
        kinds: different syllables of a bird.
        far: dB by which the farthest bird is softer.
    """
    starts, strokes, gains, pans = [], [], [], []
    count = max(1, round(birds))
    for bird in range(count):
        home = low * (high / low) ** ((bird + rng.random()) / count)
        own = [
            whistle(home, low, high, syllable, sweep, trill, harmonic, rng)
            for _ in range(max(1, round(kinds)))
        ]
        loud, pan = 10 ** (-far * rng.random() / 20), 0.5 + width * (rng.random() - 0.5)
        pace = gap * rng.uniform(0.7, 1.3)
        phrase = phrase_of(len(own), max(1, round(notes * rng.uniform(0.8, 1.2))), rng)
        for start in moments(n, rng, 1 / every, "scattered").starts:
            clock = start
            for number, kind in enumerate(phrase[: max(1, len(phrase) - int(rng.integers(0, 2)))]):
                starts.append(int(clock) % n)
                strokes.append(own[kind])
                gains.append(loud * rng.uniform(0.7, 1) * (0.8 if number == 0 else 1))
                pans.append(pan)
                clock += len(own[kind]) + RATE * pace * rng.uniform(0.85, 1.15)
    return laid(n, np.array(starts), strokes, np.array(gains), np.array(pans))


def phrase_of(kinds: int, notes: int, rng: np.random.Generator) -> list[int]:
    """Which syllables a phrase has, in order: runs of one, then the next."""
    phrase: list[int] = []
    while len(phrase) < notes:
        phrase += [int(rng.integers(kinds))] * int(rng.integers(1, 4))
    return phrase[:notes]


def whistle(
    home: float,
    low: float,
    high: float,
    seconds: float,
    sweep: float,
    trill: float,
    harmonic: float,
    rng,
) -> np.ndarray:
    """One whistled syllable around `home` Hz."""
    samples = int(RATE * seconds * rng.uniform(0.6, 1.6))
    place = np.linspace(0, 1, samples)
    points = sweep * rng.uniform(-1, 1, int(rng.integers(2, 4))) / 2
    bend = np.interp(place, np.linspace(0, 1, len(points)), points)
    bend = bend + trill * np.sin(2 * np.pi * rng.uniform(30, 45) * samples / RATE * place)
    hertz = np.clip(home * 2 ** (bend / 12), 0.7 * low, 1.4 * high)
    turns = np.cumsum(hertz) / RATE
    tone = np.sin(2 * np.pi * turns) + harmonic * np.sin(4 * np.pi * turns)
    return (tone * np.sin(np.pi * place**0.8) ** 0.7).astype(np.float32)


def chirrs(
    n: int,
    rng: np.random.Generator,
    *,
    insects: float = 4.0,
    low: float = 4000.0,
    high: float = 5000.0,
    pulse: float = 60.0,
    sharp: float = 2.0,
    length: float = 0.12,
    every: float = 0.6,
    hiss: float = 0.0,
    swing: float = 6.0,
    rate: float = 0.3,
    far: float = 10.0,
    width: float = 0.9,
) -> np.ndarray:
    """Chirping insects: a high tone that is switched on and off `pulse` times a second, in chirps.

    Args:
        length: seconds of a chirp; `every` seconds one begins; 0 sings on and on.
        hiss: how much of the tone is a band of noise, 0 to 1.
        sharp: how short each pulse is.
    """
    sound = np.zeros((n, 2), np.float32)
    clock = np.arange(n) / n
    seconds, count = n / RATE, max(1, round(insects))
    for insect in range(count):
        carrier = low * (high / low) ** ((insect + rng.random()) / count)
        turns = round(carrier * seconds) * clock + rng.random()
        tone = np.sin(np.float32(2 * np.pi) * (turns % 1.0).astype(np.float32))
        if hiss:
            rough = shaped_noise(n, between(n, 0.8 * carrier, 1.25 * carrier, 4.0), rng) * 0.8
            tone = (1 - hiss) * tone + hiss * rough
        beats = round(pulse * rng.uniform(0.94, 1.06) * seconds)
        rhythm = ((beats * clock + rng.random()) % 1.0).astype(np.float32)
        opened = (0.5 + 0.5 * np.sin(np.float32(2 * np.pi) * rhythm)) ** np.float32(sharp)
        if every > 0:
            opened = opened * chirping(n, length, every * rng.uniform(0.9, 1.1), rng)
        loud = 10 ** (-far * rng.random() / 20) * swung(n, swing, rate, rng)
        pan = 0.5 + width * (rng.random() - 0.5)
        sides = np.array([np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)], np.float32)
        sound += (tone * opened * loud)[:, None] * sides
    return sound


def chirping(n: int, length: float, every: float, rng: np.random.Generator) -> np.ndarray:
    """A gate that opens for `length` of `every` seconds, a whole number of times in the ring."""
    points = n // 147
    count = max(1, round(n / RATE / every))
    place = (np.arange(points) / points * count + rng.random()) % 1.0
    share = min(0.95, length / every)
    edge = 0.12 * share
    gate = np.clip(np.minimum(place, share - place) / edge, 0, 1)
    return stretched(gate, n)
