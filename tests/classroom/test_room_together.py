"""Pictures of several people drawn side by side: each as it comes out alone;
and makers with the real engines.
"""

from __future__ import annotations

import asyncio

import pytest

from course_utils.classroom.engine_worker import Maker, Order, Piece
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.pictures.batching import draw_together, shape_of
from course_utils.pictures.png import open_picture


@pytest.fixture(scope="module")
def engine():
    return engine_for("image")


def recipe(prompt: str, seed: int, **settings) -> Recipe:
    return Recipe(kind="image", prompt=prompt, seed=seed, settings={"speed": "quick", **settings})


def far(one: bytes, other: bytes) -> int:
    return max(
        abs(a - b) for a, b in zip(open_picture(one).tobytes(), open_picture(other).tobytes())
    )


def test_side_by_side_as_alone(engine):
    asked = [
        recipe("a red heart", 4),
        recipe("pizza", 9, count=2, surprise=0.4),
        recipe("a blue fish", 4, leave_out="green", second="a star", second_share=0.3),
    ]
    assert len({shape_of(engine, one) for one in asked}) == 1
    made = list(draw_together(engine, asked))
    assert [number for number, _ in made] == [0, 1, 1, 2]
    alone = [creation for one in asked for creation in engine.create(one)]
    for (_, together), single in zip(made, alone):
        assert together.recipe == single.recipe
        # a batch may round the last bit otherwise
        assert far(together.content, single.content) <= 3
    assert far(made[0][1].content, made[3][1].content) > 50


def test_one_persons_bad_words_spoil_nobodys_picture(engine):
    made = dict(draw_together(engine, [recipe("<b>heart</b>", 1), recipe("a red heart", 4)]))
    assert isinstance(made[0], LearnerError) and isinstance(made[1], Creation)


def test_nothing_is_made_when_everyone_stopped(engine):
    assert (
        list(
            draw_together(
                engine, [recipe("a red heart", 1), recipe("pizza", 4)], stopped=lambda: True
            )
        )
        == []
    )


@pytest.mark.parametrize("other", [{"speed": "careful"}, {"guidance": 5}])
def test_what_has_another_shape_is_drawn_apart(engine, other):
    assert shape_of(engine, recipe("pizza", 1)) != shape_of(engine, recipe("pizza", 1, **other))
    assert shape_of(engine, recipe("pizza", 1, own_model="zig")) is None


def test_a_maker_tells_each_its_own(engine, monkeypatch):
    monkeypatch.setattr("course_utils.engines.own_engine", lambda kind: engine)
    maker = Maker("image")

    orders = [
        recipe("a red heart", 4),
        recipe("a hound", 9),
        recipe("a heart", 1, speed="no such"),
        recipe("a fish", 2, own_model="zig"),
    ]
    told: list[list] = [[] for _ in orders]
    maker.work([Piece(Order(recipe=one), news.append) for one, news in zip(orders, told)])
    names = [[one["event"] for one in news if one["event"] != "progress"] for news in told]
    assert names == [["creation"], ["creation", "said"], ["trouble"], ["trouble"]]
    made = [one for news in told for one in news if one["event"] == "creation"]
    assert [one["creation"]["recipe"]["seed"] for one in made] == [4, 9]
    assert "“dog” for “hound”" in told[1][-1]["sentence"]
    assert "speed" in told[2][-1]["sentence"] and not told[2][-1]["ours"]


def test_a_sentence_that_cannot_be_said_is_no_trouble(engine, monkeypatch):
    monkeypatch.setattr("course_utils.engines.own_engine", lambda kind: engine)
    monkeypatch.setattr(type(engine), "without_effect", lambda self, recipe: 1 / 0)
    logged: list[Exception] = []
    maker, told = Maker("image", logged.append), []
    maker.work([Piece(Order(recipe=recipe("a red heart", 4)), told.append)])
    assert [one["event"] for one in told if one["event"] != "progress"] == ["creation"]
    assert isinstance(logged[0], ZeroDivisionError)


def test_another_big_model_is_not_loaded_for_one_pupil(engine, monkeypatch):
    monkeypatch.setattr("course_utils.engines.own_engine", lambda kind: engine)
    from course_utils.models.catalogue import models_for

    big = next(model.id for model in models_for("image") if not model.ships)

    async def scene():
        return [
            news
            async for news in Maker("image").make(
                Order(recipe=recipe("a heart", 1).changed(model=big))
            )
        ]

    (news,) = asyncio.run(scene())
    assert news["event"] == "trouble" and "does not work with the model" in news["sentence"]
