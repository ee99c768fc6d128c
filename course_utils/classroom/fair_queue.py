"""Whose turn it is: one piece of work of each person after the other,
so that nobody waits behind all the work of somebody else.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, Protocol, TypeVar

__all__ = ["FairQueue", "Full"]


class Full(Exception):
    """No more can wait. `own`: because of this person's own waiting work."""

    def __init__(self, own: bool) -> None:
        super().__init__(own)
        self.own = own


class Waiting(Protocol):
    """What waits."""

    person: str


W = TypeVar("W", bound=Waiting)


class FairQueue(Generic[W]):
    """Whoever was served longest ago, or not yet, comes next; then who came first.

    Of one person one piece a turn, in the order they asked.
    """

    def __init__(self, most_each: int, most: int) -> None:
        """At most `most_each` wait for one person, and `most` in all."""
        self.most_each, self.most = most_each, most
        self._lines: dict[str, deque[W]] = {}  # by person, in the order they came
        self._served: dict[str, int] = {}  # the turn in which a person was served last
        self._turn = 0
        self._came = asyncio.Event()

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def put(self, work: W) -> None:
        """Add work at the end of its person's line.

        Raises:
            Full: too much waits already.
        """
        line = self._lines.get(work.person, ())
        if len(line) >= self.most_each:
            raise Full(own=True)
        if len(self) >= self.most:
            raise Full(own=False)
        self._lines.setdefault(work.person, deque()).append(work)
        self._came.set()

    async def next(self) -> W:
        """Wait for work, and take the next."""
        await self.any()
        work = self.places()[0]
        self.leave(work)
        self._turn += 1
        self._served[work.person] = self._turn
        return work

    async def any(self) -> None:
        """Wait until something waits."""
        while not self._lines:
            self._came.clear()
            await self._came.wait()

    def leave(self, work: W) -> bool:
        """Take work out before its turn; False when it is not waiting."""
        line = self._lines.get(work.person)
        if line is None or work not in line:
            return False
        line.remove(work)
        if not line:
            del self._lines[work.person]
        return True

    def places(self) -> list[W]:
        """All that waits, in the order it will be taken if nobody else comes."""
        # stable: among equals, who came first
        people = sorted(self._lines, key=lambda person: self._served.get(person, 0))
        lines = [self._lines[person] for person in people]
        return [
            line[turn]
            for turn in range(max(map(len, lines), default=0))
            for line in lines
            if turn < len(line)
        ]
