"""The room's work: orders of its people, taken in fair turns, each followed until it ends in
results or in a sentence. Nothing is on a disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from course_utils.classroom.crowd import WAITING_TOGETHER
from course_utils.classroom.engine_worker import UNEXPECTED, Order
from course_utils.classroom.fair_queue import FairQueue, Full
from course_utils.creation import new_id
from course_utils.engines.base import rest_of

__all__ = ["ENDED", "Job", "Make", "NO_ROOM", "State", "WAITING_EACH", "Workshop", "full_words"]

State = Literal["waiting", "working", "done", "stopped", "failed"]
ENDED = ("done", "stopped", "failed")
WAITING_EACH, WAITING_ALL = 3, 300  # pieces of work of one kind
# how long results can be fetched, and of how many orders of one person
KEPT_SECONDS, KEPT_EACH = 600, 8
LONGEST = 600  # seconds for one order
TRIES = 3  # when what makes it breaks down
BREATH = 0.5  # seconds before it is begun again, each time more
STILL_HERE = 10.0  # seconds between signs of life
YOURS_FULL = (
    f"You already have {WAITING_EACH} pieces of work waiting here. Wait for one of them, or stop"
    " one, then ask again."
)
ALL_FULL = (
    "The room has as much to do as it can take just now. Try again in a minute; the model of your"
    " own computer works meanwhile."
)
TOOK_TOO_LONG = (
    "That took longer than ten minutes, so the room's computer gave up. Ask for less at once; what"
    " was finished is kept."
)
BROKE_DOWN = (
    "The program that makes this on the room's computer broke down three times. What was finished"
    " is kept. Try again in a minute."
)
NO_ROOM = "The room's computer does not make that kind of thing. Make it on your own computer."

Make = Callable[[Order], AsyncGenerator[dict, None]]


@dataclass(eq=False)
class Job:
    """One order on its way.

    `news`: creations and troubles, which are kept; `latest`: how far it is, of which only the
    newest counts.
    """

    person: str
    order: Order
    address: str = ""  # where it came from; kept in memory as long as the order waits
    id: str = field(default_factory=new_id)
    state: State = "waiting"
    news: list[dict] = field(default_factory=list)
    latest: dict | None = None
    made: int = 0
    ended: float = 0.0
    task: asyncio.Task | None = None
    listeners: set[asyncio.Event] = field(default_factory=set)

    @property
    def kind(self) -> str:
        return self.order.recipe.kind

    def changed(self) -> None:
        for listener in self.listeners:
            listener.set()

    def end(self, state: State, sentence: str = "") -> None:
        if self.state in ENDED:
            return
        if sentence:
            self.news.append({"event": "trouble", "sentence": sentence, "ours": True})
        self.state, self.latest, self.ended = state, None, time.monotonic()
        self.changed()


class Line:
    """The work of one kind: a fair queue, and as many at once as its makers take."""

    def __init__(self, make: Make, at_once: int, going: asyncio.Event | None = None) -> None:
        """`going`: cleared while no work is to begin."""
        self.going = going or asyncio.Event()
        if going is None:
            self.going.set()
        self.make, self.at_once, self.working = make, at_once, 0
        self.queue: FairQueue[Job] = FairQueue(WAITING_EACH, WAITING_ALL)
        self.seconds: float | None = None  # one order takes, lately
        self._taker: asyncio.Task | None = None
        self._free = asyncio.Semaphore(at_once)

    def start(self) -> None:
        """Begin taking orders, if it has not begun; needs a running loop."""
        if self._taker is None or self._taker.done():
            self._taker = asyncio.get_running_loop().create_task(self._take())

    def wait_of(self, place: int) -> float | None:
        """Seconds until the work at a place of the queue (from 1) begins;
        None while nothing was made yet.
        """
        if self.seconds is None:
            return None
        turns = (place + self.working - 1) // self.at_once
        return turns * self.seconds

    async def _take(self) -> None:
        while True:
            await self._free.acquire()
            while not (self.queue and self.going.is_set()):
                await self.queue.any()
                await self.going.wait()
            job = await self.queue.next()
            self.working += 1
            job.state, job.latest = "working", None
            job.task = asyncio.get_running_loop().create_task(self._do(job))
            # also when it is stopped before its first step
            job.task.add_done_callback(partial(self._done, job))
            job.changed()
            for one in self.queue.places():
                one.changed()  # everyone else has moved up

    async def _do(self, job: Job) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(LONGEST):
                await self._follow(job)
            took = time.monotonic() - began
            if job.state != "done":  # what failed at once says nothing of how long work takes
                return
            self.seconds = took if self.seconds is None else 0.8 * self.seconds + 0.2 * took
        except TimeoutError:
            job.end("failed", TOOK_TOO_LONG)
        except asyncio.CancelledError:
            job.end("stopped")

    def _done(self, job: Job, task: asyncio.Task) -> None:
        # does nothing where it has ended
        job.end(
            "stopped" if task.cancelled() else "failed",
            "" if task.cancelled() else UNEXPECTED,
        )
        self.working -= 1
        self._free.release()

    async def _follow(self, job: Job) -> None:
        for tried in range(TRIES):
            troubles = 0
            try:
                rest = job.order.model_copy(update={"recipe": rest_of(job.order.recipe, job.made)})
                async with contextlib.aclosing(self.make(rest)) as news:
                    async for one in news:
                        if one["event"] == "progress":
                            job.latest = one
                        else:
                            job.news.append(one)
                            job.made += one["event"] == "creation"
                            troubles += one["event"] == "trouble"
                        job.changed()
                return job.end("failed" if troubles and not job.made else "done")
            except (asyncio.CancelledError, TimeoutError):
                raise
            except Exception:
                # the maker is gone, for whatever reason: another one takes over, and what is
                # finished stays
                if job.made >= job.order.count:
                    return job.end("done")
                if tried + 1 < TRIES:
                    await asyncio.sleep(BREATH * (tried + 1))
        job.end("failed", BROKE_DOWN)


class Workshop:
    """All lines of a room, and all orders that still can be asked after."""

    def __init__(self, makes: dict[str, Make], at_once: dict[str, int] | None = None) -> None:
        self.going = asyncio.Event()
        self.going.set()
        self.lines = {
            kind: Line(make, (at_once or {}).get(kind, 1), self.going)
            for kind, make in makes.items()
        }
        self._jobs: dict[str, Job] = {}

    @property
    def paused(self) -> bool:
        return not self.going.is_set()

    def pause(self, paused: bool) -> None:
        """Begin nothing more, or go on; what has begun is finished, what is asked for waits."""
        if paused:
            self.going.clear()
        else:
            self.going.set()
        for line in self.lines.values():
            for one in line.queue.places():
                one.changed()

    def put(self, person: str, order: Order, address: str = "") -> Job:
        """Take an order on. Of one address no more wait than of a class: keys are free, and one
        person could fill the queue with many.

        Raises:
            Full: too much waits.
            KeyError: nobody makes this kind here.
        """
        line = self.lines[order.recipe.kind]
        self._forget()
        waiting = [one.address for one in line.queue.places()]
        if address and waiting.count(address) >= WAITING_TOGETHER:
            raise Full(own=False)
        job = Job(person, order, address)
        line.queue.put(job)
        self._jobs[job.id] = job
        line.start()
        return job

    def find(self, person: str, job_id: str) -> Job | None:
        """A person's own order."""
        job = self._jobs.get(job_id)
        return job if job is not None and job.person == person else None

    def place(self, job: Job) -> tuple[int, float | None]:
        """A waiting job's place in the queue, from 1, and the seconds until it begins; (0, ...)
        when its turn has come.
        """
        line = self.lines[job.kind]
        waiting = line.queue.places()
        place = waiting.index(job) + 1 if job in waiting else 0
        return place, line.wait_of(place) if place else 0.0

    def stop(self, job: Job) -> None:
        """End an order; what is finished stays."""
        if self.lines[job.kind].queue.leave(job):
            job.end("stopped")
            for one in self.lines[job.kind].queue.places():
                one.changed()
        elif job.task is not None and job.state == "working":
            job.end("stopped")
            job.task.cancel()

    async def follow(self, job: Job, after: int = 0) -> AsyncIterator[tuple[int | None, dict]]:
        """(number, news) of an order from the news after number `after` on, until it has ended;
        those without a number are only about the moment.
        """
        mine, said = asyncio.Event(), None
        job.listeners.add(mine)
        try:
            while True:
                mine.clear()
                while after < len(job.news):
                    after += 1
                    yield after, job.news[after - 1]
                if job.state in ENDED:
                    yield after + 1, {"event": "end", "state": job.state, "made": job.made}
                    return
                now = self._moment(job)
                if now != said:
                    said = now
                    yield None, now
                if after < len(job.news) or job.state in ENDED:
                    continue
                try:
                    await asyncio.wait_for(mine.wait(), STILL_HERE)
                except TimeoutError:
                    yield None, {"event": "still here"}
        finally:
            job.listeners.discard(mine)

    def _moment(self, job: Job) -> dict:
        if job.state == "waiting":
            place, seconds = self.place(job)
            return {
                "event": "waiting",
                "place": place,
                "seconds": None if seconds is None else round(seconds),
                **({"paused": True} if self.paused else {}),
            }
        return job.latest or {"event": "working"}

    def _forget(self) -> None:
        """Let go of what ended long ago, and of all but the newest of each person."""
        before = time.monotonic() - KEPT_SECONDS
        kept: dict[str, int] = {}
        for job in reversed([job for job in self._jobs.values() if job.state in ENDED]):
            kept[job.person] = kept.get(job.person, 0) + 1
            if job.ended < before or kept[job.person] > KEPT_EACH:
                del self._jobs[job.id]


def full_words(full: Full) -> str:
    return YOURS_FULL if full.own else ALL_FULL
