"""What is kept of a picture model that is watched while it draws: `with_onnx.py` watches the
course's own, `with_diffusers.py` others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

__all__ = ["Film", "Moment"]


@dataclass(frozen=True)
class Moment:
    """One step: how much of the picture is still noise (0-1), the noisy picture, what the model
    takes the finished one for, and the noisy latents, 4 x h x w.
    """

    noise: float
    noisy: Image.Image
    guess: Image.Image
    latents: np.ndarray


@dataclass(frozen=True)
class Film:
    """All steps, and where each token counted: tokens x h x w, the mean over steps, layers and
    heads of the cross-attention.
    """

    moments: list[Moment]
    maps: np.ndarray
