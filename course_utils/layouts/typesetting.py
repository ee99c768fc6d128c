"""Words set in the room a composition leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from course_utils.layouts.colours import Palette
from course_utils.layouts.design import FORMATS, Box, Thing
from course_utils.layouts.sheet import Choices, Content, Plan
from course_utils.layouts.typography import OTHER_SCRIPTS, PAIRINGS, fit, reads_leftward

__all__ = ["Typesetter"]

TITLE_LEADING, BODY_LEADING, SMALL_LEADING = 1.05, 1.35, 1.2
CLING = {"top": 0.0, "middle": 0.5, "bottom": 1.0}  # share of the spare room that stays above
OTHER_SIDE = {"left": "right", "right": "left"}  # for words that are read leftwards

Fitted = tuple[float, list[str]]  # size and lines


@dataclass
class Typesetter:
    """The title, text and small words of one page, over the things that lie on it already."""

    content: Content
    boxes: dict[str, Box]
    plan: Plan
    choices: Choices
    palette: Palette
    pairing: str
    format_name: str
    things: list[Thing]

    def __post_init__(self) -> None:
        self.display, self.text = (PAIRINGS | OTHER_SCRIPTS)[self.pairing]
        leftward = reads_leftward(f"{self.content.title} {self.content.body}")
        self.align = (
            OTHER_SIDE.get(self.plan.align, self.plan.align) if leftward else (self.plan.align)
        )
        self.readable_size = max(22.0, 2300 / min(FORMATS[self.format_name]))
        self.room, self.title_room = self.boxes["words"], self.boxes.get("title")
        self.gap = self.choices.margin * 0.35
        self.small_height = self.readable_size * 1.5 if self.content.small else 0.0
        self.rest = self.room.h - (self.small_height + self.gap if self.content.small else 0)

    def words(self) -> list[Thing] | None:
        """All words, as large as their rank allows; None where they do not fit."""
        title = self._fit_title()
        if title is None:
            return None
        title_height = len(title[1]) * TITLE_LEADING * title[0]
        ahead = title_height + self.gap if self.title_room is None else 0
        body = self._fit_body(self.rest - ahead, min(title[0] * 0.5, 60))
        small = self._fit_small()
        if (self.content.body and body is None) or (self.content.small and small is None):
            return None
        body_height = len(body[1]) * BODY_LEADING * body[0] if body else 0.0
        used = (
            (title_height if self.title_room is None else 0)
            + (self.gap if body and self.title_room is None else 0)
            + body_height
        )
        y = self.room.y + max(0.0, self.rest - used) * CLING[self.plan.cling]
        made = [self._title(title, self._title_box(y, title_height))]
        if body:
            box = Box(self.room.x, y + ahead, self.room.w, body_height)
            made.append(self._set("body", box, body, self.text, BODY_LEADING))
        if small:
            top = self.room.bottom - self.small_height
            box = Box(self.room.x, top, self.room.w, self.small_height)
            made.append(self._set("small", box, small, self.text, SMALL_LEADING))
        return made

    def _fit_title(self) -> Fitted | None:
        if self.title_room is None:
            share = self.plan.title_share if self.content.body else 1.0
            limit = (self.room.w, self.rest * share)
        else:
            sides = (self.title_room.w, self.title_room.h)
            limit = sides[::-1] if self.plan.turned_title else sides
        largest = min(limit[1] * 0.9, 330 * self.choices.boldness)
        least = self.readable_size * 1.6
        asked = (self.content.title, self.display, limit, TITLE_LEADING)
        return fit(*asked, largest, least) or fit(
            *asked, least, self.readable_size, whole_words=False
        )

    def _fit_body(self, height: float, largest: float) -> Fitted | None:
        if not self.content.body:
            return None
        room = (self.room.w, height)
        return fit(self.content.body, self.text, room, BODY_LEADING, largest, self.readable_size)

    def _fit_small(self) -> Fitted | None:
        if not self.content.small:
            return None
        room, least = (self.room.w, self.small_height), self.readable_size
        return fit(self.content.small, self.text, room, SMALL_LEADING, least * 1.2, least)

    def _title_box(self, y: float, height: float) -> Box:
        """Where a title of this height stands; `y`: where words begin in the room they share."""
        room = self.title_room
        if room is None:
            return Box(self.room.x, y, self.room.w, height)
        if self.plan.turned_title:
            return Box(room.x, room.y, height, room.h)
        return Box(room.x, room.y + (room.h - height) * CLING[self.plan.cling], room.w, height)

    def _title(self, fitted: Fitted, box: Box) -> Thing:
        strong = self.choices.coloured and self._ground(box) == self.palette.ground
        wanted = self.palette.strong if strong else None
        turned = self.plan.turned_title
        return self._set("title", box, fitted, self.display, TITLE_LEADING, wanted, turned)

    def _set(
        self,
        role: str,
        box: Box,
        fitted: Fitted,
        font: str,
        leading: float,
        colour: str | None = None,
        turned: bool = False,
    ) -> Thing:
        size, lines = fitted
        return Thing(
            role,
            box,
            self._ink(box, colour),
            lines=tuple(lines),
            font=font,
            size=round(size, 2),
            leading=leading,
            align=self.align,
            turned=turned,
        )

    def _ink(self, box: Box, wanted: str | None) -> str:
        """A colour that can be read there, the wanted one if possible."""
        from course_utils.layouts.colours import ink_on, readable

        ground = self._ground(box)
        ink = self.palette.ink if ground == self.palette.ground else ink_on(ground, self._strength)
        return readable(wanted or ink, ground)

    @cached_property
    def _strength(self) -> float:
        from course_utils.layouts.colours import to_oklch

        return to_oklch(self.palette.strong)[2]

    def _ground(self, box: Box) -> str:
        return ground_under(box, self.palette, self.things)


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
