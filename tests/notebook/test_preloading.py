"""The cell that imports a studio starts its model; whoever comes early joins the loading."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from course_utils.creation import LearnerError
from course_utils.engines import engine_for
from course_utils.notebook import preloading

IN_A_KERNEL = """
import sys, types
sys.modules["ipykernel"] = types.ModuleType("ipykernel")
import IPython
from course_utils import ImageStudio, TuneStudio
from course_utils.creation import Recipe
from course_utils.engines import engine_for
from course_utils.notebook import preloading
from course_utils.pictures import engine as pictures

opened, really = [], pictures.open_shipped
pictures.open_shipped = lambda *what: opened.append(1) or really(*what)
made = list(engine_for("image").create(Recipe(kind="image", prompt="a fox")))
assert preloading.wait(60) and len(made) == 1 and len(opened) <= 1, opened
print(bool(engine_for("image")._models), engine_for("tune").model is not None)
"""


class Slow:
    """An engine whose loading takes a while and is counted."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.loaded, self.problem, self.at_work = 0, problem, 0
        self.go = threading.Event()

    def load(self) -> None:
        self.go.wait(10)
        self.loaded += 1
        if self.problem:
            raise self.problem


@pytest.fixture
def engines(monkeypatch):
    made = {kind: Slow() for kind in ("image", "tune")}
    monkeypatch.setattr(preloading, "engine_for", made.__getitem__)
    monkeypatch.setattr(preloading, "in_a_notebook", lambda: True)
    monkeypatch.setattr(preloading, "_asked", set())
    monkeypatch.setattr(preloading, "SHOWN_FIRST", 0.2)
    for name in preloading.OTHERS:
        monkeypatch.delenv(name, raising=False)
    return made


def test_models_are_loaded_once_each_and_one_after_the_other(engines):
    began = time.monotonic()
    for kind in ("image", "tune", "image"):
        preloading.begin(kind)
    assert time.monotonic() - began < 1, "the cell does not wait"
    engines["tune"].go.set()
    assert not preloading.wait(0.2) and not engines["tune"].loaded
    engines["image"].go.set()
    assert preloading.wait(10)
    assert [engine.loaded for engine in engines.values()] == [1, 1]


def test_a_model_that_cannot_be_loaded_is_left_to_generate_to_say(engines):
    engines["image"].problem = LearnerError("The files are damaged.")
    for kind, engine in engines.items():
        engine.go.set()
        preloading.begin(kind)
    assert preloading.wait(10) and engines["tune"].loaded == 1


@pytest.mark.parametrize("name", preloading.OTHERS)
def test_another_model_or_a_room_is_not_begun_unasked(name, engines, monkeypatch):
    monkeypatch.setenv(name, "something")
    preloading.begin("image")
    assert preloading.wait(5) and not preloading._asked


def test_a_program_loads_nothing_it_did_not_ask_for():
    code = "import sys, course_utils as c; c.ImageStudio; print('onnxruntime' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_generate_pressed_early_joins_the_loading():
    told = subprocess.run([sys.executable, "-c", IN_A_KERNEL], capture_output=True, text=True)
    assert told.stdout.strip() == "True True", told.stderr


def test_two_threads_get_the_same_engine():
    engine_for.cache_clear()
    found, gate = [], threading.Barrier(4)

    def ask() -> None:
        gate.wait()
        found.append(engine_for("image"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(map(id, found))) == 1


def test_a_model_loads_after_what_is_shown_unless_generate_wants_it(engines, monkeypatch):
    monkeypatch.setattr(preloading, "SHOWN_FIRST", 0.4)
    engines["image"].go.set()
    began = time.monotonic()
    preloading.begin("image")
    time.sleep(0.2)
    preloading.hold_off()  # a studio is made meanwhile
    assert not engines["image"].loaded
    assert preloading.wait(10) and time.monotonic() - began > 0.55
    monkeypatch.setattr(preloading, "in_a_notebook", lambda: False)
    began = time.monotonic()
    preloading.hold_off()
    preloading.when_shown()
    assert time.monotonic() - began < 0.2, "a program has nothing to show"
