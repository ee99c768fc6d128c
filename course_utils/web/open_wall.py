"""A wall to try out, opened from a notebook on this computer alone:
be the pupil and the teacher at once.
"""

from __future__ import annotations

import html
import shutil
import tempfile
import threading

from course_utils.creation import LearnerError
from course_utils.models.big_tools import still_coming
from course_utils.web.launch import LOOPBACK, free_port, path_on_service

__all__ = ["open_wall"]


class OpenWall:
    """A wall that is open.

    `code` and `teacher_code` are its two codes; `close()` ends it and deletes what hung there.
    """

    def __init__(self, store, room, port: int, path: str, end) -> None:
        self.store, self.code, self.teacher_code, self.port, self.path, self._end = (
            store,
            room.code,
            room.teacher_code,
            port,
            path,
            end,
        )

    @property
    def local(self) -> str:
        """Where a program on this computer finds it."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def address(self) -> str:
        """Where a browser finds it: a whole address, or on a notebook service the path on that
        service.
        """
        return f"{self.path or self.local}/wall"

    def approve(self, title: str) -> str:
        """What the teacher does on the page *Look through*: let a waiting work hang.

        Raises:
            LearnerError: none of that title waits.
        """
        for work in [
            *self.store.in_state("reported"),
            *self.store.in_state("waiting"),
            *self.store.in_state("hidden"),
        ]:
            if work.title.lower() == title.strip().lower():
                self.store.decide(work.id, "shown")
                return f"“{work.title}” is on the wall."
        raise LearnerError(
            "No work of that title waits. classroom.show_wall() lists what was published."
        )

    def close(self) -> None:
        """End it."""
        self._end()

    def _repr_html_(self) -> str:
        address = html.escape(self.address, quote=True)
        return (
            f'<p><a href="{address}" target="_blank" rel="noopener">Open the wall in a page of its'
            f" own</a></p><p>Code for pupils: <b>{self.code}</b>. Code for the teacher:"
            f" <b>{html.escape(self.teacher_code)}</b></p>"
        )

    def __repr__(self) -> str:
        return (
            f"A wall is open at {self.address}. Code for pupils: {self.code}. Code for the teacher:"
            f" {self.teacher_code}. Close it with .close()."
        )


def open_wall(title: str = "A wall to try out", port: int | None = None) -> OpenWall:
    """Open a wall on this computer and join it.

    For a class, a teacher runs `course wall` or `course room` instead.

    Raises:
        LearnerError: the libraries of the room are not installed, or the port is taken.
    """
    try:
        import uvicorn

        from course_utils.classroom.front_server import front_options
        from course_utils.classroom.wall.routes import wall_app
    except ImportError as problem:
        still_coming("The wall")
        raise LearnerError(
            "The wall needs the libraries of the room, which are not installed here. Run `python"
            " start.py` in the course folder."
        ) from problem
    from course_utils.classroom.keys import new_room
    from course_utils.classroom.wall.calls import join

    room, folder, port = new_room(title[:120]), tempfile.mkdtemp(prefix="wall-"), free_port(port)
    path = path_on_service(port)
    app = wall_app(folder, room)
    app.root_path = path
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, **front_options()))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def end() -> None:
        server.should_exit = True
        thread.join(20)
        shutil.rmtree(folder, ignore_errors=True)

    while thread.is_alive() and not server.started:
        thread.join(0.05)
    wall = OpenWall(app.state.wall, room, port, path, end)
    try:
        join(wall.local, room.code)
    except LearnerError:
        end()
        raise
    return wall
