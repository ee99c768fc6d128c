"""A function in a process with limits: it answers, or it is ended and a sentence says so."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from course_utils.creation import BadRecipe, LearnerError
from course_utils.safety.limited import BROKEN, CONFINED, Limits, run_limited

WORK = "tests.safety.limited_work:"
ROOT = str(Path(__file__).parents[2])
SHORT = Limits(seconds=1.5, cpu_seconds=5)


def test_bytes_and_json_go_in_and_come_out():
    answer, told = run_limited(WORK + "turned", b"abc" * 100_000, times=2)
    assert answer == b"cba" * 200_000 and told["size"] == 300_000 and told["process"] != os.getpid()


@pytest.mark.parametrize("name", ["sleeps", "works"])
def test_what_takes_too_long_is_ended(name):
    began, before = time.monotonic(), set(psutil.Process().children())
    with pytest.raises(LearnerError) as sentence:
        run_limited(WORK + name, b"", Limits(seconds=0.8, cpu_seconds=5))
    assert str(sentence.value) == CONFINED and time.monotonic() - began < 6
    left = set(psutil.Process().children()) - before
    assert not [one for one in left if one.status() != psutil.STATUS_ZOMBIE]


def test_the_processor_is_limited_too():
    with pytest.raises(LearnerError, match="time or memory"):
        run_limited(WORK + "works", b"", Limits(seconds=20, cpu_seconds=1))


@pytest.mark.parametrize("name", ["fills", "asks_for_much"])
def test_what_takes_too_much_memory_is_ended(name):
    with pytest.raises(LearnerError, match="time or memory"):
        run_limited(WORK + name, b"", Limits(seconds=20, resident=200_000_000))


def test_its_sentences_come_through_and_nothing_else():
    with pytest.raises(BadRecipe, match="Not one of ours"):
        run_limited(WORK + "says", b"x")
    with pytest.raises(LearnerError, match="Choose a file"):
        run_limited(WORK + "says", b"")
    with pytest.raises(LearnerError) as sentence:
        run_limited(WORK + "raises", b"")
    assert str(sentence.value) == BROKEN


def test_one_that_dies_is_a_sentence():
    with pytest.raises(LearnerError):
        run_limited(WORK + "dies", b"")


def test_what_it_prints_does_not_disturb_the_answer():
    assert run_limited(WORK + "prints", b"abc")[0] == b"abc"


def test_what_it_started_ends_with_it(tmp_path):
    place = tmp_path / "pid"
    with pytest.raises(LearnerError):
        much = Limits(seconds=20, resident=200_000_000)
        run_limited(WORK + "starts_another", str(place).encode(), much)
    child = int(place.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(os.name == "nt", reason="a kill that nothing can answer is of other systems")
@pytest.mark.parametrize("name", ["sleeps", "works"])
def test_it_ends_when_whoever_asked_is_killed(name):
    asks = f"from course_utils.safety.limited import run_limited; run_limited('{WORK}{name}', b'')"
    asking = psutil.Popen([sys.executable, "-c", asks], env={**os.environ, "PYTHONPATH": ROOT})
    try:
        child = waited_for(lambda: next(iter(asking.children()), None))
        waited_for(lambda: child.cpu_times().user > 0.1 and child.num_threads() > 1)
        asking.send_signal(signal.SIGKILL)
        asking.wait()
        waited_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 3)
    finally:
        for one in (asking, child):
            with contextlib.suppress(psutil.Error):
                one.kill()


def waited_for(what, seconds: float = 20.0):
    """What a question answers when it is true at last."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def test_one_at_a_time():
    ends = []
    work = [
        threading.Thread(target=lambda: ends.append(run_limited(WORK + "turned", b"a")))
        for _ in range(3)
    ]
    for one in work:
        one.start()
    for one in work:
        one.join(30)
    assert len(ends) == 3 and len({told["process"] for _, told in ends}) == 3


def test_whoever_waits_too_long_is_told():
    holding = threading.Thread(
        target=lambda: pytest.raises(LearnerError, run_limited, WORK + "sleeps", b"", SHORT)
    )
    holding.start()
    time.sleep(0.3)
    with pytest.raises(LearnerError, match="Another file"):
        run_limited(WORK + "turned", b"", Limits(waiting=0.1))
    holding.join()
