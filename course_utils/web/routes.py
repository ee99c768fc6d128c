"""The addresses of the studios in a browser, under /studio: the same for `course studio` and for
each pupil of a room.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile

from course_utils.creation import LearnerError
from course_utils.display.scripts import script_of
from course_utils.display.tokens import style_sheet
from course_utils.languages import translate
from course_utils.portfolio.store import Portfolio
from course_utils.web.desk import Desk
from course_utils.web.page import document, menu, read, safe, studio_page, told
from course_utils.web.people_route import NO_FORM, PeopleRoute, base_of
from course_utils.web.seat import Seat
from course_utils.web.studio_tabs import studio_for, studios
from course_utils.web.work_page import Shown, pressed, work_page

__all__ = ["PageRoute", "form_of", "studio_router", "to_studios"]

HERE = Path(__file__).parent
PROGRAM = script_of(HERE / "studio.js")
LOOK = style_sheet(HERE / "studio.css", night=True)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " media-src 'self' data:; frame-src 'self' data:; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors {framed_by}"
)
WAIT = 20.0  # seconds a page waits for news before it asks again
MOST_FIELDS, LARGEST_FIELD = 200, 20_000
NO_STUDIO = "There is no such studio here. Choose one in the list at the top."


class PageRoute(PeopleRoute):
    """Pages of the studios and of a room's door."""

    def page(self, request: Request, sentence: str, status: int) -> Response:
        return sentence_answer(request, sentence, status)

    def policy(self, request: Request) -> str:
        return POLICY.format(framed_by=getattr(request.app.state, "framed_by", "'self'"))


def to_studios(request: Request) -> RedirectResponse:
    """From the bare address to the studios."""
    return RedirectResponse(f"{base_of(request)}/studio", 303)


def wants_parts(request: Request) -> bool:
    """Whether the page's program asks, which puts in what has changed."""
    return request.headers.get("x-studio") == "parts"


def sentence_answer(request: Request, sentence: str, status: int) -> Response:
    """An answer that says no, with a way on."""
    if wants_parts(request):
        return JSONResponse({"detail": translate(sentence)}, status)
    base = base_of(request)
    at_end = getattr(request.app.state, "at_end", None)
    if status == 410 and at_end is not None:
        return HTMLResponse(at_end(request, sentence), status)
    body = (
        f'<h1>That did not work</h1><p class="said wrong" role="alert">{safe(sentence)}</p>'
        f'<p><a class="button" href="{base}/studio">Back to the studios</a></p>'
    )
    return HTMLResponse(document("That did not work", body, base, "", script=False), status)


async def form_of(request: Request, folder: Path | None) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed, and the paths of the files sent, by the name of their control.

    Raises:
        LearnerError: it is no form.
    """
    typed: dict[str, str] = {}
    sent: dict[str, str] = {}
    try:
        async with request.form(
            max_files=4, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD
        ) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if value.filename and folder is not None:
                        sent[name.removeprefix("c-")] = str(await put_down(value, folder))
                else:
                    typed[name] = value
    except (HTTPException, AssertionError, UnicodeError, KeyError, ValueError) as problem:
        raise LearnerError(NO_FORM) from problem
    return typed, sent


async def put_down(file: UploadFile, folder: Path) -> Path:
    """A file that was sent, written into a new folder in `folder` under its plain name."""
    name = Path(str(file.filename).replace("\\", "/"))
    suffix = name.suffix.lower()[:12]
    plain = re.sub(r"[^\w -]", "", name.stem)[:60].strip() or "file"
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=folder)) / f"{plain}{suffix if suffix[1:].isalnum() else ''}"
    path.write_bytes(await file.read())
    return path


def studio_router(
    seat_of: Callable[..., Any],
    seat_at_end: Callable[..., Any] | None = None,
) -> APIRouter:
    """The studios for whoever `seat_of` says.

    Args:
        seat_of: a dependency that gives a `Seat`, or says no.
        seat_at_end: the same for taking work home, which may go on longer.
    """
    router = APIRouter(prefix="/studio", include_in_schema=False, route_class=PageRoute)
    add_files(router)
    add_work(router, seat_of)
    add_take_home(router, seat_at_end or seat_of)
    add_studios(router, seat_of)
    return router


def add_files(router: APIRouter) -> None:
    """What every page fetches: its look and its program, the same for everybody."""

    @router.get("/studio.css")
    def look() -> Response:
        kept = {"Cache-Control": "max-age=600"}
        return Response(LOOK, media_type="text/css", headers=kept)

    @router.get("/studio.js")
    def program() -> Response:
        kept = {"Cache-Control": "max-age=3600"}
        return Response(PROGRAM, media_type="text/javascript", headers=kept)


def add_work(router: APIRouter, seat_of: Callable) -> None:
    """My work, its zip file, and the sounds of what is kept."""
    someone = Depends(seat_of)

    def page(request: Request, seat: Seat, shown: Shown) -> HTMLResponse:
        base = base_of(request)
        return HTMLResponse(work_page(seat, base, menu(base, "work", seat.name, seat.links), shown))

    @router.get("/work")
    def my_work(request: Request, seat: Seat = someone) -> Response:
        with seat.sat_at():
            return page(request, seat, Shown())

    @router.post("/work")
    async def press(request: Request, seat: Seat = someone) -> Response:
        typed, _ = await form_of(request, None)

        def do() -> Response:
            with seat.sat_at(), seat.own_turn():
                return page(request, seat, pressed(seat, typed))

        return await run_in_threadpool(do)

    @router.get("/hear/{creation_id}")
    def sound(creation_id: str, seat: Seat = someone) -> Response:
        found = seat.sound(creation_id)
        if found is None:
            raise HTTPException(404, "There is no such sound here.")
        return FileResponse(found[0], media_type=found[1])

    @router.get("/take/{creation_id}")
    def file(creation_id: str, seat: Seat = someone) -> Response:
        found = seat.file(creation_id)
        if found is None:
            raise HTTPException(404, "There is no such work here.")
        named = {"Content-Disposition": f'attachment; filename="{found[0]}"'}
        return Response(found[1], media_type="application/octet-stream", headers=named)


def add_take_home(router: APIRouter, seat_of: Callable) -> None:
    """Everything of one person as a zip file, and a sign of life."""
    someone = Depends(seat_of)

    @router.get("/here")
    def here(seat: Seat = someone) -> Response:
        """A page that is open says so now and then."""
        return Response(status_code=204)

    @router.get("/work.zip")
    def take_home(seat: Seat = someone) -> Response:
        from course_utils.provenance.export import export_zip

        with seat.sat_at(), seat.own_turn():
            path = export_zip(Portfolio())
        return FileResponse(path, media_type="application/zip", filename="my_creations.zip")


def add_studios(router: APIRouter, seat_of: Callable) -> None:
    """The studios themselves."""
    someone = Depends(seat_of)

    @router.get("")
    def first(request: Request, seat: Seat = someone) -> Response:
        return RedirectResponse(f"{base_of(request)}/studio/{studios()[0].kind}", 303)

    @router.get("/{kind}")
    def studio(kind: str, request: Request, seat: Seat = someone) -> Response:
        base = base_of(request)
        with seat.sat_at():
            page = studio_page(desk_of(seat, kind), base, menu(base, kind, seat.name, seat.links))
        return HTMLResponse(page)

    @router.post("/{kind}")
    async def press(kind: str, request: Request, seat: Seat = someone) -> Response:
        desk = desk_of(seat, kind)
        typed, sent = await form_of(request, seat.coming)

        def do() -> dict[str, Any]:
            with seat.sat_at():
                read(desk, typed, sent)
                before = int(typed["after"]) if typed.get("after", "").isdigit() else -1
                changed = desk.press(typed.get("do", "generate"), typed.get("c-earlier", ""))
                return told(desk, before, changed)

        parts = await run_in_threadpool(do)
        if wants_parts(request):
            return JSONResponse(parts)
        return RedirectResponse(f"{base_of(request)}/studio/{kind}", 303)

    @router.get("/{kind}/now")
    async def now(kind: str, seat: Seat = someone, after: int = -1) -> Response:
        desk = desk_of(seat, kind)
        await desk.news(after, WAIT)

        def look() -> dict[str, Any]:
            with seat.sat_at():
                return told(desk, after)

        return JSONResponse(await run_in_threadpool(look))


def desk_of(seat: Seat, kind: str) -> Desk:
    """A person's desk in one studio, as they left it.

    Raises:
        HTTPException: 404 there is no such studio.
    """
    spec = studio_for(kind)
    if spec is None:
        raise HTTPException(404, NO_STUDIO)
    if kind not in seat.desks:
        seat.desks[kind] = Desk(seat, spec)
    return seat.desks[kind]
