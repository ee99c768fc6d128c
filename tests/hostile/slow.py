"""Somebody who opens many connections and sends their requests a letter at a time (slow loris),
while pupils join.

Run: python -m tests.hostile.slow [SECONDS, else 30]
Prints how long a pupil's joining takes before and meanwhile, and how many connections stay open.
Attacker and pupils have addresses of their own on the loopback, as computers in a network have.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import statistics
import sys
import threading
import time

import httpx
import uvicorn

from course_utils.classroom.app import room_app
from course_utils.classroom.front_server import PatientProtocol, front_options
from course_utils.classroom.keys import new_room

MANY = 600  # connections that the attacker keeps trying to hold
ATTACKER, PUPIL = "127.0.0.66", "127.0.0.2"
HEAD = b"POST /v1/join HTTP/1.1\r\nHost: room\r\nX-Slow: "


async def hold(port: int, end: float) -> None:
    """One connection after the other, each fed a letter every two seconds."""
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            _, out = await asyncio.open_connection("127.0.0.1", port, local_addr=(ATTACKER, 0))
            out.write(HEAD)
            while time.monotonic() < end:
                out.write(b"a")
                await out.drain()
                await asyncio.sleep(2)
            out.close()
        await asyncio.sleep(0.5)


async def attack(port: int, end: float) -> None:
    await asyncio.gather(*(hold(port, end) for _ in range(MANY)))


def join(port: int, code: str, times: int) -> list[float]:
    """Seconds that joining takes, each over a new connection; -1 where it failed."""
    found = []
    for _ in range(times):
        began = time.monotonic()
        try:
            door = httpx.HTTPTransport(local_address=PUPIL)
            with httpx.Client(transport=door, timeout=20) as client:
                answer = client.post(f"http://127.0.0.1:{port}/v1/join", json={"code": code})
            found.append(time.monotonic() - began if answer.status_code == 200 else -1)
        except httpx.HTTPError:
            found.append(-1)
        time.sleep(0.2)
    return found


def said(what: str, found: list[float]) -> str:
    good = [one for one in found if one >= 0]
    middle = 1000 * statistics.median(good) if good else 0
    most = 1000 * max(good, default=0)
    joined = f"{len(good)} of {len(found)} joined"
    return f"{what}: {joined}, {middle:.0f} ms in the middle, {most:.0f} ms at most"


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    room, held = new_room(), socket.socket()
    held.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(room_app(room), **front_options()))
    threading.Thread(target=lambda: asyncio.run(server.serve([held])), daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port = held.getsockname()[1]
    before = join(port, room.code, 10)
    end = time.monotonic() + seconds
    slow = threading.Thread(target=lambda: asyncio.run(attack(port, end)), daemon=True)
    slow.start()
    time.sleep(2)
    there, meanwhile = PatientProtocol.by_address.total(), []
    while time.monotonic() < end - 1:
        meanwhile += join(port, room.code, 1)
        there = max(there, PatientProtocol.by_address.total())
        time.sleep(0.5)
    print(said("before", before))
    print(said(f"beside {MANY} slow connections, {there} of them let in", meanwhile))
    return any(one < 0 for one in meanwhile)


if __name__ == "__main__":
    sys.exit(main())
