"""The room's front door: a FastAPI app with the way in, the routes of its parts (making, the wall),
limits, and answers in sentences.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from course_utils.classroom.crowd import Crowd, address_of
from course_utils.classroom.keys import (
    COOKIE,
    ENDED,
    GUESSES_EVERY,
    MOST_GUESSES,
    Person,
    RateLimit,
    Role,
    Room,
    person_of,
    refused,
)
from course_utils.classroom.same_origin import ELSEWHERE, is_from_elsewhere
from course_utils.creation import LearnerError

__all__ = [
    "Doorkeeper",
    "HAND_OUT",
    "Joining",
    "SAYS_NO",
    "VERSION",
    "give_key",
    "join",
    "misshapen_words",
    "room_app",
]

VERSION = "v1"  # of the addresses; a change that old programs would not understand gets a new one
LARGEST_BODY = 25_000_000  # bytes of a request, files with it
PIECE_WITHIN, BODY_WITHIN = 20.0, 300.0  # seconds between two pieces of a body, and for all of it
A_MINUTE, AT_ONCE = 240, 60  # requests of one person
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cache-control", b"no-store"),
]
TOO_LARGE = (
    f"That is too large for the room: at most {LARGEST_BODY // 1_000_000} MB can be sent. Make it"
    " smaller, then try again."
)
HAND_OUT = 900.0  # seconds after its end in which a room's work can still be taken home
TROUBLE = (
    "Something went wrong on the room's computer. Try again in a moment; what was finished is kept."
)
door = APIRouter(prefix=f"/{VERSION}", tags=["the way in"])


class Sentence(BaseModel):
    """An answer that says no, in a sentence."""

    detail: str


class Joining(BaseModel):
    """The code the teacher shows, or the teacher's own."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=100)]


class Joined(BaseModel):
    """The key for everything else: sent in the header Authorization as "Bearer KEY",
    or by the browser as a cookie.
    """

    key: str
    role: Role
    room: str
    ends: float = Field(description="when the room ends, in seconds since 1970")


class About(BaseModel):
    """What anyone may know of the room."""

    room: str
    version: str
    ends: float


class You(BaseModel):
    role: Role
    id: str


SAYS_NO: dict[int | str, dict[str, Any]] = {
    status: {"model": Sentence} for status in (401, 403, 404, 409, 410, 413, 422, 429, 503)
}


@door.get("/room", responses={410: SAYS_NO[410]})
def about(request: Request) -> About:
    """The room's title and when it ends; 410 once it has."""
    room: Room = request.app.state.room
    if room.over:
        raise refused(410, ENDED)
    return About(room=room.title, version=VERSION, ends=room.ends)


@door.post("/join", responses={status: SAYS_NO[status] for status in (401, 410, 413, 422, 429)})
def join(joining: Joining, request: Request, response: Response) -> Joined:
    """A key for someone who knows a code.

    Wrong codes never keep out the right one: behind one address there may be a whole class. The
    pupils' code is one of 8.5e11, the teacher's one of 1.3e36.
    """
    state = request.app.state
    if state.room.over:
        raise refused(410, ENDED)
    try:
        person, key = state.room.key_for(joining.code)
    except LearnerError as sentence:
        seconds = state.guesses.wait(address_of(request))
        if seconds:
            raise refused(
                429,
                f"There were too many wrong codes from this computer. Wait {max(1, round(seconds))}"
                " seconds, or type the right one.",
                seconds,
            ) from sentence
        raise refused(401, str(sentence)) from sentence
    if not person.teaches:
        state.crowd.check("joins", request)
    give_key(request, response, key)
    return Joined(key=key, role=person.role, room=state.room.title, ends=state.room.ends)


def give_key(request: Request, response: Response, key: str) -> None:
    """Put a key into the browser's cookie until the room's work is handed out.

    Strict: no other site's page can act with it; secure where the browser came by TLS.
    """
    response.set_cookie(
        COOKIE,
        key,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=max(1, int(request.app.state.room.ends + HAND_OUT - time.time())),
    )


@door.get("/me", responses={status: SAYS_NO[status] for status in (401, 410, 429)})
def me(person: Annotated[Person, Depends(person_of)]) -> You:
    """Who the key stands for."""
    return You(role=person.role, id=person.id)


def room_app(
    room: Room, parts: Sequence[APIRouter] = (), at_start: Callable[[FastAPI], None] | None = None
) -> FastAPI:
    """The room as a FastAPI app.

    Args:
        room: its codes and its end.
        parts: the routes of what can be done in it; each finds the room in `request.app.state.room`
            and asks for `Depends(person_of)`.
        at_start: puts into `app.state` what the parts need.
    """
    app = FastAPI(
        title="The room",
        version="1",
        description=(
            "One shared computer for a class: making pictures, words and tunes, and the wall."
        ),
        docs_url=None,
        redoc_url=None,
        openapi_url=f"/{VERSION}/openapi.json",
    )
    app.state.room, app.state.limit, app.state.guesses = (
        room,
        RateLimit(A_MINUTE, AT_ONCE),
        RateLimit(MOST_GUESSES * 60 / GUESSES_EVERY, MOST_GUESSES),
    )
    app.state.crowd, app.state.closes = Crowd(), room.ends + HAND_OUT
    if at_start is not None:
        at_start(app)
    for part in (door, *parts):
        app.include_router(part)

    @app.exception_handler(LearnerError)
    async def in_words(request: Request, sentence: LearnerError) -> Response:
        return JSONResponse({"detail": str(sentence)}, 422)

    @app.exception_handler(RequestValidationError)
    async def misshapen(request: Request, problem: RequestValidationError) -> Response:
        return JSONResponse({"detail": misshapen_words(problem.errors())}, 422)

    @app.exception_handler(HTTPException)
    async def refusal(request: Request, problem: HTTPException) -> Response:
        if problem.status_code == 400:  # the library's word for a body that is no text at all
            return JSONResponse({"detail": misshapen_words([])}, 422)
        return await http_exception_handler(request, problem)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, problem: Exception) -> Response:
        return JSONResponse({"detail": TROUBLE}, 500)

    app.add_middleware(Doorkeeper, largest=LARGEST_BODY)
    return app


def misshapen_words(errors: Sequence[dict]) -> str:
    """What is wrong with a request in a sentence; what was sent is not repeated."""
    first = errors[0] if errors else {}
    place = ".".join(str(part) for part in first.get("loc", ())[1:])
    return (
        "The request does not have the form it must"
        f" have{': look at ' + place[:80] if place else ''}. Check it against"
        f" /{VERSION}/openapi.json and try again."
    )


class Doorkeeper:
    """Turns away what other sites' pages ask for, and what is too large, while it comes in;
    and adds the headers that keep browsers careful.
    """

    def __init__(self, app, largest: int, headers=HEADERS) -> None:
        self.app, self.largest, self.headers = app, largest, headers

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers, kept = dict(scope["headers"]), careful(send, self.headers)
        if is_from_elsewhere(scope["method"], scope["path"], headers):
            return await JSONResponse({"detail": ELSEWHERE}, 403)(scope, receive, kept)
        said = headers.get(b"content-length", b"0")
        if not said.isdigit() or int(said) > self.largest:
            return await JSONResponse({"detail": TOO_LARGE}, 413)(
                scope, receive, careful(send, self.headers)
            )
        came, begun, refuse, more = 0, False, False, True
        end = time.monotonic() + BODY_WITHIN

        async def counted():
            nonlocal came, refuse, more
            if not more:  # the body is whole: what waits now waits for a browser to go away
                return await receive()
            try:
                left = max(0.0, min(PIECE_WITHIN, end - time.monotonic()))
                message = await asyncio.wait_for(receive(), left)
            except TimeoutError:
                return {"type": "http.disconnect"}
            more = message.get("more_body", False)
            came += len(message.get("body", b""))
            if came > self.largest:
                refuse = not begun
                return {"type": "http.disconnect"}  # ends reading
            return message

        async def noticed(message) -> None:
            nonlocal begun
            if refuse:
                return  # what the app says of the cut-off request
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, careful(noticed, self.headers))
        except Exception:
            if not refuse:
                raise
        if refuse:
            await JSONResponse({"detail": TOO_LARGE}, 413)(
                scope, receive, careful(send, self.headers)
            )


def careful(send, headers):
    """`send` with the careful headers added where they are not set."""

    async def sending(message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            message = {
                **message,
                "headers": [*message["headers"], *(one for one in headers if one[0] not in there)],
            }
        await send(message)

    return sending
