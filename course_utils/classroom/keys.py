"""Who may do what in a room: one code to join, signed keys for pupils and the teacher, and limits.

No names, no addresses, no accounts.

A key carries its holder's role and an opaque id, signed with the room's secret (HMAC, RFC 2104). So
no list of pupils is kept, and keys stay good when the server's front part is started anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from course_utils.creation import LearnerError

__all__ = [
    "COOKIE",
    "ENDED",
    "GUESSES_EVERY",
    "MOST_GUESSES",
    "NOT_A_PUPIL",
    "Person",
    "RateLimit",
    "Role",
    "Room",
    "holder_of",
    "keep_room",
    "kept_room",
    "key_in",
    "new_room",
    "person_of",
    "refused",
    "teacher_of",
]

Role = Literal["pupil", "teacher"]
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
COOKIE = "course_room"
FILE = "room.json"
JOIN_FIRST = "Join the room first, with the code your teacher shows. Then try again."
ENDED = (
    "This room has ended. Ask your teacher for the code of the next one; the model of your own"
    " computer still works."
)
NOT_A_PUPIL = "Only the teacher of this room can do that. Join with the teacher's code."
WRONG_CODE = (
    "That is not the code of this room. Look at it once more: eight letters and digits, such as"
    " ABCD-2345."
)
MOST_GUESSES, GUESSES_EVERY = 20, 60.0  # wrong codes from one address, in so many seconds
KEY = re.compile(r"(pupil|teacher)\.([0-9a-f]{12})\.([0-9a-f]{40})")


@dataclass(frozen=True)
class Person:
    """Who asks. `id`: 12 hexadecimal digits, made up when they joined."""

    role: Role
    id: str

    @property
    def teaches(self) -> bool:
        return self.role == "teacher"


class Room(BaseModel):
    """One lesson's room: its codes, its secret and when it ends (seconds since 1970).

    `keep`: whether the teacher wants its data kept after the end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(max_length=120)] = "Our room"
    code: Annotated[str, Field(pattern=r"^[A-Z2-9]{4}-[A-Z2-9]{4}$")]
    teacher_code: Annotated[str, Field(min_length=16, max_length=64)]
    secret: Annotated[str, Field(min_length=32, max_length=128)]
    ends: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    keep: bool = False

    def key_for(self, code: str) -> tuple[Person, str]:
        """A new person and their key, for someone who knows a code of the room.

        Capitals, spaces and dashes do not matter in the pupils' code.

        Raises:
            LearnerError: it is neither of the two codes, or the room has ended.
        """
        if self.over:
            raise LearnerError(ENDED)
        plain = re.sub(r"[\s-]", "", code).upper()
        if same(plain, self.code.replace("-", "")):
            role: Role = "pupil"
        elif same(code.strip(), self.teacher_code):
            role = "teacher"
        else:
            raise LearnerError(WRONG_CODE)
        person = Person(role, secrets.token_hex(6))
        return person, self.key_of(person)

    def key_of(self, person: Person) -> str:
        """The key of somebody who has been let in."""
        return f"{person.role}.{person.id}.{self._signature(person)}"

    def person(self, key: str) -> Person | None:
        """Whose key this is; None when it is none of this room's."""
        parts = KEY.fullmatch(key)
        if parts is None:
            return None
        person = Person("teacher" if parts[1] == "teacher" else "pupil", parts[2])
        return person if same(parts[3], self._signature(person)) else None

    @property
    def over(self) -> bool:
        return time.time() >= self.ends

    def _signature(self, person: Person) -> str:
        return hmac.new(
            self.secret.encode(), f"{person.role}.{person.id}".encode(), hashlib.sha256
        ).hexdigest()[:40]


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_room(title: str = "Our room", hours: float = 8, keep: bool = False) -> Room:
    """A room with fresh codes."""
    letters = [secrets.choice(LETTERS) for _ in range(8)]
    return Room(
        title=title,
        code="".join(letters[:4]) + "-" + "".join(letters[4:]),
        teacher_code=secrets.token_urlsafe(15),
        secret=secrets.token_hex(32),
        ends=time.time() + hours * 3600,
        keep=keep,
    )


def kept_room(folder: Path) -> Room | None:
    """The room of a folder that has not ended: after a crash its codes and keys are good again."""
    try:
        room = Room.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError):
        return None
    return None if room.over else room


def keep_room(room: Room, folder: Path) -> None:
    """Write the room down, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    new.unlink(missing_ok=True)
    with os.fdopen(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(room.model_dump(), file)
    os.replace(new, folder / FILE)


class RateLimit:
    """So many at once and so many a minute for each holder (a token bucket);
    the longest unused are forgotten first.
    """

    def __init__(
        self, a_minute: float, at_once: int, most_holders: int = 10_000, clock=time.monotonic
    ) -> None:
        self.every, self.at_once, self.most, self.clock = (
            60 / a_minute,
            at_once,
            most_holders,
            clock,
        )
        # tokens left, at a moment
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, holder: str, cost: float = 1) -> float:
        """Take one; 0 when there was one, else in how many seconds there is."""
        left = self._left(holder)
        if left >= cost:
            self._put(holder, left - cost)
            return 0.0
        return (cost - left) * self.every

    def full(self, holder: str) -> float:
        """In how many seconds there is one, without taking it."""
        return max(0.0, (1 - self._left(holder)) * self.every)

    def _left(self, holder: str) -> float:
        left, when = self._held.get(holder, (float(self.at_once), self.clock()))
        return min(float(self.at_once), left + (self.clock() - when) / self.every)

    def _put(self, holder: str, left: float) -> None:
        self._held[holder] = (left, self.clock())
        self._held.move_to_end(holder)
        while len(self._held) > self.most:
            self._held.popitem(last=False)


# What routes ask for. The room is `request.app.state.room`, the limit of each person
# `request.app.state.limit`.


def refused(status: int, sentence: str, after: float = 0):
    """An answer that says no, with a sentence, and when to come back."""
    from fastapi import HTTPException

    headers = {"Retry-After": str(max(1, round(after)))} if after else {}
    return HTTPException(
        status, sentence, {**headers, **({"WWW-Authenticate": "Bearer"} if status == 401 else {})}
    )


def key_in(headers, cookies) -> str:
    """The key in a request: of a program in Authorization (Bearer), of a browser in the cookie."""
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else cookies.get(COOKIE, "")


def holder_of(request: Request) -> Person:
    """A route's `Depends(holder_of)`: who asks, also once the room has ended, within their limit.

    Raises:
        HTTPException: 401 not of this room, 429 too fast.
    """
    state = request.app.state
    person = state.room.person(key_in(request.headers, request.cookies))
    if person is None:
        raise refused(401, JOIN_FIRST)
    state.crowd.check("requests", request)
    seconds = state.limit.wait(person.id)
    if seconds:
        raise refused(
            429,
            f"That was very fast. Wait {max(1, round(seconds))} seconds, then try again.",
            seconds,
        )
    return person


def person_of(request: Request) -> Person:
    """A route's `Depends(person_of)`: like `holder_of`, while the room lasts.

    Raises:
        HTTPException: see `holder_of`; 410 the room has ended.
    """
    if request.app.state.room.over:
        raise refused(410, ENDED)
    return holder_of(request)


def teacher_of(request: Request) -> Person:
    """A route's `Depends(teacher_of)`: like `person_of`, for the teacher only.

    Raises:
        HTTPException: see `person_of`; 403 for a pupil.
    """
    person = person_of(request)
    if not person.teaches:
        raise refused(403, NOT_A_PUPIL)
    return person
