"""Candidates worth comparing: recipes that differ on purpose,
so that every answer tells something.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.creation import Kind, Recipe

__all__ = ["DEFAULT_SIZE", "PER_BATCH", "TOPICS", "batches"]

DEFAULT_SIZE = 12
PER_BATCH = 3  # pictures of one recipe; drawn together they take less time than one after the other
TOPICS = {
    "image": [
        "a red fox",
        "a blue whale",
        "a castle",
        "a sunflower",
        "an owl",
        "a rocket",
        "a cake",
        "a house",
        "a cat",
        "a rainbow",
        "a mushroom",
        "a bicycle",
    ],
    "words": [
        "the sea at night",
        "a lost glove",
        "grandmother's kitchen",
        "snow in the city",
        "a birthday",
    ],
    "tune": ["a tune"],
    "sound": ["a sound"],
    "layout": ["The quiet sea"],
}
GROUNDS = [
    "",
    "on a white background",
    "on a black background",
    "on a blue background",
    "on a yellow background",
    "on a red background",
    "on a green background",
    "on a pink background",
]
TEMPLATES = ["poem", "story", "first_line", "haiku", "couplet", "what_if"]
PICTURE_STYLES = ["flat", "sticker", "3d", "any"]
KINDS_OF_TUNE = ["waltz", "jig", "reel", "air", "march", "hornpipe", "slip jig", "polka"]
MODES = ["major", "minor", "dorian", "mixolydian"]


def batches(kind: Kind, prompt: str = "", count: int = DEFAULT_SIZE, seed: int = 0) -> list[Recipe]:
    """Recipes that together make `count` candidates which differ in settings, not only in seed.

    Without a prompt, pictures are of different things.

    Every recipe asks for 1 candidate, except pictures (drawn faster together) and layouts and
    sounds (whose engines spread several over what they can do).
    """
    rng, batch = random.Random(f"{kind} {seed}"), BATCHES[kind]
    topics = [prompt] if prompt else rng.sample(TOPICS[kind], len(TOPICS[kind]))
    made = []
    for number in range(-(-count // batch.each)):
        topic = topics[number % len(topics)]
        words, settings = batch.varied(rng, topic, number, seed, bool(prompt))
        asked = min(batch.each, count - batch.each * number)
        made.append(
            Recipe(
                kind=kind,
                prompt=words,
                seed=(seed + batch.seeds * number) % 2**32,
                settings={"count": asked, **settings},
            )
        )
    return made


@dataclass(frozen=True)
class Batch:
    """How one recipe of several asks for candidates of a kind."""

    each: int  # candidates of one recipe
    seeds: int  # from the seed of one recipe to that of the next
    # words and settings, of: chance, the topic, the recipe's number, the seed, whether the words
    # are a person's
    varied: Callable[[random.Random, str, int, int, bool], tuple[str, dict]]


def _pictures(rng: random.Random, topic: str, number: int, seed: int, given: bool):
    ground = GROUNDS[(number + seed) % len(GROUNDS)] if number else ""
    style = PICTURE_STYLES[(number + number // 4) % len(PICTURE_STYLES)]
    return f"{topic} {ground}".strip(), {"style": style, "speed": "quick"}


def _words(rng: random.Random, topic: str, number: int, seed: int, given: bool):
    template = TEMPLATES[number % len(TEMPLATES)]
    return topic, {"template": template, "surprise": rng.choice([0.6, 0.8, 1.0])}


def _tunes(rng: random.Random, topic: str, number: int, seed: int, given: bool):
    from course_utils.music.prompt_reading import INSTRUMENTS, KIND_FACTS

    kind_of_tune = KINDS_OF_TUNE[number % len(KINDS_OF_TUNE)]
    instrument = rng.choice(list(INSTRUMENTS))
    tempo = round(KIND_FACTS[kind_of_tune][1] * rng.choice([0.55, 0.75, 1.0, 1.2]))
    return topic, {
        "kind_of_tune": kind_of_tune,
        "mode": MODES[(number + number // 4) % len(MODES)],
        "bars": 4,
        "instrument": instrument,
        "tempo": max(40, min(240, tempo)),
    }


def _layouts(rng: random.Random, topic: str, number: int, seed: int, given: bool):
    return topic, {"text": "" if given else "A film night for the whole school."}


def _sounds(rng: random.Random, topic: str, number: int, seed: int, given: bool):
    return topic, {"length": 4.0}


BATCHES = {
    "image": Batch(PER_BATCH, 97, _pictures),
    "words": Batch(1, 97, _words),
    "tune": Batch(1, 97, _tunes),
    "layout": Batch(12, 12_000, _layouts),
    "sound": Batch(6, 6000, _sounds),
}
