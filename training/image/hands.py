"""The hands the picture model learns from: who drew, under which licence,
and the word a learner says for it.

A hand is one consistent way of drawing by one publisher, except `clip art`, which holds drawings by
many people. Hands named in `FLAGSHIPS` are what a learner picks first, and weigh more in training.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """One hand: the npm or Debian package its vectors come from, how captions call it, who drew it,
    under which licence.
    """

    package: str
    words: tuple[str, ...]
    author: str
    licence: str
    weight: float


HANDS = {
    "flat": Hand(
        "@iconify-json/noto", ("flat drawing", "flat style", "flat"), "Google", "Apache-2.0", 1.5
    ),
    "sticker": Hand(
        "@iconify-json/twemoji", ("sticker", "sticker style", "simple sticker"),
        "Twitter, Inc. and other contributors", "CC-BY-4.0", 1.5,
    ),
    "3d": Hand(
        "@lobehub/fluent-emoji-3d", ("3d", "3d style", "shiny 3d"), "Microsoft", "MIT", 1.5
    ),
    "blob": Hand(
        "@iconify-json/noto-v1", ("blob", "blob style", "soft blob"), "Google", "Apache-2.0", 0.5
    ),
    "bold": Hand(
        "@iconify-json/fluent-emoji-flat", ("bold", "bold style", "bold shapes"),
        "Microsoft", "MIT", 0.35,
    ),
    "glossy": Hand(
        "@iconify-json/fluent-emoji", ("glossy", "glossy style", "soft and glossy"),
        "Microsoft", "MIT", 0.35,
    ),
    "ink": Hand(
        "@iconify-json/fluent-emoji-high-contrast", ("ink", "ink drawing", "black ink"),
        "Microsoft", "MIT", 0.5,
    ),
    "paper": Hand(
        "@iconify-json/fxemoji", ("paper", "cut paper", "paper style"),
        "Mozilla Foundation", "CC-BY-4.0", 0.4,
    ),
    "cartoon": Hand(
        "@iconify-json/emojione", ("cartoon", "cartoon style", "bright cartoon"),
        "EmojiTwo contributors (after EmojiOne)", "CC-BY-4.0", 0.6,
    ),
    "comic": Hand(
        "@iconify-json/streamline-emojis", ("comic", "comic style", "comic with outlines"),
        "Streamline (Webalys)", "CC-BY-4.0", 0.5,
    ),
    "icon": Hand(
        "@iconify-json/flat-color-icons", ("icon", "simple icon", "icon style"),
        "Icons8", "MIT", 0.2,
    ),
    "clip art": Hand(
        "openclipart-svg", ("clip art", "clip art style", "old clip art"),
        "named with each picture", "public domain", 0.25,
    ),
}  # fmt: skip
FLAGSHIPS = ("flat", "sticker", "3d")
WORDS = {name: list(hand.words) for name, hand in HANDS.items()}
PACKAGES = sorted({hand.package for hand in HANDS.values() if "/" in hand.package})
HELD_OUT = "openmoji"  # CC BY-SA: judges a style nobody trained on; neither taught nor shipped
