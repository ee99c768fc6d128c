"""The two directions along which points differ most (principal components, Pearson 1901), by
numpy: a map of styles needs no library of its own for them."""

from __future__ import annotations

import numpy as np

__all__ = ["principal_axes"]


def principal_axes(values: np.ndarray, count: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """The directions of greatest spread, and where the points lie along them.

    Args:
        values: (points, traits); points may be alike, and fewer than traits.
        count: of directions, at most as many as traits.

    Returns:
        Directions of length 1, (count, traits), greatest spread first, each turned so that its
        strongest part is positive; and places along them, from the mean of the points, (points,
        count). Where there are fewer points than directions, the others are 0.

    Source: Jolliffe 2002, "Principal Component Analysis", section 3.5 (singular values).
    """
    moved = values - values.mean(0)
    _, _, directions = np.linalg.svd(moved, full_matrices=False)
    axes = np.zeros((count, values.shape[1]))
    axes[: len(directions)] = directions[:count]
    strongest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    axes *= np.where(strongest < 0, -1.0, 1.0)
    return axes, moved @ axes.T
