"""Signs that no font here can set, such as emoji: left out of the words of a page, and named."""

from __future__ import annotations

import unicodedata

from course_utils.creation import LearnerError
from course_utils.layouts.typography import in_no_font

__all__ = ["left_out_words", "title_without_signs", "without_signs"]

JOINERS = {"\u200d", "\ufe0e", "\ufe0f", "\u20e3"}


def is_sign(letter: str) -> bool:
    """Whether a character is a picture or mark rather than a letter of some script."""
    return letter in JOINERS or unicodedata.category(letter) in ("So", "Sk", "Sm", "Cn", "Co")


def signs_in(text: str) -> list[str]:
    """The signs of a text that no font here has, each once, in their order."""
    odd = "".join(dict.fromkeys(letter for letter in text if is_sign(letter)))
    return [letter for letter in in_no_font(odd) if letter not in JOINERS] if odd else []


def without_signs(text: str) -> str:
    """A text without them, and without the spaces they leave; its lines stay."""
    gone = {*signs_in(text), *JOINERS}
    if not any(letter in gone for letter in text):
        return text
    kept = "".join(letter for letter in text if letter not in gone)
    return "\n".join(" ".join(line.split()) for line in kept.splitlines())


def title_without_signs(title: str) -> str:
    """A title without them.

    Raises:
        LearnerError: nothing is left of it.
    """
    left = without_signs(title)
    if not left.strip():
        raise LearnerError(
            f"No font that ships has {' '.join(signs_in(title))}. Give the title in letters, and"
            " put the sign on the page as a picture."
        )
    return left


def left_out_words(*texts: str) -> str:
    """The sentence about the signs in some texts, "" where there are none."""
    found = list(dict.fromkeys(sign for text in texts for sign in signs_in(text)))
    if not found:
        return ""
    return (
        f"I had no use for: {' '.join(found)}. No font that ships has it; put it on the page as a"
        " picture, with picture=."
    )
