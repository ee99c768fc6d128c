"""Sounds for the glossary: what the course's own engines play, a few seconds each."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.audio.wav import from_wav
from course_utils.creation import Creation
from course_utils.scores.midi.reading import read_midi
from course_utils.scores.score import Note, Part, Score
from course_utils.scores.synth import RATE, levelled, samples
from tools.gallery import made

__all__ = ["HEARD", "as_mp3"]

LONGEST = 5.0  # seconds
PIANO = 0


def as_mp3(sound: np.ndarray) -> bytes:
    """One channel as a small MP3, faded at its end."""
    import soundfile

    one = sound.mean(1) if sound.ndim > 1 else sound
    one = one[: round(LONGEST * RATE)].copy()
    fade = min(len(one), round(0.25 * RATE))
    one[-fade:] *= np.linspace(1, 0, fade)
    file = io.BytesIO()
    soundfile.write(file, one, RATE, format="MP3", subtype="MPEG_LAYER_III",
                    bitrate_mode="VARIABLE", compression_level=0.85)  # fmt: skip
    return file.getvalue()


def tune(words: str, seconds: float = LONGEST, **settings: Any) -> np.ndarray:
    return samples(read_midi(made("tune", words, **settings)[0].content))[: round(seconds * RATE)]


def band(style: str, only: str = "", **settings: Any) -> np.ndarray:
    """A backing track; `only`: one part of it."""
    one = made("backing", "C G Am F", style=style, repeats=1, **settings)[0]
    score = read_midi(one.content)
    if only:
        wanted = {k for k, part in enumerate(score.parts) if only in part.name.lower()}
        assert wanted, [part.name for part in score.parts]
        score = replace(score, notes=tuple(x for x in score.notes if x.part in wanted))
    return samples(score)


def notes(*played: tuple[float, float, int], tempo: float = 96, program: int = PIANO) -> np.ndarray:
    """Notes (start, length in quarter notes, pitch) by one instrument."""
    every = tuple(Note(start, length, pitch, 92) for start, length, pitch in played)
    return samples(Score(every, tempo, (4, 4), program, "C major"))


def chord(start: float, pitches: tuple[int, ...], length: float = 1.8) -> list[tuple]:
    return [(start, length, pitch) for pitch in pitches]


def drummed(hits: list[tuple[float, int]], tempo: float = 100) -> np.ndarray:
    """Drums: (start in quarter notes, General MIDI percussion)."""
    every = tuple(Note(start, 0.2, pitch, 96) for start, pitch in hits)
    return samples(Score(every, tempo, (4, 4), 0, "C major", (Part("drums", 0, True),)))


def texture(words: str, seconds: float = 4, **settings: Any) -> np.ndarray:
    sound: Creation = made("sound", words, length=seconds, **settings)[0]
    return np.asarray(from_wav(sound.content)[0], np.float32)


def grain() -> np.ndarray:
    """One grain alone, three more, then a cloud of them."""
    cloud = texture("soft dream", 3, source="grains")
    size = round(0.06 * RATE)
    piece = cloud[RATE : RATE + size] * np.hanning(size)[:, None]
    alone = np.zeros((round(1.6 * RATE), 2), np.float32)
    for start in (0.0, 0.5, 0.8, 1.1):
        alone[round(start * RATE) : round(start * RATE) + size] += piece * 2
    return np.concatenate([alone, cloud])


def louder() -> np.ndarray:
    """The same rain, soft and then strong."""
    rain = texture("rain on glass", 2)[: 2 * RATE]
    return np.concatenate([rain * 0.12, np.zeros((RATE // 4, 2), np.float32), rain])


def synthesis() -> np.ndarray:
    """One sine, then ten overtones, then a filter that closes: nothing but formulas."""
    time = np.arange(round(1.4 * RATE)) / RATE
    fall = np.exp(-1.2 * time)
    pure = np.sin(2 * np.pi * 220 * time)
    rich = sum(np.sin(2 * np.pi * 220 * k * time) / k for k in range(1, 11))
    closing = sum(
        np.sin(2 * np.pi * 220 * k * time) / k * np.exp(-time * k * 0.9) for k in range(1, 16)
    )
    parts = [part * fall for part in (pure, rich, closing)]
    one = np.concatenate(parts).astype(np.float32)
    return levelled(np.stack([one, one], 1))


def tempo() -> np.ndarray:
    """The same beginning slow, then fast."""
    score = read_midi(made("tune", "a happy jig", bars=2)[0].content)
    slow, fast = (samples(replace(score, tempo=speed), 0.3) for speed in (70, 150))
    return np.concatenate([slow[: round(2.6 * RATE)], fast])


def rhythm() -> np.ndarray:
    """How long the notes of a tune are, clapped."""
    score = read_midi(made("tune", "a happy jig", bars=2)[0].content)
    return drummed([(one.start, 39) for one in score.notes], score.tempo)


def looped() -> np.ndarray:
    from course_utils.scores.synth import loop

    score = read_midi(made("backing", "C G", style="reggae", repeats=1)[0].content)
    ring = loop(score)[: round(2.5 * RATE)] if score.length > 8 else loop(score)
    return np.concatenate([ring, ring])


HEARD: dict[str, Callable[[], np.ndarray]] = {
    "backing track": lambda: band("pop"),
    "bass": lambda: band("pop", "bass"),
    "beat": lambda: drummed([(k, 76 if k % 4 == 0 else 77) for k in range(8)]),
    "chord": lambda: notes(
        (0, 0.9, 60), (1, 0.9, 64), (2, 0.9, 67), *chord(3, (60, 64, 67), 3), tempo=132
    ),
    "grain": grain,
    "harmony": lambda: notes(
        *chord(0, (48, 64, 67, 72)),
        *chord(2, (53, 65, 69, 72)),
        *chord(4, (55, 62, 67, 71)),
        *chord(6, (48, 64, 67, 72), 3),
        tempo=120,
        program=19,
    ),
    "jig": lambda: tune("a happy jig"),
    "loop": looped,
    "loudness": louder,
    "major and minor": lambda: notes(
        *chord(0, (60, 64, 67, 72), 2.6), *chord(3, (60, 63, 67, 72), 3), tempo=90
    ),
    "melody": lambda: tune("a slow air in D minor", instrument="flute"),
    "reel": lambda: tune("a lively reel"),
    "rhythm": rhythm,
    "synthesis": synthesis,
    "tempo": tempo,
    "texture": lambda: texture("rain on glass", 5),
    "waltz": lambda: tune("a gentle waltz"),
}
