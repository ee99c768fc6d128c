"""What holds a replica's own doors to one address; with Ray itself in test_room_ray and
test_ray_pods.
"""

from __future__ import annotations

import asyncio
import socket

import pytest

from course_utils.classroom import ray_doors
from course_utils.classroom.ray_doors import Doors, OpenDoor, hold, narrowed


@pytest.mark.parametrize(
    ("asked", "own", "opened"),
    [
        ("[::]:0", "127.0.0.1", "127.0.0.1:0"),
        ("0.0.0.0:9000", "10.0.0.7", "10.0.0.7:9000"),
        (":::0", "10.0.0.7", "10.0.0.7:0"),
        ("*:0", "10.0.0.7", "10.0.0.7:0"),
        ("[::]:0", "fd00::7", "[fd00::7]:0"),
        ("127.0.0.1:5", "10.0.0.7", "127.0.0.1:5"),
        ("[::1]:5", "10.0.0.7", "[::1]:5"),
        ("localhost:5", "10.0.0.7", "localhost:5"),
        ("unix:/tmp/a", "10.0.0.7", "unix:/tmp/a"),
    ],
)
def test_all_addresses_become_the_own_one_and_others_stay(asked, own, opened):
    assert narrowed(asked, own) == opened


@pytest.fixture
def aio(monkeypatch):
    """gRPC's asynchronous servers, as they were again afterwards."""
    grpc = pytest.importorskip("grpc")
    for server in grpc.aio.Server.__subclasses__():
        for name in ray_doors.OPENINGS:
            monkeypatch.setattr(server, name, getattr(server, name))
    return grpc.aio


async def opened_everywhere(aio, doors: Doors) -> list[str]:
    """On which addresses a server listens that asked for all of them."""
    before = set(ray_doors.listening())
    server = aio.server()
    port = server.add_insecure_port("[::]:0")
    await server.start()
    try:
        doors.check()
        opened = set(ray_doors.listening()) - before
        return [address for address, at in opened if at == port]
    finally:
        await server.stop(None)


def test_a_grpc_server_that_asks_for_all_addresses_gets_one(aio):
    for _ in range(2):  # twice in one process as well
        assert asyncio.run(opened_everywhere(aio, hold("127.0.0.1"))) == ["127.0.0.1"]


def test_one_that_listens_everywhere_after_all_is_noticed(aio):
    with pytest.raises(OpenDoor, match="listens on"):
        asyncio.run(opened_everywhere(aio, Doors("127.0.0.1")))


def test_what_rays_core_opened_before_in_a_pod_is_let_be_and_nothing_else():
    with socket.create_server(("0.0.0.0", 0)):
        doors = Doors("10.0.0.7")
        doors.check()
        with pytest.raises(OpenDoor):
            Doors("127.0.0.1").check()
        with socket.create_server(("0.0.0.0", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(OpenDoor, match=f"on 0.0.0.0 port {port}, not"):
                doors.check()
    with socket.create_server(("127.0.0.1", 0)):
        doors.check()
