"""What a book holds, and who did what in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from course_utils.creation import Creation
from course_utils.display.figure import figure_html
from course_utils.notebook.results import describe

# A plot of our own, the oldest there is: somebody finds, wants, is stopped, is helped, comes home.
PLOT = (
    "One morning {hero} found {thing}.",
    "Nobody knew what {thing} was for, so {hero} set off to ask.",
    "Then it rained, and the way was long.",
    "At night an owl sat in a tree and knew the answer.",
    "In the evening {hero} was at home again, and {thing} had a place.",
)
DRAWN = ("{hero}", "{thing}", "a cloud", "an owl", "a house")
HEARD = (
    "a gentle air in G major",
    "a lively reel in D major",
    "a slow sad air in A minor",
    "a gentle waltz in C major",
    "a happy jig in G major",
)


@dataclass
class Scene:
    """One page: the person's line, what the model wrote on, a picture and a tune.

    `own_line` and `own_text`: whether a person wrote them in place of the plot and of the model.
    """

    line: str
    text: Creation | None = None
    picture: Creation | None = None
    tune: Creation | None = None
    own_line: bool = False
    own_text: str = ""
    changes: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What stands on the page under the line."""
        return self.own_text or (self.text.text.strip() if self.text else "")

    @property
    def parts(self) -> list[Creation]:
        text = None if self.own_text else self.text
        return [one for one in (text, self.picture, self.tune) if one is not None]


@dataclass
class Book:
    """Five scenes, a cover, and what its author says. A notebook shows it page by page."""

    title: str
    seed: int
    scenes: list[Scene]
    front: Creation | None = None
    author: str = ""
    statement: str = ""
    message: str = ""

    @property
    def parts(self) -> list[Creation]:
        """Every creation in it, in reading order."""
        front = [self.front] if self.front is not None else []
        return front + [one for scene in self.scenes for one in scene.parts]

    def counted(self) -> dict[str, int]:
        """Words by a person and by the model, lines of the plot that stayed, changes made."""
        mine = [scene.line for scene in self.scenes if scene.own_line]
        mine += [scene.own_text for scene in self.scenes if scene.own_text]
        model = [scene.words for scene in self.scenes if not scene.own_text]
        return {
            "words by a person": sum(len(one.split()) for one in mine),
            "words by the model": sum(len(one.split()) for one in model),
            "lines of the given plot": sum(not scene.own_line for scene in self.scenes),
            "changes": sum(len(scene.changes) for scene in self.scenes),
        }

    def _repr_html_(self) -> str:
        from course_utils.books.page import inside, said

        return said(self.message) + inside(self, size=256)

    def __repr__(self) -> str:
        lines = [self.message, self.title] if self.message else [self.title]
        for number, scene in enumerate(self.scenes, 1):
            lines += [f"{number}. {scene.line}", f"   {scene.words}"]
            lines += [f"   {describe(one)}" for one in (scene.picture, scene.tune) if one]
        return "\n".join(lines)


def shown(creation: Creation | None, size: int, name: str) -> str:
    """A part of a page; "" where it is missing."""
    return figure_html(creation, size, name) if creation is not None else ""
