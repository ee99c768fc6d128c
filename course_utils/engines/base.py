"""The one protocol every engine follows: a Recipe goes in,
Creations come out as they are finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from course_utils.creation import Creation, Kind, Recipe
from course_utils.kinds import kind_named


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is.

    `preview` is an unfinished result: PNG bytes for pictures, the text so far for words, None where
    there is none.
    """

    step: int
    total: int
    preview: bytes | str | None = None
    note: str = ""  # what is to be said meanwhile, such as a place in a room's queue

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return min(1.0, self.step / self.total) if self.total else 0.0


OnProgress = Callable[[Progress], None]


class Stopped(Exception):
    """Raised inside an engine's step to leave a library's loop when stop is set;
    never reaches a learner.
    """


class Engine(Protocol):
    """Turns a Recipe into Creations. Knows no widgets and writes no files."""

    kind: Kind

    def load(self) -> None:
        """Bring the model into memory; safe to call twice and from any thread."""

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Creation]:
        """Yield `recipe.settings["count"]` (default 1) Creations as they are finished.

        Candidate number i is made with seed `recipe.seed + i` and carries a recipe of its own (that
        seed, count 1), so that it can be made again alone. When `stop` is set, returns early and
        keeps what is done.

        Raises:
            LearnerError: the recipe cannot be followed; the message says what to do.
        """
        ...


def rest_of(recipe: Recipe, finished: int) -> Recipe:
    """The recipe of the candidates after those that are finished;
    they come out as they would have.
    """
    if not finished:
        return recipe
    settings: dict = {"count": max(1, int(recipe.settings.get("count", 1)) - finished)}
    if (
        kind_named(recipe.kind).has_setting("shared_seed")
        and recipe.settings.get("surprise", 1.0) < 1
        and recipe.settings.get("shared_seed", -1) < 0
    ):
        # the noise of the first candidate, which the others share
        settings["shared_seed"] = recipe.seed
    return recipe.changed(seed=(recipe.seed + finished) % 2**32, settings=settings)


def room_words(engine: Engine) -> str:
    """What went to a room's computer, or why it was made here after all, with a space before it;
    "" for an engine of this computer.
    """
    words = getattr(engine, "room_words", "")
    return f" {words}" if words else ""
