"""What can be set and done in a studio, as tables: the notebook,
the browser and the room draw them.

A `Control` that is a setting is derived from the kind's `Settings`; what is only of use in a face
(a file to begin from, a list of earlier works) is written here by hand, in the kind's `panel.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from course_utils.creation import Creation
from course_utils.kinds import CreationKind, kind_named
from course_utils.portfolio.store import Portfolio
from course_utils.settings import MORE as MORE
from course_utils.settings import Settings, about_of, range_of

__all__ = [
    "Action",
    "Control",
    "StudioSpec",
    "TAKE",
    "WORK",
    "controls_of",
    "found",
    "kept",
    "only",
]

WORK = "Work on the one you chose"
TAKE = "Take it away"
ANY = -1


@dataclass(frozen=True)
class Control:
    """One thing to set: a choice, a box, a tick, a slider or a file."""

    name: str
    label: str
    value: Any = ""
    choices: Any = None  # words and values, or a function of the portfolio that gives them
    group: str = ""  # the title of the fold it is in; "" is always to be seen
    span: tuple[float, float, float] | None = None  # of a slider: from, to, step
    accept: tuple[str, ...] = ()  # of a file: "image", "audio", or suffixes
    lines: int = 1  # of a box for words
    whole: bool = False  # a whole number
    help: str = ""
    picture: Callable[[str], tuple[str, str]] | None = None  # of a value: file, what it shows
    part: str = ""  # "module:name" of a part only notebooks have, such as a field to draw in

    def options(self, portfolio: Portfolio) -> list[tuple[str, Any]]:
        """The words and values to choose from."""
        found = self.choices(portfolio) if callable(self.choices) else self.choices
        return [one if isinstance(one, tuple) else (str(one), one) for one in found]

    def fits(self, value: Any, portfolio: Portfolio) -> bool:
        """Whether a recipe's setting can be put into it."""
        if self.choices is not None:
            return value in [one for _, one in self.options(portfolio)]
        if self.span is not None:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and self.span[0] <= value <= self.span[1]
        return type(value) is type(self.value)

    @classmethod
    def of(cls, settings: type[Settings], name: str, **changes: Any) -> Control:
        """A setting as a control; `changes` replace what a face says differently."""
        info = settings.model_fields[name]
        about, (low, high) = about_of(info), range_of(info)
        span = None
        if low is not None and high is not None and about.step is not None:
            span = (low, high, about.step) if about.choices is None else None
        made = cls(
            name=name,
            label=about.label or name,
            value=info.default,
            choices=about.choices,
            group=about.group or "",
            span=span,
            lines=about.lines,
            whole=info.annotation is int and about.choices is None and span is None,
            help=info.description or "",
        )
        return replace(made, **changes)


def controls_of(settings: type[Settings], **changes: dict[str, Any]) -> tuple[Control, ...]:
    """All settings that faces show, in their order; `changes` by the name of a setting."""
    return tuple(Control.of(settings, name, **changes.get(name, {})) for name in settings.shown())


@dataclass(frozen=True)
class Action:
    """A button for the chosen creation: `run(creation,
    values)` gives what a notebook would show.
    """

    label: str
    group: str
    run: Callable[[Any, dict], Any]  # the creation is None where none is chosen and it is `alone`
    controls: tuple[Control, ...] = ()
    about: str = ""
    several: bool = False  # `values["all"]` are all candidates
    alone: bool = False  # needs none chosen


@dataclass(frozen=True)
class StudioSpec:
    """One studio: its controls, and the one-line functions its buttons call."""

    kind: str
    name: str  # of its tab
    label: str  # of the box for words
    words: str  # in the box at first
    make: Callable[[str, int, int, dict], Any]  # words, count, seed, values
    vary: Callable[[Creation, dict, int], Any]  # creation, values, seed
    controls: tuple[Control, ...]
    actions: tuple[Action, ...] = field(default=())
    settings: type[Settings] | None = None
    ideas: Callable[[str], str] | None = None  # other words than those in the box
    examples: tuple[str, ...] = ()  # words known to come out well

    @property
    def declared(self) -> CreationKind:
        return kind_named(self.kind)

    @property
    def noun(self) -> str:
        return self.declared.noun

    @property
    def all_controls(self) -> tuple[Control, ...]:
        """Those of the studio and those of its buttons."""
        return (*self.controls, *(one for action in self.actions for one in action.controls))


def kept(*kinds: str, nothing: str = "nothing") -> Callable[[Portfolio], list[tuple[str, str]]]:
    """Choices: the newest creations of these kinds."""

    def options(portfolio: Portfolio) -> list[tuple[str, str]]:
        found = [saved.creation for kind in kinds for saved in portfolio.list(kind, most=8)]
        named = ((f"{one.kind}: {one.recipe.prompt[:50]} ({one.id[:4]})", one.id) for one in found)
        return [(nothing, ""), *named]

    return options


def found(creation_id: str | None) -> Creation | None:
    """A kept creation by its id."""
    saved = Portfolio().find(creation_id) if creation_id else None
    return saved.creation if saved else None


def only(values: dict, *names: str) -> dict:
    """Some of the values, as far as they are set."""
    return {name: values[name] for name in names if values.get(name) is not None}
