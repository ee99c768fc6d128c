"""Captions for the training pictures, and the phrases the text encoder learns from."""

from __future__ import annotations

import json
import random
from pathlib import Path

STYLE_WORDS = {
    "flat": ["flat drawing", "flat style", "flat"],
    "sticker": ["sticker", "sticker style", "simple sticker"],
    "3d": ["3d", "3d style", "shiny 3d"],
}
BACKGROUNDS = {  # name: sRGB, 12 named colours
    "red": (214, 48, 49), "orange": (240, 140, 40), "yellow": (250, 215, 70), "green": (60, 160, 80), "light green": (170, 225, 150),
    "blue": (45, 100, 200), "light blue": (150, 205, 245), "purple": (125, 75, 180), "pink": (245, 160, 190), "brown": (130, 85, 55),
    "grey": (150, 150, 150), "black": (20, 20, 24),
}


def names_of(record: dict) -> list[str]:
    """The plain names of a picture: its label, and the label without `face`."""
    label = record["label"].lower().replace("’", "'")
    names = [label]
    if label.endswith(" face") and label.count(" ") == 1:
        names.append(label[:-5])
    return names


def caption(record: dict, synonyms: list[str], background: str | None, rng: random.Random) -> str:
    """One of many wordings for a picture."""
    name = rng.choice(synonyms) if synonyms and rng.random() < 0.3 else rng.choice(names_of(record))
    words = name if rng.random() < 0.5 else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    if background:
        words += rng.choice([f" on a {background} background", f" on {background}", f", {background} background"])
    if rng.random() < 0.5:
        words += ", " + rng.choice(STYLE_WORDS[record["style"]])
    return words


def phrases(records: list[dict], word_list: list[str]) -> list[str]:
    """Everything the text encoder should understand: names, tags, captions, and common English words."""
    rng = random.Random(0)
    found: dict[str, None] = {}
    for record in records:
        for text in [*names_of(record), *(tag.lower() for tag in record["tags"])]:
            found[text] = None
            found[f"a {text}"] = None
        for _ in range(3):
            found[caption(record, [], rng.choice([None, *BACKGROUNDS]), rng)] = None
    nouns = list(found)
    for word in word_list:
        found[word] = None
    for _ in range(6000):  # two-word phrases, such as "a blue cat"
        found[f"a {rng.choice([*BACKGROUNDS, 'big', 'small', 'happy', 'sad'])} {rng.choice(nouns[:4000]).removeprefix('a ')}"] = None
    return list(found)


def read_records(work: Path) -> list[dict]:
    return json.loads((work / "pictures.json").read_text(encoding="utf-8"))
