"""Limits of an address and of the room: keys are free, so those of a key are not enough."""

from __future__ import annotations

import asyncio

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from course_utils.classroom import crowd
from course_utils.classroom.app import room_app
from course_utils.classroom.crowd import MANY, WAITING_TOGETHER, Crowd, address_of
from course_utils.classroom.engine_worker import Order
from course_utils.classroom.fair_queue import Full
from course_utils.classroom.jobs import Workshop
from course_utils.classroom.keys import new_room
from course_utils.creation import Recipe


def asking(host: str) -> Request:
    return Request({"type": "http", "client": (host, 5), "headers": []})


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("testclient", "testclient", True),
    ],
)
def test_whose_limit_counts(one, other, same):
    assert (address_of(asking(one)) == address_of(asking(other))) == same


def test_a_hundred_and_twenty_joins_in_a_row_are_too_many():
    room = new_room()
    with TestClient(room_app(room)) as client:
        answers = [client.post("/v1/join", json={"code": room.code}) for _ in range(120)]
        assert [one.status_code for one in answers[:60]] == [200] * 60  # two classes
        refusal = answers[-1]
        assert refusal.status_code == 429 and "from one place" in refusal.json()["detail"]
        assert int(refusal.headers["Retry-After"]) >= 1
        teacher = client.post("/v1/join", json={"code": room.teacher_code})
        assert teacher.status_code == 200


def test_what_all_share_is_limited_too():
    shared = Crowd()
    taken = sum(not shared.wait("joins", f"10.0.0.{number % 250}") for number in range(500))
    assert taken == MANY["joins"][1][1]


def test_one_address_cannot_fill_the_queue():
    async def nothing(order):
        await asyncio.sleep(60)
        yield {}

    async def filled() -> None:
        shop = Workshop({"image": nothing})
        order = Order(recipe=Recipe(kind="image", prompt="a heart"))
        people = (f"{number:012x}" for number in range(1000))
        for _ in range(WAITING_TOGETHER):
            shop.put(next(people), order, "10.0.0.66")
        with pytest.raises(Full):
            shop.put(next(people), order, "10.0.0.66")
        assert shop.put(next(people), order, "10.0.0.7").state == "waiting"

    asyncio.run(filled())


def test_one_address_cannot_fill_the_wall(tmp_path, monkeypatch):
    from wall_works import file_of, text

    from course_utils.classroom.wall.routes import wall_app

    monkeypatch.setitem(crowd.MANY, "works", ((5, 4), (60, 600)))
    room = new_room()
    with TestClient(wall_app(tmp_path, room)) as client:
        statuses = []
        for number in range(6):  # a new person each time
            key = room.key_for(room.code)[1]
            name, data = file_of(text(lines=f"text {number}"))
            statuses.append(
                client.post(
                    "/v1/wall/works",
                    files={"file": (name, data)},
                    data={"title": "Moon"},
                    headers={"Authorization": f"Bearer {key}"},
                ).status_code
            )
    assert statuses == [201] * 4 + [429] * 2


def test_orders_that_fail_do_not_count_in_how_long_work_takes():
    async def fails(order):
        yield {"event": "trouble", "sentence": "No."}

    async def one() -> float | None:
        shop = Workshop({"image": fails})
        job = shop.put("a" * 12, Order(recipe=Recipe(kind="image", prompt="a heart")))
        while job.state not in ("failed", "done"):
            await asyncio.sleep(0.01)
        assert job.state == "failed"
        return shop.lines["image"].seconds

    assert asyncio.run(one()) is None
