"""Marks of a sound: what an ear goes by when it names one, as seven numbers.

centroid: middle of the spectrum's energy in Hz. flatness: geometric over arithmetic mean of the
    energies between 100 Hz
and 16 kHz (0 a tone, 1 white noise). above_5k: share of the energy above 5 kHz. onsets: sudden
rises (within 40 ms) a second. tone:
how periodic the wave is between 60 Hz and 2.5 kHz, in its strong moments (0 noise, 1 one steady
pitch). pulse: how
regular a beat between 0.7 and 30 a second its loudness has. swell: how far its loudness wanders
slower than that, in dB.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from course_utils.audio.filters import median_around

__all__ = ["Marks", "marks_of", "spectra"]

SIZE, HOP = 2048, 441


@dataclass(frozen=True)
class Marks:
    """Seven marks of a sound; see the module."""

    centroid: float
    flatness: float
    above_5k: float
    onsets: float
    tone: float
    pulse: float
    swell: float

    def as_dict(self) -> dict[str, float]:
        """Names and numbers."""
        return asdict(self)

    @property
    def place(self) -> np.ndarray:
        """The marks on scales on which about 1 is a difference that is plainly heard."""
        return np.array([
            np.log2(self.centroid) / 0.5, np.log10(self.flatness + 1e-4) / 0.5,
            self.above_5k / 0.2, np.log2(1 + self.onsets) / 0.8,
            self.tone / 0.25, self.pulse / 0.3, np.log2(1 + self.swell) / 0.8,
        ])  # fmt: skip


def spectra(one: np.ndarray) -> np.ndarray:
    """Energies of a mono sound, (moments, SIZE // 2 + 1), every HOP samples; the sound is taken as
    a ring.
    """
    around = np.concatenate([one, one[: SIZE - HOP]])
    moments = np.lib.stride_tricks.sliding_window_view(around, SIZE)[::HOP]
    return np.abs(np.fft.rfft(moments * np.hanning(SIZE).astype(np.float32), axis=1)) ** 2


def marks_of(sound: np.ndarray, rate: int = 44_100) -> Marks:
    """The marks of a sound, (n, 2) or (n,), at `rate` samples a second, of at least a second."""
    one = sound.mean(1) if sound.ndim == 2 else sound
    energies = spectra(one.astype(np.float32))
    frequencies = np.fft.rfftfreq(SIZE, 1 / rate)
    total = energies.sum(0) + 1e-12
    middle = total[(frequencies > 100) & (frequencies < 16_000)]
    strength = energies.sum(1)
    return Marks(
        centroid=float((total * frequencies).sum() / total.sum()),
        flatness=float(np.exp(np.log(middle).mean()) / middle.mean()),
        above_5k=float(total[frequencies > 5000].sum() / total.sum()),
        onsets=onsets(energies, len(one) / rate),
        tone=periodicity(one, strength, rate),
        pulse=beat(strength, rate),
        swell=wandering(strength, rate),
    )


def onsets(energies: np.ndarray, seconds: float) -> float:
    """Sudden rises a second: moments at which many frequencies grow together, by more than the
    moments around.
    """
    edges = np.unique(np.geomspace(2, 900, 22).astype(int))
    levels = 10 * np.log10(np.add.reduceat(energies[:, :900], edges[:-1], axis=1) + 1e-9)
    levels = np.maximum(levels, levels.max() - 45)
    bands = levels[:, levels.max(0) > levels.max() - 25]  # what is hardly there does not count
    rises = np.maximum(0, bands[4:] - bands[:-4]).mean(1)
    raised = rises > median_around(rises, 61) + 3.5
    peaks = raised[1:-1] & (rises[1:-1] >= rises[:-2]) & (rises[1:-1] > rises[2:])
    places = np.flatnonzero(peaks)
    apart = [
        place
        for number, place in enumerate(places)
        if number == 0 or place - places[number - 1] > 4
    ]
    return len(apart) / seconds


def periodicity(one: np.ndarray, strength: np.ndarray, rate: int) -> float:
    """The height of the autocorrelation at the best pitch, of up to 40 strong moments: their
    median.
    """
    strong = np.flatnonzero(strength >= np.quantile(strength, 0.6))
    around = np.concatenate([one, one[:SIZE]])
    window = np.hanning(SIZE)
    least, most = int(rate / 2500), int(rate / 60)
    shape = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * SIZE)) ** 2)[:most]
    found = []
    for moment in strong[:: max(1, len(strong) // 40)]:
        piece = (around[moment * HOP : moment * HOP + SIZE] - one.mean()) * window
        power = np.abs(np.fft.rfft(piece, 2 * SIZE)) ** 2
        same = np.fft.irfft(power)[:most] / shape
        same = same / (same[0] + 1e-12)
        below = np.flatnonzero(
            same[:most] < 0
        )  # the first fall below zero ends the peak at no delay
        first = max(least, int(below[0]) if len(below) else most)
        found.append(float(same[first:].max()) if first < most else 0.0)
    return float(np.clip(np.median(found), 0, 1))


def beat(strength: np.ndarray, rate: int) -> float:
    """The height of the loudness's autocorrelation at the best beat."""
    loud = np.sqrt(strength)
    loud = loud - loud.mean()
    power = np.abs(np.fft.rfft(loud)) ** 2
    same = np.fft.irfft(power, len(loud))
    same = same / (same[0] + 1e-12)
    per = rate / HOP
    least, most = int(per / 30), min(len(loud) // 2, int(per / 0.7))
    below = np.flatnonzero(same[:most] < 0)
    first = max(least, int(below[0]) if len(below) else most)
    return float(np.clip(same[first:most].max(), 0, 1)) if first < most else 0.0


def wandering(strength: np.ndarray, rate: int) -> float:
    """The spread of the loudness in dB, smoothed over a second."""
    per = int(rate / HOP)
    around = np.concatenate([strength, strength[:per]])
    smooth = np.convolve(around, np.ones(per) / per, "valid")[: len(strength)]
    return float(np.std(10 * np.log10(smooth / smooth.max() + 1e-4)))
