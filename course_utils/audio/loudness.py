"""How loud a sound seems to people, in LUFS, and its highest point, also between the samples.

Source: Recommendation ITU-R BS.1770-4. Its two filters are given for 48,000 samples a second; here
    they are designed
anew for any rate from their analogue shapes. In tests they are held against `pyloudnorm`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.audio.filters import filtered

__all__ = ["loudness", "true_peak"]

RATE = 44_100
BLOCK, SHARE = 0.4, 4  # seconds of a block, and how many blocks overlap
SILENCE, BELOW = (
    -70.0,
    -10.0,
)  # LUFS under which a block is silence; LU under the mean at which it no longer counts
TAPS = 12  # samples on each side that are read for a place between two samples


@lru_cache(maxsize=4)
def weighting(rate: int) -> np.ndarray:
    """The two filters of the measure as second-order sections, (2, 6): a shelf for the head, a high
    pass for the ear.
    """
    shelf_turn = np.tan(np.pi * 1681.974450955533 / rate)
    gain = 10 ** (3.999843853973347 / 20)
    middle, quality = gain**0.4996667741545416, 0.7071752369554196
    over = 1 + shelf_turn / quality + shelf_turn**2
    shelf = np.array([
        gain + middle * shelf_turn / quality + shelf_turn**2,
        2 * (shelf_turn**2 - gain),
        gain - middle * shelf_turn / quality + shelf_turn**2,
        over, 2 * (shelf_turn**2 - 1), 1 - shelf_turn / quality + shelf_turn**2,
    ]) / over  # fmt: skip
    ear_turn, quality = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    over = 1 + ear_turn / quality + ear_turn**2
    ear = np.array(
        [1, -2, 1, 1, 2 * (ear_turn**2 - 1) / over, (1 - ear_turn / quality + ear_turn**2) / over]
    )
    return np.stack([shelf, ear])


def loudness(sound: np.ndarray, rate: int = RATE) -> float:
    """Integrated loudness in LUFS of a sound (n, 2); minus infinity where there is only silence."""
    size, step = int(BLOCK * rate), int(BLOCK * rate) // SHARE
    if len(sound) < size:  # shorter than one block: heard over and over
        sound = np.tile(sound, (-(-size // max(1, len(sound))), 1))
    power = np.zeros(len(sound))
    for side in range(sound.shape[1]):
        power += filtered(weighting(rate), sound[:, side]) ** 2
    quarters = power[: len(power) // step * step].reshape(-1, step).sum(1)
    blocks = np.convolve(quarters, np.ones(SHARE), "valid") / size
    levels = -0.691 + 10 * np.log10(blocks + 1e-30)
    heard = blocks[levels > SILENCE]
    if not len(heard):
        return float("-inf")
    least = -0.691 + 10 * np.log10(heard.mean()) + BELOW
    return float(-0.691 + 10 * np.log10(heard[-0.691 + 10 * np.log10(heard) > least].mean()))


@lru_cache(maxsize=1)
def _between_samples() -> np.ndarray:
    """Weights that read a band-limited sound a quarter, a half and three quarters of the way
    between two samples, (24, 3).
    """
    places = np.arange(-TAPS + 1, TAPS + 1)[:, None] - np.array([0.25, 0.5, 0.75])
    weights = np.sinc(places) * np.cos(np.pi * places / (2 * TAPS + 1)) ** 2
    return (weights / weights.sum(0)).astype(np.float32)


def true_peak(sound: np.ndarray) -> float:
    """The highest value of a sound (n, 2), also between its samples (read at four times as many),
    as a share of full scale.
    """
    highest = float(np.abs(sound).max()) if len(sound) else 0.0
    most = highest
    for side in range(sound.shape[1]):
        line = np.pad(sound[:, side], TAPS)
        near = np.flatnonzero(np.abs(sound[:, side]) > 0.7 * highest)
        near = np.unique(np.concatenate([near, near - 1]))
        near = near[near >= 0]
        for part in np.array_split(near, max(1, len(near) // 20_000)):
            around = line[part[:, None] + np.arange(1, 2 * TAPS + 1)]
            if len(around):
                most = max(most, float(np.abs(around @ _between_samples()).max()))
    return most
