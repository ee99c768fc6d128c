"""What a person does to a page by hand: move, resize, recolour or leave out an object;
always a new creation with the old one as its parent.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

from course_utils.creation import Creation, HumanEdit, LearnerError
from course_utils.engines.unused import no_use_for
from course_utils.layouts.colours import READABLE, contrast, readable, to_rgb
from course_utils.layouts.design import (
    Box,
    Design,
    Thing,
    objects_of,
    pictures_in,
    to_svg,
)
from course_utils.layouts.rules import ground_of
from course_utils.layouts.typography import FAMILIES, FOLDER, balanced, missing_letters

__all__ = [
    "by_hand",
    "edit",
    "fonts",
    "object_names",
    "place_of",
    "read_locks",
    "refitted",
    "with_locked",
    "write_locks",
    "written",
]

LONGEST = 4000  # characters, as a recipe's setting may have
ROLES = ("title", "body", "small", "picture", "panel", "ornament")
BAD = (
    "The objects kept in this recipe are damaged. Leave them out, and lock them again in the"
    " studio."
)

CARRIED = "What you changed by hand came along."
NOT_CARRIED = (
    "What you changed by hand could not come along, because the other page has other objects."
    " Change it there anew."
)
STEP = 20.0  # page units an arrow moves an object: a fiftieth of the short side
GROWTH = 1.1
MOVES = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def object_names(design: Design) -> list[str]:
    """A name to choose by for every object, in reading order."""
    return [
        f"{number}: {thing.role}" + (f" “{' '.join(thing.lines)[:30]}”" if thing.is_words else "")
        for number, thing in enumerate(design.things, 1)
    ]


def changed(thing: Thing, what: str, value: str = "") -> Thing:
    """An object after one change.

    Args:
        what: left, right, up, down, larger, smaller; colour (value #rrggbb), align (left, centre,
            right), letters (a font, as `fonts()` names them), shape (box, round, ring of shapes;
            box, round of pictures). `edit` also knows place and resize (four numbers in hundredths
            of the page: left, top, width, height).

    Raises:
        LearnerError: there is no such change, or the value cannot be used.
    """
    if what in MOVES:
        across, down = MOVES[what]
        box = replace(thing.box, x=thing.box.x + across * STEP, y=thing.box.y + down * STEP)
        return replace(thing, box=box)
    if what in ("larger", "smaller"):
        return scaled(thing, GROWTH if what == "larger" else 1 / GROWTH)
    if what in ("place", "resize"):
        raise LearnerError(
            "A place is four numbers with commas between: left, top, width, height, in hundredths"
            " of the page, such as 10,10,80,30."
        )
    found = restyled(thing, what, value)
    if found is None:
        raise LearnerError(
            f"There is no change called {what[:20]!r}. Use one of: {', '.join(MOVES)}, larger,"
            " smaller, place, resize, and with a fitting value: colour (of words and shapes), align"
            " and letters (of words), shape (of pictures and shapes)."
        )
    return found


def scaled(thing: Thing, factor: float) -> Thing:
    """An object larger or smaller; words are broken anew to the width they have."""
    box = thing.box
    if thing.is_words and not thing.turned:
        size = thing.size * factor
        lines = tuple(balanced(" ".join(thing.lines), thing.font, size, box.w))
        box = replace(box, h=len(lines) * thing.leading * size)
        return replace(thing, size=size, lines=lines, box=box)
    if thing.is_words:
        return replace(thing, size=thing.size * factor, box=replace(box, w=box.w * factor))
    left = box.x + box.w / 2 - box.w * factor / 2
    top = box.y + box.h / 2 - box.h * factor / 2
    return replace(thing, box=Box(left, top, box.w * factor, box.h * factor))


def restyled(thing: Thing, what: str, value: str) -> Thing | None:
    """An object in another colour, alignment, letters or shape; None where that cannot be."""
    is_picture = thing.role == "picture"
    if what == "colour" and not is_picture:
        to_rgb(value)
        return replace(thing, fill=value)
    if what == "letters" and thing.is_words and value in fonts():
        lacking = missing_letters("".join(thing.lines), fonts()[value])
        if lacking:
            raise LearnerError(
                f"The letters {value} have no sign for {lacking[:10]}. Choose other letters, such"
                " as Noto Sans."
            )
        return balanced_in(replace(thing, font=fonts()[value]))
    if what == "shape" and not thing.is_words and value in ("box", "round", "ring"):
        if is_picture and value == "ring":
            return None
        return replace(thing, shape="cut" if is_picture and value == "round" else value)
    if what == "align" and thing.is_words and value in ("left", "centre", "right"):
        return replace(thing, align=value)
    return None


def placed(thing: Thing, value: str, size: tuple[float, float], grow: bool = False) -> Thing:
    """An object put at a place, in hundredths of the page: left, top, width, height.

    Words keep their size and are broken anew; their height follows.

    Args:
        grow: words grow or shrink with their box, as when its corner is pulled.

    Raises:
        LearnerError: not four numbers from -50 to 150, or nothing would be left.
    """
    try:
        x, y, w, h = (float(part) / 100 for part in value.split(","))
        if not all(-0.5 <= one <= 1.5 for one in (x, y, w, h)) or w < 0.02 or h < 0.02:
            raise ValueError("out of range")
    except ValueError:
        return changed(thing, "place")
    box = Box(
        round(x * size[0], 2), round(y * size[1], 2), round(w * size[0], 2), round(h * size[1], 2)
    )
    if grow and thing.is_words:
        return grown(thing, box)
    return (
        balanced_in(replace(thing, box=box))
        if thing.is_words and not thing.turned
        else replace(thing, box=box)
    )


def grown(thing: Thing, box: Box) -> Thing:
    """Words in a box whose corner was pulled: their size follows the square root of its area,
    and they are broken anew.
    """
    size = max(8.0, round(thing.size * max(0.1, min(10.0, (box.area / thing.box.area) ** 0.5)), 2))
    if thing.turned:
        return replace(
            thing, box=replace(box, w=round(len(thing.lines) * thing.leading * size, 2)), size=size
        )
    return balanced_in(replace(thing, box=box, size=size))


def place_of(thing: Thing, size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Where an object stands: left, top, width, height in hundredths of the page,
    to one decimal.
    """
    (across, down), box = size, thing.box
    parts = ((box.x, across), (box.y, down), (box.w, across), (box.h, down))
    x, y, w, h = (round(100 * part / whole, 1) for part, whole in parts)
    return x, y, w, h


def balanced_in(thing: Thing) -> Thing:
    """Words broken anew in their box; the box grows or shrinks with them."""
    if thing.turned:
        return thing
    lines = tuple(balanced(" ".join(thing.lines), thing.font, thing.size, thing.box.w))
    return replace(
        thing,
        lines=lines,
        box=replace(thing.box, h=round(len(lines) * thing.leading * thing.size, 2)),
    )


def fonts() -> dict[str, str]:
    """The letters that ship, by the name a learner reads: the font's file name."""
    found = sorted(path.stem for path in FOLDER.glob("*.ttf"))
    return {f"{FAMILIES[name.rsplit('-', 1)[0]]} {name.rsplit('-', 1)[1]}": name for name in found}


def number_of(design: Design, which) -> int:
    """The number (from 1) of an object named by its number or by what it is, such as "title".

    Raises:
        LearnerError: there is none.
    """
    if isinstance(which, str):
        found = next(
            (
                number
                for number, thing in enumerate(design.things, 1)
                if thing.role == which.strip().lower()
            ),
            0,
        )
        if not found:
            raise LearnerError(
                f"This layout has no object called “{which[:30]}”. It has:"
                f" {', '.join(object_names(design))}."
            )
        return found
    if (
        isinstance(which, bool)
        or not isinstance(which, int)
        or not 1 <= which <= len(design.things)
    ):
        raise LearnerError(
            f"This layout has objects 1 to {len(design.things)}. Choose one of them."
        )
    return which


def edit(layout: Creation, which, what: str, value: str = "") -> tuple[Creation, str]:
    """A new layout with one object (its number from 1, or its name, such as "title") changed, and a
    sentence on what was done; words nobody could read get a colour that everyone can.

    Raises:
        LearnerError: there is no such object, the change cannot be made, or another program
            changed the page.
    """
    design = objects_of(layout)
    number = number_of(design, which)
    thing = (
        placed(design.things[number - 1], value, design.size, what == "resize")
        if what in ("place", "resize")
        else changed(design.things[number - 1], what, value)
    )
    across, down = design.size
    if (
        thing.box.right < 40
        or thing.box.bottom < 40
        or thing.box.x > across - 40
        or thing.box.y > down - 40
        or not 10 < max(thing.box.w, thing.box.h) < 3 * max(across, down)
    ):
        raise LearnerError(
            "That would take it off the page. Move it the other way, or make it smaller."
        )
    used, lost = ("", value) if what in (*MOVES, "larger", "smaller") else (value, "")
    said = f"Object {number} ({thing.role}): {what}{f' {used}' if used else ''}."
    said += f" {no_use_for([str(lost)[:40]])}" if lost else ""
    edited = design.with_thing(
        number - 1,
        **{
            name: getattr(thing, name)
            for name in ("box", "fill", "size", "lines", "align", "font", "shape")
        },
    )
    edited, mended = made_readable(edited)
    said += mended
    return (
        _child(layout, edited, [*layout.edits, HumanEdit(what=f"changed by hand: {said}"[:500])]),
        said,
    )


def made_readable(design: Design) -> tuple[Design, str]:
    """The page with words that cannot be read on their ground made darker or lighter,
    and sentences on which.
    """
    said = ""
    for place, one in enumerate(design.things):
        ground = ground_of(design, place) if one.is_words else "picture"
        if ground != "picture" and contrast(one.fill, ground) < READABLE:
            design = design.with_thing(place, fill=readable(one.fill, ground))
            said += f" The colour of the {one.role} was changed, so that everyone can read it."
    return design, said


def by_hand(fresh: Creation, before: Creation, after: Creation) -> tuple[Creation, str]:
    """A layout on another page with what was changed by hand from `before` to `after`, as a child
    of the layout without it, and a sentence on it; the layout itself where the page has other
    objects.
    """
    design = carried(objects_of(before), objects_of(after), objects_of(fresh))
    if design is None:
        return fresh, NOT_CARRIED
    design, mended = made_readable(design)
    edits = [edit for edit in after.edits if edit.what.startswith("changed by hand")]
    return _child(fresh, design, edits), f"{CARRIED}{mended}"


def _child(layout: Creation, design: Design, edits: list[HumanEdit]) -> Creation:
    recipe = layout.recipe.changed(parent=layout.id, settings={"from_parent": False})
    return Creation(
        recipe=recipe, content=to_svg(design, pictures_in(layout.text)).encode(), edits=edits[-900:]
    )


def write_locks(design: Design, which) -> str:
    """Objects (their numbers from 1, or their names) as a recipe's setting: their places and looks;
    words are not copied, they come from the recipe.

    Raises:
        LearnerError: there are no such objects, or too many to keep.
    """
    text = written(
        [design.things[number - 1] for number in sorted({number_of(design, one) for one in which})]
    )
    if len(text) > LONGEST:
        raise LearnerError(
            "Those are too many objects to lock at once. Lock the composition instead, or fewer"
            " objects."
        )
    return text


def written(things: list[Thing]) -> str:
    """Objects as `read_locks` reads them; "" for none."""
    kept = []
    for thing in things:
        fields = asdict(replace(thing, lines=()))
        del fields["lines"]
        kept.append(
            {
                name: value
                for name, value in fields.items()
                if value not in ("", False, 0, 0.0) or name == "box"
            }
        )
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
            numbers = (
                thing.box.x,
                thing.box.y,
                thing.box.w,
                thing.box.h,
                thing.size,
                thing.leading,
            )
            if (
                any(
                    isinstance(one, bool)
                    or not isinstance(one, int | float)
                    or not math.isfinite(one)
                    or abs(one) > 10_000
                    for one in numbers
                )
                or thing.box.w <= 0
                or thing.box.h <= 0
            ):
                raise ValueError("a number")
            if (
                thing.role not in ROLES
                or thing.lines
                or thing.shape not in ("box", "round", "ring", "line", "cut")
                or thing.align not in ("left", "centre", "right")
                or not isinstance(thing.source, int)
                or not isinstance(thing.turned, bool)
            ):
                raise ValueError("a choice")
            if thing.role in ("title", "body", "small") and (
                not (FOLDER / f"{thing.font}.ttf").is_file()
                or "/" in thing.font
                or not 5 <= thing.size <= 1000
                or not 0.5 <= thing.leading <= 3
            ):
                raise ValueError("letters")
            to_rgb(thing.fill)
    except (TypeError, ValueError, KeyError, RecursionError, AttributeError, OSError) as problem:
        raise LearnerError(BAD) from problem
    return things


def with_locked(design: Design, locked: list[Thing]) -> Design:
    """The page with locked objects in the place of its own of the same role: the first panel for
    the first, and so on; what it does not have is added behind the words.

    Words are those of the page, broken anew in the locked letters and width; a locked role that the
    page has no words for falls away.
    """
    things, left = list(design.things), list(locked)
    for place, thing in enumerate(things):
        mine = next((one for one in left if one.role == thing.role), None)
        if mine is None:
            continue
        left.remove(mine)
        things[place] = _in_words(replace(mine, lines=thing.lines)) if thing.is_words else mine
    extra = [
        one
        for one in left
        if one.role in ("panel", "ornament", "picture")
        and not (one.role == "picture" and not design.find("picture"))
    ]
    return replace(design, things=(*extra, *things))


def _in_words(thing: Thing) -> Thing:
    """Words broken in their locked box, which only grows or shrinks where there are more or fewer
    lines than before.
    """
    made = balanced_in(thing)
    if thing.turned:
        lines = tuple(balanced(" ".join(thing.lines), thing.font, thing.size, thing.box.h))
        made = replace(
            thing, lines=lines, box=replace(thing.box, w=len(lines) * thing.leading * thing.size)
        )
    same = abs(made.box.w - thing.box.w) < 1 and abs(made.box.h - thing.box.h) < 1
    return replace(made, box=thing.box) if same else made


def refitted(
    locked: list[Thing], old: tuple[float, float], new: tuple[float, float]
) -> list[Thing]:
    """Locked objects at the same shares of another page; letters grow with its narrower measure."""
    across, down = new[0] / old[0], new[1] / old[1]
    least = min(across, down)
    return [
        replace(
            one,
            box=Box(one.box.x * across, one.box.y * down, one.box.w * across, one.box.h * down),
            size=round(one.size * least, 2),
        )
        for one in locked
    ]


def carried(before: Design, after: Design, fresh: Design) -> Design | None:
    """What a person changed by hand from `before` to `after`, done to another page of the same
    design: colours, letters, shapes, sizes, and moves as shares of the page; None where the pages
    have other objects.
    """
    if len({tuple(thing.role for thing in page.things) for page in (before, after, fresh)}) > 1:
        return None
    things = []
    for old, new, thing in zip(before.things, after.things, fresh.things):
        looks = {
            name: getattr(new, name)
            for name in ("fill", "font", "align", "shape")
            if getattr(new, name) != getattr(old, name)
        }
        larger = new.size / old.size if old.size else 1.0
        w, h = (new.box.w / old.box.w, new.box.h / old.box.h) if old.box != new.box else (1.0, 1.0)
        x = thing.box.x + (new.box.x - old.box.x) / before.size[0] * fresh.size[0]
        y = thing.box.y + (new.box.y - old.box.y) / before.size[1] * fresh.size[1]
        box = Box(round(x, 2), round(y, 2), round(thing.box.w * w, 2), round(thing.box.h * h, 2))
        made = replace(thing, **looks, box=box, size=round(thing.size * larger, 2))
        words_moved = (
            thing.is_words and not thing.turned and (looks.get("font") or larger != 1.0 or w != 1.0)
        )
        things.append(balanced_in(made) if words_moved else made)
    return replace(fresh, things=tuple(things))
