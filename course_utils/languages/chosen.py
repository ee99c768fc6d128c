"""Which language is spoken: chosen once for a notebook, or for each request to a page."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from course_utils.languages.catalogue import FOLDER, Catalogue, read_catalogue

__all__ = [
    "ENGLISH",
    "Spoken",
    "current",
    "direction",
    "known",
    "not_spoken",
    "speaking",
    "speech_asked_for",
    "spoken_catalogue",
    "use",
]

ENGLISH = "en"
VARIABLE = "COURSE_LANGUAGE"
FROM_THE_RIGHT = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
NAMES = {"en": "English", "es": "español"}
NOT_YET = "The course does not speak “{language}” yet. Choose: {ours}."
IN_ENGLISH = (
    "Still in English: poems and other texts that the model writes, and the pages of lessons that"
    " are not translated."
)


class Spoken(str):
    """A sentence that a notebook shows without quotes."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self)}</p>"


class _Choice:
    """What `use` chose for the whole program, and where its files lie."""

    language: str | None = None
    folder: Path | None = None


_HERE: ContextVar[str | None] = ContextVar("language", default=None)


def current() -> str:
    """The language spoken now, such as "es": of this request, else of the program."""
    chosen = _HERE.get() or _Choice.language
    if chosen is None:
        chosen = _Choice.language = fitting(os.environ.get(VARIABLE, "")) or ENGLISH
    return chosen


def not_spoken() -> str:
    """A sentence where the environment asks for a language that the course does not speak; else
    "".
    """
    wish = os.environ.get(VARIABLE, "").strip()
    return NOT_YET.format(language=wish[:20], ours=ours()) if wish and fitting(wish) is None else ""


def ours() -> str:
    """The languages there are, for a sentence."""
    return ", ".join(f'"{code}" ({name})' for code, name in known().items())


def known() -> dict[str, str]:
    """The languages there are, and what they call themselves."""
    found = sorted(path.parent.name for path in FOLDER.glob("*/*.po"))
    return {name: NAMES.get(name, name) for name in dict.fromkeys([ENGLISH, *found])}


def fitting(asked: str) -> str | None:
    """The language we have for a wish such as "es-MX" or "es_ES.UTF-8"."""
    short = asked.strip().lower().replace("_", "-").partition(".")[0].partition("-")[0]
    return short if short in known() else None


def speech_asked_for(accept: str) -> str:
    """The language of a browser's `Accept-Language`: the first wish that can be met."""

    def weight(wish: str) -> float:
        try:
            return float(wish.partition("q=")[2] or 1)
        except ValueError:
            return 0.0

    wishes = sorted(accept[:500].split(","), key=lambda one: -weight(one))
    found = (fitting(one.partition(";")[0]) for one in wishes)
    return next((one for one in found if one), _Choice.language or ENGLISH)


def use(language: str = ENGLISH, folder: Path | None = None) -> Spoken:
    """Speak a language from now on: studios, messages and questions of cells that run after this.

    Args:
        language: such as "es"; "en" goes back to English.
        folder: of gettext files that do not come with the course.

    Returns:
        A sentence: what is spoken now, or why it cannot be.
    """
    chosen = language if folder is not None else fitting(str(language))
    if chosen is None:
        return Spoken(NOT_YET.format(language=str(language)[:20], ours=ours()))
    _Choice.language, _Choice.folder = chosen, folder
    if chosen == ENGLISH:
        return Spoken("Studios and messages are in English from the next cell on.")
    sentence = "Studios and messages are in your language from the next cell on."
    return Spoken(spoken_catalogue().translate(f"{sentence} {IN_ENGLISH}"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within this, as for one request."""
    before = _HERE.set(language)
    try:
        yield
    finally:
        _HERE.reset(before)


def spoken_catalogue() -> Catalogue:
    """The messages of the language spoken now."""
    language = current()
    return read_catalogue(language, _Choice.folder if language == _Choice.language else None)


def direction() -> str:
    """Say "rtl" of a language read from the right, "ltr" of any other."""
    return "rtl" if current() in FROM_THE_RIGHT else "ltr"
