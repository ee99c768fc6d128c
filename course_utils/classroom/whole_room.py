"""The room with its studios and its wall as one application."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request

from course_utils.classroom.app import room_app
from course_utils.classroom.jobs import Workshop
from course_utils.classroom.keys import Room, key_in
from course_utils.classroom.making_routes import limits, making
from course_utils.classroom.people import People
from course_utils.classroom.room_pages import ended_page
from course_utils.classroom.room_routes import (
    TAKE_HOME,
    people_routes,
    seat_at_end,
    seat_of,
    set_up,
)
from course_utils.classroom.wall.routes import router as wall
from course_utils.classroom.wall.store import WallStore
from course_utils.web.people_route import base_of
from course_utils.web.routes import studio_router

__all__ = ["whole_room"]

PLACES = 120  # pupils in one room by browser


def whole_room(room: Room, folder: Path, workshop: Workshop, places: int = PLACES) -> FastAPI:
    """The room with all its parts: making, the studios, and the wall.

    Args:
        folder: where the parts may keep files; gone when the room ends, unless its teacher wants it
            kept.
        workshop: takes the orders.
        places: the most pupils who join by browser.
    """

    def at_start(app: FastAPI) -> None:
        app.state.folder, app.state.workshop = folder, workshop
        app.state.wall, app.state.at_end = WallStore(folder / "wall"), at_end
        limits(app)
        set_up(app, People(folder, places))

    studios = studio_router(seat_of, seat_at_end)
    return room_app(room, [making, people_routes, studios, wall], at_start)


def at_end(request: Request, sentence: str) -> str:
    """The page of somebody who comes when the room is over."""
    room = request.app.state.room
    inside = room.person(key_in(request.headers, request.cookies)) is not None
    return ended_page(room.title, base_of(request), TAKE_HOME if inside else sentence, inside)
