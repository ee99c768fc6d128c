"""Sentences with places in them, such as "Candidate {number} is saved."; a text is held against
them from left to right, without regular expressions, so that no text can make it slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter

__all__ = ["Template", "fields_of", "fill", "template_of"]

WORD = re.compile(r"[^\W\d_]{2,}")
PLACE = re.compile(r"\{(\w+)\}")
ENOUGH = 8  # letters of its own words and twice its pieces; with fewer it would fit too much


@dataclass(frozen=True)
class Template:
    """`literals` stand around the places: one more than there are `places`."""

    literals: tuple[str, ...]
    places: tuple[str, ...]
    letters: int  # in the literals: the more, the surer a match

    @property
    def quoted(self) -> set[str]:
        """Places between quotation marks: somebody's own words, or a name."""
        around = zip(self.places, self.literals, self.literals[1:])
        return {place for place, before, after in around if before[-1:] + after[:1] == "“”"}

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the places of a text; None where it is another text."""
        first, *between, last = self.literals
        if len(text) < len(first) + len(last) or not text.startswith(first):
            return None
        if not text.endswith(last):
            return None
        end = len(text) - len(last)
        at, found = len(first), []
        for literal in between:
            next_at = text.find(literal, at, end)
            if next_at < 0:
                return None
            found.append(text[at:next_at])
            at = next_at + len(literal)
        return dict(zip(self.places, [*found, text[at:end]]))


def fields_of(text: str) -> list[str]:
    """The names of the places in a brace format, in order.

    Raises:
        ValueError: its braces do not fit together.
    """
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def fill(said: str, places: dict[str, str]) -> str:
    """A translation with its places filled; one that it does not know stays as it is written."""
    filled = PLACE.sub(lambda found: places.get(found[1], found[0]), said)
    return filled.replace("{{", "{").replace("}}", "}")


def template_of(msgid: str) -> Template | None:
    """A message with places as a template; None where it has too few words of its own."""
    parts = list(Formatter().parse(msgid))
    literals, places, open_literal = [], [], ""
    for literal, name, _, _ in parts:
        open_literal += literal
        if name is not None:
            literals.append(open_literal)
            places.append(name)
            open_literal = ""
    literals.append(open_literal)
    letters = sum(len(word) for one in literals for word in WORD.findall(one))
    if not places or letters + 2 * sum(bool(one.strip()) for one in literals) < ENOUGH:
        return None
    return Template(tuple(literals), tuple(places), letters)
