"""Engines: one per modality.

`engine_for(kind)` gives the one shared instance of each, made when first asked for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from course_utils.kinds import kind_named

if TYPE_CHECKING:
    from course_utils.creation import Kind
    from course_utils.engines.base import Engine

__all__ = ["ELSEWHERE", "Elsewhere", "GENERATION_LOCK", "engine_for", "own_engine"]


@dataclass
class Elsewhere:
    """Where a thread's work is made when it serves one of many people: engines that pass orders
    on, and a lock of that person's own.
    """

    engine: Callable[[Kind], Engine]
    lock: threading.Lock = field(default_factory=threading.Lock)


ELSEWHERE: ContextVar[Elsewhere | None] = ContextVar("elsewhere", default=None)


class OneTurn:
    """One generation at a time: two at once are slower than one after the other. What is made
    elsewhere waits for its own person only.
    """

    def __init__(self) -> None:
        self._here = threading.Lock()

    @property
    def _lock(self) -> threading.Lock:
        elsewhere = ELSEWHERE.get()
        return self._here if elsewhere is None else elsewhere.lock

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        self._lock.release()

    def locked(self) -> bool:
        return self._lock.locked()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *problem: object) -> None:
        self.release()


GENERATION_LOCK = OneTurn()


class _Engines:
    """The engines in use, one of a kind; several threads may ask at once."""

    def __init__(self) -> None:
        self._made: dict[Kind, Engine] = {}
        self._making = threading.RLock()

    def __call__(self, kind: Kind) -> Engine:
        """The shared engine for a kind of creation: that of this computer, or where COURSE_ROOM
        names a room and the room makes this kind, the room's, which has all that the other has
        (see `remote`).

        Raises:
            KeyError: no engine makes this kind.
        """
        elsewhere = ELSEWHERE.get()
        if elsewhere is not None:
            return elsewhere.engine(kind)
        with self._making:
            if kind not in self._made:
                self._made[kind] = self._chosen(kind)
            return self._made[kind]

    def _chosen(self, kind: Kind) -> Engine:
        own, room = own_engine(kind), os.environ.get("COURSE_ROOM", "").strip()
        if not room or not kind_named(kind).in_room:
            return own
        from course_utils.engines.remote import RemoteEngine

        return RemoteEngine(kind, room, own)

    def cache_clear(self) -> None:
        """Forget them: the next call makes new ones."""
        with self._making:
            self._made.clear()


engine_for = _Engines()


def own_engine(kind: Kind) -> Engine:
    """A new engine of this computer: the course's own, or for tunes the model COURSE_TUNE_MODEL
    names (see `tune_events`).

    Raises:
        KeyError: no engine makes this kind.
    """
    return kind_named(kind).load("engine")()
