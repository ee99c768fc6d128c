"""A room in this process, for tests: the same app as the workshop server's, served by uvicorn,
with makers that are no replicas.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time

import uvicorn

from course_utils.classroom.jobs import Workshop
from course_utils.classroom.keys import new_room
from course_utils.classroom.whole_room import whole_room
from course_utils.creation import Creation


class Hand:
    """Makes by order of a test: each `go()` lets one creation be finished.

    It is a stand-in for the way of work, not for a model: what it makes says so.
    """

    def __init__(self) -> None:
        self.began: list[str] = []  # prompts, in the order work on them began
        self.stopped: list[str] = []
        self.breakdowns = 0
        self.content = lambda recipe, number: f"{recipe.prompt} {recipe.seed + number}".encode()
        self._go = threading.Semaphore(0)

    def go(self, times: int = 1) -> None:
        for _ in range(times):
            self._go.release()

    async def make(self, order):
        recipe = order.recipe
        self.began.append(recipe.prompt)
        try:
            yield {"event": "progress", "step": 1, "total": 2}
            for number in range(order.count):
                while not self._go.acquire(blocking=False):
                    if self.breakdowns:
                        self.breakdowns -= 1
                        raise ConnectionError("the replica is gone")
                    await asyncio.sleep(0.005)
                made = Creation(
                    recipe=recipe.changed(seed=recipe.seed + number, settings={"count": 1}),
                    content=self.content(recipe, number),
                )
                yield {"event": "creation", "creation": made.model_dump(mode="json")}
        except (asyncio.CancelledError, GeneratorExit):
            self.stopped.append(recipe.prompt)
            raise


class Ending(uvicorn.Server):
    """uvicorn's server, which ends the moment it is told and finishes nothing, as a crash would."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(0.005)

    async def shutdown(self, sockets=None) -> None:
        for server in self.servers:
            server.close()
        for task in self.server_state.tasks:
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0.005)


class Serving:
    """An app behind an address of this computer; `close()` takes it away as a crash would."""

    def __init__(self, app, port: int = 0) -> None:
        self.app, self.socket = app, socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.server = Ending(uvicorn.Config(app, log_level="error", access_log=False))
        self.thread = threading.Thread(
            target=lambda: asyncio.run(self.server.serve([self.socket])), daemon=True
        )
        self.thread.start()
        while not self.server.started:
            time.sleep(0.005)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()


@contextlib.contextmanager
def serving(
    makes: dict, folder, room=None, at_once: dict | None = None, port: int = 0, places: int = 120
):
    """(room, Serving) of a room with these makers."""
    room = room or new_room()
    running = Serving(whole_room(room, folder, Workshop(makes, at_once), places), port)
    try:
        yield room, running
    finally:
        running.close()


def wait_until(true, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)
