"""The class wall's addresses: a JSON interface under /v1/wall for programs, pages under /wall for
people. Both ask `wall_store`, and who may do what is decided by the room's keys.

A part of the room's app (`room.room_app`); it finds the wall in `request.app.state.wall`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from course_utils.classroom.app import SAYS_NO, Joining, join, misshapen_words
from course_utils.classroom.keys import Person, Room, key_in, person_of, teacher_of
from course_utils.classroom.wall import pages as pages
from course_utils.classroom.wall.intake import (
    LARGEST,
    LONGEST_ABOUT,
    LONGEST_CREDIT,
    LONGEST_TITLE,
    checked,
)
from course_utils.classroom.wall.store import (
    GONE,
    LONGEST_WHY,
    ON_WALL,
    NotThere,
    State,
    WallStore,
    Work,
)
from course_utils.creation import LearnerError, Recipe
from course_utils.display.scripts import script_of
from course_utils.display.tokens import style_sheet
from course_utils.web.people_route import PeopleRoute, base_of

__all__ = ["decided", "keep", "router", "wall_app"]

HERE = Path(__file__).parent
SLIDES = script_of(HERE / "slides.js")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self';"
    " frame-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors"
    " 'self'"
)
# A work's own file never acts, whatever it holds: no program, nothing from elsewhere, an origin of
# its own.
FILE_POLICY = (
    "sandbox; default-src 'none'; img-src data:; media-src 'self' data:; style-src 'unsafe-inline';"
    " frame-ancestors 'self'"
)
TYPES = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".md": "text/markdown",
    ".mid": "audio/midi",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".html": "text/html; charset=utf-8",
}
NOT_A_FORM = (
    "That did not come as a form with a file in it. Send `file`, `title`, and if you like `credit`"
    " and `about`, as multipart/form-data."
)
WORKS_ID = Annotated[str, Field(pattern="^[0-9a-f]{12}$")]


class OnTheWall(BaseModel):
    """One work. `mine`: of who asks. `note` and `reasons` are for the teacher."""

    id: str
    kind: str
    title: str
    credit: str
    description: str
    words: str
    state: State
    pinned: bool
    mine: bool
    published: datetime
    recipe: Recipe
    sha256: str = Field(description="of the file, which is kept as it came")
    file: str = Field(description="the address of the file, its recipe and credentials inside")
    see: str = Field(description="the address of its picture, empty where there is none")
    hear: str = Field(description="the address of its sound, empty where there is none")
    note: str = ""
    reasons: list[str] = []


class Works(BaseModel):
    works: list[OnTheWall]


class Report(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, Field(max_length=LONGEST_WHY)] = ""


def looker_of(request: Request) -> Person:
    """Who fetches a picture or a sound: not counted against the limit,
    because one page shows many.
    """
    state = request.app.state
    person = (
        None if state.room.over else state.room.person(key_in(request.headers, request.cookies))
    )
    return person or person_of(request)


Someone = Annotated[Person, Depends(person_of)]
Looker = Annotated[Person, Depends(looker_of)]
Teacher = Annotated[Person, Depends(teacher_of)]


class InWords(APIRoute):
    """Answers of programs: a work that is not there is 404."""

    def get_route_handler(self) -> Callable:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except NotThere as sentence:
                raise HTTPException(404, str(sentence)) from sentence

        return answer


class OnPages(PeopleRoute):
    """Pages of the wall."""

    way_in = "/wall/join"

    def page(self, request: Request, sentence: str, status: int) -> Response:
        return HTMLResponse(pages.sentence_page(base_of(request), sentence), status)

    def policy(self, request: Request) -> str:
        return POLICY

    def status_of(self, sentence: LearnerError) -> int:
        return 404 if isinstance(sentence, NotThere) else 422

    def misshapen(self, problem: RequestValidationError) -> str:
        return misshapen_words(problem.errors())


api = APIRouter(
    prefix="/v1/wall",
    tags=["the wall"],
    route_class=InWords,
    responses={status: SAYS_NO[status] for status in (401, 403, 404, 410, 413, 422, 429)},
)
people = APIRouter(prefix="/wall", include_in_schema=False, route_class=OnPages)


def wall_of(request: Request) -> WallStore:
    return request.app.state.wall


def as_seen(person: Person, work: Work) -> Work:
    """A work as a person sees it: that it was reported, only the teacher is told."""
    return replace(work, state="shown") if work.state in ON_WALL and not person.teaches else work


def told(request: Request, person: Person, work: Work) -> OnTheWall:
    """A work as an answer for one person."""
    work = as_seen(person, work)
    at = pages.on_server(base_of(request))
    private: dict[str, Any] = (
        {"note": work.note, "reasons": wall_of(request).reasons(work.id)} if person.teaches else {}
    )
    same = {
        name: getattr(work, name)
        for name in (
            "id",
            "kind",
            "title",
            "credit",
            "description",
            "words",
            "state",
            "pinned",
            "recipe",
            "sha256",
        )
    }
    return OnTheWall(
        **same,
        mine=work.owner == person.id,
        published=datetime.fromtimestamp(work.published, UTC),
        file=at.file(work),
        see=at.see(work) if work.seen else "",
        hear=at.hear(work) if work.heard else "",
        **private,
    )


# For programs


@api.get("/works")
def works(
    request: Request,
    person: Someone,
    which: Literal["wall", "mine", "waiting", "reported", "hidden"] = "wall",
) -> Works:
    """What is on the wall, pinned first; or one's own works; or, for the teacher,
    those in another state.
    """
    wall = wall_of(request)
    if which == "wall":
        found = wall.on_the_wall(person.id)
    elif which == "mine":
        found = wall.of(person.id)
    else:
        teacher_of(request)
        found = wall.in_state(which)
    return Works(works=[told(request, person, work) for work in found])


FORM = {
    "type": "object",
    "required": ["file", "title"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "title": {"type": "string", "maxLength": LONGEST_TITLE},
        "credit": {"type": "string", "maxLength": LONGEST_CREDIT},
        "about": {"type": "string", "maxLength": LONGEST_ABOUT},
    },
}


@api.post(
    "/works",
    status_code=201,
    openapi_extra={
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}
    },
)
async def publish(request: Request, person: Someone) -> OnTheWall:
    """Publish a file of the course; it waits for the teacher.

    The same creation again takes the earlier one's place.
    """
    request.app.state.crowd.check("works", request)
    typed, suffix, data = await read_form(request)
    return told(
        request,
        person,
        await run_in_threadpool(keep, wall_of(request), person, data, suffix, typed),
    )


def keep(wall: WallStore, person: Person, data: bytes, suffix: str, typed: dict[str, str]) -> Work:
    """Check a file and put it on the wall."""
    return wall.publish(person.id, checked(data, suffix, **typed))


async def read_form(request: Request) -> tuple[dict[str, str], str, bytes]:
    """What was typed, and the ending and bytes of the file.

    Read only now, after the person is known and the length is.

    Raises:
        LearnerError: it is not such a form.
    """
    try:
        async with request.form(max_files=1, max_fields=8, max_part_size=20_000) as form:
            typed = {name: str(form.get(name) or "") for name in ("title", "credit", "about")}
            file: Any = form.get("file")
            if not hasattr(file, "read"):
                raise LearnerError(NOT_A_FORM)
            return (
                typed,
                Path(str(file.filename or "")).suffix.lower(),
                await file.read(LARGEST + 1),
            )
    except (HTTPException, AssertionError, UnicodeError, KeyError, ValueError) as problem:
        if isinstance(problem, LearnerError):
            raise
        raise LearnerError(NOT_A_FORM) from problem


@api.get("/works/{work_id}")
def one_work(work_id: WORKS_ID, request: Request, person: Someone) -> OnTheWall:
    """One work, for someone who may see it."""
    return told(request, person, wall_of(request).see(person, work_id))


@api.delete("/works/{work_id}", status_code=204)
def withdraw(work_id: WORKS_ID, request: Request, person: Someone) -> None:
    """Take one's own work off the wall, its files with it."""
    wall_of(request).withdraw(person, work_id)


@api.post("/works/{work_id}/report", status_code=204)
def report(work_id: WORKS_ID, given: Report, request: Request, person: Someone) -> None:
    """Report a work: who reports it sees it no more, and the teacher looks. Others still see it,
    for the teacher has approved it.
    """
    wall_of(request).report(person, work_id, " ".join(given.why.split()))


@api.post("/works/{work_id}/{decision}")
def decide(
    work_id: WORKS_ID,
    decision: Literal["approve", "hide", "pin", "unpin"],
    request: Request,
    person: Teacher,
) -> OnTheWall:
    """What the teacher decides on a work."""
    return told(request, person, decided(wall_of(request), work_id, decision))


def decided(wall: WallStore, work_id: str, decision: str) -> Work:
    if decision in ("pin", "unpin"):
        return wall.pin(work_id, decision == "pin")
    return wall.decide(work_id, "shown" if decision == "approve" else "hidden")


@api.get("/works/{work_id}/{part}", response_class=FileResponse)
def part_of(
    work_id: WORKS_ID,
    part: Literal["file", "see", "hear", "card"],
    request: Request,
    person: Looker,
) -> FileResponse:
    """A work's file to take along, its picture, its sound, or a card to be shown in a frame."""
    wall = wall_of(request)
    work = wall.see(person, work_id)
    ending = {
        "file": work.suffix,
        "see": work.seen,
        "hear": work.heard,
        "card": ".html" if work.suffix == ".html" else "",
    }[part]
    if not ending:
        raise NotThere(GONE)
    path = wall.path(work, ending)
    headers = {"Content-Security-Policy": FILE_POLICY, "Cache-Control": "private, max-age=300"}
    name = None if part != "file" else f"{pages.plain_name(work.title)}{work.suffix}"
    return FileResponse(path, media_type=TYPES[path.suffix], filename=name, headers=headers)


@api.get("/site.zip", response_class=FileResponse)
def site(request: Request, person: Teacher) -> FileResponse:
    """Everything on the wall as one site that needs no server, as a zip file."""
    from course_utils.classroom.wall.site_export import site_zip

    path = site_zip(wall_of(request), request.app.state.room.title)
    return FileResponse(
        path,
        media_type="application/zip",
        filename="class_wall.zip",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


# For people


@people.get("")
def wall_page(request: Request, person: Someone, said: str = "") -> HTMLResponse:
    wall = wall_of(request)
    waiting = wall.count("state IN ('waiting', 'reported')")
    return HTMLResponse(
        pages.wall_page(
            request.app.state.room.title,
            base_of(request),
            person,
            wall.on_the_wall(person.id),
            [work for work in wall.of(person.id) if work.state not in ON_WALL],
            waiting,
            pages.SAID.get(said, ""),
        )
    )


@people.get("/join")
def join_page(request: Request) -> HTMLResponse:
    return HTMLResponse(pages.join_page(request.app.state.room.title, base_of(request)))


@people.post("/join")
async def joining(request: Request) -> Response:
    """The code, from the form; the key goes into the browser's cookie."""
    room: Room = request.app.state.room
    async with request.form(max_files=0, max_fields=4, max_part_size=2000) as form:
        code = str(form.get("code") or "")[:100]
    response = RedirectResponse(f"{base_of(request)}/wall", 303)
    try:
        join(Joining(code=code or " "), request, response)
    except HTTPException as problem:
        return HTMLResponse(
            pages.join_page(room.title, base_of(request), str(problem.detail)), problem.status_code
        )
    return response


@people.get("/publish")
def publish_page(request: Request, person: Someone) -> HTMLResponse:
    return HTMLResponse(pages.publish_page(base_of(request), person))


@people.post("/works")
async def publish_from_page(request: Request, person: Someone) -> Response:
    request.app.state.crowd.check("works", request)
    typed: dict[str, str] = {}
    try:
        typed, suffix, data = await read_form(request)
        await run_in_threadpool(keep, wall_of(request), person, data, suffix, typed)
    except LearnerError as sentence:
        return HTMLResponse(
            pages.publish_page(base_of(request), person, **typed, wrong=str(sentence)), 422
        )
    return RedirectResponse(f"{base_of(request)}/wall?said=published", 303)


@people.get("/works/{work_id}")
def work_page(work_id: WORKS_ID, request: Request, person: Someone, said: str = "") -> HTMLResponse:
    wall = wall_of(request)
    work = as_seen(person, wall.see(person, work_id))
    return HTMLResponse(
        pages.work_page(
            base_of(request),
            person,
            work,
            wall.reasons(work_id) if person.teaches else [],
            pages.SAID.get(said, ""),
        )
    )


@people.post("/works/{work_id}/report")
async def report_from_page(work_id: WORKS_ID, request: Request, person: Someone) -> Response:
    async with request.form(max_files=0, max_fields=4, max_part_size=5000) as form:
        why = " ".join(str(form.get("why") or "").split())
    await run_in_threadpool(wall_of(request).report, person, work_id, why)
    return RedirectResponse(f"{base_of(request)}/wall?said=reported", 303)


@people.post("/works/{work_id}/withdraw")
def withdraw_from_page(work_id: WORKS_ID, request: Request, person: Someone) -> Response:
    wall_of(request).withdraw(person, work_id)
    return RedirectResponse(f"{base_of(request)}/wall?said=withdrawn", 303)


@people.post("/works/{work_id}/{decision}")
def decide_from_page(
    work_id: WORKS_ID,
    decision: Literal["approve", "hide", "pin", "unpin"],
    request: Request,
    person: Teacher,
) -> Response:
    decided(wall_of(request), work_id, decision)
    return RedirectResponse(
        (
            f"{base_of(request)}/wall/teacher?said="
            + (
                {"approve": "approved", "hide": "hidden", "pin": "pinned", "unpin": "unpinned"}[
                    decision
                ]
            )
        ),
        303,
    )


@people.get("/teacher")
def teacher_page(request: Request, person: Teacher, said: str = "") -> HTMLResponse:
    wall = wall_of(request)
    groups = {state: wall.in_state(state) for state in ("reported", "waiting", "hidden")} | {
        "shown": wall.in_state("shown")[::-1]
    }
    return HTMLResponse(
        pages.teacher_page(
            base_of(request),
            person,
            groups,
            {work.id: wall.reasons(work.id) for work in groups["reported"]},
            pages.SAID.get(said, ""),
        )
    )


@people.get("/project")
def project_page(request: Request, person: Teacher) -> HTMLResponse:
    return HTMLResponse(
        pages.project_page(
            request.app.state.room.title, base_of(request), wall_of(request).on_the_wall()
        )
    )


@people.get("/wall.css")
def style() -> Response:
    return Response(
        style_sheet(HERE / "wall.css"),
        media_type="text/css",
        headers={"Cache-Control": "max-age=600"},
    )


@people.get("/slides.js")
def slides() -> Response:
    kept = {"Cache-Control": "max-age=600"}
    return Response(SLIDES, media_type="text/javascript", headers=kept)


router = APIRouter()
router.include_router(api)
router.include_router(people)


def wall_app(folder: Path | str, room: Room):
    """The wall alone as an app: without models and without Ray,
    for a class that makes everything on its own computers.
    """
    from course_utils.classroom.app import room_app

    def at_start(app) -> None:
        app.state.wall = WallStore(folder)

    app = room_app(room, [router], at_start)
    app.add_api_route("/", to_wall, include_in_schema=False)
    return app


def to_wall(request: Request) -> RedirectResponse:
    """Where the wall is all there is, the bare address leads to it."""
    return RedirectResponse(f"{base_of(request)}/wall", 303)
