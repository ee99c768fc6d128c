"""A setting, declared once: its default, its range or choices, its label and its sentence of help.

From the class of a kind's settings come the check of a recipe, the keywords of its one-line call,
the controls of every face, `course make KIND --help` and the table in the documentation.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from course_utils.creation import LearnerError, Recipe

__all__ = [
    "INSIDE",
    "MORE",
    "Settings",
    "about_of",
    "check_names",
    "in_words",
    "no_setting",
    "range_of",
    "setting",
    "takes",
]

Choices = Iterable[Any] | Callable[..., Iterable[Any]]
F = TypeVar("F", bound=Callable[..., Any])
MORE = "More settings"  # the fold of what is seldom changed
MOST_NAMED = 8
BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
INSIDE = None  # the group of a setting that no face shows: the course sets it by itself


@dataclass(frozen=True)
class About:
    """What a face needs to know of a setting besides its type and range."""

    label: str = ""
    help: str = ""
    # values, pairs of words and value, or a function of the portfolio
    choices: Choices | None = None
    group: str | None = MORE
    step: float | None = None  # of a slider
    lines: int = 1  # of a box for words
    open_choice: bool = False  # other values than the choices are checked elsewhere

    def __call__(self, schema: dict) -> None:
        """Say it in a JSON schema too, as pydantic asks."""
        schema.update({"title": self.label} if self.label else {})
        if self.choices is not None and not callable(self.choices):
            schema["enum" if not self.open_choice else "examples"] = values_of(self.choices)


def values_of(choices: Iterable[Any]) -> list:
    """The values of choices that may come with words."""
    return [one[1] if isinstance(one, tuple) else one for one in choices]


def setting(
    default: Any,
    *,
    label: str = "",
    help: str = "",
    choices: Choices | None = None,
    ge: float | None = None,
    le: float | None = None,
    group: str | None = MORE,
    step: float | None = None,
    lines: int = 1,
    open_choice: bool = False,
) -> Any:
    """One setting of a `Settings` class.

    Args:
        default: its value where a recipe says nothing.
        label: its name for a learner; help: one sentence.
        choices: the allowed values, or pairs of words and value; a function of the portfolio where
            they depend on what was made (such values are checked by whoever uses them).
        ge, le: its range, both included.
        group: "" is always to be seen, MORE or another title is a fold, INSIDE is never shown.
        step: of a slider; lines: of a box; open_choice: values beside the choices are allowed.
    """
    about = About(label, help, choices, group if label else INSIDE, step, lines, open_choice)
    return Field(default, ge=ge, le=le, description=help or None, json_schema_extra=about)


class Settings(BaseModel):
    """All settings of a kind of creation, complete and checked."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, recipe: Recipe) -> Self:
        """The settings of a recipe, with defaults filled in.

        Raises:
            LearnerError: one is unknown or cannot be used; the first that was found.
        """
        return cls.of(recipe.settings)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """The same of bare values; see `read`."""
        try:
            return cls.model_validate(dict(given))
        except ValidationError as problem:
            raise cls._sentence(problem.errors()[0]) from problem

    def model_post_init(self, _: Any) -> None:
        for name, field in type(self).model_fields.items():
            about = about_of(field)
            if about.choices is None or about.open_choice or callable(about.choices):
                continue
            allowed = values_of(about.choices)
            if getattr(self, name) not in allowed:
                raise LearnerError(one_of(name, allowed))

    @classmethod
    def _sentence(cls, error: Mapping[str, Any]) -> LearnerError:
        """What is wrong with a setting, for a learner."""
        name, kind = str(error["loc"][0]) if error["loc"] else "", error["type"]
        own = error.get("ctx", {}).get("error")
        if isinstance(own, LearnerError):  # of a validator, or of a choice
            return own
        if kind == "extra_forbidden":
            return no_setting(name, cls.model_fields)
        field = cls.model_fields[name]
        return LearnerError(must_be(name, field))

    @classmethod
    def shown(cls) -> dict[str, FieldInfo]:
        """The settings that a face shows, by name."""
        return {n: f for n, f in cls.model_fields.items() if about_of(f).group is not INSIDE}

    def saved(self, **changes: Any) -> dict[str, Any]:
        """What stands in the recipe of a result: every setting, some of them changed."""
        return {**self.model_dump(), **changes}


def about_of(field: FieldInfo) -> About:
    """What was said of a setting."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, About) else About()


def range_of(field: FieldInfo) -> tuple[float | None, float | None]:
    """The smallest and the largest value of a setting, None where there is no end."""
    low = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    return low, high


def one_of(name: str, allowed: Iterable[Any]) -> str:
    """The sentence for a value that is none of the choices."""
    names = ", ".join(str(one) for one in allowed if one != "")
    return f"The setting {name} must be one of: {names}. Change it and try again."


def must_be(name: str, field: FieldInfo) -> str:
    """The sentence for a value of the wrong type or out of range."""
    low, high = range_of(field)
    kind = field.annotation
    if kind is bool:
        return f"The setting {name} must be true or false. Leave it out and try again."
    if kind in (int, float) and low is not None and high is not None:
        return f"The setting {name} must be a number from {low} to {high}. Change it and try again."
    if kind in (int, float):
        return f"The setting {name} must be a number. Change it and try again."
    return f"The setting {name} must be words. Change it and try again."


def no_setting(name: str, known: Iterable[str]) -> LearnerError:
    """The sentence for a keyword that is not there, with the nearest that is, or with the first."""
    names = [one for one in known if not one.startswith("_")]
    near = difflib.get_close_matches(name, names, 1)
    if near:
        return LearnerError(f"There is no setting “{name}”. Did you mean “{near[0]}”?")
    said = ", ".join(names[:MOST_NAMED])
    return LearnerError(f"There is no setting “{name}” here. Leave it out, or use one of: {said}.")


def check_names(given: Iterable[str], *functions: Callable[..., object]) -> None:
    """Hold the keywords of a call against those that its function declares.

    Args:
        functions: it, and those it hands its `**keywords` to; what is first there it gives itself.

    Raises:
        LearnerError: there is no such keyword.
    """
    known: dict[str, None] = {}
    for number, function in enumerate(functions):
        declared = list(inspect.signature(function).parameters.values())
        settings = getattr(function, "settings_taken", {})
        mine = declared[2:] if number else declared
        known |= dict.fromkeys([one.name for one in mine if one.kind in BY_NAME] + [*settings])
        if settings or all(one.kind is not one.VAR_KEYWORD for one in declared):
            break
    else:
        return
    for name in given:
        if name not in known:
            raise no_setting(name, [one for one in known if one != "self"])


def takes(settings: type[Settings], *others: str) -> Callable[[F], F]:
    """Give a function with `**settings` each setting as a named, typed keyword.

    Tab, help() and the documentation then know them; the function itself is not changed.

    Args:
        settings: the kind's settings; those that faces show are taken, and `others` by name.
    """

    def named(function: F) -> F:
        chosen = {**settings.shown(), **{name: settings.model_fields[name] for name in others}}
        signature = inspect.signature(function)
        given = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        keywords = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=info.default,
                annotation=info.annotation,
            )
            for name, info in chosen.items()
            if name not in signature.parameters
        ]
        named_ones = signature.replace(parameters=[*given, *keywords])
        # read by inspect, and by `check_names`
        vars(function).update(__signature__=named_ones, settings_taken=settings.model_fields)
        lines = [f"    {name}: {in_words(info)}" for name, info in chosen.items()]
        about = inspect.cleandoc(function.__doc__ or "")
        function.__doc__ = f"{about}\n\nSettings:\n" + "\n".join(lines)
        return function

    return named


def in_words(info: FieldInfo) -> str:
    """One setting in a line: what it is, its range or choices, its default."""
    about, (low, high) = about_of(info), range_of(info)
    what = info.description or f"{about.label}."
    if about.choices is not None and not callable(about.choices):
        names = ", ".join(repr(one) for one in values_of(about.choices))
        what = f"{what} One of: {names}."
    elif low is not None and high is not None:
        what = f"{what} From {low:g} to {high:g}."
    return f"{what} Normally {info.default!r}."
