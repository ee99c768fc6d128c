"""What can be set and done, as tables that every face draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course_utils.creation import Creation
from course_utils.portfolio.store import Portfolio

WORK = "Work on the one you chose"
TAKE = "Take it away"
ANY = -1

MORE = "More settings"


@dataclass(frozen=True)
class Control:
    """One setting. `choices`: words and values, a function of the portfolio that gives them, or none for a box, a tick, a slider (`span`: from, to, step) or a file (`accept`)."""

    name: str
    label: str
    value: Any = ""
    choices: Any = None
    group: str = ""  # the title of the fold it is in; "" is always to be seen
    span: tuple[float, float, float] | None = None
    accept: tuple[str, ...] = ()
    lines: int = 1
    whole: bool = False  # a whole number

    def options(self, portfolio: Portfolio) -> list[tuple[str, Any]]:
        """The words and values to choose from."""
        found = self.choices(portfolio) if callable(self.choices) else self.choices
        return [one if isinstance(one, tuple) else (str(one), one) for one in found]


@dataclass(frozen=True)
class Action:
    """A button for the creation that is chosen: `run(creation, values)` gives Results, or anything a notebook would show."""

    label: str
    group: str
    run: Callable[[Creation, dict], Any]
    controls: tuple[Control, ...] = ()
    about: str = ""
    several: bool = False  # `values["all"]` are all candidates
    alone: bool = False  # needs none chosen


@dataclass(frozen=True)
class Desk:
    """One studio: its controls, and the one-line functions its buttons call."""

    kind: str
    name: str  # of its tab
    noun: str
    label: str  # of the box for words
    words: str  # in the box at first
    make: Callable[[str, int, int, dict], Any]  # words, count, seed, values
    vary: Callable[[Creation, dict, int], Any]
    controls: tuple[Control, ...]
    actions: tuple[Action, ...] = field(default=())


def kept(*kinds: str, nothing: str = "nothing") -> Callable[[Portfolio], list[tuple[str, str]]]:
    """Choices: the newest creations of these kinds."""

    def options(portfolio: Portfolio) -> list[tuple[str, str]]:
        found = [saved.creation for kind in kinds for saved in portfolio.list(kind, most=8)]
        return [(nothing, ""), *((f"{one.kind}: {one.recipe.prompt[:50]} ({one.id[:4]})", one.id) for one in found)]

    return options


def found(creation_id: str | None) -> Creation | None:
    """A kept creation by its id."""
    saved = Portfolio().find(creation_id) if creation_id else None
    return saved.creation if saved else None


def only(values: dict, *names: str) -> dict:
    return {name: values[name] for name in names if values.get(name) is not None}
