"""How a room is run, opened and ended, on one machine or on several."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from course_utils.classroom.keys import Room, keep_room, kept_room, new_room
from course_utils.creation import LearnerError
from course_utils.kinds import in_rooms

__all__ = ["RoomSettings", "end_room", "free", "room_of"]

PORT = 8000
# what a room makes in its folder
NAMES = ("people.json", "people.json.new", "people.json.damaged")  # of pupils
IN_FOLDER = ("wall", "people", *NAMES, "room.json", "room.json.new")


class RoomSettings(BaseModel):
    """How a room is run, wherever it runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Annotated[str, Field(description="where the room's codes, works and wall are kept")]
    title: Annotated[str, Field(max_length=120)] = "Our room"
    hours: Annotated[float, Field(gt=0, le=24 * 400)] = 8
    keep: bool = False
    kinds: tuple[str, ...] = Field(default_factory=in_rooms)
    places: Annotated[int, Field(ge=1, le=1000, description="the most pupils with a name")] = 120
    threads: Annotated[int, Field(ge=0, le=64, description="of each engine; 0: all")] = 0
    keys: Annotated[
        str,
        Field(
            description=(
                "a folder with a room.json made before, such as a mounted secret; then nothing is"
                " written there"
            )
        ),
    ] = ""


def room_of(settings: RoomSettings) -> Room:
    """The folder's room while it lasts, else a new one, written down there.

    Raises:
        LearnerError: `keys` holds no room, or it has ended.
    """
    if settings.keys:
        room = kept_room(Path(settings.keys))
        if room is None:
            raise LearnerError(
                f"There is no room.json in {settings.keys}, or its room has ended. Make one with:"
                " course room --only-codes --folder DIR"
            )
        return room
    folder = Path(settings.folder)
    room = kept_room(folder)
    if room is None:
        clear(folder)
        room = new_room(settings.title, settings.hours, settings.keep)
        keep_room(room, folder)
    return room


def end_room(folder: Path, room: Room | None = None) -> None:
    """Forget a room: everything in its folder, unless its teacher wanted it kept;
    its codes in any case.

    Args:
        room: the one that ends; without it the folder's, where it still lasts.
    """
    room = room or kept_room(folder)
    if room is None or not room.keep:
        clear(folder)
    (folder / "room.json").unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Delete what an ended room left in its folder; only the folders and files rooms make,
    so that no other folder is lost by a slip.
    """
    for name in IN_FOLDER:
        place = folder / name
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)


def free(host: str, port: int) -> None:
    """
    Raises:
        LearnerError: another program uses the port.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        if os.name != "nt":  # there it would let two programs have one port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            raise LearnerError(
                f"Port {port} at {host} cannot be used: another program has it, or that is not an"
                " address of this computer. Choose another with --port."
            ) from problem
