"""Textures from sums of tones: struck bells (additive) and swelling metal (frequency modulation),
and the scales all textures share.
"""

from __future__ import annotations

import numpy as np

from course_utils.audio.filters import filtered, resonance
from course_utils.audio.wav import RATE
from course_utils.creation import LearnerError
from course_utils.pictures.png import open_picture

__all__ = ["bells", "drift", "from_picture", "grains", "metal", "stretch", "strings", "wind"]

ROWS, COLUMNS = 60, 120

JUMPS = np.array([0.5, 2.0, 1.5, 0.75, 4.0, 0.25])  # octaves, fifths and fourths

SCALES = {  # friendly name: semitones in an octave
    "five notes": (0, 2, 4, 7, 9),
    "sad": (0, 2, 3, 5, 7, 8, 10),
    "open": (0, 7),
    "floating": (0, 2, 4, 6, 8, 10),
    "eastern": (0, 1, 4, 5, 7, 8, 11),
    "clusters": tuple(range(12)),
}
# partials of a church bell over its strike note, rounded
BELL = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.17, 5.43])


def scale_notes(scale: str, pitch: float, octaves: float) -> np.ndarray:
    """The notes (MIDI numbers) of a scale built on `pitch`,
    from half of `octaves` below to half above.
    """
    steps = np.array(SCALES[scale])
    every = np.concatenate([pitch + 12 * octave + steps for octave in range(-3, 4)])
    return np.sort(every[np.abs(every - pitch) <= 6 * octaves])


def hertz(note):
    """Frequency of a MIDI note number, at most 7 kHz and at least 30 Hz."""
    return np.clip(440.0 * 2.0 ** ((np.asarray(note, float) - 69) / 12), 30, 7000)


def drift(n: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A smooth random curve of n samples between 0 and 1 that turns about `rate` times a second and
    ends where it began.
    """
    points = max(3, round(n / RATE * rate) + 2)
    values = rng.random(points)
    values[-1] = values[0]
    # the spline only here and there, straight lines between: far quicker, and as smooth to the ear
    coarse = np.arange(0, n + 32, 32)
    smooth = ring_spline(values, np.minimum(coarse, n) * ((points - 1) / n))
    return np.interp(np.arange(n), coarse, np.clip(smooth, 0, 1))


def ring_spline(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The cubic spline through values at 0, 1, 2 ..., whose last is the first again; read at some
    places. Source: de Boor, A Practical Guide to Splines, chapter IV.
    """
    round_once = values[:-1]
    count = len(round_once)
    forward = np.roll(round_once, -1)
    rise = np.fft.rfft(3 * (forward - np.roll(round_once, 1)))
    turn = 2 * np.pi * np.arange(len(rise)) / count
    slopes = np.fft.irfft(rise / (4 + 2 * np.cos(turn)), count)  # a ring: every row is the same
    at = np.minimum(places.astype(int), count - 1)
    t, ahead = places - at, (at + 1) % count
    here, there = round_once[at], round_once[ahead]
    bent = 3 * (there - here) - 2 * slopes[at] - slopes[ahead]
    steep = 2 * (here - there) + slopes[at] + slopes[ahead]
    return here + t * (slopes[at] + t * (bent + t * steep))


def times(n: int, count: int, evenness: float, rng: np.random.Generator) -> np.ndarray:
    """When `count` events begin, in samples: between scattered (0) and evenly spaced (1);
    the first soon after the start.
    """
    scattered, even = np.sort(rng.random(count)), np.arange(count) / count
    places = evenness * even + (1 - evenness) * scattered
    return ((places - places[0]) * 0.92 * n + 0.01 * RATE).astype(int)


def place(sound: np.ndarray, start: int, event: np.ndarray, pan: float) -> None:
    """Add a mono event to a stereo sound (n, 2); what runs over the end is cut.

    `pan` 0 is left, 1 right, with equal power.
    """
    part = event[: max(0, len(sound) - start)]
    sound[start : start + len(part), 0] += part * np.cos(pan * np.pi / 2)
    sound[start : start + len(part), 1] += part * np.sin(pan * np.pi / 2)


def bells(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Struck bells and glass: each strike a sum of up to ten decaying partials,
    from harmonic to bell-like. Stereo, (n, 2).
    """
    sound, notes = np.zeros((n, 2)), scale_notes(p["scale"], p["pitch"] + 12, 2.2)
    count = round((0.5 + 3.5 * p["density"] ** 1.5) * n / RATE) + 2
    harmonic = np.arange(1, 11)
    ratios = harmonic + p["strangeness"] * (BELL * 1.3 - harmonic) * 0.9
    decay = 0.5 + 3.5 * p["softness"]
    for start in times(n, count, 1 - p["movement"], rng):
        length = int(min(n - start, RATE * decay * 2.2))
        time, base = np.arange(length) / RATE, hertz(rng.choice(notes))
        attack = 1 - np.exp(-time / (0.002 + 0.25 * p["softness"] ** 2))
        strike = np.zeros(length)
        for number, ratio in enumerate(ratios, 1):
            if base * ratio < 8000:
                loud = number ** -(1.7 - 1.2 * p["brightness"]) * rng.uniform(0.4, 1)
                strike += (
                    loud
                    * np.sin(
                        2 * np.pi * base * ratio * rng.uniform(0.998, 1.002) * time
                        + rng.uniform(0, 6.28)
                    )
                    * np.exp(-time * (0.7 + 0.3 * number) / decay)
                )
        place(
            sound,
            start,
            strike
            * attack
            * np.minimum(1, (length - np.arange(length)) / 800)
            * rng.uniform(0.4, 1),
            rng.random(),
        )
    return sound


def metal(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Swelling voices by frequency modulation (Chowning 1973): a slow tone whose colour is turned
    by another. Stereo, (n, 2).
    """
    sound, time, notes = (
        np.zeros((n, 2)),
        np.arange(n) / RATE,
        scale_notes(p["scale"], p["pitch"], 2.4),
    )
    simple, odd = np.array([0.5, 1, 2, 3]), np.array([0.707, 1.414, 2.76, 3.73])
    for _ in range(3 + round(4 * p["density"])):
        base = hertz(rng.choice(notes))
        pick = rng.integers(4)
        ratio = simple[pick] + p["strangeness"] * (odd[pick] - simple[pick])
        index = (
            (0.3 + 4.5 * p["brightness"])
            * drift(n, 0.15 + 2.5 * p["movement"], rng)
            * min(1, 500 / base)
        )
        bend = 1 + 0.012 * p["movement"] * np.cumsum(drift(n, 0.7, rng) - 0.5) / n
        loud = drift(n, 0.15 + 1.6 * p["density"] * (1.1 - p["softness"]), rng) ** (
            1 + 2 * (1 - p["softness"])
        )
        voice = (
            loud
            * np.sin(
                2 * np.pi * base * time * bend + index * np.sin(2 * np.pi * base * ratio * time)
            )
            / base**0.3
        )
        place(sound, 0, voice, rng.random())
    return sound


def grains(p: dict, n: int, rng: np.random.Generator, source: np.ndarray) -> np.ndarray:
    """Hundreds of short pieces of `source` (mono), each with its own place, speed and side.

    Stereo, (n, 2).
    """
    sound = np.zeros((n, 2))
    # half as far as the pitch asks, so that a voice stays a voice
    base = 2.0 ** ((p["pitch"] - 55) / 24)
    length = int(RATE * (0.05 + 0.35 * p["softness"]))
    count = round((5 + 55 * p["density"]) * n / RATE)
    window = np.hanning(length)
    for start in np.sort(rng.integers(0, max(1, n - length // 2), count)):
        speed = (
            base
            * (rng.choice(JUMPS) if rng.random() < p["strangeness"] * 0.7 else 1)
            * (1 + 0.02 * rng.uniform(-1, 1))
        )
        # near the same moment of the source, or anywhere
        reading = start / n + (rng.random() - 0.5) * (0.05 + 0.9 * p["movement"])
        room = max(1, len(source) - int(length * speed) - 1)
        begin = int((reading % 1) * room)
        piece = np.interp(
            begin + np.arange(length) * speed, np.arange(len(source)), source, right=0
        )
        if rng.random() < p["strangeness"] * 0.5:
            piece = piece[::-1]
        loud = np.sqrt(np.mean(piece**2))
        place(
            sound,
            int(start),
            piece * window / max(loud, 0.03) ** 0.5 * rng.uniform(0.3, 1),
            rng.random(),
        )
    return sound


def stretch(p: dict, n: int, rng: np.random.Generator, source: np.ndarray) -> np.ndarray:
    """A short piece of `source` (mono) held out over the whole length: each moment's frequencies,
    with phases drawn anew. Stereo, (n, 2).
    """
    size = 2 ** round(12 + 2 * p["softness"])
    hop, window = size // 4, np.hanning(size)
    speed = 2.0 ** ((p["pitch"] - 55) / 24)
    slowed = np.interp(np.arange(0, len(source) - 1, speed), np.arange(len(source)), source)
    if len(slowed) <= size:
        slowed = np.tile(slowed, size // max(1, len(slowed)) + 2)
    share = 0.15 + 0.85 * p["density"]
    room = len(slowed) - size
    first, span = rng.random() * (1 - share) * room, share * room
    sound = np.zeros((n + 2 * size, 2))
    for number, start in enumerate(range(0, n + size, hop)):
        at = int(
            np.clip(
                first
                + span * (number * hop / (n + size))
                + p["movement"] * rng.uniform(-0.3, 0.3) * room,
                0,
                room,
            )
        )
        strength = np.abs(np.fft.rfft(slowed[at : at + size] * window))
        strength = strength * np.exp(0.5 * p["strangeness"] * rng.standard_normal(len(strength)))
        for side in (0, 1):
            phases = np.exp(1j * rng.uniform(0, 2 * np.pi, len(strength)))
            sound[start : start + size, side] += np.fft.irfft(strength * phases, size) * window
    return sound[size // 2 : size // 2 + n]


def wind(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """A bank of resonators on the notes of the scale, fed with steady noise (dense) or with drops
    (sparse). Stereo, (n, 2).
    """
    sound, notes = np.zeros((n, 2)), scale_notes(p["scale"], p["pitch"] + 12, 3.5)
    chosen = rng.choice(notes, size=min(len(notes), 5 + round(7 * p["brightness"])), replace=False)
    steady = p["density"] ** 2
    for note in np.sort(chosen):
        centre = float(hertz(note + p["strangeness"] * rng.uniform(-1, 1)))
        drops = np.zeros(n)
        struck = rng.integers(0, n, size=round((1 + 7 * p["density"]) * n / RATE))
        np.add.at(drops, struck, rng.uniform(5, 40, len(struck)) * rng.choice([-1, 1], len(struck)))
        fed = steady * rng.standard_normal(n) + (1 - steady) * drops
        quality = 12 + 130 * (1 - steady) * (0.4 + p["softness"]) + 40 * (1 - p["strangeness"])
        rung = filtered(resonance(centre, quality, RATE), fed)
        rung = (
            rung
            / (np.sqrt(np.mean(rung**2)) + 1e-9)
            * drift(n, 0.1 + 1.8 * p["movement"], rng) ** (1 + 2 * p["movement"])
        )
        place(sound, 0, rung * (centre / 300) ** (p["brightness"] - 1.1), rng.random())
    return sound


def from_picture(p: dict, n: int, rng: np.random.Generator, content: bytes) -> np.ndarray:
    """One tone for each of 60 rows, as loud as the picture differs from its background there;
    reddish goes left, bluish right. Stereo, (n, 2).

    Args:
        content: a PNG file.

    Raises:
        LearnerError: it is not a picture, or one plain colour.
    """
    # the lowest row first
    picture = np.asarray(open_picture(content).resize((COLUMNS, ROWS)), float)[::-1] / 255
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    strength = np.sqrt(((picture - np.median(border, axis=0)) ** 2).sum(2))
    strength = np.maximum(0, strength - 0.08)
    if strength.max() < 0.05:
        raise LearnerError(
            "That picture is one plain colour, so there is nothing in it to hear. Choose one with a"
            " thing on a background."
        )
    strength = (strength / strength.max()) ** (1.8 - p["density"])
    span = 2.5 + 2.5 * p["brightness"]  # octaves
    notes = p["pitch"] - 8 + np.linspace(0, 12 * span, ROWS)
    steps = np.concatenate(
        [p["pitch"] % 12 + 12 * octave + np.array(SCALES[p["scale"]]) for octave in range(-1, 12)]
    )
    tuned = steps[np.abs(notes[:, None] - steps).argmin(1)]
    notes = tuned + p["strangeness"] * (notes - tuned)
    moments, columns, time = (
        np.arange(n),
        (np.arange(COLUMNS) + 0.5) * n / COLUMNS,
        np.arange(n) / RATE,
    )
    rightness = np.clip(0.5 + 0.9 * (picture[:, :, 2] - picture[:, :, 0]), 0.05, 0.95)
    smooth = np.hanning(3 + 2 * round(1 + 5 * p["softness"]))
    sound = np.zeros((n, 2))
    for row in range(ROWS):
        if strength[row].max() < 0.02:
            continue
        loud = np.convolve(strength[row], smooth / smooth.sum(), "same") * hertz(notes[row]) ** -(
            1.0 - 0.7 * p["brightness"]
        )
        wobble = (
            0.3
            * p["movement"]
            * np.sin(2 * np.pi * rng.uniform(3, 7) * time + rng.uniform(0, 6.28))
        )
        tone = np.sin(
            2 * np.pi * hertz(notes[row]) * rng.uniform(0.997, 1.003) * time
            + rng.uniform(0, 6.28)
            + wobble
        )
        for side, share in (
            (0, np.cos(rightness[row] * np.pi / 2)),
            (1, np.sin(rightness[row] * np.pi / 2)),
        ):
            sound[:, side] += np.interp(moments, columns, loud * share) * tone
    return sound


def pluck(
    frequency: float, length: int, brightness: float, decay: float, rng: np.random.Generator
) -> np.ndarray:
    """One string of `frequency` Hz, mono, `length` samples;
    `decay` in seconds until it has died to a thousandth.
    """
    period = max(4, int(RATE / frequency))
    # the smoothing delays by half a sample; the rest is tuned by reading faster or slower
    step = frequency * (period + 0.5) / RATE
    rounds = int(length * step / period) + 3
    line = np.zeros((rounds, period))
    burst = rng.uniform(-1, 1, period)
    for _ in range(round(5 * (1 - brightness))):  # a softer plectrum
        burst = 0.5 * (burst + np.roll(burst, 1))
    line[0] = burst - burst.mean()
    loss = 0.001 ** (period / RATE / max(decay, 0.05))
    last = 0.0
    for number in range(1, rounds):
        before = line[number - 1]
        line[number, 0] = 0.5 * loss * (before[0] + last)
        line[number, 1:] = 0.5 * loss * (before[1:] + before[:-1])
        last = before[-1]
    string = line.ravel()
    return np.interp(np.arange(length) * step, np.arange(len(string)), string)


def strings(p: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Many plucked strings, alone or in quick runs. Stereo, (n, 2)."""
    sound, notes = np.zeros((n, 2)), scale_notes(p["scale"], p["pitch"], 2.6)
    runs = round((0.4 + 2.2 * p["density"]) * n / RATE) + 2
    for start in times(n, runs, 1 - p["movement"], rng):
        here, pan, up = int(rng.integers(len(notes))), rng.random(), rng.choice([-1, 1])
        for number in range(1 + int(rng.integers(0, 2 + round(6 * p["density"])))):
            begin = start + int(
                number * RATE * (0.05 + 0.16 * (1 - p["density"])) * rng.uniform(0.8, 1.2)
            )
            length = min(n - begin, int(RATE * (1 + 4 * p["softness"])))
            if length < 400:
                break
            note = notes[(here + up * number) % len(notes)] + p["strangeness"] * rng.uniform(
                -0.9, 0.9
            )
            string = pluck(
                float(hertz(note)), length, p["brightness"], 0.8 + 4.5 * p["softness"], rng
            )
            if p["strangeness"] > 0.5:  # a bent string
                place_in_time = np.arange(length) * (
                    1
                    + 0.02
                    * p["strangeness"]
                    * np.sin(2 * np.pi * rng.uniform(0.5, 4) * np.arange(length) / RATE)
                )
                string = np.interp(place_in_time, np.arange(length), string)
            ramp = np.minimum(1, np.arange(length) / (20 + 2500 * p["softness"] ** 2)) * np.minimum(
                1, (length - np.arange(length)) / 1500
            )
            place(sound, begin, string * ramp * rng.uniform(0.4, 1), pan)
    return sound
