"""Who connects and then says nothing, or says it slowly, keeps nobody out."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time

import httpx
import pytest
import uvicorn

from course_utils.classroom import app as front_app
from course_utils.classroom import front_server
from course_utils.classroom.app import room_app
from course_utils.classroom.front_server import PatientProtocol, front_options
from course_utils.classroom.keys import new_room
from tests.rooms import wait_until


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(front_server, "HEAD_WITHIN", 0.6)
    monkeypatch.setattr(front_server, "MOST_FROM_ONE", 20)
    monkeypatch.setattr(front_app, "PIECE_WITHIN", 0.5)
    room = new_room()
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    options = {**front_options(), "timeout_keep_alive": 1}  # seconds after an answer
    running = uvicorn.Server(uvicorn.Config(room_app(room), **options))
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([held])), daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield room, held.getsockname()
    running.should_exit = True
    thread.join(10)
    held.close()


def connected(address) -> socket.socket:
    made = socket.create_connection(address, timeout=5)
    made.settimeout(5)
    return made


def ended(made: socket.socket, within: float) -> bytes | None:
    """What came before the server closed a connection; None where it did not."""
    made.settimeout(within)
    came = b""
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        while True:
            try:
                part = made.recv(65536)
            except TimeoutError:
                return None
            if not part:
                break
            came += part
    return came


@pytest.mark.parametrize("begun", [b"", b"GET /v1/room HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_come_is_not_waited_for(server, begun):
    _, address = server
    with connected(address) as slow:
        slow.sendall(begun)
        assert ended(slow, 3) == b""


def test_a_head_that_comes_letter_by_letter_is_not_waited_for(server):
    _, address = server
    with connected(address) as slow:
        began = time.monotonic()
        with pytest.raises(OSError):
            for _ in range(100):
                slow.sendall(b"G")
                time.sleep(0.05)
        assert time.monotonic() - began < 3


def test_a_second_request_is_not_waited_for_either(server):
    _, address = server
    with connected(address) as slow:
        slow.sendall(b"GET /v1/room HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in slow.recv(65536)
        slow.sendall(b"GET /v1/room HTTP/1.1\r\n")
        assert ended(slow, 3) is not None  # the rest of the first answer, then the end


def test_a_body_that_does_not_come_is_not_waited_for(server):
    _, address = server
    head = b"POST /v1/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with connected(address) as slow:
        slow.sendall(head + b"Content-Length: 100\r\n\r\n{")
        began = time.monotonic()
        ended(slow, 4)
        assert time.monotonic() - began < 3


def test_many_silent_connections_keep_nobody_out(server):
    room, address = server
    with contextlib.ExitStack() as held:
        for _ in range(60):
            held.enter_context(connected(address)).sendall(b"GET /")
        time.sleep(0.1)
        assert sum(PatientProtocol.by_address.values()) <= 20
        wait_until(lambda: not PatientProtocol.by_address, 3)  # their time is over
        answer = httpx.post(
            f"http://127.0.0.1:{address[1]}/v1/join", json={"code": room.code}, trust_env=False
        )
    assert answer.status_code == 200


def test_who_asks_is_not_what_a_header_says(monkeypatch):
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert front_options()["proxy_headers"] is False
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.5")
    assert front_options()["proxy_headers"] is True
