"""Unusual sounds, as a kind of creation."""

from __future__ import annotations

from collections.abc import Callable

from course_utils.creation import Creation, Recipe
from course_utils.kinds import CreationKind

__all__ = ["materials"]

HERE = "course_utils.sounds"
PERSON = (
    "A person brought this recording in, so it cannot be made again. "
    "Try the file of a sound that was made with the course."
)


def materials(recipe: Recipe, find: Callable[[str], Creation | None]) -> dict[str, list[Creation]]:
    """What a sound is made out of and what it lies under, as far as they are here."""
    found = [find(str(recipe.settings.get(name) or "")) for name in ("material", "under")]
    return {"materials": [one for one in found if one is not None]}


KINDS = (
    CreationKind(
        name="sound",
        noun="sound",
        suffix=".wav",
        media_type="audio/wav",
        files="course_utils.audio.wav",
        other_files={
            ".ogg": "course_utils.audio.ogg_mp3",
            ".mp3": "course_utils.audio.ogg_mp3",
        },
        thumbnail=f"{HERE}.figure:thumbnail",
        figure=f"{HERE}.figure:figure",
        describe="course_utils.audio.analysis:describe",
        engine=f"{HERE}.engine:TextureEngine",
        bring=f"{HERE}.bringing:sound_from",
        settings=f"{HERE}.settings:SoundSettings",
        panel=f"{HERE}.panel:sounds",
        studio=f"{HERE}.studio:TextureStudio",
        ingredients=f"{HERE}.kind:materials",
        begins_from={"materials": "several", "other": "one"},
        looks="wide",
        made_by_rules=True,
        audible=True,
        brought={"own recording": PERSON},
        record="computed by {model} from the words “{words}”, seed {seed}",
    ),
)
