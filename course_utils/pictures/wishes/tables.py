"""The words that the picture model knows, and what they are in other languages.

words.json.gz is made by training/image/languages.py from emojibase (MIT); small_words.toml is ours.
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = [
    "ADJECTIVES",
    "COLOURS",
    "LINKS",
    "NUMBERS",
    "Language",
    "known_english",
    "languages",
    "things",
]

FOLDER = Path(__file__).parent
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
ADJECTIVES = frozenset({*COLOURS, "black", "white", "grey", "big", "small"})
NUMBERS = {"two": 2, "three": 3, "four": 4}
LINKS = frozenset({"and", "on", "with", "at"})


# what small_words.toml says of a language besides its words
FLAGS = {"after": "colour_after_noun", "spaces": "spaces", "plural": "plural"}


@dataclass(frozen=True)
class Language:
    """A language's words: for things (names of one or more words) and the small ones."""

    code: str
    name: str
    things: dict[str, str]
    small: dict[str, str]  # its word -> the English one, "" for words that English leaves out
    colour_after_noun: bool = False
    spaces: bool = True
    plural: str = ""  # the ending that tells a plural, "" where none does for certain


@cache
def _all_words() -> dict:
    return json.loads(gzip.decompress((FOLDER / "words.json.gz").read_bytes()))


@cache
def known_english() -> frozenset[str]:
    """Every word that a caption of the model held, in lower case."""
    return frozenset(_all_words()["en"])


@cache
def things() -> frozenset[str]:
    """The names of the things it was trained on: "fox", "birthday cake"."""
    return frozenset(_all_words()["things"])


@cache
def languages() -> tuple[Language, ...]:
    """All languages but English."""
    small_words = tomllib.loads((FOLDER / "small_words.toml").read_text(encoding="utf-8"))
    return tuple(
        Language(code, told.pop("name"), _as_cut(_all_words()[code]), **_told(told))
        for code, told in small_words.items()
    )


def _as_cut(names: dict[str, str]) -> dict[str, str]:
    """Names as a prompt is cut into words: "d'anniversaire" is two."""
    return {" ".join(re.findall(r"[^\W\d_]+", name)): word for name, word in names.items()}


def _told(told: dict) -> dict[str, Any]:
    dropped = dict.fromkeys(told.pop("drop", []), "")
    flags = {flag: told.pop(name) for name, flag in FLAGS.items() if name in told}
    small = dropped | {own: word for word, all_ in told.items() for own in all_}
    return {"small": small, **flags}
