"""A scene of sound: layers of sources and the space they stand in, as plain numbers, made into
samples.

A scene is a dictionary that can stand in a recipe: {"layers": [{"source": "drops", "level": -6,
"rate": 3, ...}, ...],
"room": 0.3, ...}. `SOURCES` says which sources there are; their named arguments are a layer's
numbers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np

from course_utils.audio.mastering import levelled
from course_utils.sounds import callers, noises, strokes, tones
from course_utils.sounds.ring import (
    RATE,
    Dice,
    above_rumble,
    answer_of_room,
    between,
    irfft,
    level_of,
    rfft,
    ring_length,
    swung,
)

__all__ = ["LAYER", "SOURCES", "SPACE", "numbers_of", "render"]

SOURCES: dict[str, Callable[..., np.ndarray]] = {
    **{
        one.__name__: one
        for one in (noises.noise, noises.howl, noises.surges, noises.rumbles, noises.passes)
    },
    **{
        one.__name__: one
        for one in (strokes.drops, strokes.clicks, strokes.strikes, strokes.thumps, strokes.creaks)
    },
    **{one.__name__: one for one in (callers.calls, callers.songs, callers.chirrs)},
    **{one.__name__: one for one in (tones.buzz, tones.glide, tones.pad)},
}
# what any layer may have; layers with one `sync` begin their strokes together, `delay` seconds
# apart
LAYER = {
    "level": 0.0, "sway": 0.0, "sway_rate": 0.3, "beat": 0.0, "beat_depth": 0.0, "sync": 0.0,
    "delay": 0.0,
}  # fmt: skip
SPACE = {  # what a scene may have: its room, its filter, an echo, and how much it is driven
    "room": 0.0, "room_seconds": 0.8, "room_bright": 0.5, "low": 30.0, "high": 20000.0,
    "echo": 0.0, "echo_time": 0.3, "drive": 0.0, "tilt": 0.0,
}  # fmt: skip
LOUDNESS = -18.0  # LUFS


def numbers_of(source: str) -> dict[str, float | str]:
    """The named numbers (and few words) of a source with their usual values."""
    named = inspect.signature(SOURCES[source]).parameters.values()
    return {one.name: one.default for one in named if one.kind is inspect.Parameter.KEYWORD_ONLY}


def render(
    scene: dict, seconds: float, seed: int, loop: bool = False, loudness: float = LOUDNESS
) -> np.ndarray:
    """The sound of a scene: float32, (n, 2), at RATE. In a loop the end goes on at the beginning.

    Raises:
        LearnerError: nothing in it can be heard.
    """
    n = ring_length(seconds)
    sound = np.zeros((n, 2), np.float32)
    for number, layer in enumerate(scene["layers"]):
        together = [seed, 1000 + round(layer["sync"])] if layer.get("sync") else None
        sound += layer_of(layer, n, Dice([seed, 20 + number], together))
    sound = in_space(sound, {**SPACE, **scene}, Dice([seed, 19]))
    if not loop:
        sound = with_ends(sound, scene.get("fade", 0.05), min(0.8, seconds / 6))
    return levelled(sound, loudness, ring=loop)


def layer_of(layer: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """One layer at its level: strong moments have a root mean square of 0.1 at 0 dB."""
    numbers = {
        name: value for name, value in layer.items() if name != "source" and name not in LAYER
    }
    sound = SOURCES[layer["source"]](n, rng, **numbers)
    common = {**LAYER, **{name: layer[name] for name in LAYER if name in layer}}
    if common["delay"]:
        sound = np.roll(sound, round(common["delay"] * RATE), axis=0)
    if common["sway"]:
        sound = sound * swung(n, common["sway"], common["sway_rate"], rng)[:, None]
    if common["beat"]:
        turns = max(1, round(common["beat"] * n / RATE)) * np.arange(n) / n
        depth = common["beat_depth"]
        sound = sound * (1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * turns)))[:, None].astype(
            np.float32
        )
    return sound * np.float32(0.1 * 10 ** (common["level"] / 20) / (level_of(sound) + 1e-9))


def in_space(sound: np.ndarray, space: dict, rng: np.random.Generator) -> np.ndarray:
    """A sound through a scene's drive, echo, room and filter."""
    if space["drive"]:
        level = level_of(sound) + 1e-9
        sound = np.tanh(sound * (1 + 6 * space["drive"]) / (3 * level)) * level
    if space["echo"]:
        step = int(space["echo_time"] * RATE)
        sound = sound + sum(
            np.roll(sound, step * k, axis=0) * np.float32(space["echo"] ** k) for k in (1, 2, 3, 4)
        )
    spectrum = rfft(sound)
    if space["room"]:
        answer = answer_of_room(len(sound), space["room_seconds"], space["room_bright"], rng)
        spectrum = spectrum * (1 + np.float32(space["room"]) * answer)
    gain = between(len(sound), space["low"], space["high"], 2.0, space["tilt"])
    gain *= above_rumble(len(sound))
    gain[0] = 0
    return irfft(spectrum * gain[:, None], len(sound))


def with_ends(sound: np.ndarray, rise: float, fall: float) -> np.ndarray:
    """A sound that comes and goes softly."""
    first, last = int(rise * RATE) + 1, int(fall * RATE) + 1
    sound[:first] *= (np.sin(np.linspace(0, np.pi / 2, first)) ** 2)[:, None].astype(np.float32)
    sound[-last:] *= (np.cos(np.linspace(0, np.pi / 2, last)) ** 2)[:, None].astype(np.float32)
    return sound
