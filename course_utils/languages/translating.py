"""One text, in the language that is spoken now."""

from __future__ import annotations

from course_utils.languages.chosen import ENGLISH, current, spoken_catalogue

__all__ = ["translate"]


def translate(text: str) -> str:
    """A text in the language spoken now; English, or what has no translation, as it is."""
    if not text or current() == ENGLISH:
        return text
    return spoken_catalogue().translate(text)
