"""JSON of others that is nested too deep for Python to read ends in a sentence or is passed over,
wherever the course meets it: on a stick, in a page, from a room, a wall, a hub or a words server.
"""

from __future__ import annotations

import json

import pytest

from course_utils.classroom.people import FILE, LOST, People
from course_utils.classroom.wall.calls import KEYS, Wall
from course_utils.creation import LearnerError
from course_utils.engines.remote import NO_ROOM, Away, Link, RemoteEngine, check, events
from course_utils.labels.in_files import from_page
from course_utils.models import choose
from course_utils.models.catalogue import catalogue
from course_utils.models.hub import DONE, NoNetwork, ask_hub, folder_of, is_fetched
from course_utils.models.packs import LARGEST_LIST, unpack
from course_utils.words.backends.backend import Ask
from course_utils.words.backends.openai_server import ServerBackend

DEEP = "[" * 100_000


class Answering:
    """A server that says the same to everybody, with what its answers have."""

    status_code, content, is_success, headers = 200, DEEP.encode(), True, {}

    def __enter__(self):
        return self

    def __exit__(self, *trouble) -> None:
        pass

    def request(self, *asked, **more):
        return self

    post = get = request

    def json(self):
        return json.loads(self.content)

    def iter_lines(self):
        yield "data: " + DEEP


@pytest.fixture
def big():
    """A model that does not ship."""
    return next(model for model in catalogue() if not model.ships)


@pytest.mark.parametrize("said", [DEEP, "9" * 5000, '{"files": 3}', " " * (LARGEST_LIST + 1)])
def test_a_packs_list(said, big, tmp_path):
    listed = tmp_path / "models" / big.id.replace("/", "--") / big.revision / DONE
    listed.parent.mkdir(parents=True)
    listed.write_text(said, encoding="utf-8")
    with pytest.raises(LearnerError, match="list of files .* is damaged"):
        unpack(tmp_path)


def test_what_was_fetched(big, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    folder_of(big).mkdir(parents=True)
    (folder_of(big) / DONE).write_text(DEEP, encoding="utf-8")
    choose.speeds_file().write_text(DEEP, encoding="utf-8")
    assert not is_fetched(big) and choose.known_speeds() == {}


def test_what_answers_in_place_of_the_hub(big, monkeypatch):
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    monkeypatch.setattr("course_utils.models.hub.client", Answering)
    with pytest.raises(NoNetwork, match="something else"):
        ask_hub(big.id, big.revision)


def test_a_room_that_is_none(monkeypatch):
    with pytest.raises(Away):
        check(500, DEEP.encode())
    assert list(events(iter(["event: news", f"data: {DEEP}", ""]))) == []
    link = Link("http://127.0.0.1:1", "ABCD-2345")
    monkeypatch.setattr(link, "request", Answering().request)
    with pytest.raises(Away, match=NO_ROOM):
        link.join()


@pytest.mark.parametrize("said", [DEEP, "<html>", "[]"])
def test_an_order_that_is_answered_with_something_else(said, monkeypatch):
    engine, answer = RemoteEngine("image", "http://127.0.0.1:1#ABCD-2345", None), Answering()
    answer.content = said.encode()
    monkeypatch.setattr(engine.link, "request", answer.request)
    with pytest.raises(Away, match=NO_ROOM):
        engine._order({})


def test_a_walls_keys():
    wall = Wall("http://127.0.0.1:1#ABCD-2345")
    wall.portfolio.keep_at(KEYS, DEEP.encode())
    assert wall._keys() == {}


def test_a_rooms_list_of_pupils(tmp_path):
    (tmp_path / FILE).write_text(DEEP, encoding="utf-8")
    people = People(tmp_path, 30)
    assert people.all() == [] and people.trouble == LOST


def test_a_pages_label():
    meta = b'<meta name="digitalsourcetype" content="a">'
    script = b'<script type="application/ld+json" id="course-label">%b</script>'
    assert from_page(meta + script % DEEP.encode()) is None


def test_a_words_server():
    backend = ServerBackend("http://127.0.0.1:1/v1")
    with pytest.raises(LearnerError, match="something else than words"):
        backend._stream(Answering(), Ask({}, "", "", 1, 1, 1, 9), lambda *more: None)
    with pytest.raises(LearnerError, match="something else"):
        backend._json(Answering(), "GET", "/models")
