"""How a wish for a picture is read: its language, other words for things, and what goes beyond the
small model. Nothing is changed without a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.engines.unused import wish_words
from course_utils.pictures.prompt_ideas import IDEAS, article
from course_utils.pictures.wishes.known_nouns import as_known, kin, said_plainly
from course_utils.pictures.wishes.parts import parts_of, things_in, unheeded
from course_utils.pictures.wishes.reading import in_english, is_english

__all__ = ["Beyond", "Wish", "beyond", "read_wish", "said_of_the_rest"]

MOST_THINGS = 2
MOST_NAMED = 6


@dataclass(frozen=True)
class Wish:
    """The words that are given to the model, and what is said about them."""

    words: str
    said: str = ""


def read_wish(prompt: str, own_name: str = "") -> Wish:
    """A prompt as the course's own model is given it.

    Args:
        own_name: a word that the learner taught an own model, left as it is.
    """
    if own_name and own_name.lower() in prompt.lower():
        reading = None
    else:
        reading = in_english(prompt)
    words, pairs = as_known(reading.words if reading else prompt, own_name)
    told = (reading.said(prompt) if reading else "", said_plainly(pairs))
    return Wish(words, " ".join(filter(None, told)))


@dataclass(frozen=True)
class Beyond:
    """What the small model knows of a wish and what not, and two wishes that come out well."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]
    surer: tuple[str, str]

    def said(self) -> str:
        """In sentences for a learner."""
        parts = []
        if self.unknown:
            parts.append(f"The small model has never seen: {', '.join(self.unknown)}.")
        if len(self.known) > MOST_THINGS:
            parts.append("So many things in one picture are too many for it.")
        if self.known:
            parts.append(f"It knows: {', '.join(self.known)}.")
        return " ".join(parts)


def beyond(prompt: str, own_name: str = "") -> Beyond | None:
    """What of a wish goes beyond the course's own model; None where nothing does."""
    text = read_wish(prompt, own_name).words.lower()
    if not own_name and parts_of(text):
        return None  # each thing is drawn alone
    known = tuple(dict.fromkeys(things_in(text)))
    inside = {word for name in known for word in name.split()}
    unknown = tuple(
        word
        for word in wish_words(text)
        if not is_english(word)
        and word not in inside
        and word not in kin()
        and not word.isdigit()
        and word != own_name.lower()
    )
    if not unknown and len(known) <= MOST_THINGS:
        return None
    return Beyond(known, unknown, surer_wishes(known))


def said_of_the_rest(prompt: str, own_name: str = "") -> str:
    """The sentence about words that the own model knows and hardly follows; "" for none."""
    text = read_wish(prompt, own_name).words.lower()
    words = [word for word in unheeded(text) if word not in own_name.lower().split()]
    if not words:
        return ""
    return (
        "The small model follows one thing, its colour, size and style; it may take no notice of:"
        f" {', '.join(words[:MOST_NAMED])}."
    )


def surer_wishes(known: tuple[str, ...]) -> tuple[str, str]:
    """Two wishes near this one that the model draws well."""
    if not known:
        return IDEAS[0], IDEAS[1]
    first = f"{article(known[0])} {known[0]}"
    if len(known) == 1:
        return first, f"{first} on a light blue background"
    return first, f"{first} and {article(known[1])} {known[1]}"
