"""Textures from words: a small table of words and a seed choose the settings, and formulas,
not a trained model, make the sound.

What words and seed choose stands in `candidates`, each source of sound in a file of its own. Every
number that shapes a sound stands in its recipe.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.unused import left_over, no_use_for
from course_utils.sounds import sources
from course_utils.sounds.candidates import (
    DEFAULTS,
    MODEL,
    REVISION,
    candidates,
    has_scene,
    said_of,
)
from course_utils.sounds.contrast import Contrast
from course_utils.sounds.said import WORDS, choosing_words, said_in
from course_utils.sounds.scenes import read_scene
from course_utils.sounds.scenes import sound_of as sound_of_scene
from course_utils.sounds.settings import (
    ANY,
    FROM_PICTURE,
    FROM_SOUND,
    MATERIALS,
    NUMBERS,
    TONES,
    UNSET,
)
from course_utils.sounds.sound_words import listen

if TYPE_CHECKING:
    import numpy as np

__all__ = ["TextureEngine", "sound_of"]

SHAPING = ("pitch", "density", "brightness", "movement", "strangeness", "softness", "scale")
HIGHEST = 16_000  # Hz of what the formulas make
EARLIER = (
    "This recipe was made with an earlier sound maker, which gave fewer high sounds: the same seed"
    " sounds clearer now. The earlier sound itself is kept as it was."
)


RADIO = (
    "This recipe was made when all old radios here had one loudspeaker: the same seed sounds a"
    " little different now. The earlier sound itself is kept as it was."
)


def earlier_maker(recipe: Recipe) -> str:
    """That an earlier sound maker made a recipe whose sound is another now; "" for any other."""
    if recipe.model != MODEL or recipe.revision in ("", REVISION):
        return ""
    if recipe.revision == "2":
        return RADIO if recipe.settings.get("character") == "broken radio" else ""
    return EARLIER


class TextureEngine(Engine):
    """Sounds of 2 to 30 seconds, stereo."""

    kind = "sound"

    def load(self) -> None:
        """Bring the filters into memory."""
        import course_utils.audio.mastering  # noqa: F401

    def unused(self, recipe: Recipe) -> list[str]:
        """Words of the prompt that choose nothing in this sound."""
        if has_scene(recipe):
            said = said_in(recipe.prompt) if recipe.settings.get("scene") else said_of(recipe)
            return list(listen(recipe.prompt, choosing_words(said)).unused)
        given = {} if is_filled(recipe) else recipe.settings
        made_of = given.get("material") or given.get("source", ANY) != ANY

        def understood(text: str) -> tuple:
            said = said_of(recipe.model_copy(update={"prompt": text}))
            settings = {
                k: v for k, v in said.settings.items() if given.get(k, v) in (DEFAULTS[k], v)
            }
            name = given.get("character", ANY)
            characters = [one for one in said.characters if name in (ANY, one)]
            asked = (() if made_of else said.sources, characters, settings)
            return asked if any(asked) else ()

        chosen = str(given.get("source", "")).split()  # words that say what is set anyway
        return left_over(recipe.prompt, understood, chosen)

    def without_effect(self, recipe: Recipe) -> str:
        """Sounds that were too many, misspelt words, settings that nothing takes notice of, and
        that an earlier sound maker made a recipe.
        """
        said = "" if is_filled(recipe) else lost_settings(recipe)
        besides = listen(recipe.prompt, WORDS).besides
        return " ".join(filter(None, (besides, said, earlier_maker(recipe))))

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        materials: Sequence[Creation] = (),
        other: Creation | None = None,
    ) -> Iterator[Creation]:
        """Yield sounds for a recipe; see `Engine.create`.

        Settings: count 1-6; source, character, scale, shape ("any": from the words, else the seed);
        pitch 28-79 (note number), density, brightness, movement, strangeness, softness, space,
        amount (of the character) 0-1 (-1: open); length 2-30 s; loop; loudness -30 to -14 LUFS;
        vary 0-1; material (id of the sound, tune or picture it is made out of); under (id of the
        tune it lies under) and level in dB beside that tune.

        Args:
            materials: the creations that the settings material and under name.
            other: a second parent, for children that inherit from both.

        Raises:
            LearnerError: a setting cannot be used, or a material is missing.
        """
        self.load()
        known = {creation.id: creation for creation in materials}
        recipes = candidates(
            recipe,
            known.get(str(recipe.settings.get("material", ""))),
            other.recipe if other else None,
        )
        contrast = Contrast(lambda one: sound_of(one, known))
        anew = not recipe.settings.get("scene") and other is None
        for number, one in enumerate(recipes):
            if stop is not None and stop.is_set():
                return
            if on_progress:
                on_progress(Progress(number, len(recipes)))
            began = time.monotonic()
            content = sound_of(one, known)
            if anew and one.settings["scene"] and len(recipes) > 1:
                one, content = contrast.unlike(one, content)
            yield Creation(recipe=one, content=content, seconds=round(time.monotonic() - began, 3))
            if on_progress:
                on_progress(Progress(number + 1, len(recipes)))


def is_filled(recipe: Recipe) -> bool:
    """Whether the settings are those of a finished sound, which words and seed chose."""
    return bool(recipe.model) or all(recipe.settings.get(n, UNSET) != UNSET for n in NUMBERS)


def lost_settings(recipe: Recipe) -> str:
    """Sentences on the settings of a recipe that its sound takes no notice of."""
    asked = {name: value for name, value in recipe.settings.items() if value != DEFAULTS.get(name)}
    source = asked.get("source")
    lost: dict[str, list[str]] = {}
    if has_scene(recipe) and not asked.get("scene"):
        why = "The sounds your words name bring numbers of their own."
        lost[why] = [name for name in SHAPING if name in asked]
    if asked.get("material") and source in FROM_SOUND and "scale" in asked:
        lost["What is made out of a sound keeps its notes."] = ["scale"]
    if asked.get("material") and source in TONES:
        lost[f"This source, {source}, is made out of numbers alone."] = ["material"]
    if "amount" in asked and has_no_character(recipe):
        lost["There is no character."] = ["amount"]
    if "level" in asked and not asked.get("under"):
        lost["The level is that of a sound under a tune."] = ["level"]
    return " ".join(f"{no_use_for(names)} {why}" for why, names in lost.items() if names)


def has_no_character(recipe: Recipe) -> bool:
    """Whether nothing is done to a sound by a character: none is set, or it is a scene whose words
    name none.
    """
    name = recipe.settings.get("character", ANY)
    return name == "none" or (name == ANY and has_scene(recipe) and not said_of(recipe).characters)


def sound_of(recipe: Recipe, known: dict[str, Creation]) -> bytes:
    """The WAV file that a complete recipe describes, stereo at 44,100 samples a second; the same
    bytes for the same recipe and material.
    """
    from course_utils.audio.wav import to_wav

    p: dict = recipe.settings
    tune = wanted(known, p["under"])
    if p.get("scene") and is_plain(p):
        scene = read_scene(p["scene"])
        sound = sound_of_scene(scene, recipe.seed, p["length"], p["loop"], p["loudness"])
    else:
        sound = worked_on(recipe, known)
    return to_wav(sound if tune is None else under_a_tune(sound, tune, p))


def is_plain(p: dict) -> bool:
    """Whether nothing is done to what the source gives."""
    return p["character"] == "none" and p["shape"] == "even" and not p["space"]


def worked_on(recipe: Recipe, known: dict[str, Creation]) -> np.ndarray:
    """What a source gives with its character, its course and its room, (n, 2)."""
    import numpy as np

    from course_utils.audio.mastering import levelled
    from course_utils.audio.wav import RATE
    from course_utils.sounds import effects as characters
    from course_utils.sounds.ring import ring_length, without_rumble

    p: dict = recipe.settings
    generators = [np.random.default_rng([recipe.seed, part]) for part in range(10, 15)]
    extra = int(1.5 * RATE) if p["loop"] else 0  # the end of a loop is faded into its beginning
    n = ring_length(p["length"]) + extra
    sound = raw_sound(recipe, n, extra, generators, wanted(known, p["material"]))
    sound = sound / (np.sqrt(np.mean(sound**2)) + 1e-9) * 0.1
    sound = sound * shape_curve(p["shape"], n, generators[2])[:, None]
    sound = characters.with_character(sound, p["character"], p["amount"], generators[3])
    sound = sound + p["space"] * 0.7 * characters.room(
        sound, 0.6 + 2.4 * p["space"], 0.3 + 0.4 * p["brightness"], generators[4]
    )
    sound = characters.passed(sound, "low", HIGHEST)
    if p["loop"]:
        sound = joined(sound, extra, alike=bool(p.get("scene")))
    sound = without_rumble(sound)
    if not p["loop"]:
        begin = 0.04 if p["source"] in ("bells", "plucked strings") else 0.3
        sound = faded(sound, begin, min(1.5, p["length"] / 4))
    return levelled(sound.astype(np.float32), p["loudness"], ring=p["loop"])


def joined(sound: np.ndarray, extra: int, alike: bool) -> np.ndarray:
    """A loop of a sound whose last `extra` samples are faded into its first.

    Args:
        alike: they are the same sound, which adds up as strengths, not as powers.
    """
    import numpy as np

    rise = np.sin(np.linspace(0, np.pi / 2, extra))[:, None]
    rising, falling = (rise**2, 1 - rise**2) if alike else (rise, rise[::-1])
    begin = sound[:extra] * rising + sound[-extra:] * falling
    return np.concatenate([begin, sound[extra:-extra]])


def raw_sound(
    recipe: Recipe,
    n: int,
    extra: int,
    generators: list[np.random.Generator],
    material: Creation | None,
) -> np.ndarray:
    """What the source gives, shape (n, 2), at any loudness; of a scene its last `extra` samples are
    its first again.

    Raises:
        LearnerError: the source cannot be made out of that material.
    """
    import numpy as np

    from course_utils.audio.wav import RATE

    p: dict = recipe.settings
    rng = generators[0]
    fits = material is not None and p["source"] in MATERIALS.get(material.kind, ())
    if p.get("scene"):
        seconds = (n - extra) / RATE
        ring = sound_of_scene(read_scene(p["scene"]), recipe.seed, seconds, loop=True)
        return np.resize(ring, (n, 2)).astype(float)
    if p["source"] == FROM_PICTURE:
        if material is None or not fits:
            raise LearnerError(
                "Choose a picture to be read as sound first: one made earlier, or a file."
            )
        return sources.from_picture(p, n, rng, material.content)
    if p["source"] in FROM_SOUND:
        if material is not None and not fits:
            raise LearnerError(
                "Grains and stretched sounds are made out of a sound or a tune. Choose one, or"
                " another source."
            )
        return out_of_sound(p, n, generators, material)
    maker = {
        "plucked strings": sources.strings,
        "bells": sources.bells,
        "metal": sources.metal,
        "wind": sources.wind,
    }[p["source"]]
    return maker(p, n, rng)


def out_of_sound(
    p: dict, n: int, generators: list[np.random.Generator], material: Creation | None
) -> np.ndarray:
    """Grains or a stretched sound; with nothing to be made out of, of a few strings and a voice of
    metal.
    """
    import numpy as np

    from course_utils.audio.analysis import mono
    from course_utils.audio.wav import RATE
    from course_utils.sounds import effects as characters

    if material:
        heard = mono(material)
    else:
        strings = sources.strings(p, 3 * RATE, generators[1]) / 2
        heard = (strings + sources.metal(p, 3 * RATE, generators[1])).mean(1)
    heard = heard / (np.abs(heard).max() + 1e-9)
    maker = sources.grains if p["source"] == "grains" else sources.stretch
    sound = maker(p, n, generators[0], heard)
    return characters.passed(sound, "low", 700 * 2 ** (4 * p["brightness"]))


def under_a_tune(sound: np.ndarray, tune: Creation, p: dict) -> np.ndarray:
    """A tune with the sound below it, as long as the tune, (n, 2).

    Raises:
        LearnerError: it is no tune.
    """
    import numpy as np

    from course_utils.audio.mastering import levelled
    from course_utils.audio.wav import RATE, from_wav
    from course_utils.scores import synth

    if not tune.declared.plays_notes:
        raise LearnerError("A sound can be laid under a tune. Choose a tune.")
    played, rate = from_wav(synth.wav(tune.content))
    assert rate == RATE and played.shape[1] == 2, "tunes and sounds are made alike"
    under = (
        np.tile(sound, (len(played) // len(sound) + 1, 1))[: len(played)]
        if p["loop"] or len(played) <= len(sound)
        else np.pad(sound, ((0, len(played) - len(sound)), (0, 0)))
    )
    both = levelled(played.astype(np.float32), -18.0) + under * 10 ** (
        (p["level"] + -18.0 - p["loudness"]) / 20
    )
    return levelled(faded(both, 0.04, 1.0).astype(np.float32), p["loudness"])


def wanted(known: dict[str, Creation], creation_id: str) -> Creation | None:
    """The creation of that id, None for no id.

    Raises:
        LearnerError: it is not here.
    """
    if creation_id and creation_id not in known:
        raise LearnerError(
            "What this sound is made out of is not in your folder any more. Put its file back, or"
            " choose something else."
        )
    return known.get(creation_id)


def shape_curve(shape: str, n: int, rng):
    """How loud a sound is over its length, between 0.1 and 1."""
    import numpy as np

    place = np.arange(n) / n
    if shape == "swell":
        return 0.12 + 0.88 * np.sin(np.pi * place) ** 2
    if shape == "fading":
        return 0.1 + 0.9 * (1 - place) ** 1.5
    if shape == "waves":
        return 0.2 + 0.8 * (0.5 - 0.5 * np.cos(2 * np.pi * (place * rng.integers(2, 5) + 0.15)))
    return np.ones(n)


def faded(sound, rise: float, fall: float):
    """A sound (n, 2) with a soft beginning and end, in seconds."""
    import numpy as np

    from course_utils.audio.wav import RATE

    n = len(sound)
    rising, falling = min(n, int(rise * RATE)), min(n, int(fall * RATE))
    sound = sound.copy()
    sound[:rising] *= (np.sin(np.linspace(0, np.pi / 2, rising)) ** 2)[:, None]
    sound[n - falling :] *= (np.cos(np.linspace(0, np.pi / 2, falling)) ** 2)[:, None]
    return sound
