"""Making in a room: fair turns, place and time, following, Stop, limits,
and what happens when a maker breaks down.
"""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from course_utils.classroom import jobs as room_work
from course_utils.classroom.engine_worker import Order
from course_utils.classroom.fair_queue import FairQueue, Full
from course_utils.classroom.jobs import Job, Workshop
from course_utils.creation import Recipe
from course_utils.engines.base import rest_of
from course_utils.engines.remote import events
from tests.rooms import Hand, serving, wait_until


def job(person: str, prompt: str = "a red heart") -> Job:
    return Job(person, Order(recipe=Recipe(kind="image", prompt=prompt)))


def test_people_take_turns_whoever_asked_for_more():
    queue = FairQueue(most_each=5, most=20)
    asked = [
        ("ann", "a1"),
        ("ann", "a2"),
        ("ann", "a3"),
        ("ben", "b1"),
        ("eve", "e1"),
        ("ben", "b2"),
    ]
    for person, prompt in asked:
        queue.put(job(person, prompt))
    told = [one.order.recipe.prompt for one in queue.places()]

    async def taken():
        return [(await queue.next()).order.recipe.prompt for _ in asked]

    assert asyncio.run(taken()) == told == ["a1", "b1", "e1", "a2", "b2", "a3"]


def test_who_comes_new_is_before_anothers_next_turn():
    queue = FairQueue(5, 20)

    async def scene():
        for prompt in ("a1", "a2", "a3"):
            queue.put(job("ann", prompt))
        first = await queue.next()
        queue.put(job("ben", "b1"))
        return [first, *[await queue.next() for _ in range(3)]]

    assert [one.order.recipe.prompt for one in asyncio.run(scene())] == ["a1", "b1", "a2", "a3"]


def test_a_full_queue_says_whose_fault_it_is():
    queue = FairQueue(most_each=1, most=2)
    queue.put(job("ann"))
    with pytest.raises(Full) as own:
        queue.put(job("ann"))
    queue.put(job("ben"))
    with pytest.raises(Full) as all_of_them:
        queue.put(job("eve"))
    assert own.value.own and not all_of_them.value.own
    gone = queue.places()[0]
    assert queue.leave(gone) and not queue.leave(gone) and len(queue) == 1


def test_the_rest_of_a_recipe_comes_out_as_it_would_have():
    recipe = Recipe(kind="image", prompt="a heart", seed=7, settings={"count": 4, "surprise": 0.3})
    rest = rest_of(recipe, 1)
    assert (rest.seed, rest.settings["count"], rest.settings["shared_seed"]) == (8, 3, 7)
    assert rest_of(recipe, 0) is recipe


class Pupil:
    """One who joined, over the wire."""

    def __init__(self, room, serving, code: str = "") -> None:
        self.client = httpx.Client(base_url=serving.address, trust_env=False, timeout=30)
        key = self.client.post("/v1/join", json={"code": code or room.code}).json()["key"]
        self.client.cookies.clear()
        self.client.headers["Authorization"] = f"Bearer {key}"

    def order(self, prompt: str = "a red heart", kind: str = "image", **settings):
        return self.client.post(
            "/v1/makings",
            json={"recipe": {"kind": kind, "prompt": prompt, "seed": 3, "settings": settings}},
        )

    def look(self, order: str):
        return self.client.get(f"/v1/makings/{order}")

    def follow(self, order: str, after: int = 0, until: str = "end") -> list:
        """News up to the first of this name."""
        with self.client.stream(
            "GET", f"/v1/makings/{order}/events", headers={"Last-Event-ID": str(after)}
        ) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            found = []
            for one in events(answer.iter_lines()):
                found.append(one)
                if one[1] == until:
                    break
            return found


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def place(hand, tmp_path):
    with serving({"image": hand.make}, tmp_path) as (room, running):
        yield room, running


def test_an_order_is_followed_to_its_end(place, hand):
    pupil = Pupil(*place)
    order = pupil.order(count=2)
    assert order.status_code == 202
    hand.go(2)
    told = pupil.follow(order.json()["id"])
    assert [name for number, name, _ in told if number] == ["creation", "creation", "end"]
    assert told[-1][2] == {"state": "done", "made": 2}
    finished = pupil.look(order.json()["id"]).json()
    assert [made["recipe"]["seed"] for made in finished["creations"]] == [3, 4] and finished[
        "state"
    ] == "done"


def test_place_and_time_are_shown_and_move_up(place, hand):
    ann, ben = Pupil(*place), Pupil(*place)
    first = ann.order("first").json()
    wait_until(lambda: hand.began == ["first"])
    second, third = ann.order("second").json(), ben.order("third").json()
    # ann had a turn already, so ben is before her
    assert second["place"] == third["place"] == 1 and third["seconds"] is None
    assert ann.follow(second["id"], until="waiting")[-1][2] == {"place": 2, "seconds": None}
    hand.go(1)
    ann.follow(first["id"])
    wait_until(lambda: hand.began == ["first", "third"])
    moved_up = ann.follow(second["id"], until="waiting")[-1][2]
    assert moved_up["place"] == 1 and moved_up["seconds"] is not None
    hand.go(2)
    assert ann.follow(second["id"])[-1][2]["state"] == "done"


def test_whoever_was_cut_off_misses_nothing(place, hand):
    pupil = Pupil(*place)
    order = pupil.order(count=3).json()["id"]
    hand.go(1)
    assert pupil.follow(order, until="creation")[-1][0] == 1
    hand.go(2)
    rest = [one for one in pupil.follow(order, after=1) if one[0]]
    assert [number for number, _, _ in rest] == [2, 3, 4] and rest[-1][1] == "end"


def test_stop_ends_work_and_keeps_what_is_done(place, hand):
    pupil = Pupil(*place)
    order = pupil.order(count=3).json()["id"]
    hand.go(1)
    wait_until(lambda: len(pupil.look(order).json()["creations"]) == 1)
    stopped = pupil.client.delete(f"/v1/makings/{order}").json()
    assert stopped["state"] == "stopped" and len(stopped["creations"]) == 1
    wait_until(lambda: hand.stopped == ["a red heart"])
    assert pupil.client.delete(f"/v1/makings/{order}").json()["state"] == "stopped"


def test_stop_before_its_turn_makes_room(place, hand):
    pupil, other = Pupil(*place), Pupil(*place)
    pupil.order("first")
    wait_until(lambda: hand.began)
    waiting, behind = pupil.order("second").json()["id"], other.order("third").json()["id"]
    assert pupil.client.delete(f"/v1/makings/{waiting}").json()["state"] == "stopped"
    assert other.look(behind).json()["place"] == 1
    hand.go(2)
    other.follow(behind)
    assert hand.began == ["first", "third"]


def test_nobody_sees_anothers_work(place, hand):
    ann, ben, teacher = Pupil(*place), Pupil(*place), Pupil(*place, code=place[0].teacher_code)
    order = ann.order().json()["id"]
    for other in (ben, teacher):
        answers = [
            other.look(order),
            other.client.get(f"/v1/makings/{order}/events"),
            other.client.delete(f"/v1/makings/{order}"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 3
    hand.go(1)
    assert ann.follow(order)[-1][2]["state"] == "done"


def test_too_much_waiting_is_refused_with_a_sentence(place, hand):
    pupil = Pupil(*place)
    pupil.order()
    wait_until(lambda: hand.began)
    answers = [pupil.order() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert (
        "waiting here" in answers[3].json()["detail"] and int(answers[3].headers["Retry-After"]) > 0
    )


def test_a_full_room_is_503(hand, tmp_path, monkeypatch):
    monkeypatch.setattr(room_work, "WAITING_ALL", 1)
    with serving({"image": hand.make}, tmp_path) as place:
        first, second, third = (Pupil(*place) for _ in range(3))
        first.order()
        wait_until(lambda: hand.began)
        assert second.order().status_code == 202
        refusal = third.order()
        assert (
            refusal.status_code == 503
            and "as much to do as it can take" in refusal.json()["detail"]
        )


def test_hasty_orders_are_slowed_down(place):
    pupil = Pupil(*place)
    statuses = [pupil.order("heart", count=1).status_code for _ in range(12)]
    assert statuses[-1] == 429 and "short time" in pupil.order().json()["detail"]


@pytest.mark.parametrize(
    "body, words",
    [
        ({"recipe": {"kind": "image", "prompt": ""}}, "Nothing to work with"),
        ({"recipe": {"kind": "image", "prompt": "<script>alert(1)</script>"}}, "web code"),
        ({"recipe": {"kind": "image", "prompt": "x" * 3000}}, "form"),
        ({"recipe": {"kind": "image", "prompt": "a heart", "settings": {"count": 50}}}, "1 to 9"),
        ({"recipe": {"kind": "image", "prompt": "a heart", "settings": {"count": True}}}, None),
        ({"recipe": {"kind": "words", "prompt": "a heart"}}, "does not make"),
        ({"recipe": {"kind": "page", "prompt": "a heart"}}, "does not make"),
        (
            {
                "recipe": {"kind": "image", "prompt": "a heart"},
                "ingredients": {
                    "own": [{"recipe": {"kind": "image", "prompt": "x"}, "content": ""}]
                },
            },
            "out of what was sent",
        ),
        ({"recipe": {"kind": "image", "prompt": "a heart", "schema_version": 2}}, "form"),
        ({}, "form"),
        ([], "form"),
        ("x", "form"),
    ],
)
def test_bad_orders_get_a_sentence(place, body, words):
    answer = Pupil(*place).client.post("/v1/makings", json=body)
    assert answer.status_code == (202 if words is None else 422)
    if words:
        assert words in answer.json()["detail"] and "Traceback" not in answer.text


def test_a_broken_maker_is_replaced_and_what_is_finished_stays(place, hand):
    pupil = Pupil(*place)
    order = pupil.order(count=3).json()["id"]
    hand.go(1)
    wait_until(lambda: len(pupil.look(order).json()["creations"]) == 1)
    hand.breakdowns = 1
    wait_until(lambda: len(hand.began) == 2)
    hand.go(2)
    told = pupil.follow(order)
    assert [one["creation"]["recipe"]["seed"] for _, name, one in told if name == "creation"] == [
        3,
        4,
        5,
    ] and told[-1][2]["state"] == "done"


def test_a_maker_that_stays_broken_ends_in_a_sentence(place, hand, monkeypatch):
    monkeypatch.setattr(room_work, "BREATH", 0.05)
    pupil = Pupil(*place)
    hand.breakdowns = 3
    told = pupil.follow(pupil.order().json()["id"])
    assert (
        told[-1][2]["state"] == "failed"
        and "broke down" in told[-2][2]["sentence"]
        and told[-2][2]["ours"]
    )
    hand.go(1)
    assert pupil.follow(pupil.order().json()["id"])[-1][2]["state"] == "done"


def test_the_room_forgets(hand):
    async def scene():
        workshop = Workshop({"image": hand.make})
        orders = [
            Order(recipe=Recipe(kind="image", prompt=f"heart {number}")) for number in range(12)
        ]
        hand.go(12)
        jobs = []
        for order in orders:
            jobs.append(workshop.put("ann", order))
            async for _ in workshop.follow(jobs[-1]):
                pass
        last = workshop.put("ann", orders[0])
        found = [workshop.find("ann", one.id) is not None for one in jobs]
        workshop.stop(last)
        return found

    found = asyncio.run(scene())
    assert found == [False] * 4 + [True] * 8


def test_a_slow_reader_holds_nobody_up(place, hand):
    slow, quick = Pupil(*place), Pupil(*place)
    order = slow.order().json()["id"]
    with slow.client.stream("GET", f"/v1/makings/{order}/events") as never_read:
        hand.go(2)
        assert quick.follow(quick.order("second").json()["id"])[-1][2]["state"] == "done"
        assert never_read.status_code == 200
    assert slow.look(order).json()["state"] == "done"


def test_the_published_schema_is_the_recipes(place):
    pupil = Pupil(*place)
    schema = pupil.client.get("/v1/openapi.json").json()
    assert set(schema["components"]["schemas"]["Recipe"]["properties"]) == set(Recipe.model_fields)
    assert {
        "/v1/join",
        "/v1/makings",
        "/v1/makings/{job_id}",
        "/v1/makings/{job_id}/events",
    } <= set(schema["paths"])
    json.dumps(schema)
