"""The command `course wall`: a class wall alone, without models,
and the wall taken home as a site.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from course_utils.cli.room import (
    add_opening,
    address_of,
    check_opening,
    kept_words,
    reach_words,
)

__all__ = ["add_commands"]


def add_commands(commands) -> None:
    """Add the command to the others."""
    wall = commands.add_parser(
        "wall",
        help="a wall where a class shows its works, on this computer; or take one home as a site",
    )
    add_opening(wall, "wall")
    wall.add_argument(
        "--site",
        type=Path,
        metavar="PATH",
        help="start nothing: write what is on the wall as a site, into a new folder or a .zip file",
    )
    wall.set_defaults(run=run_wall)


def run_wall(options: argparse.Namespace) -> int:
    """Open the wall and wait until it is ended; or write its site."""
    from course_utils.classroom.keys import keep_room, kept_room, new_room
    from course_utils.classroom.opening import end_room, free
    from course_utils.creation import LearnerError
    from course_utils.models.cache import cache_folder

    folder = options.folder or cache_folder() / "wall"
    if options.site:
        return write_site(folder, options.site, options.title)
    try:
        import uvicorn

        from course_utils.classroom.front_server import front_options
        from course_utils.classroom.wall.routes import wall_app
    except ImportError as problem:
        raise LearnerError(
            "The wall needs the libraries of the room, which are not installed here. Run `python"
            " start.py` in the course folder."
        ) from problem
    check_opening(options)
    free(options.host, options.port)
    room = kept_room(folder) or new_room(options.title, options.hours, options.keep)
    keep_room(room, folder)
    app = wall_app(folder / "wall", room)
    for line in said_at_start(room, options):
        print(line, flush=True)
    tls: dict[str, Any] = (
        {"ssl_certfile": str(options.certificate), "ssl_keyfile": str(options.certificate_key)}
        if options.certificate
        else {}
    )
    try:
        uvicorn.run(app, host=options.host, port=options.port, **front_options(), **tls)
    finally:
        print(
            "The wall is closed. "
            + ("Its works are kept." if room.keep else "Its works are deleted."),
            flush=True,
        )
        end_room(folder, room)
    return 0


def said_at_start(room, options: argparse.Namespace) -> list[str]:
    """What the teacher reads: where the wall is, and its codes."""
    address = address_of(options)
    return [
        *kept_words(room, options),
        f"The wall “{room.title}” is open at {address}/wall",
        f"  Code for pupils:      {room.code}",
        f"  Code for the teacher: {room.teacher_code}",
        f'In a notebook: classroom.join_wall("{address}", "{room.code}")',
        *reach_words(options, "wall"),
        (
            "To take it home: course wall --site our_wall.zip, or the link on the wall. To end it,"
            " press Ctrl-C here."
        ),
    ]


def write_site(folder: Path, target: Path, title: str) -> int:
    """Write the wall in a folder, of `course wall` or of `course room`, as a site."""
    from course_utils.classroom.keys import kept_room
    from course_utils.classroom.wall.site_export import export_site, site_zip
    from course_utils.classroom.wall.store import WallStore
    from course_utils.creation import LearnerError

    if not (folder / "wall" / "wall.sqlite3").is_file():
        raise LearnerError(
            "There is no wall in that folder. Give the folder of the wall or the room with"
            " --folder."
        )
    room, wall = kept_room(folder), WallStore(folder / "wall")
    name = room.title if room else title
    path = (
        site_zip(wall, name, target)
        if target.suffix.lower() == ".zip"
        else export_site(wall, target, name)
    )
    print(f"The wall is written to {path}.")
    return 0
