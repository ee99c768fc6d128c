"""How long a picture takes on this machine, from the seconds kept with the last ones."""

from __future__ import annotations

from statistics import median

from course_utils.creation import Creation
from course_utils.pictures.engine import DEFAULTS, MODEL
from course_utils.pictures.diffusion_model import steps_for
from course_utils.models.catalogue import find_model
from course_utils.notebook.jobs import time_words

NEWEST = 8  # of the last pictures are asked


def steps_of(settings: dict, model: str = MODEL) -> int:
    """Denoising steps of one picture with these settings and a model of the catalogue."""
    settings = {**DEFAULTS, **settings}
    steps = steps_for(find_model(model), str(settings["speed"]))
    return max(1, int(steps * settings["strength"])) if settings["from_parent"] else steps


def expected_seconds(recent: list[Creation], settings: dict, model: str = "") -> float | None:
    """Seconds for all pictures of a recipe with these settings and a model ("" is the course's own); None when none was made with it here yet."""
    model = model or MODEL
    known = [made.seconds / steps_of(made.recipe.settings, model) for made in recent if made.recipe.model == model and made.seconds > 0 and not made.recipe.settings.get("stopped_at")][:NEWEST]
    return median(known) * steps_of(settings, model) * settings.get("count", 1) if known else None


def expected_words(recent: list[Creation], settings: dict, model: str = "") -> str:
    """The same as a sentence, "" when nothing is known."""
    seconds = expected_seconds(recent, settings, model)
    if seconds is None:
        return ""
    return f"That takes about {time_words(seconds)}, going by the last pictures made here."
