"""Following the one-line functions while they work: progress, each creation as it is finished,
and Stop.
"""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Protocol

from course_utils.creation import Creation
from course_utils.display.html import data_address
from course_utils.engines import GENERATION_LOCK
from course_utils.engines.base import OnProgress

__all__ = [
    "Clock",
    "Watch",
    "a_turn",
    "in_a_worker",
    "preview_html",
    "progress_html",
    "progress_words",
    "time_words",
    "watched",
    "watching",
    "worker",
]


@dataclass(frozen=True)
class Watch:
    """Who looks on.

    `on_made` is called when a creation is on the disk, `on_wait` when another piece of work comes
    first.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    on_progress: OnProgress | None = None
    on_made: Callable[[Creation], None] = lambda creation: None
    on_wait: Callable[[], None] = lambda: None


WATCH: ContextVar[Watch] = ContextVar("watch")


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Inside, `pictures.make` and the others tell `watch` how they get on.

    It holds for this thread only.
    """
    token = WATCH.set(watch)
    try:
        yield
    finally:
        WATCH.reset(token)


def watching() -> Watch:
    """Who looks on here; someone who does nothing, where nobody asked to."""
    return WATCH.get(None) or Watch()


@contextmanager
def a_turn(watch: Watch) -> Iterator[bool]:
    """Wait for the one generation lock and hold it; False when stopped meanwhile."""
    if not GENERATION_LOCK.acquire(blocking=False):
        watch.on_wait()
        while not GENERATION_LOCK.acquire(timeout=0.2):
            if watch.stop.is_set():
                yield False
                return
    try:
        yield True
    finally:
        GENERATION_LOCK.release()


def worker(action, *arguments) -> threading.Thread:
    """A thread, not started yet, that runs `action` in the context of whoever makes it: without
    that, ipykernel 7.0 cannot send the changes it makes to widgets.
    """
    return threading.Thread(target=copy_context().run, args=(action, *arguments), daemon=True)


class Ticking(Protocol):
    """Something that the waiting thread renews."""

    def tick(self) -> None: ...

    def close(self) -> None: ...


def in_a_worker(
    action: Callable[[], None], stop: threading.Event, line: Ticking | None = None
) -> None:
    """Run an action in a thread that ends with it, and wait; an error in it is raised here.
    `line` is renewed while waiting.

    Ctrl-C sets `stop`, and is raised when what is begun has ended.

    The main thread of a notebook lives on, and with it the team of computing threads that torch
    gives to every thread that calculates. A studio's own worker then shares the cores with a team
    that only waits, and libgomp lets threads sleep early where there are more of them than cores:
    four pictures in a studio took half as long again after a one-line call (2 cores,
    benchmarks/pictures.py).
    """
    if threading.current_thread() is not threading.main_thread():
        return action()
    trouble, begun, ended = [], False, threading.Event()

    def work() -> None:
        try:
            action()
        except BaseException as problem:
            trouble.append(problem)
        finally:
            ended.set()

    while not ended.is_set():
        try:
            if not begun:
                begun = True
                worker(work).start()
            ended.wait(0.2)  # without a time limit Windows would not notice Ctrl-C
            if line is not None:
                line.tick()
        except KeyboardInterrupt as pressed:
            stop.set()
            trouble.insert(0, pressed)
    if line is not None:
        line.close()
    if trouble:
        raise trouble[0]


def time_words(seconds: float) -> str:
    """A time for people, to the nearest that matters: "a second", "12 seconds", "2 minutes"."""
    return (
        f"{seconds / 60:.0f} minutes"
        if seconds >= 90
        else f"{seconds:.0f} seconds"
        if seconds >= 1.5
        else "a second"
    )


def progress_words(progress, seconds_left: float | None = None) -> str:
    """How far the work is, in words."""
    if progress.note and not progress.step:
        return progress.note
    left = f", about {time_words(seconds_left)} left" if seconds_left is not None else ""
    note = f". {progress.note}" if progress.note else ""
    return f"Step {progress.step} of {progress.total}, {progress.share:.0%}{left}{note}"


def progress_html(progress, noun: str, seconds_left: float | None = None) -> str:
    """A labelled progress bar with words, as HTML; `progress` None: nothing is known yet."""
    known = progress is not None and bool(progress.step or not progress.note)
    how_far = f' max="100" value="{100 * progress.share:.0f}"' if known else ""
    bar = (
        f'<progress aria-label="Making {noun}s"{how_far} style="width:100%;max-width:420px">'
        "</progress>"
    )
    if progress is None:
        return bar
    return f'{bar}<p style="margin:2px 0">{html.escape(progress_words(progress, seconds_left))}</p>'


def preview_html(preview: str | bytes | None) -> str:
    """An unfinished result: a text, or a picture as PNG bytes."""
    if isinstance(preview, str):
        return f'<p style="white-space:pre-line;margin:4px 0"><i>{html.escape(preview)}</i></p>'
    if isinstance(preview, bytes):
        address = data_address("image/png", preview)
        return f'<img alt="Unfinished picture" width="96" height="96" src="{address}">'
    return ""


class Clock:
    """How long is left of a piece of work, and whether it is time to say so again."""

    def __init__(self) -> None:
        self.began, self.said = time.monotonic(), 0.0

    def due(self, share: float) -> bool:
        """Whether a quarter of a second went by since this said so, or all is done."""
        if time.monotonic() - self.said > 0.25 or share >= 1:
            self.said = time.monotonic()
            return True
        return False

    def left(self, share: float) -> float | None:
        """Seconds left at this share, None too early to tell."""
        return (time.monotonic() - self.began) / share * (1 - share) if share > 0.05 else None
