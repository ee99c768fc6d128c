"""Kinds of music that the note model was not taught: what each is written with, as readable data,
and the sentence that says so.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from course_utils.music.form.plans import read_plan
from course_utils.music.form.writing import Rules
from course_utils.music.prompt_reading import INSTRUMENTS
from course_utils.music.tokens import DURATIONS, KINDS, METRES, MODES
from course_utils.tables import read_table

__all__ = ["KindOfMusic", "ends_long", "kind_in_words", "kind_named", "kind_names"]

TABLE = Path(__file__).with_name("kinds_of_music.toml")
OF_MUSIC = frozenset("music beat track tune song riff groove band style piece".split())
SIXTEENTH = 3  # units of a character of a cell


class KindOfMusic(BaseModel):
    """One kind; see the head of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    also: tuple[str, ...] = ()
    like: str
    mode: str
    metre: str
    tempo: int = Field(ge=30, le=240)
    scale: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()
    range: tuple[int, int] = (-12, 24)
    plan: str = ""
    bars: int = Field(8, ge=4, le=64)
    instrument: str
    band: str
    chords: str = ""
    swing: float = Field(0.0, ge=0, le=1)
    with_band: bool = False
    plain_word: bool = False
    says: str = Field(min_length=20, max_length=160)

    @field_validator("plan")
    @classmethod
    def real_plan(cls, plan: str) -> str:
        """A plan that can be read."""
        if plan:
            read_plan(plan)
        return plan

    @model_validator(mode="after")
    def consistent(self) -> KindOfMusic:
        """Controls that the model has, cells as long as the bar, and home in the scale."""
        if (
            self.like not in KINDS
            or self.mode not in MODES
            or self.metre not in METRES
            or self.instrument not in INSTRUMENTS
        ):
            raise ValueError(
                f"{self.name} asks for a kind, mode, metre or instrument that is not there"
            )
        if self.scale and (
            self.scale[0] != 0 or list(self.scale) != sorted(set(self.scale)) or self.scale[-1] > 11
        ):
            raise ValueError(f"the scale of {self.name} must rise from 0 to at most 11")
        for cell in self.cells:
            lengths_of_cell(cell, METRES[self.metre])
        return self

    @property
    def controls(self) -> dict:
        """What it sets of a tune where nobody chose."""
        names = ("mode", "metre", "tempo", "instrument")
        return {"kind_of_tune": self.like, **{name: getattr(self, name) for name in names}}

    @property
    def rules(self) -> Rules:
        """What the note model has to keep to."""
        cells = tuple(lengths_of_cell(cell, METRES[self.metre]) for cell in self.cells)
        return Rules(self.scale, cells, self.range[0], self.range[1], ends_long(self.like))


class Kinds(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ends_long: dict[str, float]
    kind: tuple[KindOfMusic, ...]


def lengths_of_cell(cell: str, full: int) -> tuple[int, ...]:
    """The lengths of a rhythm cell in twelfths of a quarter note, rests below 0.

    Raises:
        ValueError: it is not as long as a bar, or a note has no length that the model writes.
    """
    if len(cell) * SIXTEENTH != full or not re.fullmatch(r"[.x](?:[x.-])*", cell):
        raise ValueError(f"the cell {cell!r} does not fill a bar of {full // SIXTEENTH} sixteenths")
    found: list[int] = []
    for group in re.findall(r"x-*|\.+", cell):
        size = len(group) * SIXTEENTH
        if group[0] == "x":
            if size not in DURATIONS:
                raise ValueError(f"a note of the cell {cell!r} has no length that the model writes")
            found.append(size)
            continue
        while size:
            part = next(one for one in reversed(DURATIONS) if one <= size and one % SIXTEENTH == 0)
            found.append(-part)
            size -= part
    if all(length < 0 for length in found):
        raise ValueError(f"the cell {cell!r} is silent")
    return tuple(found)


@cache
def kinds(path: Path = TABLE) -> Kinds:
    """The kinds, read and checked.

    Raises:
        LearnerError: the file is missing, or something in it cannot be used.
    """
    return read_table(Kinds, path, "kinds of music")


def ends_long(kind: str) -> float:
    """How often a phrase of one of the model's kinds rests on a longer note."""
    return kinds().ends_long.get(kind, kinds().ends_long["any"])


def kind_in_words(prompt: str) -> KindOfMusic | None:
    """The kind outside the model's own that a prompt names; the longest name wins."""
    words = " ".join(re.sub(r"[^\w&'’-]+", " ", prompt.lower()).split())
    found = [
        (len(name), one)
        for one in kinds().kind
        for name in (one.name, *one.also)
        if said_of_music(name, words, one.plain_word and name == one.name)
    ]
    return max(found, key=lambda both: both[0])[1] if found else None


def said_of_music(name: str, words: str, plain_word: bool) -> bool:
    """Whether some words name a kind; one with other meanings must be said of music."""
    found = re.search(rf"(?<![\w&]){re.escape(name)}(?![\w&])(?: (\w+))?", words)
    if not found or not plain_word or found[1] in OF_MUSIC:
        return bool(found)
    return not re.search(r"\b(?:an?|the|my|our|this|of|by|on|in)\b", words[: found.start()])


def kind_named(name: str) -> KindOfMusic | None:
    """The kind of that name; None for ""."""
    return next((one for one in kinds().kind if one.name == name), None)


def kind_names() -> list[str]:
    """The names of all kinds, in alphabetical order."""
    return sorted(one.name for one in kinds().kind)
