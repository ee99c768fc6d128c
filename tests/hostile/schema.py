"""Invented requests to every address of a room and its wall, for minutes.

Run: python -m tests.hostile.schema [MINUTES, else 5]
Each answer must be one that the schema names, in the form it names, and none a breakdown
(schemathesis on the room's own OpenAPI schema; makers are stand-ins).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

sys.path.insert(0, str(Path(__file__).parents[1]))
from rooms import Hand

from course_utils.classroom.crowd import MANY, Crowd
from course_utils.classroom.jobs import Workshop
from course_utils.classroom.keys import RateLimit, new_room
from course_utils.classroom.whole_room import whole_room
from course_utils.kinds import in_rooms

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12  # of one address in a row


class Free(Hand):
    """Makes at once whatever is asked for."""

    async def make(self, order):
        self.go(order.count)
        async for news in super().make(order):
            yield news


def open_room(folder: Path):
    """A room without limits on how much comes, and its keys."""
    room = new_room()
    app = whole_room(room, folder, Workshop({kind: Free().make for kind in in_rooms()}))
    unlimited = {name: RateLimit(1e9, 10**9) for name in ("limit", "order_limit", "guesses")}
    for name, limit in unlimited.items():
        setattr(app.state, name, limit)
    app.state.crowd = Crowd()
    app.state.crowd.limits = {what: (RateLimit(1e9, 10**9),) * 2 for what in MANY}
    return app, (room.key_for(room.code)[1], room.key_for(room.teacher_code)[1], "made up")


def invent(minutes: float) -> tuple[Counter, list[str]]:
    """How many answers of each status came, and what was wrong with any."""
    statuses: Counter = Counter()
    wrong: list[str] = []
    end = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory() as folder:
        app, keys = open_room(Path(folder))
        found = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
        # what is followed for ever is not for a client that waits for the end of an answer
        operations = [
            one.ok() for one in found.get_all_operations() if not one.ok().path.endswith("/events")
        ]
        turn = 0
        while time.monotonic() < end:
            for operation in operations:
                if time.monotonic() < end:
                    turn += 1
                    ask(operation, keys, turn, statuses, wrong, end)
    return statuses, wrong


def ask(operation, keys, turn: int, statuses: Counter, wrong: list[str], end: float) -> None:
    @seed(turn)
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[*HealthCheck]
    )
    def one(case) -> None:
        for key in keys if time.monotonic() < end else ():
            answer = case.call(headers={"Authorization": f"Bearer {key}"})
            statuses[answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except Exception as problem:  # every kind of failure is told
                wrong.append(f"{operation.method} {operation.path}: {problem}"[:600])

    one()


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    statuses, wrong = invent(minutes)
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    print(f"{sum(statuses.values())} requests in {minutes:g} minutes: {told}; {len(wrong)} wrong")
    print("\n\n".join(dict.fromkeys(wrong[:10])))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
