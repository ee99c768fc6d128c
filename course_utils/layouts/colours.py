"""Colours that go together: from a picture, from rules of harmony, from words;
and whether words can be read on them.

Harmony is reckoned in OKLCH (Ottosson 2020), where equal steps look equally large; contrast as WCAG
2.2 defines it (success criterion 1.4.3).
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass

from course_utils.creation import LearnerError

__all__ = [
    "Palette",
    "READABLE",
    "any_palette",
    "contrast",
    "from_picture",
    "from_words",
    "ink_on",
    "readable",
    "to_oklch",
    "to_rgb",
]

READABLE = 4.5  # WCAG 2.2 AA for text of any size
# degrees from the first hue
HARMONIES = {
    "one colour": (0,),
    "neighbours": (0, 35),
    "opposites": (0, 180),
    "triad": (0, 120),
    "split": (0, 150),
}
MOODS = {  # word: hue in degrees (None: any), chroma, lightness of the ground
    "night": (265, 0.07, 0.22),
    "sea": (230, 0.09, 0.93),
    "ocean": (230, 0.10, 0.30),
    "forest": (145, 0.09, 0.28),
    "spring": (130, 0.12, 0.95),
    "summer": (85, 0.15, 0.95),
    "autumn": (55, 0.13, 0.92),
    "winter": (240, 0.04, 0.96),
    "fire": (35, 0.19, 0.25),
    "warm": (50, 0.14, 0.95),
    "cold": (240, 0.08, 0.95),
    "sun": (90, 0.16, 0.95),
    "moon": (275, 0.05, 0.20),
    "rose": (5, 0.14, 0.95),
    "love": (10, 0.17, 0.94),
    "sad": (255, 0.04, 0.88),
    "happy": (80, 0.17, 0.96),
    "dark": (None, 0.06, 0.20),
    "bright": (None, 0.19, 0.97),
    "quiet": (None, 0.03, 0.95),
    "calm": (200, 0.05, 0.95),
    "wild": (None, 0.20, 0.30),
    "garden": (140, 0.12, 0.95),
    "snow": (230, 0.02, 0.98),
    "gold": (85, 0.13, 0.22),
    "space": (285, 0.10, 0.18),
    "dream": (310, 0.09, 0.93),
    "red": (27, 0.18, 0.95),
    "orange": (60, 0.16, 0.95),
    "yellow": (100, 0.16, 0.96),
    "green": (145, 0.13, 0.95),
    "blue": (255, 0.14, 0.95),
    "purple": (305, 0.14, 0.95),
    "pink": (350, 0.13, 0.95),
    "brown": (60, 0.07, 0.93),
    "black": (None, 0.02, 0.15),
    "white": (None, 0.02, 1.0),
}


@dataclass(frozen=True)
class Palette:
    """Four colours as #rrggbb: the ground, the words on it, a strong one for shapes, a soft one;
    and where they come from.
    """

    ground: str
    ink: str
    strong: str
    soft: str
    source: str = ""

    @property
    def colours(self) -> tuple[str, str, str, str]:
        return self.ground, self.ink, self.strong, self.soft


def to_rgb(colour: str) -> tuple[int, int, int]:
    """#rrggbb as three numbers from 0 to 255.

    Raises:
        LearnerError: not such a colour.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise LearnerError(
            f"{colour[:20]!r} is not a colour the layouts can read. Write it as # and six digits or"
            " letters, such as #1f5fbf."
        )
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:], 16)


def _linear(colour: str) -> list[float]:
    return [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (c / 255 for c in to_rgb(colour))
    ]


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, from 1 (none) to 21 (black on white)."""
    light = sorted(
        sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), _linear(colour)))
        for colour in (one, other)
    )
    return (light[1] + 0.05) / (light[0] + 0.05)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0-1, chroma, hue in degrees."""
    r, g, b = _linear(colour)
    l_, m_, s_ = (
        sum(k * v for k, v in zip(row, (r, g, b))) ** (1 / 3)
        for row in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    light, a, bb = (
        sum(k * v for k, v in zip(row, (l_, m_, s_)))
        for row in (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        )
    )
    return light, math.hypot(a, bb), math.degrees(math.atan2(bb, a)) % 360


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour a screen can show, as #rrggbb: chroma is taken back until it fits."""
    while True:
        a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
        l_, m_, s_ = (
            v**3
            for v in (
                lightness + 0.3963377774 * a + 0.2158037573 * b,
                lightness - 0.1055613458 * a - 0.0638541728 * b,
                lightness - 0.0894841775 * a - 1.2914855480 * b,
            )
        )
        rgb = (
            4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
            -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
            -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
        )
        if chroma <= 0.001 or all(-0.002 <= v <= 1.002 for v in rgb):
            values = (min(1.0, max(0.0, v)) for v in rgb)
            bent = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in values)
            return "#" + "".join(f"{round(255 * v):02x}" for v in bent)
        chroma *= 0.94


def readable(colour: str, ground: str, least: float = READABLE) -> str:
    """The colour, made darker or lighter just enough to be read on the ground."""
    if contrast(colour, ground) >= least:
        return colour
    lightness, chroma, hue = to_oklch(colour)
    darker = contrast("#000000", ground) >= contrast("#ffffff", ground)
    for _ in range(40):
        lightness = max(0.0, lightness - 0.025) if darker else min(1.0, lightness + 0.025)
        changed = from_oklch(lightness, chroma, hue)
        if contrast(changed, ground) >= least:
            return changed
    return "#000000" if darker else "#ffffff"


def ink_on(ground: str, hue: float) -> str:
    """Words for a ground: nearly black or nearly white with a breath of the hue,
    whichever reads better.
    """
    dark, light = from_oklch(0.22, 0.03, hue), from_oklch(0.985, 0.01, hue)
    return max((dark, light), key=lambda ink: contrast(ink, ground))


def from_hue(
    hue: float, chroma: float, ground_lightness: float, harmony: str, source: str
) -> Palette:
    """A palette by a rule of `HARMONIES`: the second hue of the rule makes the strong colour."""
    second = (hue + HARMONIES[harmony][-1]) % 360
    dark = ground_lightness < 0.6
    ground = from_oklch(ground_lightness, min(chroma, 0.05 if not dark else 0.09), hue)
    strong = from_oklch(0.74 if dark else 0.52, max(chroma, 0.08), second)
    soft = from_oklch(ground_lightness + (0.13 if dark else -0.09), chroma * 0.6, hue)
    return Palette(ground, ink_on(ground, hue), readable(strong, ground, 3.0), soft, source)


def from_words(text: str, rng: random.Random) -> Palette | None:
    """A palette for the first mood or colour word of a text, or None if it has none of `MOODS`."""
    for word in re.findall(r"[a-z]+", text.lower()):
        for known in (
            word,
            word.removesuffix("s"),
            word.removesuffix("y"),
            word.removesuffix("ny"),
        ):
            if known in MOODS:
                hue, chroma, lightness = MOODS[known]
                return from_hue(
                    rng.uniform(0, 360) if hue is None else hue + rng.uniform(-10, 10),
                    chroma,
                    lightness,
                    rng.choice(list(HARMONIES)),
                    f"from the word “{word}”",
                )
    return None


def from_picture(png: bytes, rng: random.Random) -> Palette:
    """A palette of a picture's main colours (median cut), the strongest as the strong one,
    on a light or a dark ground of the same family.
    """
    from course_utils.pictures.png import open_picture

    small = open_picture(png).convert("RGB").resize((64, 64)).quantize(8)
    colours = small.getpalette()[: 3 * 8]
    found = [
        (count, "#" + "".join(f"{v:02x}" for v in colours[3 * i : 3 * i + 3]))
        for count, i in sorted(small.getcolors(), reverse=True)
        if 3 * i + 3 <= len(colours)
    ]
    vivid = max(found, key=lambda one: to_oklch(one[1])[1] * math.sqrt(one[0]))[1]
    others = [
        colour
        for _, colour in found
        if abs((to_oklch(colour)[2] - to_oklch(vivid)[2] + 180) % 360 - 180) > 40
        and to_oklch(colour)[1] > 0.05
    ]
    hue = to_oklch(vivid)[2]
    kind = rng.choice(["light", "dark", "tinted"])
    ground = from_oklch(
        {"light": 0.975, "dark": 0.22, "tinted": 0.90}[kind],
        {"light": 0.012, "dark": 0.05, "tinted": 0.05}[kind],
        hue,
    )
    strong = readable(rng.choice(others) if others and rng.random() < 0.5 else vivid, ground, 3.0)
    soft = from_oklch(0.33 if kind == "dark" else 0.85, 0.06, hue)
    return Palette(ground, ink_on(ground, hue), strong, soft, "from the picture")


def any_palette(rng: random.Random) -> Palette:
    """A palette by a rule of harmony around a hue drawn at random."""
    harmony = rng.choice(list(HARMONIES))
    dark = rng.random() < 0.35
    return from_hue(
        rng.uniform(0, 360),
        rng.uniform(0.06, 0.17),
        rng.uniform(0.17, 0.3) if dark else rng.uniform(0.92, 0.985),
        harmony,
        f"by the rule “{harmony}”",
    )
