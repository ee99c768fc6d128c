"""Errors whose message a learner can act on."""

from __future__ import annotations


class LearnerError(ValueError):
    """Something a learner can act on: one or two plain sentences with one next step."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook in place of a traceback: the sentence."""
        return [str(self)]


class BadRecipe(LearnerError):
    """A recipe that is broken, from a newer version, or not a recipe at all."""
