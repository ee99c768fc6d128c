"""The room's form for clusters, on Ray Serve: replicas and a front door that are killed, batches of
pictures, and an end that leaves nothing.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from course_utils.creation import Recipe
from course_utils.engines import own_engine
from course_utils.engines.base import Engine
from course_utils.engines.remote import RemoteEngine
from course_utils.pictures.png import open_picture
from tests.listeners import listeners, open_to_the_network

pytest.importorskip("ray.serve")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Served:
    """A room on Ray in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port = folder, free_port()
        self.said = folder.with_suffix(".txt")
        command = [
            sys.executable,
            "-m",
            "benchmarks.ray_room",
            "--port",
            str(self.port),
            "--folder",
            str(folder),
            "--only",
            "image",
            "--threads",
            "1",
            *options,
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = psutil.Popen(
            command, cwd=ROOT, env=environment, stdout=self.said.open("w"), stderr=subprocess.STDOUT
        )
        self.address = f"http://127.0.0.1:{self.port}"
        end = time.monotonic() + 240
        while "Ctrl-C" not in self.said.read_text():
            assert self.process.poll() is None and time.monotonic() < end, self.said.read_text()[
                -3000:
            ]
            time.sleep(0.3)
        self.code, self.teachers = (
            re.search(who + r":\s+(\S+)", self.said.read_text())[1] for who in ("pupils", "teacher")
        )

    def replicas(self, name: str) -> list[psutil.Process]:
        """The processes of a deployment's replicas."""
        found = [
            one
            for one in self.process.children(recursive=True)
            if f"ServeReplica:room:{name}" in " ".join(one.cmdline())
        ]
        return found

    def kill_one(self, name: str) -> None:
        end = time.monotonic() + 60
        while not (found := self.replicas(name)):
            assert time.monotonic() < end, [
                one.cmdline() for one in self.process.children(recursive=True)
            ]
            time.sleep(0.1)
        found[0].kill()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(90)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    one = Served(tmp_path_factory.mktemp("served") / "room")
    yield one
    one.end()
    assert not [path for path in one.folder.rglob("*") if path.is_file()], (
        "the room left something behind"
    )


def pictures(count: int, seed: int = 3, **settings) -> Recipe:
    return Recipe(
        kind="image",
        prompt="a red heart",
        seed=seed,
        settings={"count": count, "speed": "quick", **settings},
    )


def in_room(served: Served) -> RemoteEngine:
    return RemoteEngine("image", f"{served.address}#{served.code}", NoEngine())


class NoEngine(Engine):
    """This computer has no model: what it is asked for was lost."""

    def create(self, recipe, **more):
        raise AssertionError("the room gave up")


def test_nothing_of_ray_listens_off_the_loopback(served):
    assert open_to_the_network(served.process) == []
    opened = listeners(served.process)
    for name in ("door", "image"):
        assert [one for one in opened if f"ServeReplica:room:{name}" in one.program], opened
    assert served.port in [one.port for one in opened]


def test_the_same_seed_is_the_same_picture_in_the_room(served):
    told = []
    made = list(in_room(served).create(pictures(2), on_progress=told.append))
    here = list(own_engine("image").create(pictures(2)))
    for one, other in zip(made, here, strict=True):
        assert one.recipe == other.recipe
        assert (
            max(
                abs(a - b)
                for a, b in zip(
                    open_picture(one.content).tobytes(), open_picture(other.content).tobytes()
                )
            )
            <= 3
        )
    assert any(progress.step for progress in told)


def test_many_at_once_all_get_theirs(served):
    made: dict[int, list] = {}
    work = [
        threading.Thread(
            target=lambda number=number: made.update(
                {number: list(in_room(served).create(pictures(2, seed=number * 10)))}
            )
        )
        for number in range(6)
    ]
    for one in work:
        one.start()
    for one in work:
        one.join(120)
    assert {
        number: [each.recipe.seed for each in each_made] for number, each_made in made.items()
    } == {number: [number * 10, number * 10 + 1] for number in range(6)}


@pytest.mark.parametrize("what", ["image", "door"])
def test_a_replica_or_the_front_door_killed_in_the_middle_costs_nobody_a_result(
    what, served, monkeypatch
):
    if what == "door":
        monkeypatch.setattr("course_utils.engines.remote.RECONNECTS", 12)
    engine, killed = in_room(served), threading.Event()

    def at_first_step(progress):
        if progress.step and not killed.is_set():
            killed.set()
            served.kill_one(what)

    made = list(engine.create(pictures(4, speed="careful"), on_progress=at_first_step))
    assert (
        killed.is_set()
        and [one.recipe.seed for one in made] == [3, 4, 5, 6]
        and "went your words" in engine.room_words
    )


def test_stop_frees_the_room_for_others(served):
    engine, stop = in_room(served), threading.Event()
    assert (
        list(
            engine.create(
                pictures(9, speed="careful"),
                on_progress=lambda progress: progress.step and stop.set(),
                stop=stop,
            )
        )
        == []
    )
    assert len(list(in_room(served).create(pictures(1)))) == 1


def test_nothing_said_or_logged_names_what_was_asked(served):
    list(in_room(served).create(pictures(1).changed(prompt="a purple submarine")))
    logs = [path for path in Path("/tmp/ray/session_latest/logs").rglob("*") if path.is_file()]
    assert logs, "Ray keeps its logs elsewhere now"
    for path in [served.said, *logs]:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert "submarine" not in text and "Bearer" not in text, path
