"""A sound seen and told: figures of what is heard, a description in words,
and a picture of waveform and spectrogram.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

from course_utils.audio.recordings import BROUGHT_RECORDING
from course_utils.audio.wav import RATE, from_wav
from course_utils.creation import Creation
from course_utils.scores import synth

__all__ = ["describe", "hear", "mono", "picture_png", "spectrum"]

# from silence to loud
SHADES = [
    (14, 16, 40),
    (68, 30, 110),
    (150, 40, 110),
    (225, 90, 65),
    (250, 180, 70),
    (252, 252, 200),
]


@dataclass(frozen=True)
class Heard:
    """Figures of a sound: seconds; peak and crest (peak over mean strength) in dB; middle of the
    frequencies in Hz; strength by fifths of its length in dB; changes a second.
    """

    seconds: float
    peak: float
    crest: float
    centroid: float
    contour: tuple[float, ...]
    changes: float


@lru_cache(maxsize=16)
def hear(content: bytes) -> Heard:
    """Measure a WAV file."""
    import numpy as np

    samples, rate = from_wav(content)
    strength = np.sqrt(np.mean(samples**2)) + 1e-9
    peak = np.abs(samples).max() + 1e-9
    frames = spectrum(samples.mean(1))
    total = frames.sum(0)
    contour = [
        20 * np.log10(np.sqrt(np.mean(part**2)) + 1e-5)
        for part in np.array_split(samples.mean(1), 5)
    ]
    hops = np.sqrt((frames**2).sum(1)) + 1e-9
    rises = np.diff(np.log(hops))
    seconds = len(samples) / rate
    centroid = (total * np.fft.rfftfreq(2 * (frames.shape[1] - 1), 1 / rate)).sum() / (
        total.sum() + 1e-9
    )
    return Heard(
        seconds,
        20 * np.log10(peak),
        20 * np.log10(peak / strength),
        float(centroid),
        tuple(map(float, contour)),
        float((rises > 0.5).sum() / seconds),
    )


def spectrum(samples, size: int = 2048):
    """Strengths of the frequencies, shape (moments, size // 2 + 1), in hops of half a window."""
    import numpy as np

    padded = np.pad(samples, (0, size))
    moments = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2]
    return np.abs(np.fft.rfft(moments * np.hanning(size), axis=1))


def describe(creation: Creation) -> str:
    """Alternative text: what it is made from, its character, length, brightness, how it moves,
    and where it is loudest.
    """
    settings, heard = creation.recipe.settings, hear(creation.content)
    if creation.recipe.model == BROUGHT_RECORDING:
        start = f"Recording brought in by the learner, named “{creation.recipe.prompt}”"
    elif settings.get("licence"):  # by a model that turns words into sound
        start = (
            f"Music made with AI by {creation.recipe.model} for the words"
            f" “{creation.recipe.prompt}”, seed {creation.recipe.seed}"
        )
    else:
        character = settings.get("character", "none")
        start = (
            f"Sound computed for the words “{creation.recipe.prompt}”, seed {creation.recipe.seed}:"
            f" {settings.get('source', 'tones')}"
            + ("" if character == "none" else f", character {character}")
        )
        start += ", under a tune" if settings.get("under") else ""
    bright = next(
        word
        for limit, word in (
            (450, "very dark"),
            (900, "dark"),
            (1800, "warm"),
            (3200, "bright"),
            (1e9, "very bright"),
        )
        if heard.centroid < limit
    )
    pace = next(
        word
        for limit, word in (
            (0.3, "flowing"),
            (1.5, "with a few strokes"),
            (4, "lively"),
            (1e9, "restless"),
        )
        if heard.changes < limit
    )
    levels = heard.contour
    spread = max(levels) - min(levels)
    place = levels.index(max(levels))
    moves = (
        "even in loudness"
        if spread < 4
        else (
            "loudest at the start, then fading",
            "loudest early on",
            "swelling in the middle",
            "loudest late",
            "growing to the end",
        )[place]
    )
    loop = ", made to go round in a loop" if settings.get("loop") else ""
    return f"{start}; {heard.seconds:.0f} seconds, {bright}, {pace}, {moves}{loop}."


@lru_cache(maxsize=16)
def picture_png(content: bytes, width: int = 400) -> bytes:
    """Waveform above spectrogram (low notes below, quiet dark, 24 rows an octave and a half),
    as a PNG of `width` by 160 pixels.
    """
    import numpy as np
    from PIL import Image

    samples, rate = from_wav(content)
    one = samples.mean(1)
    wave_rows, rows = 48, 112
    canvas = np.full((wave_rows + rows, width, 3), 255, np.uint8)
    for column, part in enumerate(np.array_split(one, width)):
        low, high = (part.min(), part.max()) if len(part) else (0, 0)
        canvas[
            int(np.clip((1 - high) / 2, 0, 1) * (wave_rows - 1)) : int(
                np.clip((1 - low) / 2, 0, 1) * (wave_rows - 1)
            )
            + 1,
            column,
        ] = (11, 87, 168)
    frames = spectrum(one)
    wanted = np.geomspace(60, rate / 2 * 0.95, rows)[::-1] * 2048 / rate
    columns = np.linspace(0, len(frames) - 1, width).astype(int)
    loud = 20 * np.log10(
        np.stack(
            [np.interp(wanted, np.arange(frames.shape[1]), frames[column]) for column in columns], 1
        )
        + 1e-6
    )
    level = np.clip((loud - loud.max() + 65) / 65, 0, 1)
    shades = np.array(SHADES, float)
    canvas[wave_rows:] = np.stack(
        [
            np.interp(level, np.linspace(0, 1, len(shades)), shades[:, channel])
            for channel in range(3)
        ],
        2,
    )
    buffer = io.BytesIO()
    Image.fromarray(canvas).save(buffer, "PNG")
    return buffer.getvalue()


def mono(creation: Creation):
    """What a sound or a tune sounds like as one channel at the rate of sound files.

    Raises:
        LearnerError: it cannot be read, or this Python cannot play tunes.
    """
    from course_utils.audio.filters import resampled

    if creation.declared.plays_notes:
        samples, rate = from_wav(synth.wav(creation.content))
    else:
        samples, rate = from_wav(creation.content)
    return resampled(samples.mean(1), RATE, rate)
