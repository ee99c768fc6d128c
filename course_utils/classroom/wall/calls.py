"""The class wall in one line each: join it, put a work on it, see it, take a work of yours off,
report one. The same as pages for a browser: classroom/wall/pages.py.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable
from typing import Any

from course_utils import files
from course_utils.classroom.wall.store import LONGEST_WHY, TOO_LONG
from course_utils.creation import Creation, LearnerError
from course_utils.notebook.results import pick
from course_utils.portfolio.store import Portfolio, file_stem

__all__ = [
    "file_for_wall",
    "join",
    "join_wall",
    "put",
    "put_on_wall",
    "report_on_wall",
    "show_wall",
    "take_off_wall",
]

# beside the creations, and never in a bundle of them: whose works are whose, after a restart too
KEYS = ".wall_keys.json"
NO_WALL = (
    "You have not joined a wall yet. Ask your teacher for its address and code, then:"
    ' classroom.join_wall("http://192.168.1.20:8000", "ABCD-2345").'
)
AWAY = (
    "The wall does not answer. Check that you are in the same network, then try again; your work is"
    " safe here."
)
BEGINNING = " Its title is the beginning of your words: for another one, give title=."
WRITTEN = {
    "shown": "on the wall",
    "waiting": "waits for the teacher",
    "hidden": "hidden by the teacher",
    "reported": "reported; the teacher has not looked yet",
}


class OnWall:
    """What the wall said: a sentence, and perhaps works."""

    def __init__(self, message: str, works: Iterable[dict] = (), address: str = "") -> None:
        self.message, self.works, self.address = message, list(works), address

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{html.escape(line_of(work))}</li>" for work in self.works)
        link = (
            f'<p><a href="{html.escape(self.address, quote=True)}" target="_blank"'
            ' rel="noopener">Open the wall in a page of its own</a></p>'
            if self.address.startswith(("http://", "https://"))
            else ""
        )
        return (
            f'<p role="status">{html.escape(self.message)}</p>'
            f"{f'<ul>{rows}</ul>' if rows else ''}{link}"
        )

    def __repr__(self) -> str:
        return "\n".join([self.message, *map(line_of, self.works)])


def line_of(work: dict) -> str:
    """A work in one line."""
    by = f", by {work['credit']}" if work.get("credit") else ""
    return (
        f"“{work['title']}”{by}:"
        f" {WRITTEN.get(str(work.get('state')), '')}{'; yours' if work.get('mine') else ''}"
    )


def join_wall(address: str, code: str = "") -> OnWall:
    """Join a class wall: `classroom.join_wall("http://192.168.1.20:8000", "ABCD-2345")`, or
    the address with #CODE behind it. In a room you have joined with classroom.join_room the wall
    is there already.
    """
    return told(lambda: join(address, code))


def join(address: str, code: str = "") -> OnWall:
    """Join a wall.

    Raises:
        LearnerError: the address or the code is wrong, or nothing answers there.
    """
    room = f"{address.strip()}#{code.strip()}" if code.strip() else address.strip()
    wall = Wall(room)
    said = wall.ask("GET", "/v1/room")
    wall.ask("GET", "/v1/me")  # with the code's key: a wrong code is told now
    os.environ["COURSE_WALL"] = room
    return OnWall(
        f"You have joined the wall of “{str(said.get('room', ''))[:120]}”.", address=wall.page
    )


def put_on_wall(result=None, title: str = "", credit: str = "", about: str = "") -> OnWall:
    """Put something you made on the class wall. It waits there until your teacher has looked at it.

    Args:
        result: a creation, results, a studio (its chosen one), or nothing for the newest. Where you
            took a signed copy of it (take_with_credentials), that copy goes.
        title: what it is called on the wall; "" for the words you gave.
        credit: whom to name, such as a first name or a nickname, or nothing.
        about: what someone who cannot see or hear it should know; "" for the course's own
            description.
    """

    return told(lambda: put(pick(Portfolio(), None, result), title, credit, about))


def put(creation: Creation, title: str, credit: str, about: str) -> OnWall:
    """Send a creation to the wall, and note that in its record.

    Raises:
        LearnerError: no wall was joined, it does not answer, or it says no.
    """
    portfolio, wall = Portfolio(), Wall()
    name, data = file_for_wall(portfolio, creation)
    called = title.strip() or creation.recipe.prompt[:80]
    work = wall.ask(
        "POST",
        "/v1/wall/works",
        files={"file": (name, data)},
        data={"title": called, "credit": credit, "about": about},
    )
    if portfolio.find(creation.id):
        portfolio.add_edit(creation, f"put on a class wall as “{called[:80]}”")
    cut = "" if len(creation.recipe.prompt) <= len(called) or title.strip() else BEGINNING
    said = "It is on its way to the wall, and waits for your teacher."
    return OnWall(f"{said}{cut}", [work], wall.page)


def show_wall() -> OnWall:
    """What is on the class wall, and the works of yours that are not shown yet."""

    def show() -> OnWall:
        wall = Wall()
        works = wall.ask("GET", "/v1/wall/works")["works"]
        own = [
            work
            for work in wall.ask("GET", "/v1/wall/works", params={"which": "mine"})["works"]
            if work["state"] != "shown"
        ]
        number = len(works)
        return OnWall(
            f"{number} work{'s are' if number != 1 else ' is'} on the wall.",
            [*works, *own],
            wall.page,
        )

    return told(show)


def take_off_wall(title: str) -> OnWall:
    """Withdraw a work of yours, by its title.

    Its file is deleted from the wall; yours stays in your folder.
    """

    def take() -> OnWall:
        wall = Wall()
        work = one_of(
            wall.ask("GET", "/v1/wall/works", params={"which": "mine"})["works"],
            title,
            "You have no work of that title on the wall.",
        )
        wall.ask("DELETE", f"/v1/wall/works/{work['id']}")
        return OnWall(
            f"“{work['title']}” is off the wall. Your own copy is still in your folder.",
            address=wall.page,
        )

    return told(take)


def report_on_wall(title: str, why: str = "") -> OnWall:
    """Report a work on the wall, by its title.

    You do not see it any more, and your teacher looks at it; your name is not shown.
    """

    def report() -> OnWall:
        if len(why) > LONGEST_WHY:
            raise LearnerError(TOO_LONG)
        wall = Wall()
        work = one_of(
            wall.ask("GET", "/v1/wall/works")["works"],
            title,
            "There is no work of that title on the wall.",
        )
        wall.ask("POST", f"/v1/wall/works/{work['id']}/report", json={"why": why})
        return OnWall(
            f"Thank you. “{work['title']}” was reported: you do not see it any more, and your"
            " teacher will look at it.",
            address=wall.page,
        )

    return told(report)


def told(action) -> OnWall:
    """Do something, and say what went wrong in a sentence."""
    try:
        return action()
    except LearnerError as sentence:
        return OnWall(str(sentence))


def one_of(works: list[dict], title: str, none: str) -> dict:
    """The work of that title (the newest of several).

    Raises:
        LearnerError: there is none.
    """
    found = next(
        (work for work in works if work["title"].strip().lower() == title.strip().lower()), None
    )
    if found is None:
        raise LearnerError(f"{none} classroom.show_wall() lists them.")
    return found


def file_for_wall(portfolio: Portfolio, creation: Creation) -> tuple[str, bytes]:
    """The file of a creation as it goes to the wall: the signed copy where there is one in the same
    format, else the creation's own.
    """
    suffix = creation.declared.suffix
    signed = portfolio.folder / "to_use" / f"{file_stem(creation)}_signed{suffix}"
    kept = portfolio.find(creation.id)
    path = signed if signed.is_file() else kept.path if kept else None
    try:
        return f"work{suffix}", path.read_bytes() if path else files.pack(creation)
    except OSError as problem:
        raise LearnerError(
            "Its file could not be read. Close other programs that use it, then try again."
        ) from problem


class Wall:
    """The way to a class wall, with the key this portfolio had there before,
    so that one's works stay one's own.
    """

    def __init__(self, room: str = "") -> None:
        """
        Raises:
            LearnerError: no wall was joined, or its name is not an address and a code.
        """
        from course_utils.engines.remote import in_this_network, link_to
        from course_utils.safety.sensitive_topics import check_leaves

        self.room = (
            room
            or os.environ.get("COURSE_WALL", "").strip()
            or os.environ.get("COURSE_ROOM", "").strip()
        )
        if not self.room:
            raise LearnerError(NO_WALL)
        self.link, self.portfolio = link_to(self.room), Portfolio()
        if not in_this_network(self.link.host):
            check_leaves("work on a wall")

    @property
    def page(self) -> str:
        return f"{self.link.address}/wall"

    def ask(self, method: str, path: str, **more) -> Any:
        """What the wall answers; it is joined first, with the key of last time where that is still
        good.

        Raises:
            LearnerError: it says no, or does not answer.
        """
        import httpx

        from course_utils.engines.remote import Away

        try:
            if not self.link.key:
                self.link.key = self._keys().get(self.room, "")
            for again in (False, True):
                if not self.link.key:
                    self.link.join()
                    self._keep_key()
                answer = self.link.client().request(
                    method, self.link.address + path, headers=self.link.headers(), **more
                )
                if answer.status_code != 401 or again:
                    break
                self.link.key = ""  # of a room that has ended meanwhile
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise LearnerError(AWAY) from problem
        except Away as problem:
            raise LearnerError(
                f"That did not work, because {problem}. Check the address and the code; your work"
                " is safe here."
            ) from problem
        try:
            said = answer.json() if answer.content else {}
            if answer.is_success:
                return said
            sentence = str(said["detail"])[:400]
        except (ValueError, KeyError, TypeError, RecursionError):
            sentence = (
                "What answers at that address is no wall of this course. Ask your teacher for the"
                " address again."
            )
        raise LearnerError(sentence)

    def _keys(self) -> dict[str, str]:
        try:
            found = json.loads(self.portfolio.read_beside(KEYS) or b"{}")
            return (
                {str(room): str(key) for room, key in found.items()}
                if isinstance(found, dict)
                else {}
            )
        except (ValueError, RecursionError):
            return {}

    def _keep_key(self) -> None:
        self.portfolio.change_beside(
            KEYS,
            lambda _: json.dumps(
                dict([*self._keys().items(), (self.room, self.link.key)][-20:])
            ).encode(),
        )
