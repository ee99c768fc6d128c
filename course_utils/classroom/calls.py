"""Joining a room in one line: from then on the studios and the one-line functions make things on
its computer.
"""

from __future__ import annotations

import html
import os

from course_utils.creation import LearnerError

__all__ = ["join_room", "leave_room"]


class RoomCard:
    """What is said of a room."""

    def __init__(self, message: str, joined: bool = False) -> None:
        self.message, self.joined = message, joined

    def _repr_html_(self) -> str:
        return f'<p role="status">{html.escape(self.message)}</p>'

    def __repr__(self) -> str:
        return self.message


def join_room(address: str, code: str = "") -> RoomCard:
    """Make things on a room's shared computer from now on.

    `classroom.join_room("http://192.168.1.20:8000", "ABCD-2345")`, or the address with #CODE
    behind it.

    Studios that are open already stay on this computer; open them anew. The variable COURSE_ROOM
    does the same before the course starts.
    """
    from course_utils.engines import engine_for
    from course_utils.engines.remote import Away, link_to

    room = f"{address.strip()}#{code.strip()}" if code.strip() else address.strip()
    try:
        link_to.cache_clear()
        link = link_to(room)
        said = link.join()
    except Away as away:
        return RoomCard(
            f"You are not in a room, because {away}. Check the address, and that you are in the"
            " same network. The model of this computer works meanwhile."
        )
    except LearnerError as sentence:
        return RoomCard(str(sentence))
    os.environ["COURSE_ROOM"] = room
    engine_for.cache_clear()
    open_way = (
        " The way there is not encrypted, so others in this network could read along."
        if link.open_to_others
        else ""
    )
    return RoomCard(
        f"You are in the room “{str(said.get('room', ''))[:120]}”. Pictures, words and tunes are"
        f" made on its computer {link.host} from now on: each time your words go there, and what"
        f" you begin from.{open_way} Write nothing private. classroom.leave_room() ends it.",
        True,
    )


def leave_room() -> RoomCard:
    """Make everything on this computer again."""
    from course_utils.engines import engine_for

    was = os.environ.pop("COURSE_ROOM", "")
    engine_for.cache_clear()
    return RoomCard(
        "You have left the room. Everything is made on this computer now."
        if was
        else "You are in no room. Everything is made on this computer."
    )
