"""`course room` as a program: its processes, workers that are killed, where it listens, its end."""

from __future__ import annotations

import signal
import ssl
import threading
import time

import httpx
import psutil
import pytest

from course_utils.creation import Recipe
from course_utils.engines.remote import RemoteEngine
from tests.listeners import listeners, open_to_the_network
from tests.opened_room import Opened


class NoEngine:
    """This computer has no model: what it is asked for was lost."""

    def create(self, recipe, on_progress, **more):
        raise AssertionError("the room gave up")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    one = Opened(tmp_path_factory.mktemp("opened") / "room", "--only", "image", "tune")
    yield one
    workers = one.workers()
    assert one.end() == 0
    assert not [path for path in one.folder.rglob("*") if path.is_file()], "something was left"
    psutil.wait_procs(workers, timeout=5)
    assert not any(worker.is_running() for worker in workers)


def recipe(kind: str, count: int, seed: int = 3) -> Recipe:
    prompt = {"image": "a red heart", "tune": "a happy jig"}[kind]
    quick = {"speed": "quick"} if kind == "image" else {}
    return Recipe(kind=kind, prompt=prompt, seed=seed, settings={"count": count, **quick})


def engine(opened: Opened, kind: str) -> RemoteEngine:
    return RemoteEngine(kind, f"{opened.address}#{opened.code}", NoEngine())


def test_nothing_of_ray_is_loaded_and_nothing_listens_elsewhere(opened):
    assert len(opened.workers()) == 2
    assert open_to_the_network(opened.process) == []
    assert [one.port for one in listeners(opened.process)] == [opened.port]
    maps = {path for one in (opened.process, *opened.workers()) for path in mapped(one)}
    assert not [path for path in maps if "/ray/" in path or "/torch/" in path]


def mapped(process: psutil.Process) -> set[str]:
    return {one.path for one in process.memory_maps()}


def test_a_worker_killed_in_the_middle_loses_nothing(opened):
    made: dict[int, list] = {}
    told: list[str] = []
    at_work = threading.Event()

    def look(progress):
        told.append(progress.note)
        if progress.step:
            at_work.set()

    def order(n: int) -> None:
        asked = recipe("image", 4, seed=10 * n)
        made[n] = list(engine(opened, "image").create(asked, on_progress=look))

    work = [threading.Thread(target=order, args=(n,)) for n in range(3)]
    for one in work:
        one.start()
    assert at_work.wait(60), told
    opened.workers()[0].kill()
    for one in work:
        one.join(120)
    assert len(made) == 3, told
    assert {n: [one.recipe.seed for one in some] for n, some in made.items()} == {
        n: [10 * n + place for place in range(4)] for n in range(3)
    }
    assert "is started again" in opened.said.read_text() and len(opened.workers()) == 2


def test_other_kinds_go_on_while_one_worker_is_away(opened):
    opened.workers()[0].kill()
    began = time.monotonic()
    assert len(list(engine(opened, "tune").create(recipe("tune", 1)))) == 1
    assert time.monotonic() - began < 30
    assert len(list(engine(opened, "image").create(recipe("image", 1)))) == 1


def test_its_wall_and_pages_answer(opened):
    with httpx.Client(base_url=opened.address, headers={"Origin": opened.address}) as browser:
        assert opened.code in browser.get(f"/?code={opened.code}").text
        assert browser.get("/v1/openapi.json").status_code == 200
        assert browser.get("/wall").status_code == 303


def no_worker_is_left_after(how: int, one: Opened) -> None:
    """End a room by a signal."""
    workers = one.workers()
    assert workers
    one.end(how)
    gone, left = psutil.wait_procs(workers, timeout=10)
    assert not left


def test_whatever_ends_it_no_worker_is_left_and_after_a_crash_it_is_taken_up_again(tmp_path):
    one = Opened(tmp_path / "room", "--only", "tune")
    with httpx.Client(base_url=one.address, headers={"Origin": one.address}) as browser:
        browser.post("/join", data={"code": one.code, "name": "Ada"})
        cookies = browser.cookies
    no_worker_is_left_after(signal.SIGKILL, one)
    again = Opened(tmp_path / "room", "--only", "tune")
    try:
        assert again.code == one.code
        with httpx.Client(base_url=again.address, cookies=cookies) as browser:
            assert "Ada" in browser.get("/studio/tune").text
    finally:
        no_worker_is_left_after(signal.SIGINT, again)


def test_by_tls(tmp_path):
    from tests.certificates import own_certificate

    certificate, key = own_certificate(tmp_path)
    files = ("--certificate", str(certificate), "--certificate-key", str(key))
    served = Opened(tmp_path / "room", "--only", "tune", *files)
    try:
        address = f"https://127.0.0.1:{served.port}/v1/room"
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert httpx.get(address, verify=trusting, trust_env=False).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, trust_env=False)
    finally:
        served.end()


@pytest.mark.slow
def test_a_room_writes_with_a_words_server(tmp_path, monkeypatch):
    """A real OpenAI-compatible server: llama.cpp's own, with the model that ships."""
    from course_utils.words.engine import LlamaBackend

    real = LlamaBackend()
    real.load()
    monkeypatch.setenv("COURSE_WORDS_KEY", real.key)
    served = Opened(
        tmp_path / "room", "--only", "words", "--words-server", real.llama.listening_address
    )
    try:
        recipe = Recipe(
            kind="words",
            prompt="the sea",
            seed=4,
            settings={"count": 2, "template": "poem", "length": 40},
        )
        made = list(
            RemoteEngine("words", f"{served.address}#{served.code}", NoEngine()).create(recipe)
        )
        assert [one.recipe.seed for one in made] == [4, 5] and all(
            len(one.text) > 20 for one in made
        )
        assert "SmolLM2-135M-Instruct" not in {one.recipe.model for one in made}, (
            "the room used its own model"
        )
    finally:
        served.end()
