"""Sounds on a ring: everything here ends where it begins, so that every sound can go round in a
loop without a seam.

Noise is drawn as a spectrum, curves are sums of whole turns, and a stroke that runs over the end
goes on at the
beginning. Sounds are float32 arrays of shape (n, 2), with n samples at RATE.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = [
    "Dice",
    "RATE",
    "above_rumble",
    "answer_of_room",
    "between",
    "curve",
    "damped",
    "irfft",
    "laid",
    "level_of",
    "moments",
    "rfft",
    "ring_length",
    "scattered",
    "shaped_noise",
    "stretched",
    "swung",
    "whole_turns",
    "wide",
    "without_rumble",
]

RATE = 44_100
STEP = 147  # samples between the points of a slow curve: 300 a second
# a ring is a whole number of hundredths of a second, which keeps its Fourier transforms quick
GRAIN = 441
LOWEST = 46.0  # Hz
TIMINGS = ("scattered", "even", "burst")  # or a pattern of x (loud), o (soft) and . (silent)


def ring_length(seconds: float) -> int:
    """Samples of a ring that lasts so long."""
    return max(1, round(seconds * RATE / GRAIN)) * GRAIN


def rfft(sound: np.ndarray) -> np.ndarray:
    """Real Fourier transform along the first axis."""
    return np.fft.rfft(sound, axis=0)


def irfft(spectrum: np.ndarray, n: int) -> np.ndarray:
    """The way back from `rfft`."""
    return np.fft.irfft(spectrum, n, axis=0)


def bins(n: int) -> np.ndarray:
    """The frequencies of a ring's spectrum in Hz; the first is moved off zero so that it can be
    divided by.
    """
    frequencies = np.arange(n // 2 + 1, dtype=np.float32) * np.float32(RATE / n)
    frequencies[0] = frequencies[1] / 2
    return frequencies


def between(n: int, low: float, high: float, steep: float = 2.0, tilt: float = 0.0) -> np.ndarray:
    """How much of each frequency passes between `low` and `high` Hz, falling 6 dB an octave times
    `steep` outside.

    `tilt` in dB an octave makes what passes darker (below 0) or brighter.
    """
    f = bins(n)
    below, above = np.minimum(low / f, 1e4), np.minimum(f / high, 1e4)
    gain = 1 / np.sqrt((1 + below ** (2 * steep)) * (1 + above ** (2 * steep)))
    if tilt:
        gain = gain * (f / 1000) ** (tilt / 6.02)
    return gain.astype(np.float32)


def without_rumble(sound: np.ndarray) -> np.ndarray:
    """A ring, (n, 2), without what lies under LOWEST Hz: loudspeakers waste strength on it and
    nobody hears it.
    """
    gain = above_rumble(len(sound))
    return irfft(rfft(sound) * gain[:, None], len(sound))


def above_rumble(n: int) -> np.ndarray:
    """How much of each frequency passes above LOWEST Hz, falling 48 dB an octave below."""
    return (1 / np.sqrt(1 + np.minimum(LOWEST / bins(n), 10) ** 16)).astype(np.float32)


def shaped_noise(n: int, gain: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mono noise of a spectrum; root mean square 1."""
    parts = rng.standard_normal((len(gain), 2), dtype=np.float32)
    spectrum = gain * (parts[:, 0] + 1j * parts[:, 1])
    spectrum[0] = 0
    sound = irfft(spectrum, n)
    return sound / (np.sqrt(np.mean(sound**2)) + 1e-12)


def wide(one: np.ndarray, other: np.ndarray, width: float) -> np.ndarray:
    """Stereo of two independent sounds: `width` 0 puts the first in the middle, 1 puts each on a
    side.
    """
    turn = width * np.pi / 4
    middle, side = one * np.cos(turn), other * np.sin(turn)
    return np.stack([middle + side, middle - side], 1).astype(np.float32)


def curve(n: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A smooth random curve between 0 and 1 that turns about `rate` times a second; n samples."""
    points = max(16, n // STEP)
    most = int(np.clip(round(1.6 * rate * n / RATE), 3, points // 4))
    spectrum = np.zeros(points // 2 + 1, complex)
    spectrum[1 : most + 1] = rng.standard_normal(most) + 1j * rng.standard_normal(most)
    spectrum[1 : most + 1] /= np.sqrt(np.arange(1, most + 1))
    coarse = np.fft.irfft(spectrum, points)
    coarse = 1 / (1 + np.exp(-1.7 * coarse / (coarse.std() + 1e-12)))
    return stretched(coarse, n)


def stretched(coarse: np.ndarray, n: int) -> np.ndarray:
    """A ring of few points as one of n samples, with straight lines between."""
    places = np.arange(n, dtype=np.float32) * np.float32(len(coarse) / n)
    return np.interp(places, np.arange(len(coarse) + 1), np.append(coarse, coarse[0])).astype(
        np.float32
    )


def swung(n: int, swing: float, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A gain that wanders between 1 and `swing` dB below it."""
    return (10 ** (-swing * (1 - curve(n, rate, rng)) / 20)).astype(np.float32)


def whole_turns(frequency: np.ndarray) -> np.ndarray:
    """The phase (in turns) of a frequency (Hz, one a sample), stretched a little to close after
    whole turns.
    """
    turns = np.cumsum(frequency, dtype=np.float64) / RATE
    return turns * (max(1.0, round(turns[-1])) / turns[-1])


class Dice(np.random.Generator):
    """A random generator of one layer; layers with the same `together` begin their strokes at the
    same moments.
    """

    def __init__(self, seed: list[int], together: list[int] | None = None) -> None:
        super().__init__(np.random.PCG64(seed))
        if together is not None:
            self.together = np.random.default_rng(together)


@dataclass(frozen=True)
class Moments:
    """When strokes begin (samples), how strong they are (0 to 1), and the group of each."""

    starts: np.ndarray
    accents: np.ndarray
    groups: np.ndarray


def moments(
    n: int,
    rng: np.random.Generator,
    rate: float,
    timing: str = "scattered",
    notes: float = 1.0,
    gap: float = 0.1,
    jitter: float = 0.3,
) -> Moments:
    """When the strokes of a layer begin.

    Args:
        rate: groups of strokes a second (of a pattern: how often it is played); at least one fits
            in the ring.
        timing: one of TIMINGS, or a pattern such as "x.o.".
        notes: strokes in a group.
        gap: seconds between them; in a burst, the mean of their delays.
        jitter: how uneven, 0 to 1.
    """
    count = max(1, round(rate * n / RATE))
    accents = np.ones(count)
    places = np.arange(count, dtype=float)
    chance = getattr(rng, "together", rng).random(count)
    if timing == "even":
        places = places + 0.4 * jitter * (chance - 0.5)
    elif timing in TIMINGS:
        places = chance * count if count > 60 else places + 0.9 * chance
    else:
        struck = [
            (place, 1.0 if sign == "x" else 0.45)
            for place, sign in enumerate(timing)
            if sign in "xo"
        ]
        offsets, loud = np.array(struck).T
        late = getattr(rng, "together", rng).standard_normal((count, len(struck)))
        places = (places[:, None] + (offsets + 0.12 * jitter * late) / len(timing)).ravel()
        accents = np.tile(loud, count)
    starts, groups = places * n / count, np.arange(len(places))
    if round(notes) > 1 or timing == "burst":
        starts, accents, groups = grouped(starts, accents, timing, notes, gap, jitter, rng)
    return Moments((starts.astype(np.int64)) % n, accents, groups)


def grouped(starts, accents, timing: str, notes: float, gap: float, jitter: float, rng) -> tuple:
    """Every stroke as a group of strokes."""
    found = []
    for group, (start, accent) in enumerate(zip(starts, accents)):
        size = max(1, round(notes * (1 + 0.3 * jitter * rng.uniform(-1, 1))))
        if timing == "burst":
            delays = np.sort(rng.exponential(gap, size))
            loud = np.exp(-delays / (3 * gap))
        else:
            delays = np.arange(size) * gap * (1 + 0.25 * jitter * rng.uniform(-1, 1, size))
            loud = 1 - 0.25 * np.arange(size) / size
        found += [(start + delay * RATE, accent * one, group) for delay, one in zip(delays, loud)]
    spread = np.array(found)
    return spread[:, 0], spread[:, 1], spread[:, 2].astype(int)


def scattered(
    n: int, when: Moments, shapes: list[np.ndarray], spread: float, width: float, rng
) -> np.ndarray:
    """Strokes laid on a ring: each takes one of some shapes, a strength within `spread` dB, and a
    place from left to right.
    """
    count = len(when.starts)
    which = rng.integers(len(shapes), size=count)
    gains = when.accents * 10 ** (-spread * rng.random(count) ** 1.5 / 20)
    pans = 0.5 + width * (rng.random(count) - 0.5)
    return laid(n, when.starts, [shapes[one] for one in which], gains, pans)


def laid(
    n: int, starts: np.ndarray, strokes: list[np.ndarray], gains: np.ndarray, pans: np.ndarray
) -> np.ndarray:
    """Mono strokes laid on a ring, stereo with equal power; what runs over the end goes on at the
    beginning.
    """
    sound = np.zeros((2, n), np.float32)
    left, right = gains * np.cos(pans * np.pi / 2), gains * np.sin(pans * np.pi / 2)
    for start, stroke, one, other in zip(
        starts, strokes, left.astype(np.float32), right.astype(np.float32)
    ):
        place = 0
        while place < len(stroke):
            begin = (start + place) % n
            part = stroke[place : place + n - begin]
            sound[0, begin : begin + len(part)] += part * one
            sound[1, begin : begin + len(part)] += part * other
            place += len(part)
    return sound.T


def damped(frequency: float, decay: float, length: int, phase: float = 0.0) -> np.ndarray:
    """A sine that dies away to 1/e in `decay` seconds; `length` samples. Made as an outer product,
    which is quick.
    """
    turn = 2j * np.pi * frequency / RATE - 1 / (decay * RATE)
    size = 256
    blocks = np.exp(turn * size * np.arange(-(-length // size)) + 1j * phase).astype(np.complex64)
    inside = np.exp(turn * np.arange(size)).astype(np.complex64)
    return np.imag(blocks[:, None] * inside[None, :]).ravel()[:length]


def answer_of_room(
    n: int, seconds: float, brightness: float, rng: np.random.Generator
) -> np.ndarray:
    """The spectrum of a room's answer, (n // 2 + 1, 2), in which a sound dies by 60 dB in
    `seconds`; it changes no loudness.
    """
    size = min(n, int(RATE * seconds))
    fading = np.exp(-6.9 * np.arange(size) / (RATE * seconds))[:, None].astype(np.float32)
    answer = rng.standard_normal((size, 2), dtype=np.float32) * fading
    start = min(size, RATE // 80)
    answer[:start] *= np.linspace(0, 1, start, dtype=np.float32)[:, None]
    whole = np.zeros((n, 2), np.float32)
    whole[:size] = answer / np.sqrt((answer**2).sum(0))
    return rfft(whole) * between(n, 80, 1200 + 6000 * brightness, 1.0)[:, None]


def level_of(sound: np.ndarray) -> float:
    """How strong the strong parts of a sound are: root mean square of the loudest twentieth of its
    moments.
    """
    energies = (sound**2).sum(1)[: len(sound) // GRAIN * GRAIN].reshape(-1, GRAIN).mean(
        1
    ) / sound.shape[1]
    strong = max(1, len(energies) // 20)
    return float(np.sqrt(np.partition(energies, -strong)[-strong:].mean()))
