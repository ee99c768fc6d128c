"""Models brought into memory while the learner still reads: the cell that imports a studio starts
it, and Generate, pressed early, waits for the same loading (an engine loads once, under a lock).
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time

from course_utils.creation import Kind
from course_utils.engines import engine_for
from course_utils.models.smollm2 import words_path
from course_utils.portfolio.store import Portfolio

__all__ = ["begin", "hold_off", "in_a_notebook", "load", "wait", "when_shown"]

OTHERS = (  # a learner who named another model or a room begins it by pressing a button
    "COURSE_PICTURES_MODEL",
    "COURSE_WORDS_MODEL",
    "COURSE_WORDS_SERVER",
    "COURSE_TUNE_MODEL",
    "COURSE_ROOM",
)
# seconds in which a studio comes onto the screen before its model loads: some libraries keep
# Python to themselves while they open a model, and the page would wait for that
SHOWN_FIRST = 1.0
_not_before = 0.0
_asked: set[Kind] = set()
_waiting: queue.SimpleQueue[Kind] = queue.SimpleQueue()
_guard = threading.Lock()
_worker: threading.Thread | None = None


def in_a_notebook() -> bool:
    """Whether this is a notebook's kernel: a program or a terminal asks for what it needs."""
    return "ipykernel" in sys.modules and "IPython" in sys.modules


def begin(kind: Kind) -> None:
    """Load the model of a kind in the background, once, after those asked for earlier: two at a
    time would take each other's cores.
    """
    global _worker
    if not in_a_notebook() or any(os.environ.get(name, "").strip() for name in OTHERS):
        return
    with _guard:
        if kind in _asked:
            return
        hold_off()
        _asked.add(kind)
        _waiting.put(kind)
        if _worker is None:
            _worker = threading.Thread(target=_work, name="preloading", daemon=True)
            _worker.start()


def hold_off() -> None:
    """Let what is being shown come onto the screen before a model begins to load; whoever presses
    Generate meanwhile has it loaded at once."""
    global _not_before
    _not_before = time.monotonic() + SHOWN_FIRST


def when_shown() -> None:
    """Wait until what is being shown is on the screen; not at all outside notebooks."""
    while in_a_notebook() and (left := _not_before - time.monotonic()) > 0:
        time.sleep(left)


def wait(timeout: float | None = None) -> bool:
    """Wait until nothing is left to load; False when it still goes on after `timeout` seconds."""
    at_work = _worker
    if at_work is None:
        return True
    at_work.join(timeout)
    return not at_work.is_alive()


def _work() -> None:
    global _worker
    while True:
        with _guard:
            if _waiting.empty():
                _worker = None
                return
            kind = _waiting.get()
        when_shown()
        load(kind)


def load(kind: Kind) -> None:
    """Load one model; what must be fetched first, or goes wrong, is left to Generate to say."""
    fetched = {"words": words_path().exists()}
    if not fetched.get(kind, True):
        return
    try:
        engine_for(kind).load()
    except Exception as problem:
        Portfolio().log_problem(problem)
