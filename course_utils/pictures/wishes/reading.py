"""A prompt in another language, as English that the picture model can read: "un gato rojo" is
"a red cat". Only things, colours, sizes, numbers and a few small words; the rest is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.pictures.wishes.tables import (
    ADJECTIVES,
    COLOURS,
    LINKS,
    NUMBERS,
    Language,
    known_english,
    languages,
    things,
)

__all__ = ["Reading", "in_english"]

LONGEST = 5  # words in a name
LONGEST_PROMPT = 400  # letters; a longer text is no prompt of a few words
# what may be cut from a word to find its basic form: plurals and cases, longest first
ENDINGS = ("es", "en", "er", "e", "s", "n", "i", "y", "ы", "и")
UNCOUNTED = ("hair", "glasses", "sunglasses", "goggles", "scissors")  # no article before these
SINGULARS = ("o", "a", "e", "а", "я", "о")  # what some plurals had in the place of their ending


@dataclass(frozen=True)
class Reading:
    """What was read: English words, the language, and the words that nothing was found for."""

    words: str
    language: str
    lost: tuple[str, ...] = ()

    def said(self, prompt: str) -> str:
        """In sentences for a learner."""
        left = f" I found nothing for: {', '.join(self.lost)}." if self.lost else ""
        return f"I read “{prompt}” ({self.language}) as “{self.words}”.{left}"


def in_english(prompt: str) -> Reading | None:
    """The prompt in English; None where it is English already, or in no language known here."""
    text = unicodedata.normalize("NFC", prompt).lower().replace("’", "'")[:LONGEST_PROMPT]
    words = re.findall(r"[^\W\d_]+", text)
    if not words or all(is_english(word) for word in words):
        return None
    found = [(language, list(pieces_of(text, language))) for language in languages()]
    language, pieces = max(found, key=lambda one: evidence(one[1]))
    pieces = no_bare_colours(pieces, language)
    meant = [word for _, word, _ in pieces if word in things() or word in ADJECTIVES]
    if evidence(pieces) <= 0 or not meant:
        return None
    lost = tuple(dict.fromkeys(own for own, word, _ in pieces if word is None))
    return Reading(said_in_english(pieces, language), language.name, lost)


def no_bare_colours(pieces: list[Piece], language: Language) -> list[Piece]:
    """Colours as the things of their names where nothing is coloured: "una rosa" is a rose."""
    if any(word and is_thing(word) for _, word, _ in pieces):
        return pieces
    return [
        (own, language.things.get(own, word) if word in COLOURS else word, weight)
        for own, word, weight in pieces
    ]


def is_english(word: str) -> bool:
    return word in known_english() or word.removesuffix("s") in known_english()


Piece = tuple[str, str | None, int]  # own words, English ("" for nothing, None unknown), weight


def evidence(pieces: list[Piece]) -> int:
    """What speaks for a language: two for each word, or letter, that it has, one less for each that
    nobody has. An English word does not speak for another language, even if that has it too; it
    speaks against one that has not.
    """
    score = 0
    for own, word, weight in pieces:
        if is_english(own):
            score -= 2 * weight if word is None else 0
        else:
            score += -weight if word is None else 2 * weight
    return score


def pieces_of(text: str, language: Language) -> Iterator[Piece]:
    """The text cut into names and words of a language, the longest name first."""
    if language.spaces:
        units, joint, longest = re.findall(r"[^\W\d_]+|[.,;!?]", text), " ", LONGEST
    else:
        units, joint, longest = re.findall(r"[^\W_]", text), "", 2 * LONGEST
    at = 0
    while at < len(units):
        for length in range(min(longest, len(units) - at), 0, -1):
            own = joint.join(units[at : at + length])
            word = word_for(own, language)
            if word is not None or length == 1:
                if own not in ".,;!?":
                    yield own, word, length
                at += length
                break


def word_for(own: str, language: Language) -> str | None:
    """The English for a word or name, also in a plural or another form; None where unknown."""
    if own in language.small:
        return language.small[own]
    if own in language.things:
        return language.things[own]
    if not language.spaces or " " in own or len(own) < 4:
        return None
    return next((language.things[form] for form in basic(own) if form in language.things), None)


def basic(word: str) -> Iterator[str]:
    """What a word may be a plural or another form of, the longest ending first."""
    for ending in ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word:
            yield from (stem, *(stem + one for one in SINGULARS))


def said_in_english(pieces: list[Piece], language: Language) -> str:
    """The English words in English order, with articles and plurals."""
    words = [in_number(own, word, language) for own, word, _ in pieces if word]
    many = set(words) - {word for _, word, _ in pieces}
    if language.colour_after_noun:
        words = colours_first(words)
    words = at_night(words)
    said: list[str] = []
    number = False
    for place, word in enumerate(words):
        number = word in NUMBERS or number and word not in LINKS
        begins = place == 0 or words[place - 1] in LINKS or is_thing(words[place - 1])
        plain = word in LINKS or word in NUMBERS or word == "background" or word == "night"
        if is_thing(word) and number and not word.endswith("s"):
            word += "s"
        article = "an " if word[0] in "aeiou" else "a "
        several = number or next(filter(is_thing, words[place:]), "") in {*many, *UNCOUNTED}
        said.append(word if plain or several or not begins else article + word)
    return " ".join(said)


def at_night(words: list[str]) -> list[str]:
    """ "at" before "night", as captions say it, where a language has another word or none."""
    said: list[str] = []
    for word in words:
        if word == "night" and said:
            said = said[:-1] if said[-1] in LINKS else said
            said.append("at")
        said.append(word)
    return said


def in_number(own: str, word: str, language: Language) -> str:
    """The English for a word, in the plural where its own form is one for certain."""
    if not language.plural or not own.endswith(language.plural) or not is_thing(word):
        return word
    alone = any(language.things.get(form) == word for form in basic(own))
    return word if word.endswith("s") or not alone else f"{word}s"


def is_thing(word: str) -> bool:
    return word not in LINKS and word not in NUMBERS and word not in ADJECTIVES


def colours_first(words: list[str]) -> list[str]:
    """Colours and sizes moved before the noun they follow."""
    ordered: list[str] = []
    for place, word in enumerate(words):
        around = words[place - 1 : place] + words[place + 1 : place + 2]
        if word == "and" and len(around) == 2 and ADJECTIVES.issuperset(around):
            continue  # "grande y roja" is "big red"
        if word in ADJECTIVES and ordered and is_thing(ordered[-1].split()[-1]):
            ordered.insert(len(ordered) - 1, word)
        else:
            ordered.append(word)
    return ordered
