"""The loudness and the peaks of long pieces, in little time: measured on every second sample, held
down in blocks.

Loudness is that of `loudness` (ITU-R BS.1770-4) within some tenths; peaks are held with a
look-ahead
of one block.
"""

from __future__ import annotations

import numpy as np

from course_utils.audio.loudness import loudness

__all__ = ["levelled"]

BLOCK = 128  # samples whose highest peak is held together


def levelled(
    sound: np.ndarray, wanted: float, ceiling: float, rate: int, ring: bool = False
) -> np.ndarray:
    """A sound (n, 2) at a loudness in LUFS, no sample above `ceiling`; as it was where there is
    only silence.

    Args:
        ring: the end goes on at the beginning.
    """
    measured = loudness(halved(sound), rate // 2)
    if not np.isfinite(measured):
        return held_down(sound, ceiling, ring)
    louder = sound * np.float32(10 ** ((wanted - measured) / 20))
    held = held_down(louder, ceiling, ring)
    if held is louder:
        return held
    again = loudness(halved(held), rate // 2)
    if again < wanted - 0.8:  # holding the peaks made it quieter
        held = held_down(held * np.float32(10 ** ((wanted - again) / 20)), ceiling, ring)
    return held


def halved(sound: np.ndarray) -> np.ndarray:
    """Every two samples as one; the highest octave, which loudness hardly counts, goes."""
    return (sound[0 : len(sound) - 1 : 2] + sound[1::2]) * np.float32(0.5)


def held_down(sound: np.ndarray, ceiling: float, ring: bool = False) -> np.ndarray:
    """A sound whose samples stay below `ceiling`: turned down around each peak, without steps."""
    peaks = block_peaks(sound)
    if not len(peaks) or float(peaks.max()) <= ceiling:
        return sound
    around = np.pad(peaks, 2, mode="wrap" if ring else "edge")
    most = np.lib.stride_tricks.sliding_window_view(around, 5).max(1)
    gains = np.minimum(1, ceiling / np.maximum(most, 1e-9))
    edges = np.pad(gains, 1, mode="wrap" if ring else "edge")
    smooth = (edges[:-2] + edges[1:-1] + edges[2:]) / 3
    smooth = np.minimum(smooth, ceiling / np.maximum(peaks, 1e-9))
    corners = np.pad(smooth, 1, mode="wrap" if ring else "edge")
    left, right = np.minimum(corners[:-2], smooth), np.minimum(corners[2:], smooth)
    return sound * ramps(left, smooth, right, len(sound))


def block_peaks(sound: np.ndarray) -> np.ndarray:
    """The highest sample of each block."""
    over = -len(sound) % BLOCK
    padded = np.concatenate([sound, np.zeros((over, sound.shape[1]), sound.dtype)])
    blocks = padded.reshape(-1, BLOCK * sound.shape[1])
    return np.maximum(blocks.max(1), -blocks.min(1))


def ramps(left: np.ndarray, middle: np.ndarray, right: np.ndarray, size: int) -> np.ndarray:
    """Gains that go from `left` at a block's beginning by way of its middle to `right`, (size, 1);
    where two blocks meet both have the smaller one.
    """
    half = BLOCK // 2
    place = np.linspace(0, 1, half, endpoint=False)
    first = left[:, None] + (middle - left)[:, None] * place
    second = middle[:, None] + (right - middle)[:, None] * place
    return np.concatenate([first, second], 1).reshape(-1)[:size, None].astype(np.float32)
