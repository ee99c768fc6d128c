"""The one protocol every engine follows: a Recipe goes in,
Creations come out as they are finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from course_utils.creation import Creation, Kind, LearnerError, Recipe
from course_utils.kinds import kind_named
from course_utils.models.lora_file import OwnModel

__all__ = [
    "Engine",
    "Ingredient",
    "Ingredients",
    "OnProgress",
    "Progress",
    "Stopped",
    "is_whole",
    "rest_of",
    "room_words",
]


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
# what a recipe begins from, and the same by the names under which an engine wants it
Ingredient = Creation | list[Creation] | OwnModel
Ingredients = Mapping[str, Ingredient]


class Stopped(Exception):
    """Raised inside an engine's step to leave a library's loop when stop is set;
    never reaches a learner.
    """


class Engine(Protocol):
    """Turns a Recipe into Creations. Knows no widgets and writes no files.

    An engine derives from this class. Its own are `kind`, `load` and `create`; what the other
    members say here is true of an engine with one model on this computer and nothing to add.
    """

    kind: Kind
    current: str = ""  # the name of the model in use, where there are several
    has_models: bool = False  # whether there are several, for `switch`

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

    def switch(self, model: Any, /) -> None:
        """Use another model from now on: its name, or for texts its backend.

        Raises:
            LearnerError: it cannot be opened; the present one stays.
        """
        raise LearnerError("There is no other model for this. Go on with the one in use.")

    def used_by(self, recipe: Recipe) -> str:
        """The name of the model that would follow a recipe, "" where there is only one."""
        return self.current

    def forget_own(self) -> None:
        """Let go of a taught model that is kept in memory."""
        return None

    @property
    def revision(self) -> str:
        """Which edition of the model the course brings, "" before it is known."""
        return ""

    @property
    def where(self) -> str:
        """Where a learner's words go, in a sentence; "" where that goes without saying."""
        return ""

    @property
    def to_fetch(self) -> str:
        """A sentence about what must be fetched first, "" when nothing."""
        return ""

    @property
    def licence(self) -> str:
        """What the makers of the model allow, where it must be said; else ""."""
        return ""

    @property
    def room_words(self) -> str:
        """What went to a room's computer, or why it was made here after all."""
        return ""

    def unread_words(self, prompt: str) -> str:
        """The end of the words, where the model had no room for it; else ""."""
        return ""

    def unused(self, recipe: Recipe) -> list[str]:
        """The words of the prompt that nothing was done with."""
        return []

    def without_effect(self, recipe: Recipe) -> str:
        """Sentences about all else in a recipe that no notice was taken of."""
        return ""

    def left_out(self, made: list[Creation]) -> str:
        """Sentences about what of a wish found no room in the results."""
        return ""

    def told(self, recipe: Recipe) -> str:
        """A sentence where a recipe is of another edition of the model; else ""."""
        return ""


def is_whole(recipe: Recipe, finished: int) -> bool:
    """Whether as many are finished as the recipe asks for."""
    return finished >= max(1, int(recipe.settings.get("count", 1)))


def rest_of(recipe: Recipe, finished: int) -> Recipe:
    """The recipe of the candidates after those that are finished;
    they come out as they would have.
    """
    if not finished:
        return recipe
    settings: dict = {"count": max(1, int(recipe.settings.get("count", 1)) - finished)}
    if (
        kind_named(recipe.kind).has_setting("shared_seed")
        and float(recipe.settings.get("surprise", 1.0)) < 1
        and int(recipe.settings.get("shared_seed", -1)) < 0
    ):
        # the noise of the first candidate, which the others share
        settings["shared_seed"] = recipe.seed
    return recipe.changed(seed=(recipe.seed + finished) % 2**32, settings=settings)


def room_words(engine: Engine | None) -> str:
    """What went to a room's computer, or why it was made here after all, with a space before it;
    "" for an engine of this computer.
    """
    return f" {engine.room_words}" if engine is not None and engine.room_words else ""
