"""Textures from words: a small table of words and a seed choose the settings, and formulas,
not a trained model, make the sound.

Each source of sound is a file of its own beside this one (texture_*.py). Every number that shapes a
sound stands in its recipe.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.unused import wish_words
from course_utils.sounds import sources
from course_utils.sounds.scenes import read_scene, scenes, varied
from course_utils.sounds.scenes import sound_of as sound_of_scene
from course_utils.sounds.settings import (
    ANY,
    FROM_PICTURE,
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
from course_utils.sounds.sound_words import Heard, listen

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "TextureEngine",
    "candidates",
    "drawn_number",
    "faded",
    "has_scene",
    "levelled",
    "names_to_draw",
    "out_of_sound",
    "raw_sound",
    "read_settings",
    "scene_in",
    "shape_curve",
    "sound_of",
    "sources_said",
    "take_names",
    "under_a_tune",
    "understood",
    "wanted",
]

MODEL, REVISION = "course-textures", "1"
SHAPING = (
    "pitch",
    "density",
    "brightness",
    "movement",
    "strangeness",
    "softness",
)  # not of a scene
DEFAULTS = SoundSettings().model_dump()
WORDS: dict[str, dict] = {  # word: settings it asks for
    "rain": {"source": "wind", "density": 0.6, "brightness": 0.7},
    "wind": {"source": "wind", "density": 0.95},
    "sea": {"source": "wind", "shape": "waves", "density": 0.95},
    "breath": {"source": "wind", "density": 0.9},
    "bell": {"source": "bells"},
    "bells": {"source": "bells"},
    "glass": {"source": "bells", "brightness": 0.8, "strangeness": 0.3},
    "string": {"source": "plucked strings"},
    "strings": {"source": "plucked strings"},
    "harp": {"source": "plucked strings"},
    "guitar": {"source": "plucked strings"},
    "metal": {"source": "metal"},
    "robot": {"source": "metal", "character": "machine"},
    "machine": {"character": "machine"},
    "underwater": {"character": "underwater"},
    "water": {"character": "underwater"},
    "church": {"character": "cathedral"},
    "cathedral": {"character": "cathedral"},
    "radio": {"character": "broken radio"},
    "dream": {"character": "dream"},
    "tape": {"character": "old tape"},
    "old": {"character": "old tape"},
    "ice": {"character": "ice"},
    "frozen": {"character": "ice"},
    "giant": {"character": "giant"},
    "monster": {"character": "giant"},
    "ghost": {"character": "ghost"},
    "ghosts": {"character": "ghost"},
    "dark": {"brightness": 0.15, "pitch": 40},
    "bright": {"brightness": 0.8},
    "low": {"pitch": 36},
    "deep": {"pitch": 34},
    "high": {"pitch": 72},
    "sad": {"scale": "sad"},
    "strange": {"strangeness": 0.8},
    "odd": {"strangeness": 0.8},
    "calm": {"density": 0.2, "softness": 0.85, "movement": 0.2},
    "slow": {"density": 0.15, "movement": 0.2},
    "busy": {"density": 0.9},
    "wild": {"density": 0.9, "movement": 0.9, "strangeness": 0.7},
    "soft": {"softness": 0.9},
    "hard": {"softness": 0.1},
    "loop": {"loop": True},
    "drone": {"source": "stretched", "density": 0.9, "movement": 0.15},
    "hum": {"source": "stretched", "density": 0.9, "pitch": 40},
    "pad": {"source": "stretched", "softness": 0.9},
    "pluck": {"source": "plucked strings"},
    "koto": {"source": "plucked strings", "scale": "eastern"},
    "chimes": {"source": "bells", "pitch": 74},
    "warm": {"brightness": 0.3, "softness": 0.7},
    "cold": {"brightness": 0.8, "space": 0.6},
    "gentle": {"softness": 0.85, "density": 0.3},
    "harsh": {"softness": 0.05, "brightness": 0.85},
    "quiet": {"density": 0.15, "softness": 0.8},
    "lonely": {"density": 0.12, "space": 0.65},
    "floating": {"scale": "floating", "movement": 0.7},
    "eastern": {"scale": "eastern"},
    "happy": {"scale": "five notes", "brightness": 0.7},
    "swelling": {"shape": "swell"},
    "fading": {"shape": "fading"},
    "empty": {"density": 0.1, "space": 0.7},
    "huge": {"character": "giant"},
    "spooky": {"character": "ghost", "scale": "clusters"},
}


# alone they are the thing itself; beside a source or a character they are what it is made like
NATURAL = frozenset({"rain", "wind", "sea"})


def understood(prompt: str) -> dict:
    """What a prompt says about a sound, as settings; only the words of a small table are
    understood, later words win.
    """
    found: dict = {}
    for word in re.findall(r"[a-z]+", prompt.lower()):
        found.update(WORDS.get(word, {}))
    return found


def scene_in(prompt: str) -> Heard | None:
    """The sounds that the words of a prompt name beside those that the words above make; None
    where there are none.
    """
    heard = listen(prompt)
    rest = " ".join(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", prompt.lower()))
    said = {word for word in WORDS if re.search(rf"\b{word}\b", rest)}
    made = any({"source", "character"} & {*WORDS[word]} for word in said - NATURAL)
    for word in said if made else said - NATURAL:
        rest = re.sub(rf"\b{word}\b(?:['’]s)?", " ", rest)
    return heard if heard.sounds and listen(rest).sounds else None


def has_scene(recipe: Recipe) -> bool:
    """Whether a recipe's sound is a scene, or would become one."""
    given = recipe.settings
    if given.get("scene"):
        return True
    left_open = given.get("source", ANY) == ANY and not given.get("material")
    return left_open and scene_in(recipe.prompt) is not None


def sources_said(prompt: str) -> list[str]:
    """The sources of sound that the words of a prompt name, each once,
    in the order of the words.
    """
    return list(
        dict.fromkeys(
            WORDS[word]["source"]
            for word in re.findall(r"[a-z]+", prompt.lower())
            if "source" in WORDS.get(word, {})
        )
    )


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
    for name, value in understood(recipe.prompt).items():
        if settings[name] == DEFAULTS[name]:
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

    given = read_settings(recipe)
    count, rng = given["count"], np.random.default_rng([recipe.seed, 1])
    names = names_to_draw(recipe, given, material, rng)
    parts = {name: rng.permutation(count) for name in NUMBERS}
    heard = scene_in(recipe.prompt) if has_scene(recipe) and not given["scene"] else None
    made_scenes = scenes(heard, recipe.seed, count) if heard and material is None else None
    made = []
    for number in range(count):
        chosen = dict(given) | {"count": 1, "vary": 0.0}
        mine = np.random.default_rng([recipe.seed + number, 2])
        if made_scenes:
            chosen["scene"] = json.dumps(made_scenes[number])
        elif given["scene"] and given["vary"]:
            near = varied(read_scene(given["scene"]), recipe.seed + number, given["vary"])
            chosen["scene"] = json.dumps(near)
        if chosen["scene"]:
            chosen["source"] = SCENE
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


def names_to_draw(
    recipe: Recipe, given: dict, material: Creation | None, rng: np.random.Generator
) -> dict[str, list[str]]:
    """The names to choose from for each setting that is one, in the order of candidates; a source
    that words name is left open in `given`.
    """
    fitting = TONES if material is None else MATERIALS.get(material.kind, FROM_SOUND)
    lists = {**LISTS, "source": fitting}
    # what words can choose: without a material, grains and stretched sounds make their own
    speakable = [*fitting, *(FROM_SOUND if material is None else [])]
    names = {name: list(rng.permutation(some)) for name, some in lists.items()}
    # words that name several are all heard; what does not fit with a material is not
    if recipe.settings.get("source", ANY) == ANY:
        given["source"] = ANY
        said = [one for one in sources_said(recipe.prompt) if one in speakable]
        names["source"] = said or names["source"]
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
    """Half of the settings that are names, by chance, from the other parent."""
    for name in LISTS:
        if rng.random() < 0.5:
            chosen[name] = other.settings.get(name, chosen[name])
            if name == "source":
                chosen["material"] = other.settings.get("material", "")
                chosen["scene"] = other.settings.get("scene", "")


class TextureEngine(Engine):
    """Sounds of 2 to 30 seconds, stereo."""

    kind = "sound"

    def load(self) -> None:
        """Bring the libraries for filters and loudness into memory."""
        try:
            import pyloudnorm  # noqa: F401
            import scipy.signal  # noqa: F401
        except ImportError as problem:
            raise LearnerError(
                "This Python has no library for making sounds (scipy and pyloudnorm). Run `python"
                " start.py` again to add it."
            ) from problem

    def unused(self, recipe: Recipe) -> list[str]:
        """Words of the prompt that choose nothing in this sound."""
        if has_scene(recipe):
            heard_all_over = [
                word for word, wish in WORDS.items() if wish.keys() & {"character", "shape", "loop"}
            ]
            return list(listen(recipe.prompt, heard_all_over).unused)
        chosen = recipe.settings.get("material") or recipe.settings.get("source", ANY) != ANY
        choosing = [word for word, wish in WORDS.items() if not chosen or wish.keys() - {"source"}]
        return [word for word in wish_words(recipe.prompt) if word not in choosing]

    def without_effect(self, recipe: Recipe) -> str:
        """Sounds that were too many, misspelt words, and settings a scene takes no notice of."""
        if not has_scene(recipe):
            return listen(recipe.prompt, WORDS).besides
        lost = [
            name
            for name in (*SHAPING, "scale")
            if recipe.settings.get(name, DEFAULTS[name]) != DEFAULTS[name]
        ]
        why = "The sounds your words name bring numbers of their own."
        said = f"I had no use for: {', '.join(lost)}. {why}" if lost else ""
        return " ".join(filter(None, (listen(recipe.prompt).besides, said)))

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
        for number, one in enumerate(recipes):
            if stop is not None and stop.is_set():
                return
            if on_progress:
                on_progress(Progress(number, len(recipes)))
            began = time.monotonic()
            content = sound_of(one, known)
            yield Creation(recipe=one, content=content, seconds=round(time.monotonic() - began, 3))
            if on_progress:
                on_progress(Progress(number + 1, len(recipes)))


def sound_of(recipe: Recipe, known: dict[str, Creation]) -> bytes:
    """The WAV file that a complete recipe describes;
    the same bytes for the same recipe and material.
    """
    import numpy as np

    from course_utils.audio.wav import RATE, to_wav
    from course_utils.sounds import effects as characters

    p: dict = recipe.settings
    generators = [np.random.default_rng([recipe.seed, part]) for part in range(10, 15)]
    extra = int(1.5 * RATE) if p["loop"] else 0  # the end of a loop is faded into its beginning
    n = int(p["length"] * RATE) + extra
    sound = raw_sound(recipe, n, generators, wanted(known, p["material"]))
    sound = sound / (np.sqrt(np.mean(sound**2)) + 1e-9) * 0.1
    sound = sound * shape_curve(p["shape"], n, generators[2])[:, None]
    sound = characters.with_character(sound, p["character"], p["amount"], generators[3])
    sound = sound + p["space"] * 0.7 * characters.room(
        sound, 0.6 + 2.4 * p["space"], 0.3 + 0.4 * p["brightness"], generators[4]
    )
    sound = characters.passed(characters.passed(sound, "high", 35), "low", 9000)
    if p["loop"]:
        rise = np.sin(np.linspace(0, np.pi / 2, extra))[:, None]
        sound = np.concatenate(
            [sound[:extra] * rise + sound[-extra:] * rise[::-1], sound[extra:-extra]]
        )
    else:
        begin = 0.04 if p["source"] in ("bells", "plucked strings") else 0.3
        sound = faded(sound, begin, min(1.5, p["length"] / 4))
    sound = levelled(sound, p["loudness"])
    tune = wanted(known, p["under"])
    return to_wav(sound if tune is None else under_a_tune(sound, tune, p))


def raw_sound(
    recipe: Recipe, n: int, generators: list[np.random.Generator], material: Creation | None
) -> np.ndarray:
    """What the source gives, shape (n, 2), at any loudness.

    Raises:
        LearnerError: the source cannot be made out of that material.
    """
    import numpy as np

    from course_utils.audio.wav import RATE

    p: dict = recipe.settings
    rng = generators[0]
    fits = material is not None and p["source"] in MATERIALS.get(material.kind, ())
    if p.get("scene"):
        ring = sound_of_scene(read_scene(p["scene"]), recipe.seed, n / RATE, loop=True)
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
    """A tune with the sound below it, as long as the tune.

    Raises:
        LearnerError: it is no tune.
    """
    import numpy as np

    from course_utils.audio.analysis import mono

    if tune.kind != "tune":
        raise LearnerError("A sound can be laid under a tune. Choose a tune.")
    played = mono(tune)
    under = (
        np.tile(sound, (len(played) // len(sound) + 1, 1))[: len(played)]
        if p["loop"] or len(played) <= len(sound)
        else np.pad(sound, ((0, len(played) - len(sound)), (0, 0)))
    )
    both = levelled(np.stack([played, played], 1), -18.0) + under * 10 ** (
        (p["level"] + -18.0 - p["loudness"]) / 20
    )
    return levelled(faded(both, 0.04, 1.0), p["loudness"])


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


def levelled(sound, loudness: float):
    """A sound (n, 2) at a loudness in LUFS (ITU-R BS.1770), with peaks held below -1 dB by turning
    down a little before them.

    Raises:
        LearnerError: nothing in it can be heard.
    """
    import numpy as np
    import pyloudnorm
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    from course_utils.audio.wav import RATE

    meter = pyloudnorm.Meter(RATE)
    for _ in range(2):  # holding the peaks makes it a little quieter, so once more
        measured = meter.integrated_loudness(sound)
        if not np.isfinite(measured):
            raise LearnerError(
                "Nothing could be heard in that sound. Change a setting, or press Generate for"
                " another."
            )
        sound = sound * 10 ** ((loudness - measured) / 20)
        span = int(0.012 * RATE)
        peaks = maximum_filter1d(np.abs(sound).max(1), 2 * span + 1)
        sound = (
            sound * uniform_filter1d(np.minimum(1, 0.88 / np.maximum(peaks, 1e-9)), span)[:, None]
        )
    return np.clip(sound, -0.89, 0.89)
