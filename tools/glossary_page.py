"""The words of the course as a page beside the lessons, in every language; tools/lessons.py writes
it.
"""

from __future__ import annotations

import html
import unicodedata

from course_utils.lessons.course import course
from course_utils.lessons.glossary import FOLDER, Term, said, terms
from tools.lesson_languages import ENGLISH, Edition

__all__ = ["page"]


def page(edition: Edition = ENGLISH) -> str:
    """The glossary in Markdown, a heading for each letter and each word.

    A word of another language keeps its English name as a place to link to: JupyterLab finds no
    heading with an accent.
    """
    say = edition.say
    letters: dict[str, list[Term]] = {}
    for term in sorted(terms().values(), key=lambda one: plain(said(one, say)[0])):
        letters.setdefault(plain(said(term, say)[0])[0].upper(), []).append(term)
    to_map = f"[{say('Map of all lessons')}]({edition.address(course().lesson[0])})."
    ask = f'`lessons.what_is("{said(terms()["seed"], say)[0]}")`'
    words = f"{len(terms())} words of the course, each with a sentence and a picture or a sound."
    head = [
        f"# {say('Glossary')}",
        f"{say(words)} {to_map}",
        f"{say('A cell can ask, too:')} `from course_utils import lessons`, {ask}.",
    ]
    if edition is not ENGLISH:
        head.append(say("Words inside the drawings are English."))
    parts = [
        f"## {letter}\n\n" + "\n\n".join(entry(term, edition) for term in of)
        for letter, of in letters.items()
    ]
    return "\n\n".join([*head, *parts]) + "\n"


def plain(name: str) -> str:
    """A word without accents, as the alphabet sorts it."""
    return unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()


def entry(term: Term, edition: Edition) -> str:
    """A term: heading, sentence, its lesson, and its picture or sound."""
    say, lesson = edition.say, course().numbered(term.lesson)
    name, sentence = said(term, say)
    assert lesson is not None, term.lesson
    link = f"[{lesson.number} {say(lesson.title)}]({edition.address(lesson)})"
    place = [] if name == term.name else [f'<a id="{term.anchor}"></a>']
    told = f"{sentence} {say('Met in')} {link}."
    return "\n\n".join([*place, f"### {name}", told, shown(term, name, edition)])


def shown(term: Term, name: str, edition: Edition) -> str:
    """The picture of a term, or its sound with what is heard, and a link where nothing plays."""
    say, up = edition.say, "" if edition is ENGLISH else "../"
    address, shows = f"{up}{FOLDER}/{term.file}", say(term.shows)
    words = html.escape(shows, quote=True)
    if term.kind == "svg":
        return f'<img src="{address}" width="360" height="150" loading="lazy" alt="{words}">'
    called = html.escape(f"{name}: {say('a sound')}", quote=True)
    return (
        f'<audio controls preload="none" src="{address}" title="{called}"'
        f' aria-label="{called}"></audio>\n\n'
        f"[{say('Listen to')} {name}]({address}): {shows}"
    )
