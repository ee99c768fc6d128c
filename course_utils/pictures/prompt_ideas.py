"""Words for pictures: ideas to begin with, and details that the small picture model understands."""

from __future__ import annotations

import random
import re

__all__ = ["IDEAS", "article", "idea", "with_detail"]

IDEAS = [
    "a fox",
    "a sunflower",
    "a blue heart on a yellow background",
    "a castle, 3d style",
    "two penguins",
    "a robot",
    "a birthday cake",
    "a small red car",
    "an owl, flat drawing",
    "a rainbow",
    "a cat and a dog",
    "a dog with sunglasses",
    "a big strawberry",
    "a guitar on a purple background",
    "a snowman",
    "three stars",
    "a green apple",
    "a rocket on a light blue background",
    "a hamburger, sticker",
    "an owl with a hat at night",
]
GROUNDS = ["light blue", "green", "yellow", "pink", "purple", "white", "orange"]
COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown"]
SIZES = ["small", "big"]


def idea(other_than: str = "") -> str:
    """Words for a picture, other than those given."""
    return random.choice([words for words in IDEAS if words != other_than])


def with_detail(words: str, chance: random.Random | None = None) -> tuple[str, str]:
    """The words with one more detail of a kind the model was taught, and that detail;
    the detail is "" when there is nothing to add.
    """
    chance, words = chance or random.Random(), " ".join(words.split())
    first = re.match(r"(an?) (\w+)", words, re.I)
    named = set(re.findall(r"\w+", words.lower()))
    kinds = []
    if words and "background" not in named:
        kinds.append("ground")
    after = first.end(1) if first else 0
    if first and not named & set(COLOURS) and "background" not in named:
        kinds.append("colour")
    if first and not named & {*SIZES, "little", "large", "tiny", "huge"}:
        kinds.append("size")
    if not kinds:
        return words, ""
    kind = chance.choice(kinds)
    if kind == "ground":
        ground = chance.choice([colour for colour in GROUNDS if not set(colour.split()) & named])
        detail, (thing, comma, style) = (
            f"on {article(ground)} {ground} background",
            words.partition(","),
        )
        return f"{thing} {detail}{comma}{style}", detail
    detail = chance.choice(COLOURS if kind == "colour" else SIZES)
    return f"{article(detail)} {detail} {words[after:].lstrip()}", detail


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
