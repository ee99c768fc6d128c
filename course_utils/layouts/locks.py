"""Objects of a page that stay as they are while everything else is laid out anew, and changes by hand carried over to another page."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

from course_utils.creation import LearnerError
from course_utils.layouts.colours import to_rgb
from course_utils.layouts.design import Box, Design, Thing
from course_utils.layouts.edits import balanced_in, number_of
from course_utils.layouts.typography import FOLDER, balanced

LONGEST = 4000  # characters, as a recipe's setting may have
ROLES = ("title", "body", "small", "picture", "panel", "ornament")
BAD = "The objects kept in this recipe are damaged. Leave them out, and lock them again in the studio."


def write_locks(design: Design, which) -> str:
    """Objects (their numbers from 1, or their names) as a recipe's setting: their places and looks; words are not copied, they come from the recipe.

    Raises:
        LearnerError: there are no such objects, or too many to keep.
    """
    text = written([design.things[number - 1] for number in sorted({number_of(design, one) for one in which})])
    if len(text) > LONGEST:
        raise LearnerError("Those are too many objects to lock at once. Lock the composition instead, or fewer objects.")
    return text


def written(things: list[Thing]) -> str:
    """Objects as `read_locks` reads them; "" for none."""
    kept = []
    for thing in things:
        fields = asdict(replace(thing, lines=()))
        del fields["lines"]
        kept.append({name: value for name, value in fields.items() if value not in ("", False, 0, 0.0) or name == "box"})
    return json.dumps(kept, separators=(",", ":")) if kept else ""


def read_locks(text: str) -> list[Thing]:
    """The objects in a recipe's setting, checked.

    Raises:
        LearnerError: they are damaged.
    """
    if not text:
        return []
    try:
        things = [Thing(**{**fields, "box": Box(**fields["box"])}) for fields in json.loads(text)]
        for thing in things:
            numbers = (thing.box.x, thing.box.y, thing.box.w, thing.box.h, thing.size, thing.leading)
            if any(isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one) or abs(one) > 10_000 for one in numbers) or thing.box.w <= 0 or thing.box.h <= 0:
                raise ValueError("a number")
            if thing.role not in ROLES or thing.lines or thing.shape not in ("box", "round", "ring", "line", "cut") or thing.align not in ("left", "centre", "right") or not isinstance(thing.source, int) or not isinstance(thing.turned, bool):
                raise ValueError("a choice")
            if thing.role in ("title", "body", "small") and (not (FOLDER / f"{thing.font}.ttf").is_file() or "/" in thing.font or not 5 <= thing.size <= 1000 or not 0.5 <= thing.leading <= 3):
                raise ValueError("letters")
            to_rgb(thing.fill)
    except (TypeError, ValueError, KeyError, RecursionError, AttributeError, OSError) as problem:
        raise LearnerError(BAD) from problem
    return things


def with_locked(design: Design, locked: list[Thing]) -> Design:
    """The page with locked objects in the place of its own of the same role: the first panel for the first, and so on; what it does not have is added behind the words.

    Words are those of the page, broken anew in the locked letters and width; a locked role that the page has no words for falls away.
    """
    things, left = list(design.things), list(locked)
    for place, thing in enumerate(things):
        mine = next((one for one in left if one.role == thing.role), None)
        if mine is None:
            continue
        left.remove(mine)
        things[place] = _in_words(replace(mine, lines=thing.lines)) if thing.is_words else mine
    extra = [one for one in left if one.role in ("panel", "ornament", "picture") and not (one.role == "picture" and not design.find("picture"))]
    return replace(design, things=(*extra, *things))


def _in_words(thing: Thing) -> Thing:
    """Words broken in their locked box, which only grows or shrinks where there are more or fewer lines than before."""
    made = balanced_in(thing)
    if thing.turned:
        lines = tuple(balanced(" ".join(thing.lines), thing.font, thing.size, thing.box.h))
        made = replace(thing, lines=lines, box=replace(thing.box, w=len(lines) * thing.leading * thing.size))
    same = abs(made.box.w - thing.box.w) < 1 and abs(made.box.h - thing.box.h) < 1
    return replace(made, box=thing.box) if same else made


def refitted(locked: list[Thing], old: tuple[float, float], new: tuple[float, float]) -> list[Thing]:
    """Locked objects at the same shares of another page; letters grow with its narrower measure."""
    across, down = new[0] / old[0], new[1] / old[1]
    least = min(across, down)
    return [replace(one, box=Box(one.box.x * across, one.box.y * down, one.box.w * across, one.box.h * down), size=round(one.size * least, 2)) for one in locked]


def carried(before: Design, after: Design, fresh: Design) -> Design:
    """What a person changed by hand from `before` to `after`, done to another page of the same design: colours, letters, shapes, sizes, and moves as shares of the page."""
    if [thing.role for thing in before.things] != [thing.role for thing in after.things] or [thing.role for thing in before.things] != [thing.role for thing in fresh.things]:
        return fresh
    things = []
    for old, new, thing in zip(before.things, after.things, fresh.things):
        looks = {name: getattr(new, name) for name in ("fill", "font", "align", "shape") if getattr(new, name) != getattr(old, name)}
        larger = new.size / old.size if old.size else 1.0
        w, h = (new.box.w / old.box.w, new.box.h / old.box.h) if old.box != new.box else (1.0, 1.0)
        x = thing.box.x + (new.box.x - old.box.x) / before.size[0] * fresh.size[0]
        y = thing.box.y + (new.box.y - old.box.y) / before.size[1] * fresh.size[1]
        box = Box(round(x, 2), round(y, 2), round(thing.box.w * w, 2), round(thing.box.h * h, 2))
        made = replace(thing, **looks, box=box, size=round(thing.size * larger, 2))
        words_moved = thing.is_words and not thing.turned and (looks.get("font") or larger != 1.0 or w != 1.0)
        things.append(balanced_in(made) if words_moved else made)
    return replace(fresh, things=tuple(things))
