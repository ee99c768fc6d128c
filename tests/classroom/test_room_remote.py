"""A notebook in a room: the same studios, and this computer's own model when the room goes away."""

from __future__ import annotations

import threading

import pytest
from PIL import Image

import course_utils
from course_utils.classroom.keys import new_room
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for, remote
from course_utils.engines.base import Engine
from course_utils.engines.remote import RemoteEngine, events
from course_utils.engines.unused import said_of
from course_utils.pictures.png import to_png
from course_utils.portfolio.store import Portfolio
from tests.rooms import Hand, serving, wait_until


class Here(Engine):
    """This computer's own engine: a stand-in that says where it was made."""

    kind = "image"

    def __init__(self) -> None:
        self.asked: list[Recipe] = []

    def load(self) -> None: ...

    def create(self, recipe, *, on_progress=None, stop=None, **ingredients):
        self.asked.append(recipe)
        for number in range(recipe.settings.get("count", 1)):
            yield Creation(
                recipe=recipe.changed(seed=recipe.seed + number, settings={"count": 1}),
                content=b"here",
            )


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(remote.time, "sleep", lambda seconds: None)


def engine(room, running) -> RemoteEngine:
    return RemoteEngine("image", f"{running.address}#{room.code}", Here())


HEARTS = Recipe(kind="image", prompt="a red heart", seed=5, settings={"count": 3})


def test_it_is_made_in_the_room_and_that_is_said(hand, tmp_path):
    with serving({"image": hand.make}, tmp_path) as place:
        one, told = engine(*place), []

        def tell(progress):
            told.append(progress)
            hand.go(3)

        made = list(one.create(HEARTS, on_progress=tell))
    assert [each.content for each in made] == [
        b"a red heart 5",
        b"a red heart 6",
        b"a red heart 7",
    ] and not one.own.asked
    assert (
        one.room_words
        == "To the room's computer 127.0.0.1 went your words and settings, nothing else."
    )
    assert any("room" in progress.note for progress in told)


def test_what_the_room_took_no_notice_of_is_said(hand, tmp_path, quick):
    async def make(order):
        async for news in hand.make(order):
            yield news
        yield {"event": "said", "sentence": "I had no use for: pitch."}

    with serving({"image": make}, tmp_path) as place:
        one = engine(*place)
        hand.go(3)
        made = list(one.create(HEARTS))
        assert said_of(one, HEARTS, made) == "I had no use for: pitch."
    made = list(one.create(HEARTS))
    assert "own model" in one.room_words and said_of(one, HEARTS, made) == ""


def test_what_it_began_from_goes_along_without_its_history(hand, tmp_path):
    start = Creation(
        recipe=Recipe(kind="image", prompt="mine"), content=b"picture", edits=[{"what": "chosen"}]
    )
    seen = []

    async def make(order):
        seen.append(order)
        async for news in hand.make(order):
            yield news

    with serving({"image": make}, tmp_path) as place:
        one = engine(*place)
        hand.go(3)
        assert len(list(one.create(HEARTS, start=start))) == 3
    assert (
        seen[0].ingredients["start"][0].content == b"picture"
        and seen[0].ingredients["start"][0].edits == []
    )
    assert "and the picture it began from" in one.room_words


def test_the_room_goes_away_in_the_middle_and_nothing_is_lost(hand, tmp_path, quick):
    with serving({"image": hand.make}, tmp_path) as place:
        one = engine(*place)
        hand.go(1)
        making = one.create(HEARTS)
        first = next(making)
        place[1].close()
        rest = list(making)
    assert first.content == b"a red heart 5" and [
        (each.content, each.recipe.seed) for each in rest
    ] == [(b"here", 6), (b"here", 7)]
    assert (
        "own model after 1 came from the room, because" in one.room_words
        and "Nothing was lost" in one.room_words
    )


@pytest.mark.parametrize("problem", [remote.Away("it went away"), remote.Forgotten()])
def test_a_room_that_goes_away_after_the_last_one_has_made_them_all(problem, monkeypatch):
    def follow(order, on_progress, stop):
        yield from Here().create(HEARTS)
        raise problem

    one = RemoteEngine("image", "http://127.0.0.1:1#ABCD-2345", Here())
    monkeypatch.setattr(one, "_order", lambda body: "0" * 12)
    monkeypatch.setattr(one, "_follow", follow)
    assert len(list(one.create(HEARTS))) == 3 and not one.own.asked
    assert "went your words" in one.room_words


def test_a_room_started_anew_is_asked_again(hand, tmp_path, quick):
    room = new_room()
    with serving({"image": hand.make}, tmp_path, room) as (_, before):
        one = engine(room, before)
        hand.go(1)
        making = one.create(HEARTS)
        next(making)
        before.close()
        with serving({"image": hand.make}, tmp_path, room, port=before.port):
            hand.go(2)
            assert [each.content for each in making] == [
                b"a red heart 6",
                b"a red heart 7",
            ] and not one.own.asked


def test_no_room_at_all_is_no_trouble(tmp_path):
    one = RemoteEngine("image", "http://127.0.0.1:9#ABCD-2345", Here())
    assert len(list(one.create(HEARTS))) == 3 and "does not answer" in one.room_words
    assert len(list(one.create(HEARTS))) == 3 and "a moment ago" in one.room_words


def test_an_ended_room_is_no_trouble(hand, tmp_path):
    with serving(
        {"image": hand.make}, tmp_path, new_room().model_copy(update={"ends": 1.0})
    ) as place:
        one = engine(*place)
        assert [each.content for each in one.create(HEARTS)] == [
            b"here"
        ] * 3 and "the room has ended" in one.room_words


def test_a_wrong_code_is_said(hand, tmp_path):
    with serving({"image": hand.make}, tmp_path) as (_, running):
        with pytest.raises(LearnerError, match="not the code of this room"):
            list(RemoteEngine("image", f"{running.address}#ABCD-2345", Here()).create(HEARTS))


def test_stop_reaches_the_room(hand, tmp_path):
    with serving({"image": hand.make}, tmp_path) as place:
        one, stop, made = engine(*place), threading.Event(), []
        work = threading.Thread(target=lambda: made.extend(one.create(HEARTS, stop=stop)))
        hand.go(1)
        work.start()
        wait_until(lambda: hand.began)
        stop.set()
        work.join(30)
        assert not work.is_alive() and len(made) <= 1 and not one.own.asked
        wait_until(lambda: hand.stopped)


def test_bad_words_are_the_learners_to_change(hand, tmp_path):
    with serving({"image": hand.make}, tmp_path) as place:
        with pytest.raises(LearnerError, match="web code"):
            list(engine(*place).create(HEARTS.changed(prompt="<b>heart</b>")))


def test_own_models_stay_here(hand, tmp_path):
    with serving({"image": hand.make}, tmp_path) as place:
        one = engine(*place)
        list(one.create(HEARTS.changed(settings={"own_model": "zig"})))
        assert "stays on this computer" in one.room_words and not hand.began


def test_something_else_at_that_address_is_no_room(tmp_path):
    from fastapi import FastAPI

    from tests.rooms import Serving

    other = FastAPI()
    other.post("/v1/join")(lambda: {"hello": 1})
    running = Serving(other)
    try:
        one = RemoteEngine("image", f"{running.address}#ABCD-2345", Here())
        assert [each.content for each in one.create(HEARTS)] == [
            b"here"
        ] * 3 and "no room of this course" in one.room_words
    finally:
        running.close()


@pytest.mark.parametrize(
    "name",
    ["", "ABCD-2345", "ftp://x#ABCD-2345", "http://name:word@host#ABCD-2345", "http://host:8000"],
)
def test_a_room_must_be_named(name):
    with pytest.raises(LearnerError, match="address and its code"):
        RemoteEngine("image", name, Here())


def test_broken_lines_of_a_stream_are_passed_over():
    lines = [
        "junk",
        "event: creation",
        "data: {not json",
        "",
        "id: 2",
        "event: end",
        'data: {"state": "done"}',
        "",
        ": still here",
        "",
        "event: x",
        "data: []",
        "",
    ]
    assert list(events(iter(lines))) == [(2, "end", {"state": "done"})]


def test_one_line_joins_and_one_line_leaves(hand, tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_ROOM", raising=False)
    with serving({"image": hand.make}, tmp_path) as (room, running):
        hand.content = lambda recipe, number: to_png(Image.new("RGB", (8, 8), (number, 0, 0)))
        try:
            monkeypatch.setenv("COURSE_ROOM", "")  # so that it is as before afterwards
            said = course_utils.join_room(running.address, room.code.lower())
            assert (
                said.joined
                and "Write nothing private" in said.message
                and isinstance(engine_for("image"), RemoteEngine)
            )
            assert not isinstance(engine_for("layout"), RemoteEngine)
            hand.go(2)
            made = course_utils.make_image("a red heart", count=2, seed=1)
            assert [one.recipe.seed for one in made] == [
                1,
                2,
            ] and "To the room's computer 127.0.0.1 went" in made.message
            assert len(Portfolio().list("image")) == 2
            assert "left the room" in course_utils.leave_room().message and not isinstance(
                engine_for("image"), RemoteEngine
            )
        finally:
            course_utils.leave_room()
    assert (
        "not in a room" in course_utils.join_room(running.address, room.code).message
        and "ABCD-2345" in course_utils.join_room("nowhere").message
    )


@pytest.mark.parametrize(
    "host, local",
    [
        ("127.0.0.1", True),
        ("192.168.1.20", True),
        ("10.0.0.3", True),
        ("fd00::1", True),
        ("teacher", True),
        ("teacher.local", True),
        ("8.8.8.8", False),
        ("room.example.org", False),
    ],
)
def test_children_under_13_reach_rooms_of_their_own_network_only(host, local, monkeypatch):
    monkeypatch.setenv("COURSE_AGE", "under 13")
    one = RemoteEngine(
        "image", f"http://{f'[{host}]' if ':' in host else host}:8000#ABCD-2345", Here()
    )
    one.link.away_until = float("inf")
    list(one.create(HEARTS))
    assert ("its own network only" in one.room_words) is not local
