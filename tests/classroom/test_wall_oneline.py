"""The wall from a notebook: in one line, with the widget's button, and on the browser studio's
page; and what is said when it does not answer.
"""

from __future__ import annotations

import os

import pytest
from wall_works import picture, text

from course_utils import (
    join_wall,
    open_wall,
    put_on_wall,
    report_on_wall,
    show_wall,
    take_off_wall,
    take_with_credentials,
)
from course_utils.classroom.keys import new_room
from course_utils.classroom.wall.routes import wall_app
from course_utils.engines.remote import link_to
from course_utils.portfolio.bundle import work_in
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.content_credentials import read_credentials
from course_utils.provenance.studio import OwnStudio
from tests.rooms import Serving


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A wall on loopback: its address, its room, its store."""
    room = new_room("Class 7b")
    app = wall_app(tmp_path_factory.mktemp("wall"), room)
    running = Serving(app)
    yield running.address, room, app.state.wall
    running.close()


@pytest.fixture(autouse=True)
def no_wall_joined(monkeypatch, tmp_path):
    for name in ("COURSE_WALL", "COURSE_ROOM", "COURSE_AGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_KEYS", str(tmp_path / "keys"))
    link_to.cache_clear()
    yield
    os.environ.pop("COURSE_WALL", None)
    link_to.cache_clear()


def test_joined_published_seen_and_taken_off_in_one_line_each(served):
    address, room, wall = served
    fox = picture()
    Portfolio().save(fox)
    assert "joined the wall of “Class 7b”" in str(join_wall(address, room.code))
    assert "waits for your teacher" in str(
        put_on_wall(fox, title="Fox at night", credit="Ada", about="A round fox")
    )
    (work,) = wall.in_state("waiting")
    assert (work.title, work.credit, work.description) == ("Fox at night", "Ada", "A round fox")
    assert (
        Portfolio().find(fox.id).creation.edits[-1].what == "put on a class wall as “Fox at night”"
    )
    assert "“Fox at night”, by Ada: waits for the teacher; yours" in str(show_wall())
    wall.decide(work.id, "shown")
    assert "1 work is on the wall" in str(show_wall()) and address in show_wall()._repr_html_()
    link_to.cache_clear()  # as after a restart of the notebook
    assert "yours" in str(show_wall())
    assert not [name for name in work_in(Portfolio()) if "key" in name]
    assert "off the wall" in str(take_off_wall("fox at night")) and wall.count() == 0
    assert "no work of that title" in str(take_off_wall("fox at night"))


def test_a_signed_copy_goes_where_there_is_one(served):
    address, room, wall = served
    fox = picture("a signed fox")
    Portfolio().save(fox)
    take_with_credentials(fox, author="Ada")
    join_wall(f"{address}#{room.code}")
    put_on_wall(fox, title="Signed")
    (work,) = wall.in_state("waiting")
    assert read_credentials(wall.path(work).read_bytes(), ".png").state == "unchanged"
    take_off_wall("Signed")


def test_another_persons_work_is_reported_by_its_title(served):
    address, room, wall = served
    join_wall(address, room.code)
    Portfolio().save(text())
    put_on_wall(title="Moon")
    wall.decide(wall.in_state("waiting")[0].id, "shown")
    assert "your teacher will look" in str(report_on_wall("Moon", "a test"))
    assert wall.reasons(wall.in_state("reported")[0].id) == ["a test"]
    assert "at most 300 letters" in str(report_on_wall("Moon", "a" * 301))
    take_off_wall("Moon")


def test_a_title_taken_from_many_words_says_that_it_is_their_beginning(served):
    address, room, _ = served
    join_wall(address, room.code)
    long = text("the moon " * 12)
    assert "beginning of your words" in str(put_on_wall(long))
    take_off_wall(("the moon " * 12)[:80].strip())
    assert "beginning" not in str(put_on_wall(long, title="Moon"))
    take_off_wall("Moon")


def test_the_buttons_do_the_same(served):
    address, room, wall = served
    Portfolio().save(text())
    studio = OwnStudio()
    studio.publish()
    assert (
        studio.wait(60)
        and "have not joined a wall" in studio.status.value
        and 'role="alert"' in studio.status.value
    )
    studio.wall.value, studio.title.value, studio.credit.value = (
        f"{address}#{room.code}",
        "By the button",
        "Ben",
    )
    studio.publish()
    assert (
        studio.wait(60)
        and "on its way" in studio.status.value
        and "By the button" in studio.shown.value
    )
    assert [work.title for work in wall.in_state("waiting")] == ["By the button"]
    take_off_wall("By the button")


def test_the_studios_page_puts_a_work_there_too(served):
    from course_utils.web.seat import Seat
    from course_utils.web.work_page import publish

    def send(which: str, where: str, name: str, credit: str = "") -> str:
        return publish(
            Seat(), {"which": which, "where": where, "name": name, "credit": credit}
        ).said

    address, room, wall = served
    moon = text()
    Portfolio().save(moon)
    assert "have not joined a wall" in send(moon.id, "", "Moon")
    assert "Choose one of your works" in send("", f"{address}#{room.code}", "Moon")
    assert "waits for your teacher" in send(
        moon.id, f"{address}#{room.code}", "From the page", "Zoë"
    )
    assert [(work.title, work.credit) for work in wall.in_state("waiting")] == [
        ("From the page", "Zoë")
    ]
    take_off_wall("From the page")


def test_what_goes_wrong_is_said_in_a_sentence(served, monkeypatch):
    address, room, _ = served
    assert "have not joined a wall yet" in str(show_wall()) and "have not joined" in str(
        put_on_wall(picture(), "Fox")
    )
    assert (
        "not the code of this room" in str(join_wall(address, "NOPE-2345"))
        and "COURSE_WALL" not in os.environ
    )
    assert "does not answer" in str(join_wall("http://127.0.0.1:9", room.code))
    join_wall(address, room.code)
    assert "looks like web code" in str(put_on_wall(picture(), title="<b>Fox</b>"))
    assert "classroom filter" in str(put_on_wall(picture(), title="shit"))
    monkeypatch.setenv("COURSE_AGE", "under 13")
    assert "would not stay on this computer" in str(join_wall("https://example.com", room.code))


def test_a_wall_to_try_out_opens_and_closes():
    Portfolio().save(text())
    wall = open_wall()
    try:
        assert wall.code in wall._repr_html_() and "waits for your teacher" in str(
            put_on_wall(title="Moon")
        )
        assert "on the wall" in wall.approve("moon") and "1 work is on the wall" in str(show_wall())
        folder = wall.store.folder
    finally:
        wall.close()
    assert not folder.exists() and "does not answer" in str(show_wall())
