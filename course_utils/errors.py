"""Errors whose message a learner can act on."""

from __future__ import annotations

from course_utils.languages.translating import translate
from course_utils.set_up_words import for_here

__all__ = ["BadRecipe", "ChangedElsewhere", "LearnerError"]


class LearnerError(ValueError):
    """Something a learner can act on: one or two plain sentences with one next step."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(for_here(str(sentence)))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook in place of a traceback: the sentence."""
        return [translate(str(self))]


class BadRecipe(LearnerError):
    """A recipe that is broken, from a newer version, or not a recipe at all."""


class ChangedElsewhere(BadRecipe):
    """What a file shows or plays was changed in another program, and what it holds beside that was
    not.
    """
