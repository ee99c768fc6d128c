"""The routes for making: give an order, follow it by server-sent events, fetch what is finished,
stop it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from course_utils.classroom.app import SAYS_NO, VERSION
from course_utils.classroom.crowd import address_of
from course_utils.classroom.engine_worker import Order
from course_utils.classroom.fair_queue import Full
from course_utils.classroom.jobs import ENDED, NO_ROOM, State, Workshop, full_words
from course_utils.classroom.keys import Person, RateLimit, person_of, refused
from course_utils.creation import Creation
from course_utils.kinds import in_rooms
from course_utils.safety.prompts import check_prompt

__all__ = ["limits", "making"]

ORDERS_A_MINUTE, ORDERS_AT_ONCE = 20, 8  # of one person
MOST_EACH = 9  # candidates of one order
FORGOTTEN = (
    "The room's computer does not know this piece of work: it was started anew, or it was long ago."
    " Ask for it again; the same seed makes the same."
)
making = APIRouter(prefix=f"/{VERSION}", tags=["making"])
NO: dict[int | str, dict[str, Any]] = {
    status: SAYS_NO[status] for status in (401, 404, 410, 422, 429)
}
JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]


class Accepted(BaseModel):
    """An order that was taken on.

    `place`: how many turns until it begins, 0 when it has; `seconds`: about how long that takes,
    where it is known.
    """

    id: str
    place: int
    seconds: float | None


class Finished(BaseModel):
    """How an order stands, with all that is finished of it."""

    id: str
    state: State
    place: int
    seconds: float | None
    creations: list[Creation]
    sentences: list[str] = Field(description="what went wrong, in words")
    said: list[str] = Field(description="what no notice was taken of, in words")


class Made(BaseModel):
    """What the room makes, and how much waits."""

    kind: str = Field(json_schema_extra=lambda schema: schema.update(enum=[*in_rooms()]))
    waiting: int
    seconds: float | None = Field(description="about how long an order takes, where it is known")


def workshop_of(request: Request) -> Workshop:
    return request.app.state.workshop


Shop = Annotated[Workshop, Depends(workshop_of)]
Someone = Annotated[Person, Depends(person_of)]


@making.get("/engines", responses={status: SAYS_NO[status] for status in (401, 410, 429)})
def engines(person: Someone, workshop: Shop) -> list[Made]:
    """What the room makes."""
    return [
        Made(kind=kind, waiting=len(line.queue), seconds=line.seconds)
        for kind, line in workshop.lines.items()
    ]


@making.post("/makings", status_code=202, responses={**NO, 413: SAYS_NO[413], 503: SAYS_NO[503]})
async def order(order: Order, request: Request, person: Someone, workshop: Shop) -> Accepted:
    """Give an order. Its words are checked at once, everything else when it is worked on."""
    if order.recipe.kind not in workshop.lines:
        raise refused(422, NO_ROOM)
    if not 1 <= order.count <= MOST_EACH:
        raise refused(422, f"Ask for 1 to {MOST_EACH} at once.")
    order.for_engine()
    if order.recipe.declared.prompt != "chords":  # which their engine reads
        await run_in_threadpool(check_prompt, order.recipe.prompt)
    limit: RateLimit = request.app.state.order_limit
    seconds = limit.wait(person.id)
    if seconds:
        raise refused(
            429,
            f"You asked for very much in a short time. Wait {max(1, round(seconds))} seconds, then"
            " ask again.",
            seconds,
        )
    try:
        job = workshop.put(person.id, order, address_of(request))
    except Full as full:
        raise refused(429 if full.own else 503, full_words(full), 10 if full.own else 60) from full
    place, seconds_left = workshop.place(job)
    return Accepted(id=job.id, place=place, seconds=seconds_left)


@making.get("/makings/{job_id}", responses=NO)
async def look(job_id: JobId, person: Someone, workshop: Shop) -> Finished:
    """How an order stands, and what is finished of it."""
    job = the(workshop, person, job_id)
    place, seconds = workshop.place(job)
    creations = [
        Creation.model_validate_json(json.dumps(one["creation"]))
        for one in job.news
        if one["event"] == "creation"
    ]
    return Finished(
        id=job.id,
        state=job.state,
        place=place,
        seconds=seconds,
        creations=creations,
        sentences=[one["sentence"] for one in job.news if one["event"] == "trouble"],
        said=[one["sentence"] for one in job.news if one["event"] == "said"],
    )


@making.get(
    "/makings/{job_id}/events",
    responses={**NO, 200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    response_class=StreamingResponse,
)
async def follow(
    job_id: JobId,
    person: Someone,
    workshop: Shop,
    last_event_id: Annotated[int | None, Header(ge=0, le=10_000)] = None,
) -> StreamingResponse:
    """Follow an order by server-sent events: waiting (place, seconds), working, progress (step,
    total, png or text), creation, said (sentence), trouble (sentence), end (state).

    Only creation, said, trouble and end have numbers. Whoever was cut off asks again with the
    header Last-Event-ID and misses nothing.
    """
    job = the(workshop, person, job_id)

    async def lines() -> AsyncIterator[str]:
        async for number, news in workshop.follow(job, last_event_id or 0):
            if news["event"] == "still here":
                yield ": still here\n\n"
                continue
            told = {name: value for name, value in news.items() if name != "event"}
            yield (
                f"{f'id: {number}' + chr(10) if number is not None else ''}event:"
                f" {news['event']}\ndata: {json.dumps(told)}\n\n"
            )

    return StreamingResponse(
        lines(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@making.delete("/makings/{job_id}", responses=NO)
async def stop(job_id: JobId, person: Someone, workshop: Shop) -> Finished:
    """Stop an order; what is finished of it stays."""
    job = the(workshop, person, job_id)
    if job.state not in ENDED:
        workshop.stop(job)
    return await look(job_id, person, workshop)


def the(workshop: Workshop, person: Person, job_id: str):
    """A person's own order.

    Raises:
        HTTPException: 404 there is none; others' orders are none too.
    """
    job = workshop.find(person.id, job_id)
    if job is None:
        raise refused(404, FORGOTTEN)
    return job


def limits(app) -> None:
    """Put into the app's state what these routes need besides the workshop."""
    app.state.order_limit = RateLimit(ORDERS_A_MINUTE, ORDERS_AT_ONCE)
