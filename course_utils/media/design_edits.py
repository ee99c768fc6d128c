"""What a person does to a page by hand: move, resize, recolour or leave out an object; always a new creation with the old one as its parent."""

from __future__ import annotations

from dataclasses import replace

from course_utils.creation import Creation, HumanEdit, LearnerError
from course_utils.media.colours import READABLE, contrast, readable, to_rgb
from course_utils.media.design import Box, Design, Thing, picture_in, read_objects, to_svg
from course_utils.media.design_rules import ground_of
from course_utils.media.type import balanced

STEP = 20.0  # page units an arrow moves an object: a fiftieth of the short side
GROWTH = 1.1
MOVES = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def object_names(design: Design) -> list[str]:
    """A name to choose by for every object, in reading order."""
    return [f"{number}: {thing.role}" + (f" “{' '.join(thing.lines)[:30]}”" if thing.is_words else "") for number, thing in enumerate(design.things, 1)]


def changed(thing: Thing, what: str, value: str = "") -> Thing:
    """An object after one change: left, right, up, down, larger, smaller, colour (value #rrggbb) or align (left, centre, right).

    Raises:
        LearnerError: there is no such change, or the value cannot be used.
    """
    box = thing.box
    if what in MOVES:
        across, down = MOVES[what]
        return replace(thing, box=replace(box, x=box.x + across * STEP, y=box.y + down * STEP))
    if what in ("larger", "smaller"):
        factor = GROWTH if what == "larger" else 1 / GROWTH
        middle = (box.x + box.w / 2, box.y + box.h / 2)
        if thing.is_words and not thing.turned:
            size = thing.size * factor
            lines = tuple(balanced(" ".join(thing.lines), thing.font, size, box.w))
            return replace(thing, size=size, lines=lines, box=replace(box, h=len(lines) * thing.leading * size))
        if thing.is_words:
            return replace(thing, size=thing.size * factor, box=replace(box, w=box.w * factor))
        return replace(thing, box=Box(middle[0] - box.w * factor / 2, middle[1] - box.h * factor / 2, box.w * factor, box.h * factor))
    if what == "colour":
        to_rgb(value)
        return replace(thing, fill=value)
    if what == "align" and value in ("left", "centre", "right"):
        return replace(thing, align=value)
    raise LearnerError(f"There is no change called {what[:20]!r}. Use one of: {', '.join(MOVES)}, larger, smaller, colour, align.")


def edit(layout: Creation, number: int, what: str, value: str = "") -> tuple[Creation, str]:
    """A new layout with object `number` (from 1) changed, and a sentence on what was done; words nobody could read get a colour that everyone can.

    Raises:
        LearnerError: there is no such object, or the change cannot be made.
    """
    design = read_objects(layout.text)
    if not 1 <= number <= len(design.things):
        raise LearnerError(f"This layout has objects 1 to {len(design.things)}. Choose one of them.")
    thing = changed(design.things[number - 1], what, value)
    across, down = design.size
    if thing.box.right < 40 or thing.box.bottom < 40 or thing.box.x > across - 40 or thing.box.y > down - 40 or not 10 < max(thing.box.w, thing.box.h) < 3 * max(across, down):
        raise LearnerError("That would take it off the page. Move it the other way, or make it smaller.")
    said = f"Object {number} ({thing.role}): {what}{f' {value}' if value else ''}."
    edited = design.with_thing(number - 1, **{name: getattr(thing, name) for name in ("box", "fill", "size", "lines", "align")})
    for place, one in enumerate(edited.things):
        ground = ground_of(edited, place) if one.is_words else "picture"
        if ground != "picture" and contrast(one.fill, ground) < READABLE:
            edited = edited.with_thing(place, fill=readable(one.fill, ground))
            said += f" The colour of the {one.role} was changed, so that everyone can read it."
    recipe = layout.recipe.changed(parent=layout.id, settings={"from_parent": False})
    return Creation(recipe=recipe, content=to_svg(edited, picture_in(layout.text)).encode(), edits=[*layout.edits, HumanEdit(what=f"changed by hand: {said}"[:500])]), said
