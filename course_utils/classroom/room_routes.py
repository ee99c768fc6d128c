"""The addresses for people in a room: the way in, the studios behind a pupil's key, and the
teacher's desk.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from course_utils.classroom import room_pages as pages
from course_utils.classroom.app import HAND_OUT, Joining, give_key, join
from course_utils.classroom.crowd import TOO_MANY, address_of
from course_utils.classroom.keys import (
    ENDED,
    NOT_A_PUPIL,
    Person,
    Role,
    Room,
    holder_of,
    keep_room,
    key_in,
    refused,
)
from course_utils.classroom.people import People
from course_utils.classroom.queue_engine import Shared
from course_utils.classroom.wall.routes import decided, keep
from course_utils.creation import Creation, LearnerError
from course_utils.display.scripts import script_of
from course_utils.portfolio.store import Portfolio
from course_utils.web.people_route import base_of
from course_utils.web.routes import PageRoute, form_of
from course_utils.web.seat import Seat

__all__ = ["TAKE_HOME", "people_routes", "seat_at_end", "seat_of", "set_up"]

PROGRAM = script_of(Path(__file__).with_name("teacher.js"))
WENT = "It is on its way to the wall, and waits for your teacher."
TAKE_HOME = (
    "This room has ended. Take your work home now; it is deleted when the teacher closes it."
)
people_routes = APIRouter(include_in_schema=False, route_class=PageRoute)


def set_up(app, people: People) -> None:
    """Put into the app's state what these routes need besides the workshop and the wall."""
    app.state.people, app.state.seats = people, {}
    app.state.hands, app.state.shared = threading.Lock(), None


def holder(request: Request) -> Person:
    """Who asks, by their key; looking on is not counted against their limit.

    Raises:
        HTTPException: see `holder_of`.
    """
    state = request.app.state
    person = state.room.person(key_in(request.headers, request.cookies))
    return person if person and request.method == "GET" else holder_of(request)


Holder = Annotated[Person, Depends(holder)]


async def seat_of(request: Request) -> Seat:
    """The place of whoever asks, while the room lasts.

    Raises:
        HTTPException: 401 not of this room, or without a name; 410 the room has ended.
    """
    if request.app.state.room.over:
        raise refused(410, ENDED)
    return await seat_at_end(request)


async def seat_at_end(request: Request) -> Seat:
    """The place of whoever asks, also while work is handed out."""
    state, person = request.app.state, holder(request)
    pupil = state.people.find(person.id)
    if pupil is None and not person.teaches:
        raise refused(401, "Give your name first.")
    if state.shared is None:
        state.shared = Shared(asyncio.get_running_loop(), state.order_limit, state.hands)
    if person.id not in state.seats:
        state.seats[person.id] = new_seat(request, person, pupil.name if pupil else "Teacher")
    return state.seats[person.id]


def new_seat(request: Request, person: Person, name: str) -> Seat:
    state, address = request.app.state, address_of(request)

    def publish(creation: Creation, title: str, credit: str, where: str) -> str:
        from course_utils.classroom.wall.calls import file_for_wall

        seconds = state.crowd.wait("works", address)
        if seconds:
            raise LearnerError(TOO_MANY.format(max(1, round(seconds))))
        file, data = file_for_wall(Portfolio(), creation)
        typed = {"title": title, "credit": credit, "about": ""}
        keep(state.wall, person, data, Path(file).suffix, typed)
        Portfolio().add_edit(creation, f"put on a class wall as “{title[:80]}”")
        return WENT

    return Seat(
        person.id,
        name,
        state.people.place(person.id),
        state.shared.elsewhere(person.id, address, state.workshop),
        state.hands,
        publish,
        (("The wall", "/wall"), *((("Teacher", "/teacher"),) if person.teaches else ())),
    )


# The way in


@people_routes.get("/")
def front(request: Request, code: str = "") -> Response:
    """The way in; whoever is in already goes on."""
    state, base = request.app.state, base_of(request)
    person = state.room.person(key_in(request.headers, request.cookies))
    if person is not None and (person.teaches or not code):
        if person.teaches:
            return RedirectResponse(f"{base}/teacher", 303)
        if state.people.find(person.id) is not None:
            return RedirectResponse(f"{base}/studio", 303)
        if not state.room.over:
            return HTMLResponse(pages.name_page(state.room.title, base))
    if person is not None and state.people.find(person.id) is not None:
        return RedirectResponse(f"{base}/studio", 303)
    if state.room.over:
        raise refused(410, ENDED)
    return HTMLResponse(pages.join_page(state.room.title, base, code[:100]))


@people_routes.get("/favicon.ico")
def no_icon() -> Response:
    """What browsers ask for by themselves."""
    return Response(status_code=204)


@people_routes.post("/join")
async def join_by_form(request: Request) -> Response:
    """The code and the name, from the form; the key goes into the browser's cookie."""
    state, base = request.app.state, base_of(request)
    typed, _ = await form_of(request, None)
    code, name = typed.get("code", "")[:100], typed.get("name", "")[:200]

    def enter() -> Response:
        response = RedirectResponse(f"{base}/studio", 303)
        try:
            joined = join(Joining(code=code or " "), request, response)
            person = state.room.person(joined.key)
            if person.teaches:
                response.headers["location"] = f"{base}/teacher"
            else:
                settle(request, response, state.people.welcome(person.id, name), person.role)
        except HTTPException as problem:
            if problem.status_code == 410:
                raise
            page = pages.join_page(state.room.title, base, code, name, str(problem.detail))
            return HTMLResponse(page, problem.status_code)
        except LearnerError as sentence:
            page = pages.join_page(state.room.title, base, code, name, str(sentence))
            return HTMLResponse(page, 422)
        return response

    return await run_in_threadpool(enter)


@people_routes.post("/name")
async def name_by_form(request: Request, person: Holder) -> Response:
    """A name for somebody who has a key, such as one who came by the wall."""
    state, base = request.app.state, base_of(request)
    typed, _ = await form_of(request, None)

    def enter() -> Response:
        response = RedirectResponse(f"{base}/studio", 303)
        try:
            known = state.people.welcome(person.id, typed.get("name", "")[:200])
        except LearnerError as sentence:
            page = pages.name_page(state.room.title, base, typed.get("name", ""), str(sentence))
            return HTMLResponse(page, 422)
        settle(request, response, known, person.role)
        return response

    return await run_in_threadpool(enter)


def settle(request: Request, response: Response, person_id: str, role: Role) -> None:
    """Give the key of the place somebody has from now on."""
    del response.headers["set-cookie"]
    give_key(request, response, request.app.state.room.key_of(Person(role, person_id)))


# The teacher's desk


def teacher(request: Request) -> Person:
    """The teacher, also while work is handed out.

    Raises:
        HTTPException: see `holder_of`; 403 for a pupil.
    """
    person = holder(request)
    if not person.teaches:
        raise refused(403, NOT_A_PUPIL)
    return person


Teacher = Annotated[Person, Depends(teacher)]


def desk_of(request: Request) -> pages.Desk:
    state = request.app.state
    address = getattr(state, "address", "") or str(request.base_url).rstrip("/")
    return pages.Desk(state.room, address, state.people, state.workshop, state.wall, state.closes)


@people_routes.get("/teacher")
def teacher_page(request: Request, person: Teacher) -> HTMLResponse:
    return HTMLResponse(pages.teacher_page(desk_of(request), base_of(request)))


@people_routes.get("/teacher/now")
def now(request: Request, person: Teacher) -> HTMLResponse:
    """The part of the page that changes."""
    return HTMLResponse(pages.live(desk_of(request), base_of(request)))


@people_routes.get("/teacher.js")
def program() -> Response:
    kept = {"Cache-Control": "max-age=3600"}
    return Response(PROGRAM, media_type="text/javascript", headers=kept)


@people_routes.post("/teacher/do")
async def do(request: Request, person: Teacher) -> Response:
    """One of the teacher's buttons."""
    typed, _ = await form_of(request, None)
    what, _, which = typed.get("do", "").partition("-")
    state = request.app.state
    if what in ("pause", "go"):
        state.workshop.pause(what == "pause")
    elif what == "back":
        state.people.let_back(which)
    elif what in ("approve", "hide"):
        await run_in_threadpool(decided, state.wall, which, what)
    elif what == "end":
        end_now(state)
    elif what == "close" and state.room.over:
        state.closes = time.time()
    return RedirectResponse(f"{base_of(request)}/teacher", 303)


def end_now(state) -> None:
    """End the room: from now on work is only handed out."""
    if state.room.over:
        return
    room: Room = state.room.model_copy(update={"ends": time.time()})
    state.room, state.closes = room, time.time() + HAND_OUT
    state.workshop.pause(False)  # what was taken on is finished
    keep_room(room, state.folder)


@people_routes.get("/teacher/all_work.zip")
def all_work(request: Request, person: Teacher) -> FileResponse:
    """Everything that pupils made, a folder for each."""
    people: People = request.app.state.people
    with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
            for pupil in people.all():
                for path in people.works(pupil.id):
                    bundle.write(path, f"{folder_name(pupil.name)}/{path.name}")
    return FileResponse(
        file.name,
        media_type="application/zip",
        filename="all_work.zip",
        background=BackgroundTask(Path(file.name).unlink, missing_ok=True),
    )


def folder_name(name: str) -> str:
    """A name as a folder that every system takes."""
    plain = "".join(letter for letter in name if letter.isalnum() or letter in " -_").strip()
    return plain or "pupil"
