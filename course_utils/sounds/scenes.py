"""From the words of a prompt to scenes of sound: every range becomes a number, and candidates are
spread over the ranges.

A scene is a plain dictionary (see layers.py) that a recipe can hold; the same scene and seed give
the same sound.
"""

from __future__ import annotations

import json
import math

import numpy as np

from course_utils.creation import LearnerError
from course_utils.sounds.layers import LAYER, SPACE, numbers_of, render
from course_utils.sounds.sound_words import Change, Heard, SoundWord, Value

__all__ = ["crossed", "read_scene", "scenes", "sound_of", "varied"]

PITCHED = ("low", "high", "start", "end", "pitch")  # numbers of a layer that are frequencies
PACED = ("rate", "come")  # numbers that are events or turns a second
SLOWED = ("length", "gap", "syllable")
BESIDE = (0.0, -2.0, -4.0, -5.0)  # dB of the first, second ... sound of a prompt
AROUND = {
    "near": (-0.4, 0.4),
    "rate": (0.7, 1.4),
    "pitch": (0.8, 1.22),
    "bright": (-0.3, 0.3),
}  # what a seed adds to any sound
DRAWS = 60  # ways to share out the parts of ranges; the one that spreads most is kept


class Spread:
    """Numbers for several candidates: of each range every candidate has a part of its own (Latin
    hypercube, McKay 1979).
    """

    def __init__(self, seed: int, count: int) -> None:
        self.count = count
        self._rng = np.random.default_rng([seed, 3])

    def parts(self) -> np.ndarray:
        """One place between 0 and 1 for each candidate, each in a part of its own."""
        return (self._rng.permutation(self.count) + self._rng.random(self.count)) / self.count

    def values(self, value: Value) -> list[float | str]:
        """A value for each candidate; of wide ranges in equal ratios."""
        if not isinstance(value, tuple):
            return [value] * self.count
        if isinstance(value[0], str):
            order = self._rng.permutation(len(value))
            return [value[order[number % len(value)]] for number in range(self.count)]
        low, high = value
        parts = self.parts()
        if low > 0 and high / low > 1.5:
            return [float(low * (high / low) ** part) for part in parts]
        return [float(low + (high - low) * part) for part in parts]

    def far_apart(self, ranges: dict[str, tuple[float, float]]) -> dict[str, list[float]]:
        """Values of several ranges at once such that no two candidates are near in all of them: of
        some Latin hypercubes the one whose nearest two are farthest apart (maximin, Johnson and
        others 1990).
        """
        best, widest = np.zeros((self.count, len(ranges)), np.int64), -1.0
        for _ in range(DRAWS):
            rows = np.stack([self._rng.permutation(self.count) for _ in ranges], 1)
            gaps = np.linalg.norm(rows[:, None] - rows[None], axis=2) + 99.0 * np.eye(self.count)
            if gaps.min() > widest:
                best, widest = rows, float(gaps.min())
        places = (best + 0.25 + 0.5 * self._rng.random(best.shape)) / self.count
        return {
            name: [low * (high / low) ** p if low > 0 else low + (high - low) * p for p in column]
            for (name, (low, high)), column in zip(ranges.items(), places.T.tolist())
        }


def scenes(heard: Heard, seed: int, count: int) -> list[dict]:
    """One scene for each candidate of the sounds that were heard in a prompt."""
    spread = Spread(seed, count)
    made: list[dict] = [
        {"layers": [], "words": [sound.name for sound, _ in heard.sounds]} for _ in range(count)
    ]
    for place, (sound, changes) in enumerate(heard.sounds):
        around = spread.far_apart(AROUND)
        own = layers_of(sound, spread)
        space = {name: spread.values(value) for name, value in sound.space.items()}
        for number in range(count):
            feel = felt(changes, {name: values[number] for name, values in around.items()})
            with_level = [
                {**layer, "level": layer.get("level", 0.0) + BESIDE[place]} for layer in own[number]
            ]
            made[number]["layers"] += [changed(layer, feel) for layer in with_level]
            merge_space(
                made[number], {name: values[number] for name, values in space.items()}, feel, place
            )
    return [rounded(scene) for scene in made]


def layers_of(sound: SoundWord, spread: Spread) -> list[list[dict]]:
    """The layers of a sound for each candidate; a layer with a chance is in as many of them."""
    made: list[list[dict]] = [[] for _ in range(spread.count)]
    for layer in sound.layers:
        values = {name: spread.values(value) for name, value in layer.numbers.items()}
        inside = spread.parts() < layer.chance if layer.chance < 1 else np.ones(spread.count, bool)
        for number in range(spread.count):
            if inside[number]:
                made[number].append(
                    {"source": layer.source, **{name: of[number] for name, of in values.items()}}
                )
    for own in made:
        keep_together(own)
    return made


def keep_together(layers: list[dict]) -> None:
    """Layers with one `sync` take the pace of the first of them."""
    paces: dict[float, float] = {}
    for layer in layers:
        if "sync" in layer:
            own = 1 / layer["every"] if "every" in layer else layer.get("rate", 1.0)
            pace = paces.setdefault(layer["sync"], own)
            layer.update({"every": 1 / pace} if "every" in layer else {"rate": pace})


def felt(changes: tuple[Change, ...], around: dict[str, float]) -> dict[str, float]:
    """All changes together with what the seed adds."""
    feel = {
        "rate": around["rate"],
        "pitch": around["pitch"],
        "length": 1.0,
        "near": around["near"],
        "bright": around["bright"],
        "room": 0.0,
    }
    for change in changes:
        for name in ("rate", "pitch", "length"):
            feel[name] *= getattr(change, name)
        for name in ("near", "bright", "room"):
            feel[name] += getattr(change, name)
    return feel


def changed(layer: dict, feel: dict[str, float]) -> dict:
    """A layer at another pace and pitch."""
    layer = dict(layer)
    for names, factor in (
        (PITCHED, feel["pitch"]),
        (PACED, feel["rate"]),
        (SLOWED, feel["length"]),
        (("every",), 1 / feel["rate"]),
    ):
        for name in names:
            if isinstance(layer.get(name), float):
                layer[name] *= factor
    if "high" in layer:
        layer["high"] = min(layer["high"], 18_000.0)
    return layer


def merge_space(scene: dict, space: dict, feel: dict[str, float], place: int) -> None:
    """The space of a scene: that of its first sound, wide enough for the others; nearness and
    brightness as felt.
    """
    room = max(
        0.0,
        space["room"]
        + feel["room"]
        - 0.35 * feel["near"] * (1 if feel["near"] < 0 else min(1.0, space["room"] * 2)),
    )
    high = min(space["high"], 20_000 * 2 ** (3 * min(0.0, feel["near"])))
    if place == 0:
        scene.update(space, room=min(1.2, room), high=high, tilt=3 * feel["bright"])
        return
    scene["room"] = min(1.2, (scene["room"] * place + room) / (place + 1))
    scene["high"], scene["low"] = max(scene["high"], high), min(scene["low"], space["low"])


def rounded(scene: dict) -> dict:
    """A scene with numbers of four digits, without what it has as usual: it fits a recipe."""

    def short(value):
        return float(f"{value:.4g}") if isinstance(value, float) and math.isfinite(value) else value

    layers = [
        {
            name: short(value)
            for name, value in layer.items()
            if not (name == "level" and value == 0)
        }
        for layer in scene["layers"]
    ]
    rest = {
        name: short(value)
        for name, value in scene.items()
        if name != "layers" and SPACE.get(name) != value
    }
    return {**rest, "layers": layers}


def sound_of(
    scene: dict, seed: int, seconds: float, loop: bool = False, loudness: float = -18.0
) -> np.ndarray:
    """The sound of a scene, (n, 2), float32 at 44,100 samples a second."""
    return render(
        {name: value for name, value in scene.items() if name != "words"},
        seconds,
        seed,
        loop,
        loudness,
    )


def varied(scene: dict, seed: int, amount: float) -> dict:
    """A scene near another: its pace, pitch, nearness and brightness moved by chance.

    `amount`: 0 leaves it, 1 moves by up to an octave and more.
    """
    rng = np.random.default_rng([seed, 4])
    feel = {name: float(np.exp(0.5 * amount * rng.normal())) for name in ("rate", "pitch")}
    feel["length"] = float(np.exp(0.3 * amount * rng.normal()))
    layers = [
        {**changed(layer, feel), "level": layer.get("level", 0.0) + 4 * amount * rng.normal()}
        for layer in scene["layers"]
    ]
    return rounded({**scene, "layers": layers})


def crossed(first: dict, second: dict, seed: int) -> dict:
    """A child of two scenes: layers of both, some louder, some softer, in a space between.

    At least one layer comes from each.
    """
    rng = np.random.default_rng([seed, 5])
    layers: list[dict] = []
    share = 0.25 + 0.5 * rng.random()  # of the first parent
    for scene, much in ((first, share), (second, 1 - share)):
        own = scene["layers"]
        chosen = [layer for layer in own if rng.random() < 0.4 + 0.6 * much]
        louder = 20 * math.log10(max(0.3, 2 * much))
        layers += [
            {**layer, "level": layer.get("level", 0.0) + louder}
            for layer in chosen or [own[int(rng.integers(len(own)))]]
        ]
    space = {name: usual for name, usual in SPACE.items() if name in first or name in second}
    between_them = {
        name: share * first.get(name, usual) + (1 - share) * second.get(name, usual)
        for name, usual in space.items()
    }
    words = list(dict.fromkeys([*first.get("words", []), *second.get("words", [])]))
    return rounded({**between_them, "words": words, "layers": layers[:MOST_LAYERS]})


MOST_LAYERS = 20
LIMITS = {"rate": 3000.0, "notes": 200.0, "voices": 20.0, "things": 100.0, "birds": 30.0}
MOST = 24_000.0  # of any other number, up or down


def read_scene(text: str) -> dict:
    """A scene out of a recipe, checked.

    Raises:
        LearnerError: it is damaged, names an unknown source or number, or one far out of range.
    """
    try:
        scene = json.loads(text)
        rest = {name: value for name, value in scene.items() if name not in ("layers", "words")}
        if not 1 <= len(scene["layers"]) <= MOST_LAYERS or set(rest) - {*SPACE, "fade"}:
            raise ValueError("layers or space")
        for layer in scene["layers"]:
            known = {**numbers_of(layer["source"]), **LAYER}
            for name, value in layer.items():
                if name != "source" and isinstance(known[name], str) != isinstance(value, str):
                    raise ValueError(name)
        for name, value in [
            *rest.items(),
            *(one for all_ in scene["layers"] for one in all_.items()),
        ]:
            if not isinstance(value, str) and not abs(float(value)) <= LIMITS.get(name, MOST):
                raise ValueError(name)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        raise LearnerError(
            "The scene in this sound's recipe is damaged. Make a new one from words."
        ) from problem
    return scene
