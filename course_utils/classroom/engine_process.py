"""Engines in a process of their own, on the same computer: what a room without Ray makes with.

Parent and child talk by a pipe of the system, which listens on no address. What goes through it is
JSON, never pickle. The child is started by `spawn`, so that it works alike on Linux, macOS and
Windows, and ends by itself when the pipe is cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import AsyncGenerator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from course_utils.classroom.engine_worker import END, Maker, Order, Piece

__all__ = ["BATCH", "BATCHED", "BATCH_WAIT", "EngineProcess", "note"]

BATCH = 4  # orders of pictures drawn side by side
BATCH_WAIT = 0.05  # seconds the first waits for others
BATCHED = ("image",)
STOPPING = 60.0  # seconds an engine has to end what was stopped, before its process is ended
PAUSES = (0.0, 0.5, 2.0, 5.0, 15.0)  # seconds before a process that broke down is started again


class WorkerGone(Exception):
    """The process that worked on an order has ended."""


# In the child


def serve_engines(pipe: Connection, kinds: tuple[str, ...]) -> None:
    """What the child does: work on the orders that come through the pipe until it is cut."""
    with contextlib.suppress(ValueError, OSError):
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # Ctrl-C is for the parent, which cuts the pipe
    sending = threading.Lock()
    pieces: dict[int, Piece] = {}

    def tell(message: dict) -> None:
        with sending, contextlib.suppress(OSError):
            pipe.send_bytes(json.dumps(message).encode())

    def tell_of(number: int, news: dict | None) -> None:
        tell({"id": number, "news": news})

    lines: dict[str, queue.SimpleQueue[int]] = {kind: queue.SimpleQueue() for kind in kinds}
    for kind, line in lines.items():
        threading.Thread(target=_work_line, args=(kind, line, pieces, tell), daemon=True).start()
    try:
        while True:
            message = json.loads(pipe.recv_bytes())
            number = message["id"]
            if message.get("stop"):
                if number in pieces:
                    pieces[number].stop.set()
                continue
            order = Order.model_validate_json(message["order"])
            pieces[number] = Piece(order, partial(tell_of, number))
            lines[order.recipe.kind].put(number)
    except (EOFError, OSError):
        os._exit(0)  # at once, whatever an engine is in the middle of


def _work_line(kind: str, line: queue.SimpleQueue, pieces: dict, tell) -> None:
    """The orders of one kind, one after the other; pictures that wait together, together."""
    try:
        maker = Maker(kind, note)
        maker.load()
    except Exception as problem:
        note(problem)
        os._exit(3)  # the parent says so, and tries again
    tell({"ready": kind})
    while True:
        numbers = [line.get()]
        ends = time.monotonic() + BATCH_WAIT
        while kind in BATCHED and len(numbers) < BATCH:
            try:
                numbers.append(line.get(timeout=max(0.0, ends - time.monotonic())))
            except queue.Empty:
                break
        maker.work([pieces[number] for number in numbers])
        for number in numbers:
            pieces.pop(number).tell(END)


def note(problem: Exception) -> None:
    """Log where something broke, without its message, which may hold what a pupil wrote."""
    places = ", ".join(
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(problem.__traceback__)[-4:]
    )
    print(
        f"A piece of work broke: {type(problem).__name__} at {places}", file=sys.stderr, flush=True
    )


# In the parent


class EngineProcess:
    """A child with some engines, started again whenever it ends by itself.

    After a breakdown the orders it had are done one by one, so that one that breaks every child it
    is given to takes no others with it.
    """

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds, self.breakdowns = kinds, 0
        self.ready: set[str] = set()
        self.process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._told: dict[int, asyncio.Queue] = {}  # of the orders in work, by number
        self._numbers, self._sending = itertools.count(1), threading.Lock()
        self._alone, self._careful, self._closed = asyncio.Lock(), 0, False
        self._up, self._in_a_row = asyncio.Event(), 0

    async def start(self) -> None:
        """Start the child; its engines load while others already work."""
        spawn = multiprocessing.get_context("spawn")
        mine, its = spawn.Pipe()
        process = spawn.Process(
            target=serve_engines, args=(its, self.kinds), name="-".join(self.kinds), daemon=True
        )
        await asyncio.to_thread(process.start)
        its.close()
        self._pipe, self.process = mine, process
        if self._closed:
            return self.close()
        self._up.set()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(mine, process, loop), daemon=True).start()

    async def make(self, order: Order) -> AsyncGenerator[dict, None]:
        """News of an order; see `Maker.make`.

        Raises:
            WorkerGone: the child ended in the middle; the next call finds a new one.
        """
        async with self._alone if self._careful else contextlib.nullcontext():
            async for news in self._make(order):
                yield news
            self._careful, self._in_a_row = max(0, self._careful - 1), 0

    async def _make(self, order: Order) -> AsyncGenerator[dict, None]:
        await self._up.wait()
        number = next(self._numbers)
        told: asyncio.Queue = asyncio.Queue()
        self._told[number], process, over = told, self.process, False
        sent = json.dumps({"id": number, "order": order.model_dump_json()}).encode()
        try:
            await asyncio.to_thread(self._send, sent)
            while (news := await told.get()) is not END:
                if isinstance(news, WorkerGone):
                    over = True
                    raise news
                yield news
            over = True
        finally:
            if over:
                self._told.pop(number, None)
            else:
                self._stop(number, process)

    def _stop(self, number: int, process) -> None:
        """Stop an order nobody waits for, and end the child if it does not listen."""
        with contextlib.suppress(WorkerGone):
            self._send(json.dumps({"id": number, "stop": True}).encode())

        def look() -> None:
            waited, child = self._told.pop(number, None) is not None, self.process
            if waited and child is not None and child is process:
                child.kill()

        asyncio.get_running_loop().call_later(STOPPING, look)

    def _send(self, message: bytes) -> None:
        if self._pipe is None:
            raise WorkerGone
        try:
            with self._sending:
                self._pipe.send_bytes(message)
        except (OSError, ValueError) as problem:
            raise WorkerGone from problem

    def _listen(self, pipe: Connection, process, loop: asyncio.AbstractEventLoop) -> None:
        """Pass on what the child tells, in a thread, until the pipe is cut."""
        with contextlib.suppress(EOFError, OSError, RuntimeError):
            while True:
                message = json.loads(pipe.recv_bytes())
                loop.call_soon_threadsafe(self._hear, message)
        with contextlib.suppress(RuntimeError):  # the room's loop has ended too
            loop.call_soon_threadsafe(self._ended, process)

    def _hear(self, message: dict) -> None:
        if "ready" in message:
            self.ready.add(message["ready"])
            return
        told = self._told.get(message["id"])
        if told is None:
            return
        told.put_nowait(message["news"])
        if message["news"] is END:
            self._told.pop(message["id"], None)

    def _ended(self, process) -> None:
        if self._closed or process is not self.process:
            return
        self._up.clear()
        self.ready.clear()
        self.breakdowns += 1
        lost, self._told = list(self._told.values()), {}
        self._careful = max(self._careful, len(lost))
        for told in lost:
            told.put_nowait(WorkerGone())
        pause = PAUSES[min(self._in_a_row, len(PAUSES) - 1)]
        self._in_a_row += 1
        print(f"The worker for {', '.join(self.kinds)} ended and is started again.", flush=True)
        self._again = asyncio.get_running_loop().create_task(self._start_again(pause))

    async def _start_again(self, pause: float) -> None:
        await asyncio.sleep(pause)
        if self.process is not None:
            await asyncio.to_thread(self.process.join, 5)
        if not self._closed:
            await self.start()

    def close(self) -> None:
        """End the child."""
        self._closed = True
        if self.process is not None:
            self.process.terminate()
            self.process.join(3)
            if self.process.is_alive():
                self.process.kill()
                self.process.join(5)
