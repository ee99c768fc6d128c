"""What another site's page asks for is not done, whichever browser sends it."""

from __future__ import annotations

import pytest
from wall_works import open_wall, text

from course_utils.classroom.keys import COOKIE
from course_utils.classroom.same_origin import is_same


@pytest.fixture
def wall(tmp_path):
    with open_wall(tmp_path / "wall") as (_, teacher, ada, *_):
        yield teacher, ada, ada.publish(text(), "Moon").json()["id"]


def by_cookie(visit, path: str, method: str = "POST", **headers: str):
    visit.client.cookies.set(COOKIE, visit.key)
    answer = visit.client.request(method, path, headers=headers, follow_redirects=False)
    visit.client.cookies.clear()
    return answer


WRITES = ("/wall/works/{}/approve", "/v1/wall/works/{}/approve", "/v1/wall/works/{}/hide")


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {},  # an old browser that says nothing
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "http://127.0.0.1@evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"},
    ],
)
def test_a_write_by_cookie_from_elsewhere_does_nothing(wall, path, headers):
    teacher, ada, work = wall
    answer = by_cookie(teacher, path.format(work), **headers)
    assert answer.status_code == 403 and "another site" in answer.json()["detail"]
    assert ada("GET", f"/v1/wall/works/{work}").json()["state"] == "waiting"
    assert by_cookie(ada, f"/v1/wall/works/{work}", "DELETE", **headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "http://127.0.0.1"}, {"sec-fetch-site": "same-origin"}]
)
def test_a_write_from_a_page_of_the_wall_is_done(wall, headers):
    teacher, _, work = wall
    assert by_cookie(teacher, f"/v1/wall/works/{work}/approve", **headers).status_code == 200


def test_a_program_needs_no_origin(wall):
    teacher, _, work = wall
    assert teacher("POST", f"/v1/wall/works/{work}/approve").status_code == 200


@pytest.mark.parametrize(
    "origin, host, same",
    [
        ("http://room.school:8000", "room.school:8000", True),
        ("https://room.school", "room.school:443", True),
        ("https://room.school", "room.school", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://room.school:8001", "room.school:8000", False),
        ("http://room.school", "", False),
        ("null", "room.school", False),
        ("file://", "room.school", False),
        ("http://[", "room.school", False),
        ("http://room.school:x", "room.school", False),
    ],
)
def test_origin_and_host(origin, host, same):
    assert is_same(origin, host) == same


def test_answers_with_keys_are_kept_by_no_cache(wall):
    teacher, *_ = wall
    room = teacher.client.app.state.room
    answer = teacher.client.post("/v1/join", json={"code": room.code})
    teacher.client.cookies.clear()
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert teacher("GET", "/v1/me").headers["cache-control"] == "no-store"
