"""Of the big models there is never more than one in memory, whatever they make."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from course_utils.models import memory
from course_utils.models.memory import the_only_big_one
from course_utils.words.backends.backend import Ask
from course_utils.words.backends.hf_transformers import TransformersBackend
from course_utils.words.engine import WordsEngine
from course_utils.words.templates import read_template
from tests.words.test_words_engines import tiny_model


class Owner:
    """Someone who holds something big."""

    def __init__(self) -> None:
        self.held = None

    def open(self) -> None:
        with the_only_big_one(self.give_up):
            self.held = object()

    def give_up(self) -> None:
        self.held = None


@pytest.fixture
def small(monkeypatch):
    """What is given up is small: no memory is searched for more, which takes long beside torch."""
    monkeypatch.setattr(memory, "free_memory", lambda: None)


def test_the_one_before_is_given_up_before_the_next_is_loaded_and_nothing_is_kept_alive(small):
    first, second = Owner(), Owner()
    first.open()
    with the_only_big_one(second.give_up):
        assert first.held is None, "two would have to fit"
    second.open()
    second.open()
    assert second.held is not None
    gone = weakref.ref(second)
    del second
    gc.collect()
    assert gone() is None
    first.open()
    assert first.held is not None


def test_two_threads_never_load_at_the_same_time(small):
    inside, most, owners = [], [], [Owner() for _ in range(4)]

    def load(owner):
        with the_only_big_one(owner.give_up):
            inside.append(owner)
            most.append(len(inside))
            threading.Event().wait(0.01)
            inside.remove(owner)

    threads = [threading.Thread(target=load, args=(owner,)) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_a_words_model_makes_room_for_another_and_comes_back_with_the_same_words(tmp_path):
    engine = WordsEngine(backend=TransformersBackend(tiny_model(tmp_path / "one", "llama")))
    ask = Ask(read_template("continue"), "the moon", "", 1, 0.8, 1.1, 6)

    def text() -> str:
        pieces = []
        engine.backend.complete(ask, lambda piece: pieces.append(piece) or False)
        return "".join(pieces)

    before, first = text(), engine.backend
    other = TransformersBackend(tiny_model(tmp_path / "two", "qwen3"))
    engine.switch(other)
    assert first.model is None and other.model is not None
    owner = Owner()
    owner.open()
    assert other.model is None
    engine.switch(first)
    assert text() == before and owner.held is None
