"""The command `course room`: one shared computer for a class."""

from __future__ import annotations

import argparse
import os
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.creation import LearnerError
from course_utils.kinds import in_rooms

if TYPE_CHECKING:
    from course_utils.classroom.keys import Room
    from course_utils.classroom.opening import RoomSettings

__all__ = [
    "add_commands",
    "add_opening",
    "address_of",
    "check_opening",
    "kept_words",
    "reach_words",
    "said_at_start",
]


LONGEST_TITLE, LONGEST_HOURS, MOST_PLACES, MOST_THREADS = 120, 24 * 400, 1000, 64
JUST_OPENED = 120  # seconds
GOES_ON = (
    "What was opened before in this folder goes on: its title, its codes, when it ends and whether"
    " it is kept are as they were. For a new one, give another --folder."
)
OPEN_WARNING = (
    "Without TLS, others in this network can read what goes to and from the room. Give"
    " --certificate and --certificate-key, or put a proxy with TLS before it (docs/room.md)."
)


def add_opening(command: argparse.ArgumentParser, called: str) -> None:
    """The options of what is opened to a class, a room or a wall alone."""
    command.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="the address to listen at (default: this computer alone; 0.0.0.0: the whole network)",
    )
    command.add_argument("--port", type=int, default=8000, help="default 8000")
    command.add_argument("--title", default=f"Our {called}", help=f"what the {called} is called")
    command.add_argument(
        "--hours", type=float, default=8, help="how long its codes are good (default 8)"
    )
    command.add_argument(
        "--keep",
        action="store_true",
        help="keep the works on the wall when it ends (default: everything is deleted)",
    )
    command.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where its codes and the wall are kept (default: a folder in the course's cache)",
    )
    command.add_argument(
        "--certificate", type=Path, metavar="FILE", help="certificate for TLS (PEM)"
    )
    command.add_argument("--certificate-key", type=Path, metavar="FILE", help="its key (PEM)")


def check_opening(options: argparse.Namespace) -> None:
    """
    Raises:
        LearnerError: the certificate, its key, or the hours cannot be used.
    """
    if bool(options.certificate) != bool(options.certificate_key):
        raise LearnerError("TLS needs both --certificate and --certificate-key.")
    for file in filter(None, (options.certificate, options.certificate_key)):
        if not file.is_file():
            raise LearnerError(f"There is no file {file}. Check its name.")
    if not 0 < options.hours <= LONGEST_HOURS:
        raise LearnerError(
            f"The hours must be above 0 and at most {LONGEST_HOURS:,}. Try --hours 8."
        )
    if not 0 < len(options.title.strip()) <= LONGEST_TITLE:
        raise LearnerError(
            f"The title must have 1 to {LONGEST_TITLE} letters. Try --title with a shorter one."
        )


def address_of(options: argparse.Namespace) -> str:
    """How others reach what listens there."""
    from course_utils.models.mirror import own_address

    here = own_address() if options.host in ("0.0.0.0", "::") else options.host
    return f"http{'s' * bool(options.certificate)}://{here}:{options.port}"


def reach_words(options: argparse.Namespace, command: str) -> list[str]:
    """Who can reach it, and who could read along."""
    if options.host in ("127.0.0.1", "localhost", "::1"):
        return [
            f"It can be reached from this computer only. For a class: course {command} --host"
            " 0.0.0.0"
        ]
    return [] if options.certificate else [OPEN_WARNING]


def add_commands(commands) -> None:
    """Add the command to the others, under its older name too."""
    room = commands.add_parser(
        "room",
        aliases=["serve"],
        help="a room: any browser joins by one address, and this computer makes for the class",
    )
    add_opening(room, "room")
    room.add_argument(
        "--only",
        nargs="+",
        metavar="KIND",
        choices=in_rooms(),
        help=f"what the room makes (default: {' '.join(in_rooms())})",
    )
    room.add_argument(
        "--places",
        type=int,
        default=120,
        metavar="N",
        help="how many pupils can be in it by browser (default 120)",
    )
    room.add_argument(
        "--threads",
        type=int,
        default=0,
        metavar="N",
        help="threads of each model (default: half the cores)",
    )
    room.add_argument(
        "--no-batch", action="store_true", help="draw the pictures of one order at a time"
    )
    room.add_argument(
        "--words-server",
        default="",
        metavar="ADDRESS",
        help=(
            "write with an OpenAI-compatible server, such as http://127.0.0.1:8080/v1, in the place"
            " of the course's own model"
        ),
    )
    room.add_argument(
        "--no-browser",
        action="store_true",
        help="do not open the teacher's page in this computer's browser",
    )
    room.add_argument(
        "--only-codes",
        action="store_true",
        help="make the room's codes, write them to --folder, and start nothing (for a cluster)",
    )
    room.set_defaults(run=run_room)


def run_room(options: argparse.Namespace) -> int:
    """Open the room, say where it is, and wait until it is ended."""
    from course_utils.classroom.opening import room_of

    check_opening(options)
    if not (1 <= options.places <= MOST_PLACES and 0 <= options.threads <= MOST_THREADS):
        raise LearnerError(
            f"Places must be above 0 and at most {MOST_PLACES:,}, and threads 0 or more and at"
            f" most {MOST_THREADS}. Try again without them."
        )
    if options.words_server:
        os.environ["COURSE_WORDS_SERVER"] = options.words_server
    settings = settings_of(options)
    if options.only_codes:
        room = room_of(settings)
        print(
            f"The codes are in {Path(settings.folder) / 'room.json'}. Code for pupils: {room.code}."
            f" Code for the teacher: {room.teacher_code}"
        )
        return 0
    try:
        from course_utils.classroom.one_machine import run
    except ImportError as problem:
        raise LearnerError(
            "The room needs the libraries fastapi and uvicorn, which are not installed here. Run"
            " `python start.py` in the course folder."
        ) from problem
    began = time.monotonic()

    def when_open(room: Room) -> None:
        for line in said_at_start(room, options):
            print(line, flush=True)
        if not options.no_browser:
            webbrowser.open(f"{address_here(options)}/?code={room.teacher_code}")

    def when_ready() -> None:
        print(f"All models are ready, after {time.monotonic() - began:.0f} seconds.", flush=True)

    room = run(
        settings,
        options.host,
        options.port,
        str(options.certificate or ""),
        str(options.certificate_key or ""),
        when_open,
        when_ready,
        batch=not options.no_batch,
        address=address_of(options),
    )
    print(
        "The room has ended"
        + (". What was made in it is kept." if room.keep else "; what was in it is deleted."),
        flush=True,
    )
    return 0


def settings_of(options: argparse.Namespace) -> RoomSettings:
    """The options as a room's settings."""
    from course_utils.classroom.opening import RoomSettings
    from course_utils.models.cache import cache_folder

    folder = options.folder or cache_folder() / "room"
    return RoomSettings(
        folder=str(folder.resolve()),
        title=options.title,
        hours=options.hours,
        keep=options.keep,
        kinds=tuple(options.only or in_rooms()),
        places=options.places,
        threads=options.threads or max(1, (os.cpu_count() or 2) // 2),
    )


def address_here(options: argparse.Namespace) -> str:
    """Where this computer's own browser finds what listens there."""
    every = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
    here = every.get(options.host, f"[{options.host}]" if ":" in options.host else options.host)
    return f"http{'s' * bool(options.certificate)}://{here}:{options.port}"


def kept_words(room: Room, options: argparse.Namespace) -> list[str]:
    """That a room of before goes on, where the options of a new one had no use."""
    new = abs(room.ends - time.time() - options.hours * 3600) < JUST_OPENED
    return [] if new and (room.title, room.keep) == (options.title, options.keep) else [GOES_ON]


def said_at_start(room, options: argparse.Namespace) -> list[str]:
    """What the teacher reads: where the room is, and its codes."""
    address = address_of(options)
    return [
        *kept_words(room, options),
        f"The room “{room.title}” is open at {address}",
        f"  Code for pupils:      {room.code}",
        f"  Code for the teacher: {room.teacher_code}",
        f"In any browser:       {address}/?code={room.code}",
        f'In a notebook:        classroom.join_room("{address}", "{room.code}")',
        f"Or before it starts:  COURSE_ROOM={address}#{room.code}",
        *reach_words(options, "room"),
        "To end it, press Ctrl-C here.",
    ]
