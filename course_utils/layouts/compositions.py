"""Where things stand on a page: twelve compositions as relations between blocks,
solved by a constraint solver (Cassowary, by kiwisolver).

A composition says what must hold (the picture fills the upper part; the title begins a gap below
it) and what it would like; the solver finds the places. Its choices (`Choices`) are drawn at random
and kept in the recipe, so that the same design can be made in another format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from course_utils.layouts.colours import Palette
from course_utils.layouts.design import Box, Design, Thing
from course_utils.layouts.sheet import Choices, Content, Plan, Sheet
from course_utils.layouts.typesetting import Typesetter

__all__ = ["COMPOSITIONS", "lay_out"]


def picture_above(s: Sheet, c: Choices) -> Plan:
    picture, words = s.block("picture"), s.block("words")
    s.must(picture.left == 0, picture.width == s.wide, picture.height == s.high * c.split)
    s.across(words)
    if c.mirrored:
        s.must(
            picture.top == s.high - picture.height,
            words.top == s.margin,
            words.bottom == picture.top - s.gap,
        )
    else:
        s.must(
            picture.top == 0, words.top == picture.bottom + s.gap, words.bottom == s.high - s.margin
        )
    return Plan(align=c.align, cling="bottom" if c.mirrored else "top")


def side_by_side(s: Sheet, c: Choices) -> Plan:
    picture, words = s.block("picture"), s.block("words")
    s.must(
        picture.top == 0,
        picture.height == s.high,
        picture.width == s.wide * c.split,
        words.top == s.margin,
        words.bottom == s.high - s.margin,
        words.width == s.wide - picture.width - 2 * s.margin * 0.8,
    )
    s.must(
        *(
            (words.left == s.margin * 0.8, picture.right == s.wide)
            if c.mirrored
            else (picture.left == 0, words.right == s.wide - s.margin * 0.8)
        )
    )
    return Plan(
        align="left" if c.align == "centre" else c.align, cling="middle" if c.coloured else "bottom"
    )


def whole_page(s: Sheet, c: Choices) -> Plan:
    picture, card, words = s.block("picture"), s.block("card"), s.block("words")
    s.must(picture.left == 0, picture.top == 0, picture.width == s.wide, picture.height == s.high)
    s.must(card.height == s.high * (1 - c.split) * 0.95)
    edge = 0 if c.coloured else s.margin * 0.6
    s.across(card, edge, s.wide - edge)
    s.must(card.top == edge) if c.mirrored else s.must(card.bottom == s.high - edge)
    inner = s.margin * 0.6
    s.must(
        words.left == card.left + inner,
        words.right == card.right - inner,
        words.top == card.top + inner,
        words.bottom == card.bottom - inner,
    )
    return Plan(panels=(("card", "ground", "box"),), align=c.align, cling="middle")


def framed(s: Sheet, c: Choices) -> Plan:
    frame, picture, words = s.block("frame"), s.block("picture"), s.block("words")
    inset = s.margin * 0.6
    s.must(
        frame.left == inset,
        frame.right == s.wide - inset,
        frame.top == inset,
        frame.bottom == s.high - inset,
    )
    side = min(s.wide - 4 * inset, (s.high - 4 * inset) * c.split)
    s.must(
        picture.width == side,
        picture.height == side,
        picture.left == (s.wide - side) / 2,
        words.left == frame.left + inset,
        words.right == frame.right - inset,
    )
    if c.mirrored:
        s.must(
            picture.bottom == frame.bottom - inset,
            words.top == frame.top + inset * 0.8,
            words.bottom == picture.top - s.gap,
        )
    else:
        s.must(
            picture.top == frame.top + inset,
            words.top == picture.bottom + s.gap,
            words.bottom == frame.bottom - inset * 0.8,
        )
    return Plan(panels=(("frame", "strong", "ring"),), align="centre", cling="middle")


def round_picture(s: Sheet, c: Choices) -> Plan:
    picture, words = s.block("picture"), s.block("words")
    if s.wide > s.high * 1.2:
        side = min(s.high - 2 * s.margin, s.wide * 0.45)
        s.must(
            picture.width == side,
            picture.height == side,
            picture.top == (s.high - side) / 2,
            words.top == s.margin,
            words.bottom == s.high - s.margin,
        )
        s.must(
            *(
                (
                    picture.right == s.wide - s.margin,
                    words.left == s.margin,
                    words.right == picture.left - s.gap,
                )
                if c.mirrored
                else (
                    picture.left == s.margin,
                    words.left == picture.right + s.gap,
                    words.right == s.wide - s.margin,
                )
            )
        )
        return Plan(align="left", cling="middle", picture_shape="cut")
    side = min(s.wide - 2 * s.margin, s.high * c.split - s.margin)
    s.must(picture.width == side, picture.height == side, picture.left == (s.wide - side) / 2)
    s.across(words)
    if c.mirrored:
        s.must(
            picture.bottom == s.high - s.margin,
            words.top == s.margin,
            words.bottom == picture.top - s.gap,
        )
    else:
        s.must(
            picture.top == s.margin,
            words.top == picture.bottom + s.gap,
            words.bottom == s.high - s.margin,
        )
    return Plan(align="centre", cling="middle", picture_shape="cut")


def big_words(s: Sheet, c: Choices) -> Plan:
    picture, words = s.block("picture"), s.block("words")
    side = min(s.wide, s.high) * 0.34
    s.across(words)
    s.must(
        picture.width == side,
        picture.height == side,
        words.top == s.margin,
        words.bottom == picture.top - s.gap,
        picture.bottom == s.high - s.margin,
    )
    s.must(picture.right == s.wide - s.margin) if c.mirrored else s.must(picture.left == s.margin)
    return Plan(
        align="left", cling="top", title_share=0.8, picture_shape="cut" if c.coloured else "box"
    )


def spine(s: Sheet, c: Choices) -> Plan:
    panel, title, picture, words = (
        s.block("panel"),
        s.block("title"),
        s.block("picture"),
        s.block("words"),
    )
    s.must(
        panel.left == 0,
        panel.top == 0,
        panel.height == s.high,
        panel.width == s.wide * (0.2 + 0.12 * c.boldness),
    )
    s.must(
        title.left == panel.left + s.margin * 0.5,
        title.right == panel.right - s.margin * 0.3,
        title.top == s.margin,
        title.bottom == s.high - s.margin,
    )
    s.must(
        picture.left == panel.right,
        picture.right == s.wide,
        picture.top == 0,
        picture.height == s.high * c.split,
    )
    s.must(
        words.left == panel.right + s.margin * 0.7,
        words.right == s.wide - s.margin,
        words.top == picture.bottom + s.gap,
        words.bottom == s.high - s.margin,
    )
    return Plan(panels=(("panel", "strong", "box"),), align="left", turned_title=True)


def stairs(s: Sheet, c: Choices) -> Plan:
    title, picture, words = s.block("title"), s.block("picture"), s.block("words")
    s.must(
        title.top == s.margin,
        title.height == s.high * (1 - c.split) * 0.62,
        picture.width == s.wide * 0.7,
        picture.top == title.bottom + s.gap,
        words.bottom == s.high - s.margin,
        words.top == picture.bottom + s.gap,
        words.height == s.high * (1 - c.split) * 0.42,
    )
    s.must(words.width == s.wide * 0.62)
    s.across(title)
    s.must(
        *(
            (picture.left == 0, words.right == s.wide - s.margin)
            if c.mirrored
            else (picture.right == s.wide, words.left == s.margin)
        )
    )
    return Plan(align="right" if c.mirrored else "left")


def band(s: Sheet, c: Choices) -> Plan:
    title, picture, words = s.block("title"), s.block("picture"), s.block("words")
    s.across(title)
    s.across(words)
    s.must(
        picture.left == 0,
        picture.right == s.wide,
        picture.height == s.high * (c.split - 0.1),
        title.top == s.margin * 0.9,
        title.bottom == picture.top - s.gap,
        words.top == picture.bottom + s.gap,
        words.bottom == s.high - s.margin * 0.9,
    )
    s.must(title.height == words.height * (1.4 if c.mirrored else 1.0))
    return Plan(align=c.align, cling="middle")


def two_grounds(s: Sheet, c: Choices) -> Plan:
    panel, picture, words = s.block("panel"), s.block("picture"), s.block("words")
    s.must(panel.left == 0, panel.right == s.wide, panel.height == s.high * (1.04 - c.split))
    side = min(s.wide - 2 * s.margin, s.high * 0.46)
    s.must(
        picture.height == side,
        picture.width == (side if c.coloured else s.wide - 2 * s.margin),
        picture.left == (s.wide - picture.width) / 2,
    )
    s.across(words)
    if c.mirrored:
        s.must(
            panel.bottom == s.high,
            words.top == panel.top + side * 0.3 + s.gap,
            words.bottom == s.high - s.margin * 0.8,
            picture.bottom == panel.top + side * 0.3,
        )
        s.must(picture.top >= 0)
    else:
        s.must(
            panel.top == 0,
            words.top == s.margin * 0.8,
            words.bottom == panel.bottom - side * 0.12 - s.gap,
            picture.top == panel.bottom - side * 0.12,
        )
    return Plan(panels=(("panel", "strong", "box"),), align=c.align, cling="middle")


def columns(s: Sheet, c: Choices) -> Plan:
    title, picture, words = s.block("title"), s.block("picture"), s.block("words")
    s.across(title)
    s.must(
        title.top == s.margin,
        title.height == s.high * (1 - c.split) * 0.8,
        picture.top == title.bottom + s.gap,
        picture.bottom == s.high - s.margin,
        words.top == picture.top,
        words.bottom == picture.bottom,
    )
    s.must(picture.width == (s.wide - 2 * s.margin - s.gap) * c.split)
    s.must(
        *(
            (
                words.left == s.margin,
                words.right == picture.left - s.gap,
                picture.right == s.wide - s.margin,
            )
            if c.mirrored
            else (
                picture.left == s.margin,
                words.left == picture.right + s.gap,
                words.right == s.wide - s.margin,
            )
        )
    )
    return Plan(align="left")


def moon(s: Sheet, c: Choices) -> Plan:
    disc, picture, words = s.block("disc"), s.block("picture"), s.block("words")
    across = min(s.wide, s.high) * (0.75 + 0.3 * c.boldness)
    side = min(s.wide * 0.6, s.high * (c.split - 0.08))
    s.must(
        disc.width == across,
        disc.height == across,
        disc.left == picture.left + (side - across) / 2,
        disc.top == picture.top + (side - across) / 2,
    )
    s.must(
        picture.width == side,
        picture.height == side,
        words.bottom == s.high - s.margin,
        words.top == picture.bottom + s.gap,
        picture.top == s.margin,
    )
    s.must(picture.right == s.wide - s.margin) if c.mirrored else s.must(picture.left == s.margin)
    s.across(words)
    return Plan(
        panels=(("disc", "soft", "round"),),
        align="left" if not c.mirrored else "right",
        cling="bottom",
        picture_shape="cut" if c.coloured else "box",
    )


COMPOSITIONS: dict[str, Callable[[Sheet, Choices], Plan]] = {
    "picture above": picture_above,
    "side by side": side_by_side,
    "whole page": whole_page,
    "framed": framed,
    "round": round_picture,
    "big words": big_words,
    "spine": spine,
    "stairs": stairs,
    "band": band,
    "two grounds": two_grounds,
    "columns": columns,
    "moon": moon,
}


def lay_out(
    name: str, content: Content, format_name: str, choices: Choices, palette: Palette, pairing: str
) -> Design | None:
    """A page by a composition, or None where it cannot be done: a block has no room,
    or the words do not fit at a readable size.
    """
    from kiwisolver import UnsatisfiableConstraint

    sheet = Sheet(format_name, choices)
    try:
        plan = COMPOSITIONS[name](sheet, choices)
        boxes = sheet.solve()
    except UnsatisfiableConstraint:
        return None
    if any(box.w < 20 or box.h < 20 for box in boxes.values()):
        return None
    colours = asdict(palette)
    things = [
        Thing("panel", boxes[block], colours[colour], shape)
        for block, colour, shape in plan.panels
        if block != "card"
    ]
    if content.picture:
        things += [
            Thing(
                "picture",
                room,
                palette.soft,
                plan.picture_shape if content.picture == 1 else "box",
                source=number,
            )
            for number, room in enumerate(
                shared_room(boxes["picture"], content.picture, sheet.gap * 0.4, choices)
            )
        ]
    else:
        things += ornament(boxes["picture"], palette, choices)
    things += [
        Thing("panel", boxes[block], colours[colour], shape)
        for block, colour, shape in plan.panels
        if block == "card"
    ]
    setter = Typesetter(content, boxes, plan, choices, palette, pairing, format_name, things)
    words = setter.words()
    return (
        None
        if words is None
        else Design(
            format_name, (sheet.wide, sheet.high), palette.ground, (*things, *words), content.title
        )
    )


def shared_room(room: Box, count: int, gap: float, choices: Choices) -> list[Box]:
    """Room for several pictures in the place of one: the first large,
    the others in a row beside or below it; four in two rows of two.
    """
    if count == 1:
        return [room]
    wide = room.w >= room.h
    if count == 4 and choices.coloured:
        w, h = (room.w - gap) / 2, (room.h - gap) / 2
        return [
            Box(room.x + column * (w + gap), room.y + row * (h + gap), w, h)
            for row in (0, 1)
            for column in (0, 1)
        ]
    share = 0.5 if count == 2 else choices.split
    first = (
        Box(room.x, room.y, room.w * share - gap / 2, room.h)
        if wide
        else Box(room.x, room.y, room.w, room.h * share - gap / 2)
    )
    found = [first]
    for number in range(count - 1):
        if wide:
            h = (room.h - gap * (count - 2)) / (count - 1)
            found.append(
                Box(
                    first.right + gap,
                    room.y + number * (h + gap),
                    room.right - first.right - gap,
                    h,
                )
            )
        else:
            w = (room.w - gap * (count - 2)) / (count - 1)
            found.append(
                Box(
                    room.x + number * (w + gap),
                    first.bottom + gap,
                    w,
                    room.bottom - first.bottom - gap,
                )
            )
    return found


def ornament(room: Box, palette: Palette, choices: Choices) -> list[Thing]:
    """Shapes in place of a picture that is not there: a disc in a ring of colour, or stripes."""
    ground = Thing("ornament", room, palette.soft)
    if choices.coloured:
        side = min(room.w, room.h) * 0.7
        disc = Box(room.x + (room.w - side) / 2, room.y + (room.h - side) / 2, side, side)
        inner = Box(disc.x + side * 0.25, disc.y + side * 0.25, side * 0.5, side * 0.5)
        return [
            ground,
            Thing("ornament", disc, palette.strong, "round"),
            Thing("ornament", inner, palette.ground, "round"),
        ]
    stripe = room.h / 7
    return [
        ground,
        *(
            Thing(
                "ornament",
                Box(room.x, room.y + stripe * (2 * i + 1), room.w * (0.9 - 0.2 * i), stripe),
                palette.strong,
            )
            for i in range(3)
        ),
    ]
