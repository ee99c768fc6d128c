"""Candidates that differ to the ear: one whose marks lie too near those of an earlier one is drawn
again, at another pace, pitch and brightness, until it does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.creation import Recipe

if TYPE_CHECKING:
    import numpy as np

__all__ = ["APART", "Contrast"]

APART = 0.5  # on the scales of `Marks.place`, where about 1 is plainly heard
TRIES = 4  # after which the one that differs most is taken
MOST_TILT = 3.0  # dB an octave


@dataclass(frozen=True)
class Heard:
    """One try: how far its nearest neighbour is, and what it is."""

    gap: float
    recipe: Recipe
    content: bytes
    place: np.ndarray


class Contrast:
    """Remembers where the candidates of one order lie on the marks."""

    def __init__(self, make: Callable[[Recipe], bytes]) -> None:
        self._make = make
        self._places: list[np.ndarray] = []

    def unlike(self, recipe: Recipe, content: bytes) -> tuple[Recipe, bytes]:
        """A complete recipe of a scene and its sound (a WAV file), or another of the same words
        that differs more from those before.
        """
        best = self._heard(recipe, content)
        for attempt in range(1, TRIES + 1):
            if best.gap >= APART:
                break
            moved = pushed(recipe, attempt)
            best = max(best, self._heard(moved, self._make(moved)), key=lambda one: one.gap)
        self._places.append(best.place)
        return best.recipe, best.content

    def _heard(self, recipe: Recipe, content: bytes) -> Heard:
        import numpy as np

        from course_utils.audio.wav import from_wav
        from course_utils.sounds.marks import marks_of

        place = marks_of(*from_wav(content)).place
        gaps = [float(np.linalg.norm(place - one)) for one in self._places]
        return Heard(min(gaps, default=float("inf")), recipe, content, place)


def pushed(recipe: Recipe, attempt: int) -> Recipe:
    """A recipe whose scene is moved, in turn to the brighter and the darker, each time farther."""
    from course_utils.sounds.scenes import read_scene, varied

    scene = varied(read_scene(str(recipe.settings["scene"])), recipe.seed, 0.2 + 0.15 * attempt)
    tilt = scene.get("tilt", 0.0) + (0.7 * attempt if attempt % 2 else -0.7 * attempt)
    scene["tilt"] = round(max(-MOST_TILT, min(MOST_TILT, tilt)), 3)
    settings = {**recipe.settings, "scene": json.dumps(scene)}
    return recipe.changed(seed=(recipe.seed + 1000 * attempt) % 2**32, settings=settings)
