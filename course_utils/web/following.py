"""Work that goes on while a page looks on: one-line functions in a thread of their own,
with progress and Stop.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from course_utils.creation import Creation, LearnerError
from course_utils.notebook.jobs import Clock, Watch, preview_html, progress_html, watched, worker
from course_utils.set_up_words import unexpected

__all__ = ["News", "follow"]

UNEXPECTED = (
    "Something unexpected went wrong; what was finished is kept. Press the button again, and if it"
    " comes back run `course doctor`."
)


@dataclass(frozen=True)
class News:
    """What a page shows now. `answer` is what the function gave back, at the end."""

    said: str
    progress: str = ""
    preview: str = ""  # an unfinished result, as HTML
    made: tuple[Creation, ...] = ()
    done: bool = False
    wrong: bool = False
    answer: Any = field(default=None)


def follow(job: Callable[[], Any], noun: str, stop: threading.Event) -> Iterator[News]:
    """Do a job and tell how it gets on.

    When nobody listens any more, as when a phone's screen goes dark, the work goes on and its
    results are kept.
    """
    told: queue.SimpleQueue = queue.SimpleQueue()
    made: list[Creation] = []
    clock = Clock()

    def one_more(creation: Creation) -> None:
        made.append(creation)
        told.put(News("Working. One is finished.", made=tuple(made)))

    def step(progress) -> None:
        if clock.due(progress.share):
            bar = progress_html(progress, noun, clock.left(progress.share))
            told.put(News("Working.", bar, preview_html(progress.preview), tuple(made)))

    watch = Watch(
        stop, step, one_more, lambda: told.put(News("Waiting for another piece of work to finish."))
    )

    def work() -> None:
        try:
            with watched(watch):
                answer = job()
            told.put(
                News(
                    sentence_of(answer, made, noun, stop.is_set()),
                    made=tuple(made),
                    done=True,
                    wrong=bool(message_of(answer)) and not made and answer_is_empty(answer),
                    answer=answer,
                )
            )
        except LearnerError as sentence:
            told.put(News(str(sentence), made=tuple(made), done=True, wrong=True))
        except Exception as problem:
            from course_utils.portfolio.store import Portfolio

            Portfolio().log_problem(problem)
            told.put(News(unexpected(problem, UNEXPECTED), made=tuple(made), done=True, wrong=True))

    worker(work).start()
    yield News(
        "Working. The first time takes a little longer: the model is being loaded.",
        progress_html(None, noun),
    )
    while True:
        news = told.get()
        while not news.done and not told.empty():  # a slow line is told the newest only
            news = told.get()
        yield news
        if news.done:
            return


def message_of(answer: Any) -> str:
    return str(getattr(answer, "message", "") or "")


def answer_is_empty(answer: Any) -> bool:
    return isinstance(answer, list) and not answer


def sentence_of(answer: Any, made: list[Creation], noun: str, stopped: bool) -> str:
    """What to say at the end."""
    message = message_of(answer)
    if stopped:
        return (
            f"Stopped. {len(made)} finished {noun}s were kept."
            if made
            else "Stopped. Nothing new was finished; your earlier work is still here."
        )
    if made:
        one, more = f"1 {noun} is ready and saved.", f"{len(made)} {noun}s are ready and saved."
        return f"{one if len(made) == 1 else more} {message}".strip()
    return message or "Done. It is shown below."
