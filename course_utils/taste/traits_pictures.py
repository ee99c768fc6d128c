"""Traits of pictures: colours, light, edges, symmetry, how large the subject is, the style asked
for, and (by the words model's embeddings) what it is a picture of.
"""

from __future__ import annotations

import math

from course_utils.creation import Creation
from course_utils.taste.traits import Trait

__all__ = ["measured", "styles"]

SIDE = 48  # pixels a side at which pictures are compared: the size of the model that ships
WARM = 55  # degrees in OKLCH: orange, where most people see warmth; the opposite, blue, is cool
COLOURS = 24
TRAITS = (
    Trait("warm", "warm colours", "cool colours", 0.053, 0.065),
    Trait("bright", "light pictures", "dark pictures", 0.66, 0.16),
    Trait("colourful", "strong colours", "pale colours", 0.113, 0.052),
    Trait("contrast", "strong light and shade", "soft light and shade", 0.184, 0.062),
    Trait("busy", "busy pictures", "simple pictures", 0.038, 0.013),
    Trait("symmetric", "the same left and right", "different left and right", 0.74, 0.17),
    Trait("large", "a large subject", "a small subject", 0.54, 0.18),
    Trait("light_ground", "a light ground", "a dark ground", 0.7, 0.27),
    Trait("flat", "flat style", "no flat style", 0.25, 0.43),
    Trait("sticker", "sticker style", "no sticker style", 0.25, 0.43),
    Trait("3d", "3d style", "no 3d style", 0.25, 0.43),
    Trait("living", "living things", "made things", 0.1, 0.18),
    Trait("gentle", "gentle things", "wild or sharp things", -0.07, 0.046),
)


def measured(creation: Creation) -> dict[str, float]:
    """See `TRAITS`.

    Colours are weighed in OKLCH (Ottosson 2020), edges are mean steps of lightness between
    neighbours.
    """
    import numpy as np

    from course_utils.layouts.colours import to_oklch
    from course_utils.pictures.png import open_picture
    from course_utils.taste.word_axes import place

    picture = open_picture(creation.content).resize((SIDE, SIDE))
    few = picture.quantize(COLOURS)
    palette = few.getpalette()
    known = {
        spot: to_oklch("#" + "".join(f"{value:02x}" for value in palette[3 * spot : 3 * spot + 3]))
        for _, spot in few.getcolors()
    }
    spots = np.array(few)
    light, chroma, hue = (
        np.vectorize(lambda spot, part=part: known[spot][part])(spots).astype(float)
        for part in range(3)
    )
    pixels = np.asarray(picture, float) / 255
    grey = pixels.mean(2)
    rim = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    ground = np.median(np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]), 0)
    shares = styles(str(creation.recipe.settings.get("style", "any")))
    return {
        "warm": float((chroma * np.cos(np.radians(hue - WARM))).mean()),
        "bright": float(light.mean()),
        "colourful": float(chroma.mean()),
        "contrast": float(light.std()),
        "busy": float(
            (np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean()) / 2
        ),
        "symmetric": float(
            1 - np.abs(pixels - pixels[:, ::-1]).mean() / (math.sqrt(2) * pixels.std() + 0.02)
        ),
        "large": float((np.abs(pixels - ground).max(2) > 0.15).mean()),
        "light_ground": float(np.median(rim)),
        **{name: shares.get(name, 0.0) for name in ("flat", "sticker", "3d")},
        **{name: place(creation.recipe.prompt, name, 0.0) for name in ("living", "gentle")},
    }


def styles(style: str) -> dict[str, float]:
    """Shares of the styles in a recipe's setting such as "flat" or "flat:0.7 3d:0.3";
    damaged parts count for nothing.
    """
    shares = {}
    for part in style.split():
        name, _, number = part.partition(":")
        try:
            shares[name] = max(0.0, float(number or 1))
        except ValueError:
            continue
    total = sum(shares.values()) or 1.0
    return {name: share / total for name, share in shares.items()}
