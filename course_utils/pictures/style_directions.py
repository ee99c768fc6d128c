"""Styles as directions in the text encoder's space: along one, further along it, away from it,
several at once.

The direction of some words is what they add to a prompt: the embedding of "PROMPT, WORDS" less that
of "PROMPT". A style is a sum of such directions with signed weights, written so that a person can
read it: "3d:1.5; flat:-0.5; made of wool:0.8". Source of the arithmetic: word vectors (Mikolov et
al. 2013), used on prompts as in sliders of text-to-image models.
"""

from __future__ import annotations

import math

from course_utils.creation import LearnerError
from course_utils.safety.prompts import check_prompt

__all__ = [
    "SAID_STYLES",
    "SPREAD_STYLES",
    "STYLES",
    "STYLE_NAMES",
    "along",
    "mix_of",
    "read_directions",
    "style_shares",
    "write_directions",
]

STYLES = {  # the words for the model
    "any": "",
    "flat": "flat drawing",
    "sticker": "sticker",
    "3d": "3d style",
    "blob": "blob style",
    "ink": "ink drawing",
}
STYLE_NAMES = {  # and for people
    "any": "any",
    "flat": "flat drawing",
    "sticker": "sticker",
    "3d": "shiny 3D",
    "blob": "soft blob",
    "ink": "ink drawing",
}
SAID_STYLES = (  # how wishes name a style, as a pattern; the model was taught these words
    r"flat|stickers?|3-?d|blob|ink|bold|glossy|comic|cartoon|cut paper|paper style|icons?"
    r"|pixels?|outlines?|line drawing|clip ?art"
)
SPREAD_STYLES = ("flat", "sticker", "3d")  # what candidates are drawn in where none is named

MOST_DIRECTIONS = 8
FURTHEST = 3.0


def read_directions(text: str) -> dict[str, float]:
    """Weights by words, in the order written; an empty text is no direction.

    Raises:
        LearnerError: not in the form "words:number; words:number", too many, or a number out of
            range.
    """
    found: dict[str, float] = {}
    for part in filter(str.strip, text.split(";")):
        words, _, number = part.rpartition(":")
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if not words.strip() or not abs(weight) <= FURTHEST:
            raise LearnerError(
                f"A style is written as words and numbers from -{FURTHEST:.0f} to {FURTHEST:.0f},"
                " such as: 3d:1.5; made of wool:-0.5. Change it and try again."
            )
        words = check_prompt(words, longest=60, any_script=True)
        found[words] = found.get(words, 0.0) + weight
    if len(found) > MOST_DIRECTIONS:
        raise LearnerError(
            f"A style has at most {MOST_DIRECTIONS} parts. Leave the smallest out and try again."
        )
    return found


def write_directions(weights: dict[str, float]) -> str:
    """The text `read_directions` reads; parts too small to matter are left out, the largest first,
    and no more than are read.
    """
    kept = sorted(
        (
            (words, max(-FURTHEST, min(FURTHEST, weight)))
            for words, weight in weights.items()
            if abs(weight) >= 0.02
        ),
        key=lambda part: -abs(part[1]),
    )
    return "; ".join(f"{words}:{weight:.2f}" for words, weight in kept[:MOST_DIRECTIONS])


def along(encode, prompt: str, weights: dict[str, float], style_words: dict[str, str]):
    """What is to be added to the embedding of a prompt.

    `encode`: text -> 1 x tokens x width; `style_words`: what a style's name stands for.
    """
    base = encode(prompt)
    return sum(
        weight * (encode(f"{prompt}, {style_words.get(words) or words}") - base)
        for words, weight in weights.items()
    )


def style_shares(style: str) -> dict[str, float]:
    """Shares, adding to 1, of the styles in "flat" or "flat:0.7 3d:0.3".

    Raises:
        LearnerError: not in that form, or an unknown style.
    """
    shares: dict[str, float] = {}
    for part in style.split():
        name, _, number = part.partition(":")
        try:
            share = float(number or 1)
        except ValueError:
            share = -1.0
        if name not in STYLES or not 0 <= share <= 1000:
            raise LearnerError(
                f"The setting style must be one of {', '.join(STYLES)}, or a mix such as flat:0.7"
                " 3d:0.3. Change it and try again."
            )
        shares[name] = shares.get(name, 0) + share
    total = sum(shares.values())
    if not total:
        raise LearnerError(
            "A mix of styles needs at least one share above 0. Change it and try again."
        )
    return {name: share / total for name, share in shares.items() if share}


def mix_of(style: str, other: str, share: float) -> str:
    """Two styles as `style_shares` reads them, the second with this share (0-1)."""
    return f"{style}:{1 - share:.2f} {other}:{share:.2f}"
