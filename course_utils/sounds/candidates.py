"""From a recipe with open settings to complete ones: four candidates that differ, children of two
parents, and what the words of a prompt choose.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.sounds.said import OF_SCENES, Said, said_in
from course_utils.sounds.scenes import crossed, read_scene, scenes, varied
from course_utils.sounds.settings import (
    ANY,
    FROM_SOUND,
    LISTS,
    MATERIALS,
    NUMBERS,
    SCENE,
    SOURCES,
    TONES,
    UNSET,
    SoundSettings,
)

if TYPE_CHECKING:
    import numpy as np

__all__ = ["DEFAULTS", "MODEL", "REVISION", "candidates", "has_scene", "read_settings", "said_of"]

MODEL, REVISION = "course-textures", "3"
DEFAULTS = SoundSettings().model_dump()
# a scene has a room, a course and a colour of its own; words and settings may ask for others
PLAIN = {"character": "none", "shape": "even", "space": 0.0}
SPEAKABLE = (*TONES, *FROM_SOUND)  # without a material, grains and stretched sounds make their own


def said_of(recipe: Recipe, material: Creation | None = None) -> Said:
    """What the words of a recipe say, as far as its settings and a material leave it open."""
    given = recipe.settings
    made_of = material is not None or given.get("material")
    is_open = given.get("source", ANY) == ANY and not made_of
    return said_in(recipe.prompt, fitting_sources(material, SPEAKABLE), is_open)


def fitting_sources(material: Creation | None, without: Sequence[str]) -> Sequence[str]:
    """The sources that can be made out of a material, or `without` one."""
    return without if material is None else MATERIALS.get(material.kind, FROM_SOUND)


def has_scene(recipe: Recipe) -> bool:
    """Whether a recipe's sound is a scene, or would become one."""
    return bool(recipe.settings.get("scene")) or said_of(recipe).is_scene


def read_settings(recipe: Recipe) -> dict:
    """All settings, checked; what was left open is taken from the words of the prompt,
    if they say it.

    Raises:
        LearnerError: one is unknown or out of range.
    """
    settings = SoundSettings.read(recipe).model_dump()
    if settings["source"] == SCENE and not settings["scene"]:
        raise LearnerError(
            f"“{SCENE}” is not a source here. Choose one of: any, {', '.join(SOURCES)}."
        )
    if settings["scene"]:
        return settings
    said = said_of(recipe)
    only_scenes = said.sources == (SCENE,)
    for name, value in said.settings.items():
        fits = not only_scenes or value in OF_SCENES.get(name, ())
        if fits and settings[name] == DEFAULTS[name]:
            settings[name] = value
    return settings


def candidates(
    recipe: Recipe, material: Creation | None = None, other: Recipe | None = None
) -> list[Recipe]:
    """One complete recipe for each candidate, in which nothing is left open.

    Left-open numbers are spread over their range, one candidate in each part of it (Latin
    hypercube, McKay and others 1979), and left-open names differ, so that candidates contrast. With
    `vary` every number is moved a little; with `other` each setting comes from one of two parents.
    """
    import numpy as np

    recipe = drawn_anew(recipe)
    given = read_settings(recipe)
    count, rng = given["count"], np.random.default_rng([recipe.seed, 1])
    names = names_to_draw(recipe, given, material, rng)
    parts = {name: rng.permutation(count) for name in NUMBERS}
    said = said_of(recipe, material)
    heard = scenes(said.heard, recipe.seed, count) if said.is_scene else []
    made = []
    for number in range(count):
        chosen = dict(given) | {"count": 1, "vary": 0.0}
        mine = np.random.default_rng([recipe.seed + number, 2])
        if given["source"] == ANY:
            chosen["source"] = str(names["source"][number % len(names["source"])])
        if given["scene"]:
            chosen["scene"] = near_scene(given, recipe.seed + number, other)
        elif chosen["source"] == SCENE:
            chosen["scene"] = json.dumps(heard[number])
            as_itself(chosen, said.characters, number)
        for name in LISTS:
            if chosen[name] == ANY:
                chosen[name] = str(names[name][number % len(names[name])])
        for name in NUMBERS:
            place = (parts[name][number], count)
            chosen[name] = drawn_number(name, chosen[name], place, given["vary"], other, mine)
        if other is not None:
            take_names(chosen, other, mine)
        made.append(
            recipe.changed(
                seed=(recipe.seed + number) % 2**32, model=MODEL, revision=REVISION, settings=chosen
            )
        )
    return made


def drawn_anew(recipe: Recipe) -> Recipe:
    """A recipe for new words with the settings of an older sound: its scene is not taken over where
    the words name other sounds than those in it.
    """
    text = str(recipe.settings.get("scene", ""))
    if recipe.model or not text:
        return recipe
    named = {sound.name for sound, _ in said_in(recipe.prompt).heard.sounds}
    if named <= set(read_scene(text).get("words", [])):
        return recipe
    return recipe.changed(settings={"scene": "", "source": ANY})


def as_itself(chosen: dict, characters: Sequence[str], number: int) -> None:
    """Settings of a scene that nobody chose: none, or what the words say is done to it."""
    for name, plain in PLAIN.items():
        if chosen[name] in (ANY, UNSET):
            chosen[name] = plain
    if characters and chosen["character"] == PLAIN["character"]:
        chosen["character"] = characters[number % len(characters)]


def near_scene(given: dict, seed: int, other: Recipe | None) -> str:
    """The scene of a complete recipe: as it is, moved a little, or with parts of another one."""
    scene = read_scene(given["scene"])
    if other is not None and other.settings.get("scene"):
        scene = crossed(scene, read_scene(str(other.settings["scene"])), seed)
    elif given["vary"]:
        scene = varied(scene, seed, given["vary"])
    else:
        return given["scene"]
    return json.dumps(scene)


def names_to_draw(
    recipe: Recipe, given: dict, material: Creation | None, rng: np.random.Generator
) -> dict[str, list[str]]:
    """The names to choose from for each setting that is one, in the order of candidates; a source
    that words name is left open in `given`.
    """
    lists = {**LISTS, "source": fitting_sources(material, TONES)}
    names = {name: list(rng.permutation(some)) for name, some in lists.items()}
    # words that name several are all heard; what does not fit with a material is not
    said = said_of(recipe, material)
    if recipe.settings.get("source", ANY) == ANY and not given["scene"]:
        given["source"] = ANY
        names["source"] = [*said.sources] or names["source"]
    names["character"] = [*said.characters] or names["character"]
    # plain sounds are every fourth, first in line
    if given["character"] == ANY and "none" in names["character"][: given["count"]]:
        names["character"].remove("none")
        names["character"].insert(0, "none")
    return names


def drawn_number(
    name: str,
    value: float,
    place: tuple[int, int],
    vary: float,
    other: Recipe | None,
    rng: np.random.Generator,
) -> float:
    """A setting that is a number: drawn in the candidate's part of its range (the part, and of how
    many) where it is left open, between two parents where there are, and moved a little by `vary`.
    """
    import numpy as np

    low, high, first, last = NUMBERS[name]
    part, count = place
    if value == UNSET:
        value = round(float(first + (last - first) * (part + rng.random()) / count), 3)
    if other is not None:
        theirs = float(other.settings.get(name, value))
        share = rng.choice([0, 1, rng.random()], p=[0.4, 0.4, 0.2])
        value = round(float(value + share * (theirs - value)), 3)
    if vary:
        moved = value + rng.normal() * vary * 0.35 * (last - first)
        value = round(float(np.clip(moved, low, high)), 3)
    return value


def take_names(chosen: dict, other: Recipe, rng: np.random.Generator) -> None:
    """Half of the settings that are names, by chance, from the other parent; two scenes were mixed
    already.
    """
    mixed = chosen["scene"] and other.settings.get("scene")
    for name in LISTS:
        if rng.random() < 0.5 and not (mixed and name == "source"):
            chosen[name] = other.settings.get(name, chosen[name])
            if name == "source":
                chosen["material"] = other.settings.get("material", "")
                chosen["scene"] = other.settings.get("scene", "")
