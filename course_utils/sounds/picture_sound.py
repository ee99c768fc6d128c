"""A picture read as a spectrogram: left to right is time, up is higher, and what stands out from the background sounds."""

from __future__ import annotations

import numpy as np

from course_utils.creation import LearnerError
from course_utils.sounds.sources import SCALES, hertz
from course_utils.pictures.png import open_picture
from course_utils.audio.wav import RATE

ROWS, COLUMNS = 60, 120


def from_picture(p: dict, n: int, rng: np.random.Generator, content: bytes) -> np.ndarray:
    """One tone for each of 60 rows, as loud as the picture differs from its background there; reddish goes left, bluish right. Stereo, (n, 2).

    Args:
        content: a PNG file.

    Raises:
        LearnerError: it is not a picture, or one plain colour.
    """
    picture = np.asarray(open_picture(content).resize((COLUMNS, ROWS)), float)[::-1] / 255  # the lowest row first
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    strength = np.sqrt(((picture - np.median(border, axis=0)) ** 2).sum(2))
    strength = np.maximum(0, strength - 0.08)
    if strength.max() < 0.05:
        raise LearnerError("That picture is one plain colour, so there is nothing in it to hear. Choose one with a thing on a background.")
    strength = (strength / strength.max()) ** (1.8 - p["density"])
    span = 2.5 + 2.5 * p["brightness"]  # octaves
    notes = p["pitch"] - 8 + np.linspace(0, 12 * span, ROWS)
    steps = np.concatenate([p["pitch"] % 12 + 12 * octave + np.array(SCALES[p["scale"]]) for octave in range(-1, 12)])
    tuned = steps[np.abs(notes[:, None] - steps).argmin(1)]
    notes = tuned + p["strangeness"] * (notes - tuned)
    moments, columns, time = np.arange(n), (np.arange(COLUMNS) + 0.5) * n / COLUMNS, np.arange(n) / RATE
    rightness = np.clip(0.5 + 0.9 * (picture[:, :, 2] - picture[:, :, 0]), 0.05, 0.95)
    smooth = np.hanning(3 + 2 * round(1 + 5 * p["softness"]))
    sound = np.zeros((n, 2))
    for row in range(ROWS):
        if strength[row].max() < 0.02:
            continue
        loud = np.convolve(strength[row], smooth / smooth.sum(), "same") * hertz(notes[row]) ** -(1.0 - 0.7 * p["brightness"])
        wobble = 0.3 * p["movement"] * np.sin(2 * np.pi * rng.uniform(3, 7) * time + rng.uniform(0, 6.28))
        tone = np.sin(2 * np.pi * hertz(notes[row]) * rng.uniform(0.997, 1.003) * time + rng.uniform(0, 6.28) + wobble)
        for side, share in ((0, np.cos(rightness[row] * np.pi / 2)), (1, np.sin(rightness[row] * np.pi / 2))):
            sound[:, side] += np.interp(moments, columns, loud * share) * tone
    return sound
