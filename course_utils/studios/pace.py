"""How long a picture takes on this machine, from the seconds kept with the last ones."""

from __future__ import annotations

from statistics import median

from course_utils.creation import Creation
from course_utils.engines.image import DEFAULTS, MODEL, SPEEDS

NEWEST = 8  # of the last pictures are asked


def steps_of(settings: dict) -> int:
    """Denoising steps of one picture with these settings."""
    settings = {**DEFAULTS, **settings}
    steps = SPEEDS.get(str(settings["speed"]), SPEEDS["balanced"])
    return max(1, int(steps * settings["strength"])) if settings["from_parent"] else steps


def expected_seconds(recent: list[Creation], settings: dict) -> float | None:
    """Seconds for all pictures of a recipe with these settings; None when no picture was made here yet."""
    known = [made.seconds / steps_of(made.recipe.settings) for made in recent if made.recipe.model == MODEL and made.seconds > 0][:NEWEST]
    return median(known) * steps_of(settings) * settings.get("count", 1) if known else None


def expected_words(recent: list[Creation], settings: dict) -> str:
    """The same as a sentence, "" when nothing is known."""
    seconds = expected_seconds(recent, settings)
    if seconds is None:
        return ""
    about = "less than 2 seconds" if seconds < 1.5 else f"about {seconds:.0f} seconds" if seconds < 90 else f"about {seconds / 60:.0f} minutes"
    return f"That takes {about}, going by the last pictures made here."
