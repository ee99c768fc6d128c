"""The objects of a layout's file, checked before they are used: the file may be a stranger's."""

from __future__ import annotations

import html
import json
import math

from course_utils.safety.headers import check_json

__all__ = ["read_fields"]

LARGEST = 1e6  # page units
MOST = 2000  # objects
NUMBERS = frozenset({"size", "leading"})
WORDS = frozenset({"role", "fill", "shape", "font", "align"})


def read_fields(text: str) -> dict:
    """The fields of a design from the escaped JSON in its file.

    Raises:
        LearnerError: it is nested or filled beyond reason.
        TypeError, ValueError, KeyError: something in it is not what it should be.
    """
    text = html.unescape(text)
    check_json(text)
    fields = json.loads(text)
    across, down = (number(side) for side in fields["size"])
    if min(across, down) < 1 or len(fields["things"]) > MOST:
        raise ValueError("no page")
    return {
        "format": words(fields["format"]),
        "size": (across, down),
        "ground": words(fields["ground"]),
        "title": words(fields["title"]),
        "things": [thing_fields(thing) for thing in fields["things"]],
    }


def thing_fields(thing: dict) -> dict:
    """One object's fields; see `design.Thing`."""
    box = {name: number(thing["box"][name]) for name in ("x", "y", "w", "h")}
    checked = {**thing, "box": box, "lines": tuple(words(line) for line in thing["lines"])}
    for name, value in thing.items():
        if name in NUMBERS:
            checked[name] = number(value)
        elif name in WORDS:
            checked[name] = words(value)
    if not isinstance(thing.get("turned", False), bool) or type(thing.get("source", 0)) is not int:
        raise TypeError("another kind of value")
    return checked


def number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ValueError("beyond every page")
    return value


def words(value: object) -> str:
    if not isinstance(value, str) or len(value) > 4000:
        raise TypeError("no words")
    return value
