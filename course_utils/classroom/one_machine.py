"""The room on one computer: a front door and a worker process for each model, and nothing else.

One process tree: this program listens at the one address it was told, and its children talk to it
by pipes. Nothing here needs Ray.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from course_utils.classroom.engine_process import BATCH, BATCHED, EngineProcess
from course_utils.classroom.front_server import front_options
from course_utils.classroom.jobs import Make, Workshop
from course_utils.classroom.keys import Room
from course_utils.classroom.opening import RoomSettings, end_room, free, room_of
from course_utils.classroom.whole_room import whole_room

__all__ = ["run"]

# which kinds share a process: those of one model, and all that need no big one
PROCESSES = (("image",), ("words",), ("tune", "backing", "sound"))
LOOK = 0.2  # seconds between looks at whether the room has ended


class Server(uvicorn.Server):
    """uvicorn, ended by `OneMachine` and not by signals of its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class OneMachine:
    """A room that runs here. `serve` is its whole life; `end` may be called from a signal."""

    def __init__(self, settings: RoomSettings, batch: bool = True) -> None:
        """
        Raises:
            LearnerError: see `room_of`.
        """
        self.room, self.folder = room_of(settings), Path(settings.folder)
        groups = [[kind for kind in some if kind in settings.kinds] for some in PROCESSES]
        self.workers = [EngineProcess(tuple(some)) for some in groups if some]
        makes: dict[str, Make] = {
            kind: worker.make for worker in self.workers for kind in worker.kinds
        }
        at_once = {kind: BATCH for kind in BATCHED if batch and kind in makes}
        self.app: FastAPI = whole_room(
            self.room, self.folder, Workshop(makes, at_once), settings.places
        )
        self._ended = False

    def end(self, *_: object) -> None:
        """Let the room end at the next look."""
        self._ended = True

    @property
    def ready(self) -> bool:
        """Whether every model is in memory."""
        return all(worker.ready >= {*worker.kinds} for worker in self.workers)

    async def serve(
        self,
        host: str,
        port: int,
        certificate: str = "",
        certificate_key: str = "",
        when_open: Callable[[Room], None] = lambda room: None,
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        """Serve until the room is over and handed out, or `end` is called.

        Args:
            certificate, certificate_key: PEM files, for TLS.
            when_open: called when orders are taken, which may be before the models are loaded.
            when_ready: called when all models are in memory.
        """
        tls: dict[str, Any] = (
            {"ssl_certfile": certificate, "ssl_keyfile": certificate_key} if certificate else {}
        )
        server = Server(
            uvicorn.Config(
                self.app,
                host=host,
                port=port,
                timeout_graceful_shutdown=2,
                **front_options(),
                **tls,
            )
        )
        try:
            await asyncio.gather(*(worker.start() for worker in self.workers))
            serving = asyncio.create_task(server.serve())
            while not server.started and not serving.done():
                await asyncio.sleep(0.02)
            if server.started:
                when_open(self.room)
            await self._watch(serving, when_ready)
            server.should_exit = True
            await serving
        finally:
            await asyncio.gather(*(asyncio.to_thread(worker.close) for worker in self.workers))

    async def _watch(self, serving: asyncio.Task, when_ready: Callable[[], None]) -> None:
        """Wait until the room ends or its server does."""
        said = False
        while not (self._ended or serving.done() or time.time() >= self.app.state.closes):
            if self.ready and not said:
                said = True
                when_ready()
            await asyncio.sleep(LOOK)


def run(
    settings: RoomSettings,
    host: str,
    port: int,
    certificate: str,
    certificate_key: str,
    when_open: Callable[[Room], None],
    when_ready: Callable[[], None],
    batch: bool = True,
    address: str = "",
) -> Room:
    """Open the room, and end it by Ctrl-C, by what a system sends to end a program, by its
    teacher, or when its time is over. What was in it is deleted unless its teacher keeps it.

    Args:
        address: how others reach it, for the teacher's page.

    Raises:
        LearnerError: the port is taken.
    """
    free(host, port)
    if settings.threads:
        os.environ["OMP_NUM_THREADS"] = str(settings.threads)
    machine = OneMachine(settings, batch)
    machine.app.state.address = address
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, machine.end)
    try:
        asyncio.run(machine.serve(host, port, certificate, certificate_key, when_open, when_ready))
    finally:
        end_room(machine.folder, machine.room)
    return machine.room
