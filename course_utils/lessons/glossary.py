"""The words of the course, one sentence each; declared in glossary.toml."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from course_utils.languages import Spoken, translate

__all__ = ["FOLDER", "PAGE", "Term", "message", "said", "terms", "what_is"]

DECLARED = Path(__file__).with_name("glossary.toml")
PAGE = "glossary.md"  # beside the lessons, which link to its headings
FOLDER = "img/glossary"  # of pictures and sounds, seen from the English page


class Term(BaseModel):
    """A word, the number of the lesson where it is met, what it means, and its picture or sound:
    the kind of file, and in words what it shows or what is heard.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z -]{1,30}$")]
    lesson: str
    sentence: Annotated[str, Field(max_length=160)]
    kind: Literal["svg", "mp3"]
    shows: Annotated[str, Field(min_length=20, max_length=160)]

    @property
    def anchor(self) -> str:
        """What stands behind # in a link to it."""
        return self.name.replace(" ", "-")

    @property
    def file(self) -> str:
        """The name of its picture or sound."""
        return f"{self.anchor}.{self.kind}"


@cache
def terms() -> dict[str, Term]:
    """All terms by name, in the order of the alphabet."""
    read = tomllib.loads(DECLARED.read_text(encoding="utf-8"))["terms"]
    return {
        name: Term(name=name, lesson=lesson, sentence=sentence, kind=kind, shows=shows)
        for name, (lesson, sentence, kind, shows) in sorted(read.items())
    }


def message(term: Term) -> str:
    """A word with its sentence, as one message of the catalogues."""
    return f"{term.name}: {term.sentence}"


def said(term: Term, say: Callable[[str], str] = translate) -> tuple[str, str]:
    """A word and its sentence, in the language that `say` speaks."""
    name, _, sentence = say(message(term)).partition(": ")
    return name, sentence


def what_is(word: str) -> Spoken:
    """What a word means, in a sentence; or the nearest word that is here."""
    asked = str(word).strip().lower()
    spoken = {said(term)[0].lower(): term for term in terms().values()}
    found = spoken.get(asked) or terms().get(asked)
    if found is not None:
        return Spoken(f"{': '.join(said(found))} {translate(f'Lesson {found.lesson}.')}")
    near = difflib.get_close_matches(asked, [*spoken, *terms()], 1, 0.6)
    hint = f"Did you mean “{near[0]}”?" if near else "The glossary lists all of them."
    return Spoken(translate(f"“{word}” is not in the glossary. {hint}"))
