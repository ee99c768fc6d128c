"""Where things stand on a page: twelve compositions as relations between blocks,
solved by a constraint solver (Cassowary, by kiwisolver).

A composition says what must hold (the picture fills the upper part; the title begins a gap below
it) and what it would like; the solver finds the places. Its choices (`Choices`) are drawn at random
and kept in the recipe, so that the same design can be made in another format.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass

from course_utils.layouts.colours import Palette
from course_utils.layouts.design import FORMATS, Box, Design, Thing, page_size
from course_utils.layouts.typography import OTHER_SCRIPTS, PAIRINGS, fit, reads_leftward


@dataclass(frozen=True)
class Choices:
    """What a composition leaves open: the share of the page the picture takes, margins, alignment,
    side, which colours, size of the title.
    """

    split: float
    margin: float
    align: str
    mirrored: bool
    boldness: float
    coloured: bool

    @classmethod
    def draw(cls, rng: random.Random) -> Choices:
        """Choices at random; shares are those designers use: half, the golden section, two thirds,
        three fifths.
        """
        return cls(
            rng.choice([0.5, 0.56, 0.618, 0.667]),
            rng.choice([55.0, 75.0, 100.0]),
            rng.choice(["left", "left", "centre", "right"]),
            rng.random() < 0.5,
            round(rng.uniform(0.6, 1.0), 2),
            rng.random() < 0.5,
        )


@dataclass(frozen=True)
class Content:
    """What a learner gives: a title, a text, small words (such as a name or a date),
    how many pictures.
    """

    title: str
    body: str = ""
    small: str = ""
    picture: int = 0


class Sheet:
    """A page with blocks whose places are unknown until `solve`."""

    def __init__(self, format_name: str, choices: Choices) -> None:
        from kiwisolver import Solver

        self.wide, self.high = page_size(format_name)
        self.margin, self.gap, self.choices = choices.margin, choices.margin * 0.45, choices
        self.solver, self.blocks = Solver(), {}

    def block(self, name: str):
        """A new block with unknown left, top, width and height."""
        from kiwisolver import Variable

        made = Block(*(Variable(f"{name} {side}") for side in ("left", "top", "width", "height")))
        self.blocks[name] = made
        self.must(made.width >= 1, made.height >= 1)
        return made

    def must(self, *relations) -> None:
        for relation in relations:
            self.solver.addConstraint(relation)

    def wish(self, *relations) -> None:
        for relation in relations:
            self.solver.addConstraint(relation | "weak")

    def across(self, block, left: float | None = None, right: float | None = None) -> None:
        """The block fills the page from margin to margin, or between two given places."""
        self.must(
            block.left == (self.margin if left is None else left),
            block.right == (self.wide - self.margin if right is None else right),
        )

    def solve(self) -> dict[str, Box]:
        self.solver.updateVariables()
        return {
            name: Box(
                *(
                    round(side.value(), 2)
                    for side in (block.left, block.top, block.width, block.height)
                )
            )
            for name, block in self.blocks.items()
        }


@dataclass(frozen=True)
class Block:
    """Four kiwisolver variables."""

    left: object
    top: object
    width: object
    height: object

    @property
    def right(self):
        return self.left + self.width

    @property
    def bottom(self):
        return self.top + self.height


@dataclass(frozen=True)
class Plan:
    """What a composition decides besides relations: coloured panels (name of block, palette colour,
    shape), how words stand, where they cling.
    """

    panels: tuple[tuple[str, str, str], ...] = ()
    align: str = "left"
    picture_shape: str = "box"
    # whether words stand at the top, in the middle or at the bottom of the room they have
    cling: str = "top"
    turned_title: bool = False
    title_share: float = 0.62  # of the words' room, at most


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
    s.across(title), s.across(words)
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
    words = set_words(content, boxes, plan, choices, palette, pairing, format_name, things)
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


def ground_under(box: Box, palette: Palette, things: list[Thing]) -> str:
    """The colour behind words: the last panel that holds most of them, else the page's ground."""
    for thing in reversed(things):
        if (
            thing.role == "panel"
            and thing.shape in ("box", "round")
            and thing.box.overlap(box) > 0.55 * box.area
        ):
            return thing.fill
    return palette.ground


def set_words(
    content: Content,
    boxes: dict[str, Box],
    plan: Plan,
    choices: Choices,
    palette: Palette,
    pairing: str,
    format_name: str,
    things: list[Thing],
) -> list[Thing] | None:
    """Title, text and small words in the room they have, as large as their rank allows;
    None where they do not fit.
    """
    from course_utils.layouts.colours import ink_on, readable, to_oklch

    display, text = (PAIRINGS | OTHER_SCRIPTS)[pairing]
    align = (
        {"left": "right", "right": "left"}.get(plan.align, plan.align)
        if reads_leftward(f"{content.title} {content.body}")
        else plan.align
    )
    readable_size = max(22.0, 2300 / min(FORMATS[format_name]))
    made, room = [], boxes["words"]

    def colour(box: Box, wanted: str | None = None) -> str:
        ground = ground_under(box, palette, things)
        ink = (
            palette.ink if ground == palette.ground else ink_on(ground, to_oklch(palette.strong)[2])
        )
        return readable(wanted or ink, ground)

    own_room = boxes.get("title")
    gap = choices.margin * 0.35
    small_height = readable_size * 1.5 if content.small else 0.0
    rest = room.h - (small_height + gap if content.small else 0)
    if own_room is None:
        share = plan.title_share if content.body else 1.0
        limit = (room.w, rest * share)
    else:
        limit = (own_room.h, own_room.w) if plan.turned_title else (own_room.w, own_room.h)
    largest = min(limit[1] * 0.9, 330 * choices.boldness)
    title = fit(content.title, display, limit, 1.05, largest, readable_size * 1.6)
    if title is None:
        title = fit(
            content.title,
            display,
            limit,
            1.05,
            readable_size * 1.6,
            readable_size,
            whole_words=False,
        )
    if title is None:
        return None
    size, lines = title
    title_height = len(lines) * 1.05 * size
    body = None
    if content.body:
        body_room = (room.w, rest - (title_height + gap if own_room is None else 0))
        body = fit(content.body, text, body_room, 1.35, min(size * 0.5, 60), readable_size)
        if body is None:
            return None
    body_height = len(body[1]) * 1.35 * body[0] if body else 0.0
    used = (
        (title_height if own_room is None else 0)
        + (gap if body and own_room is None else 0)
        + body_height
    )
    spare = max(0.0, rest - used)
    y = room.y + spare * {"top": 0.0, "middle": 0.5, "bottom": 1.0}[plan.cling]
    if own_room is None:
        box = Box(room.x, y, room.w, title_height)
        y += title_height + gap
    elif plan.turned_title:
        box = Box(own_room.x, own_room.y, title_height, own_room.h)
    else:
        box = Box(
            own_room.x,
            own_room.y
            + (own_room.h - title_height) * {"top": 0.0, "middle": 0.5, "bottom": 1.0}[plan.cling],
            own_room.w,
            title_height,
        )
    strong_title = choices.coloured and ground_under(box, palette, things) == palette.ground
    made.append(
        Thing(
            "title",
            box,
            colour(box, palette.strong if strong_title else None),
            lines=tuple(lines),
            font=display,
            size=round(size, 2),
            leading=1.05,
            align=align,
            turned=plan.turned_title,
        )
    )
    if body:
        box = Box(room.x, y, room.w, body_height)
        made.append(
            Thing(
                "body",
                box,
                colour(box),
                lines=tuple(body[1]),
                font=text,
                size=round(body[0], 2),
                leading=1.35,
                align=align,
            )
        )
    if content.small:
        found = fit(
            content.small, text, (room.w, small_height), 1.2, readable_size * 1.2, readable_size
        )
        if found is None:
            return None
        box = Box(room.x, room.bottom - small_height, room.w, small_height)
        made.append(
            Thing(
                "small",
                box,
                colour(box),
                lines=tuple(found[1]),
                font=text,
                size=round(found[0], 2),
                leading=1.2,
                align=align,
            )
        )
    return made
