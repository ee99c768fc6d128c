"""The words of the course, one sentence each; declared in glossary.toml."""

from __future__ import annotations

import difflib
import html
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from course_utils.lessons.course import course

__all__ = ["PAGE", "page", "what_is"]

DECLARED = Path(__file__).with_name("glossary.toml")
PAGE = "glossary.md"  # beside the lessons, which link to its headings
FOLDER = "img/glossary"  # of pictures and sounds, seen from the page


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


def what_is(word: str) -> str:
    """What a word means, in a sentence; or the nearest word that is here."""
    asked = str(word).strip().lower()
    found = terms().get(asked)
    if found is not None:
        return f"{found.name}: {found.sentence} Lesson {found.lesson}."
    near = difflib.get_close_matches(asked, terms(), 1, 0.6)
    hint = f" Did you mean “{near[0]}”?" if near else " The glossary lists all of them."
    return f"“{word}” is not in the glossary.{hint}"


def page() -> str:
    """The glossary as a page of Markdown, a heading for each letter and each word."""
    letters: dict[str, list[Term]] = {}
    for term in terms().values():
        letters.setdefault(term.name[0].upper(), []).append(term)
    head = (
        f"# Glossary\n\n{len(terms())} words of the course, each with one sentence and a"
        " picture or a sound."
        f" [Map of all lessons]({course().lesson[0].notebook}).\n\nA cell can ask, too:"
        ' `from course_utils import lessons`, then `lessons.what_is("seed")`.\n\n'
    )
    parts = [f"## {letter}\n\n{''.join(map(entry, of))}" for letter, of in letters.items()]
    return head + "".join(parts).rstrip() + "\n"


def entry(term: Term) -> str:
    """A term as Markdown: heading, sentence, its lesson, and its picture or sound."""
    lesson = course().numbered(term.lesson)
    link = f"[{lesson.number} {lesson.title}]({lesson.notebook})" if lesson else term.lesson
    return f"### {term.name}\n\n{term.sentence} Met in {link}.\n\n{shown(term)}\n\n"


def shown(term: Term) -> str:
    """The picture of a term, or its sound with what is heard, and a link where nothing plays."""
    address, words = f"{FOLDER}/{term.file}", html.escape(term.shows, quote=True)
    if term.kind == "svg":
        return f'<img src="{address}" width="360" height="150" loading="lazy" alt="{words}">'
    return (
        f'<audio controls preload="none" src="{address}" title="{term.name}: a sound"'
        f' aria-label="{term.name}: a sound"></audio>\n\n'
        f"[Listen to {term.name}]({address}): {term.shows}"
    )
