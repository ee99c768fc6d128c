"""Words for sounds: which ones a prompt names, how each is made, and which words had no use.

The words stand in sound_words.toml beside this file, with a recipe of layers for each; this module
reads and checks it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from course_utils.creation import LearnerError
from course_utils.engines.unused import PLAIN, no_use_for
from course_utils.tables import read_table

__all__ = ["Change", "Heard", "MARKS", "SoundWord", "Value", "listen", "table"]

TABLE = Path(__file__).with_name("sound_words.toml")
MARKS = ("centroid", "flatness", "above_5k", "onsets", "tone", "pulse", "swell")
MOST_SOUNDS = 4  # heard at once; more would be mud
LONGEST_PROMPT = 2000  # characters that are searched
SMALL_WORDS = PLAIN | frozenset(
    "over under onto by her his she he they here really quite than or but while when where"
    " up down noise noises hear heard hearing listen made makes would other again"
    " less little-by-little".split()
)
UNWANTED = frozenset({"no", "not", "without"})  # the next sound is not to be heard
Value = float | str | tuple[float, float] | tuple[str, ...]


class Layer(BaseModel):
    """One layer of a sound: a source, and its numbers (checked against the source's own by
    `check_layers`).
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    source: str
    chance: float = Field(1.0, gt=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def ranges(cls, values: dict) -> dict:
        """Ranges as pairs, low first."""
        return {name: ranged(name, value) for name, value in values.items()}

    @property
    def numbers(self) -> dict[str, Value]:
        """Everything but the source and the chance."""
        return dict(self.model_extra or {})


class SoundWord(BaseModel):
    """A sound with its names, its recipe, and the marks that every candidate must bear."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=2, max_length=30)
    family: str
    also: tuple[str, ...] = ()
    about: str = Field(min_length=5, max_length=90)
    layers: tuple[Layer, ...] = Field(min_length=1, max_length=5)
    marks: dict[str, tuple[float, float]]
    room: Any = 0.0
    room_seconds: Any = 0.8
    room_bright: Any = 0.5
    low: Any = 30.0
    high: Any = 20000.0
    echo: Any = 0.0
    echo_time: Any = 0.3
    drive: Any = 0.0

    @model_validator(mode="before")
    @classmethod
    def ranges(cls, values: dict) -> dict:
        """Ranges of the whole sound as pairs, low first."""
        return {
            name: ranged(name, value) if name in SPACE_NAMES else value
            for name, value in values.items()
        }

    @field_validator("marks")
    @classmethod
    def known_marks(cls, marks: dict) -> dict:
        """Only marks that are measured, low before high."""
        for name, (low, high) in marks.items():
            if name not in MARKS or low >= high:
                raise ValueError(f"the mark {name} is unknown or its range is the wrong way round")
        return marks

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return (self.name, *self.also)

    @property
    def space(self) -> dict[str, Value]:
        """What belongs to the whole sound."""
        return {name: getattr(self, name) for name in SPACE_NAMES}


SPACE_NAMES = ("room", "room_seconds", "room_bright", "low", "high", "echo", "echo_time", "drive")


class Change(BaseModel):
    """Words that change a sound: factors on its pace, pitch and lengths; how near, how bright, how
    much room.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[str, ...]
    rate: float = 1.0
    pitch: float = 1.0
    length: float = 1.0
    near: float = 0.0
    bright: float = 0.0
    room: float = 0.0


class Table(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    families: dict[str, str]
    sound: tuple[SoundWord, ...]
    change: tuple[Change, ...]

    @model_validator(mode="after")
    def consistent(self) -> Table:
        """Every family exists, and no word stands for two sounds."""
        seen: dict[str, str] = {}
        for sound in self.sound:
            if sound.family not in self.families:
                raise ValueError(f"{sound.name} is of no known family")
            for name in sound.names:
                if seen.setdefault(name, sound.name) != sound.name:
                    raise ValueError(f"{name} stands for {seen[name]} and for {sound.name}")
        return self

    @cached_property
    def by_name(self) -> dict[tuple[str, ...], SoundWord]:
        """Every name, as its words, and its sound."""
        return {
            tuple(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", name)): sound
            for sound in self.sound
            for name in sound.names
        }


def ranged(name: str, value: Any) -> Any:
    """A number or word as it is; two numbers as a pair, low first; several words as a choice."""
    if isinstance(value, list | tuple):
        if len(value) > 1 and all(isinstance(one, str) for one in value):
            return tuple(value)
        if (
            len(value) != 2
            or not all(isinstance(one, int | float) for one in value)
            or value[0] > value[1]
        ):
            raise ValueError(f"{name} must be a number, a word, [low, high] or several words")
        return (float(value[0]), float(value[1]))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def is_worded(value: Any) -> bool:
    """Whether a value is a word or a choice of words."""
    return isinstance(value, str) or (isinstance(value, tuple) and isinstance(value[0], str))


@cache
def table(path: Path = TABLE) -> Table:
    """The words, read and checked.

    Raises:
        LearnerError: the file is missing, or something in it cannot be used.
    """
    return read_table(Table, path, "sound words")


def check_layers(words: Table) -> None:
    """Every layer names a source and numbers that it has.

    Raises:
        LearnerError: one does not; the sentence says which.
    """
    from course_utils.sounds.layers import LAYER, SOURCES, numbers_of

    for sound in words.sound:
        for layer in sound.layers:
            if layer.source not in SOURCES:
                raise LearnerError(
                    f"The sound word {sound.name} asks for a source “{layer.source}”. There are:"
                    f" {', '.join(SOURCES)}."
                )
            known = {**numbers_of(layer.source), **LAYER}
            for name, value in layer.numbers.items():
                if name not in known or is_worded(value) != isinstance(known[name], str):
                    raise LearnerError(
                        f"In the sound word {sound.name}, the source {layer.source} has no number"
                        f" “{name}”. There are: {', '.join(known)}."
                    )


@dataclass(frozen=True)
class Heard:
    """What a prompt says: sounds in the order of the words, each with its changes; words that had
    no use.
    """

    sounds: tuple[tuple[SoundWord, tuple[Change, ...]], ...] = ()
    unused: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # sounds beyond MOST_SOUNDS
    unwanted: tuple[str, ...] = ()  # sounds that the words do not want
    nearest: dict[str, str] = field(
        default_factory=dict
    )  # a word without use: the sound word it may have meant

    @property
    def told(self) -> str:
        """A sentence about what could not be used; "" if everything was."""
        return " ".join(filter(None, (no_use_for(self.unused), self.besides)))

    @property
    def besides(self) -> str:
        """The same without the words that had no use."""
        said = []
        if self.nearest:
            said.append(
                " ".join(
                    f"Did you mean “{meant}” instead of “{word}”?"
                    for word, meant in self.nearest.items()
                )
            )
        if self.unwanted:
            said.append(f"Left out, as you say: {', '.join(self.unwanted)}.")
        if self.left_out:
            said.append(
                f"{MOST_SOUNDS} sounds at once are the limit, so these were left out:"
                f" {', '.join(self.left_out)}."
            )
        return " ".join(said)


def listen(prompt: str, known_elsewhere: Collection[str] = (), words: Table | None = None) -> Heard:
    """Which sounds and changes the words of a prompt name; the longest name wins.

    Args:
        prompt: what a learner wrote.
        known_elsewhere: words that another part of the course makes use of, and that therefore are
            not told as unused.
    """
    words = words or table()
    spoken = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", prompt[:LONGEST_PROMPT].lower())
    changes = {word: change for change in words.change for word in change.words}
    found: list[tuple[SoundWord, list[Change]]] = []
    waiting: list[Change] = []
    unused: list[str] = []
    unwanted: list[str] = []
    place, wanted = 0, True
    while place < len(spoken):
        sound, size = name_at(spoken, place, words)
        if sound is not None and not wanted:
            unwanted.append(sound.name)
            waiting, wanted = [], True
        elif sound is not None:
            found.append((sound, waiting))
            waiting = []
        elif spoken[place] in UNWANTED and next_sound(spoken, place + 1, words, changes):
            wanted = False
        elif spoken[place] in changes:
            waiting.append(changes[spoken[place]])
        elif spoken[place] not in SMALL_WORDS and spoken[place] not in known_elsewhere:
            unused.append(spoken[place])
        place += size
    if waiting and found:  # “rain, slow and far away”
        found[-1][1].extend(waiting)
    once: dict[str, tuple[SoundWord, tuple[Change, ...]]] = {}
    for sound, own in found:
        once.setdefault(sound.name, (sound, tuple(own)))
    kept = [
        both
        for both in once.values()
        if both[0].name not in unwanted
        and not any(is_part_of(both[0].name, other) for other in once)
    ]
    return Heard(
        tuple(kept[:MOST_SOUNDS]),
        tuple(dict.fromkeys(unused)),
        tuple(sound.name for sound, _ in kept[MOST_SOUNDS:]),
        tuple(dict.fromkeys(unwanted)),
        meant(unused, words),
    )


def next_sound(spoken: list[str], place: int, words: Table, changes: Collection[str]) -> bool:
    """Whether a sound is named here, small words and changes aside."""
    while place < len(spoken) and (spoken[place] in SMALL_WORDS or spoken[place] in changes):
        place += 1
    return place < len(spoken) and name_at(spoken, place, words)[0] is not None


def is_part_of(name: str, other: str) -> bool:
    """Whether a name is the general one of another: rain of “rain on a roof”."""
    return name != other and set(name.split()) < set(other.split())


def name_at(spoken: list[str], place: int, words: Table) -> tuple[SoundWord | None, int]:
    """The sound whose name begins at a place, and how many words it takes (1 where none is)."""
    names = words.by_name
    for size in range(min(4, len(spoken) - place), 0, -1):
        phrase = spoken[place : place + size]
        for last in endings(phrase[-1]):
            sound = names.get((*phrase[:-1], last))
            if sound is not None:
                return sound, size
    return None, 1


def endings(word: str) -> list[str]:
    """A word, and the same word without or with the endings of English."""
    shorter = [
        word[: -len(end)]
        for end in ("'s", "s", "es", "ing", "ed")
        if word.endswith(end) and len(word) - len(end) >= 3
    ]
    return [
        word,
        *shorter,
        *(short + end for short in shorter for end in ("e", "ing")),
        word + "s",
        word + "ing",
    ]


def meant(unused: Collection[str], words: Table) -> dict[str, str]:
    """For each unused word the sound word that is spelled almost like it."""
    single = [name for sound in words.sound for name in sound.names if " " not in name]
    close = {
        word: difflib.get_close_matches(word, single, 1, 0.83)
        for word in list(unused)[:8]
        if len(word) > 3
    }
    return {word: names[0] for word, names in close.items() if names}
