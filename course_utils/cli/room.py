"""The command `course serve`: one shared computer for a class."""

from __future__ import annotations

import argparse
import signal
import time
from pathlib import Path

from course_utils.creation import LearnerError

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
    if not 0 < options.hours <= 24 * 400:
        raise LearnerError("The hours must be above 0. Try --hours 8.")


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
    """Add the command to the others."""
    serve = commands.add_parser(
        "serve", help="a room: make this computer the shared one of a class"
    )
    add_opening(serve, "room")
    serve.add_argument(
        "--only",
        nargs="+",
        metavar="KIND",
        choices=["image", "words", "tune", "backing", "sound"],
        help="what the room makes (default: image words tune backing sound)",
    )
    serve.add_argument(
        "--replicas",
        type=int,
        default=1,
        metavar="N",
        help="the most copies of each model (default 1)",
    )
    serve.add_argument(
        "--gpus",
        type=float,
        default=0,
        metavar="N",
        help="graphics cards for each copy of the picture model, parts of one too (default 0)",
    )
    serve.add_argument(
        "--threads",
        type=int,
        default=0,
        metavar="N",
        help="threads of each copy (default: half the cores)",
    )
    serve.add_argument(
        "--no-batch", action="store_true", help="draw the pictures of one order at a time"
    )
    serve.add_argument(
        "--words-server",
        default="",
        metavar="ADDRESS",
        help=(
            "write with an OpenAI-compatible server, such as http://127.0.0.1:8080/v1, in the place"
            " of the course's own model"
        ),
    )
    serve.add_argument(
        "--only-codes",
        action="store_true",
        help="make the room's codes, write them to --folder, and start nothing (for a cluster)",
    )
    serve.set_defaults(run=run_serve)


def run_serve(options: argparse.Namespace) -> int:
    """Start the room, say its codes, and wait until it is ended."""
    import os

    from course_utils.classroom.engine_worker import KINDS
    from course_utils.classroom.ray_serve import Settings, start, stop
    from course_utils.models.cache import cache_folder

    check_opening(options)
    if options.replicas < 1 or options.gpus < 0 or options.threads < 0:
        raise LearnerError(
            "Replicas must be above 0, graphics cards and threads 0 or more. Try again without"
            " them."
        )
    if options.words_server:
        os.environ["COURSE_WORDS_SERVER"] = options.words_server
    folder = options.folder or cache_folder() / "room"
    settings = Settings(
        folder=str(folder.resolve()),
        title=options.title[:120],
        hours=options.hours,
        keep=options.keep,
        kinds=tuple(options.only or KINDS),
        replicas=min(64, options.replicas),
        batch=not options.no_batch,
        gpus=options.gpus,
        threads=options.threads or max(1, (os.cpu_count() or 2) // 2),
    )
    if options.only_codes:
        from course_utils.classroom.ray_serve import room_of

        room = room_of(settings)
        print(
            f"The codes are in {folder / 'room.json'}. Code for pupils: {room.code}. Code for the"
            f" teacher: {room.teacher_code}"
        )
        return 0
    end_by_signals()
    print("Starting the room. The models are being loaded; that takes about a minute.", flush=True)
    room = start(
        settings,
        options.host,
        options.port,
        str(options.certificate or ""),
        str(options.certificate_key or ""),
    )
    end_by_signals()  # anew: Ray has put its own in their place
    try:
        for line in said_at_start(room, options):
            print(line, flush=True)
        while not room.over:
            time.sleep(min(5, max(0.1, room.ends - time.time())))
        print("The room's time is over.", flush=True)
    finally:
        print(
            "Ending the room"
            + (". The wall is kept." if room.keep else "; what was kept in it is deleted."),
            flush=True,
        )
        stop(folder)
    return 0


def end_by_signals() -> None:
    """Let Ctrl-C, and what a system or a container sends to end a program,
    end the room properly.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)


def said_at_start(room, options: argparse.Namespace) -> list[str]:
    """What the teacher reads: where the room is, and its codes."""
    address = address_of(options)
    return [
        f"The room “{room.title}” is open at {address}",
        f"  Code for pupils:      {room.code}",
        f"  Code for the teacher: {room.teacher_code}",
        f'In a notebook:        classroom.join_room("{address}", "{room.code}")',
        f"Or before it starts:  COURSE_ROOM={address}#{room.code}",
        *reach_words(options, "serve"),
        "To end it, press Ctrl-C here.",
    ]
