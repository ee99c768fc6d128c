"""ABC text as tunes: which lines are fields, which music; comments, file headers and instructions.

Source of the notation: the abc music standard 2.1 (Chris Walshaw and others, 2011).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["AbcTune", "looks_like_abc", "tunes_in"]

FIELD = re.compile(r"([A-Za-z+]):(?![|:\]])[ \t]*(.*)")
MUSIC_LETTERS = (
    "ABCDEFG"  # fields of these letters stand in heads only: in the music they are notes
)
DIRECTIVE = re.compile(r"(?:%%|I:)\s*(.*)")
FREE_TEXT = re.compile(r"%%begin(text|ps|svg)\b", re.I)
LOOKS_LIKE_MUSIC = re.compile(r"^[\s\w|:\[\]()'\",/<>^=_{}~.!*&$\\+-]*\|[^.?!]*$")


@dataclass
class AbcTune:
    """One tune as lines, comments taken out.

    Attributes:
        fields: (letter, text) of the head in order, those of the file's head first; ("%%", text)
            for instructions.
        body: the same for the music; its lines have the letter "".
    """

    fields: list[tuple[str, str]] = field(default_factory=list)
    body: list[tuple[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first title of its head."""
        return next((text for letter, text in self.fields if letter == "T" and text), "")


def looks_like_abc(text: str) -> bool:
    """Whether a text is ABC: it has a field for the key."""
    return re.search(r"^\s*(?:X:.*\n(?:.*\n)*?)?K:", text, re.M) is not None


def tunes_in(text: str) -> list[AbcTune]:
    """The tunes of a text, each beginning with a line X:; without one, all of it is a tune.

    Fields before the first tune hold for each.
    """
    lines = _lines(text)
    if not any(letter == "X" for letter, _ in lines):
        first = next((at for at, line in enumerate(lines) if line[0]), 0)
        return [_tune([], lines[first:])] if any(lines) else []
    starts = [at for at, (letter, _) in enumerate(lines) if letter == "X"]
    head = [line for line in lines[: starts[0]] if line[0] in tuple("MLQRUmI") or line[0] == "%%"]
    return [_tune(head, lines[at:end]) for at, end in zip(starts, [*starts[1:], len(lines)])]


def _lines(text: str) -> list[tuple[str, str]]:
    """Lines as (letter of the field, text); ("", "") is an empty line."""
    found: list[tuple[str, str]] = []
    skipping = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if skipping:
            skipping = "" if line.strip().lower().startswith(f"%%end{skipping}") else skipping
            continue
        if begun := FREE_TEXT.match(line.strip()):
            skipping = begun[1].lower()
            continue
        if line.lstrip().startswith("%%"):
            found.append(("%%", line.strip()[2:].strip()))
            continue
        bare = re.sub(r"(?<!\\)%.*", "", line).rstrip()
        if not bare.strip():
            if not line.strip():
                found.append(("", ""))
            continue
        named = FIELD.match(bare.lstrip())
        if named and named[1] == "+" and found and found[-1][0]:
            found[-1] = (found[-1][0], f"{found[-1][1]} {named[2].strip()}")
        elif named:
            found.append((named[1], named[2].strip()))
        else:
            found.append(("", bare))
    return found


def _tune(head: list[tuple[str, str]], lines: list[tuple[str, str]]) -> AbcTune:
    """One tune: its head ends with the key, its music with an empty line and no music after."""
    tune, in_head, ended = AbcTune(list(head)), True, False
    for letter, text in lines:
        if not letter and not text:
            ended = not in_head
        elif in_head:
            if letter:
                tune.fields.append((letter, text))
            in_head = letter != "K"
        elif letter in tuple(MUSIC_LETTERS) and (
            "|" in text or not re.search(r"[h-zH-Z]{2}", text)
        ):
            tune.body.append(("", f"{letter}:{text}"))
        elif not ended or letter in ("V", "w", "K", "M", "L", "P", "Q"):
            tune.body.append((letter, text))
        elif not letter and LOOKS_LIKE_MUSIC.match(text):  # an empty line within the tune
            tune.body.append((letter, text))
            ended = False
    return tune
