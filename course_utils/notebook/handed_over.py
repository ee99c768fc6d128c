"""What a person hands over to a call: a result, a studio, a file, a picture of another library.

The one rule for all of them: what is handed over is what is used; only None means the newest;
anything else gets a sentence that says what was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from course_utils import files
from course_utils.creation import LONGEST_SETTING, Creation, Kind, LearnerError, Recipe
from course_utils.kinds import all_kinds, kind_named
from course_utils.portfolio.store import Portfolio

__all__ = ["asked", "is_studio", "pick", "pick_all", "results_in", "shown_as"]

DEEPEST = 4  # lists in lists that are looked into
SHOWN_AS = {  # what a person would call it
    "bool": "True or False",
    "int": "a number",
    "float": "a number",
    "str": "plain text",
    "bytes": "bytes",
    "dict": "a dict",
    "ndarray": "an array",
    "Image": "a picture",
    "function": "a function (its brackets are missing)",
    "type": "a class (its brackets are missing)",
    "module": "a module",
}


def pick(portfolio: Portfolio, kind: Kind | None, given: Any) -> Creation:
    """The creation meant.

    Args:
        kind: what it must be; None: of any kind.
        given: a creation; a studio (its chosen or first one); what a call gave back (its first);
            whatever a kind takes from outside, such as a file's name, bytes, a PIL picture or an
            array, which is kept in the portfolio first; None for the newest one kept.

    Raises:
        LearnerError: there is none, it is of another kind, or it is nothing of the sort.
    """
    if given is None:
        return newest(portfolio, kind)
    found = one_of(portfolio, kind, given)
    if kind is not None and found.kind != kind:
        raise LearnerError(
            f"{needed(kind)} is needed here, and {a(found.declared.noun)} was given. Give"
            f" {a(kind_named(kind).noun)}, then run this cell again."
        )
    return found


def pick_all(portfolio: Portfolio, kind: Kind | None, given: Any) -> list[Creation]:
    """All creations meant, where several may be: those of a studio, of a result or a list, or one
    alone; see `pick`.

    Raises:
        LearnerError: there is none, or something in it is nothing of the sort.
    """
    if is_studio(given):
        return results_in(given) or [chosen_in(given, kind)]
    inside = members(given)
    if inside == []:
        raise LearnerError(nothing_in(given, kind))
    return [pick(portfolio, kind, one) for one in (inside or [given])]


def newest(portfolio: Portfolio, kind: Kind | None) -> Creation:
    """The newest one kept.

    Raises:
        LearnerError: there is none.
    """
    kept = portfolio.list(kind, most=1)
    if not kept:
        raise LearnerError(
            f"{needed(kind)} is still needed here. Make one first, then run this cell again."
        )
    return kept[0].creation


def one_of(portfolio: Portfolio, kind: Kind | None, given: Any, depth: int = 0) -> Creation:
    """The creation in what was handed over, which is not None.

    Raises:
        LearnerError: there is none in it; the sentence says what was given.
    """
    if isinstance(given, Creation):
        return given
    if is_studio(given):
        return chosen_in(given, kind)
    inside = members(given)
    if inside and depth < DEEPEST:
        return one_of(portfolio, kind, inside[0], depth + 1)
    if inside is not None:
        raise LearnerError(nothing_in(given, kind))
    brought = brought_in(portfolio, kind, given)
    if brought is None:
        raise LearnerError(
            f"{needed(kind)} is needed here, and {shown_as(given)} was given. Give a result you"
            f" made, a studio{or_a_file(kind)}, or nothing for the newest one."
        )
    return brought


def is_studio(given: Any) -> bool:
    """Whether something is a widget in which creations are made or shown."""
    return hasattr(given, "portfolio") and (hasattr(given, "chosen") or hasattr(given, "results"))


def results_in(studio: Any) -> list[Creation]:
    """What a studio shows."""
    found = getattr(studio, "results", None) or []
    return list(found.values() if isinstance(found, Mapping) else found)


def chosen_in(studio: Any, kind: Kind | None) -> Creation:
    """What is chosen in a studio, else the first of what it shows.

    Raises:
        LearnerError: nothing was made in it yet.
    """
    found = getattr(studio, "chosen", None) or next(iter(results_in(studio)), None)
    if found is None:
        raise LearnerError(
            f"Nothing was made in that studio yet, and {a(noun_of(kind))} is needed here. Press its"
            " button first, then run this cell again."
        )
    return found


def members(given: Any) -> list | None:
    """What stands inside a result of a call, a list or a table; None for a single thing."""
    if isinstance(given, list | tuple | set | frozenset):
        return list(given)
    for name in ("results", "cells", "creations", "creation", "path"):
        if hasattr(given, name) and hasattr(given, "message"):
            held = getattr(given, name)
            held = list(held.values()) if isinstance(held, Mapping) else held
            held = held if isinstance(held, list | tuple) else [held]
            return [one for one in held if one is not None]
    return [] if hasattr(given, "message") and hasattr(given, "_repr_html_") else None


def nothing_in(given: Any, kind: Kind | None) -> str:
    """The sentence for a call that made nothing, or an empty list."""
    said = str(getattr(given, "message", "") or "")
    if said:
        # a message of its own, so that what was said is found in other languages
        return " ".join([f"That call made no {noun_of(kind)}.", said])
    what = "an empty list" if type(given) is list else f"an empty {type(given).__name__}"
    return (
        f"{needed(kind)} is needed here, and {what} was given. Give a result you made, or nothing"
        " for the newest one."
    )


def brought_in(portfolio: Portfolio, kind: Kind | None, given: Any) -> Creation | None:
    """Something from outside as a creation kept in the portfolio; None where no kind takes it.

    Raises:
        LearnerError: a kind takes such things, and this one cannot be read.
    """
    brought = own_file(given)
    # a recording is taken for a sound rather than for a hummed tune
    kinds = [kind_named(kind)] if kind else sorted(all_kinds(), key=lambda one: one.plays_notes)
    for declared in kinds:
        take = declared.load("bring")
        brought = brought or (take(given, sure=kind is not None) if take else None)
    if brought is None and isinstance(given, Path):
        files.read_given(given)  # says that it is not there
    if brought is not None and portfolio.find(brought.id) is None:
        portfolio.save(brought)
    return brought


def own_file(given: Any) -> Creation | None:
    """The creation in a file that was made with the course; None for anything else."""
    if not isinstance(given, str | Path) or "\n" in str(given):
        return None
    try:
        return files.unpack(Path(given).expanduser())
    except (LearnerError, OSError, ValueError, RuntimeError):
        return None


def asked(**fields: Any) -> Recipe:
    """A recipe from what a person gave.

    Raises:
        LearnerError: the seed or a setting cannot be used; the sentence names it.
    """
    try:
        return Recipe(**fields)
    except ValidationError as problem:
        raise LearnerError(wrong_field(problem.errors()[0])) from problem


def wrong_field(error: Mapping[str, Any]) -> str:
    """What is wrong with a field of a recipe, for a learner."""
    where = [str(part) for part in error["loc"]]
    if where[:1] == ["seed"]:
        return f"The seed must be a whole number from 0 to {2**32 - 1}. Change it and try again."
    if where[:1] == ["settings"] and len(where) > 1:
        given = error.get("input")
        if isinstance(given, str) and len(given) > LONGEST_SETTING:
            return (
                f"The setting {where[1][:60]} has {len(given):,} characters and the limit is"
                f" {LONGEST_SETTING:,}. Shorten it and try again."
            )
        return (
            f"The setting {where[1][:60]} must be a number, True or False, or a few words, and it"
            f" is {shown_as(given)}. Change it and try again."
        )
    if where[:1] == ["prompt"]:
        return "The words are too long, or no words at all. Give a sentence or two in quotes."
    return (
        f"The {where[0] if where else 'recipe'} there cannot be used. Leave it out and try again."
    )


def shown_as(given: Any) -> str:
    """What a person would call a thing."""
    name = type(given).__name__
    return SHOWN_AS.get(name) or f"something called {name[:40]}"


def noun_of(kind: Kind | None) -> str:
    return kind_named(kind).noun if kind else "creation"


def needed(kind: Kind | None) -> str:
    return a(noun_of(kind)).capitalize()


def a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def or_a_file(kind: Kind | None) -> str:
    takes = kind is None or kind_named(kind).bring
    return ", a file's name" if takes else ""
