"""Candidates worth comparing: recipes that differ on purpose,
so that every answer tells something.
"""

from __future__ import annotations

import random

from course_utils.creation import Kind, Recipe

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


def batches(kind: Kind, prompt: str = "", count: int = DEFAULT_SIZE, seed: int = 0) -> list[Recipe]:
    """Recipes that together make `count` candidates which differ in settings, not only in seed.

    Without a prompt, pictures are of different things.

    Every recipe asks for 1 candidate, except pictures (drawn faster together) and layouts and
    sounds (whose engines spread several over what they can do).
    """
    rng = random.Random(f"{kind} {seed}")
    topics = [prompt] if prompt else rng.sample(TOPICS[kind], len(TOPICS[kind]))
    if kind == "layout":
        return [
            Recipe(
                kind=kind,
                prompt=topics[0],
                seed=(seed + 1000 * place) % 2**32,
                settings={
                    "count": min(12, count - place),
                    "text": "" if prompt else "A film night for the whole school.",
                },
            )
            for place in range(0, count, 12)
        ]
    if kind == "sound":
        return [
            Recipe(
                kind=kind,
                prompt=topics[0],
                seed=(seed + 1000 * place) % 2**32,
                settings={"count": min(6, count - place), "length": 4.0},
            )
            for place in range(0, count, 6)
        ]
    made = []
    each = PER_BATCH if kind == "image" else 1
    for place in range(-(-count // each)):
        topic, settings = topics[place % len(topics)], {"count": 1}
        if kind == "image":
            ground = GROUNDS[(place + seed) % len(GROUNDS)] if place else ""
            topic, settings = (
                f"{topic} {ground}".strip(),
                {
                    "count": min(each, count - each * place),
                    "style": ["flat", "sticker", "3d", "any"][(place + place // 4) % 4],
                    "speed": "quick",
                },
            )
        elif kind == "words":
            settings |= {
                "template": TEMPLATES[place % len(TEMPLATES)],
                "surprise": rng.choice([0.6, 0.8, 1.0]),
            }
        elif kind == "tune":
            kind_of_tune = [
                "waltz",
                "jig",
                "reel",
                "air",
                "march",
                "hornpipe",
                "slip jig",
                "polka",
            ][place % 8]
            from course_utils.music.engine import INSTRUMENTS, KIND_FACTS

            settings |= {
                "kind_of_tune": kind_of_tune,
                "mode": ["major", "minor", "dorian", "mixolydian"][(place + place // 4) % 4],
                "bars": 4,
                "instrument": rng.choice(list(INSTRUMENTS)),
                "tempo": max(
                    40,
                    min(
                        240, round(KIND_FACTS[kind_of_tune][1] * rng.choice([0.55, 0.75, 1.0, 1.2]))
                    ),
                ),
            }
        made.append(
            Recipe(kind=kind, prompt=topic, seed=(seed + 97 * place) % 2**32, settings=settings)
        )
    return made
