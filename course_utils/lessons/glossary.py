"""The words of the course, one sentence each; declared in glossary.toml."""

from __future__ import annotations

import difflib
import html
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from course_utils.lessons.course import course

__all__ = ["PAGE", "page", "what_is"]

DECLARED = Path(__file__).with_name("glossary.toml")
PAGE = "glossary.md"  # beside the lessons, which link to its headings
# terms that a lesson's banner shows
PICTURED = {
    "candidate": "01",
    "guidance": "02",
    "diffusion model": "03",
    "piano roll": "06",
    "backing track": "07",
    "spectrogram": "08",
    "layout": "10",
    "fine-tuning": "12",
    "style": "12b",
    "training data": "13",
    "energy": "14b",
}


class Term(BaseModel):
    """A word, the number of the lesson where it is met, and what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z -]{1,30}$")]
    lesson: str
    sentence: Annotated[str, Field(max_length=160)]

    @property
    def anchor(self) -> str:
        """What stands behind # in a link to it."""
        return self.name.replace(" ", "-")


@cache
def terms() -> dict[str, Term]:
    """All terms by name, in the order of the alphabet."""
    read = tomllib.loads(DECLARED.read_text(encoding="utf-8"))["terms"]
    return {
        name: Term(name=name, lesson=lesson, sentence=sentence)
        for name, (lesson, sentence) in sorted(read.items())
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
        f"# Glossary\n\n{len(terms())} words of the course, one sentence each."
        f" [Map of all lessons]({course().lesson[0].notebook}).\n\nA cell can ask, too:"
        ' `from course_utils import lessons`, then `lessons.what_is("seed")`.\n\n'
    )
    parts = [f"## {letter}\n\n{''.join(map(entry, of))}" for letter, of in letters.items()]
    return head + "".join(parts).rstrip() + "\n"


def entry(term: Term) -> str:
    """A term as Markdown: heading, sentence, a picture where there is one, and its lesson."""
    lesson = course().numbered(term.lesson)
    link = f"[{lesson.number} {lesson.title}]({lesson.notebook})" if lesson else term.lesson
    shown = course().numbered(PICTURED.get(term.name, ""))
    picture = ""
    if shown and shown.alt:
        alt = html.escape(shown.alt, quote=True)
        picture = f'<img src="{shown.banner}" width="320" alt="{alt}">\n\n'
    return f"### {term.name}\n\n{term.sentence} Met in {link}.\n\n{picture}"
