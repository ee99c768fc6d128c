"""The lessons in order, with track, level and minutes; all of it is declared in course.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["BEGIN", "Course", "DECLARED", "END", "FOR", "Lesson", "Piece", "course", "minutes_of",
           "work_in"]  # fmt: skip

DECLARED = Path(__file__).with_name("course.toml")
BEGIN, END = "<!--path-->", "<!--/path-->"  # around what tools/lessons.py writes
# Minutes for each of these; a beginner of ten to fourteen reads about 100 words of new text in one.
WORDS_A_MINUTE = 100
FOR = {"cell": 0.5, "studio": 1.5, "guess": 0.5, "question": 1.0, "more": 1.2, "reflection": 2.0}
SHORTEST, LONGEST = 15, 40
MORE = "<summary>Try more"  # begins a fold; a beginner opens most, and follows about one line
QUIET = re.compile(  # what a reader of a text cell need not read
    rf"{BEGIN}.*?{END}|<!--map-->.*?<!--/map-->|<details>.*?</details>"
    r"|<!--.*?-->|!\[[^\]]*\]\([^)]*\)",
    re.S,
)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")

Level = Literal["first steps", "next steps", "look inside"]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Track(Declared):
    """Lessons that belong together, about 90 minutes."""

    name: Annotated[str, Field(pattern="^[a-z]+$")]
    title: Text
    about: Text


class Lesson(Declared):
    """One notebook. `alt` says what its banner shows; `waiting` is in minutes."""

    file: Annotated[str, Field(pattern=r"^\d\db?_[a-z0-9_]+$")]
    title: Text
    track: str
    level: Level
    after: Text
    waiting: Annotated[float, Field(ge=0, le=20)]
    minutes: Annotated[int, Field(ge=5, le=240)]
    alt: Annotated[str, Field(max_length=300)]

    @property
    def number(self) -> str:
        """Such as "02" or "12b"."""
        return self.file.partition("_")[0]

    @property
    def notebook(self) -> str:
        return f"{self.file}.ipynb"

    @property
    def banner(self) -> str:
        """Its picture, seen from the notebook."""
        return f"img/{self.number}.webp"


class Piece(Declared):
    """A part of the book that a learner makes through the course, and the lesson it is made in.

    `chosen`: nothing in it names hero or thing, so it counts only if a person chose or changed it.
    `grown`: a text a person grew line by line, not one that came at once.
    `shows_hero`: it must name the hero; the others may name the thing instead.
    """

    name: Annotated[str, Field(pattern="^[a-z]+$")]
    says: Text
    lesson: str
    kind: str
    chosen: bool = False
    grown: bool = False
    shows_hero: bool = False


class Course(Declared):
    """All lessons in the order in which they are best taken, the tracks, and the story's pieces."""

    track: tuple[Track, ...]
    lesson: tuple[Lesson, ...]
    piece: tuple[Piece, ...]

    def beside(self, one: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after one."""
        place = self.lesson.index(one)
        before = self.lesson[place - 1] if place else None
        return before, self.lesson[place + 1] if place + 1 < len(self.lesson) else None

    def of_track(self, name: str) -> list[Lesson]:
        return [one for one in self.lesson if one.track == name]

    def numbered(self, number: str) -> Lesson | None:
        """The lesson of a number, such as "02" or "2"; None where there is none."""
        asked = number.strip()
        asked = f"0{asked}" if len(asked) == 1 else asked
        return next((one for one in self.lesson if one.number == asked), None)


@cache
def course() -> Course:
    """The course as declared."""
    return Course.model_validate(tomllib.loads(DECLARED.read_text(encoding="utf-8")))


def visible(text: str) -> str:
    """A text cell without what is folded, generated, a picture or an address."""
    return LINK.sub(r"\1", QUIET.sub(" ", text))


def minutes_of(cells: Iterable[dict], waiting: float, questions: int) -> int:
    """How long a lesson takes a beginner, to five minutes; the parts are in `FOR`.

    Args:
        cells: of the notebook, as in its file.
        waiting: minutes in which the machine works.
        questions: how many its `check` asks.
    """
    total = waiting + FOR["question"] * questions + FOR["reflection"] + work_in(cells)
    return max(SHORTEST, 5 * round(total / 5))


def work_in(cells: Iterable[dict]) -> float:
    """Minutes for reading and doing what stands in some cells, not rounded."""
    total = 0.0
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            total += len(visible(text).split()) / WORDS_A_MINUTE
            total += FOR["more"] * text.count(MORE)
        else:
            guesses = len(re.findall(r"^predict\(", text, re.M))
            studio = bool(re.search(r"(?:Studio|Desk|Panel|Machine)\(", text))
            total += FOR["guess"] * guesses + FOR["studio" if studio else "cell"]
    return total
