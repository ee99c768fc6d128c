"""The pages of a room without a browser: the way in, one pupil's studio, the teacher's desk, and
what is said when something is not as it should be.
"""

from __future__ import annotations

import io
import time
import zipfile

import httpx
import pytest

from course_utils.classroom.engine_worker import Maker
from course_utils.classroom.keys import new_room
from course_utils.classroom.people import People
from course_utils.portfolio.store import Portfolio
from course_utils.web.studio_tabs import studio_for
from tests.rooms import Hand, serving, wait_until


class Browser(httpx.Client):
    """A browser without a screen: cookies, and where its posts come from."""

    def __init__(self, address: str) -> None:
        super().__init__(
            base_url=address, headers={"Origin": address}, follow_redirects=True, timeout=60
        )

    def join(self, code: str, name: str = "") -> httpx.Response:
        return self.post("/join", data={"code": code, "name": name})

    def press(self, kind: str, do: str, **form) -> dict:
        answer = self.post(
            f"/studio/{kind}", data={"do": do, **form}, headers={"X-Studio": "parts"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def until_done(self, kind: str, parts: dict) -> dict:
        end = time.monotonic() + 60
        while parts["busy"]:
            assert time.monotonic() < end, parts["said"]
            answer = self.get(
                f"/studio/{kind}/now?after={parts['number']}", headers={"X-Studio": "parts"}
            )
            parts = {**parts, **answer.json()}
        return parts


@pytest.fixture(scope="module")
def makers():
    return {kind: Maker(kind).make for kind in ("tune", "backing")}


@pytest.fixture
def open_room(tmp_path, makers):
    room = new_room("Class 7b")
    with serving(makers, tmp_path / "room", room, places=2) as (room, running):
        yield room, running, Browser


def test_a_pupil_makes_a_tune_by_the_queue_and_it_stays_theirs(open_room):
    room, running, browser = open_room
    ada, ben = browser(running.address), browser(running.address)
    assert "Your name, as the class will see it" in ada.get(f"/?code={room.code}").text
    assert room.code in ada.get(f"/?code={room.code}").text
    assert "Pictures" in ada.join(room.code, "Ada").text
    ben.join(room.code.lower().replace("-", " "), "Ben")
    made = ada.until_done("tune", ada.press("tune", "generate", words="a happy blues"))
    assert "4 tunes are ready" in made["said"] and made["results"].count("<figure") == 4
    assert "blues scale" in made["said"], "what the worker says of the words"
    assert len(list((running.app.state.folder / "people").rglob("*.mid"))) == 4
    assert not list((running.app.state.folder / "people").rglob("*.wav"))
    sound = f"/studio/hear/{made['results'].split('hear/')[1][:12]}"
    heard = ada.get(sound, headers={"Range": "bytes=0-99"})
    assert heard.status_code == 206 and heard.headers["content-type"].startswith("audio/")
    assert ben.get(sound).status_code == 404 and "Ada" in ada.get("/studio/tune").text
    assert "There is nothing in your portfolio yet" in ben.get("/studio/work.zip").text
    assert Portfolio().list() == []
    names = zipfile.ZipFile(io.BytesIO(ada.get("/studio/work.zip").content)).namelist()
    assert sum(name.endswith(".mid") for name in names) == 4
    assert "empty again" in ada.post("/studio/work", data={"do": "clear"}).text
    assert not list((running.app.state.folder / "people").rglob("*.mid"))
    assert "Generate" in ada.get("/studio/tune").text


def test_a_full_place_gets_a_sentence(open_room, monkeypatch):
    room, running, browser = open_room
    ada = browser(running.address)
    ada.join(room.code, "Ada")
    ada.until_done("tune", ada.press("tune", "generate", words="a happy jig"))
    monkeypatch.setattr("course_utils.web.seat.MOST_KEPT", 4)
    assert "Your place in the room is full" in ada.press("tune", "again", which="0")["said"]


def test_everything_goes_through_the_fair_queue(tmp_path):
    hand = Hand()
    with serving({"words": hand.make}, tmp_path, new_room()) as (room, running):
        ada = Browser(running.address)
        ada.join(room.code, "Ada")
        first = ada.press("words", "generate", words="the moon")
        wait_until(lambda: hand.began == ["the moon"])
        assert "Already at work" in ada.press("words", "generate", words="the sea")["said"]
        hand.go(2)
        wait_until(lambda: "<figure" in ada.get("/studio/words").text)
        ada.close()  # the browser is closed in the middle
        again = Browser(running.address)
        again.cookies = ada.cookies
        hand.go(2)
        done = again.until_done("words", {**first, "busy": True})
        assert "4 texts are ready" in done["said"]
        assert again.get("/studio/words").text.count("<figure") == 4


def test_a_paused_room_keeps_orders_and_says_so(tmp_path):
    hand = Hand()
    with serving({"words": hand.make}, tmp_path, new_room()) as (room, running):
        ada, teacher = Browser(running.address), Browser(running.address)
        ada.join(room.code, "Ada")
        assert "Join here" in teacher.join(room.teacher_code).text
        teacher.post("/teacher/do", data={"do": "pause"})
        parts = ada.press("words", "generate", words="the moon")
        wait_until(lambda: "paused the room" in ada.get("/studio/words").text)
        assert hand.began == []
        teacher.post("/teacher/do", data={"do": "go"})
        hand.go(4)
        assert "4 texts are ready" in ada.until_done("words", parts)["said"]


def test_what_is_not_right_at_the_door_is_said(open_room):
    room, running, browser = open_room
    ada, ben, other = (browser(running.address) for _ in range(3))
    assert "That is not the code of this room" in ada.join("NOPE-2345", "Ada").text
    assert "Give a name" in ada.join(room.code, " ").text
    assert "filter" in ada.join(room.code, "what the fuck").text
    ada.join(room.code, "Ada")
    assert "called “ada” already" in ben.join(room.code, "ada").text
    ben.join(room.code, "Ben")
    assert "All 2 places in this room are taken" in other.join(room.code, "Cem").text
    assert other.get("/studio/image").url.path == "/"
    assert (
        other.post(
            "/join", data={"code": room.code}, headers={"Origin": "http://evil.example"}
        ).status_code
        == 403
    )
    for _ in range(30):
        wrong = other.join("AAAA-2345", "Cem")
    assert wrong.status_code == 429 and "too many wrong codes" in wrong.text
    assert "Join here" in other.join(room.teacher_code).text  # who knows a code is let in


def test_the_teacher_sees_who_is_here_and_lets_one_back_in(open_room):
    room, running, browser = open_room
    ada, teacher, phone = (browser(running.address) for _ in range(3))
    ada.join(room.code, "Ada")
    teacher.join(room.teacher_code)
    assert "Ada" in teacher.get("/teacher").text and room.code in teacher.get("/teacher").text
    assert ada.get("/teacher").status_code == 403
    person = running.app.state.people.all()[0]
    person.seen -= 1000
    assert "Let back in" in teacher.get("/teacher/now").text
    teacher.post("/teacher/do", data={"do": f"back-{person.id}"})
    assert "Pictures" in phone.join(room.code, "Ada").text
    assert [one.id for one in running.app.state.people.all()] == [person.id]


def test_a_work_goes_to_the_wall_and_the_end_hands_everything_out(open_room):
    room, running, browser = open_room
    ada, teacher = browser(running.address), browser(running.address)
    ada.join(room.code, "Ada/../x")
    teacher.join(room.teacher_code)
    ada.until_done("backing", ada.press("backing", "generate", words="C G Am F", **FULL_BAND))
    work = running.app.state.people.place(running.app.state.people.all()[0].id)
    made = next(path.stem[-12:] for path in work.glob("*.mid"))
    said = ada.post("/studio/work", data={"do": "publish", "which": made, "name": "My track"})
    assert "waits for your teacher" in said.text
    assert "My track" in teacher.get("/teacher").text
    on_wall = running.app.state.wall.in_state("waiting")[0]
    teacher.post("/teacher/do", data={"do": f"approve-{on_wall.id}"})
    assert [one.title for one in running.app.state.wall.on_the_wall()] == ["My track"]
    teacher.post("/teacher/do", data={"do": "end"})
    ended = ada.get("/studio/backing")
    assert ended.status_code == 410 and "Take my work home" in ended.text
    assert ada.get("/studio/work.zip").content[:2] == b"PK"
    assert ada.post("/v1/makings", json={}).status_code == 410
    names = zipfile.ZipFile(io.BytesIO(teacher.get("/teacher/all_work.zip").content)).namelist()
    assert len(names) == 4 and all(name.startswith("Adax/") for name in names)
    assert "Close the room" in teacher.get("/teacher").text
    assert running.app.state.closes > time.time()
    teacher.post("/teacher/do", data={"do": "close"})
    assert running.app.state.closes <= time.time()


def test_looking_inside_a_model_is_for_notebooks(tmp_path):
    hand = Hand()
    hand.go(4)
    number = [one.label for one in studio_for("words").actions].index("What the examples do")
    with serving({"words": hand.make}, tmp_path, new_room()) as (room, running):
        ada = Browser(running.address)
        ada.join(room.code, "Ada")
        ada.until_done("words", ada.press("words", "generate", words="the moon"))
        told = ada.until_done("words", ada.press("words", f"action-{number}", which="0"))
    assert "looks inside the model" in told["said"]


FULL_BAND = {f"c-{player}": "on" for player in ("drums", "bass", "chords", "pad")}


def test_a_damaged_list_of_pupils_is_kept_and_the_teacher_is_told(tmp_path):
    (tmp_path / "people.json").write_text('[{"id": ', encoding="utf-8")
    people = People(tmp_path, 5)
    assert len(people) == 0 and "could not be read" in people.trouble
    assert (tmp_path / "people.json.damaged").read_text(encoding="utf-8") == '[{"id": '
    assert People(tmp_path / "new", 5).trouble == ""
