"""How a pupil's studio on the room's own pages makes things: its orders go through the fair queue,
like those of the notebooks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

from course_utils.classroom.engine_worker import Order
from course_utils.classroom.fair_queue import Full
from course_utils.classroom.jobs import WAITING_EACH, Job, Workshop
from course_utils.classroom.keys import RateLimit
from course_utils.creation import Creation, Kind, LearnerError, Recipe
from course_utils.engines import Elsewhere, own_engine
from course_utils.engines.base import Engine, OnProgress
from course_utils.engines.remote import as_progress
from course_utils.web.seat import Hands

__all__ = ["Shared"]

LOOK = 0.2  # seconds between looks at whether Stop was pressed
YOURS_FULL = (
    f"You already have {WAITING_EACH} pieces of work waiting. Wait for one of them, or stop one,"
    " then press the button again."
)
ALL_FULL = "The room has as much to do as it can take just now. Try again in a minute."
INSIDE = (
    "This looks inside the model itself, which the room's pages cannot do. Open the lesson in a"
    " notebook on your own computer for it."
)
TOO_FAST = "You asked for very much in a short time. Wait {} seconds, then press the button again."
own_for = cache(own_engine)  # for what needs no model, such as layouts and unused words


class InsideTheModel(LearnerError, AttributeError):
    """Something was asked of an engine that only its model knows; for code that asks whether it is
    there at all, it is not.
    """

    def __init__(self) -> None:
        super().__init__(INSIDE)


class QueueEngine(Engine):
    """An engine in the place of the usual one: `create` orders and waits."""

    def __init__(
        self, kind: Kind, person: str, address: str, workshop: Workshop, shared: Shared
    ) -> None:
        self.kind, self.person, self.address = kind, person, address
        self.workshop, self.shared = workshop, shared
        self._said: list[str] = []  # what the worker took no notice of

    def __getattr__(self, name: str) -> Any:
        raise InsideTheModel

    def load(self) -> None:
        """Nothing: the workers have the models."""

    def unused(self, recipe: Recipe) -> list[str]:
        return own_for(self.kind).unused(recipe)

    def without_effect(self, recipe: Recipe) -> str:
        """As the worker said with the last work."""
        return " ".join(self._said)

    def left_out(self, made: list[Creation]) -> str:
        return own_for(self.kind).left_out(made)

    def told(self, recipe: Recipe) -> str:
        return own_for(self.kind).told(recipe)

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        **ingredients: Any,
    ) -> Iterator[Creation]:
        """Yield creations as they come from the room's workers; see `Engine.create`.

        Raises:
            LearnerError: too much waits, or the recipe cannot be followed.
        """
        order = ordered(recipe, ingredients)
        seconds = self.shared.limit.wait(self.person)
        if seconds:
            raise LearnerError(TOO_FAST.format(max(1, round(seconds))))
        news: queue.SimpleQueue = queue.SimpleQueue()
        jobs: list[Job] = []
        following = asyncio.run_coroutine_threadsafe(
            self._follow(order, news, jobs), self.shared.loop
        )
        troubles: list[str] = []
        self._said = []
        try:
            while (one := self._next(news, stop, jobs)) is not None:
                if one["event"] == "creation":
                    yield Creation.model_validate_json(json.dumps(one["creation"]))
                elif one["event"] == "trouble":
                    troubles.append(one["sentence"])
                elif one["event"] == "said":
                    self._said.append(one["sentence"])
                elif on_progress is not None:
                    on_progress(as_progress(one["event"], one))
        finally:
            following.cancel()
        if troubles:
            raise LearnerError(troubles[0])

    def _next(self, news: queue.SimpleQueue, stop, jobs: list[Job]) -> dict | None:
        """The next of what is told, with this program's hands free meanwhile; None at the end."""
        with self.shared.free_hands():
            while True:
                if jobs and stop is not None and stop.is_set():
                    # what was finished before it stops still comes
                    self.shared.loop.call_soon_threadsafe(self.workshop.stop, jobs[0])
                try:
                    one = news.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if isinstance(one, LearnerError):
                    raise one
                return None if one is None or one["event"] == "end" else one

    async def _follow(self, order: Order, news: queue.SimpleQueue, jobs: list[Job]) -> None:
        try:
            jobs.append(self.workshop.put(self.person, order, self.address))
            async for _, one in self.workshop.follow(jobs[0]):
                news.put(one)
        except Full as full:
            news.put(LearnerError(YOURS_FULL if full.own else ALL_FULL))
        finally:
            news.put(None)
            for job in jobs:
                self.workshop.stop(job)  # does nothing where it has ended


class Shared:
    """What all pupils of a room's pages share: the loop of the room, its limit of orders, and this
    program's hands.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: RateLimit, hands: Hands) -> None:
        self.loop, self.limit, self.hands = loop, limit, hands

    @contextlib.contextmanager
    def free_hands(self) -> Iterator[None]:
        """Inside, others may work, while this thread only waits."""
        self.hands.release()
        try:
            yield
        finally:
            self.hands.acquire()

    def elsewhere(self, person: str, address: str, workshop: Workshop) -> Elsewhere:
        """The engines of one pupil: of what the room's workers make, those; else this program's."""

        def engine(kind: Kind) -> Engine:
            if kind in workshop.lines:
                return QueueEngine(kind, person, address, workshop, self)
            return own_for(kind)

        return Elsewhere(engine)


def ordered(recipe: Recipe, ingredients: dict[str, Any]) -> Order:
    """A recipe with what it begins from as an order of the room.

    Raises:
        LearnerError: this cannot be made out of that here.
    """
    given = {name: one for name, one in ingredients.items() if one is not None}
    if "own" in given:
        raise LearnerError(
            "A model you taught stays on the computer where you taught it. Make this there."
        )
    order = Order(
        recipe=recipe,
        ingredients={
            name: [part.model_copy(update={"edits": []}) for part in parts]
            for name, one in given.items()
            if (parts := list(one) if isinstance(one, list | tuple) else [one])
        },
    )
    order.for_engine()
    return order
