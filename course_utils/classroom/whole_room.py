"""The room with its wall as one application."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from course_utils.classroom.app import room_app
from course_utils.classroom.jobs import Workshop
from course_utils.classroom.keys import Room


def whole_room(room: Room, folder: Path, workshop: Workshop) -> FastAPI:
    """The room with all its parts: making, and what else is done in it.

    Args:
        folder: where the parts may keep files; gone when the room ends, unless its teacher wants it
            kept.
        workshop: takes the orders.
    """
    from course_utils.classroom.making_routes import limits, making
    from course_utils.classroom.wall.routes import router as wall
    from course_utils.classroom.wall.store import WallStore

    def at_start(app: FastAPI) -> None:
        app.state.folder, app.state.workshop, app.state.wall = (
            folder,
            workshop,
            WallStore(folder / "wall"),
        )
        limits(app)

    return room_app(room, [making, wall], at_start)
