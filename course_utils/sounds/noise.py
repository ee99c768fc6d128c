"""Noise through resonators: wind, water, breath and rain on tuned pots."""

from __future__ import annotations

import numpy as np

from course_utils.sounds.sources import drift, hertz, place, scale_notes
from course_utils.audio.wav import RATE


def wind(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """A bank of resonators on the notes of the scale, fed with steady noise (dense) or with drops (sparse). Stereo, (n, 2)."""
    from scipy.signal import iirpeak, lfilter

    sound, notes = np.zeros((n, 2)), scale_notes(p["scale"], p["pitch"] + 12, 3.5)
    chosen = rng.choice(notes, size=min(len(notes), 5 + round(7 * p["brightness"])), replace=False)
    steady = p["density"] ** 2
    for note in np.sort(chosen):
        centre = float(hertz(note + p["strangeness"] * rng.uniform(-1, 1)))
        drops = np.zeros(n)
        struck = rng.integers(0, n, size=round((1 + 7 * p["density"]) * n / RATE))
        np.add.at(drops, struck, rng.uniform(5, 40, len(struck)) * rng.choice([-1, 1], len(struck)))
        fed = steady * rng.standard_normal(n) + (1 - steady) * drops
        rung = lfilter(*iirpeak(centre, 12 + 130 * (1 - steady) * (0.4 + p["softness"]) + 40 * (1 - p["strangeness"]), fs=RATE), fed)
        rung = rung / (np.sqrt(np.mean(rung**2)) + 1e-9) * drift(n, 0.1 + 1.8 * p["movement"], rng) ** (1 + 2 * p["movement"])
        place(sound, 0, rung * (centre / 300) ** (p["brightness"] - 1.1), rng.random())
    return sound
