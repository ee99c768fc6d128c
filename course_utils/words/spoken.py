"""A line as it is spoken: figures, years and ordinals in words, letters without their accents."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["spoken", "without_accent"]

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
BIG = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
FIGURES = re.compile(
    r"(?P<sign>[$£€])?(?P<number>\d{1,3}(?:,\d{3})+|\d{1,12})(?P<part>\.\d{1,6})?"
    r"(?P<end>st|nd|rd|th|s|%)?(?![\w])"
)
COINS = {"$": "dollars", "£": "pounds", "€": "euros"}
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "th", "þ": "th"}


def spoken(line: str) -> str:
    """A line in small letters a to z, spaces and apostrophes, as somebody reads it aloud; only an
    "é" at the end of a word, which is heard, stays.
    """
    line = line.replace("’", "'")
    if line.isascii() and not re.search(r"\d", line):
        return line.lower()
    text = FIGURES.sub(lambda found: f" {said(found)} ", line)
    return plain(re.sub(r"\d+", lambda found: f" {digits(found[0])} ", text).lower())


def plain(text: str) -> str:
    """Letters without accents, but for an "é" at the end of a word."""
    text = unicodedata.normalize("NFC", text)
    ends = {found.start() for found in re.finditer(r"(?<=\w)é(?=e?s?\b)", text)}
    return "".join(
        letter if place in ends else without_accent(LETTERS.get(letter, letter))
        for place, letter in enumerate(text)
    )


def without_accent(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(one for one in parts if not unicodedata.combining(one))


def said(found: re.Match) -> str:
    """Figures in words."""
    figures, end = found["number"], found["end"] or ""
    number = int(figures.replace(",", ""))
    if found["part"]:
        words = f"{in_words(number)} point {digits(found['part'][1:])}"
    elif is_year(figures) and end in ("", "s") and not found["sign"]:
        words = year(number)
    elif len(figures) > 1 and figures.startswith("0"):
        words = digits(figures)
    else:
        words = in_words(number)
    if end in ("st", "nd", "rd", "th"):
        words = ordinal(words)
    if end == "s":
        words = re.sub(r"y$", "ie", words) + "s"
    after = {"%": " per cent"}.get(end, "")
    return words + after + (f" {COINS[found['sign']]}" if found["sign"] else "")


def is_year(figures: str) -> bool:
    return len(figures) == 4 and "1100" <= figures <= "2099"


def year(number: int) -> str:
    """A year: nineteen eighty-four, nineteen hundred, two thousand five."""
    first, last = divmod(number, 100)
    if number // 10 == 200:
        return in_words(number)
    if not last:
        return f"{in_words(first)} hundred"
    return f"{in_words(first)} {'oh ' if last < 10 else ''}{in_words(last)}"


def in_words(number: int) -> str:
    """A whole number from 0 up in English."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return f"{TENS[tens - 2]} {ONES[ones]}" if ones else TENS[tens - 2]
    size, name = next((size, name) for size, name in BIG if number >= size)
    many, rest = divmod(number, size)
    return f"{in_words(many)} {name} {in_words(rest) if rest else ''}".strip()


def ordinal(words: str) -> str:
    """Three becomes third."""
    before, _, last = words.rpartition(" ")
    last = ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else f"{last}th")
    return f"{before} {last}".strip()


def digits(figures: str) -> str:
    """Figures one after the other."""
    return " ".join(ONES[int(one)] for one in figures if one in "0123456789")
