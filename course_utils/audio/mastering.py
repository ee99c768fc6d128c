"""The last touch before a sound is heard: no rumble, a small room, a loudness, and peaks that clip
nowhere.

Loudness and true peaks are measured in `loudness`. Sounds are float32 arrays of shape (n, 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_utils.audio.filters import convolved, good_length, highest_around, mean_around
from course_utils.audio.loudness import loudness as loudness_of
from course_utils.audio.loudness import true_peak
from course_utils.creation import LearnerError

__all__ = ["Check", "check", "levelled", "small_room"]

RATE = 44_100
LOUDNESS = (
    -17.5
)  # LUFS: in the middle of what the platforms play music at and what quiet rooms like
CEILING = -1.1  # dBTP; a file of 16 bits adds a little
LOWEST = 36.0  # Hz: what is deeper moves loudspeakers and is not heard
AHEAD = 0.005  # seconds in which the limiter turns down before a peak
SILENT = "Nothing could be heard in that sound. Change a setting, or press Generate for another."


@dataclass(frozen=True)
class Check:
    """What is measured of a finished sound: LUFS, dBTP, the mean as a share of full scale, the
    share of energy under 40 Hz.
    """

    loudness: float
    true_peak: float
    offset: float
    below_40_hz: float


def mastered(
    sound: np.ndarray,
    *,
    loudness: float = LOUDNESS,
    room: float = 0.0,
    ring: bool = False,
    rate: int = RATE,
) -> np.ndarray:
    """A sound ready to be heard.

    Args:
        loudness: LUFS that it is brought to.
        room: how much of a small room is heard, 0 to 1.
        ring: the end goes on at the beginning; then nothing of the seam is touched.

    Raises:
        LearnerError: nothing in it can be heard.
    """
    sound = np.asarray(sound, np.float32)
    if sound.ndim == 1:
        sound = np.stack([sound, sound], 1)
    sound = without_rumble(sound, rate)
    if room:
        sound = in_small_room(sound, room, rate)
    return levelled(sound, loudness, ring=ring, rate=rate)


def without_rumble(sound: np.ndarray, rate: int = RATE, lowest: float = LOWEST) -> np.ndarray:
    """A sound without its mean and without what lies under `lowest` Hz (24 dB an octave), moved in
    no direction of time.
    """
    size = good_length(len(sound))
    spectrum = (
        np.fft.rfft(sound, size, axis=0)
        if size == len(sound)
        else np.fft.rfft(padded(sound, size), axis=0)
    )
    frequencies = np.arange(len(spectrum), dtype=np.float32) * np.float32(rate / size)
    ratio = (frequencies / np.float32(lowest)) ** 4
    spectrum *= (ratio / np.sqrt(1 + ratio**2))[:, None]
    return np.fft.irfft(spectrum, size, axis=0)[: len(sound)].astype(np.float32)


def padded(sound: np.ndarray, size: int) -> np.ndarray:
    """A sound with silence behind it; silence around the join keeps the filter's echo from wrapping
    audibly.
    """
    return np.concatenate([sound, np.zeros((size - len(sound), sound.shape[1]), sound.dtype)])


@lru_cache(maxsize=2)
def small_room(rate: int) -> np.ndarray:
    """The answer of a small room: six early echoes and a tail of a third of a second, (n, 2);
    always the same.
    """
    rng = np.random.default_rng(1729)
    size = int(0.34 * rate)
    time = np.arange(size) / rate
    tail = rng.standard_normal((size, 2)) * np.exp(-time / 0.055)[:, None]
    tail = (tail[2:] + 2 * tail[1:-1] + tail[:-2]) / 4  # walls swallow what is high
    tail = np.concatenate([tail, np.zeros((2, 2))])
    tail *= np.clip(time / 0.012, 0, 1)[:, None]
    answer = tail / np.sqrt((tail**2).sum(0)) * 0.8
    for delay, left, right in (
        (7, 0.5, 0.2),
        (11, 0.15, 0.45),
        (17, 0.35, 0.3),
        (19, 0.2, 0.35),
        (23, 0.25, 0.1),
        (29, 0.1, 0.2),
    ):
        answer[int(delay * rate / 1000)] += (left, right)
    return (answer - answer.mean(0)).astype(np.float32)


def in_small_room(sound: np.ndarray, amount: float, rate: int = RATE) -> np.ndarray:
    """A sound with a small room around it; as long as it was."""
    heard = convolved(sound, small_room(rate))[: len(sound)]
    return (sound + np.float32(0.55 * amount) * heard).astype(np.float32)


def limited(sound: np.ndarray, ceiling: float, ring: bool = False, rate: int = RATE) -> np.ndarray:
    """A sound whose samples stay below `ceiling` (share of full scale): turned down a little before
    each peak.
    """
    size = np.abs(sound).max(1)
    if size.max() <= ceiling:
        return sound
    span, mode = int(AHEAD * rate), "wrap" if ring else "nearest"
    held = highest_around(size, 2 * span + 1, mode)
    gain = np.minimum(1, ceiling / np.maximum(held, 1e-9))
    return sound * mean_around(gain, span, mode)[:, None].astype(np.float32)


def levelled(
    sound: np.ndarray,
    loudness: float = LOUDNESS,
    ceiling: float = CEILING,
    ring: bool = False,
    rate: int = RATE,
) -> np.ndarray:
    """A sound at a loudness in LUFS, with no true peak above `ceiling` dBTP.

    Raises:
        LearnerError: nothing in it can be heard.
    """
    most = 10 ** (ceiling / 20)
    measured = loudness_of(sound, rate)
    for _ in range(5):  # holding the peaks makes it a little quieter, so again where it did
        if not np.isfinite(measured):
            raise LearnerError(SILENT)
        sound = sound * np.float32(10 ** ((loudness - measured) / 20))
        held = limited(sound, 0.97 * most, ring, rate)
        if held is sound:
            break
        sound, measured = held, loudness_of(held, rate)
        if abs(measured - loudness) < 0.4:
            break
    sound = sound - sound.mean(0)  # turning down one side of a wave leaves a mean
    peak = true_peak(sound)
    return sound * np.float32(most / peak) if peak > most else sound


def check(sound: np.ndarray, rate: int = RATE) -> Check:
    """What a finished sound measures."""
    size = good_length(len(sound))
    power = (np.abs(np.fft.rfft(sound, size, axis=0)) ** 2).sum(1)
    low = int(40 * size / rate)
    peak = 20 * np.log10(max(true_peak(sound), 1e-9))
    offset = float(np.abs(sound.mean(0)).max())
    return Check(
        loudness_of(sound, rate), float(peak), offset, float(power[: low + 1].sum() / power.sum())
    )
