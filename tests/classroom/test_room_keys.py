"""The room's way in: codes, keys, roles and limits."""

from __future__ import annotations

import os
import stat
import sys
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient

from course_utils.classroom.app import LARGEST_BODY, room_app
from course_utils.classroom.keys import (
    COOKIE,
    LETTERS,
    Person,
    RateLimit,
    keep_room,
    kept_room,
    new_room,
    person_of,
    teacher_of,
)
from course_utils.creation import LearnerError


def people() -> APIRouter:
    routes = APIRouter()

    @routes.get("/anyone")
    def anyone(person: Annotated[Person, Depends(person_of)]) -> str:
        return person.id

    @routes.get("/teachers")
    def teachers(person: Annotated[Person, Depends(teacher_of)]) -> str:
        return person.id

    @routes.post("/words")
    async def words(text: dict) -> int:
        return len(text)

    return routes


@pytest.fixture
def room():
    return new_room("Class 7b")


@pytest.fixture
def client(room):
    with TestClient(room_app(room, [people()])) as client:
        yield client


def joined(client, code) -> dict:
    answer = client.post("/v1/join", json={"code": code})
    assert answer.status_code == 200, answer.text
    client.cookies.clear()
    return {"Authorization": f"Bearer {answer.json()['key']}"}


def test_codes_have_no_letters_that_look_alike():
    assert not set("IL1O0") & set(LETTERS) and len({new_room().code for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "typed",
    [
        str,
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
    ],
)
def test_a_code_opens_the_room_however_it_is_typed(client, room, typed):
    key = joined(client, typed(room.code))
    assert len(client.get("/anyone", headers=key).json()) == 12


def test_a_pupil_is_no_teacher(client, room):
    pupil, teacher = joined(client, room.code), joined(client, room.teacher_code)
    refusal = client.get("/teachers", headers=pupil)
    assert refusal.status_code == 403 and "teacher" in refusal.json()["detail"]
    assert client.get("/teachers", headers=teacher).status_code == 200
    assert client.get("/v1/me", headers=pupil).json()["role"] == "pupil"


def test_two_who_join_are_two(client, room):
    assert (
        client.get("/anyone", headers=joined(client, room.code)).json()
        != client.get("/anyone", headers=joined(client, room.code)).json()
    )


def test_a_browser_is_known_by_a_cookie_no_script_can_read(client, room):
    answer = client.post("/v1/join", json={"code": room.code})
    cookie = answer.headers["set-cookie"]
    assert COOKIE in cookie and "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    assert client.get("/anyone").status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "Bearer",
        "Bearer x",
        "Bearer pupil.000000000000." + "0" * 40,
        "Basic cHVwaWw6",
        "Bearer teacher.0123456789ab." + "f" * 40,
        "Bearer ' OR 1=1 --",
    ],
)
def test_a_made_up_key_is_refused_in_words(client, bad):
    answer = client.get("/anyone", headers={"Authorization": bad})
    assert answer.status_code == 401 and "Join the room first" in answer.json()["detail"]


def test_a_pupils_key_cannot_be_made_a_teachers(client, room):
    key = joined(client, room.code)["Authorization"].replace("pupil", "teacher")
    assert client.get("/teachers", headers={"Authorization": key}).status_code == 401


def test_another_rooms_key_is_no_good(client, room):
    with TestClient(room_app(new_room(), [people()])) as other:
        assert other.get("/anyone", headers=joined(client, room.code)).status_code == 401


def test_keys_stay_good_when_the_server_starts_again(client, room, tmp_path):
    key = joined(client, room.code)
    keep_room(room, tmp_path / "room")
    again = kept_room(tmp_path / "room")
    with TestClient(room_app(again, [people()])) as restarted:
        assert (
            restarted.get("/anyone", headers=key).json()
            == client.get("/anyone", headers=key).json()
        )
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(tmp_path / "room" / "room.json").st_mode) == 0o600


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"code": 1}'])
def test_a_broken_note_of_a_room_is_no_room(tmp_path, content):
    if content is not None:
        (tmp_path / "room.json").write_text(content, encoding="utf-8")
    assert kept_room(tmp_path) is None


def test_an_ended_room_lets_nobody_in(room):
    over = room.model_copy(update={"ends": 1.0})
    _, key = room.key_for(room.code)
    with TestClient(room_app(over, [people()])) as client:
        answers = [
            client.post("/v1/join", json={"code": over.code}),
            client.get("/anyone", headers={"Authorization": f"Bearer {key}"}),
            client.get("/v1/room"),
        ]
    assert [answer.status_code for answer in answers] == [410] * 3 and "ended" in answers[1].json()[
        "detail"
    ]
    with pytest.raises(LearnerError):
        over.key_for(over.code)


def test_guessing_codes_is_slowed_down_and_keeps_nobody_out(client, room):
    answers = [client.post("/v1/join", json={"code": f"AAAA-{number:04}"}) for number in range(25)]
    assert answers[0].status_code == 401 and answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    for code in (room.teacher_code, room.code):  # behind the same address
        assert client.post("/v1/join", json={"code": code}).status_code == 200


def test_one_persons_haste_does_not_slow_another(client, room):
    hasty, calm = joined(client, room.code), joined(client, room.code)
    client.app.state.limit = RateLimit(1, 3)
    assert [client.get("/anyone", headers=hasty).status_code for _ in range(4)] == [
        200,
        200,
        200,
        429,
    ]
    assert client.get("/anyone", headers=calm).status_code == 200


def test_a_limit_fills_again_and_forgets_the_longest_unused():
    now = [0.0]
    limit = RateLimit(60, 2, most_holders=2, clock=lambda: now[0])
    assert [limit.wait("a"), limit.wait("a")] == [0, 0] and limit.wait("a") == pytest.approx(1)
    now[0] = 1.0
    assert limit.wait("a") == 0
    limit.wait("b"), limit.wait("c")
    assert set(limit._held) == {"b", "c"}


def test_too_large_a_request_is_turned_away_while_it_comes(client):
    def endless():
        for _ in range(LARGEST_BODY // 1_000_000 + 5):
            yield b"x" * 1_000_000

    said = client.post("/words", content=b"", headers={"Content-Length": str(200_000_000)})
    assert said.status_code == 413 and "too large" in said.json()["detail"]
    assert client.post("/words", content=endless()).status_code == 413


def test_a_misshapen_request_is_answered_in_words_that_do_not_repeat_it(client):
    answer = client.post("/v1/join", json={"code": "x", "name": "<script>Ada</script>"})
    assert (
        answer.status_code == 422
        and "Ada" not in answer.text
        and answer.headers["x-content-type-options"] == "nosniff"
    )
