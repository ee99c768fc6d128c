"""Traits of sounds: brightness, roughness, noise, movement, strokes, how it fades,
how deep it goes. All are measured on the sound itself.
"""

from __future__ import annotations

import math

from course_utils.creation import Creation
from course_utils.taste.traits import Trait

__all__ = ["measured"]

TRAITS = (
    Trait("bright", "bright sounds", "dark sounds", 7.1, 0.5),
    Trait("rough", "rough sounds", "smooth sounds", 0.24, 0.08),
    Trait("noisy", "hiss and wind", "clear tones", -6.4, 3.5),
    Trait("restless", "many strokes", "flowing", 1.2, 1.0),
    Trait("sharp", "sudden peaks", "even strength", 16, 2.2),
    Trait("fading", "fading away", "growing", 6.4, 7.6),
    Trait("moving", "changes in loudness", "the same loudness throughout", 12, 6),
    Trait("deep", "a deep bass", "no bass", 0.15, 0.2),
)


def measured(creation: Creation) -> dict[str, float]:
    """See `TRAITS`: centre of the frequencies (ln Hz), strength of the beating between 15 and 150
    Hz beside the mean (0-1 and above), flatness of the spectrum (ln of geometric over arithmetic
    mean), changes a second, crest (dB), first fifth less last fifth (dB), spread of the fifths
    (dB), share below 200 Hz.
    """
    import numpy as np

    from course_utils.audio.analysis import hear, spectrum
    from course_utils.audio.wav import from_wav

    heard = hear(creation.content)
    samples, rate = from_wav(creation.content)
    one = samples.mean(1)
    power = spectrum(one).mean(0) ** 2 + 1e-12
    audible = slice(4, int(8000 / rate * 2 * (len(power) - 1)))
    # the envelope at about 400 values a second holds beating up to 200 Hz
    hop = max(1, rate // 400)
    envelope = np.abs(one[: len(one) // hop * hop]).reshape(-1, hop).mean(1)
    spectrum_of_envelope = np.abs(np.fft.rfft(envelope - envelope.mean())) / (len(envelope) / 2)
    beats = np.fft.rfftfreq(len(envelope), hop / rate)
    rough = math.sqrt((spectrum_of_envelope[(beats > 15) & (beats < 150)] ** 2).sum() / 2) / (
        envelope.mean() + 1e-6
    )
    low = np.fft.rfftfreq(2 * (len(power) - 1), 1 / rate) < 200
    return {
        "bright": math.log(max(20.0, heard.centroid)),
        "rough": rough,
        "noisy": float(np.log(power[audible]).mean() - np.log(power[audible].mean())),
        "restless": heard.changes,
        "sharp": heard.crest,
        "fading": heard.contour[0] - heard.contour[-1],
        "moving": max(heard.contour) - min(heard.contour),
        "deep": float(power[low].sum() / power.sum()),
    }
