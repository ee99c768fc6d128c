"""Texts inside HTML of our own making: what is read and what is read aloud, nothing else."""

from __future__ import annotations

import html
import re

from course_utils.languages.chosen import ENGLISH, current, spoken_catalogue

__all__ = ["translate_html"]

TAG = re.compile(r"(<!--.*?-->|<[^<>]*>)", re.S)
SAID = re.compile(r'\b(alt|title|aria-label|placeholder)="([^"]+)"')
NAME = re.compile(r"</?\s*([a-zA-Z0-9-]+)")
SHUT = ("script", "style", "textarea", "pre", "code", "blockquote", "svg")  # not words of ours
HEARD = ("svg", "blockquote")  # shut, but with a name that is read aloud
ALONE = ("br", "img", "input", "hr", "meta", "link", "source", "wbr", "col")


def translate_html(text: str) -> str:
    """The same HTML with its words in the language spoken now.

    What stands in a text of a learner or a model (`<blockquote>`), in a program or in an element
    with `translate="no"` is left as it is.
    """
    if not text or current() == ENGLISH:
        return text
    said = spoken_catalogue().translate
    pieces: list[str] = []
    shut: list[str] = []  # the names of open elements that are left alone
    named = False  # inside the name of a drawing, which is read aloud
    for piece in TAG.split(text):
        if not piece.startswith("<"):
            left = (shut and not named) or not piece.strip()
            pieces.append(piece if left else word(piece, said))
            continue
        named = shut[:1] == ["svg"] and piece.startswith(("<title", "<desc"))
        found = NAME.match(piece)
        name = found[1].lower() if found else ""
        if shut:
            shut = nested(shut, name, piece)
        elif (name in SHUT or 'translate="no"' in piece) and opens(piece, name):
            shut = [name]
        pieces.append(piece if shut and name not in HEARD else tag(piece, said))
    return "".join(pieces)


def opens(piece: str, name: str) -> bool:
    return not piece.startswith(("</", "<!")) and not piece.endswith("/>") and name not in ALONE


def nested(shut: list[str], name: str, piece: str) -> list[str]:
    """The open elements after one more tag, counting only those of the same name."""
    if name != shut[-1]:
        return shut
    return [*shut, name] if opens(piece, name) else shut[:-1]


def word(piece: str, said) -> str:
    return html.escape(said(html.unescape(piece)), quote=False)


def tag(piece: str, said) -> str:
    """A tag with the attributes that people hear or see."""

    def named(found: re.Match) -> str:
        return f'{found[1]}="{html.escape(said(html.unescape(found[2])), quote=True)}"'

    return SAID.sub(named, piece)
