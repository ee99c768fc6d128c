"""Between PIL pictures and the numbers a picture model computes with, as diffusers' image
processor does it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["to_latent_mask", "to_pictures", "to_pixels"]


def to_pixels(pictures: Sequence, size: int) -> np.ndarray:
    """PIL pictures as N x 3 x size x size numbers from -1 to 1."""
    from PIL import Image

    rows = [
        np.asarray(picture.convert("RGB").resize((size, size), Image.Resampling.LANCZOS))
        for picture in pictures
    ]
    return np.stack(rows).astype(np.float32).transpose(0, 3, 1, 2) / 255 * 2 - 1


def to_pictures(pixels: np.ndarray) -> list:
    """PIL pictures of N x 3 x H x W numbers from -1 to 1; what is beyond is cut off."""
    from PIL import Image

    shown = (pixels / 2 + 0.5).clip(0, 1).transpose(0, 2, 3, 1)
    return [Image.fromarray(one) for one in (shown * 255).round().astype(np.uint8)]


def to_latent_mask(masks: Sequence, size: int, side: int) -> np.ndarray:
    """Black and white PIL pictures as N x 1 x side x side numbers: 1 where is to be drawn anew."""
    from PIL import Image

    rows = [
        np.asarray(mask.convert("L").resize((size, size), Image.Resampling.LANCZOS))
        for mask in masks
    ]
    places = np.arange(side) * size // side  # the nearest pixel of each latent
    white = np.stack(rows)[:, places][:, :, places].astype(np.float32) / 255 >= 0.5
    return white[:, None].astype(np.float32)
