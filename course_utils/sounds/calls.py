"""Unusual sounds without widgets: one line makes, varies, breeds, lays under a tune,
or joins on a card.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from course_utils.audio.recordings import sound_from_file
from course_utils.creation import Creation, LearnerError
from course_utils.notebook.handed_over import asked
from course_utils.notebook.results import Results, make, pick
from course_utils.pictures.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio
from course_utils.settings import takes
from course_utils.sounds.kind import materials
from course_utils.sounds.settings import MATERIALS, SoundSettings

__all__ = [
    "breed_textures",
    "make_texture",
    "material_from_file",
    "parent_recipe",
    "texture_under_tune",
    "vary_texture",
]

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"}


@takes(SoundSettings)
def make_texture(
    prompt: str = "something strange",
    count: int = 4,
    seed: int | None = None,
    material=None,
    **settings,
) -> Results:
    """Unusual sounds from words and a seed.

    Args:
        material: what to make them out of: a sound, a tune or a picture (a creation, results, a
            studio), or a file's name.
    """
    try:
        found = bring_material(Portfolio(), material) if material is not None else None
    except LearnerError as sentence:
        return Results(message=str(sentence))
    made = make(
        "sound",
        prompt,
        count,
        seed,
        {**({"material": found.id} if found else {}), **settings},
        {"materials": [found] if found else []},
    )
    said = found.recipe.settings.get("note") if found and found.kind == "sound" else ""
    if made and found and said:
        made.message = f"{made.message} Of “{found.recipe.prompt}”: {said}".strip()
    return made


def vary_texture(sound, spread: float = 0.4, count: int = 4, seed: int | None = None) -> Results:
    """Sounds near one that was made here; `spread` 0 to 1 says how far."""
    return _from_parent(sound, {"vary": spread, "count": count}, seed)


def breed_textures(first, second, count: int = 4, seed: int | None = None) -> Results:
    """Children of two sounds: layers and settings come from one parent, or lie between."""
    try:
        other = pick(Portfolio(), "sound", second)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return _from_parent(first, {"other_parent": other.id, "count": count}, seed, other)


def texture_under_tune(sound, tune, level: float = -9.0) -> Results:
    """A sound laid under a tune made earlier; `level` in dB, 0 is as loud as the tune,
    -20 is faint.
    """
    try:
        below = pick(Portfolio(), "tune", tune)
        made = pick(Portfolio(), "sound", sound)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return _from_parent(
        made,
        {"under": below.id, "level": level, "loop": True, "count": 1},
        made.recipe.seed,
        extra=[below],
    )


def bring_material(portfolio: Portfolio, given) -> Creation:
    """The sound, tune or picture meant; a file from outside is kept in the portfolio first.

    Raises:
        LearnerError: it cannot be read, or is a text or a card.
    """
    found = pick(portfolio, None, given)
    if found.kind not in MATERIALS:
        raise LearnerError(
            "A sound is made out of a sound, a tune or a picture. Give one of these."
        )
    return found


def material_from_file(portfolio: Portfolio, name: str, data: bytes) -> Creation:
    """A recording or a picture a person brings, kept in the portfolio."""
    path = Path(name)
    material = (picture_from_file if path.suffix.lower() in PICTURES else sound_from_file)(
        data, path.stem or name
    )
    if portfolio.find(material.id) is None:
        portfolio.save(material)
    return material


def parent_recipe(creation: Creation, changes: dict, seed: int):
    """The recipe of a sound with changes and itself as the parent.

    Raises:
        LearnerError: it is a recording, which has no settings.
    """
    if creation.recipe.model != "course-textures":
        raise LearnerError(
            "A recording has no settings to change. Make a sound out of it first, then vary or"
            " breed that."
        )
    return creation.recipe.changed(seed=seed, parent=creation.id, settings=changes)


def _from_parent(
    given,
    changes: dict,
    seed: int | None,
    other: Creation | None = None,
    extra: Sequence[Creation] = (),
) -> Results:
    portfolio = Portfolio()
    try:
        parent = pick(portfolio, "sound", given)
        checked_seed = asked(kind="sound", prompt="", seed=seed or 0).seed
        drawn = random.randrange(2**31) if seed is None else checked_seed
        recipe = parent_recipe(parent, changes, drawn)
        made_of = [
            *extra,
            *materials(parent.recipe, portfolio.creation)["materials"],
            *(materials(other.recipe, portfolio.creation)["materials"] if other else []),
        ]
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return make(
        "sound",
        recipe.prompt,
        recipe.settings["count"],
        recipe.seed,
        recipe.settings,
        {"materials": made_of, **({"other": other} if other else {})},
        parent.id,
    )
