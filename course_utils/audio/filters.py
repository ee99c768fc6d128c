"""Filters, echoes and other sampling rates for sounds, in numpy alone.

Sounds are arrays whose first axis is time: (n,) or (n, channels). Nothing here depends on how many
processors there are. Sources: Butterworth filters and the bilinear transform as in Oppenheim and
Schafer, Discrete-Time Signal Processing, chapter 7; overlap-add, Stockham 1966; recursion in blocks
by doubling, Kogge and Stone 1973. In tests all of it is held against scipy.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np

__all__ = [
    "butterworth",
    "convolved",
    "filtered",
    "good_length",
    "highest_around",
    "mean_around",
    "median_around",
    "resampled",
    "resonance",
]

CHUNK = 1 << 19  # samples filtered at once, so that long pieces take little memory
MOST = 256  # samples of a block
HALF_WIDTH, KAISER = 10, 5.0  # of the low pass of another rate: zero crossings a side, and shape


def butterworth(order: int, hertz: float | tuple[float, float], kind: str, rate: int) -> np.ndarray:
    """A Butterworth filter as second-order sections, (sections, 6).

    Args:
        order: an even number; a band pass has twice as many poles.
        hertz: where it lets half the power through; for a band, both ends.
        kind: "low", "high" or "band".
    """
    edges = np.tan(np.pi * np.atleast_1d(np.asarray(hertz, float)) / rate)
    angles = np.pi * (np.arange(order // 2) * 2 + 1 + order) / (2 * order)
    poles = np.exp(1j * angles)  # those above the real axis, of a low pass at 1
    if kind == "low":
        return np.stack([_section(edges[0] * pole, [1, 2, 1], 1) for pole in poles])
    if kind == "high":
        return np.stack([_section(edges[0] / pole, [1, -2, 1], -1) for pole in poles])
    width, middle = (edges[1] - edges[0]) / 2, edges[0] * edges[1]
    split = np.sqrt((width * poles) ** 2 - middle)
    both = np.concatenate([width * poles + split, width * poles - split])
    centre = np.exp(2j * np.arctan(np.sqrt(middle)))
    return np.stack([_section(pole, [1, 0, -1], centre) for pole in both])


def _section(pole: complex, zeros: list[int], one_at: complex) -> np.ndarray:
    """A section with an analogue pole and its conjugate; its gain is 1 at the place `one_at` of
    the unit circle."""
    turned = (1 + pole) / (1 - pole)
    below = np.array([1, -2 * turned.real, abs(turned) ** 2])
    gain = abs(np.polyval(zeros, one_at) / np.polyval(below, one_at))
    return np.concatenate([np.array(zeros) / gain, below])


def resonance(hertz: float, quality: float, rate: int) -> np.ndarray:
    """A filter that lets only what is near `hertz` through, (1, 6); `quality`: its frequency over
    the width at half power."""
    turn = 2 * np.pi * hertz / rate
    damping = np.tan(turn / quality / 2)
    gain = 1 / (1 + damping)
    return np.array([[1 - gain, 0, gain - 1, 1, -2 * gain * np.cos(turn), 2 * gain - 1]])


def filtered(sections: np.ndarray, sound: np.ndarray) -> np.ndarray:
    """A sound after some second-order sections, computed in 64 bits; in 32 bits where it was."""
    made = np.empty(sound.shape, np.float32 if sound.dtype == np.float32 else np.float64)
    flat, result = sound.reshape(len(sound), -1), made.reshape(len(sound), -1)
    state = np.zeros((2 * len(sections), flat.shape[1]))
    for first in range(0, len(flat), CHUNK):
        result[first : first + CHUNK], state = _run(sections, flat[first : first + CHUNK], state)
    return made


def _run(sections: np.ndarray, sound: np.ndarray, state: np.ndarray) -> tuple:
    """A sound (n, channels) after all sections, and their memories (2 each, channels) behind it.

    The sound is cut into blocks that run side by side, each as if it began from silence. What each
    block leaves behind then goes on into the next ones: the recursion is linear.
    """
    n, channels = sound.shape
    size = max(1, min(MOST, int(n**0.5) // 2))  # samples of a block
    blocks = n // size
    whole = blocks * size
    rows = sound[:whole].astype(np.float64).T.reshape(channels * blocks, size).T.copy()
    left = np.zeros((2 * len(sections), channels * blocks))
    _through(sections, rows, left)
    seen, kept = _memory(sections.tobytes(), size)
    left = left.reshape(-1, channels, blocks)
    begin = np.concatenate([state[..., None], left], axis=2)
    step = 1
    while step <= blocks:
        begin[..., step:] += _mixed(kept, begin[..., :-step].copy())
        kept, step = _mixed(kept, kept), 2 * step
    for heard, memory in zip(seen, begin[..., :-1].reshape(len(left), -1)):
        rows += heard[:, None] * memory
    made = rows.T.reshape(channels, whole).T
    state = begin[..., -1]
    if whole == n:
        return made, state
    rest, state = sound[whole:].astype(np.float64), state.copy()
    _through(sections, rest, state)
    return np.concatenate([made, rest]), state


def _through(sections: np.ndarray, rows: np.ndarray, memories: np.ndarray) -> None:
    """Run the sections (in transposed direct form II) down the rows, in place; `memories` (2 for
    each section, width) are what they remember, before and after."""
    out, held = np.empty_like(rows[0]), np.empty_like(rows[0])
    for section, (one, two) in zip(sections, memories.reshape(len(sections), 2, -1)):
        b0, b1, b2, _, a1, a2 = section
        for row in rows:
            np.multiply(row, b0, out)
            out += one
            np.multiply(row, b1, one)
            one += two
            np.multiply(out, a1, held)
            one -= held
            np.multiply(row, b2, two)
            np.multiply(out, a2, held)
            two -= held
            row[:] = out


def _mixed(matrix: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A matrix times values, in an order of sums that never changes."""
    return np.stack([sum(part * value for part, value in zip(row, values)) for row in matrix])


@lru_cache(maxsize=32)
def _memory(sections: bytes, size: int) -> tuple[np.ndarray, np.ndarray]:
    """How each memory is heard in the next `size` samples of silence, (memories, size), and what is
    left of each in all of them afterwards, (memories, memories)."""
    given = np.frombuffer(sections).reshape(-1, 6)
    silence, left = np.zeros((size, 2 * len(given))), np.eye(2 * len(given))
    _through(given, silence, left)
    return silence.T.copy(), left


def convolved(sound: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """A sound with an echo of `answer` at every sample, as long as both together less one; channels
    of one are heard with each of the other."""
    if len(answer) > len(sound):
        sound, answer = answer, sound
    n, most = len(sound), len(sound) + len(answer) - 1
    size = good_length(min(most, max(8 * len(answer), 1 << 12)))
    room = size - len(answer) + 1
    spectrum = np.fft.rfft(answer, size, axis=0)
    shape = np.broadcast_shapes(sound.shape[1:], answer.shape[1:])
    made = np.zeros((most, *shape), np.result_type(sound, answer, np.float32))
    for first in range(0, n, room):
        part = np.fft.rfft(sound[first : first + room], size, axis=0)
        heard = np.fft.irfft(part * spectrum, size, axis=0)[: most - first]
        made[first : first + len(heard)] += heard
    return made


def good_length(least: int) -> int:
    """The smallest whole number from `least` on that has only 2, 3 and 5 as factors: Fourier
    transforms of such lengths are quick."""
    best = 1 << max(0, least - 1).bit_length()
    five = 1
    while five < best:
        number = five
        while number < best:
            doubled = number << max(0, -(-least // number) - 1).bit_length()
            best = min(best, doubled)
            number *= 3
        five *= 5
    return best


def resampled(sound: np.ndarray, up: int, down: int) -> np.ndarray:
    """A sound with `up` samples in place of every `down`, low-passed so that nothing folds over."""
    common = gcd(up, down)
    up, down = up // common, down // common
    if up == down:
        return sound.copy()
    taps = _low_pass(up, down).astype(np.float32 if sound.dtype == np.float32 else np.float64)
    middle = len(taps) // 2
    reach = middle // up + 1
    padded = np.concatenate([sound[:0], *[_quiet(sound, reach), sound, _quiet(sound, reach)]])
    count = -(-len(sound) * up // down)
    made = np.empty((count, *sound.shape[1:]), taps.dtype)
    for phase in range(min(up, count)):  # samples of one phase read the same taps
        base, over = divmod(phase * down, up)
        total = np.zeros_like(made[phase::up])
        for back in range(-reach, reach + 1):
            place = middle + over + back * up
            if 0 <= place < len(taps):
                at = base - back + reach
                total += taps[place] * padded[at::down][: len(total)]
        made[phase::up] = total
    return made


def _quiet(sound: np.ndarray, count: int) -> np.ndarray:
    return np.zeros((count, *sound.shape[1:]), sound.dtype)


@lru_cache(maxsize=16)
def _low_pass(up: int, down: int) -> np.ndarray:
    """Taps, at `up` times the old rate, that pass what both rates can hold."""
    most = max(up, down)
    places = np.arange(-HALF_WIDTH * most, HALF_WIDTH * most + 1)
    taps = np.sinc(places / most) * np.kaiser(len(places), KAISER)
    return taps * (up / taps.sum())


def highest_around(values: np.ndarray, size: int, edge: str = "mirror") -> np.ndarray:
    """The highest of the `size` values around each; `edge`: "mirror", "nearest" or "wrap"."""
    padded = _around(values, size, edge)
    blocks = -(-len(padded) // size)
    line = np.full(blocks * size, -np.inf)
    line[: len(padded)] = padded
    rows = line.reshape(blocks, size)
    so_far = np.maximum.accumulate(rows, axis=1).ravel()
    to_come = np.maximum.accumulate(rows[:, ::-1], axis=1)[:, ::-1].ravel()
    ends = np.arange(len(values))
    return np.maximum(to_come[ends], so_far[ends + size - 1]).astype(values.dtype)


def mean_around(values: np.ndarray, size: int, edge: str = "mirror") -> np.ndarray:
    """The mean of the `size` values around each."""
    sums = np.cumsum(_around(values, size, edge), dtype=np.float64)
    sums = np.concatenate([[0.0], sums])
    return ((sums[size:] - sums[:-size]) / size).astype(values.dtype)


def median_around(values: np.ndarray, size: int, edge: str = "mirror") -> np.ndarray:
    """The middle one of the `size` values around each; `size` is odd."""
    windows = np.lib.stride_tricks.sliding_window_view(_around(values, size, edge), size)
    return np.median(windows, axis=1).astype(values.dtype)


def _around(values: np.ndarray, size: int, edge: str) -> np.ndarray:
    """Values with what is taken to lie before and behind them."""
    before, behind = size // 2, size - 1 - size // 2
    if edge == "nearest":
        return np.pad(values, (before, behind), "edge")
    return np.pad(values, (before, behind), "wrap" if edge == "wrap" else "symmetric")
