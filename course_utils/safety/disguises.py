"""What a sign of a text may stand for: a letter, one that it looks like, any letter, or nothing.

Sources: Unicode normalization form NFKC (UAX 15), the prototypes of UTS 39 (confusables.toml), and
the habits collected in disguises.toml.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["ANY", "GAP", "Glyph", "LETTER", "SIGN", "SPACE", "glyphs"]

LETTER, SIGN, ANY, GAP, SPACE = range(5)  # kinds of glyphs
APOSTROPHES = "'’ʼ＇`´"
MARKS = ("Mn", "Me", "Cf", "Cs", "Co", "Cn", "Cc")  # combining or invisible: they leave no glyph
FOLDER = Path(__file__).parent
NAMED = re.compile(r"^LATIN .*LETTER (?:SMALL CAPITAL )?([A-Z]) WITH ")


class Glyph(NamedTuple):
    """One visible sign: the letters it may stand for, and its kind."""

    reads: str  # "" for a gap
    own: str  # the letter it stands for undisguised, or ""
    kind: int


def read_table(name: str) -> dict:
    """A table beside this file."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def looks() -> dict[str, str]:
    """For every sign that looks like one of the letters a to z, these letters."""
    found: dict[str, str] = {}
    more = read_table("disguises.toml")
    for letter, signs in [*more["shapes"].items(), *read_table("confusables.toml").items()]:
        for sign in signs:
            found[sign] = found.get(sign, "") + letter * (letter not in found.get(sign, ""))
    for sign, letters in [*more["signs"].items(), *more["letters"].items()]:
        found[sign] = found.get(sign, "") + letters
    return found


@cache
def drawings() -> tuple[tuple[str, str], ...]:
    """Letters drawn with several signs, the longest first."""
    table = read_table("disguises.toml")["drawings"]
    return tuple(sorted(table.items(), key=lambda one: -len(one[0])))


def places_of(signs: str, letter: str, text: str) -> list[tuple[int, str]]:
    """Where a text has a letter drawn with signs: at its first place the letter, then nothing."""
    found, at = [], text.find(signs)
    while at >= 0:
        found += [(at, letter), *((at + more, "") for more in range(1, len(signs)))]
        at = text.find(signs, at + len(signs))
    return found


@cache
def signs_for_any() -> frozenset[str]:
    """The signs that stand for any one letter."""
    return frozenset(read_table("disguises.toml")["any"]["signs"])


@lru_cache(maxsize=8192)
def glyphs_of(sign: str) -> tuple[Glyph, ...]:
    """The glyphs of one character; none where it is invisible or only an accent."""
    category = unicodedata.category(sign)
    if sign.isspace() or category in ("Zs", "Zl", "Zp"):
        return (Glyph("", "", SPACE),)
    if sign in signs_for_any():
        return (Glyph("", "", ANY),)
    if sign in looks() and not sign.isascii():
        return (_glyph(sign, looks()[sign]),)
    if category in MARKS:
        return ()
    named = NAMED.search(unicodedata.name(sign, ""))
    if named and unicodedata.normalize("NFD", sign) == sign:  # such as ɕ, which no form takes apart
        return (Glyph(named[1].lower(), "", LETTER),)
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", sign).casefold())
    if any(part.isalpha() for part in plain) and not sign.isascii():
        plain = "".join(part for part in plain if part not in "()")  # ⒜ is a letter in brackets
    accented = any(unicodedata.category(part) in MARKS for part in plain)
    found = []
    for part in plain:
        if unicodedata.category(part) not in MARKS:
            odd = accented or len(plain) > 1 or not part.isascii()
            found.append(_glyph(part, looks().get(part, ""), odd))
    return tuple(found)


@cache
def plain_signs() -> frozenset[str]:
    """Digits and other signs that may stand for a letter, but are none."""
    return frozenset(read_table("disguises.toml")["signs"])


def _glyph(sign: str, like: str, odd: bool = False) -> Glyph:
    """A glyph that reads as itself and as what it looks like. `odd`: it is not written plainly."""
    small, category = sign.casefold(), unicodedata.category(sign)
    if category.startswith("L"):
        own = small if len(small) == 1 else ""
        reads = own + like if own not in like else like
        return Glyph(reads, "" if odd and sign.isascii() else own, LETTER)
    if sign in plain_signs() or category.startswith("N"):
        return Glyph(small + like, small, SIGN) if sign.isdigit() else Glyph(like, "", SIGN)
    return Glyph(like, "", LETTER if like else GAP)


def glyphs(text: str) -> list[tuple[Glyph, int]]:
    """The glyphs of a text, each with the place of its character.

    An apostrophe between letters is no glyph; before an accent or an invisible sign a letter counts
    as disguised.
    """
    found: list[tuple[Glyph, int]] = []
    drawn = {place: letter for one in drawings() for place, letter in places_of(*one, text)}
    for place, sign in enumerate(text):
        if place in drawn:
            found += [(Glyph(drawn[place], "", LETTER), place)] * bool(drawn[place])
            continue
        after_letter = bool(found) and found[-1][0].kind == LETTER
        if sign in APOSTROPHES and after_letter and text[place + 1 : place + 2].isalpha():
            continue
        new = glyphs_of(sign)
        if not new and after_letter and found[-1][0].own:
            found[-1] = (found[-1][0]._replace(own=""), found[-1][1])
        found += [(glyph, place) for glyph in new]
    return found
